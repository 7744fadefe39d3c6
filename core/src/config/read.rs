//! Typed reading of the configuration's tree: every mismatch becomes a message with its place.
//!
//! Values are coerced as SQLMesh coerces them: environment variables are always text, so `"false"` and `"3"` are
//! taken for a switch and a number.

use crate::ordered::IndexMap;
use serde_json::Value;

use crate::config::yaml::{Data, Entry, Node, Place};
use crate::diagnostic::{Diagnostic, nearest};

use super::layers::Layers;
use super::regex::Regex;

/// Reads nodes and collects what is wrong with them.
pub(super) struct Reader<'a> {
    layers: &'a Layers,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(layers: &'a Layers, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        Self { layers, diagnostics }
    }

    /// Adds a message with its place in front.
    pub(super) fn push(&mut self, diagnostic: Diagnostic, place: Place) {
        self.diagnostics
            .push(diagnostic.at(self.layers.locate(place), ""));
    }

    /// Complains that a value has the wrong form.
    pub(super) fn wrong(&mut self, path: &str, node: &Node, expected: &str) {
        self.push(
            Diagnostic::error(
                "config/type",
                format!("`{path}` must be {expected}, not {}", node.what()),
            )
            .help(format!("Write {expected} after `{path}:`.")),
            node.place,
        );
    }

    /// Complains about keys that are not known, naming the nearest.
    pub(super) fn known_keys(&mut self, path: &str, entries: &[Entry], known: &[&str]) {
        for entry in entries {
            if known.contains(&entry.key.as_str()) {
                continue;
            }
            let full = joined(path, &entry.key);
            let diagnostic =
                Diagnostic::error("config/unknown-key", format!("`{full}` is not a known setting"));
            let diagnostic = match nearest(&entry.key, known.iter().copied()) {
                Some(near) => diagnostic.help(format!("Is `{near}` meant?")),
                None => diagnostic.help(format!("Known here are {}.", known.join(", "))),
            };
            self.push(diagnostic, entry.place);
        }
    }

    /// Complains about keys of these that stand there with nothing behind them.
    pub(super) fn not_empty(&mut self, path: &str, entries: &[Entry], keys: &[&str]) {
        for entry in entries {
            if entry.value.is_null() && keys.contains(&entry.key.as_str()) {
                let full = joined(path, &entry.key);
                self.push(
                    Diagnostic::error("config/type", format!("`{full}` must not be empty"))
                        .help("Write its value, or leave out a key that is not needed."),
                    entry.place,
                );
            }
        }
    }

    /// The entries of a map.
    pub(super) fn map<'n>(&mut self, path: &str, node: &'n Node) -> Option<&'n [Entry]> {
        let entries = node.entries();
        if entries.is_none() {
            self.wrong(path, node, "a map");
        }
        entries
    }

    /// A map with exactly these keys. Some may be left empty.
    pub(super) fn section<'n>(&mut self, root: &'n Node, path: &str, known: &[&str]) -> Option<&'n Node> {
        let key = path.rsplit('.').next().unwrap_or(path);
        let node = root.get(key)?;
        if node.is_null() && matches!(path, "cicd_bot" | "dbt") {
            return None;
        }
        let entries = self.map(path, node)?;
        self.known_keys(path, entries, known);
        Some(node)
    }

    /// Text.
    pub(super) fn text(&mut self, root: &Node, path: &str) -> Option<String> {
        let node = at(root, path)?;
        let text = node.as_text().map(str::to_string);
        if text.is_none() {
            self.wrong(path, node, "text");
        }
        text
    }

    /// Text, where nothing is allowed too: `Some(None)`.
    #[expect(clippy::option_option, reason = "not written and written as nothing differ")]
    pub(super) fn nullable_text(&mut self, root: &Node, path: &str) -> Option<Option<String>> {
        match at(root, path) {
            Some(node) if node.is_null() => Some(None),
            // A number is taken as its text, as for the other forms of a time to live.
            Some(Node {
                data: Data::Int(number),
                ..
            }) => Some(Some(number.to_string())),
            _ => self.text(root, path).map(Some),
        }
    }

    /// True or false, in any of the spellings that SQLMesh takes.
    pub(super) fn switch(&mut self, root: &Node, path: &str) -> Option<bool> {
        let node = at(root, path)?;
        let value = match &node.data {
            Data::Bool(value) => Some(*value),
            Data::Int(0) => Some(false),
            Data::Int(1) => Some(true),
            Data::Text(text) => match text.to_lowercase().as_str() {
                "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
                "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if value.is_none() {
            self.wrong(path, node, "true or false");
        }
        value
    }

    /// A whole number that is at least `least`.
    pub(super) fn number(&mut self, root: &Node, path: &str, least: i64) -> Option<i64> {
        let node = at(root, path).filter(|node| !node.is_null())?;
        let value = match &node.data {
            Data::Int(value) => Some(*value),
            Data::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        if value.is_none_or(|value| value < least) {
            self.wrong(path, node, &format!("a whole number from {least}"));
            return None;
        }
        value
    }

    /// One of several words, exactly as spelt.
    pub(super) fn choice(&mut self, root: &Node, path: &str, words: &[&str]) -> Option<String> {
        let text = self.text(root, path)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        let choices: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        let diagnostic = Diagnostic::error("config/value", format!("`{path}` cannot be `{text}`"))
            .help(format!("It is one of {}.", choices.join(", ")));
        let place = at(root, path).map_or(Place::default(), |node| node.place);
        self.push(diagnostic, place);
        None
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, root: &Node, path: &str) -> Option<Vec<String>> {
        let node = at(root, path).filter(|node| !node.is_null())?;
        let Data::List(items) = &node.data else {
            self.wrong(path, node, "a list");
            return None;
        };
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match item.as_text() {
                Some(text) => texts.push(text.to_string()),
                None => self.wrong(&format!("{path}[{index}]"), item, "text"),
            }
        }
        Some(texts)
    }

    /// A map from regular expressions to texts, in order.
    pub(super) fn patterns(&mut self, root: &Node, path: &str) -> Option<Vec<(String, String)>> {
        let node = at(root, path).filter(|node| !node.is_null())?;
        let entries = self.map(path, node)?;
        let mut pairs = Vec::with_capacity(entries.len());
        for entry in entries {
            if Regex::new(&entry.key).is_none() {
                self.push(
                    Diagnostic::error(
                        "config/pattern",
                        format!("`{}` is not a valid regular expression", entry.key),
                    )
                    .help("Close what is open, or write a backslash before characters that stand for themselves."),
                    entry.place,
                );
                continue;
            }
            match entry.value.as_text() {
                Some(text) => pairs.push((entry.key.clone(), text.to_string())),
                None => self.wrong(&joined(path, &entry.key), &entry.value, "text"),
            }
        }
        Some(pairs)
    }

    /// Variables: names lower case; dates are refused as SQLMesh refuses them.
    pub(super) fn variables(&mut self, path: &str, node: &Node) -> IndexMap<String, Value> {
        let mut variables = IndexMap::new();
        for entry in self.map(path, node).unwrap_or_default() {
            if let Some(place) = date_inside(&entry.value, 0) {
                self.push(
                    Diagnostic::error(
                        "config/variable-date",
                        format!("The variable `{}` holds a date", entry.key),
                    )
                    .help("Quote it: variables are texts, numbers, true or false, lists and maps."),
                    place,
                );
                continue;
            }
            variables.insert(entry.key.to_lowercase(), entry.value.to_json());
        }
        variables
    }
}

/// The node at a dotted path.
pub(super) fn at<'n>(root: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('.').try_fold(root, |node, key| node.get(key))
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_string()
    } else {
        format!("{path}.{key}")
    }
}

fn date_inside(node: &Node, depth: usize) -> Option<Place> {
    match &node.data {
        Data::Date(_) => Some(node.place),
        Data::List(items) if depth < 100 => items.iter().find_map(|item| date_inside(item, depth + 1)),
        Data::Map(entries) if depth < 100 => entries
            .iter()
            .find_map(|entry| date_inside(&entry.value, depth + 1)),
        _ => None,
    }
}
