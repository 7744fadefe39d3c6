//! Looking at a project without planning it: which models there are, how they depend on each other, what the linter
//! says, what a query says once its macros are expanded.

use super::with_absent;
use crate::dag::Dag;
use crate::diagnostic::Diagnostic;
use crate::model::render::{RenderContext, render_query};
use crate::model::{KindName, SourceType};
use crate::ordered::{BTreeMap, BTreeSet};
use crate::project::{self, LoadOptions, Project, ProjectNode, linter};
use crate::refusal::Refusal;
use crate::report::catalog::{CatalogEntry, entry};
use crate::snapshot::select::Selectable;
use crate::snapshot::{StoredSnapshots, local_snapshots};
use crate::source::SourceMap;
use crate::sql::Dialect;
use crate::sql::sites::{Replacement, SiteContext, replace_in_query, replace_in_statement};
use crate::state::StateFile;
use crate::time::{DateText, Timestamp, parse_date};

/// Which models to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Selectors; none for all models.
    pub selectors: Vec<String>,
    /// See [`crate::plan::PlanOptions::git_changes`].
    pub git_changes: BTreeMap<String, BTreeSet<String>>,
}

/// The models of a project, in order of their names, and the project's problems.
///
/// # Errors
/// A selector that cannot be read.
pub fn catalog(
    sources: &SourceMap,
    load: &LoadOptions,
    selection: &Selection,
) -> Result<(Vec<CatalogEntry>, Vec<Diagnostic>), Box<Diagnostic>> {
    let (project, diagnostics) = project::load(sources, load);
    let names = selected(&project, selection).map_err(|refusal| refusal.diagnostic)?;
    let chosen = project.nodes.values().filter(|node| names.contains(&node.fqn));
    Ok((chosen.map(|node| entry(&project, node)).collect(), diagnostics))
}

/// Names that a selection means; all models when it has no selectors.
fn selected(project: &Project, selection: &Selection) -> Result<BTreeSet<String>, Refusal> {
    let models = project.nodes.values().filter(|node| !node.model.is_audit());
    let all: BTreeSet<String> = models.map(|node| node.fqn.clone()).collect();
    if selection.selectors.is_empty() {
        return Ok(all);
    }
    let empty = StateFile::empty();
    let stored = StoredSnapshots::new(&empty.snapshots);
    // A cycle is among the project's problems.
    let nodes = local_snapshots(project, &stored, Timestamp::default()).unwrap_or_default();
    Selectable::new(
        &nodes,
        project.config.default_catalog.as_deref(),
        project.config.default_dialect(),
    )
    .with_changes(&selection.git_changes)
    .select(&selection.selectors)
}

/// What loading and the linter say about a project; only about these models, if any are named.
///
/// # Errors
/// A name that no model has.
pub fn lint(
    sources: &SourceMap,
    load: &LoadOptions,
    models: &[String],
) -> Result<(Vec<Diagnostic>, bool), Box<Diagnostic>> {
    let (project, mut diagnostics) = project::load(sources, load);
    let mut names = BTreeSet::new();
    for model in models {
        names.insert(find(&project, model)?.fqn.clone());
    }
    let enabled = project.linters.iter().any(|linter| linter.enabled);
    let project = with_absent(project, &StateFile::empty());
    let only = (!models.is_empty()).then_some(&names);
    diagnostics.extend(linter::lint(&project, sources, only));
    diagnostics.sort_by_key(|problem| problem.severity);
    Ok((diagnostics, enabled))
}

/// How to render a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenderRequest {
    /// The model, as written in its file or fully qualified.
    pub model: String,
    /// Begin of the interval, as a person writes it; absent for the epoch.
    pub start: Option<String>,
    /// End of the interval; a date counts as a whole. Absent for one day after the epoch.
    pub end: Option<String>,
    /// Time of execution; absent for `now`.
    pub execution_time: Option<String>,
    /// The moment from which relative dates count, epoch milliseconds.
    pub now: Timestamp,
    /// Models to put in as queries; `*` for all that are upstream.
    pub expand: Vec<String>,
    /// The dialect wanted; only the model's own can be had.
    pub dialect: Option<String>,
}

/// A model's query with its macros expanded. Embedded models stand in it as queries, as SQLMesh renders them; all
/// else is as written. With the project's problems.
///
/// # Errors
/// A model that is not there, has no query, or whose macros cannot be expanded; a date that cannot be read.
pub fn render(
    sources: &SourceMap,
    load: &LoadOptions,
    request: &RenderRequest,
) -> (Result<String, Box<Diagnostic>>, Vec<Diagnostic>) {
    let (project, diagnostics) = project::load(sources, load);
    (render_in(&project, request), diagnostics)
}

fn render_in(project: &Project, request: &RenderRequest) -> Result<String, Box<Diagnostic>> {
    let node = find(project, &request.model)?;
    if let Some(dialect) = &request.dialect {
        let own = Dialect::parse(&node.model.dialect).unwrap_or_default();
        if Dialect::parse(dialect) != Some(own) {
            let message = format!(
                "`{}` is written in {}; Planglass does not translate to `{dialect}`",
                node.model.name, node.model.dialect
            );
            return Err(Box::new(
                Diagnostic::error("render/dialect", message)
                    .help("leave `--dialect` out, or translate with `sqlmesh render`"),
            ));
        }
    }
    let execution = date(request.execution_time.as_deref(), request.now)?;
    let context = RenderContext {
        start: date(request.start.as_deref(), request.now)?.map(|date| date.at),
        end: date(request.end.as_deref(), request.now)?.map(DateText::exclusive_end),
        execution_time: Some(execution.map_or(request.now, |date| date.at)),
        has_snapshot: true,
        ..RenderContext::default()
    };
    let edges = project.nodes.iter();
    let dag = Dag::new(
        &edges
            .map(|(name, node)| (name.clone(), node.depends_on.clone()))
            .collect(),
    );
    let above = dag.upstream(&node.fqn);
    let mut wanted = BTreeSet::new();
    for name in &request.expand {
        match name.as_str() {
            "*" => wanted.extend(above.iter().cloned()),
            name => {
                wanted.insert(find(project, name)?.fqn.clone());
            }
        }
    }
    let mut tables = BTreeMap::new();
    let order = dag.sorted().unwrap_or_default();
    for parent in order.iter().filter(|name| above.contains(*name)) {
        let Some(parent) = project.nodes.get(parent) else {
            continue;
        };
        let embedded = parent.model.kind.name == KindName::Embedded;
        let is_query = parent.model.source_type == SourceType::Sql && parent.model.query.is_some();
        if is_query && (embedded || wanted.contains(&parent.fqn)) {
            let replacement = Replacement {
                sql: format!("(\n{}\n)", query(parent, &context, &tables)?),
                is_name: false,
            };
            tables.insert(parent.fqn.clone(), replacement);
        }
    }
    query(node, &context, &tables).map(|text| text + "\n")
}

/// One query, rendered, with these tables replaced.
fn query(
    node: &ProjectNode,
    context: &RenderContext,
    tables: &BTreeMap<String, Replacement>,
) -> Result<String, Box<Diagnostic>> {
    let model = &node.model;
    if model.source_type != SourceType::Sql || model.query.is_none() {
        let what = match model.source_type {
            SourceType::Python => "is written in Python, which is not run",
            SourceType::Seed => "is a seed: its rows stand in a file",
            _ => "has no query",
        };
        let message = format!("`{}` {what}", model.name);
        return Err(Box::new(
            Diagnostic::error("render/no-query", message).help(format!("look into `{}`", node.path)),
        ));
    }
    let text = render_query(model, context).map_err(|error| {
        let message = format!("`{}` cannot be rendered: {}", model.name, error.message);
        let mut problem =
            Diagnostic::error(error.code, message).at(crate::source::Location::file(node.path.as_str()), "");
        problem.help = error.help;
        Box::new(problem)
    })?;
    let text = text.trim().trim_end_matches(';').trim_end();
    if tables.is_empty() {
        return Ok(text.to_string());
    }
    let sites = SiteContext {
        dialect: Dialect::parse(&model.dialect).unwrap_or_default(),
        default_catalog: model.default_catalog.as_deref(),
        tables,
        own: None,
    };
    Ok(replace_in_query(text, &sites).unwrap_or_else(|_| replace_in_statement(text, &sites)))
}

/// A model by its name.
fn find<'p>(project: &'p Project, name: &str) -> Result<&'p ProjectNode, Box<Diagnostic>> {
    let dialect = Dialect::parse(project.config.default_dialect()).unwrap_or_default();
    let catalog = project.config.default_catalog.as_deref();
    let full = crate::sql::names::table_name(name, dialect, catalog).map(|name| name.to_string());
    let by_name = || project.nodes.values().find(|node| node.model.name == name);
    let found = project
        .nodes
        .get(name)
        .or_else(|| project.nodes.get(&full.ok()?))
        .or_else(by_name);
    found.filter(|node| !node.model.is_audit()).ok_or_else(|| {
        let known = project.nodes.values().map(|node| node.model.name.as_str());
        let problem = Diagnostic::error("usage/unknown-model", format!("there is no model `{name}`"));
        Box::new(match crate::diagnostic::nearest(name, known) {
            Some(near) => problem.help(format!("is `{near}` meant?")),
            None => problem.help("`planglass list` names all models"),
        })
    })
}

fn date(text: Option<&str>, now: Timestamp) -> Result<Option<DateText>, Box<Diagnostic>> {
    let Some(text) = text else { return Ok(None) };
    match parse_date(text, now) {
        Some(date) => Ok(Some(date)),
        None => Err(Box::new(
            Diagnostic::error("usage/date", format!("`{text}` is not a date"))
                .help("write a date such as `2024-01-31`, `1 week ago` or `yesterday`"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources() -> SourceMap {
        [
            (
                "config.yaml",
                "gateways: {main: {connection: {type: duckdb, database: db.duckdb}}}\n\
                 model_defaults: {dialect: duckdb, start: '2024-01-01'}\nlinter: {enabled: true, rules: [noselectstar]}\n",
            ),
            ("models/a.sql", "MODEL (name s.a, kind FULL, tags (raw));\nSELECT 1 AS x, @execution_ds AS d"),
            ("models/b.sql", "MODEL (name s.b, kind EMBEDDED);\nSELECT x FROM s.a WHERE x > 0"),
            (
                "models/c.sql",
                "MODEL (name s.c, kind INCREMENTAL_BY_TIME_RANGE (time_column d), owner ana, cron '@hourly');\n\
                 SELECT b.*, @start_ds AS d FROM s.b WHERE d BETWEEN @start_ds AND @end_ds",
            ),
        ]
        .into_iter()
        .collect()
    }

    fn rendered(request: &RenderRequest) -> String {
        match render(&sources(), &LoadOptions::default(), request).0 {
            Ok(text) => text,
            Err(problem) => format!("{} {}", problem.code, problem.message),
        }
    }

    #[test]
    fn queries_are_rendered_with_dates_and_embedded_models() {
        let mut request = RenderRequest {
            model: "s.c".to_string(),
            start: Some("2024-01-05".to_string()),
            end: Some("2024-01-06".to_string()),
            ..RenderRequest::default()
        };
        assert_eq!(
            rendered(&request),
            "SELECT b.*, '2024-01-05' AS d FROM (\nSELECT x FROM s.a WHERE x > 0\n) AS \"b\" \
             WHERE d BETWEEN '2024-01-05' AND '2024-01-06'\n"
        );
        request.expand.push("*".to_string());
        assert!(rendered(&request).contains("SELECT 1 AS x, '1970-01-01' AS d"));
        request.dialect = Some("snowflake".to_string());
        assert!(rendered(&request).starts_with("render/dialect `s.c` is written in duckdb"));
        request.dialect = None;
        request.start = Some("soon".to_string());
        assert!(rendered(&request).starts_with("usage/date"));
        request.model = "s.cc".to_string();
        assert_eq!(rendered(&request), "usage/unknown-model there is no model `s.cc`");
    }

    #[test]
    fn models_are_listed_and_selected() {
        let list = |selector: &str| {
            let selection = Selection {
                selectors: vec![selector.to_string()],
                ..Selection::default()
            };
            let (entries, _) = catalog(&sources(), &LoadOptions::default(), &selection).unwrap();
            let names: Vec<String> = entries.into_iter().map(|entry| entry.name).collect();
            names.join(" ")
        };
        assert_eq!(list("tag:raw+"), "s.a s.b s.c");
        assert_eq!(list("s.b"), "s.b");
        let (all, _) = catalog(&sources(), &LoadOptions::default(), &Selection::default()).unwrap();
        assert_eq!(all.len(), 3);
        assert_eq!(
            (all[2].cron.as_str(), all[2].owner.as_deref()),
            ("@hourly", Some("ana"))
        );
        assert_eq!(all[2].depends_on, ["s.b"]);
    }

    #[test]
    fn the_linter_looks_at_what_is_asked() {
        let lint = |models: &[&str]| {
            let models: Vec<String> = models.iter().map(ToString::to_string).collect();
            lint(&sources(), &LoadOptions::default(), &models)
                .unwrap()
                .0
                .len()
        };
        assert_eq!((lint(&[]), lint(&["s.a"]), lint(&["s.c"])), (1, 0, 1));
    }
}
