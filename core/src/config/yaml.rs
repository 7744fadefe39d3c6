//! YAML with places: text → a tree whose nodes know where they stand.
//!
//! In: the text of a file, already rendered by Jinja. Out: nodes typed as SQLMesh's loader types them (YAML 1.2:
//! `yes` and `off` are texts, `010` is ten), dates kept as text but recognisable. Nothing else of the project
//! knows the YAML crate. Bounded: depth and the number of nodes that aliases may multiply to.

use crate::ordered::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as YamlSpan};
use serde_json::{Map, Number, Value};

use crate::source::Location;
use crate::time::Civil;

/// A place in the rendered text: line and column from 1, in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Index of the layer (file) that the node came from.
    pub layer: usize,
    /// Line, from 1; 0 when there is no file.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// Column one past the end when the node ends on its first line, else 0.
    pub end_column: usize,
}

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub data: Data,
    /// Where it stands.
    pub place: Place,
}

/// One entry of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as text.
    pub key: String,
    /// Where the key stands.
    pub place: Place,
    /// The value.
    pub value: Node,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// A plain scalar that YAML reads as a date or a moment: its text, a moment's as Python prints it.
    Date(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in written order.
    Map(Vec<Entry>),
}

/// Why a text is not YAML.
#[derive(Debug, Clone, PartialEq)]
pub struct YamlError {
    /// What is wrong, without a full stop.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// Deeper nesting is refused.
const MAX_DEPTH: usize = 64;
/// More nodes, aliases expanded, are refused.
const MAX_NODES: usize = 1_000_000;

impl Place {
    /// The place in a file's text, for a message.
    pub fn location(self, path: &str, text: &str) -> Location {
        if self.line == 0 {
            return Location::file(path);
        }
        Location {
            path: path.to_string(),
            line: self.line as u64,
            column: self.column as u64,
            end_column: self.end_column.max(self.column + 1) as u64,
            text: text
                .lines()
                .nth(self.line - 1)
                .unwrap_or("")
                .chars()
                .take(400)
                .collect(),
            text_column: 1,
        }
    }
}

impl Node {
    /// A text without a place.
    pub fn text(text: impl Into<String>, layer: usize) -> Self {
        Self {
            data: Data::Text(text.into()),
            place: Place {
                layer,
                ..Place::default()
            },
        }
    }

    /// The entries of a map.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()?
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// Text, dates included.
    pub fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) | Data::Date(text) => Some(text),
            _ => None,
        }
    }

    /// True for nothing.
    pub fn is_null(&self) -> bool {
        self.data == Data::Null
    }

    /// What it is, for messages: `a map`, `text`.
    pub fn what(&self) -> &'static str {
        match self.data {
            Data::Null => "nothing",
            Data::Bool(_) => "true or false",
            Data::Int(_) => "a whole number",
            Data::Float(_) => "a number",
            Data::Text(_) => "text",
            Data::Date(_) => "a date",
            Data::List(_) => "a list",
            Data::Map(_) => "a map",
        }
    }

    /// The value as JSON; dates become text.
    pub fn to_json(&self) -> Value {
        match &self.data {
            Data::Null => Value::Null,
            Data::Bool(value) => Value::Bool(*value),
            Data::Int(value) => Value::Number((*value).into()),
            Data::Float(value) => Number::from_f64(*value).map_or(Value::Null, Value::Number),
            Data::Text(text) | Data::Date(text) => Value::String(text.clone()),
            Data::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Data::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.clone(), entry.value.to_json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// This node with another laid over it: maps are merged key by key, everything else is replaced.
    #[must_use]
    pub fn overlaid(self, over: Self) -> Self {
        match (self.data, over.data) {
            (Data::Map(mut under), Data::Map(over_entries)) => {
                for entry in over_entries {
                    match under.iter_mut().find(|have| have.key == entry.key) {
                        Some(have) => {
                            let below = std::mem::replace(&mut have.value, Node::text("", 0));
                            have.value = below.overlaid(entry.value);
                        }
                        None => under.push(entry),
                    }
                }
                Self {
                    data: Data::Map(under),
                    place: self.place,
                }
            }
            (_, data) => Self {
                data,
                place: over.place,
            },
        }
    }

    fn size(&self) -> usize {
        1 + match &self.data {
            Data::List(items) => items.iter().map(Self::size).sum(),
            Data::Map(entries) => entries.iter().map(|entry| entry.value.size()).sum::<usize>(),
            _ => 0,
        }
    }
}

/// A list or map that is not closed yet.
enum Open {
    List(Vec<Node>, Place, usize),
    Map(Vec<Entry>, Option<(String, Place, bool)>, Place, usize),
}

/// Reads one document; `None` for an empty text.
///
/// # Errors
/// A text that is not YAML, a key written twice, several documents, an unknown tag, too deep nesting.
pub fn parse(text: &str, layer: usize) -> Result<Option<Node>, YamlError> {
    let mut open: Vec<Open> = Vec::new();
    let mut root: Option<Node> = None;
    let mut anchors: BTreeMap<usize, Node> = BTreeMap::new();
    let mut nodes = 0_usize;
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| YamlError {
            message: error.info().to_string(),
            place: mark(error.marker(), layer),
        })?;
        let place = place_of(span, layer);
        let fail = |message: String| YamlError { message, place };
        let (node, anchor) = match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(fail(
                        "a second document begins here; one file holds one".to_string(),
                    ));
                }
                continue;
            }
            Event::Scalar(value, style, anchor, tag) => {
                let data = scalar(
                    &value,
                    style,
                    tag.as_ref().map(|tag| (tag.handle.as_str(), tag.suffix.as_str())),
                )
                .map_err(fail)?;
                (Node { data, place }, anchor)
            }
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) if open.len() >= MAX_DEPTH => {
                let _ = anchor;
                return Err(fail(format!("nested deeper than {MAX_DEPTH} levels")));
            }
            Event::SequenceStart(anchor, _) => {
                open.push(Open::List(Vec::new(), place, anchor));
                continue;
            }
            Event::MappingStart(anchor, _) => {
                open.push(Open::Map(Vec::new(), None, place, anchor));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(items, place, anchor)) => (
                    Node {
                        data: Data::List(items),
                        place,
                    },
                    anchor,
                ),
                Some(Open::Map(entries, _, place, anchor)) => (
                    Node {
                        data: Data::Map(entries),
                        place,
                    },
                    anchor,
                ),
                None => continue,
            },
            Event::Alias(anchor) => match anchors.get(&anchor) {
                Some(node) => (node.clone(), 0),
                None => return Err(fail("this alias has no anchor".to_string())),
            },
            _ => continue,
        };
        nodes += node.size();
        if nodes > MAX_NODES {
            return Err(fail(
                "the aliases of this file multiply to more than a million values".to_string(),
            ));
        }
        if anchor > 0 {
            anchors.insert(anchor, node.clone());
        }
        match open.last_mut() {
            None => root = Some(node),
            Some(Open::List(items, ..)) => items.push(node),
            Some(Open::Map(entries, pending, ..)) => match pending.take() {
                None => {
                    *pending = Some((
                        key_text(&node).ok_or_else(|| fail("a key must be a plain value".to_string()))?,
                        node.place,
                        matches!(&node.data, Data::Text(text) if text == "<<"),
                    ))
                }
                Some((_, key_place, true)) => merge(entries, node).map_err(|message| YamlError {
                    message,
                    place: key_place,
                })?,
                Some((key, key_place, false)) => {
                    if let Some(first) = entries
                        .iter()
                        .find(|entry| entry.key == key && entry.place.line > 0)
                    {
                        return Err(YamlError {
                            message: format!(
                                "the key `{key}` stands here a second time; the first is in line {}",
                                first.place.line
                            ),
                            place: key_place,
                        });
                    }
                    entries.retain(|entry| entry.key != key);
                    entries.push(Entry {
                        key,
                        place: key_place,
                        value: node,
                    });
                }
            },
        }
    }
    Ok(root.filter(|node| !node.is_null()))
}

/// `<<: *anchor`: keys of the map (or maps) that are not written themselves. Their line is 0 so that a later key
/// replaces them.
fn merge(entries: &mut Vec<Entry>, node: Node) -> Result<(), String> {
    let maps = match node.data {
        Data::Map(entries) => vec![entries],
        Data::List(items) => items
            .into_iter()
            .filter_map(|item| match item.data {
                Data::Map(entries) => Some(entries),
                _ => None,
            })
            .collect(),
        _ => return Err("`<<` needs a map".to_string()),
    };
    for mut entry in maps.into_iter().flatten() {
        if !entries.iter().any(|have| have.key == entry.key) {
            entry.place.line = 0;
            entries.push(entry);
        }
    }
    Ok(())
}

fn key_text(node: &Node) -> Option<String> {
    match &node.data {
        Data::Text(text) | Data::Date(text) => Some(text.clone()),
        Data::Int(number) => Some(number.to_string()),
        Data::Float(number) => Some(number.to_string()),
        Data::Bool(value) => Some(if *value { "True" } else { "False" }.to_string()),
        Data::Null => Some("None".to_string()),
        Data::List(_) | Data::Map(_) => None,
    }
}

fn mark(marker: &Marker, layer: usize) -> Place {
    Place {
        layer,
        line: marker.line(),
        column: marker.col() + 1,
        end_column: marker.col() + 2,
    }
}

fn place_of(span: YamlSpan, layer: usize) -> Place {
    let one_line = span.start.line() == span.end.line();
    Place {
        layer,
        line: span.start.line(),
        column: span.start.col() + 1,
        end_column: if one_line { span.end.col() + 1 } else { 0 },
    }
}

fn scalar(value: &str, style: ScalarStyle, tag: Option<(&str, &str)>) -> Result<Data, String> {
    match tag {
        None => {}
        Some((_, "str")) => return Ok(Data::Text(value.to_string())),
        Some((_, "int" | "float" | "bool" | "null" | "timestamp")) => return Ok(plain(value)),
        Some((_, "")) => return Ok(Data::Text(value.to_string())),
        Some((handle, suffix)) => return Err(format!("the tag `{handle}{suffix}` is not known")),
    }
    Ok(match style {
        ScalarStyle::Plain => plain(value),
        _ => Data::Text(value.to_string()),
    })
}

/// The value of a plain scalar.
fn plain(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
        "true" | "True" | "TRUE" => return Data::Bool(true),
        "false" | "False" | "FALSE" => return Data::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Data::Float(f64::NAN),
        _ => {}
    }
    let (sign, digits) = match text.split_at_checked(1) {
        Some(("-", rest)) => (-1, rest),
        Some(("+", rest)) => (1, rest),
        _ => (1, text),
    };
    if matches!(digits, ".inf" | ".Inf" | ".INF") {
        return Data::Float(f64::INFINITY * f64::from(sign));
    }
    if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        let compact = digits.replace('_', "");
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
            if let Some(rest) = compact.strip_prefix(prefix)
                && let Ok(number) = i64::from_str_radix(rest, radix)
            {
                return Data::Int(i64::from(sign) * number);
            }
        }
        if compact.bytes().all(|b| b.is_ascii_digit()) {
            return match compact.parse::<i64>() {
                Ok(number) => Data::Int(i64::from(sign) * number),
                Err(_) => Data::Float(f64::from(sign) * compact.parse().unwrap_or(f64::INFINITY)),
            };
        }
        let is_float = compact
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
            && compact.bytes().any(|b| b.is_ascii_digit());
        if is_float && let Ok(number) = compact.parse::<f64>() {
            return Data::Float(f64::from(sign) * number);
        }
    }
    if is_timestamp(text) {
        return Data::Date(moment(text));
    }
    Data::Text(text.to_string())
}

/// A moment as Python prints it, `2024-01-05 00:00:00`: SQLMesh hashes this and not what is written. A zone stays
/// as it is.
fn moment(text: &str) -> String {
    match Civil::parse(text) {
        Some(at) if text.contains(':') => at.strftime(
            match at.microsecond() {
                0 => "%Y-%m-%d %H:%M:%S",
                _ => "%Y-%m-%d %H:%M:%S.%f",
            },
            false,
        ),
        _ => text.to_string(),
    }
}

/// `2024-01-05`, or a date with a time of day behind `T` or blanks.
fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| {
        bytes
            .get(from..to)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    if !text.is_ascii() || !digits(0, 4) || bytes.get(4) != Some(&b'-') {
        return false;
    }
    let Some((date, time)) = text.split_at_checked(text.find(['T', 't', ' ', '\t']).unwrap_or(text.len()))
    else {
        return false;
    };
    let parts: Vec<&str> = date.split('-').collect();
    let widths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let numeric = parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if time.is_empty() {
        return numeric && widths == [4, 2, 2];
    }
    let clock = time.trim_start_matches(['T', 't', ' ', '\t']);
    numeric
        && widths.len() == 3
        && (1..=2).contains(&widths[1])
        && (1..=2).contains(&widths[2])
        && clock.matches(':').count() >= 2
        && clock.starts_with(|c: char| c.is_ascii_digit())
        && clock
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'+' | b'-' | b' ' | b'Z' | b'z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        match parse(text, 0) {
            Ok(Some(node)) => assert_eq!(node.to_json().to_string(), expected, "{text}"),
            Ok(None) => assert_eq!("", expected, "{text}"),
            Err(error) => assert_eq!(
                format!("{}: {}", error.place.line, error.message),
                expected,
                "{text}"
            ),
        }
    }

    #[test]
    fn scalars_are_typed_as_the_reference_types_them() {
        for (text, expected) in [
            ("yes", "\"yes\""),
            ("off", "\"off\""),
            ("True", "true"),
            ("tRue", "\"tRue\""),
            ("~", "null"),
            ("010", "10"),
            ("0o10", "8"),
            ("0x1F", "31"),
            ("0b11", "3"),
            ("1_000", "1000"),
            ("-1", "-1"),
            ("1.", "1.0"),
            (".5", "0.5"),
            ("1e3", "1000.0"),
            ("-.5e-2", "-0.005"),
            ("09.5", "9.5"),
            ("2024-01-01", "\"2024-01-01\""),
            ("2024-01-01 00:00:00.000", "\"2024-01-01 00:00:00\""),
            ("2024-1-2T3:04:05.5", "\"2024-01-02 03:04:05.500000\""),
            ("'2024-01-01T00:00:00'", "\"2024-01-01T00:00:00\""),
            ("12:30", "\"12:30\""),
            ("'1'", "\"1\""),
            ("!!str 1", "\"1\""),
            ("1.2.3", "\"1.2.3\""),
            ("_1", "\"_1\""),
            ("1e", "\"1e\""),
            ("1,000", "\"1,000\""),
        ] {
            check(&format!("k: {text}"), &format!("{{\"k\":{expected}}}"));
        }
        let date = |text: &str| matches!(plain(text), Data::Date(_));
        assert!(date("2024-01-01") && date("2024-01-01 10:00:00") && date("2024-01-01T10:00:00Z"));
        assert!(!date("2024-1-1") && !date("2024-01") && !date("12:30"));
    }

    #[test]
    fn structure() {
        check("a: &x {b: 1}\nc: *x", r#"{"a":{"b":1},"c":{"b":1}}"#);
        check(
            "a: &x {b: 1, d: 5}\nc:\n  <<: *x\n  d: 2",
            r#"{"a":{"b":1,"d":5},"c":{"b":1,"d":2}}"#,
        );
        check("# nothing\n", "");
        check(
            "a: 1\nb: 2\na: 3",
            "3: the key `a` stands here a second time; the first is in line 1",
        );
        check(
            "a: 1\n---\nb: 2",
            "2: a second document begins here; one file holds one",
        );
        check("- a\n- [1, {x: }]", r#"["a",[1,{"x":null}]]"#);
        assert!(parse(&"[".repeat(100_000), 0).is_err());
        assert!(parse("a: b: c", 0).is_err());
    }

    #[test]
    fn aliases_cannot_explode() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_string();
        for level in 1..12 {
            let row = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{row}]\n"));
        }
        assert!(parse(&text, 0).is_err());
    }
}
