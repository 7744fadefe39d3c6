//! Tests that cross crates.

mod fingerprints;
mod rehearsal;
mod states;
