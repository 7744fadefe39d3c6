//! Tabs whose choice lives in the URL.

use yew::prelude::*;

use crate::viewer::route::Route;

/// One of several views.
#[derive(Debug, Clone, PartialEq)]
pub struct Tab {
    /// Value in the URL; empty for the first.
    pub slug: &'static str,
    /// In words.
    pub title: &'static str,
    /// A number beside it.
    pub count: Option<String>,
}

/// Tabs under a key of the URL.
pub fn tabs(route: &Route, key: &'static str, all: &[Tab]) -> Html {
    let current = route.get(key).unwrap_or_default();
    html! {
        <nav class="sub" aria-label="Views">
            { for all.iter().map(|tab| html! {
                <a href={route.with(key, tab.slug).fragment()} aria-current={(tab.slug == current).then_some("true")}>{ tab.title }
                    if let Some(count) = &tab.count { <span class="count">{ count }</span> }</a>
            }) }
        </nav>
    }
}
