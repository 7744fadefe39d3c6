//! One changed model beside the list: its category, why it has it, the diff, intervals, tables, parents.

use yew::prelude::*;

use super::choice::Choice;
use super::model_parts::{columns, diff, facts, intervals, links, names, note, why};
use super::parts::{badge, count, icon, name, number};
use super::text_diff::counts;
use crate::messages::{ModelQuery, Query, View};
use crate::viewer::route::Page;
use crate::viewer::{use_store, use_view};

/// Properties of [`ChangeDetail`].
#[derive(Properties, PartialEq)]
pub struct ChangeDetailProps {
    /// Fully qualified name.
    pub name: String,
}

/// The panel beside the list.
#[component]
pub fn ChangeDetail(props: &ChangeDetailProps) -> Html {
    let store = use_store();
    let query = ModelQuery {
        name: props.name.clone(),
        ..ModelQuery::default()
    };
    let view = use_view(Some(Query::Model(query)));
    let close = store.route.change(None).fragment();
    let Some(View::Model(view)) = view.as_deref() else {
        return html! {
            <aside class="col det-col" aria-label="Details"><div class="tool">
                <a class="btn quiet sp" href={close} aria-label="Close details">{ icon("x") }</a></div></aside>
        };
    };
    let row = &view.row;
    let place = store.place.as_ref().zip(store.summary()).map(|(place, plan)| {
        format!(
            "{} of {}",
            number(place.number as u64),
            number(plan.changes as u64)
        )
    });
    let (added, removed) = counts(&view.diff);
    html! {
        <aside class="col det-col" aria-label={format!("Change of {}", row.display())} data-model={row.name.clone()}>
            <div class="tool">
                { badge(row.status) }
                <h2 class="el">{ name(row) }</h2>
                if let Some(place) = place { <span class="t2 i2 nw">{ place }</span> }
                <a class="btn sp" href={store.route.to(Page::Model).fragment()}>{ "Open" }<kbd class="wide">{ "Enter" }</kbd></a>
                <a class="btn quiet" href={close} aria-label="Close details">{ icon("x") }</a>
            </div>
            <div class="scroll" tabindex="0" role="region" aria-label="Details">
                <div class="in">{ facts(&store, view, true) }</div>
                if row.choosable && store.can_choose() { <div class="in"><Choice row={row.clone()} /></div> }
                <div class="in">{ note(&store, row) }</div>
                if view.reason.is_some() || !view.causes.is_empty() {
                    <h3 class="sub-head">{ "Why" }</h3>
                    { why(&store, view) }
                }
                <h3 class="sub-head">{ "Diff " }
                    if !view.diff.is_empty() { <span class="count">{ format!("+{added} −{removed}") }</span> }</h3>
                { diff(view, false) }
                if view.present {
                    <h3 class="sub-head">{ "Intervals" }</h3>
                    { intervals(&store, view) }
                    <h3 class="sub-head">{ "Tables and version" }</h3>
                    { names(view) }
                    if !view.columns.is_empty() {
                        <h3 class="sub-head">{ "Columns " }{ count(view.columns.len()) }</h3>
                        { columns(&view.columns) }
                    }
                    if !view.parents.is_empty() {
                        <h3 class="sub-head">{ "Parents " }{ count(view.parents.len()) }</h3>
                        <div class="in">{ links(&store, &view.parents) }</div>
                    }
                    if !view.children.is_empty() {
                        <h3 class="sub-head">{ "Children " }{ count(view.children.len()) }</h3>
                        <div class="in">{ links(&store, &view.children) }</div>
                    }
                }
            </div>
        </aside>
    }
}
