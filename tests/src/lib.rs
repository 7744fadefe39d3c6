//! Harness for tests that cross crates: the oracle's cases, read, asked and compared.
//!
//! A case is a project with a story; each of its steps is one question to `planglass_core::request::plan`, and
//! the reference's recorded answer decides. Nothing here knows a case by name: what cannot pass yet is listed
//! in `cases/known-failing.txt` with its reason.

pub mod case;
pub mod columns;
pub mod compare;
pub mod damage;
pub mod generated;
pub mod known;
pub mod report;
pub mod run;

use std::path::PathBuf;

/// The folder of the oracle's cases.
pub fn cases_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases")
}
