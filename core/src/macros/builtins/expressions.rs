//! Macros that write an expression: `@SAFE_ADD`, `@SAFE_SUB`, `@SAFE_DIV`, `@GENERATE_SURROGATE_KEY`,
//! `@HAVERSINE_DISTANCE`, `@PIVOT`.
//!
//! Spelled for the dialect where dialects differ: division, text types, hash functions.

use super::{Argument, Call, Evaluator, MacroError, Outcome, Token, pick, sql_of, wrong};
use crate::macros::arguments::closing;
use crate::macros::condition;
use crate::macros::eval::argument_text;
use crate::macros::list::{bracket_items, list_items};
use crate::macros::scan::Kind;
use crate::macros::value::{bare, placed};
use crate::sql::dialect::{Dialect, Language};

/// `@SAFE_ADD(a, b, …)`, `@SAFE_SUB(a, b, …)`: NULL counts as 0 unless all are NULL.
pub(super) fn safe_sum(
    evaluator: &Evaluator<'_>,
    call: &Call<'_>,
    operator: &str,
) -> Result<Outcome, MacroError> {
    if call.arguments.is_empty() {
        return Err(wrong(call, "@SAFE_ADD(a, b, …)"));
    }
    let tests: Vec<String> = call
        .arguments
        .iter()
        .map(|argument| format!("{} IS NULL", operand(&argument.tokens)))
        .collect();
    let terms: Vec<String> = call
        .arguments
        .iter()
        .map(|argument| format!("COALESCE({}, 0)", sql_of(&argument.tokens)))
        .collect();
    Ok(made(
        evaluator,
        call,
        &format!(
            "CASE WHEN {} THEN NULL ELSE {} END",
            tests.join(" AND "),
            terms.join(&format!(" {operator} "))
        ),
    ))
}

/// `@SAFE_DIV(a, b)`: NULL where b is 0.
pub(super) fn safe_division(evaluator: &Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    let (Some(over), Some(under)) = (pick(call, 0, "numerator"), pick(call, 1, "denominator")) else {
        return Err(wrong(call, "@SAFE_DIV(numerator, denominator)"));
    };
    let over = dividend(&operand(&over.tokens), evaluator.dialect());
    let under = sql_of(&under.tokens);
    Ok(made(evaluator, call, &format!("{over} / NULLIF({under}, 0)")))
}

/// Dialects that divide integers to integers get a cast.
fn dividend(sql: &str, dialect: Dialect) -> String {
    use Language as L;
    let kind = match dialect.language() {
        L::Postgres | L::Redshift | L::RisingWave | L::Materialize => "DOUBLE PRECISION",
        L::Trino | L::Presto | L::Athena => "DOUBLE",
        L::TSql | L::Fabric => "FLOAT",
        _ => return sql.to_string(),
    };
    format!("CAST({sql} AS {kind})")
}

/// `@HAVERSINE_DISTANCE(lat1, lon1, lat2, lon2[, unit])`.
pub(super) fn haversine(evaluator: &Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    let shape = "@HAVERSINE_DISTANCE(lat1, lon1, lat2, lon2[, 'mi' or 'km'])";
    let (Some(lat1), Some(lon1), Some(lat2), Some(lon2)) = (
        pick(call, 0, "lat1"),
        pick(call, 1, "lon1"),
        pick(call, 2, "lat2"),
        pick(call, 3, "lon2"),
    ) else {
        return Err(wrong(call, shape));
    };
    let dialect = evaluator.dialect();
    let unit = pick(call, 4, "unit").map_or_else(
        || "mi".to_string(),
        |unit| argument_text(unit, dialect).to_lowercase(),
    );
    let factor = match unit.as_str() {
        "mi" => "1.0",
        "km" => "1.60934",
        _ => return Err(wrong(call, shape)),
    };
    let half = |to: &Argument, from: &Argument| {
        let difference = format!("({} - {})", operand(&to.tokens), operand(&from.tokens));
        format!("SIN(RADIANS({} / 2))", dividend(&difference, dialect))
    };
    let (latitude, longitude) = (half(lat2, lat1), half(lon2, lon1));
    let (lat1, lat2) = (sql_of(&lat1.tokens), sql_of(&lat2.tokens));
    Ok(made(
        evaluator,
        call,
        &format!(
            "7922 * ASIN(SQRT((POWER({latitude}, 2)) + (COS(RADIANS({lat1})) * COS(RADIANS({lat2})) * POWER({longitude}, 2)))) * {factor}"
        ),
    ))
}

/// `@GENERATE_SURROGATE_KEY(field, …[, hash_function := 'MD5'])`.
pub(super) fn surrogate_key(evaluator: &Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    use Language as L;
    let dialect = evaluator.dialect();
    let language = dialect.language();
    let function = call
        .arguments
        .iter()
        .find(|argument| argument.name.as_deref() == Some("hash_function"))
        .map_or_else(
            || "MD5".to_string(),
            |argument| argument_text(argument, dialect).to_uppercase(),
        );
    let fields: Vec<String> = call
        .arguments
        .iter()
        .filter(|argument| argument.name.is_none())
        .map(|argument| {
            format!(
                "COALESCE(CAST({} AS {}), '_sqlmesh_surrogate_key_null_')",
                sql_of(&argument.tokens),
                text_type(dialect)
            )
        })
        .collect();
    if fields.is_empty() {
        return Err(wrong(
            call,
            "@GENERATE_SURROGATE_KEY(field, …, hash_function := 'MD5')",
        ));
    }
    let trino = matches!(language, L::Trino | L::Presto | L::Athena);
    let joined = match language {
        L::TSql | L::Fabric => fields.join(" + '|' + "),
        L::DuckDb | L::Postgres | L::Redshift | L::RisingWave | L::Materialize => fields.join(" || '|' || "),
        _ if trino => {
            let parts: Vec<String> = fields
                .iter()
                .map(|field| format!("CAST({field} AS VARCHAR)"))
                .collect();
            match parts.as_slice() {
                [only] => only.clone(),
                parts => format!("CONCAT({})", parts.join(", CAST('|' AS VARCHAR), ")),
            }
        }
        _ => format!("CONCAT({})", fields.join(", '|', ")),
    };
    let hashed = match (language, function.as_str()) {
        _ if trino => format!("LOWER(TO_HEX({function}(TO_UTF8({joined}))))"),
        (L::BigQuery, "MD5") => format!("TO_HEX(MD5({joined}))"),
        (L::ClickHouse, "MD5") => format!("LOWER(HEX(MD5({joined})))"),
        (L::TSql | L::Fabric, "MD5") => format!("HASHBYTES('MD5', {joined})"),
        (L::Redshift, "SHA256") => format!("SHA2({joined}, 256)"),
        _ => format!("{function}({joined})"),
    };
    Ok(made(evaluator, call, &hashed))
}

fn text_type(dialect: Dialect) -> &'static str {
    use Language as L;
    match dialect.language() {
        L::BigQuery | L::Spark | L::Spark2 | L::Hive | L::Databricks => "STRING",
        L::Snowflake | L::Trino | L::Presto | L::Athena => "VARCHAR",
        L::Redshift | L::TSql | L::Fabric => "VARCHAR(MAX)",
        L::MySql | L::StarRocks | L::Doris => "CHAR",
        L::ClickHouse => "Nullable(String)",
        _ => "TEXT",
    }
}

/// `@PIVOT(column, values, …)`: one aggregate per value.
pub(super) fn pivot(evaluator: &Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    let dialect = evaluator.dialect();
    let (Some(column), Some(values)) = (pick(call, 0, "column"), pick(call, 1, "values")) else {
        return Err(wrong(call, "@PIVOT(column, [value, …])"));
    };
    let values = bracket_items(&values.tokens).unwrap_or_else(|| list_items(std::slice::from_ref(values)));
    let flag = |at: usize, name: &str, default: bool| match pick(call, at, name) {
        Some(argument) => condition::holds(&argument.tokens, dialect, call.span),
        None => Ok(default),
    };
    let text = |at: usize, name: &str, default: &str| {
        pick(call, at, name).map_or_else(
            || default.to_string(),
            |argument| argument_text(argument, dialect),
        )
    };
    let sql = |at: usize, name: &str, default: &str| {
        pick(call, at, name).map_or_else(|| default.to_string(), |argument| sql_of(&argument.tokens))
    };
    let with_alias = flag(2, "alias", true)?;
    let aggregate = text(3, "agg", "SUM");
    let comparison = text(4, "cmp", "=");
    let (prefix, suffix) = (text(5, "prefix", ""), text(6, "suffix", ""));
    let (then_value, else_value) = (sql(7, "then_value", "1"), sql(8, "else_value", "0"));
    let quoted = flag(9, "quote", true)?;
    let distinct = if flag(10, "distinct", false)? {
        "DISTINCT "
    } else {
        ""
    };
    let column = sql_of(&column.tokens);
    let items = values.iter().map(|value| {
        let test = format!("{column} {comparison} {}", sql_of(value));
        let mut item =
            format!("{aggregate}({distinct}CASE WHEN {test} THEN {then_value} ELSE {else_value} END)");
        if with_alias {
            let name = format!("{prefix}{}{suffix}", bare(value, dialect));
            let name = if quoted {
                dialect.quote_identifier(&name)
            } else {
                name
            };
            item = format!("{item} AS {name}");
        }
        placed(&item, dialect, call.span)
    });
    Ok(Outcome::List(items.collect()))
}

/// An expression as an operand: in parentheses when it is not one term.
pub(super) fn operand(tokens: &[Token]) -> String {
    let sql = sql_of(tokens);
    if is_term(tokens) { sql } else { format!("({sql})") }
}

/// True for a literal, a dotted name, a function call, CASE … END, or something in brackets.
pub(in crate::macros) fn is_term(tokens: &[Token]) -> bool {
    match tokens {
        [minus, number] if minus.is("-") && number.kind == Kind::Number => return true,
        [first, .., last] if first.is_word("case") && last.is_word("end") => {
            let ends = tokens.iter().filter(|token| token.is_word("end")).count();
            return ends == 1;
        }
        _ => {}
    }
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let names = matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Text | Kind::Number);
        if names {
            at += 1;
        } else if !(token.is("(") || token.is("[")) {
            return false;
        }
        if tokens.get(at).is_some_and(|token| token.is("(") || token.is("[")) {
            at = closing(tokens, at) + 1;
        }
        match tokens.get(at) {
            None => return true,
            Some(dot) if dot.is(".") || dot.is("::") => at += 1,
            Some(_) => return false,
        }
    }
    true
}

pub(super) fn made(evaluator: &Evaluator<'_>, call: &Call<'_>, sql: &str) -> Outcome {
    Outcome::One(placed(sql, evaluator.dialect(), call.span))
}
