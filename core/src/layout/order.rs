//! Order of boxes and wires within their columns: few crossings, or the order that is remembered.

use super::Chart;
use super::heights::Heights;
use super::lists::Lists;
use super::wires::Net;

/// A first order: each box beside what it leads to.
pub fn first(net: &Net, heights: &Heights) -> Vec<Vec<u32>> {
    let mut rows: Vec<Vec<u32>> = vec![Vec::new(); net.columns];
    let mut seen = vec![false; net.rank.len()];
    let mut starts: Vec<u32> = (0..net.boxes as u32).collect();
    starts.sort_by_key(|number| net.rank[*number as usize]);
    let mut stack = Vec::new();
    for start in starts {
        stack.push(start);
        while let Some(vertex) = stack.pop() {
            if std::mem::replace(&mut seen[vertex as usize], true) {
                continue;
            }
            rows[net.rank[vertex as usize] as usize].push(vertex);
            stack.extend(net.down.of(vertex).iter().rev());
        }
    }
    if !heights.lane.is_empty() {
        for row in &mut rows {
            row.sort_by_key(|vertex| heights.lane[*vertex as usize]);
        }
    }
    rows
}

/// Sweeps over the columns, each sorted by the height of what it is connected with, and keeps the best order seen.
pub fn sweep(net: &Net, heights: &mut Heights, rows: &mut Vec<Vec<u32>>) {
    for row in rows.iter() {
        let wishes = vec![(0.0, 1.0); row.len()];
        heights.settle(row, &wishes);
    }
    let sweeps = match net.rank.len() {
        0..4_000 => 12,
        4_000..60_000 => 8,
        _ => 5,
    };
    let mut best: Option<(u64, Vec<Vec<u32>>)> = None;
    let mut idle = 0;
    for turn in 0..sweeps {
        let from_right = turn % 2 == 1;
        for index in 0..rows.len() {
            let at = if from_right { rows.len() - 1 - index } else { index };
            let towards = if from_right { &net.down } else { &net.up };
            sort(heights, &mut rows[at], towards);
        }
        let crossings = crossings(net, rows);
        if best.as_ref().is_none_or(|(fewest, _)| crossings < *fewest) {
            best = Some((crossings, rows.clone()));
            idle = 0;
        } else {
            idle += 1;
        }
        if crossings == 0 || idle == 3 {
            break;
        }
    }
    if let Some((fewest, order)) = best {
        *rows = order;
        if net.rank.len() < 20_000 && fewest > 0 {
            exchange(net, heights, rows);
        }
    }
}

fn sort(heights: &mut Heights, row: &mut [u32], towards: &Lists) {
    let mut keyed: Vec<(u32, f64, u32, f64)> = row
        .iter()
        .map(|vertex| {
            let here = heights.y[*vertex as usize];
            let lane = heights.lane.get(*vertex as usize).copied().unwrap_or(0);
            let mean = {
                let others = towards.of(*vertex);
                let sum: f64 = others.iter().map(|other| heights.y[*other as usize]).sum();
                (!others.is_empty()).then(|| sum / others.len() as f64)
            };
            match mean {
                Some(mean) => (lane, mean, *vertex, 1.0),
                None => (lane, here, *vertex, 0.05),
            }
        })
        .collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.total_cmp(&b.1)));
    for (slot, (_, _, vertex, _)) in row.iter_mut().zip(&keyed) {
        *slot = *vertex;
    }
    let wishes: Vec<(f64, f64)> = keyed
        .iter()
        .map(|(_, wish, _, weight)| (*wish, *weight))
        .collect();
    heights.settle(row, &wishes);
}

fn places(net: &Net, rows: &[Vec<u32>]) -> Vec<u32> {
    let mut place = vec![0u32; net.rank.len()];
    for row in rows {
        for (index, vertex) in row.iter().enumerate() {
            place[*vertex as usize] = index as u32;
        }
    }
    place
}

/// How often wires cross between neighbouring columns.
pub fn crossings(net: &Net, rows: &[Vec<u32>]) -> u64 {
    let place = places(net, rows);
    let mut total = 0;
    let mut tree: Vec<u32> = Vec::new();
    let mut ends: Vec<u32> = Vec::new();
    for (rank, pair) in rows.windows(2).enumerate() {
        tree.clear();
        tree.resize(pair[1].len() + 1, 0);
        let mut seen = 0u64;
        for vertex in &pair[0] {
            ends.clear();
            let next = net.down.of(*vertex).iter();
            ends.extend(
                next.filter(|other| net.rank[**other as usize] as usize == rank + 1)
                    .map(|other| place[*other as usize]),
            );
            // Ends above those of earlier vertices are crossings.
            for end in &ends {
                let mut below = seen;
                let mut at = *end as usize + 1;
                while at > 0 {
                    below -= u64::from(tree[at]);
                    at &= at - 1;
                }
                total += below;
            }
            for end in &ends {
                seen += 1;
                let mut at = *end as usize + 1;
                while at < tree.len() {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
            }
        }
    }
    total
}

/// Exchanges neighbours as long as that saves crossings.
fn exchange(net: &Net, heights: &mut Heights, rows: &mut [Vec<u32>]) {
    let mut place = places(net, rows);
    let mut ends = [Vec::new(), Vec::new()];
    for _ in 0..4 {
        let mut better = false;
        for row in rows.iter_mut() {
            for index in 1..row.len() {
                let (above, below) = (row[index - 1], row[index]);
                let lane = |vertex: u32| heights.lane.get(vertex as usize);
                if lane(above) != lane(below) {
                    continue;
                }
                let mut saved = 0i64;
                for lists in [&net.up, &net.down] {
                    for (ends, vertex) in ends.iter_mut().zip([above, below]) {
                        ends.clear();
                        ends.extend(lists.of(vertex).iter().map(|other| place[*other as usize]));
                        ends.sort_unstable();
                    }
                    saved += inversions(&ends[0], &ends[1]) - inversions(&ends[1], &ends[0]);
                }
                if saved > 0 {
                    row.swap(index - 1, index);
                    place.swap(above as usize, below as usize);
                    better = true;
                }
            }
        }
        if !better {
            break;
        }
    }
    for row in rows.iter() {
        let wishes: Vec<(f64, f64)> = row
            .iter()
            .map(|vertex| {
                heights
                    .wish(*vertex, &[&net.up, &net.down])
                    .unwrap_or((heights.y[*vertex as usize], 0.05))
            })
            .collect();
        heights.settle(row, &wishes);
    }
}

/// Pairs of which the first is behind the second; both lists are sorted.
fn inversions(above: &[u32], below: &[u32]) -> i64 {
    let (mut total, mut at) = (0i64, 0usize);
    for end in above {
        while at < below.len() && below[at] < *end {
            at += 1;
        }
        total += at as i64;
    }
    total
}

/// The order of an earlier layout, with what is new put beside what it is connected with. `None` when there is too
/// little to remember.
pub fn remembered(chart: &Chart, net: &Net, heights: &mut Heights) -> Option<Vec<Vec<u32>>> {
    let remembered = chart.before.iter().flatten().count();
    if remembered == 0 || remembered * 10 < chart.boxes.len() * 7 || !heights.lane.is_empty() {
        return None;
    }
    let mut known: Vec<Option<f64>> = chart
        .before
        .iter()
        .map(|past| past.as_ref().map(|past| past.y))
        .collect();
    known.resize(net.boxes, None);
    let mut nth = vec![0usize; net.boxes];
    for source in &net.source {
        let nth = &mut nth[*source as usize];
        let past = chart.before.get(*source as usize).and_then(Option::as_ref);
        known.push(past.and_then(|past| past.wire.get(*nth).copied()));
        *nth += 1;
    }
    let mut rows: Vec<Vec<u32>> = vec![Vec::new(); net.columns];
    for vertex in 0..net.rank.len() as u32 {
        rows[net.rank[vertex as usize] as usize].push(vertex);
    }
    // What is unknown lies between what is known: seen from the left, then from the right.
    let mut guess = known.clone();
    for (lists, from_right) in [(&net.up, false), (&net.down, true)] {
        for index in 0..rows.len() {
            for vertex in &rows[if from_right { rows.len() - 1 - index } else { index }] {
                if known[*vertex as usize].is_some() {
                    continue;
                }
                let (mut sum, mut count) = (0.0, 0.0);
                for other in lists.of(*vertex) {
                    if let Some(height) = guess[*other as usize] {
                        sum += height;
                        count += 1.0;
                    }
                }
                if count > 0.0 {
                    let seen = sum / count;
                    let slot = &mut guess[*vertex as usize];
                    *slot = Some(slot.map_or(seen, |before| (before + seen) / 2.0));
                }
            }
        }
    }
    let lowest = known
        .iter()
        .flatten()
        .fold(0.0f64, |low, height| low.max(*height));
    for (height, guess) in heights.y.iter_mut().zip(&guess) {
        *height = guess.unwrap_or(lowest + 60.0);
    }
    for row in &mut rows {
        row.sort_by(|a, b| heights.y[*a as usize].total_cmp(&heights.y[*b as usize]));
    }
    heights.fit_in(net, &rows, &known);
    Some(rows)
}
