//! Tables a query reads: names in FROM and JOIN in every scope, minus the names of common table expressions
//! where those are visible. No schema is needed; a name that nobody defines counts as an external table.

use crate::ordered::BTreeSet;

use super::tree::{Kind, Node};
use crate::name::TableName;

/// All tables read, as fully qualified quoted names. Tables with a schema but no catalog get the default one.
pub fn tables(query: &Node, default_catalog: Option<&str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    each_table(query, &mut |table| {
        if let Some(name) = qualified(table, default_catalog) {
            found.insert(name.to_string());
        }
    });
    found
}

/// Visits every node of a table that is no common table expression.
pub(super) fn each_table(query: &Node, found: &mut dyn FnMut(&Node)) {
    visit(query, &mut Vec::new(), found);
}

/// The name of a table node with its catalog.
pub fn qualified(table: &Node, default_catalog: Option<&str>) -> Option<TableName> {
    let parts = table.many("name").iter().map(|part| part.text.clone());
    let mut name = TableName::from_parts(parts.collect())?;
    if name.catalog.is_none() && name.schema.is_some() {
        name.catalog = default_catalog.map(str::to_string);
    }
    Some(name)
}

/// Depth is bounded by `parse`, so this may recurse.
fn visit<'a>(node: &'a Node, ctes: &mut Vec<&'a str>, found: &mut dyn FnMut(&Node)) {
    let outer = ctes.len();
    if node.kind == Kind::Table {
        let is_cte = match node.many("name") {
            [only] => ctes.contains(&only.text.as_str()),
            _ => false,
        };
        if !is_cte {
            found(node);
        }
    }
    let recursive = node.flag("recursive");
    for cte in node.many("ctes") {
        // A CTE sees those before it, and itself only when the WITH is recursive.
        if recursive {
            ctes.push(&cte.text);
        }
        visit(cte, ctes, found);
        if !recursive {
            ctes.push(&cte.text);
        }
    }
    for (key, arg) in &node.args {
        if *key != "ctes" {
            for child in arg.nodes() {
                visit(child, ctes, found);
            }
        }
    }
    ctes.truncate(outer);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Dialect, parse};

    #[track_caller]
    fn check(dialect: Dialect, sql: &str, expected: &[&str]) {
        let tree = parse(sql, dialect).expect("parses");
        let found: Vec<String> = tables(&tree, Some("db")).into_iter().collect();
        assert_eq!(found, expected, "{sql}");
    }

    #[test]
    fn from_join_and_subqueries() {
        check(
            Dialect::DuckDb,
            "SELECT a, (SELECT max(x) FROM s.d) FROM s.a JOIN (SELECT * FROM s.b) b USING (a) \
             WHERE a IN (SELECT a FROM other.s.c) AND EXISTS (SELECT 1 FROM bare)",
            &[
                r#""bare""#,
                r#""db"."s"."a""#,
                r#""db"."s"."b""#,
                r#""db"."s"."d""#,
                r#""other"."s"."c""#,
            ],
        );
    }

    #[test]
    fn common_table_expressions_hide_tables_where_visible() {
        check(
            Dialect::DuckDb,
            "WITH a AS (SELECT * FROM a), b AS (SELECT * FROM a) SELECT * FROM b, s.b AS c",
            &[r#""a""#, r#""db"."s"."b""#],
        );
        check(
            Dialect::DuckDb,
            "WITH RECURSIVE r AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM r) SELECT * FROM r",
            &[],
        );
        check(
            Dialect::DuckDb,
            "SELECT * FROM (WITH c AS (SELECT 1 AS x) SELECT * FROM c) JOIN c ON TRUE",
            &[r#""c""#],
        );
    }

    #[test]
    fn functions_values_and_arrays_are_not_tables() {
        check(
            Dialect::DuckDb,
            "SELECT * FROM range(10), (VALUES (1)) AS v(x), unnest([1]) AS u(y), s.t",
            &[r#""db"."s"."t""#],
        );
        check(
            Dialect::BigQuery,
            "SELECT * FROM s.t AS t, t.arr AS x, UNNEST(t.b) AS y",
            &[r#""db"."s"."t""#],
        );
        check(
            Dialect::Snowflake,
            "SELECT f.value FROM s.t, LATERAL FLATTEN(input => t.v) f",
            &[r#""db"."S"."T""#],
        );
        check(
            Dialect::Spark,
            "SELECT x FROM s.t LATERAL VIEW explode(arr) e AS x",
            &[r#""db"."s"."t""#],
        );
    }
}
