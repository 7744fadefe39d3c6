//! *Lineage*: the graph of what changes, and of everything around it.

use std::rc::Rc;

use gloo::events::EventListener;
use gloo::utils::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Blob, BlobPropertyBag, HtmlAnchorElement, HtmlElement, HtmlInputElement, HtmlSelectElement, Url,
};
use yew::prelude::*;

use super::nothing_yet;
use crate::messages::lineage::{Lens, LineageQuery, LineageView, Part, Scene};
use crate::messages::rows::Group;
use crate::messages::{Query, View};
use crate::viewer::components::parts::{badge, icon, number};
use crate::viewer::lineage::canvas::Canvas;
use crate::viewer::lineage::card::Card;
use crate::viewer::lineage::drawing::Drawing;
use crate::viewer::lineage::handle::Handle;
use crate::viewer::lineage::inks::{Inks, tokens};
use crate::viewer::lineage::list::NodeList;
use crate::viewer::lineage::paint::Looks;
use crate::viewer::lineage::question::{MOST_STEPS, awaits_end, key, query_of, unfold};
use crate::viewer::lineage::sheet::context;
use crate::viewer::lineage::stage::Stage;
use crate::viewer::lineage::svg;
use crate::viewer::route::{Page, Route};
use crate::viewer::store::Action;
use crate::viewer::{Store, use_store, use_view};

/// An answer, equal only to itself: it is too large to be compared with every keystroke.
#[derive(Clone)]
struct Same(Option<Rc<View>>);

impl PartialEq for Same {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }
}

/// The page.
#[component]
pub fn Lineage() -> Html {
    let store = use_store();
    let find = use_state_eq(String::new);
    let muted = use_state_eq(Vec::<String>::new);
    let group = use_state_eq(|| None::<String>);
    let handle = use_memo((), |()| Handle::default());
    let asked = store
        .summary()
        .map(|_| Query::Lineage(Box::new(query_of(&store.route, &find))));
    let answer = use_view(asked);
    let view = match answer.as_deref() {
        Some(View::Lineage(view)) => Some(view.as_ref()),
        _ => None,
    };
    let drawing = use_memo(Same(answer.clone()), |Same(answer)| {
        let scene = match answer.as_deref() {
            Some(View::Lineage(view)) => Scene::unpack(&view.scene),
            _ => None,
        };
        Rc::new(Drawing::new(scene.unwrap_or_default()))
    });
    let drawing = (*drawing).clone();
    let inks = use_inks(&store);
    let looks = {
        let entries: Vec<(String, u8)> = view
            .iter()
            .flat_map(|view| &view.legend)
            .map(|entry| (entry.title.clone(), entry.ink))
            .collect();
        let by_lens = view.is_some_and(|view| view.query.lens != Lens::Status);
        use_memo(
            (entries, (*muted).clone(), inks, by_lens),
            |(entries, muted, inks, by_lens)| {
                Rc::new(Looks {
                    letter: letter(inks),
                    inks: inks.clone(),
                    entries: entries.iter().map(|(_, ink)| *ink).collect(),
                    muted: entries.iter().map(|(title, _)| muted.contains(title)).collect(),
                    by_lens: *by_lens,
                })
            },
        )
    };
    let looks = (*looks).clone();
    let selected = (*group)
        .as_ref()
        .or(store.route.model.as_ref())
        .and_then(|name| drawing.number(name));
    let on_select = {
        let (store, drawing, group) = (store.clone(), drawing.clone(), group.clone());
        Callback::from(move |number: Option<u32>| {
            let view = number.and_then(|number| drawing.get(number));
            match view {
                Some(view) if !view.is_model() => group.set(Some(view.name.clone())),
                found => {
                    group.set(None);
                    let model = found.map(|view| view.name.clone());
                    store.dispatch(Action::Go(Route {
                        model,
                        ..store.route.clone()
                    }));
                }
            }
        })
    };
    let on_open = {
        let (store, drawing, group) = (store.clone(), drawing.clone(), group.clone());
        Callback::from(move |number: u32| {
            let Some(view) = drawing.get(number) else { return };
            if view.is_group() {
                group.set(None);
                store.dispatch(Action::Go(unfold(&store.route, &view.name, true)));
            } else if view.is_model() {
                store.dispatch(Action::Go(store.route.of(&view.name).to(Page::Model)));
            }
        })
    };
    let on_fold = {
        let store = store.clone();
        Callback::from(move |key: String| store.dispatch(Action::Go(unfold(&store.route, &key, false))))
    };
    let texts = selected
        .and_then(|number| drawing.get(number))
        .zip(view)
        .and_then(|(found, view)| view.texts.iter().find(|(name, _)| *name == found.name))
        .map(|(_, texts)| texts.clone())
        .unwrap_or_default();
    if store.summary().is_none() {
        return nothing_yet(&store, "There is no graph to show yet.");
    }
    html! {
        <section class="screen" id="s-lineage" aria-label="Lineage">
            <h1 class="vh">{ "Lineage" }</h1>
            <span id="ink" class="vh" aria-hidden="true"></span>
            <div class="col">
                { tools(&store, view, &find, &handle, &drawing, &looks) }
                if let Some(note) = view.and_then(|view| view.note.clone()) {
                    <p class="note" role="status">{ note }</p>
                }
                <Canvas handle={(*handle).clone()} drawing={drawing.clone()} looks={looks.clone()} {selected}
                    on_select={on_select.clone()} on_open={on_open.clone()} {on_fold} />
                { legend(view, &muted) }
            </div>
            <aside class="col" aria-label="List">
                <Card drawing={drawing.clone()} {selected} {texts} />
                <NodeList drawing={drawing.clone()} {selected} on_select={on_select.reform(Some)} {on_open} />
            </aside>
        </section>
    }
}

/// Colours of the theme; read again when it changes.
#[hook]
fn use_inks(store: &Store) -> Inks {
    let inks = use_state_eq(Inks::default);
    let dark = use_state_eq(|| false);
    {
        let dark = dark.clone();
        use_effect_with((), move |()| {
            let query = window()
                .match_media("(prefers-color-scheme: dark)")
                .ok()
                .flatten();
            let listener = query.map(|query| {
                dark.set(query.matches());
                let asked = query.clone();
                EventListener::new(&query, "change", move |_| dark.set(asked.matches()))
            });
            move || drop(listener)
        });
    }
    {
        let inks = inks.clone();
        let planned = store.summary().is_some();
        use_effect_with((store.route.theme, *dark, planned), move |_| {
            inks.set(Inks::read());
        });
    }
    (*inks).clone()
}

/// Width of a letter of the name font.
fn letter(inks: &Inks) -> f64 {
    let measured = || {
        let canvas = document().create_element("canvas").ok()?.dyn_into().ok()?;
        let ctx = context(&canvas)?;
        ctx.set_font(&format!("11px {}", inks.mono));
        Some(ctx.measure_text("mmmmmmmmmm").ok()?.width() / 10.0)
    };
    measured().filter(|width| *width > 3.0).unwrap_or(6.65)
}

fn tools(
    store: &Store,
    view: Option<&LineageView>,
    find: &UseStateHandle<String>,
    handle: &Handle,
    drawing: &Rc<Drawing>,
    looks: &Rc<Looks>,
) -> Html {
    let route = &store.route;
    let query = query_of(route, "");
    let go = |to: fn(&Route, &str) -> Route| {
        let store = store.clone();
        Callback::from(move |event: Event| {
            let select = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            if let Some(select) = select {
                store.dispatch(Action::Go(to(&store.route, &select.value())));
            }
        })
    };
    let lens = go(|route, value| route.with(key::LENS, if value == "status" { "" } else { value }));
    let groups = go(|route, value| route.with(key::GROUPS, value).with(key::OPEN, ""));
    let environment = go(|route, value| route.with(key::ENVIRONMENT, value));
    let steps = |by: i32| {
        let steps = query.steps.saturating_add_signed(by).min(MOST_STEPS);
        let enabled = steps != query.steps
            && !matches!(query.part, Part::All | Part::Path | Part::Column | Part::Inside);
        let go = {
            let (store, route) = (store.dispatcher(), route.with(key::STEPS, &steps.to_string()));
            Callback::from(move |_: MouseEvent| store.dispatch(Action::Go(route.clone())))
        };
        let (label, id) = if by < 0 {
            ("Fewer steps", "minus")
        } else {
            ("More steps", "plus")
        };
        html! { <button aria-label={label} onclick={go} disabled={!enabled}>{ icon(id) }</button> }
    };
    let step_words = match query.steps {
        1 => "1 step".to_string(),
        count => format!("{count} steps"),
    };
    let shown = view.map(of_models).unwrap_or_default();
    let laid = view
        .map(|view| format!("Placed in {:.0} ms", view.millis))
        .unwrap_or_default();
    html! {
        <div class="tool" role="toolbar" aria-label="What is shown">
            <nav class="seg" aria-label="Part">
                { for Part::ALL.into_iter().map(|part| segment(route, &query, part)) }
            </nav>
            <span class="seg" role="group" aria-label="Steps">{ steps(-1) }<output>{ step_words }</output>{ steps(1) }</span>
            <label class="inp dd"><span class="i3">{ "Lens" }</span>
                <select onchange={lens}>{ for Lens::ALL.into_iter().map(|lens| html! {
                    <option value={lens.slug()} selected={lens == query.lens}>{ lens.title() }</option> }) }</select></label>
            if query.lens == Lens::Environment {
                <label class="inp dd beside"><span class="i3">{ "beside" }</span>
                    <select onchange={environment}>{ for view.into_iter().flat_map(|view| &view.environments).map(|name| html! {
                        <option value={name.clone()} selected={*name == query.environment}>{ name }</option> }) }</select></label>
            }
            <label class="inp dd"><span class="i3">{ "Groups" }</span>
                <select onchange={groups}>
                    <option value="" selected={query.group.is_none()}>{ "none" }</option>
                    { for Group::ALL.into_iter().filter(|group| *group != Group::Status).map(|group| html! {
                        <option value={group.slug()} selected={Some(group) == query.group}>{ group.title() }</option> }) }
                </select></label>
            { search(store, view, find) }
            <span class="row sp">
                <span class="t2 i2 nw" role="status" id="lineage-shown" title={laid}>{ shown }</span>
                { zoom(handle) }
                { export(handle, drawing, looks, view) }
            </span>
        </div>
    }
}

/// How many of all models are shown.
fn of_models(view: &LineageView) -> String {
    format!(
        "{} of {} models",
        number(view.shown as u64),
        number(view.all as u64)
    )
}

fn segment(route: &Route, query: &LineageQuery, part: Part) -> Html {
    let current = (query.part == part).then_some("true");
    let disabled = part == Part::Around && route.model.is_none() && query.part != Part::Around;
    let mut to = route
        .with(key::PART, if part == Part::Changes { "" } else { part.slug() })
        .with(key::STEPS, "")
        .with(key::TO, "")
        .with(key::COLUMN, "");
    if part == Part::Around {
        to = to.with(key::ABOUT, route.model.as_deref().unwrap_or_default());
    } else {
        to = to.with(key::ABOUT, "");
    }
    let title = match part {
        Part::Around => "Some steps around the selected model",
        Part::Changes => "What changed, its children and first parents",
        _ => "Every model",
    };
    if disabled {
        html! { <span class="i3" aria-disabled="true" title="Select a model first">{ part.title() }</span> }
    } else {
        html! { <a href={to.fragment()} aria-current={current} {title}>{ part.title() }</a> }
    }
}

/// A field that finds models in the whole graph. What is drawn is selected; what is not is shown with its surroundings.
fn search(store: &Store, view: Option<&LineageView>, find: &UseStateHandle<String>) -> Html {
    let oninput = {
        let find = find.clone();
        Callback::from(move |event: InputEvent| {
            let input = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                find.set(input.value());
            }
        })
    };
    let found: Vec<(String, String)> = view
        .filter(|view| !find.is_empty() && view.query.find == **find)
        .map(|view| view.found.clone())
        .unwrap_or_default();
    let go = |name: String| {
        let (store, find) = (store.clone(), find.clone());
        move || {
            find.set(String::new());
            let mut route = store.route.of(&name);
            if awaits_end(&route) {
                route = route.with(key::TO, &name);
            } else if query_of(&route, "").part != Part::All {
                route = route
                    .with(key::PART, Part::Around.slug())
                    .with(key::ABOUT, &name)
                    .with(key::TO, "");
            }
            store.dispatch(Action::Go(route));
        }
    };
    let onkeydown = {
        let first = found.first().map(|(name, _)| go(name.clone()));
        let find = find.clone();
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => {
                if let Some(first) = &first {
                    first();
                    event.prevent_default();
                }
            }
            "Escape" => find.set(String::new()),
            "ArrowDown" => {
                let list = document().query_selector("#lineage-found button").ok().flatten();
                if let Some(element) = list.as_ref().and_then(|found| found.dyn_ref::<HtmlElement>()) {
                    // It was there a moment ago.
                    let _ = element.focus();
                    event.prevent_default();
                }
            }
            _ => {}
        })
    };
    html! {
        <div class="find">
            <label class="inp search">{ icon("search") }<span class="vh">{ "Find a model" }</span>
                <input id="filter" type="search" placeholder="Find a model" value={(**find).clone()} {oninput} {onkeydown}
                    autocomplete="off" spellcheck="false" /><kbd class="wide">{ "/" }</kbd></label>
            if !find.is_empty() {
                <ul class="over" id="lineage-found" aria-label="Models found">
                    { for found.iter().map(|(name, display)| {
                        let go = go(name.clone());
                        let onclick = Callback::from(move |_: MouseEvent| go());
                        html! { <li><button class="m" {onclick}>{ display }</button></li> }
                    }) }
                    if found.is_empty() { <li class="i2">{ "No model has this in its name." }</li> }
                </ul>
            }
        </div>
    }
}

fn zoom(handle: &Handle) -> Html {
    let by = |by: f64| {
        let handle = handle.clone();
        Callback::from(move |_: MouseEvent| {
            handle.change(|stage| {
                let middle = (stage.size.0 / 2.0, stage.size.1 / 2.0);
                stage.camera.zoom(by, middle);
                stage.hold();
            });
        })
    };
    let fit = {
        let handle = handle.clone();
        Callback::from(move |_: MouseEvent| {
            handle.change(Stage::fit);
        })
    };
    html! {
        <span class="seg" role="group" aria-label="Size">
            <button onclick={by(0.7)} aria-label="Smaller" title="Smaller (−)">{ icon("minus") }</button>
            <button onclick={fit} id="lineage-fit" title="Show everything (0)">{ "Fit" }</button>
            <button onclick={by(1.4)} aria-label="Larger" title="Larger (+)">{ icon("plus") }</button>
        </span>
    }
}

/// Saves a blob under a name.
fn save(blob: &Blob, name: &str) {
    let made = || {
        let address = Url::create_object_url_with_blob(blob).ok()?;
        let link: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
        link.set_href(&address);
        link.set_download(name);
        link.click();
        Some(address)
    };
    if let Some(address) = made() {
        // The browser has to have read it first.
        gloo::timers::callback::Timeout::new(30_000, move || {
            let _ = Url::revoke_object_url(&address);
        })
        .forget();
    }
}

fn export(handle: &Handle, drawing: &Rc<Drawing>, looks: &Rc<Looks>, view: Option<&LineageView>) -> Html {
    let title = view
        .map(|view| format!("Lineage: {}", of_models(view)))
        .unwrap_or_default();
    let as_svg = {
        let (drawing, looks) = (drawing.clone(), looks.clone());
        Callback::from(move |_: MouseEvent| {
            let text = svg::write(&drawing, &looks, &title);
            let kind = BlobPropertyBag::new();
            kind.set_type("image/svg+xml");
            let parts: js_sys::Array = std::iter::once(wasm_bindgen::JsValue::from(text)).collect();
            if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &kind) {
                save(&blob, "lineage.svg");
            }
        })
    };
    let as_png = {
        let handle = handle.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(canvas) = handle.with(Stage::picture).flatten() {
                let done = Closure::once_into_js(move |blob: Option<Blob>| {
                    if let Some(blob) = blob {
                        save(&blob, "lineage.png");
                    }
                });
                // A canvas without foreign pictures can always be read.
                let _ = canvas.to_blob(done.unchecked_ref());
            }
        })
    };
    html! {
        <span class="seg" role="group" aria-label="Export">
            <button id="lineage-svg" onclick={as_svg} title="Save the drawing as SVG">{ "SVG" }</button>
            <button id="lineage-png" onclick={as_png} title="Save the drawing as a picture">{ "PNG" }</button>
        </span>
    }
}

/// What colours mean; each entry can be switched off.
fn legend(view: Option<&LineageView>, muted: &UseStateHandle<Vec<String>>) -> Html {
    let Some(view) = view else {
        return Html::default();
    };
    let by_status = view.query.lens == Lens::Status;
    html! {
        <div class="over legend" role="group" aria-label="Legend: switch kinds of models on and off">
            { for view.legend.iter().take(14).map(|entry| {
                let on = !muted.contains(&entry.title);
                let flip = {
                    let (muted, title) = (muted.clone(), entry.title.clone());
                    Callback::from(move |_: MouseEvent| {
                        let mut list = (*muted).clone();
                        match list.iter().position(|known| *known == title) {
                            Some(at) => {
                                list.remove(at);
                            }
                            None => list.push(title.clone()),
                        }
                        muted.set(list);
                    })
                };
                let status = crate::messages::Status::ALL.get(entry.ink as usize).copied();
                html! {
                    <button aria-pressed={on.to_string()} onclick={flip}>
                        if let (true, Some(status)) = (by_status, status) { { badge(status) } } else { <i class={format!("sw {}", tokens(entry.ink).0)}></i> }
                        { &entry.title }<span class="i3">{ number(entry.count as u64) }</span></button>
                }
            }) }
            if view.legend.len() > 14 { <span class="i3">{ format!("{} more, grey", view.legend.len() - 14) }</span> }
        </div>
    }
}
