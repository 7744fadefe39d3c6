//! Results of the oracle's cases as text: a line per case, statistics over fields, full differences of one case.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use crate::compare::Mismatch;
use crate::run::{CaseResult, Verdict};

/// A line for a case: its name, its steps, and the fields that differ with how often they do.
pub fn line(result: &CaseResult) -> String {
    let mut text = format!(
        "{} {}",
        if result.passed() { "ok  " } else { "FAIL" },
        result.name
    );
    if let Some(broken) = &result.broken {
        let _ = write!(text, ": {broken}");
        return text;
    }
    if !result.passed() {
        let passed = count(result, |verdict| matches!(verdict, Verdict::Pass));
        let _ = write!(text, " {passed}/{} steps:", result.steps.len());
        let fields = fields(result.mismatches().map(|(_, mismatch)| mismatch));
        for (field, times) in fields.iter().take(6) {
            let _ = write!(text, " {field}×{times}");
        }
        if fields.len() > 6 {
            let _ = write!(text, " and {} more fields", fields.len() - 6);
        }
    }
    text
}

/// Every difference of a case, with the reference's value and ours; values are cut to `width` characters.
pub fn details(result: &CaseResult, width: usize) -> String {
    let mut text = String::new();
    for (step, verdict) in &result.steps {
        match verdict {
            Verdict::Pass => {
                let _ = writeln!(text, "  step {step}: ok");
            }
            Verdict::Fail(found) => {
                let _ = writeln!(text, "  step {step}: {} differences", found.len());
                for mismatch in found {
                    let _ = writeln!(text, "    {}", mismatch.path);
                    let _ = writeln!(
                        text,
                        "      expected {}",
                        shown(mismatch.expected.as_ref(), width)
                    );
                    let _ = writeln!(text, "      got      {}", shown(mismatch.got.as_ref(), width));
                }
            }
        }
    }
    text
}

/// Over all cases: for each field in how many cases, steps and places it differs, the most frequent first.
pub fn statistics(results: &[CaseResult]) -> String {
    let mut rows: BTreeMap<&str, (BTreeMap<&str, u64>, u64)> = BTreeMap::new();
    for result in results {
        for (_, mismatch) in result.mismatches() {
            let row = rows.entry(&mismatch.field).or_default();
            *row.0.entry(&result.name).or_default() += 1;
            row.1 += 1;
        }
    }
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(_, (cases, places))| std::cmp::Reverse((cases.len(), *places)));
    let mut text = String::new();
    for (field, (cases, places)) in rows {
        let _ = writeln!(text, "  {field}: {} cases, {places} places", cases.len());
    }
    text
}

/// `81 of 84 cases, 330 of 345 steps agree with the reference`.
pub fn totals(results: &[CaseResult]) -> String {
    let steps =
        |wanted: fn(&Verdict) -> bool| results.iter().map(|result| count(result, wanted)).sum::<usize>();
    let passed = steps(|verdict| matches!(verdict, Verdict::Pass));
    let failed = steps(|verdict| matches!(verdict, Verdict::Fail(_)));
    format!(
        "{} of {} cases, {passed} of {} steps agree with the reference",
        results.iter().filter(|result| result.passed()).count(),
        results.len(),
        passed + failed,
    )
}

fn count(result: &CaseResult, wanted: impl Fn(&Verdict) -> bool) -> usize {
    result.steps.iter().filter(|(_, verdict)| wanted(verdict)).count()
}

fn fields<'a>(mismatches: impl Iterator<Item = &'a Mismatch>) -> Vec<(&'a str, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for mismatch in mismatches {
        *counts.entry(&mismatch.field).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    counts
}

fn shown(value: Option<&Value>, width: usize) -> String {
    let Some(value) = value else {
        return "nothing".to_string();
    };
    let text = value.to_string();
    if text.chars().count() <= width {
        return text;
    }
    let cut: String = text.chars().take(width).collect();
    format!("{cut}…")
}
