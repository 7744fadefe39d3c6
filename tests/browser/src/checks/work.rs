//! Working with the page: categories, keys, the fragment, speed.

use std::time::Instant;

use planglass_core::plan::PlanOptions;
use serde_json::Value;

use super::equal;
use super::truth::{same_plan, sample_options, with_sample};
use crate::Context;
use crate::page::{Checked, Page};
use crate::project::{Project, big};

/// Choosing a category plans again, as a native build does with the same choice; undo takes it back.
pub fn categories(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let options = sample_options(&sample)?;
    let before = sample.plan(&options)?;
    let plan = before.plan.as_ref().ok_or("no native plan")?;
    let chosen = plan
        .snapshots
        .iter()
        .find(|(_, snapshot)| {
            snapshot.detail.choosable && snapshot.change_category.as_deref() != Some("BREAKING")
        })
        .or_else(|| {
            plan.snapshots
                .iter()
                .find(|(_, snapshot)| snapshot.detail.choosable)
        });
    let (name, snapshot) = chosen.ok_or("no category of the sample can be chosen")?;
    let (key, category) = match snapshot.change_category.as_deref() {
        Some("BREAKING") => ("n", "NON_BREAKING"),
        _ => ("b", "BREAKING"),
    };
    let page = with_sample(context, &context.address())?;
    page.click(".tabs a[href*='changes']")?;
    page.wait_for("the changes", "!!document.querySelector('.lr')")?;
    page.click(&format!(".lr[data-model={}] a", Value::from(name.as_str())))?;
    page.wait_for("the choice", "!!document.querySelector('.choice')")?;
    page.press(key)?;
    page.wait_for("the effect", "!!document.querySelector('.strip')")?;
    let mut options_after = options.clone();
    options_after
        .set_choices
        .insert(name.clone(), category.to_string());
    let after = sample.plan(&options_after)?;
    if after.plan == before.plan {
        return Err(format!("choosing {category} for {name} changes nothing"));
    }
    page.go("#plan")?;
    page.wait_for("the plan", "!!document.querySelector('#s-plan .counts')")?;
    same_plan(&page, &after)?;
    page.press("u")?;
    page.go("#plan")?;
    let digest = &plan.digest;
    page.wait_for(
        "the plan from before",
        &format!("document.querySelector('#digest')?.title === '{digest}'"),
    )?;
    page.close();
    Ok(())
}

/// The switch of a row turns the plan's flag, as in a native build; a removed model has a kind.
pub fn rows(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let mut options = sample_options(&sample)?;
    let page = with_sample(context, &context.address())?;
    page.go("#changes")?;
    page.wait_for("the changes", "!!document.querySelector('.lr .switch')")?;
    let kinds = page.value(
        "[...document.querySelectorAll('.lr')].filter(row => row.querySelector('.st.R')).map(row => row.children[3].innerText)",
    )?;
    equal("kinds of removed models", &kinds, &serde_json::json!(["view"]))?;
    page.click(".lr .switch[aria-checked=false]:not([aria-disabled])")?;
    page.wait_for("the effect", "!!document.querySelector('.strip')")?;
    options.forward_only = Some(true);
    let after = sample.plan(&options)?;
    let plan = after.plan.as_ref().ok_or("no native plan")?;
    let on = page.value(
        "Object.fromEntries([...document.querySelectorAll('.lr:has(.switch)')].map(row => \
         [row.dataset.model, row.querySelector('.switch').getAttribute('aria-checked') === 'true']))",
    )?;
    for (name, on) in on.as_object().ok_or("no switches")? {
        let expected = plan.snapshots.get(name).is_some_and(|report| report.forward_only);
        equal(name, on, &Value::Bool(expected))?;
    }
    page.go("#plan")?;
    page.wait_for("the plan", "!!document.querySelector('#s-plan .counts')")?;
    same_plan(&page, &after)?;
    page.go("#intervals")?;
    page.wait_for("the grid", "!!document.querySelector('.hr')")?;
    page.press("u")?;
    page.wait_for(
        "a word about what was taken back",
        "document.querySelector('#effect[role=status]')?.innerText.startsWith('Last choice taken back.')",
    )?;
    page.close();
    Ok(())
}

/// Keys move, tick, filter and switch; reload keeps the place; back goes back.
pub fn keys_and_fragment(context: &Context) -> Checked {
    let page = with_sample(context, &context.address())?;
    page.press("g")?;
    page.press("c")?;
    page.wait_for("the changes", "!!document.querySelector('.lr')")?;
    page.press("j")?;
    page.wait_for("a selection", "!!document.querySelector('.lr[aria-selected]')")?;
    let first = page.text("document.querySelector('.lr[aria-selected]').dataset.model")?;
    page.press("v")?;
    page.wait_for(
        "a tick",
        "document.querySelectorAll('.lr input:checked').length === 1",
    )?;
    let second = page.text("document.querySelector('.lr[aria-selected]').dataset.model")?;
    if first == second {
        return Err("`v` did not go on to the next change".to_string());
    }
    page.press("k")?;
    page.wait_for(
        "the first",
        &format!(
            "document.querySelector('.lr[aria-selected]')?.dataset.model === {}",
            Value::from(first)
        ),
    )?;
    page.press("Escape")?;
    page.wait_for("no selection", "!document.querySelector('.lr[aria-selected]')")?;
    page.press("/")?;
    page.wait_for("the filter", "document.activeElement.id === 'filter'")?;
    page.fill("#filter", "no such model")?;
    page.wait_for("an empty list", "document.querySelectorAll('.lr').length === 0")?;
    page.press("Escape")?;
    page.press("t")?;
    page.wait_for(
        "the light theme",
        "document.documentElement.dataset.theme === 'light'",
    )?;
    page.press("?")?;
    page.wait_for("the keys", "!!document.querySelector('[role=dialog]')")?;
    page.press("Escape")?;
    page.wait_for("no keys", "!document.querySelector('[role=dialog]')")?;
    page.value("(location.reload(), true)").ok();
    page.wait_for(
        "the page again",
        "!!document.querySelector('#s-changes, .empty') && location.hash.startsWith('#changes')",
    )?;
    page.go("#help")?;
    page.wait_for("help", "!!document.querySelector('#s-help')")?;
    page.value("(history.back(), true)")?;
    page.wait_for("back", "location.hash.startsWith('#changes')")?;
    page.close();
    Ok(())
}

/// Planning can be given up; the next plan comes from a new worker that has the same files open.
pub fn cancel(context: &Context) -> Checked {
    let (folder, _) = big(1_000).write(&context.scratch, "cancelled")?;
    let page = Page::open(&context.browser, &context.address())?;
    page.choose("#pick-folder", &[&folder])?;
    page.wait_for("the project", "!!document.querySelector('tr[data-what=Project]')")?;
    page.click("#compute")?;
    page.wait_for("the work", "!!document.querySelector('.working button')")?;
    page.click(".working button")?;
    page.wait_for(
        "the end",
        "document.querySelector('.alarm')?.innerText.includes('cancelled') ?? false",
    )?;
    page.click("#compute")?;
    page.wait_for("the plan", "!!document.querySelector('#s-plan .counts')")?;
    equal(
        "alarm",
        &page.value("document.querySelectorAll('.alarm').length")?,
        &Value::from(0),
    )?;
    page.close();
    Ok(())
}

/// A thousand models open and plan quickly, and the list draws only what is in view.
pub fn thousand_models(context: &Context) -> Checked {
    let project = big(1_000);
    let (folder, _) = project.write(&context.scratch, "thousand")?;
    let page = Page::open(&context.browser, &context.address())?;
    let started = Instant::now();
    page.choose("#pick-folder", &[&folder])?;
    page.wait_for("the project", "!!document.querySelector('tr[data-what=Project]')")?;
    let opened = started.elapsed();
    page.fill("#now", "2026-03-01")?;
    let started = Instant::now();
    page.click("#compute")?;
    page.wait_for("the plan", "!!document.querySelector('#s-plan .counts')")?;
    let planned = started.elapsed();
    let inside =
        page.text("[...document.querySelectorAll('[aria-label=Digest] p')].map(p => p.innerText).join(' ')")?;
    let started = Instant::now();
    page.go("#changes")?;
    page.wait_for("the list", "document.querySelectorAll('.lr').length > 0")?;
    let listed = started.elapsed();
    println!(
        "      1,000 models: open {} ms, plan {} ms on screen, list {} ms; {inside}",
        opened.as_millis(),
        planned.as_millis(),
        listed.as_millis()
    );
    let rows = page.value("document.querySelectorAll('.lr').length")?;
    if rows.as_u64().is_none_or(|rows| rows > 120) {
        return Err(format!("{rows} rows are drawn at once"));
    }
    let height = page.value("document.querySelector('[role=table]').scrollHeight > 31000")?;
    equal("height of the whole list", &height, &Value::Bool(true))?;
    page.value("(document.querySelector('[role=table]').scrollTop = 20000, true)")?;
    page.wait_for("rows further down", "[...document.querySelectorAll('.lr')].some(row => row.getBoundingClientRect().top > 200 && row.getBoundingClientRect().top < 800)")?;
    let native = project.plan(&PlanOptions {
        now: planglass_core::time::Timestamp(1_772_323_200_000),
        ..PlanOptions::default()
    })?;
    let native = native.plan.ok_or("no native plan")?;
    equal(
        "digest",
        &page.text("document.querySelector('#digest').title")?,
        &native.digest,
    )?;
    page.close();
    Ok(())
}
