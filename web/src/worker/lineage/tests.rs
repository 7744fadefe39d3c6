use planglass_core::ordered::BTreeMap;
use std::rc::Rc;

use planglass_core::plan::PlanOptions;
use planglass_core::project::LoadOptions;
use planglass_core::project::Project;
use planglass_core::project::lineage::ColumnGraph;
use planglass_core::request;
use planglass_core::source::SourceMap;
use planglass_core::time::Timestamp;

use super::graph::{Graph, Node};
use super::part::choose;
use super::scene::{Memory, draw, outline};
use super::view;
use crate::messages::lineage::{
    FIRST_NUMBERED_INK, Lens, LineageQuery, LineageView, NO_ENTRY, NO_INK, Part, Scene,
};
use crate::messages::{Group, Status};
use crate::worker::review::Review;

/// A graph from lines `child: parent parent`; a letter before the name says its status.
fn graph(text: &str) -> Graph {
    let mut nodes = Vec::new();
    let mut parents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (head, above) = line.split_once(':').expect("a colon");
        let (letter, name) = head.split_once(' ').expect("a letter");
        let status = Status::ALL.into_iter().find(|status| status.letter() == letter);
        nodes.push(Node {
            name: name.to_string(),
            schema: format!("{}.", name.split('.').next().unwrap_or("")),
            title: name.split('.').next_back().unwrap_or("").to_string(),
            status: status.expect("a status"),
            kind: "view".to_string(),
            group: name.split('.').next().unwrap_or("").to_string(),
            ..Node::default()
        });
        parents.insert(name, above.split_whitespace().collect());
    }
    Graph::new(nodes, &parents)
}

const SHOP: &str = "
    = raw.orders:
    = raw.people:
    = stg.orders: raw.orders
    D stg.people: raw.people
    I core.sales: stg.orders stg.people
    = core.other: raw.orders outside.unknown
    I mart.daily: core.sales
    = mart.rest: core.other
    R mart.gone: core.sales
";

fn shown(graph: &Graph, query: &LineageQuery) -> (Vec<String>, Option<String>) {
    let chosen = choose(graph, query);
    let names = chosen
        .numbers
        .iter()
        .map(|number| graph.nodes[*number as usize].name.clone());
    (names.collect(), chosen.note)
}

fn asked(part: Part, steps: u32, model: &str, to: &str) -> LineageQuery {
    let name = |text: &str| (!text.is_empty()).then(|| text.to_string());
    LineageQuery {
        part,
        steps,
        model: name(model),
        to: name(to),
        ..LineageQuery::default()
    }
}

#[test]
fn changes_come_with_children_and_first_parents() {
    let graph = graph(SHOP);
    let (names, note) = shown(&graph, &asked(Part::Changes, 1, "", ""));
    let expected = [
        "core.sales",
        "mart.daily",
        "mart.gone",
        "raw.people",
        "stg.orders",
        "stg.people",
    ];
    assert_eq!(names, expected);
    assert_eq!(note, None);
    let (names, _) = shown(&graph, &asked(Part::Changes, 2, "", ""));
    assert!(names.contains(&"raw.orders".to_string()));
    let (names, _) = shown(&graph, &asked(Part::Changes, 0, "", ""));
    assert_eq!(names, ["core.sales", "mart.daily", "mart.gone", "stg.people"]);
}

#[test]
fn without_changes_everything_is_shown_and_said_so() {
    let graph = graph("= a.x:\n= a.y: a.x");
    let (names, note) = shown(&graph, &asked(Part::Changes, 1, "", ""));
    assert_eq!(names.len(), 2);
    assert!(note.is_some());
}

#[test]
fn steps_around_a_model_go_both_ways_and_not_sideways() {
    let graph = graph(SHOP);
    let (names, _) = shown(&graph, &asked(Part::Around, 1, "core.sales", ""));
    let expected = [
        "core.sales",
        "mart.daily",
        "mart.gone",
        "stg.orders",
        "stg.people",
    ];
    assert_eq!(names, expected);
    let (names, _) = shown(&graph, &asked(Part::Around, 9, "stg.orders", ""));
    assert!(!names.contains(&"stg.people".to_string()));
    assert!(names.contains(&"mart.gone".to_string()));
}

#[test]
fn paths_are_found_in_both_directions_and_over_a_common_source() {
    let graph = graph(SHOP);
    let between = ["core.sales", "mart.daily", "raw.people", "stg.people"];
    for (from, to) in [("raw.people", "mart.daily"), ("mart.daily", "raw.people")] {
        let (names, note) = shown(&graph, &asked(Part::Path, 1, from, to));
        assert_eq!(names, between);
        assert_eq!(note.is_some(), from == "mart.daily");
    }
    let (names, note) = shown(&graph, &asked(Part::Path, 1, "core.other", "stg.orders"));
    assert_eq!(names, ["core.other", "raw.orders", "stg.orders"]);
    assert!(note.is_some_and(|note| note.contains("both come from")));
    let (names, note) = shown(&graph, &asked(Part::Path, 1, "core.other", "stg.people"));
    assert_eq!(names, ["core.other", "stg.people"]);
    assert!(note.is_some());
}

fn drawn(graph: &Graph, open: &[&str], memory: &mut Memory) -> Scene {
    let numbers: Vec<u32> = (0..graph.nodes.len() as u32).collect();
    let open: Vec<String> = open.iter().map(ToString::to_string).collect();
    draw(
        outline(graph, &numbers, &open, true),
        &format!("{open:?}"),
        memory,
    )
}

#[test]
fn folded_groups_count_their_models_and_keep_edges_between_them() {
    let scene = drawn(&graph(SHOP), &[], &mut Memory::default());
    let names: Vec<&str> = scene.boxes.iter().map(|view| view.name.as_str()).collect();
    assert_eq!(names, ["core", "mart", "raw", "stg"]);
    assert_eq!(scene.boxes[0].counts, Some([0, 0, 0, 1, 0, 1]));
    assert_eq!(scene.boxes[0].status, Status::Indirect);
    assert!(scene.boxes[2].dim && !scene.boxes[3].dim);
    assert_eq!(scene.arrivals.len(), 4);
    assert!(scene.strips.is_empty());
}

#[test]
fn an_open_group_has_a_strip_with_its_models() {
    let scene = drawn(&graph(SHOP), &["core"], &mut Memory::default());
    let [strip] = scene.strips.as_slice() else {
        panic!("one strip, not {:?}", scene.strips);
    };
    assert_eq!((strip.key.as_str(), strip.count), ("core", 2));
    let [left, top, right, bottom] = strip.frame;
    for view in &scene.boxes {
        let [x, y, width, height] = view.frame;
        let inside = x >= left && y >= top && x + width <= right && y + height <= bottom;
        assert_eq!(inside, view.name.starts_with("core."), "{}", view.name);
    }
}

#[test]
fn what_is_not_drawn_is_counted() {
    let graph = graph(SHOP);
    let chosen = choose(&graph, &asked(Part::Around, 1, "stg.orders", ""));
    let scene = draw(
        outline(&graph, &chosen.numbers, &[], true),
        "",
        &mut Memory::default(),
    );
    // All models have a group here, and all are folded: only whole groups are drawn.
    assert_eq!(scene.boxes.len(), 3);
    let open: Vec<String> = ["raw", "stg", "core"].map(String::from).to_vec();
    let scene = draw(
        outline(&graph, &chosen.numbers, &open, true),
        "",
        &mut Memory::default(),
    );
    let sales = scene
        .boxes
        .iter()
        .find(|view| view.name == "core.sales")
        .expect("drawn");
    assert_eq!(sales.hidden, (1, 2));
}

#[test]
fn places_are_kept_when_only_statuses_change() {
    let mut memory = Memory::default();
    let before = drawn(&graph(SHOP), &["raw", "stg", "core", "mart"], &mut memory);
    let after = drawn(
        &graph(&SHOP.replace("= core.other", "I core.other")),
        &["raw", "stg", "core", "mart"],
        &mut memory,
    );
    let frames = |scene: &Scene| scene.boxes.iter().map(|view| view.frame).collect::<Vec<_>>();
    assert_eq!(frames(&before), frames(&after));
    assert_eq!(before.joints, after.joints);
}

#[test]
fn names_are_found_by_any_part_and_best_first() {
    let graph = graph(SHOP);
    let found: Vec<String> = graph
        .find("OR", 9)
        .into_iter()
        .map(|(_, display)| display)
        .collect();
    assert_eq!(
        found,
        ["raw.orders", "stg.orders", "core.other", "core.sales"].map(String::from)
    );
    assert_eq!(graph.find("", 9), []);
    assert_eq!(graph.find("e", 2).len(), 2);
}

/// The plan of a small project against nothing, and the lineage of its columns.
fn planned() -> (Review, Project) {
    let files = [
        (
            "config.yaml",
            "gateways:\n  local:\n    connection: {type: duckdb, database: c.duckdb}\ndefault_gateway: local\n\
             model_defaults:\n  dialect: duckdb\n  start: 2026-01-01\n",
        ),
        (
            "models/a.sql",
            "MODEL (name s.a, kind FULL, owner lena);\nSELECT 1 AS price, 2 AS amount, 'x' AS label\n",
        ),
        (
            "models/b.sql",
            "MODEL (name s.b, kind VIEW);\nSELECT price * amount AS total, label FROM s.a\n",
        ),
        (
            "models/c.sql",
            "MODEL (name t.c, kind VIEW);\n\
             WITH x AS (SELECT total FROM s.b WHERE label = 'x') SELECT SUM(total) AS sum FROM x\n",
        ),
    ];
    let sources: SourceMap = files.into_iter().collect();
    let load = LoadOptions::default();
    let options = PlanOptions {
        now: Timestamp(1_772_323_200_000),
        ..PlanOptions::default()
    };
    let outcome = request::plan(&sources, None, &load, &options);
    assert!(outcome.plan.is_some(), "{:?}", outcome.diagnostics);
    let project = planglass_core::project::load(&sources, &load).0;
    (Review::new(outcome, 0.0), project)
}

fn seen(query: &LineageQuery) -> (LineageView, Scene) {
    let (review, project) = planned();
    let graph = Rc::new(ColumnGraph::new(&project));
    let columns = || Some(graph.clone());
    let mut memory = Memory::default();
    let view = view(
        &review,
        None,
        Some(&project),
        query,
        &columns,
        &mut memory,
        || 0.0,
    )
    .expect("a plan");
    let scene = Scene::unpack(&view.scene).expect("a scene");
    (view, scene)
}

#[test]
fn the_legend_counts_every_model_once_for_every_lens() {
    for lens in Lens::ALL {
        let (view, scene) = seen(&LineageQuery {
            part: Part::All,
            lens,
            environment: "prod".into(),
            ..LineageQuery::default()
        });
        assert_eq!(
            view.legend.iter().map(|entry| entry.count).sum::<usize>(),
            3,
            "{lens:?}"
        );
        assert!(
            scene
                .boxes
                .iter()
                .all(|view_of| (view_of.entry as usize) < view.legend.len())
        );
    }
    let (view, _) = seen(&LineageQuery {
        lens: Lens::Kind,
        ..LineageQuery::default()
    });
    let entries: Vec<(&str, usize)> = view
        .legend
        .iter()
        .map(|entry| (entry.title.as_str(), entry.count))
        .collect();
    assert_eq!(entries, [("view", 2), ("full", 1)]);
    let (view, _) = seen(&LineageQuery {
        lens: Lens::Owner,
        ..LineageQuery::default()
    });
    let entries: Vec<(&str, u8)> = view
        .legend
        .iter()
        .map(|entry| (entry.title.as_str(), entry.ink))
        .collect();
    assert_eq!(entries, [("lena", FIRST_NUMBERED_INK), ("No owner", NO_INK)]);
}

#[test]
fn a_group_of_different_entries_has_none() {
    let (_, scene) = seen(&LineageQuery {
        part: Part::All,
        lens: Lens::Kind,
        group: Some(Group::Schema),
        ..LineageQuery::default()
    });
    let entries: Vec<(&str, u16)> = scene
        .boxes
        .iter()
        .map(|view| (view.name.as_str(), view.entry))
        .collect();
    assert_eq!(entries, [("s", NO_ENTRY), ("t", 0)]);
}

#[test]
fn the_lineage_of_a_column_has_only_its_columns() {
    let (view, scene) = seen(&LineageQuery {
        part: Part::Column,
        model: Some("\"c\".\"s\".\"b\"".into()),
        column: Some("total".into()),
        ..LineageQuery::default()
    });
    assert_eq!((view.shown, view.query.part), (3, Part::Column));
    let columns: Vec<(&str, Vec<&str>)> = scene
        .boxes
        .iter()
        .map(|view| {
            (
                view.title.as_str(),
                view.columns.iter().map(String::as_str).collect(),
            )
        })
        .collect();
    assert_eq!(
        columns,
        [
            ("a", vec!["amount", "price"]),
            ("b", vec!["total"]),
            ("c", vec!["sum"])
        ]
    );
    assert_eq!(scene.threads, [[0, 0, 1, 0], [0, 1, 1, 0], [1, 0, 2, 0]]);
    // A column that decides about rows is named with the clause.
    let (_, scene) = seen(&LineageQuery {
        part: Part::Column,
        model: Some("\"c\".\"s\".\"a\"".into()),
        column: Some("label".into()),
        ..LineageQuery::default()
    });
    let last = scene.boxes.last().expect("three boxes");
    assert_eq!(last.columns, ["label (filter)"]);
}

#[test]
fn inside_of_a_model_its_queries_are_boxes() {
    let (view, scene) = seen(&LineageQuery {
        part: Part::Inside,
        model: Some("\"c\".\"t\".\"c\"".into()),
        ..LineageQuery::default()
    });
    assert_eq!((view.shown, view.query.part), (2, Part::Inside));
    let boxes: Vec<(&str, &str, bool)> = scene
        .boxes
        .iter()
        .map(|view| (view.title.as_str(), view.sub.as_str(), view.is_model()))
        .collect();
    let expected = [
        ("b", "+ Added", true),
        ("c", "+ Added", true),
        ("x", "common table expression", false),
    ];
    assert_eq!(boxes, expected);
    let lines: Vec<&[String]> = scene.boxes.iter().map(|view| &view.columns[..]).collect();
    assert_eq!(
        lines,
        [&["total", "label"][..], &["sum"], &["total", "label (filter)"]]
    );
    assert_eq!(scene.threads, [[0, 0, 2, 0], [0, 1, 2, 1], [2, 0, 1, 0]]);
    let texts = |name: &str| {
        view.texts
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, texts)| texts.as_slice())
    };
    assert_eq!(
        texts("x"),
        Some(&[("total".to_string(), "total".to_string())][..])
    );
    let sum = [("sum".to_string(), "SUM(total)".to_string())];
    assert_eq!(texts("\"c\".\"t\".\"c\""), Some(&sum[..]));
}
