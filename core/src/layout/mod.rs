//! Layered layout: parents left, children right, nothing on top of anything else.
//!
//! In: boxes with sizes, edges from parent to child, and where boxes were before. Out: a place for every box and
//! every wire. All edges of one box share one wire that runs past the columns between and branches where its
//! children are, so that long edges cost few vertices and read as bundles. Nothing recurses, and the same input
//! gives the same output. What a box means is not known here.

mod columns;
mod heights;
pub mod lists;
mod order;
mod pack;
#[cfg(test)]
mod tests;
mod wires;

use heights::Heights;
use wires::Net;

/// Least space between two columns.
const BETWEEN_COLUMNS: f64 = 48.0;

/// Most space that a column with steep wires gets on top of it.
const FOR_STEEP_WIRES: f64 = 160.0;

/// Space around a lane, and above it for its title.
const LANE: (f64, f64) = (12.0, 26.0);

/// What has to be placed.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// Width and height of each box.
    pub boxes: Vec<(f64, f64)>,
    /// Parent and child of each edge. Loops and repetitions are harmless; of a cycle one edge runs backwards.
    pub edges: Vec<(u32, u32)>,
    /// Lane of each box: boxes of one lane lie in one horizontal strip of their own, lanes from top to bottom.
    /// Empty: no lanes; instead, parts that are not connected are packed beside each other.
    pub lanes: Vec<u32>,
    /// Where each box was, to be kept if possible. Empty, or one per box.
    pub before: Vec<Option<Past>>,
}

/// Where a box was in an earlier layout.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past {
    /// Which turn its part had when parts were packed.
    pub turn: u32,
    /// Centre.
    pub y: f64,
    /// Heights of its wire, column by column.
    pub wire: Vec<f64>,
}

/// A stretch of wire that passes columns at one height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Joint {
    /// Where it comes from: a box, or `boxes + index` of an earlier joint.
    pub from: u32,
    /// The box from which the wire starts.
    pub source: u32,
    /// Where the stretch begins.
    pub left: f64,
    /// Where it ends and branches.
    pub right: f64,
    /// Height.
    pub y: f64,
}

/// Last part of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Where it comes from: a box, or `boxes + index` of a joint.
    pub from: u32,
    /// The box from which the wire starts.
    pub source: u32,
    /// The box at which it ends.
    pub to: u32,
    /// The edge closes a cycle: its parent is `to` and its child is `source`.
    pub backwards: bool,
}

/// A strip of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strip {
    /// Which lane.
    pub lane: u32,
    /// Left, top, right, bottom.
    pub frame: [f64; 4],
}

/// Places of everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Placed {
    /// Left edge, top edge, width and height of each box. All boxes of a column are as wide as its widest.
    pub boxes: Vec<[f64; 4]>,
    /// Column of each box, counted within its part.
    pub columns: Vec<u32>,
    /// Stretches of wire; each comes from a box or from an earlier joint.
    pub joints: Vec<Joint>,
    /// One per edge, repetitions and loops left out.
    pub arrivals: Vec<Arrival>,
    /// Lanes, if lanes were asked for.
    pub strips: Vec<Strip>,
    /// What the next layout has to know to keep places.
    pub past: Vec<Past>,
    /// Right edge and bottom edge of everything.
    pub size: (f64, f64),
}

/// Places a chart.
pub fn place(chart: &Chart) -> Placed {
    if chart.lanes.len() == chart.boxes.len() && !chart.lanes.is_empty() {
        return layer(chart);
    }
    let parts = pack::split(chart);
    let placed = parts.iter().map(|part| layer(&part.chart)).collect();
    pack::pack(chart, &parts, placed)
}

/// Places boxes that belong together, as if they were alone.
fn layer(chart: &Chart) -> Placed {
    if let ([(width, height)], true) = (chart.boxes.as_slice(), chart.lanes.is_empty()) {
        return Placed {
            boxes: vec![[0.0, 0.0, *width, *height]],
            columns: vec![0],
            past: vec![Past {
                y: height / 2.0,
                ..Past::default()
            }],
            size: (*width, *height),
            ..Placed::default()
        };
    }
    let ranked = columns::rank(chart);
    let net = Net::new(chart.boxes.len(), ranked);
    let mut heights = Heights::new(chart, &net);
    let mut rows = match order::remembered(chart, &net, &mut heights) {
        Some(rows) => rows,
        None => {
            let mut rows = order::first(&net, &heights);
            order::sweep(&net, &mut heights, &mut rows);
            heights.relax(&net, &rows);
            rows
        }
    };
    let strips = heights.part_lanes(&net, &mut rows);
    draw(chart, &net, &heights, &rows, &strips)
}

/// Turns heights into places.
fn draw(
    chart: &Chart,
    net: &Net,
    heights: &Heights,
    rows: &[Vec<u32>],
    strips: &[(u32, f64, f64)],
) -> Placed {
    let boxes = net.boxes;
    let (lefts, widths) = spread(chart, net, &heights.y, rows);
    let top = (0..net.rank.len())
        .map(|vertex| heights.y[vertex] - heights.half[vertex])
        .chain(strips.iter().map(|strip| strip.1))
        .fold(f64::INFINITY, f64::min);
    let y = |vertex: usize| (heights.y[vertex] - top).round();
    let mut placed = Placed {
        columns: net.rank[..boxes].to_vec(),
        ..Placed::default()
    };
    let mut bottom: f64 = 0.0;
    for (number, (_, height)) in chart.boxes.iter().enumerate() {
        let rank = net.rank[number] as usize;
        let above = y(number) - (height / 2.0).floor();
        placed.boxes.push([lefts[rank], above, widths[rank], *height]);
        placed.past.push(Past {
            y: heights.y[number] - top,
            ..Past::default()
        });
        bottom = bottom.max(above + height);
    }
    // Stretches of one height become one where nothing branches off.
    let mut becomes: Vec<u32> = Vec::with_capacity(net.from.len());
    for (index, from) in net.from.iter().enumerate() {
        let vertex = boxes + index;
        let rank = net.rank[vertex] as usize;
        placed.past[net.source[index] as usize]
            .wire
            .push(heights.y[vertex] - top);
        let (left, right, height) = (lefts[rank], lefts[rank] + widths[rank], y(vertex));
        bottom = bottom.max(height);
        let from = match (*from as usize).checked_sub(boxes) {
            None => *from,
            Some(before) => {
                let before = becomes[before];
                let alone = net.down.of(*from).len() == 1;
                if let Some(joint) = placed.joints.get_mut(before as usize)
                    && alone
                    && joint.y == height
                {
                    joint.right = right;
                    becomes.push(before);
                    continue;
                }
                boxes as u32 + before
            }
        };
        becomes.push(placed.joints.len() as u32);
        placed.joints.push(Joint {
            from,
            source: net.source[index],
            left,
            right,
            y: height,
        });
    }
    placed.arrivals = net
        .arrivals
        .iter()
        .map(|arrival| Arrival {
            from: match (arrival.from as usize).checked_sub(boxes) {
                None => arrival.from,
                Some(joint) => boxes as u32 + becomes[joint],
            },
            ..*arrival
        })
        .collect();
    let end = rows.len().saturating_sub(1);
    let right = lefts
        .get(end)
        .zip(widths.get(end))
        .map_or(0.0, |(left, width)| left + width);
    placed.size = (right, bottom);
    let (side, _) = LANE;
    for (lane, from, to) in strips {
        let frame = [-side, (from - top).round(), right + side, (to - top).round()];
        placed.size.1 = placed.size.1.max(frame[3]);
        placed.strips.push(Strip { lane: *lane, frame });
    }
    placed
}

/// Left edge and width of each column: wide enough for its boxes, and with more air where wires are steep.
fn spread(chart: &Chart, net: &Net, y: &[f64], rows: &[Vec<u32>]) -> (Vec<f64>, Vec<f64>) {
    let mut steep = vec![0.0f64; rows.len() + 1];
    for vertex in 0..net.rank.len() as u32 {
        for child in net.down.of(vertex) {
            let rise = (y[vertex as usize] - y[*child as usize]).abs();
            let rank = net.rank[vertex as usize] as usize;
            steep[rank] = steep[rank].max(rise);
        }
    }
    let (mut lefts, mut widths) = (Vec::new(), Vec::new());
    let mut left = 0.0;
    for (rank, row) in rows.iter().enumerate() {
        let width = row
            .iter()
            .filter_map(|vertex| chart.boxes.get(*vertex as usize))
            .fold(16.0, |widest: f64, (width, _)| widest.max(*width));
        lefts.push(left);
        widths.push(width);
        left += width + BETWEEN_COLUMNS + (steep[rank] * 0.05).min(FOR_STEEP_WIRES).round();
    }
    (lefts, widths)
}
