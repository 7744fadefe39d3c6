//! The state after a run, had it been carried out at once and without a failure.

use crate::plan::Run;
use crate::snapshot::intervals::{Recorded, table_version};
use crate::state::StateFile;

use super::intervals::{ByName, record};

/// The state after a run on `state` at the run's own moment.
pub fn rehearse_run(state: &StateFile, run: &Run<'_>) -> StateFile {
    let plan = &run.plan;
    let mut after = state.clone();
    after.begin_write(plan.now);
    let by_name = ByName::new(&after.snapshots);
    take_back(&mut after, run, &by_name);
    for (name, missing) in &plan.filled_by_stages {
        let Some(node) = plan.diff.nodes.get(name) else {
            continue;
        };
        let mut recorded = Recorded {
            written_at: Some(plan.now),
            ..Recorded::default()
        };
        match plan.stage_deployability.is_deployable(name) {
            true => recorded.intervals = missing.intervals.clone(),
            false => recorded.dev_intervals = missing.intervals.clone(),
        }
        let id = node.snapshot.id();
        record(&mut after.snapshots, &by_name, &id, &recorded, plan.now);
    }
    after
}

/// Automatic restatements become pending, for every snapshot of the same version.
fn take_back(after: &mut StateFile, run: &Run<'_>, by_name: &ByName) {
    let found = &run.auto_restatements;
    for (name, node) in run.plan.diff.nodes.iter() {
        let version = table_version(&node.snapshot);
        for index in by_name.get(name) {
            let Some(snapshot) = after.snapshots.get_mut(*index) else {
                continue;
            };
            if run.plan.is_dev || table_version(snapshot) != version {
                continue;
            }
            snapshot.next_auto_restatement_ts = found.next.get(name).copied();
            if let Some(interval) = found.intervals.get(name) {
                snapshot.pending_restatement_intervals.add(*interval);
            }
        }
    }
}
