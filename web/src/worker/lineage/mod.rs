//! Lineage: the part of the graph that a page asks for, coloured, grouped and placed.
//!
//! In: the plan with its state, and a query. Out: a packed drawing with its legend. The layout is computed here, next
//! to the plan, and remembered so that boxes keep their places from one plan to the next.

pub mod columns;
pub mod graph;
pub mod inside;
pub mod lens;
pub mod part;
pub mod scene;
#[cfg(test)]
mod tests;

use planglass_core::ordered::BTreeMap;

use planglass_core::project::Project;
use planglass_core::project::lineage::ColumnGraph;
use planglass_core::sql::lineage::ColumnRef;
use planglass_core::state::StateFile;

use super::review::Review;
use super::rows::group_of;
use crate::messages::lineage::{LineageQuery, LineageView, Part};
use crate::messages::{Group, Status};
use graph::{Graph, Node};
pub use scene::Memory;

/// Most models that a search names.
const MOST_FOUND: usize = 12;

/// Most models that are drawn one by one without being asked for.
const MOST_AT_ONCE: usize = 20_000;

/// What a page shows of the graph; `None` without a plan. `columns` reads the lineage of columns, which takes a while;
/// `clock` gives milliseconds.
pub fn view(
    review: &Review,
    state: Option<&StateFile>,
    project: Option<&Project>,
    query: &LineageQuery,
    columns: &dyn Fn() -> Option<std::rc::Rc<ColumnGraph>>,
    memory: &mut Memory,
    clock: fn() -> f64,
) -> Option<LineageView> {
    let plan = review.plan()?;
    let mut graph = graph_of(review, state, query.group);
    let entries = lens::apply(&mut graph, review, state, query);
    let mut chosen = part::choose(&graph, query);
    let dims = graph.has_changes() && matches!(chosen.part, Part::Changes | Part::Around | Part::All);
    let mut outline = None;
    let mut texts = Vec::new();
    let unread = "Where columns come from is read from the project's files; open them.";
    if let (Part::Column, Some(model), Some(column)) = (query.part, &query.model, &query.column) {
        let asked = ColumnRef {
            table: model.clone(),
            column: column.clone(),
        };
        match columns() {
            Some(columns) => {
                let found = columns::outline(&graph, &columns, &asked, plan.default_catalog.as_deref());
                let alone = "Nothing is known of where this column comes from, and nothing reads it.";
                chosen = part::of_boxes(
                    &found.box_of,
                    Part::Column,
                    found.edges.is_empty().then_some(alone),
                );
                texts = project.map_or_else(Vec::new, |project| inside::texts_of(&found, project));
                outline = Some(found);
            }
            None => chosen.note = Some(unread.to_string()),
        }
    }
    if let (Part::Inside, Some(model)) = (query.part, &query.model) {
        let node = project.and_then(|project| project.nodes.get(model));
        let found = node.and_then(|node| inside::outline(&graph, node, plan.default_catalog.as_deref()));
        match (node, found) {
            (Some(node), Some(found)) => {
                let alone = "This query reads nothing.";
                chosen = part::of_boxes(
                    &found.box_of,
                    Part::Inside,
                    found.edges.is_empty().then_some(alone),
                );
                texts = inside::texts(node);
                outline = Some(found);
            }
            (Some(_), None) => chosen.note = Some("This model has no query that can be read.".to_string()),
            (None, _) => chosen.note = Some(unread.to_string()),
        }
    }
    let outline = outline.unwrap_or_else(|| scene::outline(&graph, &chosen.numbers, &query.open, dims));
    let mut note = chosen.note.clone();
    if outline.boxes.len() > MOST_AT_ONCE {
        note = Some(format!(
            "{} boxes are drawn; groups make that easier to read.",
            outline.boxes.len()
        ));
    }
    let groups = outline
        .groups
        .iter()
        .map(|(key, count)| (key.clone(), key.clone(), *count))
        .collect();
    let (mut scene, millis) = {
        let started = clock();
        let scene = scene::draw(outline, &kind(query, chosen.part), memory);
        (scene, clock() - started)
    };
    let legend = lens::count(&mut scene, &graph, &chosen.numbers, entries);
    Some(LineageView {
        query: LineageQuery {
            part: chosen.part,
            ..query.clone()
        },
        scene: scene.pack(),
        shown: chosen.numbers.len(),
        all: graph.nodes.len(),
        legend,
        groups,
        found: graph.find(&query.find, MOST_FOUND),
        environments: state
            .into_iter()
            .flat_map(|state| state.environments.keys().cloned())
            .collect(),
        texts,
        note,
        millis,
    })
}

/// Views of one kind keep places.
fn kind(query: &LineageQuery, part: Part) -> String {
    let group = query.group.map_or("", Group::slug);
    let about = match part {
        Part::Around | Part::Path | Part::Column | Part::Inside => {
            [&query.model, &query.to, &query.column].map(|name| name.clone().unwrap_or_default())
        }
        _ => Default::default(),
    };
    format!(
        "{} {} {group} {:?} {about:?}",
        part.slug(),
        query.steps,
        query.open
    )
}

/// The whole graph of a plan, with what was removed.
fn graph_of(review: &Review, state: Option<&StateFile>, group: Option<Group>) -> Graph {
    let Some(plan) = review.plan() else {
        return Graph::default();
    };
    let nodes: Vec<Node> = review
        .rows
        .iter()
        .map(|row| Node {
            name: row.name.clone(),
            schema: row.schema.clone(),
            title: row.title.clone(),
            status: row.status,
            category: row.category,
            kind: row.kind.clone(),
            group: group.map_or_else(String::new, |group| group_of(review, group, row)),
            entry: 0,
        })
        .collect();
    let mut parents: BTreeMap<&str, Vec<&str>> = plan
        .snapshots
        .iter()
        .map(|(name, report)| (name.as_str(), report.parents.iter().map(String::as_str).collect()))
        .collect();
    // What was removed is no longer in the plan; the environment that it is removed from knows what it read.
    let environment = state.and_then(|state| {
        let held = |name: &str| state.environments.get(name);
        held(&plan.environment).or_else(|| held(&plan.create_from))
    });
    for stored in environment
        .into_iter()
        .flat_map(|entry| &entry.environment.snapshots)
    {
        let gone = review
            .row(&stored.name)
            .is_some_and(|row| row.status == Status::Removed);
        if gone {
            let above = stored.parents.iter().map(|parent| parent.name.as_str()).collect();
            parents.insert(&stored.name, above);
        }
    }
    Graph::new(nodes, &parents)
}
