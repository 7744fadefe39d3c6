//! A plan as Markdown, for pull requests and reports.

use super::names::{Groups, category, display};
use super::plan::{in_brackets, summary, work};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::report::{PlanOutcome, PlanReport};

/// Everything an outcome says, as Markdown.
pub fn markdown(outcome: &PlanOutcome) -> String {
    let mut text = String::new();
    if outcome.plan.is_none() && outcome.partial_plan.is_some() {
        text.push_str(&format!("> {}\n\n", super::REST));
    }
    if let Some(report) = outcome.plan_or_rest() {
        plan(report, &mut text);
    }
    let lines: String = outcome.problems().map(problem).collect();
    if !lines.is_empty() {
        text.push_str(&format!("\n**Problems:**\n{lines}"));
    }
    text
}

fn plan(report: &PlanReport, text: &mut String) {
    let groups = Groups::of(report);
    text.push_str(&format!("**{}**\n", escaped(&summary(report))));
    for warning in &report.warnings {
        text.push_str(&format!("\n> **Warning:** {}\n", escaped(warning)));
    }
    if !groups.is_empty() {
        text.push_str(&format!(
            "\n**Summary of differences from `{}`:**\n",
            report.environment
        ));
    }
    for (title, names) in groups.lists() {
        if names.is_empty() {
            continue;
        }
        let title = match title {
            "Added" | "Removed" => format!("{title} Models"),
            other => other.to_string(),
        };
        text.push_str(&format!("\n**{title}:**\n"));
        for name in names {
            let label = if title.starts_with("Added") {
                None
            } else {
                category(report, name)
            };
            text.push_str(&format!(
                "- {}{}\n",
                code(&display(report, name)),
                in_brackets(label)
            ));
            let difference = report.text_diffs.get(name).map_or("", |text| text.trim_end());
            if !title.contains("Models") && !difference.is_empty() {
                let fence = fence(difference);
                let inner: String = difference.lines().map(|line| format!("  {line}\n")).collect();
                text.push_str(&format!("\n  {fence}diff\n{inner}  {fence}\n"));
            }
        }
    }
    if report.requires_backfill && !report.missing_intervals.is_empty() {
        text.push_str("\n**Models needing backfill:**\n");
        for missing in &report.missing_intervals {
            let preview = if missing.preview { " (**preview**)" } else { "" };
            let name = match missing.display_name.as_str() {
                "" => display(report, &missing.name),
                shown => shown.to_string(),
            };
            text.push_str(&format!(
                "* {}: [{}]{preview}\n",
                code(&name),
                work(report, missing)
            ));
        }
    }
}

fn problem(problem: &Diagnostic) -> String {
    let word = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let place = match problem.labels.first() {
        Some(Label { location, .. }) if location.line > 0 => {
            format!(
                " ({}:{}:{})",
                code(&location.path),
                location.line,
                location.column
            )
        }
        Some(Label { location, .. }) => format!(" ({})", code(&location.path)),
        None => String::new(),
    };
    let help: String = problem
        .help
        .iter()
        .map(|help| format!("  - {}\n", escaped(help)))
        .collect();
    format!("- **{word}** {}{place}\n{help}", escaped(&problem.message))
}

/// Text that Markdown and HTML leave alone; code in backticks stays code.
fn escaped(text: &str) -> String {
    let mut inside = false;
    text.replace(['\n', '\r'], " ")
        .chars()
        .map(|character| {
            inside ^= character == '`';
            match character {
                '<' if !inside => "&lt;".to_string(),
                '*' | '_' | '[' | ']' | '|' if !inside => format!("\\{character}"),
                other => other.to_string(),
            }
        })
        .collect()
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace(['`', '\n'], "'"))
}

/// A fence longer than any run of backticks inside.
fn fence(text: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat((longest + 1).max(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(report: PlanReport, expected: &str) {
        let outcome = PlanOutcome {
            plan: Some(report),
            ..PlanOutcome::default()
        };
        assert_eq!(markdown(&outcome), expected);
    }

    #[test]
    fn lists_what_changes_with_its_text() {
        let name = "\"a\"".to_string();
        check(
            PlanReport {
                environment: "prod".to_string(),
                has_changes: true,
                metadata_updated: vec![name.clone()],
                text_diffs: [(name, "+owner `me`\n".to_string())].into_iter().collect(),
                ..PlanReport::default()
            },
            "**Plan for prod: only the environment itself differs; nothing to backfill**\n\
             \n**Summary of differences from `prod`:**\n\
             \n**Metadata Updated:**\n- `a`\n\n  ```diff\n  +owner `me`\n  ```\n",
        );
    }

    #[test]
    fn markup_in_messages_is_shown_not_obeyed() {
        assert_eq!(escaped("a <b> *c* `*d*`"), "a &lt;b> \\*c\\* `*d*`");
        assert_eq!(fence("````"), "`````");
    }
}
