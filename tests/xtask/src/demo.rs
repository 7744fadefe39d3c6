//! The main job on our own sample: its plan in the terminal, then the viewer with the sample ready to open.

use std::path::Path;

use serde_json::Value;

use crate::{Outcome, cargo, root, serve, web};

const PROJECT: &str = "tests/projects/bikes";

/// `cargo xtask demo [--port N] [--no-serve]`
pub fn run(options: &[&str]) -> Outcome {
    let state = format!("{PROJECT}/state.json");
    let now = exported(&root().join(&state))?;
    cargo(&[
        "run",
        "--quiet",
        "--package",
        "planglass-cli",
        "--",
        "plan",
        "dev",
        "-p",
        PROJECT,
        "--state",
        &state,
        "--now",
        &now,
    ])?;
    println!();
    web::build(&[])?;
    if options.contains(&"--no-serve") {
        return Ok(());
    }
    println!("\nThe same plan is one click away in the viewer: “Use the sample project”.");
    serve::run(options)
}

/// When the sample's state was exported: planned as of then, its plan is the same every day, here and in the
/// viewer.
fn exported(state: &Path) -> Result<String, String> {
    let fail = |error: &dyn std::fmt::Display| format!("{}: {error}", state.display());
    let text = std::fs::read_to_string(state).map_err(|error| fail(&error))?;
    let state: Value = serde_json::from_str(&text).map_err(|error| fail(&error))?;
    let moment = state["metadata"]["timestamp"].as_str();
    moment
        .map(str::to_string)
        .ok_or_else(|| fail(&"there is no timestamp"))
}
