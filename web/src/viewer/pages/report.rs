//! *Report*: what a reader without this viewer gets: the plan as Markdown and as JSON.

use yew::prelude::*;

use super::nothing_yet;
use crate::messages::{Format, Query, View};
use crate::viewer::components::markdown::markdown;
use crate::viewer::components::parts::{icon, number, size};
use crate::viewer::{save, use_store, use_view};

/// Where comments go, and how many characters fit.
const FORGES: [(&str, usize); 3] = [
    ("GitHub comment", 65_536),
    ("GitLab comment", 1_000_000),
    ("Bitbucket comment", 32_768),
];

/// Characters of JSON that are drawn.
const SHOWN: usize = 200_000;

/// The page.
#[component]
pub fn Report() -> Html {
    let store = use_store();
    let json = store.route.get("as") == Some("json");
    let format = if json { Format::Json } else { Format::Markdown };
    let view = use_view(Some(Query::Text(format)));
    let Some(plan) = store.plan.clone() else {
        return nothing_yet(&store, "There is no plan to report yet.");
    };
    let text = match view.as_deref() {
        Some(View::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let environment = plan.environment().unwrap_or("plan").to_string();
    let file = format!("planglass-{environment}.{}", if json { "json" } else { "md" });
    let write = {
        let (file, text) = (file.clone(), text.clone());
        Callback::from(move |_: MouseEvent| save::file(&file, &text))
    };
    let copy = {
        let text = text.clone();
        Callback::from(move |_: MouseEvent| save::copy(&text))
    };
    let segment = |words: &'static str, value: &'static str, on: bool| {
        html! { <a href={store.route.with("as", value).fragment()} aria-current={on.then_some("true")}>{ words }</a> }
    };
    let length = text.chars().count();
    html! {
        <section class="screen pad" id="s-report">
            <div class="mh"><h1>{ "Report" }</h1><span class="t2 i2">{ "What a reader without this viewer will see" }</span>
                <span class="row sp"><button class="btn" id="copy" onclick={copy}>{ "Copy" }<kbd class="wide">{ "y" }</kbd></button>
                    <button class="btn pri" id="save" onclick={write}>{ icon("file") }{ "Save file" }<kbd class="wide">{ "s" }</kbd></button></span></div>
            <div class="cols">
                <section class="panel" aria-label="Format"><header><h2>{ "Format" }</h2></header>
                    <div class="in stack">
                        <nav class="seg" aria-label="Format">{ segment("Comment", "", !json) }{ segment("JSON", "json", json) }</nav>
                        <p class="t2 i2">{ format!("{}, {}", file, size(text.len() as u64)) }</p>
                        if !json { { for FORGES.iter().map(|(forge, most)| html! {
                            <div class="fit"><span class="i2">{ *forge }</span><span>{ format!("{} of {}", number(length as u64), number(*most as u64)) }</span>
                                <meter min="0" max={most.to_string()} value={length.min(*most).to_string()} aria-label={format!("{forge}: used")}></meter>
                                if length > *most { <span class="wide-line">{ "Too long: save it as a file, or filter the plan." }</span> }</div>
                        }) } }
                        if json { <p class="t2 i2">{ "The bytes are those of " }<code>{ "planglass plan --format json" }</code>{ " for the same files and options." }</p> }
                    </div></section>
                if json {
                    <section class="panel" aria-label="JSON"><pre class="json in" tabindex="0">{ text.get(..floor(&text, SHOWN)).unwrap_or_default() }</pre>
                        if text.len() > SHOWN { <footer>{ format!("The first {} of {} are shown; the file holds all.", size(SHOWN as u64), size(text.len() as u64)) }</footer> }
                    </section>
                } else {
                    <article class="gh-c" aria-label="Preview of the comment"><header><b class="b">{ "planglass" }</b>{ " commented on " }<code>{ &environment }</code></header>
                        <div class="md">{ markdown(&text) }</div></article>
                }
            </div>
        </section>
    }
}

/// The largest boundary of characters up to an index.
fn floor(text: &str, most: usize) -> usize {
    let mut at = most.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
