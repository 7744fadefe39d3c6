//! Literals.

use sqlparser::ast::Value;

use super::Lowering;
use crate::sql::Language;
use crate::sql::tree::{Kind, Node};

impl Lowering {
    /// A literal.
    pub(super) fn value(&self, value: Value) -> Node {
        match value {
            Value::Number(digits, long) => Node::new(Kind::Number, digits).with_flag("long", long),
            Value::SingleQuotedString(text)
            | Value::TripleSingleQuotedString(text)
            | Value::TripleDoubleQuotedString(text)
            | Value::DoubleQuotedString(text) => Node::new(Kind::Text, text),
            Value::DollarQuotedString(text) => Node::new(Kind::Text, text.value),
            Value::Boolean(value) => Node::boolean(value),
            Value::Null => Node::new(Kind::Null, ""),
            Value::Placeholder(name) => Node::new(Kind::Placeholder, name),
            // Other string forms stay apart from plain strings, as their escapes do.
            other => Node::new(Kind::Text, "").with("form", Node::new(Kind::Word, other.to_string())),
        }
    }
}

/// The digits and the type of a number with a suffix.
pub(super) fn typed_number(language: Language, word: &str) -> Option<(String, &'static str)> {
    if !matches!(
        language,
        Language::Spark | Language::Spark2 | Language::Databricks | Language::Hive
    ) {
        return None;
    }
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let data_type = match word.get(digits.len()..)?.to_ascii_uppercase().as_str() {
        "L" => "BIGINT",
        "S" => "SMALLINT",
        "Y" => "TINYINT",
        "D" => "DOUBLE",
        "F" => "FLOAT",
        "BD" => "DECIMAL",
        _ => return None,
    };
    Some((digits.to_string(), data_type))
}
