//! States and their differences as text.

use crate::report::state::{StateDiffReport, StateReport, StateSnapshotReport};

use super::style::{Role, Style, harmless};

/// What a state holds.
pub fn state(report: &StateReport, style: Style) -> String {
    let heading = |text: &str| format!("{}\n", style.paint(Role::Heading, text));
    let versions = &report.versions;
    let mut text = heading("State File Information:");
    for line in [
        format!("Creation Timestamp: {}", report.timestamp),
        format!("SQLMesh version: {}", versions.sqlmesh_version),
        format!("SQLMesh migration version: {}", versions.schema_version),
        format!("SQLGlot version: {}", versions.sqlglot_version),
    ] {
        text.push_str(&format!("├── {}\n", harmless(&line)));
    }
    let importable = if report.importable { "yes" } else { "no" };
    text.push_str(&format!("└── Importable: {importable}\n"));
    text.push('\n');
    text.push_str(&heading(&format!("Environments: {}", report.environments.len())));
    for environment in &report.environments {
        let mut facts = vec![format!(
            "{} snapshots, {} with views",
            environment.snapshots, environment.promoted
        )];
        if !environment.finalized {
            facts.push("its last plan was not finished".to_string());
        }
        facts.push(match (&environment.expires, environment.expired) {
            (None, _) => "no expiry".to_string(),
            (Some(at), true) => format!("expired {at}"),
            (Some(at), false) => format!("expires {at}"),
        });
        let facts = facts.join(", ");
        text.push_str(&harmless(&format!("  {}: {facts}", environment.name)));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&heading(&format!("Snapshots: {}", report.snapshots.len())));
    for snapshot in &report.snapshots {
        text.push_str(&snapshot_lines(snapshot, style));
    }
    text
}

fn snapshot_lines(snapshot: &StateSnapshotReport, style: Style) -> String {
    let category = snapshot.category.as_deref().unwrap_or("uncategorized");
    let forward_only = if snapshot.forward_only {
        ", forward-only"
    } else {
        ""
    };
    let version = snapshot.version.as_deref().unwrap_or("none");
    let held_by = if snapshot.environments.is_empty() {
        "no environment".to_string()
    } else {
        snapshot.environments.join(", ")
    };
    let mut text = format!("  {}\n", harmless(&snapshot.name));
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            let label = style.paint(Role::Faint, label);
            text.push_str(&format!("    {label} {}\n", harmless(value)));
        }
    };
    line(
        "identifier:",
        &format!(
            "{} ({}, {category}{forward_only})",
            snapshot.identifier, snapshot.kind
        ),
    );
    line("version:", &format!("{version}, in dev {}", snapshot.dev_version));
    line("table:", snapshot.table.as_deref().unwrap_or_default());
    line("in:", &held_by);
    line("intervals:", &snapshot.intervals);
    line("dev intervals:", &snapshot.dev_intervals);
    text
}

/// How two states differ.
pub fn state_diff(report: &StateDiffReport, style: Style) -> String {
    if report.is_empty() {
        return "The states hold the same.\n".to_string();
    }
    let mut text = String::new();
    let mut line = |role: Role, sign: &str, what: &str| {
        text.push_str(&style.paint(role, &format!("{sign} {}", harmless(what))));
        text.push('\n');
    };
    for name in &report.environments_added {
        line(Role::Added, "+", &format!("environment {name}"));
    }
    for name in &report.environments_removed {
        line(Role::Removed, "-", &format!("environment {name}"));
    }
    for change in &report.environments_changed {
        line(Role::Direct, "~", &format!("environment {}", change.name));
        for (sign, names) in [
            ("+", &change.added),
            ("-", &change.removed),
            ("~", &change.modified),
        ] {
            for name in names {
                line(Role::Faint, "   ", &format!("{sign} {name}"));
            }
        }
        if !change.fields.is_empty() {
            line(Role::Faint, "   ", &change.fields.join(", "));
        }
    }
    for id in &report.snapshots_added {
        line(
            Role::Added,
            "+",
            &format!("snapshot {} {}", id.name, id.identifier),
        );
    }
    for id in &report.snapshots_removed {
        line(
            Role::Removed,
            "-",
            &format!("snapshot {} {}", id.name, id.identifier),
        );
    }
    for change in &report.snapshots_changed {
        line(
            Role::Direct,
            "~",
            &format!("snapshot {} {}", change.name, change.identifier),
        );
        line(Role::Faint, "   ", &change.fields.join(", "));
        for (sign, intervals) in [("+", &change.intervals_gained), ("-", &change.intervals_lost)] {
            if !intervals.is_empty() {
                line(Role::Faint, "   ", &format!("{sign} intervals {intervals}"));
            }
        }
    }
    text
}
