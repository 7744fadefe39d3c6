//! What each model of a project folder reads and gives: ours beside the answers recorded from the reference.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use planglass_core::project::lineage::of_node;
use planglass_core::project::{LoadOptions, load};
use planglass_core::snapshot::local::{StoredSnapshots, local_snapshots};
use planglass_core::source::SourceMap;
use planglass_core::time::Timestamp;
use serde_json::{Map, Value, json};

/// The folder of the dialect projects.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("projects/dialects")
}

/// The projects with recorded answers, by name.
///
/// # Errors
/// When the folder cannot be read.
pub fn projects() -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder()).map_err(|error| error.to_string())?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().join("expected.json").exists())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}

/// The recorded answers of a project.
///
/// # Errors
/// When they cannot be read.
pub fn expected(name: &str) -> Result<BTreeMap<String, Value>, String> {
    let path = folder().join(name).join("expected.json");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Our answers in the same form. The second part are the project's problems, as one line each.
///
/// # Errors
/// When the folder cannot be read.
pub fn ours(name: &str) -> Result<(BTreeMap<String, Value>, Vec<String>), String> {
    let mut sources = SourceMap::default();
    read(&folder().join(name), "", &mut sources)?;
    let (project, problems) = load(&sources, &LoadOptions::default());
    let problems = problems
        .iter()
        .map(|problem| {
            let place = problem.labels.first().map(|label| label.location.path.clone());
            format!(
                "{} {}: {}",
                place.unwrap_or_default(),
                problem.code,
                problem.message
            )
        })
        .collect();
    let snapshots =
        local_snapshots(&project, &StoredSnapshots::new(&[]), Timestamp::default()).unwrap_or_default();
    let mut answers = BTreeMap::new();
    for (fqn, node) in &project.nodes {
        let mut entry = Map::new();
        entry.insert("depends_on".to_string(), json!(node.depends_on));
        entry.insert("columns".to_string(), json!(node.columns));
        entry.insert("notes".to_string(), json!(node.notes));
        if let (Some(columns), true) = (&node.columns, node.model.query.is_some()) {
            let found = of_node(node).unwrap_or_default();
            let lineage: BTreeMap<&String, Vec<[&str; 2]>> = columns
                .keys()
                .map(|column| {
                    let output = found.outputs.iter().find(|output| output.name == *column);
                    let sources = output.map(|output| output.sources.as_slice()).unwrap_or_default();
                    let pairs = sources
                        .iter()
                        .map(|one| [one.table.as_str(), one.column.as_str()]);
                    (column, pairs.collect())
                })
                .collect();
            entry.insert("lineage".to_string(), json!(lineage));
        }
        if let Some(snapshot) = snapshots.get(fqn) {
            entry.insert("fingerprint".to_string(), json!(snapshot.snapshot.fingerprint));
        }
        answers.insert(fqn.clone(), Value::Object(entry));
    }
    Ok((answers, problems))
}

fn read(folder: &Path, prefix: &str, sources: &mut SourceMap) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with('.') || name == "expected.json" {
            continue;
        }
        if path.is_dir() {
            read(&path, &format!("{prefix}{name}/"), sources)?;
        } else {
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            sources.insert(&format!("{prefix}{name}"), text);
        }
    }
    Ok(())
}

/// Everything in which our answers differ, one line each: `project model field: expected … got …`.
///
/// # Errors
/// When the project cannot be read.
pub fn differences(name: &str) -> Result<Vec<String>, String> {
    let (ours, problems) = ours(name)?;
    let mut lines: Vec<String> = problems
        .into_iter()
        .filter(|problem| problem.contains("error") || problem.contains("sql/"))
        .map(|problem| format!("{name} {problem}"))
        .collect();
    for (fqn, expected) in expected(name)? {
        let Some(got) = ours.get(&fqn) else {
            lines.push(format!("{name} {fqn}: is not loaded"));
            continue;
        };
        for field in ["depends_on", "columns", "fingerprint"] {
            compare(
                &mut lines,
                &format!("{name} {fqn} {field}"),
                expected.get(field),
                got.get(field),
            );
        }
        let lineages = (expected.get("lineage"), got.get("lineage"));
        if let (Some(Value::Object(expected)), Some(got)) = lineages {
            for (column, expected) in expected {
                // Where the reference cannot follow a column, ours may.
                if expected.is_array() {
                    let field = format!("{name} {fqn} lineage of {column}");
                    compare(&mut lines, &field, Some(expected), got.get(column));
                }
            }
        }
    }
    Ok(lines)
}

fn compare(lines: &mut Vec<String>, field: &str, expected: Option<&Value>, got: Option<&Value>) {
    let nothing = Value::Null;
    let (expected, got) = (expected.unwrap_or(&nothing), got.unwrap_or(&nothing));
    match (expected, got) {
        (Value::Object(a), Value::Object(b)) => {
            let (a_keys, b_keys): (Vec<_>, Vec<_>) = (a.keys().collect(), b.keys().collect());
            if a_keys != b_keys {
                lines.push(format!("{field}: expected {a_keys:?} got {b_keys:?}"));
                return;
            }
            for (key, value) in a {
                if b.get(key) != Some(value) {
                    let got = b.get(key).unwrap_or(&nothing);
                    lines.push(format!("{field}.{key}: expected {value} got {got}"));
                }
            }
        }
        _ if expected != got => lines.push(format!("{field}: expected {expected} got {got}")),
        _ => {}
    }
}
