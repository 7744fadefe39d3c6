//! Names of models and tables: from the text that a person writes to the key that everything is found by.
//!
//! In: `Shop.items`, `` `my-project.ds.t` ``, `"Shop"."Items"`. Out: a `TableName` whose parts are folded by the
//! dialect, with the default catalog in front when there is a schema but no catalog. Macros must be expanded.

use super::SqlError;
use super::dialect::{Dialect, Language, Part};
use super::lexer::{Token, TokenKind, tokenize};
use crate::name::TableName;
use crate::source::Span;

/// One part of a name: its text without quotes, and whether it was quoted.
type NamePart = (String, bool);

/// The fully qualified name of a model or of a table reference.
///
/// # Errors
/// When the text is not a name: empty parts at its ends, a call, a macro that is not expanded, or more than
/// three parts.
pub fn table_name(
    text: &str,
    dialect: Dialect,
    default_catalog: Option<&str>,
) -> Result<TableName, SqlError> {
    let parts = parts(text, dialect)?;
    // In BigQuery a lone name may be a common table expression, and those are not case-sensitive.
    let what = if parts.len() == 1 {
        Part::Column
    } else {
        Part::Table
    };
    let has_schema = parts.len() == 2;
    let mut names: Vec<String> = parts
        .iter()
        .filter(|(part, _)| !part.is_empty())
        .map(|(part, quoted)| dialect.normalize(part, *quoted, what))
        .collect();
    if has_schema && let Some(catalog) = default_catalog.filter(|catalog| !catalog.is_empty()) {
        names.insert(0, catalog_name(catalog, dialect));
    }
    let count = names.len();
    match TableName::from_parts(names) {
        Some(name) if count <= 3 => Ok(name),
        _ => Err(refused(text, "expected a table name of one to three parts")),
    }
}

/// A catalog as a part of names: `"Db"` keeps its case where quoted names do, `Db` is folded.
pub fn catalog_name(catalog: &str, dialect: Dialect) -> String {
    let inner = catalog
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|inner| !inner.is_empty());
    match inner {
        Some(inner) => dialect.normalize(&inner.replace("\"\"", "\""), true, Part::Table),
        None => dialect.normalize(catalog, false, Part::Table),
    }
}

/// Cuts a name at its dots.
fn parts(text: &str, dialect: Dialect) -> Result<Vec<NamePart>, SqlError> {
    let tokens = tokenize(text, dialect)?.tokens;
    let mut parts = Vec::new();
    let mut pending: Vec<Token> = Vec::new();
    for token in tokens {
        if token.kind == TokenKind::Symbol && matches!(token.text(text), "(" | ")" | ";") {
            return Err(refused(text, "expected a table name, not a call"));
        }
        let dot = match token.kind {
            TokenKind::Symbol if token.text(text) == "." => Some(token.span.start),
            // `p-1.ds`: the lexer takes `1.` for a number.
            TokenKind::Number => token.text(text).find('.').map(|at| token.span.start + at),
            _ => None,
        };
        let Some(dot) = dot else {
            pending.push(token);
            continue;
        };
        let piece = |start, end| Token {
            kind: TokenKind::Word,
            span: Span::new(start, end),
        };
        if dot > token.span.start {
            pending.push(piece(token.span.start, dot));
        }
        push(&mut parts, &pending, text, dialect)?;
        pending.clear();
        if dot + 1 < token.span.end {
            pending.push(piece(dot + 1, token.span.end));
        }
    }
    push(&mut parts, &pending, text, dialect)?;
    let bounded = |part: Option<&NamePart>| part.is_some_and(|(name, _)| !name.is_empty());
    if bounded(parts.first()) && bounded(parts.last()) {
        Ok(parts)
    } else {
        Err(refused(text, "expected a table name"))
    }
}

/// Adds the part that some tokens make.
fn push(parts: &mut Vec<NamePart>, tokens: &[Token], text: &str, dialect: Dialect) -> Result<(), SqlError> {
    if let [first, ..] = tokens
        && first.is_symbol(text, "@")
    {
        return Err(refused(text, "the macro in the name is not expanded"));
    }
    let (part, quoted) = match tokens {
        [] => (String::new(), false),
        [token] if matches!(token.kind, TokenKind::QuotedIdentifier | TokenKind::String) => {
            (token.value(text, dialect), true)
        }
        [first, .., last] | [first @ last] => {
            let raw = text.get(first.span.start..last.span.end).unwrap_or_default();
            (raw.to_string(), false)
        }
    };
    // In BigQuery one pair of backticks may hold the whole name.
    if quoted && dialect.language() == Language::BigQuery {
        parts.extend(part.split('.').map(|part| (part.to_string(), true)));
    } else {
        parts.push((part, quoted));
    }
    Ok(())
}

fn refused(text: &str, message: &str) -> SqlError {
    SqlError {
        message: format!("{message}: `{}`", text.trim()),
        offset: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, dialect: &str, catalog: &str, expected: &str) {
        let dialect = Dialect::parse(dialect).unwrap_or_default();
        let catalog = Some(catalog).filter(|catalog| !catalog.is_empty());
        let found = match table_name(text, dialect, catalog) {
            Ok(name) => name.to_string(),
            Err(error) => error.message,
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn adds_the_default_catalog() {
        check("a", "duckdb", "Db", "\"a\"");
        check("Sch.Tab", "duckdb", "Db", "\"db\".\"sch\".\"tab\"");
        check("Sch.Tab", "mysql", "", "\"Sch\".\"Tab\"");
        check("a.b", "snowflake", "\"Db\"", "\"Db\".\"A\".\"B\"");
        check("a.b", "duckdb", "my-db", "\"my-db\".\"a\".\"b\"");
        check("A.B", "bigquery", "My-Proj", "\"My-Proj\".\"A\".\"B\"");
        check("db..t", "snowflake", "", "\"DB\".\"T\"");
    }

    #[test]
    fn reads_the_quotes_of_the_dialect() {
        check("\"Sch\".\"Tab x\"", "postgres", "Db", "\"db\".\"Sch\".\"Tab x\"");
        check("[a b].c", "tsql", "DB", "\"db\".\"a b\".\"c\"");
        check("'p'.tbl", "duckdb", "c", "\"c\".\"p\".\"tbl\"");
        check("a.\"b\"\"c\"", "duckdb", "c", "\"c\".\"a\".\"b\"\"c\"");
        check("`My-P.Ds.T`", "bigquery", "c", "\"My-P\".\"Ds\".\"T\"");
        check("\"a.b\".c", "duckdb", "x", "\"x\".\"a.b\".\"c\"");
        check("a.b /* c */", "duckdb", "c", "\"c\".\"a\".\"b\"");
    }

    #[test]
    fn takes_what_is_not_a_plain_word() {
        check("My-P.Ds.T", "bigquery", "c", "\"My-P\".\"Ds\".\"T\"");
        check("p-1.d.e", "bigquery", "c", "\"p-1\".\"d\".\"e\"");
        check("ds.tab_*", "bigquery", "p", "\"p\".\"ds\".\"tab_*\"");
        check("a.1b", "duckdb", "c", "\"c\".\"a\".\"1b\"");
        check("Abc", "bigquery", "p", "\"abc\"");
        check("A.Ä", "duckdb", "c", "\"c\".\"a\".\"ä\"");
        check(
            "X.Y",
            "snowflake,normalization_strategy=lowercase",
            "DB",
            "\"db\".\"x\".\"y\"",
        );
    }

    #[test]
    fn refuses_what_is_no_name() {
        check("a.b.", "duckdb", "c", "expected a table name: `a.b.`");
        check("", "duckdb", "c", "expected a table name: ``");
        check(
            "@x.y",
            "duckdb",
            "c",
            "the macro in the name is not expanded: `@x.y`",
        );
        check(
            "f('x')",
            "duckdb",
            "c",
            "expected a table name, not a call: `f('x')`",
        );
    }
}
