//! Audits: the built-in ones by name, and `AUDIT (…)` blocks.
//!
//! In: a block, its query and other statements. Out: a definition that models refer to, or, for a standalone
//! audit, a node of its own.

use crate::ordered::IndexMap;

use super::builder::Builder;
use super::header::{Header, Property};
use super::parts::AuditParts;
use super::problem::Problem;
use super::{AuditDefinition, Model, RareFields, SourceType, Statement, value};
use crate::time::IntervalUnit;

/// Names of the built-in audits; each also exists with `_non_blocking` at the end.
pub const BUILT_IN: [&str; 29] = [
    "accepted_range",
    "accepted_values",
    "at_least_one",
    "chi_square",
    "forall",
    "kl_divergence",
    "match_like_pattern_list",
    "match_regex_pattern_list",
    "mean_in_range",
    "mutually_exclusive_ranges",
    "not_accepted_values",
    "not_constant",
    "not_empty_string",
    "not_match_like_pattern_list",
    "not_match_regex_pattern_list",
    "not_null",
    "not_null_proportion",
    "number_of_rows",
    "sequential_values",
    "stddev_in_range",
    "string_length_between",
    "string_length_equal",
    "unique_combination_of_columns",
    "unique_values",
    "valid_email",
    "valid_http_method",
    "valid_url",
    "valid_uuid",
    "z_score",
];

/// True for the name of a built-in audit.
pub fn is_built_in(name: &str) -> bool {
    let name = name.strip_suffix("_non_blocking").unwrap_or(name);
    BUILT_IN.contains(&name)
}

const SHARED: [&str; 7] = [
    "name",
    "dialect",
    "skip",
    "blocking",
    "standalone",
    "defaults",
    "formatting",
];
const STANDALONE: [&str; 9] = [
    "owner",
    "start",
    "end",
    "cron",
    "cron_tz",
    "tags",
    "description",
    "depends_on",
    "stamp",
];

/// What an AUDIT block defines.
#[derive(Debug, Clone, PartialEq)]
pub enum Audit {
    /// An audit that models call.
    Definition(Box<AuditDefinition>),
    /// A node of its own.
    Standalone(Box<Model>),
}

/// Reads an audit; `None` when it has no name that can be read, with a problem.
pub fn build(builder: &mut Builder<'_>, header: &Header, parts: &AuditParts) -> Option<Audit> {
    let dialect = builder.dialect;
    let standalone = match header.get("standalone") {
        Some(property) => {
            let word = value::word(&property.value, dialect)
                .unwrap_or_default()
                .to_lowercase();
            if !matches!(word.as_str(), "true" | "false") || value::is_text(&property.value, dialect) {
                builder.bad_value(
                    property,
                    format!("`standalone` must be true or false, not `{}`", property.value),
                    "write `standalone true`",
                );
                return None;
            }
            word == "true"
        }
        None => false,
    };
    let mut known: Vec<&str> = SHARED.to_vec();
    if standalone {
        known.extend(STANDALONE);
        known.extend(["interval_unit", "project"]);
    }
    for property in header
        .properties
        .iter()
        .filter(|property| !known.contains(&property.name.as_str()))
    {
        builder.unknown_property(property, header.kind.as_str(), &known);
        if let Some(problem) = builder.problems.last_mut() {
            problem.code = "audit/unknown-property";
        }
    }
    let Some(name) = header
        .get("name")
        .and_then(|name| value::word(&name.value, dialect))
    else {
        builder.problems.push(
            Problem::error("audit/missing-name", "the AUDIT block has no `name`", header.span)
                .help("add `name my_audit` to the block"),
        );
        return None;
    };
    let flag = |property: &str| {
        header
            .get(property)
            .map(|property| value::boolean(&property.value, dialect))
    };
    let word = |property: &str| {
        header
            .get(property)
            .map(|property| value::word(&property.value, dialect).unwrap_or_else(|| property.value.clone()))
    };
    let defaults = header
        .get("defaults")
        .and_then(|property| defaults(builder, property))
        .unwrap_or_default();
    let expressions: Vec<Statement> = parts
        .statements
        .iter()
        .map(|statement| Statement::new(statement.text.clone()))
        .collect();
    let query = Statement::new(parts.query.text.clone());
    let dialect_text =
        word("dialect").map_or_else(|| builder.dialect_text.clone(), |text| text.to_lowercase());
    if !standalone {
        return Some(Audit::Definition(Box::new(AuditDefinition {
            name: name.to_lowercase(),
            dialect: dialect_text,
            skip: flag("skip").unwrap_or(false),
            blocking: flag("blocking").unwrap_or(true),
            standalone: false,
            query,
            defaults,
            expressions,
            ..AuditDefinition::default()
        })));
    }
    if let Some(property) = header.get("blocking").filter(|_| flag("blocking") == Some(true)) {
        builder.problems.push(
            Problem::error(
                "audit/standalone-blocking",
                format!("the standalone audit `{name}` cannot be blocking"),
                property.span,
            )
            .help("remove `blocking`, or remove `standalone`"),
        );
        return None;
    }
    let mut model = Model {
        name: name.to_lowercase(),
        project: builder.config.project.clone(),
        dialect: dialect_text,
        cron: "@daily".to_string(),
        enabled: true,
        virtual_environment_mode: "full".to_string(),
        grants_target_layer: "virtual".to_string(),
        extract_dependencies_from_query: true,
        default_catalog: builder.default_catalog.clone(),
        description: word("description"),
        owner: word("owner"),
        query: Some(query),
        source_type: SourceType::Audit,
        rare: RareFields {
            stamp: word("stamp"),
            skip: Some(flag("skip").unwrap_or(false)),
            blocking: Some(false),
            standalone: Some(true),
            defaults: Some(defaults),
            expressions: Some(expressions),
            ..RareFields::default()
        }
        .into(),
        ..Model::default()
    };
    model.cron_tz = word("cron_tz").filter(|zone| zone != "UTC");
    model.interval_unit = word("interval_unit").and_then(|unit| IntervalUnit::parse(&unit));
    for property in &header.properties {
        match property.name.as_str() {
            "cron" => {
                if let Some(cron) = builder.cron(property, &property.value) {
                    model.cron = cron;
                }
            }
            "start" => model.start = builder.date(property, &property.value),
            "end" => model.end = builder.date(property, &property.value),
            "tags" => {
                model.tags = value::items(&property.value, dialect)
                    .iter()
                    .map(|item| value::word(item, dialect).unwrap_or_else(|| item.clone()))
                    .collect();
            }
            "depends_on" => {
                let tables: Vec<String> = value::items(&property.value, dialect)
                    .iter()
                    .filter_map(|item| builder.table(item, property.span))
                    .collect();
                model.depends_on = Some(tables);
            }
            _ => {}
        }
    }
    Some(Audit::Standalone(Box::new(model)))
}

fn defaults(builder: &mut Builder<'_>, property: &Property) -> Option<IndexMap<String, String>> {
    let pairs = builder.pairs(property, &property.value)?;
    Some(
        pairs
            .into_iter()
            .map(|(pair, _)| (pair.key.to_lowercase(), builder.neutral_sql(&pair.value)))
            .collect(),
    )
}
