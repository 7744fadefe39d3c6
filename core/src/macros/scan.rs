//! Tokens of SQL text with SQLMesh's `@` constructs.
//!
//! In: text of one statement. Out: tokens that keep the white space and comments before them, so that joining
//! them gives the text back. Only what macro evaluation needs is told apart: words, quoted names, strings,
//! numbers, symbols, `@` forms. It never fails: an unclosed quote reaches to the end of the text.

use crate::source::Span;
use crate::sql::dialect::{Dialect, Language};

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

/// How a dialect writes names and strings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoting {
    /// `"` opens a string, not a name.
    double_is_text: bool,
    /// `\` escapes inside strings.
    backslash: bool,
    /// `[x]` is a name.
    brackets: bool,
    /// `#` begins a comment.
    hash_comment: bool,
    /// `//` begins a comment.
    slash_comment: bool,
    /// `$$` and `$tag$` quote text.
    dollar: bool,
}

impl Quoting {
    /// The rules of a dialect.
    pub(super) fn of(dialect: Dialect) -> Self {
        use Language as L;
        let language = dialect.language();
        let spark = matches!(
            language,
            L::Spark | L::Spark2 | L::Hive | L::Databricks | L::BigQuery
        );
        let mysql = matches!(language, L::MySql | L::StarRocks | L::Doris);
        Self {
            double_is_text: spark || mysql,
            backslash: spark || mysql || matches!(language, L::ClickHouse | L::Snowflake | L::Redshift),
            brackets: matches!(language, L::TSql | L::Fabric),
            hash_comment: mysql || matches!(language, L::BigQuery | L::ClickHouse),
            slash_comment: matches!(language, L::Snowflake),
            dollar: matches!(
                language,
                L::Generic
                    | L::DuckDb
                    | L::Postgres
                    | L::RisingWave
                    | L::Materialize
                    | L::Redshift
                    | L::Snowflake
                    | L::Databricks
            ),
        }
    }
}

/// A string literal in the dialect's escapes.
pub(super) fn quote_text(text: &str, dialect: Dialect) -> String {
    let quoting = Quoting::of(dialect);
    if quoting.backslash {
        let escaped = text.replace('\\', "\\\\");
        return if quoting.double_is_text {
            let escaped = escaped.replace('\'', "\\'").replace('\n', "\\n");
            format!("'{escaped}'")
        } else {
            format!("'{}'", escaped.replace('\'', "''"))
        };
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// The text that a string literal means; the token's text unchanged when it is not a plain literal.
pub(super) fn text_of(literal: &str, dialect: Dialect) -> String {
    let backslash = Quoting::of(dialect).backslash;
    let literal = literal.strip_prefix('@').unwrap_or(literal);
    if let Some(inner) = literal
        .strip_prefix("$$")
        .and_then(|rest| rest.strip_suffix("$$"))
    {
        return inner.to_string();
    }
    let Some(quote) = literal.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
        return literal.to_string();
    };
    let inner = literal
        .strip_prefix(quote)
        .and_then(|rest| rest.strip_suffix(quote))
        .unwrap_or("");
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        if c == quote && chars.peek() == Some(&quote) {
            chars.next();
            out.push(c);
        } else if c == '\\' && backslash {
            match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(other) if other == quote || other == '\\' => out.push(other),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            }
        } else {
            out.push(c);
        }
    }
    out
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
    let mut scanner = Scanner {
        text,
        at: 0,
        quoting: Quoting::of(dialect),
    };
    let mut tokens = Vec::new();
    loop {
        let before = scanner.at;
        scanner.skip_trivia();
        let lead = text[before..scanner.at].to_string();
        let start = scanner.at;
        let Some(kind) = scanner.token() else {
            return (tokens, lead);
        };
        tokens.push(Token {
            kind,
            text: text[start..scanner.at].to_string(),
            lead,
            span: Span::new(start, scanner.at),
        });
    }
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
            .is_some_and(|c| is_name(c) || matches!(c, '\'' | '"'))
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

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    quoting: Quoting,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        while let Some(c) = self.peek().filter(|c| wanted(*c)) {
            self.at += c.len_utf8();
        }
    }

    fn skip_trivia(&mut self) {
        loop {
            self.skip_while(char::is_whitespace);
            let rest = self.rest();
            let line = rest.starts_with("--")
                || (self.quoting.hash_comment && rest.starts_with('#'))
                || (self.quoting.slash_comment && rest.starts_with("//"));
            if line {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += comment_length(rest);
            } else {
                return;
            }
        }
    }

    fn token(&mut self) -> Option<Kind> {
        let first = self.peek()?;
        let kind = match first {
            '\'' => self.quoted('\'', self.quoting.backslash, Kind::Text),
            '"' if self.quoting.double_is_text => self.quoted('"', true, Kind::Text),
            '"' => self.quoted('"', false, Kind::Quoted),
            '`' => self.quoted('`', false, Kind::Quoted),
            '[' if self.quoting.brackets => self.quoted(']', false, Kind::Quoted),
            '$' if self.quoting.dollar && self.dollar_text() => Kind::Text,
            '@' => self.at_sign(),
            c if c.is_ascii_digit() => self.number(),
            '.' if self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number(),
            c if is_name(c) => self.word(),
            _ => self.symbol(first),
        };
        Some(kind)
    }

    fn quoted(&mut self, close: char, backslash: bool, kind: Kind) -> Kind {
        let triple: String = [close; 3].iter().collect();
        if kind == Kind::Text && self.quoting.double_is_text && self.rest().starts_with(&triple) {
            let rest = &self.rest()[3..];
            self.at += 3 + rest.find(&triple).map_or(rest.len(), |at| at + 3);
            return kind;
        }
        let mut chars = self.rest().char_indices().skip(1).peekable();
        let mut length = self.rest().len();
        while let Some((at, c)) = chars.next() {
            if c == '\\' && backslash {
                chars.next();
            } else if c == close {
                if chars.peek().is_some_and(|(_, next)| *next == close) {
                    chars.next();
                } else {
                    length = at + c.len_utf8();
                    break;
                }
            }
        }
        self.at += length;
        kind
    }

    fn dollar_text(&mut self) -> bool {
        let rest = self.rest();
        let Some(tag_end) = rest[1..].find('$').map(|at| at + 2) else {
            return false;
        };
        let tag = &rest[..tag_end];
        let is_tag = tag[1..tag_end - 1]
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_')
            && !tag[1..].starts_with(|c: char| c.is_ascii_digit());
        let Some(end) = rest[tag_end..].find(tag).filter(|_| is_tag) else {
            return false;
        };
        self.at += tag_end + end + tag_end;
        true
    }

    fn at_sign(&mut self) -> Kind {
        let after = self.rest()[1..].chars().next();
        match after {
            Some('\'') => {
                self.at += 1;
                self.quoted('\'', self.quoting.backslash, Kind::Text);
                Kind::TextTemplate
            }
            Some('"') => {
                self.at += 1;
                self.quoted('"', false, Kind::Text);
                Kind::TextTemplate
            }
            Some(c) if begins_macro(c) => {
                let start = self.at;
                self.at += 1;
                self.skip_while(|c| c.is_ascii_alphanumeric() || c == '_');
                let name_end = self.at;
                self.at = start;
                self.word();
                if self.at == name_end {
                    Kind::Variable
                } else {
                    Kind::Template
                }
            }
            Some('{') if braces(self.rest()).is_some() => self.word(),
            _ => self.symbol('@'),
        }
    }

    /// A run of name characters and `@` forms.
    fn word(&mut self) -> Kind {
        let start = self.at;
        let mut template = false;
        loop {
            self.skip_while(is_name);
            let rest = self.rest();
            if let Some(length) = braces(rest) {
                self.at += length;
                template = true;
            } else if rest.starts_with('@') && rest[1..].starts_with(begins_macro) {
                self.at += 1;
                template = true;
            } else {
                break;
            }
        }
        if template {
            return Kind::Template;
        }
        let word = &self.text[start..self.at];
        let prefix = word.to_ascii_lowercase();
        if self.rest().starts_with('\'')
            && matches!(prefix.as_str(), "r" | "b" | "rb" | "br" | "n" | "e" | "x" | "u")
        {
            let backslash = prefix == "e" || (self.quoting.backslash && !prefix.contains('r'));
            return self.quoted('\'', backslash, Kind::Text);
        }
        Kind::Word
    }

    fn number(&mut self) -> Kind {
        self.skip_while(|c| c.is_ascii_digit() || c == '_');
        if self.rest().starts_with('.') && !self.rest().starts_with("..") {
            self.at += 1;
            self.skip_while(|c| c.is_ascii_digit() || c == '_');
        }
        let rest = self.rest();
        if rest.starts_with(['e', 'E']) {
            let signed = rest[1..].starts_with(['+', '-']);
            let digits = if signed { 2 } else { 1 };
            if rest[digits..].starts_with(|c: char| c.is_ascii_digit()) {
                self.at += digits;
                self.skip_while(|c| c.is_ascii_digit());
                return Kind::Number;
            }
        }
        // `1d`, `0x1F`, `3L`: letters belong to the number.
        self.skip_while(is_name);
        Kind::Number
    }

    fn symbol(&mut self, first: char) -> Kind {
        const LONG: [&str; 20] = [
            "<=>", "->>", "#>>", "!~~", "::", ":=", "=>", "->", "<=", ">=", "<>", "!=", "||", "==", "**",
            "//", "<<", ">>", "&&", "@>",
        ];
        let length = LONG
            .iter()
            .find(|symbol| self.rest().starts_with(**symbol))
            .map_or(first.len_utf8(), |symbol| symbol.len());
        self.at += length;
        Kind::Symbol
    }
}

/// The length of `@{name}` at the beginning of a text.
pub(super) fn braces(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("@{")?;
    let end = inner.find('}')?;
    let name = &inner[..end];
    let valid = name.starts_with(begins_macro) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    valid.then_some(end + 3)
}

/// The length of a block comment, nested ones included.
fn comment_length(text: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
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
    fn unclosed_quotes_reach_to_the_end() {
        check("'abc", &[(Kind::Text, "'abc")]);
        check("/* a /* b */", &[]);
        check("@", &[(Kind::Symbol, "@")]);
        check("@{", &[(Kind::Symbol, "@"), (Kind::Symbol, "{")]);
    }
}
