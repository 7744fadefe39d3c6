//! The texts that make up a configuration, one laid over the other: project file, personal file, `SQLMESH__…`.
//!
//! In: files, options. Out: one YAML tree whose nodes remember their layer, and locations for messages. A secret
//! never leaves: values of secret keys are masked in every line that a message shows.

use minijinja::value::{Rest, Value as JinjaValue};
use minijinja::{Error, ErrorKind};

use crate::config::LoadOptions;
use crate::config::yaml::{self, Data, Entry, Node, Place};
use crate::diagnostic::{Diagnostic, nearest};
use crate::macros::jinja::render_text;
use crate::source::{Location, SourceMap};

/// Names that a configuration file may have, in the order in which messages list them.
pub const CONFIG_FILES: [&str; 5] = [
    "config.yaml",
    "config.yml",
    "sqlmesh.yaml",
    "sqlmesh.yml",
    "config.py",
];

/// A text of the configuration.
#[derive(Debug, Clone, Default)]
struct Layer {
    /// Path shown in messages; empty for environment variables.
    path: String,
    /// Text as written.
    source: String,
    /// Text after Jinja.
    rendered: String,
}

/// All layers, the strongest last.
#[derive(Debug, Default)]
pub struct Layers {
    layers: Vec<Layer>,
}

impl Layers {
    /// Finds and merges the layers; `None` when there is nothing to read.
    pub fn load(
        sources: &SourceMap,
        options: &LoadOptions,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Self, Option<Node>) {
        let mut layers = Self::default();
        let found: Vec<&str> = CONFIG_FILES
            .into_iter()
            .filter(|name| sources.get(name).is_some())
            .collect();
        let mut root = match found.as_slice() {
            [] => {
                diagnostics.push(missing(sources));
                return (layers, None);
            }
            ["config.py"] => {
                diagnostics.push(python());
                return (layers, None);
            }
            [only] => {
                let text = sources.get(only).unwrap_or_default();
                layers.add(only, text, options, diagnostics)
            }
            [first, second, ..] => {
                let mut diagnostic = Diagnostic::error(
                    "config/multiple",
                    format!("The project has several configuration files: {}", ticked(&found)),
                );
                for path in [first, second] {
                    diagnostic = diagnostic.at(Location::file(*path), "");
                }
                diagnostics.push(diagnostic.help("Keep one of them."));
                return (layers, None);
            }
        };
        if let Some((path, text)) = &options.personal_config
            && let Some(over) = layers.add(path, text, options, diagnostics)
        {
            root = root.map(|under| under.overlaid(over));
        }
        if let Some(over) = layers.environment(options) {
            root = root.map(|under| under.overlaid(over));
        }
        (layers, root)
    }

    /// Renders and parses one file.
    fn add(
        &mut self,
        path: &str,
        text: &str,
        options: &LoadOptions,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Node> {
        let index = self.layers.len();
        self.layers.push(Layer {
            path: path.to_string(),
            source: text.to_string(),
            rendered: text.to_string(),
        });
        match render(text, options) {
            Ok(rendered) => {
                if let Some(layer) = self.layers.get_mut(index) {
                    layer.rendered = rendered;
                }
            }
            Err(error) => {
                let line = error.line().unwrap_or(0);
                let mut message = error.kind().to_string();
                if let Some(detail) = error.detail() {
                    message = format!("{message}: {detail}");
                }
                let location = self.source_line(index, line);
                diagnostics.push(
                    Diagnostic::error("config/jinja", format!("The Jinja in `{path}` cannot be rendered: {message}"))
                        .at(location, "")
                        .help("Configuration files know `env_var(name, default)`, `user()` and `var(name, default)`. Wrap Jinja meant for later in `{% raw %}`."),
                );
                return None;
            }
        }
        let rendered = self.layers.get(index).map_or("", |layer| layer.rendered.as_str());
        match yaml::parse(rendered, index) {
            Ok(Some(node)) if node.entries().is_some() => Some(node),
            Ok(Some(node)) => {
                diagnostics.push(
                    Diagnostic::error(
                        "config/not-a-map",
                        format!("`{path}` must hold a map of settings, not {}", node.what()),
                    )
                    .at(self.locate(node.place), "")
                    .help("Write settings as `name: value`, one on each line."),
                );
                None
            }
            Ok(None) => {
                diagnostics.push(
                    Diagnostic::error("config/empty", format!("`{path}` is empty"))
                        .at(Location::file(path), "")
                        .help("The least it needs is `model_defaults` with a `dialect`, and a gateway."),
                );
                None
            }
            Err(error) => {
                diagnostics.push(
                    Diagnostic::error(
                        "config/not-yaml",
                        format!("`{path}` is not valid YAML: {}", error.message),
                    )
                    .at(self.locate(error.place), "")
                    .help("Correct the file there: indentation, brackets, quotes around texts, one entry per key."),
                );
                None
            }
        }
    }

    /// `SQLMESH__A__B=value` becomes `a: {b: value}`.
    fn environment(&mut self, options: &LoadOptions) -> Option<Node> {
        let index = self.layers.len();
        let mut root: Option<Node> = None;
        for (name, value) in &options.env {
            let lower = name.to_lowercase();
            let Some(path) = lower.strip_prefix("sqlmesh__") else {
                continue;
            };
            if path == "airflow__disable_state_migration" || path.is_empty() {
                continue;
            }
            let mut node = Node::text(value.clone(), index);
            for key in path.split("__").collect::<Vec<_>>().into_iter().rev() {
                let place = node.place;
                node = Node {
                    data: Data::Map(vec![Entry {
                        key: key.to_string(),
                        place,
                        value: node,
                    }]),
                    place,
                };
            }
            root = Some(match root {
                Some(under) => under.overlaid(node),
                None => node,
            });
        }
        if root.is_some() {
            self.layers.push(Layer {
                path: "SQLMESH__… environment variables".to_string(),
                ..Layer::default()
            });
        }
        root
    }

    /// The place of a node in the text as written. Lines agree unless Jinja made more or fewer of them; then only
    /// the file is named.
    pub fn locate(&self, place: Place) -> Location {
        let Some(layer) = self.layers.get(place.layer) else {
            return Location::default();
        };
        if place.line == 0 || layer.source.lines().count() != layer.rendered.lines().count() {
            return Location::file(&layer.path);
        }
        let written = layer.source.lines().nth(place.line - 1).unwrap_or("");
        if layer.rendered.lines().nth(place.line - 1) != Some(written) {
            return self.source_line(place.layer, place.line);
        }
        Location {
            path: layer.path.clone(),
            line: place.line as u64,
            column: place.column as u64,
            end_column: place.end_column.max(place.column + 1) as u64,
            text: masked(&layer.source, place.line),
            text_column: 1,
        }
    }

    fn source_line(&self, index: usize, line: usize) -> Location {
        let Some(layer) = self.layers.get(index) else {
            return Location::default();
        };
        if line == 0 {
            return Location::file(&layer.path);
        }
        let text = layer.source.lines().nth(line - 1).unwrap_or("");
        let indent = text.chars().take_while(|c| c.is_whitespace()).count();
        Location {
            path: layer.path.clone(),
            line: line as u64,
            column: indent as u64 + 1,
            end_column: text.trim_end().chars().count().max(indent + 1) as u64 + 1,
            text: masked(&layer.source, line),
            text_column: 1,
        }
    }
}

fn ticked(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn missing(sources: &SourceMap) -> Diagnostic {
    let names = ticked(&CONFIG_FILES[..4]);
    let diagnostic = Diagnostic::error("config/missing", "The project has no configuration file")
        .help(format!("Point to the folder that holds one of {names}."));
    if sources.get("dbt_project.yml").is_some() {
        return diagnostic
            .at(Location::file("dbt_project.yml"), "")
            .help("This is a dbt project; those are not supported.");
    }
    // A near miss at the root, or the file one folder further down.
    let near = sources.iter().map(|(path, _)| path).find(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        CONFIG_FILES.contains(&name) || (!path.contains('/') && nearest(name, CONFIG_FILES).is_some())
    });
    match near {
        Some(path) => diagnostic
            .at(Location::file(path), "")
            .help(format!("Is it `{path}` that was meant?")),
        None => diagnostic.at(Location::file("config.yaml"), ""),
    }
}

fn python() -> Diagnostic {
    Diagnostic::error("config/python", "`config.py` cannot be read: no Python is run")
        .at(Location::file("config.py"), "")
        .help("Write the same settings in a `config.yaml`: `gateways` with a `connection`, `default_gateway`, `model_defaults` with a `dialect`, `variables`.")
}

/// Jinja before YAML, with the three names that SQLMesh gives it.
fn render(text: &str, options: &LoadOptions) -> Result<String, Error> {
    render_text(text, |environment| {
        let variables = options.env.clone();
        environment.add_function(
            "env_var",
            move |key: String,
                  rest: Rest<JinjaValue>,
                  options: minijinja::value::Kwargs|
                  -> Result<JinjaValue, Error> {
                let default = match rest.first() {
                    Some(default) => default.clone(),
                    None => options
                        .get::<Option<JinjaValue>>("default")?
                        .unwrap_or(JinjaValue::from(())),
                };
                options.assert_all_used()?;
                Ok(variables.get(&key).map_or(default, JinjaValue::from))
            },
        );
        let user = options.user.clone();
        environment.add_function("user", move || -> Result<String, Error> {
            user.clone()
                .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "the user's name is not known here"))
        });
        environment.add_function("var", |_name: String, default: Option<JinjaValue>| {
            default.unwrap_or(JinjaValue::from(()))
        });
    })
}

/// The line with this number (from 1), secrets replaced by `***`.
fn masked(source: &str, line: usize) -> String {
    let lines: Vec<&str> = source.lines().take(line).collect();
    let Some(text) = lines.last() else {
        return String::new();
    };
    let indent = |text: &str| text.len() - text.trim_start().len();
    // Inside of a secret map or a secret's further lines: nothing of the line is shown.
    let mut limit = indent(text);
    let mut in_connection = false;
    for above in lines.iter().rev().skip(1) {
        if above.trim().is_empty() || indent(above) >= limit {
            continue;
        }
        limit = indent(above);
        let key = above
            .trim_start()
            .trim_start_matches("- ")
            .split(':')
            .next()
            .unwrap_or("");
        if is_secret(key) {
            return "***".to_string();
        }
        in_connection |= key.trim().ends_with("connection");
    }
    let mut shown = String::new();
    let mut rest: &str = text;
    while let Some(colon) = rest.find(':') {
        let (before, after) = rest.split_at(colon);
        let key = before.rsplit(['{', ',', ' ', '\t']).next().unwrap_or(before);
        shown.push_str(before);
        shown.push(':');
        let after = after.get(1..).unwrap_or("");
        let hidden = is_secret(key) || (in_connection && !is_public(key));
        in_connection |= key.trim().ends_with("connection");
        if hidden && !after.trim().is_empty() {
            // A flow map may go on behind the value, but a quoted value may hold a comma: hide all of it.
            shown.push_str(" ***");
            return shown;
        }
        rest = after;
    }
    shown.push_str(rest);
    shown.chars().take(400).collect()
}

/// Keys whose values nobody may see.
fn is_secret(key: &str) -> bool {
    let key = key.trim().trim_matches(['"', '\'']).to_lowercase();
    let public = [
        "token_uri",
        "private_key_path",
        "credentials_provider",
        "client_cert",
    ];
    !public.contains(&key.as_str())
        && [
            "password",
            "passphrase",
            "token",
            "secret",
            "private_key",
            "keyfile_json",
            "access_key",
            "api_key",
            "credential",
            "client_cert_key",
            "connection_string",
            "http_headers",
            "url",
        ]
        .iter()
        .any(|word| key.contains(word))
}

/// Keys of a connection whose values may be shown. A misspelt `password` is not among them.
fn is_public(key: &str) -> bool {
    let key = key.trim().trim_matches(['"', '\'']);
    let public = [
        "type",
        "host",
        "port",
        "database",
        "db",
        "catalog",
        "catalogs",
        "project",
        "method",
        "account",
        "warehouse",
        "role",
        "location",
        "region",
        "connection",
        "state_connection",
        "test_connection",
    ];
    public.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked() {
        let source = "gateways:\n  a:\n    connection:\n      type: x\n      password: \"hush, hush\"\n      secrets:\n        s3:\n          key_id: AKIA\n      private_key: |\n        -----BEGIN\n        MIIE\n      flow: {user: u, access_token: t0p, host: h}\n      token_uri: https://x\nvariables: {a: 1, token: x}\n";
        for (line, expected) in [
            (4, "      type: x"),
            (5, "      password: ***"),
            (6, "      secrets:"),
            (8, "***"),
            (9, "      private_key: ***"),
            (11, "***"),
            (12, "      flow: ***"),
            (13, "      token_uri: ***"),
            (14, "variables: {a: 1, token: ***"),
        ] {
            assert_eq!(masked(source, line), expected, "{line}");
        }
    }

    #[test]
    fn jinja_as_python_prints() {
        let mut options = LoadOptions::default();
        options.env.insert("A".to_string(), "7".to_string());
        for (text, expected) in [
            ("{{ env_var('A') }}", "7"),
            ("{{ env_var('B') }}", "None"),
            ("{{ env_var('B', 'd') }}", "d"),
            ("{{ env_var('B', default='d') }}", "d"),
            ("{{ env_var('B') or 'x' }}", "x"),
            ("{{ var('x', 'y') }}{{ nope }}", "y"),
            ("{% if env_var('A') == '7' %}{{ true }}{% endif %}", "True"),
            ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
            ("{{ env_var('B', 'YES').lower() in ('yes', '1') }}", "True"),
        ] {
            assert_eq!(
                render(text, &options).unwrap_or_else(|error| error.to_string()),
                expected,
                "{text}"
            );
        }
        assert!(render("{{ user() }}", &options).is_err());
        assert!(render("{{ nope() }}", &options).is_err());
    }
}
