//! Which intervals a restatement in prod clears in other environments, so that they are filled again from what
//! prod holds now.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::dag::Dag;
use crate::plan::Plan;
use crate::snapshot::{Snapshot, SnapshotId, fingerprint};
use crate::state::{EnvironmentEntry, StateFile};
use crate::time::{DateText, Interval, Timestamp, inclusive_exclusive, ttl_end};

use crate::snapshot::intervals::table_version;

use super::intervals::{ByName, remove};

/// Table of a version: name and version.
type NameVersion = (String, String);

/// Intervals to be cleared from one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleared {
    /// Fully qualified name.
    pub name: String,
    /// Version of the table.
    pub version: String,
    /// Environments that have it.
    pub environments: BTreeSet<String>,
    /// What is cleared.
    pub interval: Interval,
}

/// Clears restated intervals from versions that prod does not use.
pub(super) fn clear_elsewhere(after: &mut StateFile, plan: &Plan<'_>, by_name: &ByName) {
    for cleared in cleared_in(after, plan, by_name) {
        let Cleared {
            name,
            version,
            interval,
            ..
        } = cleared;
        remove(&mut after.snapshots, by_name, &name, &version, interval);
    }
}

/// What a restatement in prod clears in versions that prod does not use, by name and version; empty for any other
/// plan.
pub fn cleared_elsewhere(state: &StateFile, plan: &Plan<'_>) -> Vec<Cleared> {
    if plan.restates_all_environments() {
        cleared_in(state, plan, &ByName::new(&state.snapshots))
    } else {
        Vec::new()
    }
}

fn cleared_in(after: &StateFile, plan: &Plan<'_>, by_name: &ByName) -> Vec<Cleared> {
    let nodes = &plan.diff.nodes;
    let in_prod: BTreeSet<NameVersion> = nodes
        .values()
        .map(|node| (node.name().to_string(), table_version(&node.snapshot)))
        .collect();
    let spared: BTreeSet<&str> = nodes
        .values()
        .filter(|node| node.is_model() && node.model().kind.is_restatement_disabled())
        .map(|node| node.name())
        .collect();
    let mut requests: BTreeMap<SnapshotId, (NameVersion, Interval)> = BTreeMap::new();
    for entry in after.environments.values() {
        collect(entry, plan, &in_prod, &spared, &mut requests);
    }
    let mut widest: BTreeMap<String, Interval> = BTreeMap::new();
    for (id, (_, interval)) in &requests {
        let wide = widest.entry(id.name.clone()).or_insert(*interval);
        *wide = Interval(wide.0.min(interval.0), wide.1.max(interval.1));
    }
    for (name, interval) in &widest {
        collect_unreferenced(
            after,
            (name, *interval),
            plan.now,
            &in_prod,
            by_name,
            &mut requests,
        );
    }
    let mut cleared: BTreeMap<NameVersion, Interval> = BTreeMap::new();
    for (id, (version, interval)) in requests {
        let snapshot = by_name
            .get(&id.name)
            .iter()
            .filter_map(|index| after.snapshots.get(*index))
            .find(|snapshot| snapshot.id() == id);
        let interval = snapshot.map_or(interval, |snapshot| whole_history(snapshot, interval, plan.now));
        cleared.insert(version, interval);
    }
    cleared
        .into_iter()
        .map(|((name, version), interval)| {
            let has = |entry: &&EnvironmentEntry| {
                let infos = &entry.environment.snapshots;
                infos
                    .iter()
                    .any(|info| info.name == name && info.version == version)
            };
            let environments = after.environments.values().filter(has);
            Cleared {
                environments: environments.map(|entry| entry.environment.name.clone()).collect(),
                name: name.clone(),
                version: version.clone(),
                interval,
            }
        })
        .collect()
}

/// What one environment has of the restated models, and everything below them there.
fn collect(
    entry: &EnvironmentEntry,
    plan: &Plan<'_>,
    in_prod: &BTreeSet<NameVersion>,
    spared: &BTreeSet<&str>,
    requests: &mut BTreeMap<SnapshotId, (NameVersion, Interval)>,
) {
    let infos: BTreeMap<&str, _> = entry
        .environment
        .snapshots
        .iter()
        .map(|info| (info.name.as_str(), info))
        .collect();
    let edges = infos.iter().map(|(name, info)| {
        let parents = info.parents.iter().map(|parent| parent.name.clone()).collect();
        ((*name).to_string(), parents)
    });
    let dag = Dag::new(&edges.collect());
    for name in plan.order.iter() {
        let Some(interval) = plan.restatements.get(name) else {
            continue;
        };
        if !infos.contains_key(name.as_str()) {
            continue;
        }
        let mut affected = dag.downstream(name);
        affected.insert(name.clone());
        for name in affected {
            let Some(info) = infos.get(name.as_str()) else {
                continue;
            };
            let version = (name.clone(), info.version.clone());
            if !spared.contains(name.as_str()) && !in_prod.contains(&version) {
                requests.entry(info.id()).or_insert((version, *interval));
            }
        }
    }
}

/// Versions of an affected model that no environment has: they get the widest interval cleared.
fn collect_unreferenced(
    after: &StateFile,
    (name, widest): (&str, Interval),
    now: Timestamp,
    in_prod: &BTreeSet<NameVersion>,
    by_name: &ByName,
    requests: &mut BTreeMap<SnapshotId, (NameVersion, Interval)>,
) {
    for index in by_name.get(name) {
        let Some(snapshot) = after.snapshots.get(*index) else {
            continue;
        };
        let version = (name.to_string(), table_version(snapshot));
        let expired = ttl_end(&snapshot.ttl, snapshot.updated_ts).is_some_and(|end| end <= now);
        if !expired && !in_prod.contains(&version) {
            requests.entry(snapshot.id()).or_insert((version, widest));
        }
    }
}

/// Models that can only be rebuilt as a whole are cleared as a whole.
fn whole_history(snapshot: &Snapshot, asked: Interval, now: Timestamp) -> Interval {
    let model = &snapshot.node;
    if model.is_audit() || !model.kind.name.is_full_history_restatement_only() {
        return asked;
    }
    let start = snapshot.intervals.start().unwrap_or(asked.0);
    let end = DateText::instant(now);
    inclusive_exclusive(
        DateText::instant(start),
        end,
        fingerprint::interval_unit(model),
        model.allow_partials,
        true,
    )
}
