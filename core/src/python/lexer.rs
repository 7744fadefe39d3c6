//! Tokens of a Python file: words, numbers, strings, operators, and where lines and blocks begin and end.
//!
//! In: text. Out: tokens by place, without comments and white space. Strings are one token each, whatever stands
//! inside of their braces; they are taken apart by the parser.

use super::SyntaxError;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or keyword.
    Name,
    /// A number.
    Number,
    /// A string with its prefix and quotes.
    Text,
    /// An operator or punctuation.
    Operator,
    /// The end of a logical line.
    Newline,
    /// A block begins.
    Indent,
    /// A block ends.
    Dedent,
    /// The end of the file.
    End,
}

/// A token and its bytes in the text.
#[derive(Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Brackets and blocks that may stand inside each other.
const MAX_NESTING: usize = 90;

const OPERATORS: [&str; 24] = [
    "**=", "//=", ">>=", "<<=", "...", "!=", "->", "**", "//", ">>", "<<", "<=", ">=", "==", ":=", "+=",
    "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=",
];

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tokens: Vec<Token>,
    brackets: Vec<(u8, usize)>,
    indents: Vec<usize>,
}

/// The tokens of a file.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    run(text, false)
}

/// The tokens of an expression inside of braces: lines do not count.
pub(super) fn expression_tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    run(text, true)
}

fn run(text: &str, enclosed: bool) -> Result<Vec<Token>, SyntaxError> {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        tokens: Vec::new(),
        brackets: if enclosed { vec![(b'{', 0)] } else { Vec::new() },
        indents: vec![0],
    };
    lexer.all()?;
    let end = text.len();
    if !enclosed {
        if let Some((open, at)) = lexer.brackets.last() {
            return Err(SyntaxError::new(
                format!("`{}` is not closed", char::from(*open)),
                *at,
            ));
        }
        lexer.newline();
        for _ in 1..lexer.indents.len() {
            lexer.push(TokenKind::Dedent, end);
        }
    }
    lexer.push(TokenKind::End, end);
    Ok(lexer.tokens)
}

impl Lexer<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.tokens.push(Token {
            kind,
            start,
            end: self.at,
        });
    }

    fn newline(&mut self) {
        let empty = self.tokens.last().is_none_or(|last| {
            matches!(
                last.kind,
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent
            )
        });
        if !empty {
            self.push(TokenKind::Newline, self.at);
        }
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, SyntaxError> {
        Err(SyntaxError::new(message, self.at))
    }

    fn all(&mut self) -> Result<(), SyntaxError> {
        let mut line_begins = self.brackets.is_empty();
        while self.at < self.bytes.len() {
            if line_begins {
                self.indentation()?;
                line_begins = false;
                continue;
            }
            let start = self.at;
            match self.byte(0) {
                b' ' | b'\t' | b'\x0c' => self.at += 1,
                b'#' => self.comment(),
                b'\r' | b'\n' => {
                    if self.brackets.is_empty() {
                        self.newline();
                        line_begins = true;
                    }
                    self.at += 1;
                }
                b'\\' if matches!(self.byte(1), b'\n' | b'\r') => {
                    self.at += if self.byte(1) == b'\r' && self.byte(2) == b'\n' {
                        3
                    } else {
                        2
                    };
                }
                b'0'..=b'9' => self.number(start),
                b'.' if self.byte(1).is_ascii_digit() => self.number(start),
                b'"' | b'\'' => self.string(start)?,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(start)?,
                _ => self.operator(start)?,
            }
        }
        Ok(())
    }

    fn comment(&mut self) {
        while self.at < self.bytes.len() && !matches!(self.byte(0), b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// White space at the beginning of a logical line; blank lines and comments do not count.
    fn indentation(&mut self) -> Result<(), SyntaxError> {
        let mut column = 0;
        loop {
            match self.byte(0) {
                b' ' => column += 1,
                b'\t' => column = column / 8 * 8 + 8,
                b'\x0c' => column = 0,
                _ => break,
            }
            self.at += 1;
        }
        match self.byte(0) {
            b'#' => {
                self.comment();
                return Ok(());
            }
            b'\n' | b'\r' => return Ok(()),
            0 if self.at >= self.bytes.len() => return Ok(()),
            _ => {}
        }
        let current = self.indents.last().copied().unwrap_or(0);
        if column > current {
            if self.indents.len() >= MAX_NESTING {
                return self.error("blocks are nested too deeply");
            }
            self.indents.push(column);
            self.push(TokenKind::Indent, self.at);
        }
        while column < self.indents.last().copied().unwrap_or(0) {
            self.indents.pop();
            self.push(TokenKind::Dedent, self.at);
        }
        if column != self.indents.last().copied().unwrap_or(0) {
            return self.error("the indentation fits no block above");
        }
        Ok(())
    }

    fn number(&mut self, start: usize) {
        let radix = self.byte(0) == b'0' && matches!(self.byte(1), b'x' | b'X' | b'o' | b'O' | b'b' | b'B');
        while self.at < self.bytes.len() {
            let byte = self.byte(0);
            let sign = matches!(byte, b'+' | b'-')
                && !radix
                && self.at > start
                && matches!(self.bytes[self.at - 1], b'e' | b'E');
            let continues = byte.is_ascii_alphanumeric() || byte == b'_' || (byte == b'.' && !radix) || sign;
            // `1if x`: a word may follow a number at once.
            let word = !radix && byte.is_ascii_alphabetic() && {
                let digit = self.byte(1).is_ascii_digit()
                    || (matches!(self.byte(1), b'+' | b'-') && self.byte(2).is_ascii_digit());
                !(matches!(byte, b'j' | b'J') || (matches!(byte, b'e' | b'E') && digit))
            };
            if !continues || word {
                break;
            }
            self.at += 1;
        }
        self.push(TokenKind::Number, start);
    }

    fn word(&mut self, start: usize) -> Result<(), SyntaxError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest
            .char_indices()
            .find(|(_, c)| (c.is_whitespace() || c.is_ascii()) && *c != '_' && !c.is_alphanumeric())
            .map_or(rest.len(), |(at, _)| at);
        if length == 0 {
            return self.error("a character that does not belong to Python");
        }
        let word = rest.get(..length).unwrap_or_default();
        let is_prefix = length <= 2 && word.chars().all(|c| "rRbBfFuUtT".contains(c));
        self.at += length;
        if is_prefix && matches!(self.byte(0), b'"' | b'\'') {
            return self.string(start);
        }
        self.push(TokenKind::Name, start);
        Ok(())
    }

    fn string(&mut self, start: usize) -> Result<(), SyntaxError> {
        let prefix = self.text.get(start..self.at).unwrap_or_default();
        let formatted = prefix.contains(['f', 'F', 't', 'T']);
        match string_end(self.bytes, self.at, formatted, 0) {
            Some(end) => {
                self.at = end;
                self.push(TokenKind::Text, start);
                Ok(())
            }
            None => Err(SyntaxError::new("the string is not closed", start)),
        }
    }

    fn operator(&mut self, start: usize) -> Result<(), SyntaxError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let long = OPERATORS.iter().find(|operator| rest.starts_with(**operator));
        if let Some(long) = long {
            self.at += long.len();
            self.push(TokenKind::Operator, start);
            return Ok(());
        }
        let byte = self.byte(0);
        match byte {
            b'(' | b'[' | b'{' => {
                if self.brackets.len() >= MAX_NESTING {
                    return self.error("brackets are nested too deeply");
                }
                self.brackets.push((byte, start));
            }
            b')' | b']' | b'}' => {
                let open = self.brackets.pop().map(|(open, _)| open);
                let fits = matches!(
                    (open, byte),
                    (Some(b'('), b')') | (Some(b'['), b']') | (Some(b'{'), b'}')
                );
                if !fits {
                    return self.error(format!("`{}` closes nothing", char::from(byte)));
                }
            }
            b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'<' | b'>' | b','
            | b':' | b'.' | b';' | b'=' | b'!' => {}
            _ => return self.error("a character that does not belong to Python"),
        }
        self.at += 1;
        self.push(TokenKind::Operator, start);
        Ok(())
    }
}

/// The byte after the string whose quotes begin at `at`. Inside of the braces of a formatted string there may be
/// strings again.
pub(super) fn string_end(bytes: &[u8], at: usize, formatted: bool, depth: usize) -> Option<usize> {
    let quote = *bytes.get(at)?;
    let triple = bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote);
    let mut at = at + if triple { 3 } else { 1 };
    loop {
        let byte = *bytes.get(at)?;
        if byte == b'\\' {
            at += 2;
        } else if byte == quote {
            if !triple {
                return Some(at + 1);
            }
            if bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote) {
                return Some(at + 3);
            }
            at += 1;
        } else if !triple && matches!(byte, b'\n' | b'\r') {
            return None;
        } else if formatted && byte == b'{' {
            if bytes.get(at + 1) == Some(&b'{') {
                at += 2;
            } else {
                at = field_end(bytes, at, quote, triple, depth + 1)?;
            }
        } else {
            at += 1;
        }
    }
}

/// The byte after the `}` that closes the `{` at `at`.
pub(super) fn field_end(bytes: &[u8], at: usize, quote: u8, triple: bool, depth: usize) -> Option<usize> {
    if depth > 8 {
        return None;
    }
    let mut open = 0usize;
    let mut at = at;
    let mut in_format = false;
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            b'{' | b'(' | b'[' if !in_format || byte == b'{' => {
                if in_format {
                    at = field_end(bytes, at, quote, triple, depth + 1)?;
                    continue;
                }
                open += 1;
            }
            b'}' | b')' | b']' if !in_format || byte == b'}' => {
                open = if in_format { 0 } else { open.checked_sub(1)? };
                if open == 0 {
                    return Some(at + 1);
                }
            }
            b':' if open == 1 && !in_format => in_format = true,
            b'\\' if in_format => at += 1,
            b'\n' | b'\r' if in_format && !triple => return None,
            b'#' if !in_format => {
                while bytes.get(at).is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) {
                    at += 1;
                }
                continue;
            }
            b'"' | b'\'' if in_format => {
                let ends = byte == quote
                    && (!triple || (bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote)));
                if ends {
                    return None;
                }
            }
            b'"' | b'\'' => {
                at = string_end(bytes, at, is_formatted(bytes, at), depth + 1)?;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// Where the `:` before a format stands in the inside of a field.
pub(super) fn format_start(inside: &[u8]) -> Option<usize> {
    let mut open = 0usize;
    let mut at = 0;
    loop {
        match *inside.get(at)? {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            b':' if open == 0 => return Some(at),
            b'"' | b'\'' => {
                at = string_end(inside, at, is_formatted(inside, at), 0)?;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// Whether the prefix before the quotes at `at` makes a formatted string.
fn is_formatted(bytes: &[u8], at: usize) -> bool {
    let before = |by: usize| {
        at.checked_sub(by)
            .and_then(|at| bytes.get(at))
            .map(u8::to_ascii_lowercase)
    };
    match before(1) {
        Some(b'f') => true,
        Some(b'r') => before(2) == Some(b'f'),
        _ => false,
    }
}
