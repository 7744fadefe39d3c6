//! Types, from the leaves up. Columns got theirs when they were resolved; everything else follows from the types
//! of its parts by the reference's rules for the dialect (`types`). What is not known is `UNKNOWN`, which is
//! always an acceptable answer.

use super::dialect::Dialect;
use super::tree::{Kind, Node};
pub use super::types::DataType;
use super::types::TypeKind;

/// The type that holds both.
pub(super) fn common(_: Dialect, left: &DataType, right: &DataType) -> DataType {
    if left == right {
        left.clone()
    } else {
        DataType::unknown()
    }
}

/// Gives every node of an expression its type, unless it has one.
pub(super) fn annotate(node: &mut Node, dialect: Dialect) {
    if node.is_query() && node.kind != Kind::Subquery {
        return;
    }
    for child in node.children_mut() {
        annotate(child, dialect);
    }
    if node.data_type.is_none() {
        node.set_data_type(type_of(node, dialect));
    }
}

/// Types for the clauses that simplification looks into.
pub(super) fn clauses(select: &mut Node, dialect: Dialect) {
    for key in ["where", "having", "qualify"] {
        if let Some(condition) = select.one_mut(key) {
            annotate(condition, dialect);
        }
    }
    for join in select.many_mut("joins") {
        if let Some(condition) = join.one_mut("on") {
            annotate(condition, dialect);
        }
    }
}

fn part(node: &Node, key: &str) -> DataType {
    node.one(key).map_or_else(DataType::unknown, Node::data_type)
}

fn type_of(node: &Node, dialect: Dialect) -> DataType {
    match node.kind {
        Kind::Number if node.text.bytes().all(|byte| byte.is_ascii_digit()) => DataType::of(TypeKind::Int),
        Kind::Number => DataType::of(TypeKind::Double),
        Kind::Text => DataType::of(TypeKind::Varchar),
        Kind::Boolean | Kind::And | Kind::Or | Kind::Not | Kind::Between | Kind::In | Kind::Exists => {
            DataType::of(TypeKind::Boolean)
        }
        Kind::Cast => DataType::parse(&node.text, dialect),
        Kind::Alias | Kind::Paren | Kind::Window => part(node, "this"),
        Kind::Subquery => node.one("this").map_or_else(DataType::unknown, query_type),
        _ => DataType::unknown(),
    }
}

/// A scalar subquery has the type of its first output.
fn query_type(query: &Node) -> DataType {
    match query.kind {
        Kind::Select => match query.many("projections").first() {
            Some(first) => first.data_type(),
            None => DataType::unknown(),
        },
        Kind::SetOperation => match query.many("branches").first() {
            Some(branch) => query_type(branch),
            None => DataType::unknown(),
        },
        Kind::Subquery => part(query, "this"),
        _ => DataType::unknown(),
    }
}
