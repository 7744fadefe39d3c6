//! The row of totals above the grid of intervals: what all models that match have in each column together.

use std::rc::Rc;

use planglass_core::review::grid::State;
use yew::prelude::*;

use super::parts::number;
use crate::messages::{View, counted};
use crate::viewer::pages::intervals::{batches_cell, batches_words, state_words};

/// States in the order in which totals have them.
const STATES: [State; 4] = [State::Missing, State::Preview, State::Requested, State::Restated];

/// Height of the bars, and of the numbers above them, in pixels.
const HEIGHTS: (f64, f64) = (20.0, 13.0);

/// Properties of [`TotalRow`].
#[derive(Properties, PartialEq)]
pub struct TotalRowProps {
    /// The grid with its totals, once they are known.
    pub view: Option<Rc<View>>,
    /// How many models match.
    pub models: usize,
    /// Width of the track in pixels.
    pub width: f64,
}

/// The row. It is there before its numbers are, so that nothing jumps.
#[component]
pub fn TotalRow(props: &TotalRowProps) -> Html {
    let grid = match props.view.as_deref() {
        Some(View::Grid(grid)) => Some(grid),
        _ => None,
    };
    let (whole, totals) = grid
        .and_then(|grid| grid.totals.split_last())
        .unwrap_or((&[0; 5], &[]));
    let [_, preview, requested, restated, batches] = *whole;
    let units = preview + requested + restated;
    html! {
        <div class="hg hh ht" role="row" data-model="">
            <span role="rowheader">{ counted(props.models, "model") }</span>
            <span role="cell" class="trk">{ bars(totals, props.width) }</span>
            <span role="cell" class="n b">{ if units == 0 { "–".to_string() } else { number(units) } }</span>
            { batches_cell(batches) }
        </div>
    }
}

fn bars(totals: &[[u64; 5]], width: f64) -> Html {
    let cell = width / totals.len().max(1) as f64;
    let units = |total: &[u64; 5]| total[..4].iter().sum::<u64>();
    let highest = totals.iter().map(units).max().unwrap_or(0).max(1) as f64;
    let (height, above) = HEIGHTS;
    let asked = totals.iter().filter(|total| units(total) > 0).count();
    let label = format!("{} with something missing or to fill", counted(asked, "column"));
    html! {
        <svg width={format!("{width:.0}")} height={format!("{:.0}", height + above)} role="img" aria-label={label} class="track">
            { for totals.iter().enumerate().filter(|(_, total)| units(total) > 0).map(|(index, total)| {
                let x = index as f64 * cell;
                let wide = format!("{:.1}", (cell - 1.0).max(2.0));
                let mut y = height + above;
                let words = short(units(total));
                html! { <>
                    { for STATES.into_iter().zip(total).filter(|(_, units)| **units > 0).map(|(state, units)| {
                        // What is there can be seen, however little.
                        let high = (*units as f64 / highest * height).max(1.5);
                        y -= high;
                        let (x, y, high) = (format!("{x:.1}"), format!("{y:.1}"), format!("{high:.1}"));
                        html! { <rect class={state_words(state).0} {x} {y} width={wide.clone()} height={high} /> }
                    }) }
                    if words.len() as f64 * 6.2 + 2.0 < cell {
                        <text x={format!("{:.1}", x + (cell - 1.0) / 2.0)} y={format!("{:.1}", (y - 2.0).max(10.0))} text-anchor="middle">{ words }</text>
                    }
                </> }
            }) }
        </svg>
    }
}

/// A number in few letters: `950`, `12k`, `3M`.
fn short(units: u64) -> String {
    match units {
        0..10_000 => units.to_string(),
        10_000..1_000_000 => format!("{}k", units / 1_000),
        _ => format!("{}M", units / 1_000_000),
    }
}

/// What a column has, in words.
pub fn total_words(total: &[u64; 5]) -> String {
    let states = STATES.into_iter().zip(total).filter(|(_, units)| **units > 0);
    let mut words: Vec<String> = states
        .map(|(state, units)| format!("{} {}", number(*units), state_words(state).1.to_lowercase()))
        .collect();
    match (words.is_empty(), total[4]) {
        (true, 0) => return "nothing missing, nothing to fill".to_string(),
        (_, 0) => {}
        (_, batches) => words.push(format!("in {}", batches_words(batches))),
    }
    words.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_a_column_has() {
        assert_eq!(total_words(&[0; 5]), "nothing missing, nothing to fill");
        assert_eq!(
            total_words(&[2, 0, 1_000, 0, 1]),
            "2 missing, not asked; 1,000 requested; in 1 batch"
        );
        assert_eq!(short(12_345), "12k");
    }
}
