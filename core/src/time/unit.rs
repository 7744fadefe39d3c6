//! Interval units: the grain at which a model's intervals are kept. Boundaries are always UTC.

use serde::{Deserialize, Serialize};

use super::{DAY, Timestamp};

/// Grain of intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are their meaning")]
pub enum IntervalUnit {
    Year,
    Month,
    Day,
    Hour,
    HalfHour,
    QuarterHour,
    FiveMinute,
}

impl IntervalUnit {
    /// From coarse to fine.
    pub const ALL: [Self; 7] = [
        Self::Year,
        Self::Month,
        Self::Day,
        Self::Hour,
        Self::HalfHour,
        Self::QuarterHour,
        Self::FiveMinute,
    ];

    /// `year`, `half_hour`, …
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::HalfHour => "half_hour",
            Self::QuarterHour => "quarter_hour",
            Self::FiveMinute => "five_minute",
        }
    }

    /// The unit with this name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|unit| unit.as_str().eq_ignore_ascii_case(name))
    }

    /// True for year, month and day: ranges are shown as dates.
    pub fn is_date_granularity(self) -> bool {
        matches!(self, Self::Year | Self::Month | Self::Day)
    }

    /// Length in milliseconds; of the shortest year and month where lengths differ (365 and 28 days).
    pub fn millis(self) -> i64 {
        self.shortest_seconds() * 1000
    }

    /// Seconds of the shortest such unit.
    pub(super) fn shortest_seconds(self) -> i64 {
        match self {
            Self::Year => 365 * 86_400,
            Self::Month => 28 * 86_400,
            Self::Day => 86_400,
            Self::Hour => 3600,
            Self::HalfHour => 1800,
            Self::QuarterHour => 900,
            Self::FiveMinute => 300,
        }
    }

    /// Number of the unit that an instant lies in, counted from the epoch.
    fn index(self, at: Timestamp) -> i64 {
        match self {
            Self::Year => civil(at.0.div_euclid(DAY)).0,
            Self::Month => {
                let (year, month, _) = civil(at.0.div_euclid(DAY));
                year * 12 + month - 1
            }
            even => at.0.div_euclid(even.millis()),
        }
    }

    /// First instant of the unit with this number.
    fn start_of(self, index: i64) -> Timestamp {
        match self {
            Self::Year => Timestamp(days_since_epoch(index, 1, 1).saturating_mul(DAY)),
            Self::Month => {
                let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
                Timestamp(days_since_epoch(year, month, 1).saturating_mul(DAY))
            }
            even => Timestamp(index.saturating_mul(even.millis())),
        }
    }

    /// The latest boundary at or before an instant.
    pub fn floor(self, at: Timestamp) -> Timestamp {
        self.start_of(self.index(at))
    }

    /// The earliest boundary at or after an instant.
    pub fn ceil(self, at: Timestamp) -> Timestamp {
        let floor = self.floor(at);
        if floor == at { at } else { self.next(at) }
    }

    /// The earliest boundary after an instant.
    pub fn next(self, at: Timestamp) -> Timestamp {
        self.start_of(self.index(at) + 1)
    }

    /// The latest boundary before an instant.
    pub fn prev(self, at: Timestamp) -> Timestamp {
        self.floor(Timestamp(at.0.saturating_sub(1)))
    }

    /// The boundary `units` further on (or back) from the one at or before an instant; costs the same for one
    /// unit and for a million.
    pub fn step(self, at: Timestamp, units: i64) -> Timestamp {
        self.start_of(self.index(at).saturating_add(units))
    }

    /// How many boundaries lie in `[start, end)`: the number of units that start there.
    pub fn boundaries(self, start: Timestamp, end: Timestamp) -> i64 {
        if start >= end {
            return 0;
        }
        self.index(Timestamp(end.0 - 1)) - self.index(Timestamp(start.0 - 1))
    }
}

/// Year, month and day of a day counted from 1 January 1970 in the proleptic Gregorian calendar.
pub(super) fn civil(days: i64) -> (i64, i64, i64) {
    // Years that start in March end with the leap day, so that months have fixed offsets within them.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let leap_days = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// Days from 1 January 1970 to a date; the inverse of [`civil`]. Years beyond any date are clamped.
pub(super) fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = year.clamp(-1_000_000, 1_000_000) - i64::from(month <= 2);
    let march_month = (month + 9) % 12;
    let day_of_year = (153 * march_month + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + day_of_year - 719_468
}

/// Days of a month.
pub(super) fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_both_ways() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_797), (2024, 3, 15));
        for days in (-800_000..800_000).step_by(37) {
            let (year, month, day) = civil(days);
            assert_eq!(days_since_epoch(year, month, day), days);
            assert!((1..=month_length(year, month)).contains(&day));
        }
    }

    fn check(unit: IntervalUnit, at: &str, expected: [&str; 4]) {
        let at = match jiff::Timestamp::strptime("%Y-%m-%d %H:%M:%S%z", format!("{at}+0000")) {
            Ok(at) => Timestamp(at.as_millisecond()),
            Err(error) => panic!("{error}"),
        };
        let got = [unit.prev(at), unit.floor(at), unit.ceil(at), unit.next(at)];
        assert_eq!(got.map(Timestamp::datetime_text), expected);
    }

    #[test]
    fn boundaries_of_units() {
        use IntervalUnit::{Day, FiveMinute, Month, QuarterHour, Year};
        check(
            Year,
            "2024-02-29 10:00:00",
            [
                "2024-01-01 00:00:00",
                "2024-01-01 00:00:00",
                "2025-01-01 00:00:00",
                "2025-01-01 00:00:00",
            ],
        );
        check(
            Month,
            "2024-03-01 00:00:00",
            [
                "2024-02-01 00:00:00",
                "2024-03-01 00:00:00",
                "2024-03-01 00:00:00",
                "2024-04-01 00:00:00",
            ],
        );
        check(
            Month,
            "2023-12-31 23:59:59",
            [
                "2023-12-01 00:00:00",
                "2023-12-01 00:00:00",
                "2024-01-01 00:00:00",
                "2024-01-01 00:00:00",
            ],
        );
        check(
            Day,
            "1969-12-31 12:00:00",
            [
                "1969-12-31 00:00:00",
                "1969-12-31 00:00:00",
                "1970-01-01 00:00:00",
                "1970-01-01 00:00:00",
            ],
        );
        check(
            QuarterHour,
            "2024-03-01 00:20:00",
            [
                "2024-03-01 00:15:00",
                "2024-03-01 00:15:00",
                "2024-03-01 00:30:00",
                "2024-03-01 00:30:00",
            ],
        );
        check(
            FiveMinute,
            "2024-03-01 00:20:00",
            [
                "2024-03-01 00:15:00",
                "2024-03-01 00:20:00",
                "2024-03-01 00:20:00",
                "2024-03-01 00:25:00",
            ],
        );
    }

    #[test]
    fn counting_needs_no_list() {
        let year_3000 = Timestamp(days_since_epoch(3000, 1, 1) * DAY);
        assert_eq!(
            IntervalUnit::FiveMinute.boundaries(Timestamp(0), year_3000),
            year_3000.0 / 300_000
        );
        assert_eq!(IntervalUnit::Month.boundaries(Timestamp(0), year_3000), 1030 * 12);
        assert_eq!(
            IntervalUnit::Month.boundaries(Timestamp(1), year_3000),
            1030 * 12 - 1
        );
        assert_eq!(IntervalUnit::Month.step(Timestamp(5), 1030 * 12), year_3000);
        assert_eq!(IntervalUnit::Day.boundaries(Timestamp(5), Timestamp(5)), 0);
    }
}
