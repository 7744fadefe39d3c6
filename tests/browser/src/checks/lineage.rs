//! The graph: what it shows is what the plan says, by hand, by keys and in files; large ones move smoothly.

use std::collections::{BTreeMap, BTreeSet};

use planglass_core::report::{PlanOutcome, PlanReport, PlanSummary, SnapshotDetail, SnapshotReport};
use serde_json::Value;

use super::equal;
use super::truth::{sample_options, with_sample};
use crate::Context;
use crate::page::{Checked, Page};
use crate::project::Project;

/// Width and height of the windows.
const SIZES: [(&str, (u32, u32)); 2] = [("wide", (1440, 900)), ("narrow", (390, 844))];

/// Parents of every model of a plan.
fn parents(plan: &PlanReport) -> BTreeMap<&str, &Vec<String>> {
    let snapshots = plan.snapshots.iter();
    snapshots
        .map(|(name, report)| (name.as_str(), &report.parents))
        .collect()
}

/// Names of what differs.
fn changed(plan: &PlanReport) -> BTreeSet<&str> {
    let lists = [
        &plan.added,
        &plan.removed,
        &plan.directly_modified,
        &plan.metadata_updated,
    ];
    let direct = lists.into_iter().flatten();
    direct
        .chain(plan.indirectly_modified.values().flatten())
        .map(String::as_str)
        .collect()
}

/// Names of the boxes, as the list beside the drawing has them.
fn listed(page: &Page) -> Checked<BTreeSet<String>> {
    let names = page.value(
        "[...document.querySelectorAll('#lineage-list [role=option]')].map(row => row.dataset.model)",
    )?;
    let names = names.as_array().ok_or("no list")?.iter();
    Ok(names.filter_map(Value::as_str).map(str::to_string).collect())
}

fn selected(page: &Page) -> Checked<String> {
    page.text("document.querySelector('#lineage-list [aria-selected=true]')?.dataset.model ?? ''")
}

fn open(page: &Page, fragment: &str) -> Checked {
    page.go(fragment)?;
    page.wait_for(
        "the graph",
        "!!document.querySelector('#lineage-list [role=option]')",
    )
}

/// Changes with children and first parents at the start, everything when it is asked for.
pub fn shows_the_plan(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let outcome = sample.plan(&sample_options(&sample)?)?;
    let plan = outcome.plan.as_ref().ok_or("no native plan")?;
    let page = with_sample(context, &context.address())?;
    open(&page, "#lineage")?;
    let changed = changed(plan);
    let parents = parents(plan);
    let mut expected: BTreeSet<String> = changed.iter().map(|name| (*name).to_string()).collect();
    for (name, above) in &parents {
        if changed.contains(name) {
            expected.extend(
                above
                    .iter()
                    .filter(|parent| parents.contains_key(parent.as_str()))
                    .cloned(),
            );
        }
        if above.iter().any(|parent| changed.contains(parent.as_str())) {
            expected.insert((*name).to_string());
        }
    }
    equal("models of the graph", &listed(&page)?, &expected)?;
    let all = plan.snapshots.len() + plan.removed.len();
    equal(
        "count",
        &page.text("document.querySelector('#lineage-shown').innerText")?,
        &format!("{} of {all} models", expected.len()),
    )?;
    open(&page, "#lineage?part=all")?;
    page.wait_for(
        "all models",
        &format!("document.querySelectorAll('#lineage-list [role=option]').length === {all}"),
    )?;
    // Statuses in words are those of the plan.
    for name in &plan.directly_modified {
        if plan.added.contains(name) {
            continue;
        }
        let said = page.text(&format!(
            "[...document.querySelectorAll('#lineage-list [role=option]')].find(row => row.dataset.model === {}).querySelector('.vh').textContent",
            Value::from(name.as_str())
        ))?;
        if !said.contains("directly modified") {
            return Err(format!("{name} is said to be: {said}"));
        }
    }
    page.close();
    Ok(())
}

/// Keys walk along edges, open models, find names; groups fold; a path is what lies between.
pub fn by_keys(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let outcome = sample.plan(&sample_options(&sample)?)?;
    let plan = outcome.plan.as_ref().ok_or("no native plan")?;
    let parents = parents(plan);
    let page = with_sample(context, &context.address())?;
    page.press("g")?;
    page.press("l")?;
    page.wait_for(
        "the graph",
        "!!document.querySelector('#lineage-list [role=option]')",
    )?;
    open(&page, "#lineage?part=all")?;
    page.wait_for("a canvas", "document.querySelector('.cv>canvas').width > 300")?;
    page.value("(document.querySelector('.cv>canvas').focus(), true)")?;
    page.press("Home")?;
    page.wait_for(
        "a selection",
        "!!document.querySelector('#lineage-list [aria-selected=true]')",
    )?;
    let start = selected(&page)?;
    page.press("ArrowLeft")?;
    page.wait_for(
        "another selection",
        &format!(
            "(document.querySelector('#lineage-list [aria-selected=true]')?.dataset.model ?? {0}) !== {0}",
            Value::from(start.as_str())
        ),
    )?;
    let parent = selected(&page)?;
    let above = parents.get(start.as_str()).ok_or("the selection is no model")?;
    if !above.contains(&parent) {
        return Err(format!(
            "the arrow leads from {start} to {parent}, which is none of {above:?}"
        ));
    }
    page.press("ArrowRight")?;
    page.wait_for(
        "a child",
        &format!(
            "document.querySelector('#lineage-list [aria-selected=true]')?.dataset.model !== {}",
            Value::from(parent.as_str())
        ),
    )?;
    let child = selected(&page)?;
    if !parents
        .get(child.as_str())
        .is_some_and(|above| above.contains(&parent))
    {
        return Err(format!("{child} does not read {parent}"));
    }
    page.press("/")?;
    page.wait_for("the search", "document.activeElement.id === 'filter'")?;
    page.fill("#filter", "revenue")?;
    page.wait_for("a find", "!!document.querySelector('#lineage-found button')")?;
    page.press("Enter")?;
    page.wait_for(
        "the model that was found",
        "(document.querySelector('#lineage-list [aria-selected=true]')?.dataset.model ?? '').includes('revenue')",
    )?;
    // A path from the first parent down to the child.
    let encode = |name: &str| name.replace('"', "%22");
    open(
        &page,
        &format!(
            "#lineage?part=path&about={}&to={}",
            encode(&parent),
            encode(&child)
        ),
    )?;
    page.wait_for(
        "the path",
        &format!(
            "[...document.querySelectorAll('#lineage-list [role=option]')].some(row => row.dataset.model === {}) && \
             document.querySelectorAll('#lineage-list [role=option]').length < {}",
            Value::from(parent.as_str()),
            plan.snapshots.len()
        ),
    )?;
    open(&page, "#lineage?part=all&groups=schema")?;
    page.wait_for(
        "groups",
        "[...document.querySelectorAll('#lineage-list [role=option]')].every(row => row.querySelector('.vh').textContent.includes('group of'))",
    )?;
    let folded = listed(&page)?;
    let group = folded.first().ok_or("no group")?;
    open(
        &page,
        &format!("#lineage?part=all&groups=schema&unfolded={group}"),
    )?;
    page.wait_for(
        "an open group",
        &format!(
            "document.querySelectorAll('#lineage-list [role=option]').length > 0 && \
             ![...document.querySelectorAll('#lineage-list [role=option]')].some(row => row.dataset.model === {})",
            Value::from(group.as_str())
        ),
    )?;
    open(&page, &format!("#lineage/{}?part=all", encode(&start)))?;
    page.value("(document.querySelector('.cv>canvas').focus(), true)")?;
    page.press("Enter")?;
    page.wait_for("the model", "location.hash.startsWith('#model/')")?;
    let complaints = page.complaints();
    if !complaints.is_empty() {
        return Err(format!("the console says {complaints:?}"));
    }
    page.close();
    Ok(())
}

/// What is saved is the whole drawing, as valid SVG and as a picture.
pub fn export(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let outcome = sample.plan(&sample_options(&sample)?)?;
    let plan = outcome.plan.as_ref().ok_or("no native plan")?;
    let page = with_sample(context, &context.address())?;
    page.value(
        "(window.saved = [], window.make = URL.createObjectURL, \
         URL.createObjectURL = blob => (saved.push(blob), make.call(URL, blob)), true)",
    )?;
    open(&page, "#lineage?part=all")?;
    page.wait_for(
        "all models",
        &format!(
            "document.querySelectorAll('#lineage-list [role=option]').length >= {}",
            plan.snapshots.len()
        ),
    )?;
    page.click("#lineage-svg")?;
    page.wait_for("the SVG", "saved.length === 1")?;
    let svg = page.text("saved[0].text()")?;
    for (name, snapshot) in &plan.snapshots {
        if !svg.contains(&format!("<title>{}:", snapshot.detail.display_name)) {
            return Err(format!("{name} is not in the SVG"));
        }
    }
    let valid = page.value("saved[0].text().then(text => !new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror'))")?;
    equal("the SVG is well-formed", &valid, &Value::Bool(true))?;
    page.click("#lineage-png")?;
    page.wait_for("the picture", "saved.length === 2")?;
    equal("type", &page.text("saved[1].type")?, &"image/png".to_string())?;
    let size =
        page.value("createImageBitmap(saved[1]).then(image => image.width > 400 && image.height > 100)")?;
    equal("the picture has a size", &size, &Value::Bool(true))?;
    page.close();
    Ok(())
}

/// The lineage of a column leads to the columns that it is made of.
pub fn columns(context: &Context) -> Checked {
    let project = Project::of(&[
        (
            "config.yaml",
            "gateways:\n  local:\n    connection: {type: duckdb, database: c.duckdb}\ndefault_gateway: local\n\
             model_defaults:\n  dialect: duckdb\n  start: 2026-01-01\n",
        ),
        (
            "models/a.sql",
            "MODEL (name s.a, kind FULL);\nSELECT 1 AS price, 2 AS amount, 'x' AS label\n",
        ),
        (
            "models/b.sql",
            "MODEL (name s.b, kind FULL);\nSELECT price * amount AS total, label FROM s.a\n",
        ),
        (
            "models/c.sql",
            "MODEL (name s.c, kind FULL);\nWITH x AS (SELECT total FROM s.b WHERE label = 'x') SELECT SUM(total) AS sum FROM x\n",
        ),
    ]);
    let (folder, _) = project.write(&context.scratch, "columns")?;
    let page = Page::open(&context.browser, &context.address())?;
    page.choose("#pick-folder", &[&folder])?;
    page.wait_for("the project", "!!document.querySelector('tr[data-what=Project]')")?;
    page.click("#compute")?;
    page.wait_for("the plan", "!!document.querySelector('#s-plan .counts')")?;
    let model = "%22c%22.%22s%22.%22b%22";
    open(&page, &format!("#lineage/{model}"))?;
    page.wait_for(
        "the columns",
        "document.querySelectorAll('.cols-list a').length === 2",
    )?;
    page.click(".cols-list a")?;
    page.wait_for(
        "the column",
        "document.querySelector('#lineage-shown').innerText.startsWith('3 of')",
    )?;
    page.value("(window.saved = [], window.make = URL.createObjectURL, URL.createObjectURL = blob => (saved.push(blob), make.call(URL, blob)), true)")?;
    page.click("#lineage-svg")?;
    page.wait_for("the SVG", "saved.length === 1")?;
    let svg = page.text("saved[0].text()")?;
    for column in [">price<", ">amount<", ">total<", ">sum<"] {
        if !svg.contains(column) {
            return Err(format!("{column} is not drawn"));
        }
    }
    inside(&page)?;
    equal("label is no part of total", &svg.contains(">label<"), &false)?;
    page.picture(
        &context.pictures.join("lineage-column-wide-light.png"),
        SIZES[0].1,
        false,
    )?;
    page.close();
    Ok(())
}

/// Its SQL is beside a column that is followed; inside of a model, its query's parts are boxes.
fn inside(page: &Page) -> Checked {
    let said = "document.querySelector('#lineage-sql')?.innerText ?? ''";
    page.wait_for("the SQL", &format!("({said}).includes('price * amount')"))?;
    open(page, "#lineage/%22c%22.%22s%22.%22c%22")?;
    page.wait_for("the way in", "!!document.querySelector('#lineage-inside')")?;
    page.click("#lineage-inside")?;
    page.wait_for(
        "the parts",
        "!!document.querySelector('#lineage-list [data-model=x]')",
    )?;
    page.wait_for("the model's SQL", &format!("({said}).includes('SUM(total)')"))?;
    page.click("#lineage-list [data-model=x]")?;
    page.wait_for(
        "the part",
        "document.querySelector('.card')?.innerText.includes('common table expression')",
    )?;
    let linked = page.value("!!document.querySelector('#lineage-around')")?;
    equal("a part leads to a model", &linked, &Value::Bool(false))
}

/// A saved plan of made-up models: each reads up to `reads` of the `near` models before it.
fn made_up(models: usize, reads: usize, near: usize) -> PlanOutcome {
    let name = |number: usize| {
        format!(
            "\"db\".\"layer_{}\".\"model_{number:05}\"",
            number * 24 / models.max(1)
        )
    };
    let mut plan = PlanReport {
        environment: "dev".into(),
        create_from: "prod".into(),
        is_dev: true,
        has_changes: true,
        default_catalog: Some("db".into()),
        summary: PlanSummary::default(),
        ..PlanReport::default()
    };
    let mut seed = 7u64;
    let mut below = |limit: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((seed >> 33) % limit.max(1) as u64) as usize
    };
    let mut indirect = vec![false; models];
    for number in 0..models {
        let mut above = BTreeSet::new();
        for _ in 0..if number == 0 { 0 } else { reads } {
            above.insert(number - 1 - below(near.min(number)));
        }
        let direct = number % 997 == 500 || number == models / 5;
        indirect[number] = above.iter().any(|parent| indirect[*parent]) && number % 3 != 0 || direct;
        let status = match (direct, indirect[number]) {
            (true, _) => "direct",
            (false, true) => "indirect",
            _ => "unchanged",
        };
        if direct {
            plan.directly_modified.push(name(number));
        }
        let report = SnapshotReport {
            identifier: format!("{number}"),
            change_category: Some(if direct { "BREAKING" } else { "INDIRECT_BREAKING" }.into()),
            parents: above.into_iter().map(name).collect(),
            kind: Some(["VIEW", "FULL", "INCREMENTAL_BY_TIME_RANGE", "SEED"][number % 4].into()),
            detail: SnapshotDetail {
                status: status.into(),
                display_name: format!("layer_{}.model_{number:05}", number * 24 / models.max(1)),
                ..SnapshotDetail::default()
            },
            ..SnapshotReport::default()
        };
        plan.snapshots.insert(name(number), report);
    }
    let first = plan.directly_modified.first().cloned().unwrap_or_default();
    let followers = (0..models).filter(|number| indirect[*number]).map(name);
    let directly = plan.directly_modified.clone();
    let followers = followers.filter(|name| !directly.contains(name)).collect();
    plan.indirectly_modified.insert(first, followers);
    PlanOutcome {
        plan: Some(plan),
        ..PlanOutcome::default()
    }
}

fn with_plan(context: &Context, name: &str, outcome: &PlanOutcome) -> Checked<Page> {
    let file = context.scratch.join(format!("{name}.json"));
    let text = serde_json::to_string(outcome).map_err(|error| error.to_string())?;
    std::fs::write(&file, text).map_err(|error| error.to_string())?;
    let page = Page::open(&context.browser, &context.address())?;
    page.choose("#pick-files", &[&file])?;
    page.wait_for("the plan", "!!document.querySelector('#s-plan .counts')")?;
    Ok(page)
}

/// Drags, then zooms with the wheel, one event per frame; gives the times between frames, in milliseconds.
const MOVE: &str = "new Promise(done => {
  const canvas = document.querySelector('.cv>canvas'), box = canvas.getBoundingClientRect();
  const at = (x, y) => ({bubbles: true, cancelable: true, clientX: box.left + x, clientY: box.top + y, pointerId: 1, buttons: 1});
  const times = []; let last = performance.now(), n = 0;
  canvas.dispatchEvent(new PointerEvent('pointerdown', at(400, 300)));
  const step = now => {
    times.push(now - last); last = now; n++;
    if (n <= 90) canvas.dispatchEvent(new PointerEvent('pointermove', at(400 + Math.sin(n / 9) * 300, 300 + n)));
    else if (n === 91) canvas.dispatchEvent(new PointerEvent('pointerup', at(400, 390)));
    else if (n <= 180) canvas.dispatchEvent(new WheelEvent('wheel', {bubbles: true, cancelable: true, clientX: box.left + 500, clientY: box.top + 300, deltaY: n < 135 ? -60 : 60}));
    else return done(times);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})";

/// How many rows of pixels of the canvas have something on them.
const HIGH: &str = "(() => { const canvas = document.querySelector('.cv>canvas'); \
    const {data, width, height} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height); \
    let rows = 0; \
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (data[(y * width + x) * 4 + 3] > 60) { rows++; break } \
    return rows })()";

fn frames(page: &Page, what: &str) -> Checked {
    let times = page.value(MOVE)?;
    let mut times: Vec<f64> = times
        .as_array()
        .ok_or("no times")?
        .iter()
        .filter_map(Value::as_f64)
        .skip(1)
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "      {what}: a frame every {:.1} ms (median), 95 of 100 within {:.1} ms, the longest {:.1} ms",
        at(0.5),
        at(0.95),
        at(1.0)
    );
    Ok(())
}

/// Large graphs: drawn, moved, and looked at.
pub fn large(context: &Context) -> Checked {
    let mut chain = made_up(500, 0, 1);
    if let Some(plan) = &mut chain.plan {
        let names: Vec<String> = plan.snapshots.keys().cloned().collect();
        for (index, report) in plan.snapshots.values_mut().enumerate().skip(1) {
            report.parents = vec![names[index - 1].clone()];
        }
    }
    for (name, outcome) in [
        ("chain", chain),
        ("thousand", made_up(1_000, 2, 60)),
        ("ten-thousand", made_up(10_000, 3, 400)),
    ] {
        let models = outcome.plan.as_ref().map_or(0, |plan| plan.snapshots.len());
        let edges: usize = outcome
            .plan
            .iter()
            .flat_map(|plan| plan.snapshots.values())
            .map(|report| report.parents.len())
            .sum();
        let page = with_plan(context, name, &outcome)?;
        page.value("(window.began = performance.now(), true)")?;
        open(&page, "#lineage?part=all")?;
        page.wait_for(
            "all models",
            &format!("document.querySelector('#lineage-shown').innerText.replaceAll(',', '') === '{models} of {models} models'"),
        )?;
        let shown = page.value("Math.round(performance.now() - began)")?;
        let laid = page.text("document.querySelector('#lineage-shown').title")?;
        println!("      {models} models, {edges} edges: on screen after {shown} ms; {laid}");
        let rows = page.value("document.querySelectorAll('#lineage-list [role=option]').length")?;
        if rows.as_u64().is_none_or(|rows| rows > 120) {
            return Err(format!("{rows} lines of the list are there at once"));
        }
        page.picture(
            &context.pictures.join(format!("lineage-{name}-start-light.png")),
            SIZES[0].1,
            false,
        )?;
        frames(&page, "near")?;
        page.click("#lineage-fit")?;
        std::thread::sleep(std::time::Duration::from_millis(1500));
        for (size, window) in SIZES {
            for dark in [false, true] {
                let theme = if dark { "dark" } else { "light" };
                page.resize(window.0, window.1, dark)?;
                page.click("#lineage-fit")?;
                std::thread::sleep(std::time::Duration::from_millis(1500));
                page.picture(
                    &context
                        .pictures
                        .join(format!("lineage-{name}-{size}-{theme}.png")),
                    window,
                    dark,
                )?;
            }
        }
        page.resize(SIZES[0].1.0, SIZES[0].1.1, false)?;
        page.click("#lineage-fit")?;
        std::thread::sleep(std::time::Duration::from_millis(1500));
        let high = page.value(HIGH)?.as_f64().unwrap_or_default();
        if high < 10.0 {
            return Err(format!("{name}: all of it is a line of {high} pixels"));
        }
        frames(&page, "everything in view")?;
        open(&page, "#lineage")?;
        std::thread::sleep(std::time::Duration::from_millis(800));
        page.picture(
            &context.pictures.join(format!("lineage-{name}-changes-light.png")),
            SIZES[0].1,
            false,
        )?;
        let complaints = page.complaints();
        if !complaints.is_empty() {
            return Err(format!("the console says {complaints:?}"));
        }
        page.close();
    }
    Ok(())
}

/// Pictures of the sample's graph in all its forms.
pub fn pictures(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let outcome = sample.plan(&sample_options(&sample)?)?;
    let plan = outcome.plan.as_ref().ok_or("no native plan")?;
    let page = with_sample(context, &context.address())?;
    let model = plan
        .directly_modified
        .first()
        .ok_or("nothing changes")?
        .replace('"', "%22");
    let views = [
        ("changes", "#lineage".to_string()),
        ("selected", format!("#lineage/{model}")),
        ("all", "#lineage?part=all".to_string()),
        ("kinds", "#lineage?part=all&lens=kind".to_string()),
        ("environment", "#lineage?part=all&lens=environment".to_string()),
        ("groups", "#lineage?part=all&groups=schema".to_string()),
        (
            "open-group",
            "#lineage?part=all&groups=schema&unfolded=rental".to_string(),
        ),
    ];
    for (size, window) in SIZES {
        for dark in [false, true] {
            let theme = if dark { "dark" } else { "light" };
            for (name, fragment) in &views {
                page.resize(window.0, window.1, dark)?;
                // From another page: the first look at a graph depends on the size of the window.
                page.go("#help")?;
                page.wait_for("another page", "!!document.querySelector('#s-help')")?;
                open(&page, fragment)?;
                std::thread::sleep(std::time::Duration::from_millis(300));
                page.picture(
                    &context
                        .pictures
                        .join(format!("lineage-{name}-{size}-{theme}.png")),
                    window,
                    dark,
                )?;
                let wide = page.value("document.documentElement.scrollWidth > window.innerWidth")?;
                equal(
                    &format!("{name} is wider than {}", window.0),
                    &wide,
                    &Value::Bool(false),
                )?;
            }
        }
    }
    page.close();
    Ok(())
}
