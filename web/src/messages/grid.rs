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
}

/// A part of the grid.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GridView {
    /// Width of a column.
    pub zoom: Zoom,
    /// Starts of the columns, and the end of the last one.
    pub bounds: Vec<Timestamp>,
    /// Where the columns start after half a step to the left, and to the right.
    pub steps: (Timestamp, Timestamp),
    /// The next finer and the next coarser width.
    pub zooms: (Option<Zoom>, Option<Zoom>),
    /// Labels above the columns: index of the column, and text.
    pub ticks: Vec<(usize, String)>,
    /// First and last instant of everything.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Index of the first row.
    pub from: usize,
    /// The rows.
    pub rows: Vec<GridRow>,
    /// How many rows there are.
    pub row_count: usize,
    /// Models with something to fill.
    pub filled: usize,
    /// Interval units to fill.
    pub batches: u64,
    /// Models that need a category, or wait for one.
    pub undecided: usize,
    /// Why the filter cannot be read.
    pub error: Option<String>,
}

/// One model's time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GridRow {
    /// The model, without its bar.
    pub row: RowView,
    /// Runs of columns in the same state.
    pub runs: Vec<Run>,
    /// Loaded, in words.
    pub loaded: String,
    /// What is filled: starts, and ends that are not inside.
    pub filled: Vec<(Timestamp, Timestamp)>,
    /// Length of its intervals: `day`, `half_hour`.
    pub unit: String,
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
