//! Fields of stored nodes that changed between releases.

use serde_json::{Value, json};

use crate::macros::python_literal;
use crate::model::{BLUEPRINT_VARS, Executable, KindName, Model, ModelKind, SourceType, VARS};
use crate::snapshot::{ChangeCategory, Snapshot};

/// Fields of nodes that older releases wrote and the current one refuses.
const DROPPED: [&str; 3] = ["validate_query", "dbt_name", "hash_raw_query"];

/// Brings one snapshot into the current form; its fingerprint stays.
pub(super) fn upgrade(snapshot: &mut Snapshot) {
    // Forward-only was a category before it became a flag.
    if snapshot.change_category == Some(ChangeCategory::ForwardOnly) {
        snapshot.forward_only = true;
    }
    let model = &mut *snapshot.node;
    if let Some(Value::String(name)) = model.extra.get("dbt_name") {
        model.dbt_node_info = Some(Box::new(json!({"unique_id": name, "name": "", "fqn": ""})));
    }
    model.extra.retain(|field| !DROPPED.contains(&field));
    kind(model);
    for column in &mut model.partitioned_by {
        if let Some(inner) = column.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
            *column = inner.to_string();
        }
    }
    if let Some(variables) = model.python_env.get_mut(VARS) {
        sort(variables, false);
    }
    if let Some(variables) = model.python_env.get_mut(BLUEPRINT_VARS) {
        sort(variables, true);
    }
}

/// Properties that kinds gained get their defaults; `disable_restatement` left the kinds without tables.
fn kind(model: &mut Model) {
    if model.source_type == SourceType::Audit {
        return;
    }
    let defaults = ModelKind::new(model.kind.name, &model.dialect);
    let kind = &mut model.kind;
    if matches!(kind.name, KindName::Embedded | KindName::External) {
        kind.disable_restatement = None;
    }
    if kind.on_destructive_change.is_none() {
        kind.on_destructive_change = defaults.on_destructive_change;
    }
    if kind.on_additive_change.is_none() {
        kind.on_additive_change = defaults.on_additive_change;
    }
    if kind.partition_by_time_column.is_none() {
        kind.partition_by_time_column = defaults.partition_by_time_column;
    }
    if kind.batch_concurrency.is_none() {
        kind.batch_concurrency = defaults.batch_concurrency;
    }
    if kind.materialized.is_none() {
        kind.materialized = defaults.materialized;
    }
    if kind.forward_only.is_none() {
        kind.forward_only = defaults.forward_only;
    }
    if kind.disable_restatement.is_none() {
        kind.disable_restatement = defaults.disable_restatement;
    }
    if kind.dialect.is_none() {
        kind.dialect = defaults.dialect;
    }
}

/// Variables are stored sorted by name since their text is hashed; those of blueprints in lower case, too. What
/// cannot be read stays as it is.
fn sort(executable: &mut Executable, blueprint: bool) {
    let Some(Value::Object(entries)) = python_literal::parse(&executable.payload) else {
        return;
    };
    let mut entries: Vec<(String, Value)> = entries.into_iter().collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    if !blueprint {
        executable.payload = python_literal::to_repr(&entries.into_iter().collect());
        return;
    }
    let taken: Vec<String> = entries.iter().map(|(name, _)| name.clone()).collect();
    let texts = entries.into_iter().map(|(name, value)| {
        let lower = name.to_lowercase();
        let name = if taken.contains(&lower) { name } else { lower };
        match value {
            Value::String(text) => Some((name, text)),
            _ => None,
        }
    });
    // A blueprint's variables are SQL; others are left alone.
    if let Some(texts) = texts.collect::<Option<_>>()
        && executable.payload.contains("SqlValue(")
    {
        executable.payload = python_literal::blueprints_to_repr(&texts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upgraded(node: Value) -> Model {
        let mut snapshot = Snapshot {
            node: serde_json::from_value(node).unwrap(),
            ..Snapshot::default()
        };
        upgrade(&mut snapshot);
        Model::clone(&snapshot.node)
    }

    #[test]
    fn dropped_fields_go_and_new_ones_come() {
        let model = upgraded(json!({
            "name": "a", "source_type": "sql", "dialect": "duckdb", "validate_query": true,
            "partitioned_by": ["(\"d\")", "\"e\""],
            "kind": {"name": "INCREMENTAL_BY_TIME_RANGE", "on_destructive_change": "WARN"}
        }));
        assert!(model.extra.is_empty());
        assert_eq!(model.partitioned_by, ["\"d\"", "\"e\""]);
        let kind = serde_json::to_value(&model.kind).unwrap();
        assert_eq!(kind["on_destructive_change"], "WARN");
        assert_eq!(kind["on_additive_change"], "ALLOW");
        assert_eq!(kind["partition_by_time_column"], true);
    }

    #[test]
    fn variables_are_sorted() {
        let model = upgraded(json!({
            "name": "a", "python_env": {
                "__sqlmesh__vars__": {"payload": "{'b': 1, 'a': [2.5, None]}", "kind": "value"},
                "__sqlmesh__blueprint__vars__": {"payload": "{'Zone': SqlValue(sql='x'), 'a': SqlValue(sql='1')}", "kind": "value"}
            }
        }));
        assert_eq!(model.python_env[VARS].payload, "{'a': [2.5, None], 'b': 1}");
        assert_eq!(
            model.python_env[BLUEPRINT_VARS].payload,
            "{'zone': SqlValue(sql='x'), 'a': SqlValue(sql='1')}"
        );
    }
}
