//! Mistakes that people make in model files, and what is said about each: code, line, a way out.

use super::{LoadOptions, load};
use crate::diagnostic::Severity;
use crate::source::SourceMap;

const CONFIG: &str = "gateways:\n  local:\n    connection: {type: duckdb, database: db.duckdb}\n\
     default_gateway: local\nmodel_defaults:\n  dialect: duckdb\n  start: '2024-09-20'\n\
     variables: {cutoff: 3}\n";

/// Errors of a project with these files besides a good one: `path:line code`.
fn errors(files: &[(&str, &str)]) -> Vec<String> {
    let mut sources: SourceMap = files.iter().copied().collect();
    sources.insert("config.yaml", CONFIG);
    sources.insert(
        "models/good.sql",
        "MODEL (name s.good, kind FULL);\nSELECT 1 AS x",
    );
    let (project, diagnostics) = load(&sources, &LoadOptions::default());
    assert!(
        project.nodes.contains_key("\"db\".\"s\".\"good\""),
        "the rest loads"
    );
    let mut found: Vec<String> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| {
            assert!(!diagnostic.help.is_empty(), "no way out: {diagnostic}");
            let place = diagnostic.labels.first().map(|label| &label.location);
            let (path, line) = place.map_or(("", 0), |place| (place.path.as_str(), place.line));
            format!("{path}:{line} {}", diagnostic.code)
        })
        .collect();
    found.sort();
    found
}

/// One model file per row, with the line and code of each error in it.
#[track_caller]
fn check(rows: &[(&str, &[&str])], file: fn(&str) -> String) {
    let mut wrong = Vec::new();
    for (text, expected) in rows {
        let found = errors(&[("models/m.sql", &file(text))]);
        let expected: Vec<String> = expected.iter().map(|one| format!("models/m.sql:{one}")).collect();
        if found != expected {
            wrong.push(format!("{text}\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The text is the whole file.
fn whole(text: &str) -> String {
    text.to_string()
}

/// A FULL model with these further properties on line 2.
fn full(properties: &str) -> String {
    format!("MODEL (name s.m, kind FULL,\n{properties});\nSELECT 1 AS a, 2 AS b")
}

/// A model of this kind, on line 2.
fn kind(kind: &str) -> String {
    format!("MODEL (name s.m,\nkind {kind});\nSELECT 1 AS a, CURRENT_DATE AS ds")
}

#[test]
fn blocks() {
    check(
        &[
            ("SELECT 1 AS a", &["1 model/missing-block"]),
            ("-- nothing", &["1 model/missing-block"]),
            ("MODEL (kind FULL);\nSELECT 1 AS a", &["1 model/missing-name"]),
            (
                "MODEL (name 's.m', kind FULL);\nSELECT 1 AS a",
                &["1 model/name-is-string"],
            ),
            (
                "MODEL (name s.m, kind FULL)\nSELECT 1 AS a",
                &["1 model/missing-query", "2 model/missing-semicolon"],
            ),
            (
                "MODEL (name s.m, kind FULL, owner);\nSELECT 1 AS a",
                &["1 model/syntax"],
            ),
            (
                "MODEL (name s.m, dialect foo);\nSELECT 1 AS a",
                &["1 model/unknown-dialect"],
            ),
            ("MODEL (name s.m, kind FULL);\nSELECT 'a", &["2 sql/parse"]),
        ],
        whole,
    );
}

#[test]
fn properties() {
    check(
        &[
            ("knd VIEW", &["2 model/unknown-property"]),
            ("default_catalog x", &["2 model/property-not-allowed"]),
            ("cron 'x y z'", &["2 model/bad-cron"]),
            ("cron '* * * * *'", &["2 model/bad-cron"]),
            ("cron @daily", &["2 macro/undefined-variable"]),
            ("cron_tz 'Mars/X'", &["2 model/bad-value"]),
            (
                "cron '@hourly', interval_unit day",
                &["2 model/bad-interval-unit"],
            ),
            ("interval_unit century", &["2 model/bad-value"]),
            ("start 'blah'", &["2 model/bad-date"]),
            ("start 2024-01-01", &["2 model/syntax"]),
            (
                "start '2024-02-01', end '2024-01-01'",
                &["2 model/start-after-end"],
            ),
            ("grain a, grains (a)", &["2 model/bad-value"]),
            ("columns (a)", &["2 model/bad-value"]),
            ("physical_properties (a)", &["2 model/bad-value"]),
            (
                "table_properties (a = 1), physical_properties (b = 2)",
                &["2 model/bad-value"],
            ),
            ("retention 3", &["2 model/bad-value"]),
            ("audits (nope)", &["2 audit/unknown"]),
            ("audits (not_null(a))", &["2 audit/positional-argument"]),
            ("signals (nope())", &["2 signal/unknown"]),
            ("partitioned_by (zz)", &["2 model/missing-column"]),
            ("partitioned_by (a, a)", &["2 model/duplicate-key"]),
            ("partitioned_by (1)", &["2 model/no-column"]),
            ("partitioned_by (a + b)", &["2 model/no-column"]),
            ("physical_version 'x'", &["2 model/property-not-allowed"]),
            ("blueprints x", &["2 model/bad-blueprints"]),
            ("allow_partials maybe, enabled yes", &[]),
        ],
        full,
    );
}

#[test]
fn kinds() {
    check(
        &[
            ("FULLL", &["2 model/unknown-kind"]),
            ("FULL (x 1)", &["2 model/syntax"]),
            ("INCREMENTAL_BY_TIME_RANGE", &["2 model/missing-property"]),
            (
                "INCREMENTAL_BY_TIME_RANGE (tme ds)",
                &["2 model/missing-property", "2 model/unknown-property"],
            ),
            (
                "INCREMENTAL_BY_TIME_RANGE (time_column zz)",
                &["2 model/missing-column"],
            ),
            (
                "INCREMENTAL_BY_TIME_RANGE (time_column ds, batch_size 0)",
                &["2 model/bad-value"],
            ),
            ("INCREMENTAL_BY_UNIQUE_KEY", &["2 model/missing-property"]),
            (
                "INCREMENTAL_BY_UNIQUE_KEY (unique_key a, batch_concurrency 2)",
                &["2 model/bad-value"],
            ),
            (
                "SCD_TYPE_2_BY_COLUMN (unique_key a)",
                &["2 model/missing-property"],
            ),
            ("INCREMENTAL_BY_PARTITION", &["2 model/missing-property"]),
            (
                "INCREMENTAL_BY_PARTITION (forward_only true), partitioned_by a",
                &["2 model/property-not-allowed"],
            ),
            ("VIEW, partitioned_by a", &["2 model/property-not-allowed"]),
            ("CUSTOM", &["2 model/missing-property"]),
            ("SEED", &["2 model/missing-property"]),
            ("SEED (path 'none.csv')", &["2 seed/missing-file"]),
            ("EXTERNAL", &["2 model/property-not-allowed"]),
        ],
        kind,
    );
}

#[test]
fn queries() {
    check(
        &[
            ("MODEL (name s.m, kind FULL);", &["1 model/missing-query"]),
            (
                "MODEL (name s.m, kind FULL);\nSELECT 1 AS a;\nSELECT 2 AS a",
                &["3 model/second-query"],
            ),
            (
                "MODEL (name s.m, kind FULL);\nSELECT FROM WHERE 1 AS",
                &["2 sql/parse"],
            ),
            (
                "MODEL (name s.m, kind FULL);\nSELECT\n@nope(1) AS a",
                &["3 macro/undefined-macro"],
            ),
            (
                "MODEL (name s.m, kind FULL);\nSELECT\n@nope AS a",
                &["3 macro/undefined-variable"],
            ),
            (
                "MODEL (name s.m, kind FULL);\nSELECT @start_ds AS a",
                &["2 macro/undefined-variable"],
            ),
            (
                "MODEL (name s.m, kind FULL);\nJINJA_QUERY_BEGIN;\nSELECT {{ foo() }} AS a\nJINJA_END;",
                &["3 macro/undefined-macro"],
            ),
            (
                "MODEL (name s.m, kind INCREMENTAL_BY_UNIQUE_KEY (unique_key a));\nSELECT a FROM s.m",
                &["1 model/self-reference"],
            ),
        ],
        whole,
    );
}

#[test]
fn between_models() {
    assert_eq!(
        errors(&[
            ("models/a.sql", "MODEL (name s.a);\nSELECT x FROM s.b"),
            ("models/b.sql", "MODEL (name s.b);\nSELECT x FROM s.a"),
        ]),
        ["models/b.sql:2 project/cycle"]
    );
    assert_eq!(
        errors(&[("models/z.sql", "MODEL (name s.good);\nSELECT 1 AS x")]),
        ["models/z.sql:1 model/duplicate-name"]
    );
    assert_eq!(
        errors(&[("models/z.sql", "MODEL (name z);\nSELECT 1 AS x")]),
        ["models/z.sql:1 model/name-parts"]
    );
}

#[test]
fn audits() {
    let audit = |text: &str| errors(&[("audits/x.sql", text)]);
    assert_eq!(
        audit("AUDIT (dialect duckdb);\nSELECT 1"),
        ["audits/x.sql:1 audit/missing-name"]
    );
    assert_eq!(
        audit("AUDIT (name a, foo 1);\nSELECT 1"),
        ["audits/x.sql:1 audit/unknown-property"]
    );
    assert_eq!(audit("AUDIT (name a);"), ["audits/x.sql:1 audit/missing-query"]);
    assert_eq!(
        audit("AUDIT (name a, standalone maybe);\nSELECT 1"),
        ["audits/x.sql:1 model/bad-value"]
    );
    assert_eq!(
        audit("AUDIT (name a, standalone true, blocking true);\nSELECT 1"),
        ["audits/x.sql:1 audit/standalone-blocking"]
    );
}

#[test]
fn several_at_once() {
    assert_eq!(
        errors(&[
            (
                "models/a.sql",
                "MODEL (name s.a, knd FULL, cron 'x');\nSELECT 1 AS x"
            ),
            ("models/b.sql", "MODEL (name s.b);\nSELECT @nope AS x"),
        ]),
        [
            "models/a.sql:1 model/bad-cron",
            "models/a.sql:1 model/unknown-property",
            "models/b.sql:2 macro/undefined-variable",
        ]
    );
}
