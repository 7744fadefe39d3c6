//! The grid of intervals: a window of models, a window of time.

use planglass_core::report::PlanReport;
use planglass_core::review::grid::{State, Zoom};
use planglass_core::time::Timestamp;

use super::model::ranges;
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
    let half = (bounds.len() as i64 / 2).max(1);
    let first = zoom.floor(first);
    let at = Zoom::ALL.into_iter().position(|known| known == zoom);
    let neighbour = |by: isize| at.and_then(|at| Zoom::ALL.get(at.checked_add_signed(by)?).copied());
    let (rows, error) = match rows(review, query) {
        Ok(rows) => (rows, None),
        Err(message) => (Vec::new(), Some(message)),
    };
    let to = query.to.min(query.from.saturating_add(MOST_ROWS)).min(rows.len());
    let window = rows.get(query.from.min(to)..to).unwrap_or_default();
    GridView {
        zoom,
        steps: (zoom.step(first, -half), zoom.step(first, half)),
        zooms: (neighbour(-1), neighbour(1)),
        ticks: ticks(zoom, &bounds),
        span,
        from: query.from.min(to),
        rows: window
            .iter()
            .map(|row| grid_row(review, plan, row, &bounds))
            .collect(),
        row_count: rows.len(),
        filled: review.rows.iter().filter(|row| row.batches > 0).count(),
        batches: review.batches(),
        undecided: review.rows.iter().filter(|row| row.undecided).count(),
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
        loaded: report.map(|report| ranges(report.loaded())).unwrap_or_default(),
        filled: filled
            .into_iter()
            .flat_map(|(intervals, _)| intervals.iter())
            .map(|interval| (interval.start(), interval.end()))
            .collect(),
        unit: report
            .map(|report| report.detail.interval_unit.clone())
            .unwrap_or_default(),
    }
}

/// Labels at the column in which a larger unit begins, and at the first one.
fn ticks(zoom: Zoom, bounds: &[Timestamp]) -> Vec<(usize, String)> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let label = |at: Timestamp| {
        let text = at.date_text();
        let year = text.get(..4).unwrap_or_default().to_string();
        let month = text.get(5..7).and_then(|month| month.parse::<usize>().ok());
        let month = month
            .and_then(|month| MONTHS.get(month.checked_sub(1)?))
            .unwrap_or(&"");
        match zoom {
            Zoom::Hour => text,
            Zoom::Day | Zoom::Week => format!("{month} {year}"),
            Zoom::Month | Zoom::Year => year,
        }
    };
    let mut ticks: Vec<(usize, String)> = Vec::new();
    for (index, end) in bounds.iter().skip(1).enumerate() {
        let text = label(end.plus(-1));
        if ticks.last().is_none_or(|(_, last)| *last != text) {
            ticks.push((index, text));
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use planglass_core::report::{PlanOutcome, SnapshotReport};
    use planglass_core::time::{DAY, Interval, Intervals};

    use super::*;

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
        let texts: Vec<&str> = view.ticks.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["Jan 1970", "Feb 1970"]);
    }
}
