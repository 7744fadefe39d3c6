//! Column-level lineage: for each output of a query the source columns it is computed from, and the columns that
//! decide which rows come out.
//!
//! The query is qualified leniently, so that every column names its source even where tables are unknown; then
//! each output is followed through common table expressions, subqueries, set operations, functions in FROM and
//! stars down to the tables. Leaves are `ColumnRef`s; columns in filters, joins, groupings and sort keys are
//! collected apart, as `RowUse`s: they change what rows there are, not what one output holds.

mod follow;
mod sources;

use serde::{Deserialize, Serialize};

use super::qualify::Qualifier;
use super::{Node, QueryContext, SqlError, read_original};
use follow::Follower;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Hash, Ord, Serialize, Deserialize)]
pub struct ColumnRef {
    /// The table's fully qualified quoted name: `"db"."shop"."items"`.
    pub table: String,
    /// The column's name, normalised; `*` for all columns of a table whose columns are not known.
    pub column: String,
}

/// Where a column is used without being part of an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clause {
    /// `WHERE`, `PREWHERE` and `CONNECT BY`.
    Where,
    /// `HAVING`.
    Having,
    /// `QUALIFY`.
    Qualify,
    /// The condition of a join, or what a function or array in FROM unfolds.
    Join,
    /// `GROUP BY`, `DISTINCT ON` and the columns a pivot turns.
    Group,
    /// A named window: which rows the functions over it see. (Columns of a window that is written out are among
    /// the sources of the output.)
    Window,
    /// `ORDER BY`, `LIMIT` and their kin.
    Order,
}

/// A column that decides which rows come out, or in what order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RowUse {
    /// The column.
    #[serde(flatten)]
    pub column: ColumnRef,
    /// Where it is used.
    pub clause: Clause,
}

/// One output of a query.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputLineage {
    /// Its name; `*` when a star over an unknown table stays.
    pub name: String,
    /// What it is computed from, sorted. Empty for constants and `COUNT(*)`.
    pub sources: Vec<ColumnRef>,
    /// Whether it is its only source unchanged, perhaps under another name.
    pub unchanged: bool,
}

/// The lineage of a query.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryLineage {
    /// Outputs in order.
    pub outputs: Vec<OutputLineage>,
    /// Columns that decide about rows, sorted.
    pub rows: Vec<RowUse>,
    /// Whether every column could be attributed to a source.
    pub complete: bool,
}

/// The lineage of a query whose macros are expanded; of a set operation, over all its branches by position.
/// Tables whose columns `context.schema` does not hold take part: columns are attributed to them where nobody
/// else can have them. `context.optimize` does not count.
///
/// # Errors
/// As `analyze`.
pub fn lineage(text: &str, context: &QueryContext<'_>) -> Result<QueryLineage, SqlError> {
    let catalog = context.catalog();
    let tree = qualified(text, context, catalog.as_deref())?;
    Ok(tree.map_or_else(QueryLineage::default, |tree| {
        Follower::new(catalog.as_deref()).follow(&tree)
    }))
}

/// The lineage inside of a query, step by step: each common table expression with its name, and last, without a name,
/// the query. Its `ColumnRef`s name a common table expression by its bare name, tables as everywhere: quoted. A name
/// that is used twice has a stroke the second time.
///
/// # Errors
/// As `analyze`.
pub fn steps(text: &str, context: &QueryContext<'_>) -> Result<Vec<(String, QueryLineage)>, SqlError> {
    let catalog = context.catalog();
    let tree = qualified(text, context, catalog.as_deref())?;
    Ok(tree.map_or_else(Vec::new, |tree| Follower::new(catalog.as_deref()).steps(&tree)))
}

/// The query with the source of every column named, where that can be told; `None` when it cannot.
fn qualified(
    text: &str,
    context: &QueryContext<'_>,
    catalog: Option<&str>,
) -> Result<Option<Node>, SqlError> {
    let context = &QueryContext {
        default_catalog: catalog,
        ..*context
    };
    let mut tree = read_original(text, context.dialect, &mut Vec::new())?;
    let readable = tree.is_query() && Qualifier::lenient(context).query(&mut tree, &[]).is_ok();
    Ok(readable.then_some(tree))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::Dialect;

    /// Outputs as `name: table.column …`, then what decides about rows.
    fn shown(dialect: Dialect, sql: &str) -> String {
        let schema = serde_json::json!({"\"db\"": {"\"s\"": {
            "\"a\"": {"id": "INT", "x": "INT", "arr": "INT[]"},
            "\"b\"": {"id": "INT", "y": "INT"},
        }}});
        let context = QueryContext {
            dialect,
            default_catalog: Some("db"),
            schema: &crate::json::from_str(&schema.to_string()).unwrap(),
            optimize: true,
        };
        let found = lineage(sql, &context).expect("is read");
        let short = |column: &ColumnRef| {
            let table = column
                .table
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .replace('"', "");
            format!("{table}.{}", column.column)
        };
        let outputs = found.outputs.iter().map(|output| {
            let sources: Vec<String> = output.sources.iter().map(short).collect();
            let mark = if output.unchanged { "=" } else { ":" };
            format!("{}{mark} {}", output.name, sources.join(" "))
                .trim_end()
                .to_string()
        });
        let mut text = outputs.collect::<Vec<_>>().join(", ");
        for row in &found.rows {
            text.push_str(&format!(" | {:?} {}", row.clause, short(&row.column)));
        }
        if !found.complete {
            text.push_str(" ?");
        }
        text
    }

    #[track_caller]
    fn check(sql: &str, expected: &str) {
        assert_eq!(shown(Dialect::DuckDb, sql), expected, "{sql}");
    }

    #[test]
    fn expressions_and_names() {
        check(
            "SELECT a.id, x + y AS z, 1 AS one, count(*) AS n FROM s.a JOIN s.b ON a.id = b.id",
            "id= a.id, z: a.x b.y, one:, n: | Join a.id | Join b.id",
        );
        check("SELECT x AS p, p + 1 AS q FROM s.a", "p= a.x, q: a.x");
        check(
            "SELECT sum(x) OVER (PARTITION BY id) AS t FROM s.a QUALIFY row_number() OVER (ORDER BY arr) = 1",
            "t: a.id a.x | Qualify a.arr",
        );
        check(
            "SELECT sum(x) OVER w AS t FROM s.a WINDOW w AS (PARTITION BY id)",
            "t: a.x | Window a.id",
        );
        check(
            "SELECT list_transform(arr, e -> e + x) AS l FROM s.a",
            "l: a.arr a.x",
        );
    }

    #[test]
    fn through_queries_and_stars() {
        check("SELECT * FROM s.b", "id= b.id, y= b.y");
        check(
            "WITH c AS (SELECT id AS k, x * 2 AS d FROM s.a), e AS (SELECT * FROM c WHERE k > 1) \
             SELECT e.*, f.m FROM e, (SELECT max(y) AS m FROM s.b) f",
            "k= a.id, d: a.x, m: b.y | Where a.id",
        );
        check(
            "SELECT id, x FROM s.a UNION ALL SELECT y, 0 FROM s.b ORDER BY 2",
            "id: a.id b.y, x: a.x | Order a.x",
        );
        check(
            "SELECT x FROM s.a UNION ALL BY NAME SELECT y, y AS x FROM s.b",
            "x: a.x b.y, y= b.y",
        );
        check(
            "SELECT (SELECT max(y) FROM s.b WHERE b.id = a.id) AS m FROM s.a",
            "m: b.y | Where a.id | Where b.id",
        );
        check(
            "SELECT id, x FROM s.a FULL JOIN s.b USING (id) GROUP BY 1, x ORDER BY x",
            "id: a.id b.id, x= a.x | Join a.id | Group a.id | Group a.x | Order a.x | Join b.id | Group b.id",
        );
        check(
            "WITH RECURSIVE r(p, q) AS (SELECT id, x FROM s.a UNION ALL SELECT q, p FROM r) SELECT p FROM r",
            "p: a.id a.x",
        );
    }

    #[test]
    fn step_by_step() {
        let schema = serde_json::json!({"\"db\"": {"\"s\"": {"\"a\"": {"id": "INT", "x": "INT"}}}});
        let context = QueryContext {
            dialect: Dialect::DuckDb,
            default_catalog: Some("db"),
            schema: &crate::json::from_str(&schema.to_string()).unwrap(),
            optimize: true,
        };
        let sql = "WITH c AS (SELECT id AS k, x * 2 AS d FROM s.a WHERE x > 0), \
                   e AS (WITH c AS (SELECT k FROM c) SELECT * FROM c WHERE k > 1) \
                   SELECT e.k, c.d + 1 AS n FROM e JOIN c ON c.k = e.k";
        let found = steps(sql, &context).expect("is read");
        let lines: Vec<String> = found
            .iter()
            .map(|(name, step)| {
                let of = |column: &ColumnRef| format!("{}.{}", column.table, column.column);
                let outputs = step.outputs.iter().map(|output| {
                    let sources: Vec<String> = output.sources.iter().map(of).collect();
                    format!("{}: {}", output.name, sources.join(" "))
                });
                let rows = step
                    .rows
                    .iter()
                    .map(|row| format!("{:?} {}", row.clause, of(&row.column)));
                format!("{name} = {}", outputs.chain(rows).collect::<Vec<_>>().join(", "))
            })
            .collect();
        let table = r#""db"."s"."a""#;
        let expected = [
            format!("c = k: {table}.id, d: {table}.x, Where {table}.x"),
            "c′ = k: c.k".to_string(),
            "e = k: c′.k, Where c′.k".to_string(),
            " = k: e.k, n: c.d, Join c.k, Join e.k".to_string(),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn unfolded_arrays() {
        check(
            "SELECT u.e FROM s.a, unnest(arr) AS u(e)",
            "e: a.arr | Join a.arr",
        );
        assert_eq!(
            shown(
                Dialect::Spark,
                "SELECT e FROM s.a LATERAL VIEW explode(arr) t AS e"
            ),
            "e: a.arr | Join a.arr"
        );
        assert_eq!(
            shown(Dialect::BigQuery, "SELECT e FROM s.a, unnest(a.arr) AS e"),
            "e: a.arr | Join a.arr"
        );
    }

    #[test]
    fn unknown_tables_take_what_nobody_else_has() {
        check(
            "SELECT q, x FROM s.a JOIN u.other o ON o.k = a.id",
            "q= other.q, x= a.x | Join a.id | Join other.k",
        );
        check("SELECT * FROM u.other", "*= other.*");
        check(
            "WITH c AS (SELECT * FROM u.other) SELECT q + 1 AS r FROM c",
            "r: other.q",
        );
        check("SELECT q FROM u.o1, u.o2", "q: ?");
    }
}
