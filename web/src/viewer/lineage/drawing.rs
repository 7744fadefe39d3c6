//! A scene prepared for looking at: what is where, and what is next to what.

use std::collections::BTreeMap;

use super::camera::Area;
use crate::layout::lists::Lists;
use crate::messages::lineage::{ArrivalView, BoxView, JointView, Scene};

/// Least width and height of a cell of the index.
const CELL: f64 = 640.0;

/// Most cells of the index.
const MOST_CELLS: f64 = 40_000.0;

/// Most cells that something may be listed in; what is larger is looked at every time.
const MOST_PLACES: usize = 48;

/// A scene with indexes. Items are numbered through: boxes, then joints, then arrivals.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// What is drawn.
    pub scene: Scene,
    /// Arrivals at each box.
    pub into: Lists,
    /// Arrivals from each box.
    pub out_of: Lists,
    by_name: BTreeMap<String, u32>,
    cell: f64,
    across: usize,
    down: usize,
    cells: Lists,
    large: Vec<u32>,
}

impl Default for Drawing {
    fn default() -> Self {
        Self::new(Scene::default())
    }
}

/// A drawing is only equal to itself: components compare what they are given before they draw, and this is large.
impl PartialEq for Drawing {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Items in view.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// Boxes.
    pub boxes: Vec<u32>,
    /// Joints.
    pub joints: Vec<u32>,
    /// Arrivals.
    pub arrivals: Vec<u32>,
}

impl Drawing {
    /// Prepares a scene.
    pub fn new(scene: Scene) -> Self {
        let boxes = scene.boxes.len();
        let numbered = |end: fn(&ArrivalView) -> u32| -> Vec<(u32, u32)> {
            let ends = scene.arrivals.iter().enumerate();
            ends.map(|(index, arrival)| (end(arrival), index as u32))
                .collect()
        };
        let mut drawing = Self {
            into: Lists::new(boxes, &numbered(ArrivalView::child)),
            out_of: Lists::new(boxes, &numbered(ArrivalView::parent)),
            by_name: scene
                .boxes
                .iter()
                .enumerate()
                .map(|(index, view)| (view.name.clone(), index as u32))
                .collect(),
            scene,
            cell: CELL,
            across: 1,
            down: 1,
            cells: Lists::default(),
            large: Vec::new(),
        };
        drawing.index();
        drawing
    }

    fn index(&mut self) {
        let (width, height) = (f64::from(self.scene.size.0), f64::from(self.scene.size.1));
        self.cell = CELL.max((width * height / MOST_CELLS).sqrt());
        self.across = (width / self.cell).ceil().max(1.0) as usize;
        self.down = (height / self.cell).ceil().max(1.0) as usize;
        let mut pairs = Vec::new();
        let mut large = Vec::new();
        let (boxes, joints) = (self.scene.boxes.len(), self.scene.joints.len());
        for item in 0..boxes + joints + self.scene.arrivals.len() {
            let [left, top, right, bottom] = self.cells_of(self.area(item));
            if (right - left + 1) * (bottom - top + 1) > MOST_PLACES {
                large.push(item as u32);
                continue;
            }
            for row in top..=bottom {
                for column in left..=right {
                    pairs.push(((row * self.across + column) as u32, item as u32));
                }
            }
        }
        self.cells = Lists::new(self.across * self.down, &pairs);
        self.large = large;
    }

    fn cells_of(&self, [left, top, right, bottom]: Area) -> [usize; 4] {
        let cell =
            |place: f64, count: usize| ((place / self.cell).max(0.0) as usize).min(count.saturating_sub(1));
        [
            cell(left, self.across),
            cell(top, self.down),
            cell(right, self.across),
            cell(bottom, self.down),
        ]
    }

    /// What an item covers.
    fn area(&self, item: usize) -> Area {
        let (boxes, joints) = (self.scene.boxes.len(), self.scene.joints.len());
        let span = |(x, y): (f64, f64), right: f64, to: f64| [x, y.min(to), right, y.max(to)];
        if let Some(view) = self.scene.boxes.get(item) {
            return view.area();
        }
        if let Some(joint) = self.scene.joints.get(item - boxes) {
            let [_, right, y] = joint.line.map(f64::from);
            return span(self.exit(joint.from), right, y);
        }
        match self.scene.arrivals.get(item - boxes - joints) {
            Some(arrival) => {
                let (x, y) = self.entrance(arrival.to);
                span(self.exit(arrival.from), x, y)
            }
            None => [0.0; 4],
        }
    }

    /// Where wires leave a box, or where a joint ends.
    pub fn exit(&self, vertex: u32) -> (f64, f64) {
        let vertex = vertex as usize;
        match self.scene.boxes.get(vertex) {
            Some(view) => {
                let [_, top, right, bottom] = view.area();
                (right, (top + bottom) / 2.0)
            }
            None => {
                let joint = self.scene.joints.get(vertex - self.scene.boxes.len());
                let [_, right, y] = joint.map_or([0.0; 3], |joint| joint.line.map(f64::from));
                (right, y)
            }
        }
    }

    /// Where wires come into a box.
    pub fn entrance(&self, number: u32) -> (f64, f64) {
        match self.scene.boxes.get(number as usize) {
            Some(view) => {
                let [left, top, _, bottom] = view.area();
                (left, (top + bottom) / 2.0)
            }
            None => (0.0, 0.0),
        }
    }

    /// Left and right end of the line of a column.
    pub fn column(&self, number: u32, column: u32) -> ((f64, f64), (f64, f64)) {
        let [left, top, right, _] = self.get(number).map_or([0.0; 4], BoxView::area);
        let y = top + 38.0 + f64::from(column) * 18.0 + 9.0;
        ((left, y), (right, y))
    }

    /// Everything that may be in an area, each once.
    pub fn seen(&self, area: Area) -> Seen {
        let [left, top, right, bottom] = self.cells_of(area);
        let mut items: Vec<u32> = self.large.clone();
        for row in top..=bottom {
            for column in left..=right {
                items.extend(self.cells.of((row * self.across + column) as u32));
            }
        }
        items.sort_unstable();
        items.dedup();
        let overlaps = |item: &u32| {
            let [x, y, to, down] = self.area(*item as usize);
            x <= area[2] && to >= area[0] && y <= area[3] && down >= area[1]
        };
        items.retain(overlaps);
        let (boxes, joints) = (self.scene.boxes.len() as u32, self.scene.joints.len() as u32);
        let first_joint = items.partition_point(|item| *item < boxes);
        let first_arrival = items.partition_point(|item| *item < boxes + joints);
        Seen {
            boxes: items[..first_joint].to_vec(),
            joints: items[first_joint..first_arrival]
                .iter()
                .map(|item| item - boxes)
                .collect(),
            arrivals: items[first_arrival..]
                .iter()
                .map(|item| item - boxes - joints)
                .collect(),
        }
    }

    /// The box at a place; a little beside it counts.
    pub fn hit(&self, (x, y): (f64, f64), reach: f64) -> Option<u32> {
        let seen = self.seen([x - reach, y - reach, x + reach, y + reach]);
        seen.boxes.last().copied()
    }

    /// The strip whose title is at a place.
    pub fn strip_at(&self, (x, y): (f64, f64)) -> Option<&str> {
        let strip = self.scene.strips.iter().find(|strip| {
            let [left, top, right, _] = strip.frame.map(f64::from);
            (left..right).contains(&x) && (top..top + 24.0).contains(&y)
        });
        strip.map(|strip| strip.key.as_str())
    }

    /// Number of the box of a model or group.
    pub fn number(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// A box.
    pub fn get(&self, number: u32) -> Option<&BoxView> {
        self.scene.boxes.get(number as usize)
    }

    /// Boxes that a box reads, from top to bottom.
    pub fn parents(&self, number: u32) -> Vec<u32> {
        let parent = |index: &u32| Some(self.scene.arrivals.get(*index as usize)?.parent());
        self.by_height(self.into.of(number).iter().filter_map(parent).collect())
    }

    /// Boxes that read a box, from top to bottom.
    pub fn children(&self, number: u32) -> Vec<u32> {
        let child = |index: &u32| Some(self.scene.arrivals.get(*index as usize)?.child());
        self.by_height(self.out_of.of(number).iter().filter_map(child).collect())
    }

    fn by_height(&self, mut numbers: Vec<u32>) -> Vec<u32> {
        let top = |number: &u32| self.get(*number).map_or(0.0, |view| view.frame[1]);
        numbers.sort_by(|a, b| top(a).total_cmp(&top(b)).then(a.cmp(b)));
        numbers.dedup();
        numbers
    }

    /// The next box above or below in the same column.
    pub fn beside(&self, number: u32, down: bool) -> Option<u32> {
        let here = self.get(number)?.frame;
        let distance = |view: &BoxView| {
            let by = view.frame[1] - here[1];
            if down { by } else { -by }
        };
        let others = self.scene.boxes.iter().enumerate();
        others
            .filter(|(_, view)| (view.frame[0] - here[0]).abs() < 1.0 && distance(view) > 0.0)
            .min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)))
            .map(|(index, _)| index as u32)
    }

    /// Everything above (or below) a box, itself not included.
    pub fn reach(&self, number: u32, down: bool) -> Vec<bool> {
        let mut reached = vec![false; self.scene.boxes.len()];
        let mut stack = vec![number];
        while let Some(number) = stack.pop() {
            let next = if down {
                self.children(number)
            } else {
                self.parents(number)
            };
            for other in next {
                if let Some(slot @ false) = reached.get_mut(other as usize) {
                    *slot = true;
                    stack.push(other);
                }
            }
        }
        if let Some(slot) = reached.get_mut(number as usize) {
            *slot = false;
        }
        reached
    }

    /// Joints and arrival of an edge, from its end to its beginning.
    pub fn way(&self, arrival: u32) -> Vec<u32> {
        let mut joints = Vec::new();
        let mut at = self
            .scene
            .arrivals
            .get(arrival as usize)
            .map_or(0, |arrival| arrival.from);
        while let Some(joint) = (at as usize).checked_sub(self.scene.boxes.len()) {
            let Some(found) = self.scene.joints.get(joint) else {
                break;
            };
            joints.push(joint as u32);
            at = found.from;
        }
        joints
    }

    /// Arrivals and joints of everything above and below a box, or only of its own edges when that would be more than
    /// `most`.
    pub fn lineage(&self, number: u32, most: usize) -> (Vec<u32>, Vec<u32>) {
        let (mut above, mut below) = (self.reach(number, false), self.reach(number, true));
        for reached in [&mut above, &mut below] {
            if let Some(slot) = reached.get_mut(number as usize) {
                *slot = true;
            }
        }
        let within = |reached: &[bool], arrival: &ArrivalView| {
            let has = |end: u32| reached.get(end as usize) == Some(&true);
            has(arrival.source) && has(arrival.to)
        };
        let edges = self.scene.arrivals.iter().enumerate();
        let mut arrivals: Vec<u32> = edges
            .filter(|(_, arrival)| within(&above, arrival) || within(&below, arrival))
            .map(|(index, _)| index as u32)
            .collect();
        if arrivals.len() > most {
            arrivals = self
                .into
                .of(number)
                .iter()
                .chain(self.out_of.of(number))
                .copied()
                .collect();
        }
        let mut joints: Vec<u32> = arrivals.iter().flat_map(|arrival| self.way(*arrival)).collect();
        joints.sort_unstable();
        joints.dedup();
        (arrivals, joints)
    }

    /// What all of it covers, strips included.
    pub fn whole(&self) -> Area {
        let mut whole = [
            0.0,
            0.0,
            f64::from(self.scene.size.0),
            f64::from(self.scene.size.1),
        ];
        for strip in &self.scene.strips {
            let frame = strip.frame.map(f64::from);
            whole = [
                whole[0].min(frame[0]),
                whole[1].min(frame[1]),
                whole[2].max(frame[2]),
                whole[3].max(frame[3]),
            ];
        }
        whole
    }
}

impl BoxView {
    /// Left, top, right, bottom.
    pub fn area(&self) -> Area {
        let [x, y, width, height] = self.frame.map(f64::from);
        [x, y, x + width, y + height]
    }
}

impl ArrivalView {
    /// The box that is read.
    pub fn parent(&self) -> u32 {
        if self.backwards { self.to } else { self.source }
    }

    /// The box that reads.
    pub fn child(&self) -> u32 {
        if self.backwards { self.source } else { self.to }
    }
}

impl JointView {
    /// Left end of its level stretch.
    pub fn start(&self) -> (f64, f64) {
        (f64::from(self.line[0]), f64::from(self.line[2]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Boxes in a row, each reading the one before; the last reads the first as well, by a joint.
    fn row(count: u32) -> Drawing {
        let mut scene = Scene {
            size: (count as f32 * 300.0, 100.0),
            ..Scene::default()
        };
        for index in 0..count {
            scene.boxes.push(BoxView {
                frame: [index as f32 * 300.0, 0.0, 200.0, 38.0],
                name: format!("m{index}"),
                ..BoxView::default()
            });
        }
        scene.joints.push(JointView {
            from: 0,
            source: 0,
            line: [300.0, (count - 1) as f32 * 300.0 - 100.0, 90.0],
        });
        for index in 1..count {
            scene.arrivals.push(ArrivalView {
                from: index - 1,
                source: index - 1,
                to: index,
                ..ArrivalView::default()
            });
        }
        scene.arrivals.push(ArrivalView {
            from: count,
            source: 0,
            to: count - 1,
            ..ArrivalView::default()
        });
        Drawing::new(scene)
    }

    #[test]
    fn only_what_is_in_view_is_seen() {
        let drawing = row(2_000);
        let seen = drawing.seen([3_000.0, 0.0, 4_000.0, 50.0]);
        assert_eq!(seen.boxes, [10, 11, 12, 13]);
        assert_eq!(seen.arrivals, [9, 10, 11, 12]);
        // The long wire passes below, and above from further away it is seen as well.
        assert_eq!(seen.joints, [0]);
        assert_eq!(drawing.seen(drawing.whole()).boxes.len(), 2_000);
        assert!(drawing.seen([0.0, 500.0, 9.0, 600.0]).boxes.is_empty());
    }

    #[test]
    fn an_empty_drawing_has_nothing_to_see() {
        let drawing = Drawing::default();
        assert_eq!(drawing.seen([-1e9, -1e9, 1e9, 1e9]), Seen::default());
        assert_eq!(drawing.hit((0.0, 0.0), 5.0), None);
    }

    #[test]
    fn neighbours_and_ways() {
        let drawing = row(4);
        assert_eq!(drawing.parents(3), [0, 2]);
        assert_eq!(drawing.children(0), [1, 3]);
        assert_eq!(drawing.way(3), [0]);
        assert_eq!(drawing.reach(1, true), [false, false, true, true]);
        assert_eq!(drawing.reach(1, false), [true, false, false, false]);
        assert_eq!(drawing.lineage(2, 99), (vec![0, 1, 2], vec![]));
        assert_eq!(drawing.lineage(2, 2), (vec![1, 2], vec![]));
        assert_eq!(drawing.lineage(3, 99), (vec![0, 1, 2, 3], vec![0]));
        assert_eq!(drawing.number("m2"), Some(2));
        assert_eq!(drawing.hit((305.0, 20.0), 0.0), Some(1));
        assert_eq!(drawing.hit((250.0, 20.0), 0.0), None);
    }
}
