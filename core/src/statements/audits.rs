//! Audits: each is one query that counts the rows that are wrong.

use crate::ordered::BTreeSet;

use crate::ordered::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::model::audit::is_built_in;
use crate::model::render;
use crate::snapshot::PlanNode;
use crate::sql::Dialect;
use crate::time::Interval;

use super::scope::{Moment, Scope};
use super::{Purpose, Statement, Step, builtin_audits, write};

/// The audits of models of which only the audits changed.
pub(super) fn only(scope: &Scope<'_>, names: &BTreeSet<String>) -> Vec<Step> {
    scope
        .ordered(names)
        .map(|node| Step {
            name: Some(node.name().to_string()),
            target: scope.target(node),
            interval: Some(scope.range()),
            statements: of_model(scope, node, scope.range()),
            notes: scope.take_notes(),
            ..Step::default()
        })
        .collect()
}

/// The audits of a model over an interval.
pub(super) fn of_model(scope: &Scope<'_>, node: &PlanNode, interval: Interval) -> Vec<Statement> {
    let mut found = Vec::new();
    for (name, arguments) in &node.model().audits {
        match one(scope, node, name, arguments, interval) {
            Some(statement) => found.extend(statement),
            None => scope.note(Diagnostic::warning(
                "statements/audit",
                format!(
                    "the query of audit `{name}` of `{}` cannot be told",
                    node.model().name
                ),
            )),
        }
    }
    found
}

/// One audit; `Some(None)` when it is never run, `None` when its query cannot be told.
fn one(
    scope: &Scope<'_>,
    node: &PlanNode,
    name: &str,
    arguments: &IndexMap<String, String>,
    interval: Interval,
) -> Option<Option<Statement>> {
    let model = node.model();
    let engine = scope.engine;
    let table = scope
        .target(node)
        .or_else(|| scope.tables().get(node.name()).map(|one| one.sql.clone()));
    let table = table.unwrap_or_else(|| engine.named(node.name()));
    let this = engine.column("_this");
    let range = write::time_condition(scope, node, interval)
        .map(|condition| format!("(SELECT * FROM {table} WHERE {condition})"));
    let definition = model.audit_definitions.get(name);
    let mut blocks = definition.map_or_else(|| !name.ends_with("_non_blocking"), |one| one.blocking);
    if let Some(given) = arguments.get("blocking") {
        blocks = given.trim().eq_ignore_ascii_case("true");
    }
    let query = match definition {
        Some(audit) if audit.skip => return Some(None),
        Some(audit) => {
            // What the audit reads is a table under a name: a query in parentheses would need an alias.
            let is_with = audit
                .query
                .sql
                .trim_start()
                .get(..4)
                .is_some_and(|word| word.eq_ignore_ascii_case("with"));
            let named = range.as_ref().filter(|_| !is_with);
            let mut context = scope.context(
                node,
                Moment {
                    interval: Some(interval),
                    stage: "auditing",
                },
            );
            context.this_model = Some(match (&range, named) {
                (Some(_), Some(_)) => this.clone(),
                (Some(range), None) => range.clone(),
                (None, _) => table.clone(),
            });
            let text = match render::render_audit(model, audit, arguments, &context) {
                Ok(text) => text,
                Err(error) => {
                    scope.failed(node, &error);
                    return None;
                }
            };
            let query = scope.resolve(node, text.trim().trim_end_matches(';'), None);
            match named {
                Some(range) => format!("WITH {this} AS {range} {query}"),
                None => query,
            }
        }
        None if is_built_in(name) => {
            let from = range.map_or_else(|| table.clone(), |range| format!("{range} AS {this}"));
            let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
            let arguments = match render::render_arguments(
                model,
                arguments,
                &scope.context(
                    node,
                    Moment {
                        interval: Some(interval),
                        stage: "auditing",
                    },
                ),
            ) {
                Ok(arguments) => arguments,
                Err(error) => {
                    scope.failed(node, &error);
                    return None;
                }
            };
            builtin_audits::query(name, &arguments, &from, dialect)?
        }
        None => return None,
    };
    let mut statement = counted(scope, &query);
    statement.only_warns = !blocks;
    Some(Some(statement))
}

fn counted(scope: &Scope<'_>, query: &str) -> Statement {
    let alias = scope.engine.column("audit");
    Statement::new(
        Purpose::Audit,
        format!("SELECT COUNT(*) FROM ({query}) AS {alias}"),
    )
}

/// A standalone audit over an interval.
pub(super) fn standalone(scope: &Scope<'_>, node: &PlanNode, interval: Interval) -> Vec<Statement> {
    let model = node.model();
    if model.skip.unwrap_or(false) {
        return Vec::new();
    }
    let moment = Moment {
        interval: Some(interval),
        stage: "auditing",
    };
    let Some(query) = scope.query(node, moment, None) else {
        return Vec::new();
    };
    let mut statement = counted(scope, &query);
    statement.only_warns = true;
    vec![statement]
}
