//! Intervals of a plan as comma-separated values, for spreadsheets.

use crate::review::grid::{State, batches_in};
use crate::time::{Interval, Intervals, Timestamp};

use super::{MissingIntervals, PlanReport};

/// One line per model, state and stretch of time; start is inside, end is not. What is not known is left out.
/// What is filled says in how many batches.
///
/// A cell that a spreadsheet would take for a formula starts with an apostrophe.
pub fn intervals(plan: &PlanReport) -> String {
    let mut text = "model,kind,state,start,end,batches\r\n".to_string();
    let mut missing = plan.missing_intervals.iter().peekable();
    let mut names: Vec<&String> = plan.snapshots.keys().collect();
    names.sort();
    for name in names {
        let report = plan.snapshots.get(name);
        // Both are sorted by name.
        while missing.next_if(|missing| missing.name < *name).is_some() {}
        let filled: Option<&MissingIntervals> = missing.next_if(|missing| missing.name == *name);
        let intervals = filled.map_or(&[][..], |missing| missing.intervals.as_slice());
        let filled = filled.map(|missing| (&missing.intervals, missing.preview));
        let layers = plan.layers(name, filled);
        let batches = |part: Interval| {
            report.map_or(0, |report| {
                batches_in(intervals, report.unit(), report.detail.batch_size, part)
            })
        };
        let shown = report.map_or("", |report| report.detail.display_name.as_str());
        let shown = if shown.is_empty() { name } else { shown };
        let kind = report
            .and_then(|report| report.kind.as_deref())
            .unwrap_or("AUDIT");
        for (state, intervals) in layers.iter() {
            lines(&mut text, (shown, kind), state, intervals, &batches);
        }
    }
    text
}

fn lines(
    text: &mut String,
    (name, kind): (&str, &str),
    state: State,
    intervals: &Intervals,
    batches: &dyn Fn(Interval) -> u64,
) {
    let word = match state {
        State::Never => "never",
        State::Loaded => "loaded",
        State::Missing => "missing",
        State::Preview => "preview",
        State::Requested => "requested",
        State::Restated => "restated",
    };
    for interval in intervals.iter() {
        let moment = |at: Timestamp| at.datetime_text();
        let (start, end) = (moment(interval.start()), moment(interval.end()));
        text.push_str(&format!("{},{},{word},{start},{end},", cell(name), cell(kind)));
        if state >= State::Preview {
            text.push_str(&batches(interval).to_string());
        }
        text.push_str("\r\n");
    }
}

/// A cell, quoted when it has to be.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::SnapshotReport;
    use crate::time::{DAY, Interval};

    #[test]
    fn one_line_per_stretch() {
        let mut intervals = Intervals::new();
        intervals.add(Interval::new(Timestamp(0), Timestamp(DAY)));
        let mut plan = PlanReport {
            missing_intervals: vec![MissingIntervals {
                name: "\"b\"".into(),
                intervals: intervals.clone(),
                ..MissingIntervals::default()
            }],
            ..PlanReport::default()
        };
        let report = |shown: &str| {
            let mut report = SnapshotReport {
                kind: Some("FULL".into()),
                intervals: Intervals::new(),
                ..SnapshotReport::default()
            };
            report.detail.display_name = shown.into();
            report
        };
        let mut first = report("=a,\"x\"");
        first.intervals = intervals;
        plan.snapshots.insert("\"a\"".into(), first);
        plan.snapshots.insert("\"b\"".into(), report("b"));
        assert_eq!(
            super::intervals(&plan),
            "model,kind,state,start,end,batches\r\n\
             \"'=a,\"\"x\"\"\",FULL,loaded,1970-01-01 00:00:00,1970-01-02 00:00:00,\r\n\
             b,FULL,requested,1970-01-01 00:00:00,1970-01-02 00:00:00,1\r\n"
        );
    }
}
