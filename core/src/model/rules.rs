//! Rules between the properties of a MODEL block.

use super::builder::Builder;
use super::header::Header;
use super::problem::Problem;
use super::{KindName, Model};
use crate::time::{Cron, Timestamp, parse_date};

/// Rules between properties.
pub fn check(builder: &mut Builder<'_>, model: &Model, header: &Header) {
    let place = |name: &str| header.get(name).map_or(header.span, |property| property.span);
    let mut problems = Vec::new();
    let kind = &model.kind;
    // A kind that could not be read is no ground for further complaints.
    let kind_is_known = !builder.problems.iter().any(|problem| {
        header
            .get("kind")
            .is_some_and(|kind| kind.span.start <= problem.span.start && problem.span.end <= kind.span.end)
    });
    let has_table = !kind_is_known || kind.name.is_materialized() || kind.materialized == Some(true);
    for (name, given) in [
        ("partitioned_by", !model.partitioned_by.is_empty()),
        ("clustered_by", !model.clustered_by.is_empty()),
    ] {
        if given && !has_table {
            let message = format!(
                "`{name}` cannot be set for a model of kind {}",
                kind.name.as_str()
            );
            problems.push(
                Problem::error("model/property-not-allowed", message, place(name))
                    .help("remove it, or choose a kind with a table such as FULL"),
            );
        }
    }
    let needs_partitions = kind.name == KindName::IncrementalByPartition
        || (kind.name == KindName::IncrementalUnmanaged && kind.insert_overwrite == Some(true));
    if kind_is_known && needs_partitions && model.partitioned_by.is_empty() {
        let message = format!("a model of kind {} needs `partitioned_by`", kind.name.as_str());
        problems.push(
            Problem::error("model/missing-property", message, place("kind"))
                .help("add `partitioned_by (column)` to the block"),
        );
    }
    if model.end.is_some() && model.start.is_none() {
        problems.push(
            Problem::error("model/end-without-start", "`end` needs a `start`", place("end"))
                .help("add `start` to the block or to `model_defaults`"),
        );
    }
    let at = |text: &Option<String>| text.as_deref().and_then(|text| parse_date(text, Timestamp(0)));
    if let (Some(start), Some(end)) = (at(&model.start), at(&model.end))
        && !start.is_relative
        && !end.is_relative
        && start.at > end.at
    {
        problems.push(
            Problem::error("model/start-after-end", "`start` lies after `end`", place("end"))
                .help("swap the two dates"),
        );
    }
    if let (Some(unit), Ok(cron)) = (model.interval_unit, Cron::parse(&model.cron, None))
        && !model.allow_partials
        && unit.millis() > cron.interval_unit().millis()
    {
        let message = format!(
            "cron `{}` runs more often than the interval unit `{}`",
            model.cron,
            unit.as_str()
        );
        problems.push(
            Problem::error("model/bad-interval-unit", message, place("interval_unit"))
                .help("use a finer unit, or set `allow_partials true` if this is meant"),
        );
    }
    if kind_is_known && model.physical_version.is_some() && !kind.is_forward_only() {
        problems.push(
            Problem::error(
                "model/property-not-allowed",
                "`physical_version` is only for models whose changes go forward only",
                place("physical_version"),
            )
            .help("set `forward_only true` in the kind, or remove `physical_version`"),
        );
    }
    if kind.name.is_symbolic() && model.grants.is_some() {
        let message = format!(
            "`grants` cannot be set for a model of kind {}",
            kind.name.as_str()
        );
        problems.push(
            Problem::error("model/property-not-allowed", message, place("grants")).help("remove `grants`"),
        );
    }
    if kind.name == KindName::Embedded && !model.audits.is_empty() && header.get("audits").is_some() {
        problems.push(
            Problem::error(
                "model/property-not-allowed",
                "a model of kind EMBEDDED has no table to audit",
                place("audits"),
            )
            .help("move the audits to the models that read it"),
        );
    }
    builder.problems.extend(problems);
}
