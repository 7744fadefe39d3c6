//! SQL: dialects, parsing, names, output columns and comparison. The only door to sqlparser.

pub mod dialect;

pub use dialect::Dialect;

use std::collections::BTreeSet;

use crate::model::{Columns, MappingSchema};

/// Why a text is not SQL that we can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlError {
    /// What was expected or found.
    pub message: String,
    /// Byte offset in the text, when known.
    pub offset: Option<usize>,
}

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

/// What is known about a query.
#[derive(Debug, Clone, Default)]
pub struct QueryAnalysis {
    /// Tables read, fully qualified and quoted, CTEs aside.
    pub depends_on: BTreeSet<String>,
    /// Output columns with types in the dialect's spelling (`UNKNOWN` when not known); `None` when a star
    /// stays or a column has no name.
    pub columns: Option<Columns>,
}
