//! *Changes*: the list of what changed and, beside it, one of them in detail.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::nothing_yet;
use crate::viewer::components::change_detail::ChangeDetail;
use crate::viewer::components::change_list::ChangeList;
use crate::viewer::components::parts::{badge, icon};
use crate::viewer::review::{Review, Status};
use crate::viewer::route::Route;
use crate::viewer::store::Action;
use crate::viewer::{Store, use_store};

/// Indices of the rows that a route shows, in order: changes only, unless it asks for the unchanged.
pub fn shown(review: &Review, route: &Route) -> Vec<usize> {
    let filter = route.filter.trim().to_lowercase();
    let status = |row_status: Status| match route.status {
        Some(wanted) => row_status == wanted,
        None => row_status != Status::Unchanged,
    };
    review
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| status(row.status))
        .filter(|(_, row)| filter.is_empty() || row.display().to_lowercase().contains(&filter))
        .map(|(index, _)| index)
        .collect()
}

/// The page.
#[component]
pub fn Changes() -> Html {
    let store = use_store();
    let review = store.review.clone();
    let rows = use_memo(
        (review.clone(), store.route.status, store.route.filter.clone()),
        {
            let route = store.route.clone();
            move |(review, ..)| {
                Rc::new(
                    review
                        .as_ref()
                        .map(|review| shown(review, &route))
                        .unwrap_or_default(),
                )
            }
        },
    );
    let Some(review) = review.filter(|review| review.plan().is_some()) else {
        return nothing_yet(&store, "There are no changes to show yet.");
    };
    let open = store
        .route
        .model
        .as_ref()
        .and_then(|name| review.by_name.get(name))
        .copied();
    html! {
        <section class={classes!("screen", open.map(|_| "open"))} id="s-changes">
            <h1 class="vh">{ "Changes" }</h1>
            <div class="col list-col">
                { tools(&store, &review, rows.len()) }
                if rows.is_empty() {
                    <div class="empty"><p class="b">{ "Nothing here." }</p>
                        <p class="i2">{ if store.route.filter.is_empty() { "No model has this status." } else { "No changed model has this in its name." } }</p></div>
                } else {
                    <ChangeList review={review.clone()} shown={(*rows).clone()} />
                }
                { strip(&store) }
            </div>
            if let Some(index) = open {
                <ChangeDetail review={review.clone()} {index}
                    place={rows.iter().position(|row| *row == index).map(|at| (at + 1, rows.len()))} />
            }
        </section>
    }
}

fn tools(store: &Store, review: &Review, shown: usize) -> Html {
    let filter = {
        let store = store.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            {
                let route = Route {
                    filter: input.value(),
                    ..store.route.clone()
                };
                store.dispatch(Action::Go(route));
            }
        })
    };
    let segment = |status: Option<Status>, count: usize| {
        let pressed = (store.route.status == status).then_some("true");
        let href = Route {
            status,
            ..store.route.clone()
        }
        .fragment();
        let words = status.map_or("All", Status::title);
        html! {
            <a {href} aria-current={pressed} aria-label={format!("{words}, {count}")} title={words}>
                if let Some(status) = status { { badge(status) } } else { { words } }
                <span class="i2">{ count }</span></a>
        }
    };
    let viewed = store
        .viewed
        .iter()
        .filter(|name| review.row(name).is_some())
        .count();
    html! {
        <div class="tool">
            <label class="inp search">{ icon("search") }<span class="vh">{ "Filter by name" }</span>
                <input id="filter" type="search" placeholder="Filter by name" value={store.route.filter.clone()} oninput={filter} autocomplete="off" spellcheck="false" />
                <kbd class="wide">{ "/" }</kbd></label>
            <nav class="seg" aria-label="Status">
                { segment(None, review.changes()) }
                { for Status::ALL.into_iter().map(|status| (status, review.count(status))).filter(|(_, count)| *count > 0)
                    .map(|(status, count)| segment(Some(status), count)) }
            </nav>
            <span class="t2 i2 nw sp wide" role="status">{ format!("{viewed} of {shown} viewed") }</span>
        </div>
    }
}

fn strip(store: &Store) -> Html {
    let undo = {
        let store = store.dispatcher();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::Undo))
    };
    html! {
        <div role="status" aria-live="polite">
            if let Some(effect) = &store.effect {
                <div class="strip">{ icon("undo") }<span><b class="b">{ &effect.what }</b>{ " " }<span class="i2">{ &effect.result }</span></span>
                    <button class="btn sp" onclick={undo} disabled={store.undo.is_empty()}>{ "Undo" }<kbd class="wide">{ "u" }</kbd></button></div>
            }
        </div>
    }
}
