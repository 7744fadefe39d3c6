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
pub const GROUPS: [(&str, &[(&str, &str)]); 5] = [
    (
        "Go to",
        &[
            ("g o", "Open"),
            ("g p", "Plan"),
            ("g c", "Changes"),
            ("g m", "Model"),
            ("g l", "Lineage"),
            ("g i", "Intervals"),
            ("g e", "Environments"),
            ("g s", "Systems"),
            ("g r", "Report"),
            ("g h", "Help"),
        ],
    ),
    (
        "Review",
        &[
            ("j", "Next change"),
            ("k", "Previous change"),
            ("Enter", "Open the model"),
            ("e", "Explain: why"),
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
        "Graph",
        &[
            ("← →", "First parent, first child"),
            ("↑ ↓", "Box above, box below"),
            ("+ -", "Larger, smaller"),
            ("0", "Show everything"),
            ("Enter", "Open the model, unfold the group"),
            ("Shift ← → ↑ ↓", "Move the view"),
        ],
    ),
    (
        "Intervals, systems, report",
        &[
            ("← →", "Earlier, later"),
            ("+ -", "Finer, coarser"),
            ("y", "Copy the report"),
            ("s", "Save the report, or decisions for the other system"),
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

/// The focus is on something that obeys Enter itself.
fn on_control() -> bool {
    document()
        .active_element()
        .is_some_and(|element| matches!(element.tag_name().as_str(), "A" | "BUTTON" | "SUMMARY" | "INPUT"))
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
        let Some(page) = Page::ALL.into_iter().find(|page| page.key() == key) else {
            return;
        };
        store.dispatch(Action::Go(store.route.to(page)));
        event.prevent_default();
        return;
    }
    let page = store.route.page;
    let changes = matches!(page, Page::Changes | Page::Model);
    let (grid, report) = (page == Page::Intervals, page == Page::Report);
    match key.as_str() {
        "g" => AFTER_G.set(true),
        "?" => store.dispatch(Action::Keys(!store.keys)),
        "t" => store.dispatch(Action::SwitchTheme),
        "u" => store.dispatch(Action::Undo),
        "U" => store.dispatch(Action::Redo),
        "j" if changes => store.dispatch(Action::Step(true)),
        "k" if changes => store.dispatch(Action::Step(false)),
        "v" if changes => {
            if let Some(model) = &store.route.model {
                store.dispatch(Action::View(model.clone()));
                store.dispatch(Action::Step(true));
            }
        }
        // The buttons are there when a category may be chosen.
        "b" if changes => click("[data-choose=BREAKING]"),
        "n" if changes => click("[data-choose=NON_BREAKING]"),
        "a" if changes => click("[data-choose=AUTO]"),
        "/" => focus("#filter"),
        "Enter" if page == Page::Changes && store.route.model.is_some() && !on_control() => {
            store.dispatch(Action::Go(store.route.to(Page::Model)));
        }
        "e" if changes => store.dispatch(Action::Go(store.route.to(Page::Model).with("tab", "why"))),
        "ArrowLeft" if grid => click("[data-move=left]"),
        "ArrowRight" if grid => click("[data-move=right]"),
        "+" if grid => click("[data-move=in]"),
        "-" if grid => click("[data-move=out]"),
        "y" if report => click("#copy"),
        "s" if report => click("#save"),
        "s" if page == Page::Systems => click("#save-carried"),
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

fn click(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.as_ref().and_then(Element::dyn_ref::<HtmlElement>) {
        element.click();
    }
}
