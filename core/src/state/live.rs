//! Versions that are live in production.

use crate::ordered::BTreeMap;

use crate::snapshot::SnapshotId;
use crate::time::Timestamp;

use super::file::StateFile;

impl StateFile {
    /// Marks versions as live since `live`, pauses all others of the same names, and bars from promotion those that
    /// share a table with them in the other way: forward-only or not.
    pub fn unpause(&mut self, ids: &[SnapshotId], live: Timestamp, now: Timestamp) {
        let wanted: BTreeMap<&str, &str> = ids
            .iter()
            .map(|id| (id.name.as_str(), id.identifier.as_str()))
            .collect();
        let mut tables: BTreeMap<String, (Option<String>, bool)> = BTreeMap::new();
        for snapshot in &self.snapshots {
            let identifier = wanted.get(snapshot.name.as_str());
            if identifier.is_some_and(|identifier| *identifier == snapshot.fingerprint.to_identifier()) {
                let table = (snapshot.version.clone(), snapshot.forward_only);
                tables.insert(snapshot.name.clone(), table);
            }
        }
        for snapshot in &mut self.snapshots {
            let Some(identifier) = wanted.get(snapshot.name.as_str()) else {
                continue;
            };
            snapshot.unpaused_ts = None;
            if *identifier == snapshot.fingerprint.to_identifier() {
                snapshot.unpaused_ts = Some(live);
                snapshot.updated_ts = now;
            }
            if let Some((version, forward_only)) = tables.get(&snapshot.name)
                && *version == snapshot.version
                && *forward_only != snapshot.forward_only
            {
                snapshot.unrestorable = true;
                snapshot.updated_ts = now;
            }
        }
    }
}
