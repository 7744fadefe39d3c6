//! Runs as plain data.

use serde::Serialize;

use super::decisions::missing_intervals;
use super::explain::ExplainedStage;
use super::{MissingIntervals, PlanRefusal};
use crate::diagnostic::Diagnostic;
use crate::plan::Run;
use crate::plan::stages::Stage;
use crate::time::Timestamp;

/// What came of asking for a run. Intervals are half open, in epoch milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RunOutcome {
    /// `CompletionStatus.SUCCESS` or `CompletionStatus.NOTHING_TO_DO`, as SQLMesh says it when everything succeeds;
    /// absent when the run is refused.
    pub status: Option<String>,
    /// Environment, sanitised.
    pub environment: String,
    /// Start, when one was given.
    pub start: Option<Timestamp>,
    /// End.
    pub end: Option<Timestamp>,
    /// What the run takes as now.
    pub execution_time: Timestamp,
    /// What is filled, sorted by name.
    pub missing_intervals: Vec<MissingIntervals>,
    /// Names of the stages, in order.
    pub stages: Vec<String>,
    /// When the next model has something to run.
    pub next_run: Option<Timestamp>,
    /// Why there is no run.
    pub error: Option<PlanRefusal>,
    /// Problems found in project and state, the most severe first.
    pub diagnostics: Vec<Diagnostic>,
}

/// A run with its stages.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ExplainedRun {
    /// The run, or why there is none.
    pub outcome: RunOutcome,
    /// The stages in order.
    pub stages: Vec<ExplainedStage>,
}

impl RunOutcome {
    /// The report of a run with these stages.
    pub fn new(run: &Run<'_>, stages: &[Stage]) -> Self {
        let plan = &run.plan;
        let status = match stages.is_empty() {
            true => "CompletionStatus.NOTHING_TO_DO",
            false => "CompletionStatus.SUCCESS",
        };
        Self {
            status: Some(status.to_string()),
            environment: plan.naming.name.clone(),
            start: plan.start,
            end: plan.end,
            execution_time: plan.execution_time,
            missing_intervals: missing_intervals(plan),
            stages: stages.iter().map(|stage| stage.name().to_string()).collect(),
            next_run: run.next,
            error: None,
            diagnostics: Vec::new(),
        }
    }

    /// All problems, each once.
    pub fn problems(&self) -> impl Iterator<Item = &Diagnostic> {
        let refusal = self.error.as_ref().map(|refusal| &refusal.diagnostic);
        let own = refusal.filter(|problem| !self.diagnostics.contains(problem));
        self.diagnostics.iter().chain(own)
    }
}
