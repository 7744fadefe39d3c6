//! Environments: named sets of promoted snapshots, in the form in which SQLMesh stores them.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{Executable, JinjaMacros, KindName};
use crate::snapshot::{ChangeCategory, DataVersion, Fingerprint, SnapshotId};
use crate::time::Timestamp;

/// Name of the production environment.
pub const PROD: &str = "prod";

/// What an environment keeps of a snapshot.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TableInfo {
    /// Fully qualified, quoted name.
    pub name: String,
    /// Version of the dev table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dev_version: Option<String>,
    /// How the change was categorised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_category: Option<ChangeCategory>,
    /// The four hashes.
    pub fingerprint: Fingerprint,
    /// Earlier versions, oldest first.
    #[serde(default)]
    pub previous_versions: Vec<DataVersion>,
    /// Only in old, migrated states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_table_name_override: Option<String>,
    /// Suffix of the dev table.
    pub dev_table_suffix: String,
    /// `schema_and_table`, `table_only` or `hash_md5`.
    #[serde(default = "schema_and_table")]
    pub table_naming_convention: String,
    /// Applied forward only.
    #[serde(default)]
    pub forward_only: bool,
    /// Version of the table.
    pub version: String,
    /// Schema of the tables; always filled here. Empty for audits.
    pub physical_schema: String,
    /// Parents.
    #[serde(default)]
    pub parents: Vec<SnapshotId>,
    /// Kind; absent for audits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind_name: Option<KindName>,
    /// `model` or `audit`.
    #[serde(default = "model")]
    pub node_type: String,
    /// CUSTOM only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_materialization: Option<String>,
    /// Gateway named by the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_gateway: Option<String>,
    /// `full` or `dev_only`.
    #[serde(default = "full")]
    pub virtual_environment_mode: String,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

fn schema_and_table() -> String {
    "schema_and_table".to_string()
}

fn model() -> String {
    "model".to_string()
}

fn full() -> String {
    "full".to_string()
}

impl TableInfo {
    /// Name and identifier.
    pub fn id(&self) -> SnapshotId {
        SnapshotId {
            name: self.name.clone(),
            identifier: self.fingerprint.to_identifier(),
        }
    }
}

/// An environment record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Sanitised, lower-case name.
    pub name: String,
    /// Start as given, or the earliest interval's start.
    pub start_at: Value,
    /// End as given; absent in prod without an explicit end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_at: Option<Value>,
    /// Plan that made it what it is.
    pub plan_id: String,
    /// Plan before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_plan_id: Option<String>,
    /// When the janitor may take it; absent means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_ts: Option<Timestamp>,
    /// When its views were complete; absent while a plan is in progress or after it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finalized_ts: Option<Timestamp>,
    /// `schema`, `table` or `catalog`.
    #[serde(default = "schema_suffix")]
    pub suffix_target: String,
    /// Catalog of the views.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog_name_override: Option<String>,
    /// Whether the name is normalised by the engine's dialect.
    #[serde(default = "yes")]
    pub normalize_name: bool,
    /// Whether each model's gateway makes its views.
    #[serde(default)]
    pub gateway_managed: bool,
    /// All snapshots of the environment.
    pub snapshots: Vec<TableInfo>,
    /// Those with views; absent means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoted_snapshot_ids: Option<Vec<SnapshotId>>,
    /// What it held when it was last finalised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_finalized_snapshots: Option<Vec<TableInfo>>,
    /// Python requirements.
    #[serde(default)]
    pub requirements: IndexMap<String, String>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

fn schema_suffix() -> String {
    "schema".to_string()
}

fn yes() -> bool {
    true
}

/// `before_all` and `after_all` of one project.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EnvironmentStatements {
    /// Run before every plan and run.
    #[serde(default)]
    pub before_all: Vec<String>,
    /// Run after.
    #[serde(default)]
    pub after_all: Vec<String>,
    /// What their macros need.
    #[serde(default)]
    pub python_env: IndexMap<String, Executable>,
    /// Jinja macros they can reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jinja_macros: Option<JinjaMacros>,
    /// Project they belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An environment with its statements.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EnvironmentEntry {
    /// The record.
    pub environment: Environment,
    /// Its statements, one per project.
    #[serde(default)]
    pub statements: Vec<EnvironmentStatements>,
}
