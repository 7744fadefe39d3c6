//! Reports: decisions as plain, serialisable data that anyone may read.
//!
//! Terminal, JSON, JavaScript, viewer and tests all read a `PlanReport`; none looks into a plan itself. Field
//! names and value forms are those of the reference's recorded answers; fields that it does not have come on
//! top.

pub mod build;
pub mod catalog;
pub mod causes;
pub mod csv;
pub mod decisions;
pub mod drawing;
pub mod explain;
pub mod impact;
pub mod run;
pub mod state;
pub mod text;

use crate::json::read_object;
use crate::ordered::IndexMap;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::refusal::Refusal;
use crate::review::grid::Layers;
use crate::snapshot::Fingerprint;
use crate::time::{IntervalUnit, Intervals, Timestamp};

pub use causes::Cause;
pub use decisions::{PlanDecisions, SnapshotDecision};
pub use impact::ColumnImpact;
pub use run::{ExplainedRun, RunOutcome};

/// What came of a request: a plan, a refusal, or neither because the input cannot be read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanOutcome {
    /// The plan, unless it was refused.
    pub plan: Option<PlanReport>,
    /// When files of the project cannot be read: what the rest would change, the unreadable models kept as they
    /// are in the environment. For looking at only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial_plan: Option<PlanReport>,
    /// Why there is no plan, or why it cannot be applied.
    pub error: Option<PlanRefusal>,
    /// Problems found in project and state, the most severe first.
    pub diagnostics: Vec<Diagnostic>,
}

impl PlanOutcome {
    /// The plan, or what the readable rest of a broken project would change.
    pub fn plan_or_rest(&self) -> Option<&PlanReport> {
        self.plan.as_ref().or(self.partial_plan.as_ref())
    }

    /// All problems, each once: the refusal is often one of the project's problems.
    pub fn problems(&self) -> impl Iterator<Item = &Diagnostic> {
        let refusal = self.error.as_ref().map(|refusal| &refusal.diagnostic);
        let own = refusal.filter(|problem| !self.diagnostics.contains(problem));
        self.diagnostics.iter().chain(own)
    }
}

/// Why a plan was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanRefusal {
    /// SQLMesh's class of error: `PlanError`, `ConfigError`, `NoChangesPlanError`, `UncategorizedPlanError`, ….
    #[serde(rename = "type")]
    pub kind: String,
    /// What is wrong and the way out.
    pub diagnostic: Diagnostic,
}

impl From<Refusal> for PlanRefusal {
    fn from(refusal: Refusal) -> Self {
        Self {
            kind: refusal.kind.to_string(),
            diagnostic: *refusal.diagnostic,
        }
    }
}

/// A plan as anyone may read it. Intervals are half open, in epoch milliseconds; names are fully qualified and
/// quoted.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PlanReport {
    /// Target environment, sanitised.
    pub environment: String,
    /// Whether the target does not exist yet, or has expired.
    pub is_new_environment: bool,
    /// Environment that a new one is compared with.
    pub create_from: String,
    /// Whether the target is not prod.
    pub is_dev: bool,
    /// Whether project and environment differ.
    pub has_changes: bool,
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
    /// Names added, sorted.
    pub added: Vec<String>,
    /// Names removed, sorted.
    pub removed: Vec<String>,
    /// Removed name → name for display, as in the environment.
    pub removed_display_names: IndexMap<String, String>,
    /// Names directly modified (added ones included, as in SQLMesh), sorted.
    pub directly_modified: Vec<String>,
    /// Directly modified name → names below it that are modified only indirectly.
    pub indirectly_modified: IndexMap<String, Vec<String>>,
    /// Names whose metadata differ, sorted.
    pub metadata_updated: Vec<String>,
    /// Names that still need a category, sorted.
    pub uncategorized: Vec<String>,
    /// Name → restated interval.
    pub restatements: IndexMap<String, (Timestamp, Timestamp)>,
    /// Names that the user wants restated, without what is restated along with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restated_models: Vec<String>,
    /// What has to be filled, sorted by name.
    pub missing_intervals: Vec<MissingIntervals>,
    /// Names that get views; absent while something is uncategorised.
    pub promoted: Option<Vec<String>>,
    /// Name → difference of the source as written; empty text when it does not show there.
    pub text_diffs: IndexMap<String, String>,
    /// Names of the stages, in order: `BackfillStage`, ….
    pub stages: Vec<String>,
    /// Every node of the environment to be.
    pub snapshots: IndexMap<String, SnapshotReport>,
    /// Differences of `before_all` and `after_all`: pairs of section and text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_statements: Option<Vec<(String, String)>>,
    /// Differences of Python requirements, one `+`/`-` line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requirements_diff: Vec<String>,
    /// Messages that SQLMesh would print as warnings.
    pub warnings: Vec<String>,
    /// Selected gateway.
    pub gateway: String,
    /// Default catalog, hidden in display names.
    pub default_catalog: Option<String>,
    /// What a restatement of production clears in other environments: their next plans fill it again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cleared_elsewhere: Vec<ClearedIntervals>,
    /// Who really reads the changed columns; only when it was asked for. Nothing is decided by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column_impact: Option<ColumnImpact>,
    /// Counts for a headline.
    pub summary: PlanSummary,
    /// Digest over everything above; the same in terminal, CI and browser.
    pub digest: String,
}

read_object!(PlanReport {
    environment: required,
    is_new_environment: default,
    create_from: default,
    is_dev: default,
    has_changes: default,
    requires_backfill: default,
    forward_only: default,
    start: default,
    end: default,
    execution_time: default,
    effective_from: default,
    added: default,
    removed: default,
    removed_display_names: default,
    directly_modified: default,
    indirectly_modified: default,
    metadata_updated: default,
    uncategorized: default,
    restatements: default,
    missing_intervals: default,
    promoted: default,
    text_diffs: default,
    stages: required,
    snapshots: required,
    environment_statements: default,
    requirements_diff: default,
    warnings: default,
    gateway: default,
    default_catalog: default,
    cleared_elsewhere: default,
    column_impact: default,
    summary: default,
    digest: default,
});

/// Counts for a headline. Every modified node counts once: direct, else indirect, else metadata.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PlanSummary {
    /// Added nodes.
    pub added: u64,
    /// Removed nodes.
    pub removed: u64,
    /// Directly modified nodes, added ones aside.
    pub directly_modified: u64,
    /// Indirectly modified nodes.
    pub indirectly_modified: u64,
    /// Nodes of which only metadata differ.
    pub metadata_updated: u64,
    /// Nodes with nothing to say about.
    pub unchanged: u64,
    /// Models with something to fill.
    pub models_to_backfill: u64,
    /// Interval units to fill.
    pub intervals_to_backfill: u64,
    /// Models of which only a preview is filled.
    pub previews: u64,
    /// Nodes that still need a category.
    pub uncategorized: u64,
}

read_object!(PlanSummary {
    added: default,
    removed: default,
    directly_modified: default,
    indirectly_modified: default,
    metadata_updated: default,
    unchanged: default,
    models_to_backfill: default,
    intervals_to_backfill: default,
    previews: default,
    uncategorized: default,
});

/// What one model has to fill.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MissingIntervals {
    /// Fully qualified, quoted name.
    pub name: String,
    /// Name of the view in the environment, default catalog hidden.
    pub display_name: String,
    /// Merged intervals.
    pub intervals: Intervals,
    /// Interval units before merging.
    pub batches: u64,
    /// Inclusive wording: `2024-09-20 - 2024-09-26`.
    pub formatted: String,
    /// Filled for looking only: not deployable.
    pub preview: bool,
    /// Why it has to be filled.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

read_object!(MissingIntervals {
    name: required,
    display_name: default,
    intervals: required,
    batches: default,
    formatted: default,
    preview: default,
    reason: default,
});

/// Intervals of a version that production does not use, cleared because the same model is restated there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ClearedIntervals {
    /// Fully qualified, quoted name.
    pub name: String,
    /// Version of the table.
    pub version: String,
    /// Environments that have this version; none for one that only waits to be deleted.
    pub environments: Vec<String>,
    /// First instant that is cleared.
    pub start: Timestamp,
    /// First instant that is kept again.
    pub end: Timestamp,
}

read_object!(ClearedIntervals {
    name: required,
    version: default,
    environments: default,
    start: default,
    end: default,
});

/// One node of the environment to be.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SnapshotReport {
    /// The four hashes.
    pub fingerprint: Fingerprint,
    /// `Fingerprint::to_identifier`.
    pub identifier: String,
    /// Version of the table; absent while uncategorised.
    pub version: Option<String>,
    /// Version of the dev table.
    pub dev_version: Option<String>,
    /// `BREAKING`, …; absent while uncategorised.
    pub change_category: Option<String>,
    /// Not in state yet.
    pub is_new: bool,
    /// Applied forward only.
    pub forward_only: bool,
    /// Names of parents, sorted.
    pub parents: Vec<String>,
    /// What the production table holds.
    pub intervals: Intervals,
    /// What the dev table holds.
    pub dev_intervals: Intervals,
    /// Kind; absent for standalone audits, like all fields below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its production table is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployable: Option<bool>,
    /// Its production table is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub representative: Option<bool>,
    /// Production table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_table: Option<String>,
    /// Dev table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_table_dev: Option<String>,
    /// View in the environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// Output columns with types; null when unknown. Absent for audits.
    pub columns: Option<IndexMap<String, String>>,
    /// What Planglass adds to the reference's facts.
    pub detail: SnapshotDetail,
}

read_object!(SnapshotReport {
    fingerprint: required,
    identifier: required,
    version: default,
    dev_version: default,
    change_category: default,
    is_new: default,
    forward_only: default,
    parents: default,
    intervals: default,
    dev_intervals: default,
    kind: default,
    deployable: default,
    representative: default,
    physical_table: default,
    physical_table_dev: default,
    view: default,
    columns: default,
    detail: default,
});

impl PlanReport {
    /// What the time of a model consists of; `filled` is what it has to fill, and whether for a preview only.
    pub fn layers(&self, name: &str, filled: Option<(&Intervals, bool)>) -> Layers {
        let nothing = Intervals::new();
        let loaded = self.snapshots.get(name).map_or(&nothing, SnapshotReport::loaded);
        Layers::new(loaded, filled, self.restatements.get(name).copied())
    }
}

impl SnapshotReport {
    /// What is loaded where the plan reads the node: in the production table, or in the dev table of what cannot
    /// be deployed.
    pub fn loaded(&self) -> &Intervals {
        if self.deployable.unwrap_or(true) || !self.intervals.is_empty() {
            &self.intervals
        } else {
            &self.dev_intervals
        }
    }

    /// Length of its intervals.
    pub fn unit(&self) -> IntervalUnit {
        IntervalUnit::parse(&self.detail.interval_unit).unwrap_or(IntervalUnit::Day)
    }
}

/// Facts about a node beyond the reference's answer: for reviewers, not for identity.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SnapshotDetail {
    /// `added`, `direct`, `indirect`, `metadata` or `unchanged` (removed ones are not in `snapshots`).
    pub status: String,
    /// Name for display: as in the environment, default catalog hidden.
    pub display_name: String,
    /// File it comes from, relative to the project; absent when it is known from state only.
    pub path: Option<String>,
    /// Owner.
    pub owner: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Cron as written.
    pub cron: String,
    /// `day`, `hour`, ….
    pub interval_unit: String,
    /// `sql`, `seed`, `python`, `external` or `audit`.
    pub source_type: String,
    /// Why it has its category, in a sentence.
    pub reason: Option<String>,
    /// Whether the category may be chosen.
    pub choosable: bool,
    /// Its definition says `forward_only`: SQLMesh does not ask for its category.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forward_only_model: bool,
    /// Most interval units that one batch fills; absent where there is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_size: Option<i64>,
    /// Why it is this version: `exact`, its fingerprint was computed; `equal definition`, parts that only Python or the
    /// reference's inference of types knows were taken from the stored version, which says the same in all others;
    /// `earlier version`, the state lists it without holding it, and how far it is filled was inferred.
    pub ground: String,
    /// Why it is modified, one step each; a cause that names a parent is followed there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
}

read_object!(SnapshotDetail {
    status: default,
    display_name: default,
    path: default,
    owner: default,
    tags: default,
    cron: default,
    interval_unit: default,
    source_type: default,
    reason: default,
    choosable: default,
    forward_only_model: default,
    batch_size: default,
    ground: default,
    causes: default,
});
