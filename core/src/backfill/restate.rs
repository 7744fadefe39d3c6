//! Restatements: which intervals are filled again, and what they pull in below.
//!
//! The same walk serves previews of forward-only changes, which are kept as restatements too.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::snapshot::{Nodes, PlanNode};
use crate::time::range::inclusive_exclusive;
use crate::time::{DateText, Interval};

use super::unit_of;
use crate::model::{KindName, SourceType};

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct RestateRequest<'a> {
    /// Names that the user (or the preview) chose.
    pub selected: &'a BTreeSet<String>,
    /// Names never pulled into a preview.
    pub no_preview: &'a BTreeSet<String>,
    /// The plan is for a development environment.
    pub is_dev: bool,
    /// The walk serves a preview.
    pub is_preview: bool,
    /// Whether the guards against touching production hold.
    pub guarded: bool,
    /// Start asked for.
    pub start: DateText,
    /// End asked for.
    pub end: DateText,
    /// What the plan takes as now, as written: a date counts as a whole.
    pub execution_time: DateText,
}

/// Restated intervals by name, and warnings in SQLMesh's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restatements {
    /// Name → interval.
    pub intervals: BTreeMap<String, Interval>,
    /// What was refused or widened.
    pub warnings: Vec<String>,
}

/// Walks the snapshots, parents first, from the selected ones to everything that has to follow.
pub fn restate(
    nodes: &Nodes,
    order: &[String],
    request: RestateRequest<'_>,
    display: &dyn Fn(&str) -> String,
) -> Restatements {
    let mut result = Restatements::default();
    for name in order {
        let Some(node) = nodes.get(name) else { continue };
        let restating_parents: Vec<&str> = node
            .snapshot
            .parents
            .iter()
            .map(|parent| parent.name.as_str())
            .filter(|parent| result.intervals.contains_key(*parent))
            .collect();
        if !request.selected.contains(name) && restating_parents.is_empty() {
            continue;
        }
        if request.is_preview && request.no_preview.contains(name) {
            continue;
        }
        if request.guarded {
            let shown = display(name);
            if request.is_dev && node.snapshot.unpaused_ts.is_some() {
                result.warnings.push(format!(
                    "Cannot restate model '{shown}' because the current version is used in production. \
                     Run the restatement against the production environment instead to restate this model."
                ));
                continue;
            }
            if !request.is_dev && node.is_model() && node.model().kind.is_restatement_disabled() {
                result
                    .warnings
                    .push(format!("Cannot restate model '{shown}'. Restatement is disabled for this model to prevent possible data loss."));
                continue;
            }
            if node.model().source_type == SourceType::Seed || node.kind() == KindName::Seed {
                continue;
            }
        }
        let (own, widened) = removal_interval(node, request);
        if let (Some(asked), true) = (widened, node.kind().is_incremental()) {
            result.warnings.push(format!(
                "Model '{}' does not support partial restatement. Expanding the requested restatement intervals from [{} - {}] to [{} - {}].",
                display(name),
                asked.0.datetime_text(),
                asked.1.datetime_text(),
                own.0.datetime_text(),
                own.1.datetime_text()
            ));
        }
        let mut interval = own;
        for parent in restating_parents {
            let incremental = nodes.get(parent).is_some_and(|node| node.kind().is_incremental());
            if let (true, Some(above)) = (incremental, result.intervals.get(parent)) {
                interval = Interval(interval.0.min(above.0), interval.1.max(above.1));
            }
        }
        let unit = unit_of(node);
        if unit.floor(interval.1) < interval.1 {
            interval = Interval(unit.floor(interval.0), unit.next(unit.floor(interval.1)));
        }
        result.intervals.insert(name.clone(), interval);
    }
    result
}

/// The interval of a snapshot that a restatement removes; the asked one too when it had to be widened.
fn removal_interval(node: &PlanNode, request: RestateRequest<'_>) -> (Interval, Option<Interval>) {
    let unit = unit_of(node);
    let partial = node.model().allow_partials;
    let end = if node.depends_on_past() {
        request.execution_time
    } else {
        request.end
    };
    let asked = inclusive_exclusive(request.start, end, unit, partial, true);
    let whole_history = node.is_model() && node.kind().is_full_history_restatement_only();
    if request.is_preview || !whole_history {
        return (asked, None);
    }
    let Some(first) = node.snapshot.intervals.start() else {
        return (asked, None);
    };
    let all = inclusive_exclusive(DateText::instant(first), end, unit, partial, true);
    let requested = Interval(request.start.at, request.end.exclusive_end());
    (all, (all != asked).then_some(requested))
}
