//! Simplification: one form for conditions and arithmetic that say the same.
//!
//! Only what the reference folds is folded, since two queries that differ in anything else count as different:
//! literals in arithmetic and comparisons, `TRUE` and `FALSE` in AND and OR, the order of AND and OR terms and of
//! comparison sides, BETWEEN, De Morgan, redundant parentheses. Expressions that share a key of GROUP BY stay as
//! they are. Date arithmetic, absorption and merging of ranges are not done.

mod arithmetic;

use super::tree::{Arg, Kind, Node};
use super::types::{DataType, TypeKind};
use arithmetic::{binary, join_texts, number};

/// Passes over one expression until nothing changes; each undoes one layer.
const MOST_PASSES: usize = 8;

/// Simplifies all expressions of a query, queries inside included.
pub(super) fn simplify(query: &mut Node) {
    if query.kind == Kind::Select {
        select(query);
        return;
    }
    for child in query.children_mut() {
        if child.is_query() || child.kind == Kind::Cte {
            simplify(child);
        } else {
            expression(child);
        }
    }
}

fn select(select: &mut Node) {
    let groups = select.many("group").to_vec();
    let fixed = |node: &Node| node.walk().any(|part| groups.contains(part));
    for (key, arg) in &mut select.args {
        let nodes: &mut [Node] = match arg {
            Arg::One(node) => std::slice::from_mut(node.as_mut()),
            Arg::Many(nodes) => nodes,
            Arg::Flag => continue,
        };
        for node in nodes {
            match *key {
                "group" => {}
                "projections" | "having" if !groups.is_empty() && fixed(node) => {}
                "from" | "joins" | "laterals" | "ctes" => clause(node),
                _ => expression(node),
            }
        }
    }
    if select.one("where").is_some_and(is_true) {
        select.remove("where");
    }
    for join in select.many_mut("joins") {
        let plain = matches!(join.text.as_str(), "" | "," | "INNER" | "RIGHT" | "RIGHT OUTER");
        if plain && join.one("on").is_some_and(is_true) {
            join.remove("on");
            join.text = "CROSS".to_string();
        }
    }
}

/// A source, a join, a CTE: queries and expressions below it.
fn clause(node: &mut Node) {
    match node.kind {
        Kind::Select | Kind::SetOperation => simplify(node),
        Kind::Subquery | Kind::Cte | Kind::Join | Kind::NestedJoin | Kind::Pivot => {
            for (key, arg) in &mut node.args {
                let nodes: &mut [Node] = match arg {
                    Arg::One(node) => std::slice::from_mut(node.as_mut()),
                    Arg::Many(nodes) => nodes,
                    Arg::Flag => continue,
                };
                for child in nodes {
                    match *key {
                        "on" => expression(child),
                        _ => clause(child),
                    }
                }
            }
        }
        _ => {
            for child in node.children_mut() {
                expression(child);
            }
        }
    }
}

/// A whole expression, to the point where nothing changes.
fn expression(node: &mut Node) {
    if is_plain(node) {
        return;
    }
    for _ in 0..MOST_PASSES {
        let before = node.clone();
        pass(node);
        while node.kind == Kind::Paren {
            match node.take("this") {
                Some(inner) => *node = inner,
                None => break,
            }
        }
        if *node == before {
            break;
        }
    }
}

/// Names and values with nothing around them, but for a name of their own: most columns of most queries.
fn is_plain(node: &Node) -> bool {
    match node.kind {
        Kind::Alias | Kind::Column => node.children().all(is_plain),
        Kind::Identifier | Kind::Star | Kind::Number | Kind::Text | Kind::Null | Kind::Word => {
            node.args.is_empty()
        }
        _ => false,
    }
}

fn pass(node: &mut Node) {
    match node.kind {
        Kind::Select | Kind::SetOperation | Kind::Values | Kind::Subquery => {
            simplify(node);
            return;
        }
        Kind::Between => between(node),
        Kind::Case => conditional(node),
        _ => {}
    }
    for child in node.children_mut() {
        pass(child);
    }
    drop_parentheses(node);
    if !matches!(
        node.kind,
        Kind::Not | Kind::And | Kind::Or | Kind::Binary | Kind::Unary | Kind::Function
    ) {
        return;
    }
    let data_type = node.data_type.clone();
    match node.kind {
        Kind::Not => negation(node),
        Kind::And | Kind::Or => connector(node),
        Kind::Binary => binary(node),
        Kind::Unary if node.text == "-" => {
            // Two minus signs cancel out.
            let inner = node
                .one_mut("this")
                .filter(|this| this.kind == Kind::Unary && this.text == "-");
            if let Some(this) = inner.and_then(|inner| inner.take("this")) {
                *node = this;
            }
        }
        Kind::Function if node.text == "CONCAT" => {
            let args = node.take_many("args");
            let joined = join_texts(args);
            match joined.as_slice() {
                [only] if only.kind == Kind::Text => *node = only.clone(),
                _ => node.set_many("args", joined),
            }
        }
        _ => {}
    }
    // Whatever it became, its type is what it was.
    node.data_type = data_type;
}

fn is_true(node: &Node) -> bool {
    match node.kind {
        Kind::Boolean => node.text == "TRUE",
        Kind::Number => number(node).is_some_and(|number| number.mantissa != 0),
        _ => false,
    }
}

fn is_false(node: &Node) -> bool {
    node.kind == Kind::Boolean && node.text == "FALSE"
}

fn is_boolean_type(node: &Node) -> bool {
    is_predicate(node)
        || matches!(node.kind, Kind::And | Kind::Or | Kind::Boolean)
        || node.data_type() == DataType::of(TypeKind::Boolean)
}

fn comparison(operator: &str) -> bool {
    matches!(operator, "=" | "!=" | "<" | "<=" | ">" | ">=")
}

/// Whether the node's class is a test in itself.
fn is_predicate(node: &Node) -> bool {
    match node.kind {
        Kind::Between | Kind::In | Kind::Exists => true,
        Kind::Binary => {
            comparison(&node.text)
                || matches!(
                    node.text.as_str(),
                    "IS" | "LIKE"
                        | "ILIKE"
                        | "SIMILAR TO"
                        | "RLIKE"
                        | "IS DISTINCT FROM"
                        | "IS NOT DISTINCT FROM"
                        | "<=>"
                )
        }
        _ => false,
    }
}

/// Whether parentheses around `this` below `parent` can go.
fn redundant(this: &Node, parent: &Node) -> bool {
    let parent_is_predicate = is_predicate(parent);
    let connector = matches!(parent.kind, Kind::And | Kind::Or);
    if connector {
        return true;
    }
    if matches!(parent.kind, Kind::Subscript | Kind::Exists | Kind::Quantified) {
        return false;
    }
    let parent_is_binary = matches!(parent.kind, Kind::Binary | Kind::Dot);
    let parent_is_minus = parent.kind == Kind::Unary && parent.text == "-";
    if is_predicate(this) && !parent_is_predicate && !parent_is_minus && !parent_is_binary {
        return true;
    }
    let parent_is_no_condition = match parent.kind {
        Kind::Function => parent.flag("distinct"),
        other => matches!(
            other,
            Kind::Alias | Kind::Ordered | Kind::Tuple | Kind::Interval | Kind::Lambda | Kind::Word
        ),
    };
    let this_is_binary = matches!(this.kind, Kind::Binary | Kind::And | Kind::Or);
    let kept_test = matches!(this.kind, Kind::Not) || this.kind == Kind::Binary && this.text == "IS";
    let inner = (this.kind == Kind::Binary).then_some(this.text.as_str());
    let outer = (parent.kind == Kind::Binary).then_some(parent.text.as_str());
    parent_is_no_condition
        || parent.kind == Kind::Paren
        || !(this_is_binary || kept_test && parent_is_predicate)
        || matches!(
            (inner, outer),
            (Some("+"), Some("+")) | (Some("*"), Some("*" | "+" | "-"))
        )
}

fn drop_parentheses(node: &mut Node) {
    if !node.children().any(|child| child.kind == Kind::Paren) {
        return;
    }
    let shape = Node {
        kind: node.kind,
        text: node.text.clone(),
        args: node
            .args
            .iter()
            .filter(|(key, _)| *key == "distinct")
            .cloned()
            .collect(),
        data_type: None,
    };
    for child in node.children_mut() {
        while child.kind == Kind::Paren {
            match child.take("this") {
                Some(inner) if redundant(&inner, &shape) => *child = inner,
                Some(inner) => {
                    child.set("this", Arg::One(Box::new(inner)));
                    break;
                }
                None => break,
            }
        }
    }
}

/// `x BETWEEN a AND b` is two comparisons.
fn between(node: &mut Node) {
    let (Some(this), Some(low), Some(high)) = (node.take("this"), node.take("low"), node.take("high")) else {
        return;
    };
    let boolean = Some(Box::new(DataType::of(TypeKind::Boolean)));
    let mut lower = Node::binary(">=", this.clone(), low);
    let mut upper = Node::binary("<=", this, high);
    lower.data_type.clone_from(&boolean);
    upper.data_type.clone_from(&boolean);
    *node = Node::new(Kind::And, "").with_many("terms", vec![lower, upper]);
    node.data_type = boolean;
}

/// Branches whose condition is a constant; `CASE x WHEN a` is `CASE WHEN x = a`.
fn conditional(node: &mut Node) {
    let operand = node.take("this");
    let mut kept = Vec::new();
    for mut when in node.take_many("whens") {
        if let Some(operand) = &operand
            && let Some(value) = when.take("condition")
        {
            let mut test = Node::binary("=", operand.clone(), value);
            test.set_data_type(DataType::of(TypeKind::Boolean));
            // Arguments keep their order: condition first.
            let result = when.take("result");
            when = when.with("condition", test).with_option("result", result);
        }
        let condition = when.one("condition");
        if kept.is_empty() && condition.is_some_and(is_true) {
            let data_type = node.data_type.take();
            *node = when.take("result").unwrap_or_default();
            node.data_type = data_type;
            return;
        }
        if !condition.is_some_and(is_false) {
            kept.push(when);
        }
    }
    if kept.is_empty() {
        *node = node.take("default").unwrap_or_else(|| Node::new(Kind::Null, ""));
        return;
    }
    let default = node.take("default");
    node.set_many("whens", kept);
    if let Some(default) = default {
        node.set("default", Arg::One(Box::new(default)));
    }
}

fn complement(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "<" => ">=",
        ">" => "<=",
        "<=" => ">",
        ">=" => "<",
        "=" => "!=",
        "!=" => "=",
        _ => return None,
    })
}

fn negation(node: &mut Node) {
    let Some(mut this) = node.take("this") else {
        return;
    };
    let bare = this.unnested();
    let replaced = match bare.kind {
        Kind::Null => Some(Node::new(Kind::Null, "")),
        Kind::And | Kind::Or => {
            let other = if bare.kind == Kind::And {
                Kind::Or
            } else {
                Kind::And
            };
            let terms = bare.many("terms").iter().cloned().map(Node::negated);
            Some(Node::new(other, "").with_many("terms", terms.collect()))
        }
        Kind::Boolean => Some(Node::boolean(is_false(bare))),
        Kind::Not if this.kind == Kind::Not => match this.one("this") {
            Some(inner) if is_boolean_type(inner) => Some(inner.clone()),
            _ => None,
        },
        Kind::Binary if this.kind == Kind::Binary => match complement(&this.text) {
            Some(operator) => {
                this.text = operator.to_string();
                if let Some(right) = this.one_mut("right").filter(|r| r.kind == Kind::Quantified) {
                    right.text = if right.text == "ALL" { "ANY" } else { "ALL" }.to_string();
                }
                Some(std::mem::take(&mut this))
            }
            None => None,
        },
        _ => None,
    };
    match replaced {
        Some(replaced) => *node = replaced,
        None => node.set("this", Arg::One(Box::new(this))),
    }
}

fn connector(node: &mut Node) {
    let and = node.kind == Kind::And;
    let mut terms: Vec<Node> = Vec::new();
    for mut term in node.take_many("terms") {
        if term.kind == node.kind {
            terms.append(&mut term.take_many("terms"));
        } else {
            terms.push(term);
        }
    }
    let absorbing = if and { is_false } else { is_true };
    if terms.iter().any(absorbing) {
        *node = Node::boolean(!and);
        return;
    }
    let neutral = if and { is_true } else { is_false };
    let all_neutral = terms.iter().all(neutral);
    terms.retain(|term| !neutral(term));
    terms.sort_by_cached_key(Node::key);
    terms.dedup();
    match terms.as_slice() {
        [] if all_neutral => *node = Node::boolean(and),
        [only] if is_boolean_type(only) || only.kind == Kind::Null => *node = only.clone(),
        [_] => {
            terms.push(Node::boolean(and));
            node.set_many("terms", terms);
        }
        _ => node.set_many("terms", terms),
    }
}

#[cfg(test)]
mod tests {
    use crate::sql::{Dialect, Node, QueryContext, analyze};

    fn read(sql: &str) -> Node {
        let schema = serde_json::json!({"\"db\"": {"\"s\"": {
            "\"t\"": {"id": "INT", "v": "INT", "name": "TEXT", "flag": "BOOLEAN"},
            "\"u\"": {"id": "INT", "w": "DOUBLE"},
        }}});
        let context = QueryContext {
            dialect: Dialect::DuckDb,
            default_catalog: Some("db"),
            schema: &crate::json::from_str(&schema.to_string()).unwrap(),
            optimize: true,
        };
        analyze(sql, &context).expect("is read").tree
    }

    #[track_caller]
    fn same(a: &str, b: &str) {
        assert_eq!(read(a), read(b), "{a} / {b}");
    }

    #[track_caller]
    fn different(a: &str, b: &str) {
        assert_ne!(read(a), read(b), "{a} / {b}");
    }

    #[test]
    fn names_and_positions() {
        same(
            "SELECT id, v FROM s.t",
            "select t.ID, T.v as V from S.t as t -- same",
        );
        same(
            "SELECT name, count(*) AS c FROM s.t GROUP BY 1",
            "SELECT name, count(*) AS c FROM s.t GROUP BY name",
        );
        same(
            "SELECT v AS x, x + 1 AS y FROM s.t",
            "SELECT v AS x, v + 1 AS y FROM s.t",
        );
        same("SELECT * FROM s.u", "SELECT id, w FROM s.u");
        same(
            "SELECT id FROM s.t JOIN s.u USING (id)",
            "SELECT coalesce(t.id, u.id) AS id FROM s.t JOIN s.u ON t.id = u.id",
        );
        same(
            "SELECT id FROM s.t ORDER BY id",
            "SELECT id FROM s.t ORDER BY 1 ASC NULLS LAST",
        );
        different("SELECT id FROM s.t", "SELECT id FROM s.t AS x");
        different(
            "SELECT id FROM s.t ORDER BY id",
            "SELECT id FROM s.t ORDER BY id DESC",
        );
    }

    #[test]
    fn conditions() {
        same(
            "SELECT id FROM s.t WHERE id = 1 AND name = 'x'",
            "SELECT id FROM s.t WHERE name = 'x' AND 1 = id",
        );
        same(
            "SELECT id FROM s.t WHERE id BETWEEN 1 AND 3",
            "SELECT id FROM s.t WHERE id >= 1 AND 3 >= id",
        );
        same(
            "SELECT id FROM s.t WHERE NOT (id = 1 OR v > 2)",
            "SELECT id FROM s.t WHERE id <> 1 AND v <= 2",
        );
        same("SELECT id FROM s.t WHERE TRUE", "SELECT id FROM s.t");
        same(
            "SELECT id FROM s.t WHERE flag AND TRUE",
            "SELECT id FROM s.t WHERE flag",
        );
        same(
            "SELECT t.v FROM s.t JOIN s.u ON TRUE",
            "SELECT t.v FROM s.t CROSS JOIN s.u",
        );
        different(
            "SELECT id FROM s.t WHERE flag = TRUE",
            "SELECT id FROM s.t WHERE flag",
        );
        different(
            "SELECT id FROM s.t WHERE id = 1 OR v = 2",
            "SELECT id FROM s.t WHERE id = 1 AND v = 2",
        );
    }

    #[test]
    fn arithmetic_and_parentheses() {
        same("SELECT v + 1 + 2 AS c FROM s.t", "SELECT (v + 3) AS c FROM s.t");
        same("SELECT 1.5 + 1 AS c", "SELECT 2.5 AS c");
        same("SELECT v * (1 + 2) AS c FROM s.t", "SELECT v * 3 AS c FROM s.t");
        same(
            "SELECT (v * 2) + 1 AS c FROM s.t",
            "SELECT v * 2 + 1 AS c FROM s.t",
        );
        same(
            "SELECT 'a' || 'b' || name AS c FROM s.t",
            "SELECT 'ab' || name AS c FROM s.t",
        );
        same(
            "SELECT CASE v WHEN 1 THEN 'a' END AS c FROM s.t",
            "SELECT CASE WHEN v = 1 THEN 'a' END AS c FROM s.t",
        );
        different("SELECT v - 1 - 2 AS c FROM s.t", "SELECT v - 3 AS c FROM s.t");
        different(
            "SELECT (v / 2) + 1 AS c FROM s.t",
            "SELECT v / 2 + 1 AS c FROM s.t",
        );
        different("SELECT 3 / 2 AS c", "SELECT 1.5 AS c");
        different(
            "SELECT CASE WHEN v > 1 THEN 1 END AS c FROM s.t",
            "SELECT CASE WHEN v > 2 THEN 1 END AS c FROM s.t",
        );
        different(
            "SELECT id + 1 + 1 AS x FROM s.t GROUP BY id + 1 + 1",
            "SELECT id + 2 AS x FROM s.t GROUP BY id + 2",
        );
    }
}
