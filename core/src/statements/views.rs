//! The virtual layer: catalogs and schemas are made, views are pointed to tables or dropped.

use crate::ordered::BTreeSet;

use crate::model::KindName;
use crate::name::TableName;
use crate::snapshot::PlanNode;
use crate::snapshot::naming::EnvironmentNaming;
use crate::state::environment::PROD;

use super::engine::Comments;
use super::scope::{Moment, Scope, descriptions};
use super::{Purpose, Statement, Step, create};

/// Schemas of the views, the views, and what is dropped.
pub(super) fn update(
    scope: &Scope<'_>,
    promoted: &BTreeSet<String>,
    demoted: &BTreeSet<String>,
) -> Vec<Step> {
    let views = || scope.ordered(promoted).filter_map(|node| view_name(scope, node));
    let mut steps: Vec<Step> = Vec::new();
    if scope.plan.naming.suffix_target == "catalog" {
        let catalogs: BTreeSet<String> = views().filter_map(|view| view.catalog).collect();
        let made = catalogs
            .iter()
            .filter_map(|name| scope.engine.create_catalog(name));
        steps.extend(made.map(|sql| Step {
            statements: vec![Statement::new(Purpose::CreateSchema, sql)],
            ..Step::default()
        }));
    }
    let catalogs: Vec<usize> = (0..steps.len()).collect();
    steps.extend(create::of_tables(scope, views()).into_iter().map(|step| Step {
        after: catalogs.clone(),
        ..step
    }));
    let schemas: Vec<usize> = (0..steps.len()).collect();
    for node in scope.ordered(promoted) {
        steps.extend(promote(scope, node).map(|step| Step {
            after: schemas.clone(),
            ..step
        }));
    }
    let pointed: Vec<usize> = (0..steps.len()).collect();
    let before = scope.plan.diff.base.existing.map(|entry| &entry.environment);
    let naming = before.map(|environment| EnvironmentNaming {
        name: environment.name.clone(),
        suffix_target: environment.suffix_target.clone(),
        catalog_name_override: environment.catalog_name_override.clone(),
        normalize_name: environment.normalize_name,
    });
    for name in demoted {
        let Some(view) = naming
            .as_ref()
            .zip(TableName::parse_quoted(name))
            .map(|(naming, name)| naming.view(&name, scope.engine.dialect))
        else {
            continue;
        };
        let view = scope.engine.table(&view);
        let cascade = match scope.engine.drops_views_first() {
            true => " CASCADE",
            false => "",
        };
        steps.push(Step {
            name: Some(name.clone()),
            target: Some(view.clone()),
            after: pointed.clone(),
            statements: vec![Statement::new(
                Purpose::DropView,
                format!("DROP VIEW IF EXISTS {view}{cascade}"),
            )],
            ..Step::default()
        });
    }
    steps
}

/// The view of a model in the plan's environment.
fn view_name(scope: &Scope<'_>, node: &PlanNode) -> Option<TableName> {
    let name = TableName::parse_quoted(node.name())?;
    Some(scope.plan.naming.view(&name, scope.engine.dialect))
}

/// The view of a model in the plan's environment, quoted.
pub(super) fn view(scope: &Scope<'_>, node: &PlanNode) -> Option<String> {
    Some(scope.engine.table(&view_name(scope, node)?))
}

fn promote(scope: &Scope<'_>, node: &PlanNode) -> Option<Step> {
    let engine = scope.engine;
    let model = node.model();
    let view = view(scope, node)?;
    let mut statements = Vec::new();
    if node.kind() == KindName::Embedded {
        return None;
    }
    let table = engine.named(&node.snapshot.table_name(scope.is_representative(node))?);
    let is_prod = scope.plan.naming.name == PROD;
    let description = model.description.as_deref().filter(|_| is_prod);
    let mut replace = "OR REPLACE ";
    if engine.drops_views_first() {
        replace = "";
        statements.push(Statement::new(
            Purpose::PromoteView,
            format!("DROP VIEW IF EXISTS {view} CASCADE"),
        ));
    }
    let comment = match engine.view_comments() {
        Comments::Definition => create::view_description(scope, description),
        _ => String::new(),
    };
    statements.push(Statement::new(
        Purpose::PromoteView,
        format!("CREATE {replace}VIEW {view}{comment} AS SELECT * FROM {table}"),
    ));
    if is_prod {
        let comments = engine.comments("VIEW", &view, description, &descriptions(model));
        statements.extend(
            comments
                .into_iter()
                .map(|sql| Statement::new(Purpose::Comment, sql)),
        );
    }
    let moment = Moment {
        interval: Some(scope.range()),
        stage: "promoting",
    };
    statements.extend(scope.statements(node, Purpose::OnVirtualUpdate, moment, Some(&view)));
    if engine.has_transactions() {
        for statement in &mut statements {
            statement.transaction = Some(0);
        }
    }
    Some(Step {
        name: Some(node.name().to_string()),
        target: Some(view),
        statements,
        notes: scope.take_notes(),
        ..Step::default()
    })
}
