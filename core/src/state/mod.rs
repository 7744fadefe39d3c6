//! State: what a system remembers. Read once, from a file; every later stage works on plain values.

pub mod environment;
pub mod export;
pub mod file;
pub mod lint;
mod live;
mod place;
mod stream;

pub use crate::project::EnvironmentStatements;
pub use crate::snapshot::TableInfo;
pub use environment::{Environment, EnvironmentEntry};
pub use export::OLDEST_SCHEMA;
pub use file::{StateFile, Versions};
