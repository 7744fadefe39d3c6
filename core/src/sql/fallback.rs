//! What can be told of a query that the parser refuses: the tables it names, and whether its text changed.
//!
//! A warehouse may accept what the parser does not know; such a model must not make a project unloadable. The
//! scan looks for names after FROM, JOIN and commas of a FROM list, minus the names of common table expressions.
//! It can take too much (a CTE of the same name elsewhere hides a table) but never sees columns.

use sqlparser::tokenizer::Token;

use super::dialect::{Dialect, Language, Part};
use super::tree::{Kind, Node};

/// Words that end a FROM list.
const ENDS: [&str; 17] = [
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
    "SELECT",
    "ON",
    "USING",
    "SET",
    "SETTINGS",
    "OFFSET",
    "MINUS",
];

/// Constructs that engines accept and the parser does not know: the words they show by, and their name.
const GAPS: [(Option<Language>, &[&str], &str); 41] = [
    (Some(Language::ClickHouse), &["NESTED", "("], "the type Nested"),
    (None, &["PIVOT"], "PIVOT"),
    (None, &["UNPIVOT"], "UNPIVOT"),
    (None, &["EXCLUDE", "TIES"], "EXCLUDE in a window frame"),
    (None, &["EXCLUDE", "GROUP"], "EXCLUDE in a window frame"),
    (None, &["EXCLUDE", "CURRENT"], "EXCLUDE in a window frame"),
    (None, &["ROWS", "FROM"], "ROWS FROM"),
    (None, &["SEARCH", "DEPTH"], "SEARCH in a recursive query"),
    (None, &["SEARCH", "BREADTH"], "SEARCH in a recursive query"),
    (None, &["JSON_TABLE"], "JSON_TABLE"),
    (None, &["XMLELEMENT"], "XMLELEMENT"),
    (None, &["TABLESAMPLE"], "TABLESAMPLE"),
    (None, &["MATCH_RECOGNIZE"], "MATCH_RECOGNIZE"),
    (None, &["ASOF"], "ASOF JOIN"),
    (Some(Language::DuckDb), &["*", "RENAME"], "* RENAME"),
    (Some(Language::DuckDb), &["*", "LIKE"], "* LIKE"),
    (Some(Language::DuckDb), &["*", "ILIKE"], "* ILIKE"),
    (Some(Language::DuckDb), &["*", "SIMILAR"], "* SIMILAR TO"),
    (Some(Language::DuckDb), &["*", "GLOB"], "* GLOB"),
    (Some(Language::DuckDb), &["GLOB"], "GLOB"),
    (Some(Language::DuckDb), &["SAMPLE"], "USING SAMPLE"),
    (Some(Language::DuckDb), &["USING", "KEY"], "USING KEY"),
    (Some(Language::DuckDb), &["AT", "("], "AT"),
    (Some(Language::DuckDb), &["FOR"], "a list comprehension"),
    (Some(Language::DuckDb), &[":"], "an alias before its expression"),
    (Some(Language::DuckDb), &["(", "FROM"], "FROM without SELECT"),
    (Some(Language::Snowflake), &["{", "*"], "an object wildcard"),
    (Some(Language::BigQuery), &[">>"], "nested angle brackets"),
    (Some(Language::BigQuery), &["SAFE", "."], "SAFE."),
    (Some(Language::BigQuery), &["MODEL"], "MODEL as an argument"),
    (Some(Language::Spark), &["TRANSFORM"], "TRANSFORM"),
    (Some(Language::Databricks), &["TRANSFORM"], "TRANSFORM"),
    (Some(Language::Redshift), &["APPROXIMATE"], "APPROXIMATE"),
    (Some(Language::ClickHouse), &["APPLY"], "APPLY"),
    (Some(Language::ClickHouse), &["?"], "the ternary operator"),
    (Some(Language::ClickHouse), &["WITH", "TIES"], "LIMIT WITH TIES"),
    (Some(Language::ClickHouse), &["WITH"], "an expression in WITH"),
    (Some(Language::ClickHouse), &[".1"], "a place in a tuple"),
    (Some(Language::ClickHouse), &[".2"], "a place in a tuple"),
    (Some(Language::ClickHouse), &[".3"], "a place in a tuple"),
    (Some(Language::TSql), &["OPTION", "("], "OPTION"),
];

/// The construct in a refused query that explains the refusal; without one the query is taken to be wrong.
pub(super) fn known_gap(tokens: &[Token], dialect: Dialect) -> Option<&'static str> {
    let words = words(tokens);
    let starts_like_a_query = matches!(
        words.first().map(String::as_str),
        Some("SELECT" | "WITH" | "FROM" | "(" | "VALUES" | "PIVOT" | "UNPIVOT")
    );
    let opened = words.iter().filter(|word| *word == "(").count();
    let closed = words.iter().filter(|word| *word == ")").count();
    if !starts_like_a_query || opened != closed {
        return None;
    }
    let seen = |shown: &[&str]| {
        words
            .windows(shown.len())
            .any(|found| found.iter().zip(shown).all(|(found, shown)| found == shown))
    };
    GAPS.iter()
        .filter(|(language, ..)| language.is_none_or(|language| language == dialect.language()))
        .find(|(_, shown, _)| seen(shown))
        .map(|(.., name)| *name)
}

/// Tokens without layout, keywords and names in upper case.
fn words(tokens: &[Token]) -> Vec<String> {
    tokens
        .iter()
        .filter(|token| !matches!(token, Token::Whitespace(_) | Token::EOF))
        .map(|token| match token {
            Token::Word(word) if word.quote_style.is_none() => word.value.to_uppercase(),
            other => other.to_string(),
        })
        .collect()
}

/// An opaque node for the tokens, with the tables found as arguments.
pub(super) fn scan(tokens: &[Token], dialect: Dialect) -> Node {
    let words = words(tokens);
    let tokens: Vec<&Token> = tokens
        .iter()
        .filter(|token| !matches!(token, Token::Whitespace(_) | Token::EOF))
        .collect();
    let scanner = Scanner {
        tokens: &tokens,
        words: &words,
        dialect,
    };
    let ctes = scanner.ctes();
    let mut tables: Vec<Node> = Vec::new();
    for table in scanner.tables() {
        let is_cte = match table.many("name") {
            [only] => ctes.contains(&only.text),
            _ => false,
        };
        if !is_cte && !tables.contains(&table) {
            tables.push(table);
        }
    }
    Node::new(Kind::Opaque, words.join(" ")).with_many("tables", tables)
}

struct Scanner<'a> {
    tokens: &'a [&'a Token],
    words: &'a [String],
    dialect: Dialect,
}

impl Scanner<'_> {
    fn is(&self, at: usize, word: &str) -> bool {
        self.words.get(at).is_some_and(|found| found == word)
    }

    fn name(&self, at: usize, part: Part) -> Option<String> {
        match self.tokens.get(at)? {
            Token::Word(word) => Some(
                self.dialect
                    .normalize(&word.value, word.quote_style.is_some(), part),
            ),
            _ => None,
        }
    }

    /// Names before `AS (`, where a WITH was seen.
    fn ctes(&self) -> Vec<String> {
        let mut names = Vec::new();
        if !self.words.iter().any(|word| word == "WITH") {
            return names;
        }
        for at in 1..self.words.len() {
            if !self.is(at, "AS") {
                continue;
            }
            let body =
                (at + 1..at + 4).find(|next| !self.is(*next, "NOT") && !self.is(*next, "MATERIALIZED"));
            if !body.is_some_and(|body| self.is(body, "(")) {
                continue;
            }
            // c AS ( or c(a, b) AS (
            let mut before = at - 1;
            if self.is(before, ")") {
                while before > 0 && !self.is(before, "(") {
                    before -= 1;
                }
                before = before.saturating_sub(1);
            }
            names.extend(self.name(before, Part::Column));
        }
        names
    }

    fn tables(&self) -> Vec<Node> {
        let mut found = Vec::new();
        // For each level of parentheses, whether a comma here separates tables.
        let mut in_from = vec![false];
        for at in 0..self.words.len() {
            let Some(word) = self.words.get(at) else { break };
            let quoted =
                !matches!(self.tokens.get(at), Some(Token::Word(word)) if word.quote_style.is_none());
            match word.as_str() {
                "(" => in_from.push(false),
                ")" if in_from.len() > 1 => {
                    in_from.pop();
                }
                "," if in_from.last() == Some(&true) => self.table(at + 1, &mut found),
                _ if quoted => {}
                "FROM" if !self.in_call(at) => {
                    self.table(at + 1, &mut found);
                    if let Some(level) = in_from.last_mut() {
                        *level = true;
                    }
                }
                "PIVOT" | "UNPIVOT" if at == 0 || self.is(at - 1, "(") || self.is(at - 1, ")") => {
                    self.table(at + 1, &mut found);
                }
                // ML.PREDICT(MODEL m, …)
                "MODEL"
                    if self.dialect.language() == Language::BigQuery && at > 0 && self.is(at - 1, "(") =>
                {
                    self.table(at + 1, &mut found);
                }
                "JOIN" => {
                    self.table(at + 1, &mut found);
                    if let Some(level) = in_from.last_mut() {
                        *level = true;
                    }
                }
                word if ENDS.contains(&word) => {
                    if let Some(level) = in_from.last_mut() {
                        *level = false;
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// `EXTRACT(year FROM x)`, `TRIM(… FROM x)`, `IS DISTINCT FROM x`: a FROM that names no table.
    fn in_call(&self, at: usize) -> bool {
        if at > 0 && self.is(at - 1, "DISTINCT") {
            return at > 1 && (self.is(at - 2, "IS") || self.is(at - 2, "NOT"));
        }
        let mut depth = 0_usize;
        for before in (0..at).rev() {
            match self.words.get(before).map(String::as_str) {
                Some(")") => depth += 1,
                Some("(") if depth == 0 => {
                    return before > 0
                        && ["EXTRACT", "TRIM", "SUBSTRING", "POSITION", "OVERLAY"]
                            .iter()
                            .any(|name| self.is(before - 1, name));
                }
                Some("(") => depth -= 1,
                Some("SELECT") if depth == 0 => return false,
                _ => {}
            }
        }
        false
    }

    /// A dotted name that is not called as a function.
    fn table(&self, at: usize, found: &mut Vec<Node>) {
        let mut at = at;
        while self.is(at, "LATERAL") || self.is(at, "ONLY") || self.is(at, "(") {
            let query = ["SELECT", "WITH", "PIVOT", "UNPIVOT", "FROM", "VALUES"];
            if self.is(at, "(") && query.iter().any(|word| self.is(at + 1, word)) {
                return;
            }
            at += 1;
        }
        let mut places = vec![at];
        while self.is(at + 1, ".") {
            at += 2;
            places.push(at);
        }
        if self.is(at + 1, "(") || ENDS.contains(&self.words.get(places[0]).map_or("", String::as_str)) {
            return;
        }
        let part = if places.len() > 1 {
            Part::Table
        } else {
            Part::Column
        };
        let parts: Option<Vec<String>> = places.into_iter().map(|place| self.name(place, part)).collect();
        let Some(parts) = parts else { return };
        // BigQuery quotes whole paths.
        let parts = parts
            .iter()
            .flat_map(|part| part.split('.'))
            .map(Node::identifier);
        found.push(Node::new(Kind::Table, "").with_many("name", parts.collect()));
    }
}

#[cfg(test)]
mod tests {
    use crate::sql::MappingSchema;
    use crate::sql::{Dialect, QueryContext, analyze};

    #[track_caller]
    fn check(dialect: Dialect, sql: &str, tables: &[&str], notes: usize) {
        let schema = MappingSchema::new();
        let context = QueryContext {
            dialect,
            default_catalog: Some("db"),
            schema: &schema,
            optimize: true,
        };
        let found = analyze(sql, &context).expect("is read");
        assert_eq!(found.depends_on.into_iter().collect::<Vec<_>>(), tables, "{sql}");
        assert_eq!(found.notes.len(), notes, "{:?}", found.notes);
    }

    #[test]
    fn refused_queries_still_name_their_tables() {
        check(
            Dialect::DuckDb,
            "WITH c AS MATERIALIZED (SELECT extract(year FROM d) AS y FROM s.a), e(x) AS (SELECT 1) \
             SELECT x FROM JSON_TABLE(a COLUMNS(b FOR c)) AS j, c, s.b AS bb, e JOIN \"S\".\"d\" ON TRUE WHERE a IN (SELECT 1 FROM f)",
            &[
                "\"db\".\"s\".\"a\"",
                "\"db\".\"s\".\"b\"",
                "\"db\".\"s\".\"d\"",
                "\"f\"",
            ],
            1,
        );
        check(
            Dialect::DuckDb,
            "PIVOT s.t ON a USING sum(b)",
            &["\"db\".\"s\".\"t\""],
            1,
        );
        check(
            Dialect::BigQuery,
            "SELECT a FROM ML.PREDICT(MODEL m, (SELECT 1)), `p.d.t`, unnest(y) WHERE a IS DISTINCT FROM b",
            &["\"m\"", "\"p\".\"d\".\"t\""],
            1,
        );
    }

    #[test]
    fn spellings_the_parser_does_not_know() {
        check(
            Dialect::ClickHouse,
            "SELECT a FROM s.t FINAL ANY LEFT JOIN s.u USING (a)",
            &["\"db\".\"s\".\"t\"", "\"db\".\"s\".\"u\""],
            0,
        );
        check(
            Dialect::DuckDb,
            "SELECT 2 ** 3, sum(x IGNORE NULLS) FROM (FROM s.t WHERE a) TABLESAMPLE 10% LIMIT 5%",
            &["\"db\".\"s\".\"t\""],
            0,
        );
        check(
            Dialect::Trino,
            "SELECT CAST(a AS ARRAY(INTEGER)) FROM s.t FOR VERSION AS OF 1",
            &["\"db\".\"s\".\"t\""],
            0,
        );
        check(
            Dialect::Spark,
            "SELECT a FROM s.t VERSION AS OF 1",
            &["\"db\".\"s\".\"t\""],
            0,
        );
    }
}
