//! `planglass state …`: states in files, shown, compared, taken over into each other.

use std::path::Path;
use std::process::ExitCode;

use planglass_core::apply::{export, import};
use planglass_core::diagnostic::Diagnostic;
use planglass_core::redact::{Redaction, redact};
use planglass_core::report::state::{StateDiffReport, StateReport};
use planglass_core::report::text;
use planglass_core::state::{StateFile, lint};
use planglass_core::time::Timestamp;
use planglass_core::{request, upgrade};
use serde::Serialize;

use crate::args::{ExportArguments, ImportArguments, StateCommand, StateFormat};
use crate::error::{CHANGES, CliError, PROBLEMS};
use crate::{disk, state_file, ui};

/// Runs one of the commands.
///
/// # Errors
/// A file that cannot be read or written, or what a command refuses.
pub fn run(command: &StateCommand) -> Result<ExitCode, CliError> {
    match command {
        StateCommand::Show {
            file,
            environment,
            format,
        } => {
            let state = state_file::read(file)?;
            let report = StateReport::new(&state, environment, disk::clock());
            show(*format, &report, || text::state(&report, ui::style()))?;
            Ok(ExitCode::SUCCESS)
        }
        StateCommand::Lint { file, format, now } => {
            let now = super::moment(now.as_deref())?;
            lint_file(file, *format, now)
        }
        StateCommand::Diff {
            before,
            after,
            format,
            check,
        } => {
            let report = StateDiffReport::new(&state_file::read(before)?, &state_file::read(after)?);
            show(*format, &report, || text::state_diff(&report, ui::style()))?;
            let code = if *check && !report.is_empty() { CHANGES } else { 0 };
            Ok(ExitCode::from(code))
        }
        StateCommand::Redact {
            file,
            output,
            pseudonyms,
        } => {
            let state = state_file::read(file)?;
            let redaction = Redaction {
                pseudonyms: *pseudonyms,
            };
            state_file::write(output, &redact(&state, redaction))?;
            said(&format!("State without texts written to '{}'", output.display()))
        }
        StateCommand::Export(arguments) => export_file(arguments),
        StateCommand::Import(arguments) => import_file(arguments),
    }
}

fn lint_file(file: &Path, format: StateFormat, now: Timestamp) -> Result<ExitCode, CliError> {
    let state = state_file::read(file)?;
    let problems = lint::lint(&file.to_string_lossy(), &state, now);
    show(format, &problems, || {
        let style = ui::style();
        let drawn: String = problems
            .iter()
            .map(|problem| format!("{}\n", text::diagnostic(problem, style)))
            .collect();
        if drawn.is_empty() {
            "No problems found.\n".to_string()
        } else {
            drawn
        }
    })?;
    let broken = problems.iter().any(Diagnostic::is_error);
    Ok(ExitCode::from(if broken { PROBLEMS } else { 0 }))
}

fn export_file(arguments: &ExportArguments) -> Result<ExitCode, CliError> {
    let now = super::moment(arguments.now.as_deref())?;
    let state = current(state_file::read(&arguments.state)?, now);
    let exported = if arguments.local {
        let roots = &arguments.projects;
        let (folder, projects) = disk::read_projects(roots).map_err(CliError::usage)?;
        let load =
            disk::load_options(roots, projects, arguments.gateway.clone(), None).map_err(CliError::usage)?;
        let (local, diagnostics) = request::local_state(&folder.sources, &state, &load, now);
        for problem in diagnostics.iter().chain(&folder.problems) {
            ui::show_problem(problem);
        }
        local.ok_or_else(|| {
            CliError::problems(Diagnostic::error(
                "state/not-exported",
                "the project has problems; nothing was exported",
            ))
        })?
    } else {
        export(&state, &arguments.environment, now).map_err(|problem| CliError::problems(*problem))?
    };
    state_file::write(&arguments.output, &exported)?;
    said(&format!(
        "State exported successfully to '{}'",
        arguments.output.display()
    ))
}

fn import_file(arguments: &ImportArguments) -> Result<ExitCode, CliError> {
    let now = super::moment(arguments.now.as_deref())?;
    let file = state_file::read(&arguments.input)?;
    let target = if arguments.state.exists() {
        state_file::read(&arguments.state)?
    } else {
        StateFile::empty()
    };
    let shown = arguments.input.to_string_lossy();
    let merged = import(&target, &shown, &file, arguments.replace, now)
        .map_err(|problem| CliError::problems(*problem))?;
    state_file::write(&arguments.state, &merged)?;
    said(&format!("State imported successfully from '{shown}'"))
}

/// A state of an older release as the current one has it.
fn current(state: StateFile, now: Timestamp) -> StateFile {
    if upgrade::is_outdated(&state) {
        upgrade::upgrade(&state, now)
    } else {
        state
    }
}

fn said(text: &str) -> Result<ExitCode, CliError> {
    print(&format!("{text}\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn show(format: StateFormat, report: &impl Serialize, draw: impl FnOnce() -> String) -> Result<(), CliError> {
    match format {
        StateFormat::Text => print(&draw()),
        StateFormat::Json => {
            let text = serde_json::to_string_pretty(report).map_err(|error| CliError::output(&error))?;
            print(&(text + "\n"))
        }
    }
}

fn print(text: &str) -> Result<(), CliError> {
    ui::print(text).map_err(|error| CliError::output(&error))
}
