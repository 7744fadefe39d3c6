//! Lenses: one property of the models becomes their colour.

use planglass_core::ordered::BTreeMap;

use planglass_core::state::StateFile;

use super::graph::Graph;
use crate::messages::Status;
use crate::messages::lineage::NO_ENTRY;
use crate::messages::lineage::{
    Entry, FIRST_NUMBERED_INK, FORWARD_INK, Lens, LineageQuery, NO_INK, NUMBERED_INKS, Scene, ink_of,
};
use crate::messages::rows::Glyph;
use crate::worker::review::Review;

/// Says of each model which entry it belongs to. Entries are those of the whole graph, so that a colour means the same
/// in every part of it.
pub fn apply(
    graph: &mut Graph,
    review: &Review,
    state: Option<&StateFile>,
    query: &LineageQuery,
) -> Vec<Entry> {
    match query.lens {
        Lens::Status => {
            for node in &mut graph.nodes {
                node.entry = ink_of(node.status) as usize;
            }
            let entry = |status: Status| entry(status.title(), ink_of(status));
            Status::ALL.map(entry).to_vec()
        }
        Lens::Category => by_category(graph),
        Lens::Kind => {
            let kinds: Vec<String> = graph.nodes.iter().map(|node| node.kind.clone()).collect();
            by_text(graph, kinds, "unknown")
        }
        Lens::Owner => {
            let plan = review.plan();
            let owner = |name: &String| plan?.snapshots.get(name)?.detail.owner.clone();
            let owners: Vec<String> = graph
                .nodes
                .iter()
                .map(|node| owner(&node.name).unwrap_or_default())
                .collect();
            by_text(graph, owners, "No owner")
        }
        Lens::Environment => by_environment(graph, review, state, &query.environment),
    }
}

fn entry(title: &str, ink: u8) -> Entry {
    Entry {
        title: title.to_string(),
        ink,
        count: 0,
    }
}

fn by_category(graph: &mut Graph) -> Vec<Entry> {
    const ORDER: [(Glyph, Status); 5] = [
        (Glyph::Breaking, Status::Removed),
        (Glyph::NonBreaking, Status::Added),
        (Glyph::ForwardOnly, Status::Unchanged),
        (Glyph::Metadata, Status::Metadata),
        (Glyph::Undecided, Status::Indirect),
    ];
    for node in &mut graph.nodes {
        let place = node
            .category
            .and_then(|category| ORDER.iter().position(|(glyph, _)| *glyph == category.glyph));
        node.entry = place.unwrap_or(ORDER.len());
    }
    let mut entries: Vec<Entry> = ORDER
        .iter()
        .map(|(glyph, colour)| {
            let ink = match glyph {
                Glyph::ForwardOnly => FORWARD_INK,
                _ => ink_of(*colour),
            };
            let title = match glyph {
                Glyph::Breaking => "Breaking",
                Glyph::NonBreaking => "Non-breaking",
                Glyph::ForwardOnly => "Forward-only",
                Glyph::Metadata => "Metadata",
                Glyph::Undecided => "Not chosen yet",
            };
            entry(&format!("{} {title}", glyph.text()), ink)
        })
        .collect();
    entries.push(entry("No category", NO_INK));
    entries
}

/// Entries of texts, the most frequent first; beyond the colours that there are, they are grey.
fn by_text(graph: &mut Graph, texts: Vec<String>, nothing: &str) -> Vec<Entry> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in &texts {
        *counts.entry(text).or_default() += 1;
    }
    let mut order: Vec<(&str, usize)> = counts.into_iter().collect();
    order.sort_by(|a, b| (a.0.is_empty(), b.1, a.0).cmp(&(b.0.is_empty(), a.1, b.0)));
    order.truncate(usize::from(NO_ENTRY) - 1);
    let place: BTreeMap<&str, usize> = order
        .iter()
        .enumerate()
        .map(|(at, (text, _))| (*text, at))
        .collect();
    for (node, text) in graph.nodes.iter_mut().zip(&texts) {
        node.entry = place
            .get(text.as_str())
            .copied()
            .unwrap_or(order.len().saturating_sub(1));
    }
    order
        .iter()
        .enumerate()
        .map(|(at, (text, _))| match text.is_empty() {
            true => entry(nothing, NO_INK),
            false if at < NUMBERED_INKS as usize => entry(text, FIRST_NUMBERED_INK + at as u8),
            false => entry(text, NO_INK),
        })
        .collect()
}

/// What another environment holds of each model.
fn by_environment(graph: &mut Graph, review: &Review, state: Option<&StateFile>, name: &str) -> Vec<Entry> {
    let held: BTreeMap<&str, String> = state
        .and_then(|state| state.environments.get(name))
        .into_iter()
        .flat_map(|entry| &entry.environment.snapshots)
        .map(|stored| (stored.name.as_str(), stored.fingerprint.to_identifier()))
        .collect();
    let plan = review.plan();
    for node in &mut graph.nodes {
        let planned = plan.and_then(|plan| plan.snapshots.get(&node.name));
        node.entry = match (held.get(node.name.as_str()), planned) {
            (Some(there), Some(planned)) if *there == planned.identifier => 0,
            (Some(_), Some(_)) => 1,
            (Some(_), None) => 2,
            (None, _) => 3,
        };
    }
    vec![
        entry(&format!("The version of {name}"), ink_of(Status::Direct)),
        entry(&format!("Another than in {name}"), ink_of(Status::Indirect)),
        entry(&format!("Only in {name}"), ink_of(Status::Removed)),
        entry(&format!("Not in {name}"), ink_of(Status::Added)),
    ]
}

/// Counts the models that are shown, and leaves out entries without any.
pub fn count(scene: &mut Scene, graph: &Graph, numbers: &[u32], mut entries: Vec<Entry>) -> Vec<Entry> {
    for number in numbers {
        if let Some(entry) = entries.get_mut(graph.nodes[*number as usize].entry) {
            entry.count += 1;
        }
    }
    let mut becomes = vec![NO_ENTRY; entries.len()];
    let mut next = 0;
    for (entry, becomes) in entries.iter().zip(&mut becomes) {
        if entry.count > 0 {
            *becomes = next;
            next += 1;
        }
    }
    for view in &mut scene.boxes {
        view.entry = becomes.get(usize::from(view.entry)).copied().unwrap_or(NO_ENTRY);
    }
    entries.retain(|entry| entry.count > 0);
    entries
}
