//! The main job on our own sample: its plan in the terminal, then the viewer with the sample ready to open.

use crate::{Outcome, cargo, serve, web};

/// Moment of the sample's plan, so that it is the same every day.
const PROJECT: &str = "tests/projects/bikes";

/// `cargo xtask demo [--port N] [--no-serve]`
pub fn run(options: &[&str]) -> Outcome {
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
        &format!("{PROJECT}/state.json"),
    ])?;
    println!();
    web::build(&[])?;
    if options.contains(&"--no-serve") {
        return Ok(());
    }
    println!("\nThe same plan is one click away in the viewer: “Use the sample project”.");
    serve::run(options)
}
