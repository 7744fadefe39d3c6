//! Names replaced everywhere in the same way: parts of table names, names of columns, tags and projects.

use crate::json;
use crate::ordered::BTreeMap;

use serde_json::Value;

use crate::hash::digest;
use crate::name::TableName;
use crate::sql::{Mapped, MappingSchema};
use crate::state::StateFile;

/// Fields whose texts hold names. All others hold words of SQLMesh, dates and numbers.
const NAMED: [&str; 22] = [
    "name",
    "depends_on",
    "partitioned_by",
    "clustered_by",
    "grains",
    "references",
    "column",
    "unique_key",
    "valid_from_name",
    "valid_to_name",
    "updated_at_name",
    "columns",
    "tags",
    "project",
    "default_catalog",
    "physical_schema",
    "physical_schema_override",
    "catalog_name_override",
    "gateway",
    "model_gateway",
    "entrypoint",
    "path",
];
/// Fields whose keys are names.
const KEYED: [&str; 4] = [
    "columns",
    "derived_columns_to_types",
    "column_hashes",
    "mapping_schema",
];
/// Objects whose `name` is not one of the user's.
const NOT_NAMED: [&str; 2] = ["kind", "environment"];

/// Pseudonyms by name.
#[derive(Debug, Default)]
pub(super) struct Pseudonyms(BTreeMap<String, String>);

impl Pseudonyms {
    /// Pseudonyms for all names of a state: always the same for the same name.
    pub fn of(state: &StateFile) -> Self {
        let mut names = Self::default();
        for snapshot in &state.snapshots {
            let model = &snapshot.node;
            names.table(&snapshot.name);
            snapshot
                .parents
                .iter()
                .for_each(|parent| names.table(&parent.name));
            let declared = model.columns.iter().chain(&model.derived_columns_to_types);
            for column in declared.flat_map(|columns| columns.keys()) {
                names.add("column", column);
            }
            for column in super::stored_columns(model).unwrap_or_default().keys() {
                names.add("column", column);
            }
            names.schema(&model.mapping_schema, 0);
            model.tags.iter().for_each(|tag| names.add("tag", tag));
            for (what, word) in [
                ("project", Some(&model.project)),
                ("name", model.default_catalog.as_ref()),
                ("name", model.physical_schema_override.as_ref()),
                ("gateway", model.gateway.as_ref()),
                ("function", model.entrypoint.as_ref()),
            ] {
                word.into_iter().for_each(|word| names.add(what, word));
            }
            model
                .depends_on
                .iter()
                .flatten()
                .for_each(|name| names.table(name));
        }
        names
    }

    /// What stands for a name; the name itself when it is none of the user's.
    pub fn of_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// A state under these names.
    pub fn replace(&self, state: &StateFile) -> StateFile {
        let value = json::to_value(state);
        // Through its text: a state has one reader, and a second one would cost the browser 90 kB.
        json::from_str(&json::to_string(&self.value(value, "", "", 0))).unwrap_or_default()
    }

    fn add(&mut self, what: &str, name: &str) {
        if name.is_empty() || self.0.contains_key(name) {
            return;
        }
        let mut number = digest([name]);
        number.truncate(8);
        self.0.insert(name.to_string(), format!("{what}_{number}"));
    }

    fn table(&mut self, name: &str) {
        match TableName::parse_quoted(name) {
            Some(name) => name.parts().for_each(|part| self.add("name", part)),
            None => self.add("name", name),
        }
    }

    /// Names of tables and, innermost, of columns.
    fn schema(&mut self, schema: &MappingSchema, depth: usize) {
        for (name, below) in schema {
            match below {
                Mapped::Below(below) if depth < 4 => {
                    self.table(name);
                    self.schema(below, depth + 1);
                }
                _ => self.add("column", name),
            }
        }
    }

    fn value(&self, value: Value, field: &str, object: &str, depth: usize) -> Value {
        let named = NAMED.contains(&field) && !(field == "name" && NOT_NAMED.contains(&object));
        match value {
            // No state is as deep; `from_str` would have refused it.
            _ if depth > 120 => Value::Null,
            Value::String(text) if named => Value::String(self.text(&text)),
            Value::Array(items) => items
                .into_iter()
                .map(|item| self.value(item, field, object, depth + 1))
                .collect(),
            Value::Object(fields) => {
                let keyed = KEYED.contains(&field) || (field.starts_with('"') && depth > 0);
                let fields = fields.into_iter().map(|(key, value)| {
                    let value = self.value(value, &key, if keyed { object } else { field }, depth + 1);
                    (if keyed { self.text(&key) } else { key }, value)
                });
                fields.collect()
            }
            other => other,
        }
    }

    /// A text in which every word that is a name is replaced.
    fn text(&self, text: &str) -> String {
        if let Some(name) = self.0.get(text) {
            return name.clone();
        }
        let mut replaced = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_word) {
            let (before, from) = rest.split_at(start);
            let end = from.find(|c| !is_word(c)).unwrap_or(from.len());
            let (word, after) = from.split_at(end);
            replaced.push_str(before);
            replaced.push_str(&self.word(word));
            rest = after;
        }
        replaced.push_str(rest);
        replaced
    }

    /// A name, also as the schema of its tables: `sqlmesh__shop`.
    fn word(&self, word: &str) -> String {
        match word.strip_prefix("sqlmesh__").and_then(|name| self.0.get(name)) {
            Some(name) => format!("sqlmesh__{name}"),
            None => self.of_name(word).to_string(),
        }
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
