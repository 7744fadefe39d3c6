//! Tests that cross crates.

mod architecture;
mod columns;
mod exports;
mod fingerprints;
mod fuzz;
mod mutations;
mod redaction;
mod laws;
mod rehearsal;
mod statements;
mod states;
