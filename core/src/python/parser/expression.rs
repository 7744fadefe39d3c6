//! Expressions, by the strength of their operators.

use super::super::lexer::TokenKind;
use super::super::node::{Kind, Node};
use super::super::number;
use super::super::unparse::precedence;
use super::{Parsed, Parser};
use crate::python::SyntaxError;

const COMPARISONS: [&str; 8] = ["==", "!=", "<", "<=", ">", ">=", "in", "is"];

impl Parser<'_> {
    /// `yield …`, or expressions with commas between, stars among them.
    pub(super) fn value(&mut self) -> Parsed {
        if self.is("yield") {
            return self.yielded();
        }
        self.tuple(false)
    }

    fn yielded(&mut self) -> Parsed {
        let start = self.start();
        self.expect("yield")?;
        if self.eat("from") {
            let value = self.expression()?;
            return self.node(Kind::YieldFrom, "", start, vec![value]);
        }
        let mut children = Vec::new();
        if self.begins_expression() {
            children.push(self.tuple(false)?);
        }
        self.node(Kind::Yield, "", start, children)
    }

    /// Expressions with commas between: a tuple unless there is only one. `targets` stops before `in`.
    pub(super) fn tuple(&mut self, targets: bool) -> Parsed {
        let start = self.start();
        let first = self.element(targets)?;
        if !self.is(",") {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.eat(",") {
            if !self.begins_expression() {
                break;
            }
            items.push(self.element(targets)?);
        }
        self.node(Kind::Tuple, "", start, items)
    }

    fn element(&mut self, target: bool) -> Parsed {
        let start = self.start();
        if self.eat("*") {
            let value = self.binary(precedence::BIT_OR)?;
            return self.node(Kind::Starred, "", start, vec![value]);
        }
        if target {
            self.binary(precedence::BIT_OR)
        } else {
            self.named_expression()
        }
    }

    /// Whether an expression can begin here.
    pub(super) fn begins_expression(&self) -> bool {
        match self.kind() {
            TokenKind::Number | TokenKind::Text => true,
            TokenKind::Name => {
                self.is_name(0)
                    || matches!(
                        self.word(),
                        "None" | "True" | "False" | "lambda" | "not" | "await" | "yield"
                    )
            }
            TokenKind::Operator => {
                matches!(self.word(), "(" | "[" | "{" | "-" | "+" | "~" | "..." | "*")
            }
            _ => false,
        }
    }

    pub(super) fn named_expression(&mut self) -> Parsed {
        if self.is_name(0) && self.is_at(1, ":=") {
            let start = self.start();
            let name = self.name()?;
            let target = self.node(Kind::Name, name, start, Vec::new())?;
            self.expect(":=")?;
            let value = self.expression()?;
            return self.node(Kind::NamedExpr, "", start, vec![target, value]);
        }
        self.expression()
    }

    /// One expression without commas.
    pub(super) fn expression(&mut self) -> Parsed {
        self.enter()?;
        let start = self.start();
        let result = if self.eat("lambda") {
            let parameters = self.parameters(":", false)?;
            self.expect(":")?;
            let body = self.expression()?;
            self.node(Kind::Lambda, "", start, vec![parameters, body])
        } else {
            let body = self.binary(precedence::OR)?;
            if self.eat("if") {
                let test = self.binary(precedence::OR)?;
                self.expect("else")?;
                let otherwise = self.expression()?;
                self.node(Kind::IfExp, "", start, vec![body, test, otherwise])
            } else {
                Ok(body)
            }
        };
        self.leave();
        result
    }

    /// Operators of at least this strength.
    pub(super) fn binary(&mut self, least: u8) -> Parsed {
        let start = self.start();
        let mut left = self.unary()?;
        loop {
            let word = self.word();
            let is_operator = matches!(self.kind(), TokenKind::Operator | TokenKind::Name);
            let comparison = COMPARISONS.contains(&word) || (word == "not" && self.is_at(1, "in"));
            let strength = match word {
                _ if !is_operator => return Ok(left),
                "or" => precedence::OR,
                "and" => precedence::AND,
                _ if comparison => precedence::COMPARE,
                _ => match precedence::of_binary(word) {
                    Some(strength) if word != "**" => strength,
                    _ => return Ok(left),
                },
            };
            if strength < least {
                return Ok(left);
            }
            left = match word {
                "or" | "and" => {
                    let mut values = vec![left];
                    while self.eat(word) {
                        values.push(self.binary(strength + 1)?);
                    }
                    self.node(Kind::BoolOp, word, start, values)?
                }
                _ if comparison => self.comparison(left, start)?,
                _ => self.chain(left, strength, start)?,
            };
        }
    }

    fn comparison(&mut self, left: Node, start: usize) -> Parsed {
        let mut operators = String::new();
        let mut operands = vec![left];
        loop {
            let operator = match self.word() {
                "not" if self.is_at(1, "in") => "not in",
                "is" if self.is_at(1, "not") => "is not",
                word if COMPARISONS.contains(&word) && self.kind() != TokenKind::Text => word,
                _ => break,
            };
            self.at += if operator.contains(' ') { 2 } else { 1 };
            if !operators.is_empty() {
                operators.push(',');
            }
            operators.push_str(operator);
            operands.push(self.binary(precedence::BIT_OR)?);
        }
        self.node(Kind::Compare, &operators, start, operands)
    }

    /// Operators of one level side by side are one node: a chain of thousands is no deeper than one of two.
    fn chain(&mut self, left: Node, strength: u8, start: usize) -> Parsed {
        let continues = left.kind == Kind::BinOp
            && left.text.split(' ').next().and_then(precedence::of_binary) == Some(strength);
        let (mut operators, mut operands) = if continues {
            (left.text, left.children)
        } else {
            (String::new(), vec![left])
        };
        while self.kind() == TokenKind::Operator
            && self.word() != "**"
            && precedence::of_binary(self.word()) == Some(strength)
        {
            if !operators.is_empty() {
                operators.push(' ');
            }
            operators.push_str(self.word());
            self.at += 1;
            operands.push(self.binary(strength + 1)?);
        }
        self.node(Kind::BinOp, &operators, start, operands)
    }

    fn unary(&mut self) -> Parsed {
        let start = self.start();
        let word = self.word();
        if !(self.is("not") || self.is("-") || self.is("+") || self.is("~")) {
            return self.power();
        }
        self.enter()?;
        self.at += 1;
        let operand = if word == "not" {
            self.binary(precedence::NOT)?
        } else {
            self.unary()?
        };
        self.leave();
        self.node(Kind::UnaryOp, word, start, vec![operand])
    }

    fn power(&mut self) -> Parsed {
        let start = self.start();
        let base = if self.eat("await") {
            let value = self.primary()?;
            self.node(Kind::Await, "", start, vec![value])?
        } else {
            self.primary()?
        };
        if !self.is("**") {
            return Ok(base);
        }
        self.enter()?;
        self.at += 1;
        let exponent = self.unary()?;
        self.leave();
        self.node(Kind::BinOp, "**", start, vec![base, exponent])
    }

    /// An atom with what follows it: attributes, calls, subscripts.
    pub(super) fn primary(&mut self) -> Parsed {
        let start = self.start();
        let mut value = self.atom()?;
        loop {
            if self.eat(".") {
                let name = self.name()?;
                value = self.node(Kind::Attribute, name, start, vec![value])?;
            } else if self.is("(") {
                let (arguments, keywords) = self.arguments()?;
                let mut children = vec![value];
                children.extend(arguments);
                children.extend(keywords);
                value = self.node(Kind::Call, "", start, children)?;
            } else if self.eat("[") {
                let slice = self.slices()?;
                self.expect("]")?;
                value = self.node(Kind::Subscript, "", start, vec![value, slice])?;
            } else {
                return Ok(value);
            }
        }
    }

    /// The arguments of a call or a class, with their parentheses: positional ones first.
    pub(super) fn arguments(&mut self) -> Result<(Vec<Node>, Vec<Node>), SyntaxError> {
        let open = self.start();
        self.expect("(")?;
        let (mut arguments, mut keywords) = (Vec::new(), Vec::new());
        while !self.is(")") {
            let start = self.start();
            if self.eat("**") {
                let value = self.expression()?;
                keywords.push(self.node(Kind::Keyword, "", start, vec![value])?);
            } else if self.eat("*") {
                let value = self.expression()?;
                arguments.push(self.node(Kind::Starred, "", start, vec![value])?);
            } else if self.is_name(0) && self.is_at(1, "=") {
                let name = self.name()?;
                self.expect("=")?;
                let value = self.expression()?;
                keywords.push(self.node(Kind::Keyword, name, start, vec![value])?);
            } else {
                let value = self.named_expression()?;
                if self.begins_comprehension() {
                    let mut children = vec![value];
                    self.generators(&mut children)?;
                    arguments.push(self.node(Kind::GeneratorExp, "", open, children)?);
                } else {
                    arguments.push(value);
                }
            }
            if !self.eat(",") {
                break;
            }
        }
        self.expect(")")?;
        Ok((arguments, keywords))
    }

    fn slices(&mut self) -> Parsed {
        let start = self.start();
        let first = self.slice()?;
        if !self.is(",") {
            // `a[*b]` is a tuple of one.
            return if first.kind == Kind::Starred {
                self.node(Kind::Tuple, "", start, vec![first])
            } else {
                Ok(first)
            };
        }
        let mut items = vec![first];
        while self.eat(",") {
            if self.is("]") {
                break;
            }
            items.push(self.slice()?);
        }
        self.node(Kind::Tuple, "", start, items)
    }

    fn slice(&mut self) -> Parsed {
        let start = self.start();
        let lower = if self.is(":") {
            Node::absent()
        } else {
            self.element(false)?
        };
        if !self.eat(":") {
            return Ok(lower);
        }
        let mut parts = vec![lower];
        for _ in 0..2 {
            let ends = self.is(":") || self.is(",") || self.is("]");
            parts.push(if ends { Node::absent() } else { self.expression()? });
            if parts.len() == 3 || !self.eat(":") {
                break;
            }
        }
        if parts.len() == 2 {
            parts.push(Node::absent());
        }
        self.node(Kind::Slice, "", start, parts)
    }

    pub(super) fn begins_comprehension(&self) -> bool {
        self.is("for") || (self.is("async") && self.is_at(1, "for"))
    }

    pub(super) fn generators(&mut self, children: &mut Vec<Node>) -> Result<(), SyntaxError> {
        while self.begins_comprehension() {
            let start = self.start();
            let asynchronous = if self.eat("async") { "async" } else { "" };
            self.expect("for")?;
            let target = self.tuple(true)?;
            self.expect("in")?;
            let mut parts = vec![target, self.binary(precedence::OR)?];
            while self.eat("if") {
                // An unparenthesised `:=` is refused by CPython; a condition is a disjunction.
                parts.push(self.binary(precedence::OR)?);
            }
            children.push(self.node(Kind::Comprehension, asynchronous, start, parts)?);
        }
        Ok(())
    }

    fn atom(&mut self) -> Parsed {
        let start = self.start();
        let word = self.word();
        match self.kind() {
            TokenKind::Name if matches!(word, "None" | "True" | "False") => {
                self.at += 1;
                self.node(Kind::Constant, word, start, Vec::new())
            }
            TokenKind::Name => {
                let name = self.name()?;
                self.node(Kind::Name, name, start, Vec::new())
            }
            TokenKind::Number => match number::read(word) {
                Some((kind, text)) => {
                    self.at += 1;
                    self.node(kind, &text, start, Vec::new())
                }
                None => self.error("expected a number"),
            },
            TokenKind::Text => self.strings(),
            TokenKind::Operator => {
                self.enter()?;
                let result = match word {
                    "(" => self.parenthesised(),
                    "[" => self.list_display(),
                    "{" => self.braces(),
                    "..." => {
                        self.at += 1;
                        self.node(Kind::Constant, word, start, Vec::new())
                    }
                    _ => self.error("expected an expression"),
                };
                self.leave();
                result
            }
            _ => self.error("expected an expression"),
        }
    }

    fn parenthesised(&mut self) -> Parsed {
        let start = self.start();
        self.expect("(")?;
        if self.eat(")") {
            return self.node(Kind::Tuple, "", start, Vec::new());
        }
        if self.is("yield") {
            let value = self.yielded()?;
            self.expect(")")?;
            return Ok(value);
        }
        let value = self.tuple(false)?;
        if self.begins_comprehension() {
            let mut children = vec![value];
            self.generators(&mut children)?;
            self.expect(")")?;
            return self.node(Kind::GeneratorExp, "", start, children);
        }
        self.expect(")")?;
        Ok(value)
    }

    fn list_display(&mut self) -> Parsed {
        let start = self.start();
        self.expect("[")?;
        let mut items = Vec::new();
        while !self.is("]") {
            items.push(self.element(false)?);
            if items.len() == 1 && self.begins_comprehension() {
                self.generators(&mut items)?;
                self.expect("]")?;
                return self.node(Kind::ListComp, "", start, items);
            }
            if !self.eat(",") {
                break;
            }
        }
        self.expect("]")?;
        self.node(Kind::ListDisplay, "", start, items)
    }

    fn braces(&mut self) -> Parsed {
        let start = self.start();
        self.expect("{")?;
        let mut items = Vec::new();
        let mut kind = Kind::Dict;
        while !self.is("}") {
            let first = items.is_empty();
            if self.eat("**") {
                items.push(Node::absent());
                items.push(self.binary(precedence::BIT_OR)?);
            } else {
                items.push(self.element(false)?);
                if first && !self.is(":") {
                    kind = Kind::Set;
                }
                if kind == Kind::Dict {
                    self.expect(":")?;
                    items.push(self.expression()?);
                }
                if first && self.begins_comprehension() {
                    kind = if kind == Kind::Dict {
                        Kind::DictComp
                    } else {
                        Kind::SetComp
                    };
                    self.generators(&mut items)?;
                    break;
                }
            }
            if !self.eat(",") {
                break;
            }
        }
        self.expect("}")?;
        self.node(kind, "", start, items)
    }

    /// Parameters up to `close`, which is not read. Those of lambdas have no annotations.
    pub(super) fn parameters(&mut self, close: &str, annotated: bool) -> Parsed {
        let start = self.start();
        let mut found: Vec<Node> = Vec::new();
        let mut kind = Kind::Parameter;
        while !self.is(close) {
            let at = self.start();
            if self.eat("/") {
                for parameter in &mut found {
                    parameter.kind = Kind::PositionalOnly;
                }
            } else if self.is("*") && (self.is_at(1, ",") || self.is_at(1, close)) {
                self.at += 1;
                kind = Kind::KeywordOnly;
            } else {
                let this = if self.eat("**") {
                    Kind::KeywordRest
                } else if self.eat("*") {
                    Kind::Rest
                } else {
                    kind
                };
                if this == Kind::Rest {
                    kind = Kind::KeywordOnly;
                }
                let name = self.name()?;
                let annotation = if annotated && self.eat(":") {
                    self.element(false)?
                } else {
                    Node::absent()
                };
                let default = if self.eat("=") {
                    self.expression()?
                } else {
                    Node::absent()
                };
                found.push(self.node(this, name, at, vec![annotation, default])?);
            }
            if !self.eat(",") {
                break;
            }
        }
        self.node(Kind::Parameters, "", start, found)
    }
}
