//! Python models: from a function under `@model(…)` to a node.
//!
//! In: a decorated function. Out: a model like those of SQL files, with the function's source in place of a query.
//! The function is never run: its tables are those that it names in plain words, or `depends_on`.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::ordered::IndexMap;
use serde_json::Value;

use super::super::load::Loader;
use super::decorator::{self, Arguments};
use super::environment::{Environment, Serialized};
use super::{Registered, raw_values, uses, values};
use crate::macros::python_literal::to_repr;
use crate::model::blueprint::{self, Blueprint};
use crate::model::header::{Header, Property};
use crate::model::parts::Parts;
use crate::model::problem::Problem;
use crate::model::variables::Needed;
use crate::model::{
    BLUEPRINT_VARS, BLUEPRINT_VARS_METADATA, Executable, KindName, Model, SourceType, Statement, VARS,
};
use crate::python::{Node, unparse};
use crate::source::Span;
use crate::sql::{Dialect, names};

/// One copy of a Python model.
pub(in crate::project) struct Definition<'a> {
    arguments: &'a Arguments,
    entrypoint: &'a str,
    source: Serialized,
    span: Span,
    /// Variables of the copy as Python values.
    pub(super) blueprint: IndexMap<String, Node>,
}

/// Kinds that a function cannot fill.
const SQL_ONLY: [KindName; 4] = [
    KindName::View,
    KindName::Seed,
    KindName::Managed,
    KindName::Embedded,
];

impl Loader<'_> {
    /// Reads all Python models.
    pub(in crate::project) fn python_models(&mut self) {
        let python = self.python;
        for registered in &python.models {
            self.python_model(registered);
        }
    }

    fn python_model(&mut self, registered: &Registered<'_>) {
        let python = self.python;
        let path = registered.module.path.as_str();
        let lookup = |node: &Node| match python.modules.resolve(path, node.as_name()?) {
            Some(super::Object::Value(value)) => Some(value),
            _ => None,
        };
        let default = self.config.default_dialect().to_lowercase();
        let neutral = Dialect::parse(&default).unwrap_or_default();
        let arguments = decorator::read(registered.decorator, neutral, &lookup);
        let dialect_text = arguments
            .properties
            .iter()
            .find(|property| property.name == "dialect")
            .map_or(default, |property| {
                property.value.trim_matches('\'').to_lowercase()
            });
        let Some(dialect) =
            Dialect::parse(&dialect_text).or_else(|| dialect_text.is_empty().then(Dialect::default))
        else {
            let problem = Problem::error(
                "model/unknown-dialect",
                format!("`{dialect_text}` is not a dialect"),
                registered.decorator.span,
            )
            .help("use the name of an engine, such as duckdb, postgres, snowflake or bigquery");
            self.report(path, vec![problem]);
            return;
        };
        let mut fatal = self.report(path, arguments_problems(&arguments, registered));
        if arguments.unread.iter().any(|(name, _)| name == "name") {
            return;
        }
        let mut header = arguments.header(registered.decorator.span);
        if header.get("kind").is_none() && !arguments.names.contains("kind") {
            let configured = self.config.model_defaults.get("kind").and_then(Value::as_str);
            if let Some(kind) = configured.or((!arguments.is_sql).then_some("FULL")) {
                header.properties.push(Property {
                    name: "kind".to_string(),
                    name_span: registered.decorator.span,
                    value: kind.to_string(),
                    span: registered.decorator.span,
                });
            }
        }
        for (raw, copy) in self.copies(path, &arguments, dialect, &dialect_text, &mut fatal) {
            let mut environment = Environment::default();
            environment.add(
                &python.modules,
                &registered.function.text,
                &registered.object(),
                false,
            );
            let problems = std::mem::take(&mut environment.problems);
            for (file, problem) in problems {
                let file = if file.is_empty() { path } else { &file };
                fatal |= self.report(file, vec![problem]);
            }
            let definition = Definition {
                arguments: &arguments,
                entrypoint: &registered.function.text,
                source: environment.serialize(),
                span: registered.function.span,
                blueprint: raw,
            };
            let parts = Parts::default();
            let inline = BTreeMap::new();
            self.model(
                path,
                &parts,
                &header,
                dialect,
                &dialect_text,
                &copy,
                &inline,
                fatal,
                Some(&definition),
            );
        }
    }

    /// The copies of the model: their variables as Python values and as SQL.
    fn copies(
        &mut self,
        path: &str,
        arguments: &Arguments,
        dialect: Dialect,
        dialect_text: &str,
        fatal: &mut bool,
    ) -> Vec<(IndexMap<String, Node>, Blueprint)> {
        if let Some(call) = &arguments.blueprint_macro {
            let variables = self.variables(None);
            let env = self.environment(dialect, &variables, &IndexMap::new(), format!("`{path}`"));
            let mut builder = self.builder(dialect, dialect_text, &env, None);
            let mut header = Header::empty(crate::model::header::BlockKind::Model);
            header.properties.push(call.clone());
            let copies = blueprint::blueprints(&mut builder, &header);
            let problems = std::mem::take(&mut builder.problems);
            *fatal |= self.report(path, problems);
            return copies.into_iter().map(|copy| (IndexMap::new(), copy)).collect();
        }
        if arguments.blueprints.is_empty() {
            return vec![(IndexMap::new(), Blueprint::new())];
        }
        let sql = |raw: &IndexMap<String, Node>| -> Blueprint {
            raw.iter()
                .map(|(name, value)| {
                    let json = values::to_json(value).unwrap_or_default();
                    (name.clone(), crate::macros::sql_literal(&json, dialect))
                })
                .collect()
        };
        arguments
            .blueprints
            .iter()
            .map(|raw| (raw.clone(), sql(raw)))
            .collect()
    }
}

fn arguments_problems(arguments: &Arguments, registered: &Registered<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, written) in &arguments.unread {
        let message = format!(
            "`{name}` of the model is computed by Python: `{}`",
            short(&unparse(written))
        );
        let needed = matches!(
            name.as_str(),
            "name" | "blueprints" | "is_sql" | "dialect" | "gateway"
        );
        let problem = if needed {
            Problem::error("python/computed", message, written.span)
        } else {
            Problem::warning("python/computed", message, written.span)
        };
        problems.push(problem.help("write the value itself; Python is not run"));
    }
    if !arguments.is_sql && !arguments.names.contains("columns") {
        problems.push(
            Problem::error(
                "model/missing-columns",
                "a Python model has to declare its columns",
                registered.decorator.span,
            )
            .help("add `columns={\"name\": \"type\", …}`"),
        );
    }
    problems
}

/// Beginning of a text, for messages.
fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(60).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

impl Definition<'_> {
    /// The source of the function itself.
    pub(super) fn source(&self) -> &Serialized {
        &self.source
    }

    /// SQL statements given for a property.
    pub(in crate::project) fn statements(&self, property: &str) -> Option<&Vec<String>> {
        self.arguments.statements.get(property)
    }

    /// Makes the model one of Python's.
    pub(in crate::project) fn complete(
        &self,
        model: &mut Model,
        header: &Header,
        problems: &mut Vec<Problem>,
    ) {
        model.description = model
            .description
            .take()
            .filter(|_| header.get("description").is_some());
        if self.arguments.is_sql {
            model.query = Some(Statement::new(format!("@{}()", self.entrypoint)));
            return;
        }
        model.source_type = SourceType::Python;
        model.optimize_query = model
            .optimize_query
            .filter(|_| header.get("optimize_query").is_some());
        model.entrypoint = Some(self.entrypoint.to_string());
        if SQL_ONLY.contains(&model.kind.name) {
            let kind = model.kind.name.as_str();
            problems.push(
                Problem::error(
                    "model/kind-needs-sql",
                    format!("a Python model cannot be of kind {kind}"),
                    header.get("kind").map_or(self.span, |kind| kind.span),
                )
                .help(
                    "use FULL, one of the INCREMENTAL kinds or SCD_TYPE_2, or return SQL with `is_sql=True`",
                ),
            );
        }
    }

    /// Adds what the function's code names: tables, and variables under their stored names.
    pub(in crate::project) fn finish(
        &self,
        model: &mut Model,
        found: &mut Needed,
        unsure: &mut BTreeSet<String>,
        variables: &IndexMap<String, Value>,
    ) -> Vec<(String, Problem)> {
        unsure.extend(self.arguments.unread.iter().map(|(name, _)| format!(".{name}")));
        if !self.blueprint.is_empty() {
            for key in [BLUEPRINT_VARS, BLUEPRINT_VARS_METADATA] {
                if let Some(entry) = found.python_env.get_mut(key) {
                    entry.payload = raw_values(&self.blueprint, entry);
                }
            }
        }
        if self.arguments.is_sql {
            return Vec::new();
        }
        let uses = uses::find(&self.source, Some(self.entrypoint), variables, &self.blueprint);
        let mut own: IndexMap<String, Value> = variables
            .iter()
            .filter(|(name, _)| uses.variables.contains_key(*name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        own.sort_keys();
        if !own.is_empty() && !found.python_env.contains_key(VARS) {
            found.python_env.insert(
                VARS.to_string(),
                Executable {
                    payload: to_repr(&own),
                    kind: "value".to_string(),
                    ..Executable::default()
                },
            );
        }
        if model.depends_on.is_some() || self.arguments.names.contains("depends_on") {
            return Vec::new();
        }
        let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
        let mut tables = Vec::new();
        let mut problems = Vec::new();
        for written in &uses.tables {
            match names::table_name(written, dialect, model.default_catalog.as_deref()) {
                Ok(name) if *written != model.name => tables.push(name.to_string()),
                Ok(_) => {}
                Err(error) => problems.push((
                    String::new(),
                    Problem::error(
                        "model/bad-name",
                        format!("`{written}` is not a table's name: {}", error.message),
                        self.span,
                    )
                    .help("write up to three parts with dots between them: `catalog.schema.table`"),
                )),
            }
        }
        tables.dedup();
        model.depends_on = Some(tables);
        for (file, span, text) in uses.unresolved {
            unsure.insert(".depends_on".to_string());
            let message = format!(
                "which table or variable `{}` of `{}` names is computed by Python",
                short(&text),
                model.name
            );
            let problem = Problem::warning("python/computed", message, span);
            problems.push((
                file,
                problem.help("write a text, or name the tables in `depends_on`"),
            ));
        }
        problems
    }
}
