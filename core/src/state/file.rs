//! The state file: SQLMesh's export format, read from text.
//!
//! In: the text of an export. Out: typed values in which unknown fields survive, or one diagnostic that names
//! the line, the field and the way out. Whether the state makes sense (parents that are missing, overlapping
//! intervals) is not judged here.

use crate::ordered::IndexMap;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::json::{self, Extra, read_object};
use crate::snapshot::Snapshot;
use crate::source::{Location, Span};

use super::environment::EnvironmentEntry;
use super::place::Place;

/// The only version of the file format so far.
pub const FILE_VERSION: i64 = 1;

pub(super) const SECTIONS: [&str; 4] = ["metadata", "versions", "snapshots", "environments"];
pub(super) const HOW_TO_EXPORT: &str = "`sqlmesh state export -o state.json` writes such a file";

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
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Metadata {
    /// When it was written, to the minute: `2024-09-27 00:00:00+00:00`.
    pub timestamp: String,
    /// Always 1.
    pub file_version: i64,
    /// False for `--local` exports.
    pub importable: bool,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(Metadata {
    timestamp: required,
    file_version: required,
    importable: required,
} rest extra);

/// A whole state: snapshots with their intervals, and environments.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
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
    pub extra: Extra,
}

read_object!(StateFile {
    metadata: required,
    versions: required,
    snapshots: required,
    environments: required,
} rest extra);

impl StateFile {
    /// A state with nothing in it.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Reads an export. `path` only serves messages.
    ///
    /// The text is read once; only when that fails is it looked at again, to say why.
    ///
    /// # Errors
    /// One diagnostic when the text is not JSON, is cut off, is not a state file, or is one of a version other
    /// than `FILE_VERSION`.
    pub fn parse(path: &str, text: &str) -> Result<Self, Box<Diagnostic>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match json::from_str::<Self>(text) {
            Ok(state) if state.metadata.file_version == FILE_VERSION => Ok(state),
            Ok(state) => Err(Box::new(other_version(path, text, &state.metadata.file_version))),
            Err(error) => Err(Box::new(explain(path, text, error.explain(text)))),
        }
    }
}

/// The most helpful thing to say about a text that could not be read.
fn explain(path: &str, text: &str, problem: json::Problem) -> Diagnostic {
    if text.trim().is_empty() {
        return Diagnostic::error("state/empty", "the state file is empty")
            .at(Location::file(path), "")
            .help(HOW_TO_EXPORT);
    }
    match problem {
        json::Problem::Json(error) if error.is_eof() => truncated(path, text, &error),
        json::Problem::Json(error) => not_json(path, text, &cause(&error), json::offset(text, &error)),
        json::Problem::Deep(at) => not_json(path, text, "recursion limit exceeded", at.saturating_sub(1)),
        json::Problem::Shape(message, end) => wrong_shape(path, text, &message, end),
    }
}

fn not_json(path: &str, text: &str, cause: &str, at: usize) -> Diagnostic {
    let (code, message) = if text.trim_start().starts_with(['{', '[']) {
        (
            "state/not-json",
            format!("the state file is not valid JSON: {cause}"),
        )
    } else {
        ("state/not-json", "the state file is not JSON".to_string())
    };
    Diagnostic::error(code, message)
        .at(
            Location::in_text(path, text, Span::new(at, at + 1)),
            found(text, at),
        )
        .help(HOW_TO_EXPORT)
}

fn truncated(path: &str, text: &str, error: &serde_json::Error) -> Diagnostic {
    let end = text.trim_end().len();
    let place = Place::find(text, end);
    let inside = if place.path.is_empty() {
        String::new()
    } else {
        format!(" inside of `{}`", place.path)
    };
    let at = end.saturating_sub(1);
    let cause = cause(error).replace("EOF while parsing", "in the middle of");
    Diagnostic::error(
        "state/truncated",
        format!("the state file ends too early: {cause}"),
    )
    .at(
        Location::in_text(path, text, Span::new(at, end)),
        format!("the text ends here, after {} bytes{inside}", text.len()),
    )
    .help("it was probably not copied or downloaded completely: export or copy it again")
}

fn wrong_shape(path: &str, text: &str, message: &str, end: usize) -> Diagnostic {
    if !text.trim_start().starts_with('{') {
        return Diagnostic::error("state/not-a-state", "the state file does not hold a JSON object")
            .at(Location::in_text(path, text, Span::new(0, 1)), found(text, 0))
            .help(HOW_TO_EXPORT);
    }
    // A number may be out of range, or lists nested too deeply: that is what is wrong then, and nothing is missing.
    let sections = json::from_str::<IndexMap<String, IgnoredAny>>(text).ok();
    let missing: Vec<String> = SECTIONS
        .iter()
        .filter(|section| {
            sections
                .as_ref()
                .is_some_and(|sections| !sections.contains_key(section))
        })
        .map(|section| format!("`{section}`"))
        .collect();
    if missing.len() == SECTIONS.len() {
        let held: Vec<String> = sections
            .iter()
            .flat_map(IndexMap::keys)
            .take(5)
            .map(|key| format!("`{key}`"))
            .collect();
        let held = if held.is_empty() {
            "nothing".to_string()
        } else {
            held.join(", ")
        };
        return Diagnostic::error("state/not-a-state", "this JSON is not an exported state")
            .at(Location::file(path), format!("it holds {held}"))
            .help(format!(
                "a state has the sections {}; {HOW_TO_EXPORT}",
                SECTIONS.map(|section| format!("`{section}`")).join(", ")
            ));
    }
    if let Some(version) = version_of(text).filter(|version| *version != FILE_VERSION) {
        return other_version(path, text, &version);
    }
    if !missing.is_empty() {
        let noun = if missing.len() == 1 { "section" } else { "sections" };
        return Diagnostic::error(
            "state/missing-section",
            format!("the state file has no {noun} {}", missing.join(" and ")),
        )
        .at(Location::file(path), "")
        .help(format!(
            "it was changed after the export, or not exported by SQLMesh; {HOW_TO_EXPORT}"
        ));
    }
    let at = end.saturating_sub(1);
    let place = Place::find(text, at);
    let whose = place
        .name
        .as_ref()
        .map_or(String::new(), |name| format!(" of `{name}`"));
    Diagnostic::error(
        "state/unexpected-value",
        format!("`{}`{whose} in the state file: {message}", place.path),
    )
    .at(Location::in_text(path, text, Span::new(at, at + 1)), "")
    .help(format!(
        "it was changed after the export, or is of a release this version does not know; {HOW_TO_EXPORT}"
    ))
}

pub(super) fn other_version(path: &str, text: &str, version: &dyn std::fmt::Display) -> Diagnostic {
    let at = text.find("\"file_version\"").unwrap_or(0);
    Diagnostic::error(
        "state/file-version",
        format!("the state file has the format version {version}"),
    )
    .at(
        Location::in_text(path, text, Span::new(at, at + "\"file_version\"".len())),
        format!("version {FILE_VERSION} is understood"),
    )
    .help("a newer release of Planglass may read it, or a SQLMesh release up to 0.236 may export it again")
}

/// `metadata.file_version`, whatever else the file holds.
fn version_of(text: &str) -> Option<Value> {
    #[derive(Deserialize)]
    struct Head {
        metadata: Map<String, Value>,
    }
    let head: Head = json::from_str(text).ok()?;
    head.metadata.get("file_version").cloned()
}

/// The parser's words without its own account of the place.
fn cause(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_string(),
        None => text,
    }
}

fn found(text: &str, at: usize) -> String {
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        Some(character) if !character.is_control() => format!("found `{character}`"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#""metadata": {"timestamp": "t", "file_version": 1, "importable": true},
"versions": {"schema_version": 102, "sqlglot_version": "30.8.0", "sqlmesh_version": "0.236.4"}"#;

    fn check(text: &str, code: &str, line: u64, message: &str) {
        let problem = StateFile::parse("state.json", text).expect_err(text);
        assert_eq!(problem.code, code, "{problem:?}");
        assert_eq!(problem.labels[0].location.line, line, "{problem:?}");
        assert!(problem.message.contains(message), "{}", problem.message);
        assert!(!problem.help.is_empty());
    }

    #[test]
    fn unknown_fields_and_sections_survive() {
        let text = format!(r#"{{{HEAD}, "snapshots": [], "environments": {{}}, "colours": [1]}}"#)
            .replace("\"importable\": true", "\"importable\": true, \"mood\": \"good\"");
        let state = StateFile::parse("state.json", &text).unwrap();
        let before: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_value(&state).unwrap(), before);
    }

    #[test]
    fn a_byte_order_mark_does_no_harm() {
        let text = format!("\u{feff}{{{HEAD}, \"snapshots\": [], \"environments\": {{}}}}");
        assert!(StateFile::parse("state.json", &text).is_ok());
    }

    #[test]
    fn says_what_is_not_json() {
        check("", "state/empty", 0, "empty");
        check("<html>", "state/not-json", 1, "not JSON");
        check("{\n  \"a\": nope\n}", "state/not-json", 2, "expected ident");
        check("[1, 2]", "state/not-a-state", 1, "object");
        check("{\"a\": 1}", "state/not-a-state", 0, "not an exported state");
    }

    #[test]
    fn says_where_the_text_was_cut_off() {
        let text = format!("{{{HEAD},\n\"snapshots\": [\n{{\"name\": \"x\", \"finger");
        check(
            &text,
            "state/truncated",
            4,
            "ends too early: in the middle of a string",
        );
        let problem = StateFile::parse("state.json", &text).unwrap_err();
        assert!(problem.labels[0].text.contains("`snapshots[0]`"), "{problem:?}");
    }

    #[test]
    fn names_missing_sections() {
        check(
            &format!("{{{HEAD}}}"),
            "state/missing-section",
            0,
            "`snapshots` and `environments`",
        );
    }

    #[test]
    fn names_the_format_version() {
        let text =
            format!("{{{HEAD}, \"snapshots\": {{}}}}").replace("\"file_version\": 1", "\"file_version\": 2");
        check(&text, "state/file-version", 1, "format version 2");
    }

    #[test]
    fn names_the_field_and_the_snapshot() {
        let text = format!(
            "{{{HEAD},\n\"snapshots\": [\n{{\"name\": \"x\"}},\n{{\"name\": \"shop.items\",\n\"fingerprint\": 3}}], \"environments\": {{}}}}"
        )
        .replace("{\"name\": \"x\"},\n", "");
        check(
            &text,
            "state/unexpected-value",
            5,
            "`snapshots[0].fingerprint` of `shop.items`",
        );
    }

    #[test]
    fn says_what_is_too_much() {
        let check = |snapshot: &str, message: &str| {
            let text = format!(
                "{{{HEAD}, \"snapshots\": [\n{{\"name\": \"x\", {snapshot}}}], \"environments\": {{}}}}"
            );
            check(&text, "state/unexpected-value", 3, message);
        };
        check(
            "\"intervals\": [[1, 2, 3]]",
            "`snapshots[0].intervals[0][2]` of `x` in the state file: too many values",
        );
        check(
            "\"created_ts\": 1e400",
            "`snapshots[0].created_ts` of `x` in the state file: number out of range",
        );
        let deep = "[".repeat(200) + &"]".repeat(200);
        check(
            &format!("\"intervals\": [{deep}]"),
            "`snapshots[0].intervals[0][0]` of `x` in the state file: invalid type: sequence, expected i64",
        );
        check(
            "\"parents\": 1",
            "`snapshots[0].parents` of `x` in the state file: invalid type: integer `1`, expected a sequence",
        );
    }

    #[test]
    fn names_the_snapshot_that_lacks_a_field() {
        let text = format!(
            "{{{HEAD}, \"snapshots\": [\n{{\"name\": \"x\", \"ttl\": \"y\"}}], \"environments\": {{}}}}"
        );
        check(
            &text,
            "state/unexpected-value",
            3,
            "`snapshots[0]` of `x` in the state file: missing field `fingerprint`",
        );
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = format!("{{{HEAD}, \"x\": {}", "[".repeat(100_000));
        check(&text, "state/not-json", 2, "recursion limit");
    }
}
