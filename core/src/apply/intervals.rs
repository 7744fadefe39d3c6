//! Intervals in a state: they belong to a table, not to the snapshot that filled it.
//!
//! What shows in which snapshot is said by `snapshot::intervals`.

use crate::ordered::BTreeMap;

use crate::snapshot::intervals::{Recorded, inherit, table_version};
use crate::snapshot::{Snapshot, SnapshotId};
use crate::time::{Interval, Timestamp};

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
