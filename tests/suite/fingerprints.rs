//! Fingerprints recomputed from stored nodes: the hashes that SQLMesh wrote are the ones that we compute.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use planglass_core::diff::modified::{self, with_hashes};
use planglass_core::model::KindName;
use planglass_core::ordered::IndexMap;
use planglass_core::project::{self, LoadOptions};
use planglass_core::snapshot::fingerprint::{FingerprintInput, data_hash, fingerprint};
use planglass_core::snapshot::{Fingerprint, Snapshot, SnapshotId};
use planglass_core::source::SourceMap;
use planglass_core::sql::Dialect;
use planglass_core::sql::comments::column_descriptions;
use planglass_core::state::StateFile;

#[test]
fn stored_nodes_hash_to_their_stored_fingerprints() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut checked = 0_u64;
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("cases")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    for path in paths {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
            .to_string();
        if !name.contains(".state-") {
            continue;
        }
        let state = StateFile::parse(&name, &fs::read_to_string(&path).expect("readable")).expect("a state");
        let by_id: BTreeMap<SnapshotId, &Fingerprint> = state
            .snapshots
            .iter()
            .map(|snapshot| (snapshot.id(), &snapshot.fingerprint))
            .collect();
        let embedded: BTreeMap<SnapshotId, &[SnapshotId]> = state
            .snapshots
            .iter()
            .filter(|snapshot| snapshot.node.kind.name == KindName::Embedded)
            .map(|snapshot| (snapshot.id(), snapshot.parents.as_slice()))
            .collect();
        for snapshot in &state.snapshots {
            let model = with_hashes(&snapshot.node);
            let parents = direct_parents(snapshot, &by_id, &embedded);
            let descriptions = match modified::rendered(&model) {
                Some(query) => {
                    column_descriptions(&query, Dialect::parse(&model.dialect).unwrap_or_default())
                }
                None => IndexMap::new(),
            };
            let own = fingerprint(FingerprintInput {
                model: &model,
                fqn: &snapshot.name,
                query_column_descriptions: &descriptions,
                parents: &parents,
            });
            checked += 1;
            let stored = &snapshot.fingerprint;
            for (field, ours, theirs) in [
                ("data", &own.data_hash, &stored.data_hash),
                ("metadata", &own.metadata_hash, &stored.metadata_hash),
                ("parent data", &own.parent_data_hash, &stored.parent_data_hash),
                (
                    "parent metadata",
                    &own.parent_metadata_hash,
                    &stored.parent_metadata_hash,
                ),
            ] {
                if ours != theirs {
                    wrong
                        .entry(format!("{field} of {}", snapshot.name))
                        .or_default()
                        .push(name.clone());
                }
            }
        }
    }
    println!("{checked} fingerprints, {} differences", wrong.len());
    for (what, files) in &wrong {
        println!("  {what}: {}", files.join(", "));
    }
    assert!(checked > 500, "only {checked} fingerprints found");
    assert!(wrong.is_empty(), "{} fingerprints differ", wrong.len());
}

/// Fingerprints of direct parents: those that only came in through an embedded model do not count.
fn direct_parents<'a>(
    snapshot: &Snapshot,
    by_id: &BTreeMap<SnapshotId, &'a Fingerprint>,
    embedded: &BTreeMap<SnapshotId, &[SnapshotId]>,
) -> Vec<&'a Fingerprint> {
    let through: BTreeSet<&SnapshotId> = snapshot
        .parents
        .iter()
        .filter_map(|id| embedded.get(id))
        .flat_map(|ids| ids.iter())
        .collect();
    snapshot
        .parents
        .iter()
        .filter(|id| !through.contains(id))
        .filter_map(|id| by_id.get(id).copied())
        .collect()
}

/// Data hashes that SQLMesh 0.236.4 gives to models of these texts.
#[test]
fn models_hash_as_the_reference_hashes_them() {
    let sql = "SELECT 1 AS a, 2 AS date";
    for (header, expected) in [
        (
            "dialect bigquery, kind INCREMENTAL_BY_TIME_RANGE (time_column date), partitioned_by timestamp_trunc(Date, month)",
            "4236536681",
        ),
        (
            "dialect bigquery, kind INCREMENTAL_BY_TIME_RANGE (time_column date), partitioned_by (f(date2), x)",
            "2317443847",
        ),
        (
            "dialect bigquery, kind CUSTOM (materialization 'm', materialization_properties ('p' = 'x y'))",
            "3046100362",
        ),
        (
            "dialect bigquery, columns (a INT64 NOT NULL OPTIONS (description = 'x'), date ARRAY<STRUCT<x INT64 NOT NULL, y INT64>>)",
            "66528005",
        ),
        (
            "dialect mysql, columns (a INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, date json DEFAULT NULL), enabled: true",
            "1375523933",
        ),
    ] {
        let mut sources = SourceMap::default();
        sources.insert(
            "config.yaml",
            "model_defaults: {dialect: duckdb}\ngateways: {a: {connection: {type: duckdb}}}\n",
        );
        sources.insert("models/b.sql", format!("MODEL (name a.b, {header});\n{sql}"));
        let (project, problems) = project::load(&sources, &LoadOptions::default());
        let hashes: Vec<String> = project
            .nodes
            .values()
            .map(|node| data_hash(&node.model, &node.fqn))
            .collect();
        assert_eq!(hashes, [expected], "{header}: {problems:?}");
    }
}
