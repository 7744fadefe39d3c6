//! What new versions inherit: intervals of the versions that they replace.

use std::rc::Rc;

use crate::categorize::is_breaking_kind_change;
use crate::diff::ContextDiff;
use crate::model::KindName;
use crate::snapshot::intervals::{effective_from, whole_units};
use crate::snapshot::{ChangeCategory, PlanNode, Snapshot};
use crate::time::{Intervals, Timestamp};

/// Writes the effective date on every new snapshot that can be filled for a part of its history; a missing one
/// clears what was there.
pub(super) fn stamp_effective_from(diff: &mut ContextDiff<'_>, effective_from: Option<&str>) {
    for node in diff.nodes.list_mut().iter_mut().filter(|node| node.is_new) {
        let kind = node.kind();
        let partial = !(kind.is_incremental() && kind.is_full_history_restatement_only());
        if node.is_evaluatable() && partial && !node.model().kind.is_restatement_disabled() {
            Rc::make_mut(node).snapshot.effective_from = effective_from.map(|text| Box::new(text.into()));
        }
    }
}

/// Hands intervals on from replaced versions to new ones that share their table.
pub(super) fn inherit_intervals(diff: &mut ContextDiff<'_>, now: Timestamp) {
    for (name, modified) in &diff.modified {
        let Some(node) = diff.nodes.get_mut(name) else {
            continue;
        };
        let old = &modified.old;
        if !node.is_model() || old.node.is_audit() {
            continue;
        }
        let version = |snapshot: &Snapshot| {
            snapshot
                .version
                .clone()
                .unwrap_or_else(|| snapshot.fingerprint.to_version())
        };
        let same_version = version(&node.snapshot) == version(old);
        let rebuilt = same_version && must_rebuild(old, node);
        if !rebuilt && !node.is_new {
            continue;
        }
        let snapshot = &mut Rc::make_mut(node).snapshot;
        if rebuilt {
            snapshot.intervals = Intervals::new();
            continue;
        }
        if !same_version {
            snapshot.intervals = Intervals::new();
            snapshot.dev_intervals = Intervals::new();
            continue;
        }
        let intervals = whole_units(snapshot, &old.intervals, effective_from(snapshot, now));
        snapshot.dev_intervals = if snapshot.forward_only {
            intervals.clone()
        } else if snapshot.dev_version_or_own() == old.dev_version_or_own() {
            // Both point to the same dev table.
            whole_units(snapshot, &old.dev_intervals, None)
        } else {
            Intervals::new()
        };
        snapshot.intervals = intervals;
    }
}

/// Whether a table (or view) has to be made again although its version stays.
pub(super) fn must_rebuild(old: &Snapshot, node: &PlanNode) -> bool {
    let snapshot = &node.snapshot;
    let category = snapshot.change_category;
    if node.kind() == KindName::View
        && category == Some(ChangeCategory::IndirectNonBreaking)
        && !snapshot.forward_only
    {
        return true;
    }
    if node.kind() == KindName::Seed {
        let follows = snapshot
            .previous_versions
            .last()
            .is_some_and(|last| last.fingerprint == old.fingerprint);
        return !(category == Some(ChangeCategory::Metadata) && follows);
    }
    is_breaking_kind_change(old, node)
}
