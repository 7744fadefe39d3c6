//! A date and a time of day without a zone, and their text in the notation of `strftime`.
//!
//! The text is what Python makes of it on Linux in the locale `C`.

use super::unit::{civil, days_since_epoch, month_length};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Sunday first.
const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Microseconds since 1970 began, on a clock that nobody ever moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil(i64);

impl Civil {
    /// Reads `2024-01-05`, with `10:00`, `10:00:30` or `10:00:30.5` behind a space or `T`. Digits of a second behind
    /// the sixth do not count.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once([' ', 'T', 't']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = date.split('-').map(digits);
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let known = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=month_length(year, month)).contains(&day);
        if !known || parts.next().is_some() {
            return None;
        }
        let mut micros = 0;
        if let Some(time) = time {
            let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
            let mut parts = clock.split(':').map(digits);
            let (hour, minute) = (parts.next()??, parts.next()??);
            let second = parts.next().unwrap_or(Some(0))?;
            if hour > 23 || minute > 59 || second > 59 || parts.next().is_some() {
                return None;
            }
            let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
            micros = ((hour * 60 + minute) * 60 + second) * SECOND + digits(&fraction)?;
        }
        Some(Self(days_since_epoch(year, month, day) * DAY + micros))
    }

    /// Midnight of the same day.
    #[must_use]
    pub fn midnight(self) -> Self {
        Self(self.day() * DAY)
    }

    /// Days since 1 January 1970.
    fn day(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    /// Year, month and day.
    pub fn date(self) -> (i64, i64, i64) {
        civil(self.day())
    }

    /// Hour, minute and second.
    pub fn clock(self) -> (i64, i64, i64) {
        let second = self.0.rem_euclid(DAY) / SECOND;
        (second / 3600, second / 60 % 60, second % 60)
    }

    /// Microseconds within the second.
    pub fn microsecond(self) -> i64 {
        self.0.rem_euclid(SECOND)
    }

    /// Days since Sunday.
    pub fn weekday(self) -> i64 {
        (self.day() + 4).rem_euclid(7)
    }

    /// Seconds since 1970, taken for UTC.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }

    /// The year and the week that ISO 8601 counts this day to.
    fn iso_week(self) -> (i64, i64) {
        // A week belongs to the year that its Thursday is in.
        let thursday = self.day() - (self.weekday() + 6) % 7 + 3;
        let (year, ..) = civil(thursday);
        (year, (thursday - days_since_epoch(year, 1, 1)) / 7 + 1)
    }

    /// The text of a shape such as `%Y-%m-%d`; `utc` says whether it carries the zone UTC, for `%z` and `%Z`.
    pub fn strftime(self, shape: &str, utc: bool) -> String {
        let mut text = String::new();
        let mut rest = shape;
        while let Some((before, directive)) = rest.split_once('%') {
            text.push_str(before);
            // Flags, a width and a letter for other calendars.
            let letters = directive.trim_start_matches(['-', '_', '0', '^', '#']);
            let flags = &directive[..directive.len() - letters.len()];
            let unwide = letters.trim_start_matches(|c: char| c.is_ascii_digit());
            let width = letters[..letters.len() - unwide.len()].parse::<usize>().ok();
            let named = match unwide.strip_prefix(['E', 'O']) {
                Some(named) if !named.is_empty() => named,
                _ => unwide,
            };
            let directives = named.chars().next();
            match directives
                .and_then(|letter| self.directive(letter, flags, width.map(|width| width.min(99)), utc))
            {
                Some(written) => {
                    text.push_str(&written);
                    rest = &named[directives.map_or(0, char::len_utf8)..];
                }
                // What is no directive stays.
                None => {
                    text.push('%');
                    rest = directive;
                }
            }
        }
        text.push_str(rest);
        text
    }

    fn directive(self, letter: char, flags: &str, width: Option<usize>, utc: bool) -> Option<String> {
        let (year, month, day) = self.date();
        let (hour, minute, second) = self.clock();
        let of_year = self.day() - days_since_epoch(year, 1, 1);
        let weekday = self.weekday();
        let twelfth = (hour + 11) % 12 + 1;
        let name = |names: &[&'static str], index: i64| {
            let name = usize::try_from(index).ok().and_then(|index| names.get(index));
            name.copied().unwrap_or_default()
        };
        let short = |name: &'static str| name.get(..3).unwrap_or(name);
        let (number, digits, padding) = match letter {
            'Y' => (year, 1, '0'),
            'C' => (year / 100, 1, '0'),
            'y' => (year % 100, 2, '0'),
            'G' => (self.iso_week().0, 1, '0'),
            'g' => (self.iso_week().0 % 100, 2, '0'),
            'V' => (self.iso_week().1, 2, '0'),
            'm' => (month, 2, '0'),
            'd' => (day, 2, '0'),
            'e' => (day, 2, ' '),
            'H' => (hour, 2, '0'),
            'k' => (hour, 2, ' '),
            'I' => (twelfth, 2, '0'),
            'l' => (twelfth, 2, ' '),
            'M' => (minute, 2, '0'),
            'S' => (second, 2, '0'),
            'f' => (self.microsecond(), 6, '0'),
            'j' => (of_year + 1, 3, '0'),
            'u' => ((weekday + 6) % 7 + 1, 1, '0'),
            'w' => (weekday, 1, '0'),
            'U' => ((of_year + 7 - weekday) / 7, 2, '0'),
            'W' => ((of_year + 7 - (weekday + 6) % 7) / 7, 2, '0'),
            's' => (self.0.div_euclid(SECOND), 1, '0'),
            _ => {
                let half = if hour < 12 { "AM" } else { "PM" };
                let written = match letter {
                    'a' => short(name(&WEEKDAYS, weekday)).to_string(),
                    'A' => name(&WEEKDAYS, weekday).to_string(),
                    'b' | 'h' => short(name(&MONTHS, month - 1)).to_string(),
                    'B' => name(&MONTHS, month - 1).to_string(),
                    'p' if flags.contains('#') => return Some(half.to_lowercase()),
                    'P' => return Some(half.to_lowercase()),
                    'p' => half.to_string(),
                    'c' => self.strftime("%a %b %e %H:%M:%S %Y", utc),
                    'D' | 'x' => self.strftime("%m/%d/%y", utc),
                    'F' => self.strftime("%Y-%m-%d", utc),
                    'r' => self.strftime("%I:%M:%S %p", utc),
                    'R' => self.strftime("%H:%M", utc),
                    'T' | 'X' => self.strftime("%H:%M:%S", utc),
                    'z' if utc => "+0000".to_string(),
                    'Z' if utc => "UTC".to_string(),
                    'z' | 'Z' => String::new(),
                    'n' => "\n".to_string(),
                    't' => "\t".to_string(),
                    '%' => "%".to_string(),
                    _ => return None,
                };
                let wide = match width {
                    Some(width) => format!("{written:>width$}"),
                    None => written,
                };
                return Some(if flags.contains(['^', '#']) {
                    wide.to_uppercase()
                } else {
                    wide
                });
            }
        };
        let mut text = number.to_string();
        let padding = match flags.chars().rfind(|flag| matches!(flag, '-' | '_' | '0')) {
            Some('-') => return Some(text),
            Some('_') => ' ',
            Some(_) => '0',
            None => padding,
        };
        let missing = width.unwrap_or(0).max(digits).saturating_sub(text.len());
        text.insert_str(0, &padding.to_string().repeat(missing));
        Some(text)
    }
}

impl std::fmt::Display for Civil {
    /// `2024-01-05 10:00:30`, with microseconds when there are any.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ((year, month, day), (hour, minute, second)) = (self.date(), self.clock());
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
        )?;
        match self.microsecond() {
            0 => Ok(()),
            fraction => f.write_fmt(format_args!(".{fraction:06}")),
        }
    }
}

/// A number of digits alone.
fn digits(text: &str) -> Option<i64> {
    let plain = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::Civil;

    #[track_caller]
    fn at(text: &str) -> Civil {
        Civil::parse(text).expect("a date")
    }

    #[test]
    fn dates_are_read_and_written() {
        let whole = at("2024-01-05T09:03:07.123456");
        assert_eq!(whole.to_string(), "2024-01-05 09:03:07.123456");
        assert_eq!(whole.midnight().to_string(), "2024-01-05 00:00:00");
        assert_eq!(
            at("1969-12-31 23:59:59.5").to_string(),
            "1969-12-31 23:59:59.500000"
        );
        assert_eq!(at("2024-02-29 10:00"), at("2024-02-29 10:00:00.0000009"));
        for wrong in [
            "",
            "2024",
            "2024-13-01",
            "2023-02-29",
            "2024-01-05 24:00:00",
            "2024-01-05 10",
            "2024-01-05-06",
            "2024-01-05 10:00:00.x",
            "x",
        ] {
            assert_eq!(Civil::parse(wrong), None, "{wrong}");
        }
    }

    /// The right sides are Python's.
    #[test]
    fn shapes_are_filled_as_python_fills_them() {
        let moment = at("2024-01-05 09:03:07.123456");
        for (shape, text) in [
            ("%Y-%m-%d %H:%M:%S.%f", "2024-01-05 09:03:07.123456"),
            ("%a %A %b %B %h", "Fri Friday Jan January Jan"),
            ("%c", "Fri Jan  5 09:03:07 2024"),
            ("%C %D %e", "20 01/05/24  5"),
            ("%g %G %V", "24 2024 01"),
            ("%I %p %P %r %R", "09 AM am 09:03:07 AM 09:03"),
            ("%j %k %l", "005  9  9"),
            ("%s", "1704445387"),
            ("%u %w %U %W", "5 5 00 01"),
            ("%x %X %y", "01/05/24 09:03:07 24"),
            ("%z|%Z|%:z", "||%:z"),
            ("%-d/%-m %_d %-I %-j", "5/1  5 9 5"),
            ("%^a %#p %^B", "FRI am JANUARY"),
            ("%Q %E %N %+ %", "%Q %E %N %+ %"),
            ("%5Y %03d %Ey %Od %_H %0e %-e", "02024 005 24 05  9 05 5"),
            ("%%%n%tä", "%\n\tä"),
        ] {
            assert_eq!(moment.strftime(shape, false), text, "{shape}");
        }
        assert_eq!(moment.strftime("%z|%Z", true), "+0000|UTC");
        let weeks = "%Y %G-W%V-%u %U %W %j %C %y %g %F";
        for (date, text) in [
            ("2021-01-03", "2021 2020-W53-7 01 00 003 20 21 20 2021-01-03"),
            ("2020-12-31", "2020 2020-W53-4 52 52 366 20 20 20 2020-12-31"),
            ("2018-12-31", "2018 2019-W01-1 52 53 365 20 18 19 2018-12-31"),
            ("2027-01-01", "2027 2026-W53-5 00 00 001 20 27 26 2027-01-01"),
            ("0999-01-01", "999 999-W01-2 00 00 001 9 99 99 999-01-01"),
        ] {
            assert_eq!(at(date).strftime(weeks, false), text);
        }
    }
}
