//! Tests that cross crates.

mod architecture;
mod fingerprints;
mod rehearsal;
mod states;
