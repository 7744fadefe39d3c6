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

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::cron_fields::{Fields, parse_fields};
use super::{IntervalUnit, Timestamp};

/// A schedule, understood.
#[derive(Debug, Clone)]
pub struct Cron {
    text: String,
    fields: Fields,
    zone: Option<TimeZone>,
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
            Some(name) => Some(TimeZoneDatabase::bundled().get(name.trim()).map_err(|_| {
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
            let Ok(instant) = jiff::Timestamp::from_second(before - 1) else {
                break;
            };
            let offset = i64::from(zone.to_offset(instant).seconds());
            let tick = self
                .fields
                .tick_before(before + offset, SEARCHED_DAYS)
                .map(|tick| tick - offset);
            // The change itself may lie exactly at `before - 1`, hence searching from one second later.
            let change = jiff::Timestamp::from_second(before)
                .ok()
                .and_then(|end| zone.preceding(end).next())
                .map(|change| change.timestamp().as_second());
            let Some(change) = change else {
                return seconds(tick.unwrap_or(before));
            };
            if let Some(tick) = tick.filter(|tick| *tick >= change) {
                return seconds(tick);
            }
            let earlier = offset_at(zone, change - 1);
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
            let Ok(instant) = jiff::Timestamp::from_second(after) else {
                break;
            };
            let offset = i64::from(zone.to_offset(instant).seconds());
            let tick = self
                .fields
                .tick_after(after + offset, SEARCHED_DAYS)
                .map(|tick| tick - offset);
            let change = zone
                .following(instant)
                .next()
                .map(|change| change.timestamp().as_second());
            let Some(change) = change else {
                return seconds(tick.unwrap_or(after));
            };
            if let Some(tick) = tick.filter(|tick| *tick < change) {
                return seconds(tick);
            }
            let later = offset_at(zone, change);
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

fn offset_at(zone: &TimeZone, second: i64) -> i64 {
    jiff::Timestamp::from_second(second).map_or(0, |instant| i64::from(zone.to_offset(instant).seconds()))
}

fn seconds(second: i64) -> Timestamp {
    Timestamp(second.saturating_mul(1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DateText, parse_date};

    fn at(text: &str) -> Timestamp {
        match parse_date(text, Timestamp(0)) {
            Some(DateText { at, .. }) => at,
            None => panic!("{text}"),
        }
    }

    fn cron(text: &str, zone: Option<&str>) -> Cron {
        match Cron::parse(text, zone) {
            Ok(cron) => cron,
            Err(error) => panic!("{text}: {error}"),
        }
    }

    /// Ticks after and before 2024-03-15 13:45:30, as croniter 7.0 gives them.
    fn check(text: &str, next: &[&str], prev: &[&str]) {
        let cron = cron(text, None);
        let mut now = at("2024-03-15 13:45:30");
        for expected in next {
            now = cron.next(now);
            assert_eq!(now.datetime_text(), *expected, "after: {text}");
            assert_eq!(cron.floor(now), now, "{text}");
        }
        now = at("2024-03-15 13:45:30");
        for expected in prev {
            now = cron.prev(now);
            assert_eq!(now.datetime_text(), *expected, "before: {text}");
        }
    }

    #[test]
    fn ticks_as_croniter() {
        check(
            "0 0 1-31 * 1",
            &["2024-03-16 00:00:00", "2024-03-17 00:00:00"],
            &["2024-03-15 00:00:00", "2024-03-14 00:00:00"],
        );
        check(
            "0 0 */2 * 1",
            &[
                "2024-03-17 00:00:00",
                "2024-03-18 00:00:00",
                "2024-03-19 00:00:00",
                "2024-03-21 00:00:00",
            ],
            &[
                "2024-03-15 00:00:00",
                "2024-03-13 00:00:00",
                "2024-03-11 00:00:00",
            ],
        );
        check(
            "0 0 L * 1",
            &[
                "2024-03-18 00:00:00",
                "2024-03-25 00:00:00",
                "2024-03-31 00:00:00",
                "2024-04-01 00:00:00",
            ],
            &[
                "2024-03-11 00:00:00",
                "2024-03-04 00:00:00",
                "2024-02-29 00:00:00",
            ],
        );
        check(
            "0 0 1,L * *",
            &[
                "2024-03-31 00:00:00",
                "2024-04-01 00:00:00",
                "2024-04-30 00:00:00",
            ],
            &[
                "2024-03-01 00:00:00",
                "2024-02-29 00:00:00",
                "2024-02-01 00:00:00",
            ],
        );
        check(
            "0 0 15W * *",
            &[
                "2024-04-15 00:00:00",
                "2024-05-15 00:00:00",
                "2024-06-14 00:00:00",
                "2024-07-15 00:00:00",
            ],
            &[
                "2024-03-15 00:00:00",
                "2024-02-15 00:00:00",
                "2024-01-15 00:00:00",
            ],
        );
        check(
            "0 0 31W * *",
            &[
                "2024-03-29 00:00:00",
                "2024-04-30 00:00:00",
                "2024-05-31 00:00:00",
                "2024-06-28 00:00:00",
            ],
            &[
                "2024-02-29 00:00:00",
                "2024-01-31 00:00:00",
                "2023-12-29 00:00:00",
            ],
        );
        check(
            "0 0 1W * 1",
            &[
                "2024-04-01 00:00:00",
                "2024-05-01 00:00:00",
                "2024-06-03 00:00:00",
            ],
            &["2024-03-01 00:00:00"],
        );
        check(
            "0 0 * * L5",
            &[
                "2024-03-29 00:00:00",
                "2024-04-26 00:00:00",
                "2024-05-31 00:00:00",
            ],
            &[
                "2024-02-23 00:00:00",
                "2024-01-26 00:00:00",
                "2023-12-29 00:00:00",
            ],
        );
        check(
            "0 0 * * mon#5",
            &["2024-04-29 00:00:00", "2024-07-29 00:00:00"],
            &["2024-01-29 00:00:00", "2023-10-30 00:00:00"],
        );
        check(
            "0 0 * * 1#1,3#2",
            &[
                "2024-04-01 00:00:00",
                "2024-04-10 00:00:00",
                "2024-05-06 00:00:00",
            ],
            &[
                "2024-03-13 00:00:00",
                "2024-03-04 00:00:00",
                "2024-02-14 00:00:00",
            ],
        );
        check(
            "0 0 29 2 1",
            &["2025-02-03 00:00:00", "2025-02-10 00:00:00"],
            &["2024-02-29 00:00:00", "2024-02-26 00:00:00"],
        );
        check(
            "0 0 29 2 *",
            &["2028-02-29 00:00:00"],
            &["2024-02-29 00:00:00", "2020-02-29 00:00:00"],
        );
        check("0 0 * * * 30", &["2024-03-16 00:00:30"], &["2024-03-15 00:00:30"]);
        check(
            "*/7 * * * *",
            &[
                "2024-03-15 13:49:00",
                "2024-03-15 13:56:00",
                "2024-03-15 14:00:00",
            ],
            &["2024-03-15 13:42:00"],
        );
        check(
            "0 0 1 12-2 *",
            &["2024-12-01 00:00:00"],
            &[
                "2024-02-01 00:00:00",
                "2024-01-01 00:00:00",
                "2023-12-01 00:00:00",
            ],
        );
        check("@Weekly", &["2024-03-17 00:00:00"], &["2024-03-10 00:00:00"]);
    }

    /// Random schedules in zones with and without changes of the clock.
    const ANSWERS: &str = include_str!("../../testdata/crons.txt");

    #[test]
    fn random_schedules_as_croniter() {
        let mut wrong = Vec::new();
        for line in ANSWERS.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            let [text, zone, from, next, prev] = fields.as_slice() else {
                panic!("{line}");
            };
            let cron = cron(text, Some(zone));
            let from = Timestamp(from.parse::<i64>().unwrap_or(0) * 1000);
            let walk = |step: &dyn Fn(Timestamp) -> Timestamp| {
                let ticks = std::iter::successors(Some(step(from)), |at| Some(step(*at)));
                let ticks: Vec<String> = ticks.take(3).map(|at| (at.0 / 1000).to_string()).collect();
                ticks.join(" ")
            };
            let (after, before) = (walk(&|at| cron.next(at)), walk(&|at| cron.prev(at)));
            if after != *next || before != *prev {
                wrong.push(format!("{line}\n  next {after}\n  prev {before}"));
            }
        }
        assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn part_of_a_second() {
        let daily = cron("@daily", None);
        let midnight = at("2024-03-15");
        assert_eq!(daily.prev(midnight.plus(500)), midnight);
        assert_eq!(daily.floor(midnight.plus(500)), midnight);
        assert_eq!(daily.floor(midnight), midnight);
        assert_eq!(daily.prev(midnight), midnight.plus(-super::super::DAY));
        assert_eq!(daily.next(midnight.plus(500)), midnight.plus(super::super::DAY));
        assert_eq!(daily.floor(Timestamp(-1)), Timestamp(-super::super::DAY));
    }

    fn check_zone(text: &str, from: &str, expected: &[&str]) {
        let cron = cron(text, Some("America/New_York"));
        let mut now = at(from);
        let mut ticks = vec![];
        for text in expected {
            now = cron.next(now);
            assert_eq!(now.datetime_text(), *text);
            ticks.push(now);
        }
        while let Some(tick) = ticks.pop() {
            assert_eq!(now, tick, "back: {text}");
            now = cron.prev(now);
        }
    }

    /// As croniter: a tick in the skipped hour moves to its end, one in the repeated hour happens twice.
    #[test]
    fn changes_of_the_clock() {
        check_zone(
            "30 2 * * *",
            "2024-03-09 12:00:00",
            &["2024-03-10 07:00:00", "2024-03-11 06:30:00"],
        );
        check_zone(
            "15 1,2 * * *",
            "2024-03-10 02:00:00",
            &[
                "2024-03-10 06:15:00",
                "2024-03-10 07:00:00",
                "2024-03-11 05:15:00",
                "2024-03-11 06:15:00",
            ],
        );
        check_zone(
            "30 1 * * *",
            "2024-11-03 00:00:00",
            &[
                "2024-11-03 05:30:00",
                "2024-11-03 06:30:00",
                "2024-11-04 06:30:00",
            ],
        );
        check_zone(
            "30 2 * * *",
            "2024-11-02 12:00:00",
            &["2024-11-03 07:30:00", "2024-11-04 07:30:00"],
        );
        check_zone(
            "0 * * * *",
            "2024-03-10 05:00:00",
            &[
                "2024-03-10 06:00:00",
                "2024-03-10 07:00:00",
                "2024-03-10 08:00:00",
            ],
        );
        check_zone(
            "0 0 * * *",
            "2024-03-09 12:00:00",
            &["2024-03-10 05:00:00", "2024-03-11 04:00:00"],
        );
    }

    #[test]
    fn interval_units() {
        for (text, unit) in [
            ("@daily", "day"),
            ("@midnight", "day"),
            ("5 4 * * *", "day"),
            ("@weekly", "day"),
            ("0 0 * * 1-5", "day"),
            ("0 0 1,15 * *", "day"),
            ("@monthly", "month"),
            ("0 0 1 */3 *", "month"),
            ("0 0 L * *", "month"),
            ("@yearly", "year"),
            ("@annually", "year"),
            ("0 0 29 2 *", "year"),
            ("*/5 * * * *", "five_minute"),
            ("*/7 * * * *", "five_minute"),
            ("*/10 * * * *", "five_minute"),
            ("*/15 * * * *", "quarter_hour"),
            ("*/20 * * * *", "quarter_hour"),
            ("*/45 * * * *", "quarter_hour"),
            ("*/30 * * * *", "half_hour"),
            ("@hourly", "hour"),
            ("0 */2 * * *", "hour"),
            ("0 9-17 * * *", "hour"),
        ] {
            assert_eq!(cron(text, None).interval_unit().as_str(), unit, "{text}");
        }
        assert!(cron("*/4 * * * *", None).check_frequency().is_err());
        assert!(cron("*/5 * * * *", None).check_frequency().is_ok());
    }

    #[test]
    fn refusals() {
        for text in [
            "@quarterly",
            "",
            "* * * *",
            "* * * * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * 32 * *",
            "* * * 13 *",
            "* * * 0 *",
            "* * * * 8",
            "a b c d e",
            "*/0 * * * *",
            "1-5/0 * * * *",
            "1.5 * * * *",
            "1,,2 * * * *",
            "1, 2 * * * *",
            "-5 * * * *",
            "*/2/3 * * * *",
            "1/ * * * *",
            "0 0 * * 5L",
            "0 0 L-2 * *",
            "0 0 * * 1#6",
            "0 0 * * 1#0",
            "0 0 * * 1,3#2",
            "0 0 * * 1-3#2",
            "0 0 30 2 *",
            "0 0 LW * *",
            "0 0 1,15W * *",
            "H * * * *",
            "R * * * *",
            "0 0 * * * 0 2025",
        ] {
            assert!(Cron::parse(text, None).is_err(), "{text}");
        }
        assert!(Cron::parse("@daily", Some("Mars/Olympus")).is_err());
    }
}
