//! Automatic restatements: what models with an `auto_restatement_cron` fill again on their own.
//!
//! Only runs of production look at it. What is taken back is remembered as pending until it was filled again.

use std::rc::Rc;

use crate::ordered::BTreeMap;
use crate::snapshot::{Nodes, PlanNode};
use crate::time::range::inclusive_exclusive;
use crate::time::{Cron, DateText, Interval, Timestamp};

use super::unit_of;

/// What is taken back, and when each model does so next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AutoRestatements {
    /// Name → interval that is to be filled again.
    pub intervals: BTreeMap<String, Interval>,
    /// Name → next moment, of models that restate themselves.
    pub next: BTreeMap<String, Timestamp>,
}

/// Takes pending intervals, and those whose time has come, out of what the nodes hold. Models below follow.
pub fn auto_restate(nodes: &mut Nodes, order: &[String], execution_time: Timestamp) -> AutoRestatements {
    let mut result = AutoRestatements::default();
    for name in order {
        let Some(node) = nodes.get_mut(name) else { continue };
        if !node.is_model() || node.model().kind.is_restatement_disabled() {
            continue;
        }
        let parents = node.snapshot.parents.iter();
        let above = parents.filter_map(|parent| result.intervals.get(&parent.name).copied());
        let joined = above
            .chain(due(node, execution_time))
            .reduce(|a, b| Interval(a.0.min(b.0), a.1.max(b.1)));
        let taken = joined.map(|interval| removed(node, interval, execution_time));
        if let Some(cron) = restatement_cron(node) {
            result.next.insert(name.clone(), cron.next(execution_time));
        }
        let pending = &node.snapshot.pending_restatement_intervals;
        if taken.is_some() || !pending.is_empty() {
            let intervals = pending.iter().chain(taken);
            let left = intervals.fold(node.snapshot.intervals.clone(), |left, cut| left.without(cut));
            Rc::make_mut(node).snapshot.intervals = left;
        }
        if let Some(taken) = taken {
            result.intervals.insert(name.clone(), taken);
        }
    }
    result
}

fn restatement_cron(node: &PlanNode) -> Option<Cron> {
    // The model's time zone does not count here.
    Cron::parse(node.model().kind.auto_restatement_cron.as_deref()?, None).ok()
}

/// What a model itself wants to fill again now.
fn due(node: &PlanNode, execution_time: Timestamp) -> Option<Interval> {
    let snapshot = &node.snapshot;
    let held = Interval(snapshot.intervals.start()?, snapshot.intervals.end()?);
    let cron = restatement_cron(node)?;
    let next = snapshot
        .next_auto_restatement_ts
        .unwrap_or_else(|| cron.next(snapshot.created_ts));
    if execution_time < next {
        return None;
    }
    let Some(count) = node.model().kind.auto_restatement_intervals else {
        return Some(held);
    };
    let unit = unit_of(node);
    let end = unit.floor(execution_time);
    Some(Interval(end.plus(-unit.millis().saturating_mul(count)), end))
}

/// Whole units; the tail of models that depend on their past, and all of what cannot be filled in parts.
fn removed(node: &PlanNode, interval: Interval, execution_time: Timestamp) -> Interval {
    let unit = unit_of(node);
    let (start, mut end) = (unit.floor(interval.0), unit.ceil(interval.1));
    if node.depends_on_past() {
        end = execution_time;
    }
    let whole = node.kind().is_full_history_restatement_only();
    let start = node.snapshot.intervals.start().filter(|_| whole).unwrap_or(start);
    let (start, end) = (DateText::instant(start), DateText::instant(end));
    inclusive_exclusive(start, end, unit, node.model().allow_partials, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{KindName, Model, ModelKind};
    use crate::snapshot::{Snapshot, SnapshotId};
    use crate::time::{DAY, Intervals};

    const NOW: Timestamp = Timestamp(20 * DAY + 1);

    fn node(name: &str, kind: KindName, count: Option<i64>, parent: Option<&str>) -> (String, Rc<PlanNode>) {
        let mut model = Model {
            cron: "@daily".to_string(),
            kind: ModelKind {
                name: kind,
                ..ModelKind::default()
            },
            ..Model::default()
        };
        model.kind.auto_restatement_cron = count.map(|_| "@daily".to_string());
        model.kind.auto_restatement_intervals = count;
        let parents = parent.map(|name| SnapshotId {
            name: name.to_string(),
            identifier: String::new(),
        });
        let snapshot = Snapshot {
            name: name.to_string(),
            node: model.into(),
            parents: parents.into_iter().collect(),
            intervals: [Interval(Timestamp(0), Timestamp(20 * DAY))]
                .into_iter()
                .collect(),
            ..Snapshot::default()
        };
        (
            name.to_string(),
            Rc::new(PlanNode {
                snapshot,
                ..PlanNode::default()
            }),
        )
    }

    fn days(found: &AutoRestatements) -> Vec<(&str, i64, i64)> {
        let intervals = found.intervals.iter();
        intervals
            .map(|(name, Interval(a, b))| (name.as_str(), a.millis() / DAY, b.millis() / DAY))
            .collect()
    }

    #[test]
    fn the_last_units_and_what_is_below_are_taken_back() {
        let time = KindName::IncrementalByTimeRange;
        let mut nodes: Nodes = [
            node("a", time, Some(2), None),
            node("b", time, None, Some("a")),
            node("c", KindName::Full, None, Some("b")),
            node("d", time, None, None),
        ]
        .into_iter()
        .collect();
        let order = ["a", "b", "c", "d"].map(str::to_string);
        let found = auto_restate(&mut nodes, &order, NOW);
        assert_eq!(days(&found), [("a", 18, 20), ("b", 18, 20), ("c", 0, 21)]);
        assert_eq!(found.next.get("a"), Some(&Timestamp(21 * DAY)));
        let left = |name: &str| nodes.get(name).unwrap().snapshot.intervals.clone();
        assert_eq!(left("a").end(), Some(Timestamp(18 * DAY)));
        assert_eq!(left("c"), Intervals::new());
        assert_eq!(left("d").end(), Some(Timestamp(20 * DAY)));
    }

    #[test]
    fn nothing_is_taken_back_before_its_time() {
        let mut nodes: Nodes = [node("a", KindName::IncrementalByTimeRange, Some(2), None)]
            .into_iter()
            .collect();
        let snapshot = &mut Rc::make_mut(nodes.get_mut("a").unwrap()).snapshot;
        snapshot.next_auto_restatement_ts = Some(NOW.plus(1));
        let found = auto_restate(&mut nodes, &["a".to_string()], NOW);
        assert_eq!(days(&found), []);
    }
}
