//! Types, from the leaves up. Columns got theirs when they were resolved; everything else follows from the types
//! of its parts by the reference's rules, function results by its table for the dialect (`types`). What is not
//! known is `UNKNOWN`, which is always an acceptable answer. `NULL` has a type of its own while types are joined,
//! and none in the end.

use super::dialect::{Dialect, Language};
use super::tree::{Kind, Node};
use super::types::{self, DataType, TypeArgument, TypeKind};

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

fn typed(node: &Node) -> (DataType, bool) {
    (node.data_type(), matches!(node.kind, Kind::Number | Kind::Text))
}

/// The type that all nodes have in common; literals count apart.
fn joined<'n>(nodes: impl Iterator<Item = &'n Node>, dialect: Dialect) -> DataType {
    let found: Vec<(DataType, bool)> = nodes.map(typed).collect();
    if found.iter().any(|(data_type, _)| data_type.is_unknown()) {
        return DataType::unknown();
    }
    types::common_of(dialect, &found)
}

fn part(node: &Node, key: &str) -> DataType {
    node.one(key).map_or_else(DataType::unknown, Node::data_type)
}

fn type_of(node: &Node, dialect: Dialect) -> DataType {
    match node.kind {
        Kind::Number => types::number_literal(&node.text),
        Kind::Text if node.args.is_empty() => types::string_literal(),
        Kind::Null => types::null_literal(),
        Kind::Boolean
        | Kind::And
        | Kind::Or
        | Kind::Not
        | Kind::Between
        | Kind::In
        | Kind::Exists
        | Kind::Quantified => types::boolean_literal(),
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
    let operator = node.text.as_str();
    let is_moment = |found: &DataType| found.kind == TypeKind::Date || found.kind == TypeKind::Varchar;
    match operator {
        "=>" | ":=" => right_type,
        ":" | "AT TIME ZONE" | "COLLATE" => DataType::unknown(),
        "~" if dialect.language() == Language::DuckDb => joined([left, right].into_iter(), dialect),
        "+" | "-" if right.kind == Kind::Interval && is_moment(&left_type) => {
            types::shifted_by_interval(&left_type, &right.text)
        }
        "+" if left.kind == Kind::Interval && is_moment(&right_type) => {
            types::shifted_by_interval(&right_type, &left.text)
        }
        _ => {
            let found = types::binary_type(dialect, operator, &left_type, &right_type);
            // Between a literal and something else the other comes first, whichever side it is on.
            match (typed(left).1, typed(right).1) {
                (true, false) if found == left_type => {
                    types::binary_type(dialect, operator, &right_type, &left_type)
                }
                _ => found,
            }
        }
    }
}

/// What a call gives, by the dialect's table.
fn function(node: &Node, dialect: Dialect) -> DataType {
    let args: Vec<(DataType, bool)> = node.many("args").iter().map(typed).collect();
    match node.text.as_str() {
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
