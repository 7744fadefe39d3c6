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
pub mod format;
pub mod header;
pub mod kind;
mod kind_block;
pub mod parts;
pub mod problem;
mod rare;
pub mod render;
mod rules;
pub mod seed;
pub mod sql_text;
pub mod value;
pub mod variables;

use crate::ordered::IndexMap;
use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use crate::macros::jinja::{JinjaMacro, JinjaMacros};
pub use crate::sql::{Columns, MappingSchema};
pub use kind::{KindName, ModelKind, OnChange, TimeColumn};
pub use rare::{RareFields, RareKindFields};

use crate::json::{self, Extra, Rare, read_object, stored_object};
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
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Statement;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a statement: a text, or an object with `sql`")
            }

            fn visit_str<E: serde::de::Error>(self, sql: &str) -> Result<Statement, E> {
                Ok(Statement::new(sql))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Statement, A::Error> {
                let (mut sql, mut transaction) = (None, None);
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "sql" => sql = Some(map.next_value()?),
                        "transaction" => transaction = map.next_value()?,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                let sql = sql.ok_or_else(|| serde::de::Error::missing_field("sql"))?;
                Ok(Statement { sql, transaction })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// One entry of `python_env`: an import, a value or a definition that the node's Python or macros need.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Executable {
    /// Source text (`def …`), import line, or Python `repr` of a value.
    pub payload: String,
    /// `import`, `value` or `definition`.
    pub kind: String,
    /// Name of the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// File it was read from, relative to the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Name under which macros call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// True when only metadata depends on it; never stored as false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_metadata: Option<bool>,
}

read_object!(Executable {
    payload: required,
    kind: required,
    name: default,
    path: default,
    alias: default,
    is_metadata: default,
});

/// `python_env` entry with the project's variables that the node's data parts use: a Python dict `repr`.
pub const VARS: &str = "__sqlmesh__vars__";
/// `python_env` entry with the variables that only metadata parts use.
pub const VARS_METADATA: &str = "__sqlmesh__vars__metadata__";
/// `python_env` entry with blueprint variables.
pub const BLUEPRINT_VARS: &str = "__sqlmesh__blueprint__vars__";
/// `python_env` entry with blueprint variables of metadata parts.
pub const BLUEPRINT_VARS_METADATA: &str = "__sqlmesh__blueprint__vars__metadata__";

/// A user-written audit that a model refers to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AuditDefinition {
    /// Lower-case name.
    pub name: String,
    /// Dialect of its query.
    pub dialect: String,
    /// Never run.
    pub skip: bool,
    /// Whether a failure stops the plan.
    pub blocking: bool,
    /// Whether it is a node of its own.
    pub standalone: bool,
    /// The query whose rows are failures.
    pub query: Statement,
    /// Default values of arguments: name → SQL text.
    pub defaults: IndexMap<String, String>,
    /// Other statements of the file (`@DEF`).
    pub expressions: Vec<Statement>,
    /// Jinja macros it can reach.
    pub jinja_macros: JinjaMacros,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(AuditDefinition {
    name: required,
    dialect: default,
    skip: default,
    blocking: or(yes()),
    standalone: default,
    query: default,
    defaults: default,
    expressions: default,
    jinja_macros: default,
} rest extra);

fn yes() -> bool {
    true
}

/// A call with named arguments as stored: `["not_null", {"columns": "(id)"}]`.
pub type NamedCall = (String, IndexMap<String, String>);

/// A node. Fields stand in the order in which SQLMesh writes them; texts are as the user wrote them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    /// Name as written, after macro rendering: `shop.items`. For a standalone audit its plain name.
    pub name: String,
    /// `project` of the configuration; empty when not set.
    pub project: String,
    /// `description`, else the comment above the block.
    pub description: Option<String>,
    /// Owner.
    pub owner: Option<String>,
    /// Start as written; may be relative.
    pub start: Option<String>,
    /// The start is a date of YAML and no text: stored with `T` before the time, hashed and shown with a space.
    pub start_is_moment: bool,
    /// Cron expression or shortcut.
    pub cron: String,
    /// Only when given explicitly.
    pub interval_unit: Option<IntervalUnit>,
    /// Tags in declared order.
    pub tags: Vec<String>,
    /// Dialect, lower case.
    pub dialect: String,
    /// How the model is made.
    pub kind: ModelKind,
    /// Partition expressions, normalised and quoted, without the implicit time column.
    pub partitioned_by: Vec<String>,
    /// Default catalog, unquoted.
    pub default_catalog: Option<String>,
    /// Explicit dependencies as quoted names (SQL), or parsed ones (Python).
    pub depends_on: Option<Vec<String>>,
    /// Declared columns with types as written.
    pub columns: Option<Columns>,
    /// Audits called, with arguments as SQL text.
    pub audits: Vec<NamedCall>,
    /// Grains as written.
    pub grains: Vec<String>,
    /// Whether unfinished intervals may be filled.
    pub allow_partials: bool,
    /// Always true in state.
    pub enabled: bool,
    /// `full` or `dev_only`.
    pub virtual_environment_mode: String,
    /// `virtual`, `physical` or `all`.
    pub grants_target_layer: String,
    /// What the node's Python and macros need: name → executable.
    pub python_env: IndexMap<String, Executable>,
    /// Jinja macros it can reach.
    pub jinja_macros: JinjaMacros,
    /// Columns of the direct dependencies.
    pub mapping_schema: MappingSchema,
    /// Whether dependencies are read from the query.
    pub extract_dependencies_from_query: bool,
    /// Statements before the query; absent for external and Python models unless given.
    pub pre_statements: Option<Vec<Statement>>,
    /// Statements after the query.
    pub post_statements: Option<Vec<Statement>>,
    /// Statements after the view was pointed.
    pub on_virtual_update: Option<Vec<Statement>>,
    /// The query of a SQL model or a standalone audit.
    pub query: Option<Statement>,
    /// Discriminates the forms.
    pub source_type: SourceType,
    /// The fields that few have.
    pub rare: Rare<RareFields>,
    /// Fields this version does not know; they survive reading and writing.
    pub extra: Extra,
}

/// What SQLMesh writes of models only, and refuses in audits.
const NOT_OF_AUDITS: [&str; 13] = [
    "partitioned_by",
    "clustered_by",
    "audits",
    "grains",
    "references",
    "allow_partials",
    "signals",
    "enabled",
    "virtual_environment_mode",
    "grants_target_layer",
    "audit_definitions",
    "mapping_schema",
    "extract_dependencies_from_query",
];

impl Serialize for Model {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.start_is_moment {
            let mut stored = self.clone();
            stored.start = self.start.as_ref().map(|start| start.replacen(' ', "T", 1));
            stored.start_is_moment = false;
            return stored.serialize(serializer);
        }
        if !self.is_audit() {
            return self.write(serializer);
        }
        let mut fields = json::to_value(&Whole(self));
        if let Value::Object(fields) = &mut fields {
            fields.retain(|name, _| !NOT_OF_AUDITS.contains(&name.as_str()));
        }
        fields.serialize(serializer)
    }
}

/// A node with all its fields.
struct Whole<'a>(&'a Model);

impl Serialize for Whole<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

stored_object!(Model {
    name: required,
    project: default,
    description: optional,
    owner: optional,
    start: optional,
    end: optional,
    cron: or(daily()),
    cron_tz: optional,
    interval_unit: optional,
    tags: default,
    stamp: optional,
    dbt_node_info: optional,
    dialect: default,
    kind: optional,
    retention: optional,
    table_format: optional,
    storage_format: optional,
    partitioned_by: default,
    clustered_by: rare,
    default_catalog: optional,
    depends_on: optional,
    columns: optional,
    column_descriptions: optional,
    audits: default,
    grains: default,
    references: rare,
    physical_schema_override: optional,
    physical_properties: optional,
    virtual_properties: optional,
    session_properties: optional,
    allow_partials: default,
    signals: rare,
    enabled: or(yes()),
    physical_version: optional,
    gateway: optional,
    optimize_query: optional,
    virtual_environment_mode: or(full()),
    grants: optional,
    grants_target_layer: or(virtual_layer()),
    python_env: default,
    jinja_macros: default,
    audit_definitions: rare,
    mapping_schema: default,
    extract_dependencies_from_query: or(yes()),
    pre_statements: optional,
    post_statements: optional,
    on_virtual_update: optional,
    query: optional,
    entrypoint: optional,
    column_hashes: optional,
    derived_columns_to_types: optional,
    seed: optional,
    is_hydrated: optional,
    source_type: default,
    skip: optional,
    blocking: optional,
    standalone: optional,
    defaults: optional,
    expressions: optional,
} rest extra);

impl Deref for Model {
    type Target = RareFields;
    fn deref(&self) -> &RareFields {
        &self.rare
    }
}

impl DerefMut for Model {
    fn deref_mut(&mut self) -> &mut RareFields {
        &mut self.rare
    }
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

/// Stands in texts that were removed from a state.
pub const REDACTED: &str = "/* text was redacted */";

impl Model {
    /// Whether the texts of this node were removed.
    pub fn is_redacted(&self) -> bool {
        self.query
            .as_ref()
            .is_some_and(|query| query.sql.contains(REDACTED))
    }

    /// True for a standalone audit.
    pub fn is_audit(&self) -> bool {
        self.source_type == SourceType::Audit
    }
}
