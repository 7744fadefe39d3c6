//! Reviews: questions about states and plans that are not plans themselves.
//!
//! In: states and reports as they are. Out: plain values for people to look at. Nothing here decides what a plan
//! does.

pub mod grid;
pub mod janitor;
pub mod versions;
