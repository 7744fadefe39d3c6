//! Nodes as the stages of a plan see them: with the intervals that the state holds when the plan is carried out.
//!
//! In: categorised nodes. Out: the same with other intervals. A new version whose table was filled before, by a
//! snapshot that the environment does not have, has nothing to fill any more; what is restated holds nothing.

use std::rc::Rc;

use crate::ordered::BTreeMap;
use crate::snapshot::intervals::shown;
use crate::snapshot::{Nodes, PlanNode, StoredSnapshots};
use crate::state::EnvironmentEntry;
use crate::time::{Interval, Intervals, Timestamp};

use super::inherit::must_rebuild;

/// What decides besides the nodes.
pub(super) struct StagedInput<'s, 'a> {
    /// What the state holds.
    pub stored: &'s StoredSnapshots<'a>,
    /// The target's record, or that of production.
    pub existing: Option<&'a EnvironmentEntry>,
    /// Restated intervals by name.
    pub restatements: &'s BTreeMap<String, Interval>,
    /// The moment of planning.
    pub now: Timestamp,
}

/// The nodes with the intervals that stages go by.
pub(super) fn staged(nodes: &Nodes, input: &StagedInput<'_, '_>) -> Nodes {
    let mut staged = nodes.clone();
    let rebuilt = rebuilt(nodes, input);
    for (name, node) in &mut staged {
        let (mut intervals, mut dev_intervals) = held(node, input);
        if rebuilt.contains_key(name.as_str()) {
            intervals = Intervals::new();
        }
        if node.is_new && node.snapshot.forward_only {
            // Its table is cloned.
            dev_intervals.clone_from(&intervals);
        }
        if let Some(interval) = input.restatements.get(name) {
            intervals = intervals.without(*interval);
            dev_intervals = dev_intervals.without(*interval);
        }
        if node.snapshot.intervals != intervals || node.snapshot.dev_intervals != dev_intervals {
            let snapshot = &mut Rc::make_mut(node).snapshot;
            snapshot.intervals = intervals;
            snapshot.dev_intervals = dev_intervals;
        }
    }
    staged
}

/// What the state holds of a node's tables.
fn held(node: &PlanNode, input: &StagedInput<'_, '_>) -> (Intervals, Intervals) {
    // Audits are not told apart by what they read: their intervals belong to the version alone.
    if node.is_new || !node.is_model() {
        return shown(&node.snapshot, input.stored.versions_of(node.name()), input.now);
    }
    match input.stored.get(&node.snapshot.id()) {
        Some(stored) => (stored.intervals.clone(), stored.dev_intervals.clone()),
        None => (
            node.snapshot.intervals.clone(),
            node.snapshot.dev_intervals.clone(),
        ),
    }
}

/// Models whose table has to be made again although another snapshot of the environment has the same version.
fn rebuilt<'n>(nodes: &'n Nodes, input: &StagedInput<'_, '_>) -> BTreeMap<&'n str, ()> {
    let infos = input.existing.map(|entry| &entry.environment.snapshots);
    let mut found = BTreeMap::new();
    for info in infos.into_iter().flatten() {
        let Some((name, node)) = nodes.get_key_value(&info.name) else {
            continue;
        };
        let snapshot = &node.snapshot;
        if !node.is_model()
            || snapshot.version.as_ref() != Some(&info.version)
            || snapshot.fingerprint == info.fingerprint
        {
            continue;
        }
        let old = input.stored.get(&info.id());
        if old.is_some_and(|old| must_rebuild(old, node)) {
            found.insert(name.as_str(), ());
        }
    }
    found
}
