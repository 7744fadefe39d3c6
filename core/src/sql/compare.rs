//! How two queries differ: projections only added, or anything else.
//!
//! Both trees are walked in lock step, without recursion. Classes, texts and arguments must be the same
//! everywhere; only the projections of a SELECT may have gained members, wherever in the query that SELECT
//! stands. This says nothing about who reads the new columns: it is the test that decides between
//! "non-breaking" and "cannot tell".

use super::lower::BEHIND;
use super::tree::{Arg, Kind, Node};
use crate::ordered::{BTreeMap, BTreeSet};

/// Projections that the newer query has and the older has not; in order of the SELECTs they are in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Additions {
    /// Names of the added projections; for a nameless one its expression's class.
    pub names: Vec<String>,
}

/// The first difference that is not an addition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where in the query: `WHERE`, `projection "w"`, `CTE "c", FROM`.
    pub place: String,
    /// What differs there.
    pub what: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Functions that give any number of rows per input row.
const ROW_MAKERS: [&str; 6] = [
    "UNNEST",
    "EXPLODE",
    "EXPLODE_OUTER",
    "POSEXPLODE",
    "POSEXPLODE_OUTER",
    "GENERATOR",
];

struct Pair<'a> {
    old: &'a Node,
    new: &'a Node,
    place: usize,
    /// A set operation around this one sorts by position.
    positions: bool,
}

/// Decides whether `new` is `old` with projections added and nothing else.
pub fn additive_only(old: &Node, new: &Node) -> Result<Additions, Difference> {
    let mut additions = Additions::default();
    let mut places = vec![String::new()];
    let mut pairs = vec![Pair {
        old,
        new,
        place: 0,
        positions: false,
    }];
    while let Some(pair) = pairs.pop() {
        let Pair { old, new, .. } = pair;
        let place = places[pair.place].clone();
        let differ = |what: String| {
            Err(Difference {
                place: if place.is_empty() {
                    "query".to_string()
                } else {
                    place.clone()
                },
                what,
            })
        };
        if old.kind != new.kind || old.text != new.text {
            return differ(format!("{} became {}", describe(old), describe(new)));
        }
        let positions = match new.kind {
            Kind::Select | Kind::SetOperation => pair.positions || has_positions(new),
            _ => false,
        };
        let below = match new.kind {
            Kind::SetOperation => positions,
            _ => false,
        };
        let keys = old.args.iter().chain(&new.args).map(|(key, _)| *key);
        let mut seen: Vec<&str> = Vec::new();
        // Pushed in reverse so that the first difference reported is the first in the text.
        let mut found = Vec::new();
        for key in keys {
            if seen.contains(&key) {
                continue;
            }
            seen.push(key);
            let inner = extend(&mut places, pair.place, old, key);
            match (old.arg(key), new.arg(key)) {
                (Some(Arg::Many(before)), Some(Arg::Many(after)))
                    if old.kind == Kind::Select && key == "projections" =>
                {
                    projections(before, after, positions, &places[pair.place], &mut additions)?;
                }
                (Some(before), Some(after)) => {
                    let (one, other) = (before.nodes(), after.nodes());
                    if one.len() != other.len()
                        || std::mem::discriminant(before) != std::mem::discriminant(after)
                    {
                        return Err(Difference {
                            place: places[inner].clone(),
                            what: list_change(one, other),
                        });
                    }
                    for (old, new) in one.iter().zip(other) {
                        found.push(Pair {
                            old,
                            new,
                            place: inner,
                            positions: below,
                        });
                    }
                }
                (before, after) => {
                    let gained = before.is_none();
                    let arg = after.or(before);
                    let what = arg
                        .and_then(|arg| arg.nodes().first())
                        .map_or_else(|| key.to_uppercase(), describe);
                    return Err(Difference {
                        place: places[inner].clone(),
                        what: format!("{what} {}", if gained { "was added" } else { "was removed" }),
                    });
                }
            }
        }
        found.reverse();
        pairs.append(&mut found);
    }
    Ok(additions)
}

/// The output columns that came, went or are computed otherwise. `None` when more than the projections of the
/// outermost SELECT differs, so that the rows may differ.
pub fn changed_outputs(old: &Node, new: &Node) -> Option<BTreeSet<String>> {
    let rest = |node: &Node| {
        let mut node = node.clone();
        node.args.retain(|(key, _)| *key != "projections");
        node
    };
    if old.kind != Kind::Select || rest(old) != rest(new) {
        return None;
    }
    let outputs = |node: &Node| -> Option<BTreeMap<String, Node>> {
        let mut found = BTreeMap::new();
        for projection in node.many("projections") {
            if !matches!(projection.kind, Kind::Alias | Kind::Column) {
                return None;
            }
            found.insert(projection.text.clone(), projection.clone());
        }
        Some(found)
    };
    let (old, new) = (outputs(old)?, outputs(new)?);
    let differing =
        |one: &BTreeMap<String, Node>, other: &BTreeMap<String, Node>| -> Option<BTreeSet<String>> {
            let changed = one.iter().filter(|(name, node)| other.get(*name) != Some(node));
            changed
                .map(|(name, node)| (!makes_rows(node)).then(|| name.clone()))
                .collect()
        };
    let mut changed = differing(&old, &new)?;
    changed.extend(differing(&new, &old)?);
    Some(changed)
}

/// The place of an argument; clauses and named parts get a word, inner parts of expressions stay where they are.
fn extend(places: &mut Vec<String>, parent: usize, node: &Node, key: &str) -> usize {
    let word = match (node.kind, key) {
        (Kind::Cte, "this") => format!("CTE \"{}\"", node.text),
        (Kind::Select | Kind::SetOperation, "ctes") => "WITH".to_string(),
        (Kind::Select, "joins") => "JOIN".to_string(),
        (Kind::Select, "group") => "GROUP BY".to_string(),
        (Kind::Select | Kind::SetOperation | Kind::Subquery, "order") => "ORDER BY".to_string(),
        (Kind::Select, "distinct" | "distinct_on") => "DISTINCT".to_string(),
        (Kind::SetOperation, "branches") => node.text.clone(),
        (Kind::Select | Kind::SetOperation | Kind::Subquery, other) if other != "this" => {
            other.replace('_', " ").to_uppercase()
        }
        _ => return parent,
    };
    let outer = places[parent].trim_end_matches("WITH").trim_end_matches(", ");
    places.push(if outer.is_empty() {
        word
    } else {
        format!("{outer}, {word}")
    });
    places.len() - 1
}

fn list_change(old: &[Node], new: &[Node]) -> String {
    if new.len() > old.len() {
        match new.iter().find(|node| !old.contains(node)) {
            Some(added) => format!("{} was added", describe(added)),
            None => format!("{} became {}", old.len(), new.len()),
        }
    } else {
        match old.iter().find(|node| !new.contains(node)) {
            Some(removed) => format!("{} was removed", describe(removed)),
            None => format!("{} became {}", old.len(), new.len()),
        }
    }
}

/// Matches each old projection to the earliest equal new one that is left, in order.
fn projections(
    old: &[Node],
    new: &[Node],
    positions: bool,
    place: &str,
    additions: &mut Additions,
) -> Result<(), Difference> {
    let differ = |node: &Node, what: &str| {
        let projection = format!("projection {}", name_of(node));
        Err(Difference {
            place: if place.is_empty() {
                projection
            } else {
                format!("{place}, {projection}")
            },
            what: what.to_string(),
        })
    };
    let mut rest = new.iter();
    let mut added = Vec::new();
    let mut before_existing = false;
    for wanted in old {
        loop {
            match rest.next() {
                Some(candidate) if candidate == wanted => break,
                Some(candidate) => added.push(candidate),
                None => {
                    let what = if new.contains(wanted) {
                        "was moved"
                    } else if new.iter().any(|node| name_of(node) == name_of(wanted)) {
                        "was changed"
                    } else {
                        "was removed"
                    };
                    return differ(wanted, what);
                }
            }
        }
        before_existing |= !added.is_empty();
    }
    added.extend(rest);
    for node in &added {
        if makes_rows(node) {
            return differ(node, "was added and can change the number of rows");
        }
    }
    if let (true, true, Some(first)) = (before_existing, positions, added.first()) {
        return differ(
            first,
            "was added before others while GROUP BY or ORDER BY counts positions",
        );
    }
    additions.names.extend(added.into_iter().map(name_of));
    Ok(())
}

fn name_of(node: &Node) -> String {
    match node.kind {
        Kind::Alias | Kind::Column => format!("\"{}\"", node.text),
        Kind::Star => "*".to_string(),
        _ => describe(node),
    }
}

/// Whether a projection can multiply or drop rows; a subquery inside it is taken to give one row at most.
fn makes_rows(projection: &Node) -> bool {
    let mut stack = vec![projection];
    while let Some(node) = stack.pop() {
        match node.kind {
            Kind::Unnest | Kind::Values | Kind::LateralView => return true,
            Kind::Function if ROW_MAKERS.contains(&node.text.as_str()) => return true,
            Kind::Subquery => {}
            Kind::In => stack.extend(node.one("this").into_iter().chain(node.many("items"))),
            _ => stack.extend(node.children()),
        }
    }
    false
}

/// Whether ORDER BY or GROUP BY still names outputs by position.
fn has_positions(query: &Node) -> bool {
    let is_position = |node: &Node| {
        let node = node
            .one("this")
            .filter(|_| node.kind == Kind::Ordered)
            .unwrap_or(node);
        node.kind == Kind::Number && node.text.bytes().all(|byte| byte.is_ascii_digit())
    };
    query
        .many("order")
        .iter()
        .chain(query.many("group"))
        .any(is_position)
}

/// A node in few words.
fn describe(node: &Node) -> String {
    let text = &node.text;
    match node.kind {
        Kind::Select => "SELECT".to_string(),
        Kind::SetOperation => text.clone(),
        Kind::Column => format!("column \"{text}\""),
        Kind::Identifier | Kind::TableAlias | Kind::Alias => format!("\"{text}\""),
        Kind::Cte => format!("CTE \"{text}\""),
        Kind::Table => {
            let parts: Vec<&str> = node.many("name").iter().map(|part| part.text.as_str()).collect();
            format!("table {}", parts.join("."))
        }
        Kind::Number | Kind::Boolean | Kind::Word | Kind::Placeholder => text.clone(),
        Kind::Text => format!("'{text}'"),
        Kind::Null => "NULL".to_string(),
        Kind::Function => format!("{text}()"),
        Kind::Cast => format!("cast to {text}"),
        Kind::Binary | Kind::Unary => format!("operator {text}"),
        Kind::Join => {
            let what = node.one("source").map(describe).unwrap_or_default();
            match text.as_str() {
                "" | "," => format!("join of {what}"),
                kind => format!("{kind} join of {what}"),
            }
        }
        Kind::Ordered => {
            let what = node.one("this").map(describe).unwrap_or_default();
            format!("{what} {text}")
        }
        Kind::Opaque => {
            let shown = text.split(BEHIND).next().unwrap_or_default();
            format!("`{}`", shown.chars().take(60).collect::<String>())
        }
        other => format!("{other:?}").to_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Dialect, parse};

    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        let old = parse(old, Dialect::DuckDb).expect("parses");
        let new = parse(new, Dialect::DuckDb).expect("parses");
        let verdict = match additive_only(&old, &new) {
            Ok(additions) => format!("added {}", additions.names.join(", ")),
            Err(difference) => difference.to_string(),
        };
        assert_eq!(verdict, expected);
    }

    #[test]
    fn added_projections() {
        check("SELECT a, b FROM t", "SELECT a, b, c AS d FROM t", "added \"d\"");
        check("SELECT a FROM t", "SELECT v, a, a FROM t", "added \"v\", \"a\"");
        check(
            "SELECT a FROM t",
            "SELECT a, (SELECT max(x) FROM unnest(t.b) AS u(x)) AS m FROM t",
            "added \"m\"",
        );
        check(
            "WITH c AS (SELECT a FROM t) SELECT a FROM c UNION ALL SELECT a FROM t",
            "WITH c AS (SELECT a, b FROM t) SELECT a, b FROM c UNION ALL SELECT a, 1 AS b FROM t",
            "added \"b\", \"b\", \"b\"",
        );
    }

    #[test]
    fn anything_else() {
        check(
            "SELECT a, b FROM t",
            "SELECT a FROM t",
            "projection \"b\": was removed",
        );
        check(
            "SELECT a, b FROM t",
            "SELECT b, a FROM t",
            "projection \"b\": was moved",
        );
        check(
            "SELECT a, x + 1 AS b FROM t",
            "SELECT a, x + 2 AS b FROM t",
            "projection \"b\": was changed",
        );
        check(
            "SELECT a FROM t",
            "SELECT a FROM t WHERE a > 0",
            "WHERE: operator > was added",
        );
        check(
            "SELECT a FROM t WHERE a > 1",
            "SELECT a FROM t WHERE a > 0",
            "WHERE: 1 became 0",
        );
        check(
            "SELECT a FROM t",
            "SELECT DISTINCT a FROM t",
            "DISTINCT: DISTINCT was added",
        );
        check("SELECT a FROM t", "SELECT a FROM u", "FROM: \"t\" became \"u\"");
        check(
            "SELECT a FROM t",
            "SELECT a FROM t JOIN u USING (a)",
            "JOIN: join of table u was added",
        );
        check(
            "SELECT a FROM t",
            "SELECT a FROM t UNION ALL SELECT 1",
            "query: SELECT became UNION ALL",
        );
        check(
            "WITH c AS (SELECT a FROM t WHERE a = 1) SELECT a FROM c",
            "WITH c AS (SELECT a FROM t WHERE a = 2) SELECT a FROM c",
            "CTE \"c\", WHERE: 1 became 2",
        );
    }

    #[test]
    fn rows_and_positions() {
        check(
            "SELECT a FROM t",
            "SELECT a, unnest(b) AS u FROM t",
            "projection \"u\": was added and can change the number of rows",
        );
        check(
            "SELECT a FROM t ORDER BY 1",
            "SELECT a, b FROM t ORDER BY 1",
            "added \"b\"",
        );
        check(
            "SELECT a FROM t ORDER BY 1",
            "SELECT b, a FROM t ORDER BY 1",
            "projection \"b\": was added before others while GROUP BY or ORDER BY counts positions",
        );
        check(
            "SELECT a FROM t UNION SELECT a FROM u ORDER BY 1",
            "SELECT b, a FROM t UNION SELECT b, a FROM u ORDER BY 1",
            "UNION, projection \"b\": was added before others while GROUP BY or ORDER BY counts positions",
        );
    }
}
