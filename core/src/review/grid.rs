//! Model × time: what each stretch of time is to a model, in columns of an hour to a year.
//!
//! In: sets of intervals. Out: one state per column. All bounds are half open, in UTC.

use serde::{Deserialize, Serialize};

use crate::time::range::split;
use crate::time::{DAY, Interval, IntervalUnit, Intervals, Timestamp};

/// Width of a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Zoom {
    /// An hour.
    Hour,
    /// A day.
    #[default]
    Day,
    /// A week, from Monday.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

impl Zoom {
    /// From fine to coarse.
    pub const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    /// Start of the column that holds an instant.
    pub fn floor(self, at: Timestamp) -> Timestamp {
        match self {
            Self::Hour => IntervalUnit::Hour.floor(at),
            Self::Day => at.floor_day(),
            // The epoch was a Thursday.
            Self::Week => Timestamp((at.millis() + 3 * DAY).div_euclid(7 * DAY) * 7 * DAY - 3 * DAY),
            Self::Month => IntervalUnit::Month.floor(at),
            Self::Year => IntervalUnit::Year.floor(at),
        }
    }

    /// Start of the column so many columns later, or earlier; `at` is the start of a column.
    pub fn step(self, at: Timestamp, columns: i64) -> Timestamp {
        match self {
            Self::Hour => IntervalUnit::Hour.step(at, columns),
            Self::Day => at.plus(columns.saturating_mul(DAY)),
            Self::Week => at.plus(columns.saturating_mul(7 * DAY)),
            Self::Month => IntervalUnit::Month.step(at, columns),
            Self::Year => IntervalUnit::Year.step(at, columns),
        }
    }

    /// The finest that shows a span in so many columns.
    pub fn fitting(span: (Timestamp, Timestamp), columns: usize) -> Self {
        let fits = |zoom: &Self| zoom.step(zoom.floor(span.0), columns as i64) >= span.1;
        Self::ALL.into_iter().skip(1).find(fits).unwrap_or(Self::Year)
    }

    /// Starts of so many columns, and the end of the last one.
    pub fn bounds(self, start: Timestamp, columns: usize) -> Vec<Timestamp> {
        let start = self.floor(start);
        (0..=columns as i64)
            .map(|column| self.step(start, column))
            .collect()
    }
}

/// What a stretch of time is to a model; of several, a column shows the last in this order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Outside of what is known.
    #[default]
    Never,
    /// There already.
    Loaded,
    /// Between loaded intervals, not there, and not asked for.
    Missing,
    /// To be filled for looking only.
    Preview,
    /// To be filled.
    Requested,
    /// To be filled again because that was asked for.
    Restated,
}

/// What a model's time consists of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layers {
    layers: Vec<(State, Intervals)>,
}

impl Layers {
    /// The layers of a model: what is loaded, what is filled and whether for a preview only, and what of it was
    /// asked for again.
    pub fn new(
        loaded: &Intervals,
        filled: Option<(&Intervals, bool)>,
        restated: Option<(Timestamp, Timestamp)>,
    ) -> Self {
        let mut layers = vec![(State::Loaded, loaded.clone())];
        let known = filled.map_or_else(|| loaded.clone(), |(filled, _)| loaded.union(filled));
        layers.push((State::Missing, gaps(&known)));
        if let Some((intervals, preview)) = filled {
            let state = if preview { State::Preview } else { State::Requested };
            layers.push((state, intervals.clone()));
            if let Some((start, end)) = restated.filter(|_| !preview) {
                layers.push((State::Restated, within(intervals, Interval::new(start, end))));
            }
        }
        layers.retain(|(_, intervals)| !intervals.is_empty());
        Self { layers }
    }

    /// The state of each column.
    pub fn states(&self, bounds: &[Timestamp]) -> Vec<State> {
        bounds
            .windows(2)
            .map(|edges| {
                let column = match edges {
                    [start, end] => Interval::new(*start, *end),
                    _ => return State::Never,
                };
                let shown = self
                    .layers
                    .iter()
                    .rev()
                    .find(|(_, intervals)| touches(intervals, column));
                shown.map_or(State::Never, |(state, _)| *state)
            })
            .collect()
    }

    /// The layers with something in them, in the order of their states.
    pub fn iter(&self) -> impl Iterator<Item = (State, &Intervals)> {
        self.layers.iter().map(|(state, intervals)| (*state, intervals))
    }

    /// First and last instant.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let starts = self.layers.iter().filter_map(|(_, intervals)| intervals.start());
        let ends = self.layers.iter().filter_map(|(_, intervals)| intervals.end());
        Some((starts.min()?, ends.max()?))
    }
}

/// How many batches fill a stretch of time, where `filled` is filled at most `batch_size` units at a time.
pub fn batches_in(filled: &[Interval], unit: IntervalUnit, batch_size: Option<i64>, part: Interval) -> u64 {
    let size = batch_size.unwrap_or(i64::MAX);
    let batches = filled
        .iter()
        .map(|interval| split(*interval, unit).batches_in(size, part));
    u64::try_from(batches.sum::<i64>()).unwrap_or(0)
}

fn touches(intervals: &Intervals, column: Interval) -> bool {
    let all = intervals.as_slice();
    let first = all.partition_point(|interval| interval.end() <= column.start());
    all.get(first)
        .is_some_and(|interval| interval.start() < column.end())
}

/// What lies between intervals.
fn gaps(intervals: &Intervals) -> Intervals {
    let mut gaps = Intervals::new();
    for pair in intervals.as_slice().windows(2) {
        if let [left, right] = pair {
            gaps.add(Interval::new(left.end(), right.start()));
        }
    }
    gaps
}

fn within(intervals: &Intervals, limits: Interval) -> Intervals {
    let mut found = Intervals::new();
    for interval in intervals.iter() {
        let cut = Interval::new(
            interval.start().max(limits.start()),
            interval.end().min(limits.end()),
        );
        if !cut.is_empty() {
            found.add(cut);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(list: &[(i64, i64)]) -> Intervals {
        let mut intervals = Intervals::new();
        for (from, to) in list {
            intervals.add(Interval::new(Timestamp(from * DAY), Timestamp(to * DAY)));
        }
        intervals
    }

    #[test]
    fn columns_start_where_the_calendar_says() {
        // 2024-03-15, a Friday, 13:45.
        let at = Timestamp(1_710_510_300_000);
        let texts: Vec<String> = Zoom::ALL
            .into_iter()
            .map(|zoom| {
                let bounds = zoom.bounds(at, 2);
                format!("{} {}", bounds[0].datetime_text(), bounds[2].date_text())
            })
            .collect();
        assert_eq!(
            texts,
            [
                "2024-03-15 13:00:00 2024-03-15",
                "2024-03-15 00:00:00 2024-03-17",
                "2024-03-11 00:00:00 2024-03-25",
                "2024-03-01 00:00:00 2024-05-01",
                "2024-01-01 00:00:00 2026-01-01",
            ]
        );
        let span = (at, at.plus(100 * DAY));
        assert_eq!(Zoom::fitting(span, 200), Zoom::Day);
        assert_eq!(Zoom::fitting(span, 20), Zoom::Week);
        assert_eq!(Zoom::fitting(span, 5), Zoom::Month);
        assert_eq!(Zoom::fitting((Timestamp(0), at), 5), Zoom::Year);
    }

    #[test]
    fn a_column_shows_what_matters_most() {
        let restated = Some((Timestamp(6 * DAY), Timestamp(7 * DAY)));
        let (loaded, filled) = (days(&[(1, 2), (3, 4)]), days(&[(5, 8)]));
        let layers = Layers::new(&loaded, Some((&filled, false)), restated);
        let bounds = Zoom::Day.bounds(Timestamp(0), 9);
        assert_eq!(
            layers.states(&bounds),
            [
                State::Never,
                State::Loaded,
                State::Missing,
                State::Loaded,
                State::Missing,
                State::Requested,
                State::Restated,
                State::Requested,
                State::Never,
            ]
        );
        let layers = Layers::new(&loaded, Some((&filled, true)), restated);
        assert_eq!(layers.states(&bounds)[6], State::Preview);
    }
}
