//! The whole way from files to report, in one call: what command line, browser and tests share.

use crate::diagnostic::Diagnostic;
use crate::plan::PlanOptions;
use crate::project::LoadOptions;
use crate::report::PlanOutcome;
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
    let _ = (sources, state, load, options);
    PlanOutcome {
        diagnostics: vec![Diagnostic::error(
            "plan/unfinished",
            "planning is not wired up yet",
        )],
        ..PlanOutcome::default()
    }
}
