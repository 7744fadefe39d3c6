//! Keys: one list that the page shows and one function that obeys it.
//!
//! Keys do nothing while something is typed, and never take a browser's own combination.

use std::cell::Cell;

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::pages::changes;
use super::route::{Page, Route};
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
        "j" if changes => step(store, 1),
        "k" if changes => step(store, -1),
        "v" if changes => {
            if let Some(model) = &store.route.model {
                store.dispatch(Action::View(model.clone()));
                step(store, 1);
            }
        }
        "b" if changes => choose(store, Some("BREAKING")),
        "n" if changes => choose(store, Some("NON_BREAKING")),
        "a" if changes => choose(store, None),
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

/// Selects the change that is `by` places further in the list as it is shown.
fn step(store: &Store, by: isize) {
    let Some(review) = &store.review else { return };
    let shown = changes::shown(review, &store.route);
    let at = shown
        .iter()
        .position(|index| Some(&review.rows[*index].name) == store.route.model.as_ref());
    let next = match at {
        None => 0,
        Some(at) => at.saturating_add_signed(by).min(shown.len().saturating_sub(1)),
    };
    if let Some(index) = shown.get(next) {
        let route: Route = store.route.change(Some(&review.rows[*index].name));
        store.dispatch(Action::Go(route));
    }
}

fn choose(store: &Store, category: Option<&'static str>) {
    let Some(row) = store
        .review
        .as_ref()
        .and_then(|review| review.row(store.route.model.as_deref()?))
    else {
        return;
    };
    if row.choosable && store.can_choose() {
        store.dispatch(Action::Choose(row.name.clone(), category));
    }
}
