//! What each function's result is, by dialect: observed by asking SQLGlot 30.8 for the type of a call with
//! arguments of many types. A function that is not here has no known type, in the reference as well.

use std::cmp::Ordering;
use std::sync::OnceLock;

use super::super::dialect::{Dialect, Language};
use super::kind::TypeKind as K;

/// How a result follows from the arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Nothing is known.
    Unknown,
    /// Always this.
    Fixed(K),
    /// A decimal of this precision and scale.
    Decimal(u32, u32),
    /// An array of these.
    ArrayFixed(K),
    /// As the first argument.
    First,
    /// As the second argument.
    Second,
    /// As the third argument.
    Third,
    /// What all arguments have in common.
    Common,
    /// As an operator between the first two arguments.
    Binary,
    /// A condition, then what the branches have in common.
    Branches,
    /// An array of what the arguments have in common.
    ArrayOf,
    /// The element of the first argument.
    Element,
    /// Whole numbers become `BIGINT`, fractions `DOUBLE`, all else stays.
    Sum,
    /// Whole numbers become `DOUBLE`, all else stays.
    Fractional,
    /// `DATETIME` for a moment in time, else nothing.
    Datetime,
}

use Rule as R;

// `RULES`, and where the table of each dialect is: see `packed_rules` in `build.rs`.
include!(concat!(env!("OUT_DIR"), "/functions.rs"));

/// The rule of a function; the name is in upper case.
pub(super) fn rule(dialect: Dialect, name: &str) -> Rule {
    use Language as L;
    let own = match dialect.language() {
        L::DuckDb => DUCKDB,
        L::Postgres | L::Materialize | L::RisingWave => POSTGRES,
        L::Redshift => REDSHIFT,
        L::Snowflake => SNOWFLAKE,
        L::BigQuery => BIGQUERY,
        L::Databricks | L::Spark | L::Spark2 | L::Hive => DATABRICKS,
        L::Trino | L::Presto | L::Athena | L::Dune => TRINO,
        L::MySql | L::StarRocks | L::Doris => MYSQL,
        L::TSql | L::Fabric => TSQL,
        L::ClickHouse => CLICKHOUSE,
        _ => (0, 0),
    };
    let plain = dialect.typing() == L::Generic;
    let common = || find(COMMON, name).map(|(rule, _)| rule);
    match find(own, name) {
        // The kinds of timestamps are the dialect's alone.
        Some((rule, true)) if plain => common().unwrap_or(match rule {
            R::Fixed(K::TimestampTz | K::TimestampLtz | K::TimestampNtz | K::Datetime) => {
                R::Fixed(K::Timestamp)
            }
            _ => R::Unknown,
        }),
        Some((rule, _)) => rule,
        None => common().unwrap_or(R::Unknown),
    }
}

/// All tables.
fn tables() -> &'static [u8] {
    static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/functions.deflate"));
    static UNPACKED: OnceLock<Vec<u8>> = OnceLock::new();
    UNPACKED.get_or_init(|| miniz_oxide::inflate::decompress_to_vec(PACKED).unwrap_or_default())
}

/// Searches a table: names in order, behind each the number of its rule with the highest bit set. A star before the
/// number says that the type of this function is the dialect's own: the generic rules know another or none.
fn find((start, end): (usize, usize), name: &str) -> Option<(Rule, bool)> {
    let table = tables().get(start..end)?;
    let (mut low, mut high) = (0, table.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let before = table[low..middle].iter().rposition(|byte| !byte.is_ascii());
        let start = before.map_or(low, |at| low + at + 1);
        let end = start + table[start..].iter().position(|byte| !byte.is_ascii())?;
        let stored = &table[start..end];
        let known = stored.strip_suffix(b"*").unwrap_or(stored);
        match name.as_bytes().cmp(known) {
            Ordering::Less => high = start,
            Ordering::Greater => low = end + 1,
            Ordering::Equal => {
                let rule = RULES.get(usize::from(table[end] & 0x7f)).copied()?;
                return Some((rule, known.len() < stored.len()));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every name of the source is found where it was written, and nothing else.
    #[test]
    fn tables_hold_what_the_source_says() {
        let tables = [
            ("common", COMMON),
            ("duckdb", DUCKDB),
            ("postgres", POSTGRES),
            ("redshift", REDSHIFT),
            ("snowflake", SNOWFLAKE),
            ("bigquery", BIGQUERY),
            ("databricks", DATABRICKS),
            ("trino", TRINO),
            ("mysql", MYSQL),
            ("tsql", TSQL),
            ("clickhouse", CLICKHOUSE),
        ];
        let mut table = COMMON;
        let (mut rule, mut count) = (String::new(), 0);
        for line in include_str!("rules.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
        {
            if let Some(name) = line.strip_prefix('[') {
                let known = tables
                    .iter()
                    .find(|(known, _)| *known == name.trim_end_matches(']'));
                table = known.expect("a dialect").1;
                continue;
            }
            let names = match line.split_once(": ") {
                Some((head, names)) => {
                    rule = match head.split_once(' ') {
                        Some((rule, arguments)) => format!("{rule}({})", arguments.replace(' ', ", ")),
                        None => head.to_string(),
                    };
                    names
                }
                None => line,
            };
            for name in names.split_whitespace() {
                let (plain, typed_here) = match name.strip_suffix('*') {
                    Some(plain) => (plain, true),
                    None => (name, false),
                };
                let found = find(table, plain).map(|(rule, star)| (format!("{rule:?}"), star));
                assert_eq!(found, Some((rule.clone(), typed_here)), "{name}");
                count += 1;
            }
        }
        assert!(count > 900, "{count}");
        assert_eq!(rule_of("ABS"), Rule::First);
        for name in ["", "A", "ABSA", "ZZZ", "abs", "\u{e4}"] {
            assert_eq!(rule_of(name), Rule::Unknown, "{name}");
        }
    }

    /// What the reference says of these calls in queries over tables that it does not know.
    #[test]
    fn plain_types_follow_the_common_rules() {
        for (dialect, name, own, plain) in [
            (Dialect::MySql, "MONTH", R::Fixed(K::Int), R::Fixed(K::TinyInt)),
            (Dialect::MySql, "CURDATE", R::Fixed(K::Date), R::Fixed(K::Date)),
            (Dialect::BigQuery, "JSON_VALUE", R::Fixed(K::Varchar), R::Unknown),
            (
                Dialect::Snowflake,
                "TO_TIMESTAMP_NTZ",
                R::Fixed(K::TimestampNtz),
                R::Fixed(K::Timestamp),
            ),
        ] {
            assert_eq!(rule(dialect, name), own, "{name}");
            assert_eq!(rule(dialect.with_plain_types(), name), plain, "{name}");
        }
    }

    fn rule_of(name: &str) -> Rule {
        rule(Dialect::Generic, name)
    }
}
