//! SQL: dialects, parsing, names, output columns and comparison. The only door to sqlparser.
//!
//! Text comes in with every macro expanded; out comes a tree of our own (`tree`), the tables that are read, and
//! the output columns with their types as far as they can be told. Where sqlparser refuses a text, the tables
//! are still found by scanning it, and a note says what is not known.

pub mod annotate;
pub mod column_texts;
pub mod comments;
pub mod compare;
pub mod dialect;
mod fallback;
pub mod generate;
pub mod lexer;
pub mod lineage;
mod lower;
mod mapping;
mod misfit;
pub mod names;
mod qualify;
mod query_dialect;
mod rewrite;
pub mod scope;
mod simplify;
pub mod sites;
mod star;
mod statements;
pub mod tree;
pub mod types;
mod word_operators;

pub use dialect::{Dialect, Language, Normalization, Part};
pub use mapping::{Mapped, MappingSchema, table_in};
pub use qualify::output_name;
pub use tree::Node;

use crate::ordered::BTreeSet;

use crate::ordered::IndexMap;

use sqlparser::ast::Query;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError, ParserOptions};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

/// Column name → type text, in declared order.
pub type Columns = IndexMap<String, String>;

/// Why a text is not SQL that we can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlError {
    /// What was expected or found.
    pub message: String,
    /// Byte offset in the text, when known.
    pub offset: Option<usize>,
}

impl SqlError {
    /// Whether a text was refused for its size or depth alone: it may well be SQL.
    fn is_limit(&self) -> bool {
        [RECURSION, TOO_DEEP, TOO_LONG]
            .iter()
            .any(|limit| self.message.contains(limit))
    }
}

/// What sqlparser says when a text is nested too deeply for it.
const RECURSION: &str = "recursion limit exceeded";
const TOO_DEEP: &str = "levels deep";
const TOO_LONG: &str = "operators in a row";

/// What surrounds a query.
#[derive(Debug, Clone, Copy)]
pub struct QueryContext<'a> {
    /// Dialect of the text.
    pub dialect: Dialect,
    /// Catalog of tables that have a schema but no catalog.
    pub default_catalog: Option<&'a str>,
    /// Columns of tables that are known.
    pub schema: &'a MappingSchema,
    /// Whether to qualify, expand stars and simplify (`optimize_query`).
    pub optimize: bool,
}

impl QueryContext<'_> {
    /// The catalog as a name like any other: Snowflake's default catalog `db` is "DB".
    fn catalog(&self) -> Option<String> {
        self.default_catalog
            .map(|catalog| names::catalog_name(catalog, self.dialect))
    }
}

/// What is known about a query.
#[derive(Debug, Clone, Default)]
pub struct QueryAnalysis {
    /// Tables read, fully qualified and quoted, CTEs aside.
    pub depends_on: BTreeSet<String>,
    /// Output columns with types in the dialect's spelling (`UNKNOWN` when not known); `None` when a star
    /// stays or a column has no name.
    pub columns: Option<Columns>,
    /// The query for structural comparison: qualified, expanded and simplified where the columns of all
    /// tables are known.
    pub tree: Node,
    /// What could not be told, and why.
    pub notes: Vec<String>,
}

/// Longest run of operators at one level of parentheses.
const LONGEST_CHAIN: usize = 2_000;

/// Deepest tree that the recursive passes accept; wasm has about 1 MB of stack.
const DEEPEST_TREE: usize = 400;

/// Parses one query whose macros are expanded.
///
/// # Errors
/// When it is not one query, when sqlparser refuses it, or when it is nested too deeply to be walked.
pub fn parse(text: &str, dialect: Dialect) -> Result<Node, SqlError> {
    parse_tokens(text, tokenize(text, dialect)?, dialect, false)
}

fn tokenize(text: &str, dialect: Dialect) -> Result<Vec<TokenWithSpan>, SqlError> {
    Tokenizer::new(dialect.sqlparser_dialect(), text)
        .tokenize_with_location()
        .map_err(|error| SqlError {
            message: error.message,
            offset: offset(text, error.location),
        })
}

/// With `places`, the names of tables and what qualifies columns carry where they stand.
fn parse_tokens(
    text: &str,
    tokens: Vec<TokenWithSpan>,
    dialect: Dialect,
    places: bool,
) -> Result<Node, SqlError> {
    refuse_long_chains(tokens.iter().map(|token| (&token.token, token.span.start))).map_err(
        |(location, message)| SqlError {
            message,
            offset: offset(text, location),
        },
    )?;
    statements::refuse(&tokens).map_err(|(location, message)| SqlError {
        message,
        offset: offset(text, location),
    })?;
    let (mut tokens, rewritten) = rewrite::rewrite(tokens, dialect);
    statements::disarm(&mut tokens);
    word_operators::mark(&mut tokens, dialect.language());
    // A parser takes the tokens and gives them back: to copy them costs as much as to parse them.
    let mut read = |parser_dialect| {
        let options = ParserOptions::new().with_trailing_commas(true);
        let mut parser = Parser::new(parser_dialect)
            .with_options(options)
            .with_tokens_with_locations(std::mem::take(&mut tokens));
        let query = whole_query(&mut parser);
        tokens = parser.into_tokens();
        query
    };
    let mut query = read(dialect.sqlparser_dialect());
    // What is refused as this dialect may pass as a relative, which has what the dialect's own parser lacks, or as the
    // generic one, which takes a bit of each.
    if query.is_err() {
        let relative = match dialect.language() {
            Language::Spark | Language::Spark2 => Some(Dialect::Databricks),
            Language::Redshift => Some(Dialect::Postgres),
            _ => None,
        };
        let others = relative.into_iter().chain([Dialect::Generic]);
        let other = others
            .filter_map(|other| read(other.sqlparser_dialect()).ok())
            .next();
        let is_query = matches!(
            tokens.first().map(|token| &token.token),
            Some(Token::Word(word)) if matches!(word.keyword, Keyword::SELECT | Keyword::WITH)
        );
        if let (Some(other), true) = (other, is_query) {
            query = Ok(other);
        }
    }
    let query = query.map_err(|error| parse_error(text, &error.to_string(), &tokens))?;
    let mut tree = lower::Lowering { dialect, places }.query(*query);
    if tree.depth() > DEEPEST_TREE {
        return Err(SqlError {
            message: format!("nested more than {DEEPEST_TREE} {TOO_DEEP}"),
            offset: None,
        });
    }
    let words = rewritten
        .into_iter()
        .map(|word| Node::new(tree::Kind::Word, word));
    tree.set_many("rewritten", words.collect());
    Ok(tree)
}

/// One query and nothing behind it.
fn whole_query(parser: &mut Parser<'_>) -> Result<Box<Query>, ParserError> {
    let query = parser.parse_query()?;
    while parser.consume_token(&Token::SemiColon) {}
    match parser.peek_token() {
        end if end.token == Token::EOF => Ok(query),
        extra => Err(ParserError::ParserError(format!(
            "Expected: end of statement, found: {}{}",
            extra.token, extra.span.start
        ))),
    }
}

/// Whether two statements are the same but for layout, comments and the case of keywords. Queries are compared as
/// trees, anything else word by word.
pub fn same_statement(a: &str, b: &str, dialect: Dialect) -> bool {
    if a == b {
        return true;
    }
    match (parse(a, dialect), parse(b, dialect)) {
        (Ok(a), Ok(b)) => a == b,
        (Err(_), Err(_)) => {
            // Statements other than queries are compared word by word; the case of unquoted words does not count.
            let words = |text: &str| -> Option<Vec<String>> {
                let parser_dialect = dialect.sqlparser_dialect();
                let tokens = Tokenizer::new(parser_dialect, text).tokenize().ok()?;
                let kept = tokens
                    .into_iter()
                    .filter(|token| !matches!(token, Token::Whitespace(_)));
                Some(
                    kept.map(|token| match token {
                        Token::Word(word) if word.quote_style.is_none() => word.value.to_uppercase(),
                        other => other.to_string(),
                    })
                    .collect(),
                )
            };
            matches!((words(a), words(b)), (Some(a), Some(b)) if a == b)
        }
        _ => false,
    }
}

/// Reads a query: its tables, its output columns, its form for comparison.
///
/// # Errors
/// When the query is wrong. One that is refused for a construct that sqlparser is known to lack is not an error:
/// its tables are found by scanning, and a note says so.
pub fn analyze(text: &str, context: &QueryContext<'_>) -> Result<QueryAnalysis, SqlError> {
    analyze_of(text, context, None)
}

/// The same for the query of a model, given the model's full quoted name: a model that reads itself is
/// qualified without its own columns being known.
///
/// # Errors
/// As `analyze`.
pub fn analyze_of(
    text: &str,
    context: &QueryContext<'_>,
    this_model: Option<&str>,
) -> Result<QueryAnalysis, SqlError> {
    Ok(read_query(text, context)?.resolve(context, this_model))
}

/// A query that was read: what can be told without the columns of its tables.
#[derive(Debug, Clone)]
pub struct ReadQuery {
    /// Tables read, fully qualified and quoted, CTEs aside.
    pub depends_on: BTreeSet<String>,
    tree: Node,
    notes: Vec<String>,
}

/// Reads a query for the tables in it; of the context, dialect and catalog count.
///
/// # Errors
/// As `analyze`.
pub fn read_query(text: &str, context: &QueryContext<'_>) -> Result<ReadQuery, SqlError> {
    let mut notes = Vec::new();
    let tree = read_original(text, context.dialect, &mut notes)?;
    let catalog = context.catalog();
    Ok(ReadQuery {
        depends_on: scope::tables(&tree, catalog.as_deref()),
        tree,
        notes,
    })
}

impl ReadQuery {
    /// What the query is once the columns of tables are known; `this_model` as in `analyze_of`.
    pub fn resolve(self, context: &QueryContext<'_>, this_model: Option<&str>) -> QueryAnalysis {
        let catalog = context.catalog();
        let context = &QueryContext {
            default_catalog: catalog.as_deref(),
            ..*context
        };
        let Self {
            depends_on,
            mut tree,
            mut notes,
        } = self;
        let mut outputs = None;
        if tree.is_query() {
            let mut is_qualified = false;
            if context.optimize && all_known(&depends_on, context, this_model) {
                let original = tree.clone();
                match qualify::Qualifier::new(context).query(&mut tree, &[]) {
                    Ok(_) => {
                        is_qualified = true;
                        outputs = qualify::final_outputs(&tree);
                        simplify::simplify(&mut tree);
                    }
                    Err(qualify::Failure(why)) => {
                        tree = original;
                        notes.push(format!("columns are not qualified: {why}"));
                    }
                }
            }
            if !is_qualified {
                outputs = qualify::names_only(&mut tree, context);
            }
        }
        QueryAnalysis {
            depends_on,
            columns: outputs.and_then(|outputs| columns(outputs, context.dialect)),
            tree,
            notes,
        }
    }
}

/// A query as it was written; of one that shows a known gap of the parser only the tables, with a note.
fn read_original(text: &str, dialect: Dialect, notes: &mut Vec<String>) -> Result<Node, SqlError> {
    let error = match parse(text, dialect) {
        Ok(tree) => return Ok(tree),
        Err(error) => error,
    };
    let tokens: Vec<Token> = tokenize(text, dialect)?
        .into_iter()
        .map(|token| token.token)
        .collect();
    let gap = fallback::known_gap(&tokens, dialect);
    match gap
        .map(str::to_string)
        .or_else(|| error.is_limit().then(|| "its depth".to_string()))
    {
        Some(construct) => {
            notes.push(format!(
                "the query is not understood, probably for {construct} ({}): tables were found by scanning, \
                 columns are unknown",
                error.message
            ));
            Ok(fallback::scan(&tokens, dialect))
        }
        None => Err(error),
    }
}

/// Whether the columns of every table are there; a query without tables needs none.
fn all_known(tables: &BTreeSet<String>, context: &QueryContext<'_>, this_model: Option<&str>) -> bool {
    let mut others = tables.iter().filter(|table| Some(table.as_str()) != this_model);
    others.all(|table| {
        crate::name::TableName::parse_quoted(table).is_some_and(|name| {
            let parts: Vec<&str> = name.parts().collect();
            qualify::has_columns(context.schema, &parts)
        })
    })
}

/// Outputs as a map; `None` when one has no name or two have the same.
fn columns(outputs: Vec<qualify::Output>, dialect: Dialect) -> Option<Columns> {
    let mut columns = Columns::new();
    for output in outputs {
        if output.name.is_empty() {
            return None;
        }
        let data_type = annotate::shown(output.data_type, dialect).to_sql(dialect);
        if columns.insert(output.name, data_type).is_some() {
            return None;
        }
    }
    Some(columns)
}

/// A run of thousands of operators would be a tree too deep to drop on a small stack.
fn refuse_long_chains<'a>(
    tokens: impl Iterator<Item = (&'a Token, Location)>,
) -> Result<(), (Location, String)> {
    let mut levels = vec![0_usize];
    for (token, location) in tokens {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => levels.push(0),
            Token::RParen | Token::RBracket | Token::RBrace if levels.len() > 1 => {
                levels.pop();
            }
            // A comma starts another expression, but a list of branches goes on.
            Token::Comma => {
                if let Some(level) = levels.last_mut() {
                    *level = 0;
                }
            }
            Token::Plus
            | Token::Minus
            | Token::Mul
            | Token::Div
            | Token::StringConcat
            | Token::DoubleColon => count(&mut levels, location)?,
            Token::Word(word) if word.quote_style.is_none() && is_chain_word(&word.value) => {
                count(&mut levels, location)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_chain_word(word: &str) -> bool {
    ["AND", "OR", "UNION", "EXCEPT", "INTERSECT"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name))
}

fn count(levels: &mut [usize], location: Location) -> Result<(), (Location, String)> {
    if let Some(level) = levels.last_mut() {
        *level += 1;
        if *level > LONGEST_CHAIN {
            let message = format!("more than {LONGEST_CHAIN} {TOO_LONG}");
            return Err((location, message));
        }
    }
    Ok(())
}

/// sqlparser writes the place at the end of its message.
fn parse_error(text: &str, message: &str, tokens: &[TokenWithSpan]) -> SqlError {
    let message = message.strip_prefix("sql parser error: ").unwrap_or(message);
    if let Some((message, place)) = misfit::place(message, tokens) {
        return SqlError {
            message: message.to_string(),
            offset: place.and_then(|place| offset(text, place)),
        };
    }
    let place = message.rsplit_once(" at Line: ").and_then(|(head, place)| {
        let (line, column) = place.split_once(", Column: ")?;
        Some((
            head,
            Location {
                line: line.trim().parse().ok()?,
                column: column.trim().parse().ok()?,
            },
        ))
    });
    match place {
        Some((head, location)) => SqlError {
            message: misfit::unprinted(head).to_string(),
            offset: offset(text, location),
        },
        // The parser knows no place for the end.
        None => SqlError {
            message: misfit::unprinted(message).to_string(),
            offset: message.ends_with("found: EOF").then(|| text.trim_end().len()),
        },
    }
}

/// Byte offset of a line and column that both count from 1, columns in characters.
fn offset(text: &str, location: Location) -> Option<usize> {
    let mut start = 0;
    for _ in 1..location.line {
        start += text.get(start..)?.find('\n')? + 1;
    }
    let line = text.get(start..)?;
    let column = usize::try_from(location.column.saturating_sub(1)).ok()?;
    let within = line.char_indices().nth(column);
    (location.line > 0).then(|| within.map_or(text.len(), |(at, _)| start + at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(dialect: Dialect, a: &str, b: &str) {
        assert!(same_statement(a, b, dialect), "{a} / {b}");
    }

    #[track_caller]
    fn different(dialect: Dialect, a: &str, b: &str) {
        assert!(!same_statement(a, b, dialect), "{a} / {b}");
    }

    #[test]
    fn layout_comments_and_spelling_do_not_count() {
        let d = Dialect::DuckDb;
        same(d, "select A, b -- note\nfrom T", "SELECT a, B FROM t");
        same(
            d,
            "SELECT id::text FROM t WHERE a <> 1",
            "SELECT CAST(id AS TEXT) FROM t WHERE a != 1",
        );
        same(d, "SELECT a IS NOT NULL", "SELECT NOT a IS NULL");
        same(d, "INSERT INTO t VALUES (1)", "insert  into t values (1)");
        same(d, "VACUUM  FULL t", "VACUUM FULL t");
        same(
            d,
            "WITH a AS (SELECT 1 AS x), WITH b AS (SELECT 2 AS y) SELECT MODE(ORDER BY x DESC) FROM a, b",
            "WITH a AS (SELECT 1 AS x), b AS (SELECT 2 AS y) SELECT MODE(NULL ORDER BY x DESC) FROM a, b",
        );
        same(
            d,
            "SELECT CASE WHEN a = b CASE WHEN c THEN 1 END ELSE 2 END FROM t",
            "SELECT CASE WHEN a = b THEN CASE WHEN c THEN 1 END ELSE 2 END FROM t",
        );
        same(Dialect::MySql, "SELECT a\n---- note\nFROM t", "SELECT a FROM t");
        different(d, "SELECT 'a'", "SELECT 'A'");
        different(
            d,
            "SELECT a FROM t JOIN u USING (a)",
            "SELECT a FROM t LEFT JOIN u USING (a)",
        );
        different(Dialect::Snowflake, "SELECT \"a\" FROM t", "SELECT a FROM t");
        different(d, "SELECT 1", "SELECT 1; SELECT 2");
    }

    #[test]
    fn words_are_names_where_they_stand_alone() {
        let d = Dialect::DuckDb;
        let quoted = |text: &str, word: &str| text.replace(word, &format!("\"{word}\""));
        for (text, word) in [
            ("SELECT a, group, b FROM t", "group"),
            ("SELECT a, order FROM t GROUP BY a, order", "order"),
            ("SELECT offset + 1 AS c FROM t WHERE offset = 2", "offset"),
            ("SELECT limit AS view FROM t ORDER BY limit", "limit"),
            ("SELECT a sort, b FROM t", "sort"),
            ("SELECT values, x FROM t", "values"),
            ("WITH table AS (SELECT 1 AS a) SELECT a FROM table", "table"),
        ] {
            let plain = parse(text, d).unwrap_or_else(|error| panic!("{text}: {}", error.message));
            assert_eq!(Ok(plain), parse(&quoted(text, word), d), "{text}");
        }
        same(d, "SELECT a,, b, FROM t", "SELECT a, b FROM t");
        let big = "SELECT i, STRUCT<a INT64>(1) AS s FROM UNNEST([1]) WITH OFFSET AS i";
        assert!(parse(big, Dialect::BigQuery).is_ok());
        same(
            d,
            "SELECT CASE WHEN a THEN 1 END, (VALUES (1)) FROM t LIMIT 1 OFFSET 2",
            "SELECT case when a then 1 end, (values (1)) FROM t LIMIT 1 OFFSET 2",
        );
    }

    #[test]
    fn errors_say_where() {
        let error = parse("SELECT 1\nFROM t WHERE )", Dialect::DuckDb).expect_err("is no query");
        assert_eq!(error.offset, Some(22), "{error:?}");
    }

    #[test]
    fn a_query_too_deep_for_the_parser_still_names_its_tables() {
        let text = format!("SELECT {}1{} AS a FROM s.t", "(".repeat(80), ")".repeat(80));
        let schema = MappingSchema::new();
        let context = QueryContext {
            dialect: Dialect::DuckDb,
            default_catalog: Some("db"),
            schema: &schema,
            optimize: true,
        };
        let found = analyze(&text, &context).unwrap_or_default();
        assert_eq!(
            found.depends_on.into_iter().collect::<Vec<_>>(),
            ["\"db\".\"s\".\"t\""]
        );
        assert_eq!(found.columns, None);
        assert_eq!(found.notes.len(), 1);
    }

    #[test]
    fn deep_and_long_input_is_refused_or_read() {
        let chain = |operator: &str, count| {
            let terms: Vec<String> = (0..count).map(|n| format!("x = {n}")).collect();
            format!("SELECT 1 FROM t WHERE {}", terms.join(operator))
        };
        let tree = parse(&chain(" OR ", 1_500), Dialect::DuckDb).expect("parses");
        assert!(tree.depth() < 10);
        assert!(parse(&chain(" OR ", 3_000), Dialect::DuckDb).is_err());
        assert!(parse(&chain(" - ", 600), Dialect::DuckDb).is_err());
        let deep = format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000));
        assert!(parse(&deep, Dialect::DuckDb).is_err());
        let union = vec!["SELECT 1 AS x"; 900].join(" UNION ALL ");
        assert!(parse(&union, Dialect::DuckDb).is_ok());
    }
}
