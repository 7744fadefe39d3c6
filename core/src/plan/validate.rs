//! What a plan refuses before anything is decided, in SQLMesh's order.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::diff::ContextDiff;
use crate::model::KindName;
use crate::snapshot::ChangeCategory;
use crate::snapshot::select::Selectable;
use crate::time::{Timestamp, parse_date};

use super::builder::Draft;
use super::{PlanOptions, Refusal};

/// A new environment needs a change, unless unmodified models are asked for.
pub(super) fn environment(draft: &Draft<'_>) -> Result<(), Refusal> {
    let diff = &draft.diff;
    let nothing_chosen = draft.backfill_selection.as_ref().is_none_or(BTreeSet::is_empty);
    let empty = draft.is_dev
        && diff.base.is_new
        && !diff.has_snapshot_changes()
        && !diff.has_statement_changes()
        && !draft.include_unmodified
        && nothing_chosen
        && draft.restated.is_none();
    if !empty {
        return Ok(());
    }
    let base = &diff.base.create_from;
    let message = format!(
        "Creating a new environment requires a change, but project files match the `{base}` environment"
    );
    Err(
        Refusal::of("NoChangesPlanError", "plan/no-changes", message).help(
            "Make a change or use the --include-unmodified flag to create a new environment without changes",
        ),
    )
}

/// Start and end against each other, against now and against each model's own start.
pub(super) fn dates(draft: &Draft<'_>, options: &PlanOptions) -> Result<(), Refusal> {
    let dates = &draft.dates;
    if (options.start.is_some() || options.end.is_some()) && !(draft.is_dev || draft.restated.is_some()) {
        return Err(Refusal::plan(
            "plan/prod-dates",
            "The start and end dates can't be set for a production plan without restatements.",
        )
        .help(
            "leave the dates out, plan a development environment, or restate models with `--restate-model`",
        ));
    }
    let Some(end) = dates.end else { return Ok(()) };
    let shown = |text: &Option<String>, at: Timestamp| text.clone().unwrap_or_else(|| at.datetime_text());
    if let Some(start) = dates.start
        && start.at > end.at
    {
        return Err(Refusal::plan(
            "plan/start-after-end",
            format!(
                "Plan end date: '{}' must be after the plan start date: '{}'",
                shown(&options.end, end.at),
                shown(&options.start, start.at)
            ),
        ));
    }
    if end.at > dates.execution_time {
        return Err(Refusal::plan(
            "plan/end-in-future",
            format!(
                "Plan end date: '{}' cannot be in the future (execution time: '{}')",
                shown(&options.end, end.at),
                dates.execution_time.datetime_text()
            ),
        ));
    }
    let Some(default_start) = dates.start.map(|date| date.at).or(dates.default_start) else {
        return Ok(());
    };
    if default_start <= end.at {
        return Ok(());
    }
    let names = draft
        .chosen
        .iter()
        .flatten()
        .chain(&draft.changed)
        .chain(dates.reached.keys());
    for name in names.collect::<BTreeSet<_>>() {
        let Some(node) = draft.diff.nodes.get(name) else {
            continue;
        };
        let own = node
            .model()
            .start
            .as_deref()
            .and_then(|text| parse_date(text, options.now));
        if own.is_none_or(|own| own.at > end.at) {
            return Err(Refusal::plan(
                "plan/start-after-end",
                format!(
                    "Model '{name}': Start date / time '({})' can't be greater than end date / time '({})'.",
                    default_start.datetime_text(),
                    end.at.datetime_text()
                ),
            )
            .help("Set the `start` attribute in your project config model defaults to avoid this issue."));
        }
    }
    Ok(())
}

/// Removed nodes must not be read any more.
pub(super) fn references(diff: &ContextDiff<'_>) -> Result<(), Refusal> {
    let removed: BTreeSet<&String> = diff
        .removed
        .iter()
        .filter(|(_, info)| info.kind_name.is_some_and(|kind| kind != KindName::External))
        .map(|(name, _)| name)
        .collect();
    if removed.is_empty() {
        return Ok(());
    }
    for (name, node) in diff.nodes.iter() {
        let broken: Vec<&str> = node
            .depends_on
            .iter()
            .filter(|parent| removed.contains(parent))
            .map(String::as_str)
            .collect();
        if !broken.is_empty() {
            return Err(Refusal::plan(
                "plan/broken-reference",
                format!(
                    "Removed '{}' are referenced in '{name}'. Please remove broken references before proceeding.",
                    broken.join(", ")
                ),
            ));
        }
    }
    Ok(())
}

/// Chosen categories by fully qualified name.
pub(super) fn choices(
    diff: &ContextDiff<'_>,
    selectable: &Selectable<'_>,
    options: &PlanOptions,
) -> Result<BTreeMap<String, ChangeCategory>, Refusal> {
    let mut choices = BTreeMap::new();
    for (name, category) in &options.set_choices {
        let Some(fqn) = selectable.resolve(name) else {
            return Err(Refusal::plan(
                "plan/unknown-choice",
                format!("Model '{name}' is not part of the plan."),
            )
            .help("name a model as it stands in the project"));
        };
        let Some(category) = ChangeCategory::parse(category) else {
            return Err(Refusal::plan(
                "plan/unknown-category",
                format!("'{category}' is not a change category."),
            )
            .help("use BREAKING or NON_BREAKING"));
        };
        let node = diff.nodes.get(&fqn);
        if !node.is_some_and(|node| node.is_new) {
            return Err(Refusal::plan(
                "plan/choice-not-new",
                format!("A choice can't be changed for the existing version of {name}."),
            ));
        }
        if !diff.is_directly_modified(&fqn) && !diff.added.contains(&fqn) {
            return Err(Refusal::plan(
                "plan/choice-not-direct",
                format!("Only directly modified models can be categorized ({name})."),
            ));
        }
        choices.insert(fqn, category);
    }
    Ok(choices)
}
