//! Outcomes as text: for terminals in SQLMesh's familiar layout, plain or coloured, and as Markdown.
//!
//! In: finished reports and diagnostics. Out: text that ends with a line break. Nothing is decided here, and
//! nothing is looked up: a fact that the text needs is a field of the report.

mod catalog;
mod explain;
mod frame;
mod impact;
mod markdown;
mod names;
mod plan;
mod run;
mod state;
mod style;
mod tree;
mod why;

pub use catalog::catalog;
pub use explain::{explained, explained_run, script};
pub use frame::diagnostic;
pub use impact::column_impact;
pub use markdown::markdown;
pub use plan::{plan, work};
pub use run::run;
pub use state::{state, state_diff};
pub use style::Style;
pub use why::why;

use super::PlanOutcome;

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextOptions {
    /// Plain or coloured.
    pub style: Style,
    /// Whether text differences are shown.
    pub diff: bool,
    /// Whether long lists are written in full; otherwise eleven and more items are cut to the first and last.
    pub full_lists: bool,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self {
            style: Style::Plain,
            diff: true,
            full_lists: false,
        }
    }
}

/// All problems and then the plan: everything an outcome says.
pub fn outcome(outcome: &PlanOutcome, options: &TextOptions) -> String {
    let mut text: String = outcome
        .problems()
        .map(|problem| format!("{}\n", diagnostic(problem, options.style)))
        .collect();
    text.push_str(&plan_or_rest(outcome, options));
    text
}

/// What stands above the plan of the readable rest of a broken project.
pub const REST: &str = "Files with errors are left out: their models are taken as they are in the environment. \
                        This is what the rest would change; it cannot be applied.";

/// The plan of an outcome, or what the readable rest of a broken project would change; empty when there is neither.
pub fn plan_or_rest(outcome: &PlanOutcome, options: &TextOptions) -> String {
    match (&outcome.plan, &outcome.partial_plan) {
        (Some(report), _) => plan(report, options),
        (None, Some(report)) => format!("{REST}\n\n{}", plan(report, options)),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;
    use crate::report::PlanRefusal;

    #[test]
    fn a_refusal_that_is_a_problem_is_said_once() {
        let problem = Diagnostic::error("a/b", "wrong");
        let refused = PlanOutcome {
            error: Some(PlanRefusal {
                kind: "ConfigError".to_string(),
                diagnostic: problem.clone(),
            }),
            diagnostics: vec![problem],
            ..PlanOutcome::default()
        };
        assert_eq!(
            outcome(&refused, &TextOptions::default()),
            "error[a/b]: wrong\n\n"
        );
        assert_eq!(markdown(&refused), "\n**Problems:**\n- **error** wrong\n");
    }
}
