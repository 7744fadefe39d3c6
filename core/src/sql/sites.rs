//! Where a text names tables: for putting other tables in their place without writing the text anew.
//!
//! In: a query or another statement, macros expanded. Out: the same text with every table that has a replacement
//! replaced, and with the name by which the rest of the text knows it as its alias. All else stays as written.

use crate::ordered::{BTreeMap, BTreeSet};

use sqlparser::tokenizer::Location;

use super::dialect::{Dialect, Part};
use super::lexer::{Token, TokenKind};
use super::tree::{Kind, Node};
use super::{SqlError, lexer, offset, parse_tokens, scope, tokenize};
use crate::name::TableName;
use crate::source::Span;

/// What stands for a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// SQL: a quoted name, or a query in parentheses.
    pub sql: String,
    /// Whether it is a name, which may stand where no query can.
    pub is_name: bool,
}

/// What surrounds a text.
#[derive(Debug, Clone, Copy)]
pub struct SiteContext<'a> {
    /// Dialect of the text.
    pub dialect: Dialect,
    /// Catalog of tables that have a schema but no catalog.
    pub default_catalog: Option<&'a str>,
    /// Fully qualified, quoted name → what stands for it.
    pub tables: &'a BTreeMap<String, Replacement>,
    /// One name for which something else stands here.
    pub own: Option<(&'a str, &'a Replacement)>,
}

impl SiteContext<'_> {
    fn find(&self, parts: Vec<String>) -> Option<&Replacement> {
        self.lookup(&self.qualified(parts)?)
    }

    fn lookup(&self, name: &str) -> Option<&Replacement> {
        match self.own {
            Some((own, replacement)) if own == name => Some(replacement),
            _ => self.tables.get(name),
        }
    }

    fn qualified(&self, parts: Vec<String>) -> Option<String> {
        let mut name = TableName::from_parts(parts)?;
        if name.catalog.is_none() && name.schema.is_some() {
            name.catalog = self
                .default_catalog
                .map(|catalog| super::names::catalog_name(catalog, self.dialect));
        }
        Some(name.to_string())
    }
}

/// A piece of the text and what stands for it.
type Edit = (Span, String);

/// A query with its tables replaced.
///
/// # Errors
/// When the parser refuses the text; `replace_in_statement` may still read it.
pub fn replace_in_query(text: &str, context: &SiteContext<'_>) -> Result<String, SqlError> {
    let dialect = context.dialect;
    let tree = parse_tokens(text, tokenize(text, dialect)?, dialect, true)?;
    if !tree.is_query() {
        return Err(SqlError {
            message: "expected a query".to_string(),
            offset: None,
        });
    }
    let mut edits: Vec<Edit> = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    scope::each_table(&tree, &mut |table| {
        let parts: Vec<String> = table.many("name").iter().map(|part| part.text.clone()).collect();
        let last = parts.last().cloned().unwrap_or_default();
        let has_schema = parts.len() > 1;
        let (Some(full), Some(span)) = (context.qualified(parts), place(table, text)) else {
            return;
        };
        // Tables of others keep their names, with the catalog that is meant.
        let mut sql = match context.lookup(&full) {
            Some(replacement) => replacement.sql.clone(),
            None if has_schema => quoted(&full, dialect),
            None => return,
        };
        if table.one("alias").is_none() {
            sql.push_str(&format!(" AS {}", dialect.quote_identifier(&last)));
        }
        seen.insert(full);
        edits.push((span, sql));
    });
    // Columns that name their table with its schema know it by its alias now.
    for node in tree.walk() {
        let qualifier = node.many("qualifier");
        if !matches!(node.kind, Kind::Column | Kind::Star) || qualifier.len() < 2 {
            continue;
        }
        let parts: Vec<String> = qualifier.iter().map(|part| part.text.clone()).collect();
        let last = parts.last().cloned().unwrap_or_default();
        if context.qualified(parts).is_some_and(|full| seen.contains(&full))
            && let Some(span) = place(node, text)
        {
            edits.push((span, dialect.quote_identifier(&last)));
        }
    }
    Ok(apply(text, edits))
}

fn quoted(full: &str, dialect: Dialect) -> String {
    match TableName::parse_quoted(full) {
        Some(name) => name
            .parts()
            .map(|part| dialect.quote_identifier(part))
            .collect::<Vec<_>>()
            .join("."),
        None => full.to_string(),
    }
}

/// Any statement with its tables replaced, by its words alone: names of tables with their schema are found
/// wherever they stand; bare names only after FROM, JOIN, INTO, UPDATE and TABLE.
pub fn replace_in_statement(text: &str, context: &SiteContext<'_>) -> String {
    if let Ok(text) = replace_in_query(text, context) {
        return text;
    }
    let dialect = context.dialect;
    let Ok(found) = lexer::tokenize(text, dialect) else {
        return text.to_string();
    };
    let tokens = &found.tokens;
    let mut edits: Vec<Edit> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let count = name_length(tokens, at, text);
        if count == 0 || is_after_dot(tokens, at, text) {
            at += 1;
            continue;
        }
        let names: Vec<&Token> = tokens[at..].iter().step_by(2).take(count).collect();
        let folded = |count: usize| -> Vec<String> {
            let part = if count > 1 { Part::Table } else { Part::Column };
            let names = names.iter().take(count);
            names
                .map(|token| {
                    let quoted = token.kind == TokenKind::QuotedIdentifier;
                    dialect.normalize(&token.value(text, dialect), quoted, part)
                })
                .collect()
        };
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let is_source = before.is_some_and(|token| {
            token.is_word(text, "FROM") || token.is_word(text, "JOIN") || token.is_symbol(text, ",")
        });
        let is_target = before.is_some_and(|token| {
            ["INTO", "UPDATE", "TABLE"]
                .iter()
                .any(|word| token.is_word(text, word))
        });
        let mut used = 1;
        for length in (1..=count.min(3)).rev() {
            if length == 1 && !is_source && !is_target {
                continue;
            }
            let parts = folded(length);
            let last = parts.last().cloned().unwrap_or_default();
            let Some(replacement) = context.find(parts) else {
                continue;
            };
            used = length * 2 - 1;
            let (Some(first), Some(end)) = (tokens.get(at), tokens.get(at + used - 1)) else {
                break;
            };
            let span = Span::new(first.span.start, end.span.end);
            let next = tokens.get(at + used);
            if next.is_some_and(|token| token.is_symbol(text, ".")) {
                edits.push((span, dialect.quote_identifier(&last)));
            } else if !is_source && replacement.is_name {
                edits.push((span, replacement.sql.clone()));
            } else if is_source {
                let alias = match has_alias(next, text) {
                    true => String::new(),
                    false => format!(" AS {}", dialect.quote_identifier(&last)),
                };
                edits.push((span, format!("{}{alias}", replacement.sql)));
            }
            break;
        }
        at += used;
    }
    apply(text, edits)
}

/// How many names joined by dots begin here.
fn name_length(tokens: &[Token], at: usize, text: &str) -> usize {
    let is_name = |token: &Token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier);
    let mut count = 0;
    while tokens.get(at + count * 2).is_some_and(is_name) {
        count += 1;
        if !tokens
            .get(at + count * 2 - 1)
            .is_some_and(|token| token.is_symbol(text, "."))
        {
            break;
        }
    }
    count
}

fn is_after_dot(tokens: &[Token], at: usize, text: &str) -> bool {
    at.checked_sub(1)
        .and_then(|before| tokens.get(before))
        .is_some_and(|token| token.is_symbol(text, "."))
}

/// Words that may follow a table without being its alias.
const AFTER_TABLE: [&str; 25] = [
    "WHERE",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "QUALIFY",
    "WINDOW",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "ON",
    "USING",
    "SET",
    "OFFSET",
    "JOIN",
    "LEFT",
    "RIGHT",
    "INNER",
    "FULL",
    "CROSS",
    "NATURAL",
    "LATERAL",
    "TABLESAMPLE",
    "PIVOT",
    "UNPIVOT",
];

fn has_alias(next: Option<&Token>, text: &str) -> bool {
    next.is_some_and(|token| match token.kind {
        TokenKind::QuotedIdentifier => true,
        TokenKind::Word => !AFTER_TABLE.iter().any(|word| token.is_word(text, word)),
        _ => false,
    })
}

/// The bytes of a node's place.
fn place(node: &Node, text: &str) -> Option<Span> {
    let numbers: Vec<u64> = node
        .one("place")?
        .text
        .split(' ')
        .filter_map(|number| number.parse().ok())
        .collect();
    let [line, column, end_line, end_column] = numbers.as_slice() else {
        return None;
    };
    let at = |line: u64, column: u64| offset(text, Location { line, column });
    let (start, end) = (at(*line, *column)?, at(*end_line, *end_column)?);
    (start < end).then(|| Span::new(start, end))
}

/// The text with its edits; what overlaps an earlier edit is left out.
fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, sql) in edits {
        let Some(before) = text.get(at..span.start) else {
            continue;
        };
        out.push_str(before);
        out.push_str(&sql);
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables() -> BTreeMap<String, Replacement> {
        let name = |sql: &str| Replacement {
            sql: sql.to_string(),
            is_name: true,
        };
        [
            ("\"db\".\"shop\".\"items\"", name("\"db\".\"p\".\"i1\"")),
            ("\"bare\"", name("\"p\".\"b1\"")),
            (
                "\"db\".\"shop\".\"emb\"",
                Replacement {
                    sql: "(SELECT 1 AS id)".to_string(),
                    is_name: false,
                },
            ),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_string(), value))
        .collect()
    }

    fn context(tables: &BTreeMap<String, Replacement>) -> SiteContext<'_> {
        SiteContext {
            dialect: Dialect::DuckDb,
            default_catalog: Some("db"),
            tables,
            own: None,
        }
    }

    #[track_caller]
    fn query(text: &str, expected: &str) {
        let tables = tables();
        assert_eq!(replace_in_query(text, &context(&tables)).as_deref(), Ok(expected));
    }

    #[test]
    fn tables_of_queries_are_replaced_and_keep_their_names() {
        query(
            "SELECT shop.items.id, Items.x\nFROM Shop.Items -- shop.items\nJOIN shop.emb AS e USING (id)",
            "SELECT \"items\".id, Items.x\nFROM \"db\".\"p\".\"i1\" AS \"items\" -- shop.items\nJOIN (SELECT 1 AS id) \
             AS e USING (id)",
        );
        query(
            "WITH bare AS (SELECT * FROM bare) SELECT * FROM bare, other.t, (SELECT db.shop.items.* FROM db.shop.items) s",
            "WITH bare AS (SELECT * FROM \"p\".\"b1\" AS \"bare\") SELECT * FROM bare, \"db\".\"other\".\"t\" AS \"t\", (SELECT \"items\".* \
             FROM \"db\".\"p\".\"i1\" AS \"items\") s",
        );
    }

    #[track_caller]
    fn statement(text: &str, expected: &str) {
        let tables = tables();
        assert_eq!(replace_in_statement(text, &context(&tables)), expected);
    }

    #[test]
    fn tables_of_statements_are_found_by_their_words() {
        statement(
            "INSERT INTO log SELECT COUNT(*) FROM shop.items WHERE shop.items.id > 1",
            "INSERT INTO log SELECT COUNT(*) FROM \"db\".\"p\".\"i1\" AS \"items\" WHERE \"items\".id > 1",
        );
        statement("ANALYZE shop.items", "ANALYZE \"db\".\"p\".\"i1\"");
        statement("DELETE FROM bare AS b", "DELETE FROM \"p\".\"b1\" AS b");
        statement("VACUUM 'shop.items'", "VACUUM 'shop.items'");
    }
}
