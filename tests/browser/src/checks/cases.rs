//! The oracle's cases in the page: files and state as they lie on disk, options typed into the form.
//!
//! One step of each case: the last plan whose options the form has. What plan and changes show must be what a native
//! build says for the same.

use planglass_core::plan::PlanOptions;
use planglass_tests::case::{Case, Step};
use planglass_tests::{case, cases_folder, run};
use serde_json::{Value, json};

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
    page.run(CLOSE_ALL)?;
    let mut dropped = vec![folder.as_path()];
    dropped.extend(project.state.is_some().then_some(state.as_path()));
    page.drop(&dropped)?;
    let script = PLAN
        .replace("FILES", &dropped.len().to_string())
        .replace("FORM", &form(step).to_string());
    let said = page.run(&script)?;
    let run::Answer::Plan(outcome) = run::ask(step)? else {
        return Err("a run is no plan".to_string());
    };
    if outcome.plan.is_none() {
        let said = said.as_str().unwrap_or_default();
        return match &outcome.error {
            Some(error) if !said.contains(&error.kind) => Err(format!("{} is not said: {said}", error.kind)),
            _ => Ok(false),
        };
    }
    same_plan(page, &outcome)?;
    Ok(true)
}

const CLOSE_ALL: &str = "
    location.hash = '#open';
    await until('the start', () => one('#s-open'));
    all('[data-close]').forEach(button => button.click());
    await until('nothing open', () => !one('tr[data-what]'));";

/// Types what is asked for, as a person does, and plans. `FILES` are open then; `FORM` is what `form` says.
const PLAN: &str = "
    await until('the files', () => all('tr[data-what]').length === FILES);
    const form = FORM;
    all('#s-open details').forEach(one => one.open = true);
    for (const [id, text] of Object.entries(form.texts)) {
        const field = one('#' + id);
        if (!field) continue;
        field.value = text;
        field.dispatchEvent(new Event('input', {bubbles: true}));
        field.dispatchEvent(new Event('change', {bubbles: true}));
    }
    for (const [id, on] of Object.entries(form.switches)) {
        const box = one(`[data-switch=${id}]`);
        if (box.checked !== on) box.click();
    }
    await until('the button', () => !one('#compute').disabled);
    one('#compute').click();
    await until('an answer', () => location.hash.startsWith('#plan') && !one('.working') &&
        one('#s-plan .counts, #s-plan .refused, #s-plan [aria-label=Problems]'));
    return one('#s-plan').innerText;";

fn form(step: &Step) -> Value {
    let options = &step.options;
    json!({
        "texts": {
            "environment": options.environment.clone().unwrap_or_default(),
            "now": options.now.datetime_text(),
            "start": options.start.clone().unwrap_or_default(),
            "end": options.end.clone().unwrap_or_default(),
            "create-from": options.create_from.clone().unwrap_or_default(),
            "effective-from": options.effective_from.clone().unwrap_or_default(),
            "restate": options.restate_models.join(" "),
            "select": options.select_models.join(" "),
            "backfill": options.backfill_models.join(" "),
            "allow-destructive": options.allow_destructive_models.join(" "),
            "gateway": step.load.gateway.clone().unwrap_or_default(),
        },
        "switches": {
            "forward-only": options.forward_only == Some(true),
            "include-unmodified": options.include_unmodified == Some(true),
            "no-auto-categorization": options.no_auto_categorization,
            "skip-backfill": options.skip_backfill,
            "no-gaps": options.no_gaps,
        },
    })
}
