//! From chosen models to a drawing: groups folded, boxes measured, places computed or remembered.

use planglass_core::ordered::BTreeMap;

use super::graph::Graph;
use crate::layout::{Chart, Past, Placed, place};
use crate::messages::Status;
use crate::messages::lineage::{ArrivalView, BoxView, JointView, NO_ENTRY, Scene, StripView, Thread};

/// Height of a box without columns.
const HEIGHT: f64 = 38.0;

/// Height of a line of a column, and the space below the last.
const COLUMN: (f64, f64) = (18.0, 5.0);

/// Widths of letters of a name and of small text, in pixels; the painter cuts what is longer than it should be.
const LETTER: (f64, f64) = (6.65, 5.8);

/// Narrowest and widest box.
const WIDTH: (f64, f64) = (132.0, 340.0);

/// The last layout, so that the next one of the same kind can keep places.
#[derive(Debug, Default)]
pub struct Memory {
    kind: String,
    names: Vec<String>,
    chart: Chart,
    placed: Placed,
}

/// What is drawn, before it has a place.
#[derive(Debug, Default)]
pub struct Outline {
    /// Boxes without frames.
    pub boxes: Vec<BoxView>,
    /// Box of each model; `u32::MAX` for those that are not shown.
    pub box_of: Vec<u32>,
    /// Edges between boxes.
    pub edges: Vec<(u32, u32)>,
    /// Lane of each box; empty without lanes.
    pub lanes: Vec<u32>,
    /// Key and models of each lane; the first has no title, it holds what is folded.
    pub titles: Vec<(String, u32)>,
    /// Keys of all groups, with their models.
    pub groups: Vec<(String, usize)>,
    /// Edges between columns.
    pub threads: Vec<Thread>,
}

/// Makes boxes of models, and of the groups that are folded.
pub fn outline(graph: &Graph, numbers: &[u32], open: &[String], dims: bool) -> Outline {
    let mut outline = Outline {
        box_of: vec![u32::MAX; graph.nodes.len()],
        ..Outline::default()
    };
    let mut members: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for number in numbers {
        let group = graph.nodes[*number as usize].group.as_str();
        if !group.is_empty() {
            members.entry(group).or_default().push(*number);
        }
    }
    let folded = |group: &str| !group.is_empty() && !open.iter().any(|key| key == group);
    let mut lane_of: BTreeMap<&str, u32> = BTreeMap::new();
    for (group, numbers) in &members {
        outline.groups.push((group.to_string(), numbers.len()));
        if folded(group) {
            let at = outline.boxes.len() as u32;
            for number in numbers {
                outline.box_of[*number as usize] = at;
            }
            outline.boxes.push(group_box(graph, group, numbers, dims));
        } else {
            if outline.titles.is_empty() {
                outline.titles.push((String::new(), 0));
            }
            lane_of.insert(group, outline.titles.len() as u32);
            outline.titles.push((group.to_string(), numbers.len() as u32));
        }
    }
    let mut lanes = vec![0; outline.boxes.len()];
    for number in numbers {
        let node = &graph.nodes[*number as usize];
        if outline.box_of[*number as usize] != u32::MAX {
            continue;
        }
        outline.box_of[*number as usize] = outline.boxes.len() as u32;
        lanes.push(lane_of.get(node.group.as_str()).copied().unwrap_or(0));
        outline.boxes.push(model_box(node, dims));
    }
    if !outline.titles.is_empty() {
        outline.lanes = lanes;
    }
    for (from, to) in &graph.edges {
        let (from_box, to_box) = (outline.box_of[*from as usize], outline.box_of[*to as usize]);
        match (from_box, to_box) {
            (u32::MAX, u32::MAX) => {}
            (u32::MAX, to) => outline.boxes[to as usize].hidden.0 += 1,
            (from, u32::MAX) => outline.boxes[from as usize].hidden.1 += 1,
            (from, to) if from != to => outline.edges.push((from, to)),
            _ => {}
        }
    }
    outline.edges.sort_unstable();
    outline.edges.dedup();
    outline
}

/// The box of a model.
pub fn model_box(node: &super::graph::Node, dims: bool) -> BoxView {
    BoxView {
        status: node.status,
        category: node.category,
        entry: node.entry as u16,
        dim: dims && node.status == Status::Unchanged,
        name: node.name.clone(),
        schema: node.schema.clone(),
        title: node.title.clone(),
        sub: sub(node),
        ..BoxView::default()
    }
}

/// The second line of a model's box.
fn sub(node: &super::graph::Node) -> String {
    match (node.status, node.category) {
        (Status::Added, _) => "+ Added".to_string(),
        (Status::Removed, _) => "− Removed".to_string(),
        (Status::Metadata, _) => "Metadata only".to_string(),
        (Status::Unchanged, _) | (_, None) => node.kind.clone(),
        (_, Some(category)) => format!("{} {}", category.glyph.text(), category.title()),
    }
}

fn group_box(graph: &Graph, group: &str, numbers: &[u32], dims: bool) -> BoxView {
    let nodes = || numbers.iter().map(|number| &graph.nodes[*number as usize]);
    let mut counts = [0u32; 6];
    for node in nodes() {
        counts[crate::messages::lineage::ink_of(node.status) as usize] += 1;
    }
    let first = nodes().next().map_or(0, |node| node.entry);
    let alike = nodes().all(|node| node.entry == first);
    // A group is only added or removed as a whole; one with a direct change inside is looked at like one.
    let first_status = nodes().next().map(|node| node.status).unwrap_or_default();
    let status = if nodes().all(|node| node.status == first_status) {
        first_status
    } else {
        let touched = nodes().map(|node| match node.status {
            Status::Added | Status::Removed => Status::Direct,
            other => other,
        });
        touched.min().unwrap_or_default()
    };
    BoxView {
        status,
        entry: if alike { first as u16 } else { NO_ENTRY },
        dim: dims && status == Status::Unchanged,
        name: group.to_string(),
        title: group.to_string(),
        sub: crate::messages::counted(numbers.len(), "model"),
        counts: Some(counts),
        ..BoxView::default()
    }
}

fn size(view: &BoxView) -> (f64, f64) {
    let letters = |text: &str| text.chars().count() as f64;
    let (name, small) = LETTER;
    let mut width = (letters(&view.schema) + letters(&view.title)) * name;
    let chips = view
        .counts
        .map_or(0, |counts| counts.iter().filter(|count| **count > 0).count());
    width = width.max(letters(&view.sub) * small + chips as f64 * 34.0);
    for column in &view.columns {
        width = width.max(letters(column) * name - 16.0);
    }
    let columns = match view.columns.len() {
        0 => 0.0,
        count => count as f64 * COLUMN.0 + COLUMN.1,
    };
    ((width + 47.0).clamp(WIDTH.0, WIDTH.1).ceil(), HEIGHT + columns)
}

/// Places an outline. A layout of the same kind (the same part, groups, …) is remembered: boxes that are still there
/// stay where they are, and when nothing but looks changed, nothing is computed.
pub fn draw(outline: Outline, kind: &str, memory: &mut Memory) -> Scene {
    let names: Vec<String> = outline.boxes.iter().map(|view| view.name.clone()).collect();
    let mut chart = Chart {
        boxes: outline.boxes.iter().map(size).collect(),
        edges: outline.edges.clone(),
        lanes: outline.lanes.clone(),
        before: Vec::new(),
    };
    let alike = memory.kind == kind;
    let same = alike
        && memory.names == names
        && memory.chart.boxes == chart.boxes
        && memory.chart.edges == chart.edges
        && memory.chart.lanes == chart.lanes;
    if !same {
        if alike {
            let past: BTreeMap<&str, &Past> = memory
                .names
                .iter()
                .map(String::as_str)
                .zip(&memory.placed.past)
                .collect();
            chart.before = names
                .iter()
                .map(|name| past.get(name.as_str()).map(|past| (*past).clone()))
                .collect();
        }
        let placed = place(&chart);
        *memory = Memory {
            kind: kind.to_string(),
            names,
            chart,
            placed,
        };
    }
    assemble(outline, &memory.placed)
}

fn assemble(outline: Outline, placed: &Placed) -> Scene {
    let mut scene = Scene {
        size: (placed.size.0 as f32, placed.size.1 as f32),
        boxes: outline.boxes,
        threads: outline.threads,
        ..Scene::default()
    };
    for (view, frame) in scene.boxes.iter_mut().zip(&placed.boxes) {
        view.frame = frame.map(|side| side as f32);
    }
    scene.joints = placed
        .joints
        .iter()
        .map(|joint| JointView {
            from: joint.from,
            source: joint.source,
            line: [joint.left as f32, joint.right as f32, joint.y as f32],
        })
        .collect();
    let removed = |number: u32| {
        let view = scene.boxes.get(number as usize);
        view.is_some_and(|view| view.status == Status::Removed && !view.is_group())
    };
    scene.arrivals = placed
        .arrivals
        .iter()
        .map(|arrival| ArrivalView {
            from: arrival.from,
            source: arrival.source,
            to: arrival.to,
            backwards: arrival.backwards,
            cut: removed(arrival.to) || removed(arrival.source),
        })
        .collect();
    scene.strips = placed
        .strips
        .iter()
        .filter_map(|strip| {
            let (key, count) = outline.titles.get(strip.lane as usize)?;
            (*count > 0).then(|| StripView {
                frame: strip.frame.map(|side| side as f32),
                key: key.clone(),
                title: key.clone(),
                count: *count,
            })
        })
        .collect();
    scene
}
