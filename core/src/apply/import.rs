//! One state taken over into another, by the rules of SQLMesh's `state export` and `state import`.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::snapshot::{Snapshot, SnapshotId};
use crate::source::Location;
use crate::state::{StateFile, TableInfo, Versions};
use crate::time::{Intervals, Timestamp};

use super::intervals::{ByName, record};
use crate::snapshot::intervals::{Recorded, table_version};

/// The part of a state that some environments need; all of them when none is named.
///
/// # Errors
/// An environment does not exist. Names are taken as they are, in lower case, as SQLMesh does here.
pub fn export(
    state: &StateFile,
    environments: &[String],
    now: Timestamp,
) -> Result<StateFile, Box<Diagnostic>> {
    let mut exported = state.clone();
    if !environments.is_empty() {
        exported.environments.clear();
        for name in environments {
            let Some(entry) = state.environments.get(name) else {
                let known: Vec<&str> = state.environments.keys().map(String::as_str).collect();
                return Err(Box::new(
                    Diagnostic::error(
                        "state/unknown-environment",
                        format!("No such environment: {name}"),
                    )
                    .help(format!("the state has {}", listed(&known))),
                ));
            };
            exported.environments.insert(name.clone(), entry.clone());
        }
    }
    exported.retain_referenced();
    normalize(&mut exported);
    exported.begin_write(now);
    Ok(exported)
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        return "no environment".to_string();
    }
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Takes a file over into a state. Without `replace` nothing is lost: snapshots and environments of the file take
/// the place of those with the same name and identifier, intervals add up.
///
/// # Errors
/// The file may not be imported, was written by another minor release, or holds snapshots that were never
/// planned. Nothing is taken over then.
pub fn import(
    into: &StateFile,
    path: &str,
    file: &StateFile,
    replace: bool,
    now: Timestamp,
) -> Result<StateFile, Box<Diagnostic>> {
    check(into, path, file)?;
    let mut merged = if replace {
        StateFile {
            versions: into.versions.clone(),
            ..StateFile::empty()
        }
    } else {
        into.clone()
    };
    merged.begin_write(now);
    let mut positions: BTreeMap<SnapshotId, usize> =
        merged.snapshots.iter().map(Snapshot::id).zip(0..).collect();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for snapshot in &file.snapshots {
        let count = merged.snapshots.len();
        let index = *positions.entry(snapshot.id()).or_insert(count);
        if let Some(old) = merged.snapshots.get_mut(index) {
            let intervals = old.intervals.union(&snapshot.intervals);
            let dev_intervals = old.dev_intervals.union(&snapshot.dev_intervals);
            // Of two in one file the one that was changed later counts.
            if !taken.contains(&index) || snapshot.updated_ts > old.updated_ts {
                *old = snapshot.clone();
            }
            old.intervals = intervals;
            old.dev_intervals = dev_intervals;
        } else {
            merged.snapshots.push(snapshot.clone());
        }
        taken.insert(index);
    }
    // Intervals are those of a table: every version of it has them, those that were there before as well.
    let by_name = ByName::new(&merged.snapshots);
    let ids: Vec<(SnapshotId, Recorded)> = merged
        .snapshots
        .iter()
        .map(|snapshot| {
            let recorded = Recorded {
                intervals: snapshot.intervals.clone(),
                dev_intervals: snapshot.dev_intervals.clone(),
                written_at: None,
            };
            (snapshot.id(), recorded)
        })
        .collect();
    for (id, recorded) in &ids {
        record(&mut merged.snapshots, &by_name, id, recorded, now);
    }
    let before = if replace { &[] } else { into.snapshots.as_slice() };
    share_restatements(&mut merged.snapshots, before, &file.snapshots);
    for entry in file.environments.values() {
        merged
            .environments
            .insert(entry.environment.name.clone(), entry.clone());
    }
    normalize(&mut merged);
    Ok(merged)
}

/// Gives every version of a table what restatements still owe to it, and when the next one is due. What the file has
/// filled is not owed any more, except what the file itself says.
fn share_restatements(merged: &mut [Snapshot], before: &[Snapshot], file: &[Snapshot]) {
    let mut tables: BTreeMap<SnapshotId, usize> = BTreeMap::new();
    let mut owed: Vec<(Intervals, Option<Timestamp>)> = Vec::new();
    let mut position = |snapshot: &Snapshot| {
        let count = tables.len();
        let table = SnapshotId {
            name: snapshot.name.clone(),
            identifier: table_version(snapshot),
        };
        *tables.entry(table).or_insert(count)
    };
    for (snapshot, is_new) in before
        .iter()
        .map(|snapshot| (snapshot, false))
        .chain(file.iter().map(|snapshot| (snapshot, true)))
    {
        let index = position(snapshot);
        if index == owed.len() {
            owed.push((Intervals::new(), None));
        }
        let (pending, next) = &mut owed[index];
        if is_new {
            *pending = snapshot
                .intervals
                .iter()
                .fold(std::mem::take(pending), |left, filled| left.without(filled));
        } else {
            *pending = pending.union(&snapshot.pending_restatement_intervals);
        }
        *next = snapshot.next_auto_restatement_ts.or(*next);
    }
    for snapshot in file {
        let (pending, _) = &mut owed[position(snapshot)];
        *pending = pending.union(&snapshot.pending_restatement_intervals);
    }
    for snapshot in merged {
        if let Some((pending, next)) = owed.get(position(snapshot)) {
            snapshot.pending_restatement_intervals = pending.clone();
            snapshot.next_auto_restatement_ts = *next;
        }
    }
}

/// Joins intervals that overlap.
fn normalize(state: &mut StateFile) {
    for snapshot in &mut state.snapshots {
        for intervals in [
            &mut snapshot.intervals,
            &mut snapshot.dev_intervals,
            &mut snapshot.pending_restatement_intervals,
        ] {
            *intervals = intervals.iter().collect();
        }
    }
}

fn check(into: &StateFile, path: &str, file: &StateFile) -> Result<(), Box<Diagnostic>> {
    let refused = |code: &str, message: String| Diagnostic::error(code, message).at(Location::file(path), "");
    if !file.metadata.importable {
        return Err(Box::new(
            refused(
                "state/not-importable",
                "State file is marked as not importable. Aborting".to_string(),
            )
            .help("exports with `--local` hold the project's files, not a state; export without it"),
        ));
    }
    let target = if into.versions == Versions::default() {
        Versions::current()
    } else {
        into.versions.clone()
    };
    let (own, theirs) = (&target.sqlmesh_version, &file.versions.sqlmesh_version);
    if minor(own) != minor(theirs) {
        return Err(Box::new(
            refused(
                "state/version-mismatch",
                format!(
                    "SQLMesh version mismatch. You are running '{own}' but the state file was created with '{theirs}'."
                ),
            )
            .help("Please upgrade/downgrade your SQLMesh version to match the state file before performing the import."),
        ));
    }
    for snapshot in &file.snapshots {
        let lacks = match (&snapshot.version, &snapshot.change_category) {
            (None, _) => "versioned",
            (_, None) => "categorized",
            _ => continue,
        };
        return Err(Box::new(
            refused(
                "state/unversioned",
                format!(
                    "Snapshot SnapshotId<{}: {}> has not been {lacks} yet.",
                    snapshot.name,
                    snapshot.fingerprint.to_identifier()
                ),
            )
            .help("export the state without `--local`"),
        ));
    }
    let held: BTreeSet<SnapshotId> = [into, file]
        .into_iter()
        .flat_map(|state| state.snapshots.iter().map(Snapshot::id))
        .collect();
    for entry in file.environments.values() {
        let mut ids = entry.environment.snapshots.iter().map(TableInfo::id);
        if let Some(id) = ids.find(|id| !held.contains(id)) {
            return Err(Box::new(
                refused(
                    "state/missing-snapshot",
                    format!(
                        "environment `{}` refers to {} {}, which neither state holds",
                        entry.environment.name, id.name, id.identifier
                    ),
                )
                .help("export the state again with `sqlmesh state export`"),
            ));
        }
    }
    Ok(())
}

fn minor(version: &str) -> Vec<&str> {
    version.split('.').take(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Interval;
    use serde_json::json;

    fn state(intervals: &[(i64, i64)], environments: &[&str]) -> StateFile {
        let fingerprint = json!({"data_hash": "1", "metadata_hash": "2"});
        let snapshot = json!({
            "name": "a", "version": "1", "change_category": 1, "fingerprint": fingerprint,
            "intervals": intervals, "node": {"name": "a"}
        });
        let entries: serde_json::Map<_, _> = environments
            .iter()
            .map(|name| {
                let info = json!({
                    "name": "a", "version": "1", "physical_schema": "s", "dev_table_suffix": "dev",
                    "fingerprint": fingerprint
                });
                let entry = json!({"environment": {
                    "name": name, "start_at": "2024-01-01", "plan_id": "1", "snapshots": [info]
                }});
                ((*name).to_string(), entry)
            })
            .collect();
        serde_json::from_value(json!({
            "metadata": {"timestamp": "t", "file_version": 1, "importable": true},
            "versions": {"schema_version": 102, "sqlglot_version": "30.8.0", "sqlmesh_version": "0.236.4"},
            "snapshots": [snapshot], "environments": entries
        }))
        .unwrap()
    }

    const NOW: Timestamp = Timestamp(0);

    #[test]
    fn a_merge_adds_intervals_and_keeps_what_only_the_target_has() {
        let (target, file) = (
            state(&[(0, 2)], &["prod", "dev"]),
            state(&[(1, 5)], &["dev", "new"]),
        );
        let merged = import(&target, "f", &file, false, NOW).unwrap();
        let names: Vec<&str> = merged.environments.keys().map(String::as_str).collect();
        assert_eq!(names, ["prod", "dev", "new"]);
        let all: Intervals = [Interval(Timestamp(0), Timestamp(5))].into_iter().collect();
        assert_eq!(merged.snapshots[0].intervals, all);
        assert_eq!(
            import(&merged, "f", &file, false, NOW).unwrap(),
            merged,
            "twice is once"
        );
        let replaced = import(&target, "f", &file, true, NOW).unwrap();
        assert_eq!(replaced.environments.len(), 2);
        assert_eq!(replaced.snapshots, file.snapshots);
    }

    #[test]
    fn of_two_in_a_file_the_later_counts() {
        let mut file = state(&[(0, 2)], &["prod"]);
        let mut again = file.snapshots[0].clone();
        file.snapshots[0].updated_ts = Timestamp(2);
        again.updated_ts = Timestamp(1);
        again.ttl = "in 9 weeks".to_string();
        again.intervals = [Interval(Timestamp(2), Timestamp(4))].into_iter().collect();
        file.snapshots.push(again);
        let target = state(&[(6, 8)], &[]);
        for into in [&StateFile::empty(), &target] {
            let merged = import(into, "f", &file, false, NOW).unwrap();
            assert_eq!(merged.snapshots.len(), 1);
            assert_eq!(merged.snapshots[0].ttl, "");
            let all = Interval(Timestamp(0), Timestamp(4));
            assert_eq!(merged.snapshots[0].intervals.as_slice()[0], all);
            let mut turned = file.clone();
            turned.snapshots.reverse();
            assert_eq!(import(into, "f", &turned, false, NOW).unwrap(), merged);
        }
    }

    #[test]
    fn what_restatements_owe_is_that_of_a_table() {
        let set = |pairs: &[(i64, i64)]| -> Intervals {
            let interval = |(start, end): &(i64, i64)| Interval(Timestamp(*start), Timestamp(*end));
            pairs.iter().map(interval).collect()
        };
        let mut target = state(&[(0, 9)], &["prod"]);
        target.snapshots[0].pending_restatement_intervals = set(&[(2, 6)]);
        target.snapshots[0].next_auto_restatement_ts = Some(Timestamp(7));
        let alone = import(&StateFile::empty(), "f", &target, false, NOW).unwrap();
        assert_eq!(alone.snapshots, target.snapshots);
        // The same table in another snapshot.
        let mut file = state(&[(4, 5)], &[]);
        file.snapshots[0].fingerprint.metadata_hash = "3".to_string();
        file.snapshots[0].pending_restatement_intervals = set(&[(0, 1)]);
        let merged = import(&target, "f", &file, false, NOW).unwrap();
        assert_eq!(merged.snapshots.len(), 2);
        for snapshot in &merged.snapshots {
            assert_eq!(
                snapshot.pending_restatement_intervals,
                set(&[(0, 1), (2, 4), (5, 6)])
            );
            assert_eq!(snapshot.next_auto_restatement_ts, Some(Timestamp(7)));
        }
        file.snapshots[0].next_auto_restatement_ts = Some(Timestamp(8));
        let later = import(&merged, "f", &file, false, NOW).unwrap();
        for (snapshot, before) in later.snapshots.iter().zip(&merged.snapshots) {
            assert_eq!(snapshot.next_auto_restatement_ts, Some(Timestamp(8)));
            assert_eq!(
                snapshot.pending_restatement_intervals,
                before.pending_restatement_intervals
            );
        }
    }

    #[test]
    fn what_cannot_be_imported_is_refused() {
        let code = |change: fn(&mut StateFile)| {
            let mut file = state(&[], &["prod"]);
            change(&mut file);
            import(&StateFile::empty(), "f", &file, false, NOW)
                .unwrap_err()
                .code
        };
        assert_eq!(
            code(|file| file.metadata.importable = false),
            "state/not-importable"
        );
        assert_eq!(
            code(|file| file.versions.sqlmesh_version = "0.235.9".to_string()),
            "state/version-mismatch"
        );
        assert_eq!(code(|file| file.snapshots[0].version = None), "state/unversioned");
        assert_eq!(code(|file| file.snapshots.clear()), "state/missing-snapshot");
        let mut patched = state(&[], &[]);
        patched.versions.sqlmesh_version = "0.236.0".to_string();
        assert!(import(&StateFile::empty(), "f", &patched, false, NOW).is_ok());
    }

    #[test]
    fn an_export_holds_what_its_environments_need() {
        let all = state(&[], &["prod", "dev"]);
        let only = export(&all, &["dev".to_string()], NOW).unwrap();
        assert_eq!((only.environments.len(), only.snapshots.len()), (1, 1));
        let problem = export(&all, &["nope".to_string()], NOW).unwrap_err();
        assert_eq!(problem.message, "No such environment: nope");
        assert!(export(&state(&[], &[]), &[], NOW).unwrap().snapshots.is_empty());
    }
}
