//! Asking for categories: on a terminal, a change without a category is a question.

use std::io::{self, BufRead, IsTerminal, Write};

use planglass_core::plan::PlanOptions;
use planglass_core::project::LoadOptions;
use planglass_core::report::PlanReport;
use planglass_core::request;
use planglass_core::source::SourceMap;
use planglass_core::state::StateFile;

/// Whether somebody is there to answer.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Asks for the category of every change that has none, planning again after each answer, and adds the answers to
/// the options. Stops at the end of the input.
pub fn categories(
    sources: &SourceMap,
    state: Option<&StateFile>,
    load: &LoadOptions,
    options: &mut PlanOptions,
) {
    let undecided = |options: &PlanOptions| {
        let plan = request::plan(sources, state, load, options).plan;
        plan.filter(|plan| to_ask(plan).is_some())
    };
    let mut left = undecided(options);
    while let Some(plan) = &left {
        let Some(name) = to_ask(plan) else {
            break;
        };
        let Some(category) = ask(&question(plan, name)) else {
            break;
        };
        options.set_choices.insert(name.to_string(), category.to_string());
        left = undecided(options);
    }
}

/// The first change to ask about. SQLMesh asks nothing about models that are forward-only by definition.
fn to_ask(plan: &PlanReport) -> Option<&str> {
    let by_definition = |name: &str| {
        let snapshot = plan.snapshots.get(name);
        snapshot.is_some_and(|snapshot| snapshot.detail.forward_only_model)
    };
    let mut names = plan.uncategorized.iter().map(String::as_str);
    names.find(|name| !by_definition(name))
}

fn question(plan: &PlanReport, name: &str) -> String {
    let snapshot = plan.snapshots.get(name);
    let shown = snapshot.map_or(name, |snapshot| snapshot.detail.display_name.as_str());
    let (fill, leave) = match snapshot.and_then(|snapshot| snapshot.kind.as_deref()) {
        Some("VIEW") => (
            format!("Update {shown} and backfill indirectly modified children"),
            format!("Update {shown} but don't backfill indirectly modified children"),
        ),
        Some("EMBEDDED" | "EXTERNAL") => (
            "Backfill indirectly modified children".to_string(),
            "Don't backfill indirectly modified children".to_string(),
        ),
        _ => (
            format!("Backfill {shown} and indirectly modified children"),
            format!("Backfill {shown} but not indirectly modified children"),
        ),
    };
    format!("\nDirectly Modified: {shown}\n[1] [Breaking] {fill}\n[2] [Non-breaking] {leave}: ")
}

/// The category answered; `None` at the end of the input.
fn ask(question: &str) -> Option<&'static str> {
    loop {
        let mut out = io::stdout().lock();
        out.write_all(question.as_bytes())
            .and_then(|()| out.flush())
            .ok()?;
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim() {
            "1" => return Some("BREAKING"),
            "2" => return Some("NON_BREAKING"),
            _ => out
                .write_all(b"Please select one of the available options\n")
                .ok()?,
        }
    }
}

#[cfg(test)]
mod tests {
    use planglass_core::report::{SnapshotDetail, SnapshotReport};

    use super::*;

    #[test]
    fn models_that_are_forward_only_by_definition_are_not_asked_about() {
        let snapshot = |forward_only_model| SnapshotReport {
            detail: SnapshotDetail {
                forward_only_model,
                ..SnapshotDetail::default()
            },
            ..SnapshotReport::default()
        };
        let names = ["a", "b"].map(str::to_string);
        let plan = PlanReport {
            snapshots: names.iter().cloned().zip([true, false].map(snapshot)).collect(),
            uncategorized: names.to_vec(),
            ..PlanReport::default()
        };
        assert_eq!(to_ask(&plan), Some("b"));
    }

    #[test]
    fn the_question_names_what_happens() {
        let snapshot = SnapshotReport {
            kind: Some("VIEW".to_string()),
            detail: SnapshotDetail {
                display_name: "demo__dev.a".to_string(),
                ..SnapshotDetail::default()
            },
            ..SnapshotReport::default()
        };
        let plan = PlanReport {
            snapshots: [("\"a\"".to_string(), snapshot)].into_iter().collect(),
            ..PlanReport::default()
        };
        assert_eq!(
            question(&plan, "\"a\""),
            "\nDirectly Modified: demo__dev.a\n\
             [1] [Breaking] Update demo__dev.a and backfill indirectly modified children\n\
             [2] [Non-breaking] Update demo__dev.a but don't backfill indirectly modified children: "
        );
    }
}
