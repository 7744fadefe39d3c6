//! Python literals: the `repr` text in which SQLMesh stores variables inside `python_env`.
//!
//! In: `{'a': 1, 'b': [True, None]}`. Out: JSON values, and the way back, character for character as CPython
//! prints them. Anything that is not a literal (a call other than `SqlValue(sql=…)`) is refused, never run.

use crate::ordered::IndexMap;
use serde_json::{Map, Number, Value};

/// Deepest nesting of lists and dicts that is read or written.
const MAX_DEPTH: usize = 64;

/// The `repr` of a dict with text keys, as SQLMesh stores `__sqlmesh__vars__`. Keys keep their order (SQLMesh
/// sorts them; so must the caller).
pub fn to_repr(variables: &IndexMap<String, Value>) -> String {
    let entries: Vec<String> = variables
        .iter()
        .map(|(key, value)| format!("{}: {}", text_repr(key), value_repr(value, 0)))
        .collect();
    format!("{{{}}}", entries.join(", "))
}

/// The `repr` of blueprint variables (name → SQL text), as SQLMesh stores `__sqlmesh__blueprint__vars__`.
pub fn blueprints_to_repr(variables: &IndexMap<String, String>) -> String {
    let entries: Vec<String> = variables
        .iter()
        .map(|(key, sql)| format!("{}: SqlValue(sql={})", text_repr(key), text_repr(sql)))
        .collect();
    format!("{{{}}}", entries.join(", "))
}

/// Reads a Python literal; `None` when the text is not one. Tuples become lists, `SqlValue(sql='x')` the text `x`.
pub fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader {
        chars: text.chars().collect(),
        at: 0,
    };
    let value = reader.value(0)?;
    reader.space();
    (reader.at == reader.chars.len()).then_some(value)
}

/// The `repr` of one value.
pub fn value_repr(value: &Value, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return "None".to_string();
    }
    match value {
        Value::Null => "None".to_string(),
        Value::Bool(true) => "True".to_string(),
        Value::Bool(false) => "False".to_string(),
        Value::Number(number) => number_repr(number),
        Value::String(text) => text_repr(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| value_repr(item, depth + 1)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", text_repr(key), value_repr(value, depth + 1)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn number_repr(number: &Number) -> String {
    if number.is_f64() {
        number.as_f64().map_or_else(String::new, float_repr)
    } else {
        number.to_string()
    }
}

/// CPython's `repr` of a float: shortest digits, an exponent below 1e-4 and from 1e16.
pub fn float_repr(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_string();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_string();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    let plain = format!("{value}");
    if plain.contains('.') {
        plain
    } else {
        format!("{plain}.0")
    }
}

/// CPython's `repr` of a text: single quotes unless only single quotes occur inside.
pub fn text_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if is_printable(c) => out.push(c),
            c => out.push_str(&match c as u32 {
                code @ ..0x100 => format!("\\x{code:02x}"),
                code @ ..0x1_0000 => format!("\\u{code:04x}"),
                code => format!("\\U{code:08x}"),
            }),
        }
    }
    out.push(quote);
    out
}

/// Whether CPython prints a character as it is: all but spaces, controls, formats and private ones. Characters that
/// Unicode has not assigned yet count as printable here.
pub fn is_printable(c: char) -> bool {
    !matches!(c as u32,
        0..=0x1f | 0x7f..=0xa0 | 0xad | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x890..=0x891 | 0x8e2 | 0x1680
        | 0x180e | 0x2000..=0x200f | 0x2028..=0x202f | 0x205f..=0x206f | 0x3000 | 0xe000..=0xf8ff | 0xfeff
        | 0xfff0..=0xfffb | 0xfffe..=0xffff | 0x110bd | 0x110cd | 0x13430..=0x1343f | 0x1bca0..=0x1bca3
        | 0x1d173..=0x1d17a | 0xe0000..=0xe00ff | 0xf0000..)
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn eat(&mut self, wanted: char) -> Option<()> {
        self.space();
        (self.peek() == Some(wanted)).then(|| self.at += 1)
    }

    fn word(&mut self) -> String {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect()
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.space();
        match self.peek()? {
            '{' => self.dict(depth),
            '[' => self.items('[', ']', depth).map(Value::Array),
            '(' => self.items('(', ')', depth).map(Value::Array),
            '\'' | '"' => self.text().map(Value::String),
            c if c.is_ascii_digit() || c == '-' || c == '+' || c == '.' => self.number(),
            c if c.is_alphabetic() => match self.word().as_str() {
                "None" => Some(Value::Null),
                "True" => Some(Value::Bool(true)),
                "False" => Some(Value::Bool(false)),
                "SqlValue" => {
                    self.eat('(')?;
                    self.space();
                    if self.word() != "sql" {
                        return None;
                    }
                    self.eat('=')?;
                    self.space();
                    let sql = self.text()?;
                    self.eat(')')?;
                    Some(Value::String(sql))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Value> {
        self.eat('{')?;
        let mut map = Map::new();
        loop {
            if self.eat('}').is_some() {
                return Some(Value::Object(map));
            }
            let key = match self.value(depth + 1)? {
                Value::String(text) => text,
                other => value_repr(&other, 0),
            };
            self.eat(':')?;
            let value = self.value(depth + 1)?;
            map.insert(key, value);
            if self.eat(',').is_none() {
                self.eat('}')?;
                return Some(Value::Object(map));
            }
        }
    }

    fn items(&mut self, open: char, close: char, depth: usize) -> Option<Vec<Value>> {
        self.eat(open)?;
        let mut items = Vec::new();
        loop {
            if self.eat(close).is_some() {
                return Some(items);
            }
            items.push(self.value(depth + 1)?);
            if self.eat(',').is_none() {
                self.eat(close)?;
                return Some(items);
            }
        }
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+'))
        {
            self.at += 1;
        }
        let text: String = self.chars[start..self.at].iter().filter(|c| **c != '_').collect();
        if let Ok(integer) = text.parse::<i64>() {
            return Some(Value::from(integer));
        }
        if let Ok(integer) = text.parse::<u64>() {
            return Some(Value::from(integer));
        }
        let float: f64 = text.parse().ok()?;
        Number::from_f64(float).map(Value::Number)
    }

    fn text(&mut self) -> Option<String> {
        let quote = self.peek().filter(|c| matches!(c, '\'' | '"'))?;
        self.at += 1;
        let mut out = String::new();
        loop {
            let c = self.peek()?;
            self.at += 1;
            if c == quote {
                return Some(out);
            }
            if c != '\\' {
                out.push(c);
                continue;
            }
            let escaped = self.peek()?;
            self.at += 1;
            match escaped {
                'n' => out.push('\n'),
                'r' => out.push('\r'),
                't' => out.push('\t'),
                '0' => out.push('\0'),
                'x' => out.push(self.hex(2)?),
                'u' => out.push(self.hex(4)?),
                'U' => out.push(self.hex(8)?),
                other => out.push(other),
            }
        }
    }

    fn hex(&mut self, digits: usize) -> Option<char> {
        let mut code: u32 = 0;
        for _ in 0..digits {
            code = code.checked_mul(16)? + self.peek()?.to_digit(16)?;
            self.at += 1;
        }
        char::from_u32(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round_trip(text: &str) {
        let Some(Value::Object(map)) = parse(text) else {
            panic!("not a dict: {text}");
        };
        let ordered: IndexMap<String, Value> = map.into_iter().collect();
        assert_eq!(to_repr(&ordered), text);
    }

    #[test]
    fn what_python_prints_is_read_and_printed_alike() {
        round_trip("{}");
        round_trip("{'a': 1, 'b': [True, None], 'c': {'d': 'x'}}");
        round_trip("{'cuisines': ['thai', 'greek'], 'min_stars': 2, 'strict': False}");
        round_trip(r#"{'a': "it's", 'b': 'say "hi"', 'c': 'it\'s "x"'}"#);
        round_trip(r"{'a': 'x\ny\\z\t', 'b': '\x00\x7f', 'c': 'ü'}");
        round_trip("{'a': 0.1, 'b': 1e+16, 'c': 1e-05, 'd': -3, 'e': 2.0, 'f': 123456789.25}");
    }

    #[test]
    fn blueprint_values_are_sql_text() {
        let text = r#"{'floor_no': SqlValue(sql='2'), 'label': SqlValue(sql="'Faro'")}"#;
        let Some(Value::Object(map)) = parse(text) else {
            panic!("not a dict");
        };
        assert_eq!(map["label"], "'Faro'");
        let ordered: IndexMap<String, String> = map
            .into_iter()
            .map(|(key, value)| (key, value.as_str().unwrap_or_default().to_string()))
            .collect();
        assert_eq!(blueprints_to_repr(&ordered), text);
    }

    #[test]
    fn code_is_refused() {
        assert_eq!(parse("__import__('os')"), None);
        assert_eq!(parse("[1, 2"), None);
        assert_eq!(parse("1 2"), None);
        assert_eq!(parse(&"[".repeat(10_000)), None);
    }

    #[test]
    fn tuples_are_lists() {
        assert_eq!(parse("(1, (2,))"), Some(serde_json::json!([1, [2]])));
    }
}
