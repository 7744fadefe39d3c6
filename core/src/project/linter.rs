//! The linter: what a project's own rules say about its models.
//!
//! In: a loaded project, its files, and the rules that its configuration names. Out: one diagnostic per violation,
//! an error or a warning as configured. The rules and their words are SQLMesh's; rules that a project writes in
//! Python are not run, and a note says so.

use super::{Project, ProjectNode};
use crate::config::linter::RULES;
use crate::config::{LinterConfig, yaml};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{KindName, SourceType};
use crate::ordered::BTreeSet;
use crate::source::{Location, SourceMap, Span};
use crate::sql::tree::{Kind, Node};
use crate::sql::{self, Dialect};

/// Checks all models of a project, or those of these fully qualified names.
pub fn lint(project: &Project, sources: &SourceMap, only: Option<&BTreeSet<String>>) -> Vec<Diagnostic> {
    if !project.linters.iter().any(|linter| linter.enabled) {
        return Vec::new();
    }
    let tested = tested_models(sources);
    let mut found = Vec::new();
    let mut not_run = BTreeSet::new();
    for node in project.nodes.values() {
        let linter = linter_of(project, node);
        let wanted = only.is_none_or(|names| names.contains(&node.fqn));
        let (Some(linter), false, true) = (linter, node.model.is_audit(), wanted) else {
            continue;
        };
        let ignored = |rule: &str| {
            let mut names = node.ignored_rules.iter();
            names.any(|name| name.eq_ignore_ascii_case(rule) || name.eq_ignore_ascii_case("all"))
        };
        let errors = linter.rules.iter().map(|rule| (rule, Severity::Error));
        let warnings = linter.warn_rules.iter().map(|rule| (rule, Severity::Warning));
        for (rule, severity) in errors.chain(warnings) {
            if ignored(rule) {
                continue;
            }
            if !RULES.contains(&rule.as_str()) {
                not_run.insert(rule.clone());
                continue;
            }
            if let Some((message, help)) = violation(rule, node, project, &tested) {
                let mut problem = Diagnostic::error(&format!("lint/{rule}"), message)
                    .at(place(node, rule, sources), "")
                    .help(help);
                problem.severity = severity;
                found.push(problem);
            }
        }
    }
    for rule in not_run {
        let message = format!("the linter rule `{rule}` is written in Python, which is not run");
        found.push(
            Diagnostic::note("lint/python-rule", message).help("`sqlmesh lint` checks the models with it"),
        );
    }
    found.sort_by_key(|problem| problem.severity);
    found
}

/// The rules for the folder that a model comes from.
fn linter_of<'p>(project: &'p Project, node: &ProjectNode) -> Option<&'p LinterConfig> {
    let mut pairs = project.projects.iter().zip(&project.linters);
    let own = pairs.find(|(name, _)| **name == node.model.project);
    own.map(|(_, linter)| linter).filter(|linter| linter.enabled)
}

/// What a rule says about a model: message and way out.
fn violation(
    rule: &str,
    node: &ProjectNode,
    project: &Project,
    tested: &BTreeSet<String>,
) -> Option<(String, String)> {
    let name = &node.model.name;
    let is_query = node.model.source_type == SourceType::Sql;
    let is_external = node.model.kind.name == KindName::External;
    let said = |message: String, help: &str| Some((message, help.to_string()));
    match rule {
        "noselectstar" if is_query => {
            let dialect = Dialect::parse(&node.model.dialect).unwrap_or_default();
            let query = sql::parse(node.rendered.as_deref()?, dialect).ok()?;
            let message = format!("the outermost SELECT of `{name}` has a star");
            has_star(&query).then_some(())?;
            said(message, "name the columns")
        }
        "invalidselectstarexpansion" if is_query => {
            let unknown = unknown_parents(node, project);
            let has_star = projections(node.tree.as_ref()?).iter().any(is_star);
            (has_star && !unknown.is_empty()).then_some(())?;
            said(
                format!("the star in `{name}` cannot be expanded: the columns of {unknown} are not known"),
                "declare the columns, in the model or as an external model (`sqlmesh create_external_models`)",
            )
        }
        "ambiguousorinvalidcolumn" if is_query => {
            let wrong = |note: &&String| {
                note.contains("could not be resolved") || note.contains("there is no output")
            };
            let note = node.notes.iter().find(wrong)?;
            let why = note.rsplit(": ").next().unwrap_or(note);
            said(
                format!("{why} in `{name}`: it does not exist, or several tables have it"),
                "say which table it comes from, or correct its name",
            )
        }
        "noambiguousprojections" if is_query => ambiguous_projection(node),
        "nomissingaudits" if node.model.audits.is_empty() && !node.model.kind.name.is_symbolic() => said(
            format!("`{name}` has no audits"),
            "add some to its MODEL block: `audits (not_null(columns := (id)))`",
        ),
        "nomissingunittest" if !is_external && !tested.contains(name) => said(
            format!("`{name}` has no unit test"),
            "write one in `tests/`, in a file `test_….yaml`, with `model:` and this name",
        ),
        "nomissingexternalmodels" if !is_external => {
            let missing: Vec<String> = node
                .depends_on
                .iter()
                .filter(|parent| !project.nodes.contains_key(*parent))
                .map(|parent| format!("`{}`", parent.replace('"', "")))
                .collect();
            (!missing.is_empty()).then_some(())?;
            said(
                format!(
                    "`{name}` reads tables that nothing declares: {}",
                    missing.join(", ")
                ),
                "declare them in `external_models.yaml` (`sqlmesh create_external_models`)",
            )
        }
        _ => None,
    }
}

fn ambiguous_projection(node: &ProjectNode) -> Option<(String, String)> {
    let mut seen = BTreeSet::new();
    for (at, projection) in projections(node.tree.as_ref()?).iter().enumerate() {
        if is_star(projection) {
            continue;
        }
        let column = sql::output_name(projection);
        let model = &node.model.name;
        if column.is_empty() {
            let message = format!("column {} of `{model}` has no name", at + 1);
            return Some((message, "give it one: `AS name`".to_string()));
        }
        if !seen.insert(column.clone()) {
            let message = format!("two columns of `{model}` are called `{column}`");
            return Some((message, "give each a name of its own: `AS name`".to_string()));
        }
    }
    None
}

/// The outermost projections; of a set operation, those of its first branch.
fn projections(query: &Node) -> &[Node] {
    match query.kind {
        Kind::Select => query.many("projections"),
        Kind::SetOperation => query.many("branches").first().map_or(&[], projections),
        Kind::Subquery => query.one("this").map_or(&[], projections),
        _ => &[],
    }
}

fn is_star(projection: &Node) -> bool {
    projection.kind == Kind::Star
}

/// Whether any branch of a query has a star in its outermost projections.
fn has_star(query: &Node) -> bool {
    match query.kind {
        Kind::Select => query.many("projections").iter().any(is_star),
        Kind::SetOperation => query.many("branches").iter().any(has_star),
        Kind::Subquery => query.one("this").is_some_and(has_star),
        _ => false,
    }
}

/// Names of dependencies whose columns are not known, for display.
fn unknown_parents(node: &ProjectNode, project: &Project) -> String {
    let unknown: Vec<String> = node
        .depends_on
        .iter()
        .filter(|parent| {
            project
                .nodes
                .get(*parent)
                .is_none_or(|parent| parent.columns.is_none())
        })
        .map(|parent| format!("`{}`", parent.replace('"', "")))
        .collect();
    unknown.join(", ")
}

/// Where a violation is shown: the star itself, or the beginning of the definition.
fn place(node: &ProjectNode, rule: &str, sources: &SourceMap) -> Location {
    let text = sources.get(&node.path).unwrap_or_default();
    let word = match (rule, node.path.rsplit_once('.')) {
        ("noselectstar" | "invalidselectstarexpansion", Some((_, "sql"))) => query_star(text),
        _ => None,
    };
    // `MODEL` and `model` are as long as each other, whatever stands before them.
    let block = text.to_ascii_lowercase().find("model");
    match word.or_else(|| block.map(|at| Span::new(at, at + "model".len()))) {
        Some(span) if !text.is_empty() => Location::in_text(&node.path, text, span),
        _ => Location::file(node.path.as_str()),
    }
}

/// The star of a `SELECT *`, when there is just one.
fn query_star(text: &str) -> Option<Span> {
    let upper = text.to_ascii_uppercase();
    let mut stars = upper.match_indices("SELECT").filter_map(|(at, word)| {
        let rest = upper.get(at + word.len()..)?;
        let star = at + word.len() + (rest.len() - rest.trim_start().len());
        rest.trim_start()
            .starts_with('*')
            .then(|| Span::new(star, star + 1))
    });
    let first = stars.next()?;
    stars.next().is_none().then_some(first)
}

/// Names of the models that unit tests name.
fn tested_models(sources: &SourceMap) -> BTreeSet<String> {
    let mut models = BTreeSet::new();
    for (path, text) in sources.iter() {
        let inside = path.split_once('/').map_or("", |(_, inside)| inside);
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_test = (path.starts_with("tests/") || inside.starts_with("tests/"))
            && name.starts_with("test")
            && matches!(name.rsplit_once('.'), Some((_, "yaml" | "yml")));
        let Some(tests) = is_test.then(|| yaml::parse(text, 0).ok().flatten()).flatten() else {
            continue;
        };
        for test in tests.entries().unwrap_or_default() {
            let model = test.value.get("model").and_then(yaml::Node::as_text);
            models.extend(model.map(str::to_string));
        }
    }
    models
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{LoadOptions, load};

    const CONFIG: &str = "gateways: {main: {connection: {type: duckdb, database: db.duckdb}}}\n\
        model_defaults: {dialect: duckdb, start: '2024-01-01'}\n";

    /// What all rules but those about audits and tests say, then what these settings say.
    fn said(settings: &str, files: &[(&str, &str)]) -> Vec<String> {
        let mut sources: SourceMap = files.iter().copied().collect();
        sources.insert("config.yaml", format!("{CONFIG}linter: {settings}\n"));
        let (project, mut problems) = load(&sources, &LoadOptions::default());
        problems.extend(lint(&project, &sources, None));
        let shown = problems.iter().map(|problem| {
            let place = &problem.labels.first().map(|label| label.location.clone());
            let (path, line, column) = place.as_ref().map_or(("", 0, 0), |place| {
                (place.path.as_str(), place.line, place.column)
            });
            format!(
                "{path}:{line}:{column} {:?} {} {}",
                problem.severity, problem.code, problem.message
            )
        });
        shown.collect()
    }

    #[test]
    fn each_rule_finds_its_mistake() {
        let files = [
            (
                "models/a.sql",
                "MODEL (name s.a, kind FULL);\nSELECT 1 AS x, 2 AS y",
            ),
            (
                "models/star.sql",
                "MODEL (name s.star, kind FULL, audits (not_null(columns := (x))));\nSELECT * FROM s.a",
            ),
            (
                "models/blind.sql",
                "MODEL (name s.blind, kind VIEW);\nSELECT t.* FROM elsewhere.t",
            ),
            (
                "models/wrong.sql",
                "MODEL (name s.wrong, kind VIEW);\nSELECT z FROM s.a",
            ),
            (
                "models/twice.sql",
                "MODEL (name s.twice, kind VIEW);\nSELECT x, y AS x FROM s.a",
            ),
            (
                "models/ignoring.sql",
                "MODEL (name s.ignoring, kind VIEW, ignored_rules ALL);\nSELECT * FROM s.a",
            ),
            ("tests/test_a.yaml", "test_it:\n  model: s.a\n"),
        ];
        let all = "{enabled: true, rules: ALL, ignored_rules: [NoMissingUnitTest, nomissingaudits]}";
        assert_eq!(
            said(all, &files),
            [
                "models/blind.sql:1:1 Error lint/invalidselectstarexpansion the star in `s.blind` cannot be expanded: the columns of `db.elsewhere.t` are not known",
                "models/blind.sql:1:1 Error lint/nomissingexternalmodels `s.blind` reads tables that nothing declares: `db.elsewhere.t`",
                "models/blind.sql:1:1 Error lint/noselectstar the outermost SELECT of `s.blind` has a star",
                "models/star.sql:2:8 Error lint/noselectstar the outermost SELECT of `s.star` has a star",
                "models/twice.sql:1:1 Error lint/noambiguousprojections two columns of `s.twice` are called `x`",
                "models/wrong.sql:1:1 Error lint/ambiguousorinvalidcolumn column \"z\" could not be resolved in `s.wrong`: it does not exist, or several tables have it",
            ]
        );
        assert_eq!(
            said(
                "{enabled: true, warn_rules: nomissingunittest, rules: [nomissingaudits]}",
                &files
            )
            .iter()
            .filter(|text| text.contains("s.a`") || text.contains("s.star`"))
            .collect::<Vec<_>>(),
            [
                "models/a.sql:1:1 Error lint/nomissingaudits `s.a` has no audits",
                "models/star.sql:1:1 Warning lint/nomissingunittest `s.star` has no unit test",
            ]
        );
        assert_eq!(said("{rules: ALL}", &files), [] as [&str; 0]);
    }

    #[test]
    fn rules_are_known_or_written_in_python() {
        let rule = (
            "linter/user.py",
            "from sqlmesh.core.linter.rule import Rule\n\nclass NoShouting(Rule):\n    pass\n",
        );
        let model = ("models/a.sql", "MODEL (name s.a, kind FULL);\nSELECT 1 AS x");
        assert_eq!(
            said("{enabled: true, rules: [noshouting]}", &[rule, model]),
            [
                ":0:0 Note lint/python-rule the linter rule `noshouting` is written in Python, which is not run"
            ]
        );
        assert_eq!(
            said("{rules: [noselectstars]}", &[model]),
            ["config.yaml:3:18 Error config/unknown-rule there is no linter rule `noselectstars`"]
        );
        assert_eq!(
            said("{rules: [noselectstar], warn_rules: ALL}", &[model]),
            [
                "config.yaml:3:45 Error config/exclusive these rules cannot be errors and warnings at once: noselectstar"
            ]
        );
    }
}
