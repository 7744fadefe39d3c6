//! Room for what is not drawn.

use web_sys::HtmlElement;
use yew::prelude::*;

/// Properties of [`Spacer`].
#[derive(Properties, PartialEq)]
pub struct SpacerProps {
    /// In pixels.
    pub height: f64,
}

/// Sets a height through the object model: the policy of the page forbids style attributes.
#[component]
pub fn Spacer(props: &SpacerProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.height, move |height| {
            if let Some(element) = node.cast::<HtmlElement>() {
                let _ = element.style().set_property("height", &format!("{height}px"));
            }
        });
    }
    html! { <div ref={node} aria-hidden="true"></div> }
}
