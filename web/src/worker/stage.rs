//! What one stage of a plan runs, for looking at.

use planglass_core::statements::{Purpose, Step};
use planglass_core::time::{IntervalUnit, range::format_interval};

use super::plan::outside;
use super::review::Review;
use crate::messages::StepsView;
use crate::messages::stage::StepView;

/// Most steps that travel to the page at once.
const MOST: usize = 1_000;

/// The first steps of a stage, up to `to`.
pub fn view(review: &Review, steps: Vec<Step>, to: usize) -> StepsView {
    StepsView {
        steps: steps.len(),
        statements: steps.iter().map(|step| step.statements.len()).sum(),
        shown: steps
            .into_iter()
            .take(to.min(MOST))
            .map(|step| step_view(review, step))
            .collect(),
    }
}

fn step_view(review: &Review, step: Step) -> StepView {
    let (schema, title) = match (&step.name, review.plan()) {
        (Some(name), Some(plan)) => match review.row(name) {
            Some(row) => (row.schema.clone(), row.title.clone()),
            None => outside(name, plan),
        },
        _ => Default::default(),
    };
    let interval = step.interval.map(|interval| {
        let text = format_interval(interval, IntervalUnit::Hour);
        text.replace(" - ", " – ")
    });
    let notes = step.state.into_iter();
    StepView {
        schema,
        title,
        target: step.target.unwrap_or_default(),
        interval: interval.unwrap_or_default(),
        statements: step
            .statements
            .into_iter()
            .map(|statement| (words(statement.purpose).to_string(), statement.sql))
            .collect(),
        notes: notes
            .chain(step.notes.into_iter().map(|note| note.message))
            .collect(),
    }
}

fn words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::CreateSchema => "create schema",
        Purpose::Create => "create",
        Purpose::DryRun => "try the query",
        Purpose::Comment => "comment",
        Purpose::PreStatement => "pre-statement",
        Purpose::PostStatement => "post-statement",
        Purpose::Delete => "delete",
        Purpose::Insert => "insert",
        Purpose::Replace => "replace",
        Purpose::Audit => "audit",
        Purpose::Alter => "alter",
        Purpose::DropTemporary => "drop temporary",
        Purpose::PromoteView => "point view",
        Purpose::DropView => "drop view",
        Purpose::OnVirtualUpdate => "on virtual update",
        Purpose::BeforeAll => "before all",
        Purpose::AfterAll => "after all",
    }
}
