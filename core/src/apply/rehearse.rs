//! The state after a plan, had it been carried out at once and without a failure.
//!
//! The steps are those of SQLMesh's evaluator on its state, in its order: records of new snapshots, intervals
//! that were filled, intervals cleared elsewhere, the environment's record, versions that become live.
//! Snapshots that no environment refers to any more stay, as they do in a database until they expire;
//! `StateFile::retain_referenced` leaves what an export would hold.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::backfill::unit_of;
use crate::hash::digest;
use crate::model::{SeedContent, SourceType};
use crate::plan::Plan;
use crate::plan::stages::{Stage, build_stages};
use crate::snapshot::{ChangeCategory, PlanNode, Snapshot, SnapshotId};
use crate::state::{Environment, EnvironmentEntry, StateFile, TableInfo};
use crate::time::{DateText, Intervals, inclusive_exclusive};

use super::clear::clear_elsewhere;
use crate::snapshot::intervals::{Recorded, hydrate, table_version};

use super::intervals::{ByName, record};

/// What a rehearsal needs besides the plan.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rehearsal<'a> {
    /// The plan's id; SQLMesh draws one at random. Absent: derived from the plan, so that the same plan gives the
    /// same state.
    pub plan_id: Option<&'a str>,
}

/// The state after a plan was carried out on `state` at the plan's own moment.
///
/// Everything is taken to succeed: queries, audits, and signals, which may hold intervals back in reality. The
/// plan must have been made from this state and have no uncategorised changes; such changes are left out.
pub fn rehearse(state: &StateFile, plan: &Plan<'_>, settings: Rehearsal<'_>) -> StateFile {
    let mut after = state.clone();
    after.begin_write(plan.now);
    if !plan.does_something() {
        return after;
    }
    let added = add_snapshots(&mut after, plan);
    let by_name = ByName::new(&after.snapshots);
    inherit_dev_intervals(&mut after, plan, &added, &by_name);
    fill(&mut after, plan, &by_name);
    if plan.restates_all_environments() {
        clear_elsewhere(&mut after, plan, &by_name);
    }
    touch_replaced(&mut after, plan, &by_name);
    after.unpause(&unpaused(plan), plan.end.unwrap_or(plan.execution_time), plan.now);
    let entry = entry(plan, settings);
    after.environments.insert(entry.environment.name.clone(), entry);
    after
}

/// Versions that become live.
fn unpaused(plan: &Plan<'_>) -> Vec<SnapshotId> {
    let stages = build_stages(plan).into_iter();
    let names = stages.filter_map(|stage| match stage {
        Stage::Unpause(names) => Some(names),
        _ => None,
    });
    let nodes = names.flatten().filter_map(|name| plan.diff.nodes.get(&name));
    nodes.map(|node| node.snapshot.id()).collect()
}

/// Writes the records of new snapshots; their names come back.
fn add_snapshots(after: &mut StateFile, plan: &Plan<'_>) -> BTreeSet<String> {
    let known: BTreeSet<SnapshotId> = after.snapshots.iter().map(Snapshot::id).collect();
    let by_name = ByName::new(&after.snapshots);
    let mut added = BTreeSet::new();
    let mut new = Vec::new();
    for (name, node) in plan.diff.nodes.iter() {
        if node.snapshot.version.is_none() || known.contains(&node.snapshot.id()) {
            continue;
        }
        let mut snapshot = node.snapshot.clone();
        dehydrate(&mut snapshot, node);
        if !node.is_new {
            // A database that this state was exported from holds it already.
            new.push(snapshot);
            continue;
        }
        let siblings = by_name.get(name).iter();
        let siblings = siblings.filter_map(|index| after.snapshots.get(*index));
        hydrate(&mut snapshot, siblings, plan.now);
        added.insert(name.clone());
        new.push(snapshot);
    }
    after.snapshots.extend(new);
    added
}

/// A seed without its content: what a database keeps of it.
fn dehydrate(snapshot: &mut Snapshot, node: &PlanNode) {
    if snapshot.node.source_type != SourceType::Seed {
        return;
    }
    let mut hashed = crate::diff::modified::with_hashes(&snapshot.node);
    snapshot.node.column_hashes = hashed.column_hashes.take();
    if snapshot.node.columns.is_none() {
        snapshot.node.derived_columns_to_types.clone_from(&node.columns);
    }
    snapshot.node.seed = Some(SeedContent::default());
    snapshot.node.is_hydrated = Some(false);
}

/// Forward-only versions see in dev what the table held when they were made: it is cloned.
fn inherit_dev_intervals(after: &mut StateFile, plan: &Plan<'_>, added: &BTreeSet<String>, by_name: &ByName) {
    for name in added {
        let Some(node) = plan.diff.nodes.get(name) else {
            continue;
        };
        let snapshot = &node.snapshot;
        if !snapshot.forward_only && snapshot.change_category != Some(ChangeCategory::ForwardOnly) {
            continue;
        }
        let mut dev_intervals = snapshot.dev_intervals.clone();
        if let Some(restated) = plan.restatements.get(name) {
            dev_intervals = dev_intervals.without(*restated);
        }
        let recorded = Recorded {
            dev_intervals,
            ..Recorded::default()
        };
        record(&mut after.snapshots, by_name, &snapshot.id(), &recorded, plan.now);
    }
}

/// Records what the backfill fills.
fn fill(after: &mut StateFile, plan: &Plan<'_>, by_name: &ByName) {
    for (name, node) in plan.diff.nodes.iter() {
        if !plan.is_selected_for_backfill(name) {
            continue;
        }
        let mut recorded = Recorded::default();
        let intervals = if plan.empty_backfill {
            marked(plan, node)
        } else if plan.skip_backfill {
            Intervals::new()
        } else {
            recorded.written_at = Some(plan.now);
            let missing = plan.filled_by_stages.get(name);
            missing
                .map(|missing| missing.intervals.clone())
                .unwrap_or_default()
        };
        if plan.stage_deployability.is_deployable(name) {
            recorded.intervals = intervals;
        } else {
            recorded.dev_intervals = intervals;
        }
        record(
            &mut after.snapshots,
            by_name,
            &node.snapshot.id(),
            &recorded,
            plan.now,
        );
    }
}

/// What an empty backfill marks as done: the plan's whole range.
fn marked(plan: &Plan<'_>, node: &PlanNode) -> Intervals {
    if !node.is_evaluatable() {
        return Intervals::new();
    }
    let start = DateText::instant(plan.start.unwrap_or(plan.execution_time));
    let end = plan.end_date;
    let partial = node.is_model() && node.model().allow_partials;
    [inclusive_exclusive(start, end, unit_of(node), partial, false)]
        .into_iter()
        .collect()
}

/// Snapshots that the environment gives up start their time to live anew.
fn touch_replaced(after: &mut StateFile, plan: &Plan<'_>, by_name: &ByName) {
    let Some(existing) = plan.diff.base.existing else {
        return;
    };
    for info in &existing.environment.snapshots {
        let kept = plan
            .diff
            .nodes
            .get(&info.name)
            .is_some_and(|node| node.snapshot.fingerprint == info.fingerprint);
        if kept {
            continue;
        }
        for index in by_name.get(&info.name) {
            if let Some(snapshot) = after.snapshots.get_mut(*index)
                && snapshot.fingerprint == info.fingerprint
            {
                snapshot.updated_ts = plan.now;
            }
        }
    }
}

/// The environment's record with its statements.
fn entry(plan: &Plan<'_>, settings: Rehearsal<'_>) -> EnvironmentEntry {
    let base = &plan.diff.base;
    let snapshots: Vec<TableInfo> = plan
        .diff
        .nodes
        .values()
        .map(|node| node.snapshot.table_info())
        .collect();
    let promoted_snapshot_ids =
        (plan.is_dev && (plan.backfill_selection.is_some() || !plan.include_unmodified)).then(|| {
            let promoted = plan.promoted();
            let ids = snapshots.iter().filter(|info| promoted.contains(&info.name));
            ids.map(TableInfo::id).collect()
        });
    let previous_plan_id = plan.record.previous_plan_id.clone();
    let plan_id = settings.plan_id.map_or_else(
        || derived_plan_id(plan, previous_plan_id.as_deref()),
        str::to_string,
    );
    EnvironmentEntry {
        environment: Environment {
            name: base.environment.clone(),
            start_at: plan.record.start_at.clone().into(),
            end_at: plan.record.end_at.clone().map(Into::into),
            plan_id,
            previous_plan_id,
            expiration_ts: plan.record.expiration_ts,
            finalized_ts: Some(plan.now),
            suffix_target: plan.naming.suffix_target.clone(),
            catalog_name_override: plan.naming.catalog_name_override.clone(),
            normalize_name: plan.naming.normalize_name,
            gateway_managed: plan.record.gateway_managed,
            previous_finalized_snapshots: previous_finalized(plan),
            snapshots,
            promoted_snapshot_ids,
            requirements: plan.diff.requirements.clone().into_iter().collect(),
            ..Environment::default()
        },
        statements: plan.diff.statements.clone(),
    }
}

/// What the environment held when it was last complete; a new one starts from what it is made from.
fn previous_finalized(plan: &Plan<'_>) -> Option<Vec<TableInfo>> {
    let diff = &plan.diff;
    if diff.is_unfinalized {
        return diff
            .base
            .entry
            .and_then(|entry| entry.environment.previous_finalized_snapshots.clone());
    }
    let mut infos: BTreeMap<String, TableInfo> = diff.removed.clone();
    infos.extend(
        diff.modified
            .iter()
            .map(|(name, modified)| (name.clone(), modified.old.table_info())),
    );
    for (name, node) in diff.nodes.iter() {
        if !diff.added.contains(name) && !diff.modified.contains_key(name) {
            infos.insert(name.clone(), node.snapshot.table_info());
        }
    }
    Some(infos.into_values().collect())
}

/// 32 hexadecimal digits that depend on what the plan does and on when.
fn derived_plan_id(plan: &Plan<'_>, previous: Option<&str>) -> String {
    let now = plan.now.millis().to_string();
    let mut fields = vec![
        plan.diff.base.environment.clone(),
        previous.unwrap_or_default().to_string(),
        now,
    ];
    for node in plan.diff.nodes.values() {
        let id = node.snapshot.id();
        fields.extend([id.name, id.identifier]);
    }
    let mut id = digest(fields);
    id.truncate(32);
    id
}

impl Snapshot {
    /// What an environment keeps of this snapshot.
    pub fn table_info(&self) -> TableInfo {
        let is_model = !self.node.is_audit();
        let kind = &self.node.kind;
        TableInfo {
            name: self.name.clone(),
            dev_version: Some(self.dev_version_or_own()),
            change_category: self.change_category,
            fingerprint: self.fingerprint.clone(),
            previous_versions: self.previous_versions.clone(),
            dev_table_suffix: self.dev_table_suffix.clone(),
            table_naming_convention: self.table_naming_convention.clone(),
            forward_only: self.forward_only,
            version: table_version(self),
            physical_schema: if is_model {
                self.physical_schema()
            } else {
                self.physical_schema.clone().unwrap_or_default()
            },
            parents: self.parents.clone(),
            kind_name: is_model.then_some(kind.name),
            node_type: if is_model { "model" } else { "audit" }.to_string(),
            custom_materialization: kind
                .materialization
                .clone()
                .filter(|_| kind.name == crate::model::KindName::Custom),
            model_gateway: self.node.gateway.clone().filter(|_| is_model),
            virtual_environment_mode: if is_model {
                self.node.virtual_environment_mode.clone()
            } else {
                "full".to_string()
            },
            ..TableInfo::default()
        }
    }
}
