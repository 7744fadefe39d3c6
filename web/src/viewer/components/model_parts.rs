//! Parts of a model's details that the panel beside the list and the page of one model share.

use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::diagnostics::prose;
use super::forward::forward_words;
use super::parts::{badge, bar, category, dates, name_of, number};
use super::text_diff::TextDiff;
use crate::messages::model::{ColumnChange, ColumnView, Link, ModelView};
use crate::messages::{RowView, Status};
use crate::viewer::Store;
use crate::viewer::components::frame::days;
use crate::viewer::store::Action;

/// Kind, file, cron and the like; the category only where nothing above says it.
pub fn facts(store: &Store, view: &ModelView, with_category: bool) -> Html {
    let fact = |label: &'static str, value: Html| html! { <div><dt>{ label }</dt><dd>{ value }</dd></div> };
    let row = &view.row;
    let plan_wide = store.summary().is_some_and(|plan| plan.forward_only);
    html! {
        <dl class="facts">
            if !row.kind.is_empty() { { fact("Kind", html! { { &row.kind } }) } }
            if with_category { { fact("Category", category(row.category)) } }
            if let Some(words) = forward_words(row, plan_wide) { { fact("Forward-only", html! { { words } }) } }
            if let Some(path) = &view.path { { fact("File", html! { <code>{ path }</code> }) } }
            if !view.cron.is_empty() { { fact("Cron", html! { <code>{ &view.cron }</code> }) } }
            if let Some(owner) = &view.owner { { fact("Owner", html! { { owner } }) } }
            if !view.tags.is_empty() { { fact("Tags", html! { { view.tags.join(", ") } }) } }
        </dl>
    }
}

/// A note on a model, kept as long as the files are open.
pub fn note(store: &Store, row: &RowView) -> Html {
    let write = {
        let (store, name) = (store.dispatcher(), row.name.clone());
        Callback::from(move |event: InputEvent| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok());
            if let Some(area) = target {
                store.dispatch(Action::Note(name.clone(), area.value()));
            }
        })
    };
    let text = store.marks.notes.get(&row.name).cloned().unwrap_or_default();
    html! {
        <label class="jot"><span class="i2 t2">{ "Note" }</span>
            <textarea class="inp" rows="2" oninput={write} value={text} /></label>
    }
}

/// Why a model has its category: the planner's reason, and the ways from each cause down to it.
pub fn why(store: &Store, view: &ModelView) -> Html {
    let more = view.cause_count.saturating_sub(view.causes.len());
    html! {
        <div class="why">
            if let Some(reason) = &view.reason { <p>{ prose(reason) }</p> }
            else if view.causes.is_empty() {
                <p class="i2">{ match view.row.status {
                    Status::Unchanged => "Nothing changed here: it is the same version as in the environment.",
                    Status::Removed => "It is in the environment, but no longer in the project.",
                    Status::Added => "It is new in this environment.",
                    _ => "The definition differs; see the diff.",
                } }</p>
            }
            { for view.causes.iter().map(|chain| html! {
                <ol class="chain">{ for chain.iter().enumerate().map(|(index, link)| html! {
                    <li>{ badge(link.status) }<span class="row wrap">{ model_link(store, link) }{ category(link.category) }</span>
                        <em>{ step(index, chain.len(), link) }</em></li>
                }) }</ol>
            }) }
            if more > 0 { <p class="i2">{ format!("and {} more causes", number(more as u64)) }</p> }
        </div>
    }
}

fn step(index: usize, of: usize, link: &Link) -> &'static str {
    match (index, link.status) {
        (0, Status::Added) => "is new",
        (0, _) => "was changed itself",
        (index, _) if index + 1 == of => "reads it, and changes with it",
        _ => "reads it, and passes the change on",
    }
}

/// A model's name that leads to it; what is outside of the plan is only named.
pub fn model_link(store: &Store, link: &Link) -> Html {
    if link.name.is_empty() {
        return name_of(&link.schema, &link.title, link.status);
    }
    html! { <a href={store.route.of(&link.name).fragment()}>{ name_of(&link.schema, &link.title, link.status) }</a> }
}

/// Models as a list of links.
pub fn links(store: &Store, models: &[Link]) -> Html {
    html! {
        <ul class="links">
            { for models.iter().map(|link| html! { <li>{ badge(link.status) }{ model_link(store, link) }</li> }) }
        </ul>
    }
}

/// The difference of the definition, or why there is none to see.
pub fn diff(view: &ModelView, side_by_side: bool) -> Html {
    if !view.diff.is_empty() {
        return html! { <TextDiff text={view.diff.clone()} {side_by_side} /> };
    }
    let words = match view.row.status {
        Status::Direct | Status::Metadata => {
            "The text of the definition is the same; what differs comes from elsewhere."
        }
        Status::Indirect => "Its definition is unchanged; a model that it reads changed.",
        Status::Added => "It is new: all of it is shown under Raw.",
        Status::Removed => "It is gone from the project.",
        Status::Unchanged => "Nothing changed.",
    };
    html! { <p class="in t2 i2">{ words }</p> }
}

/// What is loaded and what is filled.
pub fn intervals(store: &Store, view: &ModelView) -> Html {
    let row = &view.row;
    let span = store.summary().and_then(|plan| plan.span);
    html! {
        <div class="in stack">
            { bar(&row.bar) }
            <dl class="kv">
                if let Some(span) = span { <dt>{ "Bar" }</dt><dd>{ days(span) }</dd> }
                if row.batches > 0 {
                    <dt>{ if row.preview { "Preview" } else { "To fill" } }</dt>
                    <dd>{ dates(&row.range) }{ " " }<span class="i2">{ format!("{} intervals", number(row.batches)) }</span></dd>
                } else {
                    <dt>{ "To fill" }</dt><dd>{ "nothing" }</dd>
                }
                <dt>{ "Loaded" }</dt><dd>{ dates(&view.loaded) }</dd>
                if !view.dev_loaded.is_empty() { <dt>{ "In the dev table" }</dt><dd>{ dates(&view.dev_loaded) }</dd> }
                if !view.interval_unit.is_empty() { <dt>{ "Unit" }</dt><dd>{ &view.interval_unit }</dd> }
            </dl>
        </div>
    }
}

/// View, tables, version and fingerprint.
pub fn names(view: &ModelView) -> Html {
    html! {
        <dl class="kv in">
            { for view.names.iter().map(|(label, value)| html! { <><dt>{ label }</dt><dd><code>{ value }</code></dd></> }) }
            <dt>{ "Fingerprint" }</dt><dd><code>{ &view.fingerprint }</code></dd>
            <dt>{ "Recorded" }</dt><dd>{ if view.is_new { "new, not in state yet" } else { "in state" } }</dd>
        </dl>
    }
}

/// Columns with types and what changed of them.
pub fn columns(columns: &[ColumnView]) -> Html {
    let known = columns
        .iter()
        .any(|column| column.change != ColumnChange::Unknown);
    html! {
        <table class="tight">
            <thead><tr><th scope="col">{ "Column" }</th><th scope="col">{ "Type" }</th>
                if known { <th scope="col">{ "Change" }</th> }</tr></thead>
            <tbody>{ for columns.iter().take(1_000).map(|column| html! {
                <tr data-column={column.name.clone()}>
                    <td class={classes!("m", (column.change == ColumnChange::Removed).then_some("gone"))}>{ &column.name }</td>
                    <td><code>{ if column.kind.is_empty() { "–" } else { &column.kind } }</code></td>
                    if known { <td>{ change(column) }</td> }
                </tr>
            }) }</tbody>
        </table>
    }
}

fn change(column: &ColumnView) -> Html {
    let before = column.before.as_deref().unwrap_or_default();
    match column.change {
        ColumnChange::Same => html! { <span class="i3">{ "=" }</span> },
        ColumnChange::Added => html! { <><b class="gl" aria-hidden="true">{ "+" }</b>{ " added" }</> },
        ColumnChange::Removed => {
            html! { <><b class="gl B" aria-hidden="true">{ "−" }</b>{ " removed, was " }<code>{ before }</code></> }
        }
        ColumnChange::Retyped => {
            html! { <><b class="gl B" aria-hidden="true">{ "~" }</b>{ " type, was " }<code>{ before }</code></> }
        }
        ColumnChange::Unknown => html! { <span class="i3">{ "–" }</span> },
    }
}
