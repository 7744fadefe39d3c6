//! Nodes as the stages of a plan see them: with the intervals that the state holds when the plan is carried out.
//!
//! In: categorised nodes. Out: the same with other intervals. A new version whose table was filled before, by a
//! snapshot that the environment does not have, has nothing to fill any more; what is restated holds nothing.

use std::rc::Rc;

use crate::ordered::{BTreeMap, BTreeSet};
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

/// The nodes that are not new with the intervals that the state holds: whatever is decided, these stay.
pub(super) fn settled(nodes: &Nodes, stored: &StoredSnapshots<'_>, now: Timestamp) -> Nodes {
    let mut settled = nodes.clone();
    for node in settled.list_mut().iter_mut().filter(|node| !node.is_new) {
        let held = held(node, stored, now);
        set_intervals(node, held);
    }
    settled
}

/// The nodes with the intervals that stages go by.
pub(super) fn staged(nodes: &Nodes, settled: &Nodes, input: &StagedInput<'_, '_>) -> Nodes {
    let mut staged = settled.clone();
    let rebuilt = rebuilt(nodes, input);
    for (number, (node, now)) in staged.list_mut().iter_mut().zip(nodes.list()).enumerate() {
        let restated = input.restatements.get(now.name());
        let rebuilt = rebuilt.contains(&number);
        if !now.is_new && restated.is_none() && !rebuilt {
            continue;
        }
        let (mut intervals, mut dev_intervals) = held(now, input.stored, input.now);
        if rebuilt {
            intervals = Intervals::new();
        }
        if now.is_new && now.snapshot.forward_only {
            // Its table is cloned.
            dev_intervals.clone_from(&intervals);
        }
        if let Some(interval) = restated {
            intervals = intervals.without(*interval);
            dev_intervals = dev_intervals.without(*interval);
        }
        *node = now.clone();
        set_intervals(node, (intervals, dev_intervals));
    }
    staged
}

fn set_intervals(node: &mut Rc<PlanNode>, (intervals, dev_intervals): (Intervals, Intervals)) {
    if node.snapshot.intervals != intervals || node.snapshot.dev_intervals != dev_intervals {
        let snapshot = &mut Rc::make_mut(node).snapshot;
        snapshot.intervals = intervals;
        snapshot.dev_intervals = dev_intervals;
    }
}

/// What the state holds of a node's tables.
fn held(node: &PlanNode, stored: &StoredSnapshots<'_>, now: Timestamp) -> (Intervals, Intervals) {
    // Audits are not told apart by what they read: their intervals belong to the version alone.
    if node.is_new || !node.is_model() {
        return shown(&node.snapshot, stored.versions_of(node.name()), now);
    }
    match stored.get(&node.snapshot.id()) {
        Some(stored) => (stored.intervals.clone(), stored.dev_intervals.clone()),
        None => (
            node.snapshot.intervals.clone(),
            node.snapshot.dev_intervals.clone(),
        ),
    }
}

/// Models whose table has to be made again although another snapshot of the environment has the same version.
fn rebuilt(nodes: &Nodes, input: &StagedInput<'_, '_>) -> BTreeSet<usize> {
    let infos = input.existing.map(|entry| &entry.environment.snapshots);
    let mut found = BTreeSet::new();
    for info in infos.into_iter().flatten() {
        let Some(number) = nodes.number(&info.name) else {
            continue;
        };
        let node = &nodes.list()[number];
        let snapshot = &node.snapshot;
        if !node.is_model()
            || snapshot.version.as_ref() != Some(&info.version)
            || snapshot.fingerprint == info.fingerprint
        {
            continue;
        }
        let old = input.stored.get(&info.id());
        if old.is_some_and(|old| must_rebuild(old, node)) {
            found.insert(number);
        }
    }
    found
}
