//! The arguments of `@model(…)` as a block: the same properties in the form in which SQL files have them.
//!
//! In: a decorator. Out: a header whose values are SQL texts, with places in the Python file, and the names of
//! properties that only Python could compute.

use crate::ordered::BTreeSet;

use crate::ordered::IndexMap;

use super::values;
use crate::model::header::{BlockKind, Header, Property};
use crate::python::{Kind, Node};
use crate::sql::Dialect;
use crate::time::Cron;

/// A decorator's arguments.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) properties: Vec<Property>,
    /// Properties that could not be read, with the argument.
    pub(super) unread: Vec<(String, Node)>,
    /// Names of properties whose value is only partly known.
    pub(super) names: BTreeSet<String>,
    pub(super) is_sql: bool,
    /// SQL of statements, by property.
    pub(super) statements: IndexMap<String, Vec<String>>,
    /// Variables of each copy; empty when there are no blueprints.
    pub(super) blueprints: Vec<IndexMap<String, Node>>,
    /// `blueprints` as a macro call.
    pub(super) blueprint_macro: Option<Property>,
}

impl Arguments {
    pub(super) fn header(&self, span: crate::source::Span) -> Header {
        Header {
            kind: BlockKind::Model,
            span,
            properties: self.properties.clone(),
        }
    }
}

/// Reads a decorator; `lookup` knows names.
pub(super) fn read(decorator: &Node, dialect: Dialect, lookup: &dyn Fn(&Node) -> Option<Node>) -> Arguments {
    let mut found = Arguments::default();
    let mut given: Vec<(&str, &Node)> = Vec::new();
    for (index, argument) in decorator.arguments().enumerate() {
        given.push((if index == 0 { "name" } else { "is_sql" }, argument));
    }
    for keyword in decorator
        .children
        .iter()
        .filter(|child| child.kind == Kind::Keyword)
    {
        if let Some(value) = keyword.children.first() {
            given.push((keyword.text.as_str(), value));
        }
    }
    for (name, written) in given {
        found.names.insert(name.to_string());
        let value = values::fold(written, &|node| lookup(node).or_else(|| enumeration(node)));
        let Some(value) = value else {
            // Kinds may be objects: `FullKind()`, `IncrementalByTimeRangeKind(time_column=…)`.
            let text = (name == "kind")
                .then(|| kind_object(written, dialect, lookup))
                .flatten();
            match text {
                Some(text) => found.properties.push(property(name, text, written)),
                None => found.unread.push((name.to_string(), written.clone())),
            }
            continue;
        };
        if value.kind == Kind::Constant && value.text == "None" {
            continue;
        }
        match name {
            "is_sql" => found.is_sql = value.text == "True",
            "pre_statements" | "post_statements" | "on_virtual_update" => {
                let texts = value.children.iter().filter_map(Node::as_str).map(str::to_string);
                found.statements.insert(name.to_string(), texts.collect());
            }
            "blueprints" if value.as_str().is_some() => {
                found.blueprint_macro = Some(property(name, value.text.clone(), written));
            }
            "blueprints" => {
                for copy in &value.children {
                    let pairs = copy.children.chunks(2).filter_map(|pair| match pair {
                        [key, value] => Some((key.text.to_lowercase(), value.clone())),
                        _ => None,
                    });
                    found.blueprints.push(pairs.collect());
                }
            }
            _ => match text(name, &value, dialect) {
                // One name stands for both here.
                Some(text) if name == "grain" && !is_scalar(&value) => {
                    found.properties.push(property("grains", text, written));
                }
                Some(text) => found.properties.push(property(name, text, written)),
                None if value.children.is_empty() && !is_scalar(&value) => {}
                None => found.unread.push((name.to_string(), written.clone())),
            },
        }
    }
    found
}

fn property(name: &str, value: String, written: &Node) -> Property {
    Property {
        name: name.to_string(),
        name_span: written.span,
        value,
        span: written.span,
    }
}

fn is_scalar(node: &Node) -> bool {
    matches!(node.kind, Kind::Str | Kind::Int | Kind::Float | Kind::Constant)
}

/// `ModelKindName.FULL` and the like are their names.
fn enumeration(node: &Node) -> Option<Node> {
    if node.kind != Kind::Attribute {
        return None;
    }
    let base = node.children.first()?;
    let known = [
        "ModelKindName",
        "OnDestructiveChange",
        "OnAdditiveChange",
        "IntervalUnit",
        "GrantsTargetLayer",
    ];
    (matches!(base.kind, Kind::Name | Kind::Attribute) && known.contains(&base.text.as_str()))
        .then(|| values::literal(Kind::Str, &node.text, Vec::new()))
}

/// A literal as SQL.
pub(super) fn literal(value: &Node, dialect: Dialect) -> Option<String> {
    Some(match value.kind {
        Kind::Str if value.text.contains('@') => value.text.clone(),
        _ => crate::macros::sql_literal(&values::to_json(value)?, dialect),
    })
}

/// A text that stands for SQL, any other literal as SQL.
fn raw(value: &Node, dialect: Dialect) -> Option<String> {
    match value.as_str() {
        Some(text) => Some(text.to_string()),
        None => literal(value, dialect),
    }
}

/// `(a, b)` of a list, a single item as it is.
fn list(value: &Node, item: &dyn Fn(&Node) -> Option<String>) -> Option<String> {
    match value.kind {
        Kind::ListDisplay | Kind::Tuple | Kind::Set => {
            let items: Option<Vec<String>> = value.children.iter().map(item).collect();
            let items = items?;
            (!items.is_empty()).then(|| format!("({})", items.join(", ")))
        }
        _ => item(value),
    }
}

/// `(key SEPARATOR value, …)` of a dict.
fn pairs(value: &Node, each: &dyn Fn(&Node, &Node) -> Option<String>) -> Option<String> {
    let items: Option<Vec<String>> = value
        .children
        .chunks(2)
        .map(|pair| match pair {
            [key, value] => each(key, value),
            _ => None,
        })
        .collect();
    let items = items?;
    (value.kind == Kind::Dict && !items.is_empty()).then(|| format!("({})", items.join(", ")))
}

fn text(name: &str, value: &Node, dialect: Dialect) -> Option<String> {
    let quoted = |node: &Node| literal(node, dialect);
    let plain = |node: &Node| raw(node, dialect);
    match name {
        "kind" => kind(value, dialect),
        "columns" => pairs(value, &|key, value| {
            Some(format!("{} {}", key.text, value.as_str()?))
        }),
        "column_descriptions" => pairs(value, &|key, value| {
            Some(format!("{} = {}", key.text, quoted(value)?))
        }),
        "physical_properties"
        | "virtual_properties"
        | "session_properties"
        | "table_properties"
        | "grants" => match value.as_str() {
            Some(text) => Some(text.to_string()),
            None => pairs(value, &|key, value| {
                Some(format!("{} = {}", quoted(key)?, quoted(value)?))
            }),
        },
        "audits" | "signals" => list(value, &|item| call(item, dialect)),
        "tags" | "ignored_rules" => list(value, &quoted),
        "name" | "depends_on" | "grain" | "grains" | "references" | "partitioned_by" | "clustered_by"
        | "gateway" => list(value, &plain),
        "cron" if value.as_str().is_some_and(|text| Cron::parse(text, None).is_ok()) => {
            Some(format!("'{}'", value.text))
        }
        _ => match value.kind {
            Kind::Dict => None,
            _ => list(value, &quoted),
        },
    }
}

/// `"name"`, or `("name", {argument: value})`.
fn call(item: &Node, dialect: Dialect) -> Option<String> {
    if let Some(name) = item.as_str() {
        return Some(name.to_string());
    }
    let name = item.children.first()?.as_str()?;
    let arguments = item.children.get(1)?;
    if arguments.children.is_empty() {
        return Some(name.to_string());
    }
    // A list stands for a tuple here.
    let value = |node: &Node| match node.kind {
        Kind::ListDisplay | Kind::Tuple => list(node, &|item| literal(item, dialect)),
        _ => literal(node, dialect),
    };
    let arguments = pairs(arguments, &|key, node| {
        Some(format!("{} := {}", key.text, value(node)?))
    })?;
    Some(format!("{name}{arguments}"))
}

fn kind(value: &Node, dialect: Dialect) -> Option<String> {
    if let Some(name) = value.as_str() {
        return Some(name.to_string());
    }
    let name = value
        .children
        .chunks(2)
        .find_map(|pair| match pair {
            [key, value] if key.text == "name" => value.as_str(),
            _ => None,
        })?
        .to_string();
    let properties = value.children.chunks(2).filter_map(|pair| match pair {
        [key, value] if key.text != "name" => Some((key.text.clone(), value.clone())),
        _ => None,
    });
    kind_text(&name, properties, dialect)
}

fn kind_text(
    name: &str,
    properties: impl Iterator<Item = (String, Node)>,
    dialect: Dialect,
) -> Option<String> {
    let mut texts = Vec::new();
    for (key, value) in properties {
        if value.kind == Kind::Constant && value.text == "None" {
            continue;
        }
        let text = match (key.as_str(), value.kind) {
            ("time_column", Kind::Dict) => {
                let part = |name: &str| {
                    value.children.chunks(2).find_map(|pair| match pair {
                        [key, value] if key.text == name => Some(value.text.clone()),
                        _ => None,
                    })
                };
                match (part("column")?, part("format")) {
                    (column, Some(format)) => format!("({column}, '{format}')"),
                    (column, None) => column,
                }
            }
            (
                "time_column" | "unique_key" | "columns" | "updated_at_name" | "valid_from_name"
                | "valid_to_name" | "when_matched" | "merge_filter" | "time_data_type",
                _,
            ) => list(&value, &|item| raw(item, dialect))?,
            ("materialization_properties", Kind::Dict) => pairs(&value, &|key, value| {
                Some(format!(
                    "{} = {}",
                    literal(key, dialect)?,
                    literal(value, dialect)?
                ))
            })?,
            _ => literal(&value, dialect)?,
        };
        texts.push(format!("{key} {text}"));
    }
    Some(if texts.is_empty() {
        name.to_string()
    } else {
        format!("{name} ({})", texts.join(", "))
    })
}

/// `IncrementalByTimeRangeKind(time_column="ds")`.
fn kind_object(node: &Node, dialect: Dialect, lookup: &dyn Fn(&Node) -> Option<Node>) -> Option<String> {
    let class = node.called().text.strip_suffix("Kind")?;
    if node.kind != Kind::Call {
        return None;
    }
    let mut name = String::new();
    for c in class.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() && !name.ends_with("SC") {
            name.push('_');
        }
        name.push(c.to_ascii_uppercase());
    }
    let name = name
        .replace("SCDTYPE2", "SCD_TYPE_2")
        .replace("SCD_TYPE2", "SCD_TYPE_2");
    let mut properties = Vec::new();
    for keyword in node.children.iter().filter(|child| child.kind == Kind::Keyword) {
        let value = keyword.children.first()?;
        let value = match value.kind {
            // `TimeColumn(column="ds", format="%Y")` is a dict here.
            Kind::Call if value.called().text == "TimeColumn" => {
                let pairs = value
                    .children
                    .iter()
                    .filter(|child| child.kind == Kind::Keyword)
                    .flat_map(|child| {
                        [
                            values::literal(Kind::Str, &child.text, Vec::new()),
                            child.children.first().cloned().unwrap_or_else(Node::absent),
                        ]
                    });
                values::fold(&values::literal(Kind::Dict, "", pairs.collect()), lookup)?
            }
            _ => values::fold(value, &|node| lookup(node).or_else(|| enumeration(node)))?,
        };
        properties.push((keyword.text.clone(), value));
    }
    kind_text(&name, properties.into_iter(), dialect)
}
