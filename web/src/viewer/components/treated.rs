//! The strip below the list: the last choice, what it changed, and the way back.

use yew::prelude::*;

use super::model_parts::model_link;
use super::parts::{category, icon, number};
use crate::messages::plan::TreatedView;
use crate::viewer::store::Action;
use crate::viewer::{Store, use_store};

/// The strip; nothing before the first choice.
#[component]
pub fn Treated() -> Html {
    let store = use_store();
    let undo = {
        let store = store.dispatcher();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::Undo))
    };
    html! {
        <div role="status" aria-live="polite" class="last">
            if let Some(effect) = &store.effect {
                <div class="strip">{ icon("undo") }<span><b class="b">{ &effect.what }</b>{ " " }<span class="i2">{ &effect.result }</span></span>
                    <button class="btn sp" onclick={undo} disabled={!store.history.can_undo()}>{ "Undo" }<kbd class="wide">{ "u" }</kbd></button></div>
                if !effect.treated.is_empty() {
                    <details class="treated">
                        <summary>{ "What changed" }</summary>
                        <table class="tight"><thead><tr><th scope="col">{ "Model" }</th><th scope="col">{ "Was" }</th><th scope="col">{ "Is" }</th>
                            <th scope="col" class="n">{ "Intervals" }</th></tr></thead>
                            <tbody>{ for effect.treated.iter().map(|treated| row(&store, treated)) }</tbody></table>
                        if effect.changed > effect.treated.len() {
                            <p class="in t2 i2">{ format!("and {} more", number((effect.changed - effect.treated.len()) as u64)) }</p>
                        }
                    </details>
                }
            }
        </div>
    }
}

fn row(store: &Store, treated: &TreatedView) -> Html {
    let words =
        |units: u64, preview: bool| format!("{}{}", if preview { "preview " } else { "" }, number(units));
    let before = words(treated.batches.0, treated.previews.0);
    let now = words(treated.batches.1, treated.previews.1);
    let units = if before == now {
        now
    } else {
        format!("{before} → {now}")
    };
    html! {
        <tr data-treated={treated.model.name.clone()}>
            <td>{ model_link(store, &treated.model) }</td><td>{ category(treated.before) }</td>
            <td>{ category(treated.model.category) }</td><td class="n">{ units }</td>
        </tr>
    }
}
