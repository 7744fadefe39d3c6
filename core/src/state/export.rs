//! A state as a file that SQLMesh imports: what belongs in it, and its text.

use crate::ordered::BTreeSet;
use std::io;

use crate::diagnostic::Diagnostic;
use crate::json;
use crate::snapshot::SnapshotId;
use crate::time::Timestamp;

use super::TableInfo;
use super::file::{FILE_VERSION, StateFile, Versions};

/// State schema of SQLMesh 0.236.
pub const SCHEMA_VERSION: i64 = 102;

impl Versions {
    /// The releases whose states Planglass writes.
    pub fn current() -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            sqlglot_version: "30.8.0".to_string(),
            sqlmesh_version: "0.236.4".to_string(),
        }
    }
}

/// Oldest state schema that SQLMesh 0.236 migrates.
pub const OLDEST_SCHEMA: i64 = 60;

impl StateFile {
    /// Why a state may be misunderstood: it is of a release whose states nobody can know, or nobody migrates.
    pub fn doubt(&self) -> Option<Diagnostic> {
        let schema = self.versions.schema_version;
        let (code, help) = if schema > SCHEMA_VERSION {
            (
                "state/newer-release",
                "what newer releases keep in a state is not understood: use a newer release of Planglass",
            )
        } else if schema < OLDEST_SCHEMA && !self.snapshots.is_empty() {
            (
                "state/older-release",
                "SQLMesh 0.236 does not migrate it either: migrate it with an older release first",
            )
        } else {
            return None;
        };
        let message = format!(
            "the state is of SQLMesh {} (schema {schema}); schemas from {OLDEST_SCHEMA} to {SCHEMA_VERSION} are understood",
            self.versions.sqlmesh_version
        );
        Some(Diagnostic::warning(code, message).help(help))
    }

    /// Fills the head of a file that is written now: the minute, the format's version, and the current releases
    /// where the state names none.
    pub fn begin_write(&mut self, now: Timestamp) {
        self.metadata.timestamp = format!("{}+00:00", now.floor_minute().datetime_text());
        self.metadata.file_version = FILE_VERSION;
        self.metadata.importable = true;
        if self.versions == Versions::default() {
            self.versions = Versions::current();
        }
    }

    /// Drops snapshots that no environment refers to: exports do not hold them.
    pub fn retain_referenced(&mut self) {
        let referenced: BTreeSet<SnapshotId> = self
            .environments
            .values()
            .flat_map(|entry| entry.environment.snapshots.iter().map(TableInfo::id))
            .collect();
        self.snapshots
            .retain(|snapshot| referenced.contains(&snapshot.id()));
    }

    /// Writes the file as SQLMesh does: two spaces of indentation, nothing but ASCII.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, mut writer: impl io::Write) -> io::Result<()> {
        let mut outcome = Ok(());
        json::write_pretty(&json::to_string(self), true, &mut |block| {
            if outcome.is_ok() {
                outcome = writer.write_all(block.as_bytes());
            }
        });
        outcome
    }

    /// The file's text, as [`StateFile::write`] writes it.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        json::write_pretty(&json::to_string(self), true, &mut |block| text.push_str(block));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ascii_is_written() {
        let mut state = StateFile::empty();
        state.begin_write(Timestamp(1_727_395_259_000));
        let mood = [("mood".to_string(), "fröhlich 🙂".into())];
        state.metadata.extra = serde_json::Map::from_iter(mood).into();
        let text = state.to_json();
        assert!(
            text.starts_with("{\n  \"metadata\": {\n    \"timestamp\": \"2024-09-27 00:00:00+00:00\",\n"),
            "{text}"
        );
        assert!(text.contains(r#""mood": "fr\u00f6hlich \ud83d\ude42""#), "{text}");
        assert_eq!(StateFile::parse("state.json", &text).unwrap(), state);
    }
}
