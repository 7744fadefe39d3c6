use crate::sql::{Dialect, QueryAnalysis, QueryContext, analyze};

fn read(dialect: Dialect, optimize: bool, sql: &str) -> QueryAnalysis {
    let schema = serde_json::json!({"\"db\"": {"\"s\"": {
        "\"up\"": {"id": "INT", "name": "TEXT", "arr": "INT[]", "v": "INT", "d": "DATE",
            "flag": "BOOLEAN", "st": "STRUCT(a INT, b TEXT)"},
        "\"ot\"": {"id": "INT", "w": "DOUBLE", "k": "TEXT"},
    }}});
    let context = QueryContext {
        dialect,
        default_catalog: Some("db"),
        schema: &crate::json::from_str(&schema.to_string()).unwrap(),
        optimize,
    };
    analyze(sql, &context).expect("is read")
}

#[track_caller]
fn check(sql: &str, expected: &str) {
    let found = read(Dialect::DuckDb, true, sql);
    let columns = found.columns.map_or("-".to_string(), |columns| {
        let columns = columns
            .iter()
            .map(|(name, data_type)| format!("{name} {data_type}"));
        columns.collect::<Vec<_>>().join(", ")
    });
    assert_eq!(columns, expected, "{sql}\n{:?}", found.notes);
}

#[test]
fn stars() {
    check("SELECT * FROM s.ot", "id INT, w DOUBLE, k TEXT");
    check("FROM s.ot", "id INT, w DOUBLE, k TEXT");
    check(
        "SELECT o.* EXCLUDE (w), 1 AS one FROM s.ot o",
        "id INT, k TEXT, one INT",
    );
    check(
        "SELECT * REPLACE (w::INT AS w) FROM s.ot",
        "id INT, w INT, k TEXT",
    );
    check("SELECT * RENAME (w AS ww) FROM s.ot", "id INT, ww DOUBLE, k TEXT");
    check(
        "SELECT * FROM s.ot a JOIN s.ot b USING (id, w, k)",
        "id INT, w DOUBLE, k TEXT",
    );
    check(
        "SELECT * FROM s.ot a SEMI JOIN s.up b ON a.id = b.id",
        "id INT, w DOUBLE, k TEXT",
    );
    check(
        "SELECT * FROM (SELECT id, w FROM s.ot) t(a, b)",
        "a INT, b DOUBLE",
    );
    check(
        "WITH c(x) AS (SELECT id FROM s.ot), e AS (SELECT * FROM c) SELECT * FROM e",
        "x INT",
    );
    check("SELECT * FROM s.up JOIN s.ot ON up.id = ot.id", "-");
    check("SELECT * FROM read_csv('x.csv')", "-");
}

#[test]
fn names_of_outputs() {
    check(
        "SELECT 1, 'a', v::TEXT, (d) FROM s.up",
        "1 INT, a TEXT, v TEXT, d DATE",
    );
    check("SELECT v + 1, upper(name) FROM s.up", "_col_0 INT, _col_1 TEXT");
    check(
        "SELECT st.a, arr[1], st['b'] FROM s.up",
        "a INT, 0 INT, b UNKNOWN",
    );
    check("SELECT ID, \"Name\" FROM S.UP", "id INT, name TEXT");
    check("SELECT id, id FROM s.ot", "-");
    check(
        "SELECT v AS a, a + 1 AS b, b / 2 AS c FROM s.up",
        "a INT, b INT, c DOUBLE",
    );
}

#[test]
fn scopes() {
    check(
        "SELECT (SELECT k FROM s.ot WHERE ot.id = up.id) AS k FROM s.up",
        "k TEXT",
    );
    check("SELECT x FROM s.up, unnest(arr) AS u(x)", "x INT");
    check(
        "SELECT up.arr[1:2] AS k, up.arr[1] AS l FROM s.up",
        "k INT[], l INT",
    );
    check("SELECT n FROM (VALUES (1, 'a')) AS t(m, n)", "n TEXT");
    check(
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r",
        "n INT",
    );
    check("SELECT * FROM (SELECT 1 AS a UNION ALL SELECT 2.5)", "a DOUBLE");
    check(
        "SELECT * FROM (SELECT f() AS a UNION ALL SELECT 1::DECIMAL(5, 2))",
        "a DECIMAL(5, 2)",
    );
    check(
        "SELECT * FROM (SELECT f() AS a UNION ALL SELECT 1 UNION ALL SELECT 1::DECIMAL(5, 2) UNION ALL SELECT 1::DECIMAL(9, 2))",
        "a DECIMAL(5, 2)",
    );
    check("SELECT * FROM (SELECT 1 AS a UNION ALL SELECT f())", "a UNKNOWN");
    check("SELECT 1 AS a UNION ALL SELECT 2.5", "a INT");
    check(
        "SELECT list_transform(arr, x -> x + v) AS l FROM s.up",
        "l UNKNOWN",
    );
    check("SELECT k FROM s.up, s.ot", "k TEXT");
}

#[test]
fn what_cannot_be_told_leaves_the_query_as_it_is() {
    check("SELECT id, nothing FROM s.up", "id UNKNOWN, nothing UNKNOWN");
    check(
        "SELECT up.nothing, 1::INT AS one FROM s.up",
        "nothing UNKNOWN, one INT",
    );
    check("SELECT id FROM s.up, s.ot", "id UNKNOWN");
    check("SELECT a, 1 AS b FROM elsewhere.t", "a UNKNOWN, b INT");
    check("SELECT a + 1 FROM elsewhere.t", "-");
    check("SELECT * FROM elsewhere.t", "-");
    let found = read(Dialect::DuckDb, false, "SELECT 1 AS a FROM s.up").columns;
    assert_eq!(
        found.and_then(|columns| columns.get("a").cloned()).as_deref(),
        Some("UNKNOWN")
    );
}

#[test]
fn types_of_expressions() {
    check(
        "SELECT count(*) AS a, sum(v) AS b, avg(v) AS c, coalesce(max(v), 0) AS e, sum(v) / count(*) AS f, \
         bool_or(flag) AS g FROM s.up",
        "a BIGINT, b BIGINT, c DOUBLE, e INT, f DOUBLE, g BOOLEAN",
    );
    check(
        "SELECT d + INTERVAL 1 DAY AS a, d + INTERVAL '1 hour' AS b, CASE WHEN flag THEN 1 ELSE 2.5 END AS c, \
         NULL AS e, [v] AS f, v > 1 AS g, name || 'x' AS h, {'a': v} AS i FROM s.up",
        "a DATE, b TIMESTAMP, c DOUBLE, e UNKNOWN, f INT[], g BOOLEAN, h TEXT, i STRUCT(\"a\" INT)",
    );
}

#[test]
fn a_model_that_reads_itself_is_qualified_without_its_own_columns() {
    let schema = serde_json::json!({"\"db\"": {"\"s\"": {"\"up\"": {"id": "INT", "v": "INT"}}}});
    let context = QueryContext {
        dialect: Dialect::DuckDb,
        default_catalog: Some("db"),
        schema: &crate::json::from_str(&schema.to_string()).unwrap(),
        optimize: true,
    };
    let sql = "SELECT v, prev.n FROM s.up LEFT JOIN s.me AS prev ON prev.id = up.id";
    let of = |name: Option<&str>| {
        let found = crate::sql::analyze_of(sql, &context, name).expect("is read");
        found.columns.and_then(|columns| columns.get("v").cloned())
    };
    assert_eq!(of(Some("\"db\".\"s\".\"me\"")).as_deref(), Some("INT"));
    assert_eq!(of(None).as_deref(), Some("UNKNOWN"));
}

#[test]
fn what_doubles_is_given_up() {
    let mut sql = "SELECT v AS a0".to_string();
    for index in 1..60 {
        sql.push_str(&format!(", a{0} + a{0} AS a{index}", index - 1));
    }
    sql.push_str(" FROM s.up");
    let found = read(Dialect::DuckDb, true, &sql);
    assert!(found.notes[0].contains("too large"), "{:?}", found.notes);
    let mut sql = "SELECT v AS a0".to_string();
    for index in 1..1000 {
        sql.push_str(&format!(", a{} + 1 AS a{index}", index - 1));
    }
    sql.push_str(" FROM s.up");
    let found = read(Dialect::DuckDb, true, &sql);
    assert!(found.notes[0].contains("levels deep"), "{:?}", found.notes);
    let mut sql = "SELECT 1 AS n".to_string();
    for _ in 0..10 {
        sql = format!("WITH RECURSIVE r AS ({sql} UNION ALL SELECT n + 1 FROM r) SELECT n FROM r");
    }
    assert!(read(Dialect::DuckDb, true, &sql).columns.is_some());
}

#[test]
fn catalogs_follow_the_dialect() {
    let found = read(Dialect::Snowflake, true, "SELECT a FROM s.t").depends_on;
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [r#""DB"."S"."T""#]);
}
