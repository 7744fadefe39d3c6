//! Arithmetic, comparisons and joined strings of literals.

use super::comparison;
use crate::sql::tree::{Kind, Node};
use crate::sql::types::DataType;

/// A decimal number: `mantissa / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    pub mantissa: i128,
    scale: u32,
}

pub(super) fn number(node: &Node) -> Option<Decimal> {
    if node.kind == Kind::Unary && node.text == "-" {
        let inner = node.one("this").filter(|this| this.kind == Kind::Number)?;
        let inner = number(inner)?;
        return Some(Decimal {
            mantissa: -inner.mantissa,
            ..inner
        });
    }
    if node.kind != Kind::Number || node.text.len() > 18 {
        return None;
    }
    let (whole, fraction) = node.text.split_once('.').unwrap_or((&node.text, ""));
    Some(Decimal {
        mantissa: format!("{whole}{fraction}").parse().ok()?,
        scale: u32::try_from(fraction.len()).ok()?,
    })
}

fn number_node(value: Decimal) -> Node {
    let digits = value.mantissa.unsigned_abs().to_string();
    let scale = usize::try_from(value.scale).unwrap_or(0);
    let text = if scale == 0 {
        digits
    } else {
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        format!("{whole}.{fraction}")
    };
    let node = Node::new(Kind::Number, text);
    if value.mantissa < 0 {
        Node::new(Kind::Unary, "-").with("this", node)
    } else {
        node
    }
}

/// Both numbers over the same scale.
fn aligned(a: Decimal, b: Decimal) -> Option<(i128, i128, u32)> {
    let scale = a.scale.max(b.scale);
    let raise = |value: Decimal| {
        let factor = 10_i128.checked_pow(scale - value.scale)?;
        value.mantissa.checked_mul(factor)
    };
    Some((raise(a)?, raise(b)?, scale))
}

fn arithmetic(operator: &str, a: Decimal, b: Decimal) -> Option<Decimal> {
    if operator == "*" {
        return Some(Decimal {
            mantissa: a.mantissa.checked_mul(b.mantissa)?,
            scale: a.scale.checked_add(b.scale)?,
        });
    }
    let (left, right, scale) = aligned(a, b)?;
    let mantissa = match operator {
        "+" => left.checked_add(right)?,
        "-" => left.checked_sub(right)?,
        _ => return None,
    };
    Some(Decimal { mantissa, scale })
}

fn compares(operator: &str, order: std::cmp::Ordering) -> Option<bool> {
    Some(match operator {
        "=" => order.is_eq(),
        "!=" => order.is_ne(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        _ => return None,
    })
}

pub(super) fn binary(node: &mut Node) {
    let (Some(left), Some(right)) = (node.one("left"), node.one("right")) else {
        return;
    };
    let operator = node.text.clone();
    let replaced = match operator.as_str() {
        "+" | "*" => {
            fold_chain(node, &operator);
            return;
        }
        "-" => match (number(left), number(right)) {
            (Some(a), Some(b)) => arithmetic("-", a, b).map(number_node),
            _ => None,
        },
        "||" => {
            join_chain(node);
            return;
        }
        "IS" if right.kind == Kind::Null => match left.kind {
            Kind::Null => Some(Node::boolean(true)),
            Kind::Number | Kind::Text => Some(Node::boolean(false)),
            _ => None,
        },
        operator if comparison(operator) => {
            let order = match (number(left), number(right)) {
                (Some(a), Some(b)) => aligned(a, b).map(|(a, b, _)| a.cmp(&b)),
                _ if left.kind == Kind::Text && right.kind == Kind::Text => Some(left.text.cmp(&right.text)),
                _ => None,
            };
            match order.and_then(|order| compares(operator, order)) {
                Some(value) => Some(Node::boolean(value)),
                None => {
                    sort_sides(node);
                    return;
                }
            }
        }
        _ => None,
    };
    if let Some(replaced) = replaced {
        *node = replaced;
    }
}

/// The operands of a left-deep chain of one operator.
fn chain(node: Node, operator: &str) -> Vec<Node> {
    let mut operands = Vec::new();
    let mut innermost = node;
    while innermost.kind == Kind::Binary && innermost.text == operator {
        let (left, right) = (innermost.take("left"), innermost.take("right"));
        operands.extend(right);
        match left {
            Some(left) => innermost = left,
            None => return operands,
        }
    }
    operands.push(innermost);
    operands.reverse();
    operands
}

fn rebuild(operands: Vec<Node>, operator: &str, data_type: Option<Box<DataType>>) -> Node {
    let mut operands = operands.into_iter();
    let mut node = operands.next().unwrap_or_default();
    for operand in operands {
        node = Node::binary(operator, node, operand);
        node.data_type.clone_from(&data_type);
    }
    node
}

/// Numbers in a sum or product are taken together, at the place of the first.
fn fold_chain(node: &mut Node, operator: &str) {
    let data_type = node.data_type.clone();
    let mut operands: Vec<Node> = Vec::new();
    let mut constant: Option<(usize, Decimal)> = None;
    for operand in chain(std::mem::take(node), operator) {
        match (number(&operand), constant) {
            (Some(value), Some((index, sum))) => match arithmetic(operator, sum, value) {
                Some(sum) => {
                    constant = Some((index, sum));
                    if let Some(slot) = operands.get_mut(index) {
                        *slot = number_node(sum);
                    }
                }
                None => operands.push(operand),
            },
            (Some(value), None) => {
                constant = Some((operands.len(), value));
                operands.push(operand);
            }
            (None, _) => operands.push(operand),
        }
    }
    *node = rebuild(operands, operator, data_type);
}

/// Strings that stand side by side become one.
pub(super) fn join_texts(operands: Vec<Node>) -> Vec<Node> {
    let mut joined: Vec<Node> = Vec::new();
    for operand in operands {
        let plain = |node: &Node| node.kind == Kind::Text && node.args.is_empty();
        match joined.last_mut() {
            Some(last) if plain(last) && plain(&operand) => last.text.push_str(&operand.text),
            _ => joined.push(operand),
        }
    }
    joined
}

fn join_chain(node: &mut Node) {
    let data_type = node.data_type.clone();
    let operands = join_texts(chain(std::mem::take(node), "||"));
    *node = rebuild(operands, "||", data_type);
}

/// `1 < x` is `x > 1`: columns first, constants last.
fn sort_sides(node: &mut Node) {
    let rank = |side: &Node| match side.kind {
        Kind::Column => 0,
        Kind::Number | Kind::Text | Kind::Boolean | Kind::Null => 2,
        Kind::Cast if side.one("this").is_some_and(|this| this.kind == Kind::Text) => 2,
        _ => 1,
    };
    let swapped = match node.text.as_str() {
        "<" => ">",
        ">" => "<",
        "<=" => ">=",
        ">=" => "<=",
        other => other,
    }
    .to_string();
    let (Some(left), Some(right)) = (node.one("left"), node.one("right")) else {
        return;
    };
    let order = rank(left)
        .cmp(&rank(right))
        .then_with(|| left.key().cmp(&right.key()));
    if right.kind == Kind::Quantified || order.is_le() {
        return;
    }
    if let (Some(left), Some(right)) = (node.take("left"), node.take("right")) {
        let data_type = node.data_type.take();
        *node = Node::binary(swapped, right, left);
        node.data_type = data_type;
    }
}
