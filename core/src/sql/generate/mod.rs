//! Texts of small expressions: the one that is hashed and the one that is stored.
//!
//! In: a key, a partition, a property's value or an audit's argument as it was written. Out: its text in the
//! form that SQLGlot's quick generator gives (hashed), or in the dialect with all columns quoted (stored).
//! A text that is no small expression stays as it is. Function names are those of SQLGlot's classes for the
//! functions of `calls`; any other function keeps its own name.

mod calls;
mod parse;
mod print;
mod quick;
mod whens;

use super::dialect::{Dialect, Part};
use parse::Expr;

pub use whens::whens;

/// The text of a value that is hashed: names stay as they are written. For properties, grains, the arguments of
/// audits and signals.
pub fn expression(text: &str, dialect: Dialect) -> String {
    match parse::expression(text, dialect) {
        Some(found) => quick::text(&found, dialect),
        None => text.trim().to_string(),
    }
}

/// The same for a value that is always a list, even of one: `(a = 1)`.
pub fn tuple(text: &str, dialect: Dialect) -> String {
    match parse::expression(text, dialect) {
        Some(Expr::Paren(inner)) => quick::text(&Expr::Tuple(vec![*inner]), dialect),
        Some(found) => quick::text(&found, dialect),
        None => text.trim().to_string(),
    }
}

/// The text of a key that is hashed: columns are folded and quoted. For partitions, clusters, unique keys, time
/// columns. Its input may be what was written or what is stored.
pub fn key_expression(text: &str, dialect: Dialect) -> String {
    match parse::expression(text, dialect) {
        Some(found) => quick::text(&without_parens(normalize(found, dialect)), dialect),
        None => text.trim().to_string(),
    }
}

/// The text of a partition expression that is hashed: as a key, but `bucket` and `truncate` are transforms of their
/// own, with the column first in whatever order they were written.
pub fn partition_expression(text: &str, dialect: Dialect) -> String {
    let Some(found) = parse::expression(text, dialect) else {
        return text.trim().to_string();
    };
    let found = without_parens(normalize(found, dialect));
    if let Expr::Call(schema, name, arguments) = &found
        && schema.is_empty()
        && let [first, second] = arguments.as_slice()
    {
        let class = match name.to_lowercase().as_str() {
            "bucket" => Some("PARTITIONEDBYBUCKET"),
            "truncate" => Some("PARTITIONBYTRUNCATE"),
            _ => None,
        };
        let (column, count) = if matches!(first, Expr::Number(_)) {
            (second, first)
        } else {
            (first, second)
        };
        if let Some(class) = class {
            let (column, count) = (quick::text(column, dialect), quick::text(count, dialect));
            return format!("{class} :this,{column},:expression,{count}");
        }
    }
    quick::text(&found, dialect)
}

/// A key as it is stored: columns folded and in the dialect's quotes, functions in the dialect's words. For unique
/// keys and time columns.
pub fn normalized(text: &str, dialect: Dialect) -> String {
    match parse::expression(text, dialect) {
        Some(found) => print::text(&without_parens(normalize(found, dialect)), dialect),
        None => text.trim().to_string(),
    }
}

/// A partition as it is stored: a plain column as in `normalized`, any other expression as it was written.
pub fn stored_key(text: &str, dialect: Dialect) -> String {
    match parse::expression(text, dialect).map(without_parens) {
        Some(found @ Expr::Column(_)) => print::text(&normalize(found, dialect), dialect),
        _ => text.trim().to_string(),
    }
}

/// Keys and hashed values of a tuple of `key = value` pairs. Keys lose their quotes; what is no pair is left out.
pub fn properties(text: &str, dialect: Dialect) -> Vec<(String, String)> {
    pairs(text, dialect, quick::text)
}

/// The same with the values as SQL.
pub fn written_properties(text: &str, dialect: Dialect) -> Vec<(String, String)> {
    pairs(text, dialect, print::text)
}

/// A property's value as it is stored: in the dialect's words, names as they are written. `None` for what is no small
/// expression, and where these words would be hashed otherwise: the hash is taken of what is stored.
pub fn stored_value(text: &str, dialect: Dialect) -> Option<String> {
    let found = parse::expression(text, dialect)?;
    let shown = print::text(&found, dialect);
    (expression(&shown, dialect) == quick::text(&found, dialect)).then_some(shown)
}

fn pairs(text: &str, dialect: Dialect, write: fn(&Expr, Dialect) -> String) -> Vec<(String, String)> {
    let pairs = match parse::expression(text, dialect) {
        Some(Expr::Tuple(pairs) | Expr::Array(pairs)) => pairs,
        Some(Expr::Paren(pair)) => vec![*pair],
        Some(pair) => vec![pair],
        None => Vec::new(),
    };
    let mut found = Vec::new();
    for pair in pairs {
        let Expr::Binary(key, operator, value) = pair else {
            continue;
        };
        let key = match *key {
            Expr::Text(key) => key,
            Expr::Column(parts) => parts
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
                .join("."),
            other => write(&other, dialect),
        };
        if operator == "=" {
            found.push((key, write(&value, dialect)));
        }
    }
    found
}

/// A cluster as it is stored: as a partition, but parentheses around a column stay.
pub fn stored_cluster(text: &str, dialect: Dialect) -> String {
    match parse::expression(text, dialect) {
        Some(Expr::Paren(_)) => text.trim().to_string(),
        _ => stored_key(text, dialect),
    }
}

fn without_parens(found: Expr) -> Expr {
    match found {
        Expr::Paren(inner) => *inner,
        other => other,
    }
}

/// The expression with all columns folded and quoted.
fn normalize(found: Expr, dialect: Dialect) -> Expr {
    let fold = |parts: Vec<parse::Part>| {
        parts
            .into_iter()
            .map(|(name, quoted)| (dialect.normalize(&name, quoted, Part::Column), true))
            .collect()
    };
    found.map(&|one| match one {
        Expr::Column(parts) => Expr::Column(fold(parts)),
        Expr::Star(parts) => Expr::Star(fold(parts)),
        other => other,
    })
}

impl Expr {
    /// The same with every node changed, children first.
    fn map(self, change: &dyn Fn(Self) -> Self) -> Self {
        let one = |inner: Box<Self>| Box::new(inner.map(change));
        let all = |list: Vec<Self>| list.into_iter().map(|inner| inner.map(change)).collect();
        let pairs = |list: Vec<(Self, Self)>| {
            list.into_iter()
                .map(|(left, right)| (left.map(change), right.map(change)))
                .collect()
        };
        change(match self {
            Self::Call(schema, name, list) => Self::Call(schema, name, all(list)),
            Self::Distinct(list) => Self::Distinct(all(list)),
            Self::Named(name, arrow, value) => Self::Named(one(name), arrow, one(value)),
            Self::Not(inner) => Self::Not(one(inner)),
            Self::Minus(inner) => Self::Minus(one(inner)),
            Self::Binary(left, operator, right) => Self::Binary(one(left), operator, one(right)),
            Self::Between(value, low, high) => Self::Between(one(value), one(low), one(high)),
            Self::In(value, list) => Self::In(one(value), all(list)),
            Self::Paren(inner) => Self::Paren(one(inner)),
            Self::Tuple(list) => Self::Tuple(all(list)),
            Self::Array(list) => Self::Array(all(list)),
            Self::Struct(fields) => Self::Struct(pairs(fields)),
            Self::Index(value, index) => Self::Index(one(value), one(index)),
            Self::Cast(value, data_type, safe) => Self::Cast(one(value), data_type, safe),
            Self::Case(operand, branches, default) => {
                Self::Case(operand.map(one), pairs(branches), default.map(one))
            }
            Self::Extract(unit, value) => Self::Extract(unit, one(value)),
            Self::MacroCall(name, list) => Self::MacroCall(name, all(list)),
            Self::Alias(value, name) => Self::Alias(one(value), name),
            other => other,
        })
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    /// What the reference hashes for a property of this value, in DuckDB's words.
    const VALUES: &[(&str, &str)] = &[
        ("@x", "MACROVAR :this,x"),
        ("@IF(@a = 1, b, c)", "MACRO_FUNC(IF(MACROVAR :this,a = 1,b,c))"),
        ("@f('a', b)", "MACRO_FUNC(F('a',b))"),
        ("(a = 'b')", "(a = 'b')"),
        ("(a = 'b', c = 1)", "TUPLE :expressions,a = 'b',c = 1"),
        ("()", "TUPLE"),
        ("[]", "ARRAY()"),
        ("[('a','b')]", "ARRAY(TUPLE :expressions,'a','b')"),
        (
            "CAST(a AS DECIMAL(10,2))",
            "CAST(a,DECIMAL :expressions,DATATYPEPARAM :this,10,DATATYPEPARAM :this,2,:nested,False)",
        ),
        (
            "CAST(a AS INT[])",
            "CAST(a,ARRAY :expressions,INT :nested,False,:nested,True)",
        ),
        ("CAST(a AS VARCHAR(10))", "CAST(a,TEXT :nested,False)"),
        ("a IS NOT NULL", "NOT a IS NULL"),
        ("NOT a IS NULL", "NOT a IS NULL"),
        ("a NOT IN (1, 'x')", "NOT a IN (:expressions,1,'x')"),
        ("a ILIKE 'x'", "a ILIKE 'x'"),
        ("a NOT BETWEEN 1 AND 2", "NOT a BETWEEN 1 AND 2"),
        ("a BETWEEN b AND c AND d", "a BETWEEN b AND c AND d"),
        ("a OR b AND c", "a OR b AND c"),
        ("(a > 1, b < 2)", "TUPLE :expressions,a > 1,b < 2"),
        ("(a > 1)", "(a > 1)"),
        ("-1.5", "-1.5"),
        ("- a", "-a"),
        ("a - -1", "a - -1"),
        ("x_@{y}_z", "x_@{y}_z"),
        ("@{y}_z", "@{y}_z"),
        (
            "map {'a': 1, 'b': [2]}",
            "TO_MAP(STRUCT(PROPERTYEQ :this,'a',:expression,1,PROPERTYEQ :this,'b',:expression,ARRAY(2)))",
        ),
        ("struct(1 AS a)", "STRUCT(PROPERTYEQ :this,a,:expression,1)"),
        ("a[1]", "a[0]"),
        ("a['k']", "a['k']"),
        (
            "{'a': 1, 'b': [1,2]}",
            "STRUCT(PROPERTYEQ :this,a,:expression,1,PROPERTYEQ :this,b,:expression,ARRAY(1,2))",
        ),
        ("interval 1 day", "INTERVAL :this,'1',:unit,DAY"),
        ("interval '1 day'", "INTERVAL :this,'1',:unit,DAY"),
        ("CASE a WHEN 1 THEN 2 END", "CASE(a,IF(1,2))"),
        (
            "CASE WHEN a THEN 1 WHEN b THEN 2 ELSE 3 END",
            "CASE(IF(a,1),IF(b,2),3)",
        ),
        ("a = b", "a = b"),
        ("a <> b", "a <> b"),
        ("a != b", "a <> b"),
        ("a <= b", "a <= b"),
        ("count(*)", "COUNT(STAR,,True)"),
        ("count(DISTINCT a)", "COUNT(DISTINCT :expressions,a,,True)"),
        ("sum(a) > 0", "SUM(a) > 0"),
        ("'a' || 'b'", "DPIPE :this,'a',:expression,'b',:safe,True"),
        (
            "a || b || c",
            "DPIPE :this,DPIPE :this,a,:expression,b,:safe,True,:expression,c,:safe,True",
        ),
        ("x.y.z", "x.y.z"),
        ("\"A\".b", "\"A\".b"),
        ("a AS b", "a AS b"),
        ("a::int", "CAST(a,INT :nested,False)"),
        ("a::date", "CAST(a,DATE :nested,False)"),
        ("DATE '2020-01-01'", "CAST('2020-01-01',DATE :nested,False)"),
        (
            "TIMESTAMP '2020-01-01'",
            "CAST('2020-01-01',TIMESTAMPNTZ :nested,False)",
        ),
        ("current_date", "CURRENT_DATE()"),
        ("current_timestamp", "CURRENT_TIMESTAMP()"),
        ("CURRENT_DATE()", "CURRENT_DATE()"),
        ("true", "TRUE"),
        ("null", "NULL"),
        ("1e3", "1e3"),
        ("a is true", "a IS TRUE"),
        ("a % 2", "a % 2"),
        ("a // 2", "a DIV 2"),
        ("a = 1 and b = 'it''s'", "a = 1 AND b = 'it's'"),
        ("length(a) > 1", "LENGTH(a) > 1"),
        ("lower(a) = 'x'", "LOWER(a) = 'x'"),
        ("*", "STAR"),
        ("f(x := 1)", "F(PROPERTYEQ :this,x,:expression,1)"),
        ("f(a => 1)", "F(KWARG :this,a,:expression,1)"),
        ("coalesce(a, 1) + 1", "COALESCE(a,1) + 1"),
        ("round(a, 2)", "ROUND(a,2)"),
        ("(a)", "(a)"),
        ("((a))", "((a))"),
        ("(a + b) * 2", "(a + b) * 2"),
        ("a and (b or c)", "a AND (b OR c)"),
        ("if(a > 1, b, c)", "IF(a > 1,b,c)"),
        ("abs(a)", "ABS(a)"),
        ("min(a)", "MIN(a,)"),
        ("max(a, b)", "MAX(a,b)"),
        ("@this_model", "MACROVAR :this,this_model"),
        ("@start_ds", "MACROVAR :this,start_ds"),
        ("a > @x", "a > MACROVAR :this,x"),
        (
            "a BETWEEN @start_ds AND @end_ds",
            "a BETWEEN MACROVAR :this,start_ds AND MACROVAR :this,end_ds",
        ),
        ("'@x'", "'@x'"),
        ("ARRAY['a','b']", "ARRAY('a','b')"),
        ("ARRAY[1]", "ARRAY(1)"),
        ("TRY_CAST(a AS INT)", "TRY_CAST(a,INT :nested,False,True)"),
        ("extract(year from a)", "EXTRACT(YEAR,a)"),
        ("not a", "NOT a"),
        ("f(*)", "F(STAR)"),
        ("a.*", "a.STAR"),
    ];

    #[test]
    fn values_as_they_are_hashed() {
        for (text, expected) in VALUES {
            assert_eq!(expression(text, Dialect::DuckDb), *expected, "{text}");
        }
        assert_eq!(expression("SELECT 1", Dialect::DuckDb), "SELECT 1");
    }

    /// Dialect, key, what is hashed, how a unique key is stored.
    const KEYS: &[(&str, &str, &str, &str)] = &[
        ("duckdb", "a", "\"a\"", "\"a\""),
        ("duckdb", "A", "\"a\"", "\"a\""),
        ("duckdb", "\"A b\"", "\"a b\"", "\"a b\""),
        ("duckdb", "bucket(4, x)", "BUCKET(4,\"x\")", "BUCKET(4, \"x\")"),
        (
            "duckdb",
            "DATE_TRUNC('month', d)",
            "TIMESTAMP_TRUNC(\"d\",MONTH)",
            "DATE_TRUNC('MONTH', \"d\")",
        ),
        ("duckdb", "month(d)", "MONTH(\"d\")", "MONTH(\"d\")"),
        (
            "duckdb",
            "cast(d as date)",
            "CAST(\"d\",DATE :nested,False)",
            "CAST(\"d\" AS DATE)",
        ),
        (
            "duckdb",
            "COALESCE(a, '')",
            "COALESCE(\"a\",'')",
            "COALESCE(\"a\", '')",
        ),
        ("duckdb", "lower(a)", "LOWER(\"a\")", "LOWER(\"a\")"),
        ("duckdb", "my_func(a, 1)", "MY_FUNC(\"a\",1)", "MY_FUNC(\"a\", 1)"),
        ("duckdb", "mod(a,2)", "\"a\" % 2", "\"a\" % 2"),
        ("duckdb", "toMonday(a)", "TOMONDAY(\"a\")", "TOMONDAY(\"a\")"),
        (
            "duckdb",
            "date_trunc(a, MONTH)",
            "TIMESTAMP_TRUNC(\"month\",A)",
            "DATE_TRUNC('A', \"month\")",
        ),
        ("bigquery", "A", "\"a\"", "`a`"),
        ("bigquery", "\"A b\"", "'A b'", "'A b'"),
        ("bigquery", "bucket(4, x)", "BUCKET(4,\"x\")", "bucket(4, `x`)"),
        ("bigquery", "month(d)", "MONTH(\"d\")", "month(`d`)"),
        (
            "bigquery",
            "cast(d as date)",
            "CAST(\"d\",DATE :nested,False)",
            "CAST(`d` AS DATE)",
        ),
        ("bigquery", "toMonday(a)", "TOMONDAY(\"a\")", "toMonday(`a`)"),
        (
            "bigquery",
            "timestamp_trunc(a, DAY)",
            "TIMESTAMP_TRUNC(\"a\",DAY)",
            "timestamp_trunc(`a`, DAY)",
        ),
        (
            "bigquery",
            "date_trunc(a, MONTH)",
            "DATE_TRUNC('MONTH',\"a\")",
            "DATE_TRUNC(`a`, MONTH)",
        ),
        ("snowflake", "A", "\"A\"", "\"A\""),
        ("snowflake", "\"A b\"", "\"A b\"", "\"A b\""),
        ("snowflake", "bucket(4, x)", "BUCKET(4,\"X\")", "BUCKET(4, \"X\")"),
        (
            "snowflake",
            "DATE_TRUNC('month', d)",
            "TIMESTAMP_TRUNC(\"D\",MONTH,True)",
            "DATE_TRUNC('MONTH', \"D\")",
        ),
        ("snowflake", "month(d)", "MONTH(\"D\")", "MONTH(\"D\")"),
        (
            "snowflake",
            "cast(d as date)",
            "CAST(\"D\",DATE :nested,False)",
            "CAST(\"D\" AS DATE)",
        ),
        ("snowflake", "toMonday(a)", "TOMONDAY(\"A\")", "TOMONDAY(\"A\")"),
        ("databricks", "A", "\"a\"", "`a`"),
        ("databricks", "\"A b\"", "'A b'", "'A b'"),
        ("databricks", "bucket(4, x)", "BUCKET(4,\"x\")", "BUCKET(4, `x`)"),
        (
            "databricks",
            "DATE_TRUNC('month', d)",
            "TIMESTAMP_TRUNC(\"d\",MONTH)",
            "DATE_TRUNC('MONTH', `d`)",
        ),
        (
            "databricks",
            "month(d)",
            "MONTH(TS_OR_DS_TO_DATE(\"d\"))",
            "MONTH(`d`)",
        ),
        (
            "databricks",
            "cast(d as date)",
            "CAST(\"d\",DATE :nested,False)",
            "CAST(`d` AS DATE)",
        ),
        ("databricks", "toMonday(a)", "TOMONDAY(\"a\")", "TOMONDAY(`a`)"),
        (
            "databricks",
            "date_trunc(a, MONTH)",
            "TIMESTAMP_TRUNC(\"month\",A)",
            "DATE_TRUNC('A', `month`)",
        ),
        ("clickhouse", "A", "\"A\"", "\"A\""),
        ("clickhouse", "\"A b\"", "\"A b\"", "\"A b\""),
        (
            "clickhouse",
            "bucket(4, x)",
            "BUCKET(4,\"x\")",
            "bucket(4, \"x\")",
        ),
        (
            "clickhouse",
            "DATE_TRUNC('month', d)",
            "DATE_TRUNC('MONTH',\"d\")",
            "dateTrunc('MONTH', \"d\")",
        ),
        ("clickhouse", "month(d)", "MONTH(\"d\")", "month(\"d\")"),
        (
            "clickhouse",
            "cast(d as date)",
            "CAST(\"d\",DATE :nested,False,:nullable,False)",
            "CAST(\"d\" AS DATE)",
        ),
        (
            "clickhouse",
            "date_trunc(a, MONTH)",
            "DATE_TRUNC('A',\"MONTH\")",
            "dateTrunc('A', \"MONTH\")",
        ),
    ];

    #[test]
    fn keys_as_they_are_hashed_and_stored() {
        for (name, text, hashed, stored) in KEYS {
            let dialect = Dialect::parse(name).unwrap_or_default();
            assert_eq!(key_expression(text, dialect), *hashed, "{name}: {text}");
            assert_eq!(normalized(text, dialect), *stored, "{name}: {text}");
            assert_eq!(key_expression(stored, dialect), *hashed, "{name}: {stored}");
        }
    }

    #[test]
    fn partitions_and_clusters_as_they_are_stored() {
        let duckdb = Dialect::DuckDb;
        assert_eq!(stored_key("(Ds)", duckdb), "\"ds\"");
        assert_eq!(stored_cluster("(Ds)", duckdb), "(Ds)");
        assert_eq!(stored_cluster("Ds", duckdb), "\"ds\"");
        assert_eq!(stored_key("bucket(4, X)", duckdb), "bucket(4, X)");
    }

    #[test]
    fn pairs_of_a_tuple() {
        let found = properties("(a_prop = 1, 'dflt' = 'z', odd)", Dialect::DuckDb);
        let pair = |key: &str, value: &str| (key.to_string(), value.to_string());
        assert_eq!(found, [pair("a_prop", "1"), pair("dflt", "'z'")]);
        assert_eq!(
            properties("(k = (a, b))", Dialect::DuckDb),
            [pair("k", "TUPLE :expressions,a,b")]
        );
    }

    #[test]
    fn values_as_they_are_stored() {
        for (name, text, expected) in [
            ("clickhouse", "{'a': {b: 1}}", "map('a', map('b', 1))"),
            ("clickhouse", "interval 1 week", "INTERVAL '1' WEEK"),
            ("clickhouse", "toDate(x)", "toDate(x)"),
            ("clickhouse", "array(x, y)", "[x, y]"),
            ("duckdb", "map {'a': 1}", "MAP {'a': 1}"),
            ("duckdb", "- 1.5", "-1.5"),
            ("duckdb", "a  is not null", "NOT a IS NULL"),
            ("snowflake", "@{x}_wh", "@{x}_wh"),
            ("snowflake", "interval '1' week", "INTERVAL '1 WEEK'"),
            ("bigquery", "concat(a, lower(b))", "CONCAT(a, lower(b))"),
            ("bigquery", "{'a': 1}", "STRUCT(1 AS a)"),
            ("postgres", "['a', 'b']", "ARRAY['a', 'b']"),
            ("trino", "[1, [2]]", "ARRAY[1, ARRAY[2]]"),
            ("databricks", "array[a]", "ARRAY(a)"),
            ("spark", "x::timestamp", "CAST(x AS TIMESTAMP)"),
        ] {
            let dialect = Dialect::parse(name).unwrap_or_default();
            assert_eq!(
                stored_value(text, dialect).as_deref(),
                Some(expected),
                "{name}: {text}"
            );
        }
        assert_eq!(stored_value("SELECT 1", Dialect::DuckDb), None);
        assert_eq!(stored_value("cast(a as varchar)", Dialect::MySql), None);
    }

    #[test]
    fn values_that_dialects_hash_in_their_own_way() {
        for (name, text, expected) in [
            (
                "clickhouse",
                "(k = {'a': {b: [1]}})",
                "VAR_MAP(ARRAY('a'),ARRAY(VAR_MAP(ARRAY('b'),ARRAY(ARRAY(1)))))",
            ),
            ("clickhouse", "(k = {})", "VAR_MAP(ARRAY(),ARRAY())"),
            ("bigquery", "(k = [])", "ARRAY(,True)"),
            ("snowflake", "(k = @{x}_wh)", "@{x}_wh"),
            (
                "snowflake",
                "(k = map {'a': 1})",
                "STRUCT(PROPERTYEQ :this,a,:expression,1)",
            ),
            ("trino", "(k = NOT a)", "NOT a"),
            ("trino", "(k = a IN (1, 2))", "a IN (:expressions,1,2)"),
        ] {
            let dialect = Dialect::parse(name).unwrap_or_default();
            assert_eq!(
                properties(text, dialect),
                [("k".to_string(), expected.to_string())],
                "{name}: {text}"
            );
        }
    }

    #[test]
    fn what_is_too_deep_stays() {
        let deep = format!("{}a{}", "(".repeat(3000), ")".repeat(3000));
        assert_eq!(expression(&deep, Dialect::DuckDb), deep);
        let minus = format!("{}1", "- ".repeat(3000));
        assert_eq!(expression(&minus, Dialect::DuckDb), minus);
        let not = format!("{}a", "NOT ".repeat(3000));
        assert_eq!(expression(&not, Dialect::DuckDb), not);
        let _ = expression(&format!("a{}", " + a".repeat(3000)), Dialect::DuckDb);
    }

    #[test]
    fn partitions_know_transforms() {
        let check = |text: &str, expected: &str| {
            assert_eq!(partition_expression(text, Dialect::Spark), expected, "{text}");
        };
        check("bucket(4, k)", "PARTITIONEDBYBUCKET :this,\"k\",:expression,4");
        check("BUCKET(k, 4)", "PARTITIONEDBYBUCKET :this,\"k\",:expression,4");
        check("truncate(4, k)", "PARTITIONBYTRUNCATE :this,\"k\",:expression,4");
        check("days(d)", "DAYS(\"d\")");
        check("ds", "\"ds\"");
    }
}
