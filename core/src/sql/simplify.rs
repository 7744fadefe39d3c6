//! Simplification.
use super::dialect::Dialect;
use super::tree::Node;
pub(super) fn simplify(_: &mut Node, _: Dialect) {}
