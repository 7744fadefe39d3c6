//! The order in which a plan is decided.
//!
//! In: a loaded project, a state and options. Out: a `Plan`, or a `Refusal` of the class that SQLMesh raises.
//! Four steps: compare, validate, categorise, schedule; each hands a `Draft` on.

use std::cell::RefCell;
use std::rc::Rc;

use crate::backfill::Histories;
use crate::categorize::{CategorizeOptions, Reasons, categorize};
use crate::dag::Dag;
use crate::diff::{Base, ContextDiff};
use crate::ordered::BTreeSet;
use crate::project::Project;
use crate::snapshot::naming::EnvironmentNaming;
use crate::snapshot::select::Selectable;
use crate::snapshot::{Links, Nodes, PlanNode, StoredSnapshots};
use crate::sql::Dialect;
use crate::state::StateFile;
use crate::state::environment::PROD;
use crate::time::{DAY, DateText, Timestamp, environment_ttl_end, parse_date};

use super::compare::Memory;
use super::dates::{Defaults, DefaultsInput, Reach, defaults};
use super::{EnvironmentRecord, Plan, PlanOptions, Refusal, inherit, schedule, schema_change, validate};

/// Builds plans of one project against one state.
#[derive(Debug, Clone)]
pub struct PlanBuilder<'a> {
    pub(super) project: &'a Project,
    pub(super) state: &'a StateFile,
    pub(super) options: &'a PlanOptions,
    pub(super) stored: StoredSnapshots<'a>,
    pub(super) incomplete: bool,
}

/// Dates of a plan as resolved from options and defaults.
#[derive(Debug, Clone)]
pub(super) struct Dates {
    /// Start asked for, or that of a preview.
    pub start: Option<DateText>,
    /// End asked for, or how far prod reaches.
    pub end: Option<DateText>,
    /// The same start as counted from the wall clock, whatever the plan takes as now: restatements go by it.
    pub wall_start: Option<DateText>,
    /// The same end as counted from the wall clock.
    pub wall_end: Option<DateText>,
    /// What the plan takes as now.
    pub execution_time: Timestamp,
    /// The same as written: a date counts as a whole where it ends an interval.
    pub execution_date: DateText,
    /// How far each model may be filled; nothing once an end was asked for.
    pub caps: Rc<Reach>,
    /// How far production reaches, whatever was asked for.
    pub reached: Rc<Reach>,
    /// What previews start from.
    pub default_start: Option<Timestamp>,
}

/// A plan on its way.
#[derive(Debug, Clone)]
pub(super) struct Draft<'a> {
    /// What differs.
    pub diff: ContextDiff<'a>,
    /// Parents before children.
    pub order: Rc<Vec<String>>,
    /// The same by number, and who reads whom.
    pub links: Rc<Links>,
    /// The nodes that are stored, with the intervals that the state holds.
    pub settled: Rc<Nodes>,
    /// What is known of histories.
    pub histories: Rc<RefCell<Histories>>,
    /// The graph of the environment to be.
    pub dag: Rc<Dag>,
    /// Whether the target is not prod.
    pub is_dev: bool,
    /// Names that the user wants restated.
    pub restated: Option<BTreeSet<String>>,
    /// Names chosen for backfill by the user.
    pub backfill_selection: Option<BTreeSet<String>>,
    /// Names chosen for backfill by the user or by the kind of plan; `None` for all.
    pub chosen: Option<BTreeSet<String>>,
    /// Names added or modified.
    pub changed: BTreeSet<String>,
    /// Unmodified models are promoted too.
    pub include_unmodified: bool,
    /// The plan as a whole is forward-only.
    pub forward_only: bool,
    /// Forward-only changes are to be looked at.
    pub preview_needed: bool,
    /// Dates.
    pub dates: Dates,
    /// Messages that SQLMesh would print as warnings.
    pub warnings: Vec<String>,
}

impl Draft<'_> {
    /// Names with everything above them.
    pub fn closure(&self, names: &BTreeSet<String>) -> BTreeSet<String> {
        let above = self.dag.upstream_of(names);
        above.into_iter().chain(names.iter().cloned()).collect()
    }
}

impl<'a> PlanBuilder<'a> {
    /// A builder.
    pub fn new(project: &'a Project, state: &'a StateFile, options: &'a PlanOptions) -> Self {
        Self::remembering(project, state, options, &mut Memory::default())
    }

    /// A builder that uses what earlier plans of the same project and state found out.
    pub fn remembering(
        project: &'a Project,
        state: &'a StateFile,
        options: &'a PlanOptions,
        memory: &mut Memory,
    ) -> Self {
        Self {
            project,
            state,
            options,
            stored: memory.stored(state),
            incomplete: false,
        }
    }

    /// The same for a project of which some files could not be read: what is missing stays as it is in the
    /// environment, rather than counting as removed.
    #[must_use]
    pub fn incomplete(self) -> Self {
        Self {
            incomplete: true,
            ..self
        }
    }

    /// Decides the plan.
    ///
    /// # Errors
    /// What SQLMesh refuses: dates for prod, gaps, destructive changes, unknown selections, ….
    pub fn build(&self) -> Result<Plan<'a>, Refusal> {
        self.build_with(&mut Memory::default())
    }

    /// Decides the plan, with what earlier plans of the same project and state found out.
    ///
    /// # Errors
    /// As [`PlanBuilder::build`].
    pub fn build_with(&self, memory: &mut Memory) -> Result<Plan<'a>, Refusal> {
        let mut draft = self.compare(memory)?;
        validate::environment(&draft)?;
        validate::dates(&draft, self.options)?;
        validate::references(&draft.diff)?;
        let effective_from = self.effective_from(&draft)?;
        let reasons = self.categorize(&mut draft)?;
        let frame = schedule::Frame {
            naming: self.naming(&draft.diff.base),
            record: self.record(&draft),
            dialect: self.engine_dialect(),
            default_catalog: self.project.config.default_catalog.clone(),
            full_environments: self.full_environments(),
            use_finalized_state: self.project.config.use_finalized_state,
            effective_from,
            stored: &self.stored,
            existing: draft
                .diff
                .base
                .existing
                .or_else(|| self.state.environments.get(PROD)),
        };
        schedule::schedule(draft, reasons, frame, self.options)
    }

    /// The difference, what was selected, and the dates.
    fn compare(&self, memory: &mut Memory) -> Result<Draft<'a>, Refusal> {
        let config = &self.project.config;
        let options = self.options;
        let compared = self.compared(memory)?;
        let diff = compared.diff.clone().attached(self.state);
        let (order, dag) = (compared.order.clone(), compared.dag.clone());
        let (restated, backfill_selection) = (compared.restated.clone(), compared.backfill_selection.clone());
        let is_restatement = restated.is_some();
        let is_dev = diff.base.environment != PROD;
        let mut warnings = Vec::new();
        if diff.base.is_new && diff.base.entry.is_none() && diff.base.create_from != PROD {
            warnings.push(format!(
                "The environment name '{}' was passed to the `plan` command's `--create-from` argument, but '{}' \
                 does not exist. Initializing new environment '{}' from scratch.",
                diff.base.create_from, diff.base.create_from, diff.base.environment
            ));
        }
        let include_unmodified = options.include_unmodified.unwrap_or(config.include_unmodified);
        let changed: BTreeSet<String> = diff.added.iter().chain(diff.modified.keys()).cloned().collect();
        let by_kind = is_dev && !include_unmodified && !is_restatement && !changed.is_empty();
        let chosen = backfill_selection
            .clone()
            .or_else(|| by_kind.then(|| changed.clone()));
        let forward_only = options.forward_only.unwrap_or(config.forward_only) || !self.full_environments();
        let enable_preview = options.enable_preview.or(config.enable_preview).unwrap_or(true);
        let any_changed = |test: &dyn Fn(&PlanNode) -> bool| {
            changed
                .iter()
                .filter_map(|name| diff.nodes.get(name))
                .any(|node| test(node))
        };
        let preview_needed =
            is_dev && (forward_only || (enable_preview && any_changed(&PlanNode::is_forward_only_model)));
        let partial_history = is_dev
            && any_changed(&|node| {
                let model = node.model();
                let restates_itself = model.kind.auto_restatement_cron.is_some();
                node.is_model() && (model.virtual_environment_mode == "dev_only" || restates_itself)
            });
        let mut draft = Draft {
            settled: compared.settled.clone(),
            histories: compared.histories.clone(),
            diff,
            order,
            links: compared.links.clone(),
            dag,
            is_dev,
            restated,
            backfill_selection,
            chosen,
            changed,
            include_unmodified,
            forward_only,
            preview_needed,
            dates: Dates {
                start: None,
                end: None,
                wall_start: None,
                wall_end: None,
                execution_time: options.now,
                execution_date: DateText::instant(options.now),
                caps: Rc::default(),
                reached: Rc::default(),
                default_start: None,
            },
            warnings,
        };
        draft.dates = self.dates(&draft, &compared.reach)?;
        if draft.dates.start.is_none() && (preview_needed || partial_history) {
            let yesterday = DateText {
                is_date: true,
                ..DateText::instant(options.now.floor_day().plus(-DAY))
            };
            draft.dates.start = Some(draft.dates.default_start.map_or(yesterday, DateText::instant));
            draft.dates.wall_start = draft.dates.start;
        }
        Ok(draft)
    }

    fn categorize(&self, draft: &mut Draft<'a>) -> Result<Reasons, Refusal> {
        let options = self.options;
        let selectable = self.selectors(&draft.diff.nodes);
        let choices = validate::choices(&draft.diff, &selectable, options)?;
        schema_change::check(
            &draft.diff,
            options,
            draft.forward_only,
            &selectable,
            &mut draft.warnings,
        )?;
        let reasons = categorize(
            &mut draft.diff,
            &draft.links,
            &self.stored,
            CategorizeOptions {
                forward_only: draft.forward_only,
                auto: !options.no_auto_categorization,
                modes: self.project.config.auto_categorize,
                choices: &choices,
            },
        );
        if draft.forward_only {
            inherit::stamp_effective_from(&mut draft.diff, options.effective_from.as_deref());
        }
        inherit::inherit_intervals(&mut draft.diff, options.now);
        Ok(reasons)
    }

    pub(super) fn target(&self) -> &str {
        let default = match self.project.config.default_target_environment.as_str() {
            "" => PROD,
            other => other,
        };
        self.options.environment.as_deref().unwrap_or(default)
    }

    pub(super) fn selectors<'n>(&self, nodes: &'n Nodes) -> Selectable<'n>
    where
        'a: 'n,
    {
        Selectable::new(
            nodes,
            self.project.config.default_catalog.as_deref(),
            self.project.config.default_dialect(),
        )
        .with_changes(&self.options.git_changes)
    }

    pub(super) fn date(
        &self,
        text: &Option<String>,
        relative_to: Timestamp,
    ) -> Result<Option<DateText>, Refusal> {
        let Some(text) = text else { return Ok(None) };
        let date = parse_date(text, self.options.now).ok_or_else(|| {
            Refusal::of(
                "ValueError",
                "plan/bad-date",
                format!("Could not convert `{text}` to datetime."),
            )
            .help("write a date such as `2024-01-31`, `1 week ago` or `yesterday`")
        })?;
        // Only relative texts follow the execution time; all others follow the wall clock.
        if date.is_relative {
            Ok(parse_date(text, relative_to))
        } else {
            Ok(Some(date))
        }
    }

    fn dates(&self, draft: &Draft<'a>, reach: &Rc<Reach>) -> Result<Dates, Refusal> {
        let options = self.options;
        let execution_date = self
            .date(&options.execution_time, options.now)?
            .unwrap_or_else(|| DateText::instant(options.now));
        let execution_time = execution_date.at;
        let start = self.date(&options.start, execution_time)?;
        let mut end = self.date(&options.end, execution_time)?;
        let mut found = Defaults::default();
        let mut reached = Rc::default();
        if !options.run {
            let closure = draft.chosen.as_ref().map(|names| draft.closure(names));
            found = defaults(DefaultsInput {
                reach,
                nodes: &draft.diff.nodes,
                restricted_to: closure.as_ref(),
                chosen: draft.chosen.as_ref(),
                modified: &draft.changed,
                execution_time,
                execution_time_given: options.execution_time.is_some(),
                end_given: end.is_some(),
            });
            reached = found.caps.clone();
            if end.is_some() {
                found.caps = Rc::default();
            } else {
                end = found.end.map(DateText::instant);
            }
        }
        Ok(Dates {
            wall_start: self.date(&options.start, options.now)?,
            wall_end: self.date(&options.end, options.now)?.or(end),
            start,
            end,
            execution_time,
            execution_date,
            caps: found.caps,
            reached,
            default_start: found.start,
        })
    }

    /// Always counted from the wall clock.
    fn effective_from(&self, draft: &Draft<'a>) -> Result<Option<Timestamp>, Refusal> {
        let Some(date) = self.date(&self.options.effective_from, self.options.now)? else {
            return Ok(None);
        };
        if !draft.forward_only {
            return Err(Refusal::plan(
                "plan/effective-from",
                "Effective date can only be set for a forward-only plan.",
            )
            .help("add `--forward-only`, or leave `--effective-from` out"));
        }
        if date.at > self.options.now {
            return Err(Refusal::plan(
                "plan/effective-from",
                "Effective date cannot be in the future.",
            ));
        }
        Ok(Some(date.at))
    }

    /// The environment's record without the plan's dates.
    fn record(&self, draft: &Draft<'a>) -> EnvironmentRecord {
        let config = &self.project.config;
        let base = &draft.diff.base;
        let existing = base.existing.map(|entry| &entry.environment);
        let pinned = config.pinned_environments.contains(&base.environment);
        let ttl = config
            .environment_ttl
            .as_deref()
            .filter(|_| draft.is_dev && !pinned);
        EnvironmentRecord {
            expiration_ts: ttl.and_then(|ttl| environment_ttl_end(ttl, self.options.now)),
            previous_plan_id: existing
                .filter(|_| !base.is_new || config.always_recreate_environment)
                .map(|environment| environment.plan_id.clone()),
            // A restatement leaves the environment as it is.
            gateway_managed: match existing {
                Some(environment) if draft.restated.is_some() => environment.gateway_managed,
                _ => config.gateway_managed_virtual_layer,
            },
            ..EnvironmentRecord::default()
        }
    }

    fn full_environments(&self) -> bool {
        matches!(self.project.config.virtual_environment_mode.as_str(), "" | "full")
    }

    fn naming(&self, base: &Base<'a>) -> EnvironmentNaming {
        let config = &self.project.config;
        let environment = base.environment.as_str();
        let existing = base.existing.filter(|_| !base.is_new);
        EnvironmentNaming {
            name: environment.to_string(),
            suffix_target: match config.environment_suffix_target.as_str() {
                "" => "schema".to_string(),
                other => other.to_string(),
            },
            catalog_name_override: config.environment_catalog(environment),
            normalize_name: existing.is_none_or(|entry| entry.environment.normalize_name),
        }
    }

    pub(super) fn engine_dialect(&self) -> Dialect {
        let config = &self.project.config;
        let by_connection = config.connection_type.as_deref().and_then(Dialect::parse);
        by_connection
            .or_else(|| Dialect::parse(config.default_dialect()))
            .unwrap_or_default()
    }
}
