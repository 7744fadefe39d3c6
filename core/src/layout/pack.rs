//! Parts that are not connected are placed each by itself and then put onto shelves.

use super::{Arrival, Chart, Joint, Past, Placed};

/// Space between parts.
const BETWEEN_PARTS: f64 = 24.0;

/// Boxes that are connected.
pub struct Part {
    /// Numbers of the boxes in the whole chart.
    pub members: Vec<u32>,
    /// The boxes alone, numbered anew.
    pub chart: Chart,
}

/// Splits a chart into its connected parts; boxes keep their order.
pub fn split(chart: &Chart) -> Vec<Part> {
    let count = chart.boxes.len();
    let mut leader: Vec<u32> = (0..count as u32).collect();
    fn find(leader: &mut [u32], mut number: u32) -> u32 {
        while leader[number as usize] != number {
            let next = leader[leader[number as usize] as usize];
            leader[number as usize] = next;
            number = next;
        }
        number
    }
    let inside = |(from, to): &&(u32, u32)| (*from as usize) < count && (*to as usize) < count;
    for (from, to) in chart.edges.iter().filter(inside) {
        let (from, to) = (find(&mut leader, *from), find(&mut leader, *to));
        leader[from.max(to) as usize] = from.min(to);
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut part_of = vec![0u32; count];
    let mut local = vec![0u32; count];
    for number in 0..count {
        let first = find(&mut leader, number as u32) as usize;
        if first == number {
            part_of[number] = parts.len() as u32;
            parts.push(Part {
                members: Vec::new(),
                chart: Chart::default(),
            });
        }
        part_of[number] = part_of[first];
        let part = &mut parts[part_of[number] as usize];
        local[number] = part.members.len() as u32;
        part.members.push(number as u32);
        part.chart.boxes.push(chart.boxes[number]);
        if !chart.before.is_empty() {
            let past = chart.before.get(number).cloned().flatten();
            part.chart.before.push(past);
        }
    }
    for (from, to) in chart.edges.iter().filter(inside) {
        let part = &mut parts[part_of[*from as usize] as usize];
        part.chart
            .edges
            .push((local[*from as usize], local[*to as usize]));
    }
    parts
}

/// Puts parts onto shelves: the largest first, or in the order in which they were before.
pub fn pack(chart: &Chart, parts: &[Part], placed: Vec<Placed>) -> Placed {
    let count = chart.boxes.len();
    let remembers = chart.before.iter().flatten().count() * 2 > count;
    let mut turn: Vec<usize> = (0..parts.len()).collect();
    if remembers {
        turn.sort_by_key(|index| {
            let pasts = parts[*index].chart.before.iter().flatten();
            pasts.map(|past| past.turn).min().unwrap_or(u32::MAX)
        });
    } else {
        turn.sort_by_key(|index| std::cmp::Reverse(parts[*index].members.len()));
    }
    let area: f64 = placed
        .iter()
        .map(|part| (part.size.0 + BETWEEN_PARTS) * (part.size.1 + BETWEEN_PARTS))
        .sum();
    let widest = placed.iter().fold(0.0f64, |widest, part| widest.max(part.size.0));
    let shelf_width = widest.max((area * 1.6).sqrt());

    let mut whole = Placed {
        boxes: vec![[0.0; 4]; count],
        columns: vec![0; count],
        past: vec![Past::default(); count],
        ..Placed::default()
    };
    let (mut left, mut top, mut bottom) = (0.0f64, 0.0f64, 0.0f64);
    for (turn, index) in turn.into_iter().enumerate() {
        let (part, members) = (&placed[index], &parts[index].members);
        if left > 0.0 && left + part.size.0 > shelf_width {
            (left, top) = (0.0, bottom + BETWEEN_PARTS);
        }
        let joints = whole.joints.len();
        let boxes = members.len();
        let vertex = |local: u32| match (local as usize).checked_sub(boxes) {
            None => members[local as usize],
            Some(joint) => (count + joints + joint) as u32,
        };
        for (local, member) in members.iter().enumerate() {
            let member = *member as usize;
            let [x, y, width, height] = part.boxes[local];
            whole.boxes[member] = [x + left, y + top, width, height];
            whole.columns[member] = part.columns[local];
            let past = &part.past[local];
            whole.past[member] = Past {
                turn: turn as u32,
                y: past.y + top,
                wire: past.wire.iter().map(|height| height + top).collect(),
            };
        }
        whole.joints.extend(part.joints.iter().map(|joint| Joint {
            from: vertex(joint.from),
            source: members[joint.source as usize],
            left: joint.left + left,
            right: joint.right + left,
            y: joint.y + top,
        }));
        whole.arrivals.extend(part.arrivals.iter().map(|arrival| Arrival {
            from: vertex(arrival.from),
            source: members[arrival.source as usize],
            to: members[arrival.to as usize],
            backwards: arrival.backwards,
        }));
        left += part.size.0;
        bottom = bottom.max(top + part.size.1);
        whole.size.0 = whole.size.0.max(left);
        left += BETWEEN_PARTS;
    }
    whole.size.1 = bottom;
    whole
}
