//! The rows of a seed as SQL.

use crate::diagnostic::Diagnostic;
use crate::model::Columns;
use crate::model::seed as csv;
use crate::project::seed_path;
use crate::snapshot::PlanNode;
use crate::sql::Language;

use super::engine::Engine;
use super::scope::{Scope, all_known, columns, descriptions};
use super::write::cast_columns;
use super::{Purpose, Statement};

/// Replaces the rows of a seed's table. The file is read in pieces of the seed's `batch_size` rows.
pub(super) fn rows(scope: &Scope<'_>, node: &PlanNode, target: &str) -> Vec<Statement> {
    let model = node.model();
    let stored = model
        .seed
        .as_ref()
        .map(|seed| seed.content.as_str())
        .filter(|text| !text.is_empty());
    let file = model
        .kind
        .path
        .as_deref()
        .zip(node.path.as_deref())
        .map(|(written, path)| seed_path(path, written));
    let content = stored.or_else(|| scope.sources.get(file.as_deref()?));
    let (Some(content), Some(known)) = (content, columns(node, scope.engine)) else {
        scope.note(
            Diagnostic::warning(
                "statements/no-seed",
                format!(
                    "the rows of seed `{}` are not at hand: its file is not among the project's files",
                    model.name
                ),
            )
            .help("plan with the project's files"),
        );
        return Vec::new();
    };
    let dialect = crate::sql::Dialect::parse(&model.dialect).unwrap_or_default();
    let rows = match csv::rows(content, model.kind.csv_settings.as_ref(), dialect) {
        Ok(rows) => rows,
        Err(error) => {
            scope.note(Diagnostic::warning("statements/bad-seed", error.message));
            return Vec::new();
        }
    };
    let engine = scope.engine;
    let size = usize::try_from(model.kind.batch_size.unwrap_or(1000))
        .unwrap_or(1000)
        .max(1);
    let source = |piece: &[Vec<Option<String>>]| source(engine, &known, &rows.names, piece);
    let empty = format!("SELECT * FROM {target} WHERE FALSE");
    let mut pieces = rows.rows.chunks(size);
    let first = pieces.next().map_or(empty, source);
    let mut statements = Vec::new();
    if engine.replaces_tables() && all_known(&known) {
        statements.push(Statement::new(
            Purpose::Insert,
            format!("CREATE OR REPLACE TABLE {target} AS {first}"),
        ));
    } else {
        statements.push(Statement::new(
            Purpose::Delete,
            format!("DELETE FROM {target} WHERE TRUE"),
        ));
        statements.push(insert(engine, target, &known, &first));
    }
    let description = model.description.as_deref();
    let comments = engine.comments("TABLE", target, description, &descriptions(model));
    statements.extend(
        comments
            .into_iter()
            .map(|sql| Statement::new(Purpose::Comment, sql)),
    );
    statements.extend(pieces.map(|rows| insert(engine, target, &known, &source(rows))));
    let transaction = engine.has_transactions().then_some(0);
    for statement in &mut statements {
        statement.transaction = transaction;
    }
    statements
}

fn insert(engine: Engine, target: &str, columns: &Columns, query: &str) -> Statement {
    let names = engine.columns(columns.keys());
    Statement::new(Purpose::Insert, format!("INSERT INTO {target} ({names}) {query}"))
}

/// A query that returns these rows. Cells are written as texts and cast to the columns' types.
fn source(engine: Engine, columns: &Columns, names: &[String], rows: &[Vec<Option<String>>]) -> String {
    let has_values = !matches!(engine.dialect.language(), Language::BigQuery | Language::Redshift);
    let cell = |cell: &Option<String>| match cell {
        Some(text) => engine.literal(text),
        None => "NULL".to_string(),
    };
    let from = if has_values {
        let rows: Vec<String> = rows
            .iter()
            .map(|row| format!("({})", row.iter().map(cell).collect::<Vec<_>>().join(", ")))
            .collect();
        format!("(VALUES {}) AS t ({})", rows.join(", "), engine.columns(names))
    } else {
        let rows: Vec<String> = rows
            .iter()
            .map(|row| {
                let cells = row.iter().zip(names);
                let cells = cells.map(|(one, name)| format!("{} AS {}", cell(one), engine.column(name)));
                format!("SELECT {}", cells.collect::<Vec<_>>().join(", "))
            })
            .collect();
        format!("({}) AS t", rows.join(" UNION ALL "))
    };
    format!("SELECT {} FROM {from}", cast_columns(engine, columns))
}
