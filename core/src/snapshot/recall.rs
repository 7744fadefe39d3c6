//! Versions that an export leaves out, told from the versions that replaced them.
//!
//! In: a fingerprint, and the stored versions of its node. Out: the snapshot that SQLMesh's database still holds.
//! An export has only what environments refer to, while the database keeps a version for its time to live after the
//! last use, and a project that goes back to it finds it there with its table. Each stored version lists those
//! before it with fingerprint, category and version, so that they are known, not guessed. Not listed is how far such
//! a table was filled: it is taken to be filled like the version that replaced it, up to the moment of that.

use crate::time::{Intervals, Timestamp, ttl_end};

use super::intervals::{hydrate, table_version};
use super::{ChangeCategory, DataVersion, Snapshot, fingerprint};

/// A stored version, and the place among its earlier ones of that which is looked for.
#[derive(Clone, Copy)]
struct Successor<'s> {
    snapshot: &'s Snapshot,
    place: usize,
}

/// The version with the fingerprint of `local`, a snapshot that no stored one equals, if some stored version of its
/// node replaced it less than a time to live ago.
pub(super) fn recall(local: &Snapshot, versions: &[&Snapshot], now: Timestamp) -> Option<Snapshot> {
    let successors: Vec<Successor<'_>> = versions
        .iter()
        .filter_map(|snapshot| {
            let earlier = &snapshot.previous_versions;
            let place = earlier
                .iter()
                .rposition(|old| old.fingerprint == local.fingerprint)?;
            Some(Successor { snapshot, place })
        })
        .collect();
    let last_use = successors.iter().map(|next| next.snapshot.updated_ts).max()?;
    // What was live tells more than what was tried, a direct successor more than a later one.
    let next = successors.iter().copied().max_by_key(|next| {
        let later = next.snapshot.previous_versions.len() - next.place;
        (
            next.snapshot.unpaused_ts.is_some(),
            std::cmp::Reverse(later),
            next.snapshot.created_ts,
        )
    })?;
    if ttl_end(&next.snapshot.ttl, last_use).is_some_and(|end| end <= now) {
        return None;
    }
    let listed = next.snapshot.previous_versions.get(next.place)?;
    let mut recalled = Snapshot {
        version: Some(version_of(listed)),
        dev_version: listed.dev_version.clone(),
        change_category: listed.change_category,
        previous_versions: next.snapshot.previous_versions.get(..next.place)?.to_vec(),
        dev_table_suffix: listed.dev_table_suffix.clone(),
        table_naming_convention: listed.table_naming_convention.clone(),
        forward_only: was_forward_only(next.snapshot, next.place),
        created_ts: next.snapshot.created_ts,
        updated_ts: last_use,
        ttl: next.snapshot.ttl.clone(),
        ..local.clone()
    };
    let keeps_table = recalled
        .previous_versions
        .last()
        .is_some_and(|before| version_of(before) == version_of(listed));
    if keeps_table {
        recalled.physical_schema.clone_from(&listed.physical_schema);
    }
    recalled.unrestorable = successors.iter().any(|next| bars(*next, &recalled));
    hydrate(&mut recalled, versions.iter().copied(), now);
    let is_shared = |other: &&Snapshot| table_version(other) == table_version(&recalled);
    if !versions.iter().any(is_shared) {
        (recalled.intervals, recalled.dev_intervals) = filled_like(next.snapshot, &recalled);
    }
    Some(recalled)
}

fn version_of(listed: &DataVersion) -> String {
    let version = listed.version.clone();
    version.unwrap_or_else(|| listed.fingerprint.to_version())
}

/// Whether the earlier version at a place of a chain went forward only. It is not listed, but shows in the table: a
/// change of data that kept the table of the version before it did.
fn was_forward_only(snapshot: &Snapshot, place: usize) -> bool {
    let chain = &snapshot.previous_versions;
    let before = place.checked_sub(1).and_then(|before| chain.get(before));
    let (Some(before), Some(listed)) = (before, chain.get(place)) else {
        return false;
    };
    let kept = version_of(before) == version_of(listed);
    match listed.change_category {
        Some(ChangeCategory::Metadata) | None => false,
        // Kept in either way: like what came after it.
        Some(ChangeCategory::IndirectNonBreaking) => kept && snapshot.forward_only,
        Some(_) => kept,
    }
}

/// Whether a later version that was live bars an earlier one from coming back: it wrote to the same table in the other
/// way, forward-only or not.
fn bars(next: Successor<'_>, earlier: &Snapshot) -> bool {
    let live = next.snapshot;
    if live.unpaused_ts.is_none() {
        return false;
    }
    let version = table_version(earlier);
    let between = (next.place + 1..live.previous_versions.len()).any(|place| {
        let same = live
            .previous_versions
            .get(place)
            .is_some_and(|other| version_of(other) == version);
        same && was_forward_only(live, place) != earlier.forward_only
    });
    between || (table_version(live) == version && live.forward_only != earlier.forward_only)
}

/// What a table held when `next` took its place.
fn filled_like(next: &Snapshot, earlier: &Snapshot) -> (Intervals, Intervals) {
    let replaced = next.unpaused_ts.unwrap_or(next.created_ts);
    let until = fingerprint::interval_unit(&earlier.node).floor(replaced);
    (next.intervals.before(until), next.dev_intervals.before(until))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DAY, Interval};

    fn print(data: &str) -> crate::snapshot::Fingerprint {
        crate::snapshot::Fingerprint {
            data_hash: data.to_string(),
            ..crate::snapshot::Fingerprint::default()
        }
    }

    fn listed(data: &str, version: &str, category: ChangeCategory) -> DataVersion {
        DataVersion {
            fingerprint: print(data),
            version: Some(version.to_string()),
            change_category: Some(category),
            ..DataVersion::default()
        }
    }

    /// Live since day 10, filled for 12 days, with these versions before it.
    fn live(version: &str, chain: Vec<DataVersion>) -> Snapshot {
        Snapshot {
            fingerprint: print("now"),
            version: Some(version.to_string()),
            intervals: [Interval(Timestamp(0), Timestamp(12 * DAY))]
                .into_iter()
                .collect(),
            previous_versions: chain,
            updated_ts: Timestamp(10 * DAY),
            unpaused_ts: Some(Timestamp(10 * DAY)),
            ttl: "in 1 week".to_string(),
            ..Snapshot::default()
        }
    }

    fn ask(data: &str, live: &Snapshot, day: i64) -> Option<Snapshot> {
        let local = Snapshot {
            fingerprint: print(data),
            ..Snapshot::default()
        };
        recall(&local, &[live], Timestamp(day * DAY))
    }

    #[test]
    fn a_replaced_table_was_filled_up_to_its_replacement() {
        let live = live("b", vec![listed("1", "a", ChangeCategory::Breaking)]);
        let found = ask("1", &live, 13).unwrap();
        assert_eq!(found.version.as_deref(), Some("a"));
        assert_eq!(found.change_category, Some(ChangeCategory::Breaking));
        assert_eq!(found.intervals.end(), Some(Timestamp(10 * DAY)));
        assert!(!found.unrestorable && found.previous_versions.is_empty());
        assert_eq!(ask("2", &live, 13), None, "nothing lists it");
        assert_eq!(ask("1", &live, 17), None, "its time to live is over");
    }

    #[test]
    fn a_shared_table_holds_what_it_holds() {
        let live = live("a", vec![listed("1", "a", ChangeCategory::Breaking)]);
        assert_eq!(ask("1", &live, 13).unwrap().intervals, live.intervals);
    }

    #[test]
    fn a_table_written_forward_only_bars_the_way_back() {
        let mut live = live("a", vec![listed("1", "a", ChangeCategory::Breaking)]);
        live.forward_only = true;
        assert!(ask("1", &live, 13).unwrap().unrestorable);
        live.unpaused_ts = None;
        assert!(!ask("1", &live, 13).unwrap().unrestorable, "it was only tried");
    }

    #[test]
    fn what_kept_a_table_went_forward_only() {
        let chain = vec![
            listed("1", "a", ChangeCategory::Breaking),
            listed("2", "a", ChangeCategory::NonBreaking),
            listed("3", "a", ChangeCategory::Metadata),
        ];
        let live = live("b", chain);
        assert!(ask("1", &live, 13).unwrap().unrestorable);
        let second = ask("2", &live, 13).unwrap();
        assert!(second.forward_only);
        assert_eq!(second.previous_versions.len(), 1);
        assert!(!ask("3", &live, 13).unwrap().forward_only);
    }
}
