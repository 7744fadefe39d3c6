//! Which models a view shows.

use super::graph::Graph;
use crate::messages::Status;
use crate::messages::lineage::{LineageQuery, Part};

/// Models that are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Their numbers, sorted.
    pub numbers: Vec<u32>,
    /// Which part it is in the end.
    pub part: Part,
    /// What the reader has to know about that.
    pub note: Option<String>,
}

/// Chooses models. Where nothing can be shown of what was asked for, something else is, with a note.
pub fn choose(graph: &Graph, query: &LineageQuery) -> Chosen {
    let model = query.model.as_deref().and_then(|name| graph.number(name));
    let to = query.to.as_deref().and_then(|name| graph.number(name));
    match (query.part, model, to) {
        (Part::Path, Some(from), Some(to)) => path(graph, from, to),
        (Part::Around | Part::Path | Part::Inside, Some(model), _) => {
            let up = graph.steps(&graph.up, &[model], query.steps);
            let down = graph.steps(&graph.down, &[model], query.steps);
            let near = |number: &u32| up[*number as usize].is_some() || down[*number as usize].is_some();
            Chosen {
                numbers: all(graph).filter(near).collect(),
                part: Part::Around,
                note: None,
            }
        }
        (Part::All, _, _) => everything(graph, None),
        _ if !graph.has_changes() => everything(graph, Some("Nothing changes: all models are shown.")),
        (Part::Changes, _, _) => changes(graph, query.steps),
        _ => Chosen {
            note: Some("Choose a model first; until then the changes are shown.".to_string()),
            ..changes(graph, query.steps)
        },
    }
}

/// The models that have a box among those of columns.
pub fn of_boxes(box_of: &[u32], part: Part, note: Option<&str>) -> Chosen {
    Chosen {
        numbers: (0..box_of.len() as u32)
            .filter(|number| box_of[*number as usize] != u32::MAX)
            .collect(),
        part,
        note: note.map(str::to_string),
    }
}

fn all(graph: &Graph) -> impl Iterator<Item = u32> {
    0..graph.nodes.len() as u32
}

fn everything(graph: &Graph, note: Option<&str>) -> Chosen {
    Chosen {
        numbers: all(graph).collect(),
        part: Part::All,
        note: note.map(str::to_string),
    }
}

/// What changed, its children, and parents up to some steps.
fn changes(graph: &Graph, steps: u32) -> Chosen {
    let changed: Vec<u32> = all(graph)
        .filter(|number| graph.nodes[*number as usize].status != Status::Unchanged)
        .collect();
    let up = graph.steps(&graph.up, &changed, steps);
    let down = graph.steps(&graph.down, &changed, steps.min(1));
    Chosen {
        numbers: all(graph)
            .filter(|number| up[*number as usize].is_some() || down[*number as usize].is_some())
            .collect(),
        part: Part::Changes,
        note: None,
    }
}

/// Everything between two models, in whichever direction; or what both come from.
fn path(graph: &Graph, a: u32, b: u32) -> Chosen {
    let walk =
        |from: u32, down: bool| graph.steps(if down { &graph.down } else { &graph.up }, &[from], u32::MAX);
    let chosen = |numbers: Vec<u32>, note: Option<&str>| Chosen {
        numbers,
        part: Part::Path,
        note: note.map(str::to_string),
    };
    for (from, to, note) in [
        (a, b, None),
        (b, a, Some("The way leads from the second model to the first.")),
    ] {
        let (below, above) = (walk(from, true), walk(to, false));
        if below[to as usize].is_some() {
            let between =
                |number: &u32| below[*number as usize].is_some() && above[*number as usize].is_some();
            return chosen(all(graph).filter(between).collect(), note);
        }
    }
    let (above_a, above_b) = (walk(a, false), walk(b, false));
    let common = |number: u32| above_a[number as usize].is_some() && above_b[number as usize].is_some();
    let nearest: Vec<u32> = all(graph)
        .filter(|number| common(*number) && !graph.down.of(*number).iter().any(|child| common(*child)))
        .collect();
    if nearest.is_empty() {
        let mut both = vec![a, b];
        both.sort_unstable();
        both.dedup();
        return chosen(
            both,
            Some("No way leads from one to the other, and they have no source in common."),
        );
    }
    let below = graph.steps(&graph.down, &nearest, u32::MAX);
    let between = |number: &u32| {
        let number = *number as usize;
        below[number].is_some() && (above_a[number].is_some() || above_b[number].is_some())
    };
    chosen(
        all(graph).filter(between).collect(),
        Some("No way leads from one to the other; both come from what is shown on the left."),
    )
}
