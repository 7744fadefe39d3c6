//! What the page shows equals what a native build plans, whichever way the files came.

use std::collections::BTreeMap;

use planglass_core::plan::PlanOptions;
use planglass_core::report::text::work;
use planglass_core::report::{PlanOutcome, PlanReport};
use serde::Deserialize;
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

/// What the pages *Plan* and *Changes* show.
#[derive(Deserialize)]
struct Shown {
    environment: String,
    digest: String,
    counts: BTreeMap<String, String>,
    backfill: BTreeMap<String, (String, String)>,
    stages: Vec<String>,
    changes: BTreeMap<String, (String, String)>,
    diffs: BTreeMap<String, Vec<String>>,
}

/// Most rows of *Plan* that are drawn.
const MOST_ROWS: usize = 60;

/// Takes everything that plan and changes pages show of a report, in one go: `MISSING` models to fill, and `DIFFS` to
/// be opened.
const SHOWN: &str = "
    await until('the digest', () => one('#digest'));
    await until('the backfill', () => all('#s-plan tr[data-model]').length === MISSING);
    const shown = {
        environment: one('#environment-name b').textContent,
        digest: one('#digest').title,
        counts: Object.fromEntries(all('[data-count]').map(count =>
            [count.dataset.count, count.textContent.replace(/[^0-9]/g, '')])),
        backfill: Object.fromEntries(all('#s-plan tr[data-model]').map(row =>
            [row.dataset.model, [row.cells[1].textContent, row.cells[2].textContent]])),
        stages: all('[data-stage]').map(item => item.dataset.stage),
        diffs: {},
    };
    one('.tabs a[href*=changes]').click();
    await until('the changes', () => one('#s-changes .lr, #s-changes .empty'));
    shown.changes = Object.fromEntries(all('.lr').map(row => [row.dataset.model,
        [row.querySelector('.st').textContent, (row.querySelector('.ct .el') ?? row.querySelector('.ct')).textContent.trim()]]));
    for (const name of DIFFS) {
        const model = `[data-model=${JSON.stringify(name)}]`;
        one(`.lr${model} a`).click();
        await until('the diff of ' + name, () => one(`.det-col${model} .diff`));
        shown.diffs[name] = all('.det-col .diff .l').map(line =>
            line.querySelector('b').textContent.replace('−', '-') + line.querySelector('code').textContent);
    }
    return shown;";

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
    let diffs: BTreeMap<String, Vec<String>> = plan
        .text_diffs
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| (name.clone(), lines_of(text)))
        .collect();
    let names = Value::from(diffs.keys().cloned().collect::<Vec<_>>());
    let missing = plan.missing_intervals.len().min(MOST_ROWS);
    let script = SHOWN
        .replace("MISSING", &missing.to_string())
        .replace("DIFFS", &names.to_string());
    let shown: Shown = serde_json::from_value(page.run(&script)?).map_err(|error| error.to_string())?;
    equal("environment", &shown.environment, &plan.environment)?;
    equal("digest", &shown.digest, &plan.digest)?;
    equal("counts", &shown.counts, &counts_of(plan))?;
    equal("backfill", &shown.backfill, &backfill_of(plan))?;
    equal("stages", &shown.stages, &plan.stages)?;
    equal("changes", &shown.changes, &changes_of(plan))?;
    equal("diffs", &shown.diffs, &diffs)
}

fn counts_of(plan: &PlanReport) -> BTreeMap<String, String> {
    [
        ("added", plan.summary.added),
        ("removed", plan.summary.removed),
        ("direct", plan.summary.directly_modified),
        ("indirect", plan.summary.indirectly_modified),
        ("metadata", plan.summary.metadata_updated),
        ("unchanged", plan.summary.unchanged),
    ]
    .into_iter()
    .map(|(status, count)| (status.to_string(), count.to_string()))
    .collect()
}

fn backfill_of(plan: &PlanReport) -> BTreeMap<String, (String, String)> {
    plan.missing_intervals
        .iter()
        .take(MOST_ROWS)
        .map(|missing| {
            let preview = if missing.preview { "preview, " } else { "" };
            let words = format!("{preview}{}", work(plan, missing).replace(" - ", " – "));
            (missing.name.clone(), (words, missing.batches.to_string()))
        })
        .collect()
}

fn changes_of(plan: &PlanReport) -> BTreeMap<String, (String, String)> {
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
    expected
}

/// The lines of a diff as the page shows them.
fn lines_of(text: &str) -> Vec<String> {
    text.lines()
        .skip_while(|line| !line.starts_with("@@"))
        .filter(|line| !line.starts_with("@@") && !line.starts_with('\\'))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).to_string())
        .collect()
}
