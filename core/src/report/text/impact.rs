//! Who reads the changed columns, as text.

use super::TextOptions;
use super::names::display;
use super::style::Role;
use super::tree::Tree;
use crate::report::PlanReport;

/// The column-level impact of a plan; empty when it was not asked for.
pub fn column_impact(report: &PlanReport, options: &TextOptions) -> String {
    let Some(impact) = &report.column_impact else {
        return String::new();
    };
    let style = options.style;
    let shown = |names: &[String]| names.iter().map(|name| display(report, name)).collect::<Vec<_>>();
    let mut tree = Tree::new(style.paint(
        Role::Heading,
        "Column-level impact (for reading only; nothing is decided by it):",
    ));
    for change in &impact.changes {
        let what = match &change.columns {
            None => "its rows may differ".to_string(),
            Some(columns) if columns.is_empty() => "no column differs".to_string(),
            Some(columns) => columns.join(", "),
        };
        let mut entry = Tree::new(format!("{}: {what}", display(report, &change.name)));
        for (title, names, role) in [
            ("read by:", &change.readers, Role::Indirect),
            ("not read by:", &change.others, Role::Added),
        ] {
            if !names.is_empty() {
                let list = Tree::of(style.paint(role, title), shown(names), options.full_lists);
                entry.children.push(list);
            }
        }
        tree.children.push(entry);
    }
    let saved = if impact.spared.is_empty() {
        "every rebuilt model reads something that changed".to_string()
    } else {
        format!(
            "rebuilt without reading anything that changed: {} ({} intervals)",
            shown(&impact.spared).join(", "),
            impact.spared_intervals
        )
    };
    tree.children.push(Tree::new(saved));
    format!("\n{}", tree.draw())
}
