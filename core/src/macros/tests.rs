//! Text in, text out: the examples of what macros mean.

use serde_json::json;

use super::*;

/// The environment of the examples.
fn env() -> MacroEnv {
    let variables = [
        ("v1", json!("hello")),
        ("v2", json!("zed")),
        ("n", json!(3)),
        ("f", json!(1.5)),
        ("b", json!(true)),
        ("nul", json!(null)),
        ("lst", json!([1, 2])),
        ("cols", json!(["a", "b"])),
        ("mp", json!({"a": 1})),
        ("tbl", json!("T1")),
        ("sch", json!("S")),
        ("tblv", json!("a.b")),
        ("gateway", json!("local")),
    ];
    let variables = variables
        .into_iter()
        .map(|(name, value)| (name.to_string(), MacroValue::Plain(value)))
        .collect();
    let mut env = MacroEnv::for_loading(Dialect::DuckDb, variables);
    env.locals
        .insert("this_model".to_string(), MacroValue::sql("\"db\".\"m\""));
    env
}

/// Expands statements: `@DEF`s first, the last one is the query. Layout does not count.
fn expanded(text: &str, mut env: MacroEnv) -> String {
    let (tokens, _) = scan::scan(text, env.dialect);
    let mut query = String::new();
    for part in arguments::split(&tokens, ";") {
        let statement = scan::join(part);
        match define(statement.trim(), &mut env) {
            Ok(true) => {}
            Ok(false) => query = statement.trim().to_string(),
            Err(error) => return format!("{}: {}", error.code, error.message),
        }
    }
    match expand(&query, &env) {
        Ok(expansion) => expansion.text.split_whitespace().collect::<Vec<_>>().join(" "),
        Err(error) => format!("{}: {}", error.code, error.message),
    }
}

#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(expanded(text, env()), expect);
}

#[test]
fn values_become_literals() {
    check(
        "SELECT @v1, @n, @f, @b, @nul, @lst, @mp",
        "SELECT 'hello', 3, 1.5, TRUE, NULL, (1, 2), MAP(['a'], [1])",
    );
    check(
        "SELECT * FROM t WHERE a IN @lst AND b = @V1",
        "SELECT * FROM t WHERE a IN (1, 2) AND b = 'hello'",
    );
    check("SELECT INTERVAL @n DAY", "SELECT INTERVAL 3 DAY");
    check(
        "SELECT @gateway, @runtime_stage, @default_catalog, @this_model",
        "SELECT 'local', 'loading', NULL, \"db\".\"m\"",
    );
}

#[test]
fn names_are_templates() {
    check(
        "SELECT @{v1}, @{v1}_x, x_@v2, x_@{v2}_y, x_@v2_y, 1 AS @v2",
        "SELECT hello, hello_x, x_zed, x_zed_y, x_@v2_y, 1 AS \"zed\"",
    );
    check(
        "SELECT 1 FROM schema.@tbl, @sch.tbl, @{sch}.tbl",
        "SELECT 1 FROM schema.\"T1\", \"S\".tbl, S.tbl",
    );
    check("SELECT t.@{v1} FROM t", "SELECT t.hello FROM t");
    check(
        "SELECT \"@v1\", \"@{v1}_z\", @'text @v1 and @{v1}x', @\"q @v1\", '@v1'",
        "SELECT \"hello\", \"hello_z\", 'text hello and hellox', 'q hello', '@v1'",
    );
    check("SELECT 1 FROM @tblv", "SELECT 1 FROM \"a.b\"");
    check("SELECT 1 FROM @SQL(@tblv)", "SELECT 1 FROM a.b");
    check("SELECT @'a@@b', x_@n, @v1_@n", "SELECT 'a@b', x_3, v1_3");
    check("SELECT $$@n$$ /* @n */, @n", "SELECT $$@n$$ /* @n */, 3");
}

#[test]
fn definitions() {
    check(
        "@DEF(x, 1); @DEF(y, @x + 1); @DEF(dbl, a -> a * 2); @DEF(add2, (a, b) -> a + b + @x); SELECT @X, @y, @dbl(5), @add2(1, 2)",
        "SELECT 1, 1 + 1, 5 * 2, 1 + 2 + 1",
    );
    check("@DEF(y, 1 + 1); SELECT @y * 2", "SELECT 1 + 1 * 2");
    check(
        "@DEF(both, @EACH(@cols, c -> @{c} + 1)); SELECT @both",
        "SELECT (a + 1, b + 1)",
    );
    check(
        "@DEF(dbl, i -> i * 2); SELECT @EACH([a,b], x -> @dbl(x)), @EACH([a,b], x -> @dbl(@x))",
        "SELECT x * 2, x * 2, a * 2, b * 2",
    );
}

#[test]
fn conditions_choose() {
    check("SELECT @IF(@gateway = 'local', 'y', 'n')", "SELECT 'y'");
    check(
        "SELECT 1 AS a, @IF(FALSE, 2 AS b), 3 AS c",
        "SELECT 1 AS a, 3 AS c",
    );
    check(
        "SELECT @IF(FALSE, 1), a, @IF(FALSE, 2), @IF(FALSE, 3) FROM t",
        "SELECT a FROM t",
    );
    check(
        "SELECT @IF(x > 1, 1, 2), @IF(x = 1, 1, 2), @IF(x <> 1, 1, 2), @IF(x = x, 1, 2)",
        "SELECT 1, 2, 1, 1",
    );
    check("SELECT @IF(TRUE, @IF(FALSE, 1), 2), 5", "SELECT 2, 5");
    check("SELECT 1 FROM @IF(TRUE, t.t, u.u) AS z", "SELECT 1 FROM t.t AS z");
    check("@IF(TRUE, SELECT 1 AS a, 2 AS b)", "SELECT 1 AS a, 2 AS b");
    check("@IF(@runtime_stage = 'evaluating', ANALYZE TABLE t)", "");
    check(
        "SELECT @EVAL(5/2), @EVAL(7//2), @EVAL('a'), @EVAL(1=1), @EVAL(NULL), @EVAL(1.0), @EVAL(UPPER('abc')), @EVAL(1 + 2 * 3)",
        "SELECT 2.5, 3, a, TRUE, 1.0, ABC, 7",
    );
}

#[test]
fn lists() {
    check(
        "SELECT @EACH([a, b], x -> x + 1 AS x_@x)",
        "SELECT a + 1 AS x_a, b + 1 AS x_b",
    );
    check(
        "SELECT @EACH(@cols, c -> c), @EACH(@cols, c -> @{c}_x), @EACH(@cols, c -> \"@c\"), @EACH(@cols, c-> 1 AS @c), @EACH(@cols, c-> 1 AS c)",
        "SELECT 'a', 'b', a_x, b_x, \"a\", \"b\", 1 AS a, 1 AS b, 1 AS a, 1 AS b",
    );
    check(
        "SELECT @EACH([a,b], x -> t.x + x.y) FROM t",
        "SELECT t.a + a.y, t.b + b.y FROM t",
    );
    check("SELECT @REDUCE([1,2,3], (x,y) -> x + y)", "SELECT 1 + 2 + 3");
    check("SELECT @FILTER([1,2,3], x -> x > 1)", "SELECT 2, 3");
    check("SELECT @EACH([], x -> x), 1", "SELECT 1");
    check(
        "SELECT @EACH([a], x -> x), @EACH((a), x -> x), @EACH(a, x -> x), @EACH(a, b, x -> x), @EACH((a, b), x -> x), @EACH(@n, x -> x)",
        "SELECT a, a, a, a, b, a, b, 3",
    );
    check(
        "SELECT @EACH([(a, 1), (b, 2)], (x, y) -> x + y AS z_@x)",
        "SELECT a + 1 AS z_a, b + 2 AS z_b",
    );
    check(
        "SELECT @EACH([[1, 2], [3, 4]], x -> x), @EACH([(1, 2)], x -> x)",
        "SELECT [1, 2], [3, 4], 1",
    );
    check(
        "SELECT @EACH(@FILTER([1,2,3], x -> x > 1), y -> y + 1), @EACH(@EVAL([1,2]), y -> y + 1)",
        "SELECT 2 + 1, 3 + 1, 1 + 1, 2 + 1",
    );
    check(
        "SELECT @EACH(['a','b'], x -> @IF(@x = 'a', @x, 2) AS @x), 1",
        "SELECT 'a' AS a, 2 AS b, 1",
    );
    check(
        "SELECT @EACH([1,2], i -> @SQL('col_@i')), @EACH([1,2], i -> @SQL('f(@i)') AS f_@i)",
        "SELECT col_1, col_2, f(1) AS f_1, f(2) AS f_2",
    );
}

#[test]
fn conjunctions() {
    check(
        "SELECT @AND(TRUE, a > 1, @IF(FALSE, b, NULL)), @OR(a, b AND c), @AND(a OR b, c), @AND(), @OR(NULL)",
        "SELECT TRUE AND a > 1, a OR (b AND c), (a OR b) AND c, TRUE, TRUE",
    );
    check(
        "SELECT a FROM t WHERE 1=1 AND @AND(@EACH([a,b], x -> x > 1))",
        "SELECT a FROM t WHERE 1=1 AND a > 1 AND b > 1",
    );
}

#[test]
fn clauses() {
    check(
        "@WITH(TRUE) a AS (SELECT 1 AS x), b AS (SELECT 2) SELECT * FROM a",
        "WITH a AS (SELECT 1 AS x), b AS (SELECT 2) SELECT * FROM a",
    );
    check("@WITH(FALSE) t AS (SELECT 1) SELECT a FROM u", "SELECT a FROM u");
    check(
        "SELECT a FROM t LEFT OUTER @JOIN(FALSE) u ON t.a = u.a @JOIN(TRUE) v USING (b) @WHERE(TRUE) a > 1 AND b @GROUP_BY(@n > 2) a, b @HAVING(FALSE) c > 1 @ORDER_BY(TRUE) a DESC @LIMIT(TRUE) 1",
        "SELECT a FROM t JOIN v USING (b) WHERE a > 1 AND b GROUP BY a, b ORDER BY a DESC LIMIT 1",
    );
    check(
        "SELECT a FROM (SELECT b FROM u @WHERE(FALSE) c = 1) AS q LEFT @JOIN(TRUE) bar ON q.b = bar.b",
        "SELECT a FROM (SELECT b FROM u) AS q LEFT JOIN bar ON q.b = bar.b",
    );
}

#[test]
fn operands_and_casts() {
    check(
        "@DEF(y, 1 + 1); SELECT @y::INT, @n::TEXT",
        "SELECT (1 + 1)::INT, 3::TEXT",
    );
    check(
        "SELECT a FROM t WHERE @IF(FALSE, a)",
        "macro/result: `@IF` yields nothing where an expression is needed",
    );
    check(
        "SELECT @IF(FALSE, 1) AS c",
        "macro/result: `@IF` yields nothing where an expression is needed",
    );
}

#[test]
fn arithmetic_that_survives_null() {
    check(
        "SELECT @SAFE_ADD(a, b), @SAFE_SUB(a + 1, b), @SAFE_DIV(a, b)",
        "SELECT CASE WHEN a IS NULL AND b IS NULL THEN NULL ELSE COALESCE(a, 0) + COALESCE(b, 0) END, CASE WHEN (a + 1) IS NULL AND b IS NULL THEN NULL ELSE COALESCE(a + 1, 0) - COALESCE(b, 0) END, a / NULLIF(b, 0)",
    );
    check(
        "SELECT @HAVERSINE_DISTANCE(a, b, c, d, 'km')",
        "SELECT 7922 * ASIN(SQRT((POWER(SIN(RADIANS((c - a) / 2)), 2)) + (COS(RADIANS(a)) * COS(RADIANS(c)) * POWER(SIN(RADIANS((d - b) / 2)), 2)))) * 1.60934",
    );
}

#[test]
fn keys_and_pivots() {
    check(
        "SELECT @GENERATE_SURROGATE_KEY(a, b)",
        "SELECT MD5(COALESCE(CAST(a AS TEXT), '_sqlmesh_surrogate_key_null_') || '|' || COALESCE(CAST(b AS TEXT), '_sqlmesh_surrogate_key_null_'))",
    );
    check(
        "SELECT @PIVOT(c, ['x y', z]) FROM t",
        "SELECT SUM(CASE WHEN c = 'x y' THEN 1 ELSE 0 END) AS \"x y\", SUM(CASE WHEN c = z THEN 1 ELSE 0 END) AS \"z\" FROM t",
    );
    check(
        "SELECT @PIVOT(c, [x], FALSE, 'COUNT', '<>', 'p_', '_s', v, 1, FALSE, TRUE) FROM t",
        "SELECT COUNT(DISTINCT CASE WHEN c <> x THEN v ELSE 1 END) FROM t",
    );
}

#[test]
fn whole_queries() {
    check(
        "@DEDUPLICATE(foo, [a, b + 1], ['d desc', 'e'])",
        "SELECT * FROM foo QUALIFY ROW_NUMBER() OVER (PARTITION BY a, b + 1 ORDER BY d desc, e) = 1",
    );
    check(
        "@DATE_SPINE('day', '2024-01-01', '2024-01-05')",
        "SELECT date_day FROM UNNEST(CAST(GENERATE_SERIES(CAST('2024-01-01' AS DATE), CAST('2024-01-05' AS DATE), INTERVAL '1' DAY) AS DATE[])) AS _exploded(date_day)",
    );
    check(
        "@DATE_SPINE('hour', '2024-01-01', '2024-01-05')",
        "macro/arguments: `@DATE_SPINE` knows 'day', 'week', 'month', 'quarter', 'year'; `hour` is none of them",
    );
    check(
        "SELECT @RESOLVE_TEMPLATE('s3://b/@{catalog_name}/@{schema_name}/@{table_name}')",
        "SELECT 's3://b//db/m'",
    );
}

#[test]
fn columns_of_other_tables() {
    check(
        "SELECT @STAR(foo) FROM foo",
        "SELECT \"foo\".\"__schema_unavailable_at_load__\" AS \"__schema_unavailable_at_load__\" FROM foo",
    );
    let mut env = env();
    let schema = json!({"\"memory\"": {"\"db\"": {
        "\"foo\"": {"a": "INT", "b": "TEXT", "c": "DATE"},
        "\"bar\"": {"a": "INT", "c": "DATE", "b": "INT"},
        "\"unk\"": {"x": "UNKNOWN", "y": "INT"},
    }}});
    env.schema = crate::json::from_str(&schema.to_string()).unwrap();
    for (text, expect) in [
        (
            "SELECT @STAR(DB.foo, f, exclude := [c], prefix := 'p_') FROM db.foo AS f",
            "SELECT CAST(\"f\".\"a\" AS INT) AS \"p_a\", CAST(\"f\".\"b\" AS TEXT) AS \"p_b\" FROM db.foo AS f",
        ),
        (
            "SELECT @STAR(db.foo, f, [a], '', '_s', FALSE) FROM db.foo AS f",
            "SELECT CAST(f.b AS TEXT) AS b_s, CAST(f.c AS DATE) AS c_s FROM db.foo AS f",
        ),
        (
            "SELECT @STAR(unk) FROM db.unk",
            "SELECT \"unk\".\"x\" AS \"x\", \"unk\".\"y\" AS \"y\" FROM db.unk",
        ),
        (
            "@UNION('distinct', db.foo, db.bar)",
            "SELECT CAST(a AS INT) AS a, CAST(c AS DATE) AS c FROM db.foo UNION SELECT CAST(a AS INT) AS a, CAST(c AS DATE) AS c FROM db.bar",
        ),
        (
            "@UNION(FALSE, 'all', db.foo, db.foo)",
            "SELECT CAST(a AS INT) AS a, CAST(b AS TEXT) AS b, CAST(c AS DATE) AS c FROM db.foo",
        ),
        (
            "SELECT @STAR(db.missing) FROM db.missing",
            "macro/unknown-columns: the columns of `db.missing` are not known",
        ),
        (
            "@UNION('all', db.foo, db.unk)",
            "macro/result: `@UNION` finds no column that all tables have with the same name and type",
        ),
        (
            "SELECT @STAR(db.foo, exclude := [a, b, c]), 1 AS z FROM db.foo",
            "SELECT 1 AS z FROM db.foo",
        ),
    ] {
        assert_eq!(expanded(text, env.clone()), expect);
    }
}

#[test]
fn variables_by_name() {
    check(
        "SELECT @VAR('N'), @VAR('zzz'), @VAR('zzz', 1+1), @VAR('gateway'), @BLUEPRINT_VAR('x')",
        "SELECT 3, NULL, 1+1, 'local', NULL",
    );
    check(
        "SELECT @VAR(x)",
        "macro/arguments: the variable name of `@VAR` must be a string literal, `x` was given",
    );
}

#[test]
fn model_names() {
    let mut env = env();
    env.blueprint_variables
        .insert("city".to_string(), MacroValue::sql("lisbon"));
    for (text, expect) in [
        (
            "@IF(@gateway = 'production', prod_schema, dev_schema).my_model",
            "dev_schema.my_model",
        ),
        ("@{gateway}_schema.my_model", "local_schema.my_model"),
        ("@{city}.stock", "lisbon.stock"),
        ("@sch.tbl_@{n}", "\"S\".tbl_3"),
    ] {
        assert_eq!(expanded(text, env.clone()), expect);
    }
}

#[test]
fn errors_point_at_the_source() {
    let error = expand("SELECT 1,\n @start_dat", &env()).unwrap_err();
    assert_eq!(error.code, "macro/undefined-variable");
    assert_eq!((error.span.start, error.span.end), (11, 21));
    assert!(error.help[0].contains("`@start_date`"), "{:?}", error.help);
    let error = expand("SELECT @SATR(t)", &env()).unwrap_err();
    assert_eq!(error.code, "macro/undefined-macro");
    check(
        "SELECT @IF(TRUE, 1, @missing)",
        "macro/undefined-variable: `@missing` is not defined",
    );
}

#[test]
fn python_macros_are_named() {
    let mut env = env();
    env.owner = "model `shop.items`".to_string();
    env.python_macros
        .insert("scaled".to_string(), "macros/units.py".to_string());
    assert_eq!(
        expanded("SELECT @scaled(x)", env),
        "macro/python: macro `@scaled` in macros/units.py is written in Python, which is not run (used by model `shop.items`)"
    );
}

#[test]
fn the_result_maps_back() {
    let expansion = expand("SELECT @n, @{v1}_x FROM t", &env()).unwrap();
    assert_eq!(expansion.text, "SELECT 3, hello_x FROM t");
    assert_eq!(expansion.source_span(7), Span::new(7, 9));
    assert_eq!(expansion.source_span(12), Span::new(11, 18));
    assert_eq!(expansion.source_span(18), Span::new(19, 23));
}

#[test]
fn hostile_input_is_refused() {
    let deep = format!("{}1{}", "@IF(TRUE, ".repeat(2000), ")".repeat(2000));
    assert!(expanded(&deep, env()).starts_with("macro/too-much"));
    let endless = "@DEF(f, x -> @f(x)); SELECT @f(1)";
    assert!(expanded(endless, env()).starts_with("macro/too-much"));
    let grow: String = (1..40)
        .map(|i| format!("@DEF(f{i}, x -> @f{}(@x) + @f{}(@x)); ", i - 1, i - 1))
        .collect();
    let text = format!("@DEF(f0, x -> x); {grow} SELECT @f39(1)");
    assert!(expanded(&text, env()).starts_with("macro/too-much"));
}
