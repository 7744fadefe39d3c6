//! External models: tables that somebody else makes, declared in YAML.
//!
//! In: `external_models.yaml` (or the old `schema.yaml`) and the YAML files under `external_models/`, and the
//! configuration. Out: models as SQLMesh stores them. Entries without a gateway are the base; those of the
//! selected gateway replace them; all others are left out. Macros in these files are not evaluated, and neither
//! is Jinja: SQLMesh does not either.

use crate::ordered::BTreeMap;

use serde_json::Value;

use crate::config::Config;
use crate::config::yaml::{self, Data, Entry, Node, Place};
use crate::diagnostic::{Diagnostic, nearest};
use crate::macros::MacroEnv;
use crate::macros::sql_literal;
use crate::model::build;
use crate::model::builder::{Builder, join_pairs};
use crate::model::header::{BlockKind, Header};
use crate::model::seed::column_name;
use crate::model::{KindName, Model, ModelKind, NamedCall, SourceType, Statement};
use crate::source::SourceMap;
use crate::sql::{Dialect, types};
use crate::time::{Cron, IntervalUnit, Timestamp, parse_date};

/// The properties that an entry may have.
const KEYS: [&str; 31] = [
    "name",
    "columns",
    "column_descriptions",
    "description",
    "audits",
    "tags",
    "owner",
    "gateway",
    "dialect",
    "grain",
    "grains",
    "references",
    "start",
    "end",
    "cron",
    "cron_tz",
    "interval_unit",
    "enabled",
    "allow_partials",
    "stamp",
    "retention",
    "table_format",
    "storage_format",
    "physical_properties",
    "virtual_properties",
    "session_properties",
    "depends_on",
    "default_catalog",
    "physical_schema_override",
    "virtual_environment_mode",
    "ignored_rules",
];

/// Reads all external models of the selected gateway, with the file each comes from.
pub fn load(sources: &SourceMap, config: &Config) -> (Vec<(String, Model)>, Vec<Diagnostic>) {
    let main = ["external_models.yaml", "schema.yaml"]
        .into_iter()
        .find(|path| sources.get(path).is_some());
    let folder = sources
        .iter()
        .map(|(path, _)| path)
        .filter(|path| path.starts_with("external_models/") && path.ends_with(".yaml"));
    let mut base: BTreeMap<String, Found> = BTreeMap::new();
    let mut own: BTreeMap<String, Found> = BTreeMap::new();
    let mut order = Vec::new();
    let mut diagnostics = Vec::new();
    for path in main.into_iter().chain(folder) {
        let mut file = File {
            path,
            text: sources.get(path).unwrap_or_default(),
            config,
            diagnostics: &mut diagnostics,
        };
        for found in file.entries() {
            let level = match &found.model.gateway {
                None => &mut base,
                Some(gateway) if *gateway == config.gateway => &mut own,
                Some(_) => continue,
            };
            if level.contains_key(&found.fqn) {
                let message = format!("the external model `{}` is declared twice", found.model.name);
                file.error(
                    "model/duplicate",
                    &message,
                    found.place,
                    "remove one of the entries",
                );
                continue;
            }
            if !order.contains(&found.fqn) {
                order.push(found.fqn.clone());
            }
            level.insert(
                found.fqn.clone(),
                Found {
                    path: path.to_string(),
                    ..found
                },
            );
        }
    }
    let models = order
        .into_iter()
        .filter_map(|fqn| own.remove(&fqn).or_else(|| base.remove(&fqn)))
        .map(|found| (found.path, found.model))
        .collect();
    (models, diagnostics)
}

/// A model with where it stands.
struct Found {
    fqn: String,
    path: String,
    place: Place,
    model: Model,
}

struct File<'a> {
    path: &'a str,
    text: &'a str,
    config: &'a Config,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl File<'_> {
    fn error(&mut self, code: &str, message: &str, place: Place, help: &str) {
        let diagnostic = Diagnostic::error(code, message).at(place.location(self.path, self.text), "");
        self.diagnostics.push(match help {
            "" => diagnostic,
            help => diagnostic.help(help),
        });
    }

    fn entries(&mut self) -> Vec<Found> {
        match yaml::parse(self.text, 0) {
            Err(error) => {
                let message = format!("`{}` is not valid YAML: {}", self.path, error.message);
                let help =
                    "correct the file there: indentation, brackets, quotes around texts, one entry per key";
                self.error("external/not-yaml", &message, error.place, help);
                Vec::new()
            }
            // A file may be empty.
            Ok(None) => Vec::new(),
            Ok(Some(Node {
                data: Data::List(items),
                ..
            })) => items.iter().filter_map(|item| self.entry(item)).collect(),
            Ok(Some(node)) => {
                let message = format!("`{}` must hold a list of models, not {}", self.path, node.what());
                self.error(
                    "external/not-a-list",
                    &message,
                    node.place,
                    "begin each entry with `- name: schema.table`",
                );
                Vec::new()
            }
        }
    }

    fn entry(&mut self, node: &Node) -> Option<Found> {
        let Some(entries) = node.entries() else {
            let message = format!("an external model must be a map, not {}", node.what());
            self.error(
                "external/not-a-map",
                &message,
                node.place,
                "begin each entry with `- name: schema.table`",
            );
            return None;
        };
        let Some(name) = node.get("name").and_then(Node::as_text) else {
            let place = node.get("name").map_or(node.place, |name| name.place);
            self.error(
                "model/missing-name",
                "the external model has no name",
                place,
                "add `name: schema.table`",
            );
            return None;
        };
        let dialect_text = match node.get("dialect").filter(|node| !node.is_null()) {
            Some(dialect) => dialect.as_text().unwrap_or("?").to_string(),
            None => self.config.default_dialect().to_string(),
        };
        let Some(dialect) = Dialect::parse(&dialect_text) else {
            let place = node.get("dialect").map_or(node.place, |dialect| dialect.place);
            self.error(
                "model/unknown-dialect",
                &format!("`{dialect_text}` is not a dialect"),
                place,
                "",
            );
            return None;
        };
        let catalog = node
            .get("default_catalog")
            .and_then(Node::as_text)
            .map(str::to_string);
        let env = MacroEnv::default();
        let mut builder = Builder {
            config: self.config,
            dialect,
            dialect_text: dialect_text.to_lowercase(),
            default_catalog: catalog.or_else(|| self.config.default_catalog.clone()),
            env: &env,
            problems: Vec::new(),
            is_rendered: true,
        };
        // What the configuration's defaults make of a model that says nothing.
        let built = build::build(&mut builder, &Header::empty(BlockKind::Model), Some(name), None);
        let mut model = Model {
            name: name.to_string(),
            kind: ModelKind::new(KindName::External, ""),
            source_type: SourceType::External,
            // Nothing is built, so the project's mode does not reach here.
            virtual_environment_mode: "full".to_string(),
            ..built.model
        };
        model.gateway = None;
        model.optimize_query = None;
        let fqn = match crate::sql::names::table_name(name, dialect, model.default_catalog.as_deref()) {
            Ok(name) => name.to_string(),
            Err(error) => {
                let place = node.get("name").map_or(node.place, |name| name.place);
                let message = format!("`{name}` is not a table's name: {}", error.message);
                self.error(
                    "model/bad-name",
                    &message,
                    place,
                    "write up to three parts with dots between them",
                );
                return None;
            }
        };
        self.default_statements(&mut model);
        for entry in entries {
            self.set(&builder, &mut model, entry);
        }
        if let Some(columns) = &model.columns
            && let Some(descriptions) = &mut model.rare.column_descriptions
        {
            descriptions.retain(|column, _| columns.contains_key(column));
        }
        Some(Found {
            fqn,
            path: String::new(),
            place: node.place,
            model,
        })
    }

    /// Statements that the configuration adds to every model.
    fn default_statements(&self, model: &mut Model) {
        let read = |key: &str| -> Option<Vec<Statement>> {
            let Some(Value::Array(texts)) = self.config.model_defaults.get(key) else {
                return None;
            };
            Some(
                texts
                    .iter()
                    .filter_map(Value::as_str)
                    .map(Statement::new)
                    .collect(),
            )
        };
        model.pre_statements = read("pre_statements");
        model.post_statements = read("post_statements");
        model.on_virtual_update = read("on_virtual_update");
    }

    fn set(&mut self, builder: &Builder<'_>, model: &mut Model, entry: &Entry) {
        let (key, node) = (entry.key.as_str(), &entry.value);
        if !KEYS.contains(&key) {
            let message = format!("`{key}` is not a property of an external model");
            let help = match nearest(key, KEYS) {
                Some(near) => format!("perhaps `{near}` was meant"),
                None => format!("remove it; properties are {}", KEYS.join(", ")),
            };
            self.error("model/unknown-property", &message, entry.place, &help);
            return;
        }
        if node.is_null() {
            return;
        }
        match key {
            "columns" => self.columns(model, node, builder.dialect),
            "column_descriptions" => {
                let Some(entries) = self.map(key, node) else {
                    return;
                };
                model.column_descriptions = Some(
                    entries
                        .iter()
                        .filter_map(|entry| {
                            Some((column_name(&entry.key, builder.dialect), plain(&entry.value)?))
                        })
                        .collect(),
                );
            }
            "audits" => {
                let calls = self.audits(builder, node);
                model.audits.extend(calls);
            }
            "tags" => model.tags = self.texts(key, node),
            "grain" | "grains" => model.grains = self.texts(key, node),
            "references" => model.references = self.texts(key, node),
            "ignored_rules" => {}
            "depends_on" => {
                let names = self.texts(key, node);
                let quoted = names.iter().filter_map(|name| {
                    crate::sql::names::table_name(name, builder.dialect, model.default_catalog.as_deref())
                        .ok()
                });
                model.depends_on = Some(quoted.map(|name| name.to_string()).collect());
            }
            "enabled" | "allow_partials" => match truth(node) {
                Some(value) if key == "enabled" => model.enabled = value,
                Some(value) => model.allow_partials = value,
                None => self.wrong(key, node, "true or false"),
            },
            "retention" => match node.data {
                Data::Int(number) => model.retention = Some(number),
                _ => self.wrong(key, node, "a whole number"),
            },
            "physical_properties" | "virtual_properties" | "session_properties" => {
                let Some(entries) = self.map(key, node) else {
                    return;
                };
                let own = entries.iter().map(|entry| {
                    let name = sql_literal(&Value::String(entry.key.clone()), builder.dialect);
                    format!(
                        "{name} = {}",
                        sql_literal(&entry.value.to_json(), builder.dialect)
                    )
                });
                let defaults = match self.config.model_defaults.get(key) {
                    Some(Value::Object(defaults)) => defaults.clone(),
                    _ => serde_json::Map::new(),
                };
                let inherited = defaults
                    .iter()
                    .filter(|(name, _)| !entries.iter().any(|entry| entry.key == **name))
                    .map(|(name, value)| {
                        format!(
                            "{} = {}",
                            sql_literal(&Value::String(name.clone()), builder.dialect),
                            sql_literal(value, builder.dialect)
                        )
                    });
                let tuple = join_pairs(own.chain(inherited));
                match key {
                    "physical_properties" => model.physical_properties = tuple,
                    "virtual_properties" => model.virtual_properties = tuple,
                    _ => model.session_properties = tuple,
                }
            }
            _ => match plain(node) {
                Some(text) => self.set_text(model, key, text, node),
                None => self.wrong(key, node, "text"),
            },
        }
    }

    fn set_text(&mut self, model: &mut Model, key: &str, text: String, node: &Node) {
        match key {
            "description" => model.description = Some(text),
            "owner" => model.owner = Some(text),
            "stamp" => model.stamp = Some(text),
            "gateway" => model.gateway = Some(text.to_lowercase()),
            "table_format" => model.table_format = Some(text),
            "storage_format" => model.storage_format = Some(text),
            "default_catalog" => model.default_catalog = Some(text),
            "physical_schema_override" => model.physical_schema_override = Some(text),
            "virtual_environment_mode" => model.virtual_environment_mode = text,
            "start" | "end" => {
                // Only whether it can be read matters; any moment will do as now.
                if parse_date(&text, Timestamp(1_704_067_200_000)).is_none() {
                    self.error(
                        "model/bad-date",
                        &format!("`{text}` is not a date"),
                        node.place,
                        "",
                    );
                } else if key == "start" {
                    model.start = Some(text);
                    model.start_is_moment = matches!(node.data, Data::Date(_));
                } else {
                    model.end = Some(text);
                }
            }
            "cron" => match Cron::parse(&text, None) {
                Ok(_) => model.cron = text,
                Err(error) => self.error("model/bad-cron", &error.message, node.place, &error.help),
            },
            "cron_tz" => match Cron::parse("@daily", Some(&text)) {
                Ok(_) => model.cron_tz = (text != "UTC").then_some(text),
                Err(error) => self.error("model/bad-cron", &error.message, node.place, &error.help),
            },
            "interval_unit" => match IntervalUnit::parse(&text) {
                Some(unit) => model.interval_unit = Some(unit),
                None => self.error(
                    "model/bad-value",
                    &format!("`{text}` is not an interval unit"),
                    node.place,
                    "units are year, month, day, hour, half_hour, quarter_hour and five_minute",
                ),
            },
            // The name and the dialect are read before everything else.
            _ => {}
        }
    }

    fn columns(&mut self, model: &mut Model, node: &Node, dialect: Dialect) {
        let Some(entries) = self.map("columns", node) else {
            return;
        };
        let mut columns = crate::model::Columns::new();
        for entry in entries {
            match entry.value.as_text() {
                Some(text) => {
                    columns.insert(column_name(&entry.key, dialect), types::canonical(text, dialect));
                }
                None => {
                    let message = format!("the column `{}` has no type", entry.key);
                    self.error("model/bad-value", &message, entry.place, "write `column: type`");
                }
            }
        }
        model.columns = Some(columns);
    }

    /// `[{name: not_null, columns: "(a)"}]` or `[[not_null, {columns: "(a)"}]]`.
    fn audits(&mut self, builder: &Builder<'_>, node: &Node) -> Vec<NamedCall> {
        let Data::List(items) = &node.data else {
            self.wrong("audits", node, "a list");
            return Vec::new();
        };
        let mut calls = Vec::new();
        for item in items {
            let (name, arguments) = match &item.data {
                Data::Map(entries) => (item.get("name"), entries.as_slice()),
                Data::List(pair) => (
                    pair.first(),
                    pair.get(1).and_then(Node::entries).unwrap_or_default(),
                ),
                _ => (None, &[] as &[Entry]),
            };
            let Some(name) = name.and_then(Node::as_text) else {
                let message = format!("an audit must be a map with a `name`, not {}", item.what());
                self.error(
                    "audit/bad-value",
                    &message,
                    item.place,
                    "write `- name: not_null` and the arguments below",
                );
                continue;
            };
            let is_map = matches!(item.data, Data::Map(_));
            let mut values = crate::ordered::IndexMap::new();
            for argument in arguments
                .iter()
                .filter(|argument| !(is_map && argument.key == "name"))
            {
                match argument.value.as_text() {
                    Some(text) => {
                        values.insert(argument.key.to_lowercase(), builder.neutral_sql(text));
                    }
                    None => {
                        let message = format!("the argument `{}` must be text that holds SQL", argument.key);
                        self.error(
                            "audit/bad-value",
                            &message,
                            argument.value.place,
                            "put the value in quotes",
                        );
                    }
                }
            }
            calls.push((name.to_lowercase(), values));
        }
        calls
    }

    fn map<'n>(&mut self, key: &str, node: &'n Node) -> Option<&'n [Entry]> {
        let entries = node.entries();
        if entries.is_none() {
            self.wrong(key, node, "a map");
        }
        entries
    }

    /// A list of texts, or one text.
    fn texts(&mut self, key: &str, node: &Node) -> Vec<String> {
        let items = match &node.data {
            Data::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match plain(item) {
                Some(text) => texts.push(text),
                None => self.wrong(key, item, "text"),
            }
        }
        texts
    }

    fn wrong(&mut self, key: &str, node: &Node, expected: &str) {
        let message = format!("`{key}` must be {expected}, not {}", node.what());
        self.error("model/bad-value", &message, node.place, "");
    }
}

/// A scalar as text.
fn plain(node: &Node) -> Option<String> {
    match &node.data {
        Data::Text(text) | Data::Date(text) => Some(text.clone()),
        Data::Int(number) => Some(number.to_string()),
        Data::Float(number) => Some(number.to_string()),
        Data::Bool(value) => Some(if *value { "True" } else { "False" }.to_string()),
        Data::Null | Data::List(_) | Data::Map(_) => None,
    }
}

fn truth(node: &Node) -> Option<bool> {
    match &node.data {
        Data::Bool(value) => Some(*value),
        Data::Text(text) => match text.to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests;
