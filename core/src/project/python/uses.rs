//! Tables and variables that Python code names in calls of its context.
//!
//! In: definitions as stored. Out: first arguments of `context.table` and `context.resolve_table`, and names of
//! variables asked for with `var`, `blueprint_var` and `gateway`. An argument that only Python could compute is
//! a problem, as it is in SQLMesh.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::ordered::IndexMap;
use serde_json::Value;

use super::environment::Serialized;
use super::values;
use crate::python::{Kind, Node, unparse};
use crate::source::Span;

/// What code names.
#[derive(Default)]
pub(super) struct Uses {
    /// Tables as written.
    pub(super) tables: BTreeSet<String>,
    /// Variables in lower case; whether only metadata depends on them.
    pub(super) variables: BTreeMap<String, bool>,
    /// Arguments that cannot be told: the file, the call's place, and the argument's text.
    pub(super) unresolved: Vec<(String, Span, String)>,
}

/// Finds them. The parameters of `entrypoint` count as variables.
pub(super) fn find(
    environment: &Serialized,
    entrypoint: Option<&str>,
    variables: &IndexMap<String, Value>,
    blueprint: &IndexMap<String, Node>,
) -> Uses {
    let mut uses = Uses::default();
    let lookup = |node: &Node| -> Option<Node> {
        if let Some(name) = node.as_name() {
            return environment.values.get(name).cloned();
        }
        let (_, method) = method_of(node)?;
        let name = node.arguments().next()?.as_str()?.to_lowercase();
        let default = || {
            node.arguments()
                .nth(1)
                .map_or_else(|| values::constant("None"), Node::clone)
        };
        match method {
            "var" => Some(variables.get(&name).map_or_else(default, values::from_json)),
            "blueprint_var" => Some(blueprint.get(&name).cloned().unwrap_or_else(default)),
            _ => None,
        }
    };
    for (name, definition) in &environment.definitions {
        let is_metadata = environment
            .entries
            .get(name)
            .is_some_and(|entry| entry.is_metadata == Some(true));
        let path = environment
            .entries
            .get(name)
            .and_then(|entry| entry.path.clone())
            .unwrap_or_default();
        definition.walk(&mut |node| {
            let mut found: Vec<String> = Vec::new();
            if let Some((object, method)) = method_of(node) {
                let is_table = object == "context" && matches!(method, "table" | "resolve_table");
                let is_variable = matches!(method, "var" | "blueprint_var");
                if is_table || is_variable {
                    let keyword = if is_table { "model_name" } else { "var_name" };
                    let argument = node.arguments().next().or_else(|| node.keyword(keyword));
                    let value = argument.and_then(|argument| values::fold(argument, &lookup));
                    match value.as_ref().and_then(Node::as_str) {
                        Some(value) if is_table => {
                            uses.tables.insert(value.to_string());
                        }
                        Some(value) => found.push(value.to_lowercase()),
                        None => {
                            let text = argument.map(unparse).unwrap_or_default();
                            uses.unresolved.push((path.clone(), node.span, text));
                        }
                    }
                }
            } else if node.kind == Kind::Attribute
                && node.text == "gateway"
                && node
                    .children
                    .first()
                    .and_then(Node::as_name)
                    .is_some_and(is_context)
            {
                found.push("gateway".to_string());
            } else if node.kind == Kind::Function && Some(node.text.as_str()) == entrypoint {
                let parameters = node.children.first().map_or(&[][..], |list| &list.children);
                found.extend(
                    parameters
                        .iter()
                        .filter(|parameter| matches!(parameter.kind, Kind::Parameter | Kind::KeywordOnly))
                        .map(|parameter| parameter.text.clone())
                        .filter(|name| name != "context"),
                );
            }
            for name in found {
                let only = uses.variables.entry(name).or_insert(true);
                *only &= is_metadata;
            }
            true
        });
    }
    uses
}

fn is_context(name: &str) -> bool {
    matches!(name, "context" | "evaluator")
}

/// `context.method(…)` or `evaluator.method(…)`.
fn method_of(node: &Node) -> Option<(&str, &str)> {
    let function = (node.kind == Kind::Call)
        .then(|| node.children.first())
        .flatten()?;
    let object = function.children.first().and_then(Node::as_name)?;
    (function.kind == Kind::Attribute && is_context(object)).then_some((object, function.text.as_str()))
}
