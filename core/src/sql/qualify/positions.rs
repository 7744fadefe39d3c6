//! Positions in GROUP BY and ORDER BY, and sort keys that repeat a projection.

use super::{Failure, Output, Qualifier};
use crate::sql::tree::{Kind, Node};

impl Qualifier<'_> {
    /// `GROUP BY 1` is the first projection, unless that is a constant.
    pub(super) fn group_by_position(&self, select: &mut Node) -> Result<(), Failure> {
        let mut group = select.take_many("group");
        for item in &mut group {
            let projection = match by_position(item, select.many("projections")) {
                Err(_) if self.lenient => None,
                found => found?,
            };
            if let Some(projection) = projection {
                let this = projection.one("this").unwrap_or(projection);
                let constant = matches!(this.kind, Kind::Number | Kind::Text | Kind::Boolean | Kind::Null)
                    || this.kind == Kind::Unary && this.one("this").is_some_and(|n| n.kind == Kind::Number)
                    || this.walk().any(|node| {
                        node.kind == Kind::Function && matches!(node.text.as_str(), "UNNEST" | "EXPLODE")
                    });
                if !constant {
                    *item = this.clone();
                }
            }
        }
        select.set_many("group", group);
        Ok(())
    }

    /// `ORDER BY 1` is the name of the first output.
    pub(super) fn order_by_position(
        &self,
        query: &mut Node,
        outputs: Option<&[Output]>,
    ) -> Result<(), Failure> {
        let Some(outputs) = outputs else {
            return Ok(());
        };
        for key in ["order", "distinct_on"] {
            for item in query.many_mut(key) {
                let target = match item.kind {
                    Kind::Ordered => item.one_mut("this"),
                    _ => Some(item),
                };
                let Some(target) = target else { continue };
                if let Some(position) = position(target) {
                    let output = position.checked_sub(1).and_then(|at| outputs.get(at));
                    let Some(output) = output else {
                        if self.lenient {
                            continue;
                        }
                        return Err(Failure(format!("there is no output {position}")));
                    };
                    *target = Node::column(output.name.clone(), None);
                }
            }
        }
        Ok(())
    }
}

/// The position an item names, if it is a whole number.
fn position(node: &Node) -> Option<usize> {
    (node.kind == Kind::Number).then(|| node.text.parse().ok())?
}

fn by_position<'n>(item: &Node, projections: &'n [Node]) -> Result<Option<&'n Node>, Failure> {
    let Some(number) = position(item) else {
        return Ok(None);
    };
    // A star that stays moves what comes after it.
    if projections.iter().any(|projection| projection.kind == Kind::Star) {
        return Ok(None);
    }
    match number.checked_sub(1).and_then(|at| projections.get(at)) {
        Some(projection) => Ok(Some(projection)),
        None => Err(Failure(format!("there is no output {number}"))),
    }
}

/// With GROUP BY, a sort key that equals a projection becomes that projection's name.
pub(super) fn sort_keys_by_output(select: &mut Node) {
    let mut order = select.take_many("order");
    for key in &mut order {
        let Some(this) = key.one_mut("this") else {
            continue;
        };
        let named = select
            .many("projections")
            .iter()
            .find(|projection| projection.kind == Kind::Alias && projection.one("this") == Some(this));
        if let Some(named) = named {
            *this = Node::column(named.text.clone(), None);
        }
    }
    select.set_many("order", order);
}
