//! Gateways: the connection, variables and model defaults that the selected one brings.
//!
//! In: the merged tree. Out: what [`Config`] says about gateways, overrides of the selected one applied.

use crate::ordered::IndexMap;
use serde_json::Value;

use crate::config::LoadOptions;
use crate::config::yaml::{Data, Node};
use crate::diagnostic::{Diagnostic, nearest};

use super::connection::{self, Connection};
use super::layers::Layers;
use super::read::Reader;
use super::{Config, scheduler};

/// Settings of a gateway.
const GATEWAY_KEYS: [&str; 7] = [
    "connection",
    "state_connection",
    "test_connection",
    "scheduler",
    "state_schema",
    "variables",
    "model_defaults",
];

/// Settings of `model_defaults`.
const MODEL_DEFAULT_KEYS: [&str; 23] = [
    "kind",
    "dialect",
    "cron",
    "cron_tz",
    "owner",
    "start",
    "table_format",
    "storage_format",
    "on_destructive_change",
    "on_additive_change",
    "physical_properties",
    "virtual_properties",
    "session_properties",
    "audits",
    "optimize_query",
    "allow_partials",
    "interval_unit",
    "enabled",
    "formatting",
    "batch_concurrency",
    "pre_statements",
    "post_statements",
    "on_virtual_update",
];

/// `model_defaults`, of the project or of a gateway.
fn model_defaults(reader: &mut Reader<'_>, path: &str, node: &Node) -> IndexMap<String, Value> {
    let mut defaults = IndexMap::new();
    let Some(entries) = reader.map(path, node) else {
        return defaults;
    };
    let mut known: Vec<&str> = MODEL_DEFAULT_KEYS.to_vec();
    known.push("gateway");
    reader.known_keys(path, entries, &known);
    for entry in entries {
        let full = format!("{path}.{}", entry.key);
        let fits = match entry.key.as_str() {
            "dialect" | "cron" | "cron_tz" | "owner" | "table_format" | "storage_format"
            | "interval_unit" | "gateway" => entry.value.is_null() || entry.value.as_text().is_some(),
            "audits" | "pre_statements" | "post_statements" | "on_virtual_update" => {
                entry.value.is_null() || matches!(entry.value.data, Data::List(_))
            }
            "physical_properties" | "virtual_properties" | "session_properties" => {
                entry.value.is_null() || entry.value.entries().is_some()
            }
            _ => true,
        };
        if !fits {
            let expected = match entry.key.as_str() {
                "audits" | "pre_statements" | "post_statements" | "on_virtual_update" => "a list",
                "physical_properties" | "virtual_properties" | "session_properties" => "a map",
                _ => "text",
            };
            reader.wrong(&full, &entry.value, expected);
        } else if known.contains(&entry.key.as_str()) && !entry.value.is_null() {
            if entry.key == "start" {
                let is_moment = matches!(entry.value.data, Data::Date(_));
                defaults.insert("start_is_moment".to_string(), Value::Bool(is_moment));
            }
            defaults.insert(entry.key.clone(), entry.value.to_json());
        }
    }
    defaults
}

/// What is read of one gateway.
#[derive(Default)]
struct Gateway {
    name: String,
    connection: Option<Connection>,
    /// A connection is written, even if it could not be read.
    has_connection: bool,
    variables: IndexMap<String, Value>,
    model_defaults: IndexMap<String, Value>,
}

/// Gateways, the selected one, and what it overrides.
pub(super) fn read(reader: &mut Reader<'_>, root: &Node, config: &mut Config, options: &LoadOptions) {
    if let Some(node) = root.get("model_defaults") {
        config.model_defaults = model_defaults(reader, "model_defaults", node);
    }
    let fallback = root
        .get("default_connection")
        .filter(|node| !node.is_null())
        .and_then(|node| {
            connection::read(
                &mut Reader::new(&Layers::default(), &mut Vec::new()),
                "default_connection",
                node,
            )
        });
    let key = if root.get("gateways").is_some() {
        "gateways"
    } else {
        "gateway"
    };
    let mut all: Vec<Gateway> = Vec::new();
    match root.get(key) {
        None => all.push(Gateway::default()),
        // One gateway without a name.
        Some(node)
            if node
                .get("connection")
                .is_some_and(|inner| inner.get("type").is_some()) =>
        {
            all.push(gateway(reader, key, String::new(), node));
        }
        Some(node) => {
            for entry in reader.map(key, node).unwrap_or_default() {
                let path = format!("{key}.{}", entry.key);
                all.push(gateway(reader, &path, entry.key.to_lowercase(), &entry.value));
            }
            if all.is_empty() {
                all.push(Gateway::default());
            }
        }
    }
    for gateway in &mut all {
        if gateway.connection.is_none() {
            gateway.connection.clone_from(&fallback);
        }
    }
    config.gateways = all.iter().map(|gateway| gateway.name.clone()).collect();
    for gateway in &all {
        let catalog = gateway
            .connection
            .as_ref()
            .and_then(|connection| connection.catalog.clone());
        config.gateway_catalogs.insert(gateway.name.clone(), catalog);
        let mut variables = config.variables.clone();
        variables.extend(gateway.variables.clone());
        config.gateway_variables.insert(gateway.name.clone(), variables);
    }
    let default = reader
        .text(root, "default_gateway")
        .unwrap_or_default()
        .to_lowercase();
    let asked = options.gateway.as_ref().map(|name| name.to_lowercase());
    let name = asked.clone().or(Some(default)).filter(|name| !name.is_empty());
    let selected = match &name {
        Some(name) => all.iter().find(|gateway| gateway.name == *name),
        None => all.iter().find(|gateway| gateway.name.is_empty()).or(all.first()),
    };
    let Some(selected) = selected else {
        let name = name.unwrap_or_default();
        let names: Vec<&str> = config.gateways.iter().map(String::as_str).collect();
        let diagnostic = Diagnostic::error(
            "config/unknown-gateway",
            format!("There is no gateway named `{name}`"),
        );
        let diagnostic = match nearest(&name, names.iter().copied()) {
            Some(near) => diagnostic.help(format!("Is `{near}` meant?")),
            None => diagnostic.help(format!("The gateways are {}.", names.join(", "))),
        };
        let place = match asked {
            Some(_) => root.place,
            None => root.get("default_gateway").map_or(root.place, |node| node.place),
        };
        reader.push(diagnostic, place);
        return;
    };
    config.gateway.clone_from(&selected.name);
    match &selected.connection {
        Some(connection) => {
            config.connection_type = Some(connection.kind.clone());
            config.default_catalog.clone_from(&connection.catalog);
        }
        None if selected.has_connection => {}
        None => {
            let place = root.get(key).map_or(root.place, |node| node.place);
            let of = match selected.name.as_str() {
                "" => String::new(),
                name => format!(" for the gateway `{name}`"),
            };
            reader.push(
                Diagnostic::error("config/no-connection", format!("No connection is configured{of}"))
                    .help("Its type names the engine and the default catalog, for example `connection: {type: duckdb}`."),
                place,
            );
        }
    }
    config.project_variables.clone_from(&config.variables);
    config.variables.extend(selected.variables.clone());
    config.project_model_defaults.clone_from(&config.model_defaults);
    config.model_defaults.extend(selected.model_defaults.clone());
}

fn gateway(reader: &mut Reader<'_>, path: &str, name: String, node: &Node) -> Gateway {
    let mut gateway = Gateway {
        name,
        ..Gateway::default()
    };
    let Some(entries) = reader.map(path, node) else {
        return gateway;
    };
    reader.known_keys(path, entries, &GATEWAY_KEYS);
    for key in ["connection", "state_connection", "test_connection"] {
        if let Some(inner) = node.get(key).filter(|inner| !inner.is_null()) {
            let read = connection::read(reader, &format!("{path}.{key}"), inner);
            if key == "connection" {
                gateway.connection = read;
                gateway.has_connection = true;
            }
        }
    }
    scheduler(reader, node, &format!("{path}.scheduler"));
    if let Some(inner) = node.get("variables") {
        gateway.variables = reader.variables(&format!("{path}.variables"), inner);
    }
    if let Some(inner) = node.get("model_defaults").filter(|inner| !inner.is_null()) {
        gateway.model_defaults = model_defaults(reader, &format!("{path}.model_defaults"), inner);
    }
    gateway
}
