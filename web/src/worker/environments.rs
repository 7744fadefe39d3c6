//! Environments of the state, and what the janitor would take.

use planglass_core::review::janitor;
use planglass_core::review::versions::{Relation, compare};
use planglass_core::state::environment::{Environment, PROD};
use planglass_core::time::Timestamp;
use serde_json::Value;

use super::review::shown_name;
use super::session::Session;
use crate::messages::environments::{EnvironmentView, TakenView};
use crate::messages::{EnvironmentsQuery, EnvironmentsView};

/// How much of what the janitor takes travels to the page.
const MOST: usize = 300;

/// Environments of the state that plans are made with; `None` without a state.
pub fn view(session: &Session, planned: Option<&str>, query: &EnvironmentsQuery) -> Option<EnvironmentsView> {
    let open = session.used()?;
    let state = &open.state;
    let prod = state.environments.get(PROD).map(|entry| &entry.environment);
    let preview = janitor::preview(state, query.now);
    let mut environments: Vec<EnvironmentView> = state
        .environments
        .values()
        .map(|entry| environment(&entry.environment, prod, planned, query.now))
        .collect();
    environments.sort_by(|a, b| (a.name != PROD, &a.name).cmp(&(b.name != PROD, &b.name)));
    Some(EnvironmentsView {
        state: open.id,
        environments,
        janitor_count: preview.snapshots.len(),
        tables: preview.snapshots.iter().map(|taken| taken.tables.len()).sum(),
        janitor: preview
            .snapshots
            .into_iter()
            .take(MOST)
            .map(|taken| TakenView {
                name: shown_name(&taken.id.name, None),
                identifier: taken.id.identifier,
                since: taken.since.date_text(),
                tables: taken.tables,
            })
            .collect(),
        snapshots: state.snapshots.len(),
    })
}

fn environment(
    environment: &Environment,
    prod: Option<&Environment>,
    planned: Option<&str>,
    now: Timestamp,
) -> EnvironmentView {
    let differs = prod.filter(|prod| prod.name != environment.name).map(|prod| {
        compare(&environment.snapshots, &prod.snapshots)
            .iter()
            .filter(|pair| pair.relation != Relation::Same)
            .count()
    });
    let promoted = environment.promoted_snapshot_ids.as_ref();
    let suffix = match environment.suffix_target.as_str() {
        "table" => "suffix at the table",
        "catalog" => "suffix at the catalog",
        _ => "suffix at the schema",
    };
    let naming = match (&environment.catalog_name_override, environment.name == PROD) {
        (Some(catalog), _) => format!("catalog {catalog}, {suffix}"),
        (None, true) => "no suffix".to_string(),
        (None, false) => suffix.to_string(),
    };
    EnvironmentView {
        name: environment.name.clone(),
        models: environment.snapshots.len(),
        promoted: promoted.map_or(environment.snapshots.len(), Vec::len),
        differs,
        start: moment(&environment.start_at),
        end: environment.end_at.as_ref().map(moment).unwrap_or_default(),
        expires: environment.expiration_ts.map(text).unwrap_or_default(),
        expired: environment.expiration_ts.is_some_and(|at| at <= now),
        finalised: environment.finalized_ts.map(text).unwrap_or_default(),
        plan_id: environment.plan_id.clone(),
        naming,
        planned: planned == Some(environment.name.as_str()),
    }
}

/// Date and time to the minute, the date alone at midnight.
fn text(at: Timestamp) -> String {
    let text = at.datetime_text();
    match text.strip_suffix(" 00:00:00") {
        Some(date) => date.to_string(),
        None => text.get(..16).unwrap_or(&text).to_string(),
    }
}

/// A moment as environments store it: text, or milliseconds.
fn moment(value: &Value) -> String {
    match value {
        Value::String(written) => {
            let short = written
                .strip_suffix(" 00:00:00")
                .or(written.strip_suffix("T00:00:00"));
            short.unwrap_or(written).to_string()
        }
        Value::Number(number) => number
            .as_i64()
            .map(|millis| text(Timestamp(millis)))
            .unwrap_or_default(),
        _ => String::new(),
    }
}
