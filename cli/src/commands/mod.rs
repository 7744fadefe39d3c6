//! Commands, one file each.

mod look;
mod plan;
mod state;

use std::process::ExitCode;

use planglass_core::diagnostic::Diagnostic;
use planglass_core::time::{Timestamp, parse_date};

use crate::args::{Arguments, Command};
use crate::disk;
use crate::error::CliError;

/// Runs the command that was asked for.
///
/// # Errors
/// What ended it early.
pub fn run(arguments: Arguments) -> Result<ExitCode, CliError> {
    match arguments.command {
        Command::Plan(arguments) => plan::run(&arguments),
        Command::Render(arguments) => look::render(&arguments),
        Command::Lint(arguments) => look::lint(&arguments),
        Command::Dag(arguments) => look::dag(&arguments),
        Command::List(arguments) => look::list(&arguments),
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
