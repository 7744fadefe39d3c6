//! What concerns the environment as a whole: `before_all` and `after_all`, and what is written to the state.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::model::Model;
use crate::model::render::{self, RenderContext};
use crate::sql::sites::{Replacement, SiteContext, replace_in_statement};
use crate::state::EnvironmentStatements;
use crate::time::Interval;
use crate::time::range::format_instant;

use super::scope::Scope;
use super::{Purpose, Statement, Step, views};

/// `before_all` of every project.
pub(super) fn before_all(scope: &Scope<'_>) -> Vec<Step> {
    statements(scope, Purpose::BeforeAll, |one| &one.before_all)
}

/// `after_all` of every project.
pub(super) fn after_all(scope: &Scope<'_>) -> Vec<Step> {
    statements(scope, Purpose::AfterAll, |one| &one.after_all)
}

/// In these statements models stand for their views.
fn statements(
    scope: &Scope<'_>,
    purpose: Purpose,
    of: impl Fn(&EnvironmentStatements) -> &Vec<String>,
) -> Vec<Step> {
    let plan = scope.plan;
    let nodes = plan.diff.nodes.values();
    let views: BTreeMap<String, Replacement> = nodes
        .filter(|node| node.is_model() && !node.is_symbolic())
        .filter_map(|node| {
            let sql = views::view(scope, node)?;
            Some((node.name().to_string(), Replacement { sql, is_name: true }))
        })
        .collect();
    let sites = SiteContext {
        dialect: scope.engine.dialect,
        default_catalog: plan.default_catalog.as_deref(),
        tables: &views,
        own: None,
    };
    let stage = if purpose == Purpose::BeforeAll {
        "before_all"
    } else {
        "after_all"
    };
    let range = scope.range();
    let context = RenderContext {
        start: Some(range.start()),
        end: Some(range.end()),
        execution_time: Some(plan.execution_time),
        runtime_stage: Some(stage.to_string()),
        this_env: Some(plan.naming.name.clone()),
        ..RenderContext::default()
    };
    let mut step = Step::default();
    for project in &plan.diff.statements {
        let holder = Model {
            name: stage.to_string(),
            dialect: scope.engine.dialect.as_str().to_string(),
            default_catalog: plan.default_catalog.clone(),
            python_env: project.python_env.clone(),
            jinja_macros: project.jinja_macros.clone().unwrap_or_default(),
            ..Model::default()
        };
        for text in of(project) {
            match render::render_statement(text, &holder, &context) {
                Ok(found) => step.statements.extend(
                    found
                        .iter()
                        .map(|sql| Statement::new(purpose, replace_in_statement(sql, &sites))),
                ),
                Err(error) => step.notes.push(Diagnostic::warning(
                    "statements/not-rendered",
                    format!("a statement of `{stage}` cannot be told: {}", error.message),
                )),
            }
        }
    }
    step.notes.extend(scope.take_notes());
    vec![step]
}

fn of_state(lines: Vec<String>) -> Vec<Step> {
    vec![Step {
        state: lines,
        ..Step::default()
    }]
}

fn identifier(scope: &Scope<'_>, name: &str) -> String {
    let id = scope.node(name).map(|node| node.snapshot.id().identifier);
    format!("{} {}", scope.plan.display_name(name), id.unwrap_or_default())
}

/// Records of new snapshots.
pub(super) fn records(scope: &Scope<'_>, names: &BTreeSet<String>) -> Vec<Step> {
    let lines = names
        .iter()
        .map(|name| format!("adds snapshot {}", identifier(scope, name)));
    of_state(lines.collect())
}

/// What a restatement clears elsewhere.
pub(super) fn restatement(scope: &Scope<'_>, names: &BTreeSet<String>) -> Vec<Step> {
    let lines = names.iter().filter_map(|name| {
        let Interval(start, end) = scope.plan.restatements.get(name)?;
        Some(format!(
            "clears [{}, {}) of {} in the versions of other environments",
            format_instant(*start),
            format_instant(*end),
            scope.plan.display_name(name)
        ))
    });
    of_state(lines.collect())
}

/// The environment's record.
pub(super) fn record(scope: &Scope<'_>) -> Vec<Step> {
    let plan = scope.plan;
    of_state(vec![format!(
        "writes the record of environment `{}`: {} snapshots, {} promoted, not finalized",
        plan.naming.name,
        plan.diff.nodes.len(),
        plan.promoted().len()
    )])
}

/// Versions that production runs from now on.
pub(super) fn unpause(scope: &Scope<'_>, names: &BTreeSet<String>) -> Vec<Step> {
    let lines = names
        .iter()
        .map(|name| format!("unpauses snapshot {}", identifier(scope, name)));
    of_state(lines.collect())
}

/// The environment is complete.
pub(super) fn finalize(scope: &Scope<'_>) -> Vec<Step> {
    of_state(vec![format!(
        "marks environment `{}` as finalized",
        scope.plan.naming.name
    )])
}
