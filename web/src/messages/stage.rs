//! What one stage of a plan runs.

use serde::{Deserialize, Serialize};

/// Which steps of which stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageQuery {
    /// Place of the stage, from 0.
    pub stage: usize,
    /// One past the last step.
    pub to: usize,
}

/// Steps of a stage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StepsView {
    /// How many steps the stage has.
    pub steps: usize,
    /// How many statements they have.
    pub statements: usize,
    /// The first of them.
    pub shown: Vec<StepView>,
}

/// Work on one table or view.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StepView {
    /// What comes before the last dot of the model's display name, dot included.
    pub schema: String,
    /// What comes after; empty for work on schemas and the environment.
    pub title: String,
    /// Table or view that is written.
    pub target: String,
    /// What is filled, in words.
    pub interval: String,
    /// Statements: what each is for, and its text.
    pub statements: Vec<(String, String)>,
    /// What is written to the state, and what could not be told.
    pub notes: Vec<String>,
}
