//! The scanner: one pass over the text, no recursion.

use super::super::SqlError;
use super::super::dialect::Dialect;
use super::rules::{COMMANDS, Dollar, OPERATORS, Rules, rules};
use super::{Comment, Token, TokenKind, Tokens};
use crate::source::Span;

/// Characters that end a word and stand alone unless they begin an operator: ASCII's marks but for `$` and `_`.
fn is_single(c: char) -> bool {
    c.is_ascii_punctuation() && c != '$' && c != '_'
}

/// What may stand anywhere in a word and begins nothing else, in every dialect.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub(super) struct Scanner<'a> {
    text: &'a str,
    rules: Rules,
    at: usize,
    found: Tokens,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, dialect: Dialect) -> Self {
        Self {
            text,
            rules: rules(dialect.language()),
            at: 0,
            found: Tokens::default(),
        }
    }

    /// Reads the text, or at least as many of its tokens as are asked for.
    pub(super) fn scan(mut self, most: usize) -> Result<Tokens, SqlError> {
        // Where the raw part of a command begins: the index of its first token.
        let mut raw_from: Option<(usize, usize)> = None;
        while let Some(next) = self.peek() {
            if self.found.tokens.len() >= most {
                break;
            }
            if next.is_whitespace() {
                self.at += next.len_utf8();
                continue;
            }
            let is_mark = !next.is_ascii() || next.is_ascii_punctuation();
            if is_mark && self.comment()? {
                continue;
            }
            if next == ';'
                && let Some((first, _)) = raw_from.take()
            {
                self.close_raw(first);
            }
            let start = self.at;
            let kind = self.token(next)?;
            self.found.tokens.push(Token {
                kind,
                span: Span::new(start, self.at),
            });
            if raw_from.is_none() && kind == TokenKind::Word && self.command_word() {
                raw_from = Some((self.found.tokens.len(), self.at));
            }
        }
        if let Some((first, _)) = raw_from {
            self.close_raw(first);
        }
        Ok(self.found)
    }

    /// Makes the tokens from `first` on one raw token that ends here.
    fn close_raw(&mut self, first: usize) {
        let Some(token) = self.found.tokens.get(first) else {
            return;
        };
        let span = Span::new(token.span.start, self.at);
        self.found.tokens.truncate(first);
        self.found.tokens.push(Token {
            kind: TokenKind::Raw,
            span,
        });
    }

    /// Whether the last token (with the one before it) is a command at the start of a statement.
    fn command_word(&self) -> bool {
        let words = self.found.tokens.as_slice();
        let starts = |before: &[Token]| match before.last() {
            None => true,
            Some(token) => token.is_symbol(self.text, ";") || token.is_word(self.text, "BEGIN"),
        };
        let listed = |command: &str| {
            let common = COMMANDS.contains(&command) && !self.rules.no_commands.contains(&command);
            common || self.rules.commands.contains(&command)
        };
        let Some((last, before)) = words.split_last() else {
            return false;
        };
        let upper = |token: &Token| token.text(self.text).to_ascii_uppercase();
        if starts(before) && listed(&upper(last)) {
            return true;
        }
        before.split_last().is_some_and(|(first, before)| {
            first.kind == TokenKind::Word
                && starts(before)
                && listed(&format!("{} {}", upper(first), upper(last)))
        })
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn error<T>(&self, offset: usize, message: &str) -> Result<T, SqlError> {
        Err(SqlError {
            message: message.to_string(),
            offset: Some(offset),
        })
    }

    /// Reads a comment, if one begins here.
    fn comment(&mut self) -> Result<bool, SqlError> {
        let start = self.at;
        let rest = self.rest();
        if rest.starts_with("/*") {
            if self.rules.hints && rest.starts_with("/*+") {
                return Ok(false);
            }
            let length = self.block_comment(rest, start)?;
            self.push_comment(start, length, 2, 2);
            return Ok(true);
        }
        if rest.starts_with("{#") {
            let Some(end) = rest.find("#}") else {
                return self.error(start, "the comment `{#` is not closed by `#}`");
            };
            self.push_comment(start, end + 2, 2, 2);
            return Ok(true);
        }
        let mark = ["--"]
            .iter()
            .chain(self.rules.line_comments)
            .find(|mark| rest.starts_with(**mark));
        let Some(mark) = mark else { return Ok(false) };
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        self.push_comment(start, end, mark.len(), 0);
        Ok(true)
    }

    /// The length of the block comment at the start of `rest`.
    fn block_comment(&self, rest: &str, start: usize) -> Result<usize, SqlError> {
        let mut depth = 1_usize;
        let mut at = 2;
        while depth > 0 {
            let Some(next) = rest.get(at..).and_then(|rest| rest.find(['*', '/'])) else {
                return self.error(start, "the comment `/*` is not closed by `*/`");
            };
            at += next;
            let here = rest.get(at..).unwrap_or_default();
            if here.starts_with("*/") {
                depth -= 1;
                at += 2;
            } else if self.rules.nested_comments && here.starts_with("/*") {
                depth += 1;
                at += 2;
            } else {
                at += 1;
            }
        }
        Ok(at)
    }

    fn push_comment(&mut self, start: usize, length: usize, open: usize, close: usize) {
        let span = Span::new(start, start + length);
        let text = self.text.get(start + open..span.end - close).unwrap_or_default();
        self.found.comments.push(Comment {
            span,
            text: text.to_string(),
        });
        self.at = span.end;
    }

    /// Reads the token that begins here with `next`.
    fn token(&mut self, next: char) -> Result<TokenKind, SqlError> {
        let start = self.at;
        let rest = self.rest();
        if next.is_ascii_digit() {
            return Ok(self.number());
        }
        // Most tokens are words, and a word that no quote follows is no prefix of a string.
        let plain = rest.bytes().take_while(|byte| is_plain(*byte)).count();
        if plain > 0 && !matches!(rest.as_bytes().get(plain), Some(b'\'' | b'"' | b'&' | b'$')) {
            self.word();
            return Ok(TokenKind::Word);
        }
        if let Some((_, close)) = self
            .rules
            .identifier_quotes
            .iter()
            .find(|(open, _)| *open == next)
        {
            let backslash = self.rules.backslash_in_identifiers;
            let body = rest.get(next.len_utf8()..).unwrap_or_default();
            let Some(length) = quoted_length(body, &close.to_string(), true, backslash) else {
                return self.error(
                    start,
                    &format!("the name that begins with `{next}` is not closed by `{close}`"),
                );
            };
            self.at += next.len_utf8() + length;
            return Ok(TokenKind::QuotedIdentifier);
        }
        if let Some(length) = self.string(rest)? {
            self.at += length;
            return Ok(TokenKind::String);
        }
        if self.rules.hints && rest.starts_with("/*+") {
            self.at += self.block_comment(rest, start)?;
            return Ok(TokenKind::Hint);
        }
        if self.starts_word(next) {
            self.word();
            return Ok(TokenKind::Word);
        }
        let long = rest.as_bytes().get(1).is_some_and(u8::is_ascii_punctuation);
        let operators = self.rules.operators.iter().chain(OPERATORS).filter(|_| long);
        let operator = operators
            .filter(|operator| rest.starts_with(**operator))
            .map(|operator| operator.len())
            .max();
        self.at += operator.unwrap_or(next.len_utf8());
        Ok(TokenKind::Symbol)
    }

    fn starts_word(&self, next: char) -> bool {
        match next {
            '$' => self.rules.dollar == Dollar::Letter,
            '#' => self.rules.hash_is_letter,
            other => !is_single(other),
        }
    }

    fn continues_word(&self, next: char) -> bool {
        match next {
            '$' => self.rules.dollar != Dollar::Symbol,
            '#' => self.rules.hash_is_letter || self.rules.hash_and_at_inside_words,
            '@' => self.rules.hash_and_at_inside_words,
            other => !is_single(other) && !other.is_whitespace(),
        }
    }

    fn word(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            while bytes.get(self.at).is_some_and(|byte| is_plain(*byte)) {
                self.at += 1;
            }
            match self.peek() {
                Some(next) if self.continues_word(next) => self.at += next.len_utf8(),
                _ => return,
            }
        }
    }

    fn number(&mut self) -> TokenKind {
        let rest = self.rest();
        let prefix = rest.get(..2).map(str::to_ascii_lowercase).unwrap_or_default();
        if self.rules.number_prefixes.contains(&prefix.as_str()) {
            self.at += 2;
            self.word();
            return TokenKind::Number;
        }
        let bytes = rest.as_bytes();
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let groups = self.rules.digit_groups;
        let digits = |mut at: usize| {
            while digit(at) || (groups && bytes.get(at) == Some(&b'_') && digit(at + 1)) {
                at += 1;
            }
            at
        };
        let mut end = digits(0);
        // After `t.` a number is a position: its own dot begins the next part.
        if bytes.get(end) == Some(&b'.') {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if digit(end + 1 + sign) {
                end = digits(end + 1 + sign);
            } else if !self.rules.digits_start_words && sign == 0 {
                end += 1;
            }
        }
        self.at += end;
        let word_follows = self.peek().is_some_and(|next| self.continues_word(next));
        if self.rules.digits_start_words && word_follows {
            self.word();
            let suffixed = self
                .text
                .get(self.at - 1..self.at)
                .is_some_and(|last| "LSYDF".contains(last));
            let plain = rest.get(..end).is_some_and(|digits| !digits.contains('.'));
            return if suffixed || !plain {
                TokenKind::Number
            } else {
                TokenKind::Word
            };
        }
        TokenKind::Number
    }

    /// The length of the string at the start of `rest`, if there is one.
    fn string(&self, rest: &str) -> Result<Option<usize>, SqlError> {
        let Some(opening) = opening(rest, &self.rules) else {
            return Ok(None);
        };
        let body = rest.get(opening.length..).unwrap_or_default();
        let length = quoted_length(body, &opening.close, opening.doubled, opening.backslash);
        match length {
            Some(length) => Ok(Some(opening.length + length)),
            None if opening.close.starts_with('$') => self.error(
                self.at,
                &format!("the text after `{0}` is not closed by `{0}`", opening.close),
            ),
            None => self.error(
                self.at,
                &format!("the string is not closed by `{}`", opening.close),
            ),
        }
    }
}

/// How a string begins.
struct Opening {
    /// Bytes of prefix and opening quote.
    length: usize,
    /// What closes it.
    close: String,
    doubled: bool,
    backslash: bool,
}

/// Reads prefix and opening quote of a string at the start of `rest`.
fn opening(rest: &str, rules: &Rules) -> Option<Opening> {
    if rest.starts_with('$') {
        return dollar_opening(rest, rules);
    }
    // Prefixes are short: looking further would make long texts slow.
    let quote_at = rest
        .bytes()
        .take(3)
        .position(|byte| matches!(byte, b'\'' | b'"'))?;
    let prefix = rest.get(..quote_at)?.to_ascii_lowercase();
    if !prefix.is_empty() && !rules.string_prefixes.contains(&prefix.as_str()) {
        return None;
    }
    let quoted = rest.get(quote_at..)?;
    let quote = quoted.get(..1)?;
    if quote == "\"" && !rules.double_quoted_strings {
        return None;
    }
    let triple = quote.repeat(3);
    let close = if rules.triple_quotes && quoted.starts_with(&triple) {
        triple
    } else {
        quote.to_string()
    };
    let raw = rules.raw_prefixes.contains(&prefix.as_str());
    let escaped = rules.escaped_prefixes.contains(&prefix.as_str());
    Some(Opening {
        length: quote_at + close.len(),
        doubled: rules.doubled_quotes && !raw && close.len() == 1,
        backslash: (rules.backslash || escaped) && !raw,
        close,
    })
}

fn dollar_opening(rest: &str, rules: &Rules) -> Option<Opening> {
    let named = |c: char| c.is_alphanumeric() || c == '_';
    let tag_length = rest.get(1..)?.find(|c: char| !named(c))?;
    let (tag, after) = rest.get(1..)?.split_at(tag_length);
    if !after.starts_with('$') || tag.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let allowed = if tag.is_empty() {
        rules.dollar_tags || rules.dollar_quotes
    } else {
        rules.dollar_tags
    };
    allowed.then(|| Opening {
        length: tag_length + 2,
        close: format!("${tag}$"),
        doubled: false,
        backslash: false,
    })
}

/// The length of a quoted body up to and with its closing mark.
fn quoted_length(body: &str, close: &str, doubled: bool, backslash: bool) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = body.get(at..)?;
        let next = rest.chars().next()?;
        if backslash && next == '\\' {
            at += 1 + rest.chars().nth(1)?.len_utf8();
        } else if rest.starts_with(close) {
            at += close.len();
            if doubled && body.get(at..).is_some_and(|rest| rest.starts_with(close)) {
                at += close.len();
            } else {
                return Some(at);
            }
        } else {
            at += next.len_utf8();
        }
    }
}

/// The value of a name or a string: no quotes, no prefix, escapes resolved.
pub(super) fn unquote(kind: TokenKind, text: &str, dialect: Dialect) -> String {
    let rules = rules(dialect.language());
    match kind {
        TokenKind::QuotedIdentifier => {
            let mut inner = text.chars();
            let open = inner.next();
            let close = rules
                .identifier_quotes
                .iter()
                .find(|(quote, _)| Some(*quote) == open);
            let Some((_, close)) = close else {
                return text.to_string();
            };
            let inner = inner.as_str();
            let inner = inner.strip_suffix(*close).unwrap_or(inner);
            resolve(inner, &close.to_string(), true, rules.backslash_in_identifiers)
        }
        TokenKind::String => {
            let Some(opening) = opening(text, &rules) else {
                return text.to_string();
            };
            let inner = text.get(opening.length..).unwrap_or_default();
            let inner = inner.strip_suffix(opening.close.as_str()).unwrap_or(inner);
            resolve(inner, &opening.close, opening.doubled, opening.backslash)
        }
        _ => text.to_string(),
    }
}

fn resolve(inner: &str, close: &str, doubled: bool, backslash: bool) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(next) = rest.chars().next() {
        rest = rest.get(next.len_utf8()..).unwrap_or_default();
        if doubled && close.starts_with(next) && rest.starts_with(close) {
            rest = rest.get(close.len()..).unwrap_or_default();
            out.push(next);
        } else if backslash && next == '\\' {
            let Some(escaped) = rest.chars().next() else {
                out.push(next);
                break;
            };
            rest = rest.get(escaped.len_utf8()..).unwrap_or_default();
            match escaped {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                '\\' | '\'' | '"' | '`' => out.push(escaped),
                other => out.extend(['\\', other]),
            }
        } else {
            out.push(next);
        }
    }
    out
}
