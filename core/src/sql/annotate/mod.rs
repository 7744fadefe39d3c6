//! Types, from the leaves up. Columns got theirs when they were resolved; everything else follows from the types
//! of its parts by the reference's rules, function results by its table for the dialect (`types`). What is not
//! known is `UNKNOWN`, which is always an acceptable answer. `NULL` has a type of its own while types are joined,
//! and none in the end.

mod calls;

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
    let common = types::common_of(dialect, &found);
    // ClickHouse: what is computed may be NULL unless the type says more than its name.
    if dialect.language() == Language::ClickHouse && common.arguments.is_empty() {
        return DataType {
            nullable: None,
            ..common
        };
    }
    common
}

fn part(node: &Node, key: &str) -> DataType {
    node.one(key).map_or_else(DataType::unknown, Node::data_type)
}

fn type_of(node: &Node, dialect: Dialect) -> DataType {
    match node.kind {
        Kind::Number => types::number_literal(&node.text),
        Kind::Text if node.args.is_empty() => types::string_literal(),
        // b'abc'
        Kind::Text if dialect.language() == Language::BigQuery => {
            let form = node.one("form").map_or("", |form| form.text.as_str());
            DataType::of(
                if form.to_ascii_lowercase().contains('b') && !form.starts_with(['r', 'R']) {
                    TypeKind::Binary
                } else {
                    TypeKind::Varchar
                },
            )
        }
        Kind::Null => types::null_literal(),
        Kind::Boolean
        | Kind::And
        | Kind::Or
        | Kind::Not
        | Kind::Between
        | Kind::In
        | Kind::Exists
        | Kind::Quantified => types::boolean_literal(),
        // CONVERT with a style, and one that may fail, are functions that the reference does not know.
        Kind::Cast
            if dialect.language() == Language::TSql
                && (node.arg("styles").is_some() || node.flag("convert")) =>
        {
            DataType::unknown()
        }
        // The reference quotes names of fields with all other names.
        Kind::Cast => DataType::parse(&node.text, dialect).with_quoted_fields(),
        Kind::Alias | Kind::Paren | Kind::Window | Kind::Ordered => part(node, "this"),
        Kind::Unary if matches!(node.text.as_str(), "-" | "~") => part(node, "this"),
        Kind::Binary => binary(node, dialect),
        Kind::Interval => DataType::of(TypeKind::Interval),
        Kind::Case => {
            let results = node.many("whens").iter().filter_map(|when| when.one("result"));
            joined(results.chain(node.one("default")), dialect)
        }
        Kind::Array if dialect.typing() == Language::Snowflake => DataType::of(TypeKind::Array),
        Kind::Array => DataType::array_of(joined(node.many("items").iter(), dialect)),
        Kind::Struct => structure(node, dialect),
        Kind::Subscript if node.arg("index").is_some() => {
            let this = part(node, "this");
            match this.kind {
                TypeKind::Array | TypeKind::List => this.element(),
                _ => DataType::unknown(),
            }
        }
        Kind::Subscript => part(node, "this"),
        Kind::Dot => field(&part(node, "this"), &node.text, dialect),
        Kind::Subquery => node.one("this").map_or_else(DataType::unknown, query_type),
        Kind::Function => calls::function(node, dialect),
        _ => DataType::unknown(),
    }
}

/// A field of a struct; Spark calls fields without a name `col1`, `col2` and so on.
fn field(data_type: &DataType, name: &str, dialect: Dialect) -> DataType {
    let place = match dialect.language() {
        Language::Spark | Language::Databricks => {
            name.strip_prefix("col").and_then(|n| n.parse::<usize>().ok())
        }
        _ => None,
    };
    match place.and_then(|place| data_type.arguments.get(place.checked_sub(1)?)) {
        Some(TypeArgument::Type(found)) => found.clone(),
        _ => data_type.field(name),
    }
}

/// A scalar subquery has the type of its only output.
fn query_type(query: &Node) -> DataType {
    match query.kind {
        Kind::Select
            if query.one("mode").is_some_and(|mode| mode.text.contains("STRUCT"))
                && !query
                    .many("projections")
                    .iter()
                    .any(|item| item.kind == Kind::Star) =>
        {
            let fields = query.many("projections").iter();
            DataType::struct_of(fields.map(|field| (field.text.clone(), field.data_type())))
        }
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
    let declared = node.many("types").iter().map(|field| field.text.as_str());
    let declared: Vec<&str> = declared.collect();
    if !declared.is_empty() {
        let text = format!("STRUCT<{}>", declared.join(", "));
        return DataType::parse(&text, dialect).with_quoted_fields();
    }
    fields(items)
}

/// A struct of expressions; one that is a column or has an alias gives its field a name.
fn fields(items: &[Node]) -> DataType {
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
        ":" | "." | "AT TIME ZONE" | "COLLATE" => DataType::unknown(),
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
