//! From tokens to the tree.
//!
//! In: text. Out: a module, or the first mistake. Recursion is bounded on the way down (`depth`) and by the height
//! of what is built, so that no later walk over the tree can run out of stack.

mod expression;
mod pattern;
mod statement;
mod string;

use super::SyntaxError;
use super::lexer::{self, Token, TokenKind};
use super::node::{Kind, Node};
use crate::source::Span;

/// Expressions and blocks inside of each other.
const MAX_DEPTH: u16 = 100;

/// Levels of a tree. CPython's printer gives up at about the same height.
const MAX_HEIGHT: u16 = 300;

type Parsed = Result<Node, SyntaxError>;

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: u16,
    /// Where `text` begins in the file: expressions in formatted strings are read by a parser of their own.
    base: usize,
}

const END: Token = Token {
    kind: TokenKind::End,
    start: 0,
    end: 0,
};

/// Words that cannot be names.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Reads a whole file.
pub(super) fn module(text: &str) -> Parsed {
    let mut parser = Parser {
        text,
        tokens: lexer::tokens(text)?,
        at: 0,
        depth: 0,
        base: 0,
    };
    let mut body = Vec::new();
    while parser.kind() != TokenKind::End {
        parser.statement(&mut body)?;
    }
    parser.node(Kind::Module, "", 0, body)
}

impl<'a> Parser<'a> {
    fn token(&self, ahead: usize) -> Token {
        self.tokens
            .get(self.at + ahead)
            .or(self.tokens.last())
            .copied()
            .unwrap_or(END)
    }

    fn kind(&self) -> TokenKind {
        self.token(0).kind
    }

    fn word_at(&self, ahead: usize) -> &'a str {
        let token = self.token(ahead);
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    fn word(&self) -> &'a str {
        self.word_at(0)
    }

    /// Whether the next token is this operator or keyword.
    fn is(&self, word: &str) -> bool {
        self.is_at(0, word)
    }

    fn is_at(&self, ahead: usize, word: &str) -> bool {
        matches!(self.token(ahead).kind, TokenKind::Operator | TokenKind::Name) && self.word_at(ahead) == word
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.is(word);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, word: &str) -> Result<(), SyntaxError> {
        if self.eat(word) {
            Ok(())
        } else {
            self.error(format!("expected `{word}`"))
        }
    }

    fn eat_kind(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.at += 1;
        }
        found
    }

    /// A name that is not a keyword.
    fn name(&mut self) -> Result<&'a str, SyntaxError> {
        let word = self.word();
        if self.kind() != TokenKind::Name || KEYWORDS.contains(&word) {
            return self.error("expected a name");
        }
        self.at += 1;
        Ok(word)
    }

    fn is_name(&self, ahead: usize) -> bool {
        self.token(ahead).kind == TokenKind::Name && !KEYWORDS.contains(&self.word_at(ahead))
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, SyntaxError> {
        let mut message = message.into();
        match self.kind() {
            TokenKind::End => message.push_str(", found the end of the file"),
            TokenKind::Newline => message.push_str(", found the end of the line"),
            TokenKind::Indent | TokenKind::Dedent => message.push_str(", found another indentation"),
            _ => {
                let found: String = self.word().chars().take(30).collect();
                message.push_str(", found `");
                message.push_str(&found);
                message.push('`');
            }
        }
        Err(SyntaxError::new(message, self.base + self.token(0).start))
    }

    fn start(&self) -> usize {
        self.token(0).start
    }

    /// A node from `start` to the last token read.
    fn node(&self, kind: Kind, text: &str, start: usize, children: Vec<Node>) -> Parsed {
        let end = self
            .at
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(start, |last| last.end.max(start));
        let node = Node::new(
            kind,
            text,
            Span::new(self.base + start, self.base + end),
            children,
        );
        if node.height > MAX_HEIGHT {
            return Err(SyntaxError::new(
                "the expression is nested too deeply",
                self.base + start,
            ));
        }
        Ok(node)
    }

    fn enter(&mut self) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(SyntaxError::new(
                "the code is nested too deeply",
                self.base + self.start(),
            ));
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}
