//! Tests that cross crates.

mod architecture;
mod columns;
mod fingerprints;
mod rehearsal;
mod states;
