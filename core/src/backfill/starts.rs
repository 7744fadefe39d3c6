//! Where the history of a model begins.
//!
//! A model's own start, else the earliest start of its parents, else one cron tick before the end in question.
//! Children never influence parents.

use crate::ordered::BTreeMap;

use crate::snapshot::Nodes;
use crate::time::{Timestamp, parse_date};

use super::cron_of;

/// Starts of all nodes of a plan, per moment that undated histories are counted back from.
#[derive(Debug, Clone, Default)]
pub struct Starts {
    by_moment: BTreeMap<Timestamp, BTreeMap<String, Timestamp>>,
}

impl Starts {
    /// The start of a node. `order` has parents before children; `now` is what relative texts count from.
    pub fn of(
        &mut self,
        name: &str,
        nodes: &Nodes,
        order: &[String],
        relative_to: Timestamp,
        now: Timestamp,
    ) -> Timestamp {
        let starts = self
            .by_moment
            .entry(relative_to)
            .or_insert_with(|| all_starts(nodes, order, relative_to, now));
        starts.get(name).copied().unwrap_or(relative_to)
    }
}

fn all_starts(
    nodes: &Nodes,
    order: &[String],
    relative_to: Timestamp,
    now: Timestamp,
) -> BTreeMap<String, Timestamp> {
    let mut starts: BTreeMap<String, Timestamp> = BTreeMap::new();
    for name in order {
        let Some(node) = nodes.get(name) else { continue };
        let own = node
            .model()
            .start
            .as_deref()
            .and_then(|text| parse_date(text, now))
            .map(|date| date.at);
        let inherited = || {
            let parents = node.snapshot.parents.iter();
            parents
                .filter_map(|parent| starts.get(&parent.name))
                .min()
                .copied()
        };
        let before = || cron_of(node).map(|cron| cron.prev(cron.floor(relative_to)));
        let start = own.or_else(inherited).or_else(before).unwrap_or(relative_to);
        starts.insert(name.clone(), start);
    }
    starts
}
