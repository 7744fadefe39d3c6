//! A state as a file that SQLMesh imports: what belongs in it, and its text.

use crate::ordered::BTreeSet;
use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

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

impl StateFile {
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
    pub fn write(&self, writer: impl io::Write) -> io::Result<()> {
        self.serialize(&mut Serializer::with_formatter(
            writer,
            Ascii(PrettyFormatter::new()),
        ))
        .map_err(io::Error::from)
    }

    /// The file's text, as [`StateFile::write`] writes it.
    pub fn to_json(&self) -> String {
        let mut bytes = Vec::new();
        // Writing to memory cannot fail, and what is written is ASCII.
        let _ = self.write(&mut bytes);
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// Indented JSON in which everything beyond ASCII is escaped.
struct Ascii(PrettyFormatter<'static>);

impl Formatter for Ascii {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        if text.is_ascii() {
            return writer.write_all(text.as_bytes());
        }
        for part in text.split_inclusive(|c: char| !c.is_ascii()) {
            let (plain, last) = match part.char_indices().next_back() {
                Some((at, last)) if !last.is_ascii() => (&part[..at], Some(last)),
                _ => (part, None),
            };
            writer.write_all(plain.as_bytes())?;
            let mut units = [0; 2];
            for unit in last.map_or(&mut [][..], |c| c.encode_utf16(&mut units)) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }

    fn begin_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ascii_is_written() {
        let mut state = StateFile::empty();
        state.begin_write(Timestamp(1_727_395_259_000));
        state
            .metadata
            .extra
            .insert("mood".to_string(), "fröhlich 🙂".into());
        let text = state.to_json();
        assert!(
            text.starts_with("{\n  \"metadata\": {\n    \"timestamp\": \"2024-09-27 00:00:00+00:00\",\n"),
            "{text}"
        );
        assert!(text.contains(r#""mood": "fr\u00f6hlich \ud83d\ude42""#), "{text}");
        assert_eq!(StateFile::parse("state.json", &text).unwrap(), state);
    }
}
