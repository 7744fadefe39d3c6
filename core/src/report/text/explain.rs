//! Stages as a tree, and their SQL as a script that can be read.

use super::TextOptions;
use super::style::{Role, harmless};
use super::tree::{Tree, cut};
use crate::report::ExplainedRun;
use crate::report::explain::{ExplainedItem, ExplainedStage};
use crate::statements::Step;
use crate::time::{IntervalUnit, format_interval};

/// Explained stages in SQLMesh's layout; with the SQL of each stage that carries its steps below.
pub fn explained(stages: &[ExplainedStage], options: &TextOptions) -> String {
    explained_as("Explained plan", stages, options)
}

/// A run, and its stages in the same layout.
pub fn explained_run(run: &ExplainedRun, options: &TextOptions) -> String {
    let text = super::run(&run.outcome, options);
    match run.stages.is_empty() {
        true => text,
        false => text + &explained_as("Explained run", &run.stages, options),
    }
}

fn explained_as(title: &str, stages: &[ExplainedStage], options: &TextOptions) -> String {
    let mut root = Tree::new(options.style.paint(Role::Heading, title));
    for stage in stages.iter().filter(|stage| !stage.title.is_empty()) {
        let lines: Vec<String> = stage.title.lines().map(harmless).collect();
        let mut tree = Tree::new(options.style.paint(Role::Heading, &lines.join("\n")));
        tree.children = trees(&stage.items, options.full_lists, 0);
        root.children.push(tree);
    }
    let mut text = root.draw();
    for stage in stages {
        if let Some(steps) = &stage.steps {
            text.push_str(&format!("\n-- {}\n", stage.stage));
            text.push_str(&script(steps));
        }
    }
    text
}

/// Lists of models are cut when they are long; what is said of one model never is.
fn trees(items: &[ExplainedItem], full: bool, depth: usize) -> Vec<Tree> {
    let all: Vec<Tree> = items
        .iter()
        .map(|item| Tree {
            label: harmless(&item.label),
            children: trees(&item.items, full, depth + 1),
        })
        .collect();
    match full || depth > 1 {
        true => all,
        false => cut(all, Tree::new),
    }
}

/// The statements of steps one after the other, with what they are for as comments.
pub fn script(steps: &[Step]) -> String {
    let mut text = String::new();
    for (index, step) in steps.iter().enumerate() {
        let mut head = format!("-- step {}", index + 1);
        if let Some(name) = step.name.as_deref().or(step.target.as_deref()) {
            head.push_str(&format!(": {name}"));
        }
        if let Some(interval) = step.interval {
            head.push_str(&format!(", {}", format_interval(interval, IntervalUnit::Hour)));
        }
        if !step.after.is_empty() {
            let after: Vec<String> = step.after.iter().map(|one| (one + 1).to_string()).collect();
            head.push_str(&format!(" (after {})", after.join(", ")));
        }
        text.push_str(&format!("\n{}\n", harmless(&head)));
        for note in &step.notes {
            text.push_str(&format!(
                "-- note: {}\n",
                harmless(&note.message.replace('\n', " "))
            ));
        }
        let mut open = None;
        for statement in &step.statements {
            if statement.transaction != open {
                if open.is_some() {
                    text.push_str("COMMIT;\n");
                }
                if statement.transaction.is_some() {
                    text.push_str("BEGIN;\n");
                }
                open = statement.transaction;
            }
            let lines: Vec<String> = statement.sql.lines().map(harmless).collect();
            text.push_str(&lines.join("\n"));
            text.push_str(";\n");
        }
        if open.is_some() {
            text.push_str("COMMIT;\n");
        }
        for line in &step.state {
            text.push_str(&format!("-- state: {}\n", harmless(line)));
        }
    }
    text
}
