//! What the targets share: text from bytes, and a project around a text.

use planglass_core::diagnostic::Diagnostic;
use planglass_core::project::{LoadOptions, Project, load};
use planglass_core::source::SourceMap;
use planglass_core::sql::Dialect;

const DIALECTS: [&str; 10] = [
    "duckdb",
    "postgres",
    "snowflake",
    "bigquery",
    "databricks",
    "redshift",
    "mysql",
    "tsql",
    "clickhouse",
    "trino",
];

/// The bytes as text, and a dialect chosen by the first of them. Texts longer than a few pages teach nothing new.
pub fn text(data: &[u8]) -> Option<(&str, &'static str)> {
    let (first, rest) = data.split_first()?;
    let text = std::str::from_utf8(rest).ok().filter(|text| text.len() <= 8_192)?;
    Some((text, DIALECTS[usize::from(*first) % DIALECTS.len()]))
}

/// The dialect of a name.
pub fn dialect(name: &str) -> Dialect {
    Dialect::parse(name).unwrap_or_default()
}

/// Loads a project that holds this file beside a good configuration.
pub fn project(path: &str, text: &str, dialect: &str) -> (Project, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    sources.insert(
        "config.yaml",
        format!(
            "gateways: {{main: {{connection: {{type: duckdb, database: db.duckdb}}}}}}\n\
             model_defaults: {{dialect: {dialect}, start: '2024-01-01'}}\nvariables: {{x: 1, names: [a, b]}}\n"
        ),
    );
    sources.insert("macros/m.sql", "{% macro twice(x) %}{{ x }} + {{ x }}{% endmacro %}");
    sources.insert("models/good.sql", "MODEL (name s.good, kind FULL);\nSELECT 1 AS x");
    sources.insert(path, text);
    load(&sources, &LoadOptions::default())
}
