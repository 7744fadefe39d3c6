//! Time as values: instants in UTC milliseconds, interval units, half-open intervals, cron and date texts.
//!
//! There is no clock here: `now` always comes in from the caller.

mod civil;
pub mod cron;
mod cron_fields;
pub mod interval;
pub mod parse;
pub mod range;
pub mod unit;
mod written;
mod zone;

use serde::{Deserialize, Serialize};

pub use civil::Civil;
pub use cron::{Cron, CronError};
pub use interval::{Interval, Intervals};
pub use parse::{DateText, environment_ttl_end, parse_date, ttl_end};
pub use range::{format_interval, format_intervals, inclusive_exclusive};
pub use unit::IntervalUnit;

/// An instant: milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Milliseconds of one day.
pub const DAY: i64 = 86_400_000;

impl Timestamp {
    /// Milliseconds since the Unix epoch.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// This instant moved by some milliseconds.
    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Midnight (UTC) of the same day.
    #[must_use]
    pub fn floor_day(self) -> Self {
        Self(self.0.div_euclid(DAY) * DAY)
    }

    /// `YYYY-MM-DD`.
    pub fn date_text(self) -> String {
        let (year, month, day) = unit::civil(self.0.div_euclid(DAY));
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `YYYY-MM-DD HH:MM:SS`, without fractions of a second.
    pub fn datetime_text(self) -> String {
        let second = self.0.rem_euclid(DAY) / 1000;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        format!("{} {hour:02}:{minute:02}:{second:02}", self.date_text())
    }

    /// `YYYY-MM-DD HH:MM:SS`, with microseconds when there is a fraction of a second.
    pub fn precise_text(self) -> String {
        match self.0.rem_euclid(1000) {
            0 => self.datetime_text(),
            millis => format!("{}.{millis:03}000", self.datetime_text()),
        }
    }

    /// This instant without its seconds.
    #[must_use]
    pub fn floor_minute(self) -> Self {
        Self(self.0.div_euclid(60_000) * 60_000)
    }
}
