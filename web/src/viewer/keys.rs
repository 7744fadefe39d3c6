//! Keys: one list that the page shows and one function that obeys it.
//!
//! Keys do nothing while something is typed, and never take a browser's own combination.

use std::cell::Cell;

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::route::Page;
use super::store::Action;
use super::{Store, cancel};

/// Title, then keys with what they do.
pub const GROUPS: [(&str, &[(&str, &str)]); 3] = [
    (
        "Go to",
        &[
            ("g o", "Open"),
            ("g p", "Plan"),
            ("g c", "Changes"),
            ("g h", "Help"),
        ],
    ),
    (
        "Review",
        &[
            ("j", "Next change"),
            ("k", "Previous change"),
            ("v", "Viewed, and next"),
            ("/", "Filter"),
            ("b", "Breaking"),
            ("n", "Non-breaking"),
            ("a", "Category left to the planner"),
            ("u", "Undo the last choice"),
            ("Shift u", "Redo"),
        ],
    ),
    (
        "Page",
        &[
            ("t", "Light, dark or system"),
            ("Esc", "Close, or cancel planning"),
            ("?", "These keys"),
        ],
    ),
];

thread_local! {
    static AFTER_G: Cell<bool> = const { Cell::new(false) };
}

fn typing() -> bool {
    document().active_element().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA")
            && !matches!(
                element.get_attribute("type").as_deref(),
                Some("checkbox" | "file" | "radio")
            )
    })
}

fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.as_ref().and_then(Element::dyn_ref::<HtmlElement>) {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Obeys a key.
pub fn press(store: &Store, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() {
        return;
    }
    let key = event.key();
    if key == "Escape" {
        escape(store);
        return;
    }
    if typing() {
        return;
    }
    if AFTER_G.take() {
        let page = match key.as_str() {
            "o" => Page::Open,
            "p" => Page::Plan,
            "c" => Page::Changes,
            "h" => Page::Help,
            _ => return,
        };
        store.dispatch(Action::Go(store.route.to(page)));
        event.prevent_default();
        return;
    }
    let changes = store.route.page == Page::Changes;
    match key.as_str() {
        "g" => AFTER_G.set(true),
        "?" => store.dispatch(Action::Keys(!store.keys)),
        "t" => store.dispatch(Action::SwitchTheme),
        "u" => store.dispatch(Action::Undo),
        "U" => store.dispatch(Action::Redo),
        "j" if changes => step(store, true),
        "k" if changes => step(store, false),
        "v" if changes => {
            if let Some(model) = &store.route.model {
                store.dispatch(Action::View(model.clone()));
                step(store, true);
            }
        }
        // The buttons are there when a category may be chosen.
        "b" if changes => click("[data-choose=BREAKING]"),
        "n" if changes => click("[data-choose=NON_BREAKING]"),
        "a" if changes => click("[data-choose=AUTO]"),
        "/" if changes => focus("#filter"),
        _ => return,
    }
    event.prevent_default();
}

fn escape(store: &Store) {
    if store.keys {
        store.dispatch(Action::Keys(false));
    } else if store.computing() || store.reading {
        cancel();
    } else if typing() {
        if let Some(element) = document()
            .active_element()
            .as_ref()
            .and_then(Element::dyn_ref::<HtmlElement>)
        {
            let _ = element.blur();
        }
    } else if store.route.page == Page::Changes && store.route.model.is_some() {
        store.dispatch(Action::Go(store.route.change(None)));
    }
}

/// Goes to the change after or before the selected one, in the list as it is shown.
fn step(store: &Store, on: bool) {
    let next = match &store.place {
        None => store.first.as_ref(),
        Some(place) if on => place.next.as_ref(),
        Some(place) => place.previous.as_ref(),
    };
    if let Some(name) = next {
        store.dispatch(Action::Go(store.route.of(name)));
    }
}

fn click(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.as_ref().and_then(Element::dyn_ref::<HtmlElement>) {
        element.click();
    }
}
