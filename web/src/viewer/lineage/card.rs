//! The selected model in a few lines, and where one can go from it.

use std::rc::Rc;

use yew::prelude::*;

use super::drawing::Drawing;
use super::list::neighbours;
use super::question::{awaits_end, key};
use crate::messages::lineage::Part;
use crate::messages::model::ColumnChange;
use crate::messages::{ModelQuery, ModelView, Query, View};
use crate::viewer::components::parts::{self, badge, name_of};
use crate::viewer::route::{Page, Route};
use crate::viewer::{use_store, use_view};

/// Properties of [`Card`].
#[derive(Properties, PartialEq)]
pub struct CardProps {
    /// What is drawn.
    pub drawing: Rc<Drawing>,
    /// The selected box.
    pub selected: Option<u32>,
    /// The SQL of its columns that are drawn.
    pub texts: Vec<(String, String)>,
}

/// The selected model and what can be done about it.
#[component]
pub fn Card(props: &CardProps) -> Html {
    let store = use_store();
    let found = props
        .selected
        .and_then(|number| Some((number, props.drawing.get(number)?)));
    let asked = found.filter(|(_, found)| found.is_model()).map(|(_, found)| {
        Query::Model(ModelQuery {
            name: found.name.clone(),
            ..ModelQuery::default()
        })
    });
    let view = use_view(asked);
    let Some((number, found)) = found else {
        return html! {
            <header class="lst-head"><h2>{ "List" }</h2><span class="i2 t2">{ "same as the graph" }</span></header>
        };
    };
    let model = match view.as_deref() {
        Some(View::Model(model)) if model.row.name == found.name => Some(model),
        _ => None,
    };
    let facts = neighbours(&props.drawing, number);
    html! {
        <header class="card">
            <h2 class="row">{ badge(found.status) }{ name_of(&found.schema, &found.title, found.status) }</h2>
            <p class="t2 i2">{ &found.sub }{ " · " }{ facts }</p>
            if let Some(model) = model { { about(model) } }
            if found.is_model() { { ways(&store.route, &found.name) } }
            if !props.texts.is_empty() { { sql(&props.texts) } }
            if let Some(model) = model { { columns(&store.route, model) } }
        </header>
    }
}

/// Facts about a model in a line or two.
fn about(model: &ModelView) -> Html {
    let mut facts = vec![model.row.kind.clone()];
    facts.extend(model.owner.iter().map(|owner| format!("owned by {owner}")));
    facts.extend(Some(model.cron.clone()).filter(|cron| !cron.is_empty()));
    facts.extend(model.tags.iter().map(|tag| format!("#{tag}")));
    html! {
        <p class="t2 i3 any">{ facts.join(" · ") }
            if let Some(path) = &model.path { <br /><span class="m">{ path }</span> }</p>
    }
}

/// Where one can go from a model.
fn ways(route: &Route, name: &str) -> Html {
    let waiting = awaits_end(route);
    let around = route
        .with(key::PART, Part::Around.slug())
        .with(key::ABOUT, name)
        .with(key::STEPS, "")
        .with(key::TO, "");
    let begin = route
        .with(key::PART, Part::Path.slug())
        .with(key::ABOUT, name)
        .with(key::TO, "");
    let end = route.with(key::TO, name);
    let inside = route
        .with(key::PART, Part::Inside.slug())
        .with(key::ABOUT, name)
        .with(key::TO, "")
        .with(key::COLUMN, "");
    let is_begin = route.get(key::ABOUT) == Some(name);
    html! {
        <>
            <p class="row wrap">
                <a class="btn" href={route.of(name).to(Page::Model).fragment()}>{ "Open" }</a>
                <a class="btn" id="lineage-around" href={around.fragment()}>{ "Around it" }</a>
                <a class="btn" id="lineage-inside" href={inside.fragment()} title="Its common table expressions and their columns">{ "Inside it" }</a>
                if waiting && !is_begin {
                    <a class="btn pri" id="lineage-path" href={end.fragment()}>{ "Path to here" }</a>
                } else {
                    <a class="btn" id="lineage-path" href={begin.fragment()}>{ "Path from here…" }</a>
                }
            </p>
            if waiting && is_begin {
                <p class="t2 i2" role="status">{ "Now select the other end, in the graph, in the list or by its name." }</p>
            }
        </>
    }
}

/// The SQL of columns, as it is written.
fn sql(texts: &[(String, String)]) -> Html {
    html! {
        <details class="t2" open={true} id="lineage-sql">
            <summary>{ "SQL" }{ parts::count(texts.len()) }</summary>
            <dl class="sqls">{ for texts.iter().map(|(column, sql)| html! {
                <><dt class="m">{ column }</dt><dd><code>{ sql }</code></dd></>
            }) }</dl>
        </details>
    }
}

/// Columns; each leads to its lineage.
fn columns(route: &Route, model: &ModelView) -> Html {
    let shown = model
        .columns
        .iter()
        .filter(|column| column.change != ColumnChange::Removed);
    let count = shown.clone().count();
    let open = route.get(key::PART) == Some(Part::Column.slug());
    html! {
        <details class="t2" {open}>
            <summary>{ "Columns" }{ parts::count(count) }</summary>
            <ul class="cols-list">{ for shown.map(|column| {
                let to = route
                    .with(key::PART, Part::Column.slug())
                    .with(key::ABOUT, &model.row.name)
                    .with(key::COLUMN, &column.name)
                    .with(key::TO, "");
                let current = open && route.get(key::COLUMN) == Some(&column.name) && route.get(key::ABOUT) == Some(&model.row.name);
                html! { <li><a class="m" href={to.fragment()} aria-current={current.then_some("true")}>{ &column.name }<span class="i3">{ column.kind.to_lowercase() }</span></a></li> }
            }) }</ul>
        </details>
    }
}
