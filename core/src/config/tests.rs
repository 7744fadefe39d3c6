use super::*;
use crate::config::CategorizerMode;

const DUCK: &str = "model_defaults: {dialect: duckdb}\ngateways:\n  local:\n    connection: {type: duckdb, database: a/wh.db}\n";

fn load_text(text: &str) -> (Config, Vec<Diagnostic>) {
    load(
        &SourceMap::from_iter([("config.yaml", text)]),
        &LoadOptions::default(),
    )
}

fn config(text: &str) -> Config {
    let (config, diagnostics) = load_text(text);
    let errors: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(errors, Vec::<String>::new(), "{text}");
    config
}

/// The first problem as `line:column code message (help)`.
fn check_problem(text: &str, expected: &str) {
    let (_, diagnostics) = load_text(text);
    let shown = diagnostics.first().map_or(String::new(), |first| {
        let place = first.labels.first().map(|label| &label.location);
        let place = place.map_or(String::new(), |place| format!("{}:{}", place.line, place.column));
        let help = first
            .help
            .first()
            .map_or(String::new(), |help| format!(" ({help})"));
        format!("{place} {}{help}", first.message)
    });
    assert_eq!(shown, expected, "{text}");
}

#[test]
fn the_least() {
    let config = config(DUCK);
    assert_eq!(config.default_dialect(), "duckdb");
    assert_eq!(config.gateway, "local");
    assert_eq!(config.connection_type.as_deref(), Some("duckdb"));
    assert_eq!(config.default_catalog.as_deref(), Some("wh"));
    assert_eq!(config.default_target_environment, "prod");
    assert_eq!(config.environment_ttl.as_deref(), Some("in 1 week"));
}

#[test]
fn values() {
    let config = config(&format!(
        "{DUCK}project: p\nvariables: {{A: 1, b: yes, C: [x, 1.5, {{d: true}}], day: '2024-01-01'}}\nbefore_all: [SELECT 1]\n\
         environment_ttl: null\nplan: {{forward_only: on, enable_preview: 'false', auto_categorize_changes: {{sql: off, seed: semi}}}}\n\
         physical_schema_mapping: {{'^a$': b, '.*': c}}\nmodel_naming: {{infer_names: true}}\n"
    ));
    assert_eq!(
        serde_json::to_string(&config.variables).unwrap_or_default(),
        r#"{"a":1,"b":"yes","c":["x",1.5,{"d":true}],"day":"2024-01-01"}"#
    );
    assert!(config.forward_only && config.infer_names);
    assert_eq!(config.enable_preview, Some(false));
    assert_eq!(config.environment_ttl, None);
    assert_eq!(config.auto_categorize.sql, CategorizerMode::Off);
    assert_eq!(config.auto_categorize.seed, CategorizerMode::Semi);
    assert_eq!(config.auto_categorize.python, CategorizerMode::Full);
    assert_eq!(config.physical_schema_mapping.len(), 2);
}

#[test]
fn dates_of_model_defaults_stay_text() {
    let config = config(
        "model_defaults:\n  dialect: duckdb\n  start: 2024-09-20\n  cron: '@hourly'\n  kind: full\ngateways: {a: {connection: {type: duckdb}}}\n",
    );
    assert_eq!(
        serde_json::to_string(&config.model_defaults).unwrap_or_default(),
        r#"{"dialect":"duckdb","start_is_moment":true,"start":"2024-09-20","cron":"@hourly","kind":"full"}"#
    );
}

#[test]
fn gateways_override() {
    let text = "model_defaults: {dialect: duckdb, start: 2020-01-01}\nvariables: {v: 1, w: 1}\ngateways:\n  Dev:\n    connection: {type: duckdb}\n  Prod:\n    connection: {type: snowflake, account: a, database: Wh}\n    variables: {V: 2}\n    model_defaults: {start: 2022-01-01}\n";
    let first = config(text);
    assert_eq!(first.gateway, "dev");
    assert_eq!(first.variables.get("v"), Some(&Value::from(1)));
    let options = LoadOptions {
        gateway: Some("PROD".to_string()),
        ..LoadOptions::default()
    };
    let (prod, diagnostics) = load(&SourceMap::from_iter([("config.yaml", text)]), &options);
    assert_eq!(diagnostics, vec![]);
    assert_eq!(prod.default_catalog.as_deref(), Some("Wh"));
    assert_eq!(prod.variables.get("v"), Some(&Value::from(2)));
    assert_eq!(prod.variables.get("w"), Some(&Value::from(1)));
    assert_eq!(prod.model_defaults.get("start"), Some(&Value::from("2022-01-01")));
    assert_eq!(
        prod.gateway_catalogs.get("dev"),
        Some(&Some("memory".to_string()))
    );
    check_problem(
        &format!("{text}default_gateway: pord\n"),
        "10:18 There is no gateway named `pord` (Is `prod` meant?)",
    );
}

#[test]
fn one_gateway_without_a_name() {
    let config = config(
        "model_defaults: {dialect: duckdb}\ngateways:\n  connection:\n    type: duckdb\n    catalogs: {First: a.db, second: b.db}\n",
    );
    assert_eq!(config.gateway, "");
    assert_eq!(config.default_catalog.as_deref(), Some("First"));
}

#[test]
fn layers() {
    let mut options = LoadOptions {
        personal_config: Some((
            "~/.sqlmesh/config.yaml".to_string(),
            "variables: {a: 2, b: 2}\n".to_string(),
        )),
        ..LoadOptions::default()
    };
    options
        .env
        .insert("SQLMESH__VARIABLES__B".to_string(), "3".to_string());
    options
        .env
        .insert("sqlmesh__plan__forward_only".to_string(), "true".to_string());
    options.env.insert("WORD".to_string(), "c".to_string());
    let text = format!("{DUCK}variables:\n  a: 1\n  b: 1\n  {{{{ env_var('WORD') }}}}: 1\n");
    let (config, diagnostics) = load(&SourceMap::from_iter([("config.yaml", text.as_str())]), &options);
    assert_eq!(diagnostics, vec![]);
    assert_eq!(
        serde_json::to_string(&config.variables).unwrap_or_default(),
        r#"{"a":2,"b":"3","c":1}"#
    );
    assert!(config.forward_only);
}

#[test]
fn problems_have_places_and_ways_out() {
    check_problem(
        "",
        "0:0 `config.yaml` is empty (The least it needs is `model_defaults` with a `dialect`, and a gateway.)",
    );
    check_problem(
        "- a\n",
        "1:1 `config.yaml` must hold a map of settings, not a list (Write settings as `name: value`, one on each line.)",
    );
    check_problem(
        &format!("{DUCK}defualt_gateway: x\n"),
        "5:1 `defualt_gateway` is not a known setting (Is `default_gateway` meant?)",
    );
    check_problem(
        &format!("{DUCK}plan:\n  forward_only: 2\n"),
        "6:17 `plan.forward_only` must be true or false, not a whole number (Write true or false after `plan.forward_only:`.)",
    );
    check_problem(
        &format!("{DUCK}plan:\n  auto_categorize_changes: {{sql: FULL}}\n"),
        "6:34 `plan.auto_categorize_changes.sql` cannot be `FULL` (It is one of `full`, `semi`, `off`.)",
    );
    check_problem(
        &format!("{DUCK}variables: {{d: 2024-01-01}}\n"),
        "5:16 The variable `d` holds a date (Quote it: variables are texts, numbers, true or false, lists and maps.)",
    );
    check_problem(
        &format!("{DUCK}environment_ttl: 1 week\n"),
        "5:18 `environment_ttl: 1 week` is not a time ahead (Write it as `in 1 week` or `in 30 days`.)",
    );
    check_problem(
        &format!("{DUCK}physical_schema_mapping: {{'(': x}}\n"),
        "5:27 `(` is not a valid regular expression (Close what is open, or write a backslash before characters that stand for themselves.)",
    );
    check_problem(
        &format!("{DUCK}before_all: x\n"),
        "5:13 `before_all` must be a list, not text (Write a list after `before_all:`.)",
    );
    check_problem(
        "gateways: {a: {connection: {type: duckdb}}}\n",
        "1:1 `model_defaults.dialect` is missing (Add the SQL dialect of the models, for example `model_defaults: {dialect: duckdb}`.)",
    );
    check_problem(
        "model_defaults: {dialect: duckdb, tags: [a]}\ngateways: {a: {connection: {type: duckdb}}}\n",
        "1:35 `model_defaults.tags` is not a known setting (Known here are kind, dialect, cron, cron_tz, owner, start, table_format, storage_format, on_destructive_change, on_additive_change, physical_properties, virtual_properties, session_properties, audits, optimize_query, allow_partials, interval_unit, enabled, formatting, batch_concurrency, pre_statements, post_statements, on_virtual_update, gateway.)",
    );
    check_problem(
        "model_defaults: {dialect: duckdb}\ngateways: {a: {connection: {type: duckk}}}\n",
        "2:35 `duckk` is not a connection type (Is `duckdb` meant?)",
    );
    check_problem(
        "model_defaults: {dialect: duckdb}\ngateways: {a: {connection: {type: duckdb, databse: x}}}\n",
        "2:43 `gateways.a.connection.databse` is not a known setting (Is `database` meant?)",
    );
    check_problem(
        "model_defaults: {dialect: duckdb}\n",
        "1:1 No connection is configured (Its type names the engine and the default catalog, for example `connection: {type: duckdb}`.)",
    );
    check_problem(
        "a: {{ nope() }}\n",
        "1:1 The Jinja in `config.yaml` cannot be rendered: unknown function: nope is unknown (Configuration files know `env_var(name, default)`, `user()` and `var(name, default)`. Wrap Jinja meant for later in `{% raw %}`.)",
    );
}

#[test]
fn files() {
    let of = |paths: &[&str]| {
        let sources = paths.iter().map(|path| (*path, DUCK)).collect();
        let (_, diagnostics) = load(&sources, &LoadOptions::default());
        diagnostics
            .iter()
            .map(|d| d.code.clone())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(of(&["config.yml"]), "");
    assert_eq!(of(&["sqlmesh.yaml"]), "");
    assert_eq!(of(&[]), "config/missing");
    assert_eq!(of(&["config.py"]), "config/python");
    assert_eq!(of(&["config.yaml", "config.py"]), "config/multiple");
    let (_, diagnostics) = load(
        &SourceMap::from_iter([("shop/config.yaml", DUCK)]),
        &LoadOptions::default(),
    );
    assert!(
        diagnostics
            .iter()
            .any(|d| d.help.iter().any(|help| help.contains("`shop/config.yaml`")))
    );
}

#[test]
fn secrets_do_not_get_out() {
    let text = "model_defaults: {dialect: postgres}\ngateways:\n  a:\n    connection:\n      type: postgres\n      host: h\n      passwrod: hunter2\n      password: [hunter2]\n      port: x\n      user: u\n      databse: d\n      token: &a b: hunter2\n";
    let (config, diagnostics) = load_text(text);
    let shown = serde_json::to_string(&diagnostics).unwrap_or_default();
    assert!(!diagnostics.is_empty() && !format!("{config:?}").contains("hunter2"));
    assert!(
        !shown.contains("password: [hunter2]") && !shown.contains("b: hunter2"),
        "{shown}"
    );
    let text = text.replace("      token: &a b: hunter2\n", "");
    let (config, diagnostics) = load_text(&text);
    let shown = serde_json::to_string(&diagnostics).unwrap_or_default();
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(!format!("{config:?}").contains("hunter2"));
}

/// SQLMesh's answers: refused but for the last ones.
#[test]
fn what_is_left_empty_is_refused_where_a_value_is_needed() {
    let connection = |lines: &str| {
        format!(
            "model_defaults: {{dialect: duckdb}}\ngateways:\n  a:\n    connection:\n      type: {lines}\n"
        )
    };
    let value = "Write its value, or leave out a key that is not needed.";
    check_problem(
        &connection(
            "postgres\n      host: h\n      user:\n      password: p\n      port: 5\n      database: d",
        ),
        &format!("7:7 `gateways.a.connection.user` must not be empty ({value})"),
    );
    check_problem(
        &connection("duckdb\n      concurrent_tasks:"),
        &format!("6:7 `gateways.a.connection.concurrent_tasks` must not be empty ({value})"),
    );
    for key in ["snapshot_ttl", "ignore_patterns", "users", "log_limit"] {
        check_problem(
            &format!("{DUCK}{key}:\n"),
            &format!("5:1 `{key}` must not be empty ({value})"),
        );
    }
    check_problem(
        "model_defaults: {dialect: duckdb}\ngateways:\n  a:\n",
        "3:4 `gateways.a` must be a map, not nothing (Write a map after `gateways.a:`.)",
    );
    config(&connection(
        "duckdb\n      catalogs:\n      database:\n      token:",
    ));
    config(&format!(
        "{DUCK}before_all:\nenvironment_ttl:\ncicd_bot:\ndbt:\ncache_dir:\ndisable_anonymized_analytics:\n"
    ));
}
