//! The list of models: filtered, grouped, and a window of it.

use std::rc::Rc;

use planglass_core::ordered::{BTreeMap, BTreeSet};

use planglass_core::snapshot::select::Selectable;
use planglass_core::snapshot::{Nodes, PlanNode};

use super::review::Review;
use crate::messages::rows::{GroupView, Place};
use crate::messages::{Group, Item, RowView, RowsQuery, RowsView, Scope, Status};

/// Largest window that is answered.
const LARGEST: usize = 1_000;

/// A window of a list.
pub fn view(review: &Review, query: &RowsQuery) -> RowsView {
    let (shown, error) = match shown(review, query) {
        Ok(shown) => (shown, None),
        Err(message) => (Vec::new(), Some(message)),
    };
    let groups = groups(review, query, &shown);
    let mut view = RowsView {
        rows: shown.len(),
        batches: shown.iter().map(|row| row.batches).sum(),
        choosable: shown.iter().filter(|row| row.choosable).count(),
        selected: query.selected.clone(),
        error,
        from: query.from,
        ..RowsView::default()
    };
    let to = query.to.min(query.from.saturating_add(LARGEST));
    let mut line = 0;
    let mut number = 0;
    let mut order: Vec<&str> = Vec::new();
    let take = |line: usize, item: &dyn Fn() -> Item, items: &mut Vec<Item>| {
        if (query.from..to).contains(&line) {
            items.push(item());
        }
    };
    for (head, members) in groups {
        if let Some(mut head) = head {
            head.at = line;
            take(line, &|| Item::Group(head.clone()), &mut view.items);
            line += 1;
            view.groups.push(head);
        }
        let folded = view
            .groups
            .last()
            .is_some_and(|head| head.folded && query.scope == Scope::Changes);
        for row in members {
            number += 1;
            order.push(&row.name);
            if query.selected.as_ref() == Some(&row.name) {
                view.place = Some(Place {
                    number,
                    line: if folded { line.saturating_sub(1) } else { line },
                    ..Place::default()
                });
            }
            if !folded {
                take(line, &|| Item::Row(Box::new(review.drawn(row))), &mut view.items);
                line += 1;
            }
        }
    }
    view.lines = line;
    if let Some(place) = &mut view.place {
        let at = |index: usize| order.get(index).map(|name| (*name).to_string());
        place.previous = place.number.checked_sub(2).and_then(at);
        place.next = at(place.number);
    }
    view.first = order.first().map(|name| (*name).to_string());
    view
}

/// Names of all models of a list whose category may be chosen.
pub fn choosable(review: &Review, query: &RowsQuery) -> Vec<String> {
    let shown = shown(review, query).unwrap_or_default();
    let choosable = shown.into_iter().filter(|row| row.choosable);
    choosable.map(|row| row.name.clone()).collect()
}

/// The rows of a list, in the order of the plan.
pub fn shown<'r>(review: &'r Review, query: &RowsQuery) -> Result<Vec<&'r RowView>, String> {
    let filter = query.filter.trim();
    let selected = if is_selector(filter) {
        Some(select(review, filter)?)
    } else {
        None
    };
    let text = filter.to_lowercase();
    let named = |row: &RowView| match &selected {
        Some(names) => names.contains(&row.name),
        None => text.is_empty() || row.display().to_lowercase().contains(&text),
    };
    let wanted = |row: &RowView| match (query.scope, query.status) {
        (Scope::Backfill, _) => row.batches > 0,
        (Scope::Changes, Some(status)) => row.status == status,
        (Scope::Changes, None) => row.status != Status::Unchanged,
    };
    Ok(review
        .rows
        .iter()
        .filter(|row| wanted(row) && named(row))
        .collect())
}

/// A text with one of the selector language's signs; anything else is a part of a name.
fn is_selector(text: &str) -> bool {
    text.contains(['+', '*', '&', '|', '^', '(', ':'])
}

/// Names that a selector chooses among the models of the plan.
fn select(review: &Review, text: &str) -> Result<BTreeSet<String>, String> {
    let Some(plan) = review.plan() else {
        return Ok(BTreeSet::new());
    };
    let nodes: Nodes = plan
        .snapshots
        .iter()
        .map(|(name, report)| {
            let mut node = PlanNode {
                depends_on: report.parents.iter().cloned().collect(),
                ..PlanNode::default()
            };
            node.snapshot.name.clone_from(name);
            node.snapshot.node.name = review.row(name).map_or_else(|| name.clone(), RowView::display);
            node.snapshot.node.tags.clone_from(&report.detail.tags);
            (name.clone(), Rc::new(node))
        })
        .collect();
    let selectable = Selectable::new(&nodes, plan.default_catalog.as_deref(), "");
    selectable
        .select(&[text.to_string()])
        .map_err(|refusal| refusal.diagnostic.message)
}

/// Members of each group, groups in the order in which they are shown; one without a head when there are none.
fn groups<'r>(
    review: &'r Review,
    query: &RowsQuery,
    shown: &[&'r RowView],
) -> Vec<(Option<GroupView>, Vec<&'r RowView>)> {
    if query.scope == Scope::Backfill {
        return vec![(None, shown.to_vec())];
    }
    let mut groups: Vec<(GroupView, Vec<&RowView>)> = Vec::new();
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    for row in shown {
        let title = group_of(review, query.group, row);
        let at = *index.entry(title.clone()).or_insert_with(|| {
            let folded = query.folded.contains(&title);
            groups.push((
                GroupView {
                    key: title.clone(),
                    title,
                    folded,
                    ..GroupView::default()
                },
                Vec::new(),
            ));
            groups.len() - 1
        });
        if let Some((head, members)) = groups.get_mut(at) {
            head.count += 1;
            members.push(row);
        }
    }
    if query.group != Group::Status {
        groups.sort_by(|(a, _), (b, _)| {
            (a.key.starts_with("No "), &a.key).cmp(&(b.key.starts_with("No "), &b.key))
        });
    }
    groups
        .into_iter()
        .map(|(head, members)| (Some(head), members))
        .collect()
}

/// Title of the group that a model is in.
pub fn group_of(review: &Review, group: Group, row: &RowView) -> String {
    let detail = review
        .plan()
        .and_then(|plan| plan.snapshots.get(&row.name))
        .map(|report| &report.detail);
    let or = |found: Option<String>, nothing: &str| found.unwrap_or_else(|| nothing.to_string());
    match group {
        Group::Status if row.undecided && row.status != Status::Indirect => "Needs a category".to_string(),
        Group::Status => row.status.title().to_string(),
        Group::Schema => {
            let schema = row.schema.trim_end_matches('.');
            or(
                Some(schema.to_string()).filter(|schema| !schema.is_empty()),
                "No schema",
            )
        }
        Group::Folder => {
            let path = detail.and_then(|detail| detail.path.as_deref());
            let folder = path.map(|path| {
                path.rsplit_once('/')
                    .map_or(".", |(folder, _)| folder)
                    .to_string()
            });
            or(folder, "No file")
        }
        Group::Tag => or(detail.and_then(|detail| detail.tags.first().cloned()), "No tag"),
        Group::Owner => or(detail.and_then(|detail| detail.owner.clone()), "No owner"),
    }
}

#[cfg(test)]
mod tests {
    use planglass_core::report::{PlanOutcome, PlanReport, SnapshotReport};

    use super::*;

    fn review() -> Review {
        let mut plan = PlanReport {
            default_catalog: Some("db".into()),
            added: vec!["\"db\".\"a\".\"one\"".into(), "\"db\".\"b\".\"two\"".into()],
            directly_modified: vec!["\"db\".\"a\".\"three\"".into()],
            ..PlanReport::default()
        };
        for (schema, name, parents) in [
            ("a", "one", vec![]),
            ("b", "two", vec!["\"db\".\"a\".\"one\""]),
            ("a", "three", vec![]),
        ] {
            let mut report = SnapshotReport {
                parents: parents.into_iter().map(str::to_string).collect(),
                ..SnapshotReport::default()
            };
            report.detail.tags = vec![schema.to_uppercase()];
            plan.snapshots
                .insert(format!("\"db\".\"{schema}\".\"{name}\""), report);
        }
        let outcome = PlanOutcome {
            plan: Some(plan),
            ..PlanOutcome::default()
        };
        Review::new(outcome, 0.0)
    }

    fn lines(query: &RowsQuery) -> Vec<String> {
        let query = RowsQuery {
            to: 100,
            ..query.clone()
        };
        view(&review(), &query)
            .items
            .iter()
            .map(|item| match item {
                Item::Group(group) => format!("{} {}", group.title, group.count),
                Item::Row(row) => row.display(),
            })
            .collect()
    }

    #[test]
    fn groups_have_heads_and_can_be_folded() {
        let query = RowsQuery::default();
        assert_eq!(
            lines(&query),
            ["Directly modified 1", "a.three", "Added 2", "a.one", "b.two"]
        );
        let query = RowsQuery {
            group: Group::Schema,
            folded: vec!["a".into()],
            ..query
        };
        assert_eq!(lines(&query), ["a 2", "b 1", "b.two"]);
    }

    #[test]
    fn filters_by_name_and_by_selector() {
        let filter = |text: &str| RowsQuery {
            filter: text.into(),
            group: Group::Tag,
            ..RowsQuery::default()
        };
        assert_eq!(lines(&filter("THR")), ["A 1", "a.three"]);
        assert_eq!(lines(&filter("tag:b")), ["B 1", "b.two"]);
        assert_eq!(lines(&filter("a.one+")), ["A 1", "a.one", "B 1", "b.two"]);
        let wrong = view(&review(), &filter("(a.one"));
        assert!(wrong.error.is_some_and(|message| message.contains("`)`")));
    }

    #[test]
    fn says_where_the_selected_model_is() {
        let query = RowsQuery {
            selected: Some("\"db\".\"a\".\"one\"".into()),
            ..RowsQuery::default()
        };
        let place = view(&review(), &query).place.unwrap_or_default();
        assert_eq!((place.number, place.line), (2, 3));
        assert_eq!(place.previous.as_deref(), Some("\"db\".\"a\".\"three\""));
        assert_eq!(place.next.as_deref(), Some("\"db\".\"b\".\"two\""));
    }
}
