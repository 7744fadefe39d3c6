//! Migrations: tables that forward-only changes reuse get the new columns.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::diff::modified::stored_columns;
use crate::model::{Columns, KindName, OnChange};
use crate::plan::schema_change::{ColumnChange, column_changes};
use crate::plan::stages::{self, filled_before_promotion};
use crate::snapshot::PlanNode;
use crate::sql::{Dialect, Language};

use super::scope::{Moment, Scope, all_known};
use super::{Purpose, Statement, Step, create};

/// One step per table or view of these models. Where none of them is there yet, nothing is made here: filling
/// makes them.
pub(super) fn migrate(scope: &Scope<'_>, names: &BTreeSet<String>) -> Vec<Step> {
    let there = there(scope, names);
    let mut steps: Vec<Step> = Vec::new();
    let mut made: BTreeMap<&str, usize> = BTreeMap::new();
    for node in scope.ordered(names).filter(|_| !there.is_empty()) {
        let parents = node.snapshot.parents.iter();
        let after = parents
            .filter_map(|parent| made.get(parent.name.as_str()).copied())
            .collect();
        made.insert(node.name(), steps.len());
        let step = match there.contains(node.name()) {
            true => one(scope, node),
            false => create::table(scope, node),
        };
        steps.push(Step { after, ..step });
    }
    steps
}

/// Whose tables are there when migrations begin: filled by this plan, or made because there was nothing to fill,
/// or there before.
fn there(scope: &Scope<'_>, names: &BTreeSet<String>) -> BTreeSet<String> {
    let filled = filled_before_promotion(scope.plan);
    let nodes = scope.ordered(names);
    let there =
        nodes.filter(|node| filled.contains(node.name()) || !scope.plan.fills() || scope.exists(node));
    there.map(|node| node.name().to_string()).collect()
}

/// Whose tables are there after the migrations of a plan.
pub(super) fn migrated(scope: &Scope<'_>) -> BTreeSet<String> {
    let names = stages::migrated(scope.plan);
    match there(scope, &names).is_empty() {
        true => BTreeSet::new(),
        false => names,
    }
}

fn one(scope: &Scope<'_>, node: &PlanNode) -> Step {
    let target = scope.target(node).unwrap_or_default();
    let mut statements = Vec::new();
    if node.kind() == KindName::View {
        statements.extend(create::view(scope, node, &target, true, Moment::CREATING));
    } else {
        let around = |purpose| scope.statements(node, purpose, Moment::CREATING, None);
        statements.extend(around(Purpose::PreStatement));
        statements.extend(around(Purpose::PostStatement));
        statements.extend(alterations(scope, node, &target));
    }
    Step {
        name: Some(node.name().to_string()),
        target: Some(target),
        statements,
        notes: scope.take_notes(),
        ..Step::default()
    }
}

/// The columns of the version that the table was last written by: the one that production runs, else the one in
/// the environment.
fn columns_before(scope: &Scope<'_>, node: &PlanNode) -> Option<Columns> {
    let live = scope.plan.live(node.name());
    if let Some(live) = live.filter(|live| live.version == node.snapshot.version) {
        return stored_columns(&live.node);
    }
    match scope.plan.diff.modified.get(node.name()) {
        Some(modified) => stored_columns(&modified.old.node),
        None => node.columns.clone(),
    }
}

/// A preview of a forward-only change begins with a copy of the production table, where the engine makes copies
/// without copying rows.
pub(super) fn clone(scope: &Scope<'_>, node: &PlanNode) -> Option<Vec<Statement>> {
    let snapshot = &node.snapshot;
    let word = scope.engine.clone_word()?;
    let may = snapshot.forward_only
        && node.is_materialized()
        && !snapshot.previous_versions.is_empty()
        && !matches!(node.kind(), KindName::Managed | KindName::DbtCustom)
        && !scope.is_deployable(node);
    if !may {
        return None;
    }
    let (source, target) = (snapshot.table_name(true)?, scope.target(node)?);
    let source = scope.engine.named(&source);
    let mut statements = vec![Statement::new(
        Purpose::Create,
        format!("CREATE TABLE IF NOT EXISTS {target} {word} {source}"),
    )];
    statements.extend(alterations(scope, node, &target));
    Some(statements)
}

fn alterations(scope: &Scope<'_>, node: &PlanNode, target: &str) -> Vec<Statement> {
    let model = node.model();
    // A table that was filled anew has its columns already.
    let is_own = |version: &Option<String>| *version == node.snapshot.version;
    let is_reused = scope
        .plan
        .live(node.name())
        .is_some_and(|live| is_own(&live.version))
        || scope
            .plan
            .diff
            .modified
            .get(node.name())
            .is_some_and(|one| is_own(&one.old.version));
    if !is_reused {
        return Vec::new();
    }
    let (Some(old), Some(new)) = (columns_before(scope, node), node.columns.clone()) else {
        scope.note(Diagnostic::warning(
            "statements/unknown-columns",
            format!(
                "how the table of `{}` is altered is only known to the engine: its columns are not known",
                model.name
            ),
        ));
        return Vec::new();
    };
    if !all_known(&old) || !all_known(&new) {
        scope.note(Diagnostic::warning(
            "statements/unknown-columns",
            format!("how the table of `{}` is altered is only known to the engine: the types of its columns are not known", model.name),
        ));
        return Vec::new();
    }
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let ignores = |setting: Option<OnChange>| setting == Some(OnChange::Ignore);
    let (no_drops, no_additions) = (
        ignores(model.kind.on_destructive_change),
        ignores(model.kind.on_additive_change),
    );
    column_changes(&old, &new, dialect)
        .iter()
        .filter(|change| match change.is_destructive() {
            true => !no_drops,
            false => !no_additions,
        })
        .flat_map(|change| alteration(scope, change, target, dialect))
        .map(|sql| Statement::new(Purpose::Alter, sql))
        .collect()
}

fn alteration(scope: &Scope<'_>, change: &ColumnChange, target: &str, dialect: Dialect) -> Vec<String> {
    let engine = scope.engine;
    let cascade = match engine.dialect.language() {
        Language::Postgres | Language::Redshift => " CASCADE",
        _ => "",
    };
    let add = match engine.dialect.language() {
        Language::TSql | Language::Fabric => "ADD",
        Language::Spark | Language::Spark2 | Language::Hive => "ADD COLUMNS",
        _ => "ADD COLUMN",
    };
    let addition = |name: &str, data_type: &str| {
        let definition = format!("{} {}", engine.column(name), engine.data_type(data_type, dialect));
        match add {
            "ADD COLUMNS" => format!("ALTER TABLE {target} {add} ({definition})"),
            _ => format!("ALTER TABLE {target} {add} {definition}"),
        }
    };
    let removal = |name: &str| {
        format!(
            "ALTER TABLE {target} DROP COLUMN {}{cascade}",
            engine.column(name)
        )
    };
    match change {
        ColumnChange::Drop(name) => vec![removal(name)],
        ColumnChange::Add(name, data_type) => vec![addition(name, data_type)],
        ColumnChange::Widen(name, data_type) => {
            let words = match engine.dialect.language() {
                Language::TSql | Language::Fabric => "",
                _ => " SET DATA TYPE",
            };
            vec![format!(
                "ALTER TABLE {target} ALTER COLUMN {}{words} {}",
                engine.column(name),
                engine.data_type(data_type, dialect)
            )]
        }
        ColumnChange::Replace(name, data_type) => vec![removal(name), addition(name, data_type)],
    }
}
