//! `planglass plan`: project and state in, the plan out. Nothing is contacted and nothing is changed.

use std::path::Path;
use std::process::ExitCode;

use planglass_core::apply::Rehearsal;
use planglass_core::diagnostic::{Diagnostic, Severity};
use planglass_core::report::PlanOutcome;
use planglass_core::report::explain::ExplainOutcome;
use planglass_core::report::text::{self, TextOptions};
use planglass_core::request;

use crate::args::{Format, PlanArguments};
use crate::error::{CHANGES, CliError, PROBLEMS};
use crate::{choose, disk, git, state_file, ui};

/// Plans and shows the outcome.
///
/// # Errors
/// Wrong usage, or a state that cannot be read.
pub fn run(arguments: &PlanArguments) -> Result<ExitCode, CliError> {
    let now = super::moment(arguments.now.as_deref())?;
    let state = super::state(arguments.state.as_deref())?;
    let (folder, projects) = disk::read_projects(&arguments.projects).map_err(CliError::usage)?;
    let changed =
        git::changes(&arguments.projects, &projects, &arguments.selectors()).map_err(CliError::usage)?;
    let load = disk::load_options(
        &arguments.projects,
        projects,
        arguments.gateway.clone(),
        arguments.dotenv.as_deref(),
    )
    .map_err(CliError::usage)?;
    let mut options = arguments.options(now);
    options.git_changes = changed;
    if arguments.format == Format::Text && choose::can_ask() {
        // A rehearsal needs the answers, too.
        choose::categories(&folder.sources, state.as_ref(), &load, &mut options);
    }
    let mut explained = ExplainOutcome::default();
    let mut after = None;
    if arguments.rehearse.is_some() {
        let rehearsal = Rehearsal::default();
        (explained.outcome, after) =
            request::rehearse(&folder.sources, state.as_ref(), &load, &options, rehearsal);
    } else if arguments.explain {
        let wants = |_, name: &str| arguments.sql || arguments.sql_stages.iter().any(|one| one == name);
        explained = request::explain(&folder.sources, state.as_ref(), &load, &options, &wants);
    } else {
        explained.outcome = request::plan(&folder.sources, state.as_ref(), &load, &options);
    }
    explained.outcome.diagnostics.extend(folder.problems);
    for problem in explained.outcome.problems() {
        ui::show_problem(problem);
    }
    show(arguments, &explained)?;
    let outcome = &explained.outcome;
    if let Some(path) = &arguments.rehearse {
        return match after {
            Some(mut after) => {
                after.retain_referenced();
                state_file::write(path, &after)?;
                Ok(ExitCode::from(code(arguments, outcome)))
            }
            None => {
                ui::show_problem(&not_rehearsed(path, outcome));
                Ok(ExitCode::from(PROBLEMS))
            }
        };
    }
    Ok(ExitCode::from(code(arguments, outcome)))
}

fn not_rehearsed(path: &Path, outcome: &PlanOutcome) -> Diagnostic {
    let why = if outcome.plan.is_some() {
        "changes still need a category"
    } else {
        "there is no plan to carry out"
    };
    Diagnostic::error(
        "plan/not-rehearsed",
        format!("`{}` was not written: {why}", path.display()),
    )
}

fn code(arguments: &PlanArguments, outcome: &PlanOutcome) -> u8 {
    let broken = outcome
        .diagnostics
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    match &outcome.plan {
        _ if broken || outcome.error.is_some() => PROBLEMS,
        Some(plan) if arguments.check && plan.has_changes => CHANGES,
        Some(_) => 0,
        None => PROBLEMS,
    }
}

fn show(arguments: &PlanArguments, explained: &ExplainOutcome) -> Result<(), CliError> {
    let outcome = &explained.outcome;
    let options = TextOptions {
        style: ui::style(),
        diff: !arguments.no_diff,
        full_lists: arguments.verbose,
    };
    let with_stages = arguments.explain && outcome.plan.is_some();
    let written = match arguments.format {
        Format::Json => {
            let written = match arguments.explain {
                true => serde_json::to_string_pretty(explained),
                false => serde_json::to_string_pretty(outcome),
            };
            written
                .map(|text| text + "\n")
                .map_err(|error| CliError::output(&error))?
        }
        Format::Markdown if with_stages => {
            let plain = TextOptions {
                style: text::Style::Plain,
                ..options
            };
            let stages = text::explained(&explained.stages, &plain);
            format!("{}\n```\n{stages}```\n", text::markdown(outcome))
        }
        Format::Markdown => text::markdown(outcome),
        Format::Text if !arguments.why.is_empty() => why(arguments, outcome)?,
        Format::Text if with_stages => {
            let stages = text::explained(&explained.stages, &options);
            format!("{}{stages}", text::plan_or_rest(outcome, &options))
        }
        Format::Text => text::plan_or_rest(outcome, &options),
    };
    ui::print(&written).map_err(|error| CliError::output(&error))
}

/// Why the models that were asked for are in the plan.
fn why(arguments: &PlanArguments, outcome: &PlanOutcome) -> Result<String, CliError> {
    let Some(report) = outcome.plan_or_rest() else {
        return Ok(String::new());
    };
    let mut written = Vec::new();
    for model in &arguments.why {
        let Some(text) = text::why(report, model, ui::style()) else {
            let message = format!("`{model}` after --why is not in the plan");
            let problem = Diagnostic::error("usage/unknown-model", message)
                .help("name a model as it stands in its file, as in `shop.items`");
            return Err(CliError::usage(problem));
        };
        written.push(text);
    }
    Ok(written.join("\n"))
}
