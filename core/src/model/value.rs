//! Values of properties: words, lists, pairs and calls, taken apart by tokens.
//!
//! In: the text of a value, macros expanded. Out: its parts as text. Nothing is evaluated. A value that does not
//! have the form asked for gives `None`, and the caller says what was expected.

use crate::source::Span;
use crate::sql::lexer::{self, Token, TokenKind};
use crate::sql::{Dialect, SqlError};

/// What a piece of a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// A bare word.
    Word,
    /// A quoted name.
    Quoted,
    /// A string literal.
    Text,
    /// A number.
    Number,
    /// Anything else.
    Symbol,
}

/// A token as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What it is.
    pub kind: PieceKind,
    /// As written, quotes included.
    pub text: &'a str,
    /// Where in the text given.
    pub span: Span,
    dialect: Dialect,
}

impl Piece<'_> {
    /// True for this punctuation or operator.
    pub fn is(&self, symbol: &str) -> bool {
        self.kind == PieceKind::Symbol && self.text == symbol
    }

    /// True for this bare word, in any case.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == PieceKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// True for a bare or quoted word.
    pub fn is_name(&self) -> bool {
        matches!(self.kind, PieceKind::Word | PieceKind::Quoted)
    }

    /// The text without quotes.
    pub fn content(&self) -> String {
        let kind = match self.kind {
            PieceKind::Quoted => TokenKind::QuotedIdentifier,
            PieceKind::Text => TokenKind::String,
            _ => return self.text.to_string(),
        };
        let span = Span::new(0, self.text.len());
        Token { kind, span }.value(self.text, self.dialect)
    }
}

/// The tokens of a text.
///
/// # Errors
/// What the lexer refuses: a quote that is not closed.
pub fn pieces(text: &str, dialect: Dialect) -> Result<Vec<Piece<'_>>, SqlError> {
    first_pieces(text, dialect, usize::MAX)
}

/// The first tokens of a text: to see what it is without reading it all.
///
/// # Errors
/// Those of `pieces`.
pub fn first_pieces(text: &str, dialect: Dialect, most: usize) -> Result<Vec<Piece<'_>>, SqlError> {
    let tokens = lexer::first_tokens(text, dialect, most)?;
    Ok(tokens
        .tokens
        .iter()
        .filter_map(|token| {
            Some(Piece {
                kind: match token.kind {
                    TokenKind::Word => PieceKind::Word,
                    TokenKind::QuotedIdentifier => PieceKind::Quoted,
                    TokenKind::String => PieceKind::Text,
                    TokenKind::Number => PieceKind::Number,
                    _ => PieceKind::Symbol,
                },
                text: text.get(token.span.start..token.span.end)?,
                span: token.span,
                dialect,
            })
        })
        .collect())
}

/// From the first to the last of some pieces.
pub fn span_of(pieces: &[Piece<'_>]) -> Span {
    match (pieces.first(), pieces.last()) {
        (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
        _ => Span::default(),
    }
}

fn text_of<'a>(text: &'a str, pieces: &[Piece<'_>]) -> &'a str {
    let span = span_of(pieces);
    text.get(span.start..span.end).unwrap_or("")
}

/// The index of the bracket that closes the one at `open`.
pub fn closing(pieces: &[Piece<'_>], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (index, piece) in pieces.iter().enumerate().skip(open) {
        match piece.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(index);
                }
            }
            _ => {}
        }
    }
    None
}

/// Parts between commas outside of brackets; empty parts are dropped.
pub fn split_commas<'p, 'a>(pieces: &'p [Piece<'a>]) -> Vec<&'p [Piece<'a>]> {
    let mut depth = 0i64;
    pieces
        .split(|piece| {
            match piece.text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
            depth == 0 && piece.is(",")
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// The first piece after one literal, name, call or list.
pub fn after_primary<'p, 'a>(pieces: &'p [Piece<'a>]) -> Option<&'p Piece<'a>> {
    let mut at = 0;
    let mut glued = true;
    while let Some(piece) = pieces.get(at) {
        let touches = at > 0 && pieces[at - 1].span.end == piece.span.start;
        let continues = glued
            || matches!(piece.text, "." | "(" | "[" | "{")
            || (touches && piece.kind != PieceKind::Symbol);
        if piece.is("::") {
            return None;
        }
        if !continues {
            return Some(piece);
        }
        glued = matches!(piece.text, "." | "@");
        at = match piece.text {
            "(" | "[" | "{" => closing(pieces, at)? + 1,
            _ => at + 1,
        };
    }
    None
}

/// The one word, string or number that a value consists of; of a dotted name the last part.
pub fn word(text: &str, dialect: Dialect) -> Option<String> {
    let pieces = pieces(text, dialect).ok()?;
    let last = pieces.last()?;
    let single = match pieces.as_slice() {
        [_] => true,
        many => many.iter().enumerate().all(|(index, piece)| {
            if index % 2 == 1 {
                piece.is(".")
            } else {
                piece.is_name()
            }
        }),
    };
    (single && last.kind != PieceKind::Symbol).then(|| last.content())
}

/// True when a value is one string literal.
pub fn is_text(text: &str, dialect: Dialect) -> bool {
    matches!(pieces(text, dialect).as_deref(), Ok([piece]) if piece.kind == PieceKind::Text)
}

/// The parts of a list: `x`, `(x)`, `(x, y)`, `[x, y]` and `ARRAY[x, y]` are all lists.
pub fn items(text: &str, dialect: Dialect) -> Vec<String> {
    let Ok(pieces) = pieces(text, dialect) else {
        return vec![text.to_string()];
    };
    let list = match pieces.as_slice() {
        [array, rest @ ..] if array.is_word("ARRAY") => inner(rest),
        pieces => inner(pieces),
    };
    list.map_or_else(
        || vec![text_of(text, &pieces).to_string()],
        |inner| {
            split_commas(inner)
                .into_iter()
                .map(|part| text_of(text, part).to_string())
                .collect()
        },
    )
}

/// What stands inside when brackets enclose the whole value.
pub fn inner<'p, 'a>(pieces: &'p [Piece<'a>]) -> Option<&'p [Piece<'a>]> {
    let first = pieces.first()?;
    let last = pieces.len() - 1;
    (matches!(first.text, "(" | "[") && closing(pieces, 0) == Some(last))
        .then(|| pieces.get(1..last))
        .flatten()
}

/// A `key = value` or `key := value` pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The key without quotes.
    pub key: String,
    /// The key as written.
    pub key_text: String,
    /// The value as written.
    pub value: String,
}

/// Takes a pair apart; `None` when there is no `=`.
pub fn pair(text: &str, dialect: Dialect) -> Option<Pair> {
    let pieces = pieces(text, dialect).ok()?;
    let mut depth = 0i64;
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        match piece.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 && at > 0 {
            let split_colon = piece.is(":") && pieces.get(at + 1).is_some_and(|next| next.is("="));
            let width = match piece.text {
                "=" | ":=" | "=>" => 1,
                _ if split_colon => 2,
                _ => 0,
            };
            if width > 0 && piece.kind == PieceKind::Symbol {
                let key = pieces.get(..at)?;
                return Some(Pair {
                    key: key.last()?.content(),
                    key_text: text_of(text, key).to_string(),
                    value: text_of(text, pieces.get(at + width..)?).to_string(),
                });
            }
        }
        at += 1;
    }
    None
}

/// A call with named arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// Name as written; empty for a tuple of pairs.
    pub name: String,
    /// Arguments in order.
    pub arguments: Vec<Pair>,
    /// The first argument that has no name.
    pub positional: Option<String>,
}

/// Takes `name` or `name(arg := value, …)` apart.
pub fn call(text: &str, dialect: Dialect) -> Option<Call> {
    let pieces = pieces(text, dialect).ok()?;
    let mut call = Call::default();
    let arguments = match pieces.as_slice() {
        [open, ..] if open.is("(") => inner(&pieces)?,
        [name] if name.is_name() || name.kind == PieceKind::Text => {
            call.name = name.content();
            &[]
        }
        [name, rest @ ..] if name.is_name() => {
            call.name = name.content();
            inner(rest)?
        }
        _ => return None,
    };
    for argument in split_commas(arguments) {
        let argument = text_of(text, argument);
        match pair(argument, dialect) {
            Some(pair) => call.arguments.push(pair),
            None => {
                call.positional.get_or_insert_with(|| argument.to_string());
            }
        }
    }
    Some(call)
}

/// A truth value: anything that is not one of the words for true counts as false.
pub fn boolean(text: &str, dialect: Dialect) -> bool {
    let word = word(text, dialect).unwrap_or_default().to_lowercase();
    matches!(word.as_str(), "true" | "1" | "t" | "y" | "yes" | "on")
}

/// True for the words that unset a property.
pub fn is_nothing(text: &str) -> bool {
    text.is_empty() || text.eq_ignore_ascii_case("none") || text.eq_ignore_ascii_case("null")
}

#[cfg(test)]
mod tests {
    use super::*;

    const D: Dialect = Dialect::DuckDb;

    #[test]
    fn lists_in_all_forms() {
        assert_eq!(items("a", D), ["a"]);
        assert_eq!(
            items("ARRAY[a, b(c := ARRAY[d, e])]", D),
            ["a", "b(c := ARRAY[d, e])"]
        );
        assert_eq!(items("array", D), ["array"]);
        assert_eq!(items("(a)", D), ["a"]);
        assert_eq!(items("[a, (b, c), f(d, e),]", D), ["a", "(b, c)", "f(d, e)"]);
        assert_eq!(items("(a) + (b)", D), ["(a) + (b)"]);
    }

    #[test]
    fn words_lose_their_quotes() {
        assert_eq!(word("'it''s'", D).as_deref(), Some("it's"));
        assert_eq!(word("\"A b\"", D).as_deref(), Some("A b"));
        assert_eq!(word("12", D).as_deref(), Some("12"));
        assert_eq!(word("a b", D), None);
    }

    #[test]
    fn calls_and_pairs() {
        let call = call("not_null(columns := (a, b), x = 1, y)", D).unwrap_or_default();
        assert_eq!(call.name, "not_null");
        assert_eq!(call.arguments.len(), 2);
        assert_eq!(call.arguments[0].value, "(a, b)");
        assert_eq!(call.positional.as_deref(), Some("y"));
        assert_eq!(
            pair("'B' = 'x = y'", D).map(|p| (p.key, p.value)),
            Some(("B".into(), "'x = y'".into()))
        );
        assert_eq!(pair("(a = 1)", D), None);
    }

    #[test]
    fn primaries_end() {
        let rest = |text| {
            let pieces = pieces(text, D).unwrap_or_default();
            after_primary(&pieces).map(|piece| piece.text.to_string())
        };
        assert_eq!(rest("a.b"), None);
        assert_eq!(rest("f(x, y)"), None);
        assert_eq!(rest("@{x}_y.z"), None);
        assert_eq!(rest("@IF(a, b)"), None);
        assert_eq!(rest("a b").as_deref(), Some("b"));
        assert_eq!(rest("2024-01-01").as_deref(), Some("-"));
    }
}
