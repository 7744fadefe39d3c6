//! `match`: patterns.

use super::super::lexer::TokenKind;
use super::super::node::{Kind, Node};
use super::super::unparse::precedence;
use super::{Parsed, Parser};
use crate::python::SyntaxError;

impl Parser<'_> {
    /// `match` is a keyword only where a block of `case` follows the line.
    pub(super) fn is_match(&self) -> bool {
        let mut at = self.at + 1;
        let kind_at = |at: usize| self.tokens.get(at).map(|token| token.kind);
        while !matches!(kind_at(at), Some(TokenKind::Newline | TokenKind::End) | None) {
            at += 1;
        }
        let is = |at: usize, word: &str| {
            self.tokens
                .get(at)
                .is_some_and(|token| self.text.get(token.start..token.end) == Some(word))
        };
        at > self.at + 2
            && is(at - 1, ":")
            && kind_at(at + 1) == Some(TokenKind::Indent)
            && is(at + 2, "case")
    }

    pub(super) fn match_statement(&mut self) -> Parsed {
        let start = self.start();
        self.at += 1;
        let mut children = vec![self.tuple(false)?];
        self.expect(":")?;
        if !self.eat_kind(TokenKind::Newline) || !self.eat_kind(TokenKind::Indent) {
            return self.error("expected a block of `case`");
        }
        self.enter()?;
        while !self.eat_kind(TokenKind::Dedent) {
            let at = self.start();
            self.expect("case")?;
            let pattern = self.patterns()?;
            let guard = if self.eat("if") {
                self.named_expression()?
            } else {
                Node::absent()
            };
            let body = self.block()?;
            children.push(self.node(Kind::Case, "", at, vec![pattern, guard, body])?);
        }
        self.leave();
        self.node(Kind::Match, "", start, children)
    }

    /// Patterns with commas between: a sequence unless there is only one.
    fn patterns(&mut self) -> Parsed {
        let start = self.start();
        let first = self.pattern()?;
        if !self.is(",") {
            return if first.kind == Kind::MatchStar {
                self.node(Kind::MatchSequence, "", start, vec![first])
            } else {
                Ok(first)
            };
        }
        let mut items = vec![first];
        while self.eat(",") {
            if self.is(":") || self.is("if") {
                break;
            }
            items.push(self.pattern()?);
        }
        self.node(Kind::MatchSequence, "", start, items)
    }

    fn pattern(&mut self) -> Parsed {
        self.enter()?;
        let start = self.start();
        if self.eat("*") {
            let name = self.name()?;
            self.leave();
            return self.node(
                Kind::MatchStar,
                if name == "_" { "" } else { name },
                start,
                Vec::new(),
            );
        }
        let mut choices = vec![self.closed_pattern()?];
        while self.eat("|") {
            choices.push(self.closed_pattern()?);
        }
        let mut pattern = match choices.len() {
            1 => choices.remove(0),
            _ => self.node(Kind::MatchOr, "", start, choices)?,
        };
        if self.eat("as") {
            let name = self.name()?;
            pattern = self.node(Kind::MatchAs, name, start, vec![pattern])?;
        }
        self.leave();
        Ok(pattern)
    }

    fn closed_pattern(&mut self) -> Parsed {
        let start = self.start();
        match self.kind() {
            TokenKind::Number | TokenKind::Text => self.value_pattern(),
            TokenKind::Operator if self.is("-") => self.value_pattern(),
            TokenKind::Name if matches!(self.word(), "None" | "True" | "False") => {
                let word = self.word();
                self.at += 1;
                self.node(Kind::MatchSingleton, word, start, Vec::new())
            }
            TokenKind::Name => self.name_pattern(),
            TokenKind::Operator if self.eat("(") => {
                let (items, comma) = self.pattern_items(")")?;
                match <[Node; 1]>::try_from(items) {
                    Ok([only]) if !comma && only.kind != Kind::MatchStar => Ok(only),
                    Ok([only]) => self.node(Kind::MatchSequence, "", start, vec![only]),
                    Err(items) => self.node(Kind::MatchSequence, "", start, items),
                }
            }
            TokenKind::Operator if self.eat("[") => {
                let (items, _) = self.pattern_items("]")?;
                self.node(Kind::MatchSequence, "", start, items)
            }
            TokenKind::Operator if self.eat("{") => self.mapping(start),
            _ => self.error("expected a pattern"),
        }
    }

    fn pattern_items(&mut self, close: &str) -> Result<(Vec<Node>, bool), SyntaxError> {
        let mut items = Vec::new();
        let mut comma = false;
        while !self.is(close) {
            items.push(self.pattern()?);
            comma = self.eat(",");
            if !comma {
                break;
            }
        }
        self.expect(close)?;
        Ok((items, comma))
    }

    /// A number, a sum with an imaginary number, or a string.
    fn value_pattern(&mut self) -> Parsed {
        let start = self.start();
        let value = self.binary(precedence::ARITHMETIC)?;
        self.node(Kind::MatchValue, "", start, vec![value])
    }

    fn name_pattern(&mut self) -> Parsed {
        let start = self.start();
        let name = self.name()?;
        if !self.is(".") && !self.is("(") {
            return self.node(
                Kind::MatchAs,
                if name == "_" { "" } else { name },
                start,
                Vec::new(),
            );
        }
        let mut value = self.node(Kind::Name, name, start, Vec::new())?;
        while self.eat(".") {
            let attribute = self.name()?;
            value = self.node(Kind::Attribute, attribute, start, vec![value])?;
        }
        if !self.eat("(") {
            return self.node(Kind::MatchValue, "", start, vec![value]);
        }
        let (mut patterns, mut keywords) = (Vec::new(), Vec::new());
        while !self.is(")") {
            let at = self.start();
            if self.is_name(0) && self.is_at(1, "=") {
                let name = self.name()?;
                self.expect("=")?;
                let pattern = self.pattern()?;
                keywords.push(self.node(Kind::Keyword, name, at, vec![pattern])?);
            } else {
                patterns.push(self.pattern()?);
            }
            if !self.eat(",") {
                break;
            }
        }
        self.expect(")")?;
        let children = vec![value, Node::list(patterns), Node::list(keywords)];
        self.node(Kind::MatchClass, "", start, children)
    }

    fn mapping(&mut self, start: usize) -> Parsed {
        let mut rest = "";
        let mut items = Vec::new();
        while !self.is("}") {
            if self.eat("**") {
                rest = self.name()?;
            } else {
                let constant = matches!(self.word(), "None" | "True" | "False");
                items.push(if self.is_name(0) || constant {
                    self.primary()?
                } else {
                    self.binary(precedence::ARITHMETIC)?
                });
                self.expect(":")?;
                items.push(self.pattern()?);
            }
            if !self.eat(",") {
                break;
            }
        }
        self.expect("}")?;
        self.node(Kind::MatchMapping, rest, start, items)
    }
}
