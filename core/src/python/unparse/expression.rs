//! Expressions and patterns, with parentheses where the place asks for more strength than they have.

use super::super::node::{Kind, Node};
use super::Printer;
use super::precedence::{
    ATOM, AWAIT, BIT_OR, COMPARE, FACTOR, NAMED, NOT, POWER, TEST, TUPLE, YIELD, of_binary,
};
use crate::macros::python_literal::text_repr;

impl Printer {
    /// Prints an expression where at least this strength is asked for.
    pub(super) fn expression(&mut self, node: &Node, strength: u8) {
        let children = node.children.as_slice();
        match node.kind {
            Kind::BoolOp | Kind::BinOp | Kind::UnaryOp | Kind::Compare => self.operation(node, strength),
            Kind::NamedExpr => self.parenthesised(strength > NAMED, |printer| {
                printer.nth(node, 0, ATOM);
                printer.write(" := ");
                printer.nth(node, 1, ATOM);
            }),
            Kind::Lambda => self.parenthesised(strength > TEST, |printer| {
                printer.write("lambda");
                if node
                    .children
                    .first()
                    .is_some_and(|list| !list.children.is_empty())
                {
                    printer.write(" ");
                    printer.nth(node, 0, TEST);
                }
                printer.write(": ");
                printer.nth(node, 1, TEST);
            }),
            Kind::IfExp => self.parenthesised(strength > TEST, |printer| {
                printer.nth(node, 0, TEST + 1);
                printer.write(" if ");
                printer.nth(node, 1, TEST + 1);
                printer.write(" else ");
                printer.nth(node, 2, TEST);
            }),
            Kind::Dict => self.dict(children),
            Kind::Set if children.is_empty() => self.write("{*()}"),
            Kind::Set => self.delimited("{", children, "}"),
            Kind::ListDisplay => self.delimited("[", children, "]"),
            Kind::Tuple => {
                let needed = children.is_empty() || strength > TUPLE;
                self.parenthesised(needed, |printer| printer.items(children));
            }
            Kind::ListComp | Kind::SetComp | Kind::GeneratorExp | Kind::DictComp => {
                let (open, close) = match node.kind {
                    Kind::ListComp => ("[", "]"),
                    Kind::GeneratorExp => ("(", ")"),
                    _ => ("{", "}"),
                };
                self.write(open);
                for (index, child) in children.iter().enumerate() {
                    if index == 1 && node.kind == Kind::DictComp {
                        self.write(": ");
                    }
                    self.expression(child, TEST);
                }
                self.write(close);
            }
            Kind::Comprehension => {
                self.write(if node.text.is_empty() {
                    " for "
                } else {
                    " async for "
                });
                self.nth(node, 0, TUPLE);
                for (index, child) in children.iter().enumerate().skip(1) {
                    self.write(if index == 1 { " in " } else { " if " });
                    self.expression(child, TEST + 1);
                }
            }
            Kind::Await => self.parenthesised(strength > AWAIT, |printer| {
                printer.write("await ");
                printer.nth(node, 0, ATOM);
            }),
            Kind::Yield | Kind::YieldFrom => self.parenthesised(strength > YIELD, |printer| {
                printer.write(if node.kind == Kind::Yield {
                    "yield"
                } else {
                    "yield from"
                });
                if !children.is_empty() {
                    printer.write(" ");
                    printer.nth(node, 0, ATOM);
                }
            }),
            Kind::Call => {
                self.nth(node, 0, ATOM);
                self.delimited("(", children.get(1..).unwrap_or_default(), ")");
            }
            Kind::Keyword => {
                self.write(&node.text);
                self.write(if node.text.is_empty() { "**" } else { "=" });
                self.nth(node, 0, TEST);
            }
            Kind::JoinedStr => self.joined_string(node),
            Kind::FormattedValue => self.formatted_value(node),
            Kind::Str if self.no_backslashes => self.avoiding_backslashes(&node.text),
            Kind::Str => self.write(&text_repr(&node.text)),
            Kind::UnicodeStr => {
                self.write("u");
                self.write(&text_repr(&node.text));
            }
            Kind::Bytes => self.bytes(&node.text),
            Kind::Int | Kind::Float | Kind::Constant | Kind::Name | Kind::MatchSingleton => {
                self.write(&node.text)
            }
            Kind::Attribute => {
                self.nth(node, 0, ATOM);
                let number = children.first().is_some_and(|value| {
                    value.kind == Kind::Int
                        || (value.kind == Kind::Constant && matches!(value.text.as_str(), "True" | "False"))
                });
                self.write(if number { " ." } else { "." });
                self.write(&node.text);
            }
            Kind::Subscript => {
                self.nth(node, 0, ATOM);
                self.write("[");
                match children.get(1) {
                    Some(slice) if slice.kind == Kind::Tuple && !slice.children.is_empty() => {
                        self.items(&slice.children);
                    }
                    _ => self.nth(node, 1, TEST),
                }
                self.write("]");
            }
            Kind::Starred => {
                self.write("*");
                self.nth(node, 0, BIT_OR);
            }
            Kind::Slice => {
                self.nth(node, 0, TEST);
                self.write(":");
                self.nth(node, 1, TEST);
                if node.child(2).is_some() {
                    self.write(":");
                    self.nth(node, 2, TEST);
                }
            }
            Kind::Parameters => self.parameters(children),
            Kind::WithItem | Kind::Alias | Kind::Identifier => {
                self.statement(node);
            }
            _ => self.pattern(node, strength),
        }
    }

    fn nth(&mut self, node: &Node, index: usize, strength: u8) {
        if let Some(child) = node.child(index) {
            self.expression(child, strength);
        }
    }

    fn delimited(&mut self, open: &str, nodes: &[Node], close: &str) {
        self.write(open);
        self.joined(nodes, ", ");
        self.write(close);
    }

    /// A single item gets a comma.
    fn items(&mut self, nodes: &[Node]) {
        self.joined(nodes, ", ");
        if nodes.len() == 1 {
            self.write(",");
        }
    }

    fn operation(&mut self, node: &Node, strength: u8) {
        let children = node.children.as_slice();
        match node.kind {
            Kind::BoolOp => {
                let own = if node.text == "or" { NOT - 2 } else { NOT - 1 };
                self.parenthesised(strength > own, |printer| {
                    for (index, child) in children.iter().enumerate() {
                        if index > 0 {
                            printer.write(" ");
                            printer.write(&node.text);
                            printer.write(" ");
                        }
                        // CPython asks for more with every operand.
                        let asked = usize::from(own) + 1 + index;
                        printer.expression(child, u8::try_from(asked).map_or(ATOM, |asked| asked.min(ATOM)));
                    }
                });
            }
            Kind::UnaryOp => {
                let own = if node.text == "not" { NOT } else { FACTOR };
                self.parenthesised(strength > own, |printer| {
                    printer.write(&node.text);
                    if own == NOT {
                        printer.write(" ");
                    }
                    printer.nth(node, 0, own);
                });
            }
            _ => {
                let compares = node.kind == Kind::Compare;
                let separator = if compares { ',' } else { ' ' };
                let own = if compares {
                    COMPARE
                } else {
                    node.text.split(' ').next().and_then(of_binary).unwrap_or(POWER)
                };
                self.parenthesised(strength > own, |printer| {
                    let mut operators = node.text.split(separator);
                    for (index, child) in children.iter().enumerate() {
                        if index > 0 {
                            printer.write(" ");
                            printer.write(operators.next().unwrap_or_default());
                            printer.write(" ");
                        }
                        let stronger = match own {
                            POWER => index == 0,
                            COMPARE => true,
                            _ => index > 0,
                        };
                        printer.expression(child, own + u8::from(stronger));
                    }
                });
            }
        }
    }

    fn dict(&mut self, children: &[Node]) {
        self.write("{");
        for (index, pair) in children.chunks(2).enumerate() {
            if index > 0 {
                self.write(", ");
            }
            if let [key, value] = pair {
                if key.is_present() {
                    self.expression(key, TEST);
                    self.write(": ");
                    self.expression(value, TEST);
                } else {
                    self.write("**");
                    self.expression(value, BIT_OR);
                }
            }
        }
        self.write("}");
    }

    fn parameters(&mut self, parameters: &[Node]) {
        let mut starred = false;
        for (index, parameter) in parameters.iter().enumerate() {
            if index > 0 {
                self.write(", ");
            }
            match parameter.kind {
                Kind::KeywordOnly if !starred => {
                    starred = true;
                    self.write("*, ");
                }
                Kind::Rest => {
                    starred = true;
                    self.write("*");
                }
                Kind::KeywordRest => self.write("**"),
                _ => {}
            }
            self.write(&parameter.text);
            if let Some(annotation) = parameter.child(0) {
                self.write(": ");
                self.expression(annotation, TEST);
            }
            if let Some(default) = parameter.child(1) {
                self.write("=");
                self.expression(default, TEST);
            }
            let next = parameters.get(index + 1);
            if parameter.kind == Kind::PositionalOnly && next.is_none_or(|next| next.kind != parameter.kind) {
                self.write(", /");
            }
        }
    }

    fn pattern(&mut self, node: &Node, strength: u8) {
        let children = node.children.as_slice();
        match node.kind {
            Kind::MatchValue => self.nth(node, 0, TEST),
            Kind::MatchSequence => self.delimited("[", children, "]"),
            Kind::MatchMapping => {
                self.write("{");
                for (index, pair) in children.chunks(2).enumerate() {
                    if index > 0 {
                        self.write(", ");
                    }
                    self.joined(pair, ": ");
                }
                if !node.text.is_empty() {
                    self.write(if children.is_empty() { "**" } else { ", **" });
                    self.write(&node.text);
                }
                self.write("}");
            }
            Kind::MatchClass => {
                self.nth(node, 0, ATOM);
                let (patterns, keywords) = (node.items(1), node.items(2));
                self.write("(");
                self.joined(patterns, ", ");
                if !patterns.is_empty() && !keywords.is_empty() {
                    self.write(", ");
                }
                self.joined(keywords, ", ");
                self.write(")");
            }
            Kind::MatchStar => {
                self.write("*");
                self.write(if node.text.is_empty() { "_" } else { &node.text });
            }
            Kind::MatchAs if children.is_empty() => {
                self.write(if node.text.is_empty() { "_" } else { &node.text });
            }
            Kind::MatchAs => self.parenthesised(strength > TEST, |printer| {
                printer.nth(node, 0, BIT_OR);
                printer.write(" as ");
                printer.write(&node.text);
            }),
            Kind::MatchOr => self.parenthesised(strength > BIT_OR, |printer| {
                for (index, child) in children.iter().enumerate() {
                    if index > 0 {
                        printer.write(" | ");
                    }
                    printer.expression(child, BIT_OR + 1);
                }
            }),
            _ => {}
        }
    }
}
