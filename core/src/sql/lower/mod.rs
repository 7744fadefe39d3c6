//! From sqlparser's tree to ours.
//!
//! Everything sqlparser can parse gets a node: what is not modelled becomes `Kind::Opaque` with a text that says all
//! of it, and the queries inside it as arguments so that the tables they read are found. Names are
//! folded by the dialect's case rules here, once, so that nothing later has to know how they were quoted.
//! The tree is consumed while it is lowered: long chains are taken apart from the outside in, so that neither
//! lowering nor dropping recurses along them.

mod expression;
mod function;
mod lambda;
mod literal;
mod opaque;
mod query;
mod source;
mod type_name;
mod unfold;

use sqlparser::ast::{self, Ident, ObjectName, ObjectNamePart};

use super::dialect::{Dialect, Part};
use super::tree::{Kind, Node};

pub(super) use opaque::BEHIND;

/// Lowers statements of one dialect.
pub(super) struct Lowering {
    /// Whose case rules and types apply.
    pub dialect: Dialect,
    /// Whether names carry where they stand in the text. Such trees are not compared.
    pub places: bool,
}

impl Lowering {
    /// A column, alias or CTE name.
    fn name(&self, ident: &Ident) -> String {
        fold(self.dialect, ident, false)
    }

    /// A name as a node.
    fn identifier(&self, ident: &Ident) -> Node {
        Node::identifier(self.name(ident))
    }

    fn identifiers(&self, idents: &[Ident]) -> Vec<Node> {
        idents.iter().map(|ident| self.identifier(ident)).collect()
    }

    /// The identifiers of a name.
    fn idents(name: &ObjectName) -> impl Iterator<Item = &Ident> {
        name.0.iter().filter_map(|part| match part {
            ObjectNamePart::Identifier(ident) => Some(ident),
            ObjectNamePart::Function(_) => None,
        })
    }

    /// The parts of a table's name.
    fn table_parts(&self, name: &ObjectName) -> Vec<Node> {
        let qualified = name.0.len() > 1;
        name.0
            .iter()
            .map(|part| match part {
                ObjectNamePart::Identifier(ident) => Node::identifier(fold(self.dialect, ident, qualified)),
                ObjectNamePart::Function(function) => Node::identifier(opaque::called(function)),
            })
            .collect()
    }

    /// The parts of a column-like name.
    fn column_parts(&self, name: &ObjectName) -> Vec<Node> {
        name.0
            .iter()
            .map(|part| match part {
                ObjectNamePart::Identifier(ident) => self.identifier(ident),
                ObjectNamePart::Function(function) => Node::identifier(opaque::called(function)),
            })
            .collect()
    }

    /// The node with the place of a name, when places are wanted: line and column of its begin and its end.
    fn placed<'n>(&self, node: Node, name: impl IntoIterator<Item = &'n Ident>) -> Node {
        if !self.places {
            return node;
        }
        let mut idents = name.into_iter();
        let Some(first) = idents.next() else { return node };
        let (start, end) = (first.span.start, idents.last().unwrap_or(first).span.end);
        let place = [start.line, start.column, end.line, end.column].map(|number| number.to_string());
        node.with("place", Node::new(Kind::Word, place.join(" ")))
    }

    fn expressions(&self, expressions: Vec<ast::Expr>) -> Vec<Node> {
        expressions
            .into_iter()
            .map(|expression| self.expression(expression))
            .collect()
    }
}

/// Folds a name. Only qualified names can be a table's own; a bare one may be a CTE, which follows columns' rules.
fn fold(dialect: Dialect, ident: &Ident, table: bool) -> String {
    let part = if table { Part::Table } else { Part::Column };
    dialect.normalize(&ident.value, ident.quote_style.is_some(), part)
}
