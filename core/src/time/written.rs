//! Written dates and times: `2024-01-05T10:00:00+02:00`, `Jan 5, 2024 5pm`, `monday`.
//!
//! In: a lower-case text without counted units. Out: the instant, or nothing. A part that is not written is
//! taken from now (day of `2024-01`, year of `Jan 5`), as SQLMesh's free-form parser does.

use super::parse::in_calendar;
use super::unit::{civil, days_since_epoch, month_length};
use super::{DAY, Timestamp};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Monday first.
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Zone abbreviations in minutes east of UTC. Where one stands for several zones, the free-form parser's choice.
const ZONES: [(&str, i64); 35] = [
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("west", 60),
    ("cet", 60),
    ("cest", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("akst", -540),
    ("hst", -600),
    ("jst", 540),
    ("kst", 540),
    ("hkt", 480),
    ("sgt", 480),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("brt", -180),
    ("art", -180),
    ("bst", 660),
    ("ist", 120),
    ("wat", 60),
    ("cat", 120),
    ("eat", 180),
];

/// What has been found so far.
#[derive(Debug, Default)]
struct Found {
    /// Numbers that are parts of the date, in order, with their number of digits.
    numbers: Vec<(i64, usize)>,
    month: Option<i64>,
    /// Index among `numbers` at which the month's name stood.
    month_at: usize,
    weekday: Option<i64>,
    /// Days from today: `yesterday`.
    days: Option<i64>,
    /// Milliseconds since midnight.
    time: Option<i64>,
    /// Milliseconds to subtract.
    offset: Option<i64>,
    /// `now`.
    is_now: bool,
}

/// Reads a written date; `None` when a word is not understood.
pub(super) fn read(lower: &str, now: Timestamp) -> Option<Timestamp> {
    let text = words_apart(lower);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 12 {
        return None;
    }
    let mut found = Found::default();
    let mut index = 0;
    while let Some(word) = words.get(index) {
        let following = words.get(index + 1).copied();
        index += 1;
        if let Some((time, offset)) = clock(word, following)? {
            if found.time.replace(time).is_some() {
                return None;
            }
            index += usize::from(matches!(following, Some("am" | "pm")));
            if let Some(offset) = offset {
                found.offset(offset)?;
            }
        } else {
            found.word(word)?;
        }
    }
    found.instant(now)
}

/// Separates what is written together: the `T` of ISO 8601, commas, quotes and brackets around.
fn words_apart(lower: &str) -> String {
    let trimmed = lower.trim_matches(|c: char| matches!(c, '"' | '\'' | '(' | ')' | ';' | '.' | ' '));
    let bytes = trimmed.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    trimmed
        .char_indices()
        .map(|(at, c)| match c {
            // Two digits and a colon must follow, or `5t` would do.
            't' if at > 0 && digit(at - 1) && digit(at + 1) && trimmed[at..].contains(':') => ' ',
            ',' if !digit(at + 1) => ' ',
            other => other,
        })
        .collect()
}

/// A time of day and an offset attached to it, when the word is one; `None` outside for an impossible time.
#[expect(clippy::option_option, reason = "not a time and an impossible time differ")]
fn clock(word: &str, following: Option<&str>) -> Option<Option<(i64, Option<i64>)>> {
    match word {
        "noon" => return Some(Some((DAY / 2, None))),
        "midnight" => return Some(Some((0, None))),
        _ => {}
    }
    let meridiem_word = following.filter(|word| matches!(*word, "am" | "pm"));
    let (body, meridiem) = match word.strip_suffix("am") {
        Some(body) => (body, Some("am")),
        None => match word.strip_suffix("pm") {
            Some(body) => (body, Some("pm")),
            None => (word, meridiem_word),
        },
    };
    let is_time = body.contains(':') && body.starts_with(|c: char| c.is_ascii_digit())
        || (meridiem.is_some() && body.bytes().all(|b| b.is_ascii_digit()) && !body.is_empty());
    if !is_time {
        return Some(None);
    }
    let end = body
        .find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.')
        .unwrap_or(body.len());
    let (digits, zone) = body.split_at(end);
    let zone = match zone {
        "" => None,
        zone => Some(offset_of(zone)?),
    };
    let mut parts = digits.split(':');
    let mut hour: i64 = number(parts.next()?)?;
    let minute: i64 = parts.next().map_or(Some(0), number)?;
    let (second, fraction) = match parts.next() {
        None => (0, ""),
        Some(seconds) => match seconds.split_once('.') {
            Some((second, fraction)) => (number(second)?, fraction),
            None => (number(seconds)?, ""),
        },
    };
    if parts.next().is_some() || fraction.len() > 6 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if let Some(meridiem) = meridiem {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if meridiem == "pm" { 12 } else { 0 };
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let millis: i64 = format!("{fraction:0<3}").get(..3).and_then(number)?;
    Some(Some((((hour * 60 + minute) * 60 + second) * 1000 + millis, zone)))
}

fn number(digits: &str) -> Option<i64> {
    let plain = !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// Milliseconds east of UTC of `z`, `est`, `+02:00`, `+0200`, `utc+2`.
fn offset_of(word: &str) -> Option<i64> {
    if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| *name == word) {
        return Some(minutes * 60_000);
    }
    let named = word.strip_prefix("utc").or_else(|| word.strip_prefix("gmt"));
    let signed = named.unwrap_or(word);
    let (sign, digits) = match signed.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (number(hours)?, number(minutes)?),
        None if digits.len() == 4 => (number(digits.get(..2)?)?, number(digits.get(2..)?)?),
        None if named.is_some() => (number(digits)?, 0),
        None => return None,
    };
    (hours <= 14 && minutes <= 59).then_some(sign * (hours * 60 + minutes) * 60_000)
}

impl Found {
    fn offset(&mut self, offset: i64) -> Option<()> {
        match self.offset.replace(offset) {
            None => Some(()),
            Some(_) => None,
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        match word {
            "at" | "of" | "the" | "on" => return Some(()),
            "now" => self.is_now = true,
            "today" => self.days = Some(0),
            "yesterday" => self.days = Some(-1),
            "tomorrow" => self.days = Some(1),
            _ => {
                if let Some(weekday) = name_index(word, &WEEKDAYS) {
                    self.weekday = Some(weekday);
                } else if let Some(offset) = offset_of(word) {
                    self.offset(offset)?;
                } else {
                    return self.date(word);
                }
            }
        }
        Some(())
    }

    /// Numbers and month names joined by `-`, `/` or `.`.
    fn date(&mut self, word: &str) -> Option<()> {
        let word = word
            .strip_suffix('z')
            .filter(|rest| rest.contains('-'))
            .unwrap_or(word);
        for part in word
            .trim_start_matches('+')
            .split(['-', '/', '.'])
            .filter(|part| !part.is_empty())
        {
            if let Some(month) = name_index(part, &MONTHS) {
                if self.month.replace(month + 1).is_some() {
                    return None;
                }
                self.month_at = self.numbers.len();
                continue;
            }
            let digits = ["st", "nd", "rd", "th"]
                .iter()
                .find_map(|ending| part.strip_suffix(ending))
                .unwrap_or(part);
            self.numbers.push((number(digits)?, digits.len()));
        }
        (self.numbers.len() <= 3).then_some(())
    }

    fn instant(self, now: Timestamp) -> Option<Timestamp> {
        let today = now.0.div_euclid(DAY);
        let days = if self.is_now {
            if self.time.is_some() || !self.numbers.is_empty() {
                return None;
            }
            return in_calendar(now.plus(-self.offset.unwrap_or(0)));
        } else if let Some(days) = self.days {
            today + days
        } else if self.month.is_some() || !self.numbers.is_empty() {
            self.days_of_date(civil(today))?
        } else if let Some(weekday) = self.weekday {
            // The latest such day, today included. 1 January 1970 was a Thursday.
            today - (today + 3 - weekday).rem_euclid(7)
        } else if self.time.is_some() {
            today
        } else {
            return None;
        };
        in_calendar(Timestamp(
            days * DAY + self.time.unwrap_or(0) - self.offset.unwrap_or(0),
        ))
    }

    fn days_of_date(&self, today: (i64, i64, i64)) -> Option<i64> {
        let is_year = |(_, width): &(i64, usize)| *width == 4;
        let (year, month, day) = match (self.month, self.numbers.as_slice()) {
            (Some(month), []) => (today.0, month, None),
            (Some(month), [year]) if is_year(year) => (year.0, month, None),
            (Some(month), [day]) => (today.0, month, Some(day.0)),
            (Some(month), [year, day]) if is_year(year) => (year.0, month, Some(day.0)),
            (Some(month), [day, year]) => (full_year(*year)?, month, Some(day.0)),
            (None, [year, month]) if is_year(year) => (year.0, month.0, None),
            (None, [month, year]) if is_year(year) => (year.0, month.0, None),
            (None, [month, day]) => (today.0, month.0, Some(day.0)),
            (None, [year, a, b]) if is_year(year) => {
                let (month, day) = month_and_day(a.0, b.0);
                (year.0, month, Some(day))
            }
            (None, [a, b, year]) => {
                let (month, day) = month_and_day(a.0, b.0);
                (full_year(*year)?, month, Some(day))
            }
            _ => return None,
        };
        if !(1..=12).contains(&month) || !(1..=9999).contains(&year) {
            return None;
        }
        let length = month_length(year, month);
        let day = day.unwrap_or(today.2.min(length));
        (1..=length)
            .contains(&day)
            .then(|| days_since_epoch(year, month, day))
    }
}

/// Month first, unless only the second can be one.
fn month_and_day(a: i64, b: i64) -> (i64, i64) {
    if a > 12 { (b, a) } else { (a, b) }
}

fn full_year((year, width): (i64, usize)) -> Option<i64> {
    match width {
        4 => Some(year),
        2 => Some(year + if year < 69 { 2000 } else { 1900 }),
        _ => None,
    }
}

/// A full name or its first three letters.
fn name_index(word: &str, names: &[&str]) -> Option<i64> {
    names
        .iter()
        .position(|name| *name == word || (word.len() == 3 && name.starts_with(word)))
        .map(|index| index as i64)
}
