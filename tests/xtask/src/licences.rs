//! Licences of the packages that the page is built from, for its help screen.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::root;

/// `[[name, version, licence], …]` as JSON text, by name: what `planglass-web` is built from for a browser, without
/// what only builds it.
pub fn of_page() -> Result<String, String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["metadata", "--format-version", "1", "--offline"])
        .args(["--filter-platform", "wasm32-unknown-unknown"])
        .output()
        .map_err(|error| format!("cargo metadata does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let metadata = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let list = Value::from(listed(&metadata));
    Ok(list.to_string().replace('<', "\\u003c"))
}

fn listed(metadata: &Value) -> Vec<Value> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let by_id = |values: &Value| -> BTreeMap<String, Value> {
        let values = list(values).into_iter();
        values.map(|value| (text(&value["id"]), value)).collect()
    };
    let packages = by_id(&metadata["packages"]);
    let nodes = by_id(&metadata["resolve"]["nodes"]);
    let mut left: Vec<String> = packages
        .values()
        .filter(|package| package["name"] == "planglass-web")
        .map(|package| text(&package["id"]))
        .collect();
    let mut seen = BTreeSet::new();
    let mut found = BTreeSet::new();
    while let Some(id) = left.pop() {
        let Some(package) = packages.get(&id).filter(|_| seen.insert(id.clone())) else {
            continue;
        };
        if list(&package["targets"])
            .iter()
            .any(|target| target["kind"][0] == "proc-macro")
        {
            continue;
        }
        if !package["source"].is_null() {
            found.insert(["name", "version", "license"].map(|key| text(&package[key])));
        }
        let dependencies = nodes.get(&id).map(|node| list(&node["deps"]));
        for dependency in dependencies.into_iter().flatten() {
            // Without a kind it is built in; others only build or test.
            if list(&dependency["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null())
            {
                left.push(text(&dependency["pkg"]));
            }
        }
    }
    found
        .into_iter()
        .map(|entry| Value::from(entry.to_vec()))
        .collect()
}
