//! Calls in the text that is hashed: SQLGlot's name of the function and the order of its arguments.
//!
//! Observed by asking SQLGlot 30.8. Functions that are not listed keep their name and their arguments, which is
//! right for all that it does not know and for most that it does. Redshift, where SQLGlot adds a flag to most
//! known functions, is not covered.

use super::super::dialect::{Dialect, Language};
use super::parse::Expr;

/// The text of a call with arguments that are texts already.
pub(super) fn quick(name: &str, arguments: &[Expr], texts: &[String], dialect: Dialect) -> String {
    use Language as L;
    let language = dialect.language();
    let name = name.to_ascii_uppercase();
    let spark = matches!(language, L::Spark | L::Spark2 | L::Databricks | L::Hive);
    let trino = matches!(language, L::Trino | L::Presto | L::Athena | L::Dune);
    let list = texts.join(",");
    let flagged = |name: &str, flags: &str| format!("{name}({list}{flags})");
    let unit = |at: usize| arguments.get(at).map_or_else(String::new, unit_of);
    let (a, b) = match texts {
        [a, b, ..] => (a.as_str(), b.as_str()),
        [a] => (a.as_str(), ""),
        [] => ("", ""),
    };
    match (name.as_str(), texts.len()) {
        ("COALESCE" | "IFNULL" | "NVL", 1) => flagged("COALESCE", ","),
        ("IFNULL" | "NVL", _) => flagged("COALESCE", ""),
        ("CONCAT", _) if trino => flagged("CONCAT", ",False,False"),
        ("CONCAT", _) if matches!(language, L::DuckDb | L::Postgres) => flagged("CONCAT", ",True,True"),
        ("CONCAT", _) => flagged("CONCAT", ",True,False"),
        ("COUNT", 0) => "COUNT(,True)".to_string(),
        ("COUNT", 1) => flagged("COUNT", ",,True"),
        ("COUNT", _) => flagged("COUNT", ",True"),
        ("MIN" | "MAX", 1) => flagged(&name, ","),
        ("GREATEST" | "LEAST", count) => {
            let same = !(trino || matches!(language, L::Snowflake | L::BigQuery));
            let gap = if count == 1 { "," } else { "" };
            flagged(&name, &format!("{gap},{}", if same { "True" } else { "False" }))
        }
        ("CEILING", _) => flagged("CEIL", ""),
        ("LCASE", _) => flagged("LOWER", ""),
        ("UCASE", _) => flagged("UPPER", ""),
        ("LEN" | "LENGTH", 1) if matches!(language, L::Snowflake) => flagged("LENGTH", ",True"),
        ("LENGTH", 1) if matches!(language, L::BigQuery | L::ClickHouse) => flagged("LENGTH", ",True"),
        ("LEN", _) => flagged("LENGTH", ""),
        ("POW", 2) => flagged("POWER", ""),
        ("MOD", 2) => format!("{a} % {b}"),
        ("SUBSTR" | "SUBSTRING" | "LEFT" | "RIGHT" | "ROUND", 1..) if language == L::Snowflake => {
            flagged(if name == "SUBSTR" { "SUBSTRING" } else { &name }, ",True")
        }
        ("SUBSTR", _) => flagged("SUBSTRING", ""),
        ("LPAD", 2..) => flagged("PAD", ",True"),
        ("RPAD", 2..) => flagged("PAD", ",False"),
        ("LTRIM" | "RTRIM", 1..) => {
            let side = if name == "LTRIM" { ",LEADING" } else { ",TRAILING" };
            flagged("TRIM", side)
        }
        ("TRUNC" | "TRUNCATE", 1..) if language == L::Snowflake => flagged("TRUNC", ",True"),
        ("TRUNCATE", _) => flagged("TRUNC", ""),
        ("IIF", 2..) => flagged("IF", ""),
        ("IFF", 2..) if spark || language == L::Snowflake => flagged("IF", ""),
        ("STARTSWITH", 2) => flagged("STARTS_WITH", ""),
        ("ENDSWITH", 2) => flagged("ENDS_WITH", ""),
        ("DATE", 1) if language == L::Snowflake => flagged("TS_OR_DS_TO_DATE", ",False"),
        ("DATE", 1) if spark => format!("CAST({a},DATE :nested,False)"),
        ("DATE", 1) => flagged("DATE", ","),
        ("TO_DATE", 1) if language == L::Snowflake => flagged("TS_OR_DS_TO_DATE", ",False"),
        ("TO_DATE", 1) if spark => flagged("TS_OR_DS_TO_DATE", ""),
        ("DATE_TRUNC", 2) if language == L::BigQuery => format!("DATE_TRUNC('{}',{a})", unit(1)),
        ("DATE_TRUNC" | "DATETRUNC", 2) if language == L::ClickHouse => {
            format!("DATE_TRUNC('{}',{b})", unit(0))
        }
        ("DATE_TRUNC", 2) if language == L::Snowflake => format!("TIMESTAMP_TRUNC({b},{},True)", unit(0)),
        ("DATE_TRUNC", 2) => format!("TIMESTAMP_TRUNC({b},{})", unit(0)),
        ("TRUNC", 2) if spark => format!("DATE_TRUNC('{}',{a})", unit(1)),
        ("TIMESTAMP_TRUNC" | "DATETIME_TRUNC", 2) => format!("{name}({a},{})", unit(1)),
        ("DATEDIFF" | "DATE_DIFF", 3) if language == L::DuckDb => {
            format!(
                "DATEDIFF({},{b},{})",
                texts.get(2).map_or("", String::as_str),
                unit(0)
            )
        }
        ("YEAR" | "MONTH" | "DAY", 1) if spark => format!("{name}(TS_OR_DS_TO_DATE({a}))"),
        ("DAYOFMONTH" | "DAYOFWEEK" | "DAYOFYEAR" | "WEEKOFYEAR", 1) => {
            let full = match name.as_str() {
                "DAYOFMONTH" => "DAY_OF_MONTH",
                "DAYOFWEEK" => "DAY_OF_WEEK",
                "DAYOFYEAR" => "DAY_OF_YEAR",
                _ => "WEEK_OF_YEAR",
            };
            match spark {
                true => format!("{full}(TS_OR_DS_TO_DATE({a}))"),
                false => format!("{full}({a})"),
            }
        }
        ("STRFTIME", 2) if language == L::DuckDb => flagged("TIME_TO_STR", ""),
        ("STRPTIME", 2) if language == L::DuckDb => flagged("STR_TO_TIME", ""),
        ("TIME_BUCKET", 2..) if language == L::DuckDb => flagged("DATE_BIN", ""),
        ("REGEXP_EXTRACT", 2) if language == L::DuckDb || trino => flagged("REGEXP_EXTRACT", ",0,True"),
        ("REGEXP_MATCHES", 2..) if language == L::DuckDb => flagged("REGEXP_LIKE", ""),
        ("LIST_CONTAINS", 2) if language == L::DuckDb => flagged("ARRAY_CONTAINS", ""),
        ("RANGE", 2) if language == L::DuckDb => flagged("GENERATE_SERIES", ",True"),
        ("GENERATE_ARRAY", 2..) if language == L::BigQuery => flagged("GENERATE_SERIES", ""),
        ("NOW", 0) if spark || trino || language == L::Postgres => "CURRENT_TIMESTAMP()".to_string(),
        ("TOMONDAY", 1) if language == L::ClickHouse => format!("TIMESTAMP_TRUNC({a},WEEK)"),
        ("TOSTARTOFDAY", 1) if language == L::ClickHouse => format!("TIMESTAMP_TRUNC({a},DAY)"),
        ("TOSTARTOFMONTH", 1) if language == L::ClickHouse => format!("TIMESTAMP_TRUNC({a},MONTH)"),
        ("ARRAY_LENGTH", 1) => flagged("ARRAY_SIZE", ""),
        ("TRIM", 2) if spark => format!("TRIM({b},{a})"),
        ("MAP_FROM_ARRAYS", 2) if spark => flagged("MAP", ""),
        ("MAP", 1) if language == L::DuckDb && matches!(arguments, [Expr::Struct(_)]) => {
            flagged("TO_MAP", "")
        }
        ("MAP", count) if count % 2 == 0 && (spark || language == L::ClickHouse) => {
            let every = |from: usize| -> String {
                let chosen: Vec<&str> = texts.iter().skip(from).step_by(2).map(String::as_str).collect();
                chosen.join(",")
            };
            format!("VAR_MAP(ARRAY({}),ARRAY({}))", every(0), every(1))
        }
        ("OBJECT_CONSTRUCT", count) if count % 2 == 0 && language == L::Snowflake => {
            let fields: Vec<String> = texts
                .chunks(2)
                .filter_map(|field| {
                    Some(format!(
                        "PROPERTYEQ :this,{},:expression,{}",
                        field.first()?,
                        field.get(1)?
                    ))
                })
                .collect();
            format!("STRUCT({})", fields.join(","))
        }
        _ => flagged(&name, ""),
    }
}

/// A unit of time given as a text or as a word.
fn unit_of(argument: &Expr) -> String {
    match argument {
        Expr::Text(unit) => unit.to_ascii_uppercase(),
        Expr::Column(parts) => parts
            .last()
            .map(|(name, _)| name.to_ascii_uppercase())
            .unwrap_or_default(),
        _ => String::new(),
    }
}

/// The text of a call in the dialect's own words, from arguments in the dialect's words.
pub(super) fn printed(name: &str, arguments: &[Expr], texts: &[String], dialect: Dialect) -> String {
    use Language as L;
    let language = dialect.language();
    // These two keep the function's name as it was written.
    let upper = name.to_ascii_uppercase();
    let keeps_case =
        matches!(language, L::BigQuery | L::ClickHouse) && !matches!(upper.as_str(), "CONCAT" | "IF");
    let shown = if keeps_case { name } else { &upper };
    let unit = |at: usize| arguments.get(at).map_or_else(String::new, unit_of);
    match (upper.as_str(), texts) {
        ("CURRENT_DATE" | "CURRENT_TIMESTAMP" | "CURRENT_TIME", []) => upper,
        ("DATE_TRUNC", [_, moment]) if !matches!(language, L::BigQuery | L::ClickHouse) => {
            format!("DATE_TRUNC('{}', {moment})", unit(0))
        }
        ("DATE_TRUNC" | "TIMESTAMP_TRUNC" | "DATETIME_TRUNC", [moment, _]) if language == L::BigQuery => {
            let shown = if upper == "DATE_TRUNC" { &upper } else { name };
            format!("{shown}({moment}, {})", unit(1))
        }
        ("DATE_TRUNC", [_, moment]) if language == L::ClickHouse => {
            format!("dateTrunc('{}', {moment})", unit(0))
        }
        ("COALESCE" | "CONCAT" | "UPPER" | "LOWER", _) if !keeps_case => {
            format!("{upper}({})", texts.join(", "))
        }
        ("IFNULL" | "NVL", _) if language == L::DuckDb => format!("COALESCE({})", texts.join(", ")),
        ("MOD", [left, right]) if matches!(language, L::DuckDb | L::Postgres) => format!("{left} % {right}"),
        ("MAP", [fields]) if matches!(arguments, [Expr::Struct(_)]) => format!("MAP {fields}"),
        ("TRUNCATE", _) if matches!(language, L::DuckDb | L::Snowflake) => {
            format!("TRUNC({})", texts.join(", "))
        }
        _ => format!("{shown}({})", texts.join(", ")),
    }
}
