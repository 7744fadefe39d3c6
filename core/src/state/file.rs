//! The state file: SQLMesh's export format.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::snapshot::Snapshot;
use crate::source::{Location, Span};

use super::environment::EnvironmentEntry;

/// Which releases wrote the state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// State schema: 102 for SQLMesh 0.236.
    pub schema_version: i64,
    /// SQLGlot.
    pub sqlglot_version: String,
    /// SQLMesh.
    pub sqlmesh_version: String,
}

/// Head of a state file. SQLMesh needs the fields in this order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// When it was written, to the minute: `2024-09-27 00:00:00+00:00`.
    pub timestamp: String,
    /// Always 1.
    pub file_version: i64,
    /// False for `--local` exports.
    pub importable: bool,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A whole state: snapshots with their intervals, and environments.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StateFile {
    /// Head.
    pub metadata: Metadata,
    /// Releases.
    pub versions: Versions,
    /// Snapshots that some environment refers to.
    pub snapshots: Vec<Snapshot>,
    /// Environments by name.
    pub environments: IndexMap<String, EnvironmentEntry>,
    /// Sections this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl StateFile {
    /// A state with nothing in it.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Reads an export. `path` only serves messages.
    ///
    /// # Errors
    /// One diagnostic when the text is not JSON, is cut off, or is not a state file of version 1.
    pub fn parse(path: &str, text: &str) -> Result<Self, Box<Diagnostic>> {
        serde_json::from_str(text).map_err(|error| {
            let at = offset_of(text, error.line(), error.column());
            Box::new(
                Diagnostic::error("state/invalid", format!("the state file cannot be read: {error}"))
                    .at(Location::in_text(path, text, Span::new(at, at + 1)), ""),
            )
        })
    }
}

fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    start + column.saturating_sub(1)
}
