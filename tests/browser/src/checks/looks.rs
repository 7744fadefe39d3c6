//! Pictures of every page, wide and narrow, light and dark; nothing is wider than the window.

use serde_json::Value;

use super::equal;
use super::truth::with_sample;
use crate::Context;
use crate::page::{Checked, Page};
use crate::project::Project;

/// Width and height of the windows.
const SIZES: [(&str, (u32, u32)); 2] = [("wide", (1440, 900)), ("narrow", (390, 844))];

/// All pages in all looks.
pub fn pictures(context: &Context) -> Checked {
    let page = with_sample(context, &context.address())?;
    page.go("#changes")?;
    page.wait_for("the changes", "!!document.querySelector('.lr a')")?;
    let model = page.text("document.querySelector('.lr a').getAttribute('href')")?;
    let pages = [
        ("open", "#open"),
        ("plan", "#plan"),
        ("changes", "#changes"),
        ("model", &model),
        ("one-model", "#model"),
        ("why", "#model?tab=why"),
        ("intervals", "#intervals"),
        ("environments", "#environments"),
        ("systems", "#systems"),
        ("report", "#report"),
        ("help", "#help"),
    ];
    drawn(context, &page, &pages)?;
    two_systems(context)?;
    big(context)?;
    println!("      pictures are in {}", context.pictures.display());
    page.close();
    Ok(())
}

/// Systems with two states, and a plan without a project.
fn two_systems(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let (folder, state) = sample.write(&context.scratch, "systems")?;
    let other = context.scratch.join("other-system.json");
    let text = sample.state.clone().unwrap_or_default();
    let mut value: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    // The other system knows neither every model nor every interval.
    if let Some(snapshots) = value["snapshots"].as_array_mut() {
        snapshots.truncate(snapshots.len().saturating_sub(3));
        for snapshot in snapshots.iter_mut().step_by(3) {
            snapshot["intervals"] = Value::Array(Vec::new());
        }
    }
    std::fs::write(&other, value.to_string()).map_err(|error| error.to_string())?;
    let page = Page::open(&context.browser, &context.address())?;
    page.drop(&[&folder, &state, &other])?;
    page.wait_for(
        "the files",
        "document.querySelectorAll('tr[data-what]').length === 3",
    )?;
    drawn(
        context,
        &page,
        &[("open-two", "#open"), ("systems-two", "#systems")],
    )?;
    page.close();
    Ok(())
}

/// A thousand models.
fn big(context: &Context) -> Checked {
    let (folder, _) = crate::project::big(1_000).write(&context.scratch, "big-pictures")?;
    let page = Page::open(&context.browser, &context.address())?;
    page.choose("#pick-folder", &[&folder])?;
    page.wait_for("the button", "!document.querySelector('#compute').disabled")?;
    page.click("#compute")?;
    page.wait_for("the plan", "!!document.querySelector('#s-plan .counts')")?;
    let pages = [
        ("big-plan", "#plan"),
        ("big-changes", "#changes"),
        ("big-lineage", "#lineage"),
        ("big-intervals", "#intervals"),
    ];
    drawn(context, &page, &pages)?;
    page.close();
    Ok(())
}

fn drawn(context: &Context, page: &Page, pages: &[(&str, &str)]) -> Checked {
    for (size, window) in SIZES {
        for dark in [false, true] {
            let theme = if dark { "dark" } else { "light" };
            for (name, fragment) in pages {
                page.go(fragment)?;
                page.resize(window.0, window.1, dark)?;
                let file = context.pictures.join(format!("{name}-{size}-{theme}.png"));
                page.picture(&file, window, dark)?;
                let wide = page.value("document.documentElement.scrollWidth > window.innerWidth")?;
                let what = format!("{name} is wider than {}", window.0);
                equal(&what, &wide, &Value::Bool(false))?;
            }
        }
    }
    Ok(())
}
