//! Loads project folders and prints what came of them: the nodes with dependencies, columns and fingerprints, and
//! the problems.
//!
//! ```text
//! nodes [--gateway NAME] FOLDER…
//! ```
//!
//! One line of JSON per folder. `tests/compare/nodes.py` asks the real SQLMesh the same and shows what differs.

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

use planglass_core::project::{self, LoadOptions};
use planglass_core::snapshot::{StoredSnapshots, local_snapshots};
use planglass_core::source::SourceMap;
use planglass_core::time::Timestamp;
use serde_json::{Value, json};

fn main() -> ExitCode {
    let mut folders: Vec<String> = env::args().skip(1).collect();
    let mut options = LoadOptions::default();
    if folders.first().is_some_and(|first| first == "--gateway") && folders.len() > 2 {
        options.gateway = folders.drain(..2).next_back();
    }
    for folder in &folders {
        let mut sources = SourceMap::default();
        if let Err(error) = read(Path::new(folder), "", &mut sources) {
            eprintln!("error: {folder}: {error}");
            return ExitCode::FAILURE;
        }
        println!("{}", answer(folder, &sources, &options));
    }
    ExitCode::SUCCESS
}

/// Every text of a folder.
fn read(folder: &Path, prefix: &str, sources: &mut SourceMap) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{name}/"), sources)?;
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            sources.insert(&name, text);
        }
    }
    Ok(())
}

fn answer(folder: &str, sources: &SourceMap, options: &LoadOptions) -> Value {
    let (project, diagnostics) = project::load(sources, options);
    let snapshots = local_snapshots(&project, &StoredSnapshots::default(), Timestamp(0)).unwrap_or_default();
    let nodes = project.nodes.values().map(|node| {
        let fingerprint = snapshots.get(&node.fqn).map(|known| &known.snapshot.fingerprint);
        let columns = node.columns.as_ref().map(|columns| json!(columns));
        let entry = json!({
            "depends_on": node.depends_on,
            "columns": columns,
            "fingerprint": fingerprint,
            "node": node.model,
        });
        (node.fqn.clone(), entry)
    });
    let problems = diagnostics.iter().map(|problem| {
        let place = problem.labels.first().map(|label| {
            let place = &label.location;
            format!("{}:{}:{}", place.path, place.line, place.column)
        });
        json!({
            "code": problem.code,
            "is_error": problem.is_error(),
            "message": problem.message,
            "place": place,
            "help": problem.help,
        })
    });
    json!({
        "folder": folder,
        "nodes": nodes.collect::<serde_json::Map<_, _>>(),
        "problems": problems.collect::<Vec<_>>(),
    })
}
