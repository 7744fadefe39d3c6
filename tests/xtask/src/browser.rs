//! The page in headless Chromium; `cargo xtask web` builds it before.

use crate::{Outcome, cargo};

/// `cargo xtask browser [CHECK…]`
pub fn run(options: &[&str]) -> Outcome {
    let mut arguments = vec!["run", "--quiet", "--package", "planglass-browser-tests", "--"];
    arguments.extend(options);
    cargo(&arguments)
}
