//! Decision files: what the page remembers as a file, and an open file beside the plan.
//!
//! A decision is about one change: the version in the compared environment and the one in the project. It fits
//! exactly when both are the same here; anything else is shown and not taken over on its own.

use planglass_core::json;
use planglass_core::report::PlanReport;
use planglass_core::state::StateFile;

use super::model::base_snapshot;
use super::plan::outside;
use super::review::Review;
use super::session::Session;
use crate::messages::decisions::{DecisionView, FORMAT, Fit};
use crate::messages::model::Link;
use crate::messages::{Decisions, DecisionsView, Status, What};

/// The file's text for what the page remembers: choices, notes and ticks by model. What the plan knows is added.
pub fn written(review: &Review, session: &Session, known: &Decisions) -> String {
    let mut file = known.clone();
    file.planglass_decisions = FORMAT;
    file.project = digest_of(session, What::Project);
    file.state = digest_of(session, What::State);
    if let Some(plan) = review.plan() {
        file.environment.clone_from(&plan.environment);
        file.gateway.clone_from(&plan.gateway);
        file.plan.clone_from(&plan.digest);
        for (name, decision) in &mut file.models {
            (decision.from, decision.to) = versions(plan, session, name);
        }
    }
    json::pretty(&json::to_string(&file))
}

fn digest_of(session: &Session, what: What) -> String {
    session
        .named(what)
        .map(|facts| facts.digest.clone())
        .unwrap_or_default()
}

/// Identifiers of the compared version and of the project's.
fn versions(plan: &PlanReport, session: &Session, name: &str) -> (Option<String>, Option<String>) {
    let empty = StateFile::empty();
    let state = session.state().map_or(&empty, AsRef::as_ref);
    let before = base_snapshot(plan, state, name).map(|snapshot| snapshot.fingerprint.to_identifier());
    let now = plan.snapshots.get(name).map(|report| report.identifier.clone());
    (before, now)
}

/// The open file beside the plan; `None` when none is open.
pub fn view(review: &Review, session: &Session) -> Option<DecisionsView> {
    let (name, file) = session.decisions()?;
    let plan = review.plan()?;
    let mut entries: Vec<DecisionView> = file
        .models
        .iter()
        .map(|(name, decided)| {
            let row = review.row(name);
            let (from, to) = versions(plan, session, name);
            let fit = match row {
                None => Fit::Gone,
                Some(row) if row.status == Status::Unchanged => Fit::Gone,
                Some(row) if decided.category.is_some() && !row.choosable => Fit::Gone,
                Some(_) if decided.to != to => Fit::Changed,
                Some(_) if decided.from != from => Fit::Base,
                Some(_) => Fit::Exact,
            };
            let (schema, title) = outside(name, plan);
            DecisionView {
                model: row.map_or_else(
                    || Link {
                        schema,
                        title,
                        name: name.clone(),
                        ..Link::default()
                    },
                    Link::from,
                ),
                fit,
                decided: decided.clone(),
                now: row.and_then(|row| row.category),
            }
        })
        .collect();
    entries.sort_by_key(|entry| entry.fit);
    let mut differs = Vec::new();
    let mut compare = |what: &str, theirs: &str, ours: &str| {
        if !theirs.is_empty() && theirs != ours {
            differs.push(what.to_string());
        }
    };
    compare("environment", &file.environment, &plan.environment);
    compare("gateway", &file.gateway, &plan.gateway);
    compare("project", &file.project, &digest_of(session, What::Project));
    compare("state", &file.state, &digest_of(session, What::State));
    Some(DecisionsView {
        file: name.to_string(),
        entries,
        forward_only: file.forward_only,
        differs,
    })
}
