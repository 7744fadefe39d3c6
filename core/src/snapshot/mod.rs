//! Snapshots: versions of nodes, as SQLMesh stores them.

mod adopt;
pub mod fingerprint;
pub mod intervals;
pub mod local;
pub mod naming;
mod nodes;
pub mod python_text;
mod recall;
pub mod select;
mod table_info;

pub use local::{PlanNode, StoredIndex, StoredSnapshots, local_snapshots};
pub use nodes::{Links, Nodes};
pub use table_info::TableInfo;

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::hash::crc32_of_all;
use crate::json::{Extra, Fill, read_object};
use crate::model::Model;
use crate::time::{Cron, IntervalUnit, Intervals, Timestamp};

/// How a change is categorised. The numbers are SQLMesh's; smaller is more severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ChangeCategory {
    /// The model and everything below is rebuilt.
    Breaking = 1,
    /// Only the model itself is rebuilt.
    NonBreaking = 2,
    /// Only in old states: forward-only is a flag of its own now.
    ForwardOnly = 3,
    /// Rebuilt because of a parent.
    IndirectBreaking = 4,
    /// Below a non-breaking change: kept.
    IndirectNonBreaking = 5,
    /// No data changed.
    Metadata = 6,
}

impl ChangeCategory {
    /// All values in order of severity.
    pub const ALL: [Self; 6] = [
        Self::Breaking,
        Self::NonBreaking,
        Self::ForwardOnly,
        Self::IndirectBreaking,
        Self::IndirectNonBreaking,
        Self::Metadata,
    ];

    /// `BREAKING`, `NON_BREAKING`, …: the form in reports and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breaking => "BREAKING",
            Self::NonBreaking => "NON_BREAKING",
            Self::ForwardOnly => "FORWARD_ONLY",
            Self::IndirectBreaking => "INDIRECT_BREAKING",
            Self::IndirectNonBreaking => "INDIRECT_NON_BREAKING",
            Self::Metadata => "METADATA",
        }
    }

    /// `Breaking`, `Indirect Non-breaking`, …: the form on a terminal.
    pub fn label(self) -> &'static str {
        match self {
            Self::Breaking => "Breaking",
            Self::NonBreaking => "Non-breaking",
            Self::ForwardOnly => "Forward-only",
            Self::IndirectBreaking => "Indirect Breaking",
            Self::IndirectNonBreaking => "Indirect Non-breaking",
            Self::Metadata => "Metadata",
        }
    }

    /// The category with this name, in any case, `-` and `_` alike.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.to_uppercase().replace(['-', ' '], "_");
        Self::ALL.into_iter().find(|category| category.as_str() == name)
    }
}

impl Serialize for ChangeCategory {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

impl<'de> Deserialize<'de> for ChangeCategory {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        Self::ALL
            .into_iter()
            .find(|category| *category as u8 == number)
            .ok_or_else(|| {
                serde::de::Error::custom(format!("{number} is not a change category; expected 1 to 6"))
            })
    }
}

/// The four hashes that identify a version of a node; decimal texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Fingerprint {
    /// What the table's content depends on.
    pub data_hash: String,
    /// Everything else.
    pub metadata_hash: String,
    /// From the parents' versions.
    pub parent_data_hash: String,
    /// From the parents' metadata hashes.
    pub parent_metadata_hash: String,
}

read_object!(Fingerprint {
    data_hash: required,
    metadata_hash: required,
    parent_data_hash: or(zero()),
    parent_metadata_hash: or(zero()),
});

fn zero() -> String {
    "0".to_string()
}

impl Fingerprint {
    /// The version of a table made for this fingerprint alone.
    pub fn to_version(&self) -> String {
        crc32_of_all([&self.data_hash, &self.parent_data_hash])
    }

    /// The identifier of the snapshot.
    pub fn to_identifier(&self) -> String {
        crc32_of_all([
            &self.data_hash,
            &self.metadata_hash,
            &self.parent_data_hash,
            &self.parent_metadata_hash,
        ])
    }
}

/// Name and identifier: which version of which node.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SnapshotId {
    /// Fully qualified, quoted name.
    pub name: String,
    /// `Fingerprint::to_identifier`.
    pub identifier: String,
}

read_object!(SnapshotId {
    name: required,
    identifier: required,
});

/// An earlier version of the same node.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DataVersion {
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Version of its table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Version of its dev table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dev_version: Option<String>,
    /// Its category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_category: Option<ChangeCategory>,
    /// Schema of its tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_schema: Option<String>,
    /// Suffix of its dev table.
    pub dev_table_suffix: String,
    /// How its tables are named.
    pub table_naming_convention: String,
    /// `full` or `dev_only`.
    pub virtual_environment_mode: String,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(DataVersion {
    fingerprint: object,
    version: default,
    dev_version: default,
    change_category: default,
    physical_schema: default,
    dev_table_suffix: or(dev()),
    table_naming_convention: or(schema_and_table()),
    virtual_environment_mode: or(full()),
} rest extra);

impl DataVersion {
    /// Version of the dev table.
    pub fn dev_version_or_own(&self) -> String {
        self.dev_version
            .clone()
            .unwrap_or_else(|| self.fingerprint.to_version())
    }
}

fn dev() -> String {
    "dev".to_string()
}

fn schema_and_table() -> String {
    "schema_and_table".to_string()
}

fn full() -> String {
    "full".to_string()
}

/// A node of which copies are cheap: they share it until one of them is changed. What follows from it is found out
/// once.
#[derive(Debug, Clone, Default)]
pub struct SharedModel(Arc<Shared>);

#[derive(Debug, Clone, Default)]
struct Shared {
    model: Model,
    cron: OnceLock<Option<Box<Cron>>>,
    unit: OnceLock<IntervalUnit>,
}

impl SharedModel {
    /// The cron; daily when it cannot be read (loading has said so already).
    pub fn schedule(&self) -> Option<&Cron> {
        let read = || {
            Cron::parse(&self.cron, self.cron_tz.as_deref())
                .or_else(|_| Cron::parse("@daily", None))
                .ok()
                .map(Box::new)
        };
        self.0.cron.get_or_init(read).as_deref()
    }

    /// The effective interval unit: [`fingerprint::interval_unit`].
    pub fn unit(&self) -> IntervalUnit {
        *self.0.unit.get_or_init(|| fingerprint::interval_unit(self))
    }
}

impl PartialEq for SharedModel {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.model == other.0.model
    }
}

impl Deref for SharedModel {
    type Target = Model;
    fn deref(&self) -> &Model {
        &self.0.model
    }
}

impl DerefMut for SharedModel {
    fn deref_mut(&mut self) -> &mut Model {
        let shared = Arc::make_mut(&mut self.0);
        shared.cron = OnceLock::new();
        shared.unit = OnceLock::new();
        &mut shared.model
    }
}

impl From<Model> for SharedModel {
    fn from(model: Model) -> Self {
        let shared = Shared {
            model,
            ..Shared::default()
        };
        Self(Arc::new(shared))
    }
}

impl Serialize for SharedModel {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Model::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for SharedModel {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut read = Self::default();
        read.fill(deserializer)?;
        Ok(read)
    }
}

impl Fill for SharedModel {
    fn fill<'de, D: serde::Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        Model::fill(self, deserializer)
    }
}

/// One version of a node with what state knows about it: the snapshot object of a state file.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Snapshot {
    /// Fully qualified, quoted name; for a standalone audit its plain name.
    pub name: String,
    /// Version of the dev table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dev_version: Option<String>,
    /// How the change was categorised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_category: Option<ChangeCategory>,
    /// The four hashes.
    pub fingerprint: Fingerprint,
    /// Earlier versions, oldest first, at most ten.
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
    /// Only when the previous version's table is reused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_schema: Option<String>,
    /// The node.
    pub node: SharedModel,
    /// Direct dependencies that are nodes of the project, with the parents of embedded ones.
    pub parents: Vec<SnapshotId>,
    /// What the production table holds.
    pub intervals: Intervals,
    /// What the dev table holds.
    pub dev_intervals: Intervals,
    /// What an automatic restatement still owes.
    pub pending_restatement_intervals: Intervals,
    /// When it was first built.
    pub created_ts: Timestamp,
    /// When it was last promoted or demoted.
    pub updated_ts: Timestamp,
    /// How long it is kept once unused: `in 1 week`.
    pub ttl: String,
    /// Version of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Since when production runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unpaused_ts: Option<Timestamp>,
    /// From when a forward-only change applies; text or milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<Box<Value>>,
    /// Made by a migration.
    pub migrated: bool,
    /// Cannot be promoted again.
    pub unrestorable: bool,
    /// Next automatic restatement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_auto_restatement_ts: Option<Timestamp>,
    /// When the table was last written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_altered_ts: Option<Timestamp>,
    /// When the dev table was last written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dev_last_altered_ts: Option<Timestamp>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(Snapshot {
    name: required,
    dev_version: default,
    change_category: default,
    fingerprint: object,
    previous_versions: default,
    base_table_name_override: default,
    dev_table_suffix: or(dev()),
    table_naming_convention: or(schema_and_table()),
    forward_only: default,
    physical_schema: default,
    node: object,
    parents: default,
    intervals: default,
    dev_intervals: default,
    pending_restatement_intervals: default,
    created_ts: default,
    updated_ts: default,
    ttl: default,
    version: default,
    unpaused_ts: default,
    effective_from: default,
    migrated: default,
    unrestorable: default,
    next_auto_restatement_ts: default,
    last_altered_ts: default,
    dev_last_altered_ts: default,
} rest extra);

impl Snapshot {
    /// Name and identifier.
    pub fn id(&self) -> SnapshotId {
        SnapshotId {
            name: self.name.clone(),
            identifier: self.fingerprint.to_identifier(),
        }
    }
}
