//! What is asked of a plan: one struct for flags, JavaScript and test cases.

use crate::ordered::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::json::read_object;

use crate::time::Timestamp;

/// Options of a plan. Names and meanings are those of SQLMesh's `plan` command and its plan builder.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PlanOptions {
    /// Target environment; absent means the configuration's `default_target_environment`.
    pub environment: Option<String>,
    /// The moment of planning, epoch milliseconds. The core has no clock: whoever calls says what time it is.
    pub now: Timestamp,
    /// Start of the backfill, as a person writes it.
    pub start: Option<String>,
    /// End of the backfill; inclusive when it is a date.
    pub end: Option<String>,
    /// What the plan takes as now.
    pub execution_time: Option<String>,
    /// Base of an environment that does not exist yet.
    pub create_from: Option<String>,
    /// Selectors of models to restate.
    pub restate_models: Vec<String>,
    /// Selectors of models whose local changes enter the plan.
    pub select_models: Vec<String>,
    /// Selectors of models to backfill.
    pub backfill_models: Vec<String>,
    /// Refuse to promote versions with gaps.
    pub no_gaps: bool,
    /// Fill nothing.
    pub skip_backfill: bool,
    /// Mark intervals as filled without filling them.
    pub empty_backfill: bool,
    /// Every change goes forward only; absent means the configuration's value.
    pub forward_only: Option<bool>,
    /// From when forward-only changes apply.
    pub effective_from: Option<String>,
    /// Selectors of forward-only models that may lose columns.
    pub allow_destructive_models: Vec<String>,
    /// Selectors of forward-only models that may gain columns.
    pub allow_additive_models: Vec<String>,
    /// Leave every direct change uncategorised.
    pub no_auto_categorization: bool,
    /// Promote unmodified models too; absent means the configuration's value.
    pub include_unmodified: Option<bool>,
    /// Preview forward-only changes in dev; absent means the configuration's value.
    pub enable_preview: Option<bool>,
    /// Fill everything that is due as well.
    pub run: bool,
    /// With `run`: do not wait for cron ticks.
    pub ignore_cron: bool,
    /// Fill at least so many intervals of each model.
    pub min_intervals: Option<u64>,
    /// Chosen categories by model name (fully qualified or as written): `BREAKING`, `NON_BREAKING`, ….
    pub set_choices: BTreeMap<String, String>,
    /// Report who really reads the changed columns. SQLMesh has nothing like it; nothing is decided by it.
    pub column_impact: bool,
    /// Accepted for the sake of SQLMesh's flags; Planglass runs no unit tests.
    pub skip_tests: bool,
    /// Plan although the linter's rules are violated.
    pub skip_linter: bool,
    /// For selectors `git:BRANCH`: by branch, the files that differ from it, named as in the project's sources. The
    /// core knows no git: whoever calls looks.
    #[serde(skip)]
    pub git_changes: BTreeMap<String, BTreeSet<String>>,
}

read_object!(PlanOptions {
    environment: default,
    now: default,
    start: default,
    end: default,
    execution_time: default,
    create_from: default,
    restate_models: default,
    select_models: default,
    backfill_models: default,
    no_gaps: default,
    skip_backfill: default,
    empty_backfill: default,
    forward_only: default,
    effective_from: default,
    allow_destructive_models: default,
    allow_additive_models: default,
    no_auto_categorization: default,
    include_unmodified: default,
    enable_preview: default,
    run: default,
    ignore_cron: default,
    min_intervals: default,
    set_choices: default,
    column_impact: default,
    skip_tests: default,
    skip_linter: default,
} else refused);

/// Options of a run. Names and meanings are those of SQLMesh's `run` command.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RunOptions {
    /// Environment; absent means the configuration's default.
    pub environment: Option<String>,
    /// The moment of the run, epoch milliseconds.
    pub now: Timestamp,
    /// Start, as a person writes it.
    pub start: Option<String>,
    /// End.
    pub end: Option<String>,
    /// What the run takes as now.
    pub execution_time: Option<String>,
    /// Do not wait for cron ticks.
    pub ignore_cron: bool,
    /// Selectors of models to run.
    pub select_models: Vec<String>,
    /// Do not add what is upstream of the selection.
    pub no_auto_upstream: bool,
    /// Accepted for the sake of SQLMesh's flags: what the janitor takes is nothing that a run reads.
    pub skip_janitor: bool,
    /// Accepted for the sake of SQLMesh's flags: nothing changes while a run is decided.
    pub exit_on_env_update: Option<i64>,
}

read_object!(RunOptions {
    environment: default,
    now: default,
    start: default,
    end: default,
    execution_time: default,
    ignore_cron: default,
    select_models: default,
    no_auto_upstream: default,
    skip_janitor: default,
    exit_on_env_update: default,
} else refused);
