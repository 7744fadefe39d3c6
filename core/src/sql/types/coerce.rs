//! Types of expressions from the types of their parts: what two types have in common, operators, functions,
//! literals. The rules were observed by asking SQLGlot 30.8, whose inferred types are part of what SQLMesh
//! hashes. `UNKNOWN` anywhere makes the result `UNKNOWN`.

use super::super::dialect::{Dialect, Language};
use super::functions::{Rule, rule};
use super::{DataType, TypeKind as K};

/// Kinds that give way to the ones after them.
const NUMBERS: &[K] = &[
    K::TinyInt,
    K::SmallInt,
    K::Int,
    K::BigInt,
    K::Decimal,
    K::BigDecimal,
    K::Float,
    K::Double,
    K::Decfloat,
];
const TEXTS: &[K] = &[K::Char, K::NChar, K::Varchar, K::NVarchar, K::Text];
const TIMES: &[K] = &[
    K::Date,
    K::Datetime,
    K::Timestamp,
    K::TimestampTz,
    K::TimestampLtz,
];

/// Whether a kind is a whole number.
fn is_integer(kind: K) -> bool {
    matches!(
        kind,
        K::TinyInt
            | K::SmallInt
            | K::MediumInt
            | K::Int
            | K::BigInt
            | K::Int128
            | K::Int256
            | K::UTinyInt
            | K::USmallInt
            | K::UMediumInt
            | K::UInt
            | K::UBigInt
            | K::UInt128
            | K::UInt256
            | K::Bit
    )
}

/// Whether a kind is a number.
pub fn is_number(kind: K) -> bool {
    is_integer(kind)
        || matches!(
            kind,
            K::Float
                | K::Double
                | K::Decimal
                | K::Decimal32
                | K::Decimal64
                | K::Decimal128
                | K::Decimal256
                | K::BigDecimal
                | K::Decfloat
                | K::UDecimal
                | K::UDouble
                | K::Money
                | K::SmallMoney
        )
}

fn is_text(kind: K) -> bool {
    TEXTS.contains(&kind)
}

/// Whether a kind is a date or a time.
pub fn is_temporal(kind: K) -> bool {
    TIMES.contains(&kind)
        || matches!(
            kind,
            K::TimestampNtz
                | K::TimestampS
                | K::TimestampMs
                | K::TimestampNs
                | K::Time
                | K::Datetime64
                | K::Date32
        )
}

fn spark(dialect: Dialect) -> bool {
    matches!(
        dialect.typing(),
        Language::Spark | Language::Spark2 | Language::Databricks | Language::Hive
    )
}

/// Whether the brackets of a type hold types, so that it is stronger than any plain one.
fn is_nested(found: &DataType) -> bool {
    matches!(
        found.kind,
        K::Array | K::Struct | K::Map | K::List | K::Object | K::Nested
    ) && !found.arguments.is_empty()
}

/// The kind that holds both; the left one where neither gives way.
fn common_kind(dialect: Dialect, left: K, right: K) -> K {
    for chain in [NUMBERS, TEXTS, TIMES] {
        let rank = |kind| chain.iter().position(|one| *one == kind);
        if let (Some(l), Some(r)) = (rank(left), rank(right)) {
            return if r > l { right } else { left };
        }
    }
    let strings_give_way =
        (dialect.typing() == Language::BigQuery && left == K::Varchar) || (spark(dialect) && is_text(left));
    let to_time = TIMES.contains(&right) || right == K::Time;
    let more = spark(dialect) && matches!(right, K::Boolean | K::Binary | K::TimestampNtz);
    if strings_give_way && (to_time || more) {
        right
    } else {
        left
    }
}

/// The type of a column that the branches of a `UNION` give: one with parameters stays as it is, whatever the other.
pub fn coerced(dialect: Dialect, left: &DataType, right: &DataType) -> DataType {
    match [left, right].into_iter().find(|side| !side.arguments.is_empty()) {
        Some(side) => side.clone(),
        None => common(dialect, left, right),
    }
}

/// The type that holds both, as `CASE` and `COALESCE` need it.
pub fn common(dialect: Dialect, left: &DataType, right: &DataType) -> DataType {
    if left.is_unknown() || right.is_unknown() {
        return DataType::unknown();
    }
    match (left.kind, right.kind) {
        (K::Null, K::Null) => {
            return DataType::of(match dialect.typing() {
                Language::BigQuery => K::BigInt,
                _ if spark(dialect) => K::Null,
                _ => K::Unknown,
            });
        }
        (K::Null, _) => return right.clone(),
        (_, K::Null) => return left.clone(),
        _ => {}
    }
    if is_nested(left) {
        return left.clone();
    }
    if is_nested(right) {
        return right.clone();
    }
    if !left.arguments.is_empty() {
        return left.clone();
    }
    if !right.arguments.is_empty() {
        return right.clone();
    }
    DataType::of(common_kind(dialect, left.kind, right.kind))
}

/// What several types have in common, each with the word whether it is a literal: a text literal gives way to
/// what is no literal.
pub fn common_of(dialect: Dialect, types: &[(DataType, bool)]) -> DataType {
    let fold = |literal: bool| {
        types
            .iter()
            .filter(|(_, is_literal)| *is_literal == literal)
            .map(|(found, _)| found.clone())
            .reduce(|left, right| common(dialect, &left, &right))
    };
    match (fold(false), fold(true)) {
        (Some(found), Some(literal)) if is_text(literal.kind) && !is_text(found.kind) => found,
        (Some(found), Some(literal)) => common(dialect, &found, &literal),
        (Some(found), None) | (None, Some(found)) => found,
        (None, None) => DataType::unknown(),
    }
}

/// The type of `left op right`. Comparisons and logic are `BOOLEAN`. A date plus an interval depends on the
/// interval's unit: see `shifted_by_interval`.
pub fn binary_type(dialect: Dialect, op: &str, left: &DataType, right: &DataType) -> DataType {
    match op.to_ascii_uppercase().as_str() {
        "="
        | "=="
        | "<>"
        | "!="
        | "<"
        | "<="
        | ">"
        | ">="
        | "<=>"
        | "AND"
        | "OR"
        | "XOR"
        | "LIKE"
        | "ILIKE"
        | "NOT LIKE"
        | "NOT ILIKE"
        | "SIMILAR TO"
        | "GLOB"
        | "RLIKE"
        | "REGEXP"
        | "~"
        | "~*"
        | "!~"
        | "!~*"
        | "~~"
        | "~~*"
        | "IS"
        | "IS NOT"
        | "IN"
        | "NOT IN"
        | "@>"
        | "<@"
        | "&&"
        | "IS DISTINCT FROM"
        | "IS NOT DISTINCT FROM" => DataType::of(K::Boolean),
        "||" => DataType::of(K::Varchar),
        "/" => division(dialect, left, right),
        "**" => DataType::of(K::Double),
        "->" | "->>" => DataType::unknown(),
        _ => arithmetic(dialect, left, right),
    }
}

fn arithmetic(dialect: Dialect, left: &DataType, right: &DataType) -> DataType {
    if is_text(left.kind) && is_number(right.kind) {
        return right.clone();
    }
    if is_number(left.kind) && is_text(right.kind) {
        return left.clone();
    }
    match (left.kind, right.kind) {
        (kind, K::Interval) | (K::Interval, kind) if is_text(kind) => DataType::unknown(),
        (K::Date, K::Interval) => shifted_by_interval(left, ""),
        (K::Interval, K::Date) => shifted_by_interval(right, ""),
        _ => common(dialect, left, right),
    }
}

/// The type of a moment plus or minus an interval of a unit (`DAY`): a date stays a date when the unit is a day
/// or longer.
pub fn shifted_by_interval(moment: &DataType, unit: &str) -> DataType {
    let unit = unit.trim().to_ascii_uppercase();
    let days = matches!(
        unit.trim_end_matches('S'),
        "DAY" | "WEEK" | "MONTH" | "QUARTER" | "YEAR"
    );
    match moment.kind {
        K::Date if !days => DataType::of(K::Datetime),
        kind if is_text(kind) => DataType::unknown(),
        _ => DataType {
            nullable: None,
            ..moment.clone()
        },
    }
}

fn division(dialect: Dialect, left: &DataType, right: &DataType) -> DataType {
    if left.is_unknown() || right.is_unknown() {
        return DataType::unknown();
    }
    use Language as L;
    let whole = matches!(
        dialect.language(),
        L::Postgres
            | L::Redshift
            | L::RisingWave
            | L::Materialize
            | L::Trino
            | L::Presto
            | L::Dune
            | L::TSql
            | L::Fabric
            | L::Sqlite
            | L::Teradata
            | L::Dremio
            | L::Drill
    );
    if whole && is_integer(left.kind) && is_integer(right.kind) {
        return DataType::of(K::BigInt);
    }
    let both = common(dialect, &DataType::of(left.kind), &DataType::of(right.kind));
    if matches!(
        both.kind,
        K::Float | K::Double | K::Decimal | K::BigDecimal | K::Decfloat
    ) {
        return both;
    }
    if both.is_unknown() {
        return DataType::of(K::Double);
    }
    common(dialect, &both, &DataType::of(K::Double))
}

/// The type of a call. `UNKNOWN` for functions without a known result.
pub fn function_type(dialect: Dialect, name: &str, arguments: &[DataType]) -> DataType {
    let arguments: Vec<(DataType, bool)> = arguments.iter().map(|found| (found.clone(), false)).collect();
    function_type_of(dialect, name, &arguments)
}

/// The same, where each argument comes with the word whether it is a literal.
pub fn function_type_of(dialect: Dialect, name: &str, arguments: &[(DataType, bool)]) -> DataType {
    let at = |index: usize| {
        arguments
            .get(index)
            .map_or_else(DataType::unknown, |(found, _)| found.clone())
    };
    match rule(dialect, &name.to_ascii_uppercase()) {
        Rule::Unknown => DataType::unknown(),
        Rule::Fixed(kind) => DataType::of(kind),
        Rule::Decimal(precision, scale) => DataType::sized(K::Decimal, &[precision, scale]),
        Rule::ArrayFixed(kind) => DataType::array_of(DataType::of(kind)),
        Rule::First => at(0),
        Rule::Second => at(1),
        Rule::Third => at(2),
        Rule::Common => common_of(dialect, arguments),
        Rule::Binary => arithmetic(dialect, &at(0), &at(1)),
        Rule::Branches => common_of(dialect, arguments.get(1..).unwrap_or_default()),
        Rule::ArrayOf => match common_of(dialect, arguments) {
            element if element.is_unknown() && !arguments.is_empty() => element,
            element => DataType::array_of(element),
        },
        Rule::Element => at(0).element(),
        Rule::Sum => promoted(common_of(dialect, arguments)),
        Rule::Fractional => match common_of(dialect, arguments) {
            found if is_integer(found.kind) => DataType::of(K::Double),
            found => found,
        },
        Rule::Datetime => match at(0).kind {
            kind if is_temporal(kind) => DataType::of(K::Datetime),
            _ => DataType::unknown(),
        },
    }
}

/// A type as sums have it: whole numbers as `BIGINT`, `FLOAT` as `DOUBLE`.
pub fn promoted(found: DataType) -> DataType {
    match found.kind {
        K::Float => DataType::of(K::Double),
        kind if is_integer(kind) => DataType::of(K::BigInt),
        _ => found,
    }
}

/// The type of a number as it is written: with a point or an exponent it is `DOUBLE`.
pub fn number_literal(text: &str) -> DataType {
    let whole = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    DataType::of(if whole { K::Int } else { K::Double })
}

/// The type of a text as it is written.
pub fn string_literal() -> DataType {
    DataType::of(K::Varchar)
}

/// The type of `TRUE` and `FALSE`.
pub fn boolean_literal() -> DataType {
    DataType::of(K::Boolean)
}

/// The type of a bare `NULL`: it gives way to any other.
pub fn null_literal() -> DataType {
    DataType::of(K::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> DataType {
        DataType::parse(text, Dialect::Generic)
    }

    fn check_common(left: &str, right: &str, expected: &str) {
        let found = common(Dialect::DuckDb, &of(left), &of(right));
        assert_eq!(found.to_sql(Dialect::Generic), expected, "{left}, {right}");
    }

    #[test]
    fn common_types() {
        check_common("INT", "DOUBLE", "DOUBLE");
        check_common("DOUBLE", "DECIMAL", "DOUBLE");
        check_common("DOUBLE", "DECIMAL(10, 2)", "DECIMAL(10, 2)");
        check_common("DECIMAL(10, 2)", "DECIMAL(18, 3)", "DECIMAL(10, 2)");
        check_common("INT", "TEXT", "INT");
        check_common("DATE", "TIMESTAMP", "TIMESTAMP");
        check_common("TIMESTAMPTZ", "DATE", "TIMESTAMPTZ");
        check_common("NULL", "DATE", "DATE");
        check_common("INT", "ARRAY<INT>", "ARRAY<INT>");
        check_common("INT", "UNKNOWN", "UNKNOWN");
        check_common("NULL", "NULL", "UNKNOWN");
    }

    fn check_binary(dialect: Dialect, left: &str, op: &str, right: &str, expected: &str) {
        let found = binary_type(dialect, op, &of(left), &of(right));
        assert_eq!(found.to_sql(Dialect::Generic), expected, "{left} {op} {right}");
    }

    #[test]
    fn operators() {
        let duckdb = Dialect::DuckDb;
        check_binary(duckdb, "INT", "/", "INT", "DOUBLE");
        check_binary(Dialect::Postgres, "INT", "/", "SMALLINT", "BIGINT");
        check_binary(duckdb, "DECIMAL(10, 2)", "/", "INT", "DECIMAL");
        check_binary(duckdb, "FLOAT", "/", "INT", "FLOAT");
        check_binary(duckdb, "TEXT", "+", "INT", "INT");
        check_binary(duckdb, "DATE", "-", "DATE", "DATE");
        check_binary(duckdb, "DATE", "+", "INTERVAL", "DATETIME");
        check_binary(duckdb, "INT", "||", "TEXT", "VARCHAR");
        check_binary(duckdb, "INT", "=", "TEXT", "BOOLEAN");
        check_binary(Dialect::Databricks, "TEXT", "+", "DATE", "DATE");
        assert_eq!(shifted_by_interval(&of("DATE"), "days"), of("DATE"));
    }

    fn check_call(dialect: Dialect, name: &str, arguments: &[&str], expected: &str) {
        let arguments: Vec<DataType> = arguments.iter().map(|text| of(text)).collect();
        let found = function_type(dialect, name, &arguments);
        assert_eq!(found.to_sql(dialect), expected, "{name}");
    }

    #[test]
    fn functions() {
        let duckdb = Dialect::DuckDb;
        check_call(duckdb, "upper", &["TEXT"], "TEXT");
        check_call(duckdb, "sum", &["SMALLINT"], "BIGINT");
        check_call(duckdb, "SUM", &["DECIMAL(10, 2)"], "DECIMAL(10, 2)");
        check_call(duckdb, "avg", &["INT"], "DOUBLE");
        check_call(duckdb, "count", &[], "BIGINT");
        check_call(duckdb, "coalesce", &["INT", "DOUBLE"], "DOUBLE");
        check_call(duckdb, "if", &["BOOLEAN", "INT", "DOUBLE"], "DOUBLE");
        check_call(duckdb, "array_agg", &["TEXT"], "TEXT[]");
        check_call(duckdb, "unnest", &["ARRAY<INT>"], "INT");
        check_call(duckdb, "date_trunc", &["TEXT", "DATE"], "UNKNOWN");
        check_call(duckdb, "year", &["DATE"], "BIGINT");
        check_call(duckdb, "count_if", &["BOOLEAN"], "INT128");
        check_call(Dialect::Snowflake, "year", &["DATE"], "TINYINT");
        check_call(Dialect::Snowflake, "date_trunc", &["TEXT", "DATE"], "DATE");
        check_call(Dialect::BigQuery, "round", &["INT"], "FLOAT64");
        check_call(Dialect::Databricks, "coalesce", &["INT", "SMALLINT"], "BIGINT");
        check_call(duckdb, "no_such_function", &["INT"], "UNKNOWN");
    }

    #[test]
    fn literals_give_way() {
        let types = [(string_literal(), true), (of("DATE"), false)];
        assert_eq!(common_of(Dialect::DuckDb, &types), of("DATE"));
        let types = [(of("SMALLINT"), false), (number_literal("1"), true)];
        assert_eq!(common_of(Dialect::DuckDb, &types), of("INT"));
        assert_eq!(number_literal("1e3"), of("DOUBLE"));
    }
}
