//! The history of an SCD type 2 model: which rows are valid from when to when.
//!
//! In: the rows as they are now, the history so far, and what tells a change: a column with the time of the last
//! update, or the columns whose values are compared. Out: one query that gives the whole history anew.

use crate::macros::variables::boundary_text;
use crate::model::{Columns, KindName};
use crate::snapshot::PlanNode;
use crate::sql::lexer::{TokenKind, tokenize};
use crate::sql::{Dialect, Language};
use crate::time::Timestamp;

use super::engine::Engine;
use super::scope::bare;

/// What a history is made from.
pub(super) struct Input<'a> {
    pub engine: Engine,
    pub node: &'a PlanNode,
    /// The table with the history so far.
    pub target: &'a str,
    /// The rows as they are now.
    pub query: &'a str,
    /// All columns, the two of validity included.
    pub columns: &'a Columns,
    pub execution_time: Timestamp,
    /// Whether the history so far does not count.
    pub truncate: bool,
}

/// An expression over quoted columns with each column replaced.
pub(super) fn with_columns(text: &str, dialect: Dialect, replace: &dyn Fn(&str) -> String) -> String {
    let Ok(found) = tokenize(text, dialect) else {
        return text.to_string();
    };
    let mut out = String::new();
    let mut at = 0;
    for token in found
        .tokens
        .iter()
        .filter(|token| token.kind == TokenKind::QuotedIdentifier)
    {
        out.push_str(text.get(at..token.span.start).unwrap_or_default());
        out.push_str(&replace(&token.value(text, dialect)));
        at = token.span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

fn join(parts: impl IntoIterator<Item = String>, separator: &str) -> String {
    parts.into_iter().collect::<Vec<_>>().join(separator)
}

/// The query that gives the whole history.
pub(super) fn history(input: &Input<'_>) -> String {
    let engine = input.engine;
    let model = input.node.model();
    let kind = &model.kind;
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let by_column = kind.name == KindName::ScdType2ByColumn;
    let q = |name: &str| engine.column(name);
    let of = |table: &str, name: &str| format!("{}.{}", q(table), q(name));
    let name_of =
        |text: &Option<String>, default: &str| text.as_deref().map_or_else(|| default.to_string(), bare);
    let (from, to) = (
        name_of(&kind.valid_from_name, "valid_from"),
        name_of(&kind.valid_to_name, "valid_to"),
    );
    let time_type = input
        .columns
        .get(&from)
        .cloned()
        .unwrap_or_else(|| "TIMESTAMP".to_string());
    let moment = |text: String| format!("CAST({} AS {time_type})", engine.literal(&text));
    let updated_at = (!by_column).then(|| name_of(&kind.updated_at_name, "updated_at"));
    let all: Vec<&String> = input.columns.keys().collect();
    let own: Vec<&String> = all
        .iter()
        .copied()
        .filter(|name| **name != from && **name != to)
        .collect();
    let keys = kind.unique_key.clone().unwrap_or_default();
    let keyed = |table: &str| -> Vec<String> {
        keys.iter()
            .map(|key| with_columns(key, dialect, &|name| of(table, name)))
            .collect()
    };
    let same_key = |a: &str, b: &str| {
        let pairs = keyed(a).into_iter().zip(keyed(b));
        join(pairs.map(|(a, b)| format!("{a} = {b}")), " AND ")
    };
    let list = |names: &[&String]| join(names.iter().map(|name| q(name)), ", ");
    let prefixed = |name: &str| format!("t_{name}");
    let now = match &kind.updated_at_name {
        Some(column) if by_column => format!("CAST({} AS {time_type})", q(&bare(column))),
        _ => moment(boundary_text(input.execution_time, false, dialect)),
    };
    let epoch = moment(boundary_text(Timestamp(0), false, dialect));

    // The rows as they are now, one for each key.
    let mut wanted: Vec<String> = own
        .iter()
        .filter(|name| updated_at.as_ref() != Some(**name))
        .map(|name| q(name))
        .collect();
    wanted.extend(
        updated_at
            .as_ref()
            .map(|name| format!("CAST({} AS {time_type}) AS {}", q(name), q(name))),
    );
    let key_list = keys.join(", ");
    let exists = format!("TRUE AS {}", q("_exists"));
    let has_distinct_on = matches!(
        engine.dialect.language(),
        Language::DuckDb
            | Language::Postgres
            | Language::ClickHouse
            | Language::RisingWave
            | Language::Materialize
    );
    let wanted = wanted.join(", ");
    let raw = format!("({}) AS {}", input.query, q("raw_source"));
    let source = match has_distinct_on {
        true => format!("SELECT DISTINCT ON ({key_list}) {exists}, {wanted} FROM {raw}"),
        false => format!(
            "SELECT {} FROM (SELECT {exists}, {wanted}, ROW_NUMBER() OVER (PARTITION BY {key_list} ORDER BY {key_list}) AS {row} \
             FROM {raw}) AS {} WHERE {row} = 1",
            join(
                [q("_exists")].into_iter().chain(own.iter().map(|name| q(name))),
                ", "
            ),
            q("_t"),
            row = q("_row_number"),
        ),
    };
    let none = if input.truncate { " LIMIT 0" } else { "" };
    let so_far = |test: &str| {
        format!(
            "SELECT {}, {exists} FROM {} WHERE {}{none}",
            list(&all),
            input.target,
            test.replace("{to}", &q(&to))
        )
    };
    let deleted = format!(
        "SELECT {} FROM {} LEFT JOIN {} ON {} WHERE {} IS NULL",
        join(all.iter().map(|name| of("static", name)), ", "),
        q("static"),
        q("latest"),
        same_key("static", "latest"),
        of("latest", &to)
    );
    let key_columns = keys
        .iter()
        .enumerate()
        .map(|(at, key)| format!("{key} AS {}", q(&format!("_key{at}"))));
    let latest_deleted = format!(
        "SELECT {exists}, {}, MAX({to}) AS {to} FROM {} GROUP BY {key_list}",
        join(key_columns, ", "),
        q("deleted"),
        to = q(&to)
    );
    let both = join(
        [format!("{} AS {}", of("source", "_exists"), q("_exists"))]
            .into_iter()
            .chain(
                all.iter()
                    .map(|name| format!("{} AS {}", of("latest", name), q(&prefixed(name)))),
            )
            .chain(
                own.iter()
                    .map(|name| format!("{} AS {}", of("source", name), q(name))),
            ),
        ", ",
    );
    let joined = format!(
        "SELECT {both} FROM {latest} LEFT JOIN {source} ON {same} UNION ALL SELECT {both} FROM {latest} RIGHT JOIN {source} ON {same} WHERE {} IS NULL",
        of("latest", "_exists"),
        latest = q("latest"),
        source = q("source"),
        same = same_key("latest", "source"),
    );

    // What counts as a change, and what the validity of the old and the new row becomes.
    let was_deleted = kind
        .invalidate_hard_deletes
        .unwrap_or(false)
        .then(|| format!("{} IS NULL", of("joined", "_exists")));
    let t_from = q(&prefixed(&from));
    let t_to = q(&prefixed(&to));
    let (changed, valid_from, valid_to, new_from) = match &updated_at {
        None => {
            let checked: Vec<String> = match kind.columns.as_deref() {
                Some([star]) if star.trim() == "*" => own.iter().map(|name| q(name)).collect(),
                Some(columns) => columns.to_vec(),
                None => Vec::new(),
            };
            let differs = checked.iter().flat_map(|column| {
                let new = with_columns(column, dialect, &|name| of("joined", name));
                let old = with_columns(column, dialect, &|name| of("joined", &prefixed(name)));
                [
                    format!("{new} <> {old}"),
                    format!("({old} IS NULL AND NOT {new} IS NULL)"),
                    format!("(NOT {old} IS NULL AND {new} IS NULL)"),
                ]
            });
            let is_there = keys.iter().flat_map(|key| {
                let new = with_columns(key, dialect, &|name| of("joined", name));
                let old = with_columns(key, dialect, &|name| of("joined", &prefixed(name)));
                [format!("NOT {old} IS NULL"), format!("NOT {new} IS NULL")]
            });
            let changed = format!("({}) AND ({})", join(is_there, " AND "), join(differs, " OR "));
            let ends = match &was_deleted {
                Some(deleted) => format!("{deleted} OR ({changed})"),
                None => changed.clone(),
            };
            let always_now = kind.execution_time_as_valid_from.unwrap_or(false) || !input.truncate;
            let begins = if always_now { &now } else { &epoch };
            (
                changed,
                format!("COALESCE({t_from}, {begins})"),
                format!("CASE WHEN {ends} THEN {now} ELSE {t_to} END"),
                now.clone(),
            )
        }
        Some(updated_at) => {
            let (new, old) = (of("joined", updated_at), of("joined", &prefixed(updated_at)));
            let changed = format!("{new} > {old}");
            let column = q(updated_at);
            let begins = match kind.updated_at_as_valid_from.unwrap_or(false) {
                true => column.clone(),
                false => epoch,
            };
            let gone = of("latest_deleted", &to);
            let deletion = was_deleted
                .map(|deleted| format!(" WHEN {deleted} THEN {now}"))
                .unwrap_or_default();
            (
                changed.clone(),
                format!(
                    "CASE WHEN {t_from} IS NULL AND NOT {} IS NULL THEN CASE WHEN {gone} > {column} THEN {gone} ELSE {column} END \
                     WHEN {t_from} IS NULL THEN {begins} ELSE {t_from} END",
                    of("latest_deleted", "_exists")
                ),
                format!("CASE WHEN {changed} THEN {new}{deletion} ELSE {t_to} END"),
                column,
            )
        }
    };
    let key_pairs = keyed("joined").into_iter().enumerate();
    let same_deleted = join(
        key_pairs.map(|(at, key)| format!("{key} = {}", of("latest_deleted", &format!("_key{at}")))),
        " AND ",
    );
    let updated = join(
        own.iter()
            .map(|name| {
                let (old, new) = (of("joined", &prefixed(name)), of("joined", name));
                format!("COALESCE({old}, {new}) AS {}", q(name))
            })
            .chain([
                format!("{valid_from} AS {}", q(&from)),
                format!("{valid_to} AS {}", q(&to)),
            ]),
        ", ",
    );
    let updated_rows = format!(
        "SELECT {updated} FROM {} LEFT JOIN {} ON {same_deleted}",
        q("joined"),
        q("latest_deleted")
    );
    let inserted_rows = format!(
        "SELECT {}, {new_from} AS {}, CAST(NULL AS {time_type}) AS {} FROM {} WHERE {changed}",
        list(&own),
        q(&from),
        q(&to),
        q("joined")
    );
    let parts = [
        ("source", source),
        ("static", so_far("NOT {to} IS NULL")),
        ("latest", so_far("{to} IS NULL")),
        ("deleted", deleted),
        ("latest_deleted", latest_deleted),
        ("joined", joined),
        ("updated_rows", updated_rows),
        ("inserted_rows", inserted_rows),
    ];
    let ctes = join(
        parts
            .iter()
            .map(|(name, query)| format!("{} AS ({query})", q(name))),
        ", ",
    );
    let rows = join(
        ["static", "updated_rows", "inserted_rows"]
            .iter()
            .map(|part| format!("SELECT {} FROM {}", list(&all), q(part))),
        " UNION ALL ",
    );
    format!("WITH {ctes} {rows}")
}
