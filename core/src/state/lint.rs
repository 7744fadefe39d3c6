//! What is wrong with a state, whoever wrote it.
//!
//! In: a state and the moment. Out: diagnostics, each with a code, a severity, the place in the file and what to
//! do about it. Nothing is changed. Errors are what makes plans or imports fail or lose data; warnings are what
//! surprises.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Severity};
use crate::snapshot::{Snapshot, SnapshotId, TableInfo, fingerprint};
use crate::source::Location;
use crate::time::{Interval, Intervals, Timestamp, format_interval};

use super::environment::Environment;
use super::file::StateFile;

/// All problems of a state, the most severe first. `path` only serves the places.
pub fn lint(path: &str, state: &StateFile, now: Timestamp) -> Vec<Diagnostic> {
    let mut found = Found {
        path,
        problems: Vec::new(),
    };
    let doubt = state.doubt();
    found
        .problems
        .extend(doubt.map(|problem| problem.at(Location::file(path), "versions")));
    let ids: Vec<SnapshotId> = state.snapshots.iter().map(Snapshot::id).collect();
    let mut known: BTreeMap<&SnapshotId, usize> = BTreeMap::new();
    for (index, id) in ids.iter().enumerate() {
        if let Some(first) = known.insert(id, index) {
            found.add(
                Severity::Error,
                "state/duplicate-snapshot",
                format!("{} {} is there twice", id.name, id.identifier),
                format!("snapshots[{first}] and snapshots[{index}]"),
                "keep the one with the later `updated_ts`; SQLMesh does the same when it reads them",
            );
        }
    }
    let referenced: BTreeSet<SnapshotId> = state
        .environments
        .values()
        .flat_map(|entry| entry.environment.snapshots.iter().map(TableInfo::id))
        .collect();
    for (index, (snapshot, id)) in state.snapshots.iter().zip(&ids).enumerate() {
        found.snapshot(index, snapshot, &known);
        if !referenced.contains(id) {
            found.unreferenced(index, snapshot);
        }
    }
    found.shared_tables(&state.snapshots);
    for (key, entry) in &state.environments {
        if *key != entry.environment.name {
            found.add(
                Severity::Warning,
                "state/environment-name",
                format!(
                    "the environment `{}` is listed as `{key}`",
                    entry.environment.name
                ),
                format!("environments.{key}"),
                "make both the same: an import goes by the name inside",
            );
        }
        found.environment(key, &entry.environment, state, &known, now);
    }
    found.problems.sort_by_key(|problem| problem.severity);
    found.problems
}

struct Found<'a> {
    path: &'a str,
    problems: Vec<Diagnostic>,
}

impl Found<'_> {
    fn add(&mut self, severity: Severity, code: &str, message: String, place: String, help: &str) {
        let mut problem = Diagnostic::error(code, message)
            .at(Location::file(self.path), place)
            .help(help);
        problem.severity = severity;
        self.problems.push(problem);
    }

    fn snapshot(&mut self, index: usize, snapshot: &Snapshot, known: &BTreeMap<&SnapshotId, usize>) {
        let name = &snapshot.name;
        let place = |field: &str| format!("snapshots[{index}]{field}");
        if snapshot.version.is_none() || snapshot.change_category.is_none() {
            self.add(
                Severity::Error,
                "state/unversioned",
                format!("{name} has no version or no category: it was never planned"),
                place(""),
                "export the state without `--local`; imports refuse such snapshots",
            );
        }
        for parent in snapshot
            .parents
            .iter()
            .filter(|parent| !known.contains_key(parent))
        {
            self.add(
                Severity::Warning,
                "state/missing-parent",
                format!(
                    "{name} depends on {} {}, which the state does not hold",
                    parent.name, parent.identifier
                ),
                place(".parents"),
                "export all environments, or plan once: a plan stores the parents' versions again",
            );
        }
        let unknown = snapshot.extra.keys().chain(snapshot.node.extra.keys());
        if let Some(field) = unknown.chain(snapshot.node.kind.extra.keys()).next() {
            self.add(
                Severity::Warning,
                "state/unknown-field",
                format!("{name} has the field `{field}`, which SQLMesh 0.236 does not know"),
                place(""),
                "remove it before an import: SQLMesh refuses fields that it does not know",
            );
        }
        let lists = [
            ("intervals", &snapshot.intervals),
            ("dev_intervals", &snapshot.dev_intervals),
            (
                "pending_restatement_intervals",
                &snapshot.pending_restatement_intervals,
            ),
        ];
        for (field, intervals) in lists {
            self.intervals(snapshot, intervals, &place(&format!(".{field}")));
        }
    }

    fn intervals(&mut self, snapshot: &Snapshot, intervals: &Intervals, place: &str) {
        let name = &snapshot.name;
        let unit = fingerprint::interval_unit(&snapshot.node);
        let pairs = intervals.as_slice();
        if !pairs.is_empty() && snapshot.node.kind.name.is_symbolic() && snapshot.node.audits.is_empty() {
            self.add(
                Severity::Warning,
                "state/orphaned-intervals",
                format!("{name} has intervals, but no table that they could be of"),
                place.to_string(),
                "remove them: models of this kind are never filled",
            );
        }
        let empty: Vec<&Interval> = pairs.iter().filter(|interval| interval.is_empty()).collect();
        if let Some((first, others)) = empty.split_first() {
            self.add(
                Severity::Error,
                "state/empty-interval",
                format!(
                    "an interval of {name} ends before it begins ({} to {}{})",
                    first.0.datetime_text(),
                    first.1.datetime_text(),
                    and_more(others.len())
                ),
                place.to_string(),
                "remove it",
            );
        }
        let is_misaligned = |interval: &&Interval| {
            !interval.is_empty()
                && (unit.floor(interval.0) != interval.0
                    || (unit.floor(interval.1) != interval.1 && !snapshot.node.allow_partials))
        };
        let misaligned: Vec<&Interval> = pairs.iter().filter(is_misaligned).collect();
        if let Some((first, others)) = misaligned.split_first() {
            self.add(
                Severity::Warning,
                "state/misaligned-interval",
                format!(
                    "{}{} of {name} does not consist of whole units ({})",
                    format_interval(**first, unit),
                    and_more(others.len()),
                    unit.as_str()
                ),
                place.to_string(),
                "restate the model for these days: a part of a unit counts as missing",
            );
        }
        let overlapping = pairs.windows(2).find(|pair| match pair {
            [first, second] => second.0 <= first.1,
            _ => false,
        });
        if overlapping.is_some() {
            self.add(
                Severity::Warning,
                "state/overlapping-intervals",
                format!("intervals of {name} overlap, touch or are out of order"),
                place.to_string(),
                "join them: reading and writing the state with `planglass state export` does",
            );
        }
    }

    fn unreferenced(&mut self, index: usize, snapshot: &Snapshot) {
        let has_intervals = !snapshot.intervals.is_empty() || !snapshot.dev_intervals.is_empty();
        let (code, what) = if has_intervals {
            ("state/orphaned-intervals", "has intervals, but is")
        } else {
            ("state/orphaned-snapshot", "is")
        };
        self.add(
            Severity::Note,
            code,
            format!(
                "{} {} {what} in no environment",
                snapshot.name,
                snapshot.fingerprint.to_identifier()
            ),
            format!("snapshots[{index}]"),
            "SQLMesh's janitor removes it once its time to live is over; exports leave it out",
        );
    }

    /// Two models must never write the same table.
    fn shared_tables(&mut self, snapshots: &[Snapshot]) {
        let mut owners: BTreeMap<String, (usize, &str)> = BTreeMap::new();
        for (index, snapshot) in snapshots.iter().enumerate() {
            if snapshot.node.kind.name.is_symbolic() {
                continue;
            }
            let Some(table) = snapshot.table_name(true) else {
                continue;
            };
            let owner = *owners.entry(table.clone()).or_insert((index, &snapshot.name));
            if owner.1 != snapshot.name {
                self.add(
                    Severity::Error,
                    "state/version-claimed-twice",
                    format!("{} and {} both claim the table {table}", owner.1, snapshot.name),
                    format!("snapshots[{}] and snapshots[{index}]", owner.0),
                    "rename one of the models, or give one of them a `stamp`",
                );
            }
        }
    }

    fn environment(
        &mut self,
        key: &str,
        environment: &Environment,
        state: &StateFile,
        known: &BTreeMap<&SnapshotId, usize>,
        now: Timestamp,
    ) {
        let name = &environment.name;
        let place = |field: &str| format!("environments.{key}.environment{field}");
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for info in &environment.snapshots {
            let id = info.id();
            if !names.insert(&info.name) {
                self.add(
                    Severity::Error,
                    "state/duplicate-snapshot",
                    format!("`{name}` has two versions of {}", info.name),
                    place(".snapshots"),
                    "remove the one that is not promoted",
                );
            }
            let Some(snapshot) = known.get(&id).and_then(|index| state.snapshots.get(*index)) else {
                self.add(
                    Severity::Error,
                    "state/missing-snapshot",
                    format!(
                        "`{name}` has {} {}, which the state does not hold",
                        id.name, id.identifier
                    ),
                    place(".snapshots"),
                    "export the state again; plans that compare with this version fail",
                );
                continue;
            };
            if snapshot.version.as_ref() != Some(&info.version) {
                self.add(
                    Severity::Error,
                    "state/versions-differ",
                    format!(
                        "`{name}` has {} at version {}, its snapshot at {}",
                        info.name,
                        info.version,
                        snapshot.version.as_deref().unwrap_or("none")
                    ),
                    place(".snapshots"),
                    "export the state again, or plan the environment once more",
                );
            }
        }
        if environment.finalized_ts.is_none() {
            self.add(
                Severity::Warning,
                "state/unfinished-environment",
                format!("the last plan of `{name}` was not finished"),
                place(""),
                "plan the environment again: the same plan goes on where it stopped",
            );
        }
        if environment.expiration_ts.is_some_and(|at| at <= now) && !environment.snapshots.is_empty() {
            self.add(
                Severity::Warning,
                "state/expired-environment",
                format!("`{name}` has expired, but still has its views"),
                place(".expiration_ts"),
                "run SQLMesh's janitor to drop it, or plan it again to keep it",
            );
        }
        let promoted = environment.promoted_snapshot_ids.iter().flatten();
        for id in promoted.filter(|id| !environment.snapshots.iter().any(|info| info.id() == **id)) {
            self.add(
                Severity::Warning,
                "state/promoted-unknown",
                format!(
                    "`{name}` has a view of {} {}, but not the snapshot",
                    id.name, id.identifier
                ),
                place(".promoted_snapshot_ids"),
                "plan the environment again: its views are made anew",
            );
        }
    }
}

/// What stands behind the first of several.
fn and_more(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!(", and {count} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn state() -> Value {
        let snapshot = json!({
            "name": "\"w\".\"s\".\"a\"", "version": "1", "change_category": 1, "dev_table_suffix": "dev",
            "fingerprint": {"data_hash": "1", "metadata_hash": "2"}, "parents": [],
            "intervals": [[0, 86_400_000]], "node": {"name": "s.a", "kind": {"name": "FULL"}}
        });
        let info = json!({
            "name": "\"w\".\"s\".\"a\"", "version": "1", "physical_schema": "s", "dev_table_suffix": "dev",
            "fingerprint": {"data_hash": "1", "metadata_hash": "2"}
        });
        json!({
            "metadata": {"timestamp": "t", "file_version": 1, "importable": true},
            "versions": {"schema_version": 102, "sqlglot_version": "30.8.0", "sqlmesh_version": "0.236.4"},
            "snapshots": [snapshot],
            "environments": {"prod": {"environment": {
                "name": "prod", "start_at": "2024-01-01", "plan_id": "1", "finalized_ts": 1, "snapshots": [info]
            }, "statements": []}}
        })
    }

    /// Changes a healthy state and expects exactly these codes.
    fn check(change: impl Fn(&mut Value), codes: &[&str]) {
        let mut value = state();
        change(&mut value);
        let state: StateFile = serde_json::from_value(value).unwrap();
        let problems = lint("state.json", &state, Timestamp(1000));
        let found: Vec<&str> = problems.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(found, codes, "{problems:#?}");
        assert!(
            problems
                .iter()
                .all(|problem| !problem.labels.is_empty() && !problem.help.is_empty())
        );
    }

    #[test]
    fn a_healthy_state_has_no_problems() {
        check(|_| {}, &[]);
    }

    #[test]
    fn releases() {
        check(
            |state| state["versions"]["schema_version"] = json!(103),
            &["state/newer-release"],
        );
        check(
            |state| state["versions"]["schema_version"] = json!(59),
            &["state/older-release"],
        );
        check(|state| state["versions"]["schema_version"] = json!(60), &[]);
    }

    #[test]
    fn snapshots() {
        check(
            |state| {
                let again = state["snapshots"][0].clone();
                state["snapshots"].as_array_mut().unwrap().push(again);
            },
            &["state/duplicate-snapshot"],
        );
        check(
            |state| state["snapshots"][0]["parents"] = json!([{"name": "b", "identifier": "3"}]),
            &["state/missing-parent"],
        );
        check(
            |state| {
                let mut other = state["snapshots"][0].clone();
                other["name"] = json!("\"w\".\"s\".\"A\"");
                other["node"]["name"] = json!("s.A");
                other["table_naming_convention"] = json!("schema_and_table");
                state["snapshots"][0]["name"] = json!("\"w\".\"s\".\"a-b\"");
                other["name"] = json!("\"w\".\"s\".\"a_b\"");
                state["environments"] = json!({});
                state["snapshots"].as_array_mut().unwrap().push(other);
            },
            &[
                "state/version-claimed-twice",
                "state/orphaned-intervals",
                "state/orphaned-intervals",
            ],
        );
        check(
            |state| state["snapshots"][0]["node"]["mood"] = json!(1),
            &["state/unknown-field"],
        );
        check(
            |state| state["snapshots"][0]["version"] = Value::Null,
            &["state/unversioned", "state/versions-differ"],
        );
    }

    #[test]
    fn intervals() {
        let set = |intervals: Value| {
            move |state: &mut Value| state["snapshots"][0]["intervals"] = intervals.clone()
        };
        check(set(json!([[0, 5]])), &["state/misaligned-interval"]);
        // One of them stands for all.
        check(
            set(json!([[0, 5], [7, 9], [11, 12]])),
            &["state/misaligned-interval"],
        );
        check(set(json!([[86_400_000, 0]])), &["state/empty-interval"]);
        check(
            set(json!([[0, 172_800_000], [86_400_000, 259_200_000]])),
            &["state/overlapping-intervals"],
        );
        check(
            |state| state["snapshots"][0]["node"]["kind"]["name"] = json!("EXTERNAL"),
            &["state/orphaned-intervals"],
        );
    }

    #[test]
    fn environments() {
        let environment = |field: &'static str, value: Value| {
            move |state: &mut Value| state["environments"]["prod"]["environment"][field] = value.clone()
        };
        check(
            environment("finalized_ts", Value::Null),
            &["state/unfinished-environment"],
        );
        check(
            environment("expiration_ts", json!(1000)),
            &["state/expired-environment"],
        );
        check(environment("expiration_ts", json!(1001)), &[]);
        check(environment("name", json!("dev")), &["state/environment-name"]);
        check(
            environment("promoted_snapshot_ids", json!([{"name": "x", "identifier": "1"}])),
            &["state/promoted-unknown"],
        );
        check(
            |state| state["snapshots"] = json!([]),
            &["state/missing-snapshot"],
        );
    }
}
