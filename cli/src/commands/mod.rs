//! Commands, one file each.

mod format;
mod look;
mod plan;
mod run;
mod state;

use std::path::Path;
use std::process::ExitCode;

use planglass_core::diagnostic::Diagnostic;
use planglass_core::state::StateFile;
use planglass_core::time::{Timestamp, parse_date};

use crate::args::{Arguments, Command};
use crate::error::CliError;
use crate::{disk, state_file};

/// Runs the command that was asked for.
///
/// # Errors
/// What ended it early.
pub fn run(arguments: Arguments) -> Result<ExitCode, CliError> {
    match arguments.command {
        Command::Plan(arguments) => plan::run(&arguments),
        Command::Render(arguments) => look::render(&arguments),
        Command::Lint(arguments) => look::lint(&arguments),
        Command::Format(arguments) => format::run(&arguments),
        Command::Dag(arguments) => look::dag(&arguments),
        Command::List(arguments) => look::list(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::State(command) => state::run(&command),
    }
}

/// The moment that `--now` names; the clock when it is not given.
fn moment(text: Option<&str>) -> Result<Timestamp, CliError> {
    let clock = disk::clock();
    let Some(text) = text else {
        return Ok(clock);
    };
    parse_date(text, clock).map(|date| date.at).ok_or_else(|| {
        CliError::usage(
            Diagnostic::error("usage/date", format!("`{text}` after --now is not a date"))
                .help("dates are written `2024-09-27`, `2024-09-27 13:30:00`, `2024-09-27T13:30:00Z` or `1 week ago`"),
        )
    })
}

/// The state that a plan or a run starts from. `empty` stands for a state with nothing in it.
fn state(file: Option<&Path>) -> Result<Option<StateFile>, CliError> {
    let Some(path) = file else {
        return Err(CliError::usage(
            Diagnostic::error("state/no-database", "no state was given, and databases cannot be read yet")
                .help("`sqlmesh state export -o state.json` writes a state file; then `--state state.json` plans against it")
                .help("`--state empty` plans as if nothing had been built yet"),
        ));
    };
    if path.as_os_str() == "empty" {
        return Ok(None);
    }
    state_file::read(path).map(Some)
}
