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
const ANSWERS: &str = include_str!("../../../testdata/crons.txt");

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
    assert_eq!(daily.prev(midnight), midnight.plus(-crate::time::DAY));
    assert_eq!(daily.next(midnight.plus(500)), midnight.plus(crate::time::DAY));
    assert_eq!(daily.floor(Timestamp(-1)), Timestamp(-crate::time::DAY));
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
