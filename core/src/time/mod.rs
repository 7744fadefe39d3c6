//! Time as values: instants in UTC milliseconds, interval units, half-open intervals, cron and date texts.
//!
//! There is no clock here: `now` always comes in from the caller.

pub mod cron;
pub mod interval;
pub mod parse;
pub mod unit;

use serde::{Deserialize, Serialize};

pub use cron::Cron;
pub use interval::{Interval, Intervals};
pub use parse::{DateText, parse_date};
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
        self.datetime_text()[..10].to_string()
    }

    /// `YYYY-MM-DD HH:MM:SS`, without fractions of a second.
    pub fn datetime_text(self) -> String {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            Err(_) => "0000-00-00 00:00:00".to_string(),
        }
    }
}
