//! From files to nodes: every file read by its role, broken ones set aside.
//!
//! In: the project's files and options. Out: nodes whose blocks, statements and variables are complete, and all
//! problems. Dependencies and columns are found afterwards, in `link`.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::ordered::IndexMap;
use serde_json::Value;

use super::python::{Definition, Python, Trees};
use super::texts::texts;
use super::{EnvironmentStatements, external, files};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, nearest};
use crate::macros::{MacroEnv, MacroValue, jinja};
use crate::model::audit;
use crate::model::build::{self, Built};
use crate::model::builder::Builder;
use crate::model::header::{self, BlockKind, Header};
use crate::model::parts::{self, Parts};
use crate::model::problem::Problem;
use crate::model::variables::{Available, Needed, Text, needed};
use crate::model::{AuditDefinition, JinjaMacro, KindName, Model, SourceType, Statement, blueprint};
use crate::source::{Location, SourceMap, Span};
use crate::sql::{Dialect, lexer};

/// A node before its dependencies are known.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    /// Fully qualified, quoted name.
    pub fqn: String,
    /// File.
    pub path: String,
    /// The node.
    pub model: Model,
    /// Where the block stands.
    pub header: Span,
    /// Where the query stands.
    pub query: Span,
    /// What of the node only Python knows for certain: see [`super::ProjectNode::unsure`].
    pub unsure: BTreeSet<String>,
    /// Linter rules that the model ignores.
    pub ignored_rules: Vec<String>,
    /// The CSV file of a seed.
    pub seed_file: Option<String>,
}

/// All that reading files needs.
pub(super) struct Loader<'a> {
    pub(super) sources: &'a SourceMap,
    pub(super) config: &'a Config,
    jinja: IndexMap<String, JinjaMacro>,
    pub(super) audits: BTreeMap<String, AuditDefinition>,
    pub(super) python: &'a Python<'a>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) drafts: Vec<Draft>,
    /// Metrics by name, with their files.
    pub(super) metrics: BTreeMap<String, String>,
}

/// What the files of one project hold, before nodes know each other.
pub(super) struct Loaded {
    pub(super) drafts: Vec<Draft>,
    pub(super) statements: Vec<EnvironmentStatements>,
    pub(super) metrics: BTreeMap<String, String>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads the files of one project.
pub(super) fn read(sources: &SourceMap, config: &Config) -> Loaded {
    let files = files::find(sources, &config.ignore_patterns);
    let (trees, mut diagnostics) = Trees::read(sources, &files.python);
    let (python, more) = Python::new(&trees, sources);
    diagnostics.extend(more);
    let jinja = files
        .jinja
        .iter()
        .flat_map(|path| jinja::extract_macros(sources.get(path).unwrap_or_default()))
        .collect();
    let mut loader = Loader {
        sources,
        config,
        jinja,
        audits: BTreeMap::new(),
        python: &python,
        diagnostics,
        drafts: Vec::new(),
        metrics: BTreeMap::new(),
    };
    for path in files.audits {
        loader.audit_file(path);
    }
    for path in files.models {
        loader.model_file(path);
    }
    loader.externals();
    loader.python_models();
    for path in files.metrics {
        loader.metric_file(path);
    }
    let statements = loader.environment_statements().into_iter().collect();
    Loaded {
        drafts: loader.drafts,
        statements,
        metrics: loader.metrics,
        diagnostics: loader.diagnostics,
    }
}

impl Loader<'_> {
    pub(super) fn report(&mut self, path: &str, problems: Vec<Problem>) -> bool {
        let text = self.sources.get(path).unwrap_or_default();
        let fatal = problems
            .iter()
            .any(|problem| problem.severity == crate::diagnostic::Severity::Error);
        let shown = problems.iter().map(|problem| problem.to_diagnostic(path, text));
        // Copies of one blueprint make the same mistakes.
        for diagnostic in shown {
            if !self.diagnostics.contains(&diagnostic) {
                self.diagnostics.push(diagnostic);
            }
        }
        fatal
    }

    /// The dialect of a file: named in its header, else the project's.
    pub(super) fn dialect_of(&mut self, path: &str, text: &str) -> Option<(Dialect, String)> {
        let written = lexer::sniff_dialect(text).unwrap_or_else(|| self.config.default_dialect().to_string());
        let written = written.to_lowercase();
        let plain = written.split(',').next().unwrap_or_default().trim().to_string();
        if plain.is_empty() {
            return Some((Dialect::default(), String::new()));
        }
        match Dialect::parse(&written).or_else(|| Dialect::parse(&plain)) {
            Some(dialect) => Some((dialect, written)),
            None => {
                let span = text
                    .find(&plain)
                    .map_or(Span::default(), |at| Span::new(at, at + plain.len()));
                let problem = Problem::error(
                    "model/unknown-dialect",
                    format!("`{plain}` is not a dialect"),
                    span,
                )
                .help("use the name of an engine, such as duckdb, postgres, snowflake or bigquery");
                self.report(path, vec![problem]);
                None
            }
        }
    }

    pub(super) fn chunks(&mut self, path: &str, text: &str, dialect: Dialect) -> Option<Vec<lexer::Chunk>> {
        match lexer::statements(text, dialect) {
            Ok(chunks) => Some(chunks),
            Err(error) => {
                let at = error.offset.unwrap_or(0);
                let problem = Problem::error("sql/parse", error.message, Span::new(at, at + 1))
                    .help("close the string, name or comment that begins there");
                self.report(path, vec![problem]);
                None
            }
        }
    }

    fn model_file(&mut self, path: &str) {
        let text = self.sources.get(path).unwrap_or_default();
        let Some((dialect, dialect_text)) = self.dialect_of(path, text) else {
            return;
        };
        let Some(chunks) = self.chunks(path, text, dialect) else {
            return;
        };
        let (parts, problems) = parts::model_file(text, &chunks, dialect, self.config.infer_names);
        let mut fatal = self.report(path, problems);
        let header = match &parts.header {
            Some(slice) => {
                let (header, problems) = header::parse(&slice.text, slice.span.start, dialect);
                fatal |= self.report(path, problems);
                header
            }
            None if self.config.infer_names => Some(Header::empty(BlockKind::Model)),
            None => None,
        };
        let Some(header) = header else {
            return;
        };
        let variables = self.variables(None);
        let env = self.environment(dialect, &variables, &IndexMap::new(), format!("`{path}`"));
        let mut builder = self.builder(dialect, &dialect_text, &env, None);
        let copies = blueprint::blueprints(&mut builder, &header);
        fatal |= self.report(path, std::mem::take(&mut builder.problems));
        let inline = self.inline_audits(path, &parts, dialect);
        for copy in copies {
            self.model(
                path,
                &parts,
                &header,
                dialect,
                &dialect_text,
                &copy,
                &inline,
                fatal,
                None,
            );
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one call; what a file and one of its copies are"
    )]
    pub(super) fn model(
        &mut self,
        path: &str,
        parts: &Parts,
        header: &Header,
        dialect: Dialect,
        dialect_text: &str,
        copy: &blueprint::Blueprint,
        inline: &BTreeMap<String, AuditDefinition>,
        mut fatal: bool,
        definition: Option<&Definition<'_>>,
    ) {
        let owner = match definition {
            Some(_) => format!("the decorator of `{path}`"),
            None => format!("the MODEL block of `{path}`"),
        };
        let base = self.variables(None);
        let env = self.environment(dialect, &base, copy, owner.clone());
        let mut builder = self.builder(dialect, dialect_text, &env, None);
        let gateway = match header.get("gateway") {
            Some(property) => builder
                .expand(property)
                .and_then(|text| crate::model::value::word(&text, dialect)),
            None => self
                .config
                .model_defaults
                .get("gateway")
                .and_then(Value::as_str)
                .map(str::to_string),
        }
        .map(|gateway| gateway.to_lowercase());
        let variables = self.variables(gateway.as_deref());
        let env = self.environment(dialect, &variables, copy, owner);
        let mut builder = self.builder(dialect, dialect_text, &env, gateway.as_deref());
        builder.is_rendered = definition.is_some();
        let inferred = self.config.infer_names.then(|| files::inferred_name(path));
        let built = build::build(
            &mut builder,
            header,
            inferred.as_deref(),
            parts.description.clone(),
        );
        let Built {
            mut model,
            fqn,
            ignored_rules,
            ..
        } = built;
        let mut problems = std::mem::take(&mut builder.problems);
        let mut seed_file = None;
        if !model.enabled {
            return;
        }
        if let Some(definition) = definition {
            definition.complete(&mut model, header, &mut problems);
        } else if model.kind.name == KindName::Seed {
            model.source_type = SourceType::Seed;
            seed_file = self.seed(path, &mut model, header, dialect, &mut problems);
        } else if model.kind.name == KindName::External {
            problems.push(
                Problem::error(
                    "model/property-not-allowed",
                    "external models are declared in external_models.yaml, not in a SQL file",
                    header.get("kind").map_or(header.span, |kind| kind.span),
                )
                .help("move the declaration to external_models.yaml"),
            );
        } else if let Some(query) = &parts.query {
            model.query = Some(Statement::new(query.text.clone()));
        } else {
            problems.push(
                Problem::error("model/missing-query", "the model has no query", header.span)
                    .help("add a SELECT, a UNION or a JINJA_QUERY block after the MODEL block"),
            );
        }
        self.statements(&mut model, parts, dialect, definition);
        self.audit_references(&mut model, header, inline, &mut problems);
        // Patterns are held against the schema as it was written, before its case is folded.
        let written = crate::name::TableName::parse_quoted(&model.name).and_then(|name| name.schema);
        let schema = written.unwrap_or_default();
        if let Some(schema) = self
            .config
            .physical_schema(schema.trim_matches(['`', '"', '[', ']']))
        {
            model.physical_schema_override = Some(schema);
        }
        fatal |= self.report(path, problems);
        if fatal || fqn.is_empty() {
            return;
        }
        let mut found = self.needed(&texts(&model), dialect, &variables, copy, definition);
        let mut unsure = std::mem::take(&mut found.unsure);
        for (file, problem) in std::mem::take(&mut found.problems) {
            let file = if file.is_empty() { path } else { &file };
            fatal |= self.report(file, vec![problem]);
        }
        if let Some(definition) = definition {
            let problems = definition.finish(&mut model, &mut found, &mut unsure, &variables);
            for (file, problem) in problems {
                fatal |= self.report(&file, vec![problem]);
            }
        }
        if fatal {
            return;
        }
        model.python_env = found.python_env;
        model.jinja_macros = found.jinja_macros;
        let signals = self
            .python
            .signal_sources(model.signals.iter().map(|(name, _)| name));
        model.python_env.extend(signals.entries);
        unsure.extend(signals.unsure);
        let query = parts.query.as_ref().map_or(header.span, |query| query.span);
        self.drafts.push(Draft {
            fqn,
            path: path.to_string(),
            model,
            header: header.span,
            query,
            unsure,
            ignored_rules,
            seed_file,
        });
    }

    fn audit_references(
        &self,
        model: &mut Model,
        header: &Header,
        inline: &BTreeMap<String, AuditDefinition>,
        problems: &mut Vec<Problem>,
    ) {
        for (name, _) in &model.audits {
            if let Some(definition) = inline.get(name).or_else(|| self.audits.get(name)) {
                model
                    .rare
                    .audit_definitions
                    .insert(name.clone(), definition.clone());
            } else if !audit::is_built_in(name) {
                let span = header.get("audits").map_or(header.span, |property| property.span);
                let known = audit::BUILT_IN.iter().copied();
                let known = known.chain(self.audits.keys().map(String::as_str));
                let mut problem =
                    Problem::error("audit/unknown", format!("there is no audit named `{name}`"), span);
                if let Some(near) = nearest(name, known) {
                    problem = problem.help(format!("perhaps `{near}` was meant"));
                }
                problems.push(problem.help(format!(
                    "define it in a file under audits/: `AUDIT (name {name}); SELECT …`"
                )));
            }
        }
        for (name, _) in &model.signals {
            let known = name.is_empty() || name == "freshness" || self.python.signal_file(name).is_some();
            if !known {
                let span = header
                    .get("signals")
                    .map_or(header.span, |property| property.span);
                problems.push(
                    Problem::error(
                        "signal/unknown",
                        format!("there is no signal named `{name}`"),
                        span,
                    )
                    .help("define it in a Python file under signals/"),
                );
            }
        }
    }

    fn externals(&mut self) {
        let (models, diagnostics) = external::load(self.sources, self.config);
        self.diagnostics.extend(diagnostics);
        for (path, mut model) in models {
            for (audit, _) in &model.audits {
                match self.audits.get(audit) {
                    Some(definition) => {
                        model
                            .rare
                            .audit_definitions
                            .insert(audit.clone(), definition.clone());
                    }
                    None if audit::is_built_in(audit) => {}
                    None => self.diagnostics.push(
                        Diagnostic::error("audit/unknown", format!("there is no audit named `{audit}`"))
                            .at(Location::file(&path), "")
                            .help(format!(
                                "define it in a file under audits/: `AUDIT (name {audit}); SELECT …`"
                            )),
                    ),
                }
            }
            let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
            let name = crate::sql::names::table_name(&model.name, dialect, model.default_catalog.as_deref());
            match name {
                Ok(name) => self.drafts.push(Draft {
                    fqn: name.to_string(),
                    path,
                    model,
                    ..Draft::default()
                }),
                Err(error) => self.diagnostics.push(
                    Diagnostic::error(
                        "model/bad-name",
                        format!("`{}` is not a table's name: {}", model.name, error.message),
                    )
                    .at(Location::file(path), "")
                    .help("write up to three parts with dots between them"),
                ),
            }
        }
    }

    /// Variables that a node of this gateway sees, `gateway` among them.
    pub(super) fn variables(&self, gateway: Option<&str>) -> IndexMap<String, Value> {
        let name = gateway.unwrap_or(&self.config.gateway);
        let mut variables = match self.config.gateway_variables.get(name) {
            _ if name == self.config.gateway => self.config.variables.clone(),
            Some(own) => own.clone(),
            None => self.config.project_variables.clone(),
        };
        variables.insert("gateway".to_string(), Value::String(name.to_string()));
        variables
    }

    pub(super) fn environment(
        &self,
        dialect: Dialect,
        variables: &IndexMap<String, Value>,
        copy: &blueprint::Blueprint,
        owner: String,
    ) -> MacroEnv {
        let plain = variables
            .iter()
            .map(|(name, value)| (name.to_lowercase(), MacroValue::Plain(value.clone())))
            .collect();
        let mut env = MacroEnv::for_loading(dialect, plain);
        env.blueprint_variables = copy
            .iter()
            .map(|(name, sql)| (name.clone(), MacroValue::Sql(sql.clone())))
            .collect();
        env.python_macros = self.python.macro_files();
        env.owner = owner;
        env.default_catalog.clone_from(&self.config.default_catalog);
        if let Some(catalog) = &self.config.default_catalog {
            env.locals
                .insert("default_catalog".to_string(), MacroValue::text(catalog.clone()));
        }
        env
    }

    pub(super) fn builder<'e>(
        &'e self,
        dialect: Dialect,
        dialect_text: &str,
        env: &'e MacroEnv,
        gateway: Option<&str>,
    ) -> Builder<'e> {
        let default_catalog = match gateway.and_then(|gateway| self.config.gateway_catalogs.get(gateway)) {
            Some(catalog) => catalog.clone(),
            None => self.config.default_catalog.clone(),
        };
        Builder {
            config: self.config,
            dialect,
            dialect_text: dialect_text.to_string(),
            default_catalog,
            env,
            problems: Vec::new(),
            is_rendered: false,
        }
    }

    pub(super) fn needed(
        &self,
        texts: &[Text<'_>],
        dialect: Dialect,
        variables: &IndexMap<String, Value>,
        copy: &blueprint::Blueprint,
        definition: Option<&Definition<'_>>,
    ) -> Needed {
        let ask = |called: &BTreeMap<String, bool>| self.python.needs(called, definition, variables, copy);
        let available = Available {
            variables,
            blueprint: copy,
            jinja: &self.jinja,
            python: &ask,
        };
        needed(texts, dialect, &available)
    }
}
