//! SQLMesh fingerprints, bit for bit.
//!
//! In: a complete node and the fingerprints of its parents. Out: the four hashes. The fields, their order and
//! their texts are SQLMesh's and must not be "improved": a different data hash means a new table, a different
//! metadata hash a metadata change for the node and everything below it.

use crate::ordered::BTreeSet;

use crate::ordered::IndexMap;
use serde_json::{Map, Value, json};

use crate::hash::crc32_of;
use crate::macros::python_literal::text_repr;
use crate::model::{KindName, Model, NamedCall, OnChange, SourceType, Statement};
use crate::name::TableName;
use crate::sql::{Dialect, generate, types};
use crate::time::{Cron, IntervalUnit};

use super::{Fingerprint, python_text};

/// Hash items in order; `None` counts as empty.
type Items = Vec<Option<String>>;

/// What a fingerprint needs besides the node itself.
#[derive(Debug, Clone, Copy)]
pub struct FingerprintInput<'a> {
    /// The node.
    pub model: &'a Model,
    /// Fully qualified, quoted name.
    pub fqn: &'a str,
    /// Column comments found in the query; hashed when no descriptions are declared.
    pub query_column_descriptions: &'a IndexMap<String, String>,
    /// Fingerprints of the direct parents, each once.
    pub parents: &'a [&'a Fingerprint],
}

/// The fingerprint of a node.
pub fn fingerprint(input: FingerprintInput<'_>) -> Fingerprint {
    let mut versions: Vec<String> = input.parents.iter().map(|parent| parent.to_version()).collect();
    versions.sort_unstable();
    let mut metadata: Vec<&str> = input
        .parents
        .iter()
        .flat_map(|parent| {
            [
                parent.metadata_hash.as_str(),
                parent.parent_metadata_hash.as_str(),
            ]
        })
        .collect();
    metadata.sort_unstable();
    Fingerprint {
        data_hash: data_hash(input.model, input.fqn),
        metadata_hash: metadata_hash(input.model, input.query_column_descriptions),
        parent_data_hash: crc32_of(versions.into_iter().map(Some)),
        parent_metadata_hash: crc32_of(metadata.into_iter().map(Some)),
    }
}

/// Hash of what a table's content depends on.
pub fn data_hash(model: &Model, fqn: &str) -> String {
    if model.is_audit() {
        return "0".to_string();
    }
    let mut items = data_items_without_sql(model, fqn);
    items.extend(statement_texts(&model.pre_statements));
    items.extend(statement_texts(&model.post_statements));
    if model.source_type == SourceType::Sql {
        items.push(model.query.as_ref().map(|query| query.sql.clone()));
    }
    crc32_of(items)
}

/// The items of the data hash without statements and query: what must be equal for a change to be one of
/// metadata only.
pub fn data_items_without_sql(model: &Model, fqn: &str) -> Items {
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let mut items: Items = Vec::new();
    let data_env: Vec<_> = model
        .python_env
        .iter()
        .filter(|(_, entry)| entry.is_metadata != Some(true))
        .collect();
    items.push(Some(python_text::python_env(data_env)));
    items.extend(kind_data_values(model));
    items.push(model.table_format.clone());
    items.push(model.storage_format.clone());
    items.push(Some(model.kind.lookback.unwrap_or(0).to_string()));
    items.extend(
        effective_partitioned_by(model)
            .iter()
            .map(|text| Some(generate::partition_expression(text, dialect))),
    );
    items.extend(
        model
            .clustered_by
            .iter()
            .map(|text| Some(generate::key_expression(text, dialect))),
    );
    items.push(model.stamp.clone());
    items.push(Some(physical_schema(model, fqn)));
    items.push(model.physical_version.clone());
    items.push(model.gateway.clone());
    items.push(Some(interval_unit(model).as_str().to_string()));
    items.push(
        model
            .optimize_query
            .map(|flag| python_text::boolean(flag).to_string()),
    );
    items.push(Some(model.virtual_environment_mode.clone()));
    for (name, data_type) in model.columns.iter().flatten() {
        items.push(Some(name.clone()));
        items.push(Some(types::canonical(data_type, dialect)));
    }
    if let Some(properties) = &model.physical_properties {
        for (key, value) in generate::properties(properties, dialect) {
            items.push(Some(key));
            items.push(Some(value));
        }
    }
    match model.source_type {
        SourceType::Sql => items.extend(jinja_items(model)),
        SourceType::Seed => {
            for (name, hash) in model.column_hashes.iter().flatten() {
                items.push(Some(name.clone()));
                items.push(Some(hash.clone()));
            }
            items.push(Some(grants_json(model).unwrap_or_default()));
            items.push(Some(model.grants_target_layer.clone()));
        }
        SourceType::Python => items.push(model.entrypoint.clone()),
        SourceType::External | SourceType::Audit => {}
    }
    items
}

/// Hash of everything that does not change the data.
pub fn metadata_hash(model: &Model, query_column_descriptions: &IndexMap<String, String>) -> String {
    if model.is_audit() {
        return audit_metadata_hash(model);
    }
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let kind = &model.kind;
    let mut items: Items = vec![
        Some(model.dialect.clone()),
        model.owner.clone(),
        model.description.clone(),
    ];
    let descriptions = model
        .column_descriptions
        .as_ref()
        .unwrap_or(query_column_descriptions);
    items.push(Some(python_text::json(&json!(descriptions))));
    items.extend([
        Some(model.cron.clone()),
        model.cron_tz.clone(),
        model.start.clone(),
        model.end.clone(),
    ]);
    items.push(model.retention.map(|count| count.to_string()));
    let batch_size = if kind.name == KindName::Seed {
        None
    } else {
        kind.batch_size
    };
    items.push(batch_size.map(|count| count.to_string()));
    items.push(kind.batch_concurrency.map(|count| count.to_string()));
    items.push(Some(python_text::mapping(&model.mapping_schema)));
    let mut tags = model.tags.clone();
    tags.sort_unstable();
    items.extend(tags.into_iter().map(Some));
    items.extend(reference_items(model));
    items.extend(kind_metadata_values(model));
    items.push(Some(model.project.clone()));
    items.push(Some(python_text::boolean(model.allow_partials).to_string()));
    items.push(
        model
            .session_properties
            .as_ref()
            .map(|text| generate::tuple(text, dialect)),
    );
    items.extend(
        model
            .grains
            .iter()
            .map(|text| Some(generate::expression(text, dialect))),
    );
    items.extend(audit_items(model, dialect));
    items.push(grants_json(model));
    items.push(Some(model.grants_target_layer.clone()));
    if let Some(properties) = &model.virtual_properties {
        for (key, value) in generate::properties(properties, dialect) {
            items.push(Some(key));
            items.push(Some(value));
        }
    }
    items.extend(signal_items(model, dialect));
    if let Some(info) = &model.dbt_node_info {
        items.push(Some(python_text::json(info)));
    }
    let metadata_env: Vec<_> = model
        .python_env
        .iter()
        .filter(|(_, entry)| entry.is_metadata == Some(true))
        .collect();
    if !metadata_env.is_empty() {
        items.push(Some(python_text::python_env(metadata_env)));
    }
    items.extend(statement_texts(&model.pre_statements));
    items.extend(statement_texts(&model.post_statements));
    items.extend(statement_texts(&model.on_virtual_update));
    if model.source_type == SourceType::Sql {
        items.push(model.query.as_ref().map(|query| query.sql.clone()));
    }
    crc32_of(items)
}

/// Hash of what the audits of a model check: when it moves, a metadata change still runs the audits.
pub fn audit_hash(model: &Model) -> String {
    crc32_of(audit_items(
        model,
        Dialect::parse(&model.dialect).unwrap_or_default(),
    ))
}

/// The effective interval unit: the explicit one, else from the cron; day when the cron cannot be read.
pub fn interval_unit(model: &Model) -> IntervalUnit {
    model.interval_unit.unwrap_or_else(|| {
        Cron::parse(&model.cron, model.cron_tz.as_deref())
            .map_or(IntervalUnit::Day, |cron| cron.interval_unit())
    })
}

/// Schema of a node's tables before any version is inherited.
pub fn physical_schema(model: &Model, fqn: &str) -> String {
    if let Some(schema) = &model.physical_schema_override {
        return schema.clone();
    }
    let schema = TableName::parse_quoted(fqn).and_then(|name| name.schema);
    format!("sqlmesh__{}", schema.as_deref().unwrap_or("default"))
}

/// Partition expressions with the time column in front where the kind puts it there.
pub fn effective_partitioned_by(model: &Model) -> Vec<String> {
    let mut partitions = model.partitioned_by.clone();
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let key = |text: &String| generate::key_expression(text, dialect);
    if let Some(time_column) = &model.kind.time_column
        && model.kind.partition_by_time_column.unwrap_or(true)
        && let column = key(&time_column.column)
        && !partitions.iter().any(|text| key(text).contains(&column))
    {
        // ClickHouse partitions by week unless told otherwise.
        let column = &time_column.column;
        let first = if model.dialect == "clickhouse" {
            format!("toMonday({column})")
        } else {
            column.clone()
        };
        partitions.insert(0, first);
    }
    partitions
}

fn statement_texts(statements: &Option<Vec<Statement>>) -> impl Iterator<Item = Option<String>> + '_ {
    statements
        .iter()
        .flatten()
        .map(|statement| Some(statement.sql.clone()))
}

fn grants_json(model: &Model) -> Option<String> {
    let text = model.grants.as_ref()?;
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let grants: Map<String, Value> = generate::properties(text, dialect)
        .into_iter()
        .map(|(key, value)| (key, Value::String(value)))
        .collect();
    Some(python_text::json(&Value::Object(grants)))
}

/// The kind's fields that count as data, the kind's name first.
pub fn kind_data_values(model: &Model) -> Items {
    let kind = &model.kind;
    let dialect = Dialect::parse(kind.dialect.as_deref().unwrap_or(&model.dialect)).unwrap_or_default();
    let expression = |text: &String| Some(generate::expression(text, dialect));
    let flag = |value: Option<bool>| Some(python_text::boolean(value.unwrap_or(false)).to_string());
    let number = |value: Option<i64>| value.map(|number| number.to_string());
    let mut items: Items = vec![Some(kind.name.as_str().to_string())];
    match kind.name {
        KindName::View => items.push(flag(kind.materialized)),
        KindName::Seed => {
            let settings = kind.csv_settings.iter().flatten();
            items.extend(settings.map(|(_, value)| Some(python_value(value))));
        }
        KindName::IncrementalByTimeRange => {
            items.push(kind.dialect.clone());
            items.push(number(kind.lookback));
            if let Some(time_column) = &kind.time_column {
                items.push(expression(&time_column.column));
                items.push(time_column.format.clone());
            }
        }
        KindName::IncrementalByUniqueKey => {
            items.push(kind.dialect.clone());
            items.push(number(kind.lookback));
            items.extend(kind.unique_key.iter().flatten().map(expression));
            items.push(
                kind.when_matched
                    .as_ref()
                    .map(|text| generate::whens(text, dialect)),
            );
            items.push(kind.merge_filter.as_ref().and_then(expression));
        }
        KindName::IncrementalUnmanaged => items.push(flag(kind.insert_overwrite)),
        KindName::ScdType2 | KindName::ScdType2ByTime | KindName::ScdType2ByColumn => {
            items.push(kind.dialect.clone());
            items.extend(kind.unique_key.iter().flatten().map(expression));
            items.push(kind.valid_from_name.as_ref().and_then(expression));
            items.push(kind.valid_to_name.as_ref().and_then(expression));
            items.push(flag(kind.invalidate_hard_deletes));
            items.push(
                kind.time_data_type
                    .as_ref()
                    .map(|text| types::canonical(text, dialect)),
            );
            items.push(number(kind.batch_size));
            if kind.name == KindName::ScdType2ByColumn {
                let columns = kind.columns.iter().flatten();
                items.extend(columns.map(|text| {
                    if text == "*" {
                        Some("STAR".to_string())
                    } else {
                        expression(text)
                    }
                }));
                items.push(flag(kind.execution_time_as_valid_from));
                items.push(kind.updated_at_name.as_ref().and_then(expression));
            } else {
                items.push(kind.updated_at_name.as_ref().and_then(expression));
                items.push(flag(kind.updated_at_as_valid_from));
            }
        }
        KindName::Custom => {
            items.push(kind.materialization.clone());
            let properties = kind.materialization_properties.as_ref();
            items.push(properties.map(|text| generate::tuple(text, dialect)));
            items.push(number(kind.lookback));
        }
        KindName::DbtCustom => {
            items.extend([
                kind.materialization.clone(),
                kind.definition.clone(),
                kind.adapter.clone(),
                kind.dialect.clone(),
            ]);
        }
        KindName::None
        | KindName::Full
        | KindName::Embedded
        | KindName::External
        | KindName::Managed
        | KindName::IncrementalByPartition => {}
    }
    items
}

fn kind_metadata_values(model: &Model) -> Items {
    let kind = &model.kind;
    let flag = |value: Option<bool>| Some(python_text::boolean(value.unwrap_or(false)).to_string());
    let number = |value: Option<i64>| value.map(|number| number.to_string());
    let mut items: Items = Vec::new();
    if kind.name.is_incremental() {
        let destructive = kind.on_destructive_change.unwrap_or_default();
        let additive = kind.on_additive_change.unwrap_or(OnChange::Allow);
        items.push(Some(format!("OnDestructiveChange.{}", destructive.as_str())));
        items.push(Some(format!("OnAdditiveChange.{}", additive.as_str())));
        items.push(kind.auto_restatement_cron.clone());
    }
    match kind.name {
        KindName::Seed => items.push(number(kind.batch_size)),
        KindName::IncrementalByTimeRange => {
            items.push(number(kind.batch_size));
            items.push(flag(kind.forward_only));
            items.push(flag(kind.disable_restatement));
            items.push(flag(Some(kind.partition_by_time_column.unwrap_or(true))));
            items.push(number(kind.auto_restatement_intervals));
        }
        KindName::IncrementalByUniqueKey => {
            items.push(number(kind.batch_size));
            items.push(flag(kind.forward_only));
            items.push(flag(kind.disable_restatement));
        }
        KindName::IncrementalByPartition
        | KindName::IncrementalUnmanaged
        | KindName::ScdType2
        | KindName::ScdType2ByTime
        | KindName::ScdType2ByColumn => {
            items.push(flag(Some(kind.is_forward_only())));
            items.push(flag(kind.disable_restatement));
        }
        KindName::Custom => {
            items.push(number(kind.batch_size));
            items.push(number(kind.batch_concurrency));
            items.push(flag(kind.forward_only));
            items.push(flag(kind.disable_restatement));
            items.push(kind.auto_restatement_cron.clone());
            items.push(number(kind.auto_restatement_intervals));
        }
        KindName::None
        | KindName::View
        | KindName::Full
        | KindName::Embedded
        | KindName::External
        | KindName::Managed
        | KindName::DbtCustom => {}
    }
    items
}

fn python_value(value: &Value) -> String {
    match value {
        Value::Null => "None".to_string(),
        Value::Bool(flag) => python_text::boolean(*flag).to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(python_repr).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let items: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{}: {}", text_repr(key), python_repr(value)))
                .collect();
            format!("{{{}}}", items.join(", "))
        }
    }
}

fn python_repr(value: &Value) -> String {
    match value {
        Value::String(text) => text_repr(text),
        other => python_value(other),
    }
}

fn jinja_items(model: &Model) -> Items {
    let mut items: Items = Vec::new();
    let mut push_macros = |macros: &IndexMap<String, crate::model::JinjaMacro>| {
        let mut names: Vec<&String> = macros.keys().collect();
        names.sort_unstable();
        for name in names {
            items.push(Some(name.clone()));
            items.push(Some(macros[name].definition.clone()));
        }
    };
    push_macros(&model.jinja_macros.root_macros);
    let mut packages: Vec<&String> = model.jinja_macros.packages.keys().collect();
    packages.sort_unstable();
    for package in packages {
        push_macros(&model.jinja_macros.packages[package]);
    }
    let globals: Map<String, Value> = ["refs", "sources", "vars"]
        .into_iter()
        .filter_map(|key| Some((key.to_string(), model.jinja_macros.global_objs.get(key)?.clone())))
        .collect();
    items.push(Some(python_text::json(&Value::Object(globals))));
    items
}

fn reference_items(model: &Model) -> Items {
    // References count as unique here, just as grains do.
    let entry = |expression: &String| {
        python_text::json(&json!({"expression": expression, "model_name": model.name, "unique": true}))
    };
    let expressions = model.grains.iter().chain(&model.references);
    let mut items: Vec<String> = expressions.map(entry).collect();
    items.sort_unstable();
    items.into_iter().map(Some).collect()
}

fn sorted_calls(calls: &[NamedCall]) -> Vec<&NamedCall> {
    let mut sorted: Vec<&NamedCall> = calls.iter().collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    sorted
}

fn audit_items(model: &Model, dialect: Dialect) -> Items {
    let mut items: Items = Vec::new();
    for (name, arguments) in sorted_calls(&model.audits) {
        items.push(Some(name.clone()));
        if let Some(audit) = model.audit_definitions.get(name) {
            items.push(Some(audit.query.sql.clone()));
            items.push(Some(audit.dialect.clone()));
            items.push(Some(python_text::boolean(audit.skip).to_string()));
            items.push(Some(python_text::boolean(audit.blocking).to_string()));
        }
        for (argument, value) in arguments {
            items.push(Some(argument.clone()));
            items.push(Some(generate::expression(value, dialect)));
        }
    }
    items
}

fn signal_items(model: &Model, dialect: Dialect) -> Items {
    let mut items: Items = Vec::new();
    for (name, arguments) in sorted_calls(&model.signals) {
        items.push(Some(name.clone()));
        let names: BTreeSet<&String> = arguments.keys().collect();
        for argument in names {
            let value = generate::expression(&arguments[argument], dialect);
            items.push(Some(format!("{argument}:{value}")));
        }
    }
    items
}

fn audit_metadata_hash(model: &Model) -> String {
    let mut tags = model.tags.clone();
    tags.sort_unstable();
    let mut items: Items = vec![model.owner.clone(), model.description.clone()];
    items.extend(tags.into_iter().map(Some));
    items.push(Some(python_text::python_env(&model.python_env)));
    items.extend([
        model.stamp.clone(),
        Some(model.cron.clone()),
        model.cron_tz.clone(),
    ]);
    items.push(model.query.as_ref().map(|query| query.sql.clone()));
    items.extend(statement_texts(&model.expressions));
    crc32_of(items)
}
