//! The net of boxes and wires: one wire per box with children further right, with a joint in every column that it
//! passes.

use super::Arrival;
use super::columns::Ranked;
use super::lists::Lists;

/// Boxes first, then joints: both are vertices.
pub struct Net {
    /// How many boxes there are.
    pub boxes: usize,
    /// Column of each vertex.
    pub rank: Vec<u32>,
    /// Where each joint comes from: a box or an earlier joint.
    pub from: Vec<u32>,
    /// Whose wire each joint belongs to.
    pub source: Vec<u32>,
    /// Last part of each edge; `from` is a vertex.
    pub arrivals: Vec<Arrival>,
    /// Vertices to the left of each.
    pub up: Lists,
    /// Vertices to the right of each.
    pub down: Lists,
    /// How many columns there are.
    pub columns: usize,
}

impl Net {
    /// Lays wires. Where that would take too many joints, the longest edges go straight from box to box.
    pub fn new(boxes: usize, ranked: Ranked) -> Self {
        let Ranked { mut rank, edges } = ranked;
        let columns = rank.iter().max().map_or(0, |last| *last as usize + 1);
        let reach = reach(boxes, columns, &rank, &edges);
        let mut by_source: Vec<(u32, u32, u32, bool)> = edges
            .iter()
            .map(|(from, to, turned)| (*from, rank[*to as usize], *to, *turned))
            .collect();
        by_source.sort_unstable();
        let mut net = Self {
            boxes,
            rank: Vec::new(),
            from: Vec::new(),
            source: Vec::new(),
            arrivals: Vec::with_capacity(edges.len()),
            up: Lists::default(),
            down: Lists::default(),
            columns,
        };
        let mut segments: Vec<(u32, u32)> = Vec::new();
        // The end of the wire that is being laid, and whose it is.
        let (mut end, mut whose) = (0, u32::MAX);
        for (source, column, to, backwards) in by_source {
            if whose != source {
                (end, whose) = (source, source);
            }
            let start = rank[source as usize];
            let from = if column - start > reach {
                source
            } else {
                for passed in rank[end as usize] + 1..column {
                    let joint = rank.len() as u32;
                    net.from.push(end);
                    net.source.push(source);
                    rank.push(passed);
                    segments.push((end, joint));
                    end = joint;
                }
                end
            };
            segments.push((from, to));
            net.arrivals.push(Arrival {
                from,
                source,
                to,
                backwards,
            });
        }
        let turned: Vec<(u32, u32)> = segments.iter().map(|(from, to)| (*to, *from)).collect();
        net.down = Lists::new(rank.len(), &segments);
        net.up = Lists::new(rank.len(), &turned);
        net.rank = rank;
        net
    }
}

/// The longest span that an edge may have to be laid as a wire.
fn reach(boxes: usize, columns: usize, rank: &[u32], edges: &[(u32, u32, bool)]) -> u32 {
    let most = 10_000 + 6 * (boxes + edges.len());
    let mut reach = columns.max(1) as u32;
    loop {
        let mut longest = vec![1u32; boxes];
        for (from, to, _) in edges {
            let span = rank[*to as usize] - rank[*from as usize];
            if span <= reach {
                let slot = &mut longest[*from as usize];
                *slot = span.max(*slot);
            }
        }
        let joints: u64 = longest.iter().map(|span| u64::from(*span) - 1).sum();
        if joints <= most as u64 || reach <= 1 {
            return reach;
        }
        reach /= 2;
    }
}
