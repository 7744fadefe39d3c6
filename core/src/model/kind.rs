//! How a model is made, and what each kind implies for planning.
//!
//! Fields are those of SQLMesh's stored form; which of them a kind has, and their defaults, is in
//! `ModelKind::new`.

use crate::json::{Extra, read_object};
use crate::ordered::IndexMap;
use crate::sql::types::DataType;
use crate::sql::{Dialect, Part};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The kinds, as written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are SQLMesh's own")]
pub enum KindName {
    /// Not a model: a standalone audit.
    #[default]
    #[serde(rename = "", skip_deserializing)]
    None,
    View,
    Full,
    Embedded,
    Seed,
    External,
    IncrementalByTimeRange,
    IncrementalByUniqueKey,
    IncrementalByPartition,
    IncrementalUnmanaged,
    #[serde(rename = "SCD_TYPE_2")]
    ScdType2,
    #[serde(rename = "SCD_TYPE_2_BY_TIME")]
    ScdType2ByTime,
    #[serde(rename = "SCD_TYPE_2_BY_COLUMN")]
    ScdType2ByColumn,
    Custom,
    Managed,
    DbtCustom,
}

impl KindName {
    /// Every kind a project can name, in the order in which messages list them.
    pub const ALL: [Self; 15] = [
        Self::IncrementalByTimeRange,
        Self::IncrementalByUniqueKey,
        Self::IncrementalByPartition,
        Self::IncrementalUnmanaged,
        Self::Full,
        Self::ScdType2,
        Self::ScdType2ByTime,
        Self::ScdType2ByColumn,
        Self::View,
        Self::Embedded,
        Self::Seed,
        Self::External,
        Self::Custom,
        Self::Managed,
        Self::DbtCustom,
    ];

    /// The name as SQLMesh spells it; empty for `None`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::View => "VIEW",
            Self::Full => "FULL",
            Self::Embedded => "EMBEDDED",
            Self::Seed => "SEED",
            Self::External => "EXTERNAL",
            Self::IncrementalByTimeRange => "INCREMENTAL_BY_TIME_RANGE",
            Self::IncrementalByUniqueKey => "INCREMENTAL_BY_UNIQUE_KEY",
            Self::IncrementalByPartition => "INCREMENTAL_BY_PARTITION",
            Self::IncrementalUnmanaged => "INCREMENTAL_UNMANAGED",
            Self::ScdType2 => "SCD_TYPE_2",
            Self::ScdType2ByTime => "SCD_TYPE_2_BY_TIME",
            Self::ScdType2ByColumn => "SCD_TYPE_2_BY_COLUMN",
            Self::Custom => "CUSTOM",
            Self::Managed => "MANAGED",
            Self::DbtCustom => "DBT_CUSTOM",
        }
    }

    /// The kind with this name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(name))
    }

    /// One of the three SCD type 2 names.
    pub fn is_scd_type_2(self) -> bool {
        matches!(
            self,
            Self::ScdType2 | Self::ScdType2ByTime | Self::ScdType2ByColumn
        )
    }

    /// Kinds that add to what is there: the four INCREMENTAL kinds and SCD type 2.
    pub fn is_incremental(self) -> bool {
        self.is_scd_type_2()
            || matches!(
                self,
                Self::IncrementalByTimeRange
                    | Self::IncrementalByUniqueKey
                    | Self::IncrementalByPartition
                    | Self::IncrementalUnmanaged
            )
    }

    /// Kinds without a table: EMBEDDED and EXTERNAL.
    pub fn is_symbolic(self) -> bool {
        matches!(self, Self::Embedded | Self::External)
    }

    /// Kinds with a table of their own: everything but symbolic kinds and VIEW.
    pub fn is_materialized(self) -> bool {
        self != Self::None && self != Self::View && !self.is_symbolic()
    }

    /// Kinds that can only be restated from the beginning.
    pub fn is_full_history_restatement_only(self) -> bool {
        matches!(self, Self::Full | Self::View | Self::Managed)
            || (self.is_incremental() && self != Self::IncrementalByTimeRange)
    }
}

/// What to do when a forward-only change removes (destructive) or adds (additive) columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the values are SQLMesh's own")]
pub enum OnChange {
    #[default]
    Error,
    Warn,
    Allow,
    Ignore,
}

impl OnChange {
    /// `ERROR`, `WARN`, `ALLOW` or `IGNORE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warn => "WARN",
            Self::Allow => "ALLOW",
            Self::Ignore => "IGNORE",
        }
    }

    /// The value with this name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Error, Self::Warn, Self::Allow, Self::Ignore]
            .into_iter()
            .find(|value| value.as_str().eq_ignore_ascii_case(name))
    }
}

/// The column that says to which interval a row belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeColumn {
    /// Quoted SQL: `"event_date"`.
    pub column: String,
    /// Python strftime format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

/// A kind with its properties. A property that the kind does not have is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ModelKind {
    /// Which kind.
    pub name: KindName,
    /// VIEW: a materialized view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub materialized: Option<bool>,
    /// SEED: path as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// CUSTOM, DBT_CUSTOM: name of the materialization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub materialization: Option<String>,
    /// CUSTOM: SQL tuple.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub materialization_properties: Option<String>,
    /// Forward-only changes that drop columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_destructive_change: Option<OnChange>,
    /// Forward-only changes that add columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_additive_change: Option<OnChange>,
    /// When to restate by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_restatement_cron: Option<String>,
    /// CUSTOM of dbt: adapter, definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adapter: Option<String>,
    /// DBT_CUSTOM: definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// Dialect of the expressions below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// Units per batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_size: Option<i64>,
    /// Concurrent batches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_concurrency: Option<i64>,
    /// Units before each interval that are processed again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lookback: Option<i64>,
    /// INCREMENTAL_UNMANAGED: overwrite partitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insert_overwrite: Option<bool>,
    /// Keys of rows, quoted SQL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unique_key: Option<Vec<String>>,
    /// Merge clauses as SQL text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when_matched: Option<String>,
    /// Merge condition as SQL text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge_filter: Option<String>,
    /// SCD: quoted column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from_name: Option<String>,
    /// SCD: quoted column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to_name: Option<String>,
    /// SCD: rows that vanished end now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalidate_hard_deletes: Option<bool>,
    /// SCD: type of the validity columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_data_type: Option<String>,
    /// SCD by column: compared columns, quoted, or `["*"]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// SCD by column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_time_as_valid_from: Option<bool>,
    /// SCD: quoted column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at_name: Option<String>,
    /// SCD by time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at_as_valid_from: Option<bool>,
    /// Every change goes forward only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_only: Option<bool>,
    /// Never restated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_restatement: Option<bool>,
    /// INCREMENTAL_BY_TIME_RANGE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_column: Option<TimeColumn>,
    /// Units an automatic restatement covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_restatement_intervals: Option<i64>,
    /// Whether the time column comes first in the partitioning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_by_time_column: Option<bool>,
    /// SEED: how the CSV is read; only the given settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csv_settings: Option<IndexMap<String, Value>>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(ModelKind {
    name: required,
    materialized: default,
    path: default,
    materialization: default,
    materialization_properties: default,
    on_destructive_change: default,
    on_additive_change: default,
    auto_restatement_cron: default,
    adapter: default,
    definition: default,
    dialect: default,
    batch_size: default,
    batch_concurrency: default,
    lookback: default,
    insert_overwrite: default,
    unique_key: default,
    when_matched: default,
    merge_filter: default,
    valid_from_name: default,
    valid_to_name: default,
    invalidate_hard_deletes: default,
    time_data_type: default,
    columns: default,
    execution_time_as_valid_from: default,
    updated_at_name: default,
    updated_at_as_valid_from: default,
    forward_only: default,
    disable_restatement: default,
    time_column: default,
    auto_restatement_intervals: default,
    partition_by_time_column: default,
    csv_settings: default,
} rest extra);

impl ModelKind {
    /// A kind with its defaults, as SQLMesh stores them. Required properties (time column, unique key, path)
    /// are left absent.
    pub fn new(name: KindName, dialect: &str) -> Self {
        let mut kind = Self {
            name,
            ..Self::default()
        };
        if name.is_incremental() {
            kind.on_destructive_change = Some(OnChange::Error);
            kind.on_additive_change = Some(OnChange::Allow);
        }
        // Names the user does not give follow the dialect's case as well.
        let known = Dialect::parse(dialect).unwrap_or_default();
        let own = |name: &str| known.quote_identifier(&known.normalize(name, false, Part::Column));
        match name {
            KindName::View => kind.materialized = Some(false),
            KindName::Seed => kind.batch_size = Some(1000),
            KindName::IncrementalByTimeRange => {
                kind.dialect = Some(dialect.to_string());
                kind.forward_only = Some(false);
                kind.disable_restatement = Some(false);
                kind.partition_by_time_column = Some(true);
            }
            KindName::IncrementalByUniqueKey => {
                kind.dialect = Some(dialect.to_string());
                kind.batch_concurrency = Some(1);
                kind.forward_only = Some(false);
                kind.disable_restatement = Some(false);
            }
            KindName::IncrementalByPartition => {
                kind.forward_only = Some(true);
                kind.disable_restatement = Some(false);
            }
            KindName::IncrementalUnmanaged => {
                kind.insert_overwrite = Some(false);
                kind.forward_only = Some(true);
                kind.disable_restatement = Some(true);
            }
            KindName::ScdType2 | KindName::ScdType2ByTime | KindName::ScdType2ByColumn => {
                kind.dialect = Some(dialect.to_string());
                kind.valid_from_name = Some(own("valid_from"));
                kind.valid_to_name = Some(own("valid_to"));
                kind.invalidate_hard_deletes = Some(false);
                // The default is a type of no dialect: BigQuery calls it DATETIME.
                kind.time_data_type = Some(DataType::parse("TIMESTAMP", Dialect::Generic).to_sql(known));
                kind.forward_only = Some(true);
                kind.disable_restatement = Some(true);
                if name == KindName::ScdType2ByColumn {
                    kind.execution_time_as_valid_from = Some(false);
                } else {
                    kind.updated_at_name = Some(own("updated_at"));
                    kind.updated_at_as_valid_from = Some(false);
                }
            }
            KindName::Custom => {
                kind.forward_only = Some(false);
                kind.disable_restatement = Some(false);
            }
            KindName::Managed => kind.disable_restatement = Some(true),
            KindName::None
            | KindName::Full
            | KindName::Embedded
            | KindName::External
            | KindName::DbtCustom => {}
        }
        kind
    }

    /// True when there is no kind: the node is an audit.
    pub fn is_absent(&self) -> bool {
        self.name == KindName::None
    }

    /// Every change of the model goes forward only.
    pub fn is_forward_only(&self) -> bool {
        self.forward_only
            .unwrap_or(self.name == KindName::IncrementalByPartition)
    }

    /// The model is never restated.
    pub fn is_restatement_disabled(&self) -> bool {
        self.disable_restatement.unwrap_or(false)
    }
}
