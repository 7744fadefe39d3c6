//! `kind NAME (property value, …)`: from text to `ModelKind`.
//!
//! In: the value of the `kind` property and the project's defaults. Out: the kind as SQLMesh stores it. Which
//! properties a kind has, which of them it needs and what they may hold is decided here.

use crate::ordered::IndexMap;
use serde_json::Value;

use super::builder::Builder;
use super::header::{self, Property};
use super::problem::Problem;
use super::{KindName, ModelKind, OnChange, TimeColumn, value};
use crate::diagnostic::nearest;
use crate::sql::dialect::Language;
use crate::sql::{Dialect, types};

const INCREMENTAL: [&str; 3] = [
    "on_destructive_change",
    "on_additive_change",
    "auto_restatement_cron",
];

/// Properties that a kind takes in its parentheses; `None` for kinds that take no parentheses.
fn allowed(kind: KindName) -> Option<Vec<&'static str>> {
    let own: &[&str] = match kind {
        KindName::View => &["materialized"],
        KindName::Seed => &["path", "batch_size", "csv_settings"],
        KindName::IncrementalByTimeRange => &[
            "time_column",
            "batch_size",
            "batch_concurrency",
            "lookback",
            "forward_only",
            "disable_restatement",
            "partition_by_time_column",
            "auto_restatement_intervals",
            "dialect",
        ],
        KindName::IncrementalByUniqueKey => &[
            "unique_key",
            "when_matched",
            "merge_filter",
            "batch_size",
            "batch_concurrency",
            "lookback",
            "forward_only",
            "disable_restatement",
            "dialect",
        ],
        KindName::IncrementalByPartition => &["forward_only", "disable_restatement"],
        KindName::IncrementalUnmanaged => &["insert_overwrite", "forward_only", "disable_restatement"],
        KindName::ScdType2 | KindName::ScdType2ByTime => &[
            "unique_key",
            "valid_from_name",
            "valid_to_name",
            "invalidate_hard_deletes",
            "time_data_type",
            "updated_at_name",
            "updated_at_as_valid_from",
            "batch_size",
            "forward_only",
            "disable_restatement",
            "dialect",
        ],
        KindName::ScdType2ByColumn => &[
            "unique_key",
            "columns",
            "valid_from_name",
            "valid_to_name",
            "invalidate_hard_deletes",
            "time_data_type",
            "execution_time_as_valid_from",
            "updated_at_name",
            "batch_size",
            "forward_only",
            "disable_restatement",
            "dialect",
        ],
        KindName::Custom => &[
            "materialization",
            "materialization_properties",
            "forward_only",
            "disable_restatement",
            "batch_size",
            "batch_concurrency",
            "lookback",
            "auto_restatement_cron",
            "auto_restatement_intervals",
        ],
        _ => return None,
    };
    let shared: &[&str] = if kind.is_incremental() { &INCREMENTAL } else { &[] };
    Some(own.iter().chain(shared).copied().collect())
}

fn required(kind: KindName) -> &'static [&'static str] {
    match kind {
        KindName::IncrementalByTimeRange => &["time_column"],
        KindName::IncrementalByUniqueKey | KindName::ScdType2 | KindName::ScdType2ByTime => &["unique_key"],
        KindName::ScdType2ByColumn => &["unique_key", "columns"],
        KindName::Seed => &["path"],
        KindName::Custom => &["materialization"],
        _ => &[],
    }
}

/// The kind that a `kind` property describes; `None` when it cannot be told, with a problem.
pub fn build(builder: &mut Builder<'_>, property: &Property) -> Option<ModelKind> {
    let dialect = builder.dialect;
    let generated = property.value.starts_with('@');
    let text = if generated {
        builder.expand(property)?
    } else {
        property.value.clone()
    };
    let pieces = value::pieces(&text, dialect).ok()?;
    let (word, rest) = pieces.split_first()?;
    let written = word.content();
    let Some(name) = KindName::parse(&written) else {
        let mut problem = Problem::error(
            "model/unknown-kind",
            format!("`{written}` is not a model kind"),
            property.span,
        );
        let names: Vec<&str> = KindName::ALL.iter().map(|kind| kind.as_str()).collect();
        if let Some(near) = nearest(&written, names.iter().copied()) {
            problem = problem.help(format!("perhaps `{near}` was meant"));
        }
        builder
            .problems
            .push(problem.help(format!("kinds are {}", names.join(", "))));
        return None;
    };
    let given = match (rest.is_empty(), allowed(name)) {
        (true, _) => Vec::new(),
        (false, Some(_)) => match value::inner(rest) {
            Some(inner) => {
                let offset = if generated { 0 } else { property.span.start };
                let mut found = header::properties(&text, inner, offset, &mut builder.problems);
                if generated {
                    for one in &mut found {
                        one.span = property.span;
                        one.name_span = property.span;
                    }
                }
                found
            }
            None => {
                builder.problems.push(Problem::error(
                    "model/syntax",
                    format!("expected `(` after the kind `{}`", name.as_str()),
                    property.span,
                ));
                return None;
            }
        },
        (false, None) => {
            builder.problems.push(
                Problem::error(
                    "model/syntax",
                    format!("the kind `{}` takes no properties", name.as_str()),
                    property.span,
                )
                .help(format!("write `kind {}` alone", name.as_str())),
            );
            return None;
        }
    };
    let mut kind = ModelKind::new(name, &builder.dialect_text);
    defaults(builder, &mut kind);
    let mut complete = true;
    for one in &given {
        complete &= set(builder, &mut kind, one).is_some();
    }
    for needed in required(name) {
        if !given.iter().any(|one| one.name == *needed) {
            builder.problems.push(
                Problem::error(
                    "model/missing-property",
                    format!("the kind `{}` needs the property `{needed}`", name.as_str()),
                    property.span,
                )
                .help(format!(
                    "add it in the kind's parentheses: `kind {} ({needed} …)`",
                    name.as_str()
                )),
            );
            complete = false;
        }
    }
    complete.then_some(kind)
}

/// What `model_defaults` say about kinds.
pub fn defaults(builder: &Builder<'_>, kind: &mut ModelKind) {
    let text = |key: &str| builder.config.model_defaults.get(key).and_then(Value::as_str);
    if kind.name.is_incremental() {
        if let Some(change) = text("on_destructive_change").and_then(OnChange::parse) {
            kind.on_destructive_change = Some(change);
        }
        if let Some(change) = text("on_additive_change").and_then(OnChange::parse) {
            kind.on_additive_change = Some(change);
        }
    }
    if kind.name == KindName::IncrementalByTimeRange {
        let concurrency = builder.config.model_defaults.get("batch_concurrency");
        if let Some(concurrency) = concurrency.and_then(Value::as_i64) {
            kind.batch_concurrency = Some(concurrency);
        }
    }
}

/// Sets one property; `None` when it could not be used, with a problem.
fn set(builder: &mut Builder<'_>, kind: &mut ModelKind, property: &Property) -> Option<()> {
    let names = allowed(kind.name).unwrap_or_default();
    if !names.contains(&property.name.as_str()) {
        let mut problem = Problem::error(
            "model/unknown-property",
            format!(
                "`{}` is not a property of the kind `{}`",
                property.name,
                kind.name.as_str()
            ),
            property.name_span,
        );
        problem = match nearest(&property.name, names.iter().copied()) {
            Some(near) => problem.help(format!("perhaps `{near}` was meant")),
            None => problem.help(format!("its properties are {}", names.join(", "))),
        };
        builder.problems.push(problem);
        return None;
    }
    if kind.name == KindName::IncrementalByPartition && property.name == "forward_only" {
        builder.problems.push(
            Problem::error(
                "model/property-not-allowed",
                "the kind `INCREMENTAL_BY_PARTITION` is always forward-only and takes no `forward_only`",
                property.name_span,
            )
            .help("remove `forward_only`"),
        );
        return None;
    }
    let text = match builder.expand(property) {
        Some(text) if property.name != "merge_filter" => text,
        Some(_) => property.value.clone(),
        None => return builder.vanished(property),
    };
    let dialect = builder.dialect;
    let flag = || Some(value::boolean(&text, dialect));
    match property.name.as_str() {
        "materialized" => kind.materialized = flag(),
        "forward_only" => kind.forward_only = flag(),
        "disable_restatement" => kind.disable_restatement = flag(),
        "insert_overwrite" => kind.insert_overwrite = flag(),
        "invalidate_hard_deletes" => kind.invalidate_hard_deletes = flag(),
        "partition_by_time_column" => kind.partition_by_time_column = flag(),
        "execution_time_as_valid_from" => kind.execution_time_as_valid_from = flag(),
        "updated_at_as_valid_from" => kind.updated_at_as_valid_from = flag(),
        "batch_size" => kind.batch_size = Some(builder.positive(property, &text)?),
        "lookback" => kind.lookback = Some(builder.positive(property, &text)?),
        "auto_restatement_intervals" => {
            kind.auto_restatement_intervals = Some(builder.positive(property, &text)?);
        }
        "batch_concurrency" => {
            let number = builder.positive(property, &text)?;
            if kind.name == KindName::IncrementalByUniqueKey && number != 1 {
                builder.problems.push(
                    Problem::error(
                        "model/bad-value",
                        "`batch_concurrency` of an INCREMENTAL_BY_UNIQUE_KEY model is always 1",
                        property.span,
                    )
                    .help("remove `batch_concurrency`, or write 1"),
                );
                return None;
            }
            kind.batch_concurrency = Some(number);
        }
        "on_destructive_change" | "on_additive_change" => {
            let word = value::word(&text, dialect).unwrap_or_default();
            let Some(change) = OnChange::parse(&word) else {
                builder.problems.push(
                    Problem::error(
                        "model/bad-value",
                        format!("`{text}` is not a value of `{}`", property.name),
                        property.span,
                    )
                    .help("use ERROR, WARN, ALLOW or IGNORE"),
                );
                return None;
            };
            if property.name == "on_additive_change" {
                kind.on_additive_change = Some(change);
            } else {
                kind.on_destructive_change = Some(change);
            }
        }
        "auto_restatement_cron" => kind.auto_restatement_cron = Some(builder.cron(property, &text)?),
        "dialect" => kind.dialect = Some(value::word(&text, dialect)?.to_lowercase()),
        "path" => kind.path = Some(value::word(&text, dialect).unwrap_or(text)),
        "csv_settings" => kind.csv_settings = Some(csv_settings(builder, property, &text)?),
        "unique_key" => kind.unique_key = Some(builder.fields(&text)),
        "columns" => {
            kind.columns = Some(if text.trim() == "*" {
                vec!["*".to_string()]
            } else {
                builder.fields(&text)
            });
        }
        "valid_from_name" => kind.valid_from_name = Some(builder.field(&text)),
        "valid_to_name" => kind.valid_to_name = Some(builder.field(&text)),
        "updated_at_name" => kind.updated_at_name = Some(builder.field(&text)),
        "time_data_type" => kind.time_data_type = Some(types::canonical(&text, dialect)),
        "time_column" => kind.time_column = Some(time_column(builder, &text)),
        "when_matched" => kind.when_matched = Some(merge_text(&text, dialect)),
        "merge_filter" => kind.merge_filter = Some(merge_text(&text, dialect)),
        "materialization" => kind.materialization = Some(value::word(&text, dialect).unwrap_or(text)),
        "materialization_properties" => {
            kind.materialization_properties = builder.tuple(property, &text)?;
        }
        _ => {}
    }
    Some(())
}

fn time_column(builder: &Builder<'_>, text: &str) -> TimeColumn {
    let dialect = builder.dialect;
    let items = value::items(text, dialect);
    let column = items.first().map_or(text, String::as_str);
    let format = items
        .get(1)
        .and_then(|format| value::word(format, dialect))
        .map_or_else(
            || builder.config.time_column_format.clone(),
            |format| strftime(&format, dialect),
        );
    TimeColumn {
        column: builder.field(column),
        format: Some(format),
    }
}

/// A time format in the dialect's own notation, as strftime codes. Dialects with strftime keep it.
fn strftime(format: &str, dialect: Dialect) -> String {
    let table: &[(&str, &str)] = match dialect.language() {
        Language::Snowflake | Language::Postgres | Language::Redshift => &[
            ("YYYY", "%Y"),
            ("yyyy", "%Y"),
            ("YY", "%y"),
            ("yy", "%y"),
            ("MMMM", "%B"),
            ("MM", "%m"),
            ("mm", "%m"),
            ("DDD", "%j"),
            ("DD", "%d"),
            ("dd", "%d"),
            ("HH24", "%H"),
            ("hh24", "%H"),
            ("HH12", "%I"),
            ("hh12", "%I"),
            ("MI", "%M"),
            ("mi", "%M"),
            ("SS", "%S"),
            ("ss", "%S"),
        ],
        Language::Spark | Language::Databricks => &[
            ("yyyy", "%Y"),
            ("yy", "%y"),
            ("MM", "%m"),
            ("dd", "%d"),
            ("HH", "%H"),
            ("mm", "%M"),
            ("ss", "%S"),
        ],
        Language::MySql => &[("%i", "%M"), ("%s", "%S"), ("%M", "%B")],
        _ => return format.to_string(),
    };
    let mut out = String::with_capacity(format.len() + 4);
    let mut rest = format;
    'next: while !rest.is_empty() {
        for (from, to) in table {
            if let Some(after) = rest.strip_prefix(from) {
                out.push_str(to);
                rest = after;
                continue 'next;
            }
        }
        let mut chars = rest.chars();
        out.extend(chars.next());
        rest = chars.as_str();
    }
    out
}

fn csv_settings(
    builder: &mut Builder<'_>,
    property: &Property,
    text: &str,
) -> Option<IndexMap<String, Value>> {
    const KNOWN: [&str; 9] = [
        "delimiter",
        "quotechar",
        "doublequote",
        "escapechar",
        "skipinitialspace",
        "lineterminator",
        "encoding",
        "na_values",
        "keep_default_na",
    ];
    let dialect = builder.dialect;
    let mut settings = IndexMap::new();
    for item in value::items(text, dialect) {
        let pair =
            value::pair(&item, dialect).filter(|pair| KNOWN.contains(&pair.key.to_lowercase().as_str()));
        let Some(pair) = pair else {
            builder.problems.push(
                Problem::error(
                    "model/unknown-property",
                    format!("`{item}` is not a CSV setting"),
                    property.span,
                )
                .help(format!("settings are {}", KNOWN.join(", "))),
            );
            return None;
        };
        settings.insert(pair.key.to_lowercase(), setting(&pair.value, dialect, 0));
    }
    // The stored order is that of the fields, not that of the file.
    settings.sort_by_key(|key, _| KNOWN.iter().position(|known| known == key));
    Some(settings)
}

/// How deep lists in a setting may nest.
const DEEPEST_SETTING: usize = 8;

fn setting(text: &str, dialect: Dialect, depth: usize) -> Value {
    if depth > DEEPEST_SETTING {
        return Value::String(text.to_string());
    }
    let Ok(pieces) = value::pieces(text, dialect) else {
        return Value::String(text.to_string());
    };
    if let [piece] = pieces.as_slice() {
        return match piece.kind {
            value::PieceKind::Number => piece
                .text
                .parse::<i64>()
                .map(Value::from)
                .or_else(|_| piece.text.parse::<f64>().map(Value::from))
                .unwrap_or_else(|_| Value::String(piece.content())),
            value::PieceKind::Word if piece.is_word("true") => Value::Bool(true),
            value::PieceKind::Word if piece.is_word("false") => Value::Bool(false),
            value::PieceKind::Word if piece.is_word("null") => Value::Null,
            _ => Value::String(piece.content()),
        };
    }
    let items = value::items(text, dialect);
    let pairs: Option<Vec<value::Pair>> = items.iter().map(|item| value::pair(item, dialect)).collect();
    match pairs {
        Some(pairs) if !pairs.is_empty() => Value::Object(
            pairs
                .into_iter()
                .map(|pair| (pair.key.clone(), list_setting(&pair.value, dialect, depth)))
                .collect(),
        ),
        _ => list_setting(text, dialect, depth),
    }
}

fn list_setting(text: &str, dialect: Dialect, depth: usize) -> Value {
    Value::Array(
        value::items(text, dialect)
            .iter()
            .map(|item| setting(item, dialect, depth + 1))
            .collect(),
    )
}

/// Names by which merge conditions may call the two sides.
const SOURCES: [&str; 3] = ["source", "__merge_source__", "dbt_internal_source"];
const TARGETS: [&str; 3] = ["target", "__merge_target__", "dbt_internal_dest"];
const MERGE_WORDS: [&str; 34] = [
    "when", "matched", "not", "and", "or", "then", "update", "set", "delete", "insert", "values", "by", "is",
    "null", "in", "between", "like", "case", "else", "end", "true", "false", "cast", "as", "source",
    "target", "do", "nothing", "ignore", "exists", "select", "from", "where", "distinct",
];

/// Merge clauses with the sides renamed and every name quoted.
fn merge_text(text: &str, dialect: Dialect) -> String {
    let Ok(pieces) = value::pieces(text, dialect) else {
        return text.to_string();
    };
    let mut out = String::new();
    let mut before: Option<value::Piece<'_>> = None;
    for (index, piece) in pieces.iter().enumerate() {
        let next = pieces.get(index + 1);
        let dotted = before.is_some_and(|before| before.is("."));
        let qualifies = next.is_some_and(|next| next.is(".")) && !dotted;
        let lower = piece.content().to_lowercase();
        let after_macro = before.is_some_and(|before| before.is("@"));
        let shown = if !piece.is_name() || after_macro || piece.text.starts_with('@') {
            piece.text.to_string()
        } else if qualifies && SOURCES.contains(&lower.as_str()) {
            "\"__MERGE_SOURCE__\"".to_string()
        } else if qualifies && TARGETS.contains(&lower.as_str()) {
            "\"__MERGE_TARGET__\"".to_string()
        } else if piece.kind == value::PieceKind::Word
            && !dotted
            && (MERGE_WORDS.contains(&lower.as_str()) || next.is_some_and(|next| next.is("(")))
        {
            piece.text.to_uppercase()
        } else {
            let quoted = piece.kind == value::PieceKind::Quoted;
            let name = dialect.normalize(&piece.content(), quoted, crate::sql::dialect::Part::Column);
            format!("\"{}\"", name.replace('"', "\"\""))
        };
        let tight = match before {
            None => true,
            Some(before) => {
                matches!(piece.text, "." | "," | ")")
                    || matches!(before.text, "." | "(" | "@")
                    || (piece.is("(")
                        && before.is_name()
                        && !MERGE_WORDS.contains(&before.text.to_lowercase().as_str()))
            }
        };
        if !tight {
            out.push(' ');
        }
        out.push_str(&shown);
        before = Some(*piece);
    }
    out
}
