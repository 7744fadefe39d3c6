//! Macros that need the columns of tables: `@STAR`, `@UNION`.
//!
//! While a project is loading no columns are known; then there is one column with a telling name, so that the
//! query's dependencies can be read. It is rendered again when the columns are known.

use super::{Argument, Call, Evaluator, MacroError, Outcome, Token, pick, sql_of, wrong};
use crate::macros::condition;
use crate::macros::eval::argument_text;
use crate::macros::list::bracket_items;
use crate::macros::scan::{Kind, is_name, unquoted};
use crate::macros::value::{bare, placed};
use crate::sql::MappingSchema;
use crate::sql::dialect::{Dialect, Part};

/// The column that stands for those of a table while they are not known.
pub const UNAVAILABLE: &str = "__schema_unavailable_at_load__";

const UNKNOWN: &str = "UNKNOWN";

/// Columns of a table: name → type.
type Known = Vec<(String, String)>;

/// `@STAR(relation, alias, exclude := […], prefix := '', suffix := '', quote_identifiers := true)`.
pub(super) fn star(evaluator: &Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    let shape = "@STAR(table, alias, exclude := [column, …], prefix := 'p_', suffix := '_s')";
    let Some(relation) = pick(call, 0, "relation") else {
        return Err(wrong(call, shape));
    };
    let dialect = evaluator.dialect();
    let columns = columns_of(evaluator, call, relation)?;
    let alias = match pick(call, 1, "alias") {
        Some(alias) if !alias.tokens.is_empty() => normalized(&alias.tokens, Part::Table, dialect),
        _ => match relation.tokens.last() {
            Some(last) => normalized(std::slice::from_ref(last), Part::Table, dialect),
            None => return Err(wrong(call, shape)),
        },
    };
    let mut excluded: Vec<String> = Vec::new();
    for (at, name) in [(2, "exclude"), (6, "except_")] {
        if let Some(argument) = pick(call, at, name) {
            let items = bracket_items(&argument.tokens).unwrap_or_else(|| vec![argument.tokens.clone()]);
            excluded.extend(items.iter().map(|item| normalized(item, Part::Column, dialect)));
        }
    }
    let text = |at: usize, name: &str| {
        pick(call, at, name).map_or_else(String::new, |argument| argument_text(argument, dialect))
    };
    let (prefix, suffix) = (text(3, "prefix"), text(4, "suffix"));
    let quoted = match pick(call, 5, "quote_identifiers") {
        Some(argument) => condition::holds(&argument.tokens, dialect, call.span)?,
        None => true,
    };
    let written = |name: &str| {
        if quoted || !is_plain(name) {
            dialect.quote_identifier(name)
        } else {
            name.to_string()
        }
    };
    let all_known = columns.iter().all(|(_, kind)| kind != UNKNOWN);
    let items = columns
        .iter()
        .filter(|(name, _)| !excluded.contains(name))
        .map(|(name, kind)| {
            let column = format!("{}.{}", written(&alias), written(name));
            let value = if all_known {
                format!("CAST({column} AS {kind})")
            } else {
                column
            };
            let name = written(&format!("{prefix}{name}{suffix}"));
            placed(&format!("{value} AS {name}"), dialect, call.span)
        });
    Ok(Outcome::List(items.collect()))
}

/// `@UNION([condition,] ['all' or 'distinct',] table, …)`.
pub(super) fn union(evaluator: &Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    let shape = "@UNION([condition,] ['all' or 'distinct',] table, …)";
    let dialect = evaluator.dialect();
    let mut arguments = call.arguments.as_slice();
    let mut joins = true;
    if let [first, rest @ ..] = arguments
        && !is_table(&first.tokens)
        && how(first, dialect).is_none()
    {
        joins = condition::holds(&first.tokens, dialect, call.span)?;
        arguments = rest;
    }
    let mut keyword = "UNION ALL";
    if let [first, rest @ ..] = arguments
        && let Some(word) = how(first, dialect)
    {
        keyword = word;
        arguments = rest;
    }
    let Some((first, others)) = arguments.split_first() else {
        return Err(wrong(call, shape));
    };
    let mut common = columns_of(evaluator, call, first)?;
    for other in others {
        let columns = columns_of(evaluator, call, other)?;
        common.retain(|column| columns.contains(column));
    }
    if common.is_empty() {
        return Err(MacroError::new(
            "macro/result",
            format!(
                "`@{}` finds no column that all tables have with the same name and type",
                call.written
            ),
            call.span,
        ));
    }
    let columns: Vec<String> = common
        .iter()
        .map(|(name, kind)| {
            let name = if is_plain(name) {
                name.clone()
            } else {
                dialect.quote_identifier(name)
            };
            format!("CAST({name} AS {kind}) AS {name}")
        })
        .collect();
    let columns = columns.join(", ");
    let tables = if joins { arguments } else { &arguments[..1] };
    let selects: Vec<String> = tables
        .iter()
        .map(|table| format!("SELECT {columns} FROM {}", sql_of(&table.tokens)))
        .collect();
    let sql = selects.join(&format!(" {keyword} "));
    Ok(Outcome::One(placed(&sql, dialect, call.span)))
}

/// `'all'` or `'distinct'` as the words of a union.
fn how(argument: &Argument, dialect: Dialect) -> Option<&'static str> {
    if !matches!(argument.tokens.as_slice(), [only] if only.kind == Kind::Text) {
        return None;
    }
    match argument_text(argument, dialect).to_lowercase().as_str() {
        "all" => Some("UNION ALL"),
        "distinct" => Some("UNION"),
        _ => None,
    }
}

/// True for a dotted name.
fn is_table(tokens: &[Token]) -> bool {
    tokens.iter().enumerate().all(|(at, token)| {
        if at % 2 == 1 {
            token.is(".")
        } else {
            matches!(token.kind, Kind::Word | Kind::Quoted) && !token.is_any_word(&["true", "false", "null"])
        }
    }) && tokens.len() % 2 == 1
}

fn is_plain(name: &str) -> bool {
    name.chars().all(is_name) && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// A name, or the content of a string, with its case folded.
fn normalized(tokens: &[Token], part: Part, dialect: Dialect) -> String {
    match tokens {
        [only] if only.kind == Kind::Quoted => dialect.normalize(&unquoted(&only.text), true, part),
        _ => dialect.normalize(&bare(tokens, dialect), false, part),
    }
}

/// The columns of a table; the stand-in while no columns are known at all.
fn columns_of(evaluator: &Evaluator<'_>, call: &Call<'_>, table: &Argument) -> Result<Known, MacroError> {
    let schema = &evaluator.env.schema;
    if schema.is_empty() {
        return Ok(vec![(UNAVAILABLE.to_string(), UNKNOWN.to_string())]);
    }
    let parts: Vec<String> = table
        .tokens
        .iter()
        .filter(|token| matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Text))
        .map(|token| normalized(std::slice::from_ref(token), Part::Table, evaluator.dialect()))
        .collect();
    let mut found = Vec::new();
    search(schema, &mut Vec::new(), &parts, &mut found);
    match found.as_slice() {
        [only] => Ok(only.clone()),
        _ => Err(MacroError::new(
            "macro/unknown-columns",
            format!("the columns of `{}` are not known", sql_of(&table.tokens)),
            call.span,
        )
        .help("a table outside of the project is described in `external_models.yaml`; a table of the project must also be read by the query, or stand in `depends_on`")),
    }
}

/// Collects the tables whose name ends with the given parts. The schema nests by quoted name part.
fn search(schema: &MappingSchema, path: &mut Vec<String>, wanted: &[String], found: &mut Vec<Known>) {
    if path.len() > 8 {
        return;
    }
    let is_table = schema.values().all(|inner| inner.data_type().is_some());
    if is_table {
        if path.ends_with(wanted) {
            found.push(
                schema
                    .iter()
                    .map(|(name, kind)| (name.clone(), kind.data_type().unwrap_or(UNKNOWN).to_string()))
                    .collect(),
            );
        }
        return;
    }
    for (name, inner) in schema {
        if let Some(inner) = inner.below() {
            path.push(unquoted(name));
            search(inner, path, wanted, found);
            path.pop();
        }
    }
}
