//! How a model is made, and what each kind implies for planning.
//!
//! Fields are those of SQLMesh's stored form; which of them a kind has, and their defaults, is in
//! `ModelKind::new`.

use super::RareKindFields;
use crate::json::{Extra, Rare, stored_object};
use crate::sql::types::DataType;
use crate::sql::{Dialect, Part};
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelKind {
    /// Which kind.
    pub name: KindName,
    /// VIEW: a materialized view.
    pub materialized: Option<bool>,
    /// Forward-only changes that drop columns.
    pub on_destructive_change: Option<OnChange>,
    /// Forward-only changes that add columns.
    pub on_additive_change: Option<OnChange>,
    /// Dialect of the expressions below.
    pub dialect: Option<String>,
    /// Every change goes forward only.
    pub forward_only: Option<bool>,
    /// Never restated.
    pub disable_restatement: Option<bool>,
    /// INCREMENTAL_BY_TIME_RANGE.
    pub time_column: Option<TimeColumn>,
    /// Whether the time column comes first in the partitioning.
    pub partition_by_time_column: Option<bool>,
    /// The fields that few have.
    pub rare: Rare<RareKindFields>,
    /// Fields this version does not know.
    pub extra: Extra,
}

stored_object!(ModelKind {
    name: required,
    materialized: optional,
    path: optional,
    materialization: optional,
    materialization_properties: optional,
    on_destructive_change: optional,
    on_additive_change: optional,
    auto_restatement_cron: optional,
    adapter: optional,
    definition: optional,
    dialect: optional,
    batch_size: optional,
    batch_concurrency: optional,
    lookback: optional,
    insert_overwrite: optional,
    unique_key: optional,
    when_matched: optional,
    merge_filter: optional,
    valid_from_name: optional,
    valid_to_name: optional,
    invalidate_hard_deletes: optional,
    time_data_type: optional,
    columns: optional,
    execution_time_as_valid_from: optional,
    updated_at_name: optional,
    updated_at_as_valid_from: optional,
    forward_only: optional,
    disable_restatement: optional,
    time_column: optional,
    auto_restatement_intervals: optional,
    partition_by_time_column: optional,
    csv_settings: optional,
} rest extra);

impl Deref for ModelKind {
    type Target = RareKindFields;
    fn deref(&self) -> &RareKindFields {
        &self.rare
    }
}

impl DerefMut for ModelKind {
    fn deref_mut(&mut self) -> &mut RareKindFields {
        &mut self.rare
    }
}

impl Serialize for ModelKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write(serializer)
    }
}

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
