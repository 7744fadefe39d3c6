//! Tests that cross crates.

mod architecture;
mod columns;
mod fingerprints;
mod fuzz;
mod rehearsal;
mod statements;
mod states;
