//! One model in all detail: what changed and why, columns, versions, where it is promoted.

use planglass_core::ordered::{BTreeMap, BTreeSet};
use std::collections::VecDeque;

use planglass_core::diff::modified::{rendered, stored_columns};
use planglass_core::diff::text::between;
use planglass_core::name::TableName;
use planglass_core::project::Project;
use planglass_core::project::lineage::ColumnGraph;
use planglass_core::report::{PlanReport, SnapshotReport};
use planglass_core::snapshot::Snapshot;
use planglass_core::snapshot::naming::{EnvironmentNaming, plain};
use planglass_core::sql::Dialect;
use planglass_core::sql::lineage::{Clause, ColumnRef};
use planglass_core::state::environment::Environment;
use planglass_core::state::{StateFile, TableInfo};
use planglass_core::time::Intervals;

use super::plan::outside;
use super::review::{Review, glyph};
use super::session::Session;
use crate::messages::model::{
    ColumnChange, ColumnView, Link, ModelView, PlaceView, ReadersView, RenderedView, VersionView,
};
use crate::messages::{Category, ModelQuery, RowView};

/// How many causes and neighbours travel to the page.
const MOST: usize = 200;

/// How many causes are followed down to the model.
const MOST_CHAINS: usize = 5;

/// All about a model; `None` when the plan does not know it. Only a loaded project tells how its query is rendered.
pub fn view(
    review: &Review,
    session: &Session,
    project: Option<&Project>,
    query: &ModelQuery,
) -> Option<ModelView> {
    let name = query.name.as_str();
    let plan = review.plan()?;
    let row = review.row(name)?;
    let report = plan.snapshots.get(name);
    let empty = StateFile::empty();
    let state = session.state().map_or(&empty, AsRef::as_ref);
    let causes = causes(plan, name);
    let mut view = ModelView {
        row: review.drawn(row),
        present: report.is_some(),
        diff: plan.text_diffs.get(name).cloned().unwrap_or_default(),
        cause_count: causes.len(),
        causes: causes
            .into_iter()
            .take(MOST_CHAINS)
            .map(|cause| chain(review, plan, cause, name))
            .collect(),
        children: plan
            .snapshots
            .iter()
            .filter(|(_, report)| report.parents.iter().any(|parent| parent == name))
            .take(MOST)
            .map(|(child, _)| link(review, plan, child))
            .collect(),
        versions: versions(plan, report, state, name),
        places: places(plan, report, state, name),
        ..ModelView::default()
    };
    let stored = base_snapshot(plan, state, name);
    view.columns = columns(report, stored);
    if let Some(report) = report {
        describe(&mut view, review, plan, report);
    }
    if query.rendered {
        view.rendered = Some(rendered_view(project, stored, name));
    }
    view.source = view
        .path
        .as_deref()
        .and_then(|path| session.source(path))
        .map(str::to_string)
        .or_else(|| stored.and_then(|snapshot| snapshot.node.query.as_ref().map(|query| query.sql.clone())))
        .unwrap_or_default();
    Some(view)
}

/// The query with macros expanded, beside the one that the environment holds.
fn rendered_view(project: Option<&Project>, stored: Option<&Snapshot>, name: &str) -> RenderedView {
    let now = project
        .and_then(|project| project.nodes.get(name))
        .and_then(|node| node.rendered.as_deref());
    let before = stored.and_then(|snapshot| rendered(&snapshot.node));
    let both = now.zip(before.as_deref());
    RenderedView {
        text: now.or(before.as_deref()).unwrap_or_default().to_string(),
        diff: both
            .filter(|(now, before)| now != before)
            .map(|(now, before)| between(before, now))
            .unwrap_or_default(),
        compared: both.is_some(),
    }
}

/// Who reads the columns of a model, those first that are read most.
pub fn readers(review: &Review, graph: &ColumnGraph, name: &str) -> Vec<ReadersView> {
    let Some(plan) = review.plan() else {
        return Vec::new();
    };
    let report = plan
        .snapshots
        .get(name)
        .and_then(|report| report.columns.as_ref());
    let columns = report.into_iter().flatten().map(|(column, _)| column);
    let view = |column: &String| {
        let found = graph.downstream(&ColumnRef {
            table: name.to_string(),
            column: column.clone(),
        });
        let mut columns: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for reader in &found.columns {
            columns.entry(&reader.table).or_default().push(&reader.column);
        }
        let mut rows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for reader in &found.rows {
            rows.entry(&reader.model)
                .or_default()
                .insert(clause_words(reader.clause));
        }
        ReadersView {
            column: column.clone(),
            columns: columns
                .into_iter()
                .take(MOST)
                .map(|(model, columns)| (link(review, plan, model), columns.join(", ")))
                .collect(),
            rows: rows
                .into_iter()
                .take(MOST)
                .map(|(model, clauses)| {
                    let clauses: Vec<&str> = clauses.into_iter().collect();
                    (link(review, plan, model), clauses.join(", "))
                })
                .collect(),
        }
    };
    columns.map(view).collect()
}

/// Where a query uses a column without showing it.
pub fn clause_words(clause: Clause) -> &'static str {
    match clause {
        Clause::Where => "filter",
        Clause::Having => "having",
        Clause::Qualify => "qualify",
        Clause::Window => "window",
        Clause::Join => "join",
        Clause::Group => "group",
        Clause::Order => "order",
    }
}

fn describe(view: &mut ModelView, review: &Review, plan: &PlanReport, report: &SnapshotReport) {
    let detail = &report.detail;
    view.path.clone_from(&detail.path);
    view.owner.clone_from(&detail.owner);
    view.tags.clone_from(&detail.tags);
    view.cron.clone_from(&detail.cron);
    view.interval_unit.clone_from(&detail.interval_unit);
    view.reason.clone_from(&detail.reason);
    view.loaded = ranges(&report.intervals);
    if !report.dev_intervals.is_empty() {
        view.dev_loaded = ranges(&report.dev_intervals);
    }
    view.is_new = report.is_new;
    let named = [
        ("View", &report.view),
        ("Table", &report.physical_table),
        ("Dev table", &report.physical_table_dev),
        ("Version", &report.version),
        ("Dev version", &report.dev_version),
    ];
    view.names = named
        .into_iter()
        .filter_map(|(label, value)| Some((label.to_string(), value.clone()?)))
        .chain([("Identifier".to_string(), report.identifier.clone())])
        .collect();
    let fingerprint = &report.fingerprint;
    view.fingerprint = format!(
        "data {}, metadata {}, parents {} / {}",
        fingerprint.data_hash,
        fingerprint.metadata_hash,
        fingerprint.parent_data_hash,
        fingerprint.parent_metadata_hash
    );
    view.parents = report
        .parents
        .iter()
        .take(MOST)
        .map(|parent| link(review, plan, parent))
        .collect();
}

fn link(review: &Review, plan: &PlanReport, name: &str) -> Link {
    match review.row(name) {
        Some(row) => row.into(),
        None => {
            let (schema, title) = outside(name, plan);
            Link {
                schema,
                title,
                ..Link::default()
            }
        }
    }
}

/// Directly changed models above a model.
fn causes<'p>(plan: &'p PlanReport, name: &str) -> Vec<&'p str> {
    plan.indirectly_modified
        .iter()
        .filter(|(_, below)| below.iter().any(|child| child == name))
        .map(|(cause, _)| cause.as_str())
        .collect()
}

/// The shortest way from a cause down to a model, through parents.
fn chain(review: &Review, plan: &PlanReport, cause: &str, name: &str) -> Vec<Link> {
    let mut below: BTreeMap<&str, &str> = BTreeMap::new();
    let mut seen: BTreeSet<&str> = BTreeSet::from([name]);
    let mut left: VecDeque<&str> = VecDeque::from([name]);
    while let Some(at) = left.pop_front() {
        if at == cause {
            break;
        }
        for parent in plan
            .snapshots
            .get(at)
            .into_iter()
            .flat_map(|report| &report.parents)
        {
            if seen.insert(parent) {
                below.insert(parent, at);
                left.push_back(parent);
            }
        }
    }
    let mut names = vec![cause];
    while let Some(next) = names.last().and_then(|last| below.get(last)) {
        names.push(next);
    }
    names.into_iter().map(|name| link(review, plan, name)).collect()
}

/// The environment that the plan compares the project with.
pub fn base_environment<'s>(plan: &PlanReport, state: &'s StateFile) -> Option<&'s Environment> {
    let base = if plan.is_new_environment && !plan.create_from.is_empty() {
        &plan.create_from
    } else {
        &plan.environment
    };
    Some(&state.environments.get(base)?.environment)
}

/// What the compared environment holds of a model.
pub fn base_snapshot<'s>(plan: &PlanReport, state: &'s StateFile, name: &str) -> Option<&'s Snapshot> {
    let id = base_environment(plan, state)?
        .snapshots
        .iter()
        .find(|info| info.name == name)
        .map(TableInfo::id)?;
    state
        .snapshots
        .iter()
        .find(|snapshot| snapshot.name == name && snapshot.id() == id)
}

fn columns(report: Option<&SnapshotReport>, stored: Option<&Snapshot>) -> Vec<ColumnView> {
    let now = report.and_then(|report| report.columns.as_ref());
    let before = stored.and_then(|snapshot| stored_columns(&snapshot.node));
    let Some(before) = before else {
        let change = if stored.is_some() {
            ColumnChange::Unknown
        } else {
            ColumnChange::Added
        };
        return now
            .into_iter()
            .flatten()
            .map(|(name, kind)| ColumnView {
                name: name.clone(),
                kind: kind.clone(),
                before: None,
                change,
            })
            .collect();
    };
    let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    let present = now.into_iter().flatten().map(|(name, kind)| {
        let old = before.get(name);
        let change = match old {
            None => ColumnChange::Added,
            Some(old) if same(old, kind) => ColumnChange::Same,
            Some(_) => ColumnChange::Retyped,
        };
        ColumnView {
            name: name.clone(),
            kind: kind.clone(),
            before: old.cloned(),
            change,
        }
    });
    let gone = before
        .iter()
        .filter(|(name, _)| now.is_none_or(|now| !now.contains_key(name)))
        .map(|(name, kind)| ColumnView {
            name: name.clone(),
            kind: String::new(),
            before: Some(kind.clone()),
            change: ColumnChange::Removed,
        });
    let mut all: Vec<ColumnView> = present.chain(gone).collect();
    all.sort_by_key(|column| matches!(column.change, ColumnChange::Same));
    all
}

fn category_of(text: Option<&str>, forward_only: bool) -> Option<Category> {
    let text = text?;
    Some(Category {
        glyph: glyph(text, forward_only)?,
        inherited: text.starts_with("INDIRECT"),
    })
}

/// All versions that the state holds, newest first, headed by the plan's own when it is not among them.
fn versions(
    plan: &PlanReport,
    report: Option<&SnapshotReport>,
    state: &StateFile,
    name: &str,
) -> Vec<VersionView> {
    let planned = report.map(|report| report.identifier.as_str());
    let mut stored: Vec<&Snapshot> = state
        .snapshots
        .iter()
        .filter(|snapshot| snapshot.name == name)
        .collect();
    stored.sort_by_key(|snapshot| std::cmp::Reverse(snapshot.created_ts));
    let mut views: Vec<VersionView> = stored
        .into_iter()
        .map(|snapshot| {
            let identifier = snapshot.fingerprint.to_identifier();
            VersionView {
                created: snapshot.created_ts.date_text(),
                category: category_of(
                    snapshot.change_category.map(|category| category.as_str()),
                    snapshot.forward_only,
                ),
                environments: holders(state, name, &identifier),
                table: snapshot.table_name(true).unwrap_or_default(),
                loaded: ranges(&snapshot.intervals),
                planned: planned == Some(identifier.as_str()),
                stored: true,
                identifier,
            }
        })
        .collect();
    if let Some(report) = report.filter(|_| !views.iter().any(|view| view.planned)) {
        let category = category_of(report.change_category.as_deref(), report.forward_only);
        views.insert(
            0,
            VersionView {
                identifier: report.identifier.clone(),
                created: String::new(),
                category,
                environments: vec![plan.environment.clone()],
                table: report.physical_table.clone().unwrap_or_default(),
                loaded: ranges(report.loaded()),
                planned: true,
                stored: false,
            },
        );
    }
    views
}

fn holders(state: &StateFile, name: &str, identifier: &str) -> Vec<String> {
    let holds = |environment: &Environment| {
        environment
            .snapshots
            .iter()
            .any(|info| info.name == name && info.fingerprint.to_identifier() == identifier)
    };
    state
        .environments
        .iter()
        .filter(|(_, entry)| holds(&entry.environment))
        .map(|(name, _)| name.clone())
        .collect()
}

/// Environments that hold a model, with the view and the table that it shows.
fn places(
    plan: &PlanReport,
    report: Option<&SnapshotReport>,
    state: &StateFile,
    name: &str,
) -> Vec<PlaceView> {
    let mut places = Vec::new();
    for entry in state.environments.values() {
        let environment = &entry.environment;
        let Some(info) = environment.snapshots.iter().find(|info| info.name == name) else {
            continue;
        };
        let identifier = info.fingerprint.to_identifier();
        let snapshot = state
            .snapshots
            .iter()
            .find(|snapshot| snapshot.name == name && snapshot.fingerprint == info.fingerprint);
        let promoted = environment.promoted_snapshot_ids.as_ref().is_none_or(|ids| {
            ids.iter()
                .any(|id| id.name == name && id.identifier == identifier)
        });
        places.push(PlaceView {
            environment: environment.name.clone(),
            view: if promoted {
                view_name(environment, name, snapshot)
            } else {
                String::new()
            },
            table: snapshot
                .and_then(|snapshot| snapshot.table_name(true))
                .unwrap_or_default(),
            planned: report.is_some_and(|report| {
                report.identifier == identifier && environment.name == plan.environment
            }),
            identifier,
        });
    }
    places
}

fn view_name(environment: &Environment, name: &str, snapshot: Option<&Snapshot>) -> String {
    let naming = EnvironmentNaming {
        name: environment.name.clone(),
        suffix_target: environment.suffix_target.clone(),
        catalog_name_override: environment.catalog_name_override.clone(),
        normalize_name: environment.normalize_name,
    };
    let dialect = snapshot.and_then(|snapshot| Dialect::parse(&snapshot.node.dialect));
    TableName::parse_quoted(name)
        .map(|table| plain(&naming.view(&table, dialect.unwrap_or_default())))
        .unwrap_or_default()
}

/// Intervals in inclusive wording, the first few of them.
pub fn ranges(intervals: &Intervals) -> String {
    let day = planglass_core::time::DAY;
    let text = |at: planglass_core::time::Timestamp| match at.millis().rem_euclid(day) {
        0 => at.date_text(),
        _ => at.datetime_text(),
    };
    let mut shown: Vec<String> = intervals
        .iter()
        .take(4)
        .map(|interval| {
            let whole_days = interval.end().millis().rem_euclid(day) == 0;
            let last = if whole_days {
                interval.end().plus(-day).max(interval.start())
            } else {
                interval.end()
            };
            format!("{} – {}", text(interval.start()), text(last))
        })
        .collect();
    let left = intervals.as_slice().len().saturating_sub(4);
    if left > 0 {
        shown.push(format!("and {left} more"));
    }
    if shown.is_empty() {
        "nothing".to_string()
    } else {
        shown.join(", ")
    }
}

/// A row's short form, for lists of neighbours.
impl From<&RowView> for Link {
    fn from(row: &RowView) -> Self {
        Self {
            name: row.name.clone(),
            schema: row.schema.clone(),
            title: row.title.clone(),
            status: row.status,
            category: row.category,
        }
    }
}

#[cfg(test)]
mod tests {
    use planglass_core::report::PlanOutcome;

    use super::*;
    use crate::messages::Status;

    fn report(parents: &[&str]) -> SnapshotReport {
        SnapshotReport {
            parents: parents.iter().map(|name| (*name).to_string()).collect(),
            ..SnapshotReport::default()
        }
    }

    #[test]
    fn a_chain_leads_from_the_cause_to_the_model() {
        let mut plan = PlanReport {
            directly_modified: vec!["a".into()],
            ..PlanReport::default()
        };
        for (name, parents) in [("a", &[][..]), ("b", &["a"]), ("x", &[]), ("c", &["x", "b"])] {
            plan.snapshots.insert(name.into(), report(parents));
        }
        plan.indirectly_modified
            .insert("a".into(), vec!["b".into(), "c".into()]);
        let outcome = PlanOutcome {
            plan: Some(plan),
            ..PlanOutcome::default()
        };
        let review = Review::new(outcome, 0.0);
        let query = ModelQuery {
            name: "c".into(),
            ..ModelQuery::default()
        };
        let view = view(&review, &Session::default(), None, &query).expect("the model");
        let chain: Vec<&str> = view.causes[0].iter().map(|link| link.title.as_str()).collect();
        assert_eq!(chain, ["a", "b", "c"]);
        assert_eq!(view.row.status, Status::Indirect);
    }
}
