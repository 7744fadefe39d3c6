use super::*;

fn config() -> Config {
    let mut config = Config {
        gateway: "local".to_string(),
        default_catalog: Some("wh".to_string()),
        virtual_environment_mode: "full".to_string(),
        ..Config::default()
    };
    config
        .model_defaults
        .insert("dialect".to_string(), Value::from("duckdb"));
    config
        .model_defaults
        .insert("start".to_string(), Value::from("2024-09-20"));
    config
}

fn load_files(files: &[(&str, &str)], config: &Config) -> (Vec<Value>, Vec<String>) {
    let sources = files.iter().map(|(path, text)| (*path, *text)).collect();
    let (models, diagnostics) = load(&sources, config);
    let models = models
        .iter()
        .map(|(_, model)| serde_json::to_value(model).unwrap_or_default())
        .collect();
    (models, diagnostics.iter().map(ToString::to_string).collect())
}

/// One model, all of its stored fields.
fn check(yaml: &str, expected: &[(&str, Value)]) {
    let (models, problems) = load_files(&[("external_models.yaml", yaml)], &config());
    assert_eq!(problems, Vec::<String>::new(), "{yaml}");
    let mut all = serde_json::json!({
        "project": "", "start": "2024-09-20", "cron": "@daily", "tags": [], "dialect": "duckdb",
        "kind": {"name": "EXTERNAL"}, "partitioned_by": [], "clustered_by": [], "default_catalog": "wh",
        "audits": [], "grains": [], "references": [], "allow_partials": false, "signals": [], "enabled": true,
        "virtual_environment_mode": "full", "grants_target_layer": "virtual", "python_env": {},
        "jinja_macros": {"packages": {}, "root_macros": {}, "global_objs": {},
            "create_builtins_module": "sqlmesh.utils.jinja", "top_level_packages": []},
        "audit_definitions": {}, "mapping_schema": {}, "extract_dependencies_from_query": true,
        "source_type": "external",
    });
    for (key, value) in expected {
        all[*key] = value.clone();
    }
    assert_eq!(models, vec![all], "{yaml}");
}

fn check_problem(yaml: &str, expected: &str) {
    let (_, problems) = load_files(&[("external_models.yaml", yaml)], &config());
    assert_eq!(problems.join("\n"), expected, "{yaml}");
}

#[test]
fn models_as_stored() {
    use serde_json::json;
    check("- name: a.b\n", &[("name", json!("a.b"))]);
    check(
        "- name: a.b\n  columns: {A: VARCHAR(10), b: 'decimal(10, 2)', D: int64, a b: int}\n  column_descriptions: {A: hello, zz: nope}\n  owner: 5\n  tags: [x, Y]\n  cron: '@hourly'\n  start: 2024-01-01\n  grain: id\n  references: ['a as b']\n",
        &[
            ("name", json!("a.b")),
            (
                "columns",
                json!({"a": "TEXT", "b": "DECIMAL(10, 2)", "d": "BIGINT", "a b": "INT"}),
            ),
            ("column_descriptions", json!({"a": "hello"})),
            ("owner", json!("5")),
            ("tags", json!(["x", "Y"])),
            ("cron", json!("@hourly")),
            ("start", json!("2024-01-01")),
            ("grains", json!(["id"])),
            ("references", json!(["a as b"])),
        ],
    );
    check(
        "- name: a.b\n  dialect: snowflake\n  columns: {A: number, b: varchar}\n",
        &[
            ("name", json!("a.b")),
            ("dialect", json!("snowflake")),
            ("columns", json!({"A": "DECIMAL(38, 0)", "B": "VARCHAR"})),
        ],
    );
    check(
        "- name: a.b\n  audits:\n    - name: NOT_NULL\n      columns: '(a, b)'\n    - [accepted_values, {column: a}]\n",
        &[
            ("name", json!("a.b")),
            (
                "audits",
                json!([["not_null", {"columns": "(a, b)"}], ["accepted_values", {"column": "a"}]]),
            ),
        ],
    );
    check(
        "- name: a.b\n  session_properties: {a: x}\n  virtual_properties: {b: [1, 2], c: true, d: 1.5}\n  allow_partials: 'yes'\n",
        &[
            ("name", json!("a.b")),
            (
                "virtual_properties",
                json!("('b' = [1, 2], 'c' = TRUE, 'd' = 1.5)"),
            ),
            ("session_properties", json!("('a' = 'x')")),
            ("allow_partials", json!(true)),
        ],
    );
}

#[test]
fn defaults_of_the_configuration() {
    let mut config = config();
    for (key, value) in [
        ("owner", Value::from("o")),
        ("gateway", Value::from("other")),
        ("optimize_query", Value::from(false)),
        ("kind", Value::from("FULL")),
        ("physical_properties", serde_json::json!({"a": 1})),
        ("audits", serde_json::json!(["not_null(columns := (a))"])),
        ("pre_statements", serde_json::json!(["SELECT 1"])),
    ] {
        config.model_defaults.insert(key.to_string(), value);
    }
    let (models, problems) = load_files(&[("external_models.yaml", "- name: a.b\n")], &config);
    assert_eq!(problems, Vec::<String>::new());
    let model = &models[0];
    assert_eq!(model["owner"], "o");
    assert_eq!(model["kind"]["name"], "EXTERNAL");
    assert_eq!(model["physical_properties"], "('a' = 1)");
    assert_eq!(
        model["audits"],
        serde_json::json!([["not_null", {"columns": "(a)"}]])
    );
    assert_eq!(model["pre_statements"], serde_json::json!([{"sql": "SELECT 1"}]));
    assert!(model.get("gateway").is_none() && model.get("optimize_query").is_none());
}

#[test]
fn files_and_gateways() {
    let names = |files: &[(&str, &str)]| {
        let (models, problems) = load_files(files, &config());
        let names: Vec<String> = models
            .iter()
            .map(|model| {
                format!(
                    "{}{}",
                    model["name"].as_str().unwrap_or(""),
                    if model.get("gateway").is_some() { "!" } else { "" }
                )
            })
            .collect();
        format!("{} {}", names.join(" "), problems.join("; "))
            .trim()
            .to_string()
    };
    assert_eq!(names(&[("schema.yaml", "- name: s.t\n")]), "s.t");
    assert_eq!(
        names(&[
            ("external_models.yaml", "- name: a.b\n"),
            ("schema.yaml", "- name: s.t\n"),
            ("external_models/x.yaml", "- name: e.x\n"),
            ("external_models/sub/y.yaml", "- name: e.y\n"),
            ("external_models/z.yml", "- name: e.z\n"),
        ]),
        "a.b e.y e.x"
    );
    assert_eq!(
        names(&[(
            "external_models.yaml",
            "- {name: a.b, gateway: LOCAL}\n- name: a.b\n- {name: a.c, gateway: other}\n"
        )]),
        "a.b!"
    );
    assert_eq!(names(&[("external_models.yaml", "# none\n")]), "");
}

#[test]
fn problems() {
    check_problem(
        "- name: a.b\n- name: A.B\n",
        "external_models.yaml:2:3: the external model `A.B` is declared twice",
    );
    check_problem(
        "- name: a.b\n  column: {a: int}\n",
        "external_models.yaml:2:3: `column` is not a property of an external model",
    );
    check_problem(
        "- columns: {a: int}\n",
        "external_models.yaml:1:3: the external model has no name",
    );
    check_problem(
        "- a.b\n",
        "external_models.yaml:1:3: an external model must be a map, not text",
    );
    check_problem(
        "name: a.b\n",
        "external_models.yaml:1:1: `external_models.yaml` must hold a list of models, not a map",
    );
    check_problem(
        "- name: a.b\n  columns: {a: }\n",
        "external_models.yaml:2:13: the column `a` has no type",
    );
    check_problem(
        "- name: a.b\n  cron: '@quarterly'\n",
        "external_models.yaml:2:9: `@quarterly` is not a cron shortcut",
    );
    check_problem(
        "- name: a.b\n  audits: [x]\n",
        "external_models.yaml:2:12: an audit must be a map with a `name`, not text",
    );
}
