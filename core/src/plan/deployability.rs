//! Which table serves which environment.
//!
//! In dev some snapshots cannot be taken over by prod (forward-only changes, histories filled only in part):
//! they are filled in a table of their own, for looking only. In prod everything is deployable.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::backfill::{MissingRequest, missing_intervals, starts::Starts, unit_of};
use crate::snapshot::{ChangeCategory, Nodes, PlanNode};
use crate::time::{DateText, Timestamp};

/// Which snapshots write and read production tables, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeployabilityIndex {
    /// Names that are not deployable.
    not_deployable: BTreeSet<String>,
    /// Names that are not deployable but read from the production table.
    representative: BTreeSet<String>,
}

/// What decides besides the snapshots.
#[derive(Debug, Clone, Copy)]
pub struct DeployabilityInput<'a> {
    /// All snapshots of the plan.
    pub nodes: &'a Nodes,
    /// Parents before children.
    pub order: &'a [String],
    /// Start of the plan; `None` when nobody asked for one.
    pub start: Option<Timestamp>,
    /// Starts per model that replace where its own history begins.
    pub overrides: &'a BTreeMap<String, Timestamp>,
    /// What relative dates count from.
    pub now: Timestamp,
}

impl DeployabilityIndex {
    /// Everything deployable: prod.
    pub fn all() -> Self {
        Self::default()
    }

    /// The index of a development environment.
    pub fn new(input: DeployabilityInput<'_>, starts: &mut Starts) -> Self {
        let mut index = Self::default();
        let mut children_deployable: BTreeMap<&str, bool> = BTreeMap::new();
        for name in input.order {
            let Some(node) = input.nodes.get(name) else {
                continue;
            };
            let snapshot = &node.snapshot;
            let full_mode = !node.is_model() || snapshot.node.virtual_environment_mode != "dev_only";
            let parents_allow = snapshot
                .parents
                .iter()
                .all(|p| children_deployable.get(p.name.as_str()).copied().unwrap_or(true));
            let mut deployable = full_mode && parents_allow;
            let mut children = false;
            let unpaused = snapshot.unpaused_ts.is_some();
            if deployable {
                let category = snapshot.change_category;
                let forward_only_model =
                    node.is_forward_only_model() && category != Some(ChangeCategory::Metadata);
                let restates_itself = node.is_model() && snapshot.node.kind.auto_restatement_cron.is_some();
                let valid_start = input
                    .start
                    .is_none_or(|start| is_valid_start(node, start, input, starts));
                let kept = category == Some(ChangeCategory::IndirectNonBreaking);
                children = valid_start && !restates_itself;
                if snapshot.forward_only || kept || forward_only_model || restates_itself || !valid_start {
                    deployable = false;
                    if unpaused || (kept && !snapshot.intervals.is_empty()) {
                        index.representative.insert(name.clone());
                    } else {
                        children = false;
                    }
                }
            } else if unpaused {
                index.representative.insert(name.clone());
            }
            if !deployable {
                index.not_deployable.insert(name.clone());
            }
            children_deployable.insert(name, children);
        }
        index
    }

    /// Whether the production table is written.
    pub fn is_deployable(&self, name: &str) -> bool {
        !self.not_deployable.contains(name)
    }

    /// Whether the production table is read.
    pub fn is_representative(&self, name: &str) -> bool {
        self.is_deployable(name) || self.representative.contains(name)
    }
}

/// Whether a plan that starts at `start` fills a history without a hole. Only matters for models whose content
/// depends on their past.
fn is_valid_start(
    node: &PlanNode,
    start: Timestamp,
    input: DeployabilityInput<'_>,
    starts: &mut Starts,
) -> bool {
    if !node.depends_on_past() {
        return true;
    }
    let unit = unit_of(node);
    let floor = unit.floor(start);
    let overridden = input.overrides.get(node.name()).copied();
    let model_start =
        overridden.unwrap_or_else(|| starts.of(node.name(), input.nodes, input.order, input.now, input.now));
    if node.snapshot.intervals.is_empty() {
        return unit.ceil(model_start) >= floor;
    }
    let request = MissingRequest {
        start: DateText::instant(model_start),
        end: DateText::instant(input.now),
        execution_time: input.now,
        ignore_cron: false,
        end_bounded: false,
        now: input.now,
    };
    let missing = missing_intervals(node, &node.snapshot.intervals, request).unwrap_or_default();
    missing.intervals.start().is_none_or(|first| first >= floor)
}
