//! Names of outputs, and the form of a query of which only names can be told.

use super::Output;
use crate::sql::QueryContext;
use crate::sql::annotate;
use crate::sql::dialect::Dialect;
use crate::sql::scope;
use crate::sql::tree::{Arg, Kind, Node};
use crate::sql::types::{self, DataType};

/// Outputs of a whole query: of a set operation, those of its first branch, types included.
pub(in crate::sql) fn final_outputs(query: &Node) -> Option<Vec<Output>> {
    match query.kind {
        Kind::Select => outputs_of(query),
        Kind::SetOperation => final_outputs(query.many("branches").first()?),
        Kind::Subquery => final_outputs(query.one("this")?),
        _ => None,
    }
}

/// The name an expression gives to its output; empty when it has none.
pub fn output_name(node: &Node) -> String {
    match node.kind {
        Kind::Alias | Kind::Column | Kind::Dot | Kind::Number | Kind::Text | Kind::Identifier => {
            node.text.clone()
        }
        Kind::Cast | Kind::Paren => node.one("this").map(inner_name).unwrap_or_default(),
        // `x['a']` is called a, and `x[1]` 0 or 1, as the dialect counts.
        Kind::Subscript => match node.one("index") {
            Some(index) if matches!(index.kind, Kind::Text | Kind::Number) => index.text.clone(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// The name below a cast or parentheses; a function lends the literal it is called with.
fn inner_name(node: &Node) -> String {
    match node.kind {
        Kind::Function => match node.many("args").first() {
            Some(first) if matches!(first.kind, Kind::Text | Kind::Number) => first.text.clone(),
            _ => String::new(),
        },
        Kind::Alias => String::new(),
        _ => output_name(node),
    }
}

/// Names and types of a SELECT's outputs, `None` when a star stays.
pub(in crate::sql) fn outputs_of(select: &Node) -> Option<Vec<Output>> {
    let projections = select.many("projections").iter();
    projections
        .map(|projection| {
            let named = projection.kind != Kind::Star && projection.arg("names").is_none();
            named.then(|| Output {
                name: output_name(projection),
                data_type: projection.data_type(),
            })
        })
        .collect()
}

/// The form of a query whose columns cannot be told: catalogs, source aliases and output names, nothing else.
pub(in crate::sql) fn names_only(query: &mut Node, context: &QueryContext<'_>) -> Option<Vec<Output>> {
    name_sources(query, context, &mut Vec::new());
    outermost_outputs(query, context)
}

fn name_sources(node: &mut Node, context: &QueryContext<'_>, ctes: &mut Vec<String>) {
    let outer = ctes.len();
    let recursive = node.flag("recursive");
    let mut inner = match node.remove("ctes") {
        Some(Arg::Many(inner)) => inner,
        _ => Vec::new(),
    };
    for cte in &mut inner {
        let name = cte.text.clone();
        if recursive {
            ctes.push(name.clone());
        }
        name_sources(cte, context, ctes);
        if !recursive {
            ctes.push(name);
        }
    }
    if node.kind == Kind::Table {
        let parts = node.many("name");
        let is_cte = parts.len() == 1 && parts.iter().any(|part| ctes.contains(&part.text));
        let table = parts.last().map(|part| part.text.clone());
        if !is_cte && let Some(name) = scope::qualified(node, context.default_catalog) {
            let parts = name.parts().map(Node::identifier).collect();
            node.set_many("name", parts);
        }
        if let (Some(table), None) = (table, node.arg("alias")) {
            let alias = Node::new(Kind::TableAlias, table);
            node.set("alias", Arg::One(Box::new(alias)));
        }
    }
    for child in node.children_mut() {
        name_sources(child, context, ctes);
    }
    node.set_many("ctes", inner);
    ctes.truncate(outer);
}

/// Outputs of a set operation: each branch is held against the first, the last one first of all.
pub(super) fn union_types(mut branches: Vec<Option<Vec<Output>>>, dialect: Dialect) -> Option<Vec<Output>> {
    let others = branches.split_off(branches.len().min(1));
    let mut outputs = branches.pop().flatten();
    for (at, output) in outputs.iter_mut().flatten().enumerate() {
        let first = output.data_type.clone();
        let rights = others.iter().rev().flatten().filter_map(|right| right.get(at));
        output.data_type = rights
            .map(|right| types::coerced(dialect, &first, &right.data_type))
            .reduce(|all, next| types::coerced(dialect, &next, &all))
            .unwrap_or(first);
    }
    outputs
}

/// Names the outputs of the outermost query and types what needs no schema.
fn outermost_outputs(query: &mut Node, context: &QueryContext<'_>) -> Option<Vec<Output>> {
    // What pipes make of the outputs is not modelled.
    if query.arg("pipes").is_some() {
        return None;
    }
    match query.kind {
        Kind::Select => {
            for projection in query.many_mut("projections") {
                annotate::annotate(projection, context.dialect.with_plain_types());
                let name = output_name(projection);
                if !name.is_empty() && projection.kind != Kind::Alias {
                    let this = std::mem::take(projection);
                    let data_type = this.data_type.clone();
                    *projection = Node::alias(this, name);
                    projection.data_type = data_type;
                }
                if !context.optimize {
                    projection.set_data_type(DataType::unknown());
                }
            }
            outputs_of(query)
        }
        Kind::SetOperation => {
            let mut outputs: Option<Vec<Output>> = None;
            for (index, branch) in query.many_mut("branches").iter_mut().enumerate() {
                let branch = outermost_outputs(branch, context);
                if index == 0 {
                    outputs = branch;
                }
            }
            // Without qualification the reference types the projections of a plain SELECT only.
            for output in outputs.iter_mut().flatten() {
                output.data_type = DataType::unknown();
            }
            outputs
        }
        Kind::Subquery => outermost_outputs(query.one_mut("this")?, context),
        _ => None,
    }
}
