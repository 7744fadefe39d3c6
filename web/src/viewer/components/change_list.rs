//! The list of changes: grouped by status, only the rows in view are drawn.

use std::rc::Rc;

use web_sys::HtmlElement;
use yew::prelude::*;

use super::parts::{badge, bar, category, name, number};
use crate::viewer::review::{Review, Row, Status};
use crate::viewer::route::Route;
use crate::viewer::store::Action;
use crate::viewer::{Store, use_store};

/// A line of the list.
#[derive(Debug, Clone, PartialEq)]
enum Item {
    Group(&'static str, usize),
    Row(usize),
}

/// Heights in pixels, as in the style sheet: group and row, wide and narrow.
const HEIGHTS: [(f64, f64); 2] = [(28.0, 32.0), (32.0, 68.0)];

/// Rows drawn above and below the view, so that scrolling shows no holes.
const MARGIN: f64 = 400.0;

/// Properties of [`ChangeList`].
#[derive(Properties, PartialEq)]
pub struct ChangeListProps {
    /// The plan.
    pub review: Rc<Review>,
    /// Indices of the rows to show, in order.
    pub shown: Rc<Vec<usize>>,
}

fn items(review: &Review, shown: &[usize]) -> Vec<Item> {
    let title = |row: &Row| match row.status {
        Status::Indirect => Status::Indirect.title(),
        _ if row.undecided => "Needs a category",
        status => status.title(),
    };
    let mut items: Vec<Item> = Vec::with_capacity(shown.len() + 7);
    let mut group = 0;
    for index in shown {
        let words = title(&review.rows[*index]);
        match items.get_mut(group) {
            Some(Item::Group(open, count)) if *open == words => *count += 1,
            _ => {
                group = items.len();
                items.push(Item::Group(words, 1));
            }
        }
        items.push(Item::Row(*index));
    }
    items
}

/// First and one past the last item in view, and the height of what is left out above and below.
fn window(items: &[Item], heights: (f64, f64), top: f64, height: f64) -> (usize, usize, f64, f64) {
    let (from, to) = (top - MARGIN, top + height + MARGIN);
    let (mut first, mut last) = (items.len(), items.len());
    let (mut above, mut at) = (0.0, 0.0);
    for (index, item) in items.iter().enumerate() {
        let size = if matches!(item, Item::Group(..)) {
            heights.0
        } else {
            heights.1
        };
        if first == items.len() && at + size > from {
            first = index;
            above = at;
        }
        if last == items.len() && at > to {
            last = index;
        }
        at += size;
    }
    let drawn: f64 = items[first.min(last)..last]
        .iter()
        .map(|item| {
            if matches!(item, Item::Group(..)) {
                heights.0
            } else {
                heights.1
            }
        })
        .sum();
    (first.min(last), last, above, (at - above - drawn).max(0.0))
}

fn narrow() -> bool {
    gloo::utils::window()
        .match_media("(max-width: 1000px)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

/// Sets a height through the object model: the policy of the page forbids style attributes.
#[derive(Properties, PartialEq)]
struct SpacerProps {
    height: f64,
}

#[component]
fn Spacer(props: &SpacerProps) -> Html {
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

/// The list.
#[component]
pub fn ChangeList(props: &ChangeListProps) -> Html {
    let store = use_store();
    let node = use_node_ref();
    let view = use_state_eq(|| (0.0_f64, 900.0_f64, false));
    let measure = {
        let (node, view) = (node.clone(), view.clone());
        Callback::from(move |()| {
            if let Some(element) = node.cast::<HtmlElement>() {
                // A coarse step keeps scrolling from drawing at every pixel.
                let top = (f64::from(element.scroll_top()) / 128.0).floor() * 128.0;
                view.set((top, f64::from(element.client_height()), narrow()));
            }
        })
    };
    {
        let measure = measure.clone();
        use_effect_with((), move |()| {
            measure.emit(());
            let listener =
                gloo::events::EventListener::new(&gloo::utils::window(), "resize", move |_| measure.emit(()));
            move || drop(listener)
        });
    }
    let items = use_memo((props.review.clone(), props.shown.clone()), |(review, shown)| {
        items(review, shown)
    });
    let (top, height, narrow) = *view;
    let heights = HEIGHTS[usize::from(narrow)];
    let (first, last, above, below) = window(&items, heights, top, height);
    let selected = place(&items, heights, selected(&store.route, &props.review));
    use_selection_in_view(selected, &node);

    let onscroll = Callback::from(move |_: Event| measure.emit(()));
    html! {
        <div class="scroll" ref={node} {onscroll} role="table" aria-label="Changed models" tabindex="-1"
            aria-rowcount={props.shown.len().to_string()}>
            <div class="grid lh wide" role="row">
                <span role="columnheader"><span class="vh">{ "Status" }</span></span>
                <span role="columnheader">{ "Model" }</span>
                <span role="columnheader">{ "Kind" }</span>
                <span role="columnheader">{ "Category" }</span>
                <span role="columnheader" class="n" title="Models below that change because of it">{ "Down" }</span>
                <span role="columnheader" class="row">{ "Intervals" }<span class="sp">{ "to fill" }</span></span>
                <span role="columnheader"><span class="vh">{ "Viewed" }</span></span>
            </div>
            <Spacer height={above} />
            { for items[first..last].iter().map(|item| match item {
                Item::Group(title, count) => html! {
                    <div key={format!("group {title}")} class="gh" role="row">
                        <span role="rowheader">{ *title }{ " " }<span class="count">{ *count }</span></span>
                    </div>
                },
                Item::Row(index) => {
                    let row = &props.review.rows[*index];
                    let selected = store.route.model.as_ref() == Some(&row.name);
                    let viewed = store.viewed.contains(&row.name);
                    line(&store, row, selected, viewed, *index)
                }
            }) }
            <Spacer height={below} />
        </div>
    }
}

/// Top and bottom of a row.
fn place(items: &[Item], heights: (f64, f64), row: Option<usize>) -> Option<(i64, i64)> {
    let row = row?;
    let mut at = 0.0;
    for item in items {
        match item {
            Item::Group(..) => at += heights.0,
            Item::Row(index) if *index == row => return Some((at as i64, (at + heights.1) as i64)),
            Item::Row(_) => at += heights.1,
        }
    }
    None
}

/// Scrolls the selected row into view when the selection moves.
#[hook]
fn use_selection_in_view(selected: Option<(i64, i64)>, node: &NodeRef) {
    let node = node.clone();
    use_effect_with(selected, move |selected| {
        let (Some((from, to)), Some(element)) = (*selected, node.cast::<HtmlElement>()) else {
            return;
        };
        let head = 28;
        let (top, height) = (
            i64::from(element.scroll_top()),
            i64::from(element.client_height()),
        );
        if from < top + head {
            element.set_scroll_top((from - head).max(0) as i32);
        } else if to + head > top + height {
            element.set_scroll_top((to + head - height) as i32);
        }
    });
}

fn line(store: &Store, row: &Row, selected: bool, viewed: bool, index: usize) -> Html {
    let href = store.route.change(Some(&row.name)).fragment();
    let view = {
        let (store, name) = (store.dispatcher(), row.name.clone());
        Callback::from(move |_: Event| store.dispatch(Action::View(name.clone())))
    };
    html! {
        <div key={index} class="grid lr" role="row" aria-selected={selected.then_some("true")} data-model={row.name.clone()}>
            <span role="cell">{ badge(row.status) }</span>
            <a class="row go" role="cell" {href} aria-current={selected.then_some("true")}>{ name(row) }</a>
            <span role="cell" class="i2 el">{ &row.kind }</span>
            <span role="cell" class="ct">{ category(row.category) }</span>
            <span role="cell" class="n">{ if row.affected == 0 { "–".to_string() } else { row.affected.to_string() } }</span>
            <span role="cell" class="iv">{ bar(&row.bar) }
                <span class="n">{ if row.batches == 0 { "–".to_string() } else { number(row.batches) } }</span></span>
            <span role="cell"><input class="box" type="checkbox" checked={viewed} onchange={view}
                aria-label={format!("{} viewed", row.display())} /></span>
        </div>
    }
}

fn selected(route: &Route, review: &Review) -> Option<usize> {
    route
        .model
        .as_ref()
        .and_then(|name| review.by_name.get(name))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_only_what_is_in_view() {
        let items: Vec<Item> = std::iter::once(Item::Group("Added", 10_000))
            .chain((0..10_000).map(Item::Row))
            .collect();
        let (first, last, above, below) = window(&items, (28.0, 32.0), 0.0, 800.0);
        assert_eq!(first, 0);
        assert!(last < 60, "{last}");
        assert_eq!(above, 0.0);
        let (first, last, above, below_middle) = window(&items, (28.0, 32.0), 160_000.0, 800.0);
        assert!(last - first < 60);
        let drawn = (last - first) as f64 * 32.0;
        assert!((above + drawn + below_middle - (28.0 + 320_000.0)).abs() < 1.0);
        assert!(below > below_middle);
        let (first, last, ..) = window(&[], (28.0, 32.0), 0.0, 800.0);
        assert_eq!((first, last), (0, 0));
    }
}
