//! Decisions as a file: saved, and an open one beside the plan, taken over when a person says so.

use yew::prelude::*;

use super::model_parts::model_link;
use super::parts::{category, icon, sign};
use super::remember::Remember;
use crate::messages::decisions::{Decision, DecisionView, Fit};
use crate::messages::{DecisionsView, Query, View, counted};
use crate::viewer::choices::to_file;
use crate::viewer::store::Action;
use crate::viewer::{Store, look, save, use_store, use_view_later};

/// The panel; nothing for a saved plan, about which nothing can be decided.
#[component]
pub fn DecisionPanel() -> Html {
    let store = use_store();
    let open = store.opened.has_decisions;
    let view = use_view_later(open.then_some(Query::Decisions));
    if !store.can_choose() {
        return Html::default();
    }
    let file = match view.as_deref() {
        Some(View::Decisions(view)) if open => Some(view),
        _ => None,
    };
    let decided = to_file(&store.choices, &store.marks);
    let count = decided.models.len();
    let nothing = count == 0 && decided.forward_only.is_none();
    let write = Callback::from(move |_: MouseEvent| {
        look(Query::Decided(Box::new(decided.clone())), |view| {
            if let Some(View::Text(text)) = view {
                save::file("decisions.json", &text);
            }
        });
    });
    html! {
        <section class="panel" id="decisions" aria-label="Decisions">
            <header><h2>{ "Decisions" }</h2><span class="sp t2 i2">{ counted(count, "model") }</span></header>
            if let Some(view) = file { { beside(&store, view) } }
            <div class="in stack tight-stack">
                <p><button class="btn" id="save-decisions" onclick={write} disabled={nothing}>{ icon("file") }{ "Save decision file" }</button></p>
                <p class="t2 i2">{ if nothing {
                    "Categories, notes and ticks can be saved as a file and opened beside the same change elsewhere."
                } else {
                    "Categories, the forward-only switch, notes and ticks, with the versions that they are about."
                } }</p>
                <Remember />
            </div>
        </section>
    }
}

/// The open file beside the plan.
fn beside(store: &Store, view: &DecisionsView) -> Html {
    let exact: Vec<(String, Decision)> = view
        .entries
        .iter()
        .filter(|entry| entry.fit == Fit::Exact)
        .map(|entry| (entry.model.name.clone(), entry.decided.clone()))
        .collect();
    let same_place = !view.differs.iter().any(|what| what == "environment");
    let forward_only = view.forward_only.filter(|_| same_place);
    let take = {
        let (store, exact) = (store.dispatcher(), exact.clone());
        Callback::from(move |_: MouseEvent| store.dispatch(Action::TakeOver(exact.clone(), forward_only)))
    };
    let count = |fit: Fit| view.entries.iter().filter(|entry| entry.fit == fit).count();
    html! {
        <>
            <ul class="fits">
                <li>{ icon("file") }<span class="nm">{ &view.file }</span></li>
                { for Fit::ALL.into_iter().map(|fit| (fit, count(fit))).filter(|(_, count)| *count > 0).map(|(fit, count)| html! {
                    <li data-fit={fit.title()}>{ sign(if fit == Fit::Exact { "ok" } else { "warn" }) }<span>{ fit.title() }</span><b class="b sp">{ count }</b></li>
                }) }
                if !view.differs.is_empty() {
                    <li>{ sign("warn") }<span>{ format!("made for another {}", view.differs.join(", ")) }</span></li>
                }
            </ul>
            if !exact.is_empty() || forward_only.is_some() {
                <p class="in"><button class="btn pri" id="take-over" onclick={take}>
                    { format!("Take over {}", counted(exact.len(), "decision")) }</button></p>
            }
            <details class="treated"><summary>{ "Each of them" }</summary>
                <table class="tight"><thead><tr><th scope="col">{ "Model" }</th><th scope="col">{ "Decided" }</th><th scope="col">{ "Now" }</th></tr></thead>
                    <tbody>{ for view.entries.iter().map(|entry| row(store, entry)) }</tbody></table></details>
        </>
    }
}

fn row(store: &Store, entry: &DecisionView) -> Html {
    let decided = match entry.decided.category.as_deref() {
        Some(category) => category.to_lowercase().replace('_', "-"),
        None if !entry.decided.note.is_empty() => "note".to_string(),
        None => "viewed".to_string(),
    };
    html! {
        <tr><td>{ model_link(store, &entry.model) }<span class="i3 block">{ entry.fit.title() }</span></td>
            <td>{ decided }</td><td>{ category(entry.now) }</td></tr>
    }
}
