//! What the page shows equals what a native build plans, whichever way the files came.

use std::collections::BTreeMap;

use planglass_core::plan::PlanOptions;
use planglass_core::report::text::work;
use planglass_core::report::{PlanOutcome, PlanReport};
use serde_json::Value;

use super::equal;
use crate::Context;
use crate::page::{Checked, Page};
use crate::project::Project;

/// The options that the sample button uses.
pub fn sample_options(sample: &Project) -> Checked<PlanOptions> {
    Ok(PlanOptions {
        environment: Some("dev".into()),
        now: sample.exported()?,
        ..PlanOptions::default()
    })
}

/// Opens the page and plans the sample with its button.
pub fn with_sample(context: &Context, address: &str) -> Checked<Page> {
    let page = Page::open(&context.browser, address)?;
    page.click("#open-sample")?;
    page.wait_for("the plan", "!!document.querySelector('#s-plan .counts')")?;
    Ok(page)
}

/// The sample, by its button, over http.
pub fn sample_button(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let page = with_sample(context, &context.address())?;
    same_plan(&page, &sample.plan(&sample_options(&sample)?)?)?;
    page.close();
    Ok(())
}

/// The sample, by its button, from a file on disk.
pub fn sample_from_disk(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let page = with_sample(context, &format!("file://{}", context.page.display()))?;
    same_plan(&page, &sample.plan(&sample_options(&sample)?)?)?;
    page.close();
    Ok(())
}

/// A folder and a state file by the pickers, options typed.
pub fn pickers(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let (folder, state) = sample.write(&context.scratch, "picked")?;
    let page = Page::open(&context.browser, &context.address())?;
    page.choose("#pick-folder", &[&folder])?;
    page.wait_for("the project", "!!document.querySelector('tr[data-what=Project]')")?;
    page.choose("#pick-files", &[&state])?;
    page.wait_for("the state", "!!document.querySelector('tr[data-what=State]')")?;
    plan_typed(&page, &sample)?;
    page.close();
    Ok(())
}

/// A folder and a state file dropped together.
pub fn drop(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let (folder, state) = sample.write(&context.scratch, "dropped")?;
    let page = Page::open(&context.browser, &context.address())?;
    page.drop(&[&folder, &state])?;
    page.wait_for(
        "both files",
        "document.querySelectorAll('tr[data-what]').length === 2",
    )?;
    plan_typed(&page, &sample)?;
    page.close();
    Ok(())
}

fn plan_typed(page: &Page, sample: &Project) -> Checked {
    let options = PlanOptions {
        environment: Some("review".into()),
        start: Some("2026-02-20".into()),
        ..sample_options(sample)?
    };
    page.fill("#environment", "review")?;
    page.fill("#now", &options.now.datetime_text())?;
    page.fill("#start", "2026-02-20")?;
    page.wait_for("the button", "!document.querySelector('#compute').disabled")?;
    page.click("#compute")?;
    page.wait_for("the plan", "!!document.querySelector('#s-plan .counts')")?;
    same_plan(page, &sample.plan(&options)?)
}

/// A plan that a command line saved as JSON.
pub fn saved_plan(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let outcome = sample.plan(&sample_options(&sample)?)?;
    let file = context.scratch.join("saved-plan.json");
    let text = serde_json::to_string(&outcome).map_err(|error| error.to_string())?;
    std::fs::write(&file, text).map_err(|error| error.to_string())?;
    let page = Page::open(&context.browser, &context.address())?;
    page.choose("#pick-files", &[&file])?;
    page.wait_for("the plan", "!!document.querySelector('#s-plan .counts')")?;
    same_plan(&page, &outcome)?;
    page.close();
    Ok(())
}

/// Compares everything that plan and changes pages show with a report.
pub fn same_plan(page: &Page, outcome: &PlanOutcome) -> Checked {
    let plan = outcome
        .plan
        .as_ref()
        .ok_or_else(|| format!("no native plan: {:?}", outcome.diagnostics))?;
    let complaints = page.complaints();
    if !complaints.is_empty() {
        return Err(format!("the console says {complaints:?}"));
    }
    equal(
        "environment",
        &page.text("document.querySelector('#environment-name b').textContent")?,
        &plan.environment,
    )?;
    equal(
        "digest",
        &page.text("document.querySelector('#digest').title")?,
        &plan.digest,
    )?;
    same_counts(page, plan)?;
    same_backfill(page, plan)?;
    equal(
        "stages",
        &page.value("[...document.querySelectorAll('[data-stage]')].map(item => item.dataset.stage)")?,
        &Value::from(plan.stages.clone()),
    )?;
    same_changes(page, plan)
}

fn same_counts(page: &Page, plan: &PlanReport) -> Checked {
    let expected = [
        ("added", plan.summary.added),
        ("removed", plan.summary.removed),
        ("direct", plan.summary.directly_modified),
        ("indirect", plan.summary.indirectly_modified),
        ("metadata", plan.summary.metadata_updated),
        ("unchanged", plan.summary.unchanged),
    ];
    for (status, expected) in expected {
        let text = page.text(&format!(
            "document.querySelector('[data-count={status}]').textContent"
        ))?;
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        equal(status, &digits, &expected.to_string())?;
    }
    Ok(())
}

fn same_backfill(page: &Page, plan: &PlanReport) -> Checked {
    page.wait_for(
        "the backfill",
        &format!(
            "document.querySelectorAll('#s-plan tr[data-model]').length === {}",
            plan.missing_intervals.len().min(60)
        ),
    )?;
    let found = page.value(
        "Object.fromEntries([...document.querySelectorAll('tr[data-model]')].map(row => [row.dataset.model, \
         [row.cells[1].textContent, row.cells[2].textContent]]))",
    )?;
    let found: BTreeMap<String, (String, String)> =
        serde_json::from_value(found).map_err(|error| error.to_string())?;
    let expected = plan
        .missing_intervals
        .iter()
        .map(|missing| {
            let preview = if missing.preview { "preview, " } else { "" };
            (
                missing.name.clone(),
                (
                    format!("{preview}{}", work(plan, missing)),
                    missing.batches.to_string(),
                ),
            )
        })
        .collect();
    equal("backfill", &found, &expected)
}

fn same_changes(page: &Page, plan: &PlanReport) -> Checked {
    page.click(".tabs a[href*='changes']")?;
    page.wait_for(
        "the changes",
        "!!document.querySelector('#s-changes .lr, #s-changes .empty')",
    )?;
    let found = page.value(
        "Object.fromEntries([...document.querySelectorAll('.lr')].map(row => [row.dataset.model, \
         [row.querySelector('.st').textContent, (row.querySelector('.ct .el') ?? row.querySelector('.ct')).textContent.trim()]]))",
    )?;
    let found: BTreeMap<String, (String, String)> =
        serde_json::from_value(found).map_err(|error| error.to_string())?;
    let indirect: Vec<&String> = plan.indirectly_modified.values().flatten().collect();
    let mut expected = BTreeMap::new();
    for (name, snapshot) in &plan.snapshots {
        let letter = if plan.added.contains(name) {
            "A"
        } else if plan.directly_modified.contains(name) {
            "D"
        } else if indirect.contains(&name) {
            "I"
        } else if plan.metadata_updated.contains(name) {
            "M"
        } else {
            continue;
        };
        let category = match (snapshot.change_category.as_deref(), snapshot.forward_only) {
            (Some("BREAKING" | "NON_BREAKING"), true) => "Forward-only",
            (Some("INDIRECT_BREAKING" | "INDIRECT_NON_BREAKING"), true) => "Indirect forward-only",
            (Some("BREAKING"), _) => "Breaking",
            (Some("NON_BREAKING"), _) => "Non-breaking",
            (Some("INDIRECT_BREAKING"), _) => "Indirect breaking",
            (Some("INDIRECT_NON_BREAKING"), _) => "Indirect non-breaking",
            (Some("METADATA"), _) => "Metadata",
            (Some(other), _) => other,
            (None, _) => "Not chosen",
        };
        expected.insert(name.clone(), (letter.to_string(), category.to_string()));
    }
    for name in &plan.removed {
        expected.insert(name.clone(), ("R".to_string(), "–".to_string()));
    }
    equal("changes", &found, &expected)?;
    for (name, text) in plan.text_diffs.iter().filter(|(_, text)| !text.is_empty()) {
        same_diff(page, name, text)?;
    }
    Ok(())
}

/// Opens a model and compares the lines of its diff.
fn same_diff(page: &Page, name: &str, text: &str) -> Checked {
    page.click(&format!(".lr[data-model={}] a", Value::from(name)))?;
    let place = format!(".det-col[data-model={}] .diff", Value::from(name));
    page.wait_for(
        "the model",
        &format!("!!document.querySelector({})", Value::from(place)),
    )?;
    let found = page.value(
        "[...document.querySelectorAll('.det-col .diff .l')].map(line => \
         line.querySelector('b').textContent.replace('−', '-') + line.querySelector('code').textContent)",
    )?;
    let found: Vec<String> = serde_json::from_value(found).map_err(|error| error.to_string())?;
    let expected: Vec<String> = text
        .lines()
        .skip_while(|line| !line.starts_with("@@"))
        .filter(|line| !line.starts_with("@@") && !line.starts_with('\\'))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).to_string())
        .collect();
    equal(&format!("diff of {name}"), &found, &expected)
}
