//! What a run fills: everything that is due in an environment, whatever the project's files say.
//!
//! In: a state, a moment and `RunOptions`. Out: a `Plan` without differences whose missing intervals are what the
//! run fills, or a `Refusal`. Unlike a plan, a run reaches up to now and knows no caps.

use std::rc::Rc;

use crate::backfill::Histories;
use crate::backfill::auto_restate::{AutoRestatements, auto_restate};
use crate::backfill::cron_of;
use crate::categorize::Reasons;
use crate::diff::{Base, ContextDiff, DiffRequest, promoted_ids};
use crate::model::KindName;
use crate::ordered::{BTreeMap, BTreeSet};
use crate::snapshot::naming::{EnvironmentNaming, sanitize_environment};
use crate::snapshot::{Links, Nodes};
use crate::state::EnvironmentEntry;
use crate::state::environment::PROD;
use crate::time::{DateText, Timestamp};

use super::builder::{Dates, Draft, PlanBuilder};
use super::compare::{cycle_refusal, missing_snapshot, node_dag};
use super::deployability::{DeployabilityIndex, DeployabilityInput};
use super::schedule::{Scope, earliest_start};
use super::staged::{StagedInput, settled, staged};
use super::{EnvironmentRecord, Plan, PlanOptions, Refusal, RunOptions};

/// A run as decided.
#[derive(Debug, Clone)]
pub struct Run<'a> {
    /// What is filled, as a plan that changes nothing else.
    pub plan: Plan<'a>,
    /// What models with an `auto_restatement_cron` take back now; production only.
    pub auto_restatements: AutoRestatements,
    /// When the next model has something to run; `None` without models that run.
    pub next: Option<Timestamp>,
}

impl From<&RunOptions> for PlanOptions {
    fn from(options: &RunOptions) -> Self {
        Self {
            environment: options.environment.clone(),
            now: options.now,
            start: options.start.clone(),
            end: options.end.clone(),
            execution_time: options.execution_time.clone(),
            ignore_cron: options.ignore_cron,
            run: true,
            ..Self::default()
        }
    }
}

impl<'a> PlanBuilder<'a> {
    /// Decides a run. The builder's own options must be those of the run.
    ///
    /// # Errors
    /// When the environment does not exist or is not complete, and for dates that cannot be.
    pub fn build_run(&self, options: &RunOptions) -> Result<Run<'a>, Refusal> {
        let (entry, base) = self.runnable(&sanitize_environment(self.target()))?;
        let dates = self.run_dates()?;
        let side = self.environment_side(&base)?;
        let request = DiffRequest {
            environment: &entry.environment.name,
            create_from: None,
            now: options.now,
            always_recreate: false,
            use_finalized_state: false,
            gateway_managed: entry.environment.gateway_managed,
        };
        let mut diff = ContextDiff::new(base, side, &self.stored, request).map_err(missing_snapshot)?;
        let input = StagedInput {
            stored: &self.stored,
            existing: None,
            restatements: &BTreeMap::new(),
            now: options.now,
        };
        diff.nodes = staged(
            &diff.nodes,
            &settled(&diff.nodes, &self.stored, options.now),
            &input,
        );
        let dag = node_dag(&diff.nodes);
        let order = dag.sorted().map_err(cycle_refusal)?;
        let selected = self.run_selection(options, &diff.nodes)?;
        let is_dev = entry.environment.name != PROD;
        let auto_restatements = match is_dev {
            true => AutoRestatements::default(),
            false => auto_restate(&mut diff.nodes, &order, dates.execution_time),
        };
        let draft = Draft {
            settled: Rc::default(),
            histories: Rc::default(),
            links: Rc::new(Links::new(&diff.nodes, &order)),
            diff,
            order: Rc::new(order),
            dag: Rc::new(dag),
            is_dev,
            restated: None,
            backfill_selection: None,
            chosen: None,
            changed: BTreeSet::new(),
            include_unmodified: false,
            forward_only: false,
            preview_needed: false,
            dates,
            warnings: Vec::new(),
        };
        let next = next_run(&draft.diff.nodes, options.now);
        let plan = self.run_plan(draft, entry, selected);
        Ok(Run {
            plan,
            auto_restatements,
            next,
        })
    }

    /// The environment's record, which must be complete.
    fn runnable(&self, name: &str) -> Result<(&'a EnvironmentEntry, Base<'a>), Refusal> {
        let Some(entry) = self.state.environments.get(name) else {
            return Err(Refusal::of(
                "SQLMeshError",
                "run/unknown-environment",
                format!("Environment '{name}' was not found."),
            )
            .help("plan and apply the environment first"));
        };
        if entry.environment.finalized_ts.is_none() {
            return Err(Refusal::of(
                "SQLMeshError",
                "run/unfinished-environment",
                format!(
                    "environment '{name}' is being updated by plan '{}', which has not finished",
                    entry.environment.plan_id
                ),
            )
            .help("SQLMesh waits for the plan; apply a plan again if it failed"));
        }
        let base = Base {
            environment: name.to_string(),
            existing: Some(entry),
            entry: Some(entry),
            is_new: false,
            create_from: PROD.to_string(),
            previously_promoted: Rc::new(promoted_ids(entry)),
        };
        Ok((entry, base))
    }

    /// A run ends now, even if it takes another moment for now.
    fn run_dates(&self) -> Result<Dates, Refusal> {
        let options = self.options;
        let now = options.now;
        let execution_time = self
            .date(&options.execution_time, now)?
            .map_or(now, |date| date.at);
        let start = self.date(&options.start, now)?;
        let end = self.date(&options.end, now)?;
        if let (Some(first), Some(last)) = (start, end)
            && first.at > last.at
        {
            let message = format!(
                "the run starts at {}, after its end {}",
                first.at.datetime_text(),
                last.at.datetime_text()
            );
            return Err(
                Refusal::of("ValueError", "run/dates", message).help("exchange `--start` and `--end`")
            );
        }
        Ok(Dates {
            start,
            end: end.or(Some(DateText::instant(now))),
            wall_start: start,
            wall_end: end,
            execution_time,
            execution_date: DateText::instant(execution_time),
            caps: Rc::default(),
            reached: Rc::default(),
            default_start: None,
        })
    }

    /// Selected models, with everything above them unless told otherwise.
    fn run_selection(
        &self,
        options: &RunOptions,
        nodes: &Nodes,
    ) -> Result<Option<BTreeSet<String>>, Refusal> {
        if options.select_models.is_empty() {
            return Ok(None);
        }
        let models: Nodes = nodes
            .iter()
            .filter(|(_, node)| node.is_model())
            .map(|(name, node)| (name.clone(), node.clone()))
            .collect();
        let mut selected = self.selectors(&models).select(&options.select_models)?;
        if !options.no_auto_upstream {
            let above = node_dag(&models).upstream_of(&selected);
            selected.extend(above);
        }
        Ok(Some(selected))
    }

    fn run_plan(
        &self,
        draft: Draft<'a>,
        entry: &EnvironmentEntry,
        selected: Option<BTreeSet<String>>,
    ) -> Plan<'a> {
        let now = self.options.now;
        let mut histories = Histories::default();
        let nodes = &draft.diff.nodes;
        let index = match draft.is_dev {
            true => DeployabilityIndex::new(
                DeployabilityInput {
                    nodes,
                    links: &draft.links,
                    start: draft.dates.start.map(|date| date.at),
                    overrides: &BTreeMap::new(),
                    now,
                },
                &mut histories,
            ),
            false => DeployabilityIndex::all(),
        };
        let end = draft.dates.end.unwrap_or_else(|| DateText::instant(now));
        let earliest = earliest_start(nodes, &draft.links, &mut histories, now, now).map(DateText::instant);
        let scope = Scope {
            draft: &draft,
            nodes: &draft.diff.nodes,
            options: self.options,
            start: draft.dates.start.or(earliest).unwrap_or(end),
            end,
            overrides: &BTreeMap::new(),
            restatements: &BTreeMap::new(),
            selection: selected.as_ref(),
            deployability: &index,
        };
        let (mut missing, _) = scope.missing(&mut histories);
        // What ends before it begins cannot be filled.
        missing.retain(|_, missing| missing.intervals.iter().any(|interval| !interval.is_empty()));
        let environment = &entry.environment;
        Plan {
            reasons: Reasons::default(),
            naming: EnvironmentNaming {
                name: environment.name.clone(),
                suffix_target: environment.suffix_target.clone(),
                catalog_name_override: environment.catalog_name_override.clone(),
                normalize_name: environment.normalize_name,
            },
            default_catalog: self.project.config.default_catalog.clone(),
            dialect: self.engine_dialect(),
            is_dev: draft.is_dev,
            forward_only: false,
            now,
            execution_time: draft.dates.execution_time,
            start: draft.dates.start.map(|date| date.at),
            end: Some(end.at),
            end_date: end,
            effective_from: None,
            stage_deployability: index.clone(),
            deployability: index,
            restatements: BTreeMap::new(),
            is_restatement: false,
            restated: BTreeSet::new(),
            models_to_backfill: Some(missing.keys().cloned().collect()),
            filled_by_stages: missing.clone(),
            owes: !missing.is_empty(),
            staged: draft.diff.nodes.clone(),
            missing,
            record: EnvironmentRecord::default(),
            backfill_selection: None,
            chosen: None,
            skip_backfill: false,
            empty_backfill: false,
            include_unmodified: false,
            full_environments: true,
            use_finalized_state: false,
            warnings: Vec::new(),
            stored: self.stored.clone(),
            order: draft.order,
            links: draft.links,
            dag: draft.dag,
            diff: draft.diff,
        }
    }
}

/// The next tick of any model that runs on its own.
fn next_run(nodes: &Nodes, now: Timestamp) -> Option<Timestamp> {
    let running = nodes
        .values()
        .filter(|node| node.is_model() && !node.is_symbolic() && node.kind() != KindName::Seed);
    running.filter_map(|node| Some(cron_of(node)?.next(now))).min()
}
