//! Plans: the difference between project and environment, and what follows from it.
//!
//! `builder` decides in the order of SQLMesh's plan builder; the finished `Plan` is immutable and is read by
//! `stages` and by reports.

pub mod builder;
mod compare;
pub mod dates;
pub mod deployability;
mod inherit;
pub mod options;
pub mod run;
mod schedule;
pub mod schema_change;
mod staged;
pub mod stages;
mod validate;

use std::rc::Rc;

use crate::backfill::Missing;
use crate::categorize::Reasons;
use crate::dag::Dag;
use crate::diff::ContextDiff;
use crate::ordered::{BTreeMap, BTreeSet};
use crate::snapshot::naming::EnvironmentNaming;
use crate::snapshot::{Links, Nodes, Snapshot, StoredSnapshots};
use crate::sql::Dialect;
use crate::state::EnvironmentEntry;
use crate::time::{DateText, Interval, Timestamp};

use deployability::DeployabilityIndex;

pub use crate::refusal::Refusal;
pub use builder::PlanBuilder;
pub use compare::{Compared, Memory};
pub use options::{PlanOptions, RunOptions};
pub use run::Run;

/// A finished decision.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// What differs, with categorised snapshots.
    pub diff: ContextDiff<'a>,
    /// Why each new snapshot has its category.
    pub reasons: Reasons,
    /// Parents before children.
    pub order: Rc<Vec<String>>,
    /// The same by number, and who reads whom.
    pub links: Rc<Links>,
    /// The graph of the environment to be.
    pub dag: Rc<Dag>,
    /// Naming rules of the environment.
    pub naming: EnvironmentNaming,
    /// Default catalog, hidden in display names.
    pub default_catalog: Option<String>,
    /// Dialect of the engine.
    pub dialect: Dialect,
    /// Whether the target is not prod.
    pub is_dev: bool,
    /// The plan as a whole is forward-only.
    pub forward_only: bool,
    /// The moment of planning.
    pub now: Timestamp,
    /// What the plan takes as now.
    pub execution_time: Timestamp,
    /// Resolved start.
    pub start: Option<Timestamp>,
    /// Resolved end.
    pub end: Option<Timestamp>,
    /// Resolved end, and whether it includes its day.
    pub end_date: DateText,
    /// From when forward-only changes apply.
    pub effective_from: Option<Timestamp>,
    /// Which tables are written and read.
    pub deployability: DeployabilityIndex,
    /// Restated intervals (previews included) by name.
    pub restatements: BTreeMap<String, Interval>,
    /// The restatements are the user's, not a preview's.
    pub is_restatement: bool,
    /// Names that the user wants restated, without what is restated along with them.
    pub restated: BTreeSet<String>,
    /// Missing intervals by name.
    pub missing: BTreeMap<String, Missing>,
    /// What is missing as the stages see it, by name: over all nodes, whatever was selected.
    pub filled_by_stages: BTreeMap<String, Missing>,
    /// Whether something is still missing once the new versions show what the state holds of their tables.
    pub owes: bool,
    /// The nodes as the stages see them.
    pub staged: Nodes,
    /// Which tables the stages write and read; `deployability` is what the plan shows.
    pub stage_deployability: DeployabilityIndex,
    /// What the environment's record will say of the plan.
    pub record: EnvironmentRecord,
    /// Names whose backfill was asked for, with all above them; `None` for all.
    pub models_to_backfill: Option<BTreeSet<String>>,
    /// Names chosen for backfill, not closed upwards; `None` when nobody chose.
    pub backfill_selection: Option<BTreeSet<String>>,
    /// The same, or what the kind of plan chose: what is modified, in a development environment.
    pub chosen: Option<BTreeSet<String>>,
    /// Nothing is filled.
    pub skip_backfill: bool,
    /// Intervals are marked without being filled.
    pub empty_backfill: bool,
    /// Unmodified models are promoted too.
    pub include_unmodified: bool,
    /// Virtual environments in full: without them, nothing in dev could be promoted, so nothing there is cleared.
    pub full_environments: bool,
    /// `plan.use_finalized_state`.
    pub use_finalized_state: bool,
    /// Messages that SQLMesh would print as warnings.
    pub warnings: Vec<String>,
    /// What the state holds.
    pub stored: StoredSnapshots<'a>,
}

/// What an environment's record says of its plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnvironmentRecord {
    /// The start as given, else the first instant of the history: `2024-09-20 00:00:00`.
    pub start_at: String,
    /// The end as given, else how far a plan reaches by default; `None` when nothing bounds it.
    pub end_at: Option<String>,
    /// When a development environment expires; `None` for never.
    pub expiration_ts: Option<Timestamp>,
    /// Plan that the environment came from so far; `None` for a new one.
    pub previous_plan_id: Option<String>,
    /// Whether each model's gateway makes its views.
    pub gateway_managed: bool,
}

impl<'a> Plan<'a> {
    /// The stored version of a name that production runs.
    pub fn live(&self, name: &str) -> Option<&'a Snapshot> {
        let versions = self.stored.versions_of(name);
        versions.filter(|snapshot| snapshot.unpaused_ts.is_some()).last()
    }

    /// Whether something has to be filled.
    pub fn requires_backfill(&self) -> bool {
        let asked = !self.restatements.is_empty() || self.owes;
        !self.skip_backfill && !self.empty_backfill && asked
    }

    /// Whether there is anything to carry out: SQLMesh leaves the state alone otherwise.
    pub fn does_something(&self) -> bool {
        let base = &self.diff.base;
        let mut ids = self.diff.nodes.values().map(|node| node.snapshot.id());
        let promotes_more = self.is_dev
            && !base.is_new
            && self.include_unmodified
            && ids.any(|id| !base.previously_promoted.contains(&id));
        let changed = !self.is_restatement && self.diff.has_changes();
        changed || self.requires_backfill() || promotes_more
    }

    /// Whether carrying the plan out fills anything.
    pub fn fills(&self) -> bool {
        !self.skip_backfill && !self.empty_backfill && !self.filled_by_stages.is_empty()
    }

    /// Whether a model is among those to fill.
    pub fn is_selected_for_backfill(&self, name: &str) -> bool {
        self.models_to_backfill
            .as_ref()
            .is_none_or(|names| names.contains(name))
    }

    /// New snapshots that still need a category.
    pub fn uncategorized(&self) -> BTreeSet<String> {
        let nodes = self.diff.nodes.values();
        nodes
            .filter(|node| node.is_new && node.snapshot.change_category.is_none())
            .map(|node| node.name().to_string())
            .collect()
    }

    /// Names that get views.
    pub fn promoted(&self) -> BTreeSet<String> {
        let diff = &self.diff;
        let all = || diff.nodes.keys().cloned().collect();
        if !self.is_dev {
            return all();
        }
        // Views stay where they are only as long as they would point to the same snapshot.
        let before = diff
            .base
            .previously_promoted
            .iter()
            .filter(|id| {
                diff.nodes
                    .get(&id.name)
                    .is_some_and(|node| node.snapshot.id() == **id)
            })
            .map(|id| id.name.clone());
        if let Some(selection) = &self.backfill_selection {
            return before
                .chain(selection.iter().cloned())
                .filter(|name| diff.nodes.contains_key(name))
                .collect();
        }
        if self.include_unmodified {
            return all();
        }
        before
            .chain(diff.added.iter().cloned())
            .chain(diff.modified.keys().cloned())
            .filter(|name| diff.nodes.contains_key(name))
            .collect()
    }

    /// Whether a prod restatement has to clear other environments.
    pub fn restates_all_environments(&self) -> bool {
        self.full_environments && self.is_restatement && !self.is_dev && !self.restatements.is_empty()
    }

    /// Whether the views of an existing environment are named by other rules.
    pub fn naming_changed(&self, entry: &EnvironmentEntry) -> bool {
        let environment = &entry.environment;
        environment.suffix_target != self.naming.suffix_target
            || environment.catalog_name_override != self.naming.catalog_name_override
            || environment.normalize_name != self.naming.normalize_name
    }

    /// A node's name for people, as in the environment.
    pub fn display_name(&self, name: &str) -> String {
        match self.diff.nodes.get(name) {
            Some(node) if !node.is_model() => name.to_string(),
            Some(node) if node.is_symbolic() => self.undecorated(name),
            _ => self
                .naming
                .display_name(name, self.default_catalog.as_deref(), self.dialect),
        }
    }

    fn undecorated(&self, name: &str) -> String {
        self.naming
            .display_name(name, self.default_catalog.as_deref(), self.dialect)
    }
}
