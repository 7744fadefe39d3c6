//! Intervals of tables: a version's table is filled by whichever snapshot comes first, and shows in all of them.
//!
//! In a snapshot that starts afresh at some date (`effective_from`) only what lies before it shows, unless the
//! snapshot recorded it itself.

use crate::time::range::inclusive_exclusive;
use crate::time::{DateText, Intervals, Timestamp, parse_date};

use super::{Snapshot, fingerprint};

/// Intervals that one snapshot recorded.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// In the production table.
    pub intervals: Intervals,
    /// In the development table.
    pub dev_intervals: Intervals,
    /// When the tables were written; `None` when intervals were only marked.
    pub written_at: Option<Timestamp>,
}

/// Adds what another snapshot of the same version recorded; `own` when it was this one.
pub fn inherit(
    snapshot: &mut Snapshot,
    recorded: &Recorded,
    own: bool,
    same_dev_table: bool,
    now: Timestamp,
) {
    if !recorded.intervals.is_empty() {
        let from = effective_from(snapshot, now).filter(|_| !own);
        let shown = whole_units(snapshot, &recorded.intervals, from);
        snapshot.intervals = snapshot.intervals.union(&shown);
        // What an automatic restatement took back has been filled again.
        let pending = std::mem::take(&mut snapshot.pending_restatement_intervals);
        let filled = recorded.intervals.iter();
        snapshot.pending_restatement_intervals = filled.fold(pending, |left, cut| left.without(cut));
        snapshot.last_altered_ts = snapshot.last_altered_ts.max(recorded.written_at);
    }
    if same_dev_table && !recorded.dev_intervals.is_empty() {
        let shown = whole_units(snapshot, &recorded.dev_intervals, None);
        snapshot.dev_intervals = snapshot.dev_intervals.union(&shown);
        snapshot.dev_last_altered_ts = snapshot.dev_last_altered_ts.max(recorded.written_at);
    }
}

/// What a snapshot shows of its tables when others of its version filled them: intervals of the production table, and
/// of the development table.
pub fn shown<'s>(
    snapshot: &Snapshot,
    siblings: impl Iterator<Item = &'s Snapshot>,
    now: Timestamp,
) -> (Intervals, Intervals) {
    let version = table_version(snapshot);
    let dev_version = snapshot.dev_version_or_own();
    let from = effective_from(snapshot, now);
    let (mut intervals, mut dev_intervals) = (Intervals::new(), Intervals::new());
    for sibling in siblings.filter(|sibling| table_version(sibling) == version) {
        let own = sibling.fingerprint == snapshot.fingerprint;
        let from = from.filter(|_| !own);
        intervals = intervals.union(&whole_units(snapshot, &sibling.intervals, from));
        if sibling.dev_version_or_own() == dev_version {
            dev_intervals = dev_intervals.union(&whole_units(snapshot, &sibling.dev_intervals, None));
        }
    }
    (intervals, dev_intervals)
}

/// What a snapshot that was just added sees of the tables that it shares with older ones.
pub fn hydrate<'s>(snapshot: &mut Snapshot, siblings: impl Iterator<Item = &'s Snapshot>, now: Timestamp) {
    let version = table_version(snapshot);
    snapshot.intervals = Intervals::new();
    snapshot.dev_intervals = Intervals::new();
    snapshot.last_altered_ts = None;
    snapshot.dev_last_altered_ts = None;
    let dev_version = snapshot.dev_version_or_own();
    for sibling in siblings.filter(|sibling| table_version(sibling) == version) {
        let prod = Recorded {
            intervals: sibling.intervals.clone(),
            written_at: sibling.last_altered_ts,
            ..Recorded::default()
        };
        inherit(snapshot, &prod, false, false, now);
        let dev = Recorded {
            dev_intervals: sibling.dev_intervals.clone(),
            written_at: sibling.dev_last_altered_ts,
            ..Recorded::default()
        };
        inherit(
            snapshot,
            &dev,
            false,
            sibling.dev_version_or_own() == dev_version,
            now,
        );
        snapshot.pending_restatement_intervals = snapshot
            .pending_restatement_intervals
            .union(&sibling.pending_restatement_intervals);
        snapshot.next_auto_restatement_ts = snapshot
            .next_auto_restatement_ts
            .max(sibling.next_auto_restatement_ts);
    }
}

/// Intervals that others recorded as a snapshot counts them: in whole units of its own, and only up to some instant.
pub fn whole_units(snapshot: &Snapshot, recorded: &Intervals, up_to: Option<Timestamp>) -> Intervals {
    let unit = fingerprint::interval_unit(&snapshot.node);
    let partial = snapshot.node.allow_partials;
    let within = up_to.map(|at| recorded.before(at));
    let instant = DateText::instant;
    within
        .as_ref()
        .unwrap_or(recorded)
        .iter()
        .map(|held| inclusive_exclusive(instant(held.0), instant(held.1), unit, partial, false))
        .collect()
}

/// The version of the production table, assigned or to be.
pub fn table_version(snapshot: &Snapshot) -> String {
    snapshot
        .version
        .clone()
        .unwrap_or_else(|| snapshot.fingerprint.to_version())
}

/// From when a snapshot does not take over what others filled.
pub fn effective_from(snapshot: &Snapshot, now: Timestamp) -> Option<Timestamp> {
    let at = match snapshot.effective_from.as_deref()? {
        serde_json::Value::String(text) => parse_date(text, now).map(|date| date.at),
        other => other.as_i64().map(Timestamp),
    };
    let unit = fingerprint::interval_unit(&snapshot.node);
    at.map(|at| unit.floor(at)).filter(|at| at.millis() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Fingerprint;
    use crate::time::{DAY, Interval, IntervalUnit};

    fn snapshot(data: &str, version: &str, days: i64) -> Snapshot {
        Snapshot {
            fingerprint: Fingerprint {
                data_hash: data.to_string(),
                ..Fingerprint::default()
            },
            version: Some(version.to_string()),
            intervals: [Interval(Timestamp(0), Timestamp(days * DAY))]
                .into_iter()
                .collect(),
            ..Snapshot::default()
        }
    }

    #[test]
    fn a_version_shows_what_any_of_its_snapshots_filled() {
        let new = snapshot("3", "v", 0);
        let siblings = [snapshot("1", "v", 4), snapshot("2", "other", 9)];
        let (intervals, _) = shown(&new, siblings.iter(), Timestamp(20 * DAY));
        assert_eq!(intervals.end(), Some(Timestamp(4 * DAY)));
    }

    #[test]
    fn only_whole_units_of_its_own_show_in_a_version() {
        let mut new = snapshot("3", "v", 0);
        new.node.interval_unit = Some(IntervalUnit::Month);
        let siblings = [snapshot("1", "v", 45)];
        let (intervals, _) = shown(&new, siblings.iter(), Timestamp(90 * DAY));
        assert_eq!(intervals.end(), Some(Timestamp(31 * DAY)));
    }

    #[test]
    fn what_others_filled_shows_up_to_the_effective_date() {
        let mut new = snapshot("3", "v", 0);
        new.effective_from = Some(Box::new((2 * DAY).into()));
        let siblings = [snapshot("1", "v", 4), snapshot("3", "v", 3)];
        let (intervals, _) = shown(&new, siblings.iter(), Timestamp(20 * DAY));
        assert_eq!(intervals.end(), Some(Timestamp(3 * DAY)));
    }
}
