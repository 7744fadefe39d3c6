//! Tokens of SQL text with SQLMesh's `@` constructs.
//!
//! In: text of one statement, cut by `sql::lexer`. Out: tokens that keep the white space and comments before them,
//! so that joining them gives the text back; an `@` and what touches it are one token. It never fails.

use crate::source::Span;
use crate::sql::dialect::{Dialect, Language};
use crate::sql::lexer::{self, TokenKind};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword.
    Word,
    /// A quoted name, with its quotes; may hold `@` forms.
    Quoted,
    /// A string literal, with its quotes.
    Text,
    /// A number.
    Number,
    /// Punctuation or an operator.
    Symbol,
    /// `@name`.
    Variable,
    /// A name with `@` forms inside: `x_@y`, `@{x}_z`.
    Template,
    /// `@'text'` or `@"text"`: a string with `@` forms.
    TextTemplate,
}

/// A token and what stands before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub text: String,
    /// White space and comments before the token.
    pub lead: String,
    /// Where it, or the macro that made it, stands in the source.
    pub span: Span,
}

impl Token {
    /// A token made by a macro that stands at `span`.
    pub(super) fn made(kind: Kind, text: impl Into<String>, span: Span) -> Self {
        Self {
            kind,
            text: text.into(),
            lead: String::new(),
            span,
        }
    }

    /// True for this punctuation or operator.
    pub(super) fn is(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }

    /// True for this unquoted word, in any case.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// True for one of these unquoted words, in any case.
    pub(super) fn is_any_word(&self, words: &[&str]) -> bool {
        self.kind == Kind::Word && words.iter().any(|word| self.text.eq_ignore_ascii_case(word))
    }

    /// True when the token may hold `@` forms that evaluation replaces.
    pub(super) fn is_macro(&self) -> bool {
        match self.kind {
            Kind::Variable | Kind::Template | Kind::TextTemplate => true,
            Kind::Quoted => self.text.contains('@'),
            _ => false,
        }
    }
}

/// A string literal in the dialect's escapes, for text that is parsed again.
pub(super) fn quote_text(text: &str, dialect: Dialect) -> String {
    if dialect.language() == Language::Redshift {
        // SQLMesh escapes with a backslash here, which our parser does not read.
        return format!("'{}'", text.replace('\'', "''"));
    }
    string_literal(text, dialect)
}

/// A string literal exactly as SQLMesh prints it.
pub(super) fn string_literal(text: &str, dialect: Dialect) -> String {
    use Language as L;
    // Dialects in which two quotes in a row are not one.
    let by_backslash = matches!(
        dialect.language(),
        L::BigQuery | L::Hive | L::Spark2 | L::Spark | L::Databricks | L::Drill | L::Snowflake | L::Redshift
    );
    let escapes = by_backslash
        || matches!(
            dialect.language(),
            L::MySql | L::ClickHouse | L::StarRocks | L::Doris
        );
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        let escaped = match c {
            '\'' if by_backslash => "\\'",
            '\'' => "''",
            '\\' if escapes => "\\\\",
            '\u{7}' if escapes => "\\a",
            '\u{8}' if escapes => "\\b",
            '\u{c}' if escapes => "\\f",
            '\n' if escapes => "\\n",
            '\r' if escapes => "\\r",
            '\t' if escapes => "\\t",
            '\u{b}' if escapes => "\\v",
            '\0' if dialect.language() == L::ClickHouse => "\\0",
            other => {
                out.push(other);
                continue;
            }
        };
        out.push_str(escaped);
    }
    out.push('\'');
    out
}

/// The text that a string literal means, with or without `@` in front; other text unchanged.
pub(super) fn text_of(literal: &str, dialect: Dialect) -> String {
    let literal = literal.strip_prefix('@').unwrap_or(literal);
    let as_kind = |kind| {
        let token = lexer::Token {
            kind,
            span: Span::new(0, literal.len()),
        };
        token.value(literal, dialect)
    };
    let text = as_kind(TokenKind::String);
    if text == literal && literal.starts_with('"') {
        as_kind(TokenKind::QuotedIdentifier)
    } else {
        text
    }
}

/// The name inside the quotes of a quoted name.
pub(super) fn unquoted(name: &str) -> String {
    for (open, close) in [('"', '"'), ('`', '`'), ('[', ']')] {
        if let Some(inner) = name.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
            let doubled: String = [close, close].iter().collect();
            return inner.replace(&doubled, &close.to_string());
        }
    }
    name.to_string()
}

/// Cuts a text into tokens; also returns the white space and comments after the last one.
pub(super) fn scan(text: &str, dialect: Dialect) -> (Vec<Token>, String) {
    let mut end = 0;
    let tokens = forms(text, dialect).into_iter().map(|(kind, span)| {
        let lead = text[end..span.start].to_string();
        end = span.end;
        Token {
            kind,
            text: text[span.start..span.end].to_string(),
            lead,
            span,
        }
    });
    (tokens.collect(), text[end..].to_string())
}

/// What the tokens of a text are, and where. Text that has no end, such as an open quote, is one token: what is wrong
/// with it is for the parser to say.
pub(super) fn forms(text: &str, dialect: Dialect) -> Vec<(Kind, Span)> {
    let Ok(found) = lexer::tokenize(text, dialect) else {
        return vec![(Kind::Symbol, Span::new(0, text.len()))];
    };
    let found = found.tokens;
    let mut forms = Vec::with_capacity(found.len());
    let mut at = 0;
    while let Some(first) = found.get(at) {
        let (kind, length) = form(&found[at..], text);
        let last = found.get(at + length - 1).unwrap_or(first);
        forms.push((kind, Span::new(first.span.start, last.span.end)));
        at += length;
    }
    forms
}

/// What the first tokens are together, and how many they are.
fn form(tokens: &[lexer::Token], text: &str) -> (Kind, usize) {
    let Some(first) = tokens.first() else {
        return (Kind::Symbol, 1);
    };
    let plain = match first.kind {
        TokenKind::Word => Kind::Word,
        TokenKind::QuotedIdentifier => return (Kind::Quoted, 1),
        TokenKind::String => return (Kind::Text, 1),
        TokenKind::Number => return (Kind::Number, 1),
        TokenKind::Symbol if first.is_symbol(text, "@") => Kind::Symbol,
        TokenKind::Symbol | TokenKind::Raw | TokenKind::Hint => return (Kind::Symbol, 1),
    };
    let touches = |at: usize| {
        at > 0
            && tokens
                .get(at)
                .is_some_and(|token| token.span.start == tokens[at - 1].span.end)
    };
    let quoted = tokens
        .get(1)
        .is_some_and(|next| matches!(next.kind, TokenKind::String | TokenKind::QuotedIdentifier));
    if plain == Kind::Symbol && quoted && touches(1) {
        return (Kind::TextTemplate, 2);
    }
    let mut length = 0;
    while length == 0 || touches(length) {
        let here = tokens[length].text(text);
        match tokens[length].kind {
            TokenKind::Word => length += 1,
            TokenKind::Number if length > 0 && here.chars().all(is_name) => length += 1,
            TokenKind::Symbol if here == "@" => {
                let from = text.get(tokens[length].span.start..).unwrap_or_default();
                if let Some(bytes) = braces(from) {
                    let end = tokens[length].span.start + bytes;
                    while tokens.get(length).is_some_and(|token| token.span.end <= end) {
                        length += 1;
                    }
                } else if from[1..].starts_with(begins_macro) {
                    length += 2;
                } else {
                    break;
                }
            }
            _ => break,
        }
    }
    let length = length.clamp(1, tokens.len());
    let written = &text[first.span.start..tokens[length - 1].span.end];
    let kind = match written.strip_prefix('@') {
        Some(name) if name.starts_with(begins_macro) && !name.contains('@') => {
            if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                Kind::Variable
            } else {
                Kind::Template
            }
        }
        Some(_) if length > 1 => Kind::Template,
        Some(_) => plain,
        None if written.contains('@') => Kind::Template,
        None => plain,
    };
    (kind, length)
}

/// The tokens joined again. Where two of them would grow together, a space is put between.
pub(super) fn join(tokens: &[Token]) -> String {
    let mut out = String::new();
    for token in tokens {
        push_joined(&mut out, token);
    }
    out
}

/// Appends a token; returns where its own text begins.
pub(super) fn push_joined(out: &mut String, token: &Token) -> usize {
    if token.lead.is_empty() && !out.is_empty() {
        let glued = out
            .chars()
            .next_back()
            .is_some_and(|c| (is_name(c) && c != '$') || matches!(c, '\'' | '"'))
            && token
                .text
                .chars()
                .next()
                .is_some_and(|c| is_name(c) || c == '\'' || c == '"');
        if glued {
            out.push(' ');
        }
    } else {
        out.push_str(&token.lead);
    }
    let at = out.len();
    out.push_str(&token.text);
    at
}

/// True for characters of unquoted names.
pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// True for characters that may begin a macro's or variable's name.
pub(super) fn begins_macro(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

/// The length of `@{name}` at the beginning of a text.
pub(super) fn braces(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("@{")?;
    let end = inner.find('}')?;
    let name = &inner[..end];
    let valid = name.starts_with(begins_macro) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    valid.then_some(end + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[(Kind, &str)]) {
        let (tokens, tail) = scan(text, Dialect::DuckDb);
        let found: Vec<(Kind, &str)> = tokens.iter().map(|t| (t.kind, t.text.as_str())).collect();
        assert_eq!(found, expect);
        assert_eq!(join(&tokens) + &tail, text);
    }

    #[test]
    fn tells_the_forms_apart() {
        use Kind::*;
        check(
            "a @b @{c}_d x_@e @f(1) -- @g\n '@h' \"@i\" @'@j'",
            &[
                (Word, "a"),
                (Variable, "@b"),
                (Template, "@{c}_d"),
                (Template, "x_@e"),
                (Variable, "@f"),
                (Symbol, "("),
                (Number, "1"),
                (Symbol, ")"),
                (Text, "'@h'"),
                (Quoted, "\"@i\""),
                (TextTemplate, "@'@j'"),
            ],
        );
        check(
            "$$@n$$ t.@{c} 1.5 'it''s' x->y",
            &[
                (Text, "$$@n$$"),
                (Word, "t"),
                (Symbol, "."),
                (Template, "@{c}"),
                (Number, "1.5"),
                (Text, "'it''s'"),
                (Word, "x"),
                (Symbol, "->"),
                (Word, "y"),
            ],
        );
    }

    #[test]
    fn what_has_no_end_is_one_token() {
        check("'abc", &[(Kind::Symbol, "'abc")]);
        check("@", &[(Kind::Symbol, "@")]);
        check("@{", &[(Kind::Symbol, "@"), (Kind::Symbol, "{")]);
    }

    #[test]
    fn numbers_and_words_grow_together() {
        use Kind::*;
        check(
            "tbl_@{n}2 @{m}_1 @a@b a@> b, @c::int",
            &[
                (Template, "tbl_@{n}2"),
                (Template, "@{m}_1"),
                (Template, "@a@b"),
                (Word, "a"),
                (Symbol, "@>"),
                (Word, "b"),
                (Symbol, ","),
                (Variable, "@c"),
                (Symbol, "::"),
                (Word, "int"),
            ],
        );
    }
}
