//! What carrying a plan out leaves behind.
//!
//! In: a state and a plan made from it. Out: the state afterwards. Nothing is carried out here: `rehearse` takes
//! for granted that every stage succeeds, and is a function of its inputs alone.

mod clear;
pub mod import;
mod intervals;
pub mod rehearse;
mod run;

pub use clear::{Cleared, cleared_elsewhere};
pub use import::{export, import};
pub use rehearse::{Rehearsal, rehearse};
pub use run::rehearse_run;
