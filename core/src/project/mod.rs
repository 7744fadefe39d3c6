//! Projects: models and their graph, from files in memory.

use crate::ordered::BTreeMap;

use crate::model::Model;
use crate::sql::Node;

/// A node with where it comes from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectNode {
    /// Fully qualified, quoted name; for a standalone audit its plain name.
    pub fqn: String,
    /// File, relative to the project.
    pub path: String,
    /// The node, complete: `mapping_schema`, `python_env` and all.
    pub model: Model,
    /// Fully qualified names of direct dependencies, those unknown to the project included, itself excluded.
    pub depends_on: crate::ordered::BTreeSet<String>,
    /// Whether the query reads the model itself.
    pub depends_on_self: bool,
    /// Output columns with types; `None` when unknown.
    pub columns: Option<crate::model::Columns>,
    /// Column comments found in the query (only when none are declared): they are hashed.
    pub query_column_descriptions: crate::ordered::IndexMap<String, String>,
    /// The query with load-time values, macros expanded; absent without a query, and when it needs Python.
    pub rendered: Option<String>,
    /// The same, qualified and simplified as far as the parents' columns are known: for comparison.
    pub tree: Option<Node>,
    /// What could not be told about the query, and why.
    pub notes: Vec<String>,
    /// Linter rules that the model ignores; `ALL` for all.
    pub ignored_rules: Vec<String>,
    /// The CSV file of a seed, relative to the project: its text is not part of the node.
    pub seed_file: Option<String>,
    /// What of the node only Python knows for certain: names of `python_env` entries, `*` when it may have others, and
    /// `.property` for properties that a decorator computes. Where state holds a node that says the same in
    /// everything else, it is that node.
    pub unsure: crate::ordered::BTreeSet<String>,
    /// Why the query could not be rendered, if it could not: then tables and columns may be missing.
    pub is_opaque: bool,
}

/// A loaded project.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// Configuration.
    pub config: config::Config,
    /// The `project` of each folder that was loaded.
    pub projects: Vec<String>,
    /// What the linter checks, for each of them.
    pub linters: Vec<config::LinterConfig>,
    /// Nodes by fully qualified name.
    pub nodes: BTreeMap<String, ProjectNode>,
    /// `before_all` and `after_all`, one entry per project that has them.
    pub statements: Vec<EnvironmentStatements>,
    /// Python requirements from the lock file.
    pub requirements: BTreeMap<String, String>,
    /// Metrics by name, with their files; they are no nodes.
    pub metrics: BTreeMap<String, String>,
    /// Requirements excluded by the lock file (`^name`).
    pub excluded_requirements: crate::ordered::BTreeSet<String>,
}

pub mod external;
pub mod lineage;
pub mod linter;

mod audits;
mod check;
mod files;
mod link;
mod load;
mod metrics;
#[cfg(test)]
mod mistakes;
pub mod mix;
mod python;
mod repos;
mod requirements;
mod seeds;
mod statements;
#[cfg(test)]
mod tests;
mod texts;

pub use crate::config::{self, LoadOptions};
pub use link::{insert_columns, visible_tables};
pub use repos::load;
pub(crate) use seeds::seed_path;
pub use statements::EnvironmentStatements;
