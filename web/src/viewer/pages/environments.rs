//! *Environments*: what each holds, when it expires, how it differs from another, what the janitor would take.

use planglass_core::review::versions::Relation;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::nothing_yet;
use crate::messages::environments::{EnvironmentView, EnvironmentsView};
use crate::messages::{CompareQuery, EnvironmentsQuery, Query, View, counted};
use crate::viewer::components::compare_table::CompareTable;
use crate::viewer::components::parts::{number, sign};
use crate::viewer::store::Action;
use crate::viewer::{Store, clock, use_store, use_view};

/// Rows of a comparison at first, and with each request for more.
const STEP: usize = 100;

/// The page.
#[component]
pub fn Environments() -> Html {
    let store = use_store();
    let opened_at = use_memo((), |()| clock());
    let now = store
        .summary()
        .map(|plan| plan.execution_time)
        .or(store.opened.exported_at)
        .unwrap_or(*opened_at);
    let view = use_view(Some(Query::Environments(EnvironmentsQuery { now })));
    let Some(View::Environments(view)) = view.as_deref() else {
        return nothing_yet(&store, "No state is open.");
    };
    let names: Vec<&str> = view
        .environments
        .iter()
        .map(|environment| environment.name.as_str())
        .collect();
    let other = |not: &str| names.iter().find(|name| **name != not).copied();
    let wanted = store.route.get("env").filter(|name| names.contains(name));
    let left = wanted.or_else(|| other("prod")).unwrap_or_default().to_string();
    let wanted = store.route.get("against").filter(|name| names.contains(name));
    let right = wanted
        .or_else(|| Some("prod").filter(|prod| names.contains(prod) && left != *prod))
        .or_else(|| other(&left))
        .unwrap_or_default()
        .to_string();
    html! {
        <section class="screen pad" id="s-envs">
            <div class="mh"><h1>{ "Environments" }</h1>
                <span class="t2 i2">{ format!("{} in the state, as of {} UTC", view.environments.len(), now.datetime_text()) }</span></div>
            <div class="cols">
                <div class="stack">
                    { list(&store, view, &left) }
                    if names.len() > 1 {
                        <Difference state={view.state} names={names.iter().map(ToString::to_string).collect::<Vec<_>>()} {left} {right} />
                    }
                </div>
                { janitor(view) }
            </div>
        </section>
    }
}

fn list(store: &Store, view: &EnvironmentsView, selected: &str) -> Html {
    html! {
        <section class="panel" aria-label="All environments">
            <table class="cards envs">
                <thead><tr><th scope="col">{ "Environment" }</th><th scope="col" class="n">{ "Models" }</th><th scope="col" class="n">{ "Views" }</th>
                    <th scope="col" class="n">{ "Differ from prod" }</th><th scope="col">{ "Range" }</th><th scope="col">{ "Finished" }</th><th scope="col">{ "Expires" }</th></tr></thead>
                <tbody>{ for view.environments.iter().map(|environment| entry(store, environment, selected)) }</tbody>
            </table>
            if view.environments.is_empty() {
                <p class="in t2 i2">{ "The state holds no environment: its versions are promoted nowhere." }</p>
            }
        </section>
    }
}

fn entry(store: &Store, environment: &EnvironmentView, selected: &str) -> Html {
    let on = environment.name == selected;
    let href = store
        .route
        .with("env", &environment.name)
        .with("against", "")
        .fragment();
    let dash = |text: &str| {
        if text.is_empty() {
            "–".to_string()
        } else {
            text.to_string()
        }
    };
    html! {
        <tr aria-selected={on.then_some("true")} data-environment={environment.name.clone()}>
            <td><a class="m b" {href}>{ &environment.name }</a>
                if environment.planned { { " " }<span class="count">{ "this plan" }</span> }
                <span class="i3 block t1">{ &environment.naming }
                    if let Some(plan) = short(&environment.plan_id) { { "; plan " }<span title={environment.plan_id.clone()}>{ plan }</span> }</span></td>
            <td class="n" data-l="Models">{ number(environment.models as u64) }</td>
            <td class="n" data-l="Views">{ number(environment.promoted as u64) }</td>
            <td class="n" data-l="Differ from prod">{ environment.differs.map_or("–".to_string(), |count| number(count as u64)) }</td>
            <td data-l="Range">{ format!("{} – {}", dash(&environment.start), if environment.end.is_empty() { "open" } else { &environment.end }) }</td>
            <td data-l="Finished">if environment.finalised.is_empty() { <span class="row">{ sign("warn") }{ "Not finished" }</span> }
                else { { &environment.finalised } }</td>
            <td data-l="Expires">if environment.expired { <span class="row">{ sign("err") }{ format!("Expired {}", environment.expires) }</span> }
                else if environment.expires.is_empty() { { "never" } } else { { &environment.expires } }</td>
        </tr>
    }
}

/// The first digits of a plan's id; `None` where they would tell nothing.
fn short(plan: &str) -> Option<&str> {
    let digits = plan.get(..8).unwrap_or(plan);
    digits.contains(|char| char != '0').then_some(digits)
}

fn janitor(view: &EnvironmentsView) -> Html {
    let expired: Vec<&EnvironmentView> = view
        .environments
        .iter()
        .filter(|environment| environment.expired)
        .collect();
    let nothing = expired.is_empty() && view.janitor_count == 0;
    html! {
        <section class="panel" aria-label="What the janitor would take">
            <header><h2>{ "What the janitor would take" }</h2></header>
            <ul class="att">
                if nothing {
                    <li>{ sign("ok") }<p><b class="b">{ "Nothing." }</b>{ " " }<span>{ "No environment has expired, and no unused version is past its time to live." }</span></p></li>
                }
                { for expired.iter().map(|environment| html! {
                    <li>{ sign("warn") }<p><code class="b">{ &environment.name }</code>{ " " }
                        <span>{ format!("expired {}: its {} are dropped", environment.expires, counted(environment.promoted, "view")) }</span></p></li>
                }) }
                { for view.janitor.iter().map(|taken| html! {
                    <li data-taken={taken.identifier.clone()}>{ sign("warn") }<p><code>{ &taken.name }</code>{ " " }<code class="i3">{ &taken.identifier }</code>{ " " }
                        <span class="block">{ match taken.tables.len() {
                            0 => format!("unused, free since {}; its tables are shared and stay", taken.since),
                            _ => format!("unused, free since {}; drops {}", taken.since, taken.tables.join(", ")),
                        } }</span></p></li>
                }) }
            </ul>
            if view.janitor_count > view.janitor.len() { <p class="in t2 i2">{ format!("and {} more", number((view.janitor_count - view.janitor.len()) as u64)) }</p> }
            <footer>{ format!("{} of {} stored versions, {}. An export holds only versions that environments refer to, so a database may hold more.",
                view.janitor_count, view.snapshots, counted(view.tables, "table")) }</footer>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct DifferenceProps {
    state: u32,
    names: Vec<String>,
    left: String,
    right: String,
}

/// The selected environment beside another.
#[component]
fn Difference(props: &DifferenceProps) -> Html {
    let store = use_store();
    let relation = use_state_eq(|| None::<Relation>);
    let limit = use_state_eq(|| STEP);
    let query = CompareQuery {
        left: (props.state, props.left.clone()),
        right: (props.state, props.right.clone()),
        relation: *relation,
        limit: *limit,
    };
    let view = use_view(Some(Query::Compare(query)));
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
    let select = |key: &'static str, label: &'static str, current: &str| {
        html! {
            <label class="row t2"><span class="i2">{ label }</span>
                <select class="inp m" id={format!("pick-{key}")} onchange={choose(key)}>{ for props.names.iter().map(|name| html! {
                    <option value={name.clone()} selected={name == current}>{ name }</option>
                }) }</select></label>
        }
    };
    let on_relation = {
        let relation = relation.clone();
        Callback::from(move |wanted| relation.set(wanted))
    };
    let on_more = {
        let limit = limit.clone();
        Callback::from(move |()| limit.set(*limit + STEP * 5))
    };
    html! {
        <section class="panel" aria-label="Difference">
            <header class="wrap"><h2>{ "Difference" }</h2><span class="sp row wrap">
                { select("env", "of", &props.left) }{ select("against", "to", &props.right) }</span></header>
            if let Some(View::Compare(view)) = view.as_deref() {
                <CompareTable view={view.clone()} sides={(props.left.clone(), props.right.clone())} relation={*relation} {on_relation} {on_more} />
            }
        </section>
    }
}
