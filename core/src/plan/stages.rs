//! A plan as an ordered list of stages.
//!
//! In: the finished plan. Out: which steps carrying it out takes, as SQLMesh names them. Building them has no
//! effect on anything.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::backfill::Histories;
use crate::model::KindName;
use crate::snapshot::{ChangeCategory, Nodes, PlanNode, fingerprint};

use super::Plan;
use super::deployability::{DeployabilityIndex, DeployabilityInput};

/// One step of carrying a plan out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Runs `before_all`.
    BeforeAll,
    /// Writes records of new snapshots.
    CreateSnapshotRecords(BTreeSet<String>),
    /// Creates physical schemas.
    PhysicalLayerSchemaCreation(BTreeSet<String>),
    /// Creates missing tables, when nothing is filled.
    PhysicalLayerUpdate(BTreeSet<String>),
    /// Runs audits that are new on unchanged data.
    AuditOnlyRun(BTreeSet<String>),
    /// Fills intervals, creating tables on the way.
    Backfill(BTreeSet<String>),
    /// Clears restated intervals of other environments.
    Restatement(BTreeSet<String>),
    /// Writes the environment's record.
    EnvironmentRecordUpdate,
    /// Alters tables that forward-only changes reuse.
    MigrateSchemas(BTreeSet<String>),
    /// Marks versions as live.
    Unpause(BTreeSet<String>),
    /// Points views.
    VirtualLayerUpdate {
        /// Views made or replaced.
        promoted: BTreeSet<String>,
        /// Views dropped.
        demoted: BTreeSet<String>,
    },
    /// Marks the environment as complete.
    FinalizeEnvironment,
    /// Runs `after_all`.
    AfterAll,
}

impl Stage {
    /// SQLMesh's name of the stage.
    pub fn name(&self) -> &'static str {
        match self {
            Self::BeforeAll => "BeforeAllStage",
            Self::CreateSnapshotRecords(_) => "CreateSnapshotRecordsStage",
            Self::PhysicalLayerSchemaCreation(_) => "PhysicalLayerSchemaCreationStage",
            Self::PhysicalLayerUpdate(_) => "PhysicalLayerUpdateStage",
            Self::AuditOnlyRun(_) => "AuditOnlyRunStage",
            Self::Backfill(_) => "BackfillStage",
            Self::Restatement(_) => "RestatementStage",
            Self::EnvironmentRecordUpdate => "EnvironmentRecordUpdateStage",
            Self::MigrateSchemas(_) => "MigrateSchemasStage",
            Self::Unpause(_) => "UnpauseStage",
            Self::VirtualLayerUpdate { .. } => "VirtualLayerUpdateStage",
            Self::FinalizeEnvironment => "FinalizeEnvironmentStage",
            Self::AfterAll => "AfterAllStage",
        }
    }
}

/// The stages of a plan, in order.
pub fn build_stages(plan: &Plan<'_>) -> Vec<Stage> {
    let diff = &plan.diff;
    let nodes = &diff.nodes;
    let mut stages = Vec::new();
    if diff
        .statements
        .iter()
        .any(|statements| !statements.before_all.is_empty())
    {
        stages.push(Stage::BeforeAll);
    }
    let new: BTreeSet<String> = named(nodes, |node| node.is_new);
    if !new.is_empty() {
        stages.push(Stage::CreateSnapshotRecords(new));
    }
    let promoted_names = plan.promoted();
    let to_create = named(nodes, |node| {
        node.is_model()
            && !node.is_symbolic()
            && (plan.is_selected_for_backfill(node.name()) || promoted_names.contains(node.name()))
    });
    let fills = plan.fills();
    let missing: BTreeSet<String> = plan
        .filled_by_stages
        .keys()
        .filter(|name| plan.is_selected_for_backfill(name))
        .cloned()
        .collect();
    let (before, after) = groups(plan, &missing);
    if !to_create.is_empty() {
        stages.push(Stage::PhysicalLayerSchemaCreation(to_create.clone()));
    }
    if !fills {
        stages.push(Stage::PhysicalLayerUpdate(to_create));
    }
    let audits = named(nodes, |node| needs_audit_only_run(plan, node));
    if !audits.is_empty() {
        stages.push(Stage::AuditOnlyRun(audits));
    }
    if !fills {
        stages.push(Stage::Backfill(BTreeSet::new()));
    } else if !before.is_empty() {
        stages.push(Stage::Backfill(before));
    }
    if plan.restates_all_environments() {
        stages.push(Stage::Restatement(plan.restatements.keys().cloned().collect()));
    }
    stages.push(Stage::EnvironmentRecordUpdate);
    let (promoted, demoted) = views(plan, &promoted_names);
    if !plan.is_dev {
        let migrated = migrated(plan);
        if !migrated.is_empty() {
            stages.push(Stage::MigrateSchemas(migrated));
        }
        let unpaused = newly_promoted(plan, &promoted_names);
        if !unpaused.is_empty() && !plan.use_finalized_state {
            stages.push(Stage::Unpause(unpaused.clone()));
        }
        if fills && !after.is_empty() {
            stages.push(Stage::Backfill(after));
        }
        if !unpaused.is_empty() && plan.use_finalized_state {
            stages.push(Stage::Unpause(unpaused));
        }
    }
    if !promoted.is_empty() || !demoted.is_empty() {
        stages.push(Stage::VirtualLayerUpdate { promoted, demoted });
    }
    stages.push(Stage::FinalizeEnvironment);
    if diff
        .statements
        .iter()
        .any(|statements| !statements.after_all.is_empty())
    {
        stages.push(Stage::AfterAll);
    }
    stages
}

/// The stages of a run, in order; none when nothing is due.
pub fn run_stages(plan: &Plan<'_>) -> Vec<Stage> {
    if plan.filled_by_stages.is_empty() {
        return Vec::new();
    }
    let statements = &plan.diff.statements;
    let before = statements.iter().any(|one| !one.before_all.is_empty());
    let after = statements.iter().any(|one| !one.after_all.is_empty());
    let filled = Stage::Backfill(plan.filled_by_stages.keys().cloned().collect());
    let first = before.then_some(Stage::BeforeAll);
    let last = after.then_some(Stage::AfterAll);
    first.into_iter().chain([filled]).chain(last).collect()
}

fn named(nodes: &Nodes, keep: impl Fn(&PlanNode) -> bool) -> BTreeSet<String> {
    nodes
        .values()
        .filter(|node| keep(node))
        .map(|node| node.name().to_string())
        .collect()
}

/// Names that carrying a plan out fills before the environment's record changes.
pub fn filled_before_promotion(plan: &Plan<'_>) -> BTreeSet<String> {
    if !plan.fills() {
        return BTreeSet::new();
    }
    let selected = plan
        .filled_by_stages
        .keys()
        .filter(|name| plan.is_selected_for_backfill(name));
    groups(plan, &selected.cloned().collect()).0
}

/// What is filled before the environment's record changes, and what only after the tables were altered.
fn groups(plan: &Plan<'_>, missing: &BTreeSet<String>) -> (BTreeSet<String>, BTreeSet<String>) {
    if plan.is_dev {
        return (missing.clone(), BTreeSet::new());
    }
    let input = DeployabilityInput {
        nodes: &plan.staged,
        links: &plan.links,
        start: plan.start,
        overrides: &BTreeMap::new(),
        now: plan.now,
    };
    let index = DeployabilityIndex::new(input, &mut Histories::default());
    missing.iter().cloned().partition(|name| {
        let seed = plan
            .diff
            .nodes
            .get(name)
            .is_some_and(|node| node.kind() == KindName::Seed);
        seed || index.is_representative(name)
    })
}

fn needs_audit_only_run(plan: &Plan<'_>, node: &PlanNode) -> bool {
    let Some(modified) = plan.diff.modified.get(node.name()) else {
        return false;
    };
    node.is_new
        && node.is_model()
        && node.snapshot.change_category == Some(ChangeCategory::Metadata)
        && !node.model().audits.is_empty()
        && fingerprint::audit_hash(node.model()) != fingerprint::audit_hash(&modified.old.node)
}

/// Models whose tables are altered in prod, with those above them that can be altered too.
pub fn migrated(plan: &Plan<'_>) -> BTreeSet<String> {
    let nodes = &plan.diff.nodes;
    let supports = |node: &PlanNode| {
        let paused = node.snapshot.unpaused_ts.is_none();
        paused && node.is_model() && !node.is_symbolic() && node.kind() != KindName::Seed
    };
    let requires = |node: &PlanNode| {
        let snapshot = &node.snapshot;
        let previous = snapshot.previous_versions.last();
        supports(node)
            && (previous.is_some_and(|previous| previous.version == snapshot.version)
                || node.is_forward_only_model()
                || node.model().physical_version.is_some()
                || node.model().virtual_environment_mode == "dev_only")
    };
    let mut names = named(nodes, requires);
    for name in names.clone() {
        names.extend(plan.dag.upstream(&name));
    }
    names.retain(|name| nodes.get(name).is_some_and(|node| supports(node)));
    names
}

/// Snapshots whose views a prod plan makes: those not promoted already, unless the record cannot be trusted.
fn newly_promoted(plan: &Plan<'_>, promoted: &BTreeSet<String>) -> BTreeSet<String> {
    let base = &plan.diff.base;
    let trusted = !plan.is_dev
        && !base.is_new
        && base
            .existing
            .is_some_and(|entry| entry.environment.finalized_ts.is_some())
        && !plan.diff.gateway_managed_differs;
    promoted
        .iter()
        .filter(|name| {
            let id = plan.diff.nodes.get(name).map(|node| node.snapshot.id());
            !(trusted && id.is_some_and(|id| base.previously_promoted.contains(&id)))
        })
        .cloned()
        .collect()
}

/// Views made and views dropped.
fn views(plan: &Plan<'_>, promoted: &BTreeSet<String>) -> (BTreeSet<String>, BTreeSet<String>) {
    let has_view = |name: &str| {
        plan.diff.nodes.get(name).is_some_and(|node| {
            node.is_model()
                && !node.is_symbolic()
                && (plan.is_dev || node.model().virtual_environment_mode != "dev_only")
        })
    };
    let made = newly_promoted(plan, promoted)
        .into_iter()
        .filter(|name| has_view(name))
        .collect();
    let base = &plan.diff.base;
    let mut dropped = BTreeSet::new();
    if !base.is_new
        && let Some(entry) = base.existing
    {
        for info in &entry.environment.snapshots {
            let was_promoted = base.previously_promoted.contains(&info.id());
            let symbolic = info.kind_name.is_none_or(KindName::is_symbolic);
            let has_view = plan.is_dev || info.virtual_environment_mode != "dev_only";
            let renamed = plan.naming_changed(entry) && promoted.contains(&info.name);
            if was_promoted
                && has_view
                && info.is_model()
                && !symbolic
                && (!promoted.contains(&info.name) || renamed)
            {
                dropped.insert(info.name.clone());
            }
        }
    }
    (made, dropped)
}
