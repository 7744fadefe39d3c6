//! The models of the plan in groups, and what a choice for one of them costs.

use planglass_core::request::Volume;
use serde::{Deserialize, Serialize};

use super::model::Link;
use super::rows::Group;

/// How the models are grouped, and which groups a person opened or closed: in a small project all are open at first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TreeQuery {
    /// By what.
    pub group: Group,
    /// Groups that are not as they were at first.
    pub turned: Vec<String>,
    /// A model whose group is open in any case.
    pub selected: Option<String>,
}

/// A group of models.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BranchView {
    /// Its key, and what it is called.
    pub title: String,
    /// Models that differ.
    pub changed: usize,
    /// Models.
    pub models: usize,
    /// The first models, by name; none while it is closed.
    pub shown: Vec<Link>,
    /// It is open.
    pub open: bool,
}

/// What a category would cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CostView {
    /// The category; absent when the planner decides.
    pub category: Option<String>,
    /// What the whole plan would fill then; absent when it would be refused.
    pub volume: Option<Volume>,
}
