//! What writes the rows of one batch, by the model's kind and the engine's means.

use crate::diagnostic::Diagnostic;
use crate::macros::jinja::strftime;
use crate::macros::variables::boundary_text;
use crate::model::{Columns, KindName};
use crate::snapshot::PlanNode;
use crate::snapshot::fingerprint::effective_partitioned_by;
use crate::sql::types::{DataType, TypeKind, is_number, is_temporal};
use crate::sql::{Dialect, Language};
use crate::time::Interval;

use super::engine::{Engine, Overwrite};
use super::fill::Batch;
use super::scope::{Moment, Scope, all_known, bare, columns, descriptions};
use super::{Purpose, Statement, create, scd};

/// One batch to write.
pub(super) struct Writer<'s, 'a> {
    pub scope: &'s Scope<'a>,
    pub node: &'s PlanNode,
    /// The table, quoted.
    pub target: &'s str,
    pub batch: Batch,
    /// Whether the table is there by now.
    pub exists: bool,
    /// Whether this very step made it.
    pub made: bool,
    pub moment: Moment,
}

/// `CAST("a" AS INT) AS "a", …`
pub(super) fn cast_columns(engine: Engine, columns: &Columns) -> String {
    let casts = columns.iter().map(|(name, data_type)| {
        let name = engine.column(name);
        format!("CAST({name} AS {data_type}) AS {name}")
    });
    casts.collect::<Vec<_>>().join(", ")
}

impl Writer<'_, '_> {
    fn engine(&self) -> Engine {
        self.scope.engine
    }

    fn query(&self) -> Option<String> {
        self.scope.query(self.node, self.moment, None)
    }

    /// The columns, when the type of each is known.
    fn typed(&self) -> Option<Columns> {
        columns(self.node, self.engine()).filter(all_known)
    }

    /// Whether nothing was written before, so that the table is written as a whole.
    fn is_first_insert(&self) -> bool {
        self.batch.is_first && (self.scope.is_empty(self.node) || !self.batch.exists)
    }

    /// The statements.
    pub fn statements(&self) -> Vec<Statement> {
        let kind = &self.node.model().kind;
        match kind.name {
            KindName::View => self.view(),
            KindName::Seed | KindName::Embedded | KindName::External | KindName::None => Vec::new(),
            KindName::IncrementalByTimeRange => self.time_range(),
            KindName::Full => self.replace(self.typed()),
            KindName::ScdType2 | KindName::ScdType2ByTime | KindName::ScdType2ByColumn => self.scd(),
            KindName::Custom | KindName::DbtCustom => {
                self.cannot(
                    "statements/custom",
                    "a materialization of the project's own writes it, in Python",
                );
                Vec::new()
            }
            KindName::Managed => self.managed(),
            KindName::IncrementalByUniqueKey
            | KindName::IncrementalByPartition
            | KindName::IncrementalUnmanaged
                if self.is_first_insert() =>
            {
                // The reference takes the columns from the table, which is there or not.
                self.replace(self.typed().filter(|_| self.exists))
            }
            KindName::IncrementalByUniqueKey if self.engine().merges() => self.merge(),
            KindName::IncrementalByUniqueKey => {
                if kind.when_matched.is_some() || kind.merge_filter.is_some() {
                    self.cannot(
                        "statements/no-merge",
                        "the engine has no MERGE, so `when_matched` and `merge_filter` cannot be used",
                    );
                    return Vec::new();
                }
                let keys = kind.unique_key.clone().unwrap_or_default();
                self.replace_by_key(&keys, true)
            }
            KindName::IncrementalByPartition => self.partitions(),
            KindName::IncrementalUnmanaged if kind.insert_overwrite.unwrap_or(false) => self.partitions(),
            KindName::IncrementalUnmanaged => self.append(),
        }
    }

    fn cannot(&self, code: &str, why: &str) {
        self.scope.note(
            Diagnostic::warning(
                code,
                format!("what writes `{}` cannot be told: {why}", self.node.model().name),
            )
            .help("carry this plan out with SQLMesh"),
        );
    }

    fn managed(&self) -> Vec<Statement> {
        if self.engine().dialect.language() != Language::Snowflake {
            self.cannot("statements/managed", "the engine has no managed tables");
            return Vec::new();
        }
        let Some(query) = self.query() else {
            return Vec::new();
        };
        let properties = create::properties(self.scope, self.node.model(), None, true);
        let kind = if self.scope.is_deployable(self.node) {
            "DYNAMIC TABLE"
        } else {
            "TABLE"
        };
        vec![Statement::new(
            Purpose::Replace,
            format!("CREATE OR REPLACE {kind} {}{properties} AS {query}", self.target),
        )]
    }

    fn view(&self) -> Vec<Statement> {
        let engine = self.engine();
        let materialized = self.node.model().kind.materialized.unwrap_or(false);
        let again = !engine.binds_views() || (materialized && self.is_first_insert());
        if self.exists && !again {
            return Vec::new();
        }
        create::view(
            self.scope,
            self.node,
            self.target,
            again || self.exists,
            self.moment,
        )
    }

    /// Writes the whole table anew.
    fn replace(&self, typed: Option<Columns>) -> Vec<Statement> {
        let engine = self.engine();
        let Some(query) = self.query() else {
            return Vec::new();
        };
        let target = self.target;
        let model = self.node.model();
        let casts = match &typed {
            Some(columns) => format!(
                "SELECT {} FROM ({query}) AS {}",
                cast_columns(engine, columns),
                engine.column("_subquery")
            ),
            None => query.clone(),
        };
        let description = model.description.as_deref();
        let properties = create::properties(self.scope, model, description, true);
        let mut statements = Vec::new();
        if self.node.depends_on_self && !self.made {
            statements.extend(create::empty_table(self.scope, self.node, target, true, false));
            statements.retain(|statement| statement.purpose == Purpose::Create);
        }
        if engine.replaces_tables() || !self.exists {
            let head = if engine.replaces_tables() {
                format!("CREATE OR REPLACE TABLE {target}")
            } else {
                format!("CREATE TABLE IF NOT EXISTS {target}")
            };
            statements.push(Statement::new(
                Purpose::Replace,
                format!("{head}{properties} AS {casts}"),
            ));
            let comments = engine.comments("TABLE", target, description, &descriptions(model));
            statements.extend(
                comments
                    .into_iter()
                    .map(|sql| Statement::new(Purpose::Comment, sql)),
            );
            return statements;
        }
        statements.extend(self.overwrite(&query, None));
        statements
    }

    /// `SELECT columns FROM (query)`, or all columns when they are not known, with a condition.
    fn ordered(&self, query: &str, condition: Option<&str>) -> (Option<String>, String) {
        let engine = self.engine();
        let names = columns(self.node, engine).map(|columns| engine.columns(columns.keys()));
        let condition = condition.map(|text| format!(" WHERE {text}")).unwrap_or_default();
        let list = names.clone().unwrap_or_else(|| "*".to_string());
        let alias = engine.column("_subquery");
        if names.is_none() {
            self.scope.note(Diagnostic::note(
                "statements/unknown-columns",
                format!(
                    "the columns of `{}` are only known to the engine: they are taken in their order",
                    self.node.model().name
                ),
            ));
        }
        (
            names,
            format!("SELECT {list} FROM ({query}) AS {alias}{condition}"),
        )
    }

    fn insert(&self, names: Option<&str>, query: &str) -> Statement {
        let target = self.target;
        let columns = match (names, self.engine().dialect.language()) {
            (Some(names), _) => format!(" ({names})"),
            (None, Language::DuckDb) => " BY NAME".to_string(),
            (None, _) => String::new(),
        };
        Statement::new(Purpose::Insert, format!("INSERT INTO {target}{columns} {query}"))
    }

    /// Replaces the rows for which the condition holds, or all, by those of the query.
    fn overwrite(&self, query: &str, condition: Option<&str>) -> Vec<Statement> {
        let engine = self.engine();
        let target = self.target;
        let (names, ordered) = self.ordered(query, condition);
        let one = |sql: String| vec![Statement::new(Purpose::Insert, sql)];
        let list = names
            .as_deref()
            .map(|names| format!(" ({names})"))
            .unwrap_or_default();
        let no_rows_matched = condition.unwrap_or("TRUE");
        match engine.overwrite() {
            Overwrite::DeleteInsert => vec![
                Statement::new(
                    Purpose::Delete,
                    format!("DELETE FROM {target} WHERE {no_rows_matched}"),
                ),
                self.insert(names.as_deref(), &ordered),
            ],
            Overwrite::Partitions => one(format!("INSERT OVERWRITE TABLE {target}{list} {ordered}")),
            Overwrite::BySession => one(format!("INSERT INTO {target}{list} {ordered}")),
            Overwrite::ReplaceWhere => one(format!(
                "INSERT INTO {target} REPLACE WHERE {no_rows_matched} {ordered}"
            )),
            Overwrite::Merge => {
                let by_source = condition.map(|text| format!(" AND {text}")).unwrap_or_default();
                let Some(names) = names else {
                    self.cannot("statements/unknown-columns", "its columns are not known");
                    return Vec::new();
                };
                let (merged, source) = ("__MERGE_TARGET__", "__MERGE_SOURCE__");
                one(format!(
                    "MERGE INTO {target} AS {} USING ({ordered}) AS {} ON {} WHEN NOT MATCHED BY SOURCE{by_source} \
                     THEN DELETE WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({names})",
                    engine.column(merged),
                    engine.column(source),
                    if engine.dialect.language() == Language::TSql {
                        "(1 = 0)"
                    } else {
                        "FALSE"
                    },
                ))
            }
        }
    }

    fn time_range(&self) -> Vec<Statement> {
        let Some(query) = self.query() else {
            return Vec::new();
        };
        match time_condition(self.scope, self.node, self.batch.interval) {
            Some(condition) => self.overwrite(&query, Some(&condition)),
            None => Vec::new(),
        }
    }

    fn append(&self) -> Vec<Statement> {
        let Some(query) = self.query() else {
            return Vec::new();
        };
        let names = columns(self.node, self.engine()).map(|columns| self.engine().columns(columns.keys()));
        if self.node.model().columns.is_none() && names.is_some() {
            return vec![self.insert(names.as_deref(), &query)];
        }
        let (names, ordered) = self.ordered(&query, None);
        vec![self.insert(names.as_deref(), &ordered)]
    }

    fn partitions(&self) -> Vec<Statement> {
        if self.engine().overwrite() == Overwrite::Partitions {
            return match self.query() {
                Some(query) => self.overwrite(&query, None),
                None => Vec::new(),
            };
        }
        self.replace_by_key(&effective_partitioned_by(self.node.model()), false)
    }

    /// Puts the rows into a table of its own, deletes what has one of its keys, and inserts them.
    fn replace_by_key(&self, keys: &[String], is_unique: bool) -> Vec<Statement> {
        let engine = self.engine();
        let (Some(query), Some((first, more))) = (self.query(), keys.split_first()) else {
            return Vec::new();
        };
        let target = self.target;
        let temporary = temporary_table(self.node, self.scope);
        let known = columns(self.node, engine);
        let source = match known.as_ref().filter(|columns| all_known(columns)) {
            Some(columns) => format!(
                "SELECT {} FROM ({query}) AS {}",
                cast_columns(engine, columns),
                engine.column("_subquery")
            ),
            None => query,
        };
        let key = match more.is_empty() {
            true => first.clone(),
            false => format!("CONCAT_WS('__SQLMESH_DELIM__', {})", keys.join(", ")),
        };
        let names = known.map(|columns| engine.columns(columns.keys()));
        let list = names.clone().unwrap_or_else(|| "*".to_string());
        let (distinct_keys, distinct_rows) = match is_unique {
            true => ("", format!("DISTINCT ON ({}) ", keys.join(", "))),
            false => ("DISTINCT ", String::new()),
        };
        let has_distinct_on = matches!(
            engine.dialect.language(),
            Language::DuckDb
                | Language::Postgres
                | Language::ClickHouse
                | Language::RisingWave
                | Language::Materialize
        );
        let rows = if is_unique && !has_distinct_on {
            let row = engine.column("_row_number");
            format!(
                "SELECT {list} FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {keys} ORDER BY {keys}) AS {row} FROM {temporary}) AS {} WHERE {row} = 1",
                engine.column("_t"),
                keys = keys.join(", "),
            )
        } else {
            format!("SELECT {distinct_rows}{list} FROM {temporary}")
        };
        vec![
            Statement::new(Purpose::Create, format!("CREATE TABLE {temporary} AS {source}")),
            Statement::new(
                Purpose::Delete,
                format!("DELETE FROM {target} WHERE {key} IN (SELECT {distinct_keys}{key} FROM {temporary})"),
            ),
            self.insert(names.as_deref(), &rows),
            Statement::new(
                Purpose::DropTemporary,
                format!("DROP TABLE IF EXISTS {temporary}"),
            ),
        ]
    }

    /// MERGE by the unique key.
    fn merge(&self) -> Vec<Statement> {
        let engine = self.engine();
        let kind = &self.node.model().kind;
        let (Some(query), Some(known)) = (self.query(), columns(self.node, engine)) else {
            self.cannot("statements/unknown-columns", "its columns are not known");
            return Vec::new();
        };
        let (target, source) = (
            engine.column("__MERGE_TARGET__"),
            engine.column("__MERGE_SOURCE__"),
        );
        let keys = kind.unique_key.clone().unwrap_or_default();
        let mut on: Vec<String> = keys
            .iter()
            .map(|key| {
                let of = |table: &str| {
                    scd::with_columns(key, engine.dialect, &|name| {
                        format!("{table}.{}", engine.column(name))
                    })
                };
                format!("{} = {}", of(&target), of(&source))
            })
            .collect();
        let renamed = |text: &str| {
            text.replace("__MERGE_TARGET__", &target)
                .replace("__MERGE_SOURCE__", &source)
        };
        if let Some(filter) = &kind.merge_filter {
            on.insert(0, renamed(filter));
        }
        let names: Vec<String> = known.keys().map(|name| engine.column(name)).collect();
        let whens = match &kind.when_matched {
            Some(whens) => renamed(whens.trim().trim_start_matches('(').trim_end_matches(')')),
            None => {
                let key_names: Vec<String> = keys.iter().map(|key| bare(key)).collect();
                let sets: Vec<String> = known
                    .keys()
                    .filter(|name| !key_names.contains(name))
                    .map(|name| engine.column(name))
                    .map(|name| format!("{target}.{name} = {source}.{name}"))
                    .collect();
                match sets.is_empty() {
                    true => String::new(),
                    false => format!("WHEN MATCHED THEN UPDATE SET {}", sets.join(", ")),
                }
            }
        };
        let values: Vec<String> = names.iter().map(|name| format!("{source}.{name}")).collect();
        vec![Statement::new(
            Purpose::Insert,
            format!(
                "MERGE INTO {} AS {target} USING ({query}) AS {source} ON {} {whens} WHEN NOT MATCHED THEN INSERT ({}) VALUES ({})",
                self.target,
                on.join(" AND "),
                names.join(", "),
                values.join(", "),
            ),
        )]
    }

    fn scd(&self) -> Vec<Statement> {
        let (Some(query), Some(known)) = (self.query(), self.typed()) else {
            self.cannot(
                "statements/unknown-columns",
                "the types of its columns are not known",
            );
            return Vec::new();
        };
        let engine = self.engine();
        let target = self.target;
        let history = scd::history(&scd::Input {
            engine,
            node: self.node,
            target,
            query: &query,
            columns: &known,
            execution_time: self.scope.plan.execution_time,
            truncate: self.is_first_insert(),
        });
        let mut statements = create::empty_table(self.scope, self.node, target, true, false);
        statements.retain(|statement| statement.purpose == Purpose::Create);
        if engine.replaces_tables() {
            let properties = create::properties(self.scope, self.node.model(), None, true);
            let sql = format!(
                "CREATE OR REPLACE TABLE {target}{properties} AS SELECT {} FROM ({history}) AS {}",
                cast_columns(engine, &known),
                engine.column("_subquery")
            );
            statements.push(Statement::new(Purpose::Replace, sql));
            return statements;
        }
        // The history reads the table that it replaces, so it is put aside first.
        let temporary = temporary_table(self.node, self.scope);
        let names = engine.columns(known.keys());
        statements.push(Statement::new(
            Purpose::Create,
            format!("CREATE TABLE {temporary} AS {history}"),
        ));
        statements.extend(self.overwrite(&format!("SELECT {names} FROM {temporary}"), None));
        statements.push(Statement::new(
            Purpose::DropTemporary,
            format!("DROP TABLE IF EXISTS {temporary}"),
        ));
        statements
    }
}

/// A table beside a model's own, for the time of a step.
fn temporary_table(node: &PlanNode, scope: &Scope<'_>) -> String {
    let table = node
        .snapshot
        .table_name(scope.is_deployable(node))
        .and_then(|table| crate::name::TableName::parse_quoted(&table));
    match table {
        Some(mut table) => {
            table.table = format!("__temp_{}", table.table);
            scope.engine.table(&table)
        }
        None => "__temp".to_string(),
    }
}

/// The condition that holds for the rows of an interval: the time column lies in it.
pub(super) fn time_condition(scope: &Scope<'_>, node: &PlanNode, interval: Interval) -> Option<String> {
    let engine = scope.engine;
    let model = node.model();
    let time_column = model.kind.time_column.as_ref()?;
    let name = bare(&time_column.column);
    let known = columns(node, engine);
    let data_type = known.as_ref().and_then(|columns| columns.get(&name));
    if data_type.is_none_or(|data_type| super::scope::is_unknown(data_type)) {
        scope.note(Diagnostic::note(
            "statements/unknown-time-type",
            format!("the type of the time column `{name}` is only known to the engine: its values are written as texts"),
        ));
    }
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let value = |at, is_end| {
        time_value(
            engine,
            data_type.map(String::as_str),
            time_column.format.as_deref(),
            boundary_text(at, is_end, dialect),
        )
    };
    Some(format!(
        "{} BETWEEN {} AND {}",
        engine.column(&name),
        value(interval.0, false),
        value(interval.1, true)
    ))
}

/// An instant as a value of the time column. The text is `YYYY-MM-DD HH:MM:SS[.ffffff]`.
fn time_value(engine: Engine, data_type: Option<&str>, format: Option<&str>, text: String) -> String {
    let written = data_type.unwrap_or("TEXT");
    let found = DataType::parse(written, engine.dialect);
    let date = text.get(..10).unwrap_or(&text).to_string();
    match found.kind {
        TypeKind::Date | TypeKind::Date32 => match engine.dialect.language() {
            Language::ClickHouse => format!("CAST('{date}' AS Nullable(DATE))"),
            _ => format!("CAST('{date}' AS DATE)"),
        },
        TypeKind::TimestampTz | TypeKind::TimestampLtz => format!("CAST('{text}+00:00' AS {written})"),
        kind if is_temporal(kind) => format!("CAST('{text}' AS {written})"),
        kind => {
            let formatted = strftime(&text, format.unwrap_or("%Y-%m-%d")).unwrap_or(date);
            match is_number(kind) {
                true => formatted,
                false => engine.literal(&formatted),
            }
        }
    }
}
