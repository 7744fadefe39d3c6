//! A node of the project: what one file (or one blueprint of it) defines, in the form that SQLMesh stores.
//!
//! `Model` is at the same time the node of a snapshot in a state file: field for field the JSON that SQLMesh
//! writes (null fields left out). So a local model and a stored one are compared, rendered and hashed by the
//! same code. Everything that rendering needs is inside: variables in `python_env`, Jinja macros, dialect.

pub mod audit;
pub mod blueprint;
pub mod build;
pub mod builder;
pub mod columns;
pub mod header;
pub mod kind;
mod kind_block;
pub mod parts;
pub mod problem;
pub mod render;
mod rules;
pub mod seed;
pub mod sql_text;
pub mod value;
pub mod variables;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use crate::macros::jinja::{JinjaMacro, JinjaMacros};
pub use crate::sql::{Columns, MappingSchema};
pub use kind::{KindName, ModelKind, OnChange, TimeColumn};

use crate::time::IntervalUnit;

/// What kind of source a node comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceType {
    /// A SQL query.
    #[default]
    Sql,
    /// A CSV file.
    Seed,
    /// A Python function; never run by Planglass.
    Python,
    /// A table that somebody else makes.
    External,
    /// A standalone audit.
    Audit,
}

/// A SQL text as hashed: raw, macros not expanded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The text.
    pub sql: String,
    /// Whether it runs inside a transaction; only set for dbt hooks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction: Option<bool>,
}

impl Statement {
    /// A statement with this text.
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            transaction: None,
        }
    }
}

/// Old states hold a bare string.
impl<'de> Deserialize<'de> for Statement {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Text(String),
            Full {
                sql: String,
                #[serde(default)]
                transaction: Option<bool>,
            },
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Text(sql) => Self::new(sql),
            Form::Full { sql, transaction } => Self { sql, transaction },
        })
    }
}

/// One entry of `python_env`: an import, a value or a definition that the node's Python or macros need.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Executable {
    /// Source text (`def …`), import line, or Python `repr` of a value.
    pub payload: String,
    /// `import`, `value` or `definition`.
    pub kind: String,
    /// Name of the definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// File it was read from, relative to the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Name under which macros call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// True when only metadata depends on it; never stored as false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_metadata: Option<bool>,
}

/// `python_env` entry with the project's variables that the node's data parts use: a Python dict `repr`.
pub const VARS: &str = "__sqlmesh__vars__";
/// `python_env` entry with the variables that only metadata parts use.
pub const VARS_METADATA: &str = "__sqlmesh__vars__metadata__";
/// `python_env` entry with blueprint variables.
pub const BLUEPRINT_VARS: &str = "__sqlmesh__blueprint__vars__";
/// `python_env` entry with blueprint variables of metadata parts.
pub const BLUEPRINT_VARS_METADATA: &str = "__sqlmesh__blueprint__vars__metadata__";

/// A user-written audit that a model refers to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditDefinition {
    /// Lower-case name.
    pub name: String,
    /// Dialect of its query.
    #[serde(default)]
    pub dialect: String,
    /// Never run.
    #[serde(default)]
    pub skip: bool,
    /// Whether a failure stops the plan.
    #[serde(default = "yes")]
    pub blocking: bool,
    /// Whether it is a node of its own.
    #[serde(default)]
    pub standalone: bool,
    /// The query whose rows are failures.
    #[serde(default)]
    pub query: Statement,
    /// Default values of arguments: name → SQL text.
    #[serde(default)]
    pub defaults: IndexMap<String, String>,
    /// Other statements of the file (`@DEF`).
    #[serde(default)]
    pub expressions: Vec<Statement>,
    /// Jinja macros it can reach.
    #[serde(default)]
    pub jinja_macros: JinjaMacros,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

fn yes() -> bool {
    true
}

/// A call with named arguments as stored: `["not_null", {"columns": "(id)"}]`.
pub type NamedCall = (String, IndexMap<String, String>);

/// A node. Fields stand in the order in which SQLMesh writes them; texts are as the user wrote them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Name as written, after macro rendering: `shop.items`. For a standalone audit its plain name.
    pub name: String,
    /// `project` of the configuration; empty when not set.
    #[serde(default)]
    pub project: String,
    /// `description`, else the comment above the block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Start as written; may be relative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// End as written; inclusive when it is a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// Cron expression or shortcut.
    #[serde(default = "daily")]
    pub cron: String,
    /// IANA zone of the cron; absent for UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cron_tz: Option<String>,
    /// Only when given explicitly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_unit: Option<IntervalUnit>,
    /// Tags in declared order.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Arbitrary text that forces a new version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<String>,
    /// dbt projects only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dbt_node_info: Option<Value>,
    /// Dialect, lower case.
    #[serde(default)]
    pub dialect: String,
    /// How the model is made.
    #[serde(default, skip_serializing_if = "ModelKind::is_absent")]
    pub kind: ModelKind,
    /// Accepted, unused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<i64>,
    /// Table format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table_format: Option<String>,
    /// Storage format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_format: Option<String>,
    /// Partition expressions, normalised and quoted, without the implicit time column.
    #[serde(default)]
    pub partitioned_by: Vec<String>,
    /// Cluster expressions, normalised and quoted.
    #[serde(default)]
    pub clustered_by: Vec<String>,
    /// Default catalog, unquoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_catalog: Option<String>,
    /// Explicit dependencies as quoted names (SQL), or parsed ones (Python).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<Vec<String>>,
    /// Declared columns with types as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Columns>,
    /// Declared column descriptions; those in query comments are not stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_descriptions: Option<IndexMap<String, String>>,
    /// Audits called, with arguments as SQL text.
    #[serde(default)]
    pub audits: Vec<NamedCall>,
    /// Grains as written.
    #[serde(default)]
    pub grains: Vec<String>,
    /// References as written.
    #[serde(default)]
    pub references: Vec<String>,
    /// From the configuration's `physical_schema_mapping`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_schema_override: Option<String>,
    /// One SQL tuple: `(a = 1, b = 'two')`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_properties: Option<String>,
    /// One SQL tuple.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub virtual_properties: Option<String>,
    /// One SQL tuple.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_properties: Option<String>,
    /// Whether unfinished intervals may be filled.
    #[serde(default)]
    pub allow_partials: bool,
    /// Signals awaited.
    #[serde(default)]
    pub signals: Vec<NamedCall>,
    /// Always true in state.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Pinned version of the physical table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_version: Option<String>,
    /// Gateway named by the model, lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// Whether the query is optimised; absent means yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimize_query: Option<bool>,
    /// `full` or `dev_only`.
    #[serde(default = "full")]
    pub virtual_environment_mode: String,
    /// SQL tuple of grants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<String>,
    /// `virtual`, `physical` or `all`.
    #[serde(default = "virtual_layer")]
    pub grants_target_layer: String,
    /// What the node's Python and macros need: name → executable.
    #[serde(default)]
    pub python_env: IndexMap<String, Executable>,
    /// Jinja macros it can reach.
    #[serde(default)]
    pub jinja_macros: JinjaMacros,
    /// User-written audits referred to by `audits`.
    #[serde(default)]
    pub audit_definitions: IndexMap<String, AuditDefinition>,
    /// Columns of the direct dependencies.
    #[serde(default)]
    pub mapping_schema: MappingSchema,
    /// Whether dependencies are read from the query.
    #[serde(default = "yes")]
    pub extract_dependencies_from_query: bool,
    /// Statements before the query; absent for external and Python models unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pre_statements: Option<Vec<Statement>>,
    /// Statements after the query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_statements: Option<Vec<Statement>>,
    /// Statements after the view was pointed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_virtual_update: Option<Vec<Statement>>,
    /// The query of a SQL model or a standalone audit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Statement>,
    /// Python models: name of the function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<String>,
    /// Seeds: hash of each column, when dehydrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_hashes: Option<IndexMap<String, String>>,
    /// Seeds: inferred types, when dehydrated and `columns` is not declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derived_columns_to_types: Option<Columns>,
    /// Seeds: the CSV text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<SeedContent>,
    /// Seeds: whether the CSV text is present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_hydrated: Option<bool>,
    /// Discriminates the forms.
    #[serde(default)]
    pub source_type: SourceType,
    /// Standalone audits: never run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<bool>,
    /// Standalone audits: always false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocking: Option<bool>,
    /// Standalone audits: always true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standalone: Option<bool>,
    /// Standalone audits: default values of arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defaults: Option<IndexMap<String, String>>,
    /// Standalone audits: other statements of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expressions: Option<Vec<Statement>>,
    /// Fields this version does not know; they survive reading and writing.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

fn daily() -> String {
    "@daily".to_string()
}

fn full() -> String {
    "full".to_string()
}

fn virtual_layer() -> String {
    "virtual".to_string()
}

/// The CSV of a seed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedContent {
    /// Text of the file; empty when dehydrated.
    #[serde(default)]
    pub content: String,
}

impl Model {
    /// True for a standalone audit.
    pub fn is_audit(&self) -> bool {
        self.source_type == SourceType::Audit
    }
}
