//! Rehearsed plans and runs against what the reference had in state after it had carried them out.
//!
//! The state recorded before step k+1 is the truth for step k. Compared field by field; left out is what SQLMesh
//! draws at random, and what an export cannot show.

use std::collections::BTreeMap;
use std::fs;

use planglass_core::apply::Rehearsal;
use planglass_core::diff::modified::with_hashes;
use planglass_core::request;
use planglass_core::state::StateFile;
use planglass_tests::case::{self, Step};
use planglass_tests::cases_folder;
use serde_json::Value;

/// `CASE/STEP: reason` for steps whose state cannot come out right.
const KNOWN: &str = include_str!("../cases/known-rehearsals.txt");

/// How a run ends that did something.
const SUCCESS: &str = "CompletionStatus.SUCCESS";

#[test]
fn the_state_after_each_applied_step_is_the_recorded_one() {
    let mut checked = 0;
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in case::names(&cases_folder()).unwrap() {
        let case = case::read(&cases_folder(), &name).unwrap();
        for pair in case.steps.windows(2) {
            let (step, next) = (&pair[0], &pair[1]);
            let applied = step.expected["applied"] == true || step.expected["status"] == SUCCESS;
            if !applied || step.load.gateway != next.load.gateway {
                continue;
            }
            let Some(truth) = &next.state else { continue };
            checked += 1;
            let found = differences(step, &fs::read_to_string(truth).unwrap());
            if !found.is_empty() {
                wrong.insert(format!("{name}/{}", step.number), found);
            }
        }
    }
    let known: Vec<&str> = KNOWN
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(':').map(|(step, _)| step))
        .collect();
    println!("{checked} applied steps rehearsed, {} differ", wrong.len());
    for (step, found) in &wrong {
        println!("{step}:");
        for line in found.iter().take(20) {
            println!("    {line}");
        }
    }
    let listed: Vec<&str> = wrong.keys().map(String::as_str).collect();
    assert!(checked > 150, "only {checked} applied steps");
    assert_eq!(listed, known, "steps that differ, and those known to");
}

fn differences(step: &Step, truth: &str) -> Vec<String> {
    let before = step
        .state_text()
        .unwrap()
        .map(|text| StateFile::parse("before", &text).unwrap());
    let (sources, before) = (step.sources(), before.as_ref());
    let (error, after) = match &step.run {
        Some(options) => {
            let (outcome, after) = request::rehearse_run(&sources, before, &step.load, options);
            (outcome.error, after)
        }
        None => {
            let settings = Rehearsal::default();
            let (outcome, after) = request::rehearse(&sources, before, &step.load, &step.options, settings);
            (outcome.error, after)
        }
    };
    let Some(mut after) = after else {
        return vec![format!("refused: {error:?}")];
    };
    after.retain_referenced();
    let mut found = Vec::new();
    let truth = StateFile::parse("truth", truth).unwrap();
    compare("", &comparable(truth), &comparable(after), &mut found);
    found
}

/// Lists become objects, so that their order does not count.
fn comparable(mut state: StateFile) -> Value {
    state.metadata.timestamp.clear();
    for snapshot in &mut state.snapshots {
        // Exports hold the content of seeds where they were planned, and only its hashes elsewhere.
        if snapshot.node.seed.is_some() {
            snapshot.node = with_hashes(&snapshot.node).into();
            snapshot.node.seed = None;
            snapshot.node.is_hydrated = None;
            snapshot.node.derived_columns_to_types = None;
            // Paths below `$root` were recorded as the machine's own.
            let path = snapshot.node.kind.path.take();
            snapshot.node.kind.path = path.and_then(|path| path.rsplit('/').next().map(str::to_string));
        }
    }
    let mut value = serde_json::to_value(&state).unwrap();
    for environment in value["environments"].as_object_mut().unwrap().values_mut() {
        let environment = &mut environment["environment"];
        environment["plan_id"] = Value::Null;
        if environment.get("previous_plan_id").is_some() {
            environment["previous_plan_id"] = Value::from("some");
        }
    }
    keyed(value)
}

fn keyed(value: Value) -> Value {
    match value {
        Value::Array(items) if items.iter().any(|item| item.get("name").is_some()) => items
            .into_iter()
            .map(|item| {
                let key = format!("{} {}", item["name"], identity(&item));
                (key, keyed(item))
            })
            .collect(),
        Value::Array(items) => Value::Array(items.into_iter().map(keyed).collect()),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (key, keyed(value)))
            .collect(),
        other => other,
    }
}

fn identity(item: &Value) -> String {
    item.get("identifier")
        .or_else(|| item.get("fingerprint"))
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn compare(path: &str, expected: &Value, got: &Value, found: &mut Vec<String>) {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            for (key, value) in expected {
                let path = format!("{path}/{key}");
                match got.get(key) {
                    Some(got) => compare(&path, value, got, found),
                    None => found.push(format!("{path}: lacks {value}")),
                }
            }
            for (key, value) in got {
                if !expected.contains_key(key) {
                    found.push(format!("{path}/{key}: too much: {value}"));
                }
            }
        }
        (expected, got) if expected == got => {}
        (expected, got) => found.push(format!("{path}: {got} instead of {expected}")),
    }
}
