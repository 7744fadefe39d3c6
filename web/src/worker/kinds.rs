//! What a file is, told by its content.

use planglass_core::json;
use planglass_core::report::{PlanOutcome, PlanReport};

use crate::messages::Decisions;

/// A decision file, if that is what the text is.
pub(super) fn read_decisions(bytes: &[u8]) -> Option<Decisions> {
    let text = std::str::from_utf8(bytes).ok()?;
    // Reports and states may be large, and say in their first words that they are something else.
    let head: String = text.chars().take(200).collect();
    if !head.contains("\"planglass_decisions\"") {
        return None;
    }
    json::from_str(text).ok()
}

/// A saved plan, if that is what the text is.
pub(super) fn read_report(bytes: &[u8]) -> Option<PlanOutcome> {
    if looks_like_state(bytes) {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    if let Ok(outcome) = json::from_str::<PlanOutcome>(text) {
        return Some(outcome);
    }
    let plan: PlanReport = json::from_str(text).ok()?;
    Some(PlanOutcome {
        plan: Some(plan),
        ..PlanOutcome::default()
    })
}

pub(super) fn looks_like_state(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4_000)]);
    head.contains("\"file_version\"") || head.contains("\"schema_version\"")
}
