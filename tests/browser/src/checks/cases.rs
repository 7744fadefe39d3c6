//! The oracle's cases in the page: files and state as they lie on disk, options typed into the form.
//!
//! One step of each case: the last plan whose options the form has. What plan and changes show must be what a native
//! build says for the same.

use std::path::Path;

use planglass_core::plan::PlanOptions;
use planglass_tests::case::{Case, Step};
use planglass_tests::{case, cases_folder, run};
use serde_json::Value;

use super::truth::same_plan;
use crate::Context;
use crate::page::{Checked, Page};
use crate::project::Project;

/// All cases, one after the other in one tab: what was open before must leave nothing behind.
pub fn oracle_cases(context: &Context) -> Checked {
    let folder = cases_folder();
    let page = Page::open(&context.browser, &context.address())?;
    let (mut shown, mut refused, mut left_out) = (0, 0, 0);
    let mut wrong = Vec::new();
    for name in case::names(&folder)? {
        let case = case::read(&folder, &name)?;
        let Some(step) = typable(&case) else {
            left_out += 1;
            continue;
        };
        match walk(context, &page, step) {
            Ok(true) => shown += 1,
            Ok(false) => refused += 1,
            Err(message) => {
                println!("      {name}, step {}: {message}", step.number);
                wrong.push(name);
            }
        }
    }
    page.close();
    println!("      {shown} cases shown as planned, {refused} refused alike, {left_out} with other options");
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{} cases differ: {}", wrong.len(), wrong.join(", ")))
    }
}

/// The last step that the form can ask for.
fn typable(case: &Case) -> Option<&Step> {
    case.steps.iter().rev().find(|step| {
        let known = PlanOptions {
            environment: None,
            now: PlanOptions::default().now,
            start: None,
            end: None,
            create_from: None,
            effective_from: None,
            restate_models: Vec::new(),
            select_models: Vec::new(),
            backfill_models: Vec::new(),
            allow_destructive_models: Vec::new(),
            forward_only: step.options.forward_only.filter(|on| !on),
            include_unmodified: step.options.include_unmodified.filter(|on| !on),
            no_auto_categorization: false,
            skip_backfill: false,
            no_gaps: false,
            skip_tests: false,
            ..step.options.clone()
        };
        step.command == "plan" && known == PlanOptions::default() && step.load.env.is_empty()
    })
}

/// Opens, types, plans and compares. False when the plan is refused, here as there.
fn walk(context: &Context, page: &Page, step: &Step) -> Checked<bool> {
    let project = Project {
        files: step
            .files
            .iter()
            .map(|(path, text)| (path.clone(), text.clone()))
            .collect(),
        state: step.state_text()?,
    };
    let (folder, state) = project.write(&context.scratch, "case")?;
    close_all(page)?;
    page.choose("#pick-folder", &[folder.as_path()])?;
    page.wait_for("the project", "!!document.querySelector('tr[data-what=Project]')")?;
    if project.state.is_some() {
        page.choose("#pick-files", &[state.as_path() as &Path])?;
        page.wait_for("the state", "!!document.querySelector('tr[data-what=State]')")?;
    }
    fill(page, step)?;
    page.value("(document.title = '', document.querySelector('#s-plan')?.remove(), true)")?;
    page.click("#compute")?;
    page.wait_for(
        "an answer",
        "location.hash.startsWith('#plan') && !document.querySelector('.working') && \
         !!document.querySelector('#s-plan .counts, #s-plan .refused, #s-plan [aria-label=Problems]')",
    )?;
    let run::Answer::Plan(outcome) = run::ask(step)? else {
        return Err("a run is no plan".to_string());
    };
    if outcome.plan.is_none() {
        let said = page.text("document.querySelector('#s-plan').innerText")?;
        return match &outcome.error {
            Some(error) if !said.contains(&error.kind) => Err(format!("{} is not said: {said}", error.kind)),
            _ => Ok(false),
        };
    }
    same_plan(page, &outcome)?;
    Ok(true)
}

fn close_all(page: &Page) -> Checked {
    page.go("#open")?;
    page.wait_for("the start", "!!document.querySelector('#s-open')")?;
    page.value("(document.querySelectorAll('[data-close]').forEach(button => button.click()), true)")?;
    page.wait_for("nothing open", "!document.querySelector('tr[data-what]')")
}

fn fill(page: &Page, step: &Step) -> Checked {
    let options = &step.options;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    page.value("(document.querySelectorAll('#s-open details').forEach(one => one.open = true), true)")?;
    for (id, value) in [
        ("environment", text(&options.environment)),
        ("now", options.now.datetime_text()),
        ("start", text(&options.start)),
        ("end", text(&options.end)),
        ("create-from", text(&options.create_from)),
        ("effective-from", text(&options.effective_from)),
        ("restate", options.restate_models.join(" ")),
        ("select", options.select_models.join(" ")),
        ("backfill", options.backfill_models.join(" ")),
        ("allow-destructive", options.allow_destructive_models.join(" ")),
    ] {
        page.fill(&format!("#{id}"), &value)?;
    }
    for (id, on) in [
        ("forward-only", options.forward_only == Some(true)),
        ("include-unmodified", options.include_unmodified == Some(true)),
        ("no-auto-categorization", options.no_auto_categorization),
        ("skip-backfill", options.skip_backfill),
        ("no-gaps", options.no_gaps),
    ] {
        let flip = format!(
            "(box => box.checked === {on} ? false : (box.click(), true))(document.querySelector('[data-switch={id}]'))"
        );
        page.value(&flip)?;
    }
    if let Some(gateway) = &step.load.gateway {
        page.value(&format!(
            "(field => {{ field.value = {}; field.dispatchEvent(new Event('input', {{bubbles: true}})); \
             field.dispatchEvent(new Event('change', {{bubbles: true}})); return true }})(document.querySelector('#gateway'))",
            Value::from(gateway.as_str())
        ))?;
    }
    page.wait_for("the button", "!document.querySelector('#compute').disabled")
}
