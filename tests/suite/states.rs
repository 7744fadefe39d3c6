//! State files as SQLMesh exports them: read and written again, nothing is lost.

use std::fs;

use planglass_core::state::StateFile;
use planglass_tests::cases_folder;
use serde_json::Value;

fn exported() -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(cases_folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains(".state-"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    assert!(files.len() > 200, "only {} states", files.len());
    files
}

#[test]
fn reading_and_writing_changes_nothing() {
    for (name, text) in exported() {
        let state = StateFile::parse(&name, &text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        let before: Value = serde_json::from_str(&text).unwrap();
        let after = serde_json::to_value(&state).unwrap();
        assert!(
            before == after,
            "{name}: {}",
            first_difference("", &before, &after)
        );
    }
}

/// Where two values differ first.
fn first_difference(place: &str, before: &Value, after: &Value) -> String {
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            let differing = keys.filter(|key| a.get(*key) != b.get(*key));
            let found = differing.map(|key| {
                let null = &Value::Null;
                let (a, b) = (a.get(key).unwrap_or(null), b.get(key).unwrap_or(null));
                first_difference(&format!("{place}.{key}"), a, b)
            });
            found.take(1).collect()
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let index = a.iter().zip(b).position(|(a, b)| a != b).unwrap_or_default();
            first_difference(&format!("{place}[{index}]"), &a[index], &b[index])
        }
        _ => format!("{place}: {before} became {after}"),
    }
}

#[test]
fn damaged_files_are_refused_with_a_place() {
    let (name, text) = exported().swap_remove(0);
    for at in (0..text.len()).step_by(text.len() / 200) {
        let Some(cut) = text.get(..at) else { continue };
        let problem = StateFile::parse(&name, cut).expect_err("a part of a file is no file");
        assert!(
            ["state/truncated", "state/empty"].contains(&problem.code.as_str()),
            "{at}: {problem:?}"
        );
        assert!(
            !problem.labels.is_empty() && !problem.help.is_empty(),
            "{problem:?}"
        );
    }
}
