//! Heights of boxes and wires, given their order: each as near to what it is connected with as the order allows.

use super::lists::Lists;
use super::wires::Net;
use super::{Chart, LANE};

/// A run of vertices that push against each other.
struct Block {
    weight: f64,
    sum: f64,
    members: usize,
}

/// Heights while they are being found.
pub struct Heights {
    /// Centre of each vertex.
    pub y: Vec<f64>,
    /// Half the height of each vertex.
    pub half: Vec<f64>,
    /// Lane of each vertex; empty without lanes.
    pub lane: Vec<u32>,
    boxes: usize,
    blocks: Vec<Block>,
    offsets: Vec<f64>,
}

impl Heights {
    /// Everything at height zero.
    pub fn new(chart: &Chart, net: &Net) -> Self {
        let count = net.rank.len();
        let mut half: Vec<f64> = chart.boxes.iter().map(|(_, height)| height / 2.0).collect();
        half.resize(count, 0.0);
        let mut lane = chart.lanes.clone();
        if !lane.is_empty() {
            for source in &net.source {
                lane.push(lane[*source as usize]);
            }
        }
        Self {
            y: vec![0.0; count],
            half,
            lane,
            boxes: net.boxes,
            blocks: Vec::new(),
            offsets: Vec::new(),
        }
    }

    /// Least distance between the centres of two neighbours of a column.
    fn distance(&self, above: u32, below: u32) -> f64 {
        let is_box = |vertex: u32| (vertex as usize) < self.boxes;
        let air = match (is_box(above), is_box(below)) {
            (true, true) => 13.0,
            (false, false) => 6.0,
            _ => 10.0,
        };
        self.half[above as usize] + self.half[below as usize] + air
    }

    /// Puts the vertices of a column, in their order, as near as possible to where they wish to be: the least sum
    /// of weighted squares, found by merging neighbours that would overlap into blocks.
    pub fn settle(&mut self, row: &[u32], wishes: &[(f64, f64)]) {
        self.blocks.clear();
        self.offsets.clear();
        let mut offset = 0.0;
        for (index, (vertex, (wish, weight))) in row.iter().zip(wishes).enumerate() {
            if index > 0 {
                offset += self.distance(row[index - 1], *vertex);
            }
            self.offsets.push(offset);
            let mut block = Block {
                weight: *weight,
                sum: (wish - offset) * weight,
                members: 1,
            };
            while let Some(above) = self.blocks.last()
                && above.sum / above.weight > block.sum / block.weight
            {
                block.weight += above.weight;
                block.sum += above.sum;
                block.members += above.members;
                self.blocks.pop();
            }
            self.blocks.push(block);
        }
        let mut at = 0;
        for block in &self.blocks {
            let base = block.sum / block.weight;
            let members = at..at + block.members;
            for (vertex, offset) in row[members.clone()].iter().zip(&self.offsets[members]) {
                self.y[*vertex as usize] = base + offset;
            }
            at += block.members;
        }
    }

    /// Mean height of neighbours and the weight of that wish; wires want to be straight most of all.
    pub fn wish(&self, vertex: u32, neighbours: &[&Lists]) -> Option<(f64, f64)> {
        let joint = |vertex: u32| vertex as usize >= self.boxes;
        let (mut sum, mut weight) = (0.0, 0.0);
        for other in neighbours.iter().flat_map(|lists| lists.of(vertex)) {
            if !self.lane.is_empty() && self.lane[vertex as usize] != self.lane[*other as usize] {
                continue;
            }
            let pull = match (joint(vertex), joint(*other)) {
                (true, true) => 8.0,
                (false, false) => 1.0,
                _ => 2.0,
            };
            sum += pull * self.y[*other as usize];
            weight += pull;
        }
        (weight > 0.0).then(|| (sum / weight, weight))
    }

    /// Settles columns again and again, looking left, right and both ways.
    pub fn relax(&mut self, net: &Net, rows: &[Vec<u32>]) {
        let rounds = if net.rank.len() > 50_000 { 1 } else { 3 };
        for _ in 0..rounds {
            self.pass(rows, &[&net.up], false);
            self.pass(rows, &[&net.down], true);
        }
        self.pass(rows, &[&net.up, &net.down], false);
        self.pass(rows, &[&net.up, &net.down], true);
    }

    /// Settles every column once, from the left or from the right.
    fn pass(&mut self, rows: &[Vec<u32>], neighbours: &[&Lists], from_right: bool) {
        let mut wishes = Vec::new();
        for index in 0..rows.len() {
            let row = &rows[if from_right { rows.len() - 1 - index } else { index }];
            wishes.clear();
            wishes.extend(row.iter().map(|vertex| {
                self.wish(*vertex, neighbours)
                    .unwrap_or((self.y[*vertex as usize], 0.05))
            }));
            self.settle(row, &wishes);
        }
    }

    /// Keeps remembered heights and fits the others in between.
    pub fn fit_in(&mut self, net: &Net, rows: &[Vec<u32>], known: &[Option<f64>]) {
        let mut wishes = Vec::new();
        for round in 0..4 {
            for index in 0..rows.len() {
                let row = &rows[if round % 2 == 1 {
                    rows.len() - 1 - index
                } else {
                    index
                }];
                wishes.clear();
                wishes.extend(row.iter().map(|vertex| {
                    match known[*vertex as usize] {
                        Some(height) => (height, 10_000.0),
                        None => self
                            .wish(*vertex, &[&net.up, &net.down])
                            .unwrap_or((self.y[*vertex as usize], 0.05)),
                    }
                }));
                self.settle(row, &wishes);
            }
        }
    }

    /// Moves lanes apart. Gives lane, top and bottom of each, from top to bottom.
    pub fn part_lanes(&mut self, net: &Net, rows: &mut [Vec<u32>]) -> Vec<(u32, f64, f64)> {
        let mut lanes = self.lane.clone();
        lanes.sort_unstable();
        lanes.dedup();
        let (side, title) = LANE;
        let mut strips = Vec::with_capacity(lanes.len());
        let mut at = vec![0usize; rows.len()];
        let mut top = 0.0;
        for lane in lanes {
            // Columns are sorted by lane, so that a lane is a slice of each.
            let mut slices: Vec<Vec<u32>> = Vec::with_capacity(rows.len());
            for (row, from) in rows.iter().zip(&mut at) {
                let rest = &row[*from..];
                let length = rest
                    .iter()
                    .take_while(|vertex| self.lane[**vertex as usize] == lane)
                    .count();
                slices.push(rest[..length].to_vec());
                *from += length;
            }
            self.relax(net, &slices);
            let edge = |sign: f64| {
                let edges = slices
                    .iter()
                    .flatten()
                    .map(|vertex| sign * self.y[*vertex as usize] + self.half[*vertex as usize]);
                sign * edges.fold(f64::NEG_INFINITY, f64::max)
            };
            let (from, to) = (edge(-1.0), edge(1.0));
            let shift = top + side + title - from;
            for vertex in slices.iter().flatten() {
                self.y[*vertex as usize] += shift;
            }
            let bottom = to + shift + side;
            strips.push((lane, top, bottom));
            top = bottom + side;
        }
        strips
    }
}
