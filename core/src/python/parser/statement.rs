//! Statements and blocks.

use super::super::lexer::TokenKind;
use super::super::node::{Kind, Node};
use super::super::unparse::precedence;
use super::{Parsed, Parser};
use crate::python::SyntaxError;

const AUGMENTED: [&str; 13] = [
    "+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", ">>=", "<<=", "**=",
];

impl Parser<'_> {
    /// One logical line, or a compound statement with its blocks.
    pub(super) fn statement(&mut self, out: &mut Vec<Node>) -> Result<(), SyntaxError> {
        let start = self.start();
        let compound = match self.word() {
            _ if self.is("@") => Some(self.decorated()),
            _ if self.kind() != TokenKind::Name => None,
            "if" => Some(self.if_statement()),
            "def" => Some(self.function(Vec::new(), start)),
            "class" => Some(self.class(Vec::new(), start)),
            "for" => Some(self.for_statement("", start)),
            "while" => Some(self.while_statement()),
            "with" => Some(self.with_statement("", start)),
            "try" => Some(self.try_statement()),
            "async" => Some(self.asynchronous(Vec::new(), start)),
            "match" if self.is_match() => Some(self.match_statement()),
            _ => None,
        };
        if let Some(node) = compound {
            out.push(node?);
            return Ok(());
        }
        loop {
            out.push(self.simple()?);
            if !self.eat(";") {
                break;
            }
            if self.kind() == TokenKind::Newline {
                break;
            }
        }
        if self.eat_kind(TokenKind::Newline) {
            Ok(())
        } else {
            self.error("expected the end of the statement")
        }
    }

    /// `: …` up to the end of the block or line.
    pub(super) fn block(&mut self) -> Parsed {
        self.expect(":")?;
        let mut body = Vec::new();
        if !self.eat_kind(TokenKind::Newline) {
            self.statement(&mut body)?;
            return Ok(Node::list(body));
        }
        if !self.eat_kind(TokenKind::Indent) {
            return self.error("expected an indented block");
        }
        self.enter()?;
        while !self.eat_kind(TokenKind::Dedent) {
            if self.kind() == TokenKind::End {
                break;
            }
            self.statement(&mut body)?;
        }
        self.leave();
        self.limited(Node::list(body))
    }

    fn limited(&self, node: Node) -> Parsed {
        if node.height > super::MAX_HEIGHT {
            return self.error("the code is nested too deeply");
        }
        Ok(node)
    }

    fn otherwise(&mut self) -> Parsed {
        if self.eat("else") {
            self.block()
        } else {
            Ok(Node::list(Vec::new()))
        }
    }

    fn decorated(&mut self) -> Parsed {
        let start = self.start();
        let mut decorators = Vec::new();
        while self.eat("@") {
            decorators.push(self.named_expression()?);
            if !self.eat_kind(TokenKind::Newline) {
                return self.error("expected the end of the line after a decorator");
            }
        }
        match self.word() {
            "def" => self.function(decorators, start),
            "class" => self.class(decorators, start),
            "async" => self.asynchronous(decorators, start),
            _ => self.error("expected a function or a class after the decorator"),
        }
    }

    fn asynchronous(&mut self, decorators: Vec<Node>, start: usize) -> Parsed {
        self.expect("async")?;
        match self.word() {
            "def" => {
                let mut node = self.function(decorators, start)?;
                node.kind = Kind::AsyncFunction;
                Ok(node)
            }
            "for" => self.for_statement("async", start),
            "with" => self.with_statement("async", start),
            _ => self.error("expected `def`, `for` or `with`"),
        }
    }

    fn function(&mut self, decorators: Vec<Node>, start: usize) -> Parsed {
        self.expect("def")?;
        let name = self.name()?;
        let types = self.type_parameters()?;
        self.expect("(")?;
        let parameters = self.parameters(")", true)?;
        self.expect(")")?;
        let returns = if self.eat("->") {
            self.tuple(false)?
        } else {
            Node::absent()
        };
        let body = self.block()?;
        let children = vec![parameters, body, Node::list(decorators), returns, types];
        self.node(Kind::Function, name, start, children)
    }

    fn class(&mut self, decorators: Vec<Node>, start: usize) -> Parsed {
        self.expect("class")?;
        let name = self.name()?;
        let types = self.type_parameters()?;
        let (bases, keywords) = if self.is("(") {
            self.arguments()?
        } else {
            Default::default()
        };
        let body = self.block()?;
        let children = vec![
            Node::list(bases),
            Node::list(keywords),
            body,
            Node::list(decorators),
            types,
        ];
        self.node(Kind::Class, name, start, children)
    }

    fn type_parameters(&mut self) -> Parsed {
        let mut found = Vec::new();
        if self.eat("[") {
            while !self.is("]") {
                let start = self.start();
                let stars = if self.eat("**") {
                    "**"
                } else if self.eat("*") {
                    "*"
                } else {
                    ""
                };
                let name = format!("{stars}{}", self.name()?);
                let bound = if self.eat(":") {
                    self.expression()?
                } else {
                    Node::absent()
                };
                let default = if self.eat("=") {
                    self.expression()?
                } else {
                    Node::absent()
                };
                found.push(self.node(Kind::TypeParameter, &name, start, vec![bound, default])?);
                if !self.eat(",") {
                    break;
                }
            }
            self.expect("]")?;
        }
        Ok(Node::list(found))
    }

    /// `elif` is read in a loop: a long chain is no deeper than a short one.
    fn if_statement(&mut self) -> Parsed {
        let start = self.start();
        self.expect("if")?;
        let mut children = Vec::new();
        loop {
            children.push(self.named_expression()?);
            children.push(self.block()?);
            if !self.eat("elif") {
                break;
            }
        }
        let mut last = self.otherwise()?;
        match last.children.as_mut_slice() {
            [only] if only.kind == Kind::If => children.append(&mut only.children),
            _ => children.push(last),
        }
        self.node(Kind::If, "", start, children)
    }

    fn for_statement(&mut self, asynchronous: &str, start: usize) -> Parsed {
        self.expect("for")?;
        let target = self.tuple(true)?;
        self.expect("in")?;
        let iterated = self.tuple(false)?;
        let body = self.block()?;
        let otherwise = self.otherwise()?;
        self.node(
            Kind::For,
            asynchronous,
            start,
            vec![target, iterated, body, otherwise],
        )
    }

    fn while_statement(&mut self) -> Parsed {
        let start = self.start();
        self.expect("while")?;
        let test = self.named_expression()?;
        let body = self.block()?;
        let otherwise = self.otherwise()?;
        self.node(Kind::While, "", start, vec![test, body, otherwise])
    }

    fn with_statement(&mut self, asynchronous: &str, start: usize) -> Parsed {
        self.expect("with")?;
        let (at, depth) = (self.at, self.depth);
        let items = match self.parenthesised_items() {
            Ok(items) => items,
            Err(_) => {
                (self.at, self.depth) = (at, depth);
                let mut items = vec![self.with_item()?];
                while self.eat(",") {
                    items.push(self.with_item()?);
                }
                items
            }
        };
        let body = self.block()?;
        self.node(Kind::With, asynchronous, start, vec![Node::list(items), body])
    }

    /// `(a as b, c):`.
    fn parenthesised_items(&mut self) -> Result<Vec<Node>, SyntaxError> {
        self.expect("(")?;
        let mut items = vec![self.with_item()?];
        while self.eat(",") {
            if self.is(")") {
                break;
            }
            items.push(self.with_item()?);
        }
        self.expect(")")?;
        if self.is(":") {
            Ok(items)
        } else {
            self.error("expected `:`")
        }
    }

    fn with_item(&mut self) -> Parsed {
        let start = self.start();
        let value = self.expression()?;
        let target = if self.eat("as") {
            let at = self.start();
            if self.eat("*") {
                let value = self.binary(precedence::BIT_OR)?;
                self.node(Kind::Starred, "", at, vec![value])?
            } else {
                self.primary()?
            }
        } else {
            Node::absent()
        };
        self.node(Kind::WithItem, "", start, vec![value, target])
    }

    fn try_statement(&mut self) -> Parsed {
        let start = self.start();
        self.expect("try")?;
        let body = self.block()?;
        let mut handlers = Vec::new();
        let mut star = "";
        while self.is("except") {
            let at = self.start();
            self.expect("except")?;
            if self.eat("*") {
                star = "*";
            }
            let caught = if self.is(":") {
                Node::absent()
            } else {
                self.tuple(false)?
            };
            let name = if self.eat("as") { self.name()? } else { "" };
            let body = self.block()?;
            handlers.push(self.node(Kind::Handler, name, at, vec![caught, body])?);
        }
        let otherwise = self.otherwise()?;
        let finally = if self.eat("finally") {
            self.block()?
        } else {
            Node::list(Vec::new())
        };
        if handlers.is_empty() && finally.children.is_empty() {
            return self.error("expected `except` or `finally`");
        }
        self.node(
            Kind::Try,
            star,
            start,
            vec![body, Node::list(handlers), otherwise, finally],
        )
    }

    fn simple(&mut self) -> Parsed {
        let start = self.start();
        if self.kind() != TokenKind::Name {
            return self.expression_statement();
        }
        let word = self.word();
        let children = match word {
            "pass" | "break" | "continue" => {
                self.at += 1;
                Vec::new()
            }
            "return" => {
                self.at += 1;
                if self.begins_expression() {
                    vec![self.tuple(false)?]
                } else {
                    Vec::new()
                }
            }
            "raise" => {
                self.at += 1;
                let raised = if self.begins_expression() {
                    self.expression()?
                } else {
                    Node::absent()
                };
                let cause = if self.eat("from") {
                    self.expression()?
                } else {
                    Node::absent()
                };
                vec![raised, cause]
            }
            "assert" => {
                self.at += 1;
                let test = self.expression()?;
                let message = if self.eat(",") {
                    self.expression()?
                } else {
                    Node::absent()
                };
                vec![test, message]
            }
            "del" => {
                self.at += 1;
                match self.tuple(true)? {
                    tuple if tuple.kind == Kind::Tuple && !self.was_closed() => tuple.children,
                    one => vec![one],
                }
            }
            "global" | "nonlocal" => {
                self.at += 1;
                let mut names = vec![self.identifier()?];
                while self.eat(",") {
                    names.push(self.identifier()?);
                }
                names
            }
            "import" => return self.import(),
            "from" => return self.import_from(),
            "type" if self.is_name(1) && (self.is_at(2, "=") || self.is_at(2, "[")) => {
                self.at += 1;
                let name = self.name()?;
                let types = self.type_parameters()?;
                self.expect("=")?;
                let value = self.expression()?;
                return self.node(Kind::TypeAlias, name, start, vec![types, value]);
            }
            _ => return self.expression_statement(),
        };
        let kind = match word {
            "pass" => Kind::Pass,
            "break" => Kind::Break,
            "continue" => Kind::Continue,
            "return" => Kind::Return,
            "raise" => Kind::Raise,
            "assert" => Kind::Assert,
            "del" => Kind::Delete,
            "global" => Kind::Global,
            _ => Kind::Nonlocal,
        };
        self.node(kind, "", start, children)
    }

    /// Whether a parenthesis was the last token read.
    fn was_closed(&self) -> bool {
        self.at
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .is_some_and(|last| self.text.get(last.start..last.end) == Some(")"))
    }

    fn identifier(&mut self) -> Parsed {
        let start = self.start();
        let name = self.name()?;
        self.node(Kind::Identifier, name, start, Vec::new())
    }

    fn dotted(&mut self) -> Result<String, SyntaxError> {
        let mut name = self.name()?.to_string();
        while self.eat(".") {
            name.push('.');
            name.push_str(self.name()?);
        }
        Ok(name)
    }

    fn alias(&mut self, start: usize, name: &str) -> Parsed {
        let children = if self.eat("as") {
            vec![self.identifier()?]
        } else {
            Vec::new()
        };
        self.node(Kind::Alias, name, start, children)
    }

    fn import(&mut self) -> Parsed {
        let start = self.start();
        self.expect("import")?;
        let mut aliases = Vec::new();
        loop {
            let at = self.start();
            let name = self.dotted()?;
            aliases.push(self.alias(at, &name)?);
            if !self.eat(",") {
                return self.node(Kind::Import, "", start, aliases);
            }
        }
    }

    fn import_from(&mut self) -> Parsed {
        let start = self.start();
        self.expect("from")?;
        let mut module = String::new();
        while self.is(".") || self.is("...") {
            module.push_str(self.word());
            self.at += 1;
        }
        if !self.is("import") {
            module.push_str(&self.dotted()?);
        }
        self.expect("import")?;
        let at = self.start();
        let mut aliases = Vec::new();
        if self.eat("*") {
            aliases.push(self.node(Kind::Alias, "*", at, Vec::new())?);
        } else {
            let enclosed = self.eat("(");
            loop {
                let at = self.start();
                let name = self.name()?;
                aliases.push(self.alias(at, name)?);
                if !self.eat(",") || (enclosed && self.is(")")) {
                    break;
                }
            }
            if enclosed {
                self.expect(")")?;
            }
        }
        self.node(Kind::ImportFrom, &module, start, aliases)
    }

    fn expression_statement(&mut self) -> Parsed {
        let start = self.start();
        let enclosed = self.is("(");
        let first = self.value()?;
        if self.eat(":") {
            let annotation = self.expression()?;
            let value = if self.eat("=") {
                self.value()?
            } else {
                Node::absent()
            };
            let text = if enclosed && first.kind == Kind::Name {
                "("
            } else {
                ""
            };
            return self.node(Kind::AnnAssign, text, start, vec![first, annotation, value]);
        }
        if self.kind() == TokenKind::Operator && AUGMENTED.contains(&self.word()) {
            let word = self.word();
            self.at += 1;
            let value = self.value()?;
            let operator = word.strip_suffix('=').unwrap_or(word);
            return self.node(Kind::AugAssign, operator, start, vec![first, value]);
        }
        if !self.is("=") {
            return self.node(Kind::Expr, "", start, vec![first]);
        }
        let mut values = vec![first];
        while self.eat("=") {
            values.push(self.value()?);
        }
        let value = values.pop().unwrap_or_else(Node::absent);
        self.node(Kind::Assign, "", start, vec![Node::list(values), value])
    }
}
