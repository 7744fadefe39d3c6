//! The digest of the plan. After a choice it is computed apart: it takes longer than the choice itself.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use super::parts::short_digest;
use crate::messages::{Query, View};
use crate::viewer::{use_store, use_view};

/// How long nothing must have changed before the digest is asked for, in milliseconds.
const QUIET: u32 = 250;

/// Digest of the plan that is shown; empty until it is known.
#[hook]
pub fn use_digest() -> String {
    let store = use_store();
    let quiet = use_state_eq(|| 0_u32);
    {
        let quiet = quiet.clone();
        use_effect_with(store.generation, move |generation| {
            let generation = *generation;
            let timer = Timeout::new(QUIET, move || quiet.set(generation));
            move || drop(timer)
        });
    }
    let known = store
        .summary()
        .map(|plan| plan.digest.clone())
        .unwrap_or_default();
    let wanted = known.is_empty() && *quiet == store.generation && store.summary().is_some();
    let view = use_view(wanted.then_some(Query::Digest));
    match view.as_deref() {
        Some(View::Text(digest)) if wanted => digest.clone(),
        _ => known,
    }
}

/// Its first digits.
#[component]
pub fn Digest() -> Html {
    let digest = use_digest();
    if digest.is_empty() {
        return html! { <span class="i3">{ "…" }</span> };
    }
    html! { <code id="digest" title={digest.clone()}>{ short_digest(&digest) }</code> }
}
