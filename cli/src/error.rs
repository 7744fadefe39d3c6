//! What stops a command, and the exit code that says so.

use std::process::ExitCode;

use planglass_core::diagnostic::Diagnostic;

use crate::ui;

/// The project or the plan has problems.
pub const PROBLEMS: u8 = 1;
/// Arguments that cannot be meant.
pub const USAGE: u8 = 2;
/// The state cannot be read.
pub const STATE: u8 = 3;
/// Changes exist, and `--check` was given.
pub const CHANGES: u8 = 4;

/// A diagnostic that ends the command, with its exit code.
#[derive(Debug)]
pub struct CliError {
    code: u8,
    diagnostic: Box<Diagnostic>,
}

impl CliError {
    /// Wrong usage.
    pub fn usage(diagnostic: Diagnostic) -> Self {
        Self {
            code: USAGE,
            diagnostic: Box::new(diagnostic),
        }
    }

    /// A state that cannot be read.
    pub fn state(diagnostic: Diagnostic) -> Self {
        Self {
            code: STATE,
            diagnostic: Box::new(diagnostic),
        }
    }

    /// What a command refuses to do.
    pub fn problems(diagnostic: Diagnostic) -> Self {
        Self {
            code: PROBLEMS,
            diagnostic: Box::new(diagnostic),
        }
    }

    /// A result that cannot be written to standard output.
    pub fn output(error: &dyn std::fmt::Display) -> Self {
        Self::state(Diagnostic::error(
            "output/failed",
            format!("the result cannot be written: {error}"),
        ))
    }

    /// Shows it and becomes an exit code.
    pub fn show(&self) -> ExitCode {
        ui::show_problem(&self.diagnostic);
        ExitCode::from(self.code)
    }
}
