//! Default start and end of a plan, and how far each model may be filled.
//!
//! A plain plan never catches up: it reaches as far as prod does. `--run`, an explicit end or a later execution
//! time lift that.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::backfill::{cron_of, unit_of};
use crate::diff::base_snapshots;
use crate::model::KindName;
use crate::snapshot::{PlanNode, StoredSnapshots};
use crate::state::StateFile;
use crate::state::environment::PROD;
use crate::time::Timestamp;

/// What a plan without explicit dates goes by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    /// How far prod's versions reach, by name.
    pub caps: BTreeMap<String, Timestamp>,
    /// Default end; `None` when prod holds nothing.
    pub end: Option<Timestamp>,
    /// Default start, for previews only.
    pub start: Option<Timestamp>,
}

/// What the defaults are taken from.
#[derive(Debug, Clone, Copy)]
pub struct DefaultsInput<'a> {
    /// The state.
    pub state: &'a StateFile,
    /// Its snapshots.
    pub stored: &'a StoredSnapshots<'a>,
    /// Nodes of the environment to be.
    pub nodes: &'a BTreeMap<String, PlanNode>,
    /// Models to backfill with all above them, when chosen.
    pub restricted_to: Option<&'a BTreeSet<String>>,
    /// Names chosen for backfill.
    pub chosen: Option<&'a BTreeSet<String>>,
    /// Names that are modified or added.
    pub modified: &'a BTreeSet<String>,
    /// What the plan takes as now, and whether somebody said so.
    pub execution_time: Timestamp,
    /// Whether the execution time was given.
    pub execution_time_given: bool,
    /// Whether an end was given.
    pub end_given: bool,
}

/// The defaults of a plan without `--run`.
pub fn defaults(input: DefaultsInput<'_>) -> Defaults {
    let mut caps: BTreeMap<String, Timestamp> = BTreeMap::new();
    let mut end: Option<Timestamp> = None;
    if let Some(prod) = input.state.environments.get(PROD) {
        for info in base_snapshots(prod, false) {
            if !info.is_model()
                || input
                    .restricted_to
                    .is_some_and(|names| !names.contains(&info.name))
            {
                continue;
            }
            let Some(cap) = input
                .stored
                .get(&info.id())
                .and_then(|snapshot| snapshot.intervals.end())
            else {
                continue;
            };
            caps.insert(info.name.clone(), cap);
            if info.kind_name != Some(KindName::Seed) {
                end = end.max(Some(cap));
            }
        }
    }
    let mut end = end.map(|end| end.min(input.execution_time));
    let cap_names: BTreeSet<String> = caps.keys().cloned().collect();
    let candidates = match input.chosen {
        Some(chosen) if !chosen.is_empty() => chosen,
        _ if !input.modified.is_empty() => input.modified,
        _ => &cap_names,
    };
    let start = end.and_then(|end| {
        candidates
            .iter()
            .filter_map(|name| {
                let node = input.nodes.get(name)?;
                let cap = caps.get(name).copied();
                let reach = cap.or_else(|| cron_of(node).map(|cron| cron.floor(end)))?;
                let unit = unit_of(node);
                Some(unit.prev(unit.floor(reach)))
            })
            .min()
    });
    if input.execution_time_given
        && !input.end_given
        && let Some(reached) = end
        && input.execution_time > reached
    {
        end = Some(input.execution_time);
        for cap in caps.values_mut() {
            *cap = input.execution_time;
        }
    }
    Defaults { caps, end, start }
}
