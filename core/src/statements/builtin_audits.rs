//! The built-in audits as SQL: each returns the rows that are wrong.
//!
//! In: the name, the arguments as SQL texts, and what stands after FROM. Two audits that compare distributions
//! (`chi_square`, `kl_divergence`) are not written here.

use crate::ordered::IndexMap;

use crate::model::value::items;
use crate::sql::{Dialect, Language};

/// Arguments of one audit.
struct Arguments<'a> {
    given: &'a IndexMap<String, String>,
    dialect: Dialect,
}

impl Arguments<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str).map(str::trim)
    }

    /// The elements of a list; one expression is a list of one.
    fn list(&self, name: &str) -> Option<Vec<String>> {
        let text = self.text(name)?;
        let list = items(text, self.dialect);
        Some(match list.is_empty() {
            true => vec![text.to_string()],
            false => list,
        })
    }

    fn number(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.eq_ignore_ascii_case("null"))
    }

    /// Conditions that hold outside of `min_v` … `max_v`.
    fn outside(&self, value: &str) -> String {
        let inclusive = !self
            .text("inclusive")
            .is_some_and(|text| text.eq_ignore_ascii_case("false"));
        let (below, above) = if inclusive { ("<", ">") } else { ("<=", ">=") };
        let low = self
            .number("min_v")
            .map(|bound| format!("{value} {below} {bound}"));
        let high = self
            .number("max_v")
            .map(|bound| format!("{value} {above} {bound}"));
        let both: Vec<String> = low.into_iter().chain(high).collect();
        match both.is_empty() {
            true => "FALSE".to_string(),
            false => format!("({})", both.join(" OR ")),
        }
    }

    fn matches(&self, value: &str, pattern: &str) -> String {
        match self.dialect.language() {
            Language::DuckDb => format!("REGEXP_MATCHES({value}, {pattern})"),
            Language::Postgres | Language::Redshift | Language::RisingWave => format!("{value} ~ {pattern}"),
            Language::BigQuery => format!("REGEXP_CONTAINS({value}, {pattern})"),
            Language::Spark | Language::Spark2 | Language::Databricks | Language::Hive => {
                format!("{value} RLIKE {pattern}")
            }
            Language::ClickHouse => format!("match({value}, {pattern})"),
            _ => format!("REGEXP_LIKE({value}, {pattern})"),
        }
    }
}

fn any(conditions: impl IntoIterator<Item = String>) -> String {
    let all: Vec<String> = conditions.into_iter().collect();
    format!("({})", all.join(" OR "))
}

/// The query of a built-in audit; `None` when an argument is missing or the audit is not known here. `from` is
/// a table or a subquery with its alias.
pub(super) fn query(
    name: &str,
    given: &IndexMap<String, String>,
    from: &str,
    dialect: Dialect,
) -> Option<String> {
    let name = name.strip_suffix("_non_blocking").unwrap_or(name);
    let arguments = Arguments { given, dialect };
    let condition = arguments.text("condition").unwrap_or("TRUE");
    let rows = |wrong: String| Some(format!("SELECT * FROM {from} WHERE {wrong} AND ({condition})"));
    let column = || arguments.text("column");
    let of_one = |value: String, wrong: String| {
        Some(format!(
            "SELECT * FROM (SELECT {value} FROM {from} WHERE {condition}) AS q WHERE {wrong}"
        ))
    };
    let pattern = |text: &str| match dialect.language() {
        // Where the backslash is an escape inside of texts.
        Language::Snowflake | Language::Spark | Language::Spark2 | Language::Databricks | Language::MySql => {
            text.replace('\\', "\\\\")
        }
        Language::BigQuery => format!("r{text}"),
        _ => text.to_string(),
    };
    match name {
        "not_null" => {
            let columns = arguments.list("columns")?;
            rows(any(columns.iter().map(|column| format!("{column} IS NULL"))))
        }
        "unique_values" => {
            let columns = arguments.list("columns")?;
            let ranks = columns.iter().enumerate().map(|(at, column)| {
                format!("ROW_NUMBER() OVER (PARTITION BY {column} ORDER BY {column}) AS rank_{at}")
            });
            let ranks: Vec<String> = ranks.collect();
            let wrong = any((0..columns.len()).map(|at| format!("rank_{at} > 1")));
            of_one(ranks.join(", "), wrong)
        }
        "unique_combination_of_columns" => {
            let columns = arguments.list("columns")?.join(", ");
            Some(format!(
                "SELECT {columns} FROM {from} WHERE {condition} GROUP BY {columns} HAVING COUNT(*) > 1"
            ))
        }
        "accepted_values" => rows(format!("{} NOT IN {}", column()?, tuple(&arguments)?)),
        "not_accepted_values" => rows(format!("{} IN {}", column()?, tuple(&arguments)?)),
        "number_of_rows" => {
            let threshold = arguments.text("threshold")?;
            Some(format!(
                "SELECT COUNT(*) AS n FROM {from} WHERE {condition} HAVING COUNT(*) <= {threshold}"
            ))
        }
        "forall" => {
            let criteria = arguments.list("criteria")?;
            rows(any(criteria.iter().map(|one| format!("NOT ({one})"))))
        }
        "accepted_range" => rows(arguments.outside(column()?)),
        "string_length_between" => rows(arguments.outside(&format!("LENGTH({})", column()?))),
        "string_length_equal" => rows(format!("LENGTH({}) <> {}", column()?, arguments.text("v")?)),
        "mean_in_range" => of_one(format!("AVG({}) AS mean", column()?), arguments.outside("mean")),
        "stddev_in_range" => of_one(
            format!("STDDEV({}) AS deviation", column()?),
            arguments.outside("deviation"),
        ),
        "at_least_one" => Some(format!(
            "SELECT 1 AS n FROM {from} WHERE {condition} HAVING COUNT({}) = 0 AND COUNT(*) > 0",
            column()?
        )),
        "not_constant" => of_one(
            format!("COUNT(DISTINCT {}) AS n", column()?),
            "n <= 1".to_string(),
        ),
        "not_empty_string" => rows(format!("{} = ''", column()?)),
        "not_null_proportion" => {
            let threshold = arguments.text("threshold")?;
            of_one(
                format!("COUNT(*) AS total, COUNT({}) AS filled", column()?),
                format!("filled <= total * {threshold}"),
            )
        }
        "sequential_values" => {
            let (column, step) = (column()?, arguments.text("interval").unwrap_or("1"));
            of_one(
                format!("{column} AS value, LAG({column}) OVER (ORDER BY {column}) AS before"),
                format!("NOT (value = before + {step})"),
            )
        }
        "valid_uuid" => {
            let shape = "'^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'";
            let value = format!("LOWER({})", column()?);
            rows(format!("NOT {}", arguments.matches(&value, &pattern(shape))))
        }
        "valid_url" => {
            let shape = r"'^(https?|ftp)://[^\s/$.?#].[^\s]*$'";
            rows(format!("NOT {}", arguments.matches(column()?, &pattern(shape))))
        }
        "valid_email" => {
            let shape = r"'^[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+$'";
            rows(format!("NOT {}", arguments.matches(column()?, &pattern(shape))))
        }
        "valid_http_method" => Some(format!(
            "SELECT * FROM {from} WHERE {} NOT IN ('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', \
             'TRACE', 'CONNECT')",
            column()?
        )),
        "match_regex_pattern_list"
        | "not_match_regex_pattern_list"
        | "match_like_pattern_list"
        | "not_match_like_pattern_list" => {
            let column = column()?;
            let found = any(arguments
                .list("patterns")?
                .iter()
                .map(|pattern| match name.contains("regex") {
                    true => arguments.matches(column, pattern),
                    false => format!("{column} LIKE {pattern}"),
                }));
            match name.starts_with("not_") {
                true => rows(found),
                false => rows(format!("NOT {found}")),
            }
        }
        "mutually_exclusive_ranges" => {
            let (lower, upper) = (
                arguments.text("lower_bound_column")?,
                arguments.text("upper_bound_column")?,
            );
            let partition = arguments
                .text("partition_clause")
                .filter(|text| !text.eq_ignore_ascii_case("false"))
                .map(|text| format!("{text} "))
                .unwrap_or_default();
            of_one(
                format!(
                    "{lower} AS lower_bound, {upper} AS upper_bound, LEAD({lower}) OVER ({partition}ORDER BY {lower}, \
                     {upper}) AS next_lower_bound"
                ),
                "lower_bound IS NULL OR upper_bound IS NULL OR lower_bound > upper_bound OR upper_bound > next_lower_bound"
                    .to_string(),
            )
        }
        "z_score" => {
            let (column, threshold) = (column()?, arguments.text("threshold")?);
            Some(format!(
                "SELECT * FROM (SELECT {column} AS value FROM {from}) AS q CROSS JOIN (SELECT AVG({column}) AS mean, \
                 STDDEV({column}) AS deviation FROM {from} WHERE {condition}) AS s WHERE ABS((q.value - s.mean) / \
                 NULLIF(s.deviation, 0)) > {threshold}"
            ))
        }
        _ => None,
    }
}

fn tuple(arguments: &Arguments<'_>) -> Option<String> {
    Some(format!("({})", arguments.list("is_in")?.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, arguments: &[(&str, &str)], expected: &str) {
        let given = arguments
            .iter()
            .map(|(name, text)| (name.to_string(), text.to_string()))
            .collect();
        assert_eq!(
            query(name, &given, "t", Dialect::DuckDb).as_deref(),
            Some(expected)
        );
    }

    #[test]
    fn rows_that_are_wrong() {
        check(
            "not_null",
            &[("columns", "(a, b)"), ("condition", "a > 1")],
            "SELECT * FROM t WHERE (a IS NULL OR b IS NULL) AND (a > 1)",
        );
        check(
            "accepted_range_non_blocking",
            &[("column", "x"), ("min_v", "1"), ("inclusive", "false")],
            "SELECT * FROM t WHERE (x <= 1) AND (TRUE)",
        );
        check(
            "accepted_values",
            &[("column", "x"), ("is_in", "('a', 'b')")],
            "SELECT * FROM t WHERE x NOT IN ('a', 'b') AND (TRUE)",
        );
        check(
            "match_like_pattern_list",
            &[("column", "x"), ("patterns", "('a%', 'b%')")],
            "SELECT * FROM t WHERE NOT (x LIKE 'a%' OR x LIKE 'b%') AND (TRUE)",
        );
    }
}
