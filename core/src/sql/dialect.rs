//! SQL dialects: which there are, how they fold the case of names.

/// A dialect SQLMesh knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are their meaning")]
pub enum Dialect {
    #[default]
    Generic,
    DuckDb,
    Postgres,
    Snowflake,
    BigQuery,
    Databricks,
    Spark,
    Redshift,
    MySql,
    TSql,
    ClickHouse,
    Trino,
}
