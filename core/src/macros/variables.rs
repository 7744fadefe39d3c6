//! The predefined time variables: `@start_ds`, `@end_ts`, `@execution_epoch` and their kin.
//!
//! In: an interval and an execution time. Out: nine forms for each prefix (`start_`, `end_`, `execution_`, and
//! `latest_`, an older name of `execution_`), spelled for a dialect. An end is inclusive: the last microsecond.

use serde_json::Value;

use super::MacroValue;
use crate::sql::dialect::{Dialect, Language};
use crate::time::{DAY, Timestamp};

/// The dates that a text is rendered for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dates {
    /// Begin of the interval; the epoch when not given.
    pub start: Option<Timestamp>,
    /// End of the interval, exclusive; one day after the epoch when not given.
    pub end: Option<Timestamp>,
    /// Time of execution; the epoch when not given.
    pub execution: Option<Timestamp>,
}

/// Suffixes of the date variables.
pub const SUFFIXES: [&str; 9] = [
    "ds", "ts", "tstz", "date", "dt", "dtntz", "epoch", "millis", "hour",
];

/// Prefixes of the date variables.
pub const PREFIXES: [&str; 4] = ["start_", "end_", "execution_", "latest_"];

/// True for the lower-case name of a date variable.
pub fn is_date_variable(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| {
        name.strip_prefix(prefix)
            .is_some_and(|suffix| SUFFIXES.contains(&suffix))
    })
}

/// An instant in microseconds: ends are one microsecond before midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Instant {
    /// Whole milliseconds since the epoch.
    pub millis: i64,
    /// True when it is the last microsecond (T-SQL: the last 100 nanoseconds) before `millis`.
    pub just_before: bool,
}

/// The value of a date variable by its lower-case name. Made when it is asked for: there are three dozen of them, and
/// most texts use none.
pub fn date_variable(name: &str, dates: &Dates, dialect: Dialect) -> Option<MacroValue> {
    let (prefix, suffix) = name.split_at(name.find('_')? + 1);
    let suffix = SUFFIXES.iter().find(|known| **known == suffix)?;
    let instants = instants(dates);
    let (_, instant) = instants.iter().find(|(known, _)| *known == prefix)?;
    Some(value(suffix, *instant, dialect))
}

/// The lower-case names of all date variables.
pub fn date_names() -> impl Iterator<Item = String> {
    PREFIXES
        .iter()
        .flat_map(|prefix| SUFFIXES.iter().map(move |suffix| format!("{prefix}{suffix}")))
}

/// The instant that each prefix stands for.
pub(super) fn instants(dates: &Dates) -> [(&'static str, Instant); 4] {
    let at = |moment: Option<Timestamp>| Instant {
        millis: moment.unwrap_or_default().millis(),
        just_before: false,
    };
    let end = Instant {
        millis: dates.end.map_or(DAY, Timestamp::millis),
        just_before: true,
    };
    let execution = at(dates.execution);
    [
        ("start_", at(dates.start)),
        ("end_", end),
        ("execution_", execution),
        ("latest_", execution),
    ]
}

/// An instant as text, `YYYY-MM-DD HH:MM:SS[.ffffff]`. An exclusive end becomes the last instant before it.
pub fn boundary_text(at: Timestamp, is_end: bool, dialect: Dialect) -> String {
    let instant = Instant {
        millis: at.millis(),
        just_before: is_end,
    };
    instant.text(dialect)
}

impl Instant {
    /// `YYYY-MM-DD HH:MM:SS[.ffffff]`.
    pub(super) fn text(self, dialect: Dialect) -> String {
        let fraction = self.millis.rem_euclid(1000);
        if !self.just_before {
            let whole = Timestamp(self.millis).datetime_text();
            return match fraction {
                0 => whole,
                _ => format!("{whole}.{fraction:03}000"),
            };
        }
        let before = self.millis.saturating_sub(1);
        let whole = Timestamp(before).datetime_text();
        let fraction = before.rem_euclid(1000);
        match dialect.language() {
            Language::TSql => format!("{whole}.{fraction:03}999999"),
            _ => format!("{whole}.{fraction:03}999"),
        }
    }

    /// Whole milliseconds; T-SQL's last nanosecond rounds up to the next.
    fn millis(self, dialect: Dialect) -> i64 {
        match (self.just_before, dialect.language()) {
            (true, language) if language != Language::TSql => self.millis.saturating_sub(1),
            _ => self.millis,
        }
    }

    fn has_fraction(self) -> bool {
        self.just_before || self.millis.rem_euclid(1000) != 0
    }

    fn date(self) -> String {
        let millis = self.millis.saturating_sub(i64::from(self.just_before));
        Timestamp(millis).date_text()
    }
}

fn value(suffix: &str, instant: Instant, dialect: Dialect) -> MacroValue {
    let text = instant.text(dialect);
    match suffix {
        "ds" => MacroValue::text(instant.date()),
        "ts" => MacroValue::text(text),
        "tstz" => MacroValue::text(format!("{text}+00:00")),
        "date" => MacroValue::sql(match dialect.language() {
            Language::ClickHouse => format!("toDate('{}')", instant.date()),
            _ => format!("CAST('{}' AS DATE)", instant.date()),
        }),
        "dt" => MacroValue::sql(zoned(&text, instant.has_fraction(), dialect)),
        "dtntz" => MacroValue::sql(match dialect.language() {
            Language::MySql if instant.has_fraction() => format!("CAST('{text}' AS DATETIME(6))"),
            Language::BigQuery | Language::MySql => format!("CAST('{text}' AS DATETIME)"),
            Language::TSql => format!("CAST('{text}' AS DATETIME2)"),
            Language::Fabric => format!("CAST('{text}' AS DATETIME2(6))"),
            Language::ClickHouse => format!("CAST('{text}' AS DateTime64(6))"),
            Language::Trino | Language::Presto | Language::Athena if instant.has_fraction() => {
                format!("CAST('{text}' AS TIMESTAMP(6))")
            }
            _ => format!("CAST('{text}' AS TIMESTAMP)"),
        }),
        "epoch" => {
            #[expect(clippy::cast_precision_loss, reason = "as SQLMesh computes it")]
            let seconds = instant.millis(dialect) as f64 / 1000.0;
            MacroValue::Plain(Value::from(seconds))
        }
        "millis" => MacroValue::Plain(Value::from(instant.millis(dialect))),
        _ => {
            let millis = instant.millis.saturating_sub(i64::from(instant.just_before));
            MacroValue::Plain(Value::from(millis.rem_euclid(DAY) / 3_600_000))
        }
    }
}

fn zoned(text: &str, fraction: bool, dialect: Dialect) -> String {
    match dialect.language() {
        Language::BigQuery | Language::Spark | Language::Spark2 | Language::Hive | Language::Databricks => {
            format!("CAST('{text}+00:00' AS TIMESTAMP)")
        }
        Language::Trino | Language::Presto | Language::Athena if fraction => {
            format!("CAST('{text}+00:00' AS TIMESTAMP(6) WITH TIME ZONE)")
        }
        Language::Trino | Language::Presto | Language::Athena | Language::Redshift => {
            format!("CAST('{text}+00:00' AS TIMESTAMP WITH TIME ZONE)")
        }
        Language::TSql => format!("CAST('{text}+00:00' AS DATETIMEOFFSET) AT TIME ZONE 'UTC'"),
        Language::Fabric => {
            format!("CAST('{text}+00:00' AS DATETIME2(6)) AT TIME ZONE 'UTC'")
        }
        Language::MySql => format!("TIMESTAMP('{text}+00:00')"),
        Language::ClickHouse => format!("CAST('{text}' AS DateTime64(6, 'UTC'))"),
        _ => format!("CAST('{text}+00:00' AS TIMESTAMPTZ)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expect: &str) {
        // 2024-01-05 up to and including 2024-01-06; executed on 2024-01-10 03:04:05.
        let dates = Dates {
            start: Some(Timestamp(1_704_412_800_000)),
            end: Some(Timestamp(1_704_585_600_000)),
            execution: Some(Timestamp(1_704_855_845_000)),
        };
        let value = date_variable(name, &dates, Dialect::DuckDb);
        let value = value.map(|value| value.to_sql(Dialect::DuckDb));
        assert_eq!(value.as_deref(), Some(expect));
    }

    #[test]
    fn forms_of_start_and_end() {
        check("start_ds", "'2024-01-05'");
        check("end_ds", "'2024-01-06'");
        check("start_ts", "'2024-01-05 00:00:00'");
        check("end_ts", "'2024-01-06 23:59:59.999999'");
        check("end_tstz", "'2024-01-06 23:59:59.999999+00:00'");
        check("start_date", "CAST('2024-01-05' AS DATE)");
        check("start_dt", "CAST('2024-01-05 00:00:00+00:00' AS TIMESTAMPTZ)");
        check("end_dtntz", "CAST('2024-01-06 23:59:59.999999' AS TIMESTAMP)");
        check("start_epoch", "1704412800.0");
        check("end_epoch", "1704585599.999");
        check("end_millis", "1704585599999");
        check("start_hour", "0");
        check("end_hour", "23");
        check("execution_ts", "'2024-01-10 03:04:05'");
        check("latest_ds", "'2024-01-10'");
    }

    #[test]
    fn names_are_known() {
        assert!(is_date_variable("start_dtntz"));
        assert!(!is_date_variable("start_day"));
        for name in date_names() {
            assert!(is_date_variable(&name));
            assert!(date_variable(&name, &Dates::default(), Dialect::DuckDb).is_some());
        }
        for name in ["start_day", "start", "starting_ds", "ds", ""] {
            assert_eq!(date_variable(name, &Dates::default(), Dialect::DuckDb), None);
        }
    }
}
