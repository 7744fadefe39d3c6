//! Intervals: model × time.

use planglass_core::review::grid::{State, Zoom};
use planglass_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::rows::RowView;

/// Which part of the grid.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GridQuery {
    /// Width of a column; absent for the finest that shows everything.
    pub zoom: Option<Zoom>,
    /// An instant in the first column; absent for where everything starts, or ends when that does not fit.
    pub start: Option<Timestamp>,
    /// Columns.
    pub columns: usize,
    /// First row.
    pub from: usize,
    /// One past the last row.
    pub to: usize,
    /// Only models with something to fill.
    pub only_filled: bool,
    /// A part of the name, or a selector.
    pub filter: String,
    /// A model whose row is wanted alone.
    pub model: Option<String>,
    /// What all models that match have in each column together.
    pub totals: bool,
}

/// A part of the grid.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GridView {
    /// Width of a column.
    pub zoom: Zoom,
    /// Starts of the columns, and the end of the last one.
    pub bounds: Vec<Timestamp>,
    /// Index of the first row.
    pub from: usize,
    /// The rows.
    pub rows: Vec<GridRow>,
    /// How many rows there are.
    pub row_count: usize,
    /// Per column, of all models that match, and at the end in all: units that are missing, previewed, requested and
    /// restated, and batches that fill them. A unit counts in the column in which it starts. Only when asked for.
    pub totals: Vec<[u64; 5]>,
    /// Why the filter cannot be read.
    pub error: Option<String>,
}

impl GridView {
    /// Where the columns start after half a step to the left, and to the right.
    pub fn steps(&self) -> (Timestamp, Timestamp) {
        let half = (self.bounds.len() as i64 / 2).max(1);
        let first = self.bounds.first().copied().unwrap_or_default();
        (self.zoom.step(first, -half), self.zoom.step(first, half))
    }

    /// The next finer and the next coarser width.
    pub fn zooms(&self) -> (Option<Zoom>, Option<Zoom>) {
        let at = Zoom::ALL.into_iter().position(|known| known == self.zoom);
        let neighbour = |by: isize| at.and_then(|at| Zoom::ALL.get(at.checked_add_signed(by)?).copied());
        (neighbour(-1), neighbour(1))
    }

    /// Labels at the column in which a larger unit begins, and at the first one: index of the column, and text.
    pub fn ticks(&self) -> Vec<(usize, String)> {
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let label = |at: Timestamp| {
            let text = at.date_text();
            let year = text.get(..4).unwrap_or_default().to_string();
            let month = text.get(5..7).and_then(|month| month.parse::<usize>().ok());
            let month = month
                .and_then(|month| MONTHS.get(month.checked_sub(1)?))
                .unwrap_or(&"");
            match self.zoom {
                Zoom::Hour => text,
                Zoom::Day | Zoom::Week => format!("{month} {year}"),
                Zoom::Month | Zoom::Year => year,
            }
        };
        let mut ticks: Vec<(usize, String)> = Vec::new();
        for (index, end) in self.bounds.iter().skip(1).enumerate() {
            let text = label(end.plus(-1));
            if ticks.last().is_none_or(|(_, last)| *last != text) {
                ticks.push((index, text));
            }
        }
        ticks
    }
}

/// One model's time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GridRow {
    /// The model, without its bar.
    pub row: RowView,
    /// Runs of columns in the same state.
    pub runs: Vec<Run>,
    /// What is filled: starts, and ends that are not inside.
    pub filled: Vec<(Timestamp, Timestamp)>,
    /// Length of its intervals: `day`, `half_hour`.
    pub unit: String,
    /// Most intervals that one batch fills.
    pub batch_size: Option<i64>,
}

/// Neighbouring columns in the same state.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// First column.
    pub from: usize,
    /// Columns.
    pub columns: usize,
    /// What they are.
    pub state: State,
}
