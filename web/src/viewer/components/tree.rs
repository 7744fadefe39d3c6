//! The tree of the project beside a page: groups of models, what changed among them, each model a link.

use yew::prelude::*;

use super::parts::{badge, icon, number};
use crate::messages::model::Link;
use crate::messages::{BranchView, Query, Status, TreeQuery, View};
use crate::viewer::pages::changes::group_of;
use crate::viewer::route::Page;
use crate::viewer::{Store, use_store, use_view_later};

/// The tree.
#[component]
pub fn Tree() -> Html {
    let store = use_store();
    let turned = use_state_eq(Vec::<String>::new);
    let query = TreeQuery {
        group: group_of(&store.route),
        turned: (*turned).clone(),
        selected: store.route.model.clone(),
    };
    let view = use_view_later(Some(Query::Tree(query)));
    let branches: &[BranchView] = match view.as_deref() {
        Some(View::Tree(branches)) => branches,
        _ => &[],
    };
    html! {
        <nav class="tree" aria-label="Project">{ for branches.iter().map(|branch| draw(&store, branch, &turned)) }</nav>
    }
}

fn draw(store: &Store, branch: &BranchView, turned: &UseStateHandle<Vec<String>>) -> Html {
    let turn = {
        let (turned, title) = (turned.clone(), branch.title.clone());
        Callback::from(move |_: MouseEvent| {
            let mut now = (*turned).clone();
            if now.contains(&title) {
                now.retain(|known| *known != title);
            } else {
                now.push(title.clone());
            }
            turned.set(now);
        })
    };
    let (changed, models) = (number(branch.changed as u64), number(branch.models as u64));
    let left = branch.models.saturating_sub(branch.shown.len());
    html! {
        <section key={branch.title.clone()}>
            <button class="branch" onclick={turn} aria-expanded={branch.open.to_string()}>
                { icon(if branch.open { "down" } else { "right" }) }<span class="el m">{ &branch.title }</span>
                <span class="sp i3" title={format!("{changed} of {models} changed")}>{ format!("{changed}/{models}") }</span>
            </button>
            if branch.open {
                <ul>{ for branch.shown.iter().map(|link| html! { <li>{ leaf(store, link) }</li> }) }
                    if left > 0 { <li class="i3 t2">{ format!("{} more: filter the list", number(left as u64)) }</li> }</ul>
            }
        </section>
    }
}

fn leaf(store: &Store, link: &Link) -> Html {
    let changed = link.status != Status::Unchanged;
    let route = match store.route.page {
        Page::Changes if changed => store.route.change(Some(&link.name)),
        Page::Changes => store.route.to(Page::Model).of(&link.name),
        _ => store.route.of(&link.name),
    };
    let current = (store.route.model.as_ref() == Some(&link.name)).then_some("true");
    let gone = (link.status == Status::Removed).then_some("gone");
    html! {
        <a href={route.fragment()} aria-current={current} title={format!("{}{}", link.schema, link.title)}>
            { badge(link.status) }<span class={classes!("nm", gone)}>{ &link.title }</span></a>
    }
}
