//! Cron schedules with the meaning SQLMesh gives them (it uses Python's `croniter`).
//!
//! In: five fields (minute, hour, day of month, month, day of week), a sixth for seconds *at the end*, or a
//! shortcut such as `@daily`; optionally an IANA time zone. Out: ticks before and after an instant, and the
//! interval unit that a model with this schedule gets. Ticks move with the zone; interval boundaries never do.
//!
//! Not done: random (`R`) and hashed (`H`) fields, whose ticks would depend on more than the text, and a year
//! field other than `*`. They are errors. SQLMesh samples the ticks that follow the wall clock to find the
//! interval unit; here they are sampled from the epoch, so that the answer never changes with the hour.

use std::fmt;

use super::cron_fields::{Fields, parse_fields};
use super::zone::{self, Zone};
use super::{IntervalUnit, Timestamp};

/// A schedule, understood.
#[derive(Debug, Clone)]
pub struct Cron {
    text: String,
    fields: Fields,
    zone: Option<Zone>,
}

/// Why a cron text is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronError {
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// A way out.
    pub help: String,
}

impl CronError {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: help.into(),
        }
    }
}

impl fmt::Display for CronError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CronError {}

/// Shortcuts and what they stand for.
const SHORTCUTS: [(&str, &str); 7] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

/// Days searched for a tick: 29 February on a given weekday can be 40 years away.
const SEARCHED_DAYS: i64 = 366 * 50;

const DAY_SECONDS: i64 = 86_400;

impl Cron {
    /// Reads a cron text (any case) and an optional IANA zone; no zone means UTC.
    ///
    /// # Errors
    /// A text that `croniter` refuses, a schedule that never ticks (30 February), an unknown zone.
    pub fn parse(text: &str, zone: Option<&str>) -> Result<Self, CronError> {
        let lower = text.trim().to_lowercase();
        let expression = match SHORTCUTS.iter().find(|(name, _)| *name == lower) {
            Some((_, expression)) => expression,
            None if lower.starts_with('@') => {
                let names: Vec<&str> = SHORTCUTS.iter().map(|(name, _)| *name).collect();
                return Err(CronError::new(
                    format!("`{text}` is not a cron shortcut"),
                    format!("The shortcuts are {}.", names.join(", ")),
                ));
            }
            None => lower.as_str(),
        };
        let zone = match zone {
            None => None,
            Some(name) if name.trim().eq_ignore_ascii_case("utc") => None,
            Some(name) => Some(zone::zone(name.trim()).ok_or_else(|| {
                CronError::new(
                    format!("`{name}` is not an IANA time zone"),
                    "Zones look like `America/New_York`.",
                )
            })?),
        };
        let cron = Self {
            text: text.trim().to_string(),
            fields: parse_fields(text.trim(), expression)?,
            zone,
        };
        if cron.fields.tick_after(0, SEARCHED_DAYS).is_none() {
            return Err(CronError::new(
                format!("The cron `{text}` never ticks"),
                "No date has such a day and month.",
            ));
        }
        Ok(cron)
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The latest tick at or before an instant.
    pub fn floor(&self, at: Timestamp) -> Timestamp {
        self.prev(Timestamp(at.0.saturating_add(1)))
    }

    /// The latest tick before an instant.
    pub fn prev(&self, at: Timestamp) -> Timestamp {
        // Ticks are whole seconds: the last one before `at` is the last one before `at` rounded up.
        let mut before = at.0.div_euclid(1000) + i64::from(at.0.rem_euclid(1000) > 0);
        let Some(zone) = &self.zone else {
            return seconds(self.fields.tick_before(before, SEARCHED_DAYS).unwrap_or(before));
        };
        // Between two changes of the offset local time runs evenly. A tick that falls into the gap of a change
        // happens at the change; one in a repeated hour happens twice.
        for _ in 0..SEARCHED_CHANGES {
            if !zone::knows(before - 1) {
                break;
            }
            let offset = zone.offset(before - 1);
            let tick = self
                .fields
                .tick_before(before + offset, SEARCHED_DAYS)
                .map(|tick| tick - offset);
            // The change itself may lie exactly at `before - 1`, hence searching from one second later.
            let Some(change) = zone.preceding(before) else {
                return seconds(tick.unwrap_or(before));
            };
            if let Some(tick) = tick.filter(|tick| *tick >= change) {
                return seconds(tick);
            }
            let earlier = zone.offset(change - 1);
            if let Some(tick) = self
                .tick_of_gap(change, earlier, offset)
                .filter(|tick| *tick < before)
            {
                return seconds(tick);
            }
            before = change;
        }
        at
    }

    /// The first tick after an instant.
    pub fn next(&self, at: Timestamp) -> Timestamp {
        let mut after = at.0.div_euclid(1000);
        let Some(zone) = &self.zone else {
            return seconds(self.fields.tick_after(after, SEARCHED_DAYS).unwrap_or(after));
        };
        for _ in 0..SEARCHED_CHANGES {
            if !zone::knows(after) {
                break;
            }
            let offset = zone.offset(after);
            let tick = self
                .fields
                .tick_after(after + offset, SEARCHED_DAYS)
                .map(|tick| tick - offset);
            let Some(change) = zone.following(after) else {
                return seconds(tick.unwrap_or(after));
            };
            if let Some(tick) = tick.filter(|tick| *tick < change) {
                return seconds(tick);
            }
            let later = zone.offset(change);
            if let Some(tick) = self.tick_of_gap(change, offset, later) {
                return seconds(tick);
            }
            // The next round looks behind the change only.
            if self.fields.tick_after(change + later - 1, 1) == Some(change + later) {
                return seconds(change);
            }
            after = change;
        }
        at
    }

    /// The tick that stands for all ticks which a jump of the clock leaves out: right behind the jump, unless the
    /// hour that the clock jumps to may tick itself.
    fn tick_of_gap(&self, change: i64, earlier: i64, later: i64) -> Option<i64> {
        let left_out = self.fields.tick_after(change + earlier - 1, SEARCHED_DAYS)? < change + later;
        let behind = self.fields.has_hour_of(change + later);
        (left_out && !behind).then(|| change + self.fields.first_second())
    }

    /// The interval unit of a model that names none: the largest unit that is not longer than the smallest gap
    /// between ticks. Faster schedules than five minutes count as five minutes here; see
    /// [`Cron::check_frequency`].
    pub fn interval_unit(&self) -> IntervalUnit {
        let gap = self.smallest_gap();
        IntervalUnit::ALL
            .into_iter()
            .find(|unit| unit.shortest_seconds() <= gap)
            .unwrap_or(IntervalUnit::FiveMinute)
    }

    /// Refuses schedules that are faster than five minutes, as SQLMesh does when it has to infer a unit.
    ///
    /// # Errors
    /// Names the cron and the limit.
    pub fn check_frequency(&self) -> Result<(), CronError> {
        if self.smallest_gap() < IntervalUnit::FiveMinute.shortest_seconds() {
            return Err(CronError::new(
                format!(
                    "Invalid cron `{}`: it must tick every 5 minutes or slower",
                    self.text
                ),
                "The finest interval unit is five minutes, for example `*/5 * * * *`.",
            ));
        }
        Ok(())
    }

    /// Seconds between ticks: when the first five gaps agree their length, else the smallest of four.
    fn smallest_gap(&self) -> i64 {
        let mut ticks = Vec::with_capacity(6);
        let mut at = 0;
        while ticks.len() < 6 {
            match self.fields.tick_after(at, SEARCHED_DAYS) {
                Some(tick) => ticks.push(tick),
                None => break,
            }
            at = ticks.last().copied().unwrap_or(at);
        }
        let gaps = ticks.windows(2).map(|pair| pair[1] - pair[0]);
        gaps.take(4).min().unwrap_or(DAY_SECONDS * 365)
    }
}

/// Changes of a zone's offset that are walked over in search of a tick: two a year over half a century.
const SEARCHED_CHANGES: usize = 110;

fn seconds(second: i64) -> Timestamp {
    Timestamp(second.saturating_mul(1000))
}

#[cfg(test)]
mod tests;
