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
fn reading_and_writing_loses_nothing() {
    for (name, text) in exported() {
        let state = StateFile::parse(&name, &text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        let before: Value = serde_json::from_str(&text).unwrap();
        let after = serde_json::to_value(&state).unwrap();
        assert_lost_nothing(&name, &before, &after);
    }
}

/// Every field that was there is there with the same value.
fn assert_lost_nothing(place: &str, before: &Value, after: &Value) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before {
                let place = format!("{place}.{key}");
                match after.get(key) {
                    Some(after) => assert_lost_nothing(&place, value, after),
                    None => panic!("{place} is lost: {value}"),
                }
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                assert_lost_nothing(&format!("{place}[{index}]"), before, after);
            }
        }
        (before, after) => assert_eq!(before, after, "{place}"),
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
