//! A decision file: what a person decided about a plan, to be carried to another session or another system.

use planglass_core::ordered::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::Link;
use super::rows::Category;

/// Number of the format. A reader refuses files with a greater one.
pub const FORMAT: u32 = 1;

/// Decisions about one plan. Names are fully qualified.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decisions {
    /// Number of the format; what tells this file from others.
    pub planglass_decisions: u32,
    /// Target environment.
    pub environment: String,
    /// Gateway.
    pub gateway: String,
    /// Digest of the plan with these decisions.
    pub plan: String,
    /// Digest of the project's files.
    pub project: String,
    /// Digest of the state's file.
    pub state: String,
    /// The plan-wide switch, when it was set.
    pub forward_only: Option<bool>,
    /// Decisions by model.
    pub models: BTreeMap<String, Decision>,
}

/// What was decided about one model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// Chosen category: `BREAKING`, `NON_BREAKING`; absent when none was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Identifier of the version in the compared environment; absent for a new model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Identifier of the version in the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Note.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The change was looked at and ticked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub viewed: bool,
}

/// How a decision fits the plan that is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// The same change: both versions are those that were decided about.
    #[default]
    Exact,
    /// The same version in the project, on another one in the environment.
    Base,
    /// Another version in the project.
    Changed,
    /// No change of this model is in the plan, or its category may not be chosen.
    Gone,
}

impl Fit {
    /// All, best first.
    pub const ALL: [Self; 4] = [Self::Exact, Self::Base, Self::Changed, Self::Gone];

    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Exact => "fits exactly",
            Self::Base => "the environment holds another version",
            Self::Changed => "the model was changed since",
            Self::Gone => "no such change in this plan",
        }
    }
}

/// One decision beside the plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DecisionView {
    /// The model.
    pub model: Link,
    /// How it fits.
    pub fit: Fit,
    /// What was decided.
    pub decided: Decision,
    /// The category that the plan has now.
    pub now: Option<Category>,
}

/// A decision file beside the plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DecisionsView {
    /// Name of the file.
    pub file: String,
    /// One entry per model, best fit first.
    pub entries: Vec<DecisionView>,
    /// The plan-wide switch of the file.
    pub forward_only: Option<bool>,
    /// What differs between the file's plan and this one, in words: environment, project, state.
    pub differs: Vec<String>,
}
