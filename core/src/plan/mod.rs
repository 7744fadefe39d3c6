//! Plans: the difference between project and environment, and what follows from it.

pub mod options;

pub use options::{PlanOptions, RunOptions};
