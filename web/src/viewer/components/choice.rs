//! The category that was chosen for a model, the others, and what each would cost.

use planglass_core::request::Volume;
use yew::prelude::*;

use super::parts::number;
use crate::messages::{CostView, Query, RowView, View, counted};
use crate::viewer::store::Action;
use crate::viewer::{use_store, use_view_later};

/// Properties of [`Choice`].
#[derive(Properties, PartialEq)]
pub struct ChoiceProps {
    /// The model.
    pub row: RowView,
}

/// A button per category. What each would cost is said when it is known.
#[component]
pub fn Choice(props: &ChoiceProps) -> Html {
    let store = use_store();
    let row = &props.row;
    let view = use_view_later(Some(Query::Costs(row.name.clone())));
    let costs: &[CostView] = match view.as_deref() {
        Some(View::Costs(costs)) => costs,
        _ => &[],
    };
    let cost = |category: Option<&str>| {
        let found = costs.iter().find(|cost| cost.category.as_deref() == category);
        found.map(|cost| cost.volume)
    };
    let chosen = store.choices.categories.get(&row.name).map(String::as_str);
    let button = |value: Option<&'static str>,
                  class: &'static str,
                  glyph,
                  title,
                  words: &'static str,
                  key| {
        let choose = {
            let (store, name, shown) = (store.dispatcher(), row.name.clone(), row.display());
            Callback::from(move |_: MouseEvent| {
                store.dispatch(Action::Choose(name.clone(), shown.clone(), value));
            })
        };
        let checked = (chosen == value).to_string();
        html! {
            <button type="button" role="radio" aria-checked={checked} onclick={choose} data-choose={value.unwrap_or("AUTO")}>
                <span class="row"><b class={classes!("gl", class)} aria-hidden="true">{ glyph }</b>{ title }
                    <kbd class="sp wide">{ key }</kbd></span>
                <small>{ words }</small>
                <small data-cost={value.unwrap_or("AUTO")}>{ cost(value).map_or_else(|| "…".to_string(), volume_words) }</small>
            </button>
        }
    };
    html! {
        <div class="choice" role="radiogroup" aria-label="Category, and what the plan would fill with it">
            { button(None, "M", "A", "Automatic", "as the planner decides", "a") }
            { button(Some("BREAKING"), "B", "B!", "Breaking", "children are filled too", "b") }
            { button(Some("NON_BREAKING"), "N", "N", "Non-breaking", "children keep their data", "n") }
        </div>
    }
}

fn volume_words(volume: Option<Volume>) -> String {
    match volume {
        None => "refused".to_string(),
        Some(volume) => format!(
            "plan fills {}, {} intervals",
            counted(volume.models as usize, "model"),
            number(volume.intervals)
        ),
    }
}
