//! The viewer: one state handed down by a context, pages that draw it, and the edges to the browser.

pub mod choices;
pub mod components;
pub mod effect;
pub mod files;
pub mod form;
pub mod keys;
pub mod lineage;
pub mod memory;
pub mod pages;
pub mod planner;
pub mod route;
pub mod save;
pub mod store;

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::utils::{document, document_element, window};
use wasm_bindgen::{JsCast, JsValue};
use yew::prelude::*;

use crate::messages::{Query, Request, View};
use crate::post::Parcel;
use components::frame::Frame;
use files::Sample;
use planner::Planner;
use route::Route;
use store::{Action, State};

/// The state with its reducer, as components receive it.
pub type Store = UseReducerHandle<State>;

/// The store of the surrounding app.
#[hook]
pub fn use_store() -> Store {
    use_context::<Store>().expect("components are drawn inside of the app")
}

/// Mounts the app in the element `app`.
pub fn start() {
    let Some(root) = document().get_element_by_id("app") else {
        return;
    };
    root.set_text_content(None);
    yew::Renderer::<App>::with_root(root).render();
}

/// The time that the browser's clock shows.
pub fn clock() -> planglass_core::time::Timestamp {
    planglass_core::time::Timestamp(js_sys::Date::now() as i64)
}

thread_local! {
    /// The planner lives as long as the page; only the app talks to it.
    static PLANNER: RefCell<Option<Planner>> = const { RefCell::new(None) };
}

/// Gives up what is being computed.
pub fn cancel() {
    PLANNER.with_borrow(|planner| {
        if let Some(planner) = planner {
            planner.cancel();
        }
    });
}

/// What a query asks for; the last answer stays until a newer one is there. Asks again whenever something was
/// opened or planned.
#[hook]
pub fn use_view(query: Option<Query>) -> Option<Rc<View>> {
    let generation = use_store().generation;
    use_view_of(query, generation)
}

/// How long nothing must have been opened or planned before what can wait is asked for again, in milliseconds.
const QUIET: u32 = 150;

/// The same for what can wait: after a choice the list of changes comes first.
#[hook]
pub fn use_view_later(query: Option<Query>) -> Option<Rc<View>> {
    let generation = use_store().generation;
    let settled = use_state_eq(|| generation);
    {
        let settled = settled.clone();
        use_effect_with(generation, move |generation| {
            let generation = *generation;
            let timer = gloo::timers::callback::Timeout::new(QUIET, move || settled.set(generation));
            move || drop(timer)
        });
    }
    use_view_of(query, *settled)
}

#[hook]
fn use_view_of(query: Option<Query>, generation: u32) -> Option<Rc<View>> {
    let answer = use_state_eq(|| None::<Rc<View>>);
    let newest = use_mut_ref(|| 0_u32);
    {
        let answer = answer.clone();
        use_effect_with((query, generation), move |(query, _)| {
            let serial = {
                let mut newest = newest.borrow_mut();
                *newest += 1;
                *newest
            };
            let current = Rc::clone(&newest);
            match query {
                None => answer.set(None),
                Some(query) => look(query.clone(), move |view| {
                    if *current.borrow() == serial {
                        answer.set(view.map(Rc::new));
                    }
                }),
            }
            // An answer that comes after the page has gone is not for anybody.
            move || *newest.borrow_mut() += 1
        });
    }
    (*answer).clone()
}

/// Asks the worker for something to look at, once.
pub fn look(query: Query, hears: impl FnOnce(Option<View>) + 'static) {
    PLANNER.with_borrow(|planner| {
        if let Some(planner) = planner {
            planner.look(query, hears);
        }
    });
}

fn current_route() -> Route {
    Route::parse(&window().location().hash().unwrap_or_default())
}

/// Connects state, planner and URL, and draws the frame.
#[component]
fn App() -> Html {
    let store = use_reducer_eq(|| State::at(current_route()));
    use_planner(&store);
    use_fragment(&store);
    use_keys(&store);
    use_memory(&store);
    html! {
        <ContextProvider<Store> context={store}>
            <Frame />
        </ContextProvider<Store>>
    }
}

/// Starts the planner and empties the outbox into it.
#[hook]
fn use_planner(store: &Store) {
    let hears = store.dispatcher();
    use_effect_with((), move |()| {
        let planner = Planner::new(move |event| hears.dispatch(Action::Heard(event)));
        if let Some(sample) = Sample::in_page() {
            planner.ask(Request::Warm(sample.environment.clone()), sample.parcels());
        }
        PLANNER.with_borrow_mut(|slot| *slot = Some(planner));
    });
    let sender = store.dispatcher();
    use_effect_with(store.outbox.clone(), move |outbox| {
        let serials = PLANNER.with_borrow(|planner| {
            let planner = planner.as_ref()?;
            let sent = outbox
                .iter()
                .map(|(request, parcels)| planner.ask(request.clone(), parcels.clone()));
            Some(sent.collect::<Vec<u32>>())
        });
        if let Some(serials) = serials.filter(|serials| !serials.is_empty()) {
            sender.dispatch(Action::Sent(serials));
        }
    });
}

/// The fragment as it is written in the address.
fn shown_fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// Keeps route and URL fragment alike, and applies the theme.
#[hook]
fn use_fragment(store: &Store) {
    let goes = store.dispatcher();
    // The fragment that was heard of last, or set here.
    let known = use_mut_ref(shown_fragment);
    let heard = Rc::clone(&known);
    use_effect_with((), move |()| {
        let listener = EventListener::new(&window(), "hashchange", move |_| {
            *heard.borrow_mut() = shown_fragment();
            goes.dispatch(Action::Go(current_route()));
        });
        move || drop(listener)
    });
    use_effect_with(store.route.clone(), move |route| {
        let shown = current_route();
        // A person may be a step further already, which is heard of in a moment.
        let is_behind = *known.borrow() != shown_fragment();
        let fragment = route.fragment();
        if is_behind {
            // What is there is newer than this route.
        } else if (shown.page, &shown.model) != (route.page, &route.model) {
            // A step that `back` takes back. A page that may not set its fragment works without.
            let _ = window().location().set_hash(&fragment);
        } else if shown != *route
            && let Ok(history) = window().history()
        {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&fragment));
        }
        if !is_behind {
            *known.borrow_mut() = shown_fragment();
        }
        let root = document_element();
        let _ = match route.theme.slug() {
            "" => root.remove_attribute("data-theme"),
            theme => root.set_attribute("data-theme", theme),
        };
    });
}

/// Keeps what was decided, if that was asked for.
#[hook]
fn use_memory(store: &Store) {
    let state = store.clone();
    let decided = (store.choices.clone(), store.marks.clone());
    use_effect_with(decided, move |_| {
        let timer = gloo::timers::callback::Timeout::new(QUIET, move || memory::keep(&state));
        move || drop(timer)
    });
}

/// Hears keys wherever the focus is.
#[hook]
fn use_keys(store: &Store) {
    let store = store.clone();
    use_effect(move || {
        let listener = EventListener::new_with_options(
            &document(),
            "keydown",
            gloo::events::EventListenerOptions::enable_prevent_default(),
            move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                    keys::press(&store, event);
                }
            },
        );
        move || drop(listener)
    });
}

/// Shared by components that open files: what came of them goes to the store.
pub fn open_files(store: &Store, files: impl Future<Output = Result<Vec<Parcel>, String>> + 'static) {
    let store = store.dispatcher();
    wasm_bindgen_futures::spawn_local(async move {
        match files.await {
            Ok(parcels) if parcels.is_empty() => {
                store.dispatch(Action::Refuse(
                    "nothing in there can be used by a project or a plan".into(),
                ));
            }
            Ok(parcels) => store.dispatch(Action::Open(parcels)),
            Err(message) => store.dispatch(Action::Refuse(message)),
        }
    });
}
