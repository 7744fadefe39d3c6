//! Inside of a model: its common table expressions as boxes of their own, what they read, and the SQL of columns.

use planglass_core::ordered::BTreeMap;
use planglass_core::project::{Project, ProjectNode};
use planglass_core::sql::column_texts::column_texts;
use planglass_core::sql::lineage::{ColumnRef, QueryLineage, steps};

use super::columns::boxed;
use super::graph::Graph;
use super::scene::Outline;
use crate::worker::model::clause_words;

/// What a box says that is no model.
const NAMED_QUERY: &str = "common table expression";

/// A line of a box: its name and the line's number.
type LineAt<'a> = (&'a str, u32);

/// SQL by the name of a box: column and text.
pub type Texts = Vec<(String, Vec<(String, String)>)>;

/// Boxes of a model's query and of what it reads, with threads between columns; `None` when it has none that can be
/// read.
pub fn outline(graph: &Graph, node: &ProjectNode, default_catalog: Option<&str>) -> Option<Outline> {
    let steps = steps(node.rendered.as_deref()?, &node.query_context()).ok()?;
    let name_of = |name: &'_ str| -> String {
        match name {
            "" => node.fqn.clone(),
            name => name.to_string(),
        }
    };
    let steps: Vec<(String, QueryLineage)> = steps
        .into_iter()
        .map(|(name, step)| (name_of(&name), step))
        .collect();
    // What is read first: a line of a common table expression stands there before it is asked for.
    let mut boxes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, step) in &steps {
        boxes.insert(
            name,
            step.outputs.iter().map(|output| output.name.clone()).collect(),
        );
    }
    let mut wires: Vec<[LineAt<'_>; 2]> = Vec::new();
    for (name, step) in &steps {
        for (line, output) in step.outputs.iter().enumerate() {
            for source in &output.sources {
                let from = (source.table.as_str(), line_of(&mut boxes, source));
                wires.push([from, (name, line as u32)]);
            }
        }
        let mut uses: BTreeMap<&ColumnRef, Vec<&'static str>> = BTreeMap::new();
        for row in &step.rows {
            uses.entry(&row.column)
                .or_default()
                .push(clause_words(row.clause));
        }
        for (column, clauses) in uses {
            let from = (column.table.as_str(), line_of(&mut boxes, column));
            let lines = boxes.entry(name).or_default();
            wires.push([from, (name, lines.len() as u32)]);
            lines.push(format!("{} ({})", column.column, clauses.join(", ")));
        }
    }
    let (mut outline, number_of) = boxed(graph, &boxes, default_catalog, NAMED_QUERY);
    for view in &mut outline.boxes {
        if !view.is_model() && view.name.starts_with('"') {
            view.sub = "outside of the project".to_string();
        }
    }
    for [(from, from_line), (to, to_line)] in wires {
        let place = |name: &str, line| Some((*number_of.get(name)?, line));
        outline.join(place(from, from_line), place(to, to_line));
    }
    Some(outline.sorted())
}

/// The line of a column in its box, which is put there if it is missing.
fn line_of<'a>(boxes: &mut BTreeMap<&'a str, Vec<String>>, column: &'a ColumnRef) -> u32 {
    let lines = boxes.entry(column.table.as_str()).or_default();
    let known = lines.iter().position(|line| *line == column.column);
    known.unwrap_or_else(|| {
        lines.push(column.column.clone());
        lines.len() - 1
    }) as u32
}

/// The SQL of the columns of a model and of its common table expressions.
pub fn texts(node: &ProjectNode) -> Texts {
    let Some(query) = node.rendered.as_deref() else {
        return Texts::new();
    };
    let mut found = column_texts(query, node.query_context().dialect);
    if let Some((name, _)) = found.last_mut() {
        name.clone_from(&node.fqn);
    }
    found
}

/// The SQL of those columns that boxes list.
pub fn texts_of(outline: &Outline, project: &Project) -> Texts {
    let mut found = Texts::new();
    for view in &outline.boxes {
        let node = project.nodes.get(&view.name);
        if let Some((name, mut columns)) = node.and_then(|node| texts(node).pop()) {
            columns.retain(|(column, _)| view.columns.contains(column));
            found.push((name, columns));
        }
    }
    found
}
