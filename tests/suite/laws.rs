//! Laws that hold for every project, state and edit, tried on small ones made up at random.

use std::collections::BTreeSet;
use std::rc::Rc;

use planglass_core::apply::Rehearsal;
use planglass_core::plan::PlanOptions;
use planglass_core::project::LoadOptions;
use planglass_core::report::{PlanOutcome, PlanReport};
use planglass_core::request::{self, Session};
use planglass_core::source::SourceMap;
use planglass_core::state::StateFile;
use planglass_core::time::{Interval, Intervals, Timestamp};
use proptest::prelude::*;

/// 2024-09-27, midnight.
const NOW: Timestamp = Timestamp(1_727_395_200_000);

/// One model: a few numbers say what it looks like.
#[derive(Debug, Clone)]
struct Made {
    kind: usize,
    parent: usize,
    columns: usize,
    filter: bool,
    star: bool,
}

/// What is done to a model.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Edit {
    Column,
    Expression,
    Filter,
    Owner,
    Comment,
    Layout,
}

const KINDS: [&str; 5] = [
    "FULL",
    "VIEW",
    "INCREMENTAL_BY_TIME_RANGE (time_column ds)",
    "INCREMENTAL_BY_UNIQUE_KEY (unique_key k)",
    "EMBEDDED",
];

fn made() -> impl Strategy<Value = Vec<Made>> {
    let model = (
        0..KINDS.len(),
        0..100_usize,
        1..4_usize,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(kind, parent, columns, filter, star)| Made {
            kind,
            parent,
            columns,
            filter,
            star,
        });
    proptest::collection::vec(model, 2..9)
}

fn any_edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        Just(Edit::Column),
        Just(Edit::Expression),
        Just(Edit::Filter),
        Just(Edit::Owner),
        Just(Edit::Comment),
        Just(Edit::Layout),
    ]
}

fn edits(edit: impl Strategy<Value = Edit>) -> impl Strategy<Value = Vec<(usize, Edit)>> {
    proptest::collection::vec((0..100_usize, edit), 1..4)
}

fn files(made: &[Made], edits: &[(usize, Edit)]) -> Vec<(String, String)> {
    let config = "gateways: {main: {connection: {type: duckdb}}}\nmodel_defaults: {dialect: duckdb, start: 2024-09-20}\n";
    let mut files = vec![("config.yaml".to_string(), config.to_string())];
    for (number, model) in made.iter().enumerate() {
        let mine: Vec<Edit> = edits
            .iter()
            .filter(|(at, _)| at % made.len() == number)
            .map(|(_, edit)| *edit)
            .collect();
        files.push((format!("models/m{number}.sql"), text(number, model, &mine)));
    }
    files
}

fn text(number: usize, model: &Made, edits: &[Edit]) -> String {
    let owner = if edits.contains(&Edit::Owner) {
        ", owner ann"
    } else {
        ""
    };
    let mut columns: Vec<String> = (0..model.columns)
        .map(|index| {
            let added = usize::from(index == 0 && edits.contains(&Edit::Expression));
            format!("{} + {added} AS c{number}_{index}", index + 10)
        })
        .collect();
    if edits.contains(&Edit::Column) {
        columns.push(format!("7 AS new{number}"));
    }
    let mut filters = Vec::new();
    let mut from = String::new();
    if number > 0 {
        from = format!("\nFROM s.m{} AS p", model.parent % number);
        let own = if model.star { "p.*" } else { "p.k, p.ds" };
        columns.insert(0, own.to_string());
        if model.filter {
            filters.push("p.k > 0");
        }
        if edits.contains(&Edit::Filter) {
            filters.push("p.k < 100");
        }
    } else {
        columns.insert(0, "1 AS k, '2024-09-22'::DATE AS ds".to_string());
    }
    if !filters.is_empty() {
        from.push_str(&format!("\nWHERE {}", filters.join(" AND ")));
    }
    let separator = if edits.contains(&Edit::Layout) {
        ",\n\n    "
    } else {
        ", "
    };
    let comment = if edits.contains(&Edit::Comment) {
        " /* why */"
    } else {
        ""
    };
    format!(
        "MODEL (name s.m{number}, kind {}{owner});\nSELECT{comment} {}{from}\n",
        KINDS[model.kind],
        columns.join(separator)
    )
}

fn sources(files: &[(String, String)]) -> SourceMap {
    files.iter().map(|(path, text)| (path, text)).collect()
}

fn options(environment: &str) -> PlanOptions {
    PlanOptions {
        environment: Some(environment.to_string()),
        now: NOW,
        include_unmodified: Some(true),
        ..PlanOptions::default()
    }
}

fn carried_out(
    files: &[(String, String)],
    state: Option<&StateFile>,
    environment: &str,
) -> (PlanOutcome, Option<StateFile>) {
    request::rehearse(
        &sources(files),
        state,
        &LoadOptions::default(),
        &options(environment),
        Rehearsal::default(),
    )
}

fn planned(files: &[(String, String)], state: Option<&StateFile>, environment: &str) -> PlanOutcome {
    request::plan(
        &sources(files),
        state,
        &LoadOptions::default(),
        &options(environment),
    )
}

/// A plan of edits on a project that is in production.
fn plan_of_edits(
    made: &[Made],
    edits: &[(usize, Edit)],
) -> Result<(PlanReport, Option<StateFile>), TestCaseError> {
    let (first, state) = carried_out(&files(made, &[]), None, "prod");
    prop_assert!(first.error.is_none(), "{:?}", first.error);
    let outcome = planned(&files(made, edits), state.as_ref(), "dev");
    prop_assert!(outcome.error.is_none(), "{:?}", outcome.error);
    match outcome.plan {
        Some(plan) => Ok((plan, state)),
        None => Err(TestCaseError::fail("no plan")),
    }
}

fn category<'r>(plan: &'r PlanReport, name: &str) -> Option<&'r str> {
    let snapshot = plan.snapshots.get(name).filter(|snapshot| snapshot.is_new)?;
    snapshot.change_category.as_deref()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn planning_does_not_depend_on_the_order_of_files(made in made(), edits in edits(any_edit()), turn in 0..20_usize) {
        let (_, state) = carried_out(&files(&made, &[]), None, "prod");
        let mut files = files(&made, &edits);
        let plain = planned(&files, state.as_ref(), "dev");
        prop_assert_eq!(&plain, &planned(&files, state.as_ref(), "dev"));
        let turn = turn % files.len();
        files.rotate_left(turn);
        files.reverse();
        prop_assert_eq!(&plain, &planned(&files, state.as_ref(), "dev"));
    }

    #[test]
    fn planning_again_after_carrying_out_finds_nothing(made in made(), edits in edits(any_edit())) {
        let (_, state) = carried_out(&files(&made, &[]), None, "prod");
        let files = files(&made, &edits);
        let (outcome, state) = carried_out(&files, state.as_ref(), "prod");
        prop_assert!(outcome.error.is_none(), "{:?}", outcome.error);
        let again = planned(&files, state.as_ref(), "prod").plan.unwrap_or_default();
        prop_assert!(!again.has_changes, "{:?} {:?}", again.directly_modified, again.metadata_updated);
        prop_assert!(!again.requires_backfill, "{:?}", again.missing_intervals);
    }

    #[test]
    fn a_child_is_never_milder_than_its_parents_force(made in made(), edits in edits(any_edit())) {
        let (plan, _) = plan_of_edits(&made, &edits)?;
        for (name, snapshot) in &plan.snapshots {
            let forced = snapshot.parents.iter().any(|parent| {
                matches!(category(&plan, parent), Some("BREAKING" | "INDIRECT_BREAKING"))
            });
            if forced && snapshot.detail.status == "indirect" {
                prop_assert_eq!(category(&plan, name), Some("INDIRECT_BREAKING"), "{}", name);
            }
        }
    }

    #[test]
    fn layout_and_comments_are_never_above_metadata(
        made in made(),
        edits in edits(prop_oneof![Just(Edit::Comment), Just(Edit::Layout)]),
    ) {
        let (plan, _) = plan_of_edits(&made, &edits)?;
        prop_assert!(plan.directly_modified.is_empty(), "{:?}", plan.directly_modified);
        prop_assert!(!plan.requires_backfill, "{:?}", plan.missing_intervals);
        for name in plan.snapshots.keys() {
            prop_assert!(matches!(category(&plan, name), None | Some("METADATA")), "{}", name);
        }
    }

    #[test]
    fn a_session_answers_as_a_single_plan_does(made in made(), edits in edits(any_edit()), pick in 0..20_usize) {
        let (plan, state) = plan_of_edits(&made, &edits)?;
        let files = files(&made, &edits);
        // Loaded before it is known which state is meant.
        let sources = sources(&files);
        let session = Session::prepare(&sources, None, &LoadOptions::default());
        let session = session.against(&sources, state.clone().map(Rc::new));
        let mut session = session.expect("nothing was mixed in");
        let mut options = options("dev");
        let mut answer = session.plan(&options);
        let choosable: Vec<&String> = plan.snapshots.iter().filter(|(_, s)| s.detail.choosable).map(|(n, _)| n).collect();
        if let Some(name) = choosable.get(pick % choosable.len().max(1)) {
            for choice in ["BREAKING", "NON_BREAKING"] {
                options.set_choices.insert((*name).clone(), choice.to_string());
                answer.update(session.replan(&options));
            }
        }
        options.start = Some("2024-09-24".to_string());
        answer.update(session.replan(&options));
        let alone = request::plan(&sources, state.as_ref(), &LoadOptions::default(), &options);
        let sealed = |outcome: PlanOutcome| outcome.plan.map(PlanReport::sealed);
        prop_assert_eq!(&answer.diagnostics, &alone.diagnostics);
        prop_assert_eq!(sealed(answer), sealed(alone));
    }

    #[test]
    fn intervals_agree_with_sets_of_points(
        held in proptest::collection::vec((0..60_i64, 1..12_i64), 0..8),
        others in proptest::collection::vec((0..60_i64, 1..12_i64), 0..8),
        taken in (0..60_i64, 1..20_i64),
    ) {
        let of = |list: &[(i64, i64)]| -> Intervals {
            list.iter().map(|(start, length)| Interval(Timestamp(*start), Timestamp(start + length))).collect()
        };
        let points = |list: &[(i64, i64)]| -> BTreeSet<i64> {
            list.iter().flat_map(|(start, length)| *start..start + length).collect()
        };
        let shown = |intervals: &Intervals| -> BTreeSet<i64> {
            intervals.iter().flat_map(|Interval(a, b)| a.0..b.0).collect()
        };
        let (one, other) = (of(&held), of(&others));
        prop_assert_eq!(shown(&one), points(&held));
        let all: BTreeSet<i64> = points(&held).union(&points(&others)).copied().collect();
        prop_assert_eq!(shown(&one.union(&other)), all);
        let cut = Interval(Timestamp(taken.0), Timestamp(taken.0 + taken.1));
        let mut left = points(&held);
        left.retain(|point| !(taken.0..taken.0 + taken.1).contains(point));
        prop_assert_eq!(shown(&one.without(cut)), left);
        let covered = (taken.0..taken.0 + taken.1).all(|point| points(&held).contains(&point));
        prop_assert_eq!(one.covers(cut), covered);
    }
}
