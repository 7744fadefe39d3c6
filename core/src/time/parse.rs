//! Dates as people write them, relative to a given now: numbers, counted units (`1 week ago`), written dates.
//!
//! In: a text and the instant that relative forms count from (SQLMesh takes the wall clock without its
//! seconds). Out: an instant in UTC. English only, month before day. Texts that SQLMesh's free-form parser takes
//! by accident (other languages, `2024-W05`) are not understood here.

use super::unit::{civil, days_since_epoch, month_length};
use super::{DAY, Timestamp, written};

/// A date text, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateText {
    /// The instant; for a pure date its midnight.
    pub at: Timestamp,
    /// A pure date (`2024-01-05`, `20240105`): as an end it includes the whole day.
    pub is_date: bool,
    /// `today`, `yesterday`, `tomorrow` or counted in days or longer units (`1 week ago`): plans count these
    /// from the execution time.
    pub is_relative: bool,
}

impl DateText {
    /// An exact instant.
    pub fn instant(at: Timestamp) -> Self {
        Self {
            at,
            is_date: false,
            is_relative: false,
        }
    }

    /// The first instant after what the text means as an end: a pure date includes its day.
    pub fn exclusive_end(self) -> Timestamp {
        if self.is_date { self.at.plus(DAY) } else { self.at }
    }
}

/// Reads a date text relative to `now`; `None` when it cannot be understood.
pub fn parse_date(text: &str, now: Timestamp) -> Option<DateText> {
    // What nearly all dates look like is not read by trial.
    if let [_, _, _, _, b'-', _, _, b'-', _, _] = text.as_bytes()
        && let (Some(year), Some(month), Some(day)) = (text.get(..4), text.get(5..7), text.get(8..))
        && let Some(day) = compact_date(&[year, month, day].concat())
    {
        return Some(DateText {
            at: Timestamp(day * DAY),
            is_date: true,
            is_relative: false,
        });
    }
    let is_date = compact_date(&text.replace('-', "")).is_some();
    if let Ok(number) = text.trim().replace('_', "").parse::<f64>() {
        let at = match compact_date(text) {
            Some(day) => Timestamp(day * DAY),
            // Far beyond any date, and infinite: refused as SQLMesh does.
            None if number.abs() < 2.5e14 => Timestamp(number.floor() as i64),
            None => return None,
        };
        return Some(DateText {
            at,
            is_date,
            is_relative: false,
        });
    }
    let lower = text.trim().to_lowercase();
    if lower.len() > 100 {
        return None;
    }
    let midnight = now.floor_day();
    let found = |at, is_relative| {
        Some(DateText {
            at,
            is_date,
            is_relative,
        })
    };
    match lower.as_str() {
        "today" => return found(midnight, true),
        "yesterday" => return found(midnight.plus(-DAY), true),
        "tomorrow" => return found(midnight.plus(DAY), true),
        "now" | "just now" => return found(now, false),
        _ => {}
    }
    if let Some(counted) = Counted::read(&lower) {
        let base = if counted.is_categorical { midnight } else { now };
        return found(counted.from(base)?, counted.is_categorical);
    }
    found(written::read(&lower, now)?, false)
}

/// Days since the epoch of `YYYYMMDD`, where month and day may have one digit when that is unambiguous enough for
/// C's `strptime`: it tries two digits first.
fn compact_date(text: &str) -> Option<i64> {
    if !(6..=8).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year: i64 = text[..4].parse().ok()?;
    let rest = &text[4..];
    for month_width in [2, 1] {
        let (Some(month), Some(day)) = (rest.get(..month_width), rest.get(month_width..)) else {
            continue;
        };
        let (Ok(month), Ok(number)) = (month.parse::<i64>(), day.parse::<i64>()) else {
            continue;
        };
        if (1..=12).contains(&month) && day.len() <= 2 && (1..=31).contains(&number) {
            let valid = year >= 1 && number <= month_length(year, month);
            return valid.then(|| days_since_epoch(year, month, number));
        }
    }
    None
}

/// An amount of time with a direction: `in 1 week`, `1 day 2 hours ago`, `last week`.
#[derive(Debug, Default)]
struct Counted {
    months: i64,
    millis: i64,
    forward: bool,
    /// Written as number and full unit name, with no unit below a day: counted from midnight.
    is_categorical: bool,
}

impl Counted {
    fn read(lower: &str) -> Option<Self> {
        if let Some((word, unit)) = lower.split_once(' ')
            && matches!(word, "last" | "next" | "this")
            && matches!(unit, "week" | "month" | "year")
        {
            let mut counted = Self {
                forward: word == "next",
                ..Self::default()
            };
            if word != "this" {
                counted.add(1.0, Unit::of(unit)?)?;
            }
            return Some(counted);
        }
        let spaced = spaced(lower);
        let mut words: Vec<&str> = spaced.split_whitespace().filter(|word| *word != "and").collect();
        let mut counted = Self::default();
        if words.first() == Some(&"in") {
            words.remove(0);
            counted.forward = true;
        }
        match words.last() {
            Some(&("ago" | "before")) => {
                words.pop();
            }
            Some(&("later" | "after")) => {
                words.pop();
                counted.forward = true;
            }
            _ => {}
        }
        if words.is_empty() || !words.len().is_multiple_of(2) || words.len() > 20 {
            return None;
        }
        let mut categorical = true;
        let mut any_time = false;
        for pair in words.chunks_exact(2) {
            let (amount, in_digits) = amount(pair[0])?;
            let unit = Unit::of(pair[1])?;
            any_time |= unit.is_time;
            categorical &= in_digits && unit.is_full_name;
            counted.add(amount, unit)?;
        }
        counted.is_categorical = categorical && !any_time;
        Some(counted)
    }

    fn add(&mut self, amount: f64, unit: Unit) -> Option<()> {
        if unit.months > 0 {
            // Half a month has no length.
            if amount.fract() != 0.0 || amount > 120_000.0 {
                return None;
            }
            self.months += amount as i64 * unit.months;
        } else {
            if amount > 1e9 {
                return None;
            }
            self.millis = self.millis.checked_add((amount * unit.millis as f64) as i64)?;
        }
        Some(())
    }

    fn from(&self, base: Timestamp) -> Option<Timestamp> {
        let sign = if self.forward { 1 } else { -1 };
        let moved = add_months(base, sign * self.months)?.plus(sign * self.millis);
        in_calendar(moved)
    }
}

/// A word for a span of time.
struct Unit {
    months: i64,
    millis: i64,
    is_time: bool,
    is_full_name: bool,
}

impl Unit {
    fn of(word: &str) -> Option<Self> {
        let singular = match word.strip_suffix('s') {
            Some(stem) if stem.len() > 1 => stem,
            _ => word,
        };
        let (months, millis, full) = match singular {
            "decade" => (120, 0, true),
            "year" => (12, 0, true),
            "month" => (1, 0, true),
            "week" => (0, 7 * DAY, true),
            "day" => (0, DAY, true),
            "hour" => (0, 3_600_000, true),
            "minute" => (0, 60_000, true),
            "second" => (0, 1000, true),
            "y" | "yr" => (12, 0, false),
            "mo" => (1, 0, false),
            "w" | "wk" => (0, 7 * DAY, false),
            "d" => (0, DAY, false),
            "h" | "hr" => (0, 3_600_000, false),
            "m" | "min" => (0, 60_000, false),
            "s" | "sec" => (0, 1000, false),
            _ => return None,
        };
        Some(Self {
            months,
            millis,
            is_time: millis > 0 && millis < DAY,
            is_full_name: full,
        })
    }
}

/// A count and whether it is written in digits; a sign is ignored.
fn amount(word: &str) -> Option<(f64, bool)> {
    const WORDS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    if matches!(word, "a" | "an") {
        return Some((1.0, false));
    }
    if let Some(count) = WORDS.iter().position(|name| *name == word) {
        return Some((count as f64, false));
    }
    let digits = word.trim_start_matches(['+', '-']).replace(',', ".");
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || digits.contains(['e', 'E']) {
        return None;
    }
    Some((digits.parse().ok()?, true))
}

/// The text with spaces between digits and letters, and commas that separate dropped.
fn spaced(lower: &str) -> String {
    let mut out = String::with_capacity(lower.len() + 8);
    let mut last = ' ';
    let mut chars = lower.chars().peekable();
    while let Some(c) = chars.next() {
        let next_is_digit = chars.peek().is_some_and(char::is_ascii_digit);
        if c == ',' && !(last.is_ascii_digit() && next_is_digit) {
            out.push(' ');
            last = ' ';
            continue;
        }
        if last.is_ascii_digit() && c.is_alphabetic() {
            out.push(' ');
        }
        out.push(c);
        last = c;
    }
    out
}

/// The same time of day some months on or back; a day that the month lacks becomes its last.
fn add_months(at: Timestamp, months: i64) -> Option<Timestamp> {
    if months == 0 {
        return Some(at);
    }
    let (year, month, day) = civil(at.0.div_euclid(DAY));
    let index = year * 12 + month - 1 + months;
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let day = day.min(month_length(year, month));
    in_calendar(Timestamp(
        days_since_epoch(year, month, day) * DAY + at.0.rem_euclid(DAY),
    ))
}

/// Years 1 to 9999, as in Python.
pub(super) fn in_calendar(at: Timestamp) -> Option<Timestamp> {
    (1..=9999).contains(&civil(at.0.div_euclid(DAY)).0).then_some(at)
}

/// When something with this time to live ends that was last touched at `base`: `in 1 week` later, exactly.
/// `None` when the text cannot be understood or does not lie after `base`.
pub fn ttl_end(ttl: &str, base: Timestamp) -> Option<Timestamp> {
    let lower = ttl.trim().to_lowercase();
    let at = match Counted::read(&lower) {
        Some(counted) => counted.from(base)?,
        None => parse_date(ttl, base)?.at,
    };
    (at > base).then_some(at)
}

/// When an environment with this time to live expires: like [`ttl_end`], but whole days count from midnight, so
/// that `in 1 week` ends at the midnight that starts the seventh day from now.
pub fn environment_ttl_end(ttl: &str, now: Timestamp) -> Option<Timestamp> {
    parse_date(ttl, now).map(|text| text.at).filter(|at| *at > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What SQLMesh answers at 2024-03-15 13:45, or at 2024-03-31 13:45 for lines with `|31`; `-` is an error,
    /// a trailing `d` marks a pure date and `r` a relative text.
    const ANSWERS: &str = include_str!("../../testdata/dates.txt");

    #[test]
    fn as_the_reference() {
        let mut wrong = Vec::new();
        for line in ANSWERS.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let (Some(base), Some(text), Some(expected), Some(flags)) =
                (fields.next(), fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            let now = match base {
                "31" => Timestamp(1_711_892_700_000),
                _ => Timestamp(1_710_510_300_000),
            };
            let got = match parse_date(text, now) {
                None => ("-".to_string(), String::new()),
                Some(date) => (
                    with_millis(date.at),
                    format!(
                        "{}{}",
                        if date.is_date { "d" } else { "" },
                        if date.is_relative { "r" } else { "" }
                    ),
                ),
            };
            if got.0 != expected || (expected != "-" && got.1 != flags) {
                wrong.push(format!(
                    "{text:?} at {base}: {got:?}, expected {expected} {flags}"
                ));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(ANSWERS.lines().count() > 150);
    }

    fn with_millis(at: Timestamp) -> String {
        match at.0.rem_euclid(1000) {
            0 => at.datetime_text(),
            millis => format!("{}.{millis:03}", at.datetime_text()),
        }
    }

    #[test]
    fn time_to_live() {
        let now = Timestamp(1_763_683_140_000); // 2025-11-20 23:59:00
        let text = |at: Option<Timestamp>| at.map(Timestamp::datetime_text).unwrap_or_default();
        assert_eq!(text(ttl_end("in 1 week", now)), "2025-11-27 23:59:00");
        assert_eq!(text(environment_ttl_end("in 1 week", now)), "2025-11-27 00:00:00");
        assert_eq!(ttl_end("1 week", now), None);
        assert_eq!(ttl_end("blah", now), None);
        assert_eq!(text(ttl_end("in 6 hours", now)), "2025-11-21 05:59:00");
    }
}
