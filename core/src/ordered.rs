//! Maps and sets ordered by key, with the interface of the standard library's as far as the core needs it.
//!
//! The standard B-tree compiles into six to ten kilobytes for every pair of types, most of it for balancing nodes; with
//! some sixty pairs that was a tenth of the browser's wasm. This one has two levels only: leaves of at most
//! `LEAF` entries, in order, and the list of the leaves. An insertion moves entries of one leaf, or splits it; with a
//! hundred thousand entries that is still a few hundred moves. Leaves are never empty.
//!
//! Beside them stands a map by name that keeps the order in which its entries came.

mod listed;
mod map;
mod set;

pub use listed::IndexMap;
pub use map::{BTreeMap, Entry};
pub use set::BTreeSet;

/// Most entries of a leaf.
const LEAF: usize = 128;
