//! What can only be checked once the columns are known.

use crate::ordered::BTreeSet;

use super::ProjectNode;
use crate::diagnostic::Diagnostic;
use crate::model::{KindName, SourceType};
use crate::source::Location;

/// Checks a node's definition against its columns.
/// `place` is asked where a property stands, and with "" for the block.
pub(super) fn definition(
    node: &ProjectNode,
    place: &dyn Fn(&str) -> Location,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let model = &node.model;
    if model.is_audit() {
        return;
    }
    let mut report = |code: &str, property: &str, message: String, help: &str| {
        diagnostics.push(
            Diagnostic::error(code, message)
                .at(place(property), "")
                .help(help),
        );
    };
    let time_column = model
        .kind
        .time_column
        .as_ref()
        .filter(|_| model.kind.partition_by_time_column != Some(false));
    let partition_columns: Vec<String> = model
        .partitioned_by
        .iter()
        .filter_map(|text| column_of(text))
        .collect();
    let mut keys: Vec<(&str, String)> = Vec::new();
    if let Some(column) = time_column.and_then(|column| column_of(&column.column))
        && !partition_columns.contains(&column)
    {
        keys.push(("partitioned_by", column));
    }
    for column in partition_columns {
        keys.push(("partitioned_by", column));
    }
    for text in &model.clustered_by {
        keys.extend(column_of(text).map(|column| ("clustered_by", column)));
    }
    for property in ["partitioned_by", "clustered_by"] {
        let mut seen = BTreeSet::new();
        for (_, column) in keys.iter().filter(|(name, _)| *name == property) {
            if !seen.insert(column) {
                report(
                    "model/duplicate-key",
                    property,
                    format!(
                        "`{property}` of `{}` names the column `{column}` twice",
                        model.name
                    ),
                    "name each column once",
                );
            }
            let columns = node.columns.as_ref().filter(|columns| !columns.is_empty());
            if model.source_type == SourceType::Sql
                && columns.is_some_and(|columns| !columns.contains_key(column))
            {
                let is_time = time_column.and_then(|time| column_of(&time.column)).as_ref() == Some(column);
                let what = if is_time {
                    format!("the time column `{column}` is not a column of `{}`", model.name)
                } else {
                    format!(
                        "`{property}` names `{column}`, which is not a column of `{}`",
                        model.name
                    )
                };
                report(
                    "model/missing-column",
                    if is_time { "time_column" } else { property },
                    what,
                    "select the column in the query, or name another one",
                );
            }
        }
    }
    let unknown = |columns: &crate::model::Columns| columns.values().any(|data_type| data_type == "UNKNOWN");
    if node.depends_on_self
        && model.source_type == SourceType::Sql
        && model.columns.is_none()
        && node.columns.as_ref().is_none_or(unknown)
        && model.kind.name != KindName::View
    {
        report(
            "model/self-reference",
            "",
            format!(
                "`{}` reads itself, so the types of all its columns must be known",
                model.name
            ),
            "declare them with `columns (name type, …)`, or cast every column of the query",
        );
    }
}

/// The column in a stored expression such as `"ds"` or `DATE_TRUNC('MONTH', "ds")`: the last quoted name.
fn column_of(text: &str) -> Option<String> {
    let end = text.rfind('"')?;
    let start = text.get(..end)?.rfind('"')?;
    text.get(start + 1..end).map(str::to_string)
}
