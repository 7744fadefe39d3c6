//! Commands, one file each.

mod plan;

use std::process::ExitCode;

use crate::args::{Arguments, Command};
use crate::error::CliError;

/// Runs the command that was asked for.
///
/// # Errors
/// What ended it early.
pub fn run(arguments: Arguments) -> Result<ExitCode, CliError> {
    match arguments.command {
        Command::Plan(arguments) => plan::run(&arguments),
    }
}
