//! Runs, from files and state to what they fill.

use crate::apply;
use crate::plan::stages::{Stage, run_stages};
use crate::plan::{PlanBuilder, PlanOptions, Run, RunOptions};
use crate::project::{self, LoadOptions};
use crate::report::{ExplainedRun, RunOutcome, explain};
use crate::review::janitor;
use crate::source::SourceMap;
use crate::state::StateFile;
use crate::statements;
use crate::upgrade;

use super::load_refusal;

/// Says what a run of an environment fills. `None` for a state with nothing in it.
///
/// A run fills what the environment holds; of the project only the configuration counts, but its files must load.
pub fn run(
    sources: &SourceMap,
    state: Option<&StateFile>,
    load: &LoadOptions,
    options: &RunOptions,
) -> RunOutcome {
    decide(sources, state, load, options, &mut |_, _, _| {})
}

/// The same with its stages, those that `wants` names with their SQL.
pub fn explain_run(
    sources: &SourceMap,
    state: Option<&StateFile>,
    load: &LoadOptions,
    options: &RunOptions,
    wants: &dyn Fn(usize, &str) -> bool,
) -> ExplainedRun {
    let mut explained = Vec::new();
    let outcome = decide(sources, state, load, options, &mut |run, stages, _| {
        for (index, stage) in stages.iter().enumerate() {
            let mut one = explain::explain(&run.plan, stage);
            if wants(index, stage.name()) {
                one.steps = Some(statements::of_stage(&run.plan, stage, sources));
            }
            explained.push(one);
        }
    });
    ExplainedRun {
        outcome,
        stages: explained,
    }
}

/// Says what a run fills, and what state it leaves behind when everything succeeds; `None` when it is refused.
pub fn rehearse_run(
    sources: &SourceMap,
    state: Option<&StateFile>,
    load: &LoadOptions,
    options: &RunOptions,
) -> (RunOutcome, Option<StateFile>) {
    let mut after = None;
    let outcome = decide(sources, state, load, options, &mut |run, _, state| {
        let mut left = apply::rehearse_run(state, run);
        // SQLMesh's janitor comes with each run of production.
        if !run.plan.is_dev && !options.skip_janitor {
            janitor::clean(&mut left, options.now);
        }
        after = Some(left);
    });
    (outcome, after)
}

fn decide(
    sources: &SourceMap,
    state: Option<&StateFile>,
    load: &LoadOptions,
    options: &RunOptions,
    decided: &mut dyn FnMut(&Run<'_>, &[Stage], &StateFile),
) -> RunOutcome {
    let (project, mut diagnostics) = project::load(sources, load);
    diagnostics.sort_by_key(|diagnostic| diagnostic.severity);
    let empty = StateFile::empty();
    let state = state.unwrap_or(&empty);
    let upgraded = upgrade::is_outdated(state).then(|| upgrade::upgrade(state, options.now));
    let state = upgraded.as_ref().unwrap_or(state);
    let plan_options = PlanOptions::from(options);
    let decision = match load_refusal(&diagnostics) {
        Some(refusal) => Err(refusal),
        None => PlanBuilder::new(&project, state, &plan_options).build_run(options),
    };
    let mut outcome = match decision {
        Ok(run) => {
            let stages = run_stages(&run.plan);
            decided(&run, &stages, state);
            RunOutcome::new(&run, &stages)
        }
        Err(refusal) => RunOutcome {
            error: Some(refusal.into()),
            ..RunOutcome::default()
        },
    };
    diagnostics.extend(state.doubt());
    outcome.diagnostics = diagnostics;
    outcome
}
