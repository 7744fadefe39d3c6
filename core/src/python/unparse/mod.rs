//! A tree printed as CPython 3.11's `ast.unparse` prints it: the form in which SQLMesh stores Python.
//!
//! In: a tree. Out: text with four spaces per level, single quotes, and parentheses only where they are needed.

mod expression;
mod statement;
mod text;

use super::node::{Kind, Node};

/// How strongly expressions hold together.
pub(super) mod precedence {
    pub(in crate::python) const NAMED: u8 = 0;
    pub(in crate::python) const TUPLE: u8 = 1;
    pub(in crate::python) const YIELD: u8 = 2;
    pub(in crate::python) const TEST: u8 = 3;
    pub(in crate::python) const OR: u8 = 4;
    pub(in crate::python) const AND: u8 = 5;
    pub(in crate::python) const NOT: u8 = 6;
    pub(in crate::python) const COMPARE: u8 = 7;
    pub(in crate::python) const BIT_OR: u8 = 8;
    pub(in crate::python) const ARITHMETIC: u8 = 12;
    pub(in crate::python) const FACTOR: u8 = 14;
    pub(in crate::python) const POWER: u8 = 15;
    pub(in crate::python) const AWAIT: u8 = 16;
    pub(in crate::python) const ATOM: u8 = 17;

    /// The strength of an operator between two values.
    pub(in crate::python) fn of_binary(operator: &str) -> Option<u8> {
        Some(match operator {
            "|" => BIT_OR,
            "^" => 9,
            "&" => 10,
            "<<" | ">>" => 11,
            "+" | "-" => ARITHMETIC,
            "*" | "@" | "/" | "%" | "//" => 13,
            "**" => POWER,
            _ => return None,
        })
    }
}

/// Prints a tree, without the white space around it.
pub fn unparse(node: &Node) -> String {
    let mut printer = Printer {
        out: String::new(),
        indent: 0,
        no_backslashes: false,
    };
    match node.kind {
        Kind::Module => printer.body(&node.children, true),
        _ => printer.any(node),
    }
    printer.out.trim().to_string()
}

struct Printer {
    out: String,
    indent: usize,
    /// Inside of a formatted string's braces.
    no_backslashes: bool,
}

impl Printer {
    fn write(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn any(&mut self, node: &Node) {
        if !self.statement(node) {
            self.expression(node, precedence::TEST);
        }
    }

    /// Prints nodes with a text between.
    fn joined(&mut self, nodes: &[Node], between: &str) {
        for (index, node) in nodes.iter().enumerate() {
            if index > 0 {
                self.write(between);
            }
            self.any(node);
        }
    }

    fn parenthesised(&mut self, needed: bool, print: impl FnOnce(&mut Self)) {
        if needed {
            self.write("(");
        }
        print(self);
        if needed {
            self.write(")");
        }
    }
}
