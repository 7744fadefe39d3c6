//! What Jinja templates expect of Python: how values print, methods of texts and dicts, base64 filters.

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Output, Value};

use super::python_values::{self, Budget, TOO_MUCH};
use crate::macros::python_literal::{float_repr, text_repr};

const MAX_DEPTH: usize = 32;
/// Characters of the text of one list or dict, roughly.
const LONGEST_REPR: usize = 4_000_000;

/// Prints a value as Python's `str` does; an undefined one as nothing.
pub(super) fn write(out: &mut Output<'_>, value: &Value, budget: &Budget) -> Result<(), Error> {
    let text = to_text(value)?;
    budget.spend(text.len())?;
    Ok(out.write_str(&text)?)
}

/// Python's `str` of a value.
pub(super) fn to_text(value: &Value) -> Result<String, Error> {
    Ok(match value.as_str() {
        Some(text) => text.to_string(),
        None if value.is_undefined() => String::new(),
        None => {
            let mut left = LONGEST_REPR;
            repr(value, 0, &mut left).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, TOO_MUCH))?
        }
    })
}

/// `None` when it gets longer than what is left.
fn repr(value: &Value, depth: usize, left: &mut usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return Some("...".to_string());
    }
    *left = left.checked_sub(value.as_str().map_or(1, str::len).max(1))?;
    Some(match value.kind() {
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
                .map(|item| repr(&item, depth + 1, left))
                .collect::<Option<_>>()?;
            format!("[{}]", items.join(", "))
        }
        ValueKind::Map if value.as_object().is_some() => {
            let entries: Vec<String> = value
                .try_iter()
                .into_iter()
                .flatten()
                .map(|key| {
                    let item = value.get_item(&key).unwrap_or_default();
                    let key = repr(&key, depth + 1, left)?;
                    Some(format!("{key}: {}", repr(&item, depth + 1, left)?))
                })
                .collect::<Option<_>>()?;
            format!("{{{}}}", entries.join(", "))
        }
        _ => value.to_string(),
    })
}

/// Python's methods of texts and dicts that templates call.
pub(super) fn method(
    value: &Value,
    name: &str,
    arguments: &[Value],
    budget: &Budget,
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
            ("replace", [from, to]) => return python_values::replace(text, from, to, budget),
            ("join", _) => {
                let items = arguments.first().cloned().unwrap_or_default();
                return python_values::join(&items, text, budget);
            }
            ("count", [part]) if !part.is_empty() => Value::from(text.matches(part).count()),
            ("isdigit", []) => Value::from(!text.is_empty() && text.chars().all(|c| c.is_ascii_digit())),
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
