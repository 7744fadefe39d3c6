//! A reader of JSON for `serde`, small where serde_json's is fast and general.
//!
//! Every type that is read costs code, and the browser's wasm pays for it: this reader takes objects for structs only
//! as objects (never as lists of their fields) and keeps what does not depend on the type in functions of its own.
//! What it accepts and refuses is what serde_json does.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Expected, Unexpected, Visitor};

use super::access::Items;

/// Deepest nesting of lists and objects.
const DEEPEST: usize = 127;

/// No word, number of a date or escape is longer: where it begins may be where reading stopped.
const LONGEST_WORD: usize = 32;

/// Every number of so many digits has room in 64 bits.
const SURE_DIGITS: usize = 19;

/// Why a text could not be read as what was wanted.
#[derive(Debug)]
pub struct Error(Box<Reason>);

#[derive(Debug)]
struct Reason {
    message: String,
    at: Option<usize>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Syntax,
    Depth,
    Shape,
}

/// What kind of problem it is.
#[derive(Debug)]
pub enum Problem {
    /// It is not JSON, or ends too early; told in serde_json's words.
    Json(serde_json::Error),
    /// Lists and objects are nested too deeply, from this byte on.
    Deep(usize),
    /// It is JSON, but not of the wanted shape: what is wrong, and the byte behind which that was noticed.
    Shape(String, usize),
}

impl Error {
    /// What is wrong with a text that was refused.
    pub fn explain(self, text: &str) -> Problem {
        let json = serde_json::from_str::<de::IgnoredAny>(text).err();
        self.explained(text, json)
    }

    /// The same for a text of which only the value with which it begins was wanted.
    pub fn explain_start(self, text: &str) -> Problem {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<de::IgnoredAny>();
        let json = values.next().and_then(Result::err);
        self.explained(text, json)
    }

    /// Whether it may be that only the end of the text was missing.
    pub fn near_end(&self, text: &str) -> bool {
        self.0.at.is_none_or(|at| at + LONGEST_WORD >= text.len())
    }

    fn explained(self, text: &str, json: Option<serde_json::Error>) -> Problem {
        let at = self.0.at.unwrap_or(text.len());
        if self.0.kind == Kind::Depth {
            return Problem::Deep(at);
        }
        match json {
            Some(error) if self.0.kind == Kind::Syntax || offset(text, &error) < at => Problem::Json(error),
            _ => Problem::Shape(self.0.message, at),
        }
    }

    pub(super) fn syntax() -> Self {
        Self(Box::new(Reason {
            message: "invalid JSON".to_string(),
            at: None,
            kind: Kind::Syntax,
        }))
    }

    pub(super) fn place(mut self, at: usize) -> Self {
        self.0.at.get_or_insert(at);
        self
    }
}

/// The byte at which serde_json stopped; it counts columns in bytes, from 1, and 0 stands for a line's start.
pub fn offset(text: &str, error: &serde_json::Error) -> usize {
    let line: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    (line + error.column().saturating_sub(1)).min(text.len())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(Box::new(Reason {
            message: message.to_string(),
            at: None,
            kind: Kind::Shape,
        }))
    }
}

pub(super) type Outcome<T> = Result<T, Error>;

/// Reads a whole text.
///
/// # Errors
/// When the text is not JSON, or not of the wanted shape.
pub fn from_str<'de, T: Deserialize<'de>>(text: &'de str) -> Outcome<T> {
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader)?;
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.syntax()),
    }
}

/// Reads the value with which a text begins, and says how many bytes it has.
///
/// # Errors
/// When the text does not begin with JSON, or that is not of the wanted shape.
pub fn from_start<'de, T: Deserialize<'de>>(text: &'de str) -> Outcome<(T, usize)> {
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader)?;
    Ok((value, reader.at))
}

/// How many bytes at the beginning stand for themselves inside of a text. Eight are looked at together: nearly all
/// of a state is text.
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (words, _) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // A byte's high bit is set when the byte is one; above the first that is, bits may be set in vain. With its second
        // bit turned, a quote comes directly after the control characters.
        let control_or_quote = (word ^ (ONES * 2)).wrapping_sub(ONES * 0x21);
        let escape = (word ^ (ONES * u64::from(b'\\'))).wrapping_sub(ONES);
        let found = (control_or_quote | escape) & !word & HIGH;
        if found != 0 {
            return index * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let start = words.len() * 8;
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    let rest = &bytes[start..];
    start + rest.iter().position(special).unwrap_or(rest.len())
}

pub(super) struct Reader<'de> {
    text: &'de str,
    pub(super) at: usize,
    depth: usize,
    /// Where texts with escapes are put together.
    unescaped: String,
}

/// A scalar, or the beginning of what is none.
pub(super) enum Token<'de> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(Cow<'de, str>),
    List,
    Object,
}

impl<'de> Reader<'de> {
    fn new(text: &'de str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            unescaped: String::new(),
        }
    }

    /// The next byte that is no space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(*byte);
            }
            self.at += 1;
            // Lines are indented.
            while let Some(word) = bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
                let others = u64::from_le_bytes(*word) ^ u64::from_le_bytes([b' '; 8]);
                self.at += others.trailing_zeros() as usize / 8;
                if others != 0 {
                    break;
                }
            }
        }
        None
    }

    pub(super) fn syntax(&self) -> Error {
        Error::syntax().place(self.at)
    }

    /// Takes this byte, which has to be next.
    pub(super) fn take(&mut self, byte: u8) -> Outcome<()> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.syntax())
        }
    }

    /// A scalar, or the opening bracket of anything else.
    pub(super) fn token(&mut self) -> Outcome<Token<'de>> {
        let first = self.peek().ok_or_else(|| self.syntax())?;
        let word = |reader: &mut Self, word: &str, token| {
            if reader.text.as_bytes()[reader.at..].starts_with(word.as_bytes()) {
                reader.at += word.len();
                Ok(token)
            } else {
                Err(reader.syntax())
            }
        };
        match first {
            b'n' => word(self, "null", Token::Null),
            b't' => word(self, "true", Token::Bool(true)),
            b'f' => word(self, "false", Token::Bool(false)),
            b'"' => {
                self.at += 1;
                Ok(Token::Text(self.text_inside()?))
            }
            b'[' => {
                self.at += 1;
                Ok(Token::List)
            }
            b'{' => {
                self.at += 1;
                Ok(Token::Object)
            }
            _ => self.number(),
        }
    }

    /// How many digits follow, and their number if they are few enough.
    fn digits(&mut self) -> (usize, u64) {
        let rest = &self.text.as_bytes()[self.at..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
        let (count, number) = digits.fold((0, 0_u64), |(count, number), digit| {
            let number = number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            (count + 1, number)
        });
        self.at += count;
        (count, number)
    }

    fn number(&mut self) -> Outcome<Token<'de>> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let negative = bytes.get(self.at) == Some(&b'-');
        self.at += usize::from(negative);
        let leading_zero = bytes.get(self.at) == Some(&b'0');
        let (count, number) = self.digits();
        if count == 0 || (leading_zero && count > 1) {
            return Err(self.syntax());
        }
        let mut whole = true;
        if bytes.get(self.at) == Some(&b'.') {
            whole = false;
            self.at += 1;
            if self.digits().0 == 0 {
                return Err(self.syntax());
            }
        }
        if matches!(bytes.get(self.at), Some(b'e' | b'E')) {
            whole = false;
            self.at += 1;
            self.at += usize::from(matches!(bytes.get(self.at), Some(b'+' | b'-')));
            if self.digits().0 == 0 {
                return Err(self.syntax());
            }
        }
        let written = &self.text[start..self.at];
        if whole {
            if !negative && count <= SURE_DIGITS {
                return Ok(Token::Unsigned(number));
            }
            if !negative && let Ok(number) = written.parse() {
                return Ok(Token::Unsigned(number));
            }
            // The other zero is no whole number.
            if negative
                && written != "-0"
                && let Ok(number) = written.parse()
            {
                return Ok(Token::Signed(number));
            }
        }
        match written.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Token::Float(number)),
            _ => Err(<Error as de::Error>::custom("number out of range").place(self.at)),
        }
    }

    /// A text, whose opening quote is next.
    pub(super) fn text(&mut self) -> Outcome<Cow<'de, str>> {
        self.take(b'"')?;
        self.text_inside()
    }

    /// A text, whose opening quote was taken.
    fn text_inside(&mut self) -> Outcome<Cow<'de, str>> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = plain(rest.as_bytes());
        if rest.as_bytes().get(end) != Some(&b'"') {
            return self.escaped(end).map(Cow::Owned);
        }
        self.at += end + 1;
        Ok(Cow::Borrowed(rest.get(..end).unwrap_or_default()))
    }

    /// A text that does not stand for itself from this byte on.
    fn escaped(&mut self, mut end: usize) -> Outcome<String> {
        let all: &'de str = self.text;
        self.unescaped.clear();
        loop {
            let rest = all.get(self.at..).unwrap_or_default();
            let (part, after) = rest.split_at_checked(end).unwrap_or_default();
            self.unescaped.push_str(part);
            self.at += end + usize::from(!after.is_empty());
            match after.as_bytes().first() {
                // Of just the size that it needs.
                Some(b'"') => return Ok(self.unescaped.as_str().to_string()),
                Some(b'\\') => {
                    let escaped = self.escape()?;
                    self.unescaped.push(escaped);
                }
                _ => return Err(self.syntax()),
            }
            end = plain(all.get(self.at..).unwrap_or_default().as_bytes());
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Outcome<char> {
        let letter = self.text.as_bytes().get(self.at).copied();
        self.at += 1;
        Ok(match letter {
            Some(letter @ (b'"' | b'\\' | b'/')) => char::from(letter),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let mut code = self.hex()?;
                if (0xd800..0xdc00).contains(&code) {
                    let next = self.text.as_bytes().get(self.at..self.at + 2);
                    if next != Some(b"\\u") {
                        return Err(self.syntax());
                    }
                    self.at += 2;
                    let low = self.hex()?;
                    if !(0xdc00..0xe000).contains(&low) {
                        return Err(self.syntax());
                    }
                    code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                }
                char::from_u32(code).ok_or_else(|| self.syntax())?
            }
            _ => return Err(self.syntax()),
        })
    }

    fn hex(&mut self) -> Outcome<u32> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let code = code.ok_or_else(|| self.syntax())?;
        self.at += 4;
        Ok(code)
    }

    pub(super) fn deeper(&mut self) -> Outcome<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let mut error = self.syntax();
            error.0.kind = Kind::Depth;
            return Err(error);
        }
        Ok(())
    }

    /// Passes over a value.
    pub(super) fn skip(&mut self) -> Outcome<()> {
        match self.token()? {
            Token::List => {
                self.deeper()?;
                let mut first = true;
                while self.more(b']', &mut first)? {
                    self.skip()?;
                }
                self.depth -= 1;
                Ok(())
            }
            Token::Object => {
                self.deeper()?;
                let mut first = true;
                while self.more(b'}', &mut first)? {
                    self.text()?;
                    self.take(b':')?;
                    self.skip()?;
                }
                self.depth -= 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether another item comes; takes the comma before it, or the closing bracket.
    fn more(&mut self, close: u8, first: &mut bool) -> Outcome<bool> {
        let next = self.peek();
        if next == Some(close) {
            self.at += 1;
            return Ok(false);
        }
        if !std::mem::take(first) {
            if next != Some(b',') {
                return Err(self.syntax());
            }
            self.at += 1;
        }
        Ok(true)
    }

    /// Whether another item comes, without taking the closing bracket.
    pub(super) fn another(&mut self, close: u8, first: &mut bool) -> Outcome<bool> {
        let more = self.more(close, first)?;
        self.at -= usize::from(!more);
        Ok(more)
    }

    /// Says that a value is not of the wanted kind.
    pub(super) fn wrong(&self, token: &Token<'_>, wanted: &dyn Expected) -> Error {
        let found = match token {
            Token::Null => Unexpected::Other("null"),
            Token::Bool(value) => Unexpected::Bool(*value),
            Token::Unsigned(value) => Unexpected::Unsigned(*value),
            Token::Signed(value) => Unexpected::Signed(*value),
            Token::Float(value) => Unexpected::Float(*value),
            Token::Text(value) => Unexpected::Str(value),
            Token::List => Unexpected::Seq,
            Token::Object => Unexpected::Map,
        };
        de::Error::invalid_type(found, wanted)
    }

    /// Takes a closing bracket after what came before went well or wrong, and says where it went wrong.
    pub(super) fn close<T>(&mut self, close: u8, outcome: Outcome<T>) -> Outcome<T> {
        let closed = self.take(close);
        self.depth -= 1;
        let is_longer = closed.is_err() && self.peek() == Some(b',');
        match outcome {
            Ok(_) if is_longer => Err(<Error as de::Error>::custom("too many values").place(self.at + 1)),
            Ok(value) => closed.map(|()| value),
            Err(error) => Err(error.place(self.at)),
        }
    }

    /// How many items certainly come before the closing bracket. Room is made for that many: most lists of a state
    /// have one item, and a list that grows by itself makes room for four.
    pub(super) fn at_least(&self, bracket: u8) -> usize {
        usize::from(self.text.as_bytes().get(self.at) != Some(&bracket))
    }

    pub(super) fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Outcome<V::Value> {
        self.deeper()?;
        let outcome = visitor.visit_seq(Items {
            reader: self,
            first: true,
        });
        self.close(b']', outcome)
    }

    pub(super) fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Outcome<V::Value> {
        self.deeper()?;
        let outcome = visitor.visit_map(Items {
            reader: self,
            first: true,
        });
        self.close(b'}', outcome)
    }

    pub(super) fn placed<T>(&self, outcome: Outcome<T>) -> Outcome<T> {
        outcome.map_err(|error| error.place(self.at))
    }
}
