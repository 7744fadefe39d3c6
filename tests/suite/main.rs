//! Tests that cross crates.

mod states;
