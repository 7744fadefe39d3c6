//! Results of calls that depend on more than the types of the arguments: on literals, units, counts of
//! arguments. All other calls follow the table of the dialect (`types::functions`).

use super::{annotate, fields, joined, structure, typed};
use crate::sql::dialect::{Dialect, Language};
use crate::sql::tree::{Kind, Node};
use crate::sql::types::{self, DataType, TypeArgument, TypeKind};

/// What a call gives, by the dialect's table.
pub(super) fn function(node: &Node, dialect: Dialect) -> DataType {
    let args: Vec<(DataType, bool)> = node.many("args").iter().map(typed).collect();
    let language = dialect.typing();
    let snowflake = language == Language::Snowflake;
    let spark = matches!(
        language,
        Language::Spark | Language::Spark2 | Language::Databricks
    );
    let is = |index: usize, kind: Kind| {
        let arg = node.many("args").get(index);
        arg.is_some_and(|arg| arg.kind == kind)
    };
    let literal = |index: usize| is(index, Kind::Text) || is(index, Kind::Number);
    let first = || {
        args.first()
            .map_or_else(DataType::unknown, |(found, _)| found.clone())
    };
    match node.text.as_str() {
        "MEDIAN" if snowflake => spread(&first(), 3, 3),
        "VARIANCE" | "VAR_POP" | "VARIANCE_POP" | "VARIANCE_SAMP" if snowflake => {
            let whole = first().arguments.len() < 2 || scale(&first()) == 0;
            spread(&first(), 38, if whole { 6 } else { 12 })
        }
        "KURTOSIS" if snowflake => spread(&first(), 38, 12),
        "PERCENTILE_CONT" | "PERCENTILE_DISC" if snowflake && node.arg("within_group").is_some() => node
            .many("within_group")
            .first()
            .map_or_else(DataType::unknown, Node::data_type),
        "MIN_BY" | "MAX_BY" if snowflake && args.len() > 2 => DataType::of(TypeKind::Array),
        // A moment is known from a text or with a shape; from a number only where nothing is tried.
        name if dialect.language() == Language::Snowflake
            && name.trim_start_matches("TRY_").starts_with("TO_TIMESTAMP")
            && !(args.len() > 1 && !is(1, Kind::Number) || args.len() == 1 && is(0, Kind::Text)) =>
        {
            let scaled = args.len() > 1 || is(0, Kind::Number);
            match scaled && !name.starts_with("TRY_") {
                true => DataType::of(TypeKind::Timestamp),
                false => DataType::unknown(),
            }
        }
        "ZEROIFNULL" if dialect.language() == Language::Snowflake => first(),
        "DIV0" | "DIV0NULL" if snowflake => {
            let second = args
                .get(1)
                .map_or_else(DataType::unknown, |(found, _)| found.clone());
            types::binary_type(dialect, "/", &first(), &second)
        }
        "GET_PATH" if literal(1) => DataType::unknown(),
        "OBJECT_CONSTRUCT" if snowflake => object(node),
        "PERCENTILE_APPROX" | "APPROX_PERCENTILE" if spark => {
            let several = args
                .get(1)
                .is_some_and(|(found, _)| found.kind == TypeKind::Array);
            if several {
                DataType::array_of(first())
            } else {
                first()
            }
        }
        "PERCENTILE" if spark => DataType::of(TypeKind::Double),
        "NAMED_STRUCT" if spark => pairs(node, true),
        "TUPLE" if language == Language::ClickHouse => fields(node.many("args")),
        "MAP"
            if (spark && args.len() > 1 || language == Language::ClickHouse)
                && args.len().is_multiple_of(2) =>
        {
            let side = |from: usize| joined(node.many("args").iter().skip(from).step_by(2), dialect);
            DataType::map_of(side(0), side(1))
        }
        "ELEMENT_AT" if matches!(first().kind, TypeKind::Map) => DataType::unknown(),
        "IF" if spark || matches!(language, Language::BigQuery) => {
            joined(node.many("args").iter().skip(1), dialect)
        }
        "COALESCE" if spark => types::promoted(joined(node.many("args").iter(), dialect)),
        "TRUNC" if spark && args.len() > 1 => DataType::of(TypeKind::Timestamp),
        "DATEADD" if language == Language::Databricks && args.len() == 3 => DataType::of(TypeKind::Timestamp),
        "DATE_ADD" | "DATE_SUB" if spark && first().kind == TypeKind::Varchar => DataType::unknown(),
        "CONCAT" if language == Language::BigQuery => joined(node.many("args").iter(), dialect),
        "JSON_EXTRACT_ARRAY" if language == Language::BigQuery => {
            DataType::array_of(DataType::of(TypeKind::Json))
        }
        "DATETIME_ADD" | "DATETIME_SUB" if language == Language::BigQuery => DataType::of(TypeKind::Datetime),
        "DATETIME" if language == Language::BigQuery => DataType::unknown(),
        "APPROX_TOP_COUNT" if language == Language::BigQuery => {
            let fields = [first(), DataType::of(TypeKind::BigInt)].map(TypeArgument::Type);
            DataType::array_of(DataType {
                arguments: fields.to_vec(),
                ..DataType::of(TypeKind::Struct)
            })
        }
        "ARRAY" if matches!(node.many("args"), [query] if query.kind == Kind::Subquery) => match first() {
            element if element.is_unknown() => element,
            element => DataType::array_of(element),
        },
        "SYSDATE" if language == Language::Redshift => DataType::of(TypeKind::Timestamp),
        "TO_TIMESTAMP" if language == Language::Redshift => DataType::of(TypeKind::TimestampTz),
        "LISTAGG" if language == Language::Redshift => match node.arg("within_group") {
            Some(_) => DataType::unknown(),
            None => DataType::of(TypeKind::Varchar),
        },
        "DATEADD" | "DATE_ADD" if language == Language::Redshift => DataType::unknown(),
        "RAND" | "RANDOM" if args.is_empty() && language == Language::Trino => DataType::of(TypeKind::Double),
        "ROW" if language == Language::Trino && args.iter().all(|(found, _)| !found.is_unknown()) => {
            let fields = args.iter().map(|(found, _)| TypeArgument::Type(found.clone()));
            DataType {
                arguments: fields.collect(),
                ..DataType::of(TypeKind::Struct)
            }
        }
        "DATEPART" | "DATE_PART" if language == Language::TSql => DataType::of(TypeKind::Int),
        "FORMAT" | "STUFF" | "HASHBYTES" if language == Language::TSql => DataType::of(TypeKind::Varchar),
        "JSON_VALUE" if language == Language::TSql && literal(1) => DataType::unknown(),
        "MIN" | "MAX" | "SUM" | "ANY" | "DATE_TRUNC" | "DATEADD" | "DATESUB"
            if language == Language::ClickHouse =>
        {
            let found = match node.text.as_str() {
                "MIN" | "MAX" => joined(node.many("args").iter(), dialect),
                "SUM" | "ANY" => types::function_type_of(dialect, &node.text, &args),
                "DATE_TRUNC" => args
                    .get(1)
                    .map_or_else(DataType::unknown, |(found, _)| found.clone()),
                _ => shifted_moment(node),
            };
            match found.arguments.is_empty() {
                true => DataType {
                    nullable: None,
                    ..found
                },
                false => found,
            }
        }
        "ARRAYJOIN" => first().element(),
        // DuckDB's own ways to write a struct and a map.
        "STRUCT_PACK" if dialect.language() == Language::DuckDb => {
            let fields = node.many("args").iter().map(|arg| match arg.text.as_str() {
                ":=" | "=>" if arg.kind == Kind::Binary => Node::alias(
                    arg.one("right").cloned().unwrap_or_default(),
                    arg.one("left").map(|name| name.text.clone()).unwrap_or_default(),
                ),
                _ => arg.clone(),
            });
            let mut built = Node::new(Kind::Struct, "").with_many("items", fields.collect());
            for item in built.many_mut("items") {
                annotate(item, dialect);
            }
            structure(&built, dialect)
        }
        "EXTRACT" | "DATE_PART" if name_of_unit(node).starts_with("EPOCH") && snowflake => {
            DataType::of(TypeKind::BigInt)
        }
        "DATE_PART" if snowflake => DataType::of(TypeKind::Int),
        "EXTRACT" => {
            let unit = node.many("args").first().map_or("", |unit| unit.text.as_str());
            DataType::of(match unit {
                "DATE" => TypeKind::Date,
                "TIME" => TypeKind::Time,
                _ if dialect.language() == Language::DuckDb => TypeKind::BigInt,
                _ => TypeKind::Int,
            })
        }
        "CURRENT_USER" | "SESSION_USER" => DataType::of(TypeKind::Varchar),
        // A path that is written out has no type, nor has what it leads to.
        name if name.starts_with("JSON_EXTRACT")
            && !(name == "JSON_EXTRACT_SCALAR" && language == Language::BigQuery)
            && node.many("args").iter().any(|arg| arg.kind == Kind::Text) =>
        {
            DataType::unknown()
        }
        "MAP" => match args.as_slice() {
            [(keys, _), (values, _)] if keys.kind == TypeKind::Array && values.kind == TypeKind::Array => {
                DataType::map_of(keys.element(), values.element())
            }
            _ => DataType::of(TypeKind::Map),
        },
        "UNNEST" | "EXPLODE" => args
            .first()
            .map_or_else(DataType::unknown, |(array, _)| array.element()),
        "MIN" | "MAX" | "COALESCE" | "GREATEST" | "LEAST" => joined(node.many("args").iter(), dialect),
        name => match types::function_type_of(dialect, name, &args) {
            found if found.is_unknown() => shifted_moment(node),
            found => found,
        },
    }
}

/// Functions that move or cut a moment in time: a date stays a date when the unit is a day or longer.
fn shifted_moment(call: &Node) -> DataType {
    if !matches!(
        call.text.as_str(),
        "DATE_ADD"
            | "DATEADD"
            | "DATE_SUB"
            | "DATE_TRUNC"
            | "TIMESTAMP_TRUNC"
            | "TIMEADD"
            | "TIMESTAMP_ADD"
            | "TIMESTAMP_SUB"
    ) {
        return DataType::unknown();
    }
    // With the unit first, cutting is a function of timestamps, whose result the reference leaves open.
    let cuts = call.text.ends_with("TRUNC");
    if cuts
        && call
            .many("args")
            .first()
            .is_some_and(|first| first.kind == Kind::Text)
    {
        return DataType::unknown();
    }
    let mut unit = "";
    let mut moment = None;
    for arg in call.many("args") {
        let data_type = arg.data_type();
        let temporal = matches!(
            data_type.kind,
            TypeKind::Date
                | TypeKind::Datetime
                | TypeKind::Datetime2
                | TypeKind::Timestamp
                | TypeKind::TimestampTz
                | TypeKind::TimestampNtz
        );
        match arg.kind {
            _ if temporal => moment = Some(data_type),
            Kind::Interval | Kind::Text | Kind::Word | Kind::Column => unit = &arg.text,
            _ => {}
        }
    }
    moment.map_or_else(DataType::unknown, |moment| {
        types::shifted_by_interval(&moment, unit)
    })
}

/// The unit that a call names first.
fn name_of_unit(call: &Node) -> &str {
    call.many("args").first().map_or("", |unit| unit.text.as_str())
}

fn number(found: &DataType, index: usize) -> u32 {
    match found.arguments.get(index) {
        Some(TypeArgument::Parameter(text)) => text.parse().unwrap_or(0),
        _ => 0,
    }
}

fn scale(found: &DataType) -> u32 {
    number(found, 1)
}

/// Snowflake: a statistic of exact numbers has more digits than they have, that of others is `DOUBLE`. `scale` is
/// added when `digits` are, else it is the scale.
fn spread(found: &DataType, digits: u32, scale_of: u32) -> DataType {
    let sized = |precision: u32, scale: u32| DataType::sized(TypeKind::Decimal, &[precision.min(38), scale]);
    match found.kind {
        TypeKind::Unknown => DataType::unknown(),
        TypeKind::Decimal if digits < 38 && found.arguments.len() > 1 => {
            sized(number(found, 0) + digits, scale(found) + scale_of)
        }
        TypeKind::Decimal | TypeKind::TinyInt | TypeKind::SmallInt | TypeKind::Int | TypeKind::BigInt => {
            sized(38, scale_of)
        }
        _ => DataType::of(TypeKind::Double),
    }
}

/// Names and values in turn as a struct; `quoted` as the names are to be shown.
fn pairs(call: &Node, quoted: bool) -> DataType {
    let args = call.many("args");
    let mut arguments = Vec::new();
    for pair in args.chunks(2) {
        match pair {
            [name, value] if name.kind == Kind::Text && !value.data_type().is_unknown() => {
                arguments.push(TypeArgument::Field {
                    name: name.text.clone(),
                    quoted,
                    data_type: value.data_type(),
                    rest: String::new(),
                });
            }
            _ => return DataType::unknown(),
        }
    }
    DataType {
        arguments,
        ..DataType::of(TypeKind::Struct)
    }
}

/// Snowflake's `OBJECT_CONSTRUCT('a', x, …)`.
fn object(call: &Node) -> DataType {
    if call.many("args").iter().any(|arg| arg.kind == Kind::Star) {
        return DataType::unknown();
    }
    pairs(call, true)
}
