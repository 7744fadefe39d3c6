//! What an environment keeps of a snapshot: enough to name its tables.

use serde::Serialize;

use super::{ChangeCategory, DataVersion, Fingerprint, SnapshotId};
use crate::json::{Extra, read_object};
use crate::model::KindName;

/// What an environment keeps of a snapshot.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TableInfo {
    /// Fully qualified, quoted name.
    pub name: String,
    /// Version of the dev table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dev_version: Option<String>,
    /// How the change was categorised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_category: Option<ChangeCategory>,
    /// The four hashes.
    pub fingerprint: Fingerprint,
    /// Earlier versions, oldest first.
    pub previous_versions: Vec<DataVersion>,
    /// Only in old, migrated states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_table_name_override: Option<String>,
    /// Suffix of the dev table.
    pub dev_table_suffix: String,
    /// `schema_and_table`, `table_only` or `hash_md5`.
    pub table_naming_convention: String,
    /// Applied forward only.
    pub forward_only: bool,
    /// Version of the table.
    pub version: String,
    /// Schema of the tables; always filled here. Empty for audits.
    pub physical_schema: String,
    /// Parents.
    pub parents: Vec<SnapshotId>,
    /// Kind; absent for audits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind_name: Option<KindName>,
    /// `model` or `audit`.
    pub node_type: String,
    /// CUSTOM only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_materialization: Option<String>,
    /// Gateway named by the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_gateway: Option<String>,
    /// `full` or `dev_only`.
    pub virtual_environment_mode: String,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(TableInfo {
    name: required,
    dev_version: default,
    change_category: default,
    fingerprint: object,
    previous_versions: default,
    base_table_name_override: default,
    dev_table_suffix: required,
    table_naming_convention: or(schema_and_table()),
    forward_only: default,
    version: required,
    physical_schema: required,
    parents: default,
    kind_name: default,
    node_type: or(model()),
    custom_materialization: default,
    model_gateway: default,
    virtual_environment_mode: or(full()),
} rest extra);

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
