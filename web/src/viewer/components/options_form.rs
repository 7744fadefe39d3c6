//! The options of a plan: gateway, environment, moment, range, switches.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::viewer::form::{Field, Switch, minute};
use crate::viewer::store::Action;
use crate::viewer::{Store, clock, use_store};

fn edits(store: &Store, field: Field) -> Callback<InputEvent> {
    let store = store.dispatcher();
    Callback::from(move |event: InputEvent| {
        if let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        {
            store.dispatch(Action::Edit(field, input.value()));
        }
    })
}

fn text(store: &Store, field: Field, id: &'static str, hint: String) -> Html {
    html! {
        <input class="inp m" type="text" {id} placeholder={hint} value={store.form.text(field).to_string()}
            oninput={edits(store, field)} autocomplete="off" spellcheck="false"
            list={(field == Field::Environment || field == Field::CreateFrom).then_some("environments")} />
    }
}

fn field(id: &'static str, label: &'static str, control: Html) -> Html {
    html! { <div class="field"><label for={id}>{ label }</label>{ control }</div> }
}

fn switch(store: &Store, switch: Switch, id: &'static str, label: &'static str) -> Html {
    let flip = {
        let store = store.dispatcher();
        Callback::from(move |_: Event| store.dispatch(Action::Flip(switch)))
    };
    html! {
        <label class="ck"><input type="checkbox" data-switch={id} checked={store.form.on.contains(&switch)} onchange={flip} />{ label }</label>
    }
}

/// The form, and the button that plans.
#[component]
pub fn OptionsForm() -> Html {
    let store = use_store();
    let opened = &store.opened;
    let submit = {
        let store = store.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if store.opened.can_plan {
                store.dispatch(Action::Compute(clock()));
            }
        })
    };
    let gateway = if opened.gateways.len() > 1 {
        let choose = {
            let store = store.dispatcher();
            Callback::from(move |event: Event| {
                let target = event
                    .target()
                    .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
                if let Some(select) = target {
                    store.dispatch(Action::Edit(Field::Gateway, select.value()));
                }
            })
        };
        let chosen = store.form.text(Field::Gateway);
        html! {
            <select class="inp" id="gateway" onchange={choose}>
                <option value="" selected={chosen.is_empty()}>{ format!("{} (default)", opened.default_gateway) }</option>
                { for opened.gateways.iter().filter(|name| **name != opened.default_gateway).map(|name| html! {
                    <option value={name.clone()} selected={chosen == name}>{ name }</option>
                }) }
            </select>
        }
    } else {
        let hint = opened
            .gateways
            .first()
            .cloned()
            .unwrap_or_else(|| "the project's default".to_string());
        text(&store, Field::Gateway, "gateway", hint)
    };
    let exported = opened.exported_at.map(|at| {
        let moment = minute(at);
        let take = {
            let (store, moment) = (store.dispatcher(), moment.clone());
            Callback::from(move |_: MouseEvent| store.dispatch(Action::Edit(Field::Now, moment.clone())))
        };
        html! { <button class="btn quiet" type="button" onclick={take} title={moment}>{ "as of export" }</button> }
    });
    html! {
        <section class="panel">
            <header><h2>{ "Plan options" }</h2></header>
            <form class="in" onsubmit={submit}>
                { field("gateway", "Gateway", gateway) }
                { field("environment", "Environment", text(&store, Field::Environment, "environment", opened_default(&opened.default_environment))) }
                { field("create-from", "Compare with", text(&store, Field::CreateFrom, "create-from", "prod, if it is new".into())) }
                { field("now", "Planned at, UTC", html! { <span class="row">
                    { text(&store, Field::Now, "now", "now".into()) }{ exported }
                </span> }) }
                { field("start", "Start, end", html! { <span class="row">
                    { text(&store, Field::Start, "start", "model start".into()) }
                    <label class="vh" for="end">{ "End" }</label>
                    { text(&store, Field::End, "end", "planned at".into()) }
                </span> }) }
                <div class="cks">
                    { switch(&store, Switch::ForwardOnly, "forward-only", "Forward-only for all direct changes") }
                    { switch(&store, Switch::IncludeUnmodified, "include-unmodified", "Include unmodified models") }
                    { switch(&store, Switch::NoAutoCategorization, "no-auto-categorization", "Leave direct changes without a category") }
                    { switch(&store, Switch::SkipBackfill, "skip-backfill", "Fill nothing") }
                    { switch(&store, Switch::NoGaps, "no-gaps", "Refuse gaps in what is promoted") }
                </div>
                <details>
                    <summary>{ "Selection and restatement" }</summary>
                    { field("select", "Select models", text(&store, Field::Select, "select", "all".into())) }
                    { field("backfill", "Backfill models", text(&store, Field::Backfill, "backfill", "all".into())) }
                    { field("restate", "Restate models", text(&store, Field::Restate, "restate", "none".into())) }
                    { field("allow-destructive", "May lose columns", text(&store, Field::AllowDestructive, "allow-destructive", "none".into())) }
                    { field("effective-from", "Effective from", text(&store, Field::EffectiveFrom, "effective-from", "–".into())) }
                </details>
                if let Some(message) = &store.form_error {
                    <p class="form-error" role="alert">{ super::parts::sign("err") }<span>{ super::diagnostics::prose(message) }</span></p>
                }
                <button class="btn pri wide-btn" id="compute" type="submit" disabled={!opened.can_plan}>
                    { if store.computing() { "Computing…" } else { "Compute plan" } }
                </button>
                <datalist id="environments">
                    { for opened.environments.iter().map(|environment| html! { <option value={environment.clone()} /> }) }
                </datalist>
            </form>
        </section>
    }
}

fn opened_default(name: &str) -> String {
    if name.is_empty() {
        "prod".to_string()
    } else {
        name.to_string()
    }
}
