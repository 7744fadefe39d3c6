//! What plans of one comparison find out about histories: where they begin, and what is missing in them.
//!
//! Decisions change few of these answers, and a plan asks for each several times.

use crate::ordered::BTreeMap;
use crate::snapshot::{Links, Nodes, PlanNode};
use crate::time::{Intervals, Timestamp};

use super::starts::all_starts;
use super::{EmptyRange, Missing, MissingRequest, missing_intervals};

/// Answers kept for each node: a plan asks for its listing, its stages and its index, before and after a choice.
const KEPT: usize = 6;

/// Answers by node; it must never be used with other nodes. Of a node, only its intervals may change.
#[derive(Debug, Clone, Default)]
pub struct Histories {
    /// Starts of all nodes, per moment that undated histories are counted back from.
    starts: BTreeMap<Timestamp, Vec<Timestamp>>,
    missing: Vec<Vec<Answer>>,
}

/// What is missing in a node that holds some intervals, when asked for a range.
#[derive(Debug, Clone)]
struct Answer {
    have: Intervals,
    request: MissingRequest,
    missing: Result<Missing, EmptyRange>,
}

impl Histories {
    /// Where the histories of all nodes begin, by number; `now` is what relative texts count from.
    pub fn starts(
        &mut self,
        nodes: &Nodes,
        links: &Links,
        relative_to: Timestamp,
        now: Timestamp,
    ) -> &[Timestamp] {
        self.starts
            .entry(relative_to)
            .or_insert_with(|| all_starts(nodes, links, relative_to, now))
    }

    /// The missing intervals of the node with this number: see [`missing_intervals`].
    pub fn missing(
        &mut self,
        number: usize,
        node: &PlanNode,
        have: &Intervals,
        request: MissingRequest,
    ) -> &Result<Missing, EmptyRange> {
        if self.missing.len() <= number {
            self.missing.resize_with(number + 1, Vec::new);
        }
        let answers = &mut self.missing[number];
        let known = answers
            .iter()
            .position(|answer| answer.request == request && answer.have == *have);
        let at = known.unwrap_or_else(|| {
            answers.truncate(KEPT - 1);
            let answer = Answer {
                have: have.clone(),
                request,
                missing: missing_intervals(node, have, request),
            };
            answers.insert(0, answer);
            0
        });
        &answers[at].missing
    }
}
