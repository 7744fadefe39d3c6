//! Types, from the leaves up. Columns got theirs when they were resolved; everything else follows from the types
//! of its parts by the reference's rules, function results by its table for the dialect (`types`). What is not
//! known is `UNKNOWN`, which is always an acceptable answer. `NULL` has a type of its own while types are joined,
//! and none in the end.

use super::dialect::{Dialect, Language};
use super::tree::{Kind, Node};
pub use super::types::DataType;
use super::types::{TypeArgument, TypeKind};

/// Gives every node of an expression its type, unless it has one.
pub(super) fn annotate(node: &mut Node, dialect: Dialect) {
    if matches!(node.kind, Kind::Select | Kind::SetOperation | Kind::Values) {
        return;
    }
    for child in node.children_mut() {
        annotate(child, dialect);
    }
    if node.data_type.is_none() {
        node.set_data_type(type_of(node, dialect));
    }
}

/// Types for the clauses that simplification looks into.
pub(super) fn clauses(select: &mut Node, dialect: Dialect) {
    for key in ["where", "having", "qualify"] {
        if let Some(condition) = select.one_mut(key) {
            annotate(condition, dialect);
        }
    }
    for join in select.many_mut("joins") {
        if let Some(condition) = join.one_mut("on") {
            annotate(condition, dialect);
        }
    }
}

/// The type of an output as it is shown: `NULL` alone is no type.
pub(super) fn shown(data_type: DataType, dialect: Dialect) -> DataType {
    if data_type.kind != TypeKind::Null {
        return data_type;
    }
    match dialect.language() {
        Language::Spark | Language::Databricks => data_type,
        Language::BigQuery => DataType::of(TypeKind::BigInt),
        _ => DataType::unknown(),
    }
}

/// Types from the widest to the narrowest; a type turns into those before it.
const PRECEDENCE: [&[TypeKind]; 3] = [
    &[
        TypeKind::Text,
        TypeKind::NVarchar,
        TypeKind::Varchar,
        TypeKind::NChar,
        TypeKind::Char,
    ],
    &[
        TypeKind::Decfloat,
        TypeKind::Double,
        TypeKind::Float,
        TypeKind::BigDecimal,
        TypeKind::Decimal,
        TypeKind::BigInt,
        TypeKind::Int,
        TypeKind::SmallInt,
        TypeKind::TinyInt,
    ],
    &[
        TypeKind::TimestampLtz,
        TypeKind::TimestampTz,
        TypeKind::Timestamp,
        TypeKind::Datetime,
        TypeKind::Date,
    ],
];

fn place(kind: TypeKind) -> Option<(usize, usize)> {
    PRECEDENCE.iter().enumerate().find_map(|(family, kinds)| {
        let at = kinds.iter().position(|found| *found == kind)?;
        Some((family, at))
    })
}

/// The second type if the first turns into it, else the first; one with parameters stays as it is.
pub(super) fn common(_: Dialect, first: &DataType, second: &DataType) -> DataType {
    if !first.arguments.is_empty() {
        return first.clone();
    }
    if !second.arguments.is_empty() {
        return second.clone();
    }
    if first.is_unknown() || second.is_unknown() {
        return DataType::unknown();
    }
    if first.kind == TypeKind::Null {
        return second.clone();
    }
    match (place(first.kind), place(second.kind)) {
        (Some((family, narrow)), Some((other, wide))) if family == other && wide < narrow => second.clone(),
        _ => first.clone(),
    }
}

fn is_nested(data_type: &DataType) -> bool {
    matches!(
        data_type.kind,
        TypeKind::Array | TypeKind::Struct | TypeKind::Map | TypeKind::List | TypeKind::Nested
    )
}

/// The type that all arguments have in common. Literals give way to other expressions only where one of the two
/// can be turned into the other.
fn joined<'n>(nodes: impl Iterator<Item = &'n Node>, dialect: Dialect) -> DataType {
    let mut literal: Option<DataType> = None;
    let mut other: Option<DataType> = None;
    let mut nested: Option<DataType> = None;
    for node in nodes {
        let found = node.data_type();
        if found.is_unknown() {
            return found;
        }
        if nested.is_some() {
            continue;
        }
        let slot = match node.kind {
            _ if is_nested(&found) => {
                nested = Some(found);
                continue;
            }
            Kind::Number | Kind::Text => &mut literal,
            _ => &mut other,
        };
        *slot = Some(match slot.take() {
            Some(before) => common(dialect, &before, &found),
            None => found,
        });
    }
    match (nested, other, literal) {
        (Some(nested), ..) => nested,
        (None, Some(other), Some(literal)) => {
            let prefers_other = dialect.language() == Language::BigQuery
                && (is_integer(other.kind) && is_integer(literal.kind)
                    || is_real(other.kind) && is_real(literal.kind));
            if prefers_other {
                other
            } else {
                common(dialect, &other, &literal)
            }
        }
        (None, Some(only), None) | (None, None, Some(only)) => only,
        (None, None, None) => DataType::unknown(),
    }
}

fn is_text(kind: TypeKind) -> bool {
    place(kind).is_some_and(|(family, _)| family == 0)
}

fn is_integer(kind: TypeKind) -> bool {
    matches!(
        kind,
        TypeKind::BigInt
            | TypeKind::Int
            | TypeKind::SmallInt
            | TypeKind::TinyInt
            | TypeKind::Int128
            | TypeKind::Int256
            | TypeKind::MediumInt
            | TypeKind::UBigInt
            | TypeKind::UInt
            | TypeKind::USmallInt
            | TypeKind::UTinyInt
    )
}

fn is_real(kind: TypeKind) -> bool {
    matches!(
        kind,
        TypeKind::Double | TypeKind::Float | TypeKind::Decimal | TypeKind::BigDecimal | TypeKind::Decfloat
    )
}

fn is_whole(digits: &str) -> bool {
    digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

fn part(node: &Node, key: &str) -> DataType {
    node.one(key).map_or_else(DataType::unknown, Node::data_type)
}

fn boolean() -> DataType {
    DataType::of(TypeKind::Boolean)
}

fn type_of(node: &Node, dialect: Dialect) -> DataType {
    match node.kind {
        Kind::Number if is_whole(&node.text) => DataType::of(TypeKind::Int),
        Kind::Number => DataType::of(TypeKind::Double),
        Kind::Text if node.args.is_empty() => DataType::of(TypeKind::Varchar),
        Kind::Null => DataType::of(TypeKind::Null),
        Kind::Boolean
        | Kind::And
        | Kind::Or
        | Kind::Not
        | Kind::Between
        | Kind::In
        | Kind::Exists
        | Kind::Quantified => boolean(),
        Kind::Cast => DataType::parse(&node.text, dialect),
        Kind::Alias | Kind::Paren | Kind::Window | Kind::Ordered => part(node, "this"),
        Kind::Unary if matches!(node.text.as_str(), "-" | "~") => part(node, "this"),
        Kind::Binary => binary(node, dialect),
        Kind::Interval => DataType::of(TypeKind::Interval),
        Kind::Case => {
            let results = node.many("whens").iter().filter_map(|when| when.one("result"));
            joined(results.chain(node.one("default")), dialect)
        }
        Kind::Array => DataType::array_of(joined(node.many("items").iter(), dialect)),
        Kind::Struct => structure(node, dialect),
        Kind::Subscript if node.text.is_empty() => {
            let this = part(node, "this");
            match this.kind {
                TypeKind::Array | TypeKind::List => this.element(),
                _ => DataType::unknown(),
            }
        }
        Kind::Subscript => part(node, "this"),
        Kind::Dot => part(node, "this").field(&node.text),
        Kind::Subquery => node.one("this").map_or_else(DataType::unknown, query_type),
        Kind::Function => function(node, dialect),
        _ => DataType::unknown(),
    }
}

/// A scalar subquery has the type of its only output.
fn query_type(query: &Node) -> DataType {
    match query.kind {
        Kind::Select => match query.many("projections") {
            [only] => only.data_type(),
            _ => DataType::unknown(),
        },
        Kind::SetOperation => query
            .many("branches")
            .first()
            .map_or_else(DataType::unknown, query_type),
        Kind::Subquery => query.one("this").map_or_else(DataType::unknown, query_type),
        _ => DataType::unknown(),
    }
}

fn structure(node: &Node, dialect: Dialect) -> DataType {
    let items = node.many("items");
    if node.text == "MAP" {
        let side = |index: usize| {
            let parts = items.iter().filter_map(|entry| entry.many("items").get(index));
            joined(parts, dialect)
        };
        let (key, value) = (side(0), side(1));
        return if key.is_unknown() || value.is_unknown() {
            DataType::of(TypeKind::Map)
        } else {
            DataType::map_of(key, value)
        };
    }
    if items.iter().any(|item| item.data_type().is_unknown()) {
        return DataType::unknown();
    }
    // The reference quotes the names of fields when it quotes all names, before it types them.
    let fields = items.iter().map(|item| match item.kind {
        Kind::Alias | Kind::Column => TypeArgument::Field {
            name: item.text.clone(),
            quoted: true,
            data_type: item.data_type(),
            rest: String::new(),
        },
        _ => TypeArgument::Type(item.data_type()),
    });
    DataType {
        arguments: fields.collect(),
        ..DataType::of(TypeKind::Struct)
    }
}

fn binary(node: &Node, dialect: Dialect) -> DataType {
    let (Some(left), Some(right)) = (node.one("left"), node.one("right")) else {
        return DataType::unknown();
    };
    let (left_type, right_type) = (left.data_type(), right.data_type());
    match node.text.as_str() {
        "="
        | "!="
        | "<"
        | "<="
        | ">"
        | ">="
        | "IS"
        | "LIKE"
        | "ILIKE"
        | "SIMILAR TO"
        | "RLIKE"
        | "IS DISTINCT FROM"
        | "IS NOT DISTINCT FROM"
        | "<=>"
        | "XOR"
        | "OVERLAPS"
        | "@>"
        | "<@"
        | "GLOB"
        | "REGEXP" => boolean(),
        "~" | "~*" | "!~" if dialect.language() != Language::DuckDb => boolean(),
        "||" => DataType::of(TypeKind::Varchar),
        "/" => division(&left_type, &right_type, dialect),
        "=>" => right_type,
        "->" | "->>" | "#>" | "#>>" | ":" | "AT TIME ZONE" => DataType::unknown(),
        _ => {
            let interval = |side: &Node| match side.kind {
                Kind::Interval => Some(is_date_unit(&side.text)),
                _ if side.data_type().kind == TypeKind::Interval => Some(false),
                _ => None,
            };
            let with_interval = |other: &DataType, date_unit: bool| match other.kind {
                TypeKind::Date if date_unit => Some(DataType::of(TypeKind::Date)),
                TypeKind::Date => Some(DataType::of(TypeKind::Datetime)),
                kind if is_text(kind) => Some(DataType::unknown()),
                _ => None,
            };
            let coerced = interval(right)
                .and_then(|unit| with_interval(&left_type, unit))
                .or_else(|| interval(left).and_then(|unit| with_interval(&right_type, unit)));
            if let Some(coerced) = coerced {
                return coerced;
            }
            // A string next to a number counts as that number.
            let numeric = |kind| is_integer(kind) || is_real(kind);
            if is_text(left_type.kind) && numeric(right_type.kind) {
                return right_type;
            }
            if numeric(left_type.kind) && is_text(right_type.kind) {
                return left_type;
            }
            joined([left, right].into_iter(), dialect)
        }
    }
}

fn is_date_unit(unit: &str) -> bool {
    matches!(
        unit.trim_end_matches('S'),
        "DAY" | "WEEK" | "MONTH" | "QUARTER" | "YEAR"
    )
}

/// In some dialects whole numbers divide into whole numbers; elsewhere what is not a fraction becomes DOUBLE.
fn division(left: &DataType, right: &DataType, dialect: Dialect) -> DataType {
    let typed = matches!(
        dialect.language(),
        Language::Postgres
            | Language::Redshift
            | Language::RisingWave
            | Language::Materialize
            | Language::Trino
            | Language::Presto
            | Language::Athena
            | Language::TSql
            | Language::Fabric
            | Language::Sqlite
            | Language::Teradata
            | Language::Dremio
            | Language::Drill
    );
    if typed && is_integer(left.kind) && is_integer(right.kind) {
        return DataType::of(TypeKind::BigInt);
    }
    let bare = |data_type: &DataType| DataType::of(data_type.kind);
    let found = common(dialect, &bare(left), &bare(right));
    if is_real(found.kind) {
        found
    } else {
        common(dialect, &found, &DataType::of(TypeKind::Double))
    }
}

/// Functions whose result is what their arguments have in common; the others are in the dialect's table.
fn function(node: &Node, dialect: Dialect) -> DataType {
    let args = node.many("args");
    match node.text.as_str() {
        "COALESCE" | "GREATEST" | "LEAST" | "MAX" | "MIN" | "NULLIF" => joined(args.iter(), dialect),
        "IF" | "IFF" => joined(args.iter().skip(1), dialect),
        "ABS" | "ANY_VALUE" | "FIRST_VALUE" | "LAST_VALUE" => joined(args.iter().take(1), dialect),
        _ => DataType::unknown(),
    }
}
