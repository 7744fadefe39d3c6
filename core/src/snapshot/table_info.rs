//! What an environment keeps of a snapshot: enough to name its tables.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ChangeCategory, DataVersion, Fingerprint, SnapshotId};
use crate::model::KindName;

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
    /// True for models, false for standalone audits.
    pub fn is_model(&self) -> bool {
        self.node_type == "model"
    }

    /// Name and identifier.
    pub fn id(&self) -> SnapshotId {
        SnapshotId {
            name: self.name.clone(),
            identifier: self.fingerprint.to_identifier(),
        }
    }
}
