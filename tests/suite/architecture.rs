//! The shape of the code: which module of the core may import which, how thin the edges are, how long a file is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The core's modules in the order in which data goes through them: each imports only from those before it.
/// `core/ARCHITECTURE.md` says what each takes and gives.
const ORDER: &[&str] = &[
    "ordered",
    "json",
    "source",
    "diagnostic",
    "refusal",
    "name",
    "dag",
    "hash",
    "layout",
    "time",
    "sql",
    "macros",
    "python",
    "config",
    "model",
    "project",
    "snapshot",
    "state",
    "diff",
    "upgrade",
    "redact",
    "categorize",
    "backfill",
    "plan",
    "statements",
    "apply",
    "review",
    "report",
    "request",
];

/// Modules that do not know each other although one comes first.
const STRANGERS: &[(&str, &str)] = &[("report", "apply")];

/// Packages with one door: where in the core they may be named.
const DOORS: &[(&str, &[&str])] = &[
    ("sqlparser", &["sql/"]),
    ("minijinja", &["macros/jinja/", "config/layers.rs"]),
    ("saphyr_parser", &["config/yaml.rs"]),
    ("petgraph", &["dag.rs"]),
    ("blake3", &["hash.rs"]),
    ("crc32fast", &["hash.rs"]),
    // Only its tests: another reader of time zones.
    ("jiff", &["time/"]),
];

/// The longest that a file may be, in lines.
const MAX_LINES: usize = 600;

/// Files still to be split: they may not grow further.
const GROWN: &[(&str, usize)] = &[("core/src/sql/lineage/follow.rs", 630)];

/// The longest that a file at an edge may be: it decodes, calls the core and encodes.
const THIN: &[(&str, usize)] = &[
    ("cli/src/main.rs", 40),
    ("cli/src/commands/", 200),
    ("web/src/lib.rs", 200),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust file of the workspace: path relative to its root, text.
fn files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["core", "cli", "web", "tests"]
        .iter()
        .map(|name| root().join(name))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "target" && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") {
                let relative = path
                    .strip_prefix(root())
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/");
                found.push((relative, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(found.len() > 100, "only {} files", found.len());
    found
}

/// A core file's path below `src`, and the module it belongs to.
fn module(path: &str) -> Option<(&str, &str)> {
    let inside = path.strip_prefix("core/src/")?;
    let name = inside.split('/').next()?.trim_end_matches(".rs");
    (name != "lib").then_some((inside, name))
}

/// Lines of code with their numbers; comments are left out.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.trim()))
        .filter(|(_, line)| !line.starts_with("//"))
}

/// Modules named by `crate::…` in a line, those of a group included.
fn imports(line: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for (at, found) in line.match_indices("crate::") {
        let rest = &line[at + found.len()..];
        let group = rest
            .strip_prefix('{')
            .map_or(rest, |inside| inside.split('}').next().unwrap_or(inside));
        let parts: Vec<&str> = if rest.starts_with('{') {
            group.split(',').collect()
        } else {
            vec![group]
        };
        for part in parts {
            let part = part.trim();
            let end = part
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(part.len());
            names.insert(&part[..end]);
        }
    }
    names
}

fn check(faults: &[String]) {
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn modules_import_only_from_those_before_them() {
    let place = |name: &str| ORDER.iter().position(|module| *module == name);
    let mut faults = Vec::new();
    for (path, text) in files() {
        let Some((_, own)) = module(&path) else { continue };
        let Some(own_place) = place(own) else {
            faults.push(format!("{path}: `{own}` has no place in the order yet"));
            continue;
        };
        for (number, line) in code(&text) {
            for name in imports(line) {
                let late = place(name).is_some_and(|other| other > own_place);
                if late || STRANGERS.contains(&(own, name)) {
                    faults.push(format!("{path}:{number}: `{own}` must not know `{name}`: {line}"));
                }
            }
        }
    }
    faults.dedup();
    check(&faults);
}

#[test]
fn packages_have_one_door() {
    let mut faults = Vec::new();
    for (path, text) in files() {
        let Some((inside, _)) = module(&path) else {
            continue;
        };
        for (number, line) in code(&text) {
            for (package, doors) in DOORS {
                let named = line.contains(&format!("{package}::"));
                if named && !doors.iter().any(|door| inside.starts_with(door)) {
                    faults.push(format!(
                        "{path}:{number}: `{package}` is used behind its door: {line}"
                    ));
                }
            }
        }
    }
    check(&faults);
}

#[test]
fn edges_are_thin() {
    let mut faults = Vec::new();
    for (path, text) in files() {
        let lines = text.lines().count();
        for (start, limit) in THIN {
            if path.starts_with(start) && lines > *limit {
                faults.push(format!("{path}: {lines} lines, at most {limit}"));
            }
        }
        if !path.starts_with("cli/src/") {
            continue;
        }
        for (number, line) in code(&text) {
            let place = |names: &[&str]| names.iter().any(|name| path.ends_with(name));
            if line.contains("clap::") && !path.starts_with("cli/src/args/") && !place(&["main.rs"]) {
                faults.push(format!("{path}:{number}: only the arguments know clap: {line}"));
            }
            let machine = line.contains("std::fs") || line.contains("std::env");
            let edges = ["disk.rs", "git.rs", "replace.rs", "state_file.rs", "ui.rs"];
            if machine && !place(&edges) {
                faults.push(format!(
                    "{path}:{number}: the machine is touched in {} only: {line}",
                    edges.join(", ")
                ));
            }
        }
    }
    check(&faults);
}

#[test]
fn files_are_tidy() {
    let mut faults = Vec::new();
    for (path, text) in files() {
        let lines = text.lines().count();
        let grown = GROWN.iter().find(|(name, _)| path == *name);
        let limit = grown.map_or(MAX_LINES, |(_, limit)| *limit);
        if lines > limit {
            faults.push(format!(
                "{path}: {lines} lines, at most {limit}: which two ideas does it hold?"
            ));
        }
        let is_tests = path.ends_with("tests.rs");
        if !is_tests && !text.starts_with("//!") {
            faults.push(format!("{path}: begins without a module comment"));
        }
        let name = path.rsplit('/').next().unwrap_or(&path);
        if ["utils.rs", "helpers.rs", "common.rs", "misc.rs"].contains(&name) {
            faults.push(format!("{path}: the home of what is in it was not found yet"));
        }
    }
    check(&faults);
}

#[test]
fn imports_are_found_in_lines() {
    let found = |line: &'static str| imports(line).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(found("use crate::plan::Plan;"), "plan");
    assert_eq!(found("pub use crate::{model::Model, sql};"), "model sql");
    assert_eq!(found("a: crate::sql::Node, b: &crate::model::Model"), "model sql");
    assert_eq!(found("let x = 1;"), "");
}
