//! What is filled, from when to when, and into which tables.
//!
//! In: a draft with categorised snapshots. Out: the finished plan.

use std::rc::Rc;

use crate::ordered::{BTreeMap, BTreeSet};

use crate::backfill::restate::{RestateRequest, restate};
use crate::backfill::{EmptyRange, Histories, Missing, MissingRequest, cron_of};
use crate::categorize::Reasons;
use crate::diff::ContextDiff;
use crate::snapshot::naming::EnvironmentNaming;
use crate::snapshot::{ChangeCategory, Links, Nodes, StoredSnapshots};
use crate::sql::Dialect;
use crate::state::EnvironmentEntry;
use crate::time::{DateText, Interval, Timestamp, parse_date};

use super::builder::Draft;
use super::deployability::{DeployabilityIndex, DeployabilityInput};
use super::staged::{StagedInput, staged};
use super::{EnvironmentRecord, Plan, PlanOptions, Refusal};

/// What surrounds a plan: naming, dialect, settings.
pub(super) struct Frame<'s, 'a> {
    /// Naming rules of the environment.
    pub naming: EnvironmentNaming,
    /// Dialect of the engine.
    pub dialect: Dialect,
    /// Default catalog.
    pub default_catalog: Option<String>,
    /// `virtual_environment_mode` is `full`.
    pub full_environments: bool,
    /// `plan.use_finalized_state`.
    pub use_finalized_state: bool,
    /// From when forward-only changes apply.
    pub effective_from: Option<Timestamp>,
    /// What is known of the environment's record before the dates.
    pub record: EnvironmentRecord,
    /// What the state holds.
    pub stored: &'s StoredSnapshots<'a>,
    /// The target's record, or that of production.
    pub existing: Option<&'a EnvironmentEntry>,
}

/// Decides intervals, deployability and restatements.
pub(super) fn schedule<'a>(
    mut draft: Draft<'a>,
    reasons: Reasons,
    frame: Frame<'_, 'a>,
    options: &PlanOptions,
) -> Result<Plan<'a>, Refusal> {
    let known = draft.histories.clone();
    let mut histories = known.borrow_mut();
    let overrides = min_interval_starts(&draft, options);
    let raw_start = draft.dates.start;
    let index = |nodes: &Nodes,
                 start: Option<Timestamp>,
                 overrides: &BTreeMap<String, Timestamp>,
                 histories: &mut Histories| {
        if !draft.is_dev {
            return DeployabilityIndex::all();
        }
        let input = DeployabilityInput {
            nodes,
            links: &draft.links,
            start,
            overrides,
            now: options.now,
        };
        DeployabilityIndex::new(input, histories)
    };
    let nodes = &draft.diff.nodes;
    let wall_start = draft.dates.wall_start;
    let deployability = index(nodes, wall_start.map(|date| date.at), &overrides, &mut histories);
    let end = draft
        .dates
        .end
        .unwrap_or_else(|| DateText::instant(draft.dates.execution_time));
    let execution_time = draft.dates.execution_time;
    let earliest = earliest_start(nodes, &draft.links, &mut histories, execution_time, options.now);
    let start = raw_start
        .or_else(|| earliest.map(DateText::instant))
        .unwrap_or(end);
    let (restatements, warnings) = restatements(
        &draft,
        &frame,
        wall_start.or(earliest.map(DateText::instant)).unwrap_or(end),
        draft
            .dates
            .wall_end
            .unwrap_or_else(|| DateText::instant(options.now)),
    )?;
    let is_restatement = draft.restated.is_some();
    let models_to_backfill = if is_restatement {
        Some(draft.closure(&restatements.keys().cloned().collect()))
    } else {
        draft.chosen.as_ref().map(|names| draft.closure(names))
    };
    let mut scope = Scope {
        draft: &draft,
        nodes,
        options,
        start,
        // Without an end, what is listed reaches up to now; the stages go on to the execution time.
        end: draft.dates.end.unwrap_or_else(|| DateText::instant(options.now)),
        overrides: &overrides,
        restatements: &restatements,
        selection: models_to_backfill.as_ref(),
        deployability: &deployability,
    };
    // Audits are run on the way; only models are listed.
    let (mut missing, empty) = scope.missing(&mut histories);
    if let Some((name, EmptyRange(at))) = empty {
        let at = at.datetime_text();
        return Err(Refusal::of(
            "ValueError",
            "plan/empty-range",
            format!("The plan starts and ends at {at}, which leaves model '{name}' nothing to fill."),
        )
        .help("choose an end after the start"));
    }
    missing.retain(|name, _| draft.diff.nodes.get(name).is_some_and(|node| node.is_model()));
    let first_missing = missing
        .values()
        .filter_map(|missing| missing.intervals.start())
        .min();
    let resolved = raw_start.map(|date| date.at).or(first_missing).or(earliest);
    let input = StagedInput {
        stored: frame.stored,
        existing: frame.existing,
        restatements: &restatements,
        now: options.now,
    };
    let staged = staged(nodes, &draft.settled, &input);
    scope.nodes = &staged;
    let owes = missing.keys().any(|name| {
        let Some(number) = nodes.number(name) else {
            return true;
        };
        let (node, later) = (&nodes.list()[number], &staged.list()[number]);
        if node.is_new && !Rc::ptr_eq(node, later) {
            matches!(scope.missing_of(number, &mut histories), Ok(Some(_)))
        } else {
            true
        }
    });
    // Stages look at the resolved start and at every node, whatever was selected.
    let stage_index = index(&staged, resolved, &BTreeMap::new(), &mut histories);
    scope = Scope {
        start: resolved.map_or(start, DateText::instant),
        end,
        selection: None,
        deployability: &stage_index,
        ..scope
    };
    let (filled_by_stages, _) = scope.missing(&mut histories);
    let record = record(
        &draft,
        &frame,
        options,
        raw_start.or(earliest.map(DateText::instant)),
    );
    draft.warnings.extend(warnings);
    Ok(Plan {
        reasons,
        naming: frame.naming,
        default_catalog: frame.default_catalog,
        dialect: frame.dialect,
        effective_from: frame.effective_from,
        full_environments: frame.full_environments,
        use_finalized_state: frame.use_finalized_state,
        is_dev: draft.is_dev,
        forward_only: draft.forward_only,
        now: options.now,
        execution_time: draft.dates.execution_time,
        start: resolved,
        end: Some(end.at),
        end_date: end,
        deployability,
        restatements,
        is_restatement,
        restated: draft.restated.unwrap_or_default(),
        missing,
        filled_by_stages,
        owes,
        staged,
        stage_deployability: stage_index,
        record,
        models_to_backfill,
        backfill_selection: draft.backfill_selection,
        chosen: draft.chosen,
        skip_backfill: options.skip_backfill,
        empty_backfill: options.empty_backfill,
        include_unmodified: draft.include_unmodified,
        warnings: draft.warnings,
        stored: frame.stored.clone(),
        order: draft.order,
        links: draft.links,
        dag: draft.dag,
        diff: draft.diff,
    })
}

/// What the environment's record says of the plan's dates: texts as they were given, instants otherwise.
fn record(
    draft: &Draft<'_>,
    frame: &Frame<'_, '_>,
    options: &PlanOptions,
    start: Option<DateText>,
) -> EnvironmentRecord {
    let as_given = |text: &Option<String>, date: Option<DateText>| match (text, date) {
        (Some(text), Some(date)) if !date.is_relative => Some(text.clone()),
        (_, Some(date)) if date.is_date => Some(date.at.date_text()),
        (_, date) => date.map(|date| date.at.precise_text()),
    };
    EnvironmentRecord {
        start_at: as_given(&options.start, start).unwrap_or_default(),
        end_at: as_given(&options.end, draft.dates.end),
        ..frame.record.clone()
    }
}

type Restated = (BTreeMap<String, Interval>, Vec<String>);

/// Restated intervals: those that the user asked for, else previews.
fn restatements(
    draft: &Draft<'_>,
    frame: &Frame<'_, '_>,
    start: DateText,
    end: DateText,
) -> Result<Restated, Refusal> {
    let previewed;
    let selected = match &draft.restated {
        Some(names) => {
            if let Some(name) = names.iter().find(|name| !draft.diff.nodes.contains_key(name)) {
                return Err(Refusal::plan(
                    "plan/restate-unknown",
                    format!("Cannot restate model '{name}'. Model does not exist."),
                )
                .help("plan the model into the environment first, or leave it out"));
            }
            names
        }
        None if draft.preview_needed => {
            previewed = preview_names(&draft.diff);
            &previewed
        }
        None => return Ok(Restated::default()),
    };
    let display = |name: &str| {
        frame
            .naming
            .display_name(name, frame.default_catalog.as_deref(), frame.dialect)
    };
    let found = restate(
        &draft.diff.nodes,
        &draft.order,
        RestateRequest {
            selected,
            no_preview: &no_preview_names(&draft.diff),
            is_dev: draft.is_dev,
            is_preview: draft.restated.is_none(),
            guarded: !draft.preview_needed,
            start,
            end,
            execution_time: draft.dates.execution_date,
        },
        &display,
    );
    Ok((found.intervals, found.warnings))
}

/// Starts per model so that each gets at least `--min-intervals`, and parents cover their children.
fn min_interval_starts(draft: &Draft<'_>, options: &PlanOptions) -> BTreeMap<String, Timestamp> {
    let mut overrides: BTreeMap<String, Timestamp> = BTreeMap::new();
    let count = options.min_intervals.unwrap_or(0);
    // Not where previews start when prod holds nothing.
    let asked = draft.dates.start.filter(|_| options.start.is_some());
    let plan_start = asked.map(|date| date.at).or(draft.dates.default_start);
    let (Some(plan_start), Some(chosen)) = (plan_start, &draft.chosen) else {
        return overrides;
    };
    if count == 0 {
        return overrides;
    }
    let names = chosen;
    let end = draft
        .dates
        .end
        .unwrap_or_else(|| DateText::instant(draft.dates.execution_time));
    for name in draft.order.iter().rev().filter(|name| names.contains(*name)) {
        let Some(node) = draft.diff.nodes.get(name) else {
            continue;
        };
        let Some(cron) = cron_of(node) else { continue };
        let mut base = draft.dates.reached.get(name).copied().unwrap_or(end.at);
        let model_end = node
            .model()
            .end
            .as_deref()
            .and_then(|text| parse_date(text, options.now));
        if let Some(model_end) = model_end.map(DateText::exclusive_end)
            && model_end < end.at
        {
            base = model_end;
        }
        let mut own = cron.floor(base);
        for _ in 0..count.min(MOST_MIN_INTERVALS) {
            own = cron.prev(own);
        }
        let below = draft
            .dag
            .children(name)
            .into_iter()
            .filter_map(|child| overrides.get(&child).copied())
            .min();
        overrides.insert(name.clone(), own.min(below.unwrap_or(plan_start)));
    }
    overrides
}

/// More cron ticks than this are not walked back one by one.
const MOST_MIN_INTERVALS: u64 = 100_000;

/// What missing intervals are computed from.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 'a> {
    pub draft: &'s Draft<'a>,
    pub nodes: &'s Nodes,
    pub options: &'s PlanOptions,
    pub start: DateText,
    pub end: DateText,
    pub overrides: &'s BTreeMap<String, Timestamp>,
    pub restatements: &'s BTreeMap<String, Interval>,
    pub selection: Option<&'s BTreeSet<String>>,
    pub deployability: &'s DeployabilityIndex,
}

impl Scope<'_, '_> {
    /// What is missing by name, and the first model that is asked for an empty range.
    pub fn missing(
        &self,
        histories: &mut Histories,
    ) -> (BTreeMap<String, Missing>, Option<(String, EmptyRange)>) {
        let mut all = BTreeMap::new();
        let mut empty = None;
        for number in &self.draft.links.order {
            let node = &self.nodes.list()[*number];
            let name = node.name();
            if !node.is_evaluatable() || self.selection.is_some_and(|names| !names.contains(name)) {
                continue;
            }
            match self.missing_of(*number, histories) {
                Ok(None) => {}
                Ok(Some(missing)) => {
                    all.insert(name.to_string(), missing);
                }
                Err(range) => empty = empty.or_else(|| Some((name.to_string(), range))),
            }
        }
        (all, empty)
    }

    fn missing_of(&self, number: usize, histories: &mut Histories) -> Result<Option<Missing>, EmptyRange> {
        let node = &self.nodes.list()[number];
        let name = node.name();
        let dates = &self.draft.dates;
        let mut start = self
            .overrides
            .get(name)
            .map_or(self.start, |start| DateText::instant(*start));
        let mut end = self.end;
        let snapshot = &node.snapshot;
        let mut have = if self.deployability.is_representative_at(number) {
            &snapshot.intervals
        } else {
            &snapshot.dev_intervals
        };
        let left;
        if let Some(interval) = self.restatements.get(name) {
            start = DateText::instant(interval.0);
            end = DateText::instant(interval.1);
            left = have.clone().without(*interval);
            have = &left;
        }
        if let Some(cap) = dates.caps.get(name) {
            if start.at >= *cap {
                return Ok(None);
            }
            end = DateText::instant(*cap);
        }
        let now = self.options.now;
        let nodes = &self.draft.diff.nodes;
        let model_start = histories.starts(nodes, &self.draft.links, end.exclusive_end(), now)[number];
        if model_start > start.at {
            start = DateText::instant(model_start);
        }
        if start.at > end.at {
            return Ok(None);
        }
        let request = MissingRequest {
            start,
            end,
            execution_time: dates.execution_time,
            ignore_cron: self.options.ignore_cron && self.options.run,
            end_bounded: !self.options.run,
            now,
        };
        match histories.missing(number, node, have, request) {
            Ok(missing) => Ok((!missing.intervals.is_empty()).then(|| missing.clone())),
            Err(range) => Err(*range),
        }
    }
}

pub(super) fn earliest_start(
    nodes: &Nodes,
    links: &Links,
    histories: &mut Histories,
    relative_to: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    let model_starts = histories.starts(nodes, links, relative_to, now).iter().copied();
    let firsts = nodes.values().filter_map(|node| node.snapshot.intervals.start());
    model_starts.chain(firsts).min()
}

/// New forward-only versions to be looked at in dev.
fn preview_names(diff: &ContextDiff<'_>) -> BTreeSet<String> {
    let no_preview = no_preview_names(diff);
    diff.nodes
        .iter()
        .filter(|(name, node)| {
            let modified = diff.is_directly_modified(name) || diff.is_indirectly_modified(name);
            node.is_new
                && node.is_model()
                && !node.is_symbolic()
                && (node.snapshot.forward_only || node.is_forward_only_model())
                && modified
                && !no_preview.contains(*name)
        })
        .map(|(name, _)| name.clone())
        .collect()
}

fn no_preview_names(diff: &ContextDiff<'_>) -> BTreeSet<String> {
    diff.nodes
        .iter()
        .filter(|(_, node)| {
            node.snapshot.forward_only
                && matches!(
                    node.snapshot.change_category,
                    Some(ChangeCategory::Metadata | ChangeCategory::IndirectNonBreaking)
                )
        })
        .map(|(name, _)| name.clone())
        .collect()
}
