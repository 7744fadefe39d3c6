use super::*;

/// A repeatable sequence of numbers that look random.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((self.0 >> 33) % limit.max(1) as u64) as usize
    }
}

fn chart(boxes: usize, edges: Vec<(u32, u32)>) -> Chart {
    Chart {
        boxes: vec![(184.0, 38.0); boxes],
        edges,
        ..Chart::default()
    }
}

/// Each box reads up to `reads` of the `near` boxes before it.
fn random(boxes: usize, reads: usize, near: usize, seed: u64) -> Chart {
    let mut numbers = Numbers(seed);
    let mut edges = Vec::new();
    for to in 1..boxes {
        for _ in 0..reads {
            let back = 1 + numbers.below(near.min(to));
            edges.push(((to - back) as u32, to as u32));
        }
    }
    chart(boxes, edges)
}

/// A project as they are: layers from raw to reports, names shuffled.
fn project(layers: usize, per_layer: usize, seed: u64) -> Chart {
    let mut numbers = Numbers(seed);
    let count = layers * per_layer;
    let mut name: Vec<u32> = (0..count as u32).collect();
    for index in (1..count).rev() {
        name.swap(index, numbers.below(index + 1));
    }
    let mut edges = Vec::new();
    for layer in 1..layers {
        for place in 0..per_layer {
            for read in 0..2 {
                let from_layer = layer - 1 - if read == 1 { numbers.below(layer.min(3)) } else { 0 };
                let from = (place + numbers.below(5)).min(per_layer - 1);
                edges.push((
                    name[from_layer * per_layer + from],
                    name[layer * per_layer + place],
                ));
            }
        }
    }
    chart(count, edges)
}

fn assert_sound(chart: &Chart, placed: &Placed) {
    assert_eq!(placed.boxes.len(), chart.boxes.len());
    // No overlap: sorted by left edge, only boxes that share some width are compared.
    let mut order: Vec<usize> = (0..placed.boxes.len()).collect();
    order.sort_by(|a, b| {
        placed.boxes[*a][0]
            .total_cmp(&placed.boxes[*b][0])
            .then(placed.boxes[*a][1].total_cmp(&placed.boxes[*b][1]))
    });
    for (index, a) in order.iter().enumerate() {
        let [x, y, width, height] = placed.boxes[*a];
        assert!(x.is_finite() && y.is_finite() && x >= 0.0 && y >= 0.0, "{x} {y}");
        for b in order[index + 1..].iter().take(400) {
            let [left, top, _, other] = placed.boxes[*b];
            if left >= x + width {
                break;
            }
            assert!(
                top >= y + height || y >= top + other,
                "{a} lies on {b}: {:?} {:?}",
                placed.boxes[*a],
                placed.boxes[*b]
            );
        }
    }
    let right_end = |vertex: u32| match placed.boxes.get(vertex as usize) {
        Some([x, _, width, _]) => x + width,
        None => placed.joints[vertex as usize - placed.boxes.len()].right,
    };
    for (index, joint) in placed.joints.iter().enumerate() {
        assert!((joint.from as usize) < placed.boxes.len() + index);
        assert!(right_end(joint.from) < joint.left, "wires run to the right");
        assert!(joint.left < joint.right);
    }
    for arrival in &placed.arrivals {
        assert!(
            right_end(arrival.from) < placed.boxes[arrival.to as usize][0],
            "edges point right"
        );
    }
    // Every edge is there, and its wire leads back to its source.
    let mut edges: Vec<(u32, u32)> = chart.edges.iter().copied().filter(|(a, b)| a != b).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut drawn: Vec<(u32, u32)> = placed
        .arrivals
        .iter()
        .map(|arrival| {
            let mut at = arrival.from;
            while let Some(joint) = (at as usize).checked_sub(placed.boxes.len()) {
                at = placed.joints[joint].from;
            }
            assert_eq!(at, arrival.source);
            if arrival.backwards {
                (arrival.to, at)
            } else {
                (at, arrival.to)
            }
        })
        .collect();
    drawn.sort_unstable();
    assert_eq!(drawn, edges);
}

/// Crossings of the order that is found, and of the order of numbers.
fn crossings(chart: &Chart) -> (u64, u64) {
    let net = Net::new(chart.boxes.len(), columns::rank(chart));
    let mut naive: Vec<Vec<u32>> = vec![Vec::new(); net.columns];
    for vertex in 0..net.rank.len() as u32 {
        naive[net.rank[vertex as usize] as usize].push(vertex);
    }
    let mut heights = Heights::new(chart, &net);
    let mut rows = order::first(&net, &heights);
    order::sweep(&net, &mut heights, &mut rows);
    (order::crossings(&net, &rows), order::crossings(&net, &naive))
}

#[test]
fn nothing_overlaps_and_edges_point_right() {
    for chart in [
        chart(0, vec![]),
        chart(1, vec![]),
        chart(3, vec![(0, 1), (1, 2), (0, 2)]),
        chart(7, vec![(5, 6), (0, 1)]),
        random(60, 2, 10, 1),
        random(400, 3, 60, 2),
        random(300, 1, 300, 3),
        project(8, 30, 4),
    ] {
        assert_sound(&chart, &place(&chart));
    }
}

#[test]
fn the_same_chart_gives_the_same_places() {
    let chart = random(300, 2, 40, 5);
    assert_eq!(place(&chart), place(&chart));
}

#[test]
fn a_chain_of_five_hundred_is_a_straight_line() {
    let chart = chart(500, (1..500).map(|to| (to - 1, to)).collect());
    let placed = place(&chart);
    assert_sound(&chart, &placed);
    assert!(placed.boxes.iter().all(|place| place[1] == 0.0));
    assert_eq!(placed.columns[499], 499);
}

#[test]
fn a_very_long_chain_with_shortcuts_needs_neither_stack_nor_memory() {
    let mut edges: Vec<(u32, u32)> = (1..20_000).map(|to| (to - 1, to)).collect();
    edges.extend((0..10_000).map(|from| (from, 19_999 - from / 2)));
    let chart = chart(20_000, edges);
    let placed = place(&chart);
    assert!(placed.joints.len() < 300_000, "{}", placed.joints.len());
    assert_eq!(placed.columns[19_999], 19_999);
}

#[test]
fn cycles_and_nonsense_do_not_hang() {
    let ring = chart(4, vec![(0, 1), (1, 2), (2, 3), (3, 0), (2, 2), (9, 1), (1, 2)]);
    let placed = place(&ring);
    assert_eq!(placed.arrivals.len(), 4);
    assert_eq!(
        placed.arrivals.iter().filter(|arrival| arrival.backwards).count(),
        1
    );
}

#[test]
fn wide_fans_and_many_loners_are_packed() {
    let fan = chart(1_001, (1..=1_000).map(|to| (0, to)).collect());
    assert_sound(&fan, &place(&fan));
    let loners = chart(900, vec![]);
    let placed = place(&loners);
    assert_sound(&loners, &placed);
    let (width, height) = placed.size;
    assert!(width < 4.0 * height && height < 4.0 * width, "{width} × {height}");
}

#[test]
fn crossings_are_far_fewer_than_in_the_order_of_names() {
    for (chart, share) in [
        (project(10, 40, 7), 4),
        (random(500, 2, 50, 8), 2),
        (project(20, 100, 9), 8),
    ] {
        let (found, naive) = crossings(&chart);
        assert!(found * share < naive, "{found} of {naive}");
    }
    // A tree has none at all.
    let tree = chart(127, (1..127).map(|to| ((to - 1) / 2, to)).collect());
    assert_eq!(crossings(&tree).0, 0);
}

#[test]
fn a_remembered_layout_stays_as_it_was() {
    let mut chart = random(300, 2, 40, 11);
    let before = place(&chart);
    chart.before = before.past.iter().cloned().map(Some).collect();
    let again = place(&chart);
    assert_eq!(again.boxes, before.boxes);
    assert_eq!(again.joints, before.joints);
}

#[test]
fn a_new_box_disturbs_little() {
    let mut chart = project(8, 30, 12);
    let before = place(&chart);
    chart.before = before.past.iter().cloned().map(Some).collect();
    // A new box between two that are there, and a new leaf.
    let new = chart.boxes.len() as u32;
    let (from, to) = chart.edges[40];
    chart.boxes.extend([(184.0, 38.0); 2]);
    chart.before.extend([None, None]);
    chart.edges.extend([(from, new), (to, new + 1)]);
    let after = place(&chart);
    assert_sound(&chart, &after);
    // The whole may have become taller at the top: what counts is how boxes moved against each other.
    let mut shifts: Vec<f64> = before
        .boxes
        .iter()
        .zip(&after.boxes)
        .map(|(a, b)| b[1] - a[1])
        .collect();
    shifts.sort_by(f64::total_cmp);
    let middle = shifts[shifts.len() / 2];
    let moved = |limit: f64| {
        shifts
            .iter()
            .filter(|shift| (*shift - middle).abs() > limit)
            .count()
    };
    assert!(
        moved(110.0) == 0,
        "{} boxes moved by more than two places",
        moved(110.0)
    );
    assert!(moved(1.0) < 80, "{} of 240 boxes moved", moved(1.0));
    let order = |placed: &Placed, a: usize, b: usize| placed.boxes[a][1] < placed.boxes[b][1];
    for a in 0..240 {
        for b in 0..240 {
            if before.columns[a] == before.columns[b] && after.columns[a] == after.columns[b] {
                assert_eq!(
                    order(&before, a, b),
                    order(&after, a, b),
                    "{a} and {b} changed places"
                );
            }
        }
    }
}

#[test]
fn lanes_are_strips_of_their_own() {
    let mut chart = random(200, 2, 30, 13);
    chart.lanes = (0..200).map(|number| number % 5).collect();
    let placed = place(&chart);
    assert_sound(&chart, &placed);
    assert_eq!(placed.strips.len(), 5);
    for pair in placed.strips.windows(2) {
        assert!(pair[0].frame[3] <= pair[1].frame[1]);
    }
    for (number, place) in placed.boxes.iter().enumerate() {
        let [left, top, right, bottom] = placed.strips[number % 5].frame;
        assert!(
            place[0] >= left
                && place[1] >= top
                && place[0] + place[2] <= right
                && place[1] + place[3] <= bottom
        );
    }
}

/// Figures for people: `cargo test --release -p planglass-core --lib figures -- --ignored --nocapture`
#[test]
#[ignore = "prints figures and checks nothing"]
#[expect(
    clippy::disallowed_types,
    clippy::disallowed_macros,
    reason = "a benchmark, run by hand"
)]
fn figures() {
    let tall = chart(500, (1..500).map(|to| (to - 1, to)).collect());
    for (name, chart) in [
        ("500 in a line", tall),
        ("1,000 boxes, 2,000 edges", project(20, 50, 1)),
        ("10,000 boxes, 20,000 edges, 25 layers", project(25, 400, 2)),
        ("10,000 boxes, 30,000 edges, any depth", random(10_000, 3, 400, 3)),
        ("10,000 boxes, 30,000 edges, shallow", random(10_000, 3, 5_000, 4)),
    ] {
        let started = std::time::Instant::now();
        let placed = place(&chart);
        let millis = started.elapsed().as_millis();
        let (found, naive) = crossings(&chart);
        println!(
            "{name}: {millis} ms, {} columns, {} joints, {} × {}, {found} crossings against {naive}",
            placed.columns.iter().max().map_or(0, |last| last + 1),
            placed.joints.len(),
            placed.size.0,
            placed.size.1,
        );
    }
}
