//! Which table serves which environment.
//!
//! In dev some snapshots cannot be taken over by prod (forward-only changes, histories filled only in part):
//! they are filled in a table of their own, for looking only. In prod everything is deployable.

use std::rc::Rc;

use crate::ordered::{BTreeMap, BTreeSet};

use crate::backfill::{Histories, MissingRequest, unit_of};
use crate::snapshot::{ChangeCategory, Links, Nodes, PlanNode};
use crate::time::{DateText, Timestamp};

/// Which snapshots write and read production tables, by name. What it does not know is deployable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeployabilityIndex {
    names: Rc<BTreeSet<String>>,
    /// By number of the node.
    tables: Vec<Tables>,
}

/// Which tables of a snapshot serve an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tables {
    /// The production table is written and read.
    Deployable,
    /// The production table is read.
    Representative,
    /// Neither.
    Dev,
}

/// What decides besides the snapshots.
#[derive(Debug, Clone, Copy)]
pub struct DeployabilityInput<'a> {
    /// All snapshots of the plan.
    pub nodes: &'a Nodes,
    /// Who reads whom among them.
    pub links: &'a Links,
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
    pub fn new(input: DeployabilityInput<'_>, histories: &mut Histories) -> Self {
        let mut tables = vec![Tables::Deployable; input.nodes.len()];
        let mut children_deployable = vec![true; tables.len()];
        for (number, parents) in input.links.walk() {
            let node = &input.nodes.list()[number];
            let snapshot = &node.snapshot;
            let full_mode = !node.is_model() || snapshot.node.virtual_environment_mode != "dev_only";
            let parents_allow = parents.iter().all(|parent| children_deployable[*parent]);
            let mut deployable = full_mode && parents_allow;
            let mut children = false;
            let mut representative = false;
            let unpaused = snapshot.unpaused_ts.is_some();
            if deployable {
                let category = snapshot.change_category;
                let forward_only_model =
                    node.is_forward_only_model() && category != Some(ChangeCategory::Metadata);
                let restates_itself = node.is_model() && snapshot.node.kind.auto_restatement_cron.is_some();
                let valid_start = input
                    .start
                    .is_none_or(|start| is_valid_start(number, node, start, input, histories));
                let kept = category == Some(ChangeCategory::IndirectNonBreaking);
                children = valid_start && !restates_itself;
                if snapshot.forward_only || kept || forward_only_model || restates_itself || !valid_start {
                    deployable = false;
                    representative = unpaused || (kept && !snapshot.intervals.is_empty());
                    children &= representative;
                }
            } else {
                representative = unpaused;
            }
            tables[number] = match (deployable, representative) {
                (true, _) => Tables::Deployable,
                (false, true) => Tables::Representative,
                (false, false) => Tables::Dev,
            };
            children_deployable[number] = children;
        }
        Self {
            names: input.nodes.shared_names(),
            tables,
        }
    }

    fn of(&self, name: &str) -> Tables {
        let known = self.names.number(name);
        known.map_or(Tables::Deployable, |number| self.at(number))
    }

    fn at(&self, number: usize) -> Tables {
        self.tables.get(number).copied().unwrap_or(Tables::Deployable)
    }

    /// Whether the production table is written.
    pub fn is_deployable(&self, name: &str) -> bool {
        self.of(name) == Tables::Deployable
    }

    /// Whether the production table is read.
    pub fn is_representative(&self, name: &str) -> bool {
        self.of(name) != Tables::Dev
    }

    /// The same for the node with this number.
    pub(super) fn is_representative_at(&self, number: usize) -> bool {
        self.at(number) != Tables::Dev
    }

    /// Whether another index of the same nodes says the same of the node with this number.
    pub fn agrees_at(&self, other: &Self, number: usize) -> bool {
        self.at(number) == other.at(number)
    }
}

/// Whether a plan that starts at `start` fills a history without a hole. Only matters for models whose content
/// depends on their past.
fn is_valid_start(
    number: usize,
    node: &PlanNode,
    start: Timestamp,
    input: DeployabilityInput<'_>,
    histories: &mut Histories,
) -> bool {
    if !node.depends_on_past() {
        return true;
    }
    let unit = unit_of(node);
    let floor = unit.floor(start);
    let overridden = input.overrides.get(node.name()).copied();
    let model_start = overridden
        .unwrap_or_else(|| histories.starts(input.nodes, input.links, input.now, input.now)[number]);
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
    let missing = histories.missing(number, node, &node.snapshot.intervals, request);
    let first = missing
        .as_ref()
        .ok()
        .and_then(|missing| missing.intervals.start());
    first.is_none_or(|first| first >= floor)
}
