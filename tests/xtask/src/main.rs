//! Build and test chores of this workspace: `cargo xtask COMMAND`.
//!
//! `web` builds the browser's files, `serve` shows them, `demo` shows a plan in terminal and browser, `test`
//! passes all tests. Each command is one file; this one only chooses and knows where things are.

mod browser;
mod compile;
mod cut;
mod demo;
mod fuzz;
mod licences;
mod reach;
mod serve;
mod shrink;
mod test;
mod web;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const USAGE: &str = "\
Usage: cargo xtask COMMAND

Commands:
  web [--fast]        build www/dist: the viewer as one HTML file, and the planner for Node.js
                      (--fast skips all that makes it small: for development)
  serve [--port N]    serve www/dist on 127.0.0.1
  browser [CHECK…]    test the page in headless Chromium (after web)
  fuzz [SECONDS] [TARGET…]
                      feed the readers of foreign text with libFuzzer
  demo [--port N] [--no-serve]
                      print the sample's plan, then serve the viewer with the sample ready to open
  test                pass all tests
";

/// What a chore comes back with: a message for the terminal when it failed.
pub type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["web", options @ ..] => web::run(options),
        ["serve", options @ ..] => serve::run(options),
        ["demo", options @ ..] => demo::run(options),
        ["test", options @ ..] => test::run(options),
        ["browser", options @ ..] => browser::run(options),
        ["fuzz", options @ ..] => fuzz::run(options),
        ["cut", from, to] => cut::cut(Path::new(from), Path::new(to), true),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => Err(USAGE.to_string()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}

/// The workspace's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Runs cargo in the workspace and waits for it.
pub fn cargo(arguments: &[&str]) -> Outcome {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(Command::new(program).args(arguments).current_dir(root()))
}

/// Runs a command and waits for it.
pub fn run(command: &mut Command) -> Outcome {
    let shown = format!("{command:?}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{shown} failed: {status}")),
        Err(error) => Err(format!("{shown} cannot be run: {error}")),
    }
}

/// The value after a flag.
pub fn option<'a>(options: &[&'a str], flag: &str) -> Option<&'a str> {
    let at = options.iter().position(|option| *option == flag)?;
    options.get(at + 1).copied()
}
