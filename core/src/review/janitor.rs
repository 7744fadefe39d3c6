//! What SQLMesh's janitor would take from a state at a moment.
//!
//! Expired environments go first, with their views. Then go the snapshots that no remaining environment holds and
//! whose time to live has passed since they were last touched. A table stays as long as a remaining snapshot has
//! the same version.

use crate::ordered::BTreeSet;

use crate::snapshot::{Snapshot, SnapshotId};
use crate::state::StateFile;
use crate::state::environment::PROD;
use crate::time::Timestamp;
use crate::time::parse::ttl_end;

/// What would be taken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// Expired environments.
    pub environments: Vec<String>,
    /// Snapshots, by name and identifier.
    pub snapshots: Vec<Taken>,
}

/// A snapshot that would be taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Which one.
    pub id: SnapshotId,
    /// When it could be taken at the earliest.
    pub since: Timestamp,
    /// Tables that would be dropped with it.
    pub tables: Vec<String>,
}

/// What the janitor would take at `now`.
pub fn preview(state: &StateFile, now: Timestamp) -> Preview {
    let expired = |name: &str| {
        name != PROD
            && state
                .environments
                .get(name)
                .and_then(|entry| entry.environment.expiration_ts)
                .is_some_and(|expiration| expiration <= now)
    };
    let environments: Vec<String> = state
        .environments
        .keys()
        .filter(|name| expired(name))
        .cloned()
        .collect();
    let held: BTreeSet<SnapshotId> = state
        .environments
        .iter()
        .filter(|(name, _)| !expired(name))
        .flat_map(|(_, entry)| {
            let environment = &entry.environment;
            // One that is not finalised still shows what it held before.
            let before = environment
                .previous_finalized_snapshots
                .iter()
                .filter(|_| environment.finalized_ts.is_none())
                .flatten();
            environment.snapshots.iter().chain(before)
        })
        .map(crate::state::TableInfo::id)
        .collect();
    let end = |snapshot: &Snapshot| ttl_end(&snapshot.ttl, snapshot.updated_ts);
    let doomed =
        |snapshot: &Snapshot| !held.contains(&snapshot.id()) && end(snapshot).is_some_and(|end| end <= now);
    let kept: Vec<&Snapshot> = state
        .snapshots
        .iter()
        .filter(|snapshot| !doomed(snapshot))
        .collect();
    let tables_kept: BTreeSet<String> = kept.iter().flat_map(|snapshot| tables(snapshot)).collect();
    let mut snapshots: Vec<Taken> = state
        .snapshots
        .iter()
        .filter(|snapshot| doomed(snapshot))
        .map(|snapshot| Taken {
            id: snapshot.id(),
            since: end(snapshot).unwrap_or(now),
            tables: tables(snapshot)
                .into_iter()
                .filter(|table| !tables_kept.contains(table))
                .collect(),
        })
        .collect();
    snapshots.sort_by(|a, b| a.id.cmp(&b.id));
    Preview {
        environments,
        snapshots,
    }
}

/// Takes it.
pub fn clean(state: &mut StateFile, now: Timestamp) {
    let taken = preview(state, now);
    for name in &taken.environments {
        state.environments.shift_remove(name);
    }
    let ids: BTreeSet<SnapshotId> = taken.snapshots.into_iter().map(|taken| taken.id).collect();
    state.snapshots.retain(|snapshot| !ids.contains(&snapshot.id()));
}

/// Tables that a snapshot owns: none for what is symbolic.
fn tables(snapshot: &Snapshot) -> Vec<String> {
    if snapshot.node.is_audit() || snapshot.node.kind.name.is_symbolic() {
        return Vec::new();
    }
    let mut tables: Vec<String> = [true, false]
        .into_iter()
        .filter_map(|deployable| snapshot.table_name(deployable))
        .collect();
    tables.dedup();
    tables
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Fingerprint;
    use crate::state::{Environment, EnvironmentEntry, TableInfo};
    use crate::time::DAY;

    fn snapshot(name: &str, data: &str, version: &str) -> Snapshot {
        Snapshot {
            name: format!("\"d\".\"s\".\"{name}\""),
            fingerprint: Fingerprint {
                data_hash: data.to_string(),
                ..Fingerprint::default()
            },
            version: Some(version.to_string()),
            dev_version: Some(data.to_string()),
            ttl: "in 1 week".to_string(),
            updated_ts: Timestamp(DAY),
            ..Snapshot::default()
        }
    }

    fn environment(name: &str, expires: Option<i64>, snapshots: &[&Snapshot]) -> (String, EnvironmentEntry) {
        let infos = snapshots.iter().map(|snapshot| TableInfo {
            name: snapshot.name.clone(),
            fingerprint: snapshot.fingerprint.clone(),
            ..TableInfo::default()
        });
        let environment = Environment {
            name: name.to_string(),
            expiration_ts: expires.map(Timestamp),
            finalized_ts: Some(Timestamp(0)),
            snapshots: infos.collect(),
            ..Environment::default()
        };
        let entry = EnvironmentEntry {
            environment,
            ..EnvironmentEntry::default()
        };
        (name.to_string(), entry)
    }

    #[test]
    fn expired_environments_release_their_snapshots() {
        let (kept, shares, own) = (
            snapshot("a", "1", "v1"),
            snapshot("a", "2", "v1"),
            snapshot("b", "3", "v3"),
        );
        let state = StateFile {
            environments: [
                environment("prod", None, &[&kept]),
                environment("dev", Some(5 * DAY), &[&shares, &own]),
            ]
            .into_iter()
            .collect(),
            snapshots: vec![kept, shares, own],
            ..StateFile::default()
        };
        assert_eq!(preview(&state, Timestamp(4 * DAY)), Preview::default());
        let early = preview(&state, Timestamp(6 * DAY));
        assert_eq!(early.environments, ["dev"]);
        assert!(early.snapshots.is_empty(), "their time to live has not passed");
        let late = preview(&state, Timestamp(9 * DAY));
        let tables: Vec<usize> = late.snapshots.iter().map(|taken| taken.tables.len()).collect();
        assert_eq!(tables, [1, 2], "the shared table stays, its dev table goes");
    }
}
