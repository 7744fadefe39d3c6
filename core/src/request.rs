//! The whole way from files to report, in one call: what command line, browser and tests share.

use crate::diagnostic::{Diagnostic, Severity};
use crate::plan::{PlanBuilder, PlanOptions, Refusal};
use crate::project::{self, LoadOptions};
use crate::report::{PlanOutcome, PlanReport};
use crate::source::SourceMap;
use crate::state::StateFile;

/// Plans a project against a state. `None` for a state with nothing in it.
///
/// Problems of the project are in the outcome's diagnostics; a refusal is in its `error`. Never fails otherwise.
pub fn plan(
    sources: &SourceMap,
    state: Option<&StateFile>,
    load: &LoadOptions,
    options: &PlanOptions,
) -> PlanOutcome {
    let (project, mut diagnostics) = project::load(sources, load);
    diagnostics.sort_by_key(|diagnostic| diagnostic.severity);
    let empty = StateFile::empty();
    let state = state.unwrap_or(&empty);
    let mut outcome = PlanOutcome::default();
    match PlanBuilder::new(&project, state, options).build() {
        Ok(plan) => {
            outcome.plan = Some(PlanReport::new(&plan, &project.config.gateway));
            let uncategorized = plan.uncategorized();
            if !uncategorized.is_empty() {
                let names: Vec<String> = uncategorized.iter().map(|name| plan.display_name(name)).collect();
                let refusal = Refusal::of(
                    "UncategorizedPlanError",
                    "plan/uncategorized",
                    format!("these changes still need a category: {}", names.join(", ")),
                )
                .help("choose one for each: `--categorize MODEL=BREAKING` or `MODEL=NON_BREAKING`");
                diagnostics.push(Diagnostic {
                    severity: Severity::Note,
                    ..(*refusal.diagnostic).clone()
                });
            }
        }
        Err(refusal) => outcome.error = Some(refusal.into()),
    }
    if let Some(problem) = diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        // A project with mistakes is not planned as if they were deletions.
        outcome.plan = None;
        outcome.error = Some(
            Refusal {
                kind: "ConfigError",
                diagnostic: Box::new(problem.clone()),
            }
            .into(),
        );
    }
    outcome.diagnostics = diagnostics;
    outcome
}
