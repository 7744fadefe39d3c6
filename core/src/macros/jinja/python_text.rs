//! What Jinja templates expect of Python: how values print, methods of texts and dicts, base64 filters.

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Output, State, Value};

use crate::macros::python_literal::{float_repr, text_repr};

const MAX_DEPTH: usize = 32;

/// Prints a value as Python's `str` does; an undefined one as nothing.
pub(super) fn write(out: &mut Output<'_>, value: &Value) {
    // The only error is that of the writer behind, which minijinja reports itself.
    let _ = out.write_str(&to_text(value));
}

/// Python's `str` of a value.
pub(super) fn to_text(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.to_string(),
        None if value.is_undefined() => String::new(),
        None => repr(value, 0),
    }
}

fn repr(value: &Value, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return "...".to_string();
    }
    match value.kind() {
        ValueKind::Undefined => "Undefined".to_string(),
        ValueKind::None => "None".to_string(),
        ValueKind::Bool if value.is_true() => "True".to_string(),
        ValueKind::Bool => "False".to_string(),
        ValueKind::Number => match (value.is_integer(), f64::try_from(value.clone())) {
            (false, Ok(number)) => float_repr(number),
            _ => value.to_string(),
        },
        ValueKind::String => text_repr(value.as_str().unwrap_or_default()),
        ValueKind::Seq => {
            let items: Vec<String> = value
                .try_iter()
                .into_iter()
                .flatten()
                .map(|item| repr(&item, depth + 1))
                .collect();
            format!("[{}]", items.join(", "))
        }
        ValueKind::Map if value.as_object().is_some() => {
            let entries: Vec<String> = value
                .try_iter()
                .into_iter()
                .flatten()
                .map(|key| {
                    let item = value.get_item(&key).unwrap_or_default();
                    format!("{}: {}", repr(&key, depth + 1), repr(&item, depth + 1))
                })
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        _ => value.to_string(),
    }
}

/// Python's methods of texts and dicts that templates call.
pub(super) fn method(
    _state: &mut State<'_, '_>,
    value: &Value,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Error> {
    let unknown = || Err(Error::from(ErrorKind::UnknownMethod));
    let texts: Vec<&str> = arguments.iter().filter_map(Value::as_str).collect();
    if let Some(text) = value.as_str() {
        return Ok(match (name, texts.as_slice()) {
            ("upper", []) => Value::from(text.to_uppercase()),
            ("lower", []) => Value::from(text.to_lowercase()),
            ("strip", []) => Value::from(text.trim()),
            ("lstrip", []) => Value::from(text.trim_start()),
            ("rstrip", []) => Value::from(text.trim_end()),
            ("strip", [marks]) => Value::from(text.trim_matches(|c| marks.contains(c))),
            ("lstrip", [marks]) => Value::from(text.trim_start_matches(|c| marks.contains(c))),
            ("rstrip", [marks]) => Value::from(text.trim_end_matches(|c| marks.contains(c))),
            ("split", []) => text.split_whitespace().map(Value::from).collect(),
            ("split", [separator]) if !separator.is_empty() => {
                text.split(separator).map(Value::from).collect()
            }
            ("startswith", [start]) => Value::from(text.starts_with(start)),
            ("endswith", [end]) => Value::from(text.ends_with(end)),
            ("replace", [from, to]) => Value::from(text.replace(from, to)),
            ("join", _) => {
                let items = arguments.first().map(Value::try_iter).transpose()?;
                let items: Vec<String> = items.into_iter().flatten().map(|item| to_text(&item)).collect();
                Value::from(items.join(text))
            }
            ("title", []) => Value::from(minijinja::filters::title(text.into())),
            ("capitalize", []) => Value::from(capitalized(text)),
            _ => return unknown(),
        });
    }
    if value.kind() == ValueKind::Map {
        return match name {
            "keys" => Ok(value.try_iter()?.collect()),
            "values" => value
                .try_iter()?
                .map(|key| value.get_item(&key))
                .collect::<Result<Vec<_>, _>>()
                .map(Value::from),
            "items" => value
                .try_iter()?
                .map(|key| Ok(Value::from(vec![key.clone(), value.get_item(&key)?])))
                .collect::<Result<Vec<_>, Error>>()
                .map(Value::from),
            "get" => {
                let Some(key) = arguments.first() else {
                    return unknown();
                };
                let found = value.get_item(key)?;
                Ok(if found.is_undefined() {
                    arguments.get(1).cloned().unwrap_or(Value::from(()))
                } else {
                    found
                })
            }
            _ => unknown(),
        };
    }
    unknown()
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>());
    first.unwrap_or_default() + &chars.as_str().to_lowercase()
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The filter `b64encode`.
pub(super) fn base64_encode(text: String) -> String {
    let mut out = String::with_capacity(text.len().div_ceil(3) * 4);
    for chunk in text.as_bytes().chunks(3) {
        let bytes = [
            chunk[0],
            chunk.get(1).copied().unwrap_or(0),
            chunk.get(2).copied().unwrap_or(0),
        ];
        let group = u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]);
        for place in 0..4 {
            if place <= chunk.len() {
                let index = (group >> (18 - 6 * place)) & 63;
                out.push(char::from(ALPHABET[index as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// The filter `b64decode`.
pub(super) fn base64_decode(text: String) -> Result<String, Error> {
    let wrong = || Error::new(ErrorKind::InvalidOperation, "the text is not base64");
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut group: u32 = 0;
    let mut count = 0;
    for byte in text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=')
    {
        let digit = ALPHABET
            .iter()
            .position(|letter| *letter == byte)
            .and_then(|digit| u32::try_from(digit).ok())
            .ok_or_else(wrong)?;
        group = group << 6 | digit;
        count += 1;
        if count == 4 {
            bytes.extend_from_slice(&group.to_be_bytes()[1..]);
            group = 0;
            count = 0;
        }
    }
    match count {
        0 => {}
        2 => bytes.push((group >> 4) as u8),
        3 => bytes.extend_from_slice(&((group >> 2) as u16).to_be_bytes()),
        _ => return Err(wrong()),
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}
