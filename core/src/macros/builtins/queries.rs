//! Macros that write a whole query: `@DEDUPLICATE`, `@DATE_SPINE`; and `@RESOLVE_TEMPLATE`.

use super::expressions::made;
use super::{Argument, Call, Evaluator, MacroError, Outcome, Token, pick, sql_of, wrong};
use crate::macros::eval::argument_text;
use crate::macros::list::bracket_items;
use crate::macros::scan::{Kind, quote_text, scan, text_of, unquoted};
use crate::macros::value::bare;
use crate::sql::dialect::{Dialect, Language};

/// `@DEDUPLICATE(relation, [partition, …], ['column desc', …])`: the first row of each partition.
pub(super) fn deduplicate(evaluator: &Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    use Language as L;
    let shape = "@DEDUPLICATE(relation, [column, …], ['column desc', …])";
    let (Some(relation), Some(partition), Some(order)) = (
        pick(call, 0, "relation"),
        pick(call, 1, "partition_by"),
        pick(call, 2, "order_by"),
    ) else {
        return Err(wrong(call, shape));
    };
    let dialect = evaluator.dialect();
    let (Some(partition), Some(order)) = (bracket_items(&partition.tokens), bracket_items(&order.tokens))
    else {
        return Err(wrong(call, shape));
    };
    let partition: Vec<String> = partition.iter().map(|item| sql_of(item)).collect();
    let order: Vec<String> = order.iter().map(|item| bare(item, dialect)).collect();
    let relation = sql_of(&relation.tokens);
    let number = format!(
        "ROW_NUMBER() OVER (PARTITION BY {} ORDER BY {})",
        partition.join(", "),
        order.join(", ")
    );
    let has_qualify = matches!(
        dialect.language(),
        L::Generic
            | L::DuckDb
            | L::Redshift
            | L::Snowflake
            | L::BigQuery
            | L::Databricks
            | L::ClickHouse
            | L::Teradata
            | L::Exasol
    );
    let sql = if has_qualify {
        format!("SELECT * FROM {relation} QUALIFY {number} = 1")
    } else {
        format!("SELECT * FROM (SELECT *, {number} AS _w FROM {relation}) AS _t WHERE _w = 1")
    };
    Ok(made(evaluator, call, &sql))
}

const PARTS: [&str; 5] = ["day", "week", "month", "quarter", "year"];

/// `@DATE_SPINE(part, start, end)`: a row per day, week, month, quarter or year.
pub(super) fn date_spine(evaluator: &Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    let shape = "@DATE_SPINE('day', '2024-01-01', '2024-12-31')";
    let (Some(part), Some(start), Some(end)) = (
        pick(call, 0, "datepart"),
        pick(call, 1, "start_date"),
        pick(call, 2, "end_date"),
    ) else {
        return Err(wrong(call, shape));
    };
    let dialect = evaluator.dialect();
    let part = argument_text(part, dialect).to_lowercase();
    if !PARTS.contains(&part.as_str()) {
        return Err(MacroError::new(
            "macro/arguments",
            format!(
                "`@{}` knows {}; `{part}` is none of them",
                call.written,
                PARTS.map(|part| format!("'{part}'")).join(", ")
            ),
            call.span,
        ));
    }
    let (start, start_text) = date(start, dialect, call)?;
    let (end, end_text) = date(end, dialect, call)?;
    if let (Some(start), Some(end)) = (start_text, end_text)
        && start > end
    {
        return Err(MacroError::new(
            "macro/arguments",
            format!(
                "`@{}` begins on {start} and ends before it, on {end}",
                call.written
            ),
            call.span,
        ));
    }
    Ok(made(evaluator, call, &spine(&part, &start, &end, dialect)))
}

/// A date argument as SQL and, when it is a literal, as text.
fn date(
    argument: &Argument,
    dialect: Dialect,
    call: &Call<'_>,
) -> Result<(String, Option<String>), MacroError> {
    let [
        Token {
            kind: Kind::Text,
            text,
            ..
        },
    ] = argument.tokens.as_slice()
    else {
        return Ok((sql_of(&argument.tokens), None));
    };
    let text = text_of(text, dialect);
    let bytes = text.as_bytes();
    let valid = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !valid {
        return Err(MacroError::new(
            "macro/arguments",
            format!("`@{}` takes dates as 'YYYY-MM-DD', not '{text}'", call.written),
            call.span,
        ));
    }
    let kind = if dialect.language() == Language::ClickHouse {
        "Nullable(DATE)"
    } else {
        "DATE"
    };
    Ok((
        format!("CAST({} AS {kind})", quote_text(&text, dialect)),
        Some(text),
    ))
}

fn spine(part: &str, start: &str, end: &str, dialect: Dialect) -> String {
    use Language as L;
    let name = format!("date_{part}");
    let unit = part.to_uppercase();
    // Where there is no interval of a quarter, it is three months.
    let (count, whole) = if part == "quarter" {
        ("3", "MONTH")
    } else {
        ("1", unit.as_str())
    };
    let as_date = |sql: &str| {
        if sql.starts_with("CAST('") {
            sql.to_string()
        } else {
            format!("CAST({sql} AS DATE)")
        }
    };
    let (first, last) = (as_date(start), as_date(end));
    let recursive = |with: &str, next: &str, inner: &str| {
        format!(
            "{with} _generated_dates({name}) AS (SELECT {first} AS {name} UNION ALL SELECT CAST({next} AS DATE) FROM _generated_dates WHERE CAST({next} AS DATE) <= {last}) SELECT {name} FROM (SELECT {inner} FROM _generated_dates) AS _generated_dates"
        )
    };
    match dialect.language() {
        L::Postgres | L::RisingWave | L::Materialize => format!(
            "SELECT {name} FROM (SELECT CAST(value AS DATE) FROM GENERATE_SERIES({start}, {end}, INTERVAL '{count} {whole}') AS _t(value)) AS _exploded({name})"
        ),
        L::Redshift => recursive("WITH RECURSIVE", &format!("DATEADD({unit}, 1, {name})"), &name),
        L::MySql | L::StarRocks | L::Doris => recursive(
            "WITH RECURSIVE",
            &format!("DATE_ADD({name}, INTERVAL '1' {unit})"),
            &name,
        ),
        L::TSql | L::Fabric => recursive(
            "WITH",
            &format!("DATEADD({unit}, 1, {name})"),
            &format!("{name} AS {name}"),
        ),
        L::Snowflake => format!(
            "SELECT {name} FROM (SELECT DATEADD({unit}, CAST({name} AS INT), {start}) AS {name} FROM TABLE(FLATTEN(INPUT => ARRAY_GENERATE_RANGE(0, DATEDIFF({unit}, {start}, {end}) + 1))) AS _exploded(seq, key, path, index, {name}, this)) AS _exploded({name})"
        ),
        L::BigQuery => format!(
            "SELECT {name} FROM UNNEST(GENERATE_DATE_ARRAY({start}, {end}, INTERVAL '1' {unit})) AS {name}"
        ),
        L::Spark | L::Spark2 | L::Hive | L::Databricks => format!(
            "SELECT {name} FROM EXPLODE(SEQUENCE({start}, {end}, INTERVAL '{count}' {whole})) AS _exploded({name})"
        ),
        L::Trino | L::Presto | L::Athena => format!(
            "SELECT {name} FROM UNNEST(SEQUENCE({start}, {end}, INTERVAL '1' {unit})) AS _exploded({name})"
        ),
        L::DuckDb => format!(
            "SELECT {name} FROM UNNEST(CAST(GENERATE_SERIES({start}, {end}, INTERVAL '1' {unit}) AS DATE[])) AS _exploded({name})"
        ),
        _ => format!(
            "SELECT {name} FROM UNNEST(GENERATE_DATE_ARRAY({start}, {end}, INTERVAL '1' {unit})) AS _exploded({name})"
        ),
    }
}

/// `@RESOLVE_TEMPLATE('…@{table_name}…'[, mode := 'literal'])`: parts of the physical table's name.
pub(super) fn resolve_template(evaluator: &Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    let shape =
        "@RESOLVE_TEMPLATE('…@{catalog_name}/@{schema_name}/@{table_name}…', mode := 'literal' or 'table')";
    let Some(template) = pick(call, 0, "template") else {
        return Err(wrong(call, shape));
    };
    let dialect = evaluator.dialect();
    let Some(model) = evaluator.lookup("this_model") else {
        return Ok(Outcome::Nothing);
    };
    let (tokens, _) = scan(&model.to_sql(dialect), dialect);
    let mut parts: Vec<String> = tokens
        .iter()
        .filter(|token| matches!(token.kind, Kind::Word | Kind::Quoted))
        .map(|token| unquoted(&token.text))
        .collect();
    let mut text = argument_text(template, dialect);
    for name in ["table_name", "schema_name", "catalog_name"] {
        let part = parts.pop().unwrap_or_default();
        text = text
            .replace(&format!("@{{{name}}}"), &part)
            .replace(&format!("@{name}"), &part);
    }
    let mode = pick(call, 1, "mode").map_or_else(
        || "literal".to_string(),
        |mode| argument_text(mode, dialect).to_lowercase(),
    );
    match mode.as_str() {
        "literal" => Ok(made(evaluator, call, &quote_text(&text, dialect))),
        "table" => Ok(made(evaluator, call, &text)),
        _ => Err(wrong(call, shape)),
    }
}
