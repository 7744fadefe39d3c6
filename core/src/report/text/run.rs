//! A run as text: what is due, or when something will be.

use super::TextOptions;
use super::plan::counted;
use super::style::Role;
use super::tree::Tree;
use crate::report::RunOutcome;
use crate::time::range::format_instant;

/// A run for a terminal; empty when it was refused.
pub fn run(outcome: &RunOutcome, options: &TextOptions) -> String {
    if outcome.status.is_none() {
        return String::new();
    }
    let style = options.style;
    let missing = &outcome.missing_intervals;
    let work = match missing.is_empty() && outcome.stages.is_empty() {
        true => "nothing is due".to_string(),
        false => {
            let units = missing.iter().map(|one| one.batches).sum();
            let models = counted(missing.len() as u64, "model");
            format!("{models} to run ({})", counted(units, "interval"))
        }
    };
    let summary = format!("Run of {}: {work}", outcome.environment);
    let mut text = format!("{}\n\n", style.paint(Role::Heading, &summary));
    if outcome.stages.is_empty() {
        text.push_str("No models are ready to run. Please wait until a model `cron` interval has elapsed.\n");
        if let Some(next) = outcome.next_run {
            text.push_str(&format!(
                "\nNext run will be ready at {} UTC.\n",
                format_instant(next)
            ));
        }
        return text;
    }
    let lines = missing.iter().map(|one| {
        let preview = if one.preview { " (preview)" } else { "" };
        let work = style.paint(Role::Added, &format!("[{}]{preview}", one.formatted));
        format!("{}: {work}", one.display_name)
    });
    let title = style.paint(Role::Heading, "Models to run:");
    text.push_str(&Tree::of(title, lines.collect(), options.full_lists).draw());
    text
}
