//! Problems as data: found anywhere, drawn only at the edges.
//!
//! A problem in the user's files never stops the rest: loading returns what it could read together with all
//! diagnostics. The same text is shown in a terminal and in a browser.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::source::Location;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// What it names could not be used; a plan that needs it is refused.
    Error,
    /// Used, but probably not what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// A place and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What is there; may be empty.
    pub text: String,
}

/// One problem: what is wrong, where, and the way out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A path that reads aloud, by stage: `macro/undefined-variable`, `project/cycle`, `state/not-json`.
    pub code: String,
    /// One sentence without a final full stop; identifiers in backticks.
    pub message: String,
    /// Places, the most important first.
    pub labels: Vec<Label>,
    /// Ways out, one sentence each.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A note.
    pub fn note(code: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    fn new(severity: Severity, code: &str, message: impl Into<String>) -> Self {
        Self {
            severity,
            code: code.to_string(),
            message: message.into(),
            labels: Vec::new(),
            help: Vec::new(),
        }
    }

    /// The same with one more place.
    #[must_use]
    pub fn at(mut self, location: Location, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            location,
            text: text.into(),
        });
        self
    }

    /// The same with one more way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// True for errors.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// `models/a.sql:3:5: message`, in one line.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Label { location, .. }) = self.labels.first() {
            match location.line {
                0 => write!(f, "{}: ", location.path)?,
                line => write!(f, "{}:{}:{}: ", location.path, line, location.column)?,
            }
        }
        f.write_str(&self.message)
    }
}

/// The candidate nearest to a misspelt word, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = 1 + word.chars().count() / 3;
    candidates
        .into_iter()
        .map(|candidate| {
            let lower = candidate.to_lowercase();
            // People rarely miss the first letter: of two equally near, the one that begins alike is meant.
            let begins_otherwise = lower.chars().next() != word.chars().next();
            (edit_distance(&word, &lower), begins_otherwise, candidate)
        })
        .filter(|(distance, _, _)| *distance <= limit)
        .min()
        .map(|(_, _, candidate)| candidate)
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_what_is_near() {
        assert_eq!(nearest("knd", ["end", "kind", "cron"]), Some("kind"));
        assert_eq!(nearest("colour", ["kind", "cron"]), None);
    }
}
