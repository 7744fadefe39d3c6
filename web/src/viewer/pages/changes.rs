//! *Changes*: the list of what changed and, beside it, one of them in detail.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::nothing_yet;
use crate::messages::plan::PlanSummaryView;
use crate::messages::{Group, Status};
use crate::viewer::components::bulk::Bulk;
use crate::viewer::components::change_detail::ChangeDetail;
use crate::viewer::components::change_list::ChangeList;
use crate::viewer::components::diagnostics::prose;
use crate::viewer::components::parts::{badge, icon, number, sign};
use crate::viewer::components::treated::Treated;
use crate::viewer::components::tree::Tree;
use crate::viewer::route::Route;
use crate::viewer::store::Action;
use crate::viewer::{Store, use_store};

/// By what the list is grouped.
pub fn group_of(route: &Route) -> Group {
    let wanted = route.get("group").unwrap_or_default();
    Group::ALL
        .into_iter()
        .find(|group| group.slug() == wanted)
        .unwrap_or_default()
}

/// The page.
#[component]
pub fn Changes() -> Html {
    let store = use_store();
    let error = use_state_eq(|| None::<String>);
    let on_error = {
        let error = error.clone();
        Callback::from(move |found: Option<String>| error.set(found))
    };
    let Some(plan) = store.summary() else {
        return nothing_yet(&store, "There are no changes to show yet.");
    };
    html! {
        <section class={classes!("screen", store.route.model.as_ref().map(|_| "open"))} id="s-changes">
            <h1 class="vh">{ "Changes" }</h1>
            <Tree />
            <div class="col list-col">
                { tools(&store, plan) }
                if let Some(message) = &*error {
                    <p class="form-error in" role="alert">{ sign("err") }<span>{ prose(message) }</span></p>
                }
                <ChangeList {on_error} />
                <Treated />
            </div>
            if let Some(name) = &store.route.model {
                <ChangeDetail name={name.clone()} />
            }
        </section>
    }
}

fn tools(store: &Store, plan: &PlanSummaryView) -> Html {
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
            <a {href} aria-current={pressed} title={words}>
                if let Some(status) = status { { badge(status) } } else { { words } }
                <span class="i2">{ number(count as u64) }</span></a>
        }
    };
    let group = {
        let store = store.clone();
        Callback::from(move |event: Event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            if let Some(select) = target {
                let route = store.route.with("group", &select.value()).with("folded", "");
                store.dispatch(Action::Go(route));
            }
        })
    };
    let grouped = group_of(&store.route);
    let forward = {
        let (store, on) = (store.dispatcher(), !plan.forward_only);
        Callback::from(move |_: Event| store.dispatch(Action::ForwardOnly(on)))
    };
    html! {
        <div class="tool">
            <label class="inp search">{ icon("search") }<span class="vh">{ "Filter by name or selector" }</span>
                <input id="filter" type="search" placeholder="Name, tag:finance or +model" value={store.route.filter.clone()} oninput={filter}
                    autocomplete="off" spellcheck="false" />
                <kbd class="wide">{ "/" }</kbd></label>
            <nav class="seg" aria-label="Status">
                { segment(None, plan.changes) }
                { for Status::ALL.into_iter().map(|status| (status, plan.count(status))).filter(|(_, count)| *count > 0)
                    .map(|(status, count)| segment(Some(status), count)) }
            </nav>
            <label class="row t2 nw"><span class="i2">{ "Group" }</span>
                <select class="inp" id="group" onchange={group}>
                    { for Group::ALL.into_iter().map(|group| html! {
                        <option value={group.slug()} selected={group == grouped}>{ group.title() }</option>
                    }) }
                </select></label>
            if store.can_choose() {
                <label class="ck nw"><input type="checkbox" id="forward-only" checked={plan.forward_only} onchange={forward} />{ "Forward-only plan" }</label>
            }
            if store.can_choose() { <Bulk /> }
            <span class="t2 i2 nw sp wide" role="status">{ format!("{} of {} viewed", number(store.marks.viewed.len() as u64), number(plan.changes as u64)) }</span>
        </div>
    }
}
