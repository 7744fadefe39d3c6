//! Pages: each draws the state and sends actions up.

pub mod changes;
pub mod environments;
pub mod help;
pub mod intervals;
pub mod lineage;
pub mod model;
pub mod open;
pub mod plan;
pub mod report;
pub mod systems;

use yew::prelude::*;

use super::Store;
use super::components::parts::icon;
use super::route::Page;

/// What a page shows that needs a plan when there is none.
pub fn nothing_yet(store: &Store, words: &'static str) -> Html {
    html! {
        <section class="screen pad">
            <div class="empty">
                <p class="b">{ words }</p>
                <p class="i2">{ "Open a project and a state export, then compute a plan." }</p>
                <p><a class="btn pri" href={store.route.to(Page::Open).fragment()}>{ icon("folder") }{ "Open files" }</a></p>
            </div>
        </section>
    }
}
