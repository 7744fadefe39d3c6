//! The whole way from files to report, in one call: what command line, browser and tests share.

pub mod look;
mod run;
mod session;

pub use run::{explain_run, rehearse_run, run};
pub use session::{PlanUpdate, Session, Volume};

use crate::apply::{self, Rehearsal};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::Model;
use crate::plan::stages::build_stages;
use crate::plan::{Memory, Plan, PlanBuilder, PlanOptions, Refusal};
use crate::project::{self, LoadOptions, Project, linter, mix};
use crate::report::explain::{self, ExplainOutcome};
use crate::report::{ClearedIntervals, PlanOutcome, PlanReport, impact};
use crate::snapshot::naming::PROD;
use crate::snapshot::{StoredSnapshots, local_snapshots};
use crate::source::SourceMap;
use crate::state::StateFile;
use crate::statements;
use crate::time::Timestamp;
use crate::upgrade;

/// Plans a project against a state. `None` for a state with nothing in it.
///
/// Problems of the project are in the outcome's diagnostics; a refusal is in its `error`. Never fails otherwise.
/// A project with broken files gets no plan but a `partial_plan`: what the rest would change, with the models
/// that could not be read kept as they are in the environment.
pub fn plan(
    sources: &SourceMap,
    state: Option<&StateFile>,
    load: &LoadOptions,
    options: &PlanOptions,
) -> PlanOutcome {
    decide(sources, state, load, options, &mut |_, _| {})
}

/// Plans, and says what state carrying the plan out would leave behind: see [`crate::apply::rehearse`]. `None`
/// when there is no plan, or when changes still need a category.
pub fn rehearse(
    sources: &SourceMap,
    state: Option<&StateFile>,
    load: &LoadOptions,
    options: &PlanOptions,
    rehearsal: Rehearsal<'_>,
) -> (PlanOutcome, Option<StateFile>) {
    let mut after = None;
    let outcome = decide(sources, state, load, options, &mut |plan, state| {
        if plan.uncategorized().is_empty() {
            after = Some(apply::rehearse(state, plan, rehearsal));
        }
    });
    (outcome, after)
}

/// Plans and explains: what `plan` gives, and the stages of the plan, those that `wants` names with their SQL.
/// Stages are named as SQLMesh names them: `BackfillStage`; there may be two of a name.
pub fn explain(
    sources: &SourceMap,
    state: Option<&StateFile>,
    load: &LoadOptions,
    options: &PlanOptions,
    wants: &dyn Fn(usize, &str) -> bool,
) -> ExplainOutcome {
    let mut stages = Vec::new();
    let outcome = decide(sources, state, load, options, &mut |plan, _| {
        if !plan.uncategorized().is_empty() {
            return;
        }
        for (index, stage) in build_stages(plan).iter().enumerate() {
            let mut explained = explain::explain(plan, stage);
            if wants(index, stage.name()) {
                explained.steps = Some(statements::of_stage(plan, stage, sources));
            }
            stages.push(explained);
        }
    });
    ExplainOutcome { outcome, stages }
}

/// The project's files as a state that cannot be imported: what state already knows of the same versions comes
/// along, others have neither version nor category. `None` when the project has errors.
pub fn local_state(
    sources: &SourceMap,
    state: &StateFile,
    load: &LoadOptions,
    now: Timestamp,
) -> (Option<StateFile>, Vec<Diagnostic>) {
    let (project, diagnostics) = project::load(sources, load);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return (None, diagnostics);
    }
    let stored = StoredSnapshots::new(&state.snapshots);
    let Ok(nodes) = local_snapshots(&project, &stored, now) else {
        return (None, diagnostics);
    };
    let mut local = StateFile {
        versions: state.versions.clone(),
        snapshots: nodes.values().map(|node| node.snapshot.clone()).collect(),
        ..StateFile::empty()
    };
    local.begin_write(now);
    local.metadata.importable = false;
    (Some(local), diagnostics)
}

fn decide(
    sources: &SourceMap,
    state: Option<&StateFile>,
    load: &LoadOptions,
    options: &PlanOptions,
    decided: &mut dyn FnMut(&Plan<'_>, &StateFile),
) -> PlanOutcome {
    let (project, mut diagnostics) = project::load(sources, load);
    diagnostics.sort_by_key(|diagnostic| diagnostic.severity);
    let empty = StateFile::empty();
    let state = state.unwrap_or(&empty);
    let upgraded = upgrade::is_outdated(state).then(|| upgrade::upgrade(state, options.now));
    let state = upgraded.as_ref().unwrap_or(state);
    let project = with_absent(project, state);
    let lint = linter::lint(&project, sources, None);
    answer(
        &project,
        Problems {
            project: diagnostics,
            lint: &lint,
        },
        state,
        options,
        &mut Memory::default(),
        decided,
    )
}

/// What is wrong with a project's files, and what its linter says about them.
struct Problems<'a> {
    project: Vec<Diagnostic>,
    lint: &'a [Diagnostic],
}

/// Plans a loaded project.
fn answer(
    project: &Project,
    problems: Problems<'_>,
    state: &StateFile,
    options: &PlanOptions,
    memory: &mut Memory,
    decided: &mut dyn FnMut(&Plan<'_>, &StateFile),
) -> PlanOutcome {
    let builder = PlanBuilder::remembering(project, state, options, memory);
    let gateway = project.config.gateway.as_str();
    let mut diagnostics = problems.project;
    let mut outcome = PlanOutcome::default();
    if let Some(refusal) = load_refusal(&diagnostics) {
        outcome.error = Some(refusal.into());
        if !project.nodes.is_empty()
            && let Ok(plan) = builder.incomplete().build_with(memory)
        {
            outcome.partial_plan = Some(PlanReport::new(&plan, gateway));
        }
    } else {
        let lint = if options.skip_linter { &[] } else { problems.lint };
        diagnostics.extend_from_slice(lint);
        diagnostics.sort_by_key(|problem| problem.severity);
        if let Some(refusal) = lint_refusal(lint) {
            outcome.error = Some(refusal.into());
            outcome.diagnostics = diagnostics;
            return outcome;
        }
        match builder.build_with(memory) {
            Ok(plan) => {
                decided(&plan, state);
                outcome.plan = Some(report(project, state, &plan, options));
                diagnostics.extend(state.doubt());
                diagnostics.extend(notes(&plan));
            }
            Err(refusal) => outcome.error = Some(refusal.into()),
        }
    }
    outcome.diagnostics = diagnostics;
    outcome
}

/// Violations of rules that are errors end planning, as in SQLMesh.
fn lint_refusal(lint: &[Diagnostic]) -> Option<Refusal> {
    let count = lint.iter().filter(|problem| problem.is_error()).count();
    let message = match count {
        0 => return None,
        1 => "the linter found an error".to_string(),
        count => format!("the linter found {count} errors"),
    };
    Some(
        Refusal::of("LinterError", "plan/linter", message)
            .help("correct the models, ignore a rule in one (`ignored_rules`), or plan with `--skip-linter`"),
    )
}

/// What SQLMesh raises when a project with these problems is loaded.
fn load_refusal(diagnostics: &[Diagnostic]) -> Option<Refusal> {
    let problem = diagnostics.iter().find(|diagnostic| diagnostic.is_error())?;
    let kind = if problem.code == "project/cycle" {
        "SQLMeshError"
    } else {
        "ConfigError"
    };
    Some(Refusal {
        kind,
        diagnostic: Box::new(problem.clone()),
    })
}

/// The project together with what production holds of projects that are not loaded.
fn with_absent(project: Project, state: &StateFile) -> Project {
    let Some(production) = state.environments.get(PROD) else {
        return project;
    };
    let stored = StoredSnapshots::new(&state.snapshots);
    let infos = production.environment.snapshots.iter();
    let nodes: Vec<(&str, &Model)> = infos
        .filter_map(|info| Some((info.name.as_str(), &*stored.get(&info.id())?.node)))
        .collect();
    mix::with_absent(project, nodes.into_iter(), &production.statements)
}

/// The report of a plan with what the plan alone does not know.
fn report(project: &Project, state: &StateFile, plan: &Plan<'_>, options: &PlanOptions) -> PlanReport {
    let report = PlanReport::new(plan, &project.config.gateway);
    let cleared = apply::cleared_elsewhere(state, plan);
    if cleared.is_empty() && !options.column_impact {
        return report;
    }
    let intervals = cleared.into_iter().map(|cleared| ClearedIntervals {
        name: cleared.name,
        version: cleared.version,
        environments: cleared.environments.into_iter().collect(),
        start: cleared.interval.0,
        end: cleared.interval.1,
    });
    PlanReport {
        cleared_elsewhere: intervals.collect(),
        column_impact: options
            .column_impact
            .then(|| impact::column_impact(project, plan)),
        ..report
    }
    .sealed()
}

/// What a person has to know or do before the plan is carried out.
fn notes(plan: &Plan<'_>) -> impl Iterator<Item = Diagnostic> {
    uncategorized_note(plan).into_iter().chain(recalled_note(plan))
}

fn recalled_note(plan: &Plan<'_>) -> Option<Diagnostic> {
    let nodes = plan.diff.nodes.values().filter(|node| node.recalled);
    let names: Vec<String> = nodes.map(|node| plan.display_name(node.name())).collect();
    if names.is_empty() {
        return None;
    }
    let message = format!(
        "back to versions that the state lists but does not hold: {}",
        names.join(", ")
    );
    let help = "exports leave them out, SQLMesh's database still has them; they are taken to be filled like the \
                versions that replaced them, up to the moment of that";
    Some(Diagnostic::note("plan/earlier-version", message).help(help))
}

fn uncategorized_note(plan: &Plan<'_>) -> Option<Diagnostic> {
    let uncategorized = plan.uncategorized();
    if uncategorized.is_empty() {
        return None;
    }
    let names: Vec<String> = uncategorized.iter().map(|name| plan.display_name(name)).collect();
    let message = format!("these changes still need a category: {}", names.join(", "));
    let mut note = Diagnostic::note("plan/uncategorized", message)
        .help("choose one for each: `--categorize MODEL=BREAKING` or `--categorize MODEL=NON_BREAKING`");
    note.severity = Severity::Warning;
    Some(note)
}
