//! Tests that cross crates.

mod fingerprints;
mod states;
