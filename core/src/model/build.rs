//! The properties of a `MODEL (…)` block: from text to the fields that SQLMesh stores.
//!
//! In: a block whose macros are not expanded yet, and the project's configuration. Out: a `Model` with all that
//! the block and `model_defaults` say, and problems. The query, statements and variables come later.

use crate::ordered::IndexMap;
use serde_json::Value;

use super::builder::{Builder, join_pairs};
use super::header::{Header, Property};
use super::problem::Problem;
use super::{Columns, Model, ModelKind, kind_block, rules, sql_text, value};
use crate::macros::sql_literal;
use crate::model::KindName;
use crate::sql::dialect::Language;
use crate::sql::types;
use crate::time::{Cron, IntervalUnit};

/// Properties of the block.
pub const PROPERTIES: [&str; 40] = [
    "name",
    "kind",
    "dialect",
    "cron",
    "cron_tz",
    "interval_unit",
    "start",
    "end",
    "owner",
    "stamp",
    "description",
    "tags",
    "grain",
    "grains",
    "references",
    "depends_on",
    "columns",
    "column_descriptions",
    "audits",
    "signals",
    "partitioned_by",
    "clustered_by",
    "table_format",
    "storage_format",
    "physical_properties",
    "virtual_properties",
    "session_properties",
    "table_properties",
    "allow_partials",
    "enabled",
    "gateway",
    "optimize_query",
    "formatting",
    "ignored_rules",
    "physical_version",
    "blueprints",
    "grants",
    "grants_target_layer",
    "project",
    "virtual_environment_mode",
];

/// Property lists that are kept for run time, keyed by property.
const LISTS: [&str; 3] = ["physical_properties", "virtual_properties", "session_properties"];

/// A model as its block describes it.
#[derive(Debug, Clone, Default)]
pub struct Built {
    /// The model, without query and statements.
    pub model: Model,
    /// Fully qualified, quoted name; empty when the block gives no name that can be read.
    pub fqn: String,
    /// Linter rules that the model ignores, lower case; `ALL` as it is.
    pub ignored_rules: Vec<String>,
    /// False when the formatter leaves the file alone.
    pub formatting: bool,
    /// Pairs of the property lists before the defaults are added.
    lists: IndexMap<&'static str, Vec<(String, String)>>,
}

/// Reads a block. `inferred` is the name to use when the block has none; `description` is the comment above it.
pub fn build(
    builder: &mut Builder<'_>,
    header: &Header,
    inferred: Option<&str>,
    description: Option<String>,
) -> Built {
    let config = builder.config;
    let mut built = Built {
        formatting: true,
        ..Built::default()
    };
    built.model = Model {
        project: config.project.clone(),
        dialect: builder.dialect_text.clone(),
        default_catalog: builder.default_catalog.clone(),
        cron: "@daily".to_string(),
        enabled: true,
        grants_target_layer: "virtual".to_string(),
        extract_dependencies_from_query: true,
        virtual_environment_mode: if config.virtual_environment_mode.is_empty() {
            "full".to_string()
        } else {
            config.virtual_environment_mode.clone()
        },
        description,
        kind: ModelKind::new(KindName::View, &builder.dialect_text),
        ..Model::default()
    };
    builder.is_rendered |= header
        .properties
        .iter()
        .any(|property| has_macros(builder, property));
    defaults(builder, &mut built.model);
    for property in &header.properties {
        // Of two properties with one name the last counts.
        if header.get(&property.name) == Some(property) {
            set(builder, &mut built, header, property);
        }
    }
    name(builder, &mut built, header, inferred);
    lists(builder, &mut built);
    rules::check(builder, &built.model, header);
    built
}

/// Whether SQLMesh has to render a value; blueprints are taken out of the block before.
fn has_macros(builder: &Builder<'_>, property: &Property) -> bool {
    property.name != "blueprints"
        && property.value.contains('@')
        && value::pieces(&property.value, builder.dialect).is_ok_and(|pieces| {
            pieces
                .iter()
                .any(|piece| piece.kind != value::PieceKind::Text && piece.text.contains('@'))
        })
}

fn name(builder: &mut Builder<'_>, built: &mut Built, header: &Header, inferred: Option<&str>) {
    let (text, span) = match (header.get("name"), inferred) {
        (Some(property), _) => {
            if value::is_text(&property.value, builder.dialect) {
                let word = value::word(&property.value, builder.dialect).unwrap_or_default();
                builder.problems.push(
                    Problem::error(
                        "model/name-is-string",
                        format!("the model's name {} is a string", property.value),
                        property.span,
                    )
                    .help(format!("write it without quotes: `name {word}`")),
                );
                return;
            }
            match builder.expand(property) {
                Some(text) => (text, property.span),
                None => return,
            }
        }
        (None, Some(inferred)) => (inferred.to_string(), header.span),
        (None, None) => {
            builder.problems.push(
                Problem::error("model/missing-name", "the MODEL block has no `name`", header.span)
                    .help("add `name schema.table` to the block"),
            );
            return;
        }
    };
    // White space inside of a name does not belong to it.
    let text = value::pieces(&text, builder.dialect)
        .map(|pieces| pieces.iter().map(|piece| piece.text).collect::<String>())
        .unwrap_or(text);
    let Some(fqn) = builder.table(&text, span) else {
        return;
    };
    built.model.name = text;
    built.fqn = fqn;
}

/// What `model_defaults` say.
fn defaults(builder: &mut Builder<'_>, model: &mut Model) {
    let text = |key: &str| -> Option<String> {
        match builder.config.model_defaults.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        }
    };
    let mut read = |key: &str| -> Option<String> {
        let text = text(key)?;
        if !text.contains('@') || (key == "cron" && text.starts_with('@') && Cron::parse(&text, None).is_ok())
        {
            return Some(text);
        }
        match crate::macros::expand(&text, builder.env) {
            Ok(expansion) => {
                let word = value::word(&expansion.text, builder.dialect).unwrap_or(expansion.text);
                (!value::is_nothing(&word)).then_some(word)
            }
            Err(error) => {
                let mut problem = Problem::from_macro(&error, 0);
                problem.message = format!("`model_defaults.{key}`: {}", problem.message);
                builder.problems.push(problem);
                None
            }
        }
    };
    if let Some(cron) = read("cron") {
        model.cron = cron;
    }
    model.cron_tz = read("cron_tz").filter(|zone| zone != "UTC");
    model.owner = read("owner");
    model.start = read("start");
    model.start_is_moment = read("start_is_moment").is_some_and(|is| is == "true");
    model.table_format = read("table_format");
    model.storage_format = read("storage_format");
    model.gateway = read("gateway").map(|gateway| gateway.to_lowercase());
    model.interval_unit = read("interval_unit").and_then(|unit| IntervalUnit::parse(&unit));
    let flag = |text: String| matches!(text.to_lowercase().as_str(), "true" | "1" | "yes" | "on");
    model.optimize_query = read("optimize_query").map(flag);
    model.allow_partials = read("allow_partials").is_some_and(flag);
    model.enabled = read("enabled").is_none_or(flag);
    if let Some(Value::Array(audits)) = builder.config.model_defaults.get("audits") {
        for audit in audits.iter().filter_map(Value::as_str) {
            if let Some(call) = value::call(audit, builder.dialect) {
                let arguments = call
                    .arguments
                    .iter()
                    .map(|pair| (pair.key.to_lowercase(), builder.neutral_sql(&pair.value)))
                    .collect();
                model.audits.push((call.name.to_lowercase(), arguments));
            }
        }
    }
}

/// Sets one property. A property that cannot be used leaves its default, and a problem says why.
fn set(builder: &mut Builder<'_>, built: &mut Built, header: &Header, property: &Property) {
    let dialect = builder.dialect;
    let name = property.name.as_str();
    match name {
        "" => {
            if let Some(text) = builder.expand(property) {
                builder.problems.push(
                    Problem::error(
                        "model/syntax",
                        format!("`{text}` is not a property"),
                        property.span,
                    )
                    .help("write `name value` pairs"),
                );
            }
            return;
        }
        "name" | "blueprints" | "dialect" | "project" | "virtual_environment_mode" => return,
        "default_catalog" => {
            builder.problems.push(
                Problem::error(
                    "model/property-not-allowed",
                    "`default_catalog` cannot be set on a model",
                    property.name_span,
                )
                .help("set it at the connection"),
            );
            return;
        }
        "retention" => {
            builder.bad_value(property, "`retention` cannot be set", "leave it out");
            return;
        }
        "table_properties" if header.get("physical_properties").is_some() => {
            let message = "both `table_properties` and `physical_properties` are given";
            builder.bad_value(property, message, "use only `physical_properties`");
            return;
        }
        _ if !PROPERTIES.contains(&name) => {
            builder.unknown_property(property, header.kind.as_str(), &PROPERTIES);
            return;
        }
        _ => {}
    }
    let raw = matches!(name, "audits" | "signals") || LISTS.contains(&name) || name == "table_properties";
    let text = match name {
        "kind" => Some(property.value.clone()),
        _ if raw => builder.kept(property),
        _ => builder.expand(property),
    };
    let Some(text) = text else { return };
    let word = || value::word(&text, dialect).unwrap_or_else(|| text.clone());
    let names = || -> Vec<String> {
        value::items(&text, dialect)
            .iter()
            .map(|item| value::word(item, dialect).unwrap_or_else(|| item.clone()))
            .collect()
    };
    let model = &mut built.model;
    match name {
        "kind" => {
            if let Some(kind) = kind_block::build(builder, property) {
                model.kind = kind;
            }
        }
        "cron" => {
            if let Some(cron) = builder.cron(property, &text) {
                model.cron = cron;
            }
        }
        "cron_tz" => {
            let zone = word();
            match Cron::parse("@daily", Some(&zone)) {
                Ok(_) => model.cron_tz = Some(zone),
                Err(_) => builder.bad_value(
                    property,
                    format!("`{zone}` is not a time zone"),
                    "use an IANA name such as 'Europe/Oslo'",
                ),
            }
        }
        "interval_unit" => match IntervalUnit::parse(&word()) {
            Some(unit) => model.interval_unit = Some(unit),
            None => {
                let units: Vec<&str> = IntervalUnit::ALL.iter().map(|unit| unit.as_str()).collect();
                builder.bad_value(
                    property,
                    format!("`{text}` is not an interval unit"),
                    &format!("units are {}", units.join(", ")),
                );
            }
        },
        "start" => {
            model.start = builder.date(property, &text);
            model.start_is_moment = false;
        }
        "end" => model.end = builder.date(property, &text),
        "owner" => model.owner = Some(word()),
        "stamp" => model.stamp = Some(word()),
        "description" => model.description = Some(word().trim().to_string()),
        "tags" => model.tags = names(),
        "grain" | "grains" => {
            if name == "grain" && header.get("grains").is_some() {
                builder.problems.push(
                    Problem::error(
                        "model/bad-value",
                        "both `grain` and `grains` are given",
                        property.name_span,
                    )
                    .help("use only `grains`"),
                );
            }
            model.grains = if name == "grain" {
                vec![builder.single(&text)]
            } else {
                expressions(builder, &text)
            };
        }
        "references" => model.references = expressions(builder, &text),
        "depends_on" => {
            let tables: Vec<String> = value::items(&text, dialect)
                .iter()
                .filter_map(|item| builder.table(item, property.span))
                .collect();
            model.depends_on = Some(tables);
        }
        "columns" => model.columns = columns(builder, property, &text),
        "column_descriptions" => {
            let pairs = builder.pairs(property, &text).unwrap_or_default();
            let descriptions = pairs
                .into_iter()
                .map(|(pair, _)| {
                    let quoted = value::pieces(&pair.key_text, dialect).is_ok_and(
                        |pieces| matches!(pieces.as_slice(), [one] if one.kind == value::PieceKind::Quoted),
                    );
                    let column = dialect.normalize(&pair.key, quoted, crate::sql::dialect::Part::Column);
                    let text = value::word(&pair.value, dialect).unwrap_or(pair.value);
                    (column, text)
                })
                .collect();
            model.column_descriptions = Some(descriptions);
        }
        "audits" => {
            if let Some(calls) = builder.calls(property, &text, false) {
                model.audits.extend(calls);
            }
        }
        "signals" => model.signals = builder.calls(property, &text, true).unwrap_or_default(),
        "partitioned_by" => {
            // Read as the clause of a `CREATE TABLE`, which may have a `=`.
            model.partitioned_by = partitioned_by(builder, text.trim_start_matches('=').trim_start());
            one_column_each(builder, property, &model.partitioned_by);
        }
        "clustered_by" => {
            model.clustered_by = clustered_by(builder, &text);
            one_column_each(builder, property, &model.clustered_by);
        }
        "table_format" => model.table_format = Some(word()),
        "storage_format" => model.storage_format = Some(word()),
        "physical_properties" | "virtual_properties" | "session_properties" | "table_properties" => {
            let key = LISTS
                .into_iter()
                .find(|list| *list == name)
                .unwrap_or("physical_properties");
            if let Some(pairs) = builder.unique_pairs(property, &text) {
                built.lists.insert(key, pairs);
            }
        }
        "grants" => {
            if let Some(printed) = builder.tuple(property, &text) {
                // Several pairs stay as written, a single one is printed.
                let as_written = !builder.is_rendered && value::items(&text, dialect).len() > 1;
                model.grants = if as_written { Some(text.clone()) } else { printed };
            }
        }
        "grants_target_layer" => {
            let layer = word().to_lowercase();
            if matches!(layer.as_str(), "all" | "physical" | "virtual") {
                model.grants_target_layer = layer;
            } else {
                builder.bad_value(
                    property,
                    format!("`{layer}` is not a layer"),
                    "use `all`, `physical` or `virtual`",
                );
            }
        }
        "allow_partials" => model.allow_partials = value::boolean(&text, dialect),
        "enabled" => model.enabled = value::boolean(&text, dialect),
        "optimize_query" => model.optimize_query = Some(value::boolean(&text, dialect)),
        "formatting" => built.formatting = value::boolean(&text, dialect),
        "gateway" => model.gateway = Some(word().to_lowercase()),
        "physical_version" => model.physical_version = Some(word()),
        "ignored_rules" => built.ignored_rules = names(),
        _ => {}
    }
}

fn columns(builder: &mut Builder<'_>, property: &Property, text: &str) -> Option<Columns> {
    let dialect = builder.dialect;
    let mut columns = Columns::new();
    for item in super::columns::with_angles(text, value::items(text, dialect)) {
        let Ok(pieces) = value::pieces(&item, dialect) else {
            continue;
        };
        let Some((name, rest)) = pieces.split_first() else {
            continue;
        };
        if rest.is_empty() {
            builder.bad_value(
                property,
                format!("column `{item}` has no type"),
                "write `columns (name type, …)`",
            );
            return None;
        }
        let quoted = name.kind == value::PieceKind::Quoted;
        let column = dialect.normalize(&name.content(), quoted, crate::sql::dialect::Part::Column);
        // Constraints and comments of a column are no part of its type, and are not kept.
        let span = value::span_of(rest.get(..super::columns::type_end(rest)).unwrap_or(rest));
        let data_type = item.get(span.start..span.end).unwrap_or("");
        let data_type = if builder.is_rendered {
            types::canonical(data_type, dialect)
        } else {
            data_type.to_string()
        };
        columns.insert(column, data_type);
    }
    Some(columns)
}

/// Each expression must name exactly one column.
fn one_column_each(builder: &mut Builder<'_>, property: &Property, fields: &[String]) {
    for field in fields {
        let Ok(pieces) = value::pieces(field, builder.dialect) else {
            continue;
        };
        let columns = pieces
            .iter()
            .zip(pieces.iter().skip(1).map(Some).chain([None]))
            .filter(|(piece, next)| {
                // Names are quoted by now, but in texts that stay as written.
                let as_written = !field.contains('"') && value::word(field, builder.dialect).is_none();
                let is_column = piece.kind == value::PieceKind::Quoted
                    || (piece.kind == value::PieceKind::Word && as_written && !sql_text::is_unit(piece));
                is_column && next.is_none_or(|next| !next.is("("))
            })
            .count();
        if columns != 1 && !is_liquid_word(builder, field) {
            let what = if columns == 0 {
                "names no column"
            } else {
                "names several columns"
            };
            builder.problems.push(
                Problem::error("model/no-column", format!("`{field}` {what}"), property.span).help(format!(
                    "name one column per expression: `{} (a, b)`",
                    property.name
                )),
            );
        }
    }
}

/// Databricks' words for liquid clustering.
fn is_liquid_word(builder: &Builder<'_>, text: &str) -> bool {
    builder.dialect.language() == Language::Databricks
        && (text.eq_ignore_ascii_case("auto") || text.eq_ignore_ascii_case("none"))
}

/// Grains and references: the items of a list, or one expression as written.
fn expressions(builder: &Builder<'_>, text: &str) -> Vec<String> {
    if is_list(builder, text) {
        let items = value::items(text, builder.dialect);
        items.iter().map(|item| builder.sql(item)).collect()
    } else {
        vec![builder.single(text)]
    }
}

fn is_list(builder: &Builder<'_>, text: &str) -> bool {
    value::pieces(text, builder.dialect).is_ok_and(|pieces| value::inner(&pieces).is_some())
}

/// A single call without parentheses around it stays as written.
fn partitioned_by(builder: &Builder<'_>, text: &str) -> Vec<String> {
    let is_word = value::word(text, builder.dialect).is_some();
    if is_word || builder.is_rendered || is_list(builder, text) {
        builder.fields(text)
    } else {
        vec![text.to_string()]
    }
}

/// The same, but one item in parentheses stays as written, too.
fn clustered_by(builder: &Builder<'_>, text: &str) -> Vec<String> {
    let items = value::items(text, builder.dialect);
    match items.as_slice() {
        [word] if is_liquid_word(builder, word) => vec![word.clone()],
        [_] if builder.is_rendered || value::word(text, builder.dialect).is_some() => builder.fields(text),
        [_] => vec![text.to_string()],
        many => many.iter().map(|item| builder.field(item)).collect(),
    }
}

/// Joins the block's property lists with those of `model_defaults`: the block's come first, and one of its
/// values that is NULL removes the default.
fn lists(builder: &mut Builder<'_>, built: &mut Built) {
    for list in LISTS {
        let mut pairs = built.lists.get(list).cloned().unwrap_or_default();
        if let Some(Value::Object(map)) = builder.config.model_defaults.get(list) {
            for (key, value) in map {
                match pairs.iter().position(|(have, _)| have == key) {
                    Some(at) => {
                        let unset = pairs
                            .get(at)
                            .and_then(|(_, shown)| shown.split_once(" = "))
                            .is_some_and(|(_, value)| value::is_nothing(value));
                        if unset {
                            pairs.remove(at);
                        }
                    }
                    None => {
                        let shown = match value {
                            Value::String(text) if text.contains('@') => builder.sql(text),
                            other => sql_literal(other, builder.dialect),
                        };
                        let quoted = sql_literal(&Value::String(key.clone()), builder.dialect);
                        pairs.push((key.clone(), format!("{quoted} = {shown}")));
                    }
                }
            }
        }
        let tuple = join_pairs(pairs.into_iter().map(|(_, shown)| shown));
        match list {
            "physical_properties" => built.model.physical_properties = tuple,
            "virtual_properties" => built.model.virtual_properties = tuple,
            _ => built.model.session_properties = tuple,
        }
    }
}
