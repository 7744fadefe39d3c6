//! States as reports: what a state holds, and how two states differ.

use crate::json;
use crate::ordered::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::snapshot::{Snapshot, SnapshotId, fingerprint};
use crate::state::environment::PROD;
use crate::state::{EnvironmentEntry, StateFile, TableInfo, Versions};
use crate::time::range::format_intervals;
use crate::time::{Intervals, Timestamp};

/// What a state holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StateReport {
    /// When the file was written.
    pub timestamp: String,
    /// Whether it may be imported.
    pub importable: bool,
    /// Releases.
    pub versions: Versions,
    /// Environments, prod first.
    pub environments: Vec<EnvironmentReport>,
    /// Snapshots by name, then by age.
    pub snapshots: Vec<StateSnapshotReport>,
}

/// One environment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EnvironmentReport {
    /// Its name.
    pub name: String,
    /// Start and end of its last plan.
    pub start_at: String,
    /// End, when there was one.
    pub end_at: Option<String>,
    /// Its last plan.
    pub plan_id: String,
    /// When it expires: `YYYY-MM-DD HH:MM:SS`; `None` for never.
    pub expires: Option<String>,
    /// Whether it has expired already.
    pub expired: bool,
    /// Whether its last plan was finished.
    pub finalized: bool,
    /// How many snapshots it has.
    pub snapshots: usize,
    /// How many of them have views.
    pub promoted: usize,
}

/// One snapshot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StateSnapshotReport {
    /// Fully qualified name.
    pub name: String,
    /// Which version of the node.
    pub identifier: String,
    /// Kind; `AUDIT` for standalone audits.
    pub kind: String,
    /// Version of its table.
    pub version: Option<String>,
    /// Version of its dev table.
    pub dev_version: String,
    /// `BREAKING`, ….
    pub category: Option<String>,
    /// Applied forward only.
    pub forward_only: bool,
    /// Its table.
    pub table: Option<String>,
    /// Environments that have it.
    pub environments: Vec<String>,
    /// What the table holds, both bounds inclusive.
    pub intervals: String,
    /// What the dev table holds.
    pub dev_intervals: String,
}

impl StateReport {
    /// The report of a state, or of some of its environments.
    pub fn new(state: &StateFile, only: &[String], now: Timestamp) -> Self {
        let chosen = |name: &str| only.is_empty() || only.iter().any(|only| only == name);
        let mut entries: Vec<&EnvironmentEntry> = state
            .environments
            .values()
            .filter(|entry| chosen(&entry.environment.name))
            .collect();
        entries.sort_by_key(|entry| (entry.environment.name != PROD, entry.environment.name.clone()));
        let mut holders: BTreeMap<SnapshotId, Vec<String>> = BTreeMap::new();
        for entry in &entries {
            for info in &entry.environment.snapshots {
                holders
                    .entry(info.id())
                    .or_default()
                    .push(entry.environment.name.clone());
            }
        }
        let mut snapshots: Vec<&Snapshot> = state
            .snapshots
            .iter()
            .filter(|snapshot| only.is_empty() || holders.contains_key(&snapshot.id()))
            .collect();
        snapshots.sort_by(|a, b| (&a.name, a.created_ts, a.id()).cmp(&(&b.name, b.created_ts, b.id())));
        Self {
            timestamp: state.metadata.timestamp.clone(),
            importable: state.metadata.importable,
            versions: state.versions.clone(),
            environments: entries
                .iter()
                .map(|entry| environment_report(entry, now))
                .collect(),
            snapshots: snapshots
                .into_iter()
                .map(|snapshot| snapshot_report(snapshot, &holders))
                .collect(),
        }
    }
}

fn environment_report(entry: &EnvironmentEntry, now: Timestamp) -> EnvironmentReport {
    let environment = &entry.environment;
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let promoted = environment.promoted_snapshot_ids.as_ref().map(Vec::len);
    EnvironmentReport {
        name: environment.name.clone(),
        start_at: text(&environment.start_at),
        end_at: environment.end_at.as_ref().map(text),
        plan_id: environment.plan_id.clone(),
        expires: environment.expiration_ts.map(Timestamp::datetime_text),
        expired: environment.expiration_ts.is_some_and(|at| at <= now),
        finalized: environment.finalized_ts.is_some(),
        snapshots: environment.snapshots.len(),
        promoted: promoted.unwrap_or(environment.snapshots.len()),
    }
}

fn snapshot_report(snapshot: &Snapshot, holders: &BTreeMap<SnapshotId, Vec<String>>) -> StateSnapshotReport {
    let id = snapshot.id();
    let unit = fingerprint::interval_unit(&snapshot.node);
    let text = |intervals: &Intervals| format_intervals(intervals, unit);
    StateSnapshotReport {
        kind: if snapshot.node.is_audit() {
            "AUDIT".to_string()
        } else {
            snapshot.node.kind.name.as_str().to_string()
        },
        version: snapshot.version.clone(),
        dev_version: snapshot.dev_version_or_own(),
        category: snapshot
            .change_category
            .map(|category| category.as_str().to_string()),
        forward_only: snapshot.forward_only,
        table: snapshot.table_name(true),
        environments: holders.get(&id).cloned().unwrap_or_default(),
        intervals: text(&snapshot.intervals),
        dev_intervals: text(&snapshot.dev_intervals),
        name: id.name,
        identifier: id.identifier,
    }
}

/// How two states differ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StateDiffReport {
    /// Environments only in the second.
    pub environments_added: Vec<String>,
    /// Environments only in the first.
    pub environments_removed: Vec<String>,
    /// Environments in both, with what differs.
    pub environments_changed: Vec<EnvironmentChange>,
    /// Snapshots only in the second: name and identifier.
    pub snapshots_added: Vec<SnapshotId>,
    /// Snapshots only in the first.
    pub snapshots_removed: Vec<SnapshotId>,
    /// Snapshots in both, with what differs.
    pub snapshots_changed: Vec<SnapshotChange>,
}

/// An environment that differs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct EnvironmentChange {
    /// Its name.
    pub name: String,
    /// Names only in the second.
    pub added: Vec<String>,
    /// Names only in the first.
    pub removed: Vec<String>,
    /// Names at another version.
    pub modified: Vec<String>,
    /// Other fields that differ.
    pub fields: Vec<String>,
}

/// A snapshot that differs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SnapshotChange {
    /// Its name.
    pub name: String,
    /// Which version.
    pub identifier: String,
    /// Fields that differ.
    pub fields: Vec<String>,
    /// Intervals only in the second, both bounds inclusive.
    pub intervals_gained: String,
    /// Intervals only in the first.
    pub intervals_lost: String,
}

impl StateDiffReport {
    /// Compares two states.
    pub fn new(before: &StateFile, after: &StateFile) -> Self {
        let mut report = Self::default();
        let old: BTreeMap<SnapshotId, &Snapshot> = before.snapshots.iter().map(|s| (s.id(), s)).collect();
        let new: BTreeMap<SnapshotId, &Snapshot> = after.snapshots.iter().map(|s| (s.id(), s)).collect();
        for (id, snapshot) in &new {
            match old.get(id) {
                None => report.snapshots_added.push(id.clone()),
                Some(old) if old == snapshot => {}
                Some(old) => report.snapshots_changed.push(snapshot_change(id, old, snapshot)),
            }
        }
        report.snapshots_removed = old.keys().filter(|id| !new.contains_key(*id)).cloned().collect();
        for (name, entry) in &after.environments {
            match before.environments.get(name) {
                None => report.environments_added.push(name.clone()),
                Some(old) if old == entry => {}
                Some(old) => report
                    .environments_changed
                    .push(environment_change(name, old, entry)),
            }
        }
        let gone = before
            .environments
            .keys()
            .filter(|name| !after.environments.contains_key(name));
        report.environments_removed = gone.cloned().collect();
        report
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Names of the fields in which two objects differ.
fn differing(before: &impl Serialize, after: &impl Serialize) -> Vec<String> {
    let fields = |value: serde_json::Value| match value {
        serde_json::Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    };
    let (before, after) = (fields(json::to_value(before)), fields(json::to_value(after)));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name));
    differing.cloned().collect()
}

fn snapshot_change(id: &SnapshotId, before: &Snapshot, after: &Snapshot) -> SnapshotChange {
    let unit = fingerprint::interval_unit(&after.node);
    let only = |in_this: &Intervals, not_in: &Intervals| {
        let left = not_in.iter().fold(in_this.clone(), |left, cut| left.without(cut));
        format_intervals(&left, unit)
    };
    SnapshotChange {
        name: id.name.clone(),
        identifier: id.identifier.clone(),
        fields: differing(before, after),
        intervals_gained: only(&after.intervals, &before.intervals),
        intervals_lost: only(&before.intervals, &after.intervals),
    }
}

fn environment_change(name: &str, before: &EnvironmentEntry, after: &EnvironmentEntry) -> EnvironmentChange {
    let infos = |entry: &EnvironmentEntry| -> BTreeMap<String, TableInfo> {
        let infos = entry.environment.snapshots.iter();
        infos.map(|info| (info.name.clone(), info.clone())).collect()
    };
    let (old, new) = (infos(before), infos(after));
    let mut fields = differing(&before.environment, &after.environment);
    fields.retain(|field| field != "snapshots");
    if before.statements != after.statements {
        fields.push("statements".to_string());
    }
    EnvironmentChange {
        name: name.to_string(),
        added: new
            .keys()
            .filter(|name| !old.contains_key(*name))
            .cloned()
            .collect(),
        removed: old
            .keys()
            .filter(|name| !new.contains_key(*name))
            .cloned()
            .collect(),
        modified: new
            .iter()
            .filter(|(name, info)| {
                old.get(*name)
                    .is_some_and(|old| old.fingerprint != info.fingerprint)
            })
            .map(|(name, _)| name.clone())
            .collect(),
        fields,
    }
}
