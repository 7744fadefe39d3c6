//! Environments: named sets of promoted snapshots, in the form in which SQLMesh stores them.

use crate::ordered::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::{Extra, read_object};
use crate::project::EnvironmentStatements;
use crate::snapshot::{SnapshotId, TableInfo};
use crate::time::Timestamp;

pub use crate::snapshot::naming::PROD;

/// An environment record.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Environment {
    /// Sanitised, lower-case name.
    pub name: String,
    /// Start as given, or the earliest interval's start.
    pub start_at: Value,
    /// End as given; absent in prod without an explicit end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_at: Option<Value>,
    /// Plan that made it what it is.
    pub plan_id: String,
    /// Plan before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_plan_id: Option<String>,
    /// When the janitor may take it; absent means never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_ts: Option<Timestamp>,
    /// When its views were complete; absent while a plan is in progress or after it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finalized_ts: Option<Timestamp>,
    /// `schema`, `table` or `catalog`.
    pub suffix_target: String,
    /// Catalog of the views.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalog_name_override: Option<String>,
    /// Whether the name is normalised by the engine's dialect.
    pub normalize_name: bool,
    /// Whether each model's gateway makes its views.
    pub gateway_managed: bool,
    /// All snapshots of the environment.
    pub snapshots: Vec<TableInfo>,
    /// Those with views; absent means all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promoted_snapshot_ids: Option<Vec<SnapshotId>>,
    /// What it held when it was last finalised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_finalized_snapshots: Option<Vec<TableInfo>>,
    /// Python requirements.
    pub requirements: IndexMap<String, String>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(Environment {
    name: required,
    start_at: required,
    end_at: default,
    plan_id: required,
    previous_plan_id: default,
    expiration_ts: default,
    finalized_ts: default,
    suffix_target: or(schema_suffix()),
    catalog_name_override: default,
    normalize_name: or(yes()),
    gateway_managed: default,
    snapshots: required,
    promoted_snapshot_ids: default,
    previous_finalized_snapshots: default,
    requirements: default,
} rest extra);

fn schema_suffix() -> String {
    "schema".to_string()
}

fn yes() -> bool {
    true
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
