//! The project's configuration: `config.yaml` as typed values.
//!
//! In: the project's files, a personal file, environment variables. Out: [`Config`] for the selected gateway and
//! all problems with their places. Secrets are checked for presence and dropped. Not done: `config.py`.

mod connection;
pub mod dotenv;
mod gateway;
mod layers;
pub mod linter;
mod patterns;
mod read;
mod regex;
pub mod yaml;

pub use layers::CONFIG_FILES;
pub use linter::LinterConfig;

use crate::diagnostic::Diagnostic;

use crate::source::{Location, SourceMap};
use crate::time::{Timestamp, ttl_end};
use layers::Layers;
use read::{Reader, at};
use yaml::Node;

use crate::ordered::BTreeMap;

use crate::ordered::IndexMap;
use serde_json::Value;

/// What loading needs besides the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// Gateway chosen with `--gateway`; absent means the configuration's default.
    pub gateway: Option<String>,
    /// Environment variables for `env_var` and `SQLMESH__…`; empty in the browser.
    pub env: BTreeMap<String, String>,
    /// Name of the user for `{{ user() }}` in the configuration.
    pub user: Option<String>,
    /// The user's own configuration file (path as shown, text): laid over the project's.
    pub personal_config: Option<(String, String)>,
    /// Folders in the source map that hold one project each, the leading one first; empty when the source map is
    /// one project.
    pub projects: Vec<String>,
    /// Name of the config to use from several (`--config`); only `config` exists without Python.
    pub config: Option<String>,
}

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
    /// Variables of the project alone.
    pub project_variables: IndexMap<String, Value>,
    /// The project's variables as each gateway overrides them.
    pub gateway_variables: BTreeMap<String, IndexMap<String, Value>>,
    /// `model_defaults` after the selected gateway's overrides: key → value as in YAML.
    pub model_defaults: IndexMap<String, Value>,
    /// `model_defaults` of the project alone.
    pub project_model_defaults: IndexMap<String, Value>,
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
    /// `linter`.
    pub linter: LinterConfig,
    /// `cicd_bot`, as in YAML.
    pub cicd_bot: Option<Value>,
    /// `format`, as in YAML.
    pub format: Option<Value>,
}

impl Config {
    /// What holds where nothing is written.
    fn defaults() -> Self {
        Self {
            infer_names: false,
            time_column_format: "%Y-%m-%d".to_string(),
            snapshot_ttl: "in 1 week".to_string(),
            environment_ttl: Some("in 1 week".to_string()),
            default_target_environment: "prod".to_string(),
            environment_suffix_target: "schema".to_string(),
            physical_table_naming_convention: "schema_and_table".to_string(),
            virtual_environment_mode: "full".to_string(),
            ignore_patterns: vec![".ipynb_checkpoints/*".to_string()],
            ..Self::default()
        }
    }

    /// Dialect of models that name none.
    pub fn default_dialect(&self) -> &str {
        self.model_defaults
            .get("dialect")
            .and_then(Value::as_str)
            .unwrap_or("")
    }
}

/// Top-level settings.
const ROOT_KEYS: [&str; 46] = [
    "gateways",
    "gateway",
    "default_gateway",
    "default_connection",
    "default_test_connection",
    "default_scheduler",
    "project",
    "variables",
    "model_defaults",
    "model_naming",
    "time_column_format",
    "snapshot_ttl",
    "environment_ttl",
    "pinned_environments",
    "default_target_environment",
    "physical_schema_mapping",
    "physical_schema_override",
    "environment_suffix_target",
    "physical_table_naming_convention",
    "virtual_environment_mode",
    "environment_catalog_mapping",
    "gateway_managed_virtual_layer",
    "infer_python_dependencies",
    "ignore_patterns",
    "before_all",
    "after_all",
    "plan",
    "run",
    "format",
    "ui",
    "linter",
    "janitor",
    "migration",
    "cicd_bot",
    "users",
    "username",
    "notification_targets",
    "log_limit",
    "cache_dir",
    "disable_anonymized_analytics",
    "env_vars",
    "dbt",
    "loader",
    "loader_kwargs",
    "auto_categorize_changes",
    "include_unmodified",
];

/// Settings that have a value where they are written, and whose readers take nothing for a value.
const NEVER_EMPTY: [&str; 9] = [
    "pinned_environments",
    "ignore_patterns",
    "physical_schema_mapping",
    "environment_catalog_mapping",
    "snapshot_ttl",
    "users",
    "notification_targets",
    "log_limit",
    "env_vars",
];

/// Reads the configuration of a project. With an error among the diagnostics the rest is still what could be
/// read.
pub fn load(sources: &SourceMap, options: &LoadOptions) -> (Config, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut config = Config::defaults();
    let (layers, root) = Layers::load(sources, options, &mut diagnostics);
    if let Some(root) = root {
        let mut reader = Reader::new(&layers, &mut diagnostics);
        let entries = root.entries().unwrap_or_default();
        reader.known_keys("", entries, &ROOT_KEYS);
        reader.not_empty("", entries, &NEVER_EMPTY);
        settings(&mut reader, &root, &mut config);
        environments(&mut reader, &root, &mut config);
        plan(&mut reader, &root, &mut config);
        sections(&mut reader, &root, &mut config);
        config.linter = linter::read(&mut reader, &root, sources);
        gateway::read(&mut reader, &root, &mut config, options);
        if config.default_dialect().is_empty() {
            let place = root.get("model_defaults").map_or(root.place, |node| node.place);
            reader.push(
                Diagnostic::error("config/no-dialect", "`model_defaults.dialect` is missing").help(
                    "Add the SQL dialect of the models, for example `model_defaults: {dialect: duckdb}`.",
                ),
                place,
            );
        }
    }
    if let Some(name) = options.config.as_deref().filter(|name| *name != "config") {
        diagnostics.push(
            Diagnostic::error(
                "config/unknown-name",
                format!("There is no configuration named `{name}`"),
            )
            .at(Location::file("config.py"), "")
            .help("Only `config.py` can define several; a YAML file is always `config`."),
        );
    }
    (config, diagnostics)
}

/// Plain settings at the top level.
fn settings(reader: &mut Reader<'_>, root: &Node, config: &mut Config) {
    if let Some(text) = reader.text(root, "project") {
        config.project = text;
    }
    if let Some(node) = root.get("variables") {
        config.variables = reader.variables("variables", node);
    }
    if let Some(text) = reader.text(root, "time_column_format") {
        config.time_column_format = text;
    }
    if let Some(text) = reader.text(root, "default_target_environment") {
        config.default_target_environment = text;
    }
    if let Some(patterns) = reader.texts(root, "ignore_patterns") {
        config.ignore_patterns = patterns;
    }
    config.before_all = reader.texts(root, "before_all").unwrap_or_default();
    config.after_all = reader.texts(root, "after_all").unwrap_or_default();
    config.pinned_environments = reader.texts(root, "pinned_environments").unwrap_or_default();
    if reader.section(root, "model_naming", &["infer_names"]).is_some()
        && let Some(on) = reader.switch(root, "model_naming.infer_names")
    {
        config.infer_names = on;
    }
    for key in ["snapshot_ttl", "environment_ttl"] {
        match reader.nullable_text(root, key) {
            Some(Some(ttl)) => {
                // Only whether it lies ahead counts, so any base will do.
                if ttl_end(&ttl, Timestamp(1_704_067_200_000)).is_none() {
                    let place = root.get(key).map_or(root.place, |node| node.place);
                    reader.push(
                        Diagnostic::error("config/ttl", format!("`{key}: {ttl}` is not a time ahead"))
                            .help("Write it as `in 1 week` or `in 30 days`."),
                        place,
                    );
                } else if key == "snapshot_ttl" {
                    config.snapshot_ttl = ttl;
                } else {
                    config.environment_ttl = Some(ttl);
                }
            }
            Some(None) if key == "environment_ttl" => config.environment_ttl = None,
            Some(None) | None => {}
        }
    }
    for key in ["auto_categorize_changes", "include_unmodified"] {
        if let Some(node) = root.get(key) {
            reader.push(
                Diagnostic::error("config/moved", format!("`{key}` does not stand at the top level"))
                    .help(format!("Write it as `plan.{key}`.")),
                node.place,
            );
        }
    }
    for key in ["loader", "loader_kwargs"] {
        if let Some(node) = root.get(key) {
            reader.push(
                Diagnostic::error(
                    "config/python-only",
                    format!("`{key}` names Python code, which is not run"),
                )
                .help("Remove it."),
                node.place,
            );
        }
    }
}

/// How environments and tables are named.
fn environments(reader: &mut Reader<'_>, root: &Node, config: &mut Config) {
    if let Some(word) = reader.choice(root, "environment_suffix_target", &["schema", "table", "catalog"]) {
        config.environment_suffix_target = word;
    }
    let conventions = ["schema_and_table", "table_only", "hash_md5"];
    if let Some(word) = reader.choice(root, "physical_table_naming_convention", &conventions) {
        config.physical_table_naming_convention = word;
    }
    if let Some(word) = reader.choice(root, "virtual_environment_mode", &["full", "dev_only"]) {
        config.virtual_environment_mode = word;
    }
    if let Some(on) = reader.switch(root, "gateway_managed_virtual_layer") {
        config.gateway_managed_virtual_layer = on;
    }
    let mapping = reader.patterns(root, "physical_schema_mapping");
    if let Some(node) = root.get("physical_schema_override") {
        let old = reader
            .patterns(root, "physical_schema_override")
            .unwrap_or_default();
        let exact = old
            .iter()
            .map(|(schema, to)| (format!("^{schema}$"), to.clone()))
            .collect();
        if mapping.is_some() {
            reader.push(
                Diagnostic::error(
                    "config/exclusive",
                    "`physical_schema_override` and `physical_schema_mapping` exclude each other",
                )
                .help("Keep `physical_schema_mapping`; the other is its old form."),
                node.place,
            );
        } else {
            reader.push(
                Diagnostic::warning("config/deprecated", "`physical_schema_override` is an old form")
                    .help("Write `physical_schema_mapping` with regular expressions: `^name$: schema`."),
                node.place,
            );
            config.physical_schema_mapping = exact;
        }
    }
    if let Some(mapping) = mapping {
        config.physical_schema_mapping = mapping;
    }
    if let Some(mapping) = reader.patterns(root, "environment_catalog_mapping") {
        if config.environment_suffix_target == "catalog"
            && let Some(node) = root.get("environment_catalog_mapping")
        {
            reader.push(
                Diagnostic::error(
                    "config/exclusive",
                    "`environment_suffix_target: catalog` and `environment_catalog_mapping` exclude each other",
                )
                .help("Keep one of them."),
                node.place,
            );
        }
        config.environment_catalog_mapping = mapping;
    }
}

/// The `plan` section.
fn plan(reader: &mut Reader<'_>, root: &Node, config: &mut Config) {
    let known = [
        "forward_only",
        "auto_categorize_changes",
        "include_unmodified",
        "enable_preview",
        "no_diff",
        "no_prompts",
        "auto_apply",
        "use_finalized_state",
        "always_recreate_environment",
    ];
    if reader.section(root, "plan", &known).is_none() {
        return;
    }
    config.forward_only = reader.switch(root, "plan.forward_only").unwrap_or_default();
    config.include_unmodified = reader.switch(root, "plan.include_unmodified").unwrap_or_default();
    if at(root, "plan.enable_preview").is_some_and(|node| !node.is_null()) {
        config.enable_preview = reader.switch(root, "plan.enable_preview");
    }
    config.use_finalized_state = reader
        .switch(root, "plan.use_finalized_state")
        .unwrap_or_default();
    config.always_recreate_environment = reader
        .switch(root, "plan.always_recreate_environment")
        .unwrap_or_default();
    for key in ["plan.no_diff", "plan.no_prompts", "plan.auto_apply"] {
        reader.switch(root, key);
    }
    if config.use_finalized_state
        && config.virtual_environment_mode != "full"
        && let Some(node) = at(root, "plan.use_finalized_state")
    {
        reader.push(
            Diagnostic::error(
                "config/exclusive",
                "`plan.use_finalized_state` needs `virtual_environment_mode: full`",
            ),
            node.place,
        );
    }
    let Some(section) = at(root, "plan") else { return };
    if reader
        .section(
            section,
            "plan.auto_categorize_changes",
            &["external", "python", "sql", "seed"],
        )
        .is_some()
    {
        let mut mode = |source: &str| {
            let path = format!("plan.auto_categorize_changes.{source}");
            match reader.choice(root, &path, &["full", "semi", "off"]).as_deref() {
                Some("semi") => CategorizerMode::Semi,
                Some("off") => CategorizerMode::Off,
                _ => CategorizerMode::Full,
            }
        };
        config.auto_categorize = CategorizerConfig {
            external: mode("external"),
            python: mode("python"),
            sql: mode("sql"),
            seed: mode("seed"),
        };
    }
}

/// Sections that loading and planning only pass on, or only check.
fn sections(reader: &mut Reader<'_>, root: &Node, config: &mut Config) {
    let format = [
        "normalize",
        "pad",
        "indent",
        "normalize_functions",
        "leading_comma",
        "max_text_width",
        "append_newline",
        "no_rewrite_casts",
    ];
    config.format = reader.section(root, "format", &format).map(Node::to_json);
    let bot = [
        "type",
        "invalidate_environment_after_deploy",
        "enable_deploy_command",
        "merge_method",
        "command_namespace",
        "auto_categorize_changes",
        "default_pr_start",
        "default_pr_preview_start",
        "skip_pr_backfill",
        "pr_include_unmodified",
        "run_on_deploy_to_prod",
        "pr_environment_name",
        "pr_min_intervals",
        "pr_preview_min_intervals",
        "prod_branch_name",
        "prod_branch_names",
        "forward_only_branch_suffix",
        "check_if_blocked_on_deploy_to_prod",
    ];
    if let Some(node) = reader.section(root, "cicd_bot", &bot) {
        reader.choice(root, "cicd_bot.type", &["github"]);
        config.cicd_bot = Some(node.to_json());
    }
    reader.section(
        root,
        "run",
        &["environment_check_interval", "environment_check_max_wait"],
    );
    reader.number(root, "run.environment_check_interval", 1);
    reader.number(root, "run.environment_check_max_wait", 1);
    reader.section(root, "ui", &["format_on_save", "node_colors"]);
    reader.section(
        root,
        "janitor",
        &["warn_on_delete_failure", "expired_snapshots_batch_size"],
    );
    reader.number(root, "janitor.expired_snapshots_batch_size", 1);
    reader.section(root, "migration", &["promoted_snapshots_only"]);
    reader.section(root, "dbt", &["infer_state_schema_name"]);
    reader.number(root, "log_limit", 0);
    reader.text(root, "username");
    if at(root, "disable_anonymized_analytics").is_some_and(|node| !node.is_null()) {
        reader.switch(root, "disable_anonymized_analytics");
    }
    reader.switch(root, "infer_python_dependencies");
    scheduler(reader, root, "default_scheduler");
    for key in ["default_connection", "default_test_connection"] {
        if let Some(node) = root.get(key).filter(|node| !node.is_null()) {
            connection::read(reader, key, node);
        }
    }
}

fn scheduler(reader: &mut Reader<'_>, node: &Node, path: &str) {
    let key = path.rsplit('.').next().unwrap_or(path);
    let Some(scheduler) = node.get(key).filter(|node| !node.is_null()) else {
        return;
    };
    match scheduler.get("type").and_then(Node::as_text) {
        Some("builtin") => {}
        Some(other) => reader.push(
            Diagnostic::error("config/scheduler", format!("`{other}` is not a scheduler type"))
                .help("Only `builtin` exists."),
            scheduler.place,
        ),
        None => reader.push(
            Diagnostic::error("config/scheduler", format!("`{path}` has no `type`"))
                .help("Only `builtin` exists."),
            scheduler.place,
        ),
    }
}

#[cfg(test)]
mod tests;
