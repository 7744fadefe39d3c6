//! What has to be filled: the missing intervals of one snapshot.
//!
//! In: what a snapshot already holds, its schedule, and a range. Out: ranges, never lists of units: a five-minute
//! model since 1970 has millions of them.

pub mod auto_restate;
mod histories;
pub mod restate;
mod starts;

pub use histories::Histories;

use crate::snapshot::PlanNode;
use crate::time::range::{inclusive_exclusive, split};
use crate::time::{Cron, DateText, Interval, IntervalUnit, Intervals, Timestamp, parse_date};

/// What range to look at, and how far it may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingRequest {
    /// First instant asked for.
    pub start: DateText,
    /// End asked for; a pure date includes its day.
    pub end: DateText,
    /// What the plan takes as now.
    pub execution_time: Timestamp,
    /// Do not wait for cron ticks.
    pub ignore_cron: bool,
    /// Never go beyond the end asked for.
    pub end_bounded: bool,
    /// The moment against which a model's relative dates count.
    pub now: Timestamp,
}

/// Missing intervals: merged, and how many units they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    /// Merged ranges.
    pub intervals: Intervals,
    /// Units, a last partial one included.
    pub units: u64,
}

/// The cron of a node; daily when it cannot be read (loading has said so already).
pub fn cron_of(node: &PlanNode) -> Option<&Cron> {
    node.snapshot.node.schedule()
}

/// The effective interval unit of a node.
pub fn unit_of(node: &PlanNode) -> IntervalUnit {
    node.snapshot.node.unit()
}

/// A range without an instant in it, asked of a model that takes parts of units: SQLMesh refuses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyRange(pub Timestamp);

/// The missing intervals of a snapshot that holds `have`.
///
/// A range that begins after the last complete unit is an interval that ends before it begins, as SQLMesh lists it:
/// one unit that nothing can fill.
pub fn missing_intervals(
    node: &PlanNode,
    have: &Intervals,
    request: MissingRequest,
) -> Result<Missing, EmptyRange> {
    let nothing = Ok(Missing::default());
    if !node.is_evaluatable() {
        return nothing;
    }
    let model = node.model();
    let unit = unit_of(node);
    let mut start = request.start;
    let mut end = request.end;
    let model_start = model
        .start
        .as_deref()
        .and_then(|text| parse_date(text, request.now));
    let model_end = model
        .end
        .as_deref()
        .and_then(|text| parse_date(text, request.now));
    // Here a date is its first instant, as in the reference.
    if let Some(model_end) = model_end {
        if start.at > model_end.at {
            return nothing;
        }
        if model_end.at < end.at {
            end = model_end;
        }
    }
    if let Some(model_start) = model_start {
        if model_start.at > end.at {
            return nothing;
        }
        if model_start.at > start.at {
            start = model_start;
        }
    }
    let last = model_end.map(DateText::exclusive_end);
    if model.source_type == crate::model::SourceType::Seed && !have.is_empty() {
        return nothing;
    }
    let short = end.at.millis().saturating_sub(start.at.millis()) < unit.millis();
    if !end.is_date && !model.allow_partials && short {
        return nothing;
    }
    let Interval(from, mut to) = inclusive_exclusive(start, end, unit, model.allow_partials, true);
    if model.allow_partials && from == to {
        return Err(EmptyRange(from));
    }
    let mut upper = request.execution_time;
    if !request.ignore_cron
        && let Some(cron) = cron_of(node)
    {
        upper = cron.floor(upper);
    }
    if request.end_bounded {
        upper = upper.min(to);
    }
    if !model.allow_partials {
        upper = unit.floor(upper);
    }
    to = to.min(upper);
    if from >= to {
        let range = Interval(from, to);
        let held = have
            .iter()
            .find(|held| from < held.0 || to <= held.1)
            .is_some_and(|held| held.0 <= from);
        if from == to || held || last.is_some_and(|last| from >= last) {
            return nothing;
        }
        return Ok(Missing {
            intervals: Intervals::backward(range),
            units: 1,
        });
    }
    let gaps = gaps(have, Interval(from, to), unit);
    let lookback = u64::try_from(model.kind.lookback.unwrap_or(0)).unwrap_or(0);
    let missing = with_lookback(gaps, Interval(from, to), unit, lookback, last);
    let units = missing.iter().map(|interval| count_units(interval, unit)).sum();
    Ok(Missing {
        intervals: missing,
        units,
    })
}

/// Units in an interval whose start is aligned; a last partial unit counts.
pub fn count_units(interval: Interval, unit: IntervalUnit) -> u64 {
    u64::try_from(split(interval, unit).count_units()).unwrap_or(0)
}

/// The parts of an aligned range of which no unit is wholly covered by one held interval.
fn gaps(have: &Intervals, range: Interval, unit: IntervalUnit) -> Intervals {
    let Interval(from, to) = range;
    let aligned_end = unit.floor(to);
    let mut open: Vec<Interval> = Vec::new();
    let mut cursor = from;
    for held in have.iter() {
        let covered = Interval(unit.ceil(held.0).max(from), unit.floor(held.1).min(aligned_end));
        if covered.is_empty() {
            continue;
        }
        open.push(Interval(cursor, covered.0));
        cursor = cursor.max(covered.1);
    }
    open.push(Interval(cursor, aligned_end));
    let rest = Interval(aligned_end, to);
    if !rest.is_empty() && !have.covers(rest) {
        open.push(rest);
    }
    open.into_iter().collect()
}

/// Adds, for each missing unit, the `lookback` unit before it that reads it, and the last units of the range.
fn with_lookback(
    missing: Intervals,
    range: Interval,
    unit: IntervalUnit,
    mut lookback: u64,
    model_end: Option<Timestamp>,
) -> Intervals {
    if missing.is_empty() {
        return missing;
    }
    let Interval(from, to) = range;
    if lookback > 0
        && let Some(last) = model_end
    {
        let mut end = unit.prev(to);
        while last < end && lookback > 0 {
            end = unit.prev(end);
            lookback -= 1;
        }
    }
    let units = i64::try_from(lookback).unwrap_or(i64::MAX);
    let back = |at: Timestamp| unit.step(at, units.saturating_neg());
    let mut all = missing.clone();
    if lookback > 0 {
        let ends = missing
            .iter()
            .map(|Interval(a, b)| Interval(back(a), back(unit.ceil(b))));
        let tail = Interval(back(unit.ceil(to)), to);
        all = missing
            .iter()
            .chain(ends)
            .chain([tail])
            .map(|Interval(a, b)| Interval(a.max(from), b.min(to)))
            .collect();
    }
    match model_end {
        Some(last) if lookback > 0 => all.before(unit.ceil(last)),
        _ => all,
    }
}
