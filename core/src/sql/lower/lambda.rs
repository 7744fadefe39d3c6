//! Arrows: functions without a name, and looking into JSON.

use sqlparser::ast::{BinaryOperator, CastKind, Expr, LambdaFunction};

use super::Lowering;
use crate::sql::tree::{Kind, Node};

impl Lowering {
    /// `x -> …`.
    pub(super) fn lambda(&self, lambda: LambdaFunction) -> Node {
        let names = lambda.params.iter().map(|one| self.identifier(&one.name));
        let names = names.collect();
        Node::new(Kind::Lambda, "")
            .with_many("parameters", names)
            .with("body", self.expression(*lambda.body))
    }
}

/// `x -> rest`, where the arrow binds to the leftmost operand of the rest.
pub(super) fn arrow(column: Expr, rest: Expr) -> Expr {
    match rest {
        Expr::BinaryOp { left, op, right } => Expr::BinaryOp {
            left: Box::new(arrow(column, *left)),
            op,
            right,
        },
        Expr::Cast {
            kind: CastKind::DoubleColon,
            expr,
            data_type,
            format,
        } => Expr::Cast {
            kind: CastKind::DoubleColon,
            expr: Box::new(arrow(column, *expr)),
            data_type,
            format,
        },
        Expr::IsNull(this) => Expr::IsNull(Box::new(arrow(column, *this))),
        Expr::IsNotNull(this) => Expr::IsNotNull(Box::new(arrow(column, *this))),
        path => Expr::BinaryOp {
            left: Box::new(column),
            op: BinaryOperator::Arrow,
            right: Box::new(path),
        },
    }
}
