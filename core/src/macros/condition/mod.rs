//! Conditions and `@EVAL`: a small interpreter over literals.
//!
//! In: expanded tokens of one expression. Out: its value. SQLMesh turns the expression into Python and runs that;
//! so `/` is true division, a text that is not empty is true, and a bare column is an opaque symbol that equals
//! only itself. What cannot be computed is an error, never a guess.

mod functions;
mod reader;

use std::cmp::Ordering;

use reader::Reader;

use super::MacroError;
use super::python_literal::float_repr;
use super::scan::{Token, join, quote_text};
use super::value::placed;
use crate::source::Span;
use crate::sql::Dialect;

const MAX_DEPTH: usize = 40;

/// A computed value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Computed {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// A date or time, as its SQL text.
    Date(String),
    List(Vec<Computed>),
    /// SQL that is not computed: a column or an expression over columns.
    Symbol(String),
}

impl Computed {
    /// Python's truth.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Integer(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Date(_) | Self::Symbol(_) => true,
        }
    }

    /// The SQL that stands for the value; a text becomes SQL, as when a macro returns one. `None` for NULL.
    pub(super) fn to_tokens(&self, dialect: Dialect, span: Span) -> Option<Vec<Token>> {
        let sql = match self {
            Self::Null => return None,
            Self::Text(text) => text.clone(),
            other => other.to_sql(dialect),
        };
        Some(placed(&sql, dialect, span))
    }

    fn to_sql(&self, dialect: Dialect) -> String {
        match self {
            Self::Null => "NULL".to_string(),
            Self::Bool(true) => "TRUE".to_string(),
            Self::Bool(false) => "FALSE".to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => float_repr(*value),
            Self::Text(text) => quote_text(text, dialect),
            Self::Date(text) => {
                let kind = if text.len() > 10 { "TIMESTAMP" } else { "DATE" };
                format!("CAST({} AS {kind})", quote_text(text, dialect))
            }
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.to_sql(dialect)).collect();
                format!("({})", items.join(", "))
            }
            Self::Symbol(sql) => sql.clone(),
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            #[expect(clippy::cast_precision_loss, reason = "as in Python's float()")]
            Self::Integer(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }

    fn integer(&self) -> Option<i64> {
        match self {
            Self::Bool(value) => Some(i64::from(*value)),
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    fn is_symbol(&self) -> bool {
        matches!(self, Self::Symbol(_))
    }

    fn equals(&self, other: &Self) -> bool {
        if let (Some(a), Some(b)) = (self.number(), other.number()) {
            return a == b;
        }
        match (self, other) {
            (Self::Symbol(a), Self::Symbol(b)) => a.eq_ignore_ascii_case(b),
            (Self::List(a), Self::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b)),
            (a, b) => a == b,
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        if let (Some(a), Some(b)) = (self.number(), other.number()) {
            return a.partial_cmp(&b);
        }
        match (self, other) {
            (Self::Text(a) | Self::Date(a), Self::Text(b) | Self::Date(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// The truth of a condition.
pub(super) fn holds(tokens: &[Token], dialect: Dialect, span: Span) -> Result<bool, MacroError> {
    Ok(compute(tokens, dialect, span)?.is_true())
}

/// The value of an expression. `span` is used in errors when there is nothing to point at.
pub(super) fn compute(tokens: &[Token], dialect: Dialect, span: Span) -> Result<Computed, MacroError> {
    if tokens.is_empty() {
        return Ok(Computed::Null);
    }
    let mut reader = Reader {
        tokens,
        at: 0,
        dialect,
        depth: 0,
        span,
    };
    let value = reader.any()?;
    match reader.peek() {
        None => Ok(value),
        // A query or another form that is not an expression: nothing to compute, but something is there.
        Some(_) if matches!(value, Computed::Symbol(_)) => Ok(Computed::Symbol(join(tokens))),
        Some(token) => Err(reader.error(format!("`{}` was not expected here", token.text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::macros::scan::scan;

    fn value(text: &str) -> String {
        let (tokens, _) = scan(text, Dialect::DuckDb);
        match compute(&tokens, Dialect::DuckDb, Span::default()) {
            Ok(value) => format!("{value:?}"),
            Err(error) => format!("error: {}", error.message),
        }
    }

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(value(text), expect, "{text}");
    }

    #[test]
    fn numbers_follow_python() {
        check("1 + 2 * 3", "Integer(7)");
        check("5 / 2", "Float(2.5)");
        check("7 // 2", "Integer(3)");
        check("-7 // 2", "Integer(-4)");
        check("-7 % 3", "Integer(2)");
        check("2 ** 3 ** 2", "Integer(512)");
        check("1 = 1.0", "Bool(true)");
        check("9223372036854775807 + 1", "Float(9.223372036854776e18)");
    }

    #[test]
    fn texts_lists_and_logic() {
        check("'a' = 'a' AND NOT 1 > 2", "Bool(true)");
        check("'b' IN ('a', 'b')", "Bool(true)");
        check("3 NOT IN (1, 2)", "Bool(true)");
        check("2 BETWEEN 1 AND 3", "Bool(true)");
        check("'abc' LIKE 'a%'", "Bool(true)");
        check("NULL IS NULL", "Bool(true)");
        check("1 IS NOT NULL", "Bool(true)");
        check("CASE WHEN 1 > 2 THEN 'x' ELSE 'y' END", "Text(\"y\")");
        check("UPPER('a') || 'b'", "Text(\"Ab\")");
        check(
            "CAST('2024-01-05' AS DATE) >= CAST('2024-01-01' AS DATE)",
            "Bool(true)",
        );
        check("x = 1", "Bool(false)");
        check("x", "Symbol(\"x\")");
    }

    #[test]
    fn refuses_what_it_cannot_compute() {
        assert!(value("1 / 0").starts_with("error: "));
        assert!(value("'a' > 1").starts_with("error: "));
        assert!(value("nonsense('a')").starts_with("error: "));
        assert!(value(&"(".repeat(5000)).starts_with("error: "));
    }
}
