//! Words of model files: tokens, comments and statements, by the rules of each dialect.
//!
//! In: the text of a file with its macros and Jinja blocks still in place. Out: tokens and comments as ranges of
//! bytes, so that any part of the file can be cut out exactly as it was written (SQLMesh hashes such slices).
//! Nothing is expanded or parsed here. `@` is a symbol of its own: whether `@name`, `@{name}` or `x_@name` is
//! meant shows in the ranges of the tokens around it, which touch.

mod rules;
mod scan;
mod sniff;
mod statements;

pub use sniff::sniff_dialect;
pub use statements::{Chunk, ChunkKind, statements};

use super::SqlError;
use super::dialect::Dialect;
use crate::source::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// A keyword or a name without quotes.
    Word,
    /// A name in the dialect's identifier quotes.
    QuotedIdentifier,
    /// A string in any quotes, with its prefix: `'a'`, `e'a'`, `$$a$$`, `r"""a"""`.
    String,
    /// A number without its sign.
    Number,
    /// An operator or a bracket; the longest that fits.
    Symbol,
    /// All that follows a word such as `CALL` or `VACUUM`, up to the `;`: SQLMesh does not look into it.
    Raw,
    /// A hint `/*+ … */`.
    Hint,
}

/// A token: what it is and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes in the text.
    pub span: Span,
}

impl Token {
    /// The token as it stands in the text it was read from.
    pub fn text<'a>(&self, source: &'a str) -> &'a str {
        source.get(self.span.start..self.span.end).unwrap_or_default()
    }

    /// True for this very symbol.
    pub fn is_symbol(&self, source: &str, symbol: &str) -> bool {
        self.kind == TokenKind::Symbol && self.text(source) == symbol
    }

    /// True for this word without quotes, in any case.
    pub fn is_word(&self, source: &str, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text(source).eq_ignore_ascii_case(word)
    }

    /// What a name or a string says: without quotes and prefix, escapes resolved. Other tokens as they stand.
    pub fn value(&self, source: &str, dialect: Dialect) -> String {
        scan::unquote(self.kind, self.text(source), dialect)
    }
}

/// A comment. Jinja comments `{# … #}` count, too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Comment {
    /// Its bytes in the text, marks included.
    pub span: Span,
    /// What it says, without its marks; spaces are kept.
    pub text: String,
}

/// A text as words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tokens {
    /// The tokens in the order of the text.
    pub tokens: Vec<Token>,
    /// The comments in the order of the text.
    pub comments: Vec<Comment>,
}

impl Tokens {
    /// The comments that lie between two offsets.
    pub fn comments_between(&self, start: usize, end: usize) -> &[Comment] {
        let from = self
            .comments
            .partition_point(|comment| comment.span.start < start);
        let to = self.comments.partition_point(|comment| comment.span.start < end);
        self.comments.get(from..to).unwrap_or_default()
    }
}

/// Cuts a text into tokens and comments.
///
/// # Errors
/// When a string, a quoted name or a comment is not closed.
pub fn tokenize(text: &str, dialect: Dialect) -> Result<Tokens, SqlError> {
    scan::Scanner::new(text, dialect).scan(usize::MAX)
}

/// The first tokens of a text, and the comments before them: to see what it is without reading it all.
///
/// # Errors
/// When one of them is not closed.
pub fn first_tokens(text: &str, dialect: Dialect, most: usize) -> Result<Tokens, SqlError> {
    scan::Scanner::new(text, dialect).scan(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens as `kind:text`, values where they differ from the text.
    fn check(dialect: Dialect, text: &str, expected: &str) {
        let found: Vec<String> = match tokenize(text, dialect) {
            Ok(found) => found
                .tokens
                .iter()
                .map(|token| token.value(text, dialect))
                .collect(),
            Err(error) => vec![error.message],
        };
        assert_eq!(found.join("|"), expected, "{text}");
    }

    #[test]
    fn words_and_numbers() {
        let duckdb = Dialect::DuckDb;
        check(
            duckdb,
            "a!b x$y $1 1.5e3 1_000 1a .5 a.5 5. 1e+5",
            "a|!|b|x$y|$|1|1.5e3|1_000|1|a|.|5|a|.|5|5.|1e+5",
        );
        check(Dialect::MySql, "1a 0x1F N'x' @@a @b", "1a|0x1F|x|@@|a|@|b");
        check(Dialect::Spark, "1L 2BD 3x a$b", "1L|2BD|3x|a|$|b");
        check(Dialect::TSql, "#t @x x_@y", "#|t|@|x|x_@y");
        check(Dialect::Redshift, "#t a#b", "#t|a#b");
        check(duckdb, "a\u{a0}b ä_ö", "a|b|ä_ö");
    }

    #[test]
    fn strings_and_names() {
        check(
            Dialect::DuckDb,
            "'a''b' e'it\\'s' $$a'b$$ $t$ x $t$ \"a\"\"b\"",
            "a'b|it's|a'b| x |a\"b",
        );
        check(
            Dialect::BigQuery,
            "'a\\'b' \"\"\"a\"b\"\"\" b'x' `a-b`",
            "a'b|a\"b|x|a-b",
        );
        check(Dialect::Spark, "r'\\' \"a\" `b``c`", "\\|a|b`c");
        check(Dialect::TSql, "\"a\" [b]]c] N'z'", "a|b]c|z");
        check(Dialect::ClickHouse, "\"a\\\"b\" `x\\`y`", "a\"b|x`y");
        check(Dialect::Snowflake, "$$a\\$$ x", "a\\|x");
    }

    #[test]
    fn macros_and_operators() {
        let duckdb = Dialect::DuckDb;
        check(duckdb, "@{x} @'y' @x.y x_@y", "@|{|x|}|@|y|@|x|.|y|x_|@|y");
        check(
            duckdb,
            "a::int->>'b' || c := 1 // 2 ** 3",
            "a|::|int|->>|b|`|c|:=|1|//|2|**|3".replace('`', "||").as_str(),
        );
        check(Dialect::Spark, "SELECT /*+ x */ 1", "SELECT|/*+ x */|1");
        check(duckdb, "{# it's #} {{ a }}", "{|{|a|}|}");
    }
}
