//! A plan at a glance: all that the page keeps of it.

use planglass_core::diagnostic::{Diagnostic, Severity};
use planglass_core::report::PlanRefusal;
use planglass_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::Link;
use super::rows::{Category, RowView, Status};

/// A plan at a glance, or why there is none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanView {
    /// Counts and the like; absent when no plan could be made.
    pub summary: Option<PlanSummaryView>,
    /// The plan covers only what could be read of a broken project.
    pub partial: bool,
    /// Why it cannot be applied.
    pub refusal: Option<PlanRefusal>,
    /// The first problems, the most severe first.
    pub problems: Vec<Diagnostic>,
    /// How many problems there are.
    pub problem_count: usize,
    /// Milliseconds that planning took.
    pub millis: f64,
    /// What changed since the plan before: models treated differently.
    pub changed: usize,
    /// Interval units more (or fewer) than in the plan before.
    pub batches_delta: i64,
    /// The first of the models treated differently.
    pub treated: Vec<TreatedView>,
}

/// A model that is treated otherwise than in the plan before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TreatedView {
    /// The model, with its category now.
    pub model: Link,
    /// Its category before.
    pub before: Option<Category>,
    /// Interval units to fill, before and now.
    pub batches: (u64, u64),
    /// Whether only a preview was filled, and is.
    pub previews: (bool, bool),
}

impl PlanView {
    /// Environment, for messages.
    pub fn environment(&self) -> Option<&str> {
        self.summary.as_ref().map(|summary| summary.environment.as_str())
    }

    /// Problems of one severity.
    pub fn problems(&self, severity: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.problems
            .iter()
            .filter(move |problem| problem.severity == severity)
    }
}

/// Facts and counts of a plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanSummaryView {
    /// Target environment.
    pub environment: String,
    /// Environment that a new one is compared with.
    pub create_from: String,
    /// The target does not exist yet.
    pub is_new_environment: bool,
    /// The target is not prod.
    pub is_dev: bool,
    /// Project and environment differ.
    pub has_changes: bool,
    /// All changes go forward only.
    pub forward_only: bool,
    /// Moment of planning.
    pub execution_time: Timestamp,
    /// Start of the plan.
    pub start: Option<Timestamp>,
    /// End of the plan.
    pub end: Option<Timestamp>,
    /// Start and end of all bars.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Digest.
    pub digest: String,
    /// Gateway.
    pub gateway: String,
    /// One entry per status.
    pub counts: Vec<CountView>,
    /// Models in the plan.
    pub models: usize,
    /// Models that differ.
    pub changes: usize,
    /// Models that need a category.
    pub to_decide: Vec<RowView>,
    /// Models that wait for a parent's category.
    pub waiting: usize,
    /// Models that are filled.
    pub filled: usize,
    /// Models that are filled for a preview only.
    pub previews: usize,
    /// Interval units to fill.
    pub batches: u64,
    /// Messages that SQLMesh would print.
    pub warnings: Vec<String>,
    /// Restated models with their ranges, the first few.
    pub restatements: Vec<String>,
    /// Restated models.
    pub restated: usize,
    /// What applying does, in order.
    pub stages: Vec<StageView>,
    /// By category: models and interval units.
    pub categories: Vec<(Category, u64, u64)>,
    /// Differences of `before_all` and `after_all`: kind of text, and text.
    pub statements: Vec<(String, String)>,
    /// Differences of Python requirements.
    pub requirements: String,
}

impl PlanSummaryView {
    /// Models without a category.
    pub fn uncategorized(&self) -> usize {
        self.to_decide.len() + self.waiting
    }

    /// Models of one status.
    pub fn count(&self, status: Status) -> usize {
        self.counts
            .iter()
            .find(|count| count.status == status)
            .map_or(0, |count| count.count)
    }
}

/// How many models have a status.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CountView {
    /// Status.
    pub status: Status,
    /// Models.
    pub count: usize,
    /// Where they are, in words.
    pub words: String,
}

/// One stage of applying a plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StageView {
    /// `BackfillStage`, …
    pub name: String,
    /// What it does.
    pub title: String,
    /// To what.
    pub words: String,
    /// How many, where that says something.
    pub count: Option<u64>,
}
