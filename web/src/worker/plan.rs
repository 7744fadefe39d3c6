//! The plan at a glance: counts, what needs attention, stages in words.

use planglass_core::ordered::BTreeMap;

use planglass_core::report::PlanReport;
use planglass_core::time::{Interval, IntervalUnit, range::format_interval};

use super::review::{Review, schema_and_title, shown_name};
use crate::messages::plan::{CountView, PlanSummaryView, StageView, TreatedView};
use crate::messages::{PlanView, RowView, Status, counted};

/// How many problems travel to the page.
const MOST_PROBLEMS: usize = 300;

/// How many models that a choice treats otherwise travel to the page.
const MOST_TREATED: usize = 100;

/// How many of what needs attention travel to the page.
const MOST_NAMED: usize = 5;

/// What the page keeps of a plan; `before` are the rows of the plan that was shown until now, those that are other ones
/// now at least, and the units that it filled.
pub fn view(review: &Review, before: Option<(&[RowView], u64)>) -> PlanView {
    let outcome = &review.outcome;
    let refusal = outcome.error.clone();
    let own = refusal.as_ref().map(|refusal| &refusal.diagnostic);
    // The refusal has a place of its own.
    let problems: Vec<_> = outcome
        .diagnostics
        .iter()
        .filter(|problem| Some(*problem) != own)
        .collect();
    let treated = before.map_or_else(Vec::new, |(rows, _)| treated(rows, review));
    let batches_delta = before.map_or(0, |(_, batches)| review.batches() as i64 - batches as i64);
    PlanView {
        summary: review.plan().map(|plan| summary(review, plan)),
        partial: outcome.plan.is_none() && outcome.partial_plan.is_some(),
        problem_count: problems.len(),
        problems: problems.into_iter().take(MOST_PROBLEMS).cloned().collect(),
        refusal,
        millis: review.millis,
        changed: treated.len(),
        batches_delta,
        treated: treated.into_iter().take(MOST_TREATED).collect(),
    }
}

/// Models that are treated otherwise than before: another category, more or fewer intervals.
fn treated(before: &[RowView], after: &Review) -> Vec<TreatedView> {
    let mut treated = Vec::new();
    for old in before {
        let Some(row) = after.row(&old.name) else {
            continue;
        };
        if (old.category, old.batches, old.preview) != (row.category, row.batches, row.preview) {
            treated.push(TreatedView {
                model: row.into(),
                before: old.category,
                batches: (old.batches, row.batches),
                previews: (old.preview, row.preview),
            });
        }
    }
    treated
}

fn summary(review: &Review, plan: &PlanReport) -> PlanSummaryView {
    let rows = &review.rows;
    let decides = |row: &&RowView| row.undecided && row.status != Status::Indirect;
    let counts: Vec<CountView> = [
        Status::Added,
        Status::Removed,
        Status::Direct,
        Status::Indirect,
        Status::Metadata,
        Status::Unchanged,
    ]
    .into_iter()
    .map(|status| CountView {
        status,
        count: rows.iter().filter(|row| row.status == status).count(),
        words: by_schema(review, status),
    })
    .collect();
    PlanSummaryView {
        environment: plan.environment.clone(),
        create_from: plan.create_from.clone(),
        is_new_environment: plan.is_new_environment,
        is_dev: plan.is_dev,
        has_changes: plan.has_changes,
        forward_only: plan.forward_only,
        execution_time: plan.execution_time,
        start: plan.start,
        end: plan.end,
        span: review.span,
        digest: plan.digest.clone(),
        gateway: plan.gateway.clone(),
        models: rows.len(),
        changes: rows.iter().filter(|row| row.status != Status::Unchanged).count(),
        to_decide: rows.iter().filter(decides).cloned().collect(),
        waiting: rows
            .iter()
            .filter(|row| row.undecided && row.status == Status::Indirect)
            .count(),
        filled: rows.iter().filter(|row| row.batches > 0).count(),
        previews: rows.iter().filter(|row| row.preview).count(),
        batches: review.batches(),
        warnings: plan.warnings.clone(),
        restatements: restatements(review, plan),
        restated: plan.restatements.len(),
        stages: plan
            .stages
            .iter()
            .map(|stage| stage_view(stage, review, plan))
            .collect(),
        categories: by_category(review),
        statements: plan.environment_statements.clone().unwrap_or_default(),
        requirements: plan.requirements_diff.join("\n"),
        counts,
    }
}

fn restatements(review: &Review, plan: &PlanReport) -> Vec<String> {
    plan.restatements
        .iter()
        .take(MOST_NAMED)
        .map(|(name, (start, end))| {
            let shown = review
                .row(name)
                .map_or_else(|| shown_name(name, None), RowView::display);
            let range = format_interval(Interval::new(*start, *end), IntervalUnit::Day);
            format!("{shown}: {}", range.replace(" - ", " – "))
        })
        .collect()
}

/// `core 2, stg 2`: the largest schemas of a status.
fn by_schema(review: &Review, status: Status) -> String {
    if status == Status::Unchanged {
        return format!("of {}", counted(review.rows.len(), "model"));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in review.rows.iter().filter(|row| row.status == status) {
        *counts.entry(row.schema.trim_end_matches('.')).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(schema, count)| (std::cmp::Reverse(*count), *schema));
    let left = counts.len().saturating_sub(2);
    let mut parts: Vec<String> = counts
        .into_iter()
        .take(2)
        .map(|(schema, count)| format!("{schema} {count}").trim().to_string())
        .collect();
    if left > 0 {
        parts.push(format!("{left} more"));
    }
    if parts.is_empty() {
        "none".to_string()
    } else {
        parts.join(", ")
    }
}

fn by_category(review: &Review) -> Vec<(crate::messages::Category, u64, u64)> {
    let mut groups = BTreeMap::new();
    for row in &review.rows {
        if let Some(category) = row.category {
            let (models, batches) = groups.entry(category).or_insert((0, 0));
            *models += 1;
            *batches += row.batches;
        }
    }
    groups
        .into_iter()
        .map(|(category, (models, batches))| (category, models, batches))
        .collect()
}

/// A stage in words: what it does, and how many of what where the plan says so.
fn stage_view(stage: &str, review: &Review, plan: &PlanReport) -> StageView {
    let new = plan.snapshots.values().filter(|snapshot| snapshot.is_new).count();
    let models = review.rows.iter().filter(|row| row.batches > 0).count();
    let (title, words, count) = match stage {
        "BeforeAllStage" => (
            "Run statements before",
            "before_all of the project".to_string(),
            None,
        ),
        "AfterAllStage" => (
            "Run statements after",
            "after_all of the project".to_string(),
            None,
        ),
        "CreateSnapshotRecordsStage" => (
            "Record versions",
            format!("{} in state", counted(new, "new version")),
            Some(new as u64),
        ),
        "PhysicalLayerSchemaCreationStage" => {
            ("Create schemas", "for tables that hold data".to_string(), None)
        }
        "PhysicalLayerUpdateStage" => ("Create tables", "of new versions".to_string(), None),
        "BackfillStage" if models == 0 => ("Backfill", "nothing to fill".to_string(), Some(0)),
        "BackfillStage" => (
            "Backfill",
            format!("intervals of {}", counted(models, "model")),
            Some(review.batches()),
        ),
        "RestatementStage" => (
            "Clear restated intervals",
            "in other environments as well".to_string(),
            Some(plan.restatements.len() as u64),
        ),
        "AuditOnlyRunStage" => (
            "Run audits",
            "of versions that only changed their metadata".to_string(),
            None,
        ),
        "MigrateSchemasStage" => ("Alter tables", "of forward-only changes".to_string(), None),
        "EnvironmentRecordUpdateStage" => ("Write the environment record", plan.environment.clone(), None),
        "UnpauseStage" => ("Unpause versions", "they enter scheduled runs".to_string(), None),
        "VirtualLayerUpdateStage" => {
            let views = plan.promoted.as_ref().map_or(0, Vec::len);
            let gone = match plan.removed.len() {
                0 => String::new(),
                many => format!(", {many} dropped"),
            };
            (
                "Update views",
                format!("{} point to their versions{gone}", counted(views, "view")),
                Some(views as u64),
            )
        }
        "FinalizeEnvironmentStage" => ("Finalise the environment", plan.environment.clone(), None),
        other => (other.trim_end_matches("Stage"), String::new(), None),
    };
    StageView {
        name: stage.to_string(),
        title: title.to_string(),
        words,
        count,
    }
}

/// A name for people when the plan has no row of it.
pub fn outside(name: &str, plan: &PlanReport) -> (String, String) {
    schema_and_title(&shown_name(name, plan.default_catalog.as_deref()))
}
