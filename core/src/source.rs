//! The project's text, held in memory: paths, spans, lines and columns.
//!
//! In: files as (path, text) pairs, from disk or from a browser. Out: locations that a message can show.
//! Nothing here opens a file.

use crate::ordered::BTreeMap;

use serde::{Deserialize, Serialize};

/// The files of one project: path relative to the project's root (with `/`) → text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceMap {
    files: BTreeMap<String, String>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file. `\` in the path becomes `/`, a leading `./` is dropped and `a/../` is resolved.
    /// Lines end as Python reads them: `\r\n` and `\r` become `\n`.
    pub fn insert(&mut self, path: &str, text: impl Into<String>) {
        let mut text = text.into();
        if text.contains('\r') {
            text = text.replace("\r\n", "\n").replace('\r', "\n");
        }
        self.files.insert(normalize_path(path), text);
    }

    /// Removes a file; says whether it was there.
    pub fn remove(&mut self, path: &str) -> bool {
        self.files.remove(&normalize_path(path)).is_some()
    }

    /// The text of a file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(&normalize_path(path)).map(String::as_str)
    }

    /// The files of a folder, as a map of their own.
    #[must_use]
    pub fn below(&self, folder: &str) -> Self {
        let start = format!("{}/", normalize_path(folder));
        let inside = self.files.iter().filter_map(|(path, text)| {
            let path = path.strip_prefix(&start)?;
            Some((path.to_string(), text.clone()))
        });
        Self {
            files: inside.collect(),
        }
    }

    /// All files in path order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// True when there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Where a byte range of a file lies, for a message. A range outside of the text is clamped.
    pub fn locate(&self, path: &str, span: Span) -> Location {
        let path = normalize_path(path);
        let text = self.files.get(&path).map_or("", String::as_str);
        Location::in_text(&path, text, span)
    }
}

impl<P: AsRef<str>, T: Into<String>> FromIterator<(P, T)> for SourceMap {
    fn from_iter<I: IntoIterator<Item = (P, T)>>(pairs: I) -> Self {
        let mut map = Self::new();
        for (path, text) in pairs {
            map.insert(path.as_ref(), text);
        }
        map
    }
}

/// Resolves `.`, `..` and `\` so that one file has one path; `..` above the root is dropped.
pub fn normalize_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// A half-open byte range `[start, end)` of one file's text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `[start, end)`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The same range, `by` bytes further on.
    pub fn shifted(self, by: usize) -> Self {
        Self {
            start: self.start + by,
            end: self.end + by,
        }
    }
}

/// A place in a file as people count: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Location {
    /// Path of the file, relative to the project's root (or the state file's name).
    pub path: String,
    /// Line, from 1; 0 when only the file is known.
    pub line: u64,
    /// Column in characters, from 1; 0 when only the file is known.
    pub column: u64,
    /// Column one past the last marked character of the same line.
    pub end_column: u64,
    /// The text of the line, cut to 400 characters around the column.
    pub text: String,
    /// Column of the first character of `text`: 1, unless a long line is cut at its beginning.
    #[serde(default)]
    pub text_column: u64,
}

impl Location {
    /// A location that names the file only.
    pub fn file(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            ..Self::default()
        }
    }

    /// The place of `span` in `text`.
    pub fn in_text(path: &str, text: &str, span: Span) -> Self {
        let start = floor_char_boundary(text, span.start.min(text.len()));
        let end = floor_char_boundary(text, span.end.clamp(start, text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = 1 + text[..line_start].bytes().filter(|b| *b == b'\n').count();
        let column = 1 + text[line_start..start].chars().count();
        let width = text[start..end.min(line_end)].chars().count().max(1);
        let skipped = if column > SHOWN - 100 { column - 100 } else { 0 };
        let shown: String = text[line_start..line_end]
            .trim_end_matches('\r')
            .chars()
            .skip(skipped)
            .take(SHOWN)
            .collect();
        Self {
            path: path.to_string(),
            line: line as u64,
            column: column as u64,
            end_column: (column + width) as u64,
            text: shown,
            text_column: 1 + skipped as u64,
        }
    }
}

/// Characters of a line that a location keeps.
const SHOWN: usize = 400;

fn floor_char_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locates_in_characters() {
        let text = "a\nüb c\n";
        let place = Location::in_text("m.sql", text, Span::new(5, 6));
        assert_eq!((place.line, place.column, place.end_column), (2, 3, 4));
        assert_eq!(place.text, "üb c");
    }

    #[test]
    fn clamps_ranges_outside_of_the_text() {
        let place = Location::in_text("m.sql", "ab", Span::new(9, 12));
        assert_eq!((place.line, place.column), (1, 3));
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}x{}", "a".repeat(1000), "b".repeat(1000));
        let place = Location::in_text("m.json", &text, Span::new(1000, 1001));
        assert_eq!((place.column, place.text_column), (1001, 902));
        let at = (place.column - place.text_column) as usize;
        assert_eq!(&place.text[at..=at], "x");
        assert_eq!(place.text.len(), 400);
    }

    #[test]
    fn lines_end_in_one_way() {
        let sources = SourceMap::from_iter([("a.sql", "one\r\ntwo\rthree\n")]);
        assert_eq!(sources.get("a.sql"), Some("one\ntwo\nthree\n"));
    }

    #[test]
    fn paths_are_unique() {
        assert_eq!(normalize_path("./models\\..//seeds/a.csv"), "seeds/a.csv");
    }
}
