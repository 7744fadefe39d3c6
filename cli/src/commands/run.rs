//! `planglass run --explain`: what a run would fill. Nothing is contacted and nothing is changed.

use std::process::ExitCode;

use planglass_core::diagnostic::Diagnostic;
use planglass_core::report::ExplainedRun;
use planglass_core::report::text::{self, Style, TextOptions};
use planglass_core::request;

use crate::args::{Format, RunArguments};
use crate::error::{CliError, PROBLEMS};
use crate::{disk, state_file, ui};

/// Decides a run and shows it.
///
/// # Errors
/// Wrong usage, or a state that cannot be read.
pub fn run(arguments: &RunArguments) -> Result<ExitCode, CliError> {
    if !arguments.explain && arguments.rehearse.is_none() {
        return Err(CliError::usage(
            Diagnostic::error(
                "run/no-engine",
                "a run cannot be carried out yet: that comes with the engines",
            )
            .help("`planglass run --explain` shows what a run would fill, without a connection")
            .help("`sqlmesh run` carries it out"),
        ));
    }
    let now = super::moment(arguments.now.as_deref())?;
    let state = super::state(arguments.state.as_deref())?;
    let (folder, projects) = disk::read_projects(&arguments.projects).map_err(CliError::usage)?;
    let load = disk::load_options(
        &arguments.projects,
        projects,
        arguments.gateway.clone(),
        arguments.dotenv.as_deref(),
    )
    .map_err(CliError::usage)?;
    let options = arguments.options(now);
    let sources = &folder.sources;
    let wants = |_, name: &str| arguments.sql || arguments.sql_stages.iter().any(|one| one == name);
    let mut explained = request::explain_run(sources, state.as_ref(), &load, &options, &wants);
    explained.outcome.diagnostics.extend(folder.problems);
    for problem in explained.outcome.problems() {
        ui::show_problem(problem);
    }
    show(arguments, &explained)?;
    if let Some(path) = &arguments.rehearse
        && let (_, Some(mut after)) = request::rehearse_run(sources, state.as_ref(), &load, &options)
    {
        after.retain_referenced();
        state_file::write(path, &after)?;
    }
    let outcome = &explained.outcome;
    let failed = outcome.error.is_some() || outcome.diagnostics.iter().any(Diagnostic::is_error);
    Ok(ExitCode::from(if failed { PROBLEMS } else { 0 }))
}

fn show(arguments: &RunArguments, explained: &ExplainedRun) -> Result<(), CliError> {
    let options = TextOptions {
        style: match arguments.format {
            Format::Text => ui::style(),
            Format::Json | Format::Markdown => Style::Plain,
        },
        full_lists: arguments.verbose,
        ..TextOptions::default()
    };
    let written = match arguments.format {
        Format::Json => {
            serde_json::to_string_pretty(explained).map_err(|error| CliError::output(&error))? + "\n"
        }
        _ if explained.outcome.status.is_none() => return Ok(()),
        Format::Markdown => format!("```\n{}```\n", text::explained_run(explained, &options)),
        Format::Text => text::explained_run(explained, &options),
    };
    ui::print(&written).map_err(|error| CliError::output(&error))
}
