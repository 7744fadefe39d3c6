//! Intervals in a state: they belong to a table, not to the snapshot that filled it.
//!
//! A recorded interval shows in every snapshot of the same version; in one that starts afresh at some date
//! (`effective_from`) only what lies before it, unless the snapshot recorded it itself.

use crate::ordered::BTreeMap;

use crate::snapshot::{Snapshot, SnapshotId, fingerprint};
use crate::time::{Interval, Intervals, Timestamp, parse_date};

/// Intervals that one snapshot recorded.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorded {
    /// In the production table.
    pub intervals: Intervals,
    /// In the development table.
    pub dev_intervals: Intervals,
    /// When the tables were written; `None` when intervals were only marked.
    pub written_at: Option<Timestamp>,
}

/// Snapshots of a state by name, so that those of one version are found without looking at all others.
pub(super) struct ByName(BTreeMap<String, Vec<usize>>);

impl ByName {
    pub fn new(snapshots: &[Snapshot]) -> Self {
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, snapshot) in snapshots.iter().enumerate() {
            by_name.entry(snapshot.name.clone()).or_default().push(index);
        }
        Self(by_name)
    }

    /// Positions of all snapshots with this name.
    pub fn get(&self, name: &str) -> &[usize] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Adds what a snapshot recorded to all that share its tables.
pub(super) fn record(
    snapshots: &mut [Snapshot],
    by_name: &ByName,
    id: &SnapshotId,
    recorded: &Recorded,
    now: Timestamp,
) {
    let positions = by_name.get(&id.name);
    let recorder = positions
        .iter()
        .filter_map(|index| snapshots.get(*index))
        .find(|snapshot| snapshot.fingerprint.to_identifier() == id.identifier);
    let Some(recorder) = recorder else { return };
    let (version, dev_version) = (table_version(recorder), recorder.dev_version_or_own());
    for index in positions {
        let Some(snapshot) = snapshots.get_mut(*index) else {
            continue;
        };
        if table_version(snapshot) != version {
            continue;
        }
        let own = snapshot.fingerprint.to_identifier() == id.identifier;
        inherit(
            snapshot,
            recorded,
            own,
            dev_version == snapshot.dev_version_or_own(),
            now,
        );
    }
}

fn inherit(snapshot: &mut Snapshot, recorded: &Recorded, own: bool, same_dev_table: bool, now: Timestamp) {
    if !recorded.intervals.is_empty() {
        let shown = match effective_from(snapshot, now).filter(|_| !own) {
            Some(from) => recorded.intervals.before(from),
            None => recorded.intervals.clone(),
        };
        snapshot.intervals = snapshot.intervals.union(&shown);
        // What an automatic restatement took back has been filled again.
        let pending = std::mem::take(&mut snapshot.pending_restatement_intervals);
        let filled = recorded.intervals.iter();
        snapshot.pending_restatement_intervals = filled.fold(pending, |left, cut| left.without(cut));
        snapshot.last_altered_ts = snapshot.last_altered_ts.max(recorded.written_at);
    }
    if same_dev_table && !recorded.dev_intervals.is_empty() {
        snapshot.dev_intervals = snapshot.dev_intervals.union(&recorded.dev_intervals);
        snapshot.dev_last_altered_ts = snapshot.dev_last_altered_ts.max(recorded.written_at);
    }
}

/// What a snapshot that was just added sees of the tables that it shares with older ones.
pub(super) fn hydrate(snapshot: &mut Snapshot, siblings: &[Snapshot], now: Timestamp) {
    let version = table_version(snapshot);
    snapshot.intervals = Intervals::new();
    snapshot.dev_intervals = Intervals::new();
    snapshot.last_altered_ts = None;
    snapshot.dev_last_altered_ts = None;
    let dev_version = snapshot.dev_version_or_own();
    for sibling in siblings
        .iter()
        .filter(|sibling| table_version(sibling) == version)
    {
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

/// Takes an interval out of the production table of every snapshot of a version.
pub(super) fn remove(
    snapshots: &mut [Snapshot],
    by_name: &ByName,
    name: &str,
    version: &str,
    interval: Interval,
) {
    for index in by_name.get(name) {
        if let Some(snapshot) = snapshots.get_mut(*index)
            && table_version(snapshot) == version
        {
            snapshot.intervals = snapshot.intervals.without(interval);
            // With no interval left nothing says any more when the table was written.
            if snapshot.intervals.is_empty() && snapshot.dev_intervals.is_empty() {
                snapshot.last_altered_ts = None;
            }
        }
    }
}

/// The version of the production table, assigned or to be.
pub(super) fn table_version(snapshot: &Snapshot) -> String {
    snapshot
        .version
        .clone()
        .unwrap_or_else(|| snapshot.fingerprint.to_version())
}

/// From when a snapshot does not take over what others filled.
fn effective_from(snapshot: &Snapshot, now: Timestamp) -> Option<Timestamp> {
    let at = match snapshot.effective_from.as_ref()? {
        serde_json::Value::String(text) => parse_date(text, now).map(|date| date.at),
        other => other.as_i64().map(Timestamp),
    };
    let unit = fingerprint::interval_unit(&snapshot.node);
    at.map(|at| unit.floor(at)).filter(|at| at.millis() > 0)
}
