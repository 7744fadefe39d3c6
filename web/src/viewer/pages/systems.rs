//! *Systems*: the states of two systems side by side, as of non-production and production.

use planglass_core::review::versions::Relation;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::messages::environments::SideView;
use crate::messages::{CompareQuery, InputFacts, Query, View, counted};
use crate::viewer::components::carry::Carry;
use crate::viewer::components::compare_table::CompareTable;
use crate::viewer::components::parts::{icon, number, short_digest};
use crate::viewer::route::Page;
use crate::viewer::store::Action;
use crate::viewer::{Store, use_store, use_view};

/// Rows at first, and with each request for more.
const STEP: usize = 200;

/// The page.
#[component]
pub fn Systems() -> Html {
    let store = use_store();
    let relation = use_state_eq(|| None::<Relation>);
    let limit = use_state_eq(|| STEP);
    let states = store.opened.states();
    let pick = |key: &str, at: usize| {
        let wanted = store.route.get(key).and_then(|id| id.parse().ok());
        let named = states.iter().find(|facts| Some(facts.id) == wanted);
        named.or(states.get(at)).copied()
    };
    // What is not used for plans comes first: changes go from there to here.
    let left = pick("left", 1);
    let right = pick("right", 0);
    let environment = |key: &str| store.route.get(key).unwrap_or("prod").to_string();
    let query = left.zip(right).map(|(left, right)| CompareQuery {
        left: (left.id, environment("lenv")),
        right: (right.id, environment("renv")),
        relation: *relation,
        limit: *limit,
    });
    let view = use_view(query.clone().map(Query::Compare));
    let (Some(left), Some(right), Some(query)) = (left, right, query) else {
        return html! {
            <section class="screen pad" id="s-systems"><h1 class="vh">{ "Systems" }</h1><div class="empty">
                <p class="b">{ "Two states are compared here." }</p>
                <p class="i2">{ match states.len() {
                    0 => "Open the state exports of two systems, as of non-production and production.",
                    _ => "One state is open; open the export of another system as well. Two environments of one state are compared under Environments.",
                } }</p>
                <p><a class="btn pri" href={store.route.to(Page::Open).fragment()}>{ icon("folder") }{ "Open files" }</a></p></div></section>
        };
    };
    let sides = (stem(&left.name), stem(&right.name));
    let sides = if sides.0 == sides.1 {
        ("left".to_string(), "right".to_string())
    } else {
        sides
    };
    let on_relation = {
        let relation = relation.clone();
        Callback::from(move |wanted| relation.set(wanted))
    };
    let on_more = {
        let limit = limit.clone();
        Callback::from(move |()| limit.set(*limit + STEP * 5))
    };
    let Some(View::Compare(compared)) = view.as_deref() else {
        // One without environments, or the answer is still on its way.
        let empty = [left, right].into_iter().find(|facts| facts.without_environments);
        return html! {
            <section class="screen pad" id="s-systems"><h1>{ "Systems" }</h1>
                if let Some(facts) = empty {
                    <div class="empty"><p class="b">{ "These two cannot be compared." }</p>
                        <p class="i2">{ format!("{} holds no environment: its versions are promoted nowhere.", facts.name) }</p>
                        <p><a class="btn pri" href={store.route.to(Page::Open).fragment()}>{ icon("folder") }{ "Open files" }</a></p></div>
                }</section>
        };
    };
    let swapped = store
        .route
        .with("left", &right.id.to_string())
        .with("right", &left.id.to_string())
        .with("lenv", &compared.right.environment)
        .with("renv", &compared.left.environment)
        .fragment();
    html! {
        <section class="screen pad" id="s-systems">
            <div class="mh"><h1>{ "Systems" }</h1>
                <span class="t2 i2">{ format!("{} in both together; {} could be carried from {} to {}",
                    counted(compared.counts.iter().map(|(_, count)| count).sum(), "model"),
                    counted(compared.carried, "decision"), sides.0, sides.1) }</span></div>
            <div class="panel sys">
                { side(&store, &states, left, &compared.left, &sides.0, ("left", "lenv")) }
                <div><a class="btn quiet" id="swap" aria-label="Swap sides" title="Swap sides" href={swapped}><span aria-hidden="true">{ "⇄" }</span></a></div>
                { side(&store, &states, right, &compared.right, &sides.1, ("right", "renv")) }
            </div>
            <Carry {query} count={compared.carried} sides={sides.clone()} environment={compared.right.environment.clone()}
                digest={right.digest.clone()} />
            <section class="panel" aria-label="Models">
                <CompareTable view={compared.clone()} {sides} relation={*relation} {on_relation} {on_more} />
            </section>
        </section>
    }
}

fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.strip_suffix("-state")
        .or(stem.strip_suffix("_state"))
        .unwrap_or(stem)
        .to_string()
}

fn side(
    store: &Store,
    states: &[&InputFacts],
    facts: &InputFacts,
    view: &SideView,
    title: &str,
    keys: (&'static str, &'static str),
) -> Html {
    let choose = |key: &'static str| {
        let store = store.clone();
        Callback::from(move |event: Event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            if let Some(select) = target {
                store.dispatch(Action::Go(store.route.with(key, &select.value())));
            }
        })
    };
    let fact = |label: &'static str, value: Html| html! { <div><dt>{ label }</dt><dd>{ value }</dd></div> };
    html! {
        <div class="in stack tight-stack">
            <p class="row wrap"><b class="b t4">{ title }</b>
                <label class="row t2"><span class="vh">{ format!("State, {} side", keys.0) }</span><select class="inp m" onchange={choose(keys.0)}>
                    { for states.iter().map(|state| html! { <option value={state.id.to_string()} selected={state.id == facts.id}>{ &state.name }</option> }) }</select></label>
                <label class="row t2"><span class="vh">{ format!("Environment, {} side", keys.0) }</span><select class="inp m" onchange={choose(keys.1)}>
                    { for view.environments.iter().map(|name| html! { <option value={name.clone()} selected={*name == view.environment}>{ name }</option> }) }</select></label></p>
            <dl class="facts">
                { fact("Exported", html! { { if view.exported.is_empty() { "–" } else { &view.exported } } }) }
                { fact("Digest", html! { <code title={facts.digest.clone()}>{ short_digest(&facts.digest) }</code> }) }
                { fact("Models", html! { { number(view.models as u64) } }) }
            </dl>
        </div>
    }
}
