//! The chain of causes behind one node: from its category to the file and field, or the parent and column, that
//! everything began with.

use super::names::{category, display, find};
use super::plan::work;
use super::style::{Role, Style, harmless};
use super::tree::Tree;
use crate::ordered::BTreeSet;
use crate::report::{Cause, PlanReport};

/// Chains longer than this are cut: a graph may be deep.
const MAX_DEPTH: usize = 100;

/// Why a node is in the plan, as text; `None` when the plan has no node of that name. Names may be written as in
/// the project, as in the environment, or quoted in full.
pub fn why(report: &PlanReport, name: &str, style: Style) -> Option<String> {
    if let Some(name) = find(report, name) {
        let mut shown = BTreeSet::new();
        return Some(explained(report, name, style, &mut shown, 0).draw());
    }
    let removed = report
        .removed
        .iter()
        .find(|removed| removed.as_str() == name || display(report, removed) == name)?;
    Some(format!(
        "{}: removed; no file of the project defines it any more\n",
        display(report, removed)
    ))
}

fn explained<'r>(
    report: &'r PlanReport,
    name: &'r str,
    style: Style,
    shown: &mut BTreeSet<&'r str>,
    depth: usize,
) -> Tree {
    let shown_name = style.paint(Role::Heading, &display(report, name));
    let Some(snapshot) = report.snapshots.get(name) else {
        return Tree::new(shown_name);
    };
    let detail = &snapshot.detail;
    let (status, role) = match detail.status.as_str() {
        "added" => ("added", Role::Added),
        "direct" => ("directly modified", Role::Direct),
        "indirect" => ("indirectly modified", Role::Indirect),
        "metadata" => ("metadata updated", Role::Metadata),
        _ => ("unchanged", Role::Faint),
    };
    let category = category(report, name).map_or(String::new(), |label| format!(", {label}"));
    let known = if snapshot.is_new || detail.status == "unchanged" {
        ""
    } else {
        ", as categorised in an earlier plan"
    };
    let label = style.paint(role, &format!("{status}{category}"));
    let mut tree = Tree::new(format!("{shown_name}: {label}{known}"));
    if depth > 0 && !shown.insert(name) {
        tree.label.push_str(" (explained above)");
        return tree;
    }
    shown.insert(name);
    if let Some(reason) = detail.reason.as_ref().filter(|reason| *reason != "added") {
        tree.children
            .push(Tree::new(format!("because {}", harmless(reason))));
    }
    for cause in &detail.causes {
        tree.children.push(match (&cause.parent, cause.kind.as_str()) {
            (Some(parent), "parent") if cause.field.is_none() && depth < MAX_DEPTH => {
                explained(report, parent, style, shown, depth + 1)
            }
            _ => Tree::new(harmless(&sentence(report, cause))),
        });
    }
    if depth == 0 {
        tree.children.extend(filling(report, name));
    }
    tree
}

/// A cause that ends the chain.
fn sentence(report: &PlanReport, cause: &Cause) -> String {
    let place = cause
        .path
        .as_ref()
        .map_or(String::new(), |path| format!("{path}: "));
    let parent = cause
        .parent
        .as_deref()
        .map(|name| display(report, name))
        .unwrap_or_default();
    match (cause.kind.as_str(), cause.field.as_deref()) {
        ("added", _) => format!("{place}not in the environment yet"),
        ("columns", _) => format!("{parent} gives other columns: {}", cause.columns.join(", ")),
        ("parent", Some("gained")) => format!("it reads {parent} now"),
        ("parent", Some("removed")) => format!("{parent}, which it read, was removed"),
        ("parent", Some(_)) => format!("it no longer reads {parent}"),
        ("parent", None) => parent,
        (_, field) => {
            let field = field.unwrap_or("definition");
            match (&cause.before, &cause.after) {
                (Some(before), Some(after)) => format!("{place}{field} was {before}, is {after}"),
                (None, Some(after)) => format!("{place}{field} is {after} now"),
                (Some(before), None) => format!("{place}{field} was {before}"),
                (None, None) => format!("{place}{field} differs"),
            }
        }
    }
}

/// What of it has to be filled, and why.
fn filling(report: &PlanReport, name: &str) -> Option<Tree> {
    let missing = report
        .missing_intervals
        .iter()
        .find(|missing| missing.name == name)?;
    let preview = if missing.preview { " (preview)" } else { "" };
    let tree = Tree::new(format!("to fill: [{}]{preview}", work(report, missing)));
    let reason = (!missing.reason.is_empty()).then(|| Tree::new(format!("because {}", missing.reason)));
    Some(Tree {
        children: reason.into_iter().collect(),
        ..tree
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{SnapshotDetail, SnapshotReport};

    fn node(shown: &str, status: &str, category: &str, reason: &str, causes: Vec<Cause>) -> SnapshotReport {
        SnapshotReport {
            is_new: true,
            change_category: Some(category.to_string()),
            detail: SnapshotDetail {
                status: status.to_string(),
                display_name: shown.to_string(),
                reason: Some(reason.to_string()),
                causes,
                ..SnapshotDetail::default()
            },
            ..SnapshotReport::default()
        }
    }

    #[test]
    fn the_chain_ends_at_file_and_field() {
        let changed = Cause {
            kind: "field".to_string(),
            field: Some("kind.lookback".to_string()),
            before: Some("1".to_string()),
            after: Some("2".to_string()),
            path: Some("models/a.sql".to_string()),
            ..Cause::default()
        };
        let followed = Cause {
            kind: "parent".to_string(),
            parent: Some("\"a\"".to_string()),
            ..Cause::default()
        };
        let report = PlanReport {
            snapshots: [
                (
                    "\"a\"".to_string(),
                    node("demo.a", "direct", "BREAKING", "lookback changed", vec![changed]),
                ),
                (
                    "\"b\"".to_string(),
                    node(
                        "demo.b",
                        "indirect",
                        "INDIRECT_BREAKING",
                        "a parent changes",
                        vec![followed],
                    ),
                ),
            ]
            .into_iter()
            .collect(),
            ..PlanReport::default()
        };
        assert_eq!(
            why(&report, "demo.b", Style::Plain).unwrap_or_default(),
            "\
demo.b: indirectly modified, Indirect Breaking
├── because a parent changes
└── demo.a: directly modified, Breaking
    ├── because lookback changed
    └── models/a.sql: kind.lookback was 1, is 2
"
        );
        assert_eq!(why(&report, "demo.c", Style::Plain), None);
    }
}
