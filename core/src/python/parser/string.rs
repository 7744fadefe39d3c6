//! String literals: prefixes, escapes, formatted strings, and several side by side.

use super::super::lexer::{self, TokenKind};
use super::super::node::{Kind, Node};
use super::{Parsed, Parser};
use crate::python::SyntaxError;
use crate::source::Span;

/// One literal, taken apart.
struct Literal<'a> {
    prefix: String,
    body: &'a str,
    /// Where the body begins in the text.
    start: usize,
    quote: u8,
    triple: bool,
}

impl Literal<'_> {
    fn is_raw(&self) -> bool {
        self.prefix.contains('r')
    }
}

impl<'a> Parser<'a> {
    /// All literals that stand side by side: one string, one bytes, or one formatted string.
    pub(super) fn strings(&mut self) -> Parsed {
        let start = self.start();
        let mut parts: Vec<Node> = Vec::new();
        let (mut formatted, mut bytes, mut unicode) = (false, false, false);
        let mut first = true;
        while self.kind() == TokenKind::Text {
            let token = self.token(0);
            let literal = self.literal();
            bytes |= literal.prefix.contains('b');
            unicode |= first && literal.prefix == "u";
            first = false;
            if literal.prefix.contains('f') {
                formatted = true;
                self.enter()?;
                self.fields(&literal, literal.body, literal.start, &mut parts)?;
                self.leave();
            } else {
                let text = decode(literal.body, literal.is_raw(), bytes);
                add_text(
                    &mut parts,
                    &text,
                    Span::new(self.base + token.start, self.base + token.end),
                );
            }
            self.at += 1;
        }
        if formatted {
            parts.retain(|part| part.kind != Kind::Str || !part.text.is_empty());
            return self.node(Kind::JoinedStr, "", start, parts);
        }
        let text: String = parts.into_iter().map(|part| part.text).collect();
        let kind = if bytes {
            Kind::Bytes
        } else if unicode {
            Kind::UnicodeStr
        } else {
            Kind::Str
        };
        self.node(kind, &text, start, Vec::new())
    }

    fn literal(&self) -> Literal<'a> {
        let token = self.token(0);
        let text = self.word();
        let quote_at = text.find(['"', '\'']).unwrap_or(0);
        let quote = text.as_bytes().get(quote_at).copied().unwrap_or(b'"');
        let after = text.get(quote_at..).unwrap_or_default();
        let triple = after.len() >= 6 && after.bytes().take(3).all(|byte| byte == quote);
        let width = if triple { 3 } else { 1 };
        let end = text.len().saturating_sub(width);
        Literal {
            prefix: text.get(..quote_at).unwrap_or_default().to_lowercase(),
            body: text.get(quote_at + width..end).unwrap_or_default(),
            start: token.start + quote_at + width,
            quote,
            triple,
        }
    }

    /// The parts of a formatted string or of a format; `start` is where `body` begins in the text.
    fn fields(
        &mut self,
        literal: &Literal<'a>,
        body: &'a str,
        start: usize,
        parts: &mut Vec<Node>,
    ) -> Result<(), SyntaxError> {
        let bytes = body.as_bytes();
        let (mut at, mut copied) = (0, 0);
        let mut text = String::new();
        let place = Span::new(self.base + start, self.base + start + body.len());
        while let Some(byte) = bytes.get(at) {
            let doubled = bytes.get(at + 1) == Some(byte);
            // `\N{…}` is an escape, not a field.
            let named = *byte == b'\\'
                && !literal.is_raw()
                && body.get(at..).is_some_and(|rest| rest.starts_with("\\N{"));
            match byte {
                b'\\' if named => {
                    at += body.get(at..).and_then(|rest| rest.find('}')).unwrap_or(0) + 1;
                }
                b'\\' if !literal.is_raw() => at += 2,
                b'{' | b'}' if doubled => {
                    text.push_str(&decode(
                        body.get(copied..=at).unwrap_or_default(),
                        literal.is_raw(),
                        false,
                    ));
                    at += 2;
                    copied = at;
                }
                b'{' => {
                    text.push_str(&decode(
                        body.get(copied..at).unwrap_or_default(),
                        literal.is_raw(),
                        false,
                    ));
                    let end = lexer::field_end(bytes, at, literal.quote, literal.triple, 0);
                    let Some(end) = end else {
                        return Err(SyntaxError::new("`{` is not closed", self.base + start + at));
                    };
                    let inside = body.get(at + 1..end - 1).unwrap_or_default();
                    let field = self.field(literal, inside, start + at + 1, &mut text)?;
                    add_text(parts, &text, place);
                    text.clear();
                    parts.push(field);
                    at = end;
                    copied = end;
                }
                b'}' => {
                    return Err(SyntaxError::new(
                        "`}` stands alone in a formatted string",
                        self.base + start + at,
                    ));
                }
                _ => at += 1,
            }
        }
        text.push_str(&decode(
            body.get(copied..).unwrap_or_default(),
            literal.is_raw(),
            false,
        ));
        add_text(parts, &text, place);
        Ok(())
    }

    /// `value`, `value=`, `value!r`, `value:format`. What `=` shows is added to `text`.
    fn field(&mut self, literal: &Literal<'a>, inside: &'a str, start: usize, text: &mut String) -> Parsed {
        let split = lexer::format_start(inside.as_bytes());
        let code = inside.get(..split.unwrap_or(inside.len())).unwrap_or_default();
        let mut parser = Parser {
            text: code,
            tokens: lexer::expression_tokens(code)
                .map_err(|error| SyntaxError::new(error.message, self.base + start + error.offset))?,
            at: 0,
            depth: self.depth,
            base: self.base + start,
        };
        let value = parser.value()?;
        let shown = parser.is("=");
        if shown {
            parser.at += 1;
            let end = parser.token(0).start;
            let end = if parser.kind() == TokenKind::End {
                code.len()
            } else {
                end
            };
            text.push_str(code.get(..end).unwrap_or_default());
        }
        let mut conversion = String::new();
        if parser.eat("!") {
            conversion = parser.name()?.to_string();
        }
        let mut children = vec![value];
        if parser.kind() != TokenKind::End {
            return parser.error("expected `}`");
        }
        if let Some(at) = split.map(|at| at + 1) {
            let format = inside.get(at..).unwrap_or_default();
            let mut parts = Vec::new();
            self.enter()?;
            self.fields(literal, format, start + at, &mut parts)?;
            self.leave();
            let place = Span::new(self.base + start + at, self.base + start + inside.len());
            children.push(Node::new(Kind::JoinedStr, "", place, parts));
        }
        if shown && conversion.is_empty() && children.len() == 1 {
            conversion.push('r');
        }
        self.node(Kind::FormattedValue, &conversion, start, children)
    }
}

/// Adds to the text before, if there is one.
fn add_text(parts: &mut Vec<Node>, text: &str, span: Span) {
    match parts.last_mut() {
        Some(last) if last.kind == Kind::Str => last.text.push_str(text),
        _ => parts.push(Node::new(Kind::Str, text, span, Vec::new())),
    }
}

/// The value of a literal's body.
fn decode(body: &str, raw: bool, bytes: bool) -> String {
    let mut out = String::with_capacity(body.len());
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // Line ends are always `\n` in Python's eyes.
            '\r' => {
                if chars.peek() == Some(&'\n') {
                    chars.next();
                }
                out.push('\n');
            }
            '\\' if !raw => escape(&mut chars, &mut out, bytes),
            other => out.push(other),
        }
    }
    out
}

fn escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String, bytes: bool) {
    let Some(c) = chars.next() else {
        out.push('\\');
        return;
    };
    let digits = match c {
        'x' => 2,
        'u' if !bytes => 4,
        'U' if !bytes => 8,
        _ => 0,
    };
    match c {
        '\r' => {
            if chars.peek() == Some(&'\n') {
                chars.next();
            }
        }
        '\n' => {}
        '\\' | '\'' | '"' => out.push(c),
        'a' => out.push('\x07'),
        'b' => out.push('\x08'),
        'f' => out.push('\x0c'),
        'n' => out.push('\n'),
        'r' => out.push('\r'),
        't' => out.push('\t'),
        'v' => out.push('\x0b'),
        '0'..='7' => {
            let mut code = c.to_digit(8).unwrap_or(0);
            for _ in 0..2 {
                let Some(digit) = chars.peek().and_then(|c| c.to_digit(8)) else {
                    break;
                };
                code = code * 8 + digit;
                chars.next();
            }
            out.extend(char::from_u32(code));
        }
        _ if digits > 0 => {
            let mut code = 0u32;
            for _ in 0..digits {
                let Some(digit) = chars.peek().and_then(|c| c.to_digit(16)) else {
                    break;
                };
                code = code.wrapping_mul(16).wrapping_add(digit);
                chars.next();
            }
            // Halves of a pair have no place in a text.
            out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
        }
        other => {
            out.push('\\');
            out.push(other);
        }
    }
}
