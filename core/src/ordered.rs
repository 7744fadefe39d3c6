//! Maps and sets ordered by key, with the interface of the standard library's as far as the core needs it.
//!
//! The standard B-tree compiles into six to ten kilobytes for every pair of types, most of it for balancing nodes; with
//! some sixty pairs that was a tenth of the browser's wasm. Here the entries stand in the order in which they came,
//! and beside them their numbers in the order of the keys; what looks after the numbers knows no type and is there once.
//! Keys of larger maps are found by a hash.
//!
//! Beside them stands a map by name that shows its entries in the order in which they came.

mod hashes;
mod listed;
mod map;
mod order;
mod set;

pub use listed::IndexMap;
pub use map::{BTreeMap, Entry};
pub use set::BTreeSet;
