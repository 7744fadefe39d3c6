//! Environments of a state, and two environments side by side: of one state, or of two systems.

use planglass_core::review::versions::Relation;
use planglass_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::rows::Category;

/// Which environments.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EnvironmentsQuery {
    /// The moment for expiry and janitor.
    pub now: Timestamp,
}

/// Environments of the state that plans are made with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EnvironmentsView {
    /// Number of the state's input.
    pub state: u32,
    /// Production first, then by name.
    pub environments: Vec<EnvironmentView>,
    /// Snapshots that the janitor would take, the first of them.
    pub janitor: Vec<TakenView>,
    /// How many it would take.
    pub janitor_count: usize,
    /// How many tables would be dropped.
    pub tables: usize,
    /// Snapshots in the state.
    pub snapshots: usize,
}

/// One environment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EnvironmentView {
    /// Name.
    pub name: String,
    /// Snapshots that it holds.
    pub models: usize,
    /// Those with views.
    pub promoted: usize,
    /// Models that differ from prod, in data or metadata; absent for prod itself.
    pub differs: Option<usize>,
    /// Start, in words.
    pub start: String,
    /// End, in words.
    pub end: String,
    /// When it expires, in words; empty for never.
    pub expires: String,
    /// It has expired.
    pub expired: bool,
    /// When its last plan was finished, in words; empty when it was not.
    pub finalised: String,
    /// Plan that made it.
    pub plan_id: String,
    /// How its views are named.
    pub naming: String,
    /// The plan that is shown is for it.
    pub planned: bool,
}

/// A snapshot that the janitor would take.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TakenView {
    /// Name for people.
    pub name: String,
    /// Identifier.
    pub identifier: String,
    /// Since when it could be taken.
    pub since: String,
    /// Tables that would be dropped with it.
    pub tables: Vec<String>,
}

/// Which two environments.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CompareQuery {
    /// Number of the left state's input, and its environment.
    pub left: (u32, String),
    /// The right ones.
    pub right: (u32, String),
    /// Only such models.
    pub relation: Option<Relation>,
    /// At most so many rows.
    pub limit: usize,
}

/// Two environments side by side.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CompareView {
    /// The left one.
    pub left: SideView,
    /// The right one.
    pub right: SideView,
    /// Models by how they relate.
    pub counts: Vec<(Relation, usize)>,
    /// Models whose categories differ.
    pub categories_differ: usize,
    /// Models whose category on the left could be carried to the right.
    pub carried: usize,
    /// Models of which the right side lacks intervals.
    pub lacking: usize,
    /// Rows that match.
    pub row_count: usize,
    /// The first of them.
    pub rows: Vec<PairView>,
}

/// One side of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SideView {
    /// Name of the state's file.
    pub file: String,
    /// When it was exported.
    pub exported: String,
    /// Environment.
    pub environment: String,
    /// Environments to choose from.
    pub environments: Vec<String>,
    /// Models in the environment.
    pub models: usize,
}

/// One model on both sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairView {
    /// Fully qualified name, the right one's if both have it: decisions are carried there.
    pub name: String,
    /// What comes before the last dot of the name for people, dot included.
    pub schema: String,
    /// What comes after.
    pub title: String,
    /// How the versions relate.
    pub relation: Relation,
    /// Identifiers, left and right; empty where it is not.
    pub identifiers: (String, String),
    /// Categories, left and right.
    pub categories: (Option<Category>, Option<Category>),
    /// The left category could be carried to the right.
    pub carry: bool,
    /// Units that the left side has loaded and the right one has not; absent when that cannot be said.
    pub lacks: Option<u64>,
    /// `day`, `hour`, …
    pub unit: String,
}
