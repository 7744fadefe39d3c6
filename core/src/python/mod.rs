//! Python files, read and never run.
//!
//! In: the text of a file. Out: its tree, the text in which CPython's `ast.unparse` prints a tree again (SQLMesh
//! stores and hashes it), and the names that a function takes from its module. Reads the grammar of Python 3.12;
//! prints as Python 3.11 does.
//!
//! The parsers that can be had as packages bring 1.2 to 1.6 MB to the browser, most of it tables of character
//! names; this reader is a twentieth of that, and it bounds its own recursion.

mod globals;
mod lexer;
mod node;
mod number;
mod parser;
#[cfg(test)]
mod tests;
mod unparse;

pub use globals::loaded_globals;
pub use node::{Kind, Node};
pub use unparse::unparse;

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes.
    pub offset: usize,
}

impl SyntaxError {
    fn new(message: impl Into<String>, offset: usize) -> Self {
        Self {
            message: message.into(),
            offset,
        }
    }
}

/// Reads a file: a `Module` node.
///
/// # Errors
/// The first mistake, and what is nested too deeply.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    parser::module(text)
}
