//! Bad input: the page says what is wrong, with file, line and column, and stays usable.

use crate::Context;
use crate::page::{Checked, Page};
use crate::project::Project;

const CONFIG: &str = "gateways:\n  local:\n    connection: {type: duckdb}\nmodel_defaults: {dialect: duckdb, start: 2026-01-01}\n";

/// Waits for a problem whose text contains all of these.
fn says(page: &Page, expected: &[&str]) -> Checked {
    page.wait_for("a problem", "document.querySelectorAll('.problem').length > 0")?;
    let shown =
        page.text("[...document.querySelectorAll('.problem')].map(item => item.innerText).join('\\n')")?;
    for part in expected {
        if !shown.contains(part) {
            return Err(format!("`{part}` is not in what the page says: {shown}"));
        }
    }
    Ok(())
}

fn write(context: &Context, name: &str, bytes: &[u8]) -> Checked<std::path::PathBuf> {
    let file = context.scratch.join(name);
    std::fs::write(&file, bytes).map_err(|error| error.to_string())?;
    Ok(file)
}

/// A state that is larger than a tab can hold: its size is said, and nothing is read of it.
pub fn large_state(context: &Context) -> Checked {
    let file = context.scratch.join("large.json");
    // A file with a hole: it takes no room on the disk.
    let made = std::fs::File::create(&file).and_then(|made| made.set_len(6_000_000_000));
    made.map_err(|error| error.to_string())?;
    let page = Page::open(&context.browser, &context.address())?;
    page.choose("#pick-files", &[&file])?;
    says(&page, &["6000 MB", "large.json"])?;
    let sample = Project::sample()?;
    let (folder, state) = sample.write(&context.scratch, "after-large")?;
    page.drop(&[&folder, &state])?;
    page.wait_for("the button", "!document.querySelector('#compute').disabled")?;
    page.close();
    std::fs::remove_file(&file).map_err(|error| error.to_string())
}

/// No JSON, a cut-off file, another version, another encoding: named with line and column; a good file repairs it.
pub fn bad_state(context: &Context) -> Checked {
    let sample = Project::sample()?;
    let (folder, good) = sample.write(&context.scratch, "bad-state")?;
    let text = sample.state.clone().unwrap_or_default();
    let page = Page::open(&context.browser, &context.address())?;
    page.choose("#pick-folder", &[&folder])?;
    page.wait_for("the project", "!!document.querySelector('tr[data-what=Project]')")?;

    let cut = &text.as_bytes()[..text.len() / 2];
    let cut_line = cut.iter().filter(|byte| **byte == b'\n').count() + 1;
    let cases = [
        (
            "prose.json",
            b"this is no JSON\n".to_vec(),
            "prose.json:1:".to_string(),
        ),
        ("cut.json", cut.to_vec(), format!("cut.json:{cut_line}:")),
        (
            "version.json",
            text.replacen("\"file_version\": 1", "\"file_version\": 7", 1)
                .into_bytes(),
            "version.json:".to_string(),
        ),
        (
            "latin.json",
            b"{\"a\": \"\xfc\"}".to_vec(),
            "latin.json:1:8".to_string(),
        ),
    ];
    for (name, bytes, place) in cases {
        let file = write(context, name, &bytes)?;
        page.choose("#pick-files", &[&file])?;
        page.wait_for(
            name,
            &format!("!!document.querySelector('tr[data-what=State] [title=\"{name}\"]')"),
        )?;
        says(&page, &[&place])?;
        page.wait_for("no way to plan", "document.querySelector('#compute').disabled")?;
    }
    page.choose("#pick-files", &[&good])?;
    page.wait_for("a way to plan", "!document.querySelector('#compute').disabled")?;
    page.close();
    Ok(())
}

/// No configuration; a model that does not parse: named with line and column, and the rest still plans.
pub fn bad_project(context: &Context) -> Checked {
    let page = Page::open(&context.browser, &context.address())?;
    let (folder, _) = Project::of(&[(
        "models/a.sql",
        "MODEL (name shop.a, kind FULL);\nSELECT 1 AS id\n",
    )])
    .write(&context.scratch, "no-config")?;
    page.choose("#pick-folder", &[&folder])?;
    page.wait_for("the project", "!!document.querySelector('tr[data-what=Project]')")?;
    page.click("#compute")?;
    says(&page, &["config.yaml"])?;

    let broken = "MODEL (name shop.b, kind FULL);\n\nSELECT id,\nFROM (SELECT 1 AS id\n";
    let (folder, _) = Project::of(&[
        ("config.yaml", CONFIG),
        (
            "models/a.sql",
            "MODEL (name shop.a, kind FULL);\nSELECT 1 AS id\n",
        ),
        ("models/b.sql", broken),
    ])
    .write(&context.scratch, "broken-model")?;
    page.go("#open")?;
    page.wait_for("the form", "!!document.querySelector('#pick-folder')")?;
    page.choose("#pick-folder", &[&folder])?;
    page.wait_for(
        "the project",
        "!!document.querySelector('[title=\"broken-model/\"]')",
    )?;
    page.click("#compute")?;
    page.wait_for("the place", "document.body.innerText.includes('models/b.sql:')")?;
    says(&page, &["models/b.sql:"])?;
    // The rest is planned all the same.
    page.wait_for(
        "the plan of the rest",
        "document.body.innerText.includes('This is what the rest would change')",
    )?;
    page.wait_for(
        "the model that can be read",
        "document.querySelector('[data-count=added]')?.innerText.includes('1')",
    )?;
    page.close();
    Ok(())
}

/// Input made to break the reader: the page answers and goes on.
pub fn hostile_state(context: &Context) -> Checked {
    let page = Page::open(&context.browser, &context.address())?;
    let deep = "[".repeat(200_000);
    let deep_object = format!("{{\"metadata\": {}", "{\"a\": ".repeat(50_000));
    let deep_sql = format!(
        "MODEL (name shop.deep, kind FULL);\nSELECT {}1{} AS x\n",
        "(".repeat(20_000),
        ")".repeat(20_000)
    );
    let long_sql = format!(
        "MODEL (name shop.long, kind FULL);\nSELECT {} AS x\n",
        vec!["1"; 20_000].join(" + ")
    );
    for (name, text) in [("deep.json", &deep), ("deep-object.json", &deep_object)] {
        let file = write(context, name, text.as_bytes())?;
        page.choose("#pick-files", &[&file])?;
        page.wait_for(
            name,
            &format!("!!document.querySelector('[title=\"{name}\"]') || !!document.querySelector('.alarm')"),
        )?;
    }
    for left in [1, 0] {
        page.click("tr[data-what=State] [data-close]")?;
        page.wait_for(
            "a state gone",
            &format!("document.querySelectorAll('tr[data-what=State]').length === {left}"),
        )?;
    }
    for (name, text) in [("deep-sql", &deep_sql), ("long-sql", &long_sql)] {
        let (folder, _) =
            Project::of(&[("config.yaml", CONFIG), ("models/m.sql", text)]).write(&context.scratch, name)?;
        page.go("#open")?;
        page.wait_for("the form", "!!document.querySelector('#pick-folder')")?;
        page.choose("#pick-folder", &[&folder])?;
        page.wait_for(name, &format!("!!document.querySelector('[title=\"{name}/\"]')"))?;
        page.click("#compute")?;
        // A plan, a problem, or a restarted planner that says so: anything but a dead page.
        page.wait_for(
            "an answer",
            "!document.querySelector('.working') && (!!document.querySelector('.counts, .problem, .alarm'))",
        )?;
    }
    page.go("#help")?;
    page.wait_for("another page", "!!document.querySelector('#s-help')")?;
    page.close();
    Ok(())
}
