//! What sets engines apart: names, literals, how tables are replaced, which words there are for comments.

use crate::name::TableName;
use crate::sql::types::DataType;
use crate::sql::{Dialect, Language};

/// How rows of a range are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overwrite {
    /// DELETE, then INSERT, as one transaction where there are any.
    DeleteInsert,
    /// INSERT OVERWRITE: partitions that are written are replaced.
    Partitions,
    /// INSERT INTO … REPLACE WHERE.
    ReplaceWhere,
    /// A MERGE that matches nothing: what lies in the range is deleted, everything else inserted.
    Merge,
    /// INSERT INTO, which the session is told to take as overwriting.
    BySession,
}

/// Where descriptions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comments {
    /// Statements of their own.
    Commands,
    /// In the list of columns and after it.
    Definition,
    /// The same, but not where a query makes the table.
    DefinitionWithoutQuery,
    /// Nowhere.
    Never,
}

/// An engine.
#[derive(Debug, Clone, Copy)]
pub(super) struct Engine {
    /// Its dialect.
    pub dialect: Dialect,
}

impl Engine {
    fn language(self) -> Language {
        self.dialect.language()
    }

    /// A name with every part quoted. Engines with one catalog per connection get no catalog.
    pub fn table(self, name: &TableName) -> String {
        let skip = usize::from(name.catalog.is_some() && self.has_one_catalog());
        let parts: Vec<String> = name
            .parts()
            .skip(skip)
            .map(|part| self.dialect.quote_identifier(part))
            .collect();
        parts.join(".")
    }

    /// A table name as it is written with quotes where needed, in the engine's quotes.
    pub fn named(self, name: &str) -> String {
        match TableName::parse_quoted(name) {
            Some(name) => self.table(&name),
            None => name.to_string(),
        }
    }

    fn has_one_catalog(self) -> bool {
        matches!(
            self.language(),
            Language::Postgres
                | Language::RisingWave
                | Language::Materialize
                | Language::MySql
                | Language::ClickHouse
                | Language::StarRocks
                | Language::Doris
        )
    }

    /// A column.
    pub fn column(self, name: &str) -> String {
        self.dialect.quote_identifier(name)
    }

    /// Columns, separated by commas.
    pub fn columns<'c>(self, names: impl IntoIterator<Item = &'c String>) -> String {
        let names: Vec<String> = names.into_iter().map(|name| self.column(name)).collect();
        names.join(", ")
    }

    /// A type in the engine's words.
    pub fn data_type(self, text: &str, written_in: Dialect) -> String {
        if self.language() == written_in.language() {
            return text.to_string();
        }
        DataType::parse(text, written_in).to_sql(self.dialect)
    }

    /// A text as a literal.
    pub fn literal(self, text: &str) -> String {
        let escapes = matches!(
            self.language(),
            Language::BigQuery
                | Language::Databricks
                | Language::Spark
                | Language::Spark2
                | Language::Hive
                | Language::MySql
                | Language::StarRocks
                | Language::Doris
                | Language::ClickHouse
                | Language::Snowflake
        );
        let text = match escapes {
            true => text.replace('\\', "\\\\"),
            false => text.to_string(),
        };
        match self.language() {
            Language::BigQuery => format!("'{}'", text.replace('\'', "\\'").replace('\n', "\\n")),
            _ => format!("'{}'", text.replace('\'', "''")),
        }
    }

    /// Whether `CREATE OR REPLACE TABLE` exists.
    pub fn replaces_tables(self) -> bool {
        matches!(
            self.language(),
            Language::DuckDb
                | Language::Snowflake
                | Language::BigQuery
                | Language::Databricks
                | Language::Generic
        )
    }

    /// Whether several statements can be one transaction.
    pub fn has_transactions(self) -> bool {
        matches!(
            self.language(),
            Language::Postgres
                | Language::Redshift
                | Language::Snowflake
                | Language::MySql
                | Language::TSql
                | Language::Generic
        )
    }

    /// Whether a view is bound to the tables it reads, so that it must not be replaced without need.
    pub fn binds_views(self) -> bool {
        self.language() == Language::Postgres
    }

    /// Whether a view that exists is dropped first instead of being replaced.
    pub fn drops_views_first(self) -> bool {
        matches!(
            self.language(),
            Language::Postgres | Language::Redshift | Language::RisingWave | Language::Materialize
        )
    }

    /// Whether a view may name its columns.
    pub fn names_view_columns(self) -> bool {
        self.language() != Language::ClickHouse
    }

    /// Whether there are materialized views.
    pub fn materializes_views(self) -> bool {
        matches!(
            self.language(),
            Language::Snowflake
                | Language::BigQuery
                | Language::Databricks
                | Language::RisingWave
                | Language::StarRocks
        )
    }

    /// The word with which a table is cloned, where that can be done.
    pub fn clone_word(self) -> Option<&'static str> {
        match self.language() {
            Language::Snowflake | Language::BigQuery => Some("CLONE"),
            Language::Databricks => Some("SHALLOW CLONE"),
            _ => None,
        }
    }

    /// Whether rows are merged with MERGE; otherwise they are deleted by key and inserted.
    pub fn merges(self) -> bool {
        matches!(
            self.language(),
            Language::Postgres
                | Language::Snowflake
                | Language::BigQuery
                | Language::Databricks
                | Language::Spark
                | Language::Spark2
                | Language::Trino
                | Language::Athena
                | Language::TSql
        )
    }

    /// How rows of a range are replaced.
    pub fn overwrite(self) -> Overwrite {
        match self.language() {
            Language::BigQuery | Language::TSql => Overwrite::Merge,
            Language::Databricks => Overwrite::ReplaceWhere,
            Language::Spark | Language::Spark2 | Language::Hive => Overwrite::Partitions,
            Language::Trino => Overwrite::BySession,
            _ => Overwrite::DeleteInsert,
        }
    }

    /// Where descriptions of tables are written.
    pub fn table_comments(self) -> Comments {
        match self.language() {
            Language::DuckDb
            | Language::Postgres
            | Language::Redshift
            | Language::RisingWave
            | Language::ClickHouse
            | Language::TSql => Comments::Commands,
            Language::Spark | Language::Spark2 | Language::Trino | Language::MySql | Language::StarRocks => {
                Comments::DefinitionWithoutQuery
            }
            Language::Athena | Language::Fabric => Comments::Never,
            _ => Comments::Definition,
        }
    }

    /// Where descriptions of views are written.
    pub fn view_comments(self) -> Comments {
        match self.language() {
            Language::DuckDb
            | Language::Postgres
            | Language::ClickHouse
            | Language::Trino
            | Language::TSql => Comments::Commands,
            Language::Athena
            | Language::Fabric
            | Language::MySql
            | Language::Redshift
            | Language::RisingWave => Comments::Never,
            _ => Comments::Definition,
        }
    }

    /// Statements for descriptions, where the engine has statements for them. `what` is TABLE or VIEW.
    pub fn comments<'c>(
        self,
        what: &str,
        table: &str,
        description: Option<&str>,
        columns: impl IntoIterator<Item = (&'c String, &'c String)>,
    ) -> Vec<String> {
        let command = match what {
            "VIEW" => self.view_comments(),
            _ => self.table_comments(),
        };
        if command != Comments::Commands {
            return Vec::new();
        }
        let of_table = description
            .map(|description| format!("COMMENT ON {what} {table} IS {}", self.literal(description)));
        let of_columns = columns.into_iter().map(|(column, text)| {
            let column = self.column(column);
            format!("COMMENT ON COLUMN {table}.{column} IS {}", self.literal(text))
        });
        of_table.into_iter().chain(of_columns).collect()
    }

    /// Makes a catalog for the views of an environment, where the reference knows how.
    pub fn create_catalog(self, catalog: &str) -> Option<String> {
        let name = self.column(catalog);
        match self.language() {
            Language::DuckDb => Some(format!(
                "ATTACH IF NOT EXISTS {} AS {name}",
                self.literal(&format!("{catalog}.db"))
            )),
            Language::Snowflake => Some(format!(
                "CREATE DATABASE IF NOT EXISTS {name} COMMENT='sqlmesh_managed'"
            )),
            _ => None,
        }
    }

    /// Makes a schema unless it is there.
    pub fn create_schema(self, catalog: Option<&str>, schema: &str) -> String {
        let catalog = catalog
            .filter(|_| !self.has_one_catalog() && self.language() != Language::Redshift)
            .map(|catalog| format!("{}.", self.dialect.quote_identifier(catalog)))
            .unwrap_or_default();
        let name = self.dialect.quote_identifier(schema);
        match self.language() {
            Language::TSql | Language::Fabric => format!(
                "IF NOT EXISTS (SELECT * FROM {catalog}[INFORMATION_SCHEMA].[SCHEMATA] WHERE SCHEMA_NAME = {}) EXEC('CREATE SCHEMA {}')",
                self.literal(schema),
                name.replace('\'', "''")
            ),
            Language::ClickHouse => format!("CREATE DATABASE IF NOT EXISTS {name}"),
            _ => format!("CREATE SCHEMA IF NOT EXISTS {catalog}{name}"),
        }
    }
}
