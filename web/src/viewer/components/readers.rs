//! Who reads the columns of a model, all the way down. It is read when somebody opens it: the first time takes as
//! long as reading every query of the project.

use yew::prelude::*;

use super::model_parts::model_link;
use super::parts::badge;
use crate::messages::model::{Link, ReadersView};
use crate::messages::{Query, View, counted};
use crate::viewer::{Store, use_store, use_view};

/// Properties of [`Readers`].
#[derive(Properties, PartialEq)]
pub struct ReadersProps {
    /// The model, fully qualified.
    pub name: String,
}

/// The list of columns with their readers.
#[component]
pub fn Readers(props: &ReadersProps) -> Html {
    let store = use_store();
    let wanted = store.can_choose();
    let view = use_view(wanted.then(|| Query::Readers(props.name.clone())));
    let readers = match view.as_deref() {
        Some(View::Readers(readers)) => readers,
        _ if !wanted => {
            return html! { <p class="in t2 i2">{ "Who reads these columns is known once the project is open." }</p> };
        }
        _ => return Html::default(),
    };
    html! {
        <>
            <h3 class="sub-head">{ "Read downstream by" }</h3>
            <div class="readers">{ for readers.iter().map(|column| reader(&store, column)) }</div>
        </>
    }
}

fn reader(store: &Store, view: &ReadersView) -> Html {
    let link = |(model, words): &(Link, String)| {
        html! { <li>{ badge(model.status) }{ model_link(store, model) }<span class="i2 t2">{ words }</span></li> }
    };
    let mut words = Vec::new();
    if !view.columns.is_empty() {
        words.push(format!("shown by {}", counted(view.columns.len(), "model")));
    }
    if !view.rows.is_empty() {
        words.push(format!(
            "rows of {} depend on it",
            counted(view.rows.len(), "model")
        ));
    }
    if words.is_empty() {
        return html! {
            <p class="reader" data-readers={view.column.clone()}><code>{ &view.column }</code><span class="i2 t2">{ "nobody" }</span></p>
        };
    }
    html! {
        <details class="reader" data-readers={view.column.clone()}>
            <summary><code>{ &view.column }</code><span class="i2 t2">{ words.join(", ") }</span></summary>
            if !view.columns.is_empty() { <ul class="links">{ for view.columns.iter().map(link) }</ul> }
            if !view.rows.is_empty() { <ul class="links">{ for view.rows.iter().map(link) }</ul> }
        </details>
    }
}
