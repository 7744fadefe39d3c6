//! The last choice, and what it changed, in words.

use crate::messages::plan::TreatedView;
use crate::messages::{PlanView, counted, number};

/// What the last choice of a category did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effect {
    /// What was chosen.
    pub what: String,
    /// What it changed.
    pub result: String,
    /// The first of the models that are treated otherwise.
    pub treated: Vec<TreatedView>,
    /// How many there are.
    pub changed: usize,
}

/// What a choice changed, in words.
pub fn effect_words(plan: &PlanView) -> String {
    if plan.summary.is_none() {
        return "The plan was refused.".to_string();
    }
    let batches = match plan.batches_delta {
        0 => "the same intervals are filled".to_string(),
        fewer if fewer < 0 => format!("{} intervals fewer", number(fewer.unsigned_abs())),
        more => format!("{} intervals more", number(more.unsigned_abs())),
    };
    let models = match plan.changed {
        0 => "No model is treated differently".to_string(),
        1 => "1 model is treated differently".to_string(),
        count => format!("{} models are treated differently", number(count as u64)),
    };
    format!("{models}, {batches}. {:.0} ms", plan.millis)
}

/// A choice for many models in words.
pub fn many_words(count: usize, category: Option<&str>) -> String {
    choice_words(&counted(count, "model"), category)
}

/// A choice in words.
pub fn choice_words(name: &str, category: Option<&str>) -> String {
    match category {
        None => format!("{name} left to the planner."),
        Some(category) => format!("{name} set to {}.", category.to_lowercase().replace('_', "-")),
    }
}
