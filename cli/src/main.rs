//! The `planglass` command line.
fn main() {}
