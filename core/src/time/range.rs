//! From what a person asks for to whole units: ranges, pieces of ranges, and how ranges are shown.
//!
//! In: a start and an end as written, and a unit. Out: a half-open interval, cut into units only lazily: counting
//! costs the same for a day and for a century.

use super::{DateText, Interval, IntervalUnit, Timestamp};

/// The half-open interval that a start and an end mean for a unit.
///
/// The start is floored to the unit (when not expanding, and partial units do not count, a start inside of a unit
/// moves to the next one). An end that is a pure date includes its day; it is floored too, or raised when
/// expanding, unless partial units count. The result is empty when no whole unit is inside.
pub fn inclusive_exclusive(
    start: DateText,
    end: DateText,
    unit: IntervalUnit,
    allow_partial: bool,
    expand: bool,
) -> Interval {
    let mut from = unit.floor(start.at);
    if !expand && !allow_partial && from != start.at {
        from = unit.next(from);
    }
    let mut to = end.exclusive_end();
    if !allow_partial {
        let floor = unit.floor(to);
        to = if expand && floor != to {
            unit.next(to)
        } else {
            floor
        };
    }
    Interval(from, to.max(from))
}

/// The pieces of an interval between a unit's boundaries; the first and the last may be shorter than a unit.
#[derive(Debug, Clone)]
pub struct Pieces {
    rest: Interval,
    unit: IntervalUnit,
}

/// Cuts an interval at the unit's boundaries.
pub fn split(interval: Interval, unit: IntervalUnit) -> Pieces {
    Pieces { rest: interval, unit }
}

impl Pieces {
    /// How many pieces are left, without walking over them.
    pub fn count_units(&self) -> i64 {
        if self.rest.is_empty() {
            return 0;
        }
        // One more than the boundaries strictly inside.
        1 + self.unit.boundaries(self.rest.0.plus(1), self.rest.1)
    }

    /// The piece with this number, counted from 0.
    pub fn piece(&self, index: i64) -> Option<Interval> {
        if index < 0 || self.rest.is_empty() {
            return None;
        }
        let start = self.unit.step(self.rest.0, index).max(self.rest.0);
        let end = self
            .unit
            .step(self.rest.0, index.saturating_add(1))
            .min(self.rest.1);
        (start < end).then_some(Interval(start, end))
    }

    /// How many batches a part of the interval touches, when each batch takes so many pieces, from the start on.
    pub fn batches_in(&self, size: i64, part: Interval) -> i64 {
        let (from, to) = (part.0.max(self.rest.0), part.1.min(self.rest.1));
        if from >= to {
            return 0;
        }
        let number = |at: Timestamp| self.unit.boundaries(self.rest.0.plus(1), at.plus(1)) / size.max(1);
        number(to.plus(-1)) - number(from) + 1
    }
}

impl Iterator for Pieces {
    type Item = Interval;

    fn next(&mut self) -> Option<Interval> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.unit.next(self.rest.0).min(self.rest.1);
        let piece = Interval(self.rest.0, end);
        self.rest.0 = end;
        Some(piece)
    }
}

/// An interval as people read it, both bounds inclusive: `2024-01-01 - 2024-01-09` for units of a day or longer,
/// else with the time of day; the end is one microsecond before the exclusive one.
pub fn format_interval(interval: Interval, unit: IntervalUnit) -> String {
    let (from, to) = (interval.0, interval.1.plus(-1));
    if unit.is_date_granularity() {
        format!("{} - {}", from.date_text(), to.date_text())
    } else {
        format!("{} - {}", from.datetime_text(), to.datetime_text())
    }
}

/// Several intervals as people read them, joined by commas; see [`format_interval`].
pub fn format_intervals(intervals: &super::Intervals, unit: IntervalUnit) -> String {
    let texts: Vec<String> = intervals
        .iter()
        .map(|interval| format_interval(interval, unit))
        .collect();
    texts.join(", ")
}

/// The start of an interval as SQLMesh writes environment starts: `2024-01-01 00:00:00`.
pub fn format_instant(at: Timestamp) -> String {
    at.datetime_text()
}

#[cfg(test)]
mod tests {
    use super::super::{DAY, parse_date};
    use super::*;

    fn text(text: &str) -> DateText {
        match parse_date(text, Timestamp(0)) {
            Some(date) => date,
            None => panic!("{text}"),
        }
    }

    /// start, end, unit, allow_partial, expand → as SQLMesh's `inclusive_exclusive` with `strict=False`.
    fn check(start: &str, end: &str, unit: &str, partial: bool, expand: bool, expected: (&str, &str)) {
        let unit = IntervalUnit::parse(unit).unwrap_or(IntervalUnit::Day);
        let Interval(from, to) = inclusive_exclusive(text(start), text(end), unit, partial, expand);
        assert_eq!(
            (from.datetime_text().as_str(), to.datetime_text().as_str()),
            expected,
            "{start} {end} {unit:?} {partial} {expand}"
        );
    }

    #[test]
    fn ranges() {
        let day = ("2024-01-01 00:00:00", "2024-01-03 00:00:00");
        check("2024-01-01", "2024-01-02", "day", false, true, day);
        check(
            "2024-01-01 05:00:00",
            "2024-01-02 05:00:00",
            "day",
            false,
            true,
            day,
        );
        check(
            "2024-01-01 05:00:00",
            "2024-01-03 05:00:00",
            "day",
            false,
            false,
            ("2024-01-02 00:00:00", "2024-01-03 00:00:00"),
        );
        check(
            "2024-01-01 05:00:00",
            "2024-01-02 05:00:00",
            "day",
            true,
            true,
            ("2024-01-01 00:00:00", "2024-01-02 05:00:00"),
        );
        check("2024-01-01", "2024-01-02", "hour", false, true, day);
        check(
            "2024-01-15",
            "2024-02-20",
            "month",
            false,
            true,
            ("2024-01-01 00:00:00", "2024-03-01 00:00:00"),
        );
        check(
            "2024-01-15",
            "2024-02-20",
            "month",
            false,
            false,
            ("2024-02-01 00:00:00", "2024-02-01 00:00:00"),
        );
    }

    #[test]
    fn pieces_are_counted_without_a_list() {
        let since_1970 = Interval(Timestamp(0), Timestamp(20_000 * DAY + 1));
        let pieces = split(since_1970, IntervalUnit::FiveMinute);
        assert_eq!(pieces.count_units(), 20_000 * 288 + 1);
        assert_eq!(
            pieces.piece(20_000 * 288),
            Some(Interval(Timestamp(20_000 * DAY), Timestamp(20_000 * DAY + 1)))
        );
        assert_eq!(pieces.piece(20_000 * 288 + 1), None);
        let odd = Interval(Timestamp(DAY / 2), Timestamp(3 * DAY + 5));
        let pieces = split(odd, IntervalUnit::Day);
        let walked: Vec<Interval> = pieces.clone().collect();
        assert_eq!(walked.len() as i64, pieces.count_units());
        for (index, piece) in walked.iter().enumerate() {
            assert_eq!(pieces.piece(index as i64), Some(*piece));
        }
    }

    #[test]
    fn shown_with_both_ends() {
        let days = Interval(Timestamp(0), Timestamp(2 * DAY));
        assert_eq!(
            format_interval(days, IntervalUnit::Day),
            "1970-01-01 - 1970-01-02"
        );
        assert_eq!(
            format_interval(days, IntervalUnit::Hour),
            "1970-01-01 00:00:00 - 1970-01-02 23:59:59"
        );
    }
}
