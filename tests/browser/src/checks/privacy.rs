//! Nothing leaves the page, and nothing in the files becomes markup or code.

use serde_json::Value;

use super::equal;
use super::truth::with_sample;
use crate::Context;
use crate::page::{Checked, Page};
use crate::project::Project;

/// No request after the load on any page; every way out that a script could try is closed.
pub fn no_connections(context: &Context) -> Checked {
    let before = context.server.requests().len();
    let page = with_sample(context, &context.address())?;
    for fragment in [
        "#changes",
        "#model",
        "#intervals",
        "#environments",
        "#systems",
        "#report",
        "#report?as=json",
        "#help",
        "#open",
        "#plan",
        "#changes?status=direct",
    ] {
        page.go(fragment)?;
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let outside: Vec<String> = page
        .requests()
        .into_iter()
        .filter(|address| !address.starts_with("data:") && !address.starts_with("blob:"))
        .collect();
    equal("requests of the tab", &outside, &vec![context.address()])?;
    equal(
        "requests at the server",
        &context.server.requests()[before..].to_vec(),
        &vec!["GET /".to_string()],
    )?;
    if !page.complaints().is_empty() {
        return Err(format!("the console says {:?}", page.complaints()));
    }

    // The policy, tried from inside: each of these fails, and the server hears of none.
    let origin = context.address();
    let attempts = [
        format!("fetch('{origin}fetch').then(() => 'out', () => 'in')"),
        format!(
            "new Promise(done => {{ const image = new Image(); image.onload = () => done('out'); \
             image.onerror = () => done('in'); image.src = '{origin}image.png' }})"
        ),
        format!(
            "new Promise(done => {{ try {{ const socket = new WebSocket('ws://{}/socket'); \
             socket.onopen = () => done('out'); socket.onerror = () => done('in') }} catch {{ done('in') }} }})",
            context.server.address
        ),
        format!(
            "navigator.sendBeacon('{origin}beacon', 'x') && new Promise(done => setTimeout(() => done('in'), 300))"
        ),
        format!(
            "new Promise(done => {{ const source = \"fetch('{origin}worker').then(() => postMessage('out'), \
             () => postMessage('in'))\"; const worker = new Worker(URL.createObjectURL(new Blob([source]))); \
             worker.onmessage = event => done(event.data); worker.onerror = () => done('in') }})"
        ),
        "new Promise(done => { const script = document.createElement('script'); script.textContent = \
         'window.injected = true'; document.body.append(script); done(window.injected ? 'out' : 'in') })"
            .to_string(),
    ];
    for attempt in &attempts {
        let outcome = page.value(attempt)?;
        if outcome != "in" && outcome != Value::Bool(false) {
            return Err(format!("this got out ({outcome}): {attempt}"));
        }
    }
    equal(
        "requests at the server, afterwards",
        &context.server.requests()[before..].len(),
        &1,
    )?;
    page.close();
    Ok(())
}

const MARKUP: &str = "<img src=x onerror=\"window.planted=1\">";

/// Markup in file names, model names, owners, comments, SQL and CSV stays text.
pub fn markup_is_text(context: &Context) -> Checked {
    let sql = format!(
        "MODEL (name shop.\"{name}\", kind FULL, owner '<script>window.planted=2</script>', \
         description '{MARKUP}');\n-- {MARKUP}\nSELECT '{MARKUP}' AS \"<b>bold</b>\", '</script>' AS x\n",
        name = MARKUP.replace('"', "\"\"")
    );
    let csv = format!("id,\"{}\"\n1,<b>x</b>\n", MARKUP.replace('"', "\"\""));
    let broken = format!("MODEL (name shop.broken, kind FULL, knd '{MARKUP}');\nSELECT 1 AS one");
    let project = Project::of(&[
        (
            "config.yaml",
            "gateways:\n  local:\n    connection: {type: duckdb}\nmodel_defaults: {dialect: duckdb, start: 2026-01-01}\n",
        ),
        ("models/markup.sql", &sql),
        (
            "models/<b>seed</b>.sql",
            "MODEL (name shop.seed, kind SEED (path '../seeds/s.csv'));",
        ),
        ("models/broken.sql", &broken),
        ("seeds/s.csv", &csv),
    ]);
    let (folder, _) = project.write(&context.scratch, "<i>markup<")?;
    let page = Page::open(&context.browser, &context.address())?;
    page.drop(&[&folder])?;
    page.wait_for("the project", "!!document.querySelector('tr[data-what=Project]')")?;
    page.click("#compute")?;
    page.wait_for(
        "the outcome",
        "document.querySelectorAll('.problem').length > 0 || !!document.querySelector('.counts')",
    )?;
    for fragment in [
        "#plan",
        "#changes",
        "#model",
        "#model?tab=raw",
        "#model?tab=columns",
        "#intervals",
        "#report",
        "#open",
    ] {
        page.go(fragment)?;
        std::thread::sleep(std::time::Duration::from_millis(150));
        if fragment == "#changes" && page.value("!!document.querySelector('.lr a')")? == Value::Bool(true) {
            page.click(".lr a")?;
            std::thread::sleep(std::time::Duration::from_millis(150));
        }
        let planted = page.value("[window.planted ?? null, document.querySelectorAll('#app img, #app script, #app i i, #app td b b').length]")?;
        equal(
            &format!("planted markup on {fragment}"),
            &planted,
            &serde_json::json!([null, 0]),
        )?;
    }
    let shown = page.text("document.body.innerText")?;
    if !shown.contains("<i>markup<") {
        return Err(format!("the folder's name is not shown as text: {shown}"));
    }
    page.close();
    Ok(())
}
