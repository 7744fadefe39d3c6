//! What plans of one comparison find out about histories: where they begin, and what is missing in them.
//!
//! Decisions change few of these answers, and a plan asks for each several times.

use crate::snapshot::{Links, Nodes, PlanNode};
use crate::time::{Intervals, Timestamp};

use super::starts::Starts;
use super::{EmptyRange, Missing, MissingRequest, missing_intervals};

/// Answers kept for each node: a plan asks for its listing, its stages and its index, before and after a choice.
const KEPT: usize = 6;

/// Answers by node; it must never be used with other nodes. Of a node, only its intervals may change.
#[derive(Debug, Clone, Default)]
pub struct Histories {
    starts: Starts,
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
    /// Where the histories of all nodes begin, by number: see [`Starts`].
    pub fn starts(
        &mut self,
        nodes: &Nodes,
        links: &Links,
        relative_to: Timestamp,
        now: Timestamp,
    ) -> &[Timestamp] {
        self.starts.all(nodes, links, relative_to, now)
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
