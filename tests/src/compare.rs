//! Compares an outcome with the reference's answer, field by field.
//!
//! In: the recorded answer of a step and our outcome, both as JSON. Out: every field that differs, with its
//! path. What is not compared, and why: the wording of text differences (ours show the source as written;
//! only the set of models counts), the wording of errors (their type counts), and errors that arose while a
//! plan was carried out.

use serde_json::{Map, Value};

/// A field that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// Path with names: `plan.snapshots["db"."a"].version`.
    pub path: String,
    /// Path without names: `plan.snapshots.*.version`; for statistics.
    pub field: String,
    /// The reference's value; absent when it has no such field.
    pub expected: Option<Value>,
    /// Our value.
    pub got: Option<Value>,
}

/// A place in a document, in both of its spellings.
#[derive(Clone, Default)]
struct Place {
    path: String,
    field: String,
}

impl Place {
    fn key(&self, key: &str) -> Self {
        Self {
            path: join(&self.path, key),
            field: join(&self.field, key),
        }
    }

    fn name(&self, name: &str) -> Self {
        Self {
            path: format!("{}[{name}]", self.path),
            field: join(&self.field, "*"),
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_string()
    } else {
        format!("{path}.{key}")
    }
}

/// Fields whose keys are names of nodes or columns, not names of fields.
const NAMED: [&str; 5] = [
    "plan.snapshots",
    "plan.snapshots.*.columns",
    "plan.indirectly_modified",
    "plan.restatements",
    "plan.text_diffs",
];

/// Fields that the reference leaves out when they do not apply: ours must then be empty.
const OPTIONAL: [&str; 9] = [
    "environment_statements",
    "kind",
    "deployable",
    "representative",
    "physical_table",
    "physical_table_dev",
    "view",
    "columns",
    "promoted",
];

/// The differences between the reference's answer to a plan and our outcome.
pub fn plan(expected: &Value, got: &Value) -> Vec<Mismatch> {
    let mut found = Vec::new();
    let root = Place::default();
    let kind = |answer: &Value| answer["error"].get("type").cloned();
    match (
        expected.get("plan"),
        got.get("plan").filter(|plan| !plan.is_null()),
    ) {
        (Some(expected_plan), Some(got_plan)) => {
            compare(&root.key("plan"), Some(expected_plan), Some(got_plan), &mut found);
            // The reference's error came up while carrying the plan out; ours, if any, must be of that type.
            if kind(got).is_some() && kind(got) != kind(expected) {
                report(
                    &root.key("error").key("type"),
                    kind(expected).as_ref(),
                    kind(got).as_ref(),
                    &mut found,
                );
            }
        }
        (None, None) => {
            if kind(expected) != kind(got) {
                report(
                    &root.key("error").key("type"),
                    kind(expected).as_ref(),
                    kind(got).as_ref(),
                    &mut found,
                );
            }
        }
        (Some(_), None) => {
            let why = refusal(got);
            report(
                &root.key("plan"),
                Some(&Value::from("a plan")),
                Some(&why),
                &mut found,
            );
        }
        (None, Some(_)) => {
            let why = refusal(expected);
            report(
                &root.key("plan"),
                Some(&why),
                Some(&Value::from("a plan")),
                &mut found,
            );
        }
    }
    found
}

/// Whether project and environment differ: all that a diff says.
pub fn diff(expected: &Value, got: &Value) -> Vec<Mismatch> {
    let mut found = Vec::new();
    let place = Place::default().key("has_changes");
    let ours = match got["plan"].get("has_changes") {
        Some(value) => value.clone(),
        None => refusal(got),
    };
    compare(&place, expected.get("has_changes"), Some(&ours), &mut found);
    found
}

/// How a run ends when everything succeeds, or the class of error that refuses it.
pub fn run(expected: &Value, got: &Value) -> Vec<Mismatch> {
    let mut found = Vec::new();
    for (place, theirs, ours) in [
        (
            Place::default().key("status"),
            &expected["status"],
            &got["status"],
        ),
        (
            Place::default().key("error").key("type"),
            &expected["error"]["type"],
            &got["error"]["type"],
        ),
    ] {
        compare(&place, Some(theirs), Some(ours), &mut found);
    }
    found
}

/// What an outcome without a plan says, in one text.
fn refusal(outcome: &Value) -> Value {
    let error = &outcome["error"];
    let mut parts = Vec::new();
    if let Some(kind) = error["type"].as_str() {
        let message = error["message"]
            .as_str()
            .or_else(|| error["diagnostic"]["message"].as_str())
            .unwrap_or_default();
        parts.push(format!("{kind}: {message}"));
    }
    for diagnostic in outcome["diagnostics"].as_array().into_iter().flatten() {
        if diagnostic["severity"] == "error" {
            let path = diagnostic["labels"][0]["location"]["path"]
                .as_str()
                .unwrap_or_default();
            let code = diagnostic["code"].as_str().unwrap_or_default();
            let message = diagnostic["message"].as_str().unwrap_or_default();
            parts.push(format!("[{code}] {path}: {message}"));
        }
    }
    Value::from(parts.join("; "))
}

fn report(place: &Place, expected: Option<&Value>, got: Option<&Value>, found: &mut Vec<Mismatch>) {
    found.push(Mismatch {
        path: place.path.clone(),
        field: place.field.clone(),
        expected: expected.cloned(),
        got: got.cloned(),
    });
}

fn compare(place: &Place, expected: Option<&Value>, got: Option<&Value>, found: &mut Vec<Mismatch>) {
    match (expected, got) {
        (None | Some(Value::Null), None | Some(Value::Null)) => {}
        (Some(Value::Object(expected)), Some(Value::Object(got))) => objects(place, expected, got, found),
        (Some(Value::Array(expected)), Some(Value::Array(got))) => match place.field.as_str() {
            "plan.missing_intervals" => named_items(place, expected, got, found),
            "plan.stages" => {
                // Without categories the reference has no stages, only the error that says so.
                let unknown = |stages: &[Value]| {
                    stages.is_empty() || stages[0].as_str().is_some_and(|text| text.contains("Error: "))
                };
                // An interval that ends before it begins leaves the reference without stages: a chosen difference.
                let broken = expected
                    .first()
                    .and_then(Value::as_str)
                    .is_some_and(|text| text.starts_with("ValueError: "));
                if expected != got && !broken && !(unknown(expected) && unknown(got)) {
                    report_arrays(place, expected, got, found);
                }
            }
            _ if expected != got => report_arrays(place, expected, got, found),
            _ => {}
        },
        (expected, got) if expected == got => {}
        (expected, got) => report(place, expected, got, found),
    }
}

fn report_arrays(place: &Place, expected: &[Value], got: &[Value], found: &mut Vec<Mismatch>) {
    let (expected, got) = (Value::from(expected), Value::from(got));
    report(place, Some(&expected), Some(&got), found);
}

fn objects(
    place: &Place,
    expected: &Map<String, Value>,
    got: &Map<String, Value>,
    found: &mut Vec<Mismatch>,
) {
    let named = NAMED.contains(&place.field.as_str());
    for (key, value) in expected {
        let place = if named { place.name(key) } else { place.key(key) };
        match got.get(key) {
            Some(_) if place.field == "plan.text_diffs.*" => {}
            ours => compare_present(&place, value, ours, found),
        }
    }
    for (key, value) in got {
        if !expected.contains_key(key) {
            if named {
                report(&place.name(key), None, Some(value), found);
            } else if OPTIONAL.contains(&key.as_str()) {
                compare(&place.key(key), None, Some(value), found);
            }
        }
    }
}

/// As `compare`, but a node that is missing altogether is one difference, not one for each of its fields.
fn compare_present(place: &Place, expected: &Value, got: Option<&Value>, found: &mut Vec<Mismatch>) {
    match got {
        None if !expected.is_null() => report(place, Some(expected), None, found),
        got => compare(place, Some(expected), got, found),
    }
}

fn named_items(place: &Place, expected: &[Value], got: &[Value], found: &mut Vec<Mismatch>) {
    let by_name = |items: &[Value]| -> Map<String, Value> {
        items
            .iter()
            .map(|item| {
                (
                    item["name"].as_str().unwrap_or_default().to_string(),
                    item.clone(),
                )
            })
            .collect()
    };
    let (theirs, ours) = (by_name(expected), by_name(got));
    let before = found.len();
    for (name, item) in &theirs {
        compare_present(&place.name(name), item, ours.get(name), found);
    }
    for (name, item) in &ours {
        if !theirs.contains_key(name) {
            report(&place.name(name), None, Some(item), found);
        }
    }
    let order = |items: &[Value]| items.iter().map(|item| item["name"].clone()).collect::<Vec<_>>();
    if found.len() == before && order(expected) != order(got) {
        report_arrays(&place.key("order"), &order(expected), &order(got), found);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(expected: Value, got: Value) -> Vec<String> {
        plan(&json!({"plan": expected}), &json!({"plan": got, "error": null}))
            .into_iter()
            .map(|mismatch| mismatch.path)
            .collect()
    }

    #[test]
    fn says_which_field_of_which_node_differs() {
        assert_eq!(
            paths(
                json!({"snapshots": {"\"a\"": {"version": "1", "kind": "FULL"}}}),
                json!({"snapshots": {"\"a\"": {"version": "2", "kind": "FULL"}}})
            ),
            ["plan.snapshots[\"a\"].version"]
        );
    }

    #[test]
    fn more_fields_are_welcome_more_nodes_are_not() {
        assert_eq!(
            paths(
                json!({"snapshots": {}}),
                json!({"snapshots": {"b": {}}, "digest": "x"})
            ),
            ["plan.snapshots[b]"]
        );
    }

    #[test]
    fn a_field_the_reference_leaves_out_must_be_empty() {
        assert_eq!(
            paths(
                json!({"snapshots": {"a": {}}}),
                json!({"snapshots": {"a": {"view": "v", "columns": null}}})
            ),
            ["plan.snapshots[a].view"]
        );
    }

    #[test]
    fn text_differences_count_by_name_only() {
        assert_eq!(
            paths(
                json!({"text_diffs": {"a": "x", "b": "y"}}),
                json!({"text_diffs": {"a": "z"}})
            ),
            ["plan.text_diffs[b]"]
        );
    }

    #[test]
    fn intervals_are_matched_by_name() {
        assert_eq!(
            paths(
                json!({"missing_intervals": [{"name": "a", "batches": 2}, {"name": "b", "batches": 1}]}),
                json!({"missing_intervals": [{"name": "a", "batches": 3}]})
            ),
            ["plan.missing_intervals[a].batches", "plan.missing_intervals[b]"]
        );
    }

    #[test]
    fn a_run_counts_by_how_it_ends() {
        let success = json!({"status": "CompletionStatus.SUCCESS"});
        assert!(run(&success, &success).is_empty());
        let refused = json!({"status": null, "error": {"type": "SQLMeshError"}});
        let found = run(&success, &refused);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].path, "status");
    }

    #[test]
    fn a_refusal_counts_by_type() {
        let refused = json!({"plan": null, "error": {"type": "PlanError", "diagnostic": {}}});
        assert!(plan(&json!({"error": {"type": "PlanError", "message": "m"}}), &refused).is_empty());
        let found = plan(
            &json!({"error": {"type": "ConfigError", "message": "m"}}),
            &refused,
        );
        assert_eq!(found[0].path, "error.type");
        assert_eq!(plan(&json!({"plan": {}}), &refused)[0].path, "plan");
    }
}
