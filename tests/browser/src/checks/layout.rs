//! Nothing is cut off, runs out of its place or jumps, at any width and with any name; the focus is always seen.

use std::collections::BTreeSet;

use serde_json::Value;

use super::truth::with_sample;
use crate::Context;
use crate::page::{Checked, Page};
use crate::project::Project;

/// Widths and heights: phone, tablet, laptops, desk, 4K.
const SIZES: [(u32, u32); 7] = [
    (390, 844),
    (768, 1024),
    (1100, 760),
    (1280, 720),
    (1440, 900),
    (1920, 1080),
    (3840, 2160),
];

/// Every screen, and the forms that the larger ones take.
pub const SCREENS: [&str; 24] = [
    "#open",
    "#plan",
    "#plan?stage=0",
    "#changes",
    "#changes?group=folder",
    "#model",
    "#model?tab=why",
    "#model?tab=columns",
    "#model?tab=intervals",
    "#model?tab=versions",
    "#model?tab=where",
    "#model?tab=around",
    "#model?tab=raw",
    "#lineage",
    "#lineage?part=all&lens=environment",
    "#lineage?part=all&groups=schema",
    "#intervals",
    "#intervals?zoom=hour",
    "#environments",
    "#environments?env=prod&against=ana",
    "#systems",
    "#report",
    "#report?as=json",
    "#help",
];

/// What is cut off by something around it that cannot be scrolled, and what is wider than its own place.
const MISFITS: &str = r"(() => {
    const found = new Set();
    const shown = one => { const r = one.getBoundingClientRect(); return r.width > 1 && r.height > 1 };
    const call = one => `${one.tagName.toLowerCase()}.${one.getAttribute('class') ?? ''} “${(one.textContent ?? '').trim().slice(0, 40)}”`;
    const hidden = one => one.closest('svg, canvas, .vh, .skip, .over-chip, [aria-hidden=true]');
    for (const one of document.querySelectorAll('.app :is(button, a, select, input, textarea, label.btn, span.btn)')) {
        if (hidden(one) || !shown(one)) continue;
        const own = one.getBoundingClientRect();
        for (let around = one.parentElement; around; around = around.parentElement) {
            const style = getComputedStyle(around);
            if (/auto|scroll/.test(style.overflowX) || style.textOverflow === 'ellipsis') break;
            const place = around.getBoundingClientRect();
            if (/hidden|clip/.test(style.overflowX) && (own.right > place.right + 1 || own.left < place.left - 1))
                found.add(`${call(one)} is cut off by ${call(around)}`);
        }
    }
    for (const one of document.querySelectorAll('.app *')) {
        // Code is scrolled, not broken.
        if (hidden(one) || !shown(one) || one.closest('.raw, .json')) continue;
        const style = getComputedStyle(one);
        if (style.overflowX !== 'visible' || /inline$|contents|^table-(row|header|footer|column)/.test(style.display)) continue;
        const inner = [...one.children].some(child => child.scrollWidth > child.clientWidth + 1 && child.clientWidth > 0);
        if (one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1 && !inner)
            found.add(`${call(one)} needs ${one.scrollWidth} of ${one.clientWidth}`);
    }
    for (const one of document.querySelectorAll('.app :is(.btn, .seg > *, .count, .tabs a, th)'))
        if (!hidden(one) && shown(one) && one.getBoundingClientRect().height > 48) found.add(`${call(one)} takes two lines`);
    for (const one of document.querySelectorAll('.app :is(.screen, .pad, .tree, .lst)'))
        if (one.scrollWidth > one.clientWidth + 1) found.add(`${call(one)} has to be scrolled sideways`);
    if (document.documentElement.scrollWidth > innerWidth) found.add('the page is wider than the window');
    return [...found];
})()";

fn settle() {
    std::thread::sleep(std::time::Duration::from_millis(120));
}

fn misfits(page: &Page, what: &str, wrong: &mut BTreeSet<String>) -> Checked {
    for (width, height) in SIZES {
        page.resize(width, height, false)?;
        for screen in SCREENS {
            page.go(screen)?;
            settle();
            for misfit in page.value(MISFITS)?.as_array().into_iter().flatten() {
                wrong.insert(format!(
                    "{what} {screen} at {width}: {}",
                    misfit.as_str().unwrap_or_default()
                ));
            }
        }
    }
    Ok(())
}

/// The sample, and a project of names that nobody expects.
pub fn fits(context: &Context) -> Checked {
    let mut wrong = BTreeSet::new();
    let page = with_sample(context, &context.address())?;
    misfits(&page, "sample", &mut wrong)?;
    page.close();
    let (folder, _) = unexpected().write(&context.scratch, "unexpected-names")?;
    let page = Page::open(&context.browser, &context.address())?;
    page.choose("#pick-folder", &[&folder])?;
    page.wait_for("the button", "!document.querySelector('#compute').disabled")?;
    page.click("#compute")?;
    page.wait_for("the plan", "!!document.querySelector('#s-plan .counts')")?;
    misfits(&page, "names", &mut wrong)?;
    for (name, screen) in [
        ("changes", "#changes"),
        ("model", "#model"),
        ("lineage", "#lineage"),
    ] {
        for (size, window) in [("wide", (1440, 900)), ("narrow", (390, 844))] {
            page.resize(window.0, window.1, false)?;
            page.go(screen)?;
            let file = context.pictures.join(format!("names-{name}-{size}-light.png"));
            page.picture(&file, window, false)?;
        }
    }
    page.close();
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong: Vec<String> = wrong.into_iter().collect();
    Err(wrong.join("\n      "))
}

/// Names that are long, in other scripts, written from right to left; text without a place to break it.
fn unexpected() -> Project {
    let long = "a_name_that_someone_made_very_long_because_a_committee_could_not_agree_on_a_shorter_one";
    let text = "x".repeat(300);
    let model = |name: &str, owner: &str, query: &str| {
        format!(
            "MODEL (name {name}, kind FULL, owner '{owner}', tags (\"{long}\", short), description '{text}');\n{query}\n"
        )
    };
    Project::of(&[
        (
            "config.yaml",
            "gateways:\n  local:\n    connection: {type: duckdb}\nmodel_defaults: {dialect: duckdb, start: 2020-01-01}\n",
        ),
        (
            &format!("models/{long}/{long}.sql"),
            &model(
                &format!("{long}.{long}"),
                long,
                &format!("SELECT '{text}' AS {long}, 1 AS \"مرحبا\""),
            ),
        ),
        (
            "models/right_to_left.sql",
            &model(
                "shop.\"مرحبا بالعالم\"",
                "عمر",
                &format!("SELECT {long} FROM {long}.{long}"),
            ),
        ),
        (
            "models/wide.sql",
            &model(
                "shop.\"售価 🚲 çığ\"",
                "Zoë",
                &format!("SELECT {long} AS \"🚲\" FROM {long}.{long}"),
            ),
        ),
    ])
}

/// What stands on a screen stays where it is while the rest arrives.
pub fn no_shift(context: &Context) -> Checked {
    let page = with_sample(context, &context.address())?;
    page.value(
        "(window.shifts = 0, window.moved = [], new PerformanceObserver(list => { for (const one of list.getEntries()) { \
         window.shifts += one.value; for (const source of one.sources) \
         window.moved.push(source.node?.className ?? source.node?.parentElement?.className) } })\
         .observe({type: 'layout-shift', buffered: false}), true)",
    )?;
    let mut wrong = Vec::new();
    for (width, height) in [(1440, 900), (390, 844)] {
        page.resize(width, height, false)?;
        settle();
        for screen in SCREENS {
            page.go(if screen == "#help" { "#open" } else { "#help" })?;
            settle();
            page.value("(window.shifts = 0, window.moved = [], true)")?;
            page.go(screen)?;
            settle();
            settle();
            let shift = page.value("window.shifts")?.as_f64().unwrap_or_default();
            if shift > 0.1 {
                let moved = page.value("window.moved.slice(0, 4)")?;
                wrong.push(format!("{screen} at {width} shifts by {shift:.2}: {moved}"));
            }
        }
    }
    page.close();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n      "))
    }
}

/// Everything that can have the focus shows it.
pub fn focus(context: &Context) -> Checked {
    let page = with_sample(context, &context.address())?;
    let mut wrong = BTreeSet::new();
    for (width, height) in [(1440, 900), (390, 844)] {
        page.resize(width, height, false)?;
        for screen in SCREENS {
            page.go(screen)?;
            settle();
            // From here on the page takes the focus as one that keys move.
            page.value("(document.querySelector('.skip').focus(), true)")?;
            page.press("Tab")?;
            page.wait_for(
                &format!("the focus on {screen} at {width}"),
                "document.activeElement.matches(':focus-visible')",
            )?;
            let unseen = page.run(
                "const outlined = one => { const style = getComputedStyle(one); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 }; \
                 const found = []; \
                 for (const one of all('.app :is(a[href], button:not(:disabled), select:not(:disabled), input:not(:disabled), textarea, summary, [tabindex=\"0\"])')) { \
                   if (!one.checkVisibility()) continue; \
                   one.focus(); if (document.activeElement !== one) { found.push('cannot be reached: ' + one.outerHTML.slice(0, 120)); continue } \
                   const near = [one, one.parentElement, one.previousElementSibling, one.closest('label')]; \
                   if (!near.some(each => each && outlined(each))) found.push('shows no focus: ' + one.outerHTML.slice(0, 120)); \
                   const area = one.getBoundingClientRect(); \
                   if (!one.matches('.vh') && (area.bottom < 0 || area.top > innerHeight)) found.push('is out of sight: ' + one.outerHTML.slice(0, 120)) } \
                 return found",
            )?;
            for one in unseen.as_array().into_iter().flatten() {
                wrong.insert(format!(
                    "{screen} at {width} {}",
                    one.as_str().unwrap_or_default()
                ));
            }
        }
    }
    page.close();
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong: Vec<String> = wrong.into_iter().collect();
    Err(wrong.join("\n      "))
}

/// Keys alone: from the top of the page to a category, its undo, and the list of keys and back.
pub fn keys_alone(context: &Context) -> Checked {
    let page = with_sample(context, &context.address())?;
    for (key, screen) in [
        ("o", "open"),
        ("p", "plan"),
        ("c", "changes"),
        ("m", "model"),
        ("l", "lineage"),
        ("i", "intervals"),
        ("e", "envs"),
        ("s", "systems"),
        ("r", "report"),
        ("h", "help"),
    ] {
        page.press("g")?;
        page.press(key)?;
        page.wait_for(screen, &format!("!!document.querySelector('#s-{screen}, .empty') && document.querySelector('.tabs a[aria-current]')?.href.includes('#{}')", &screen[..3]))?;
        page.press("?")?;
        page.wait_for("the keys", "!!document.querySelector('[role=dialog]')")?;
        page.press("Tab")?;
        let inside = page.value("!!document.activeElement.closest('[role=dialog]')")?;
        if inside != Value::Bool(true) {
            return Err(format!("on {screen} the focus leaves the open list of keys"));
        }
        page.press("Escape")?;
        page.wait_for("no keys", "!document.querySelector('[role=dialog]')")?;
    }
    page.close();
    Ok(())
}
