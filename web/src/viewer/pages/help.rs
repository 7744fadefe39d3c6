//! *Help*: what the signs mean, all keys, what this is.

use yew::prelude::*;

use crate::messages::{Category, Glyph, Status};
use crate::viewer::components::parts::{badge, category};
use crate::viewer::keys;
use crate::viewer::use_store;

const STATUSES: [(Status, &str); 6] = [
    (Status::Added, "New in this environment."),
    (
        Status::Removed,
        "In the environment, but no longer in the project.",
    ),
    (Status::Direct, "Its own definition changed."),
    (Status::Indirect, "A model that it reads changed."),
    (
        Status::Metadata,
        "Something changed that makes no data: owner, description, audits, layout.",
    ),
    (Status::Unchanged, "The same version as in the environment."),
];

/// Sign, meaning, and an example: what was, and what is.
const CATEGORIES: [(Glyph, &str, &str, &str); 5] = [
    (
        Glyph::Breaking,
        "Rows already stored are wrong, as when a condition or an expression changes. The model and everything below it is filled anew.",
        "WHERE paid",
        "WHERE paid AND NOT cancelled",
    ),
    (
        Glyph::NonBreaking,
        "What is stored below stays right, as when a column is added. Only the model itself is filled anew.",
        "SELECT id, total",
        "SELECT id, total, currency",
    ),
    (
        Glyph::ForwardOnly,
        "The table is kept; the change applies to new intervals only. A development environment fills a preview. \
         A flag of the whole plan, or forward_only in a model's kind.",
        "total * 1.19 AS gross",
        "total * 1.20 AS gross",
    ),
    (
        Glyph::Metadata,
        "No data changes; nothing is filled.",
        "owner sales",
        "owner finance",
    ),
    (
        Glyph::Undecided,
        "Nobody decided, and the configuration leaves it to people: by default for Python models. A plan with such a \
         change cannot be applied.",
        "df.head(10)",
        "df.head(20)",
    ),
];

const WORDS: [(&str, &str); 11] = [
    (
        "Backfill",
        "Filling the intervals of a model that it does not hold yet.",
    ),
    (
        "Batch",
        "The intervals that one run of a model's query fills: at most its batch_size, else all that are side by side.",
    ),
    (
        "Environment",
        "A named set of views, each showing one version of a model. prod is the one that everybody reads.",
    ),
    (
        "Fingerprint",
        "Four hashes of a definition: data, metadata, and both of its parents. The same fingerprint is the same version.",
    ),
    (
        "Interval",
        "A stretch of time that a model fills at once: a day, an hour.",
    ),
    (
        "Janitor",
        "The part of SQLMesh that drops expired environments and versions that nobody uses.",
    ),
    (
        "Physical table",
        "Where a version keeps its data. Versions whose data are the same share one.",
    ),
    (
        "Preview",
        "Data of a forward-only change, filled in development only to look at it.",
    ),
    (
        "Restatement",
        "Filling loaded intervals again, because somebody asks for it.",
    ),
    ("Snapshot", "One version of a model, with what its tables hold."),
    (
        "Virtual update",
        "Views are pointed to other tables; nothing is computed.",
    ),
];

/// The page.
#[component]
pub fn Help() -> Html {
    let store = use_store();
    html! {
        <section class="screen pad" id="s-help" tabindex="0" aria-label="Help">
            <h1>{ "Help" }</h1>
            <div class="cols">
                <div class="stack">
                    <section class="panel"><header><h2>{ "How it works" }</h2></header>
                        <div class="in stack prose t3">
                            <p>{ "Planglass compares a SQLMesh project with the state of its database, and says what SQLMesh would do: \
                                which models changed, how each change is categorised, what has to be filled." }</p>
                            <ol class="how">
                                <li>{ "Export the state where SQLMesh runs: " }<code>{ "sqlmesh state export -o state.json" }</code></li>
                                <li>{ "Drop that file and the project's folder on this page." }</li>
                                <li>{ "Name the environment and compute the plan." }</li>
                            </ol>
                            <p>{ "A saved plan from " }<code>{ "planglass plan --format json" }</code>{ " can be dropped as well." }</p>
                            <p>{ "Python in projects is not run. Environment variables are empty here." }</p>
                        </div></section>
                    <section class="panel"><header><h2>{ "Status" }</h2></header>
                        <dl class="legend-list">
                            { for STATUSES.iter().map(|(status, words)| html! {
                                <><dt>{ badge(*status) }<span>{ status.title() }</span></dt><dd>{ *words }</dd></>
                            }) }
                        </dl></section>
                    <section class="panel"><header><h2>{ "Categories" }</h2></header>
                        <dl class="legend-list">
                            { for CATEGORIES.iter().map(|(glyph, words, before, after)| html! {
                                <><dt>{ category(Some(Category { glyph: *glyph, inherited: false })) }</dt>
                                    <dd>{ *words }<span class="block i3">{ "as from " }<code>{ *before }</code>{ " to " }<code>{ *after }</code></span></dd></>
                            }) }
                            <dt>{ category(Some(Category { glyph: Glyph::NonBreaking, inherited: true })) }</dt>
                            <dd>{ "Inherited from the parents that changed; it cannot be chosen." }</dd>
                        </dl></section>
                </div>
                <div class="stack">
                    <section class="panel"><header><h2>{ "Words" }</h2></header>
                        <dl class="kv in">
                            { for WORDS.iter().map(|(word, words)| html! { <><dt class="b">{ *word }</dt><dd class="i2">{ *words }</dd></> }) }
                        </dl></section>
                    <section class="panel"><header><h2>{ "Keys" }</h2></header>
                        <div class="kgrid one">
                            { for keys::GROUPS.iter().map(|(title, list)| html! {
                                <section><h3>{ *title }</h3><ul>
                                    { for list.iter().map(|(key, words)| html! {
                                        <li><span>{ *words }</span>{ for key.split(' ').map(|key| html! { <kbd>{ key }</kbd> }) }</li>
                                    }) }
                                </ul></section>
                            }) }
                        </div></section>
                    <section class="panel"><header><h2>{ "About" }</h2></header>
                        <dl class="kv in">
                            <dt>{ "Planglass" }</dt><dd>{ crate::VERSION }</dd>
                            <dt>{ "Licence" }</dt><dd>{ "Apache-2.0" }</dd>
                            if let Some(facts) = store.opened.inputs.iter().find_map(|facts| facts.versions.as_ref()) {
                                <dt>{ "State written by" }</dt><dd>{ facts }</dd>
                            }
                        </dl>
                        <footer>{ "An independent implementation of SQLMesh's planning model; not affiliated with its makers." }</footer></section>
                    { licences() }
                </div>
            </div>
        </section>
    }
}

/// What the page is built from, as the build wrote it down.
fn licences() -> Html {
    let text = gloo::utils::document()
        .get_element_by_id("licences")
        .and_then(|element| element.text_content())
        .unwrap_or_default();
    let packages: Vec<Vec<String>> = serde_json::from_str(&text).unwrap_or_default();
    if packages.is_empty() {
        return Html::default();
    }
    html! {
        <section class="panel"><header><h2>{ "Built from" }</h2><span class="sp t2 i2">{ crate::messages::counted(packages.len(), "package") }</span></header>
            <details class="treated"><summary>{ "Packages and their licences" }</summary>
                <table class="tight" id="packages"><thead><tr><th scope="col">{ "Package" }</th><th scope="col">{ "Licence" }</th></tr></thead>
                    <tbody>{ for packages.iter().map(|package| {
                        let part = |at: usize| package.get(at).cloned().unwrap_or_default();
                        html! { <tr><td class="m">{ part(0) }{ " " }<span class="i3">{ part(1) }</span></td><td>{ part(2) }</td></tr> }
                    }) }</tbody></table></details></section>
    }
}
