//! From a plan to its report.

use crate::ordered::BTreeSet;

use crate::ordered::IndexMap;

use crate::backfill::unit_of;
use crate::diff::ndiff::ndiff;
use crate::hash::digest;
use crate::json;
use crate::model::Columns;
use crate::name::TableName;
use crate::plan::Plan;
use crate::snapshot::PlanNode;
use crate::snapshot::naming::plain;
use crate::sql::Dialect;
use crate::sql::types::DataType;
use crate::state::EnvironmentStatements;
use crate::statements::batch_size;

use super::causes::causes;
use super::{PlanDecisions, PlanReport, SnapshotDetail, SnapshotReport};

impl PlanReport {
    /// The report of a plan.
    pub fn new(plan: &Plan<'_>, gateway: &str) -> Self {
        let mut report = Self::differences(plan, gateway);
        report.apply(PlanDecisions::new(plan));
        report.sealed()
    }

    /// The same with the digest over all of it.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.seal();
        self
    }

    /// Computes the digest over all of it.
    pub fn seal(&mut self) {
        self.digest.clear();
        self.digest = digest([json::to_string(&*self)]);
    }

    /// What differs: all that stays as it is when another category, date or option is chosen.
    fn differences(plan: &Plan<'_>, gateway: &str) -> Self {
        let diff = &plan.diff;
        let directly: BTreeSet<String> = diff
            .added
            .iter()
            .cloned()
            .chain(
                diff.modified
                    .iter()
                    .filter(|(_, m)| m.directly)
                    .map(|(name, _)| name.clone()),
            )
            .collect();
        Self {
            environment: diff.base.environment.clone(),
            is_new_environment: diff.base.is_new,
            // A restatement compares with nothing: it takes the environment as it is.
            create_from: if plan.is_restatement {
                String::new()
            } else {
                diff.base.create_from.clone()
            },
            restated_models: plan.restated.iter().cloned().collect(),
            is_dev: plan.is_dev,
            has_changes: diff.has_changes(),
            added: diff.added.iter().cloned().collect(),
            removed: diff.removed.keys().cloned().collect(),
            removed_display_names: diff
                .removed
                .keys()
                .map(|name| (name.clone(), removed_display_name(plan, name)))
                .collect(),
            indirectly_modified: indirect_by_cause(plan, &directly),
            directly_modified: directly.into_iter().collect(),
            metadata_updated: names_where(plan, |name| diff.modified.get(name).is_some_and(|m| m.metadata)),
            text_diffs: diff
                .modified
                .iter()
                .filter_map(|(name, modified)| {
                    let node = diff.nodes.get(name)?;
                    Some((name.clone(), modified.text_difference(node.model()).to_string()))
                })
                .collect(),
            snapshots: diff
                .nodes
                .iter()
                .map(|(name, node)| (name.clone(), snapshot(plan, node)))
                .collect(),
            environment_statements: diff.has_statement_changes().then(|| statement_diffs(plan)),
            requirements_diff: requirement_lines(plan),
            gateway: gateway.to_string(),
            default_catalog: plan.default_catalog.clone(),
            ..Self::default()
        }
    }
}

/// Only models are quoted; a standalone audit has no view whose name could depend on the environment.
fn removed_display_name(plan: &Plan<'_>, name: &str) -> String {
    if name.starts_with('"') {
        plan.display_name(name)
    } else {
        name.to_string()
    }
}

fn names_where(plan: &Plan<'_>, keep: impl Fn(&str) -> bool) -> Vec<String> {
    plan.diff
        .nodes
        .keys()
        .filter(|name| keep(name))
        .cloned()
        .collect()
}

fn indirect_by_cause(plan: &Plan<'_>, directly: &BTreeSet<String>) -> IndexMap<String, Vec<String>> {
    let mut causes = IndexMap::new();
    for name in directly {
        let below: Vec<String> = plan
            .dag
            .downstream(name)
            .into_iter()
            .filter(|child| plan.diff.modified.contains_key(child) && !directly.contains(child))
            .collect();
        if !below.is_empty() {
            causes.insert(name.clone(), below);
        }
    }
    causes
}

fn snapshot(plan: &Plan<'_>, node: &PlanNode) -> SnapshotReport {
    let snapshot = &node.snapshot;
    let name = node.name();
    let is_model = node.is_model();
    let has_table = is_model && !node.is_symbolic();
    let parents: BTreeSet<String> = snapshot
        .parents
        .iter()
        .map(|parent| parent.name.clone())
        .collect();
    let view = TableName::parse_quoted(name).map(|table| plain(&plan.naming.view(&table, plan.dialect)));
    SnapshotReport {
        fingerprint: snapshot.fingerprint.clone(),
        identifier: snapshot.fingerprint.to_identifier(),
        is_new: node.is_new,
        parents: parents.into_iter().collect(),
        kind: is_model.then(|| node.kind().as_str().to_string()),
        view: if has_table { view } else { None },
        columns: if is_model { columns(plan, node) } else { None },
        detail: detail(plan, node),
        ..SnapshotReport::default()
    }
}

/// Output columns with types in the engine's words: the tables are there, whatever dialect the model is written in.
fn columns(plan: &Plan<'_>, node: &PlanNode) -> Option<Columns> {
    let dialect = Dialect::parse(&node.model().dialect).unwrap_or_default();
    let columns = node.columns.as_ref()?;
    if dialect == plan.dialect {
        return Some(columns.clone());
    }
    let translated = |text: &String| DataType::parse(text, dialect).to_sql(plan.dialect);
    Some(
        columns
            .iter()
            .map(|(name, text)| (name.clone(), translated(text)))
            .collect(),
    )
}

fn detail(plan: &Plan<'_>, node: &PlanNode) -> SnapshotDetail {
    let name = node.name();
    let model = node.model();
    let diff = &plan.diff;
    let status = match diff.modified.get(name) {
        _ if diff.added.contains(name) => "added",
        Some(modified) if modified.directly => "direct",
        Some(modified) if modified.indirectly => "indirect",
        Some(_) => "metadata",
        None => "unchanged",
    };
    let source_type = json::to_value(&model.source_type);
    SnapshotDetail {
        status: status.to_string(),
        display_name: plan.display_name(name),
        path: node.path.clone(),
        owner: model.owner.clone(),
        tags: model.tags.clone(),
        cron: model.cron.clone(),
        interval_unit: unit_of(node).as_str().to_string(),
        source_type: source_type.as_str().unwrap_or_default().to_string(),
        reason: None,
        choosable: node.is_new && (status == "direct" || status == "added"),
        forward_only_model: node.is_forward_only_model(),
        batch_size: batch_size(node),
        ground: if node.equal_definition {
            "equal definition"
        } else if node.recalled {
            "earlier version"
        } else {
            "exact"
        }
        .to_string(),
        causes: causes(plan, node),
    }
}

/// Changed sections as SQLMesh shows them: kind of text, and the section's name with its changed lines.
fn statement_diffs(plan: &Plan<'_>) -> Vec<(String, String)> {
    let diff = &plan.diff;
    let section = |list: &[EnvironmentStatements], before: bool| -> Vec<String> {
        let statements = list
            .iter()
            .flat_map(|s| if before { &s.before_all } else { &s.after_all });
        statements
            .flat_map(|statement| statement.split('\n').map(str::to_string))
            .collect()
    };
    let mut diffs = Vec::new();
    for (name, before) in [("before_all", true), ("after_all", false)] {
        let (old, new) = (
            section(&diff.previous_statements, before),
            section(&diff.statements, before),
        );
        if old != new {
            diffs.push((
                "sql".to_string(),
                format!("{name}:\n  {}\n", ndiff(&old, &new).join("\n  ")),
            ));
        }
    }
    diffs
}

fn requirement_lines(plan: &Plan<'_>) -> Vec<String> {
    let (old, new) = (&plan.diff.previous_requirements, &plan.diff.requirements);
    let removed = old
        .iter()
        .filter(|(name, version)| new.get(*name) != Some(version))
        .map(|(name, version)| format!("- {name}=={version}"));
    let added = new
        .iter()
        .filter(|(name, version)| old.get(*name) != Some(version))
        .map(|(name, version)| format!("+ {name}=={version}"));
    removed.chain(added).collect()
}
