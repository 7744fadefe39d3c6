//! Whether a model goes forward only, and why: a switch in each row, which turns the plan's own.
//!
//! SQLMesh knows forward-only as a flag of the whole plan and as a property of a model's definition; models below take
//! it over. There is none for a single change.

use yew::prelude::*;

use crate::messages::{RowView, Status};
use crate::viewer::Store;
use crate::viewer::store::Action;

/// What decides about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// The definition of the model.
    Model,
    /// The flag of the plan.
    Plan,
    /// A model that it reads.
    Parent,
}

/// Whether it goes forward only, and by what that is decided; `None` where there is nothing to decide.
fn decided(row: &RowView, plan_wide: bool) -> Option<(bool, By)> {
    let by = match row.status {
        Status::Removed | Status::Unchanged => return None,
        _ if row.forward_only_model => By::Model,
        Status::Metadata if !row.forward_only => return None,
        _ if row.forward_only && !plan_wide => By::Parent,
        _ => By::Plan,
    };
    Some((row.forward_only, by))
}

/// What a switch says about a model: a word, and a sentence.
fn words(on: bool, by: By) -> (&'static str, &'static str) {
    match (on, by) {
        (true, By::Model) => ("model", "On: the model's own definition says forward_only."),
        (false, By::Model) => (
            "model",
            "Its definition says forward_only; this first version has nothing to go on from.",
        ),
        (true, By::Parent) => ("above", "On: a model that it reads goes forward only."),
        (true, By::Plan) => ("plan", "On for the whole plan."),
        (_, _) => ("", "Off. Forward-only applies to the whole plan."),
    }
}

/// The sentence about a model; `None` where there is nothing to say.
pub fn forward_words(row: &RowView, plan_wide: bool) -> Option<&'static str> {
    let (on, by) = decided(row, plan_wide)?;
    (on || by == By::Model).then(|| words(on, by).1)
}

/// The switch of a row. It can be turned where the plan's flag decides.
pub fn forward_switch(store: &Store, row: &RowView) -> Html {
    let plan_wide = store.summary().is_some_and(|plan| plan.forward_only);
    let Some((on, by)) = decided(row, plan_wide) else {
        return html! { <span class="i3">{ "–" }</span> };
    };
    let (word, sentence) = words(on, by);
    let locked = by != By::Plan || !store.can_choose();
    let turn = (!locked).then(|| {
        let store = store.dispatcher();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::ForwardOnly(!plan_wide)))
    });
    let title = match (locked, on) {
        (true, _) => sentence.to_string(),
        (false, true) => format!("{sentence} Turns it off for all models."),
        (false, false) => format!("{sentence} Turns it on for all models."),
    };
    html! {
        <button type="button" class="switch" role="switch" aria-checked={on.to_string()} aria-disabled={locked.then_some("true")}
            aria-label={format!("Forward-only for {}: {title}", row.display())} {title} onclick={turn} data-forward={word}>
            <i aria-hidden="true"></i><small>{ word }</small></button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_decides() {
        let row = |status, forward_only, forward_only_model| RowView {
            status,
            forward_only,
            forward_only_model,
            ..RowView::default()
        };
        let direct = row(Status::Direct, true, false);
        assert_eq!(decided(&direct, true), Some((true, By::Plan)));
        assert_eq!(decided(&direct, false), Some((true, By::Parent)));
        assert_eq!(
            decided(&row(Status::Direct, false, false), false),
            Some((false, By::Plan))
        );
        assert_eq!(
            decided(&row(Status::Direct, true, true), true),
            Some((true, By::Model))
        );
        assert_eq!(decided(&row(Status::Unchanged, false, true), true), None);
        assert_eq!(decided(&row(Status::Metadata, false, false), true), None);
        assert_eq!(forward_words(&row(Status::Direct, false, false), false), None);
        assert!(forward_words(&row(Status::Added, false, true), false).is_some());
    }
}
