//! Projects with Python: what is stored with their nodes.

use crate::ordered::BTreeMap;

use super::super::{LoadOptions, Project, load};
use crate::diagnostic::Diagnostic;
use crate::source::SourceMap;

const CONFIG: &str = "gateways: {local: {connection: {type: duckdb, database: db.duckdb}}}\ndefault_gateway: local\nmodel_defaults: {dialect: duckdb, start: 2024-01-01}\nvariables: {rate: 3, other: 4}\n";

fn project(files: &[(&str, &str)]) -> (Project, Vec<Diagnostic>) {
    let mut sources: SourceMap = files.iter().copied().collect();
    sources.insert("config.yaml", CONFIG);
    load(&sources, &LoadOptions::default())
}

fn payloads(project: &Project, name: &str) -> BTreeMap<String, String> {
    project.nodes[name]
        .model
        .python_env
        .iter()
        .map(|(name, entry)| {
            let mut text = entry.payload.clone();
            if let Some(alias) = &entry.alias {
                text.push_str(&format!(" # alias {alias}"));
            }
            if entry.is_metadata == Some(true) {
                text.push_str(" # metadata");
            }
            (name.clone(), text)
        })
        .collect()
}

fn expect(found: BTreeMap<String, String>, expected: &[(&str, &str)]) {
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    assert_eq!(found, expected);
}

fn lines(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics
        .iter()
        .map(|one| format!("{} {one}", one.code))
        .collect()
}

#[test]
fn a_macro_comes_with_all_it_needs() {
    let (project, _) = project(&[
        (
            "models/a.sql",
            "MODEL (name shop.a, kind FULL);\nSELECT @up(1) AS x",
        ),
        (
            "macros/m.py",
            "import datetime as dt\nfrom sqlglot import exp\nfrom sqlmesh import macro\nfrom macros.low import helper as h, LIMITS\n\nsquare = lambda v: v * 2\n\n@macro('Up')\ndef upper(evaluator, x: exp.Expression, *, k=LIMITS) -> str:\n    '''Doc.'''\n    rate = evaluator.var('rate')\n    return f\"{h(x)} {square(rate)} {dt.date.today()}\"\n",
        ),
        (
            "macros/low.py",
            "LIMITS = {'a': [1, 2.50], \"b\": -1}\n\ndef helper(v):\n    # doubled\n    return (v or LIMITS)\n",
        ),
        ("macros/unused.py", "def f(): pass\n"),
    ]);
    expect(
        payloads(&project, "\"db\".\"shop\".\"a\""),
        &[
            ("LIMITS", "{'a': [1, 2.5], 'b': -1}"),
            ("__sqlmesh__vars__", "{'rate': 3}"),
            ("dt", "import datetime as dt"),
            ("h", "def helper(v):\n    return v or LIMITS # alias h"),
            ("square", "square = lambda v: v * 2"),
            (
                "up",
                "def upper(evaluator, x: exp.Expression, *, k=LIMITS):\n    rate = evaluator.var('rate')\n    return f'{h(x)} {square(rate)} {dt.date.today()}' # alias up",
            ),
        ],
    );
}

#[test]
fn signals_and_macros_of_metadata() {
    let (project, _) = project(&[
        (
            "models/a.sql",
            "MODEL (name shop.a, kind FULL, signals (ready(n := 1), freshness()));\nSELECT 1 AS x;\n@note('x')",
        ),
        (
            "macros/m.py",
            "from sqlmesh import macro\nTEXT = 'note'\n@macro(metadata_only=True)\ndef note(evaluator, x):\n    return TEXT\n",
        ),
        (
            "signals/s.py",
            "from sqlmesh import signal\n@signal()\ndef ready(batch, n: int = 1) -> bool:\n    return len(batch) > n\n",
        ),
    ]);
    expect(
        payloads(&project, "\"db\".\"shop\".\"a\""),
        &[
            ("TEXT", "'note' # metadata"),
            (
                "freshness",
                "from sqlmesh.core.signal import freshness # metadata",
            ),
            ("note", "def note(evaluator, x):\n    return TEXT # metadata"),
            (
                "ready",
                "def ready(batch, n: int=1):\n    return len(batch) > n # metadata",
            ),
        ],
    );
}

#[test]
fn macros_of_python_stay_in_signals_and_audits() {
    let (project, _) = project(&[
        (
            "models/a.sql",
            "MODEL (name shop.a, kind FULL, signals [ready(at := @moment())], audits ARRAY[not_null(columns := @ids())]);\nSELECT 1 AS x",
        ),
        (
            "macros/m.py",
            "from pandas import DataFrame\nfrom sqlmesh import Snapshot, macro\n@macro()\ndef moment(evaluator):\n    return Snapshot, DataFrame\n@macro()\ndef ids(evaluator):\n    return 'x'\n",
        ),
        (
            "signals/s.py",
            "from sqlmesh import signal\n@signal()\ndef ready(batch, at=None):\n    return True\n",
        ),
    ]);
    let model = &project.nodes["\"db\".\"shop\".\"a\""].model;
    assert_eq!(
        serde_json::json!([model.signals, model.audits]),
        serde_json::json!([
            [["ready", {"at": "@moment()"}]],
            [["not_null", {"columns": "@ids()"}]]
        ])
    );
    let payloads = payloads(&project, "\"db\".\"shop\".\"a\"");
    for expected in [
        "from pandas.core.frame import DataFrame",
        "from sqlmesh.core.snapshot import Snapshot",
    ] {
        assert!(
            payloads.iter().any(|(_, payload)| payload.starts_with(expected)),
            "{expected} is not in {payloads:?}"
        );
    }
}

#[test]
fn a_python_model_is_a_node() {
    let (project, diagnostics) = project(&[
        ("models/a.sql", "MODEL (name shop.a, kind FULL);\nSELECT 1 AS x"),
        (
            "models/m.py",
            "import os\nfrom sqlmesh import model\nfrom sqlmesh.core.model.kind import ModelKindName\n\nCOLUMNS = {'id': 'int', 'ds': 'date'}\n\n@model(\n    'shop.m',\n    kind=dict(name=ModelKindName.INCREMENTAL_BY_TIME_RANGE, time_column='ds', lookback=2),\n    columns=COLUMNS,\n    cron='@weekly',\n    owner=os.environ['OWNER'],\n    tags=['x'],\n)\ndef execute(context, start, rate, **kwargs):\n    a = context.resolve_table('shop.' + 'a')\n    b = context.table(pick())\n    return a\n",
        ),
    ]);
    let node = &project.nodes["\"db\".\"shop\".\"m\""];
    let model = &node.model;
    assert_eq!(model.entrypoint.as_deref(), Some("execute"));
    assert_eq!((model.cron.as_str(), model.kind.lookback), ("@weekly", Some(2)));
    assert_eq!(model.tags, ["x"]);
    let columns: Vec<(&str, &str)> = model
        .columns
        .iter()
        .flatten()
        .map(|(name, kind)| (name.as_str(), kind.as_str()))
        .collect();
    assert_eq!(columns, [("id", "INT"), ("ds", "DATE")]);
    assert!(node.depends_on.contains("\"db\".\"shop\".\"a\""));
    assert_eq!(model.python_env[crate::model::VARS].payload, "{'rate': 3}");
    let unsure: Vec<&str> = node.unsure.iter().map(String::as_str).collect();
    assert_eq!(unsure, [".depends_on", ".owner"]);
    assert_eq!(
        lines(&diagnostics),
        [
            "python/computed models/m.py:12:11: `owner` of the model is computed by Python: `os.environ['OWNER']`",
            "python/computed models/m.py:17:9: which table or variable `pick()` of `shop.m` names is computed by Python",
        ]
    );
}

#[test]
fn a_python_model_that_makes_sql_of_blueprints() {
    let (project, _) = project(&[(
        "models/m.py",
        "from sqlmesh import model\n@model('shop.@{kind}_m', is_sql=True, blueprints=[{'kind': 'a', 'n': 1}, {'kind': 'b', 'n': 2}])\ndef entry(evaluator):\n    return evaluator.blueprint_var('n')\n",
    )]);
    let model = &project.nodes["\"db\".\"shop\".\"b_m\""].model;
    assert_eq!(
        model.query.as_ref().map(|query| query.sql.as_str()),
        Some("@entry()")
    );
    assert_eq!(model.python_env[crate::model::BLUEPRINT_VARS].payload, "{'n': 2}");
}

#[test]
fn what_is_wrong_is_told_and_the_rest_loads() {
    let deep = format!("x = {}1{}\n", "(".repeat(5000), ")".repeat(5000));
    let (project, diagnostics) = project(&[
        ("models/a.sql", "MODEL (name shop.a, kind FULL);\nSELECT 1 AS x"),
        ("macros/broken.py", "def f(:\n    pass\n"),
        ("macros/deep.py", deep.as_str()),
        (
            "models/v.py",
            "from sqlmesh import model\n@model('shop.v', kind='VIEW', columns={'a': 'int'})\ndef f(context): pass\n",
        ),
        (
            "models/c.py",
            "from sqlmesh import model\n@model('shop.c')\ndef f(context): pass\n",
        ),
        (
            "models/n.py",
            "from sqlmesh import model\n@model(name(), columns={'a': 'int'})\ndef f(context): pass\n",
        ),
        (
            "macros/d.py",
            "from sqlmesh import macro\n@macro()\ndef f(e): return 1\n@macro('f')\ndef g(e): return 2\n",
        ),
    ]);
    assert_eq!(project.nodes.len(), 1);
    let found = lines(&diagnostics);
    assert_eq!(found.len(), 6, "{found:#?}");
    for expected in [
        "python/syntax macros/broken.py:1:6: `(` is not closed",
        "python/syntax macros/deep.py:1:95: brackets are nested too deeply",
        "python/duplicate-name macros/d.py:4:1: there are two macros named `f`",
        "model/kind-needs-sql models/v.py:2:23: a Python model cannot be of kind VIEW",
        "model/missing-columns models/c.py:2:2: a Python model has to declare its columns",
        "python/computed models/n.py:2:8: `name` of the model is computed by Python: `name()`",
    ] {
        assert!(
            found.iter().any(|line| line == expected),
            "{expected}\n{found:#?}"
        );
    }
}
