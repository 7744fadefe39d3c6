//! Whole projects in memory, loaded.

use serde_json::json;

use super::{LoadOptions, Project, load};
use crate::diagnostic::Severity;
use crate::source::SourceMap;

const CONFIG: &str = "gateways:\n  local:\n    connection: {type: duckdb, database: db.duckdb}\n\
     default_gateway: local\nmodel_defaults:\n  dialect: duckdb\n  start: '2024-09-20'\n\
     variables: {cutoff: 3, sch: mart}\n";

/// Loads files that hold no mistake.
#[track_caller]
fn project(files: &[(&str, &str)]) -> Project {
    let mut sources: SourceMap = files.iter().copied().collect();
    sources.insert("config.yaml", CONFIG);
    let (project, diagnostics) = load(&sources, &LoadOptions::default());
    let errors: Vec<String> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert_eq!(errors, [""; 0]);
    project
}

#[test]
fn validity_columns_have_the_dialects_own_type() {
    for (dialect, name, data_type) in [
        ("duckdb", "\"valid_from\"", "TIMESTAMP"),
        ("bigquery", "`valid_from`", "DATETIME"),
        ("mysql", "`valid_from`", "DATETIME"),
        ("databricks", "`valid_from`", "TIMESTAMP"),
        ("tsql", "[valid_from]", "DATETIME2"),
        ("clickhouse", "\"valid_from\"", "Nullable(DateTime)"),
        ("snowflake", "\"VALID_FROM\"", "TIMESTAMP"),
    ] {
        let text = format!(
            "MODEL (name shop.a, dialect {dialect}, kind SCD_TYPE_2 (unique_key id));\nSELECT CAST(id AS INT) AS id FROM shop.b"
        );
        let project = project(&[("models/a.sql", &text)]);
        let node = project.nodes.values().find(|node| node.model.query.is_some());
        let node = node.expect("the model loads");
        assert_eq!(
            node.model.kind.valid_from_name.as_deref(),
            Some(name),
            "{dialect}"
        );
        assert_eq!(
            node.model.kind.time_data_type.as_deref(),
            Some(data_type),
            "{dialect}"
        );
        let columns = node.columns.as_ref().expect("columns are known");
        let column = columns
            .iter()
            .find(|(column, _)| column.eq_ignore_ascii_case("valid_to"));
        assert_eq!(
            column.map(|(_, found)| found.as_str()),
            Some(data_type),
            "{dialect}"
        );
    }
}

#[test]
fn a_default_start_that_is_a_date_of_yaml_is_hashed_with_a_space_and_stored_with_a_t() {
    let model = "MODEL (name s.a, kind FULL); SELECT 1 AS x";
    let own = "MODEL (name s.a, kind FULL, start '2005-01-01 00:00:00'); SELECT 1 AS x";
    for (start, text, hashed, stored) in [
        (
            "2005-01-01 00:00:00.000",
            model,
            "2005-01-01 00:00:00",
            "2005-01-01T00:00:00",
        ),
        ("2005-01-01", model, "2005-01-01", "2005-01-01"),
        (
            "'2005-01-01 00:00:00'",
            model,
            "2005-01-01 00:00:00",
            "2005-01-01 00:00:00",
        ),
        (
            "2007-01-01 00:00:00",
            own,
            "2005-01-01 00:00:00",
            "2005-01-01 00:00:00",
        ),
    ] {
        let mut sources: SourceMap = [("models/a.sql", text)].into_iter().collect();
        let config = CONFIG.replace("'2024-09-20'", start);
        sources.insert("config.yaml", config);
        let (project, _) = load(&sources, &LoadOptions::default());
        let (_, node) = project.nodes.iter().next().expect("the model loads");
        assert_eq!(node.model.start.as_deref(), Some(hashed), "{start}");
        assert_eq!(json!(node.model)["start"], stored, "{start}");
    }
}

/// Only `partitioned_by` is read as a clause of a `CREATE TABLE`.
#[test]
fn partitioned_by_may_have_an_equals_sign() {
    for written in ["= [\"a\", b]", "= (a, b)", "(a, b)", "== [a, b]"] {
        let text = format!("MODEL (name s.a, kind FULL, partitioned_by {written}); SELECT 1 AS a, 2 AS b");
        let project = project(&[("models/a.sql", &text)]);
        let (_, node) = project.nodes.iter().next().expect("the model loads");
        assert_eq!(node.model.partitioned_by, ["\"a\"", "\"b\""], "{written}");
    }
}

#[test]
fn a_dialect_keeps_its_settings() {
    let sources = |dialect: &str| {
        let mut sources = SourceMap::default();
        sources.insert(
            "config.yaml",
            format!("model_defaults: {{dialect: '{dialect}'}}\ngateways: {{a: {{connection: {{type: duckdb}}}}}}\n"),
        );
        sources.insert("models/a.sql", "MODEL (name shop.A); SELECT Id FROM shop.B");
        sources.insert("external_models.yaml", "- name: shop.B\n  columns: {Id: int}\n");
        let (project, _) = load(&sources, &LoadOptions::default());
        let all = project.nodes.values();
        all.map(|node| json!([node.fqn, node.model.dialect, node.depends_on, node.columns]))
            .collect::<Vec<_>>()
    };
    let sensitive = "tsql,normalization_strategy=case_sensitive";
    assert_eq!(
        json!(sources(sensitive)),
        json!([
            ["\"memory\".\"shop\".\"A\"", sensitive, ["\"memory\".\"shop\".\"B\""], {"Id": "INTEGER"}],
            ["\"memory\".\"shop\".\"B\"", sensitive, [], {"Id": "INTEGER"}],
        ])
    );
    assert_eq!(
        json!(sources("tsql")),
        json!([
            ["\"memory\".\"shop\".\"a\"", "tsql", ["\"memory\".\"shop\".\"b\""], {"id": "INTEGER"}],
            ["\"memory\".\"shop\".\"b\"", "tsql", [], {"id": "INTEGER"}],
        ])
    );
}

#[test]
fn a_comment_behind_the_query_describes_its_last_column() {
    let described = |text: &str| {
        let project = project(&[("models/a.sql", text)]);
        json!(project.nodes["\"db\".\"shop\".\"a\""].query_column_descriptions)
    };
    assert_eq!(
        described("MODEL (name shop.a);\nSELECT 1 AS x, 2 AS y\n-- the last\n"),
        json!({"y": "the last"})
    );
    assert_eq!(
        described("MODEL (name shop.a);\nSELECT 1 AS x FROM shop.b -- no column"),
        json!({})
    );
}

#[test]
fn types_of_a_seeds_values_are_spelled_in_its_dialect() {
    let project = project(&[
        (
            "models/s.sql",
            "MODEL (name shop.s, dialect databricks, kind SEED (path '../seeds/s.csv'))",
        ),
        ("seeds/s.csv", "id,place\n1,x\n"),
    ]);
    let columns = &project.nodes["\"db\".\"shop\".\"s\""].columns;
    assert_eq!(json!(columns), json!({"id": "BIGINT", "place": "STRING"}));
}

#[test]
fn a_seed_without_a_declared_column_loads() {
    let project = project(&[
        (
            "models/s.sql",
            "MODEL (name shop.s, kind SEED (path '../seeds/s.csv'), columns (id INT, place TEXT))",
        ),
        ("seeds/s.csv", "id\r\n1\r\n"),
    ]);
    let columns = &project.nodes["\"db\".\"shop\".\"s\""].columns;
    assert_eq!(json!(columns), json!({"id": "INT", "place": "TEXT"}));
}

/// What SQLMesh says of moments made from texts and numbers.
#[test]
fn moments_of_snowflake_are_known_from_literals_and_shapes() {
    for (call, expected) in [
        ("try_to_timestamp(x:d::text)", "UNKNOWN"),
        ("to_timestamp(x:d::text)", "UNKNOWN"),
        ("to_timestamp_ltz(y::text)", "UNKNOWN"),
        ("try_to_timestamp(y, 3)", "UNKNOWN"),
        ("to_timestamp(5)", "TIMESTAMP"),
        ("try_to_timestamp('2020-01-01')", "TIMESTAMP"),
        ("to_timestamp(y::text, 'YYYY')", "TIMESTAMP"),
        ("try_to_timestamp(y::text, 'YYYY')", "TIMESTAMP"),
    ] {
        let text = format!("MODEL (name s.a, dialect snowflake); SELECT {call} AS c FROM s.raw");
        let project = project(&[("models/a.sql", &text)]);
        let node = project.nodes.values().find(|node| node.model.query.is_some());
        let columns = node
            .and_then(|node| node.columns.as_ref())
            .expect("columns are known");
        assert_eq!(
            columns.iter().next().map(|(_, kind)| kind.as_str()),
            Some(expected),
            "{call}"
        );
    }
}

#[test]
fn columns_go_from_parents_to_children() {
    let project = project(&[
        (
            "models/s.sql",
            "MODEL (name shop.s, kind SEED (path '../seeds/s.csv'))",
        ),
        ("seeds/s.csv", "id,name\n1,x\n"),
        (
            "models/a.sql",
            "MODEL (name shop.a, kind FULL);\nSELECT *, @cutoff AS c FROM shop.s",
        ),
        (
            "models/b.sql",
            "MODEL (name shop.b);\nSELECT * FROM shop.a WHERE c > @cutoff",
        ),
    ]);
    let node = &project.nodes["\"db\".\"shop\".\"b\""];
    let parents: Vec<&str> = node.depends_on.iter().map(String::as_str).collect();
    assert_eq!(parents, ["\"db\".\"shop\".\"a\""]);
    let columns = json!({"id": "BIGINT", "name": "TEXT", "c": "INT"});
    assert_eq!(json!(node.columns), columns);
    assert_eq!(
        json!(node.model.mapping_schema),
        json!({"\"db\"": {"\"shop\"": {"\"a\"": columns}}})
    );
    let variables = node.model.python_env.get(crate::model::VARS);
    assert_eq!(
        variables.map(|entry| entry.payload.as_str()),
        Some("{'cutoff': 3}")
    );
    assert_eq!(
        node.model.query.as_ref().map(|query| query.sql.as_str()),
        Some("SELECT * FROM shop.a WHERE c > @cutoff")
    );
}

#[test]
fn unknown_columns_stay_unknown() {
    let project = project(&[
        ("models/a.sql", "MODEL (name shop.a);\nSELECT * FROM raw.t"),
        ("models/b.sql", "MODEL (name shop.b);\nSELECT x FROM shop.a"),
    ]);
    assert_eq!(project.nodes["\"db\".\"shop\".\"a\""].columns, None);
    assert_eq!(
        project.nodes["\"db\".\"shop\".\"b\""].model.mapping_schema.len(),
        0
    );
}

#[test]
fn one_file_may_define_several_models() {
    let project = project(&[(
        "models/a.sql",
        "MODEL (name @{sch}.@{who}_a, kind FULL, blueprints ((who := x, n := 1), (who := y, n := f(2,3))));\nSELECT @n AS n",
    )]);
    let names: Vec<&str> = project
        .nodes
        .values()
        .map(|node| node.model.name.as_str())
        .collect();
    assert_eq!(names, ["mart.x_a", "mart.y_a"]);
    let payload = |name: &str| {
        let entry = project.nodes[name]
            .model
            .python_env
            .get(crate::model::BLUEPRINT_VARS);
        entry.map(|entry| entry.payload.clone())
    };
    assert_eq!(
        payload("\"db\".\"mart\".\"y_a\"").as_deref(),
        Some("{'n': SqlValue(sql='F(2, 3)')}")
    );
}

#[test]
fn what_needs_python_is_named() {
    let mut sources: SourceMap = [
        (
            "models/a.sql",
            "MODEL (name shop.a, kind FULL);\nSELECT @up(x) AS x FROM shop.b",
        ),
        ("models/b.sql", "MODEL (name shop.b, kind FULL);\nSELECT 1 AS x"),
        (
            "macros/m.py",
            "from sqlmesh import macro\n@macro()\ndef up(evaluator, x):\n    return x\n",
        ),
    ]
    .into_iter()
    .collect();
    sources.insert("config.yaml", CONFIG);
    let (project, diagnostics) = load(&sources, &LoadOptions::default());
    let node = &project.nodes["\"db\".\"shop\".\"a\""];
    assert!(node.depends_on.contains("\"db\".\"shop\".\"b\""));
    let up = &node.model.python_env["up"];
    assert_eq!(up.payload, "def up(evaluator, x):\n    return x");
    assert_eq!(up.path.as_deref(), Some("macros/m.py"));
    let columns: Vec<_> = node.columns.iter().flatten().collect();
    assert_eq!(columns, [(&"x".to_string(), &"UNKNOWN".to_string())]);
    let codes: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| format!("{} {diagnostic}", diagnostic.code))
        .collect();
    assert_eq!(codes.len(), 1, "{codes:?}");
    assert!(
        codes[0].starts_with("python/not-run models/a.sql:2:8: not all of `shop.a`"),
        "{codes:?}"
    );
}

#[test]
fn audits_come_with_the_model() {
    let project = project(&[
        (
            "models/a.sql",
            "MODEL (name shop.a, kind FULL, audits (low(x := 2), not_null(columns := (x))));\nSELECT 1 AS x",
        ),
        (
            "audits/low.sql",
            "AUDIT (name Low);\nSELECT * FROM @this_model WHERE x < @x AND @cutoff > 1;\nAUDIT (name alone, standalone true);\nSELECT * FROM shop.a WHERE x < 0",
        ),
    ]);
    let model = &project.nodes["\"db\".\"shop\".\"a\""].model;
    assert_eq!(
        json!(model.audits),
        json!([["low", {"x": "2"}], ["not_null", {"columns": "(x)"}]])
    );
    assert_eq!(model.audit_definitions.keys().collect::<Vec<_>>(), ["low"]);
    let variables = model.python_env.get(crate::model::VARS_METADATA);
    assert_eq!(
        variables.map(|entry| entry.payload.as_str()),
        Some("{'cutoff': 3}")
    );
    let alone = &project.nodes["alone"];
    assert!(alone.model.is_audit());
    assert!(alone.depends_on.contains("\"db\".\"shop\".\"a\""));
}
