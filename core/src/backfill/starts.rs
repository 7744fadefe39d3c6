//! Where the history of a model begins.
//!
//! A model's own start, else the earliest start of its parents, else one cron tick before the end in question.
//! Children never influence parents.

use crate::snapshot::{Links, Nodes};
use crate::time::{Timestamp, parse_date};

use super::cron_of;

/// The starts of all nodes, by number. Undated histories are counted back from `relative_to`; `now` is what relative
/// texts count from.
pub(super) fn all_starts(
    nodes: &Nodes,
    links: &Links,
    relative_to: Timestamp,
    now: Timestamp,
) -> Vec<Timestamp> {
    let mut starts = vec![relative_to; nodes.len()];
    for (number, parents) in links.walk() {
        let node = &nodes.list()[number];
        let own = node
            .model()
            .start
            .as_deref()
            .and_then(|text| parse_date(text, now))
            .map(|date| date.at);
        let inherited = || parents.iter().map(|parent| starts[*parent]).min();
        let before = || cron_of(node).map(|cron| cron.prev(cron.floor(relative_to)));
        starts[number] = own.or_else(inherited).or_else(before).unwrap_or(relative_to);
    }
    starts
}
