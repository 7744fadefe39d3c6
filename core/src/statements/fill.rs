//! Filling: batches of intervals, each with the statements around it, and what waits for what.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::backfill::unit_of;
use crate::model::KindName;
use crate::plan::stages::filled_before_promotion;
use crate::snapshot::PlanNode;
use crate::time::range::{format_instant, split};
use crate::time::{Interval, Intervals};

use super::scope::{Moment, Scope, all_known, columns};
use super::{Purpose, Statement, Step, audits, create, migrate, seed, write};

/// Most units that one batch fills; `None` where there is no limit. What a seed calls so are rows.
pub fn batch_size(node: &PlanNode) -> Option<i64> {
    let size = node.model().kind.batch_size;
    size.filter(|_| node.kind() != KindName::Seed)
}

/// The batches in which a model's missing intervals are filled: at most `batch_size` units each, and never across
/// a gap. [`crate::time::range::Pieces::batches_in`] counts them.
pub fn batches(node: &PlanNode, missing: &Intervals) -> Vec<Interval> {
    let size = batch_size(node).unwrap_or(i64::MAX).max(1);
    let unit = unit_of(node);
    let mut found = Vec::new();
    for interval in missing.iter() {
        let pieces = split(interval, unit);
        let count = pieces.count_units();
        let mut at = 0;
        while at < count {
            let end = at.saturating_add(size).min(count);
            if let (Some(first), Some(last)) = (pieces.piece(at), pieces.piece(end - 1)) {
                found.push(Interval(first.0, last.1));
            }
            at = end;
        }
    }
    found
}

/// Whether each batch waits for the one before it, and how many may run at once.
fn concurrency(node: &PlanNode) -> Option<usize> {
    if node.depends_on_past() {
        return Some(1);
    }
    let wanted = node.model().kind.batch_concurrency?;
    usize::try_from(wanted).ok().filter(|count| *count > 0)
}

/// The steps of a backfill.
pub(super) fn fill(scope: &Scope<'_>, names: &BTreeSet<String>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    if scope.plan.empty_backfill {
        return vec![Step {
            state: vec!["marks the intervals of the plan as filled, without filling them".to_string()],
            ..Step::default()
        }];
    }
    // What is filled after the environment's record changed comes after the migrations.
    let early = filled_before_promotion(scope.plan);
    let is_late = !scope.plan.is_dev && names.iter().any(|name| !early.contains(name));
    let migrated = match is_late {
        true => migrate::migrated(scope),
        false => BTreeSet::new(),
    };
    // For each model, the steps that what is below it waits for.
    let mut last: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for name in scope.plan.order.iter() {
        let Some(node) = scope.node(name) else { continue };
        let mut waits: Vec<usize> = node
            .snapshot
            .parents
            .iter()
            .filter_map(|parent| last.get(parent.name.as_str()))
            .flatten()
            .copied()
            .collect();
        waits.sort_unstable();
        waits.dedup();
        let missing = names
            .contains(name)
            .then(|| scope.plan.filled_by_stages.get(name))
            .flatten();
        let Some(missing) = missing else {
            // What has nothing to do passes on what it waits for.
            if !names.is_empty() && !is_late && is_created_here(scope, node) {
                let step = Step {
                    after: waits,
                    ..create::table(scope, node)
                };
                last.insert(name, vec![steps.len()]);
                steps.push(step);
            } else if !waits.is_empty() {
                last.insert(name, waits);
            }
            continue;
        };
        let work = Work {
            missing: &missing.intervals,
            is_migrated: migrated.contains(name),
        };
        let done = model(scope, node, work, waits, &mut steps);
        last.insert(name, done);
    }
    steps
}

/// Whether a table without anything to fill is made on the way: one that must not be the production's.
fn is_created_here(scope: &Scope<'_>, node: &PlanNode) -> bool {
    node.is_model()
        && !node.is_symbolic()
        && scope.plan.is_selected_for_backfill(node.name())
        && !scope.is_representative(node)
        && !scope.exists(node)
}

/// What one model has to fill.
struct Work<'a> {
    missing: &'a Intervals,
    /// Whether a migration has seen to the table.
    is_migrated: bool,
}

/// The steps of one model; gives those that its children wait for.
fn model(
    scope: &Scope<'_>,
    node: &PlanNode,
    work: Work<'_>,
    waits: Vec<usize>,
    steps: &mut Vec<Step>,
) -> Vec<usize> {
    let batches = batches(node, work.missing);
    let at_once = concurrency(node);
    let kind = node.kind();
    let table_node = node.is_model() && !node.is_symbolic();
    let mut exists = !table_node || work.is_migrated || scope.exists(node);
    let mut first_waits = waits;
    let in_batches = at_once.is_none_or(|count| count > 1) && node.model().kind.batch_size.is_some();
    if !exists && (kind == KindName::IncrementalByTimeRange || (in_batches && kind != KindName::Seed)) {
        let step = Step {
            after: first_waits,
            ..create::table(scope, node)
        };
        first_waits = vec![steps.len()];
        steps.push(step);
        exists = true;
    }
    let mut made = Vec::with_capacity(batches.len());
    for (index, interval) in batches.iter().enumerate() {
        let mut after = first_waits.clone();
        if let Some(count) = at_once
            && let Some(earlier) = index.checked_sub(count).and_then(|earlier| made.get(earlier))
        {
            after.push(*earlier);
        }
        let batch = Batch {
            interval: *interval,
            exists: exists || index > 0,
            is_first: index == 0,
        };
        made.push(steps.len());
        steps.push(Step {
            after,
            ..evaluate(scope, node, batch)
        });
    }
    match made.is_empty() {
        true => first_waits,
        false => made,
    }
}

/// One batch of a model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batch {
    /// What is filled.
    pub interval: Interval,
    /// Whether the table is there.
    pub exists: bool,
    /// Whether it is the first of its model.
    pub is_first: bool,
}

fn evaluate(scope: &Scope<'_>, node: &PlanNode, batch: Batch) -> Step {
    let Interval(start, end) = batch.interval;
    let mut step = Step {
        name: Some(node.name().to_string()),
        interval: Some(batch.interval),
        state: vec![format!(
            "marks [{}, {}) as filled",
            format_instant(start),
            format_instant(end)
        )],
        ..Step::default()
    };
    if !node.is_model() {
        step.statements = audits::standalone(scope, node, batch.interval);
        step.notes = scope.take_notes();
        return step;
    }
    if !node.is_symbolic() {
        step.target = scope.target(node);
        step.statements = written(scope, node, batch, step.target.as_deref().unwrap_or_default());
    }
    for (name, _) in &node.model().signals {
        scope.note(crate::diagnostic::Diagnostic::note(
            "statements/signal",
            format!("waits for the signal `{name}`, which is written in Python and was not asked"),
        ));
    }
    step.statements
        .extend(audits::of_model(scope, node, batch.interval));
    step.notes = scope.take_notes();
    step
}

/// What writes a batch, with the model's statements around it.
fn written(scope: &Scope<'_>, node: &PlanNode, batch: Batch, target: &str) -> Vec<Statement> {
    let stage = if batch.exists { "evaluating" } else { "creating" };
    let around = Moment {
        interval: Some(batch.interval),
        stage,
    };
    let mut statements = scope.statements(node, Purpose::PreStatement, around, None);
    let mut inner = Vec::new();
    let mut exists = batch.exists;
    let mut made = false;
    if !exists {
        let declared = node.model().columns.is_some();
        let known = columns(node, scope.engine).is_some_and(|columns| all_known(&columns));
        let empty_first = node.is_materialized() && known && (declared || node.depends_on_self);
        if let Some(copy) = migrate::clone(scope, node) {
            inner.extend(copy);
            exists = true;
            made = true;
        } else if empty_first || node.kind() == KindName::Seed || node.kind().is_scd_type_2() {
            let deployable = scope.is_deployable(node);
            inner.extend(create::empty_table(scope, node, target, deployable, false));
            if node.kind() == KindName::Seed {
                inner.extend(seed::rows(scope, node, target));
            }
            exists = true;
            made = true;
        }
    }
    let moment = Moment {
        interval: Some(batch.interval),
        stage: if exists { "evaluating" } else { "creating" },
    };
    let writer = write::Writer {
        scope,
        node,
        target,
        batch,
        exists,
        made,
        moment,
    };
    inner.extend(writer.statements());
    if scope.engine.has_transactions() {
        for statement in &mut inner {
            statement.transaction = Some(0);
        }
    }
    statements.extend(inner);
    statements.extend(scope.statements(node, Purpose::PostStatement, around, None));
    statements
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DAY, IntervalUnit, Timestamp};

    #[test]
    fn batches_are_counted_as_they_are_cut() {
        let mut missing = Intervals::new();
        missing.add(Interval(Timestamp(3 * DAY), Timestamp(14 * DAY)));
        missing.add(Interval(Timestamp(20 * DAY), Timestamp(21 * DAY)));
        for (size, unit, expected) in [
            (None, IntervalUnit::Day, 2),
            (Some(5), IntervalUnit::Day, 4),
            (Some(1), IntervalUnit::Day, 12),
            (Some(7), IntervalUnit::Hour, 42),
            (Some(0), IntervalUnit::Month, 2),
        ] {
            let mut node = PlanNode::default();
            node.snapshot.node.kind.batch_size = size;
            node.snapshot.node.interval_unit = Some(unit);
            let cut = batches(&node, &missing);
            assert_eq!(cut.len(), expected, "{size:?} {unit:?}");
            for part in [(0, 30), (3, 4), (7, 9), (13, 20), (14, 20), (20, 40)] {
                let part = Interval(Timestamp(part.0 * DAY), Timestamp(part.1 * DAY));
                let touched = cut.iter().filter(|batch| batch.0 < part.1 && part.0 < batch.1);
                let counted: i64 = missing
                    .iter()
                    .map(|interval| split(interval, unit).batches_in(size.unwrap_or(i64::MAX), part))
                    .sum();
                assert_eq!(counted, touched.count() as i64, "{size:?} {unit:?} {part:?}");
            }
        }
    }
}
