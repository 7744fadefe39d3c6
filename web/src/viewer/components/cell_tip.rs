//! What a column of the grid of intervals is to a model: a box beside the pointer.

use std::rc::Rc;

use gloo::events::EventListener;
use planglass_core::time::{Interval, IntervalUnit, Timestamp};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};
use yew::prelude::*;

use super::parts::number;
use super::total_row::total_words;
use crate::messages::grid::{GridRow, GridView};
use crate::messages::{View, counted};
use crate::viewer::pages::intervals::{batches, batches_words, span_words, state_words};

/// Properties of [`CellTip`].
#[derive(Properties, PartialEq)]
pub struct CellTipProps {
    /// The list whose tracks are pointed at.
    pub list: NodeRef,
    /// The grid that it shows.
    pub view: Rc<View>,
    /// The same for all models together, once it is known.
    pub totals: Option<Rc<View>>,
}

/// Model, column, and the middle of its lower edge in the window.
type Pointed = (String, usize, f64, f64);

/// The box; nothing while no track is pointed at.
#[component]
pub fn CellTip(props: &CellTipProps) -> Html {
    let node = use_node_ref();
    let pointed = use_state_eq(|| None::<Pointed>);
    let View::Grid(grid) = &*props.view else {
        return Html::default();
    };
    let columns = grid.bounds.len().saturating_sub(1).max(1);
    {
        let (pointed, list) = (pointed.clone(), props.list.clone());
        use_effect_with(columns, move |columns| {
            let columns = *columns;
            let listeners = list.cast::<HtmlElement>().map(|list| {
                let gone = pointed.clone();
                let leave = EventListener::new(&list, "pointerleave", move |_| gone.set(None));
                let over = EventListener::new(&list, "pointermove", move |event| {
                    let event = event.dyn_ref::<PointerEvent>();
                    pointed.set(event.and_then(|event| find(event, columns)));
                });
                (leave, over)
            });
            move || drop(listeners)
        });
    }
    {
        let (node, at) = (node.clone(), (*pointed).clone());
        use_effect_with(at, move |at| {
            if let (Some((_, _, x, y)), Some(element)) = (at, node.cast::<HtmlElement>()) {
                place(&element, *x, *y);
            }
        });
    }
    let Some((name, column, ..)) = &*pointed else {
        return Html::default();
    };
    let row = grid.rows.iter().find(|row| row.row.name == *name);
    let total = match props.totals.as_deref() {
        Some(View::Grid(grid)) if name.is_empty() => grid.totals.get(*column),
        _ => None,
    };
    let (title, what) = match (row, total) {
        (Some(row), _) => (row.row.display(), words(grid, row, *column)),
        (None, Some(total)) => (counted(grid.row_count, "model"), total_words(total)),
        (None, None) => return Html::default(),
    };
    html! {
        <div class="over tip" ref={node} aria-hidden="true"><p class={classes!("b", row.map(|_| "m"))}>{ title }</p>
            <p class="i2">{ span_words(grid, *column, 1) }</p><p>{ what }</p></div>
    }
}

/// The column of the track below the pointer.
fn find(event: &PointerEvent, columns: usize) -> Option<Pointed> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let track = target.closest(".track").ok()??;
    let name = track.closest("[data-model]").ok()??.get_attribute("data-model")?;
    let area = track.get_bounding_client_rect();
    let cell = area.width() / columns as f64;
    let column = ((f64::from(event.client_x()) - area.left()) / cell).floor();
    if cell <= 0.0 || !(0.0..columns as f64).contains(&column) {
        return None;
    }
    Some((
        name,
        column as usize,
        area.left() + (column + 0.5) * cell,
        area.bottom(),
    ))
}

/// Puts the box below a point of the window, or above where it has no room.
fn place(element: &HtmlElement, x: f64, y: f64) {
    let (Some(parent), own) = (element.offset_parent(), element.get_bounding_client_rect()) else {
        return;
    };
    let around = parent.get_bounding_client_rect();
    let left =
        (x - own.width() / 2.0 - around.left()).clamp(8.0, (around.width() - own.width() - 8.0).max(8.0));
    let below = y + 6.0 - around.top();
    let top = if below + own.height() > around.height() {
        below - own.height() - 32.0
    } else {
        below
    };
    let style = element.style();
    // What cannot be placed stays where it is.
    let _ = style.set_property("left", &format!("{left:.0}px"));
    let _ = style.set_property("top", &format!("{top:.0}px"));
}

/// What is done in a column: how many of its intervals are filled, and in how many batches.
fn words(grid: &GridView, row: &GridRow, column: usize) -> String {
    let run = row
        .runs
        .iter()
        .find(|run| (run.from..run.from + run.columns).contains(&column));
    let state = run.map(|run| run.state).unwrap_or_default();
    let (_, word) = state_words(state);
    let edge = |at: usize| grid.bounds.get(at).copied().unwrap_or_default();
    let what = match IntervalUnit::parse(&row.unit) {
        Some(unit) => match counts(unit, &row.filled, edge(column), edge(column + 1)) {
            (0, _) => word.to_string(),
            (_, 0) => format!("{word}: a part of one {}", unit.as_str().replace('_', " ")),
            (filled, all) => format!(
                "{word}: {} of {} intervals",
                number(filled.unsigned_abs()),
                number(all.unsigned_abs())
            ),
        },
        None => word.to_string(),
    };
    let (start, end) = (edge(column), edge(column + 1));
    match batches(row, Some(Interval(start, end))) {
        0 => what,
        here => {
            let apart = here
                + batches(row, Some(Interval(Timestamp(i64::MIN), start)))
                + batches(row, Some(Interval(end, Timestamp(i64::MAX))));
            // Batches of the columns beside are counted twice if they reach into this one.
            let reaches = match (apart > batches(row, None), here) {
                (false, _) => "",
                (true, 1) => ", which reaches further",
                (true, _) => ", which reach further",
            };
            format!("{what}, in {}{reaches}", batches_words(here))
        }
    }
}

/// How many intervals of a column are filled, and how many it has. Where intervals are longer than the column it has
/// none; what is filled then counts as one.
fn counts(
    unit: IntervalUnit,
    filled: &[(Timestamp, Timestamp)],
    start: Timestamp,
    end: Timestamp,
) -> (i64, i64) {
    let inside = filled
        .iter()
        .map(|(from, to)| ((*from).max(start), (*to).min(end)))
        .filter(|(from, to)| from < to);
    let all = unit.boundaries(start, end);
    let filled = match all {
        0 => inside.count() as i64,
        _ => inside.map(|(from, to)| unit.boundaries(from, to)).sum(),
    };
    (filled, all)
}

#[cfg(test)]
mod tests {
    use planglass_core::time::DAY;

    use super::*;

    #[test]
    fn counts_intervals_of_a_column() {
        let filled = [
            (Timestamp(2 * DAY), Timestamp(5 * DAY)),
            (Timestamp(6 * DAY), Timestamp(9 * DAY)),
        ];
        let week = |unit| counts(unit, &filled, Timestamp(0), Timestamp(7 * DAY));
        assert_eq!(week(IntervalUnit::Day), (4, 7));
        assert_eq!(week(IntervalUnit::Hour), (96, 168));
        let day = counts(
            IntervalUnit::Month,
            &filled,
            Timestamp(3 * DAY),
            Timestamp(4 * DAY),
        );
        assert_eq!(day, (1, 0));
    }
}
