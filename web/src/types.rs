//! Shapes that cross the border to JavaScript, each with its TypeScript text beside it.
//!
//! In: a request as a plain object. Out: core's `PlanOutcome` as a plain object. Field names are those of the
//! reports, so that what a command line prints and what a page receives is one thing. Reports themselves are
//! core's; nothing is renamed here.

use planglass_core::diagnostic::Diagnostic;
use planglass_core::ordered::BTreeMap;

use planglass_core::plan::{PlanOptions, RunOptions};
use planglass_core::project::LoadOptions;
use planglass_core::report::{PlanOutcome, RunOutcome};
use planglass_core::request;
use planglass_core::source::SourceMap;
use planglass_core::state::StateFile;
use serde::{Deserialize, Serialize};

/// What a plan needs: the project's files, a state and options.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlanRequest {
    /// Path relative to the project's root → text.
    pub files: BTreeMap<String, String>,
    /// Text of a state export; absent stands for a state with nothing in it.
    pub state: Option<String>,
    /// Name of the state file in messages.
    pub state_path: Option<String>,
    /// Gateway; absent means the configuration's default.
    pub gateway: Option<String>,
    /// Environment variables that the configuration may read.
    pub env: BTreeMap<String, String>,
    /// Name of the user that the configuration may read.
    pub user: Option<String>,
    /// What is asked of the plan.
    pub options: PlanOptions,
    /// What is asked of a run.
    pub run: Option<RunOptions>,
}

impl PlanRequest {
    /// Plans. A state that cannot be read is a diagnostic of the outcome, like every other problem.
    pub fn plan(&self) -> PlanOutcome {
        match self.state() {
            Ok(state) => request::plan(&self.sources(), state.as_ref(), &self.load(), &self.options),
            Err(problem) => PlanOutcome {
                diagnostics: vec![*problem],
                ..PlanOutcome::default()
            },
        }
    }

    /// Says what a run fills.
    pub fn run(&self) -> RunOutcome {
        let options = self.run.clone().unwrap_or_default();
        match self.state() {
            Ok(state) => request::run(&self.sources(), state.as_ref(), &self.load(), &options),
            Err(problem) => RunOutcome {
                diagnostics: vec![*problem],
                ..RunOutcome::default()
            },
        }
    }

    fn sources(&self) -> SourceMap {
        self.files.iter().collect()
    }

    fn load(&self) -> LoadOptions {
        LoadOptions {
            gateway: self.gateway.clone(),
            env: self.env.clone(),
            user: self.user.clone(),
            ..LoadOptions::default()
        }
    }

    fn state(&self) -> Result<Option<StateFile>, Box<Diagnostic>> {
        let path = self.state_path.as_deref().unwrap_or("state.json");
        let state = self.state.as_deref().map(|text| StateFile::parse(path, text));
        state.transpose()
    }
}

/// TypeScript declarations of the shapes above and of core's reports.
pub const TYPESCRIPT: &str = r#"
/** Instants are milliseconds since the Unix epoch, UTC. */
export type Timestamp = number;
/** Half open: the end is not inside. */
export type Interval = [Timestamp, Timestamp];
export type ChangeCategory = "BREAKING" | "NON_BREAKING" | "FORWARD_ONLY" | "INDIRECT_BREAKING" | "INDIRECT_NON_BREAKING" | "METADATA";

export interface PlanRequest {
  /** Path relative to the project's root → text. */
  files: Record<string, string>;
  /** Text of a state export; absent stands for a state with nothing in it. */
  state?: string | null;
  /** Name of the state file in messages. */
  state_path?: string | null;
  gateway?: string | null;
  env?: Record<string, string>;
  user?: string | null;
  options: PlanOptions;
  /** What is asked of a run: for `run` and `runJson` only. */
  run?: RunOptions | null;
}

export interface RunOptions {
  environment?: string | null;
  /** The moment of the run: the core has no clock. */
  now: Timestamp;
  start?: string | null;
  end?: string | null;
  execution_time?: string | null;
  ignore_cron?: boolean;
  select_models?: string[];
  no_auto_upstream?: boolean;
  /** Without effect. */
  skip_janitor?: boolean;
  /** Without effect. */
  exit_on_env_update?: number | null;
}

export interface RunOutcome {
  /** Absent when the run is refused. */
  status: "CompletionStatus.SUCCESS" | "CompletionStatus.NOTHING_TO_DO" | null;
  environment: string;
  start: Timestamp | null;
  end: Timestamp | null;
  execution_time: Timestamp;
  missing_intervals: MissingIntervals[];
  stages: string[];
  /** When the next model has something to run. */
  next_run: Timestamp | null;
  error: { type: string; diagnostic: Diagnostic } | null;
  diagnostics: Diagnostic[];
}

export interface PlanOptions {
  environment?: string | null;
  /** The moment of planning: the core has no clock. */
  now: Timestamp;
  start?: string | null;
  end?: string | null;
  execution_time?: string | null;
  create_from?: string | null;
  restate_models?: string[];
  select_models?: string[];
  backfill_models?: string[];
  no_gaps?: boolean;
  skip_backfill?: boolean;
  empty_backfill?: boolean;
  forward_only?: boolean | null;
  effective_from?: string | null;
  allow_destructive_models?: string[];
  allow_additive_models?: string[];
  no_auto_categorization?: boolean;
  include_unmodified?: boolean | null;
  enable_preview?: boolean | null;
  run?: boolean;
  ignore_cron?: boolean;
  min_intervals?: number | null;
  set_choices?: Record<string, ChangeCategory>;
  /** Report who really reads the changed columns. */
  column_impact?: boolean;
  skip_tests?: boolean;
  /** Plan although the linter's rules are violated. */
  skip_linter?: boolean;
}

export interface PlanOutcome {
  plan: PlanReport | null;
  /** When files of the project cannot be read: what the rest would change. It cannot be applied. */
  partial_plan?: PlanReport;
  error: { type: string; diagnostic: Diagnostic } | null;
  diagnostics: Diagnostic[];
}

export interface Diagnostic {
  severity: "error" | "warning" | "note";
  code: string;
  message: string;
  labels: { location: { path: string; line: number; column: number; end_column: number; text: string }; text: string }[];
  help: string[];
}

export interface PlanReport {
  environment: string;
  is_new_environment: boolean;
  create_from: string;
  is_dev: boolean;
  has_changes: boolean;
  requires_backfill: boolean;
  forward_only: boolean;
  start: Timestamp | null;
  end: Timestamp | null;
  execution_time: Timestamp;
  effective_from: Timestamp | null;
  added: string[];
  removed: string[];
  /** Names of removed models for display. */
  removed_display_names?: Record<string, string>;
  directly_modified: string[];
  indirectly_modified: Record<string, string[]>;
  metadata_updated: string[];
  uncategorized: string[];
  restatements: Record<string, Interval>;
  /** Names that the user wants restated, without what is restated along with them; absent for none. */
  restated_models?: string[];
  missing_intervals: MissingIntervals[];
  promoted: string[] | null;
  text_diffs: Record<string, string>;
  stages: string[];
  snapshots: Record<string, SnapshotReport>;
  environment_statements?: [string, string][];
  requirements_diff?: string[];
  warnings: string[];
  gateway: string;
  default_catalog: string | null;
  /** What a restatement of production clears in other environments. */
  cleared_elsewhere?: ClearedIntervals[];
  column_impact?: ColumnImpact;
  summary: PlanSummary;
  digest: string;
}

export interface PlanSummary {
  added: number;
  removed: number;
  directly_modified: number;
  indirectly_modified: number;
  metadata_updated: number;
  unchanged: number;
  models_to_backfill: number;
  intervals_to_backfill: number;
  previews: number;
  uncategorized: number;
}

export interface MissingIntervals {
  name: string;
  display_name: string;
  intervals: Interval[];
  batches: number;
  formatted: string;
  preview: boolean;
  /** Why it has to be filled. */
  reason?: string;
}

export interface ClearedIntervals {
  name: string;
  version: string;
  environments: string[];
  start: Timestamp;
  end: Timestamp;
}

/** Who really reads the changed columns; nothing is decided by it. */
export interface ColumnImpact {
  /** `columns` is null where rows may differ, and so every column. */
  changes: { name: string; columns: string[] | null; readers: string[]; others: string[] }[];
  /** Rebuilt although they read nothing that changed. */
  spared: string[];
  spared_intervals: number;
}

/** One reason for a node to be modified; one that names a parent is followed there. */
export interface Cause {
  kind: "added" | "field" | "columns" | "parent";
  field?: string;
  parent?: string;
  columns?: string[];
  before?: string;
  after?: string;
  path?: string;
}

export interface SnapshotReport {
  fingerprint: { data_hash: string; metadata_hash: string; parent_data_hash: string; parent_metadata_hash: string };
  identifier: string;
  version: string | null;
  dev_version: string | null;
  change_category: ChangeCategory | null;
  is_new: boolean;
  forward_only: boolean;
  parents: string[];
  intervals: Interval[];
  dev_intervals: Interval[];
  kind?: string;
  deployable?: boolean;
  representative?: boolean;
  physical_table?: string;
  physical_table_dev?: string;
  view?: string;
  columns: Record<string, string> | null;
  detail: SnapshotDetail;
}

export interface SnapshotDetail {
  status: "added" | "direct" | "indirect" | "metadata" | "unchanged";
  display_name: string;
  path: string | null;
  owner: string | null;
  tags: string[];
  cron: string;
  interval_unit: string;
  source_type: string;
  reason: string | null;
  choosable: boolean;
  /** Its definition says `forward_only`; absent for false. */
  forward_only_model?: boolean;
  /** Most interval units that one batch fills; absent where there is no limit. */
  batch_size?: number;
  ground: "exact" | "equal definition" | "earlier version";
  causes?: Cause[];
}

/** Plans a project against a state. Problems are in the outcome; throws only when the request has another shape. */
export function plan(request: PlanRequest): PlanOutcome;
/** The same with JSON texts: the bytes are those that the command line makes of the same request. */
export function planJson(request: string): string;
/** Says what a run of an environment fills. Problems are in the outcome. */
export function run(request: PlanRequest): RunOutcome;
/** The same with JSON texts. */
export function runJson(request: string): string;
"#;

#[cfg(test)]
mod tests {
    use planglass_core::report::{
        Cause, ClearedIntervals, ColumnImpact, MissingIntervals, PlanReport, PlanSummary, SnapshotDetail,
        SnapshotReport,
    };
    use serde_json::Value;

    use super::*;

    fn keys<T: Serialize>(value: &T) -> Vec<String> {
        match serde_json::to_value(value) {
            Ok(Value::Object(map)) => map.keys().cloned().collect(),
            other => panic!("not an object: {other:?}"),
        }
    }

    fn declared(interface: &str) -> Vec<String> {
        let head = format!("export interface {interface} {{\n");
        let body = TYPESCRIPT.split_once(&head).expect("interface is declared").1;
        let body = body.split_once("\n}").expect("interface ends").0;
        body.lines()
            .map(str::trim)
            .filter(|line| !line.starts_with("/**"))
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name.trim_end_matches('?').to_string())
            .collect()
    }

    fn check<T: Serialize>(interface: &str, full: &T) {
        let declared = declared(interface);
        for key in keys(full) {
            assert!(declared.contains(&key), "{interface}.{key} is not declared");
        }
    }

    #[test]
    fn typescript_names_every_field() {
        check("PlanRequest", &PlanRequest::default());
        check("PlanOptions", &PlanOptions::default());
        check("PlanOutcome", &PlanOutcome::default());
        check("RunOptions", &RunOptions::default());
        check("RunOutcome", &RunOutcome::default());
        check("PlanSummary", &PlanSummary::default());
        check(
            "MissingIntervals",
            &MissingIntervals {
                reason: "due".to_string(),
                ..MissingIntervals::default()
            },
        );
        check("ClearedIntervals", &ClearedIntervals::default());
        let full = PlanReport {
            environment_statements: Some(Vec::new()),
            requirements_diff: vec![String::new()],
            restated_models: vec![String::new()],
            cleared_elsewhere: vec![ClearedIntervals::default()],
            column_impact: Some(ColumnImpact::default()),
            ..PlanReport::default()
        };
        check("PlanReport", &full);
        let full = SnapshotReport {
            kind: Some(String::new()),
            deployable: Some(true),
            representative: Some(true),
            physical_table: Some(String::new()),
            physical_table_dev: Some(String::new()),
            view: Some(String::new()),
            detail: SnapshotDetail {
                forward_only_model: true,
                causes: vec![Cause::default()],
                ..SnapshotDetail::default()
            },
            ..SnapshotReport::default()
        };
        check("SnapshotReport", &full);
        check("SnapshotDetail", &full.detail);
    }

    #[test]
    fn unreadable_state_is_a_diagnostic() {
        let request = PlanRequest {
            state: Some("{".into()),
            ..PlanRequest::default()
        };
        let outcome = request.plan();
        assert!(outcome.plan.is_none());
        let problem = &outcome.diagnostics[0];
        assert!(problem.is_error());
        assert_eq!(problem.labels[0].location.line, 1);
    }
}
