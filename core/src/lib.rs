//! The planning core of Planglass: SQLMesh's planning model in pure Rust.
//!
//! ```text
//! SourceMap ──project::load──▶ Project ──snapshot──▶ [Snapshot] ──┐
//! StateFile ──────────────────────────────────────────────────────┴─▶ diff ─▶ categorize ─▶ backfill ─▶ Plan ─▶ PlanReport
//! ```
//!
//! Nothing here does I/O or reads a clock; the same input gives the same bytes on every target. `request::plan`
//! is the whole way from files to report, as the command line, the browser and the tests call it.

pub mod apply;
pub mod backfill;
pub mod categorize;
pub mod config;
pub mod dag;
pub mod diagnostic;
pub mod diff;
pub mod hash;
pub mod json;
pub mod layout;
pub mod macros;
pub mod model;
pub mod name;
pub mod ordered;
pub mod plan;
pub mod project;
pub mod python;
pub mod redact;
pub mod refusal;
pub mod report;
pub mod request;
pub mod review;
pub mod snapshot;
pub mod source;
pub mod sql;
pub mod state;
pub mod statements;
pub mod time;
pub mod upgrade;
