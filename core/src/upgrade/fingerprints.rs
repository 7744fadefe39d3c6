//! Fingerprints by the current rules, for snapshots that were stored by older ones.
//!
//! A snapshot whose fingerprint changes becomes another one: it keeps version, category and intervals, so its
//! tables stay, and remembers what it was. Environments point to it instead. As in SQLMesh, what an environment
//! says of promoted views and of its last complete content stays in terms of the old ones.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::dag::Dag;
use crate::diff::chain_after;
use crate::diff::modified::{rendered, with_hashes};
use crate::model::KindName;
use crate::snapshot::fingerprint::{FingerprintInput, fingerprint};
use crate::snapshot::{Snapshot, SnapshotId};
use crate::sql::Dialect;
use crate::sql::comments::column_descriptions;
use crate::state::environment::PROD;
use crate::state::{StateFile, TableInfo};
use crate::time::Timestamp;

/// Recomputes all fingerprints, parents first.
pub(super) fn recompute(state: &mut StateFile, now: Timestamp) {
    let ids: Vec<SnapshotId> = state.snapshots.iter().map(Snapshot::id).collect();
    let position: BTreeMap<&SnapshotId, usize> = ids.iter().zip(0..).collect();
    let Some(order) = parents_first(&state.snapshots, &position) else {
        return;
    };
    let mut moved: BTreeMap<SnapshotId, TableInfo> = BTreeMap::new();
    for index in order {
        let Some(id) = ids.get(index) else { continue };
        let Some(updated) = updated(index, &state.snapshots, &position) else {
            continue;
        };
        if updated.fingerprint != state.snapshots[index].fingerprint {
            moved.insert(id.clone(), updated.table_info());
            state.snapshots[index] = updated;
        }
    }
    for entry in state.environments.values_mut() {
        for info in &mut entry.environment.snapshots {
            if let Some(new) = moved.get(&info.id()) {
                *info = new.clone();
            }
        }
    }
    // What prod runs is marked as live once more; that bars forward-only versions in other environments from
    // prod, as it does in SQLMesh.
    let prod = state
        .environments
        .get(PROD)
        .map(|entry| &entry.environment.snapshots);
    let live: Vec<SnapshotId> = prod.into_iter().flatten().map(TableInfo::id).collect();
    let renewed: BTreeSet<SnapshotId> = moved.values().map(TableInfo::id).collect();
    if live.iter().any(|id| renewed.contains(id)) {
        state.unpause(&live, now, now);
    }
    // Two old versions can become one; the one touched last stays.
    let mut last: BTreeMap<SnapshotId, (i64, usize)> = BTreeMap::new();
    for (index, snapshot) in state.snapshots.iter().enumerate() {
        let touched = (snapshot.updated_ts.millis(), index);
        let kept = last.entry(snapshot.id()).or_insert(touched);
        *kept = touched.max(*kept);
    }
    let kept: BTreeSet<usize> = last.into_values().map(|(_, index)| index).collect();
    let mut index = 0;
    state.snapshots.retain(|_| {
        index += 1;
        kept.contains(&(index - 1))
    });
}

/// Positions in an order in which parents come first; `None` when they form a cycle.
fn parents_first(snapshots: &[Snapshot], position: &BTreeMap<&SnapshotId, usize>) -> Option<Vec<usize>> {
    // Positions as names that sort like numbers.
    let name = |index: usize| format!("{index:012}");
    let edges = snapshots.iter().enumerate().map(|(index, snapshot)| {
        let parents = snapshot.parents.iter().filter_map(|id| position.get(id));
        (name(index), parents.map(|parent| name(*parent)).collect())
    });
    let order = Dag::new(&edges.collect()).sorted().ok()?;
    Some(order.iter().filter_map(|name| name.parse().ok()).collect())
}

/// A snapshot under the current rules; its parents have been updated before. `parents` of a stored snapshot name
/// the old ids, by which `position` still finds them.
fn updated(
    index: usize,
    snapshots: &[Snapshot],
    position: &BTreeMap<&SnapshotId, usize>,
) -> Option<Snapshot> {
    let snapshot = snapshots.get(index)?;
    let parent = |id: &SnapshotId| position.get(id).and_then(|index| snapshots.get(*index));
    let known: Vec<(&SnapshotId, &Snapshot)> = snapshot
        .parents
        .iter()
        .filter_map(|id| Some((id, parent(id)?)))
        .collect();
    // Parents of embedded models are listed as well, but do not count for the hashes.
    let through: BTreeSet<&str> = known
        .iter()
        .filter(|(_, parent)| parent.node.kind.name == KindName::Embedded)
        .flat_map(|(_, parent)| parent.parents.iter().map(|id| id.name.as_str()))
        .collect();
    let direct: Vec<_> = known
        .iter()
        .filter(|(id, _)| !through.contains(id.name.as_str()))
        .map(|(_, parent)| &parent.fingerprint)
        .collect();
    let model = with_hashes(&snapshot.node);
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let descriptions = rendered(&model)
        .map(|query| column_descriptions(&query, dialect))
        .unwrap_or_default();
    let own = fingerprint(FingerprintInput {
        model: &model,
        fqn: &snapshot.name,
        query_column_descriptions: &descriptions,
        parents: &direct,
    });
    let mut updated = snapshot.clone();
    updated.previous_versions = chain_after(&snapshot.table_info());
    updated.parents = known.iter().map(|(_, parent)| parent.id()).collect();
    updated.fingerprint = own;
    updated.dev_version = Some(snapshot.dev_version_or_own());
    updated.effective_from = None;
    updated.migrated = true;
    Some(updated)
}
