//! One model in all detail.

use serde::{Deserialize, Serialize};

use super::rows::{Category, RowView, Status};

/// Which model, by its fully qualified name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelQuery {
    /// Name.
    pub name: String,
    /// The rendered query is wanted as well.
    #[serde(default)]
    pub rendered: bool,
}

/// One model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelView {
    /// As in the list, with its bar.
    pub row: RowView,
    /// It is in the plan; what was removed is not.
    pub present: bool,
    /// File.
    pub path: Option<String>,
    /// Owner.
    pub owner: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Cron as written.
    pub cron: String,
    /// `day`, `hour`, …
    pub interval_unit: String,
    /// Unified diff of the definition; empty when it does not show there.
    pub diff: String,
    /// Why it has its category.
    pub reason: Option<String>,
    /// The causes of an indirect change, each as a chain from the cause down to this model.
    pub causes: Vec<Vec<Link>>,
    /// How many causes there are.
    pub cause_count: usize,
    /// Output columns.
    pub columns: Vec<ColumnView>,
    /// What is loaded, in words.
    pub loaded: String,
    /// What the dev table holds, in words; empty when nothing.
    pub dev_loaded: String,
    /// View, tables and versions with their names.
    pub names: Vec<(String, String)>,
    /// Fingerprint in words.
    pub fingerprint: String,
    /// Not in state yet.
    pub is_new: bool,
    /// Models it reads.
    pub parents: Vec<Link>,
    /// Models that read it.
    pub children: Vec<Link>,
    /// All versions that the state holds, newest first, and the plan's.
    pub versions: Vec<VersionView>,
    /// Environments that hold it.
    pub places: Vec<PlaceView>,
    /// Text of the file, or of the stored query.
    pub source: String,
    /// The rendered query, when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rendered: Option<RenderedView>,
}

/// The query as it is rendered: macros expanded, values of load time put in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RenderedView {
    /// The query; empty when there is none, or when it cannot be rendered without Python.
    pub text: String,
    /// Unified difference from the one in the environment; empty when they are the same, or one is not known.
    pub diff: String,
    /// The one in the environment could be rendered as well.
    pub compared: bool,
}

/// Who reads a column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadersView {
    /// The column.
    pub column: String,
    /// Models with columns that are computed from it, with these columns.
    pub columns: Vec<(Link, String)>,
    /// Models whose rows depend on it, with the clauses that say so.
    pub rows: Vec<(Link, String)>,
}

/// Another model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Fully qualified name; empty for what is outside of the project.
    pub name: String,
    /// What comes before the last dot of the display name, dot included.
    pub schema: String,
    /// What comes after.
    pub title: String,
    /// How it differs.
    pub status: Status,
    /// Its category.
    pub category: Option<Category>,
}

/// An output column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnView {
    /// Name.
    pub name: String,
    /// Type now; empty when it was removed.
    pub kind: String,
    /// Type before; absent when nothing is known of it.
    pub before: Option<String>,
    /// How it differs.
    pub change: ColumnChange,
}

/// How a column differs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnChange {
    /// It does not.
    #[default]
    Same,
    /// New.
    Added,
    /// Gone.
    Removed,
    /// Of another type.
    Retyped,
    /// Nothing is known of the columns before.
    Unknown,
}

/// A version of a model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VersionView {
    /// Identifier of the snapshot.
    pub identifier: String,
    /// When it was first built, in words.
    pub created: String,
    /// Category.
    pub category: Option<Category>,
    /// Environments that hold it.
    pub environments: Vec<String>,
    /// Its table.
    pub table: String,
    /// What its table holds, in words.
    pub loaded: String,
    /// The plan takes this one.
    pub planned: bool,
    /// The state holds it.
    pub stored: bool,
}

/// Where a model is promoted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlaceView {
    /// Environment.
    pub environment: String,
    /// Identifier of the version there.
    pub identifier: String,
    /// Its view; empty when it has none there.
    pub view: String,
    /// The table that the view shows.
    pub table: String,
    /// It is what the plan would make of it.
    pub planned: bool,
}
