//! The lineage of one column: what it is made of, and what is made of it.

use planglass_core::ordered::{BTreeMap, BTreeSet};

use planglass_core::project::lineage::ColumnGraph;
use planglass_core::sql::lineage::ColumnRef;

use super::graph::Graph;
use super::scene::Outline;
use crate::messages::lineage::{BoxView, NO_ENTRY};
use crate::worker::model::clause_words;
use crate::worker::review::{schema_and_title, shown_name};

/// Boxes with the columns that take part, and threads between them. The asked column is in it even when nothing is
/// known of where it comes from.
pub fn outline(
    graph: &Graph,
    columns: &ColumnGraph,
    asked: &ColumnRef,
    default_catalog: Option<&str>,
) -> Outline {
    let readers = columns.downstream(asked);
    let mut traced: BTreeSet<ColumnRef> = columns.upstream(asked).into_iter().collect();
    traced.extend(readers.columns.iter().cloned());
    traced.insert(asked.clone());

    let mut boxes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut line_of: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for column in &traced {
        let lines = boxes.entry(&column.table).or_default();
        line_of.insert((&column.table, &column.column), lines.len() as u32);
        lines.push(column.column.clone());
    }
    // Models whose rows depend on it have a line that says where.
    let mut uses: BTreeMap<(&str, &ColumnRef), Vec<&'static str>> = BTreeMap::new();
    for reader in &readers.rows {
        uses.entry((&reader.model, &reader.column))
            .or_default()
            .push(clause_words(reader.clause));
    }
    let mut row_threads: Vec<(&ColumnRef, &str, u32)> = Vec::new();
    for ((model, column), clauses) in &uses {
        if !traced.contains(*column) {
            continue;
        }
        let lines = boxes.entry(model).or_default();
        row_threads.push((column, model, lines.len() as u32));
        lines.push(format!("{} ({})", column.column, clauses.join(", ")));
    }

    let (mut outline, number_of) = boxed(graph, &boxes, default_catalog, "outside of the project");
    let place = |column: &ColumnRef| {
        let line = line_of.get(&(column.table.as_str(), column.column.as_str()))?;
        Some((*number_of.get(column.table.as_str())?, *line))
    };
    let mut join = |from: Option<(u32, u32)>, to: Option<(u32, u32)>| outline.join(from, to);
    for column in &traced {
        let outputs = columns
            .model(&column.table)
            .map(|found| found.outputs.as_slice())
            .unwrap_or_default();
        for output in outputs
            .iter()
            .filter(|output| output.name == column.column || output.name == "*")
        {
            for source in &output.sources {
                let source = match source.column.as_str() {
                    "*" => ColumnRef {
                        table: source.table.clone(),
                        column: column.column.clone(),
                    },
                    _ => source.clone(),
                };
                join(place(&source), place(column));
            }
        }
    }
    for (column, model, line) in row_threads {
        join(place(column), number_of.get(model).map(|number| (*number, line)));
    }
    outline.sorted()
}

/// Boxes with their lines, and the number of each. `foreign` says what those are that are no models.
pub fn boxed<'a>(
    graph: &Graph,
    boxes: &BTreeMap<&'a str, Vec<String>>,
    default_catalog: Option<&str>,
    foreign: &str,
) -> (Outline, BTreeMap<&'a str, u32>) {
    let mut outline = Outline {
        box_of: vec![u32::MAX; graph.nodes.len()],
        ..Outline::default()
    };
    let mut number_of: BTreeMap<&str, u32> = BTreeMap::new();
    for (name, lines) in boxes {
        let number = outline.boxes.len() as u32;
        number_of.insert(name, number);
        let node = graph.number(name);
        let view = match node.and_then(|index| Some((index, graph.nodes.get(index as usize)?))) {
            Some((index, node)) => {
                outline.box_of[index as usize] = number;
                super::scene::model_box(node, false)
            }
            None => {
                let (schema, title) = schema_and_title(&shown_name(name, default_catalog));
                BoxView {
                    name: (*name).to_string(),
                    schema,
                    title,
                    sub: foreign.to_string(),
                    entry: NO_ENTRY,
                    ..BoxView::default()
                }
            }
        };
        outline.boxes.push(BoxView {
            columns: lines.clone(),
            ..view
        });
    }
    (outline, number_of)
}

impl Outline {
    /// Puts a thread between two lines of boxes, and an edge between these.
    pub fn join(&mut self, from: Option<(u32, u32)>, to: Option<(u32, u32)>) {
        if let (Some((from, from_line)), Some((to, to_line))) = (from, to)
            && from != to
        {
            self.edges.push((from, to));
            self.threads.push([from, from_line, to, to_line]);
        }
    }

    /// Edges and threads in order, each once.
    pub fn sorted(mut self) -> Self {
        self.edges.sort_unstable();
        self.edges.dedup();
        self.threads.sort_unstable();
        self.threads.dedup();
        self
    }
}
