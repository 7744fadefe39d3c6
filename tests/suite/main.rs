//! Tests that cross crates.

mod architecture;
mod columns;
mod exports;
mod fingerprints;
mod format;
mod fuzz;
mod laws;
mod mistakes;
mod mutations;
mod redaction;
mod rehearsal;
mod statements;
mod states;
