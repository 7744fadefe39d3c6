//! States of older releases, as SQLMesh 0.236 migrates them.
//!
//! In: a state as an older release exported it. Out: the same state in the current form: fields renamed, added
//! and dropped (`node`), then every snapshot's fingerprint computed anew, since its rules changed too
//! (`fingerprints`). Without the second step every model would look changed.

mod fingerprints;
mod node;

use crate::state::{OLDEST_SCHEMA, StateFile, Versions};
use crate::time::Timestamp;

/// Whether a state has to be upgraded before it can be planned against: by the rules of SQLMesh, when its schema
/// is older or the minor release of SQLGlot differs.
pub fn is_outdated(state: &StateFile) -> bool {
    let (own, current) = (&state.versions, Versions::current());
    if state.snapshots.is_empty() || own.schema_version >= current.schema_version {
        return false;
    }
    own.schema_version >= OLDEST_SCHEMA
}

/// The state as the current release would have it after its migration.
///
/// Source text of Python functions cannot be normalised without Python: where an older release stored it in
/// another form, models that use it show as changed.
#[must_use]
pub fn upgrade(state: &StateFile, now: Timestamp) -> StateFile {
    let mut state = state.clone();
    for snapshot in &mut state.snapshots {
        node::upgrade(snapshot);
    }
    fingerprints::recompute(&mut state, now);
    state.versions = Versions::current();
    state
}
