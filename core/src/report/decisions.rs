//! The part of a report that another category, date or option changes: small enough to be made anew at every
//! keystroke.
//!
//! In: a plan, and the report of an earlier plan with the same differences. Out: what was decided, and for which
//! nodes it is another decision than before.

use std::rc::Rc;

use crate::ordered::IndexMap;
use serde::{Deserialize, Serialize};

use crate::backfill::unit_of;
use crate::model::KindName;
use crate::plan::Plan;
use crate::plan::deployability::DeployabilityIndex;
use crate::plan::stages::{Stage, build_stages};
use crate::snapshot::{ChangeCategory, Nodes, PlanNode};
use crate::time::range::format_intervals;
use crate::time::{Interval, Intervals, Timestamp};

use super::{MissingIntervals, PlanReport, PlanSummary, SnapshotReport};

/// What a plan decides about given differences. The fields are those of [`PlanReport`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanDecisions {
    /// Whether something has to be filled.
    pub requires_backfill: bool,
    /// Whether the plan as a whole is forward-only.
    pub forward_only: bool,
    /// Start of the plan.
    pub start: Option<Timestamp>,
    /// End of the plan.
    pub end: Option<Timestamp>,
    /// What the plan takes as now.
    pub execution_time: Timestamp,
    /// From when forward-only changes apply.
    pub effective_from: Option<Timestamp>,
    /// Names that still need a category, sorted.
    pub uncategorized: Vec<String>,
    /// Name → restated interval.
    pub restatements: IndexMap<String, (Timestamp, Timestamp)>,
    /// What has to be filled, sorted by name.
    pub missing_intervals: Vec<MissingIntervals>,
    /// Names that get views; absent while something is uncategorised.
    pub promoted: Option<Vec<String>>,
    /// Names of the stages, in order.
    pub stages: Vec<String>,
    /// Messages that SQLMesh would print as warnings.
    pub warnings: Vec<String>,
    /// Counts for a headline.
    pub summary: PlanSummary,
    /// Decisions about nodes, by name.
    pub snapshots: IndexMap<String, SnapshotDecision>,
}

/// What a plan decides about one node. The fields are those of [`SnapshotReport`] and its detail.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SnapshotDecision {
    /// Version of the table; absent while uncategorised.
    pub version: Option<String>,
    /// Version of the dev table.
    pub dev_version: Option<String>,
    /// `BREAKING`, …; absent while uncategorised.
    pub change_category: Option<String>,
    /// Applied forward only.
    pub forward_only: bool,
    /// What the production table holds.
    pub intervals: Intervals,
    /// What the dev table holds.
    pub dev_intervals: Intervals,
    /// Its production table is written; absent for audits.
    pub deployable: Option<bool>,
    /// Its production table is read; absent for audits.
    pub representative: Option<bool>,
    /// Production table.
    pub physical_table: Option<String>,
    /// Dev table.
    pub physical_table_dev: Option<String>,
    /// Why it has its category, in a sentence.
    pub reason: Option<String>,
}

impl PlanDecisions {
    /// What a plan decided, about all of its nodes.
    pub fn new(plan: &Plan<'_>) -> Self {
        let nodes = plan.diff.nodes.iter();
        let snapshots = nodes.map(|(name, node)| (name.clone(), SnapshotDecision::new(plan, node)));
        Self {
            snapshots: snapshots.collect(),
            ..Self::about_the_whole(plan)
        }
    }

    /// What a plan decided, only about nodes of which `report` says something else. The report has to come from
    /// the same comparison; `decided` is what its plan said of tables, when that is still known.
    pub fn since(
        plan: &Plan<'_>,
        report: &PlanReport,
        decided: Option<&(Nodes, DeployabilityIndex)>,
    ) -> Self {
        let mut decisions = Self::about_the_whole(plan);
        for (number, (name, node)) in plan.diff.nodes.iter().enumerate() {
            let same = |(nodes, index): &(Nodes, DeployabilityIndex)| {
                Rc::ptr_eq(&nodes.list()[number], node) && index.agrees_at(&plan.deployability, number)
            };
            if !node.is_new && decided.is_some_and(same) {
                continue;
            }
            let known = report.snapshots.get(name);
            if known.is_some_and(|known| SnapshotDecision::holds(plan, node, known)) {
                continue;
            }
            decisions
                .snapshots
                .insert(name.clone(), SnapshotDecision::new(plan, node));
        }
        decisions
    }

    fn about_the_whole(plan: &Plan<'_>) -> Self {
        let uncategorized = plan.uncategorized();
        let complete = uncategorized.is_empty();
        let stages = if complete {
            build_stages(plan)
                .iter()
                .map(|stage: &Stage| stage.name().to_string())
                .collect()
        } else {
            Vec::new()
        };
        let missing_intervals = missing_intervals(plan);
        Self {
            requires_backfill: plan.requires_backfill(),
            forward_only: plan.forward_only,
            start: plan.start,
            end: plan.end,
            execution_time: plan.execution_time,
            effective_from: plan.effective_from,
            summary: summary(plan, &missing_intervals, uncategorized.len()),
            uncategorized: uncategorized.into_iter().collect(),
            restatements: plan
                .restatements
                .iter()
                .map(|(name, Interval(start, end))| (name.clone(), (*start, *end)))
                .collect(),
            missing_intervals,
            promoted: complete.then(|| plan.promoted().into_iter().collect()),
            stages,
            warnings: plan.warnings.clone(),
            snapshots: IndexMap::new(),
        }
    }
}

impl SnapshotDecision {
    fn new(plan: &Plan<'_>, node: &PlanNode) -> Self {
        let snapshot = &node.snapshot;
        let name = node.name();
        let is_model = node.is_model();
        let has_table = is_model && !node.is_symbolic() && snapshot.version.is_some();
        let table = |deployable: bool| has_table.then(|| snapshot.table_name(deployable)).flatten();
        Self {
            version: snapshot.version.clone(),
            dev_version: snapshot.dev_version.clone(),
            change_category: snapshot
                .change_category
                .map(|category| category.as_str().to_string()),
            forward_only: snapshot.forward_only,
            intervals: snapshot.intervals.clone(),
            dev_intervals: snapshot.dev_intervals.clone(),
            deployable: is_model.then(|| plan.deployability.is_deployable(name)),
            representative: is_model.then(|| plan.deployability.is_representative(name)),
            physical_table: table(true),
            physical_table_dev: table(false),
            reason: plan.reasons.get(name).cloned(),
        }
    }

    /// Whether an earlier report says the same about a node. Tables follow from versions.
    fn holds(plan: &Plan<'_>, node: &PlanNode, known: &SnapshotReport) -> bool {
        let snapshot = &node.snapshot;
        let name = node.name();
        let index = &plan.deployability;
        known.version == snapshot.version
            && known.dev_version == snapshot.dev_version
            && known.change_category.as_deref() == snapshot.change_category.map(|category| category.as_str())
            && known.forward_only == snapshot.forward_only
            && known.intervals == snapshot.intervals
            && known.dev_intervals == snapshot.dev_intervals
            && known.detail.reason.as_ref() == plan.reasons.get(name)
            && (!node.is_model()
                || (known.deployable == Some(index.is_deployable(name))
                    && known.representative == Some(index.is_representative(name))))
    }
}

impl PlanReport {
    /// Takes over decisions about the same differences. The digest is no longer known then.
    pub fn apply(&mut self, decisions: PlanDecisions) {
        self.requires_backfill = decisions.requires_backfill;
        self.forward_only = decisions.forward_only;
        self.start = decisions.start;
        self.end = decisions.end;
        self.execution_time = decisions.execution_time;
        self.effective_from = decisions.effective_from;
        self.uncategorized = decisions.uncategorized;
        self.restatements = decisions.restatements;
        self.missing_intervals = decisions.missing_intervals;
        self.promoted = decisions.promoted;
        self.stages = decisions.stages;
        self.warnings = decisions.warnings;
        self.summary = decisions.summary;
        self.digest.clear();
        for (name, decision) in decisions.snapshots {
            if let Some(snapshot) = self.snapshots.get_mut(&name) {
                snapshot.apply(decision);
            }
        }
    }
}

impl SnapshotReport {
    fn apply(&mut self, decision: SnapshotDecision) {
        self.version = decision.version;
        self.dev_version = decision.dev_version;
        self.change_category = decision.change_category;
        self.forward_only = decision.forward_only;
        self.intervals = decision.intervals;
        self.dev_intervals = decision.dev_intervals;
        self.deployable = decision.deployable;
        self.representative = decision.representative;
        self.physical_table = decision.physical_table;
        self.physical_table_dev = decision.physical_table_dev;
        self.detail.reason = decision.reason;
    }
}

/// What has to be filled, sorted by name.
pub(super) fn missing_intervals(plan: &Plan<'_>) -> Vec<MissingIntervals> {
    let mut list: Vec<MissingIntervals> = plan
        .missing
        .iter()
        .filter_map(|(name, missing)| {
            let node = plan.diff.nodes.get(name)?;
            Some(MissingIntervals {
                name: name.clone(),
                display_name: plan.display_name(name),
                formatted: format_intervals(&missing.intervals, unit_of(node)),
                intervals: missing.intervals.clone(),
                batches: missing.units,
                preview: !plan.deployability.is_deployable(name),
                reason: fill_reason(plan, node),
            })
        })
        .collect();
    list.sort_by(|a, b| a.name.cmp(&b.name));
    list
}

/// Why a model has to be filled, in words.
fn fill_reason(plan: &Plan<'_>, node: &PlanNode) -> String {
    let snapshot = &node.snapshot;
    let name = node.name();
    let category = snapshot.change_category;
    let own = if plan.restatements.contains_key(name) {
        if plan.is_restatement {
            "it is restated"
        } else {
            "a forward-only change is previewed"
        }
    } else if !plan.deployability.is_representative(name) {
        "the table of this environment does not hold them"
    } else if !snapshot.intervals.is_empty() {
        "its table does not hold them"
    } else if node.kind() == KindName::View && category == Some(ChangeCategory::IndirectNonBreaking) {
        "the view is made again, as a parent has a new table"
    } else if node.is_new {
        "its new version holds nothing yet"
    } else {
        "its version was never filled"
    };
    let chosen = |name: &str| plan.chosen.as_ref().is_none_or(|names| names.contains(name));
    if plan.restatements.contains_key(name) || chosen(name) {
        own.to_string()
    } else {
        format!("{own}, and a model that is filled reads it")
    }
}

fn summary(plan: &Plan<'_>, missing: &[MissingIntervals], uncategorized: usize) -> PlanSummary {
    let diff = &plan.diff;
    let added = diff.added.len() as u64;
    let mut summary = PlanSummary {
        added,
        removed: diff.removed.len() as u64,
        unchanged: diff.nodes.len() as u64 - added,
        previews: missing.iter().filter(|missing| missing.preview).count() as u64,
        uncategorized: uncategorized as u64,
        ..PlanSummary::default()
    };
    for modified in diff.modified.values() {
        let count = match modified {
            modified if modified.directly => &mut summary.directly_modified,
            modified if modified.indirectly => &mut summary.indirectly_modified,
            modified if modified.metadata => &mut summary.metadata_updated,
            // A parent's metadata differ: there is nothing to say about this one.
            _ => continue,
        };
        *count += 1;
        summary.unchanged -= 1;
    }
    if plan.requires_backfill() {
        summary.models_to_backfill = missing.len() as u64;
        summary.intervals_to_backfill = missing.iter().map(|missing| missing.batches).sum();
    }
    summary
}
