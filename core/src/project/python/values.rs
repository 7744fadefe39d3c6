//! Values that can be told without running anything: literals, and what follows from them.
//!
//! In: an expression, and a way to look names and calls up. Out: the same value as literals only, so that printing
//! it gives what Python's `repr` gives; `None` when only Python knows.

use serde_json::{Map, Number, Value};

use crate::python::{Kind, Node};
use crate::source::Span;

/// Texts and lists longer than this are not put together.
const MAX_LENGTH: usize = 100_000;

pub(super) fn literal(kind: Kind, text: &str, children: Vec<Node>) -> Node {
    Node::new(kind, text, Span::default(), children)
}

/// The value of an expression as literals.
pub(super) fn fold(node: &Node, lookup: &dyn Fn(&Node) -> Option<Node>) -> Option<Node> {
    let children = node.children.as_slice();
    let all = || -> Option<Vec<Node>> {
        let values: Option<Vec<Node>> = children.iter().map(|child| fold(child, lookup)).collect();
        values.filter(|values| is_moderate(values))
    };
    let text = |child: Option<&Node>| fold(child?, lookup)?.as_str().map(str::to_string);
    Some(match node.kind {
        Kind::Str | Kind::UnicodeStr => literal(Kind::Str, &node.text, Vec::new()),
        Kind::Int | Kind::Bytes => literal(node.kind, &node.text, Vec::new()),
        Kind::Float if node.text != "1e309" => literal(node.kind, &node.text, Vec::new()),
        Kind::Constant if node.text != "..." => literal(node.kind, &node.text, Vec::new()),
        Kind::Tuple | Kind::ListDisplay => literal(node.kind, "", all()?),
        // The order of a larger set differs from run to run.
        Kind::Set if children.len() == 1 => literal(node.kind, "", all()?),
        Kind::Dict => dict(children, lookup)?,
        Kind::UnaryOp if node.text == "-" => {
            let value = fold(children.first()?, lookup)?;
            if !matches!(value.kind, Kind::Int | Kind::Float) || value.text == "0" {
                return None;
            }
            literal(value.kind, &negated(&value.text), Vec::new())
        }
        Kind::UnaryOp if node.text == "not" => {
            let value = fold(children.first()?, lookup)?;
            match value.text.as_str() {
                "True" if value.kind == Kind::Constant => constant("False"),
                "False" | "None" if value.kind == Kind::Constant => constant("True"),
                _ => return None,
            }
        }
        Kind::BinOp => {
            let mut operands = all()?.into_iter();
            let mut value = operands.next()?;
            for (operator, operand) in node.text.split(' ').zip(operands) {
                value = combine(operator, value, operand)?;
            }
            value
        }
        Kind::JoinedStr => {
            let mut joined = String::new();
            for part in children {
                match part.kind {
                    Kind::Str => joined.push_str(&part.text),
                    _ if part.text.is_empty() && part.children.len() == 1 => {
                        let value = fold(part.children.first()?, lookup)?;
                        if !matches!(value.kind, Kind::Str | Kind::Int | Kind::Float | Kind::Constant) {
                            return None;
                        }
                        joined.push_str(&value.text);
                    }
                    _ => return None,
                }
            }
            literal(Kind::Str, &joined, Vec::new())
        }
        Kind::Subscript => item(
            &fold(children.first()?, lookup)?,
            &fold(children.get(1)?, lookup)?,
        )?,
        Kind::Call => {
            if let Some(value) = lookup(node) {
                return Some(value);
            }
            call(node, lookup, &text)?
        }
        _ => lookup(node)?,
    })
}

pub(super) fn constant(text: &str) -> Node {
    literal(Kind::Constant, text, Vec::new())
}

fn negated(text: &str) -> String {
    text.strip_prefix('-')
        .map_or_else(|| format!("-{text}"), str::to_string)
}

fn dict(children: &[Node], lookup: &dyn Fn(&Node) -> Option<Node>) -> Option<Node> {
    let mut pairs: Vec<Node> = Vec::new();
    for pair in children.chunks(2) {
        let [key, value] = pair else { return None };
        let value = fold(value, lookup)?;
        if key.is_present() {
            put(&mut pairs, fold(key, lookup)?, value);
        } else if value.kind == Kind::Dict {
            for pair in value.children.chunks(2) {
                if let [key, value] = pair {
                    put(&mut pairs, key.clone(), value.clone());
                }
            }
        } else {
            return None;
        }
    }
    is_moderate(&pairs).then(|| literal(Kind::Dict, "", pairs))
}

/// Names for lists of names for lists can stand for more than any memory holds.
fn is_moderate(nodes: &[Node]) -> bool {
    let mut count = 0usize;
    for node in nodes {
        node.walk(&mut |_| {
            count += 1;
            count <= MAX_LENGTH
        });
    }
    count <= MAX_LENGTH && nodes.iter().all(|node| node.height < 200)
}

/// A key keeps its place when it gets another value.
fn put(pairs: &mut Vec<Node>, key: Node, value: Node) {
    // Looking for the key in a huge literal would be slow; nobody writes a key twice there.
    let at = if pairs.len() > 2000 {
        None
    } else {
        pairs.iter().step_by(2).position(|have| *have == key)
    };
    match at.and_then(|at| pairs.get_mut(at * 2 + 1)) {
        Some(place) => *place = value,
        None => pairs.extend([key, value]),
    }
}

fn combine(operator: &str, left: Node, right: Node) -> Option<Node> {
    let number = |node: &Node| {
        (node.kind == Kind::Int)
            .then(|| node.text.parse::<i64>().ok())
            .flatten()
    };
    match (operator, left.kind, right.kind) {
        ("+", Kind::Str, Kind::Str) if left.text.len() + right.text.len() < MAX_LENGTH => {
            Some(literal(Kind::Str, &(left.text + &right.text), Vec::new()))
        }
        ("+", a, b) if a == b && matches!(a, Kind::Tuple | Kind::ListDisplay) => {
            let mut children = left.children;
            children.extend(right.children);
            is_moderate(&children).then(|| literal(a, "", children))
        }
        ("|", Kind::Dict, Kind::Dict) => {
            let mut pairs = left.children;
            for pair in right.children.chunks(2) {
                if let [key, value] = pair {
                    put(&mut pairs, key.clone(), value.clone());
                }
            }
            Some(literal(Kind::Dict, "", pairs))
        }
        (_, Kind::Int, Kind::Int) => {
            let (a, b) = (number(&left)?, number(&right)?);
            let value = match operator {
                "+" => a.checked_add(b)?,
                "-" => a.checked_sub(b)?,
                "*" => a.checked_mul(b)?,
                "//" => a.checked_div_euclid(b).filter(|_| b > 0)?,
                "%" => a.checked_rem_euclid(b).filter(|_| b > 0)?,
                "**" => a.checked_pow(u32::try_from(b).ok()?)?,
                _ => return None,
            };
            Some(literal(Kind::Int, &value.to_string(), Vec::new()))
        }
        _ => None,
    }
}

fn item(value: &Node, key: &Node) -> Option<Node> {
    match value.kind {
        Kind::Dict => value
            .children
            .chunks(2)
            .find(|pair| pair.first() == Some(key))
            .and_then(|pair| pair.get(1))
            .cloned(),
        Kind::Tuple | Kind::ListDisplay => {
            let index: i64 = key.text.parse().ok()?;
            let length = i64::try_from(value.children.len()).ok()?;
            let index = if index < 0 { index + length } else { index };
            value.children.get(usize::try_from(index).ok()?).cloned()
        }
        _ => None,
    }
}

fn call(
    node: &Node,
    lookup: &dyn Fn(&Node) -> Option<Node>,
    text: &dyn Fn(Option<&Node>) -> Option<String>,
) -> Option<Node> {
    let function = node.children.first()?;
    let rest = node.children.get(1..).unwrap_or_default();
    match (function.kind, function.text.as_str()) {
        (Kind::Name, "dict") => {
            let mut pairs = Vec::new();
            for keyword in rest {
                if keyword.kind != Kind::Keyword || keyword.text.is_empty() {
                    return None;
                }
                let key = literal(Kind::Str, &keyword.text, Vec::new());
                put(&mut pairs, key, fold(keyword.children.first()?, lookup)?);
            }
            Some(literal(Kind::Dict, "", pairs))
        }
        (Kind::Name, "list" | "tuple") if rest.len() == 1 => {
            let value = fold(rest.first()?, lookup)?;
            let kind = if function.text == "list" {
                Kind::ListDisplay
            } else {
                Kind::Tuple
            };
            matches!(value.kind, Kind::ListDisplay | Kind::Tuple).then(|| literal(kind, "", value.children))
        }
        (Kind::Attribute, "lower" | "upper" | "strip") if rest.is_empty() => {
            let value = text(function.children.first())?;
            let value = match function.text.as_str() {
                "lower" => value.to_lowercase(),
                "upper" => value.to_uppercase(),
                _ => value.trim().to_string(),
            };
            Some(literal(Kind::Str, &value, Vec::new()))
        }
        (Kind::Attribute, "join") if rest.len() == 1 => {
            let between = text(function.children.first())?;
            let value = fold(rest.first()?, lookup)?;
            if !matches!(value.kind, Kind::ListDisplay | Kind::Tuple) {
                return None;
            }
            let parts: Option<Vec<&str>> = value.children.iter().map(Node::as_str).collect();
            Some(literal(Kind::Str, &parts?.join(&between), Vec::new()))
        }
        _ => None,
    }
}

/// A literal as JSON; `None` for what JSON cannot hold.
pub(super) fn to_json(node: &Node) -> Option<Value> {
    Some(match node.kind {
        Kind::Str => Value::String(node.text.clone()),
        Kind::Int => Value::Number(node.text.parse::<i64>().ok()?.into()),
        Kind::Float => Value::Number(Number::from_f64(node.text.parse().ok()?)?),
        Kind::Constant => match node.text.as_str() {
            "True" => Value::Bool(true),
            "False" => Value::Bool(false),
            _ => Value::Null,
        },
        Kind::Tuple | Kind::ListDisplay | Kind::Set => {
            Value::Array(node.children.iter().map(to_json).collect::<Option<_>>()?)
        }
        Kind::Dict => {
            let mut map = Map::new();
            for pair in node.children.chunks(2) {
                let [key, value] = pair else { return None };
                map.insert(key.text.clone(), to_json(value)?);
            }
            Value::Object(map)
        }
        _ => return None,
    })
}

/// A JSON value as a literal.
pub(super) fn from_json(value: &Value) -> Node {
    match value {
        Value::Null => constant("None"),
        Value::Bool(true) => constant("True"),
        Value::Bool(false) => constant("False"),
        Value::Number(number) if number.is_f64() => literal(Kind::Float, &number.to_string(), Vec::new()),
        Value::Number(number) => literal(Kind::Int, &number.to_string(), Vec::new()),
        Value::String(text) => literal(Kind::Str, text, Vec::new()),
        Value::Array(items) => literal(Kind::ListDisplay, "", items.iter().map(from_json).collect()),
        Value::Object(map) => {
            let pairs = map
                .iter()
                .flat_map(|(key, value)| [literal(Kind::Str, key, Vec::new()), from_json(value)]);
            literal(Kind::Dict, "", pairs.collect())
        }
    }
}
