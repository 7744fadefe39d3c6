//! Texts as Python writes them, because SQLMesh hashes them: JSON, booleans, `repr` of strings and executables.

use serde_json::Value;

use crate::macros::python_literal::text_repr;
use crate::model::Executable;
use crate::sql::{Mapped, MappingSchema};

/// `True` or `False`.
pub fn boolean(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// JSON with sorted keys, `", "` and `": "` between, and everything but ASCII escaped.
pub fn json(value: &Value) -> String {
    let mut out = String::new();
    write_json(value, &mut out);
    out
}

fn write_json(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => write_json_string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            write_object(map.keys().collect(), out, &mut |key, out| {
                write_json(&map[key], out)
            });
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
    }
}

/// The JSON of a mapping schema.
pub fn mapping(schema: &MappingSchema) -> String {
    let mut out = String::new();
    write_mapping(schema, &mut out);
    out
}

fn write_mapping(schema: &MappingSchema, out: &mut String) {
    write_object(schema.keys().collect(), out, &mut |key, out| match &schema[key] {
        Mapped::Column(data_type) => write_json_string(data_type, out),
        Mapped::Below(below) => write_mapping(below, out),
    });
}

/// An object: its keys in order, each with what `write` says of it.
fn write_object(mut keys: Vec<&String>, out: &mut String, write: &mut dyn FnMut(&str, &mut String)) {
    keys.sort_unstable();
    out.push('{');
    for (index, key) in keys.into_iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write_json_string(key, out);
        out.push_str(": ");
        write(key, out);
    }
    out.push('}');
}

fn write_json_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            other => {
                let mut units = [0; 2];
                for unit in other.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
}

/// `python_env` as hashed: a Python list of (name, executable), imports first, then values, then definitions.
pub fn python_env<'a>(entries: impl IntoIterator<Item = (&'a String, &'a Executable)>) -> String {
    let mut sorted: Vec<(u8, &String, &Executable)> = entries
        .into_iter()
        .map(|(name, entry)| (kind_order(&entry.kind), name, entry))
        .collect();
    sorted.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let items: Vec<String> = sorted
        .iter()
        .map(|(_, name, entry)| format!("({}, {})", text_repr(name), executable(entry)))
        .collect();
    format!("[{}]", items.join(", "))
}

fn kind_order(kind: &str) -> u8 {
    match kind {
        "import" => 0,
        "value" => 1,
        _ => 2,
    }
}

fn executable(entry: &Executable) -> String {
    let mut fields = vec![format!("payload: {}", entry.payload)];
    if entry.kind != "definition" {
        fields.push(format!("kind: {}", entry.kind));
    }
    for (key, value) in [
        ("name", &entry.name),
        ("path", &entry.path),
        ("alias", &entry.alias),
    ] {
        if let Some(value) = value {
            fields.push(format!("{key}: {value}"));
        }
    }
    if let Some(flag) = entry.is_metadata {
        fields.push(format!("is_metadata: {}", boolean(flag)));
    }
    format!("Executable<{}>", fields.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_sorted_and_ascii() {
        let value = serde_json::json!({"b": [1, true, null], "a": "ü\"\n😀"});
        assert_eq!(
            json(&value),
            r#"{"a": "\u00fc\"\n\ud83d\ude00", "b": [1, true, null]}"#
        );
    }

    #[test]
    fn values_come_before_definitions() {
        let definition = Executable {
            payload: "def f():\n    return 1".into(),
            kind: "definition".into(),
            name: Some("f".into()),
            ..Executable::default()
        };
        let value = Executable {
            payload: "{'x': 1}".into(),
            kind: "value".into(),
            ..Executable::default()
        };
        let (f, v) = ("f".to_string(), "v".to_string());
        assert_eq!(
            python_env([(&f, &definition), (&v, &value)]),
            "[('v', Executable<payload: {'x': 1}, kind: value>), ('f', Executable<payload: def f():\n    return 1, name: f>)]"
        );
    }
}
