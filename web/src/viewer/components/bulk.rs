//! One category for many models: those that are picked, or all that the list shows.

use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::change_list::query;
use super::parts::number;
use crate::messages::{Query, View};
use crate::viewer::store::Action;
use crate::viewer::{look, use_store, use_view_later};

/// The list of categories for all of them.
#[component]
pub fn Bulk() -> Html {
    let store = use_store();
    let list = query(&store.route, 0, 0);
    let view = use_view_later(Some(Query::Rows(list.clone())));
    let shown = match view.as_deref() {
        Some(View::Rows(rows)) => rows.choosable,
        _ => 0,
    };
    let picked = store.picked.len();
    let count = if picked > 0 { picked } else { shown };
    let choose = {
        let store = store.clone();
        Callback::from(move |event: Event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            let Some(select) = target else { return };
            let category = match select.value().as_str() {
                "BREAKING" => Some("BREAKING"),
                "NON_BREAKING" => Some("NON_BREAKING"),
                "AUTO" => None,
                _ => return,
            };
            // Ready for the next choice, which may be the same one.
            select.set_value("");
            if picked > 0 {
                let names = store.picked.iter().cloned().collect();
                store.dispatch(Action::ChooseAll(names, category));
            } else {
                let store = store.dispatcher();
                look(Query::Choosable(list.clone()), move |view| {
                    if let Some(View::Names(names)) = view {
                        store.dispatch(Action::ChooseAll(names, category));
                    }
                });
            }
        })
    };
    let leave = {
        let store = store.dispatcher();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::PickNone))
    };
    let words = match (picked, count) {
        (0, count) => format!("Set all {}", number(count as u64)),
        (picked, _) => format!("Set {} picked", number(picked as u64)),
    };
    html! {
        <span class="row nw" id="bulk">
            <select class="inp" aria-label={format!("{words}: category")} onchange={choose} disabled={count == 0}>
                <option value="" selected=true>{ words }</option>
                <option value="BREAKING">{ "Breaking" }</option>
                <option value="NON_BREAKING">{ "Non-breaking" }</option>
                <option value="AUTO">{ "Automatic" }</option>
            </select>
            if picked > 0 { <button class="btn quiet" onclick={leave}>{ "Clear" }</button> }
        </span>
    }
}
