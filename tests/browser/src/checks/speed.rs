//! How long a person waits, measured on the page and printed. Nothing fails for being slow: machines differ.

use planglass_core::apply::Rehearsal;
use planglass_core::plan::PlanOptions;
use planglass_core::project::LoadOptions;
use planglass_core::request;
use planglass_core::time::Timestamp;
use planglass_tests::generated;
use serde_json::Value;

use crate::Context;
use crate::page::{Checked, Page};
use crate::project::Project;

/// 2024-09-27, midnight.
const NOW: Timestamp = Timestamp(1_727_395_200_000);

/// Open, plan and choose with 1,000 models.
pub fn thousand(context: &Context) -> Checked {
    measure(context, 1_000)
}

/// The same with 10,000.
pub fn ten_thousand(context: &Context) -> Checked {
    measure(context, 10_000)
}

/// A project of which production holds all, with three models edited since.
fn edited(context: &Context, count: usize) -> Checked<Project> {
    let files = |edited: &[usize]| -> Vec<(String, String)> {
        let sources = generated::project(count, edited);
        sources
            .iter()
            .map(|(path, text)| (path.to_string(), text.to_string()))
            .collect()
    };
    // Made once: an unoptimised build takes its time over the first plan.
    let kept = context.scratch.join(format!("edited-{count}.state.json"));
    let state = match std::fs::read_to_string(&kept) {
        Ok(text) => text,
        Err(_) => {
            let options = PlanOptions {
                now: NOW,
                ..PlanOptions::default()
            };
            let sources = generated::project(count, &[]);
            let load = LoadOptions::default();
            let (_, after) = request::rehearse(&sources, None, &load, &options, Rehearsal::default());
            let text = after.ok_or("nothing was rehearsed")?.to_json();
            std::fs::write(&kept, &text).map_err(|error| error.to_string())?;
            text
        }
    };
    Ok(Project {
        files: files(&[0, count / 2, count - 1]),
        state: Some(state),
    })
}

fn measure(context: &Context, count: usize) -> Checked {
    let (folder, state) = edited(context, count)?.write(&context.scratch, &format!("edited-{count}"))?;
    let page = Page::open(&context.browser, &context.address())?;
    // As a person sees it: from the event to the frame in which the answer is drawn.
    page.value(
        "(window.until = (what, start) => new Promise(done => { const look = () => what() ? \
         requestAnimationFrame(() => done(Math.round(performance.now() - start))) : setTimeout(look, 1); look() }), true)",
    )?;
    // Before the event the browser alone is at work: it walks the folder.
    page.value(
        "(document.addEventListener('change', () => { window.changed = performance.now() }, true), \
         window.opened = what => until(() => window.changed && document.querySelector(`tr[data-what=${what}]`), 0)\
         .then(end => { const took = Math.round(end - window.changed); window.changed = 0; return took }), true)",
    )?;
    page.choose("#pick-folder", &[&folder])?;
    let project = page.value("opened('Project')")?;
    page.choose("#pick-files", &[&state])?;
    let opened = page.value("opened('State')")?;
    page.fill("#environment", "dev")?;
    page.fill("#now", "2024-09-27")?;
    let planned = page.value(
        "(() => { const start = performance.now(); document.querySelector('#compute').click(); \
         return until(() => document.querySelector('#s-plan .counts'), start) })()",
    )?;
    let listed = page.value(
        "(() => { const start = performance.now(); location.hash = '#changes'; \
         return until(() => document.querySelector('.lr'), start) })()",
    )?;
    page.wait_for("a choice", "!!document.querySelector('.lr .over-chip')")?;
    let mut choices = Vec::new();
    for category in [
        "NON_BREAKING",
        "BREAKING",
        "NON_BREAKING",
        "BREAKING",
        "NON_BREAKING",
    ] {
        std::thread::sleep(std::time::Duration::from_millis(1_500));
        let taken = page.value(&format!(
            "(() => {{ const before = document.querySelector('.strip')?.innerText, start = performance.now(); \
             const select = document.querySelector('.lr .over-chip'); select.value = '{category}'; \
             select.dispatchEvent(new Event('change', {{bubbles: true}})); \
             return until(() => (document.querySelector('.strip')?.innerText ?? before) !== before && \
             document.querySelector('.lr .ct').innerText.includes('{}'), start) }})()",
            if category == "BREAKING" { "Breaking" } else { "Non-breaking" }
        ))?;
        choices.push(taken);
    }
    let said = page.text("document.querySelector('.strip').innerText")?;
    let choices: Vec<String> = choices.iter().map(Value::to_string).collect();
    println!(
        "      {count} models: project open {project} ms, state {opened} ms, plan on screen {planned} ms, list {listed} ms, choices on screen {} ms; {}",
        choices.join(", "),
        said.replace('\n', " ")
    );
    page.close();
    Ok(())
}
