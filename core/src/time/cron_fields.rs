//! The fields of a cron text as sets, and the search for ticks in one evenly running (local) time.
//!
//! In: the lower-case text. Out: which local seconds tick. Zones are the business of `cron`.

use super::cron::CronError;

/// Sets of allowed values as bits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields {
    seconds: u64,
    minutes: u64,
    hours: u64,
    months: u64,
    days: Days,
    weekdays: Weekdays,
}

/// Days of the month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Days {
    /// The field is `*`: it does not restrict.
    any: bool,
    /// The field begins with `*`.
    from_star: bool,
    set: u64,
    /// `L`: the last day.
    last: bool,
    /// `15W`: the weekday nearest to that day, in the same month.
    nearest_weekday: Option<i64>,
}

/// Days of the week, Sunday is 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Weekdays {
    any: bool,
    /// The field begins with `*`.
    from_star: bool,
    set: u64,
    /// (weekday, n): the n-th of the month; 0 stands for the last.
    nth: Vec<(i64, i64)>,
}

/// One field's allowed range and names.
struct Range {
    name: &'static str,
    low: i64,
    high: i64,
    words: &'static [&'static str],
}

const MINUTE: Range = Range {
    name: "minute",
    low: 0,
    high: 59,
    words: &[],
};
const HOUR: Range = Range {
    name: "hour",
    low: 0,
    high: 23,
    words: &[],
};
const DAY: Range = Range {
    name: "day of month",
    low: 1,
    high: 31,
    words: &[],
};
const MONTH: Range = Range {
    name: "month",
    low: 1,
    high: 12,
    words: &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
};
const WEEKDAY: Range = Range {
    name: "day of week",
    low: 0,
    high: 6,
    words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};
const SECOND: Range = Range {
    name: "second",
    low: 0,
    high: 59,
    words: &[],
};

/// Reads five or six fields; a seventh (the year) may only be `*`. `shown` is the text for messages.
pub(super) fn parse_fields(shown: &str, expression: &str) -> Result<Fields, CronError> {
    let parts: Vec<&str> = expression.split_whitespace().collect();
    let (minute, hour, day, month, weekday, rest) = match parts.as_slice() {
        [minute, hour, day, month, weekday, rest @ ..] if rest.len() <= 2 => {
            (*minute, *hour, *day, *month, *weekday, rest)
        }
        _ => {
            return Err(CronError::new(
                format!("Invalid cron expression `{shown}`: it has {} fields", parts.len()),
                "Write five fields: minute, hour, day of month, month, day of week (and seconds as a sixth).",
            ));
        }
    };
    if rest.get(1).is_some_and(|year| *year != "*") {
        return Err(CronError::new(
            format!("Invalid cron expression `{shown}`: a year cannot be given"),
            "Use the model's `start` and `end` instead.",
        ));
    }
    let context = Context { shown };
    Ok(Fields {
        seconds: match rest.first() {
            Some(second) => context.set(second, &SECOND)?.0,
            None => 1,
        },
        minutes: context.set(minute, &MINUTE)?.0,
        hours: context.set(hour, &HOUR)?.0,
        months: context.set(month, &MONTH)?.0,
        days: context.days(day)?,
        weekdays: context.weekdays(weekday)?,
    })
}

struct Context<'a> {
    shown: &'a str,
}

impl Context<'_> {
    fn error(&self, range: &Range, what: impl std::fmt::Display) -> CronError {
        CronError::new(
            format!(
                "Invalid cron expression `{}`: {} in the {} field",
                self.shown, what, range.name
            ),
            format!(
                "The {} takes `*`, numbers from {} to {}, ranges `a-b`, steps `/n` and lists with commas.",
                range.name, range.low, range.high
            ),
        )
    }

    fn days(&self, field: &str) -> Result<Days, CronError> {
        if field == "?" {
            return self.days("*");
        }
        if let Some(day) = field
            .strip_suffix('w')
            .filter(|day| !day.contains(['l', ',', '-', '/']))
        {
            return Ok(Days {
                nearest_weekday: Some(self.number(day, &DAY)?),
                ..Days::default()
            });
        }
        let (last, others): (Vec<&str>, Vec<&str>) = field.split(',').partition(|item| *item == "l");
        let (set, any) = match others.is_empty() {
            true => (0, false),
            false => self.set(&others.join(","), &DAY)?,
        };
        Ok(Days {
            any,
            from_star: field.starts_with('*'),
            set,
            last: !last.is_empty(),
            nearest_weekday: None,
        })
    }

    fn weekdays(&self, field: &str) -> Result<Weekdays, CronError> {
        if field == "?" {
            return self.weekdays("*");
        }
        let mut nth = Vec::new();
        let mut others = Vec::new();
        for item in field.split(',') {
            if let Some((weekday, number)) = item.split_once('#') {
                let weekday = self.number(weekday, &WEEKDAY)?;
                match number.parse::<i64>() {
                    Ok(number) if (1..=5).contains(&number) => nth.push((weekday, number)),
                    _ => return Err(self.error(&WEEKDAY, format_args!("`{item}`"))),
                }
            } else if let Some(weekday) = item.strip_prefix('l') {
                nth.push((self.number(weekday, &WEEKDAY)?, 0));
            } else {
                others.push(item);
            }
        }
        if !nth.is_empty() && !others.is_empty() {
            return Err(self.error(&WEEKDAY, "plain days mixed with `#` or `L`"));
        }
        let (set, any) = match nth.is_empty() {
            true => self.set(field, &WEEKDAY)?,
            false => (0, false),
        };
        Ok(Weekdays {
            any,
            from_star: field.starts_with('*'),
            set,
            nth,
        })
    }

    /// The values of a field, and whether it does not restrict at all.
    fn set(&self, field: &str, range: &Range) -> Result<(u64, bool), CronError> {
        let mut set = 0_u64;
        let mut any = false;
        for item in field.split(',') {
            let (base, step) = match item.split_once('/') {
                Some((base, step)) => match step.parse::<i64>() {
                    Ok(step) if step > 0 && step.to_string().len() <= 9 => (base, Some(step)),
                    _ => return Err(self.error(range, format_args!("step `{step}`"))),
                },
                None => (item, None),
            };
            let (low, high) = if base == "*" {
                (range.low, range.high)
            } else if let Some((low, high)) = base.split_once('-') {
                (self.number(low, range)?, self.upper(high, range)?)
            } else {
                let low = self.number(base, range)?;
                (low, if step.is_some() { range.high } else { low })
            };
            any |= base == "*" && step.is_none();
            let step = step.unwrap_or(1);
            // A range that runs backwards goes over the end: `22-2`; one of equal ends written as `5-5` is whole.
            let width = range.high - range.low + 1;
            let span = if low < high || !base.contains('-') {
                high - low
            } else {
                high + width - low
            };
            let span = span.min(low + width - 1 - low);
            let mut offset = 0;
            while offset <= span {
                let value = range.low + (low - range.low + offset) % width;
                set |= 1 << value;
                offset += step;
            }
        }
        Ok((set, any))
    }

    fn number(&self, text: &str, range: &Range) -> Result<i64, CronError> {
        let value = self.upper(text, range)?;
        Ok(if range.name == WEEKDAY.name {
            value % 7
        } else {
            value
        })
    }

    /// Like `number`, but a week's end may be Sunday as 7.
    fn upper(&self, text: &str, range: &Range) -> Result<i64, CronError> {
        if let Some(index) = range.words.iter().position(|word| *word == text) {
            return Ok(range.low + index as i64);
        }
        let all_digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
        let value = all_digits.then(|| text.parse::<i64>().ok()).flatten();
        let high = if range.name == WEEKDAY.name { 7 } else { range.high };
        match value {
            Some(value) if (range.low..=high).contains(&value) => Ok(value),
            _ => Err(self.error(range, format_args!("`{text}`"))),
        }
    }
}

impl Fields {
    /// The first ticking second after `second`, looking at no more than `days` days.
    pub(super) fn tick_after(&self, second: i64, days: i64) -> Option<i64> {
        let start = second + 1;
        let (first, time) = (start.div_euclid(DAY_SECONDS), start.rem_euclid(DAY_SECONDS));
        let mut day = first;
        while day <= first + days {
            let date = Date::of(day);
            if !has(self.months, date.month) {
                day += date.length - date.day + 1;
                continue;
            }
            if self.day_ticks(&date)
                && let Some(time) = self.time_at_or_after(if day == first { time } else { 0 })
            {
                return Some(day * DAY_SECONDS + time);
            }
            day += 1;
        }
        None
    }

    /// The last ticking second before `second`, looking at no more than `days` days.
    pub(super) fn tick_before(&self, second: i64, days: i64) -> Option<i64> {
        let end = second - 1;
        let (first, time) = (end.div_euclid(DAY_SECONDS), end.rem_euclid(DAY_SECONDS));
        let mut day = first;
        while day >= first - days {
            let date = Date::of(day);
            if !has(self.months, date.month) {
                day -= date.day;
                continue;
            }
            if self.day_ticks(&date)
                && let Some(time) = self.time_at_or_before(if day == first { time } else { DAY_SECONDS - 1 })
            {
                return Some(day * DAY_SECONDS + time);
            }
            day -= 1;
        }
        None
    }

    /// The first allowed second of a minute.
    pub(super) fn first_second(&self) -> i64 {
        at_or_after(self.seconds, 0).unwrap_or(0)
    }

    /// Whether any minute of this local hour may tick.
    pub(super) fn has_hour_of(&self, local_second: i64) -> bool {
        has(self.hours, local_second.rem_euclid(DAY_SECONDS) / 3600)
    }

    fn day_ticks(&self, date: &Date) -> bool {
        if let Some(day) = self.days.nearest_weekday {
            return date.day == nearest_weekday(date, day);
        }
        let by_day = has(self.days.set, date.day) || (self.days.last && date.day == date.length);
        if !self.weekdays.nth.is_empty() {
            let by_nth = self.weekdays.nth.iter().any(|(weekday, nth)| {
                *weekday == date.weekday
                    && match nth {
                        0 => date.day + 7 > date.length,
                        nth => (date.day - 1) / 7 + 1 == *nth,
                    }
            });
            // croniter then looks at no day of the month (and fails where the two cannot meet).
            return by_nth;
        }
        let by_weekday = has(self.weekdays.set, date.weekday);
        match (self.days.any, self.weekdays.any) {
            (true, true) => true,
            (true, false) => by_weekday,
            (false, true) => by_day,
            // Beside a field that begins with `*`, one that allows everything restricts nothing.
            (false, false) if self.days.from_star && self.weekdays.set.count_ones() == 7 => by_day,
            (false, false) if self.weekdays.from_star && self.days.set.count_ones() == 31 => by_weekday,
            // Two restrictions: either is enough.
            (false, false) => by_day || by_weekday,
        }
    }

    fn time_at_or_after(&self, time: i64) -> Option<i64> {
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let first = |set| at_or_after(set, 0);
        if has(self.hours, hour) {
            if has(self.minutes, minute)
                && let Some(second) = at_or_after(self.seconds, second)
            {
                return Some(hour * 3600 + minute * 60 + second);
            }
            if let Some(minute) = at_or_after(self.minutes, minute + 1) {
                return Some(hour * 3600 + minute * 60 + first(self.seconds)?);
            }
        }
        let hour = at_or_after(self.hours, hour + 1)?;
        Some(hour * 3600 + first(self.minutes)? * 60 + first(self.seconds)?)
    }

    fn time_at_or_before(&self, time: i64) -> Option<i64> {
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let last = |set| at_or_before(set, 63);
        if has(self.hours, hour) {
            if has(self.minutes, minute)
                && let Some(second) = at_or_before(self.seconds, second)
            {
                return Some(hour * 3600 + minute * 60 + second);
            }
            if let Some(minute) = at_or_before(self.minutes, minute - 1) {
                return Some(hour * 3600 + minute * 60 + last(self.seconds)?);
            }
        }
        let hour = at_or_before(self.hours, hour - 1)?;
        Some(hour * 3600 + last(self.minutes)? * 60 + last(self.seconds)?)
    }
}

const DAY_SECONDS: i64 = 86_400;

fn has(set: u64, value: i64) -> bool {
    (0..64).contains(&value) && set & (1 << value) != 0
}

fn at_or_after(set: u64, value: i64) -> Option<i64> {
    (value.max(0)..64).find(|value| has(set, *value))
}

fn at_or_before(set: u64, value: i64) -> Option<i64> {
    (0..=value.min(63)).rev().find(|value| has(set, *value))
}

/// A date with what the rules ask of it.
struct Date {
    month: i64,
    day: i64,
    /// Days of its month.
    length: i64,
    /// Sunday is 0.
    weekday: i64,
}

impl Date {
    fn of(days_since_epoch: i64) -> Self {
        let (year, month, day) = super::unit::civil(days_since_epoch);
        Self {
            month,
            day,
            length: super::unit::month_length(year, month),
            // 1 January 1970 was a Thursday.
            weekday: (days_since_epoch + 4).rem_euclid(7),
        }
    }
}

/// The working day nearest to `day` without leaving the month; a day past its end means its last day.
fn nearest_weekday(date: &Date, day: i64) -> i64 {
    let day = day.min(date.length);
    match (date.weekday + day - date.day).rem_euclid(7) {
        6 if day > 1 => day - 1,
        6 => day + 2,
        0 if day < date.length => day + 1,
        0 => day - 2,
        _ => day,
    }
}
