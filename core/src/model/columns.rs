//! Output columns of a node, wherever they come from.

use super::{Columns, Model, value};
use crate::sql::Dialect;
use crate::sql::types::{self, DataType};

/// Output columns with canonical types: declared, else derived from the seed, else found in the query. SCD type 2
/// adds its validity columns. `None` when unknown.
pub fn output_columns(model: &Model, found: Option<Columns>) -> Option<Columns> {
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let declared = model.columns.as_ref().map(|columns| {
        let canonical = |text: &String| types::canonical(text, dialect);
        columns
            .iter()
            .map(|(name, text)| (name.clone(), canonical(text)))
            .collect()
    });
    // What a seed's values tell are types of no dialect.
    let derived = model.derived_columns_to_types.as_ref().map(|columns| {
        let spelled = |text: &String| DataType::parse(text, Dialect::Generic).to_sql(dialect);
        columns
            .iter()
            .map(|(name, text)| (name.clone(), spelled(text)))
            .collect()
    });
    let mut columns: Columns = declared.or(derived).or(found)?;
    if model.kind.name.is_scd_type_2() {
        let data_type = model.kind.time_data_type.as_deref().unwrap_or("TIMESTAMP");
        for name in [&model.kind.valid_from_name, &model.kind.valid_to_name]
            .into_iter()
            .flatten()
        {
            let name = value::word(name, dialect).unwrap_or_else(|| name.clone());
            columns.get_or_insert_with(name, || data_type.to_string());
        }
    }
    Some(columns)
}

/// Where the type ends and a column's constraints begin.
pub(super) fn type_end(pieces: &[value::Piece]) -> usize {
    let mut depth = 0i64;
    let constraint = pieces.iter().skip(1).position(|piece| {
        depth += i64::from(piece.is("<")) - i64::from(piece.is(">"));
        depth <= 0 && CONSTRAINTS.iter().any(|word| piece.is_word(word))
    });
    constraint.map_or(pieces.len(), |at| at + 1)
}

/// Words that begin a column's constraint.
const CONSTRAINTS: [&str; 20] = [
    "auto_increment",
    "autoincrement",
    "check",
    "codec",
    "collate",
    "comment",
    "constraint",
    "default",
    "encode",
    "generated",
    "identity",
    "invisible",
    "masking",
    "not",
    "null",
    "on",
    "options",
    "primary",
    "references",
    "unique",
];

/// Joins what a comma between angle brackets has cut apart: `map<string, int>`.
pub(super) fn with_angles(text: &str, items: Vec<String>) -> Vec<String> {
    let mut whole: Vec<String> = Vec::new();
    let mut depth = 0i64;
    let (mut begin, mut read) = (0, 0);
    for item in items {
        let rest = text.get(read..).unwrap_or("");
        let start = read + rest.find(&item).unwrap_or(0);
        read = start + item.len();
        for c in item.chars() {
            depth += i64::from(c == '<') - i64::from(c == '>');
        }
        match whole.last_mut().filter(|_| begin > 0) {
            Some(last) => *last = text.get(begin - 1..read).unwrap_or(&item).to_string(),
            None => {
                begin = start + 1;
                whole.push(item);
            }
        }
        if depth <= 0 {
            begin = 0;
        }
    }
    whole
}
