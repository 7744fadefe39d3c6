//! *Model*: one model in all detail: what changed in the text, why, columns, intervals, versions, places.

use yew::prelude::*;

use super::nothing_yet;
use crate::messages::model::{ColumnChange, ModelView};
use crate::messages::{ModelQuery, Query, RowsQuery, View};
use crate::viewer::components::choice::Choice;
use crate::viewer::components::code::Code;
use crate::viewer::components::model_parts::{columns, diff, facts, intervals, links, names, note, why};
use crate::viewer::components::parts::{badge, category, name, number};
use crate::viewer::components::readers::Readers;
use crate::viewer::components::tabs::{Tab, tabs};
use crate::viewer::components::text_diff::{TextDiff, counts};
use crate::viewer::components::tree::Tree;
use crate::viewer::pages::changes::group_of;
use crate::viewer::store::Action;
use crate::viewer::{Store, use_store, use_view};

/// The page. Without a model it shows the first change.
#[component]
pub fn Model() -> Html {
    let store = use_store();
    // Without a model of its own the page shows the first change, and steps start there.
    let shown = use_state_eq(|| None::<String>);
    let around = use_view(Some(Query::Rows(RowsQuery {
        group: group_of(&store.route),
        status: store.route.status,
        filter: store.route.filter.clone(),
        selected: store.route.model.clone().or_else(|| (*shown).clone()),
        ..RowsQuery::default()
    })));
    let (selected, place, first) = match around.as_deref() {
        Some(View::Rows(rows)) => (rows.selected.clone(), rows.place.clone(), rows.first.clone()),
        _ => (None, None, None),
    };
    {
        let (store, named) = (store.dispatcher(), store.route.model.is_some());
        use_effect_with(
            (selected, place.clone(), first.clone()),
            move |(selected, place, first)| {
                shown.set(first.clone());
                let selected = selected.clone().filter(|_| named);
                store.dispatch(Action::Placed(selected, place.clone(), first.clone()));
            },
        );
    }
    let wanted = store.route.model.clone().or(first);
    let rendered = store.route.get("text") == Some("rendered");
    let view = use_view(
        wanted
            .clone()
            .map(|name| Query::Model(ModelQuery { name, rendered })),
    );
    if store.summary().is_none() {
        return nothing_yet(&store, "There is no model to show yet.");
    }
    let Some(View::Model(view)) = view.as_deref() else {
        let words = match wanted {
            Some(name) => format!("{name} is not in this plan."),
            None => "Nothing changed: choose a model in another list.".to_string(),
        };
        return html! {
            <section class="screen" id="s-model"><Tree />
                <div class="pad scroll"><h1 class="vh">{ "Model" }</h1>
                    // Late, because the answer may only be on its way.
                    if around.is_some() { <div class="empty"><p class="i2 any late">{ words }</p></div> }</div></section>
        };
    };
    let to = |name: Option<&String>, words: &'static str, key: &'static str| match name {
        Some(name) => {
            html! { <a class="btn" href={store.route.of(name).fragment()}>{ words }<kbd class="wide">{ key }</kbd></a> }
        }
        None => html! { <span class="btn" aria-disabled="true">{ words }</span> },
    };
    let viewed = store.marks.viewed.contains(&view.row.name);
    let tick = {
        let (store, name) = (store.dispatcher(), view.row.name.clone());
        Callback::from(move |_: Event| store.dispatch(Action::View(name.clone())))
    };
    let row = &view.row;
    html! {
        <section class="screen" id="s-model" data-model={row.name.clone()}>
            <Tree />
            <div class="pad scroll">
            <div class="mh">
                { badge(row.status) }<h1>{ name(row) }</h1>{ category(row.category) }
                <span class="t2 i2">{ reach(view) }</span>
                <span class="row sp">
                    { to(place.as_ref().and_then(|place| place.previous.as_ref()), "Previous", "k") }
                    { to(place.as_ref().and_then(|place| place.next.as_ref()), "Next", "j") }
                    <label class="btn"><input class="box" type="checkbox" checked={viewed} onchange={tick} />{ "Viewed" }<kbd class="wide">{ "v" }</kbd></label>
                </span>
            </div>
            { facts(&store, view, false) }
            if row.choosable && store.can_choose() { <Choice row={row.clone()} /> }
            { body(&store, view) }
            { note(&store, row) }
            </div>
        </section>
    }
}

fn reach(view: &ModelView) -> String {
    let row = &view.row;
    let mut words = vec![format!("{} downstream", number(row.affected as u64))];
    if row.batches > 0 {
        words.push(format!("{} intervals to fill", number(row.batches)));
    }
    words.join(" · ")
}

fn body(store: &Store, view: &ModelView) -> Html {
    let (added, removed) = counts(&view.diff);
    let changed = view
        .columns
        .iter()
        .filter(|column| !matches!(column.change, ColumnChange::Same | ColumnChange::Unknown))
        .count();
    let side = store.route.get("diff") != Some("unified");
    let tab = |slug: &'static str, title: &'static str, count: Option<String>| Tab { slug, title, count };
    let all = [
        tab(
            "",
            "Diff",
            Some(format!("+{added} −{removed}")).filter(|_| !view.diff.is_empty()),
        ),
        tab("why", "Why", None),
        tab("columns", "Columns", Some(view.columns.len().to_string())),
        tab("intervals", "Intervals", None),
        tab("versions", "Versions", Some(view.versions.len().to_string())),
        tab("where", "Where", Some(view.places.len().to_string())),
        tab("around", "Parents and children", None),
        tab("raw", "Raw", None),
    ];
    let current = store.route.get("tab").unwrap_or_default();
    let content = match current {
        "why" => why(store, view),
        "columns" => html! { <>{ columns_panel(view, changed) }<Readers name={view.row.name.clone()} /></> },
        "intervals" => intervals(store, view),
        "versions" => versions(view),
        "where" => places(view),
        "around" => around(store, view),
        "raw" => raw(store, view),
        _ => html! { <>{ diff_tools(store, side) }{ differences(view, side) }</> },
    };
    html! {
        <>
            <section class="panel">
                { tabs(&store.route, "tab", &all) }
                <div role="tabpanel" aria-label="Details">{ content }</div>
            </section>
            if current.is_empty() {
                <div class="cols">
                    <section class="panel" aria-label="Columns"><header><h2>{ "Columns" }</h2>
                        <span class="sp t2 i2">{ format!("{changed} of {} changed", view.columns.len()) }</span></header>
                        { columns_panel(view, changed) }</section>
                    <section class="panel" aria-label="Versions"><header><h2>{ "Versions" }</h2><span class="sp t2 i2">{ "newest first" }</span></header>
                        { versions(view) }</section>
                </div>
            }
        </>
    }
}

fn diff_tools(store: &Store, side: bool) -> Html {
    let segment = |words: &'static str, value: &'static str, on: bool| {
        let href = store.route.with("diff", value).fragment();
        html! { <a {href} aria-current={on.then_some("true")}>{ words }</a> }
    };
    html! {
        <div class="tool">
            { source_or_rendered(store) }
            <nav class="seg" aria-label="How the diff is shown">
                { segment("Side by side", "", side) }{ segment("Unified", "unified", !side) }</nav></div>
    }
}

fn columns_panel(view: &ModelView, changed: usize) -> Html {
    if view.columns.is_empty() {
        return html! { <p class="in t2 i2">{ "Its columns are not known: the query selects * from something unknown, or it is no SQL." }</p> };
    }
    html! { <>{ columns(&view.columns) }
    if changed == 0 { <p class="in t2 i2">{ "No column was added, removed or changed its type." }</p> }</> }
}

fn versions(view: &ModelView) -> Html {
    if view.versions.is_empty() {
        return html! { <p class="in t2 i2">{ "No version is known." }</p> };
    }
    html! {
        <>
            <table class="cards">
                <thead><tr><th scope="col">{ "Identifier" }</th><th scope="col">{ "Created" }</th><th scope="col">{ "Category" }</th>
                    <th scope="col">{ "Used in" }</th><th scope="col">{ "Loaded" }</th><th scope="col">{ "Physical table" }</th></tr></thead>
                <tbody>{ for view.versions.iter().map(|version| html! {
                    <tr aria-selected={version.planned.then_some("true")} data-version={version.identifier.clone()}>
                        <td><code>{ &version.identifier }</code>
                            if version.planned { { " " }<span class="count">{ "this plan" }</span> }
                            if !version.stored { { " " }<span class="count">{ "new" }</span> }</td>
                        <td class="nw" data-l="Created">{ dash(&version.created) }</td>
                        <td>{ category(version.category) }</td>
                        <td data-l="Used in">{ dash(&version.environments.join(", ")) }</td>
                        <td data-l="Loaded">{ &version.loaded }</td>
                        <td class="full"><code class="any">{ dash(&version.table) }</code></td>
                    </tr>
                }) }</tbody>
            </table>
            if shared(view) { <p class="in t2 i2">{ "Versions with the same table share their data." }</p> }
        </>
    }
}

fn shared(view: &ModelView) -> bool {
    let mut tables: Vec<&str> = view
        .versions
        .iter()
        .map(|version| version.table.as_str())
        .filter(|table| !table.is_empty())
        .collect();
    let all = tables.len();
    tables.sort_unstable();
    tables.dedup();
    tables.len() < all
}

fn dash(text: &str) -> String {
    if text.is_empty() { "–" } else { text }.to_string()
}

fn places(view: &ModelView) -> Html {
    html! {
        <>
            if view.places.is_empty() {
                <p class="in t2 i2">{ "No environment of the state holds it." }</p>
            } else {
                <table class="cards">
                    <thead><tr><th scope="col">{ "Environment" }</th><th scope="col">{ "Version" }</th><th scope="col">{ "View" }</th>
                        <th scope="col">{ "Table" }</th></tr></thead>
                    <tbody>{ for view.places.iter().map(|place| html! {
                        <tr data-environment={place.environment.clone()}><td class="m">{ &place.environment }</td>
                            <td data-l="Version"><code>{ &place.identifier }</code>
                                if place.planned { { " " }<span class="count">{ "as planned" }</span> }</td>
                            <td data-l="View"><code class="any">{ dash(&place.view) }</code></td>
                            <td data-l="Table"><code class="any">{ dash(&place.table) }</code></td></tr>
                    }) }</tbody>
                </table>
            }
            if view.present { <h3 class="sub-head">{ "After this plan" }</h3>{ names(view) } }
        </>
    }
}

fn around(store: &Store, view: &ModelView) -> Html {
    html! {
        <div class="in twin">
            <section><h3>{ format!("Reads {}", view.parents.len()) }</h3>{ links(store, &view.parents) }</section>
            <section><h3>{ format!("Read by {}", view.children.len()) }</h3>{ links(store, &view.children) }</section>
        </div>
    }
}

/// Source or rendered: which text the page is about.
fn source_or_rendered(store: &Store) -> Html {
    let rendered = store.route.get("text") == Some("rendered");
    let segment = |words: &'static str, value: &'static str, on: bool| {
        let href = store.route.with("text", value).fragment();
        html! { <a {href} aria-current={on.then_some("true")}>{ words }</a> }
    };
    html! {
        <nav class="seg" aria-label="Which text">
            { segment("Source", "", !rendered) }{ segment("Rendered", "rendered", rendered) }</nav>
    }
}

/// The difference of the text that is asked for.
fn differences(view: &ModelView, side: bool) -> Html {
    let Some(rendered) = &view.rendered else {
        return diff(view, side);
    };
    if !rendered.diff.is_empty() {
        return html! { <TextDiff text={rendered.diff.clone()} side_by_side={side} /> };
    }
    let words = if rendered.text.is_empty() {
        "It has no query, or one that only Python can render."
    } else if rendered.compared {
        "The rendered query is the same as in the environment."
    } else {
        "The environment holds no query to compare with; the rendered one is below."
    };
    html! {
        <><p class="in t2 i2">{ words }</p>
        if !rendered.text.is_empty() && !rendered.compared { <Code text={rendered.text.clone()} numbered=true /> }</>
    }
}

fn raw(store: &Store, view: &ModelView) -> Html {
    let text = view
        .rendered
        .as_ref()
        .map_or(&view.source, |rendered| &rendered.text);
    html! {
        <>
            <div class="tool">{ source_or_rendered(store) }</div>
            if !text.is_empty() {
                <Code text={text.clone()} numbered=true />
            } else if view.rendered.is_some() {
                <p class="in t2 i2">{ "It has no query, or one that only Python can render." }</p>
            } else {
                <p class="in t2 i2">{ "Its text is not at hand: it is in no open file, and the state holds no query." }</p>
            }
        </>
    }
}
