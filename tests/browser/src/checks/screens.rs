//! What the screens beside plan and changes show equals report and state.

use std::collections::BTreeMap;
use std::process::Command;

use planglass_core::report::MissingIntervals;
use planglass_core::review::grid::batches_in;
use planglass_core::review::versions::{Relation, compare};
use planglass_core::state::StateFile;
use serde_json::Value;

use super::decisions::CATCH;
use super::equal;
use super::layout::SCREENS;
use super::truth::{sample_options, with_sample};
use crate::Context;
use crate::page::{Checked, Page};
use crate::project::Project;

/// The grid of intervals: one row per model, with the numbers of the report; zoom and filter.
pub fn intervals(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let outcome = sample.plan(&sample_options(&sample)?)?;
    let plan = outcome.plan.as_ref().ok_or("no native plan")?;
    let page = with_sample(context, &context.address())?;
    page.go("#intervals")?;
    page.wait_for("the grid", "!!document.querySelector('.hr .track rect')")?;
    let expected: BTreeMap<String, String> = plan
        .snapshots
        .keys()
        .map(|name| {
            let missing = plan
                .missing_intervals
                .iter()
                .find(|missing| missing.name == *name);
            let words = missing.map_or("–".to_string(), |missing| missing.batches.to_string());
            (name.clone(), words)
        })
        .collect();
    let found = page.value(
        "Object.fromEntries([...document.querySelectorAll('.hr')].map(row => [row.dataset.model, \
         row.querySelector('.n').innerText.trim()]))",
    )?;
    let found: BTreeMap<String, String> = serde_json::from_value(found).map_err(|error| error.to_string())?;
    equal("intervals", &found, &expected)?;
    let units: u64 = plan.missing_intervals.iter().map(|missing| missing.batches).sum();
    let in_batches = |missing: &MissingIntervals| {
        let batches = missing.intervals.iter().map(|interval| {
            let report = &plan.snapshots[&missing.name];
            batches_in(&[interval], report.unit(), report.detail.batch_size, interval)
        });
        batches.sum::<u64>()
    };
    let batches: u64 = plan.missing_intervals.iter().map(in_batches).sum();
    page.wait_for("the totals", "!!document.querySelector('.ht .track rect')")?;
    let sums = page.value(
        "[...document.querySelectorAll('.ht .n')].map(cell => parseInt(cell.innerText.replaceAll(',', '')))",
    )?;
    equal("totals", &sums, &Value::from(vec![units, batches]))?;
    let rows = page.value(
        "[...document.querySelectorAll('.hr .bt')].map(cell => parseInt(cell.innerText) || 0).reduce((a, b) => a + b, 0)",
    )?;
    equal("batches of all rows", &rows, &Value::from(batches))?;
    let told = page.run(
        "const track = one('.ht .track'), rect = one('.ht .track rect').getBoundingClientRect(); \
         track.dispatchEvent(new PointerEvent('pointermove', {bubbles: true, clientX: rect.left + 1, clientY: rect.top + 1})); \
         await until('what the column is', () => one('#s-intervals .tip')); return one('#s-intervals .tip').innerText",
    )?;
    let models = format!("{} models", plan.snapshots.len());
    if !told
        .as_str()
        .is_some_and(|told| told.starts_with(&models) && told.contains("requested"))
    {
        return Err(format!("the first column is said to be {told}"));
    }
    let told = page.run(
        "const track = one('.hr .track'), area = track.getBoundingClientRect(); \
         track.dispatchEvent(new PointerEvent('pointermove', {bubbles: true, clientX: area.left + 5, clientY: area.top + 5})); \
         await until('what the cell is', () => one('#s-intervals .tip')); return one('#s-intervals .tip').innerText",
    )?;
    if !told
        .as_str()
        .is_some_and(|told| told.contains("1 of 1 intervals, in 1 batch"))
    {
        return Err(format!("the first cell is said to be {told}"));
    }
    let shown = context.pictures.join("intervals-cell-wide-light.png");
    page.picture(&shown, (1440, 900), false)?;
    page.go("#intervals?only=filled")?;
    page.wait_for(
        "only what is filled",
        &format!(
            "document.querySelectorAll('.hr').length === {}",
            plan.missing_intervals.len()
        ),
    )?;
    for zoom in ["hour", "day", "week", "month", "year"] {
        page.go(&format!("#intervals?zoom={zoom}"))?;
        page.wait_for(
            zoom,
            &format!(
                "document.querySelector('#s-intervals .seg [aria-current]')?.innerText.toLowerCase() === '{zoom}'"
            ),
        )?;
    }
    page.close();
    Ok(())
}

/// Environments of the state with their counts, and the difference of two of them.
pub fn environments(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let state = state_of(&sample)?;
    let page = with_sample(context, &context.address())?;
    page.go("#environments")?;
    page.wait_for(
        "the environments",
        "!!document.querySelector('tr[data-environment]')",
    )?;
    let expected: BTreeMap<String, String> = state
        .environments
        .iter()
        .map(|(name, entry)| (name.clone(), entry.environment.snapshots.len().to_string()))
        .collect();
    let found = page.value(
        "Object.fromEntries([...document.querySelectorAll('.envs tr[data-environment]')].map(row => \
         [row.dataset.environment, row.cells[1].innerText.trim()]))",
    )?;
    let found: BTreeMap<String, String> = serde_json::from_value(found).map_err(|error| error.to_string())?;
    equal("environments", &found, &expected)?;
    let other = state.environments.keys().find(|name| *name != "prod");
    let other = other.ok_or("the sample has only one environment")?;
    page.go(&format!("#environments?env={other}&against=prod"))?;
    page.wait_for(
        "the difference",
        "!!document.querySelector('.fil [data-relation]')",
    )?;
    same_relations(&page, &state, other, &state, "prod")?;
    page.close();
    Ok(())
}

/// Two states: counts of how versions relate, and the rows of one relation.
pub fn systems(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let (folder, state) = sample.write(&context.scratch, "systems")?;
    let mut other = state_of(&sample)?;
    let prod = other
        .environments
        .get_mut("prod")
        .ok_or("the sample has no prod")?;
    prod.environment.snapshots.pop();
    if let Some(first) = prod.environment.snapshots.first_mut() {
        first.fingerprint.data_hash = "1".to_string();
    }
    let file = context.scratch.join("nonprod-state.json");
    let text = serde_json::to_string(&other).map_err(|error| error.to_string())?;
    std::fs::write(&file, text).map_err(|error| error.to_string())?;
    let page = Page::open(&context.browser, &context.address())?;
    page.choose("#pick-folder", &[&folder])?;
    page.wait_for("the project", "!!document.querySelector('tr[data-what=Project]')")?;
    page.choose("#pick-files", &[&file, &state])?;
    page.wait_for(
        "both states",
        "document.querySelectorAll('tr[data-what=State]').length === 2",
    )?;
    page.go("#systems")?;
    page.wait_for(
        "the comparison",
        "!!document.querySelector('.fil [data-relation]')",
    )?;
    let original = state_of(&sample)?;
    // The state that plans are made with stands on the right: of files chosen together, the first.
    same_relations(&page, &original, "prod", &other, "prod")?;
    page.click("[data-relation=different]")?;
    page.wait_for(
        "one row",
        "document.querySelectorAll('.cmp tbody tr').length === 1",
    )?;
    carried(&page, &original, &other)?;
    page.close();
    Ok(())
}

/// What was decided on the left about changes that the right side still has before it is saved as a decision file.
fn carried(page: &Page, left: &StateFile, right: &StateFile) -> Checked {
    let held = |state: &StateFile, name: &str| state.environments[name].environment.snapshots.clone();
    let tried = left.environments.keys().find(|name| *name != "prod");
    let tried = tried.ok_or("the sample has only one environment")?;
    let (tried_there, prod) = (held(left, tried), held(right, "prod"));
    let pairs = compare(&tried_there, &prod);
    let expected: BTreeMap<String, Value> = pairs
        .iter()
        .filter(|pair| pair.can_carry())
        .filter_map(|pair| {
            let (left, right) = (pair.left?, pair.right?);
            let decision = serde_json::json!({
                "category": left.change_category?.as_str(),
                "from": right.fingerprint.to_identifier(),
                "to": left.fingerprint.to_identifier(),
            });
            Some((right.name.clone(), decision))
        })
        .collect();
    if expected.is_empty() {
        return Err("no decision of the sample can be carried".to_string());
    }
    page.go(&format!("#systems?lenv={tried}"))?;
    page.wait_for(
        "what could be carried",
        &format!(
            "document.querySelector('#save-carried')?.innerText.includes('Save {} ')",
            expected.len()
        ),
    )?;
    page.value(CATCH)?;
    page.press("s")?;
    page.wait_for("the file", "saved.length === 1")?;
    let saved: Value = serde_json::from_str(&page.text("saved[0][1]")?).map_err(|error| error.to_string())?;
    let found: BTreeMap<String, Value> =
        serde_json::from_value(saved["models"].clone()).map_err(|error| error.to_string())?;
    equal("decisions", &found, &expected)?;
    equal("environment", &saved["environment"], &Value::from("prod"))?;
    let before = page.text("document.querySelector('.sys b').innerText")?;
    page.click("#swap")?;
    page.wait_for(
        "the sides swapped",
        &format!(
            "document.querySelector('.sys b')?.innerText !== {}",
            Value::from(before)
        ),
    )
}

fn state_of(project: &Project) -> Checked<StateFile> {
    let text = project.state.as_deref().unwrap_or_default();
    StateFile::parse("state.json", text).map_err(|problem| problem.to_string())
}

fn same_relations(page: &Page, left: &StateFile, at: &str, right: &StateFile, against: &str) -> Checked {
    let held = |state: &StateFile, name: &str| {
        state
            .environments
            .get(name)
            .map(|entry| entry.environment.snapshots.clone())
            .unwrap_or_default()
    };
    let (left, right) = (held(left, at), held(right, against));
    let pairs = compare(&left, &right);
    let expected: BTreeMap<String, String> = Relation::ALL
        .into_iter()
        .map(|relation| {
            let count = pairs.iter().filter(|pair| pair.relation == relation).count();
            (format!("{relation:?}").to_lowercase(), count.to_string())
        })
        .collect();
    let found = page.value(
        "Object.fromEntries([...document.querySelectorAll('.fil [data-relation]')].map(button => \
         [button.dataset.relation, button.querySelector('strong').lastChild.textContent.trim()]))",
    )?;
    let found: BTreeMap<String, String> = serde_json::from_value(found).map_err(|error| error.to_string())?;
    equal("relations", &found, &expected)
}

/// The report as JSON holds the very plan that a native build makes.
pub fn report(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let outcome = sample.plan(&sample_options(&sample)?)?;
    let page = with_sample(context, &context.address())?;
    page.go("#report?as=json")?;
    page.wait_for("the JSON", "!!document.querySelector('pre.json')?.textContent")?;
    let shown: Value = serde_json::from_str(&page.text("document.querySelector('pre.json').textContent")?)
        .map_err(|error| error.to_string())?;
    let expected = serde_json::to_value(&outcome).map_err(|error| error.to_string())?;
    equal("JSON", &shown, &expected)?;
    page.go("#report")?;
    page.wait_for("the comment", "!!document.querySelector('.md')?.textContent")?;
    let markup = page.value("document.querySelectorAll('.md img, .md script').length")?;
    equal("markup in the comment", &markup, &Value::from(0))?;
    page.close();
    Ok(())
}

/// No screen has what axe-core calls a serious or critical violation, light or dark, wide or narrow.
pub fn accessible(context: &Context) -> Checked {
    let folder = context.scratch.join("axe");
    let script = folder.join("node_modules/axe-core/axe.min.js");
    if !script.is_file() {
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let status = Command::new("npm")
            .args(["install", "--silent", "--no-audit", "--no-fund", "axe-core@4"])
            .arg("--prefix")
            .arg(&folder)
            .status();
        if !status.is_ok_and(|status| status.success()) {
            return Err("axe-core could not be installed with npm".to_string());
        }
    }
    let axe = std::fs::read_to_string(&script).map_err(|error| error.to_string())?;
    let page = with_sample(context, &context.address())?;
    page.value(&format!("(() => {{ {axe}; return true }})()"))?;
    let mut wrong = Vec::new();
    let sizes = [(1440, 900), (390, 844)];
    for (size, dark) in sizes.into_iter().flat_map(|size| [(size, false), (size, true)]) {
        page.resize(size.0, size.1, dark)?;
        // The last is a change beside the list, and the keys over it.
        for screen in SCREENS.into_iter().chain(["", "?"]) {
            match screen {
                "" => {
                    page.go("#changes")?;
                    page.wait_for("the changes", "!!document.querySelector('.lr a')")?;
                    page.click(".lr a")?;
                }
                "?" => page.press("?")?,
                fragment => page.go(fragment)?,
            }
            std::thread::sleep(std::time::Duration::from_millis(300));
            let found = page.value(
                "axe.run(document, {resultTypes: ['violations']}).then(result => result.violations\
                 .filter(one => ['serious', 'critical'].includes(one.impact))\
                 .map(one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')))",
            )?;
            for violation in found.as_array().into_iter().flatten() {
                wrong.push(format!("{screen} {size:?} dark={dark} {violation}"));
            }
        }
        page.press("Escape")?;
    }
    page.close();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n      "))
    }
}
