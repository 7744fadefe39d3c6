//! Why a node is modified: the fields of its file and the parents that differ from the version in the environment.
//!
//! In: a plan. Out: for each modified node its own causes, one step each. A cause that names a parent is followed
//! by looking up that parent's causes; `text::why` does.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::diff::Modified;
use crate::diff::modified::with_hashes;
use crate::json::{self, read_object};
use crate::model::{Model, SourceType};
use crate::ordered::BTreeMap;
use crate::plan::Plan;
use crate::snapshot::PlanNode;
use crate::sql::MappingSchema;

/// One reason for a node to be modified.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// `added`; `field`: a field of the definition differs; `columns`: a parent gives other columns; `parent`: a
    /// parent is modified itself, gained or lost.
    pub kind: String,
    /// Field that differs: `query`, `kind.lookback`, `macro total`, ….
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Fully qualified name of the parent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Columns of the parent that came, went or have another type.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The field's value before, where it is short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The field's value now, where it is short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// File that the definition is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

read_object!(Cause {
    kind: required,
    field: default,
    parent: default,
    columns: default,
    before: default,
    after: default,
    path: default,
});

/// Longer values are not repeated: the difference of the sources shows them.
const LONGEST_VALUE: usize = 120;

/// Fields that say how something is stored, not what it is.
const INNER_FIELDS: [&str; 9] = [
    "mapping_schema",
    "seed",
    "is_hydrated",
    "derived_columns_to_types",
    "default_catalog",
    "depends_on",
    "extract_dependencies_from_query",
    "column_hashes",
    "query",
];

/// The causes of a node's status; empty for one that is not modified.
pub(super) fn causes(plan: &Plan<'_>, node: &PlanNode) -> Vec<Cause> {
    let name = node.name();
    if plan.diff.added.contains(name) {
        return vec![Cause {
            kind: "added".to_string(),
            path: node.path.clone(),
            ..Cause::default()
        }];
    }
    let Some(modified) = plan.diff.modified.get(name) else {
        return Vec::new();
    };
    let mut causes = fields(modified, node);
    causes.extend(columns(modified, node));
    causes.extend(parents(plan, modified, node));
    causes
}

/// Fields of the definition that differ.
fn fields(modified: &Modified, node: &PlanNode) -> Vec<Cause> {
    let (old, new) = (&modified.old, &node.snapshot);
    let same_data = old.fingerprint.data_hash == new.fingerprint.data_hash;
    if same_data && old.fingerprint.metadata_hash == new.fingerprint.metadata_hash {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut differ = |field: String, before: Option<String>, after: Option<String>| {
        found.push(Cause {
            kind: "field".to_string(),
            field: Some(field),
            before,
            after,
            path: node.path.clone(),
            ..Cause::default()
        });
    };
    let (before, after) = (with_hashes(&old.node), with_hashes(node.model()));
    if before.query.as_ref().map(|query| &query.sql) != after.query.as_ref().map(|query| &query.sql) {
        differ("query".to_string(), None, None);
    }
    if after.source_type == SourceType::Seed {
        for column in changed_keys(
            &before.column_hashes.clone().unwrap_or_default(),
            &after.column_hashes.clone().unwrap_or_default(),
        ) {
            differ(format!("column {column} of the seed"), None, None);
        }
    }
    let (before, after) = (object(&before), object(&after));
    for (key, old, new) in pairs(&before, &after) {
        if old == new || INNER_FIELDS.contains(&key) {
            continue;
        }
        match (key, old, new) {
            ("python_env", old, new) => {
                for (name, _, _) in members(old, new).into_iter().filter(|(_, a, b)| a != b) {
                    differ(used(name), None, None);
                }
            }
            ("jinja_macros", _, _) => differ("Jinja macros".to_string(), None, None),
            (_, Some(Value::Object(_)), Some(Value::Object(_))) => {
                for (inner, old, new) in members(old, new).into_iter().filter(|(_, a, b)| a != b) {
                    differ(format!("{key}.{inner}"), short(old), short(new));
                }
            }
            _ => differ(key.to_string(), short(old), short(new)),
        }
    }
    found
}

/// What an entry of a definition's environment is for people.
fn used(name: &str) -> String {
    if name.starts_with("__sqlmesh__") {
        "variables".to_string()
    } else {
        format!("macro {name}")
    }
}

fn object(model: &Model) -> Map<String, Value> {
    match json::to_value(model) {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

type Member<'v> = (&'v str, Option<&'v Value>, Option<&'v Value>);

/// All keys of two objects with their values, in the order of the newer.
fn pairs<'v>(old: &'v Map<String, Value>, new: &'v Map<String, Value>) -> Vec<Member<'v>> {
    let known = new
        .iter()
        .map(|(key, value)| (key.as_str(), old.get(key), Some(value)));
    let gone = old
        .iter()
        .filter(|(key, _)| !new.contains_key(*key))
        .map(|(key, value)| (key.as_str(), Some(value), None));
    known.chain(gone).collect()
}

fn members<'v>(old: Option<&'v Value>, new: Option<&'v Value>) -> Vec<Member<'v>> {
    match (old, new) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => pairs(old, new),
        (Some(Value::Object(old)), None) => old
            .iter()
            .map(|(key, value)| (key.as_str(), Some(value), None))
            .collect(),
        (None, Some(Value::Object(new))) => new
            .iter()
            .map(|(key, value)| (key.as_str(), None, Some(value)))
            .collect(),
        _ => Vec::new(),
    }
}

fn short(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    (text.len() <= LONGEST_VALUE).then_some(text)
}

fn changed_keys<V: PartialEq>(
    old: &crate::ordered::IndexMap<String, V>,
    new: &crate::ordered::IndexMap<String, V>,
) -> Vec<String> {
    let differing = new.iter().filter(|(key, value)| old.get(key) != Some(value));
    let gone = old.iter().filter(|(key, _)| !new.contains_key(key));
    differing.chain(gone).map(|(key, _)| key.clone()).collect()
}

/// Parents that give other columns than before: they are part of the metadata.
fn columns(modified: &Modified, node: &PlanNode) -> Vec<Cause> {
    let (old, new) = (&modified.old.node.mapping_schema, &node.model().mapping_schema);
    if old == new {
        return Vec::new();
    }
    let (old, new) = (tables(old), tables(new));
    let mut found = Vec::new();
    for (table, columns) in &new {
        let Some(before) = old.get(table) else { continue };
        let mut changed: Vec<String> = columns
            .iter()
            .filter(|(name, data_type)| before.get(name) != Some(data_type))
            .map(|(name, _)| name.clone())
            .collect();
        changed.extend(before.keys().filter(|name| !columns.contains_key(name)).cloned());
        if !changed.is_empty() {
            found.push(Cause {
                kind: "columns".to_string(),
                parent: Some(table.clone()),
                columns: changed,
                ..Cause::default()
            });
        }
    }
    found
}

/// The tables of a mapping schema by their dotted names.
fn tables(schema: &MappingSchema) -> BTreeMap<String, &MappingSchema> {
    let mut found = BTreeMap::new();
    let mut waiting: Vec<(String, &MappingSchema)> = vec![(String::new(), schema)];
    while let Some((name, object)) = waiting.pop() {
        let is_table = object.values().any(|value| value.below().is_none());
        if is_table {
            found.insert(name, object);
            continue;
        }
        for (part, value) in object {
            if let Some(inner) = value.below() {
                let name = if name.is_empty() {
                    part.clone()
                } else {
                    format!("{name}.{part}")
                };
                waiting.push((name, inner));
            }
        }
    }
    found
}

/// Parents whose version differs, that came or that went.
fn parents(plan: &Plan<'_>, modified: &Modified, node: &PlanNode) -> Vec<Cause> {
    let cause = |parent: &str, field: Option<&str>| Cause {
        kind: "parent".to_string(),
        parent: Some(parent.to_string()),
        field: field.map(str::to_string),
        ..Cause::default()
    };
    let old: BTreeMap<&str, &str> = modified
        .old
        .parents
        .iter()
        .map(|parent| (parent.name.as_str(), parent.identifier.as_str()))
        .collect();
    let mut found = Vec::new();
    for parent in &node.snapshot.parents {
        match old.get(parent.name.as_str()) {
            Some(before) if *before == parent.identifier => {}
            Some(_) => found.push(cause(&parent.name, None)),
            None => found.push(cause(&parent.name, Some("gained"))),
        }
    }
    let now: Vec<&str> = node
        .snapshot
        .parents
        .iter()
        .map(|parent| parent.name.as_str())
        .collect();
    for name in old.keys().filter(|name| !now.contains(name)) {
        let gone = if plan.diff.removed.contains_key(*name) {
            "removed"
        } else {
            "lost"
        };
        found.push(cause(name, Some(gone)));
    }
    found
}
