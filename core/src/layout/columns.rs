//! Which column each box is in: right of all its parents, and no further from its children than needed.

use super::Chart;
use super::lists::Lists;

/// Columns, and edges that all point right.
pub struct Ranked {
    /// Column of each box.
    pub rank: Vec<u32>,
    /// Left and right end of each edge, and whether it was turned around to get there.
    pub edges: Vec<(u32, u32, bool)>,
}

/// Finds columns by the longest way from a box without parents.
pub fn rank(chart: &Chart) -> Ranked {
    let count = chart.boxes.len();
    let mut edges: Vec<(u32, u32)> = chart
        .edges
        .iter()
        .copied()
        .filter(|(from, to)| from != to && (*from as usize) < count && (*to as usize) < count)
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let order = topological(count, &edges);
    let mut turn = vec![0u32; count];
    for (turn_of, number) in order.iter().enumerate() {
        turn[*number as usize] = turn_of as u32;
    }
    let edges: Vec<(u32, u32, bool)> = edges
        .into_iter()
        .map(|(from, to)| match turn[from as usize] < turn[to as usize] {
            true => (from, to, false),
            false => (to, from, true),
        })
        .collect();
    let forward: Vec<(u32, u32)> = edges.iter().map(|(from, to, _)| (*from, *to)).collect();
    let backward: Vec<(u32, u32)> = edges.iter().map(|(from, to, _)| (*to, *from)).collect();
    let (down, up) = (Lists::new(count, &forward), Lists::new(count, &backward));
    let mut rank = vec![0u32; count];
    for number in &order {
        let parents = up.of(*number).iter().map(|parent| rank[*parent as usize] + 1);
        rank[*number as usize] = parents.max().unwrap_or(0);
    }
    // A box with more children than parents moves towards them: one long wire in instead of many out.
    for number in order.iter().rev() {
        let children = down.of(*number);
        let nearest = children.iter().map(|child| rank[*child as usize]).min();
        if let Some(nearest) = nearest
            && up.of(*number).len() < children.len()
        {
            rank[*number as usize] = nearest - 1;
        }
    }
    if !chart.lanes.is_empty() {
        deal_out_loners(&mut rank, &up, &down);
    }
    Ranked { rank, edges }
}

/// Parents before children, by number where that leaves a choice. In a cycle the lowest number goes first.
fn topological(count: usize, edges: &[(u32, u32)]) -> Vec<u32> {
    let down = Lists::new(count, edges);
    let mut waiting = vec![0u32; count];
    for (_, to) in edges {
        waiting[*to as usize] += 1;
    }
    let mut taken = vec![false; count];
    let mut ready: std::collections::VecDeque<u32> = (0..count as u32)
        .filter(|number| waiting[*number as usize] == 0)
        .collect();
    let mut order = Vec::with_capacity(count);
    let mut stuck = 0;
    while order.len() < count {
        let number = match ready.pop_front() {
            Some(number) => number,
            None => {
                while taken[stuck] {
                    stuck += 1;
                }
                stuck as u32
            }
        };
        if std::mem::replace(&mut taken[number as usize], true) {
            continue;
        }
        order.push(number);
        for child in down.of(number) {
            let left = &mut waiting[*child as usize];
            *left = left.saturating_sub(1);
            if *left == 0 && !taken[*child as usize] {
                ready.push_back(*child);
            }
        }
    }
    order
}

/// Boxes without any edge would pile up in the first column of their lane.
fn deal_out_loners(rank: &mut [u32], up: &Lists, down: &Lists) {
    let columns = rank.iter().max().copied().unwrap_or(0) + 1;
    let loners =
        (0..rank.len() as u32).filter(|number| up.of(*number).is_empty() && down.of(*number).is_empty());
    for (index, number) in loners.enumerate() {
        rank[number as usize] = index as u32 % columns.max(6);
    }
}
