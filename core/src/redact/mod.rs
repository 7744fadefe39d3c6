//! A state without its texts, fit to leave the system that it describes.
//!
//! Removed: SQL, macro bodies, Python code, descriptions, comments, owners, contents of seeds, arguments of audits
//! and signals, properties. Kept: hashes, versions, names, kinds, schedules, columns with their types, what
//! depends on what, and intervals. In the place of a query stands one that gives the same columns and reads the
//! same tables, so that plans that do not need the text come out the same; `Model::is_redacted` tells it apart.

mod pseudonyms;

use crate::diff::modified::{analyze, stored_columns, with_hashes};
use crate::model::{Executable, JinjaMacros, Model, REDACTED, SeedContent, SourceType, Statement};
use crate::name::TableName;
use crate::snapshot::DataVersion;
use crate::sql::Dialect;
use crate::state::StateFile;

use pseudonyms::Pseudonyms;

/// How to redact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redaction {
    /// Names of catalogs, schemas, tables, columns and tags give way to pseudonyms, the same everywhere.
    pub pseudonyms: bool,
}

/// The state without its texts.
pub fn redact(state: &StateFile, redaction: Redaction) -> StateFile {
    let mut redacted = state.clone();
    let names = redaction.pseudonyms.then(|| Pseudonyms::of(state));
    // What is in fields that nobody knows, nobody can judge.
    redacted.extra.clear();
    redacted.metadata.extra.clear();
    for snapshot in &mut redacted.snapshots {
        node(&mut snapshot.node, names.as_ref());
        snapshot.extra.clear();
        unknown(&mut snapshot.previous_versions);
    }
    for entry in redacted.environments.values_mut() {
        let environment = &mut entry.environment;
        environment.extra.clear();
        let finalized = environment.previous_finalized_snapshots.iter_mut().flatten();
        for info in environment.snapshots.iter_mut().chain(finalized) {
            info.extra.clear();
            unknown(&mut info.previous_versions);
        }
        for statements in &mut entry.statements {
            for text in statements.before_all.iter_mut().chain(&mut statements.after_all) {
                *text = REDACTED.to_string();
            }
            statements.python_env.values_mut().for_each(executable);
            statements.jinja_macros = statements.jinja_macros.as_ref().map(jinja);
            statements.extra.clear();
        }
    }
    match names {
        Some(names) => names.replace(&redacted),
        None => redacted,
    }
}

fn node(model: &mut Model, names: Option<&Pseudonyms>) {
    if model.source_type == SourceType::Sql || model.source_type == SourceType::Audit {
        model.query = Some(Statement::new(stand_in(model, names)));
    }
    if model.source_type == SourceType::Seed {
        if model.columns.is_none() && model.derived_columns_to_types.is_none() {
            model.derived_columns_to_types = stored_columns(model);
        }
        model.column_hashes = with_hashes(model).column_hashes.take();
        model.seed = Some(SeedContent::default());
        model.is_hydrated = Some(false);
    }
    model.description = None;
    model.owner = None;
    model.stamp = model.stamp.take().map(|_| REDACTED.to_string());
    model.column_descriptions = None;
    model.dbt_node_info = None;
    for (_, arguments) in model.audits.iter_mut().chain(&mut model.rare.signals) {
        arguments
            .values_mut()
            .for_each(|value| *value = "NULL".to_string());
    }
    model.physical_properties = None;
    model.virtual_properties = None;
    model.session_properties = None;
    model.grants = None;
    let kind = &mut model.kind;
    kind.merge_filter = kind.merge_filter.take().map(|_| "TRUE".to_string());
    kind.when_matched = None;
    kind.materialization_properties = None;
    kind.definition = kind.definition.take().map(|_| REDACTED.to_string());
    kind.csv_settings = None;
    kind.extra.clear();
    for statements in [
        &mut model.pre_statements,
        &mut model.post_statements,
        &mut model.on_virtual_update,
        &mut model.rare.expressions,
    ] {
        statements
            .iter_mut()
            .flatten()
            .for_each(|statement| statement.sql = REDACTED.to_string());
    }
    if let Some(defaults) = &mut model.defaults {
        defaults
            .values_mut()
            .for_each(|value| *value = "NULL".to_string());
    }
    for audit in model.audit_definitions.values_mut() {
        audit.query = Statement::new(format!("SELECT 1 {REDACTED}"));
        audit
            .defaults
            .values_mut()
            .for_each(|value| *value = "NULL".to_string());
        audit.expressions.clear();
        audit.jinja_macros = jinja(&audit.jinja_macros);
        audit.extra.clear();
    }
    model.python_env.values_mut().for_each(executable);
    model.jinja_macros = jinja(&model.jinja_macros);
    model.extra.clear();
}

/// A query with the same columns and tables, and nothing else of the original.
fn stand_in(model: &Model, names: Option<&Pseudonyms>) -> String {
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let columns = stored_columns(model).unwrap_or_default();
    let quote = |name: &str| {
        let name = names.map_or(name, |names| names.of_name(name));
        let word = name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        if word {
            name.to_string()
        } else {
            dialect.quote_identifier(name)
        }
    };
    let items: Vec<String> = columns
        .iter()
        .map(|(name, data_type)| match data_type.as_str() {
            "UNKNOWN" | "NULL" => format!("NULL AS {}", quote(name)),
            data_type => format!("CAST(NULL AS {data_type}) AS {}", quote(name)),
        })
        .collect();
    let reads = analyze(model)
        .map(|analysis| analysis.depends_on)
        .unwrap_or_default();
    let tables: Vec<String> = reads
        .iter()
        .filter_map(|name| TableName::parse_quoted(name))
        .map(|name| name.parts().map(quote).collect::<Vec<_>>().join("."))
        .collect();
    let items = match (items.is_empty(), tables.is_empty()) {
        (false, _) => items.join(", "),
        (true, true) => "1".to_string(),
        (true, false) => "*".to_string(),
    };
    let from = if tables.is_empty() {
        String::new()
    } else {
        format!(" FROM {}", tables.join(", "))
    };
    format!("SELECT {items} {REDACTED}{from}")
}

fn executable(executable: &mut Executable) {
    executable.payload = match executable.kind.as_str() {
        "value" => "{}".to_string(),
        "import" => "import builtins".to_string(),
        _ => format!("def redacted(*args):\n    pass  # {REDACTED}"),
    };
    executable.path = None;
}

/// Removes what is unknown of earlier versions.
fn unknown(versions: &mut [DataVersion]) {
    for version in versions {
        version.extra.clear();
    }
}

fn jinja(macros: &JinjaMacros) -> JinjaMacros {
    let mut redacted = macros.clone();
    let macros = &mut *redacted;
    let packages = macros
        .packages
        .values_mut()
        .flat_map(|package| package.values_mut());
    for entry in packages.chain(macros.root_macros.values_mut()) {
        entry.definition = format!("{{# {REDACTED} #}}");
        entry.extra.clear();
    }
    macros.global_objs.clear();
    macros.extra.clear();
    redacted
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn state() -> StateFile {
        serde_json::from_value(json!({
            "metadata": {"timestamp": "t", "file_version": 1, "importable": true},
            "versions": {"schema_version": 102, "sqlglot_version": "30.8.0", "sqlmesh_version": "0.236.4"},
            "snapshots": [{
                "name": "\"wh\".\"shop\".\"orders\"", "version": "7", "fingerprint": {"data_hash": "1", "metadata_hash": "2"},
                "intervals": [[0, 86_400_000]],
                "node": {
                    "name": "shop.orders", "dialect": "duckdb", "default_catalog": "wh", "owner": "ida",
                    "description": "secret", "tags": ["daily"], "cron": "@daily", "kind": {"name": "FULL"},
                    "query": {"sql": "SELECT 42 AS answer, k FROM shop.secrets WHERE k = 'hidden'"},
                    "mapping_schema": {"\"wh\"": {"\"shop\"": {"\"secrets\"": {"k": "TEXT"}}}}
                }
            }],
            "environments": {}
        }))
        .unwrap()
    }

    #[test]
    fn texts_go_and_structure_stays() {
        let redacted = redact(&state(), Redaction::default());
        let text = redacted.to_json();
        for secret in ["42", "hidden", "ida", "secret\""] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        let (before, after) = (&state().snapshots[0], &redacted.snapshots[0]);
        assert_eq!(after.fingerprint, before.fingerprint);
        assert_eq!(after.intervals, before.intervals);
        assert_eq!(stored_columns(&after.node), stored_columns(&before.node));
        let reads = |model: &Model| analyze(model).unwrap().depends_on;
        assert_eq!(reads(&after.node), reads(&before.node));
        assert!(after.node.is_redacted() && !before.node.is_redacted());
        assert_eq!(redact(&redacted, Redaction::default()), redacted, "twice is once");
    }

    #[test]
    fn what_nobody_knows_goes() {
        let mut value = serde_json::to_value(state()).unwrap();
        let version = json!({"fingerprint": {"data_hash": "1", "metadata_hash": "2"}, "mood": "hidden"});
        let info = json!({
            "name": "x", "version": "1", "physical_schema": "s", "dev_table_suffix": "dev", "mood": "hidden",
            "fingerprint": {"data_hash": "1", "metadata_hash": "2"}, "previous_versions": [version]
        });
        value["mood"] = json!("hidden");
        value["metadata"]["mood"] = json!("hidden");
        value["snapshots"][0]["mood"] = json!("hidden");
        value["snapshots"][0]["node"]["mood"] = json!("hidden");
        value["snapshots"][0]["node"]["kind"]["mood"] = json!("hidden");
        value["snapshots"][0]["previous_versions"] = json!([version]);
        value["environments"] = json!({"prod": {"environment": {
            "name": "prod", "start_at": "2024-01-01", "plan_id": "1", "mood": "hidden", "snapshots": [info],
            "previous_finalized_snapshots": [info]
        }, "statements": []}});
        let state: StateFile = serde_json::from_value(value).unwrap();
        assert_eq!(state.to_json().matches("mood").count(), 11);
        for pseudonyms in [false, true] {
            let text = redact(&state, Redaction { pseudonyms }).to_json();
            assert!(!text.contains("mood"), "{text}");
        }
    }

    #[test]
    fn pseudonyms_are_the_same_everywhere() {
        let redacted = redact(&state(), Redaction { pseudonyms: true });
        let text = redacted.to_json();
        for name in ["orders", "shop", "wh\\\"", "secrets", "answer"] {
            assert!(!text.contains(name), "{name}: {text}");
        }
        let model = &redacted.snapshots[0].node;
        assert_eq!(model.cron, "@daily", "words of SQLMesh stay");
        let reads = analyze(model).unwrap().depends_on;
        assert_eq!(reads.len(), 1);
        let schema = serde_json::to_string(&model.mapping_schema).unwrap();
        let table = reads
            .iter()
            .next()
            .and_then(|name| TableName::parse_quoted(name))
            .unwrap();
        assert!(schema.contains(&table.table), "{schema} {table}");
    }
}
