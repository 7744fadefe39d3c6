//! Values of variables and the SQL that stands for them.

use serde_json::Value;

use super::scan::{Kind, Token, quote_text, scan, string_literal};
use crate::source::Span;
use crate::sql::dialect::{Dialect, Language};

/// The value of a variable.
#[derive(Debug, Clone, PartialEq)]
pub enum MacroValue {
    /// A plain value, put in as a literal.
    Plain(Value),
    /// SQL text, put in as it is.
    Sql(String),
}

impl MacroValue {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Plain(Value::String(text.into()))
    }

    /// NULL.
    pub fn null() -> Self {
        Self::Plain(Value::Null)
    }

    /// SQL text.
    pub fn sql(text: impl Into<String>) -> Self {
        Self::Sql(text.into())
    }

    /// The SQL that stands for the value: a literal, or the SQL itself.
    pub fn to_sql(&self, dialect: Dialect) -> String {
        match self {
            Self::Plain(value) => literal(value, dialect),
            Self::Sql(sql) => sql.clone(),
        }
    }

    /// The bare text that stands for the value inside a name or a template: strings and names without quotes.
    pub(super) fn to_bare(&self, dialect: Dialect) -> String {
        match self {
            Self::Plain(Value::String(text)) => text.clone(),
            // Python's `str`.
            Self::Plain(value) => super::python_literal::value_repr(value, 0),
            Self::Sql(sql) => {
                let (tokens, _) = scan(sql, dialect);
                bare(&tokens, dialect)
            }
        }
    }

    pub(super) fn tokens(&self, dialect: Dialect, span: Span) -> Vec<Token> {
        placed(&self.to_sql(dialect), dialect, span)
    }
}

/// Tokens of a text that a macro at `span` made.
pub(super) fn placed(sql: &str, dialect: Dialect, span: Span) -> Vec<Token> {
    let (mut tokens, _) = scan(sql, dialect);
    for token in &mut tokens {
        token.span = span;
    }
    tokens
}

/// The bare text of an expression inside a name or a template.
pub(super) fn bare(tokens: &[Token], dialect: Dialect) -> String {
    match tokens {
        [token] if token.kind == Kind::Text => super::scan::text_of(&token.text, dialect),
        [token] if token.kind == Kind::Quoted => super::scan::unquoted(&token.text),
        _ => super::scan::join(tokens).trim().to_string(),
    }
}

/// A variable's value where a macro stands: a list is a tuple.
fn literal(value: &Value, dialect: Dialect) -> String {
    match value {
        Value::Array(items) => {
            let parts: Vec<String> = items.iter().map(|item| literal(item, dialect)).collect();
            format!("({})", parts.join(", "))
        }
        _ => converted(value, dialect, quote_text),
    }
}

/// The right side of `key = value` as SQLMesh prints it in a dialect, for a property in the configuration.
pub fn sql_literal(value: &Value, dialect: Dialect) -> String {
    match value {
        // Behind `=` T-SQL takes a bit for a truth.
        Value::Bool(truth) if matches!(dialect.language(), Language::TSql | Language::Fabric) => {
            i32::from(*truth).to_string()
        }
        _ => converted(value, dialect, string_literal),
    }
}

fn converted(value: &Value, dialect: Dialect, quote: fn(&str, Dialect) -> String) -> String {
    use Language as L;
    let bits = matches!(dialect.language(), L::TSql | L::Fabric);
    match value {
        Value::Null => "NULL".to_string(),
        Value::Bool(truth) if bits => format!("(1 = {})", i32::from(*truth)),
        Value::Bool(true) => "TRUE".to_string(),
        Value::Bool(false) => "FALSE".to_string(),
        Value::Number(number) if number.is_f64() => {
            super::python_literal::float_repr(number.as_f64().unwrap_or_default())
        }
        Value::Number(number) => number.to_string(),
        Value::String(text) => quote(text, dialect),
        Value::Array(items) => {
            let parts: Vec<String> = items.iter().map(|item| converted(item, dialect, quote)).collect();
            array_literal(&parts, dialect)
        }
        Value::Object(entries) => {
            let keys: Vec<String> = entries.keys().map(|key| quote(key, dialect)).collect();
            let values: Vec<String> = entries
                .values()
                .map(|value| converted(value, dialect, quote))
                .collect();
            map_literal(&keys, &values, dialect)
        }
    }
}

fn array_literal(items: &[String], dialect: Dialect) -> String {
    use Language as L;
    let items = items.join(", ");
    match dialect.language() {
        L::DuckDb | L::Snowflake | L::BigQuery | L::ClickHouse | L::StarRocks => format!("[{items}]"),
        L::Postgres
        | L::RisingWave
        | L::Materialize
        | L::Trino
        | L::Presto
        | L::Athena
        | L::Dune
        | L::Druid => format!("ARRAY[{items}]"),
        _ => format!("ARRAY({items})"),
    }
}

fn map_literal(keys: &[String], values: &[String], dialect: Dialect) -> String {
    use Language as L;
    let name = match dialect.language() {
        L::Snowflake => "OBJECT_CONSTRUCT",
        L::ClickHouse => "map",
        L::Spark | L::Spark2 | L::Databricks => "MAP_FROM_ARRAYS",
        L::Doris => "ARRAY_MAP",
        _ => "MAP",
    };
    if matches!(dialect.language(), L::Snowflake | L::ClickHouse | L::Hive) {
        let pairs: Vec<String> = keys
            .iter()
            .zip(values)
            .map(|(key, value)| format!("{key}, {value}"))
            .collect();
        return format!("{name}({})", pairs.join(", "));
    }
    let (keys, values) = (array_literal(keys, dialect), array_literal(values, dialect));
    format!("{name}({keys}, {values})")
}
