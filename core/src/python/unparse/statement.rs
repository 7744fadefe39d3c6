//! Statements, one line each, blocks below.

use super::super::node::{Kind, Node};
use super::Printer;
use super::precedence;

impl Printer {
    fn blank_line(&mut self) {
        if !self.out.is_empty() {
            self.write("\n");
        }
    }

    pub(super) fn fill(&mut self, text: &str) {
        self.blank_line();
        for _ in 0..self.indent {
            self.write("    ");
        }
        self.write(text);
    }

    pub(super) fn body(&mut self, body: &[Node], may_have_docstring: bool) {
        let mut rest = body;
        if may_have_docstring
            && let [first, others @ ..] = body
            && let (Kind::Expr, Some(value)) = (first.kind, first.children.first())
            && value.as_str().is_some()
        {
            self.fill(if value.kind == Kind::UnicodeStr { "u" } else { "" });
            self.docstring(&value.text);
            rest = others;
        }
        for statement in rest {
            self.any(statement);
        }
    }

    fn block(&mut self, node: Option<&Node>) {
        self.block_of(node, false);
    }

    fn block_of(&mut self, node: Option<&Node>, may_have_docstring: bool) {
        self.write(":");
        self.indent += 1;
        self.body(node.map_or(&[], |node| &node.children), may_have_docstring);
        self.indent -= 1;
    }

    fn optional_block(&mut self, word: &str, node: Option<&Node>) {
        if node.is_some_and(|node| !node.children.is_empty()) {
            self.fill(word);
            self.block(node);
        }
    }

    fn child(&mut self, node: &Node, index: usize) {
        self.child_at(node, index, precedence::TEST);
    }

    fn child_at(&mut self, node: &Node, index: usize, strength: u8) {
        if let Some(child) = node.children.get(index) {
            self.expression(child, strength);
        }
    }

    fn optional(&mut self, before: &str, node: &Node, index: usize) {
        if let Some(child) = node.child(index) {
            self.write(before);
            self.expression(child, precedence::TEST);
        }
    }

    /// Prints a statement or a part of one; false when the node is an expression.
    pub(super) fn statement(&mut self, node: &Node) -> bool {
        let get = |index: usize| node.children.get(index);
        match node.kind {
            Kind::Function | Kind::AsyncFunction | Kind::Class => self.definition(node),
            Kind::Return => {
                self.fill("return");
                self.optional(" ", node, 0);
            }
            Kind::Delete => {
                self.fill("del ");
                self.joined(&node.children, ", ");
            }
            Kind::Assign => {
                self.fill("");
                for target in node.items(0) {
                    self.expression(target, precedence::TUPLE);
                    self.write(" = ");
                }
                self.child(node, 1);
            }
            Kind::AugAssign => {
                self.fill("");
                self.child(node, 0);
                self.write(" ");
                self.write(&node.text);
                self.write("= ");
                self.child(node, 1);
            }
            Kind::AnnAssign => {
                self.fill("");
                self.parenthesised(!node.text.is_empty(), |printer| printer.child(node, 0));
                self.write(": ");
                self.child(node, 1);
                self.optional(" = ", node, 2);
            }
            Kind::For => {
                self.fill(if node.text.is_empty() {
                    "for "
                } else {
                    "async for "
                });
                self.child_at(node, 0, precedence::TUPLE);
                self.write(" in ");
                self.child(node, 1);
                self.block(get(2));
                self.optional_block("else", get(3));
            }
            Kind::While => {
                self.fill("while ");
                self.child(node, 0);
                self.block(get(1));
                self.optional_block("else", get(2));
            }
            Kind::If => self.conditions(node),
            Kind::With => {
                self.fill(if node.text.is_empty() {
                    "with "
                } else {
                    "async with "
                });
                self.joined(node.items(0), ", ");
                self.block(get(1));
            }
            Kind::WithItem => {
                self.child(node, 0);
                self.optional(" as ", node, 1);
            }
            Kind::Match => {
                self.fill("match ");
                self.child(node, 0);
                self.write(":");
                self.indent += 1;
                for case in node.children.iter().skip(1) {
                    self.fill("case ");
                    self.child(case, 0);
                    self.optional(" if ", case, 1);
                    self.block(case.children.get(2));
                }
                self.indent -= 1;
            }
            Kind::Raise => {
                self.fill("raise");
                self.optional(" ", node, 0);
                self.optional(" from ", node, 1);
            }
            Kind::Try => {
                self.fill("try");
                self.block(get(0));
                for handler in node.items(1) {
                    self.fill(if node.text.is_empty() { "except" } else { "except*" });
                    self.optional(" ", handler, 0);
                    if !handler.text.is_empty() {
                        self.write(" as ");
                        self.write(&handler.text);
                    }
                    self.block(handler.children.get(1));
                }
                self.optional_block("else", get(2));
                self.optional_block("finally", get(3));
            }
            Kind::Assert => {
                self.fill("assert ");
                self.child(node, 0);
                self.optional(", ", node, 1);
            }
            Kind::Import => {
                self.fill("import ");
                self.joined(&node.children, ", ");
            }
            Kind::ImportFrom => {
                self.fill("from ");
                self.write(&node.text);
                self.write(" import ");
                self.joined(&node.children, ", ");
            }
            Kind::Alias => {
                self.write(&node.text);
                if let Some(name) = get(0) {
                    self.write(" as ");
                    self.write(&name.text);
                }
            }
            Kind::Global | Kind::Nonlocal => {
                self.fill(if node.kind == Kind::Global {
                    "global "
                } else {
                    "nonlocal "
                });
                self.joined(&node.children, ", ");
            }
            Kind::Identifier => self.write(&node.text),
            Kind::Expr => {
                self.fill("");
                self.child_at(node, 0, precedence::YIELD);
            }
            Kind::Pass => self.fill("pass"),
            Kind::Break => self.fill("break"),
            Kind::Continue => self.fill("continue"),
            Kind::TypeAlias => {
                self.fill("type ");
                self.write(&node.text);
                self.type_parameters(get(0));
                self.write(" = ");
                self.child(node, 1);
            }
            _ => return false,
        }
        true
    }

    fn conditions(&mut self, node: &Node) {
        for (index, pair) in node.children.chunks(2).enumerate() {
            match pair {
                [test, body] => {
                    self.fill(if index == 0 { "if " } else { "elif " });
                    self.expression(test, precedence::TEST);
                    self.block(Some(body));
                }
                other => self.optional_block("else", other.first()),
            }
        }
    }

    fn definition(&mut self, node: &Node) {
        let get = |index: usize| node.children.get(index);
        self.blank_line();
        for decorator in node.items(if node.kind == Kind::Class { 3 } else { 2 }) {
            self.fill("@");
            self.any(decorator);
        }
        match node.kind {
            Kind::Class => {
                self.fill("class ");
                self.write(&node.text);
                self.type_parameters(get(4));
                let (bases, keywords) = (node.items(0), node.items(1));
                self.parenthesised(!bases.is_empty() || !keywords.is_empty(), |printer| {
                    printer.joined(bases, ", ");
                    if !bases.is_empty() && !keywords.is_empty() {
                        printer.write(", ");
                    }
                    printer.joined(keywords, ", ");
                });
                self.block_of(get(2), true);
            }
            _ => {
                self.fill(if node.kind == Kind::Function {
                    "def "
                } else {
                    "async def "
                });
                self.write(&node.text);
                self.type_parameters(get(4));
                self.write("(");
                self.child(node, 0);
                self.write(")");
                self.optional(" -> ", node, 3);
                self.block_of(get(1), true);
            }
        }
    }

    fn type_parameters(&mut self, list: Option<&Node>) {
        let Some(list) = list.filter(|list| !list.children.is_empty()) else {
            return;
        };
        self.write("[");
        for (index, parameter) in list.children.iter().enumerate() {
            if index > 0 {
                self.write(", ");
            }
            self.write(&parameter.text);
            self.optional(": ", parameter, 0);
            self.optional(" = ", parameter, 1);
        }
        self.write("]");
    }
}
