//! Plans against states without their texts: the same answers wherever the text is not needed.

use planglass_core::redact::{Redaction, redact};
use planglass_core::request;
use planglass_core::state::StateFile;
use planglass_tests::{case, cases_folder};

/// What has to be equal when no text was missing.
const DECIDED: [&str; 12] = [
    "added",
    "removed",
    "directly_modified",
    "indirectly_modified",
    "metadata_updated",
    "uncategorized",
    "restatements",
    "missing_intervals",
    "promoted",
    "start",
    "end",
    "requires_backfill",
];
/// What has to be equal even where changes could not be judged.
const KNOWN: [&str; 5] = [
    "added",
    "removed",
    "environment",
    "is_new_environment",
    "has_changes",
];
/// What has to be equal of each node when no text was missing.
const OF_NODES: [&str; 8] = [
    "fingerprint",
    "version",
    "dev_version",
    "change_category",
    "forward_only",
    "parents",
    "intervals",
    "physical_table",
];

#[test]
fn plans_need_texts_only_to_judge_changes() {
    let (mut same, mut undecided, mut wrong) = (0, 0, Vec::new());
    for name in case::names(&cases_folder()).unwrap() {
        for step in case::read(&cases_folder(), &name).unwrap().steps {
            let Some(text) = step.state_text().unwrap() else {
                continue;
            };
            let state = StateFile::parse("state.json", &text).unwrap();
            let plan = |state: &StateFile| {
                let outcome = request::plan(&step.sources(), Some(state), &step.load, &step.options);
                serde_json::to_value(outcome).unwrap()
            };
            let (full, bare) = (plan(&state), plan(&redact(&state, Redaction::default())));
            let place = format!("{name}/{}", step.number);
            let differing = |fields: &[&str]| -> Vec<String> {
                let differs = |field: &&&str| full["plan"][**field] != bare["plan"][**field];
                fields
                    .iter()
                    .filter(differs)
                    .map(|field| (*field).to_string())
                    .collect()
            };
            let missing = bare["plan"]["uncategorized"].as_array().map_or(0, Vec::len);
            if missing > 0 && full["plan"]["uncategorized"] != bare["plan"]["uncategorized"] {
                undecided += 1;
                let fields = differing(&KNOWN);
                if !fields.is_empty() {
                    wrong.push(format!("{place}: undecided, and {fields:?}"));
                }
                continue;
            }
            let mut fields = differing(&DECIDED);
            if full["error"]["type"] != bare["error"]["type"] {
                fields.push(format!("error: {}", bare["error"]));
            }
            for (name, node) in full["plan"]["snapshots"].as_object().into_iter().flatten() {
                let other = &bare["plan"]["snapshots"][name];
                let differs = OF_NODES.iter().find(|field| node[**field] != other[**field]);
                fields.extend(differs.map(|field| format!("{name} {field}")));
            }
            same += 1;
            if !fields.is_empty() {
                wrong.push(format!("{place}: {fields:?}"));
            }
        }
    }
    println!("{same} plans need no text, {undecided} have changes that cannot be judged without");
    assert!(same > 100 && undecided > 20, "{same} and {undecided}");
    assert_eq!(wrong, Vec::<String>::new());
}
