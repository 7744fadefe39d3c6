//! The grid of intervals: a window of models, a window of time.

use planglass_core::report::PlanReport;
use planglass_core::review::grid::{State, Zoom, batches_in};
use planglass_core::time::{Interval, IntervalUnit, Timestamp};

use super::review::Review;
use super::rows::shown;
use crate::messages::grid::{GridRow, Run};
use crate::messages::{GridQuery, GridView, RowView, RowsQuery, Scope, Status};

/// Most columns and rows that are answered.
const MOST_COLUMNS: usize = 2_000;
const MOST_ROWS: usize = 500;

/// A part of the grid.
pub fn view(review: &Review, query: &GridQuery) -> GridView {
    let Some(plan) = review.plan() else {
        return GridView::default();
    };
    let columns = query.columns.clamp(1, MOST_COLUMNS);
    let span = review.span;
    let zoom = query
        .zoom
        .unwrap_or_else(|| span.map_or(Zoom::Day, |span| Zoom::fitting(span, columns)));
    let first = query.start.unwrap_or_else(|| first_column(zoom, span, columns));
    let mut bounds = zoom.bounds(first, columns);
    if let (None, Some((_, end))) = (query.start, span) {
        // Columns that would show nothing only make the others narrower.
        let used = bounds.partition_point(|bound| *bound < end);
        bounds.truncate((used + 1).max(2));
    }
    let (rows, error) = match rows(review, query) {
        Ok(rows) => (rows, None),
        Err(message) => (Vec::new(), Some(message)),
    };
    let to = query.to.min(query.from.saturating_add(MOST_ROWS)).min(rows.len());
    let window = rows.get(query.from.min(to)..to).unwrap_or_default();
    GridView {
        totals: match query.totals {
            true => totals(review, plan, &rows, &bounds),
            false => Vec::new(),
        },
        zoom,
        from: query.from.min(to),
        rows: window
            .iter()
            .map(|row| grid_row(review, plan, row, &bounds))
            .collect(),
        row_count: rows.len(),
        bounds,
        error,
    }
}

/// Where everything starts; its end when it does not fit.
fn first_column(zoom: Zoom, span: Option<(Timestamp, Timestamp)>, columns: usize) -> Timestamp {
    let Some((start, end)) = span else {
        return Timestamp(0);
    };
    let last = zoom.step(zoom.floor(end.plus(-1)), 1 - columns as i64);
    start.max(last)
}

fn rows<'r>(review: &'r Review, query: &GridQuery) -> Result<Vec<&'r RowView>, String> {
    if let Some(name) = &query.model {
        return Ok(review.row(name).into_iter().collect());
    }
    let all = |status: Option<Status>| RowsQuery {
        filter: query.filter.clone(),
        status,
        ..RowsQuery::default()
    };
    let mut rows = if query.only_filled {
        let filled = RowsQuery {
            scope: Scope::Backfill,
            ..all(None)
        };
        shown(review, &filled)?
    } else {
        let mut rows = shown(review, &all(None))?;
        rows.extend(shown(review, &all(Some(Status::Unchanged)))?);
        rows
    };
    rows.retain(|row| row.status != Status::Removed);
    Ok(rows)
}

/// What models have in each column together, and at the end in all.
fn totals(review: &Review, plan: &PlanReport, rows: &[&RowView], bounds: &[Timestamp]) -> Vec<[u64; 5]> {
    let ends = bounds.iter().skip(1).copied().chain([Timestamp(i64::MAX)]);
    let starts = bounds.iter().copied().take(bounds.len().saturating_sub(1));
    let columns: Vec<Interval> = starts
        .chain([Timestamp(i64::MIN)])
        .zip(ends)
        .map(|(start, end)| Interval(start, end))
        .collect();
    let mut totals = vec![[0; 5]; columns.len()];
    for row in rows {
        let Some(report) = plan.snapshots.get(&row.name) else {
            continue;
        };
        let (unit, size) = (report.unit(), report.detail.batch_size);
        let missing = review.missing(&row.name);
        let filled = missing.map(|missing| (&missing.intervals, missing.preview));
        for (state, intervals) in plan.layers(&row.name, filled).iter() {
            for interval in intervals.iter() {
                for (total, column) in totals.iter_mut().zip(&columns) {
                    if column.0 >= interval.1 || interval.0 >= column.1 {
                        continue;
                    }
                    let units = starts_in(interval, unit, *column);
                    let [missing, preview, requested, restated, batches] = total;
                    match state {
                        State::Missing => *missing += units,
                        State::Preview => *preview += units,
                        State::Requested => *requested += units,
                        State::Restated => {
                            // It is requested too.
                            *restated += units;
                            *requested = requested.saturating_sub(units);
                        }
                        State::Never | State::Loaded => {}
                    }
                    if matches!(state, State::Preview | State::Requested) {
                        *batches += batches_in(&[interval], unit, size, *column);
                    }
                }
            }
        }
    }
    totals
}

/// How many units of an interval start in a column; the first may have begun before the interval.
fn starts_in(interval: Interval, unit: IntervalUnit, column: Interval) -> u64 {
    let first = u64::from(interval.0 >= column.0);
    let more = unit.boundaries(column.0.max(interval.0.plus(1)), column.1.min(interval.1));
    first + u64::try_from(more).unwrap_or(0)
}

fn grid_row(review: &Review, plan: &PlanReport, row: &RowView, bounds: &[Timestamp]) -> GridRow {
    let report = plan.snapshots.get(&row.name);
    let filled = review
        .missing(&row.name)
        .map(|missing| (&missing.intervals, missing.preview));
    let layers = plan.layers(&row.name, filled);
    let mut runs: Vec<Run> = Vec::new();
    for (index, state) in layers.states(bounds).into_iter().enumerate() {
        match runs.last_mut() {
            Some(run) if run.state == state && run.from + run.columns == index => run.columns += 1,
            _ if state == State::Never => {}
            _ => runs.push(Run {
                from: index,
                columns: 1,
                state,
            }),
        }
    }
    GridRow {
        row: row.clone(),
        runs,
        filled: filled
            .into_iter()
            .flat_map(|(intervals, _)| intervals.iter())
            .map(|interval| (interval.start(), interval.end()))
            .collect(),
        unit: report
            .map(|report| report.detail.interval_unit.clone())
            .unwrap_or_default(),
        batch_size: report.and_then(|report| report.detail.batch_size),
    }
}

#[cfg(test)]
mod tests {
    use planglass_core::report::{MissingIntervals, PlanOutcome, SnapshotReport};
    use planglass_core::time::{DAY, Intervals};

    use super::*;

    #[test]
    fn totals_count_units_and_batches_of_all_models() {
        let days = |from: i64, to: i64| {
            let mut intervals = Intervals::new();
            intervals.add(Interval::new(Timestamp(from * DAY), Timestamp(to * DAY)));
            intervals
        };
        let mut plan = PlanReport::default();
        for (name, size) in [("a", Some(3)), ("b", None)] {
            let mut report = SnapshotReport::default();
            report.detail.interval_unit = "day".into();
            report.detail.batch_size = size;
            plan.snapshots.insert(name.into(), report);
            plan.missing_intervals.push(MissingIntervals {
                name: name.into(),
                intervals: days(4, 11),
                batches: 7,
                ..MissingIntervals::default()
            });
        }
        plan.restatements
            .insert("b".into(), (Timestamp(5 * DAY), Timestamp(6 * DAY)));
        let outcome = PlanOutcome {
            plan: Some(plan),
            ..PlanOutcome::default()
        };
        let query = GridQuery {
            columns: 4,
            zoom: Some(Zoom::Week),
            start: Some(Timestamp(0)),
            totals: true,
            ..GridQuery::default()
        };
        let review = Review::new(outcome, 0.0);
        let view = view(&review, &query);
        // The second week is from the 5th of January, a Monday, to the 11th: days 4 to 10.
        assert_eq!(
            view.totals,
            [[0; 5], [0, 0, 13, 1, 4], [0; 5], [0; 5], [0, 0, 13, 1, 4]]
        );
        let query = GridQuery {
            columns: 3,
            zoom: Some(Zoom::Day),
            start: Some(Timestamp(4 * DAY)),
            ..query
        };
        let view = super::view(&review, &query);
        assert_eq!(
            view.totals,
            [
                [0, 0, 2, 0, 2],
                [0, 0, 1, 1, 2],
                [0, 0, 2, 0, 2],
                [0, 0, 13, 1, 4]
            ]
        );
    }

    #[test]
    fn runs_join_columns_and_ticks_name_months() {
        let mut intervals = Intervals::new();
        intervals.add(Interval::new(Timestamp(20 * DAY), Timestamp(40 * DAY)));
        let mut plan = PlanReport::default();
        let report = SnapshotReport {
            intervals,
            ..SnapshotReport::default()
        };
        plan.snapshots.insert("m".into(), report);
        let outcome = PlanOutcome {
            plan: Some(plan),
            ..PlanOutcome::default()
        };
        let review = Review::new(outcome, 0.0);
        let query = GridQuery {
            columns: 40,
            to: 10,
            ..GridQuery::default()
        };
        let view = view(&review, &query);
        assert_eq!(view.zoom, Zoom::Day);
        assert_eq!(
            view.rows[0].runs,
            [Run {
                from: 0,
                columns: 20,
                state: State::Loaded
            }]
        );
        let texts: Vec<String> = view.ticks().into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["Jan 1970", "Feb 1970"]);
        assert_eq!(view.zooms(), (Some(Zoom::Hour), Some(Zoom::Week)));
        assert_eq!(view.steps().1, Timestamp(30 * DAY));
    }
}
