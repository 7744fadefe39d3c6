//! Deciding: many models at once, decisions as a file, the SQL of stages, what a model's page says.

use planglass_core::plan::PlanOptions;
use planglass_core::project::LoadOptions;
use planglass_core::request::Session;
use planglass_core::source::SourceMap;
use serde_json::Value;

use super::equal;
use super::truth::{same_plan, sample_options, with_sample};
use crate::Context;
use crate::page::{Checked, Page};
use crate::project::Project;

/// Catches what the page would save as files: name and text.
pub const CATCH: &str = "(() => { window.saved = []; const blobs = new Map(); \
    const make = URL.createObjectURL; URL.createObjectURL = blob => { const at = make.call(URL, blob); blobs.set(at, blob); return at }; \
    HTMLElement.prototype.click = function () { if (this.download) blobs.get(this.href).text().then(text => saved.push([this.download, text])); \
    else this.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true})) }; return true })()";

fn decided(sample: &Project, category: &str) -> Checked<PlanOptions> {
    let mut options = sample_options(sample)?;
    let plan = sample.plan(&options)?.plan.ok_or("no native plan")?;
    let choosable = plan
        .snapshots
        .iter()
        .filter(|(_, snapshot)| snapshot.detail.choosable);
    options.set_choices = choosable
        .map(|(name, _)| (name.clone(), category.to_string()))
        .collect();
    Ok(options)
}

fn set_all(page: &Page, category: &str) -> Checked {
    page.go("#changes")?;
    page.wait_for(
        "the list of categories",
        "!document.querySelector('#bulk select')?.disabled && !!document.querySelector('.lr')",
    )?;
    page.value(&format!(
        "(select => {{ select.value = '{category}'; select.dispatchEvent(new Event('change', {{bubbles: true}})); return true }})\
         (document.querySelector('#bulk select'))"
    ))?;
    page.wait_for("the effect", "!!document.querySelector('.strip')")
}

/// One choice for all that the list shows; what it changed is listed; undo takes all of it back.
pub fn many_at_once(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let options = decided(&sample, "BREAKING")?;
    let before = sample.plan(&sample_options(&sample)?)?;
    let after = sample.plan(&options)?;
    let page = with_sample(context, &context.address())?;
    set_all(&page, "BREAKING")?;
    let treated = page
        .value("[...document.querySelectorAll('[data-treated]')].map(row => row.dataset.treated).sort()")?;
    let (Some(old), Some(new)) = (&before.plan, &after.plan) else {
        return Err("no native plan".to_string());
    };
    let units = |plan: &planglass_core::report::PlanReport, name: &str| {
        let missing = plan.missing_intervals.iter().find(|missing| missing.name == name);
        missing.map(|missing| (missing.batches, missing.preview))
    };
    let mut expected: Vec<&str> = new
        .snapshots
        .iter()
        .filter(|(name, snapshot)| {
            let was = old.snapshots.get(name);
            was.map(|was| (&was.change_category, was.forward_only))
                != Some((&snapshot.change_category, snapshot.forward_only))
                || units(old, name) != units(new, name)
        })
        .map(|(name, _)| name.as_str())
        .collect();
    expected.sort_unstable();
    equal("treated otherwise", &treated, &Value::from(expected))?;
    page.go("#plan")?;
    page.wait_for("the plan", "!!document.querySelector('#digest')")?;
    same_plan(&page, &after)?;
    page.press("u")?;
    page.go("#plan")?;
    let digest = old.digest.as_str();
    page.wait_for(
        "the plan from before",
        &format!("document.querySelector('#digest')?.title === '{digest}'"),
    )?;
    page.close();
    Ok(())
}

/// What was kept comes back beside the same files at once; beside others it is said to be about others, and what of it
/// fits is shown before anything is taken over.
pub fn kept_session(context: &Context) -> Checked {
    let page = with_sample(context, &context.address())?;
    page.wait_for("the switch", "!!document.querySelector('#remember')")?;
    page.click("#remember")?;
    set_all(&page, "BREAKING")?;
    page.wait_for(
        "the session to be kept",
        "JSON.parse(localStorage.getItem('planglass-session') ?? '{}').decisions?.planglass_decisions > 0",
    )?;
    page.close();
    let page = with_sample(context, &context.address())?;
    page.wait_for("the way back", "!!document.querySelector('#take-back')")?;
    page.value(
        "(kept => { kept.decisions.state = 'another'; localStorage.setItem('planglass-session', JSON.stringify(kept)); \
         return true })(JSON.parse(localStorage.getItem('planglass-session')))",
    )?;
    page.close();
    let page = with_sample(context, &context.address())?;
    page.wait_for("the word", "!!document.querySelector('#other-session')")?;
    let said = page.text("document.querySelector('#other-session').innerText")?;
    if !said.contains("another state") {
        return Err(format!("it is not said what differs: {said}"));
    }
    page.click("#fit-session")?;
    page.wait_for("what fits", "!!document.querySelector('[data-fit]')")?;
    page.value("(localStorage.clear(), true)")?;
    page.close();
    Ok(())
}

/// Decisions are saved, and taken over in a new tab beside the same files; the digest is the same then.
pub fn file(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let after = sample.plan(&decided(&sample, "BREAKING")?)?;
    let digest = after.plan.map(|plan| plan.digest).unwrap_or_default();
    let page = with_sample(context, &context.address())?;
    page.value(CATCH)?;
    set_all(&page, "BREAKING")?;
    page.go("#plan")?;
    page.wait_for(
        "the button",
        "document.querySelector('#save-decisions')?.disabled === false",
    )?;
    page.click("#save-decisions")?;
    page.wait_for("the file", "saved.length === 1")?;
    let text = page.text("saved[0][1]")?;
    let saved: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    equal(
        "digest in the file",
        &saved["plan"],
        &Value::from(digest.as_str()),
    )?;
    page.close();
    let path = context.scratch.join("decisions.json");
    std::fs::write(&path, &text).map_err(|error| error.to_string())?;
    let page = with_sample(context, &context.address())?;
    page.go("#open")?;
    page.wait_for("the start", "!!document.querySelector('#pick-files')")?;
    page.choose("#pick-files", &[&path])?;
    page.wait_for("the file", "!!document.querySelector('tr[data-what=Decisions]')")?;
    page.go("#plan")?;
    page.wait_for("the decisions", "!!document.querySelector('#take-over')")?;
    page.click("#take-over")?;
    page.wait_for(
        "the plan as decided",
        &format!("document.querySelector('#digest')?.title === '{digest}'"),
    )?;
    page.close();
    Ok(())
}

/// Each stage shows as many statements as a native build has for it.
pub fn stages(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let options = sample_options(&sample)?;
    let sources: SourceMap = sample
        .files
        .iter()
        .map(|(path, text)| (path, text.as_str()))
        .collect();
    let state = sample.parse_state()?.map(std::rc::Rc::new);
    let mut session = Session::prepare(&sources, state, &LoadOptions::default());
    let plan = session.plan(&options).plan.ok_or("no native plan")?;
    let page = with_sample(context, &context.address())?;
    for (index, stage) in plan.stages.iter().enumerate() {
        let steps = session.steps(&sources, &options, index);
        let expected: usize = steps.iter().map(|step| step.statements.len()).sum();
        page.go(&format!("#plan?stage={index}"))?;
        let place = format!(
            "document.querySelector('#stage-sql h2')?.innerText.startsWith('{}.')",
            index + 1
        );
        let shown = "(document.querySelector('.sql-steps')?.dataset.statements ?? (document.querySelector('#stage-sql .in p') ? '0' : ''))";
        page.wait_for(stage, &format!("{place} && {shown} === '{expected}'"))?;
        if let Some(statement) = steps.iter().flat_map(|step| &step.statements).next() {
            let first = page.text("[...document.querySelector('.sql-step .raw').children].map(line => line.textContent).join('\\n')")?;
            equal(
                "first statement",
                &first,
                &statement.sql.lines().collect::<Vec<_>>().join("\n"),
            )?;
        }
    }
    page.close();
    Ok(())
}

/// The page of one model: the rendered query, and who reads its columns.
pub fn model(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let sources: SourceMap = sample
        .files
        .iter()
        .map(|(path, text)| (path, text.as_str()))
        .collect();
    let (project, _) = planglass_core::project::load(&sources, &LoadOptions::default());
    let page = with_sample(context, &context.address())?;
    let name = "\"bikes\".\"rental\".\"trips\"";
    let node = project.nodes.get(name).ok_or("the sample has no rental.trips")?;
    let rendered = node.rendered.clone().unwrap_or_default();
    let encoded = "%22bikes%22.%22rental%22.%22trips%22";
    page.go(&format!("#model/{encoded}?tab=raw&text=rendered"))?;
    page.wait_for("the rendered query", "!!document.querySelector('#s-model .raw')")?;
    let shown = page.text(
        "[...document.querySelector('#s-model .raw').children].map(line => line.textContent).join('\\n')",
    )?;
    equal(
        "rendered",
        &shown,
        &rendered.lines().collect::<Vec<_>>().join("\n"),
    )?;
    page.go(&format!("#model/{encoded}?tab=columns"))?;
    page.wait_for("the readers", "!!document.querySelector('[data-readers]')")?;
    let columns =
        page.value("[...document.querySelectorAll('[data-readers]')].map(one => one.dataset.readers)")?;
    let expected: Vec<&String> = node.columns.iter().flatten().map(|(name, _)| name).collect();
    equal(
        "columns",
        &columns,
        &Value::from(expected.into_iter().cloned().collect::<Vec<_>>()),
    )?;
    page.close();
    Ok(())
}
