//! A plan in the layout that users of SQLMesh's terminal know, with one line of counts before it.

use crate::ordered::BTreeSet;

use super::TextOptions;
use super::impact::column_impact;
use super::names::{Groups, category, display, undecorated};
use super::style::{Role, harmless};
use super::tree::Tree;
use crate::report::{MissingIntervals, PlanReport, PlanSummary};

/// The whole plan as text for a terminal.
pub fn plan(report: &PlanReport, options: &TextOptions) -> String {
    let style = options.style;
    let groups = Groups::of(report);
    let mut text = format!("{}\n\n", style.paint(Role::Heading, &summary(report)));
    for warning in &report.warnings {
        let mark = style.paint(Role::Warning, "[WARNING]");
        text.push_str(&format!("{mark} {}\n", harmless(warning)));
    }
    if !report.warnings.is_empty() {
        text.push('\n');
    }
    // A preview of forward-only changes restates, too, but that is not what was asked for.
    let asked_to_restate = !report.restated_models.is_empty() && !report.restatements.is_empty();
    if asked_to_restate {
        text.push_str(&restatements(report, options));
    } else {
        text.push_str(&header(report));
    }
    text.push_str(&requirements(report));
    if options.diff {
        text.push_str(&environment_statements(report));
    }
    text.push_str(&changes(report, &groups, options));
    text.push_str(&verdicts(report, &groups, options));
    text.push_str(&backfill(report, options));
    text.push_str(&cleared(report, options));
    text.push_str(&column_impact(report, options));
    text
}

/// `Plan for dev: 1 added, 2 directly modified; 3 models to backfill (28 intervals)`.
pub(super) fn summary(report: &PlanReport) -> String {
    let PlanSummary {
        added,
        removed,
        directly_modified,
        indirectly_modified,
        metadata_updated,
        models_to_backfill,
        intervals_to_backfill,
        previews,
        uncategorized,
        unchanged: _,
    } = report.summary;
    let changes: Vec<String> = [
        (added, "added"),
        (removed, "removed"),
        (directly_modified, "directly modified"),
        (indirectly_modified, "indirectly modified"),
        (metadata_updated, "metadata updated"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    let changes = match (changes.is_empty(), report.has_changes) {
        (false, _) => changes.join(", "),
        (true, true) => "only the environment itself differs".to_string(),
        (true, false) => "no changes".to_string(),
    };
    let mut work = Vec::new();
    if models_to_backfill > 0 {
        work.push(format!(
            "{} to backfill ({})",
            counted(models_to_backfill, "model"),
            counted(intervals_to_backfill, "interval")
        ));
    } else {
        work.push("nothing to backfill".to_string());
    }
    if previews > 0 {
        work.push(counted(previews, "preview"));
    }
    if uncategorized > 0 {
        work.push(format!("{uncategorized} without a category"));
    }
    format!("Plan for {}: {changes}; {}", report.environment, work.join(", "))
}

pub(super) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A new environment without a base: everything in it is new to it.
fn has_no_base(report: &PlanReport) -> bool {
    let added: BTreeSet<&String> = report.added.iter().collect();
    report.is_new_environment
        && (report.create_from == report.environment
            || (report.removed.is_empty()
                && !report.snapshots.is_empty()
                && report.snapshots.keys().all(|name| added.contains(name))))
}

fn header(report: &PlanReport) -> String {
    let PlanReport {
        environment,
        create_from,
        ..
    } = report;
    if has_no_base(report) {
        return format!("`{environment}` environment will be initialized\n");
    }
    let created = format!("New environment `{environment}` will be created from `{create_from}`\n");
    match (report.is_new_environment, report.has_changes) {
        (true, true) => format!("{created}\n\nDifferences from the `{create_from}` environment:\n"),
        (true, false) => created,
        (false, true) => format!("Differences from the `{environment}` environment:\n"),
        (false, false) => {
            format!("No changes to plan: project files match the `{environment}` environment\n")
        }
    }
}

fn restatements(report: &PlanReport, options: &TextOptions) -> String {
    let names = report
        .restated_models
        .iter()
        .map(|name| display(report, name))
        .collect();
    Tree::of(
        "Models selected for restatement:\n\
         This causes backfill of the model itself as well as affected downstream models",
        names,
        options.full_lists,
    )
    .draw()
}

fn requirements(report: &PlanReport) -> String {
    if report.requirements_diff.is_empty() {
        return String::new();
    }
    let lines: String = report
        .requirements_diff
        .iter()
        .map(|line| format!("    {}\n", harmless(line)))
        .collect();
    format!("\nRequirements:\n{lines}")
}

fn environment_statements(report: &PlanReport) -> String {
    let Some(statements) = &report.environment_statements else {
        return String::new();
    };
    let mut text = "\nEnvironment statements:\n\n".to_string();
    for (_, difference) in statements {
        for line in difference.lines() {
            text.push_str(&format!("{}\n", harmless(line)));
        }
    }
    text
}

fn changes(report: &PlanReport, groups: &Groups<'_>, options: &TextOptions) -> String {
    let mut text = String::new();
    for (title, audits) in [("Models:", false), ("Standalone Audits:", true)] {
        let groups = groups.of_audits(report, audits);
        if groups.is_empty() {
            continue;
        }
        let mut tree = Tree::new(options.style.paint(Role::Heading, title));
        for ((title, names), role) in groups.lists().into_iter().zip(ROLES) {
            if !names.is_empty() {
                let names = names
                    .iter()
                    .map(|name| options.style.paint(role, &display(report, name)))
                    .collect();
                let title = options.style.paint(role, &format!("{title}:"));
                tree.children.push(Tree::of(title, names, options.full_lists));
            }
        }
        text.push_str(&format!("\n{}", tree.draw()));
    }
    text
}

const ROLES: [Role; 5] = [
    Role::Added,
    Role::Removed,
    Role::Direct,
    Role::Indirect,
    Role::Metadata,
];

/// Each changed node with its difference, its category and the reason, and what it does to its children.
fn verdicts(report: &PlanReport, groups: &Groups<'_>, options: &TextOptions) -> String {
    let style = options.style;
    let added: BTreeSet<&str> = groups.added.iter().copied().collect();
    let directly: BTreeSet<&str> = groups.direct.iter().copied().collect();
    let names: BTreeSet<&str> = report
        .directly_modified
        .iter()
        .chain(&report.metadata_updated)
        .map(String::as_str)
        .filter(|name| !added.contains(name))
        .collect();
    let mut text = String::new();
    for name in names {
        if options.diff {
            text.push_str(&difference(report, name, options));
        }
        let shown = display(report, name);
        if !directly.contains(name) {
            let title = style.paint(Role::Metadata, &format!("Metadata Updated: {shown}"));
            text.push_str(&format!("\n{title}\n"));
            continue;
        }
        let title = format!(
            "Directly Modified: {shown}{}",
            in_brackets(category(report, name))
        );
        let mut tree = Tree::new(style.paint(Role::Direct, &title));
        if let Some(children) = report
            .indirectly_modified
            .get(name)
            .filter(|list| !list.is_empty())
        {
            let sorted: BTreeSet<&String> = children.iter().collect();
            let children = sorted
                .into_iter()
                .map(|child| {
                    format!(
                        "{}{}",
                        display(report, child),
                        in_brackets(category(report, child))
                    )
                })
                .collect();
            let title = style.paint(Role::Indirect, "Indirectly Modified Children:");
            tree.children.push(Tree::of(title, children, options.full_lists));
        }
        text.push_str(&format!("\n{}", tree.draw()));
        let reason = report
            .snapshots
            .get(name)
            .and_then(|snapshot| snapshot.detail.reason.as_ref());
        if let Some(reason) = reason {
            let reason = format!("  because {}", harmless(reason));
            text.push_str(&format!("{}\n", style.paint(Role::Faint, &reason)));
        }
    }
    text
}

pub(super) fn in_brackets(label: Option<&str>) -> String {
    label.map_or(String::new(), |label| format!(" ({label})"))
}

fn difference(report: &PlanReport, name: &str, options: &TextOptions) -> String {
    let Some(difference) = report.text_diffs.get(name).filter(|text| !text.trim().is_empty()) else {
        return String::new();
    };
    let mut text = "\n".to_string();
    for line in difference.lines() {
        let role = match line.as_bytes().first() {
            Some(b'+') => Some(Role::Added),
            Some(b'-') => Some(Role::Removed),
            Some(b'@') => Some(Role::Faint),
            _ => None,
        };
        let line = harmless(line);
        text.push_str(&role.map_or(line.clone(), |role| options.style.paint(role, &line)));
        text.push('\n');
    }
    text
}

fn backfill(report: &PlanReport, options: &TextOptions) -> String {
    if !report.requires_backfill || report.missing_intervals.is_empty() {
        return String::new();
    }
    let mut lines: Vec<String> = report
        .missing_intervals
        .iter()
        .map(|missing| {
            let name = match missing.display_name.as_str() {
                "" => display(report, &missing.name),
                shown => shown.to_string(),
            };
            let preview = if missing.preview { " (preview)" } else { "" };
            let work = format!("[{}]{preview}", work(report, missing));
            format!("{name}: {}", options.style.paint(Role::Added, &work))
        })
        .collect();
    lines.sort();
    let title = options.style.paint(Role::Heading, "Models needing backfill:");
    format!("\n{}", Tree::of(title, lines, options.full_lists).draw())
}

/// What a restatement of production clears elsewhere.
fn cleared(report: &PlanReport, options: &TextOptions) -> String {
    if report.cleared_elsewhere.is_empty() {
        return String::new();
    }
    let lines = report.cleared_elsewhere.iter().map(|cleared| {
        let environments = if cleared.environments.is_empty() {
            "in no environment".to_string()
        } else {
            format!("in {}", cleared.environments.join(", "))
        };
        format!(
            "{} [{} - {}] {}",
            undecorated(report, &cleared.name),
            cleared.start.datetime_text(),
            cleared.end.datetime_text(),
            harmless(&environments)
        )
    });
    let title = "Intervals cleared in other environments (their next plans fill them again):";
    let title = options.style.paint(Role::Heading, title);
    format!(
        "\n{}",
        Tree::of(title, lines.collect(), options.full_lists).draw()
    )
}

/// What filling means: a range for incremental models, one word for what is always made anew.
pub fn work(report: &PlanReport, missing: &MissingIntervals) -> String {
    let kind = report
        .snapshots
        .get(&missing.name)
        .and_then(|snapshot| snapshot.kind.as_deref());
    match kind {
        Some("VIEW") => "recreate view".to_string(),
        Some(kind) if kind.starts_with("INCREMENTAL") || kind.starts_with("SCD_TYPE_2") => {
            missing.formatted.clone()
        }
        _ => "full refresh".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{SnapshotDetail, SnapshotReport};
    use crate::time::Timestamp;

    fn snapshot(shown: &str, kind: &str, category: &str) -> SnapshotReport {
        SnapshotReport {
            kind: Some(kind.to_string()),
            change_category: Some(category.to_string()),
            detail: SnapshotDetail {
                display_name: shown.to_string(),
                ..SnapshotDetail::default()
            },
            ..SnapshotReport::default()
        }
    }

    fn missing(name: &str, formatted: &str, preview: bool) -> MissingIntervals {
        MissingIntervals {
            name: name.to_string(),
            formatted: formatted.to_string(),
            preview,
            ..MissingIntervals::default()
        }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    /// A full table, an incremental child and a view: the table gained a column.
    fn changed() -> PlanReport {
        PlanReport {
            environment: "dev2".to_string(),
            create_from: "prod".to_string(),
            is_new_environment: true,
            has_changes: true,
            requires_backfill: true,
            execution_time: Timestamp(0),
            directly_modified: names(&["\"a\""]),
            indirectly_modified: [("\"a\"".to_string(), names(&["\"b\"", "\"c\""]))]
                .into_iter()
                .collect(),
            metadata_updated: names(&["\"b\""]),
            text_diffs: [(
                "\"a\"".to_string(),
                "@@ -1 +1,2 @@\n SELECT 1 AS id\n+, 2 AS extra\n".to_string(),
            )]
            .into_iter()
            .collect(),
            snapshots: [
                (
                    "\"a\"".to_string(),
                    snapshot("demo__dev2.a", "FULL", "NON_BREAKING"),
                ),
                (
                    "\"b\"".to_string(),
                    snapshot(
                        "demo__dev2.b",
                        "INCREMENTAL_BY_TIME_RANGE",
                        "INDIRECT_NON_BREAKING",
                    ),
                ),
                (
                    "\"c\"".to_string(),
                    snapshot("demo__dev2.c", "VIEW", "INDIRECT_NON_BREAKING"),
                ),
            ]
            .into_iter()
            .collect(),
            missing_intervals: vec![missing("\"a\"", "x", false), missing("\"c\"", "x", true)],
            summary: PlanSummary {
                directly_modified: 1,
                indirectly_modified: 2,
                models_to_backfill: 2,
                intervals_to_backfill: 1,
                previews: 1,
                ..PlanSummary::default()
            },
            ..PlanReport::default()
        }
    }

    #[test]
    fn a_change_reads_as_in_sqlmesh() {
        assert_eq!(
            plan(&changed(), &TextOptions::default()),
            "\
Plan for dev2: 1 directly modified, 2 indirectly modified; 2 models to backfill (1 interval), 1 preview

New environment `dev2` will be created from `prod`


Differences from the `prod` environment:

Models:
├── Directly Modified:
│   └── demo__dev2.a
└── Indirectly Modified:
    ├── demo__dev2.b
    └── demo__dev2.c

@@ -1 +1,2 @@
 SELECT 1 AS id
+, 2 AS extra

Directly Modified: demo__dev2.a (Non-breaking)
└── Indirectly Modified Children:
    ├── demo__dev2.b (Indirect Non-breaking)
    └── demo__dev2.c (Indirect Non-breaking)

Metadata Updated: demo__dev2.b

Models needing backfill:
├── demo__dev2.a: [full refresh]
└── demo__dev2.c: [recreate view] (preview)
"
        );
    }

    #[test]
    fn differences_can_be_left_out() {
        let options = TextOptions {
            diff: false,
            ..TextOptions::default()
        };
        assert!(!plan(&changed(), &options).contains("extra"));
    }

    #[test]
    fn the_first_plan_initializes() {
        let report = PlanReport {
            environment: "prod".to_string(),
            create_from: "prod".to_string(),
            is_new_environment: true,
            ..PlanReport::default()
        };
        assert!(
            plan(&report, &TextOptions::default()).contains("\n`prod` environment will be initialized\n")
        );
    }

    #[test]
    fn a_restatement_lists_what_is_restated_and_a_preview_does_not() {
        let interval = (Timestamp(0), Timestamp(1));
        let mut report = PlanReport {
            environment: "dev".to_string(),
            restatements: ["a", "b"]
                .map(|name| (format!("\"{name}\""), interval))
                .into_iter()
                .collect(),
            restated_models: vec!["\"b\"".to_string()],
            ..PlanReport::default()
        };
        let said = "Models selected for restatement:\n\
            This causes backfill of the model itself as well as affected downstream models\n└── b\n";
        assert!(plan(&report, &TextOptions::default()).contains(said));
        report.restated_models.clear();
        assert!(!plan(&report, &TextOptions::default()).contains(said));
    }

    #[test]
    fn without_changes_it_says_so() {
        let report = PlanReport {
            environment: "prod".to_string(),
            ..PlanReport::default()
        };
        assert_eq!(
            plan(&report, &TextOptions::default()),
            "Plan for prod: no changes; nothing to backfill\n\n\
             No changes to plan: project files match the `prod` environment\n"
        );
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let options = TextOptions {
            style: super::super::Style::Ansi,
            ..TextOptions::default()
        };
        let coloured = plan(&changed(), &options);
        let mut plain = String::new();
        let mut rest = coloured.as_str();
        while let Some(at) = rest.find('\u{1b}') {
            plain.push_str(&rest[..at]);
            rest = &rest[at..];
            rest = &rest[rest.find('m').unwrap() + 1..];
        }
        plain.push_str(rest);
        assert_ne!(coloured, plain);
        assert_eq!(plain, plan(&changed(), &TextOptions::default()));
    }
}
