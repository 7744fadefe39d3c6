//! *Open*: which files are read, which failed and where; what is to be planned.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::messages::{InputFacts, Query, View, What, counted};
use crate::viewer::components::diagnostics::Diagnostics;
use crate::viewer::components::options_form::OptionsForm;
use crate::viewer::components::parts::{icon, short_digest, sign, size};
use crate::viewer::files::{self, Sample};
use crate::viewer::store::Action;
use crate::viewer::{Store, clock, look, save, use_store};

/// Properties of [`Open`].
#[derive(Properties, PartialEq)]
pub struct OpenProps {
    /// Something is being dragged over the page.
    pub dragging: bool,
}

fn picked(store: &Store) -> Callback<Event> {
    let store = store.dispatcher();
    Callback::from(move |event: Event| {
        let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        else {
            return;
        };
        let parcels = input
            .files()
            .map(|list| files::from_list(&list))
            .unwrap_or_default();
        // Choosing the same files again must be heard again.
        input.set_value("");
        if parcels.is_empty() {
            store.dispatch(Action::Refuse(
                "nothing in there can be used by a project or a plan".into(),
            ));
        } else {
            store.dispatch(Action::Open(parcels));
        }
    })
}

/// The page.
#[component]
pub fn Open(props: &OpenProps) -> Html {
    let store = use_store();
    let sample = use_memo((), |()| Sample::in_page());
    let open_sample = {
        let (store, sample) = (store.dispatcher(), sample.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(sample) = &*sample {
                store.dispatch(Action::OpenSample(
                    sample.parcels(),
                    sample.environment.clone(),
                    clock(),
                ));
            }
        })
    };
    html! {
        <section class="screen pad" id="s-open">
            <div class="cols">
                <div class="stack">
                    <div><h1>{ "Open" }</h1>
                        <p class="i2">{ "Everything is read and computed inside this tab. Nothing is uploaded." }</p></div>
                    <div class={classes!("drop", props.dragging.then_some("over"))}>
                        <p class="b t4">{ "Drop a project folder and a state export anywhere on this page" }</p>
                        <p class="i2 t2">{ "Folder, zip or single files · state from " }<code>{ "sqlmesh state export -o state.json" }</code></p>
                        <p class="row wrap center">
                            <label class="btn pri">{ "Choose files" }
                                <input class="vh" id="pick-files" type="file" multiple=true onchange={picked(&store)} /></label>
                            <label class="btn">{ "Choose folder" }
                                <input class="vh" id="pick-folder" type="file" webkitdirectory=true multiple=true onchange={picked(&store)} /></label>
                            if let Some(sample) = &*sample {
                                <button class="btn quiet" id="open-sample" onclick={open_sample}>
                                    { format!("Use the sample project “{}”", sample.name) }</button>
                            }
                        </p>
                    </div>
                    if !store.opened.inputs.is_empty() { { loaded(&store) } }
                </div>
                <div class="stack">
                    <OptionsForm />
                    { privacy() }
                </div>
            </div>
        </section>
    }
}

fn loaded(store: &Store) -> Html {
    let inputs = &store.opened.inputs;
    let problems: Vec<_> = inputs.iter().flat_map(|facts| facts.problems.clone()).collect();
    let state_missing = store.opened.can_plan && !inputs.iter().any(|facts| facts.what == What::State);
    html! {
        <section class="panel" aria-label="Loaded files">
            <header><h2>{ "Loaded" }</h2>
                <span class="sp t2 i2">{ format!("read in {:.0} ms", store.read_millis) }</span></header>
            <table class="cards files">
                <thead><tr><th scope="col">{ "File" }</th><th scope="col">{ "What" }</th><th scope="col">{ "Contains" }</th>
                    <th scope="col">{ "Exported" }</th><th scope="col" class="n">{ "Size, blake3" }</th>
                    <th scope="col">{ "Status" }</th>
                    <th scope="col"><span class="vh">{ "Close" }</span></th></tr></thead>
                <tbody>{ for inputs.iter().map(|facts| file(store, facts)) }</tbody>
            </table>
            if !problems.is_empty() { <Diagnostics {problems} /> }
            { for inputs.iter().filter(|facts| !facts.findings.is_empty()).map(findings) }
            if state_missing {
                <footer>{ "No state is open: the plan takes every model as new." }</footer>
            }
        </section>
    }
}

/// What is wrong inside of a state, folded: it can be planned with all the same.
fn findings(facts: &InputFacts) -> Html {
    let errors = facts.findings.iter().filter(|finding| finding.is_error()).count();
    let words = match errors {
        0 => counted(facts.findings.len(), "finding"),
        errors => format!(
            "{}, {} of them severe",
            counted(facts.findings.len(), "finding"),
            errors
        ),
    };
    html! {
        <details class="treated" data-findings={facts.name.clone()}>
            <summary>{ sign(if errors > 0 { "err" } else { "warn" }) }{ format!("{words} inside of {}", facts.name) }</summary>
            <Diagnostics problems={facts.findings.iter().take(MOST_FINDINGS).cloned().collect::<Vec<_>>()} />
            if facts.findings.len() > MOST_FINDINGS {
                <p class="in t2 i2">{ format!("The first {MOST_FINDINGS}; `planglass state lint` lists all.") }</p>
            }
        </details>
    }
}

/// How many findings of a state are drawn.
const MOST_FINDINGS: usize = 100;

/// Saves a state without its texts.
fn redacted(facts: &InputFacts) -> Callback<MouseEvent> {
    let (id, name) = (facts.id, facts.name.clone());
    Callback::from(move |_: MouseEvent| {
        let name = format!("redacted-{name}");
        look(Query::Redacted(id, false), move |view| {
            if let Some(View::Text(text)) = view {
                save::file(&name, &text);
            }
        });
    })
}

fn file(store: &Store, facts: &InputFacts) -> Html {
    let (id, what) = match facts.what {
        What::State => ("file", "State"),
        What::Project => ("folder", "Project"),
        What::Report => ("file", "Saved plan"),
        What::Decisions => ("file", "Decisions"),
    };
    let close = {
        let (store, id) = (store.dispatcher(), facts.id);
        Callback::from(move |_: MouseEvent| store.dispatch(Action::Close(id)))
    };
    let show = {
        let store = store.dispatcher();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::ShowReport))
    };
    let choose = {
        let (store, id) = (store.dispatcher(), facts.id);
        Callback::from(move |_: MouseEvent| store.dispatch(Action::Use(id)))
    };
    let or_dash = |text: &str| {
        if text.is_empty() {
            "–".to_string()
        } else {
            text.to_string()
        }
    };
    let exported = facts.exported.as_deref().unwrap_or_default();
    html! {
        <tr data-what={what}>
            <td>{ icon(id) }<span class="nm" title={facts.name.clone()}>{ &facts.name }</span></td>
            <td class="nw">{ what }if facts.what == What::State && facts.used { <span class="i3 block">{ "used for plans" }</span> }</td>
            <td class="full">{ or_dash(&facts.contains) }
                if let Some(versions) = &facts.versions { <span class="i3 block">{ versions }</span> }</td>
            <td class={classes!("nw", exported.is_empty().then_some("none"))} data-l="Exported">{ or_dash(exported.strip_suffix(":00+00:00").unwrap_or(exported)) }</td>
            <td class="n nw">{ size(facts.size) }<code class="i3 block" title={facts.digest.clone()}>{ short_digest(&facts.digest) }</code></td>
            <td><span class="row nw">
                if !facts.usable() { { sign("err") }{ "Cannot read" } }
                else if facts.problems.is_empty() { { sign("ok") }{ "Ready" } }
                else { { sign("warn") }{ counted(facts.problems.len(), "note") } }
            </span>
                if !facts.findings.is_empty() { <span class="i3 block nw">{ counted(facts.findings.len(), "finding") }</span> }</td>
            <td class="n"><span class="row end">
                if facts.what == What::State && !facts.used { <button class="btn" onclick={choose}>{ "Use" }</button> }
                if facts.what == What::State && facts.usable() {
                    <button class="btn" data-redact="" onclick={redacted(facts)}
                        title="Saves the state without SQL, code and descriptions: fit to be passed on">{ "Redact" }</button>
                }
                if facts.what == What::Report { <button class="btn" onclick={show}>{ "Show" }</button> }
                <button class="btn quiet" data-close="" onclick={close} aria-label={format!("Close {}", facts.name)}>{ icon("x") }</button>
            </span></td>
        </tr>
    }
}

/// The policy as it stands in the page, and the promise that it keeps.
fn privacy() -> Html {
    let policy = document()
        .query_selector("meta[http-equiv='Content-Security-Policy']")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"));
    html! {
        <section class="panel">
            <header><h2>{ "Nothing leaves this page" }</h2><span class="sp row">{ icon("lock") }</span></header>
            <div class="in stack tight-stack">
                <p class="t2 i2">{ "The browser itself enforces it: the page carries a policy that forbids every connection. \
                    Switch off the network and it works the same." }</p>
                if let Some(policy) = policy { <pre class="csp">{ policy }</pre> }
            </div>
        </section>
    }
}
