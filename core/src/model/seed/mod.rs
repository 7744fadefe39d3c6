//! The CSV of a seed: column names, the types they get, and the hash of each column.
//!
//! In: the text of the file, the `csv_settings` of the model, its dialect. Out: what SQLMesh's reader (pandas)
//! makes of it, digit for digit, because the hashes name versions. Declared `columns` change neither names nor
//! hashes. Not done: several characters as delimiter (the reference refuses them too) and encodings: the text
//! comes decoded.

mod column;
mod table;

use crate::ordered::{BTreeMap, BTreeSet};
use std::fmt;

use crate::ordered::IndexMap;
use serde_json::Value;

use super::Columns;
use crate::hash::crc32_of_all;
use crate::sql::dialect::{Dialect, Part};
use column::Column;

/// What is known of a seed without its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeedData {
    /// Column → inferred type (`BIGINT`, `DOUBLE`, `BOOLEAN`, `TEXT`; `UNKNOWN` for whole numbers that need
    /// all 64 bits, which SQLMesh refuses unless `columns` are declared).
    pub columns: Columns,
    /// Column → CRC-32 of the column as JSON, in the order of the file.
    pub column_hashes: IndexMap<String, String>,
    /// Number of rows.
    pub rows: usize,
}

/// Why a CSV cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedError {
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Line of the file, from 1; 0 when it is about the settings.
    pub line: usize,
}

impl SeedError {
    fn new(message: impl Into<String>, line: usize) -> Self {
        Self {
            message: message.into(),
            line,
        }
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SeedError {}

/// Words that stand for nothing unless `keep_default_na` is false.
const DEFAULT_NA: [&str; 18] = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A",
    "NA", "NULL", "NaN", "None", "n/a", "nan",
];

/// `null` completes the words above.
const LOWER_NULL: &str = "null";

/// Reads a seed. `settings` are the model's `csv_settings` by name; absent ones have pandas' defaults.
///
/// # Errors
/// An empty file, an unclosed quote, a row longer than the first, two columns of one name, a setting that is no
/// single character.
pub fn read(
    content: &str,
    settings: Option<&IndexMap<String, Value>>,
    dialect: Dialect,
) -> Result<SeedData, SeedError> {
    let table = table::read(content, &format_of(settings)?)?;
    let words = NaWords::of(settings);
    let mut data = SeedData {
        rows: table.rows,
        ..SeedData::default()
    };
    for (name, cells) in table.names.iter().zip(&table.columns) {
        let column = Column::infer(cells, &words.column(name));
        let normalized = column_name(name, dialect);
        let hash = crc32_of_all([column.to_json()]);
        data.columns
            .insert(normalized.clone(), column.sql_type().to_string());
        if data.column_hashes.insert(normalized.clone(), hash).is_some() {
            return Err(SeedError::new(format!("Two columns are named `{normalized}`"), 1));
        }
    }
    Ok(data)
}

/// The cells of a seed by row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeedRows {
    /// Column names, folded.
    pub names: Vec<String>,
    /// Rows of cells; `None` is a missing value.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Reads the rows of a seed, each cell as it is written.
///
/// # Errors
/// As `read`.
pub fn rows(
    content: &str,
    settings: Option<&IndexMap<String, Value>>,
    dialect: Dialect,
) -> Result<SeedRows, SeedError> {
    let table = table::read(content, &format_of(settings)?)?;
    let words = NaWords::of(settings);
    let mut found = SeedRows {
        names: Vec::new(),
        rows: vec![Vec::new(); table.rows],
    };
    for (name, cells) in table.names.iter().zip(table.columns) {
        let missing = words.column(name);
        found.names.push(column_name(name, dialect));
        for (row, cell) in found.rows.iter_mut().zip(cells) {
            row.push((!missing.contains(&cell)).then_some(cell));
        }
    }
    Ok(found)
}

/// A column's name as the dialect folds it when it comes from outside of SQL (a CSV header, YAML): bare words as
/// unquoted names, everything else as quoted ones.
pub(crate) fn column_name(name: &str, dialect: Dialect) -> String {
    let is_word = |text: &str| {
        !text.is_empty()
            && !text.starts_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    if is_word(name) {
        return dialect.normalize(name, false, Part::Column);
    }
    let (open, close) = dialect.identifier_quotes();
    let inner = [(open, close), ('"', '"')]
        .into_iter()
        .find_map(|(open, close)| name.strip_prefix(open)?.strip_suffix(close))
        .filter(|inner| is_word(inner));
    dialect.normalize(inner.unwrap_or(name), true, Part::Column)
}

fn text_setting<'a>(settings: Option<&'a IndexMap<String, Value>>, name: &str) -> Option<&'a str> {
    settings?.get(name)?.as_str()
}

fn switch(settings: Option<&IndexMap<String, Value>>, name: &str, default: bool) -> bool {
    match settings.and_then(|settings| settings.get(name)) {
        Some(Value::Bool(on)) => *on,
        Some(Value::Number(number)) => number.as_i64() != Some(0),
        Some(Value::String(text)) => matches!(
            text.to_lowercase().as_str(),
            "true" | "1" | "t" | "yes" | "y" | "on"
        ),
        _ => default,
    }
}

fn format_of(settings: Option<&IndexMap<String, Value>>) -> Result<table::Format, SeedError> {
    let mut format = table::Format::default();
    let character = |name: &str| match text_setting(settings, name) {
        None => Ok(None),
        Some(text) => {
            let text = match text {
                "\\t" => "\t",
                "\\n" => "\n",
                "\\r" => "\r",
                "\\\\" => "\\",
                other => other,
            };
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(one), None) => Ok(Some(one)),
                _ => Err(SeedError::new(
                    format!("The CSV setting `{name}` must be one character, not `{text}`"),
                    0,
                )),
            }
        }
    };
    format.delimiter = character("delimiter")?.unwrap_or(format.delimiter);
    format.quote = character("quotechar")?.unwrap_or(format.quote);
    format.escape = character("escapechar")?;
    format.line_end = character("lineterminator")?;
    format.doubled_quotes = switch(settings, "doublequote", true);
    format.skip_initial_space = switch(settings, "skipinitialspace", false);
    Ok(format)
}

/// The words that stand for nothing, for all columns or by column.
struct NaWords {
    default: BTreeSet<String>,
    all: BTreeSet<String>,
    by_column: BTreeMap<String, BTreeSet<String>>,
}

impl NaWords {
    fn of(settings: Option<&IndexMap<String, Value>>) -> Self {
        let mut words = Self {
            default: BTreeSet::new(),
            all: BTreeSet::new(),
            by_column: BTreeMap::new(),
        };
        if switch(settings, "keep_default_na", true) {
            words.default = DEFAULT_NA.iter().map(ToString::to_string).collect();
            words.default.insert(LOWER_NULL.to_string());
        }
        match settings.and_then(|settings| settings.get("na_values")) {
            Some(Value::Object(columns)) => {
                for (column, values) in columns {
                    words.by_column.insert(column.clone(), spellings(values));
                }
            }
            Some(Value::Null) | None => {}
            Some(values) => words.all = spellings(values),
        }
        words
    }

    /// Names are those of the header, before folding.
    fn column(&self, name: &str) -> BTreeSet<String> {
        self.default
            .iter()
            .chain(&self.all)
            .chain(self.by_column.get(name).into_iter().flatten())
            .cloned()
            .collect()
    }
}

/// The texts that a list of values stands for: `7` is also `7.0`.
fn spellings(values: &Value) -> BTreeSet<String> {
    let list: Vec<&Value> = match values {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    };
    let mut words = BTreeSet::new();
    for value in list {
        let text = match value {
            Value::Null => "None".to_string(),
            Value::Bool(true) => "True".to_string(),
            Value::Bool(false) => "False".to_string(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if let Ok(number) = text.trim().parse::<f64>()
            && number.fract() == 0.0
            && number.abs() < 1e15
        {
            words.insert(format!("{number:.0}"));
            words.insert(format!("{number:.1}"));
        }
        words.insert(text);
    }
    words
}

#[cfg(test)]
mod tests;
