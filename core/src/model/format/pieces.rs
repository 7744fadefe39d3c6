//! A file's text as statements of pieces: tokens and comments with the brackets matched.

use crate::sql::Dialect;
use crate::sql::lexer::{self, TokenKind};

/// How deep brackets may nest.
const DEEPEST: usize = 60;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word that may be a keyword.
    Word,
    /// A symbol.
    Symbol,
    /// Anything else that stays as it is: names in quotes, texts, numbers, hints.
    Other,
    /// A comment up to the end of its line.
    LineComment,
    /// A comment between marks.
    BlockComment,
}

/// A token or comment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub kind: Kind,
    pub text: String,
    /// Nothing stands between it and what is before it.
    pub glued: bool,
    /// It begins a line in the source.
    pub on_new_line: bool,
}

impl Piece {
    pub fn is_comment(&self) -> bool {
        matches!(self.kind, Kind::LineComment | Kind::BlockComment)
    }
}

/// A piece, or brackets with what is in them.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Piece(Piece),
    Group {
        open: Piece,
        items: Vec<Item>,
        close: Piece,
    },
}

impl Item {
    /// The first piece.
    pub fn first(&self) -> &Piece {
        match self {
            Self::Piece(piece) | Self::Group { open: piece, .. } => piece,
        }
    }

    pub fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Piece(piece) if piece.kind == Kind::Word && piece.text.eq_ignore_ascii_case(word))
    }

    pub fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self, Self::Piece(piece) if piece.kind == Kind::Symbol && piece.text == symbol)
    }
}

/// One statement with the comments before it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Statement {
    pub items: Vec<Item>,
    /// Whether a semicolon ends it.
    pub closed: bool,
    /// Comments behind the semicolon, on its line.
    pub after: Vec<Piece>,
}

/// Words that are written in upper case.
const KEYWORDS: [&str; 52] = [
    "SELECT",
    "DISTINCT",
    "FROM",
    "WHERE",
    "GROUP",
    "BY",
    "HAVING",
    "QUALIFY",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "UNION",
    "ALL",
    "EXCEPT",
    "INTERSECT",
    "JOIN",
    "LEFT",
    "RIGHT",
    "FULL",
    "INNER",
    "OUTER",
    "CROSS",
    "SEMI",
    "ANTI",
    "LATERAL",
    "ON",
    "USING",
    "AS",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS",
    "NULL",
    "BETWEEN",
    "LIKE",
    "ILIKE",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "WITH",
    "RECURSIVE",
    "OVER",
    "PARTITION",
    "ASC",
    "DESC",
    "EXISTS",
    "MODEL",
    "AUDIT",
    "METRIC",
];

/// Cuts a text into statements.
pub(super) fn statements(text: &str, dialect: Dialect) -> Result<Vec<Statement>, String> {
    let mut builder = Builder::default();
    for piece in pieces(text, dialect)? {
        builder.add(piece)?;
    }
    builder.end()
}

/// All tokens and comments in order.
fn pieces(text: &str, dialect: Dialect) -> Result<Vec<Piece>, String> {
    let found = lexer::tokenize(text, dialect).map_err(|error| error.message)?;
    let tokens = found.tokens.iter().map(|token| {
        let kind = match token.kind {
            TokenKind::Word => Kind::Word,
            TokenKind::Symbol => Kind::Symbol,
            _ => Kind::Other,
        };
        (token.span, kind)
    });
    let comments = found.comments.iter().map(|comment| {
        let written = text.get(comment.span.start..comment.span.end).unwrap_or_default();
        let kind = if written.starts_with("/*") {
            Kind::BlockComment
        } else {
            Kind::LineComment
        };
        (comment.span, kind)
    });
    let mut all: Vec<_> = tokens.chain(comments).collect();
    all.sort_by_key(|(span, _)| span.start);
    let mut pieces: Vec<Piece> = Vec::with_capacity(all.len());
    let mut end = 0;
    for (span, kind) in all {
        let between = text.get(end..span.start).unwrap_or_default();
        let mut written = text
            .get(span.start..span.end)
            .unwrap_or_default()
            .trim_end()
            .to_string();
        let follows_mark = span.start == end
            && pieces.last().is_some_and(|last| {
                last.kind == Kind::Symbol && matches!(last.text.as_str(), "." | "@" | ":")
            });
        let rest = text.get(span.end..).unwrap_or_default();
        let is_argument = ["=>", ":="]
            .iter()
            .any(|mark| rest.trim_start().starts_with(mark));
        if kind == Kind::Word && !follows_mark && !is_argument && !rest.starts_with(['.', '(']) {
            let upper = written.to_ascii_uppercase();
            if KEYWORDS.contains(&upper.as_str()) {
                written = upper;
            }
        }
        pieces.push(Piece {
            kind,
            text: written,
            glued: span.start == end && end > 0,
            on_new_line: between.contains('\n') || end == 0,
        });
        end = span.end;
    }
    Ok(pieces)
}

/// Whether two texts hold the same tokens and the same comments, the case of keywords aside.
pub(super) fn same(a: &str, b: &str, dialect: Dialect) -> bool {
    let parts = |text: &str| -> Option<(Vec<String>, Vec<String>)> {
        let (comments, tokens): (Vec<Piece>, Vec<Piece>) = pieces(text, dialect)
            .ok()?
            .into_iter()
            .partition(Piece::is_comment);
        let texts = |pieces: Vec<Piece>| pieces.into_iter().map(|piece| piece.text).collect();
        Some((texts(tokens), texts(comments)))
    };
    let keyed = |text: &str| {
        parts(text).map(|(tokens, comments)| {
            let upper = |token: String| {
                let upper = token.to_ascii_uppercase();
                if KEYWORDS.contains(&upper.as_str()) {
                    upper
                } else {
                    token
                }
            };
            (tokens.into_iter().map(upper).collect::<Vec<_>>(), comments)
        })
    };
    matches!((keyed(a), keyed(b)), (Some(a), Some(b)) if a == b)
}

#[derive(Default)]
struct Builder {
    statements: Vec<Statement>,
    /// Groups that are open, outermost first, each with what stands before it.
    open: Vec<(Vec<Item>, Piece)>,
    items: Vec<Item>,
}

impl Builder {
    fn add(&mut self, piece: Piece) -> Result<(), String> {
        let symbol = if piece.kind == Kind::Symbol {
            piece.text.as_str()
        } else {
            ""
        };
        match symbol {
            "(" | "[" | "{" => {
                if self.open.len() >= DEEPEST {
                    return Err(format!("brackets nest more than {DEEPEST} deep"));
                }
                self.open.push((std::mem::take(&mut self.items), piece));
            }
            ")" | "]" | "}" => {
                let wanted = match symbol {
                    ")" => "(",
                    "]" => "[",
                    _ => "{",
                };
                let Some((before, open)) = self.open.pop().filter(|(_, open)| open.text == wanted) else {
                    return Err(format!("a `{symbol}` closes nothing"));
                };
                let items = std::mem::replace(&mut self.items, before);
                self.items.push(Item::Group {
                    open,
                    items,
                    close: piece,
                });
            }
            ";" if self.open.is_empty() => self.finish(true),
            _ => {
                // A comment behind a semicolon belongs to the statement that it ended.
                if let (true, true, true, Some(last)) = (
                    piece.is_comment(),
                    !piece.on_new_line,
                    self.items.is_empty() && self.open.is_empty(),
                    self.statements.last_mut(),
                ) {
                    last.after.push(piece);
                } else {
                    self.items.push(Item::Piece(piece));
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self, closed: bool) {
        let items = std::mem::take(&mut self.items);
        if !items.is_empty() {
            self.statements.push(Statement {
                items,
                closed,
                after: Vec::new(),
            });
        }
    }

    fn end(mut self) -> Result<Vec<Statement>, String> {
        if let Some((_, open)) = self.open.last() {
            return Err(format!("a `{}` is never closed", open.text));
        }
        self.finish(false);
        Ok(self.statements)
    }
}
