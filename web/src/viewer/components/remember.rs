//! The switch that lets this browser keep what was decided, and the way back to it.

use yew::prelude::*;

use crate::messages::counted;
use crate::viewer::memory;
use crate::viewer::route::Route;
use crate::viewer::store::Action;
use crate::viewer::use_store;

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
    let kept = memory::of(&store).filter(|kept| {
        let decided = crate::viewer::choices::to_file(&store.choices, &store.marks);
        *on && decided.models.is_empty() && !kept.decisions.models.is_empty()
    });
    let back = kept.as_ref().map(|kept| {
        let (store, kept) = (store.dispatcher(), kept.clone());
        Callback::from(move |_: MouseEvent| {
            let decided = kept.decisions.models.clone().into_iter().collect();
            store.dispatch(Action::TakeOver(decided, kept.decisions.forward_only));
            store.dispatch(Action::Go(Route::parse(&kept.place)));
        })
    });
    html! {
        <>
            <label class="ck"><input type="checkbox" id="remember" checked={*on} onchange={flip} />{ "Keep choices, notes and ticks in this browser" }</label>
            if let (Some(kept), Some(back)) = (kept, back) {
                <p><button class="btn" id="take-back" onclick={back}>
                    { format!("Go on with the last session, {}", counted(kept.decisions.models.len(), "model")) }</button></p>
            }
        </>
    }
}
