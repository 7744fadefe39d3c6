//! Default start and end of a plan, and how far each model may be filled.
//!
//! A plain plan never catches up: it reaches as far as prod does. `--run`, an explicit end or a later execution
//! time lift that.

use std::rc::Rc;

use crate::ordered::{BTreeMap, BTreeSet};

use crate::backfill::{cron_of, unit_of};
use crate::diff::base_snapshots;
use crate::model::KindName;
use crate::snapshot::intervals::table_version;
use crate::snapshot::{Nodes, StoredSnapshots};
use crate::state::StateFile;
use crate::state::environment::PROD;
use crate::time::Timestamp;

/// What a plan without explicit dates goes by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    /// How far prod's versions reach, by name.
    pub caps: Rc<Reach>,
    /// Default end; `None` when prod holds nothing.
    pub end: Option<Timestamp>,
    /// Default start, for previews only.
    pub start: Option<Timestamp>,
}

/// What the defaults are taken from.
#[derive(Debug, Clone, Copy)]
pub struct DefaultsInput<'a> {
    /// How far prod's versions reach.
    pub reach: &'a Rc<Reach>,
    /// Nodes of the environment to be.
    pub nodes: &'a Nodes,
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

/// Up to when prod's models (and audits) are filled, by name.
pub type Reach = BTreeMap<String, Timestamp>;

/// How far the versions that prod serves are filled; those with nothing in them are left out.
pub fn prod_reach(state: &StateFile, stored: &StoredSnapshots<'_>) -> Reach {
    let infos = state
        .environments
        .get(PROD)
        .map(|prod| base_snapshots(prod, false));
    // Standalone audits have intervals, too.
    infos
        .unwrap_or_default()
        .iter()
        .filter_map(|info| {
            // Whoever filled the table: what a snapshot shows of it may end sooner.
            let same = stored
                .versions_of(&info.name)
                .filter(|snapshot| table_version(snapshot) == info.version);
            let cap = same.filter_map(|snapshot| snapshot.intervals.end()).max()?;
            Some((info.name.clone(), cap))
        })
        .collect()
}

/// The defaults of a plan without `--run`.
pub fn defaults(input: DefaultsInput<'_>) -> Defaults {
    let mut caps = input.reach.clone();
    if let Some(names) = input.restricted_to {
        let within = caps.iter().filter(|(name, _)| names.contains(*name));
        caps = Rc::new(within.map(|(name, cap)| (name.clone(), *cap)).collect());
    }
    let mut end: Option<Timestamp> = None;
    for (name, cap) in caps.iter() {
        // What is a seed from now on does not say how far plans reach.
        let is_seed = input
            .nodes
            .get(name)
            .is_some_and(|node| node.kind() == KindName::Seed);
        if !is_seed {
            end = end.max(Some(*cap));
        }
    }
    let candidates = match input.chosen {
        Some(chosen) if !chosen.is_empty() => Some(chosen),
        _ if !input.modified.is_empty() => Some(input.modified),
        _ => None,
    };
    let reached = caps.keys().filter(|_| candidates.is_none());
    let start = end.and_then(|end| {
        let candidates = candidates.into_iter().flatten().chain(reached);
        candidates
            .filter_map(|name| {
                let node = input.nodes.get(name)?;
                let cap = caps.get(name).copied();
                let reach = cap.or_else(|| cron_of(node).map(|cron| cron.floor(end)))?;
                let unit = unit_of(node);
                Some(unit.prev(unit.floor(reach)))
            })
            .min()
    });
    let mut end = end.map(|end| end.min(input.execution_time));
    if input.execution_time_given
        && !input.end_given
        && let Some(reached) = end
        && input.execution_time > reached
    {
        end = Some(input.execution_time);
        for cap in Rc::make_mut(&mut caps).values_mut() {
            *cap = input.execution_time.max(*cap);
        }
    }
    Defaults { caps, end, start }
}
