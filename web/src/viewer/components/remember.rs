//! The switch that lets this browser keep what was decided, and the way back to it.

use yew::prelude::*;

use super::parts::sign;
use crate::messages::counted;
use crate::post::Parcel;
use crate::viewer::memory::{self, Kept};
use crate::viewer::route::Route;
use crate::viewer::store::Action;
use crate::viewer::{Store, use_store};

/// The switch.
#[component]
pub fn Remember() -> Html {
    let store = use_store();
    let on = use_state_eq(memory::is_on);
    let flip = {
        let (on, store) = (on.clone(), store.clone());
        Callback::from(move |_: Event| {
            memory::switch(!*on);
            on.set(memory::is_on());
            memory::keep(&store);
        })
    };
    let kept = memory::kept().filter(|_| {
        let decided = crate::viewer::choices::to_file(&store.choices, &store.marks);
        *on && decided.models.is_empty() && !store.opened.has_decisions
    });
    html! {
        <>
            <label class="ck"><input type="checkbox" id="remember" checked={*on} onchange={flip} />{ "Keep choices, notes and ticks in this browser" }</label>
            if let Some(kept) = kept { { back(&store, &kept) } }
        </>
    }
}

/// The way back to what was kept: at once when everything is as it was, else through a look at what of it fits.
fn back(store: &Store, kept: &Kept) -> Html {
    let count = counted(kept.decisions.models.len(), "model");
    let differs = kept.differs(store);
    if differs.is_empty() {
        let onclick = {
            let (store, kept) = (store.dispatcher(), kept.clone());
            Callback::from(move |_: MouseEvent| {
                let decided = kept.decisions.models.clone().into_iter().collect();
                store.dispatch(Action::TakeOver(decided, kept.decisions.forward_only));
                store.dispatch(Action::Go(Route::parse(&kept.place)));
            })
        };
        return html! { <p><button class="btn" id="take-back" {onclick}>{ format!("Go on with the last session, {count}") }</button></p> };
    }
    let onclick = {
        let (store, kept) = (store.dispatcher(), kept.clone());
        Callback::from(move |_: MouseEvent| {
            let text = serde_json::to_string(&kept.decisions).unwrap_or_default();
            if let Some(parcel) = Parcel::of_text("last-session.json", &text) {
                store.dispatch(Action::Open(vec![parcel]));
            }
        })
    };
    html! {
        <>
            <p class="t2 row" id="other-session" role="status">{ sign("warn") }<span>
                { format!("The last session, {count}, was about another {}: nothing of it was taken over.", differs.join(", ")) }</span></p>
            <p><button class="btn" id="fit-session" {onclick}>{ "Show what of it fits" }</button></p>
        </>
    }
}
