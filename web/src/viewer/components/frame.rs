//! What surrounds every page: tabs, the bar with the plan's facts, alarms, keys.

use web_sys::{DragEvent, HtmlElement};
use yew::prelude::*;

use super::digest::Digest;
use super::parts::{count, icon, number, sign};
use crate::viewer::pages::{
    changes::Changes, environments::Environments, help::Help, intervals::Intervals, lineage::Lineage,
    model::Model, open::Open, plan::Plan, report::Report, systems::Systems,
};
use crate::viewer::route::Page;
use crate::viewer::store::Action;
use crate::viewer::{Store, cancel, files, keys, open_files, use_store};

/// The whole page.
#[component]
pub fn Frame() -> Html {
    let store = use_store();
    let dragging = use_state_eq(|| false);
    let drag = |over: bool| {
        let dragging = dragging.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            dragging.set(over);
        })
    };
    let on_drop = {
        let (store, dragging) = (store.clone(), dragging.clone());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            dragging.set(false);
            if let Some(transfer) = event.data_transfer() {
                open_files(&store, files::from_entries(files::entries(&transfer)));
            }
        })
    };
    let page = match store.route.page {
        Page::Open => html! { <Open dragging={*dragging} /> },
        Page::Plan => html! { <Plan /> },
        Page::Changes => html! { <Changes /> },
        Page::Model => html! { <Model /> },
        Page::Lineage => html! { <Lineage /> },
        Page::Intervals => html! { <Intervals /> },
        Page::Environments => html! { <Environments /> },
        Page::Systems => html! { <Systems /> },
        Page::Report => html! { <Report /> },
        Page::Help => html! { <Help /> },
    };
    html! {
        <div class="app" ondragenter={drag(true)} ondragover={drag(true)} ondragleave={drag(false)} ondrop={on_drop}>
            <a class="skip" href="#main" onclick={skip()}>{ "Skip to the content" }</a>
            { top(&store) }
            { bar(&store) }
            <main id="main" tabindex="-1">
                { alarm(&store) }
                { page }
            </main>
            { foot(&store) }
            { bottom(&store) }
            if store.keys { <KeyList /> }
        </div>
    }
}

/// Moves the focus without touching the fragment, which is the route.
fn skip() -> Callback<MouseEvent> {
    Callback::from(|event: MouseEvent| {
        event.prevent_default();
        let main = gloo::utils::document().get_element_by_id("main");
        if let Some(main) = main
            .as_ref()
            .and_then(wasm_bindgen::JsCast::dyn_ref::<HtmlElement>)
        {
            let _ = main.focus();
        }
    })
}

fn tab(store: &Store, page: Page) -> Html {
    let current = (store.route.page == page).then_some("page");
    let changes = match (store.summary(), page) {
        (Some(summary), Page::Changes) => Some(summary.changes),
        (_, Page::Environments) => Some(store.opened.environments.len()).filter(|count| *count > 0),
        _ => None,
    };
    html! {
        <a href={store.route.to(page).fragment()} aria-current={current}>
            { page.title() }
            { changes.map(count) }
        </a>
    }
}

fn top(store: &Store) -> Html {
    let switch = {
        let store = store.dispatcher();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::SwitchTheme))
    };
    let keys = {
        let store = store.dispatcher();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::Keys(true)))
    };
    let theme = format!("Theme: {}", store.route.theme.words());
    html! {
        <header class="top">
            <a class="brand" href={store.route.to(Page::Open).fragment()}>
                <svg viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.75">
                    <rect x="2" y="2" width="11" height="11" rx="2" /><rect x="7" y="7" width="11" height="11" rx="2" />
                </svg>
                { "Planglass" }
            </a>
            <nav class="tabs" aria-label="Pages">{ for Page::ALL.into_iter().map(|page| tab(store, page)) }</nav>
            <span class="offline sp" title="The policy of this page forbids every connection">
                { icon("lock") }<span>{ "Offline" }</span>
            </span>
            <button class="btn quiet" onclick={switch} aria-label={theme.clone()} title={theme}>
                { icon("sun") }<kbd class="wide">{ "t" }</kbd>
            </button>
            <button class="btn quiet" onclick={keys} aria-label="All keys"><kbd>{ "?" }</kbd></button>
        </header>
    }
}

fn bar(store: &Store) -> Html {
    let undo = |action: Action, label: &'static str, id: &'static str, enabled: bool| {
        let dispatch = {
            let store = store.dispatcher();
            Callback::from(move |_: MouseEvent| store.dispatch(action.clone()))
        };
        html! { <button class="btn quiet" onclick={dispatch} disabled={!enabled} aria-label={label} title={label}>
        { icon(id) }<span class="wide">{ label }</span></button> }
    };
    let working = if store.reading {
        Some("Reading files…")
    } else if store.computing() {
        Some("Planning…")
    } else {
        None
    };
    let working = working.map(|words| {
        let stop = Callback::from(|_: MouseEvent| cancel());
        html! {
            <span class="row working" role="status"><progress></progress>{ words }
                <button class="btn quiet" onclick={stop}>{ "Cancel" }</button></span>
        }
    });
    if store.plan.is_none() {
        return html! {
            <div class="bar">{ working.unwrap_or_else(|| html! { <span class="i2">{ "No plan yet" }</span> }) }</div>
        };
    }
    let plan = store.summary();
    let fact = |label: &'static str, value: Html| html! { <div><dt>{ label }</dt><dd>{ value }</dd></div> };
    let to_decide = plan.map_or(0, |plan| plan.to_decide.len());
    html! {
        <div class="bar">
            if let Some(plan) = plan {
                <span id="environment-name"><b class="b m">{ &plan.environment }</b>
                    if plan.is_new_environment && plan.environment != plan.create_from {
                        <span class="i3">{ " against " }</span><b class="b m">{ &plan.create_from }</b>
                    }
                </span>
                <dl class="wide">
                    { fact("Executed", html! { { format!("{} UTC", moment(plan.execution_time)) } }) }
                    if let (Some(start), Some(end)) = (plan.start, plan.end) {
                        { fact("Range", html! { { format!("{} – {}", moment(start), moment(end)) } }) }
                    }
                    { fact("Plan", html! { <Digest /> }) }
                </dl>
            } else {
                <span class="i2">{ "No plan" }</span>
            }
            { working.unwrap_or_default() }
            // What a choice came to is said below the list of changes, and here on all other pages.
            <span class="effect el t2" id="effect" role="status">
                if let Some(effect) = store.effect.as_ref().filter(|_| store.route.page != Page::Changes) {
                    <b class="b">{ &effect.what }</b>{ " " }<span class="i2">{ &effect.result }</span>
                }
            </span>
            <span class="sp row">
                if to_decide > 0 {
                    <span class="row">{ sign("todo") }
                        <a class="b" href={store.route.changes(None).fragment()}>{ format!("{} to decide", number(to_decide as u64)) }</a></span>
                }
                if store.can_choose() {
                    { undo(Action::Undo, "Undo", "undo", store.history.can_undo()) }
                    { undo(Action::Redo, "Redo", "redo", store.history.can_redo()) }
                }
            </span>
        </div>
    }
}

/// A date when the instant is a midnight, else date and time.
pub fn moment(at: planglass_core::time::Timestamp) -> String {
    let text = at.datetime_text();
    match text.strip_suffix(" 00:00:00").or(text.strip_suffix(":00")) {
        Some(short) => short.to_string(),
        None => text,
    }
}

/// First and last day of a span whose end is not inside.
pub fn days((start, end): (planglass_core::time::Timestamp, planglass_core::time::Timestamp)) -> String {
    format!("{} – {}", start.date_text(), end.plus(-1).date_text())
}

fn alarm(store: &Store) -> Html {
    let Some(message) = &store.alarm else {
        return Html::default();
    };
    let dismiss = {
        let store = store.dispatcher();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::Dismiss))
    };
    html! {
        <div class="alarm" role="alert">{ sign("err") }<p>{ super::diagnostics::prose(message) }</p>
            <button class="btn quiet" onclick={dismiss} aria-label="Dismiss">{ icon("x") }</button></div>
    }
}

fn foot(store: &Store) -> Html {
    let hint = |keys: &'static [&'static str], words: &'static str| {
        html! { <span>{ for keys.iter().map(|key| html! { <kbd>{ *key }</kbd> }) }{ words }</span> }
    };
    html! {
        <footer class="keys">
            { match store.route.page {
                Page::Changes | Page::Model => html! { <>
                    { hint(&["j", "k"], "next, previous change") }
                    { hint(&["Enter"], "open") }
                    { hint(&["b", "n", "a"], "category") }
                    { hint(&["v"], "viewed") }
                    { hint(&["/"], "filter") }
                    { hint(&["u"], "undo") }
                </> },
                Page::Lineage => html! { <>
                    { hint(&["←", "→"], "parents, children") }
                    { hint(&["↑", "↓"], "beside") }
                    { hint(&["+", "-", "0"], "size") }
                    { hint(&["Enter"], "open") }
                    { hint(&["/"], "find") }
                </> },
                Page::Intervals => html! { <>
                    { hint(&["←", "→"], "move") }
                    { hint(&["+", "-"], "zoom") }
                    { hint(&["/"], "filter") }
                </> },
                Page::Report => html! { <>{ hint(&["y"], "copy") }{ hint(&["s"], "save") }</> },
                _ => html! { <>
                    { hint(&["g", "p"], "plan") }
                    { hint(&["g", "c"], "changes") }
                    { hint(&["g", "i"], "intervals") }
                    { hint(&["g", "e"], "environments") }
                </> },
            } }
            { hint(&["t"], "theme") }
            { hint(&["?"], "all keys") }
            <span class="sp">{ format!("planglass {}", crate::VERSION) }</span>
        </footer>
    }
}

/// Pages at the bottom of a narrow screen; the rest is under *More*.
const BOTTOM: [(Page, &str); 4] = [
    (Page::Open, "folder"),
    (Page::Plan, "plan"),
    (Page::Changes, "list"),
    (Page::Model, "file"),
];

fn bottom(store: &Store) -> Html {
    let current = |page: Page| (store.route.page == page).then_some("page");
    let rest = || {
        Page::ALL
            .into_iter()
            .filter(|page| !BOTTOM.iter().any(|(first, _)| first == page))
    };
    let more = rest().any(|page| store.route.page == page).then_some("true");
    html! {
        <nav class="bottom" aria-label="Pages">
            { for BOTTOM.into_iter().map(|(page, id)| html! {
                <a href={store.route.to(page).fragment()} aria-current={current(page)}>{ icon(id) }{ page.title() }</a>
            }) }
            <details key={store.route.page.slug()}><summary aria-current={more}>{ icon("more") }{ "More" }</summary>
                <div class="menu">{ for rest().map(|page| html! {
                    <a href={store.route.to(page).fragment()} aria-current={current(page)}>{ page.title() }</a>
                }) }</div></details>
        </nav>
    }
}

/// The overlay with all keys. It takes the focus and gives it back.
#[component]
fn KeyList() -> Html {
    let store = use_store();
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let before = gloo::utils::document().active_element();
            if let Some(element) = node.cast::<HtmlElement>() {
                let _ = element.focus();
            }
            move || {
                if let Some(element) = before
                    .as_ref()
                    .and_then(wasm_bindgen::JsCast::dyn_ref::<HtmlElement>)
                {
                    let _ = element.focus();
                }
            }
        });
    }
    let close = {
        let store = store.dispatcher();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::Keys(false)))
    };
    // Its only button keeps the focus: what lies below cannot be used meanwhile.
    let stay = Callback::from(|event: KeyboardEvent| {
        if event.key() == "Tab" {
            event.prevent_default();
        }
    });
    html! {
        <div class="veil" onclick={close.clone()}>
            <div class="sheet" role="dialog" aria-modal="true" aria-label="Keys" onkeydown={stay}>
                <header><h2>{ "Keys" }</h2>
                    <button class="btn quiet sp" ref={node} onclick={close} aria-label="Close">{ icon("x") }</button></header>
                <div class="kgrid">
                    { for keys::GROUPS.iter().map(|(title, list)| html! {
                        <section><h3>{ *title }</h3><ul>
                            { for list.iter().map(|(key, words)| html! {
                                <li><span>{ *words }</span>{ for key.split(' ').map(|key| html! { <kbd>{ key }</kbd> }) }</li>
                            }) }
                        </ul></section>
                    }) }
                </div>
            </div>
        </div>
    }
}
