//! What few nodes say: the fields of [`Model`](super::Model) and [`ModelKind`](super::ModelKind) for which the others
//! pay only a pointer. Both are dereferenced to these, so that all fields are used alike.

use serde_json::Value;

use super::{AuditDefinition, NamedCall, SeedContent, Statement};
use crate::json::usual;
use crate::ordered::IndexMap;
use crate::sql::Columns;

/// Fields of a node that few have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RareFields {
    /// End as written; inclusive when it is a date.
    pub end: Option<String>,
    /// IANA zone of the cron; absent for UTC.
    pub cron_tz: Option<String>,
    /// Arbitrary text that forces a new version.
    pub stamp: Option<String>,
    /// dbt projects only.
    pub dbt_node_info: Option<Box<Value>>,
    /// Accepted, unused.
    pub retention: Option<i64>,
    /// Table format.
    pub table_format: Option<String>,
    /// Storage format.
    pub storage_format: Option<String>,
    /// Cluster expressions, normalised and quoted.
    pub clustered_by: Vec<String>,
    /// Declared column descriptions; those in query comments are not stored.
    pub column_descriptions: Option<IndexMap<String, String>>,
    /// References as written.
    pub references: Vec<String>,
    /// From the configuration's `physical_schema_mapping`.
    pub physical_schema_override: Option<String>,
    /// One SQL tuple: `(a = 1, b = 'two')`.
    pub physical_properties: Option<String>,
    /// One SQL tuple.
    pub virtual_properties: Option<String>,
    /// One SQL tuple.
    pub session_properties: Option<String>,
    /// Signals awaited.
    pub signals: Vec<NamedCall>,
    /// Pinned version of the physical table.
    pub physical_version: Option<String>,
    /// Gateway named by the model, lower case.
    pub gateway: Option<String>,
    /// Whether the query is optimised; absent means yes.
    pub optimize_query: Option<bool>,
    /// SQL tuple of grants.
    pub grants: Option<String>,
    /// User-written audits referred to by `audits`.
    pub audit_definitions: IndexMap<String, AuditDefinition>,
    /// Python models: name of the function.
    pub entrypoint: Option<String>,
    /// Seeds: hash of each column, when dehydrated.
    pub column_hashes: Option<IndexMap<String, String>>,
    /// Seeds: inferred types, when dehydrated and `columns` is not declared.
    pub derived_columns_to_types: Option<Columns>,
    /// Seeds: the CSV text.
    pub seed: Option<SeedContent>,
    /// Seeds: whether the CSV text is present.
    pub is_hydrated: Option<bool>,
    /// Standalone audits: never run.
    pub skip: Option<bool>,
    /// Standalone audits: always false.
    pub blocking: Option<bool>,
    /// Standalone audits: always true.
    pub standalone: Option<bool>,
    /// Standalone audits: default values of arguments.
    pub defaults: Option<IndexMap<String, String>>,
    /// Standalone audits: other statements of the file.
    pub expressions: Option<Vec<Statement>>,
}

usual!(RareFields);

/// Fields of a kind that few have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RareKindFields {
    /// SEED: path as written.
    pub path: Option<String>,
    /// CUSTOM, DBT_CUSTOM: name of the materialization.
    pub materialization: Option<String>,
    /// CUSTOM: SQL tuple.
    pub materialization_properties: Option<String>,
    /// When to restate by itself.
    pub auto_restatement_cron: Option<String>,
    /// CUSTOM of dbt: adapter, definition.
    pub adapter: Option<String>,
    /// DBT_CUSTOM: definition.
    pub definition: Option<String>,
    /// Units per batch.
    pub batch_size: Option<i64>,
    /// Concurrent batches.
    pub batch_concurrency: Option<i64>,
    /// Units before each interval that are processed again.
    pub lookback: Option<i64>,
    /// INCREMENTAL_UNMANAGED: overwrite partitions.
    pub insert_overwrite: Option<bool>,
    /// Keys of rows, quoted SQL.
    pub unique_key: Option<Vec<String>>,
    /// Merge clauses as SQL text.
    pub when_matched: Option<String>,
    /// Merge condition as SQL text.
    pub merge_filter: Option<String>,
    /// SCD: quoted column.
    pub valid_from_name: Option<String>,
    /// SCD: quoted column.
    pub valid_to_name: Option<String>,
    /// SCD: rows that vanished end now.
    pub invalidate_hard_deletes: Option<bool>,
    /// SCD: type of the validity columns.
    pub time_data_type: Option<String>,
    /// SCD by column: compared columns, quoted, or `["*"]`.
    pub columns: Option<Vec<String>>,
    /// SCD by column.
    pub execution_time_as_valid_from: Option<bool>,
    /// SCD: quoted column.
    pub updated_at_name: Option<String>,
    /// SCD by time.
    pub updated_at_as_valid_from: Option<bool>,
    /// Units an automatic restatement covers.
    pub auto_restatement_intervals: Option<i64>,
    /// SEED: how the CSV is read; only the given settings.
    pub csv_settings: Option<IndexMap<String, Value>>,
}

usual!(RareKindFields);
