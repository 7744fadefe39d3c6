//! The list of changes: grouped; only the lines in view are asked for and drawn.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlSelectElement};
use yew::prelude::*;

use super::forward::forward_switch;
use super::parts::{badge, bar, category, count, icon, name, number};
use crate::messages::rows::GroupView;
use crate::messages::{Item, Query, RowView, RowsQuery, RowsView, View};
use crate::viewer::components::spacer::Spacer;
use crate::viewer::pages::changes::group_of;
use crate::viewer::route::Route;
use crate::viewer::store::Action;
use crate::viewer::{Store, use_store, use_view};

/// Heights of a kind of window, in pixels, as in the style sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Heights {
    group: f64,
    row: f64,
}

const WIDE: Heights = Heights {
    group: 28.0,
    row: 32.0,
};
const NARROW: Heights = Heights {
    group: 36.0,
    row: 68.0,
};

/// Lines drawn above and below the view, in pixels, so that scrolling shows no holes.
const MARGIN: f64 = 400.0;

impl Heights {
    /// Top of a line: heads of groups are lower than rows.
    fn top(self, groups: &[GroupView], line: usize) -> f64 {
        let heads = groups.partition_point(|group| group.at < line);
        heads as f64 * self.group + line.saturating_sub(heads) as f64 * self.row
    }

    /// The line at a height.
    fn line(self, groups: &[GroupView], lines: usize, height: f64) -> usize {
        let (mut low, mut high) = (0, lines);
        while low < high {
            let middle = (low + high) / 2;
            if self.top(groups, middle + 1) <= height {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// What of the list is in view: top and height in pixels, and which heights its lines have.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sight {
    top: f64,
    height: f64,
    narrow: bool,
}

impl Sight {
    fn heights(self) -> Heights {
        if self.narrow { NARROW } else { WIDE }
    }

    /// First and one past the last line to draw.
    fn window(self, known: Option<&RowsView>) -> (usize, usize) {
        let (groups, lines) = known.map_or((&[][..], usize::MAX / 2), |view| (&view.groups[..], view.lines));
        let heights = self.heights();
        let from = heights.line(groups, lines, (self.top - MARGIN).max(0.0));
        let to = heights.line(groups, lines, self.top + self.height + MARGIN);
        (from, to + 1)
    }
}

fn narrow() -> bool {
    gloo::utils::window()
        .match_media("(max-width: 1000px)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

/// Properties of [`ChangeList`].
#[derive(Properties, PartialEq)]
pub struct ChangeListProps {
    /// Hears why the filter cannot be read.
    pub on_error: Callback<Option<String>>,
}

/// The list.
#[component]
pub fn ChangeList(props: &ChangeListProps) -> Html {
    let store = use_store();
    let node = use_node_ref();
    let sight = use_state_eq(|| Sight {
        top: 0.0,
        height: 900.0,
        narrow: narrow(),
    });
    let known = use_mut_ref(|| None::<RowsView>);
    let measure = {
        let (node, sight) = (node.clone(), sight.clone());
        Callback::from(move |()| {
            if let Some(element) = node.cast::<HtmlElement>() {
                sight.set(Sight {
                    // A coarse step keeps scrolling from asking at every pixel.
                    top: (f64::from(element.scroll_top()) / 128.0).floor() * 128.0,
                    height: f64::from(element.client_height()),
                    narrow: narrow(),
                });
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
    let (from, to) = sight.window(known.borrow().as_ref());
    let query = query(&store.route, from, to);
    let view = use_view(Some(Query::Rows(query)));
    let rows = match view.as_deref() {
        Some(View::Rows(rows)) => Some(rows),
        _ => None,
    };
    (*known.borrow_mut()).clone_from(&rows.cloned());
    use_placed(&store, rows, &props.on_error);
    let heights = sight.heights();
    let selected = rows
        .and_then(|rows| Some((rows, rows.place.as_ref()?)))
        .map(|(rows, place)| {
            (
                heights.top(&rows.groups, place.line) as i64,
                heights.top(&rows.groups, place.line + 1) as i64,
            )
        });
    use_selection_in_view(store.route.model.clone(), selected, &node);
    let onscroll = Callback::from(move |_: Event| measure.emit(()));
    let Some(rows) = rows else {
        return html! { <div class="scroll" ref={node}></div> };
    };
    if rows.lines == 0 {
        let words = match (store.route.filter.is_empty(), store.route.status) {
            (true, None) => "Nothing changes: the environment equals the project.",
            (true, Some(_)) => "No model has this status.",
            (false, _) => "No changed model has this in its name, and none is selected by it.",
        };
        return html! {
            <div class="scroll" ref={node}><div class="empty"><p class="b">{ "Nothing here." }</p><p class="i2">{ words }</p></div></div>
        };
    }
    let above = heights.top(&rows.groups, rows.from);
    let below =
        heights.top(&rows.groups, rows.lines) - heights.top(&rows.groups, rows.from + rows.items.len());
    html! {
        <div class="scroll" ref={node} {onscroll} role="table" aria-label="Changed models" tabindex="0"
            aria-rowcount={(rows.lines + 1).to_string()}>
            <div class="grid lh wide" role="row">
                <span role="columnheader"><span class="vh">{ "Picked" }</span></span>
                <span role="columnheader"><span class="vh">{ "Status" }</span></span>
                <span role="columnheader">{ "Model" }</span>
                <span role="columnheader">{ "Kind" }</span>
                <span role="columnheader">{ "Category" }</span>
                <span role="columnheader" title="Forward-only: a flag of the whole plan, a property of a model, or taken over from a model above">{ "Forward" }</span>
                <span role="columnheader" class="n" title="Models below that change because of it">{ "Down" }</span>
                <span role="columnheader" class="row">{ "Intervals" }<span class="sp">{ "to fill" }</span></span>
                <span role="columnheader"><span class="vh">{ "Viewed" }</span></span>
            </div>
            <Spacer height={above} />
            { for rows.items.iter().map(|item| match item {
                Item::Group(group) => head(&store, group),
                Item::Row(row) => line(&store, row),
            }) }
            <Spacer height={below} />
        </div>
    }
}

/// The lines of a list as the page is set.
pub fn query(route: &Route, from: usize, to: usize) -> RowsQuery {
    RowsQuery {
        group: group_of(route),
        status: route.status,
        filter: route.filter.clone(),
        folded: folded(route),
        from,
        to,
        selected: route.model.clone(),
        ..RowsQuery::default()
    }
}

/// Keys of the folded groups.
fn folded(route: &Route) -> Vec<String> {
    let listed = route.get("folded").unwrap_or_default();
    listed
        .split('\n')
        .filter(|key| !key.is_empty())
        .map(str::to_string)
        .collect()
}

/// Tells the page where the selected model is, for keys, and what is wrong with the filter.
#[hook]
fn use_placed(store: &Store, rows: Option<&RowsView>, on_error: &Callback<Option<String>>) {
    let found = rows.map(|rows| {
        let selected = rows.selected.clone();
        (
            selected,
            rows.place.clone(),
            rows.first.clone(),
            rows.error.clone(),
        )
    });
    let (store, on_error) = (store.dispatcher(), on_error.clone());
    use_effect_with(found, move |found| {
        if let Some((selected, place, first, error)) = found {
            store.dispatch(Action::Placed(selected.clone(), place.clone(), first.clone()));
            on_error.emit(error.clone());
        }
    });
}

/// Scrolls the selected row into view when the selection moves.
#[hook]
fn use_selection_in_view(name: Option<String>, selected: Option<(i64, i64)>, node: &NodeRef) {
    let node = node.clone();
    use_effect_with((name, selected), move |(_, selected)| {
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

fn head(store: &Store, group: &GroupView) -> Html {
    let mut keys = folded(&store.route);
    if group.folded {
        keys.retain(|key| *key != group.key);
    } else {
        keys.push(group.key.clone());
    }
    let href = store.route.with("folded", &keys.join("\n")).fragment();
    let expanded = (!group.folded).to_string();
    html! {
        <div key={format!("group {}", group.key)} class="gh" role="row">
            <span role="rowheader"><a class="row" {href} role="button" aria-expanded={expanded}>
                { icon(if group.folded { "right" } else { "down" }) }<span class="el">{ &group.title }</span>{ count(group.count) }</a></span>
        </div>
    }
}

fn line(store: &Store, row: &RowView) -> Html {
    let href = store.route.change(Some(&row.name)).fragment();
    let selected = store.route.model.as_ref() == Some(&row.name);
    let view = {
        let (store, name) = (store.dispatcher(), row.name.clone());
        Callback::from(move |_: Event| store.dispatch(Action::View(name.clone())))
    };
    html! {
        <div key={row.name.clone()} class="grid lr" role="row" aria-selected={selected.then_some("true")} data-model={row.name.clone()}>
            <span role="cell" class="pk">{ picker(store, row) }</span>
            <span role="cell">{ badge(row.status) }</span>
            <span role="cell" class="row"><a class="row go" {href} aria-current={selected.then_some("true")}>{ name(row) }</a>
                if store.marks.notes.contains_key(&row.name) { <span class="count" title="There is a note">{ "note" }</span> }</span>
            <span role="cell" class="i2 el">{ &row.kind }</span>
            <span role="cell" class="ct">{ category(row.category) }{ selector(store, row) }</span>
            <span role="cell" class="fw">{ forward_switch(store, row) }</span>
            <span role="cell" class="n">{ if row.affected == 0 { "–".to_string() } else { number(row.affected as u64) } }</span>
            <span role="cell" class="iv">{ bar(&row.bar) }
                <span class="n">{ if row.batches == 0 { "–".to_string() } else { number(row.batches) } }</span></span>
            <span role="cell"><input class="box" type="checkbox" checked={store.marks.viewed.contains(&row.name)} onchange={view}
                aria-label={format!("{} viewed", row.display())} /></span>
        </div>
    }
}

/// The box that picks a row for a choice of many.
fn picker(store: &Store, row: &RowView) -> Html {
    if !row.choosable || !store.can_choose() {
        return Html::default();
    }
    let pick = {
        let (store, name) = (store.dispatcher(), row.name.clone());
        Callback::from(move |_: Event| store.dispatch(Action::Pick(name.clone())))
    };
    html! {
        <input class="box" type="checkbox" checked={store.picked.contains(&row.name)} onchange={pick}
            aria-label={format!("Pick {}", row.display())} />
    }
}

/// The list of categories of a row that may have another; it lies over the chip, which shows the current one.
fn selector(store: &Store, row: &RowView) -> Html {
    if !row.choosable || !store.can_choose() {
        return Html::default();
    }
    let chosen = store.choices.categories.get(&row.name).map_or("", String::as_str);
    let choose = {
        let (store, name, shown) = (store.dispatcher(), row.name.clone(), row.display());
        Callback::from(move |event: Event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            if let Some(select) = target {
                let value = match select.value().as_str() {
                    "BREAKING" => Some("BREAKING"),
                    "NON_BREAKING" => Some("NON_BREAKING"),
                    _ => None,
                };
                store.dispatch(Action::Choose(name.clone(), shown.clone(), value));
            }
        })
    };
    let option = |value: &'static str, words: &'static str| {
        html! { <option {value} selected={value == chosen}>{ words }</option> }
    };
    html! {
        <select class="over-chip" aria-label={format!("Category of {}", row.display())} onchange={choose}>
            { option("", "Automatic") }{ option("BREAKING", "Breaking") }{ option("NON_BREAKING", "Non-breaking") }
        </select>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_count_heads_of_groups() {
        let groups: Vec<GroupView> = [0, 3]
            .into_iter()
            .map(|at| GroupView {
                at,
                ..GroupView::default()
            })
            .collect();
        assert_eq!(WIDE.top(&groups, 0), 0.0);
        assert_eq!(WIDE.top(&groups, 1), 28.0);
        assert_eq!(WIDE.top(&groups, 3), 92.0);
        assert_eq!(WIDE.top(&groups, 4), 120.0);
        for line in 0..8 {
            assert_eq!(WIDE.line(&groups, 8, WIDE.top(&groups, line)), line);
        }
    }

    #[test]
    fn draws_only_what_is_in_view() {
        let view = RowsView {
            lines: 10_001,
            groups: vec![GroupView::default()],
            ..RowsView::default()
        };
        let sight = Sight {
            top: 160_000.0,
            height: 800.0,
            narrow: false,
        };
        let (from, to) = sight.window(Some(&view));
        assert!(to - from < 60, "{from} {to}");
        assert!(from > 4_900);
    }
}
