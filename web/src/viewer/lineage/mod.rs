//! The lineage screen: a drawing on a canvas, and a list that says the same.

pub mod camera;
pub mod canvas;
pub mod card;
pub mod drawing;
pub mod handle;
pub mod inks;
pub mod list;
pub mod paint;
pub mod question;
pub mod sheet;
pub mod stage;
pub mod svg;
