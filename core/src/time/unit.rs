//! Interval units: the grain at which a model's intervals are kept.

use serde::{Deserialize, Serialize};

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
}
