//! The project's configuration: `config.yaml` as typed values.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::Value;

/// How categories are decided for one kind of source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CategorizerMode {
    /// Decide; breaking when in doubt.
    #[default]
    Full,
    /// Decide only when sure.
    Semi,
    /// Never decide.
    Off,
}

/// `plan.auto_categorize_changes`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CategorizerConfig {
    /// External models.
    pub external: CategorizerMode,
    /// Python models.
    pub python: CategorizerMode,
    /// SQL models.
    pub sql: CategorizerMode,
    /// Seeds.
    pub seed: CategorizerMode,
}

/// Everything in `config.yaml` that loading and planning use, after layers and the gateway's overrides are
/// merged. Connections are reduced to what planning needs; secrets are not kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// Selected gateway's name, lower case; `""` when it has none.
    pub gateway: String,
    /// Names of all gateways, in order.
    pub gateways: Vec<String>,
    /// Type of the selected gateway's connection: `duckdb`, `postgres`, ….
    pub connection_type: Option<String>,
    /// Default catalog of the selected gateway, unquoted.
    pub default_catalog: Option<String>,
    /// Default catalog of each gateway.
    pub gateway_catalogs: BTreeMap<String, Option<String>>,
    /// `project`.
    pub project: String,
    /// Variables, keys lower case: the project's, overridden by the selected gateway's.
    pub variables: IndexMap<String, Value>,
    /// Variables of each gateway alone.
    pub gateway_variables: BTreeMap<String, IndexMap<String, Value>>,
    /// `model_defaults` after the selected gateway's overrides: key → value as in YAML.
    pub model_defaults: IndexMap<String, Value>,
    /// `model_naming.infer_names`.
    pub infer_names: bool,
    /// `time_column_format`.
    pub time_column_format: String,
    /// `snapshot_ttl`.
    pub snapshot_ttl: String,
    /// `environment_ttl`; absent means never.
    pub environment_ttl: Option<String>,
    /// `pinned_environments`.
    pub pinned_environments: Vec<String>,
    /// `default_target_environment`.
    pub default_target_environment: String,
    /// `physical_schema_mapping`: regular expression → schema, in order.
    pub physical_schema_mapping: Vec<(String, String)>,
    /// `schema`, `table` or `catalog`.
    pub environment_suffix_target: String,
    /// `schema_and_table`, `table_only` or `hash_md5`.
    pub physical_table_naming_convention: String,
    /// `full` or `dev_only`.
    pub virtual_environment_mode: String,
    /// `environment_catalog_mapping`: regular expression → catalog, in order.
    pub environment_catalog_mapping: Vec<(String, String)>,
    /// `gateway_managed_virtual_layer`.
    pub gateway_managed_virtual_layer: bool,
    /// `ignore_patterns`.
    pub ignore_patterns: Vec<String>,
    /// `before_all`.
    pub before_all: Vec<String>,
    /// `after_all`.
    pub after_all: Vec<String>,
    /// `plan.forward_only`.
    pub forward_only: bool,
    /// `plan.auto_categorize_changes`.
    pub auto_categorize: CategorizerConfig,
    /// `plan.include_unmodified`.
    pub include_unmodified: bool,
    /// `plan.enable_preview`; absent means automatic.
    pub enable_preview: Option<bool>,
    /// `plan.use_finalized_state`.
    pub use_finalized_state: bool,
    /// `plan.always_recreate_environment`.
    pub always_recreate_environment: bool,
    /// `linter`, as in YAML.
    pub linter: Option<Value>,
    /// `cicd_bot`, as in YAML.
    pub cicd_bot: Option<Value>,
    /// `format`, as in YAML.
    pub format: Option<Value>,
}

impl Config {
    /// Dialect of models that name none.
    pub fn default_dialect(&self) -> &str {
        self.model_defaults
            .get("dialect")
            .and_then(Value::as_str)
            .unwrap_or("")
    }
}
