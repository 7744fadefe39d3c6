//! The list of what cannot pass yet, each with its reason: `cases/known-failing.txt`.

use std::collections::{BTreeMap, BTreeSet};

use crate::run::{CaseResult, Verdict};

/// What is known about cases that do not pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Case and step (absent for the whole case) → reason.
    entries: BTreeMap<(String, Option<usize>), String>,
}

impl Known {
    /// Reads `CASE: reason` and `CASE/STEP: reason` lines; empty lines and lines that begin with `#` do not count.
    ///
    /// # Errors
    /// One line that names what is wrong: no reason, a step that is no number, or an entry listed twice.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut known = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (place, reason) = line.split_once(':').unwrap_or((line, ""));
            if reason.trim().is_empty() {
                return Err(format!(
                    "line {number}: `{place}` needs a reason: `CASE/STEP: reason`"
                ));
            }
            let key = match place.trim().split_once('/') {
                None => (place.trim().to_string(), None),
                Some((case, step)) => {
                    let step = step
                        .parse()
                        .map_err(|_| format!("line {number}: `{step}` is not a step"))?;
                    (case.to_string(), Some(step))
                }
            };
            if known.entries.insert(key, reason.trim().to_string()).is_some() {
                return Err(format!("line {number}: `{place}` is listed twice"));
            }
        }
        Ok(known)
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when nothing is known to fail.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Names of all listed cases.
    pub fn cases(&self) -> BTreeSet<&str> {
        self.entries.keys().map(|(case, _)| case.as_str()).collect()
    }

    /// `CASE/STEP: reason` lines.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.entries.iter().map(|((case, step), reason)| match step {
            Some(step) => format!("{case}/{step}: {reason}"),
            None => format!("{case}: {reason}"),
        })
    }

    /// What the list says wrongly about a result: a step that fails without being listed, or that is listed and
    /// passes.
    pub fn contradictions(&self, result: &CaseResult) -> Vec<String> {
        let entry = |step: Option<usize>| self.entries.contains_key(&(result.name.clone(), step));
        if entry(None) {
            return match result.passed() {
                true => vec![format!(
                    "`{}` passes: remove it from known-failing.txt",
                    result.name
                )],
                false => Vec::new(),
            };
        }
        let mut wrong: Vec<String> = result.broken.iter().cloned().collect();
        for (step, verdict) in &result.steps {
            let failed = matches!(verdict, Verdict::Fail(_));
            let place = format!("{}/{step}", result.name);
            match (failed, entry(Some(*step))) {
                (true, false) => wrong.push(format!("{place} fails and is not listed")),
                (false, true) => wrong.push(format!("`{place}` passes: remove it from known-failing.txt")),
                _ => {}
            }
        }
        let steps: BTreeSet<usize> = result.steps.iter().map(|(step, _)| *step).collect();
        for (case, step) in self.entries.keys() {
            if let Some(step) = step.filter(|step| *case == result.name && !steps.contains(step)) {
                wrong.push(format!("`{case}/{step}` in known-failing.txt is not a step"));
            }
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_needs_a_reason() {
        let known = Known::parse("# c\n\na: needs Python\nb/2: odd\n").unwrap();
        assert_eq!(known.lines().collect::<Vec<_>>(), ["a: needs Python", "b/2: odd"]);
        assert!(Known::parse("a:").is_err());
        assert!(Known::parse("a/b: x").is_err());
        assert!(Known::parse("a: x\na: y").is_err());
    }

    #[test]
    fn the_list_must_be_exact() {
        let fail = || Verdict::Fail(Vec::new());
        let result = |steps: Vec<Verdict>| CaseResult {
            name: "a".to_string(),
            broken: None,
            steps: (1..).zip(steps).collect(),
        };
        let known = Known::parse("a/2: odd").unwrap();
        assert!(
            known
                .contradictions(&result(vec![Verdict::Pass, fail()]))
                .is_empty()
        );
        assert_eq!(known.contradictions(&result(vec![fail(), fail()])).len(), 1);
        assert_eq!(
            known
                .contradictions(&result(vec![Verdict::Pass, Verdict::Pass]))
                .len(),
            1
        );
        assert_eq!(known.contradictions(&result(vec![Verdict::Pass])).len(), 1);
        let whole = Known::parse("a: odd").unwrap();
        assert!(
            whole
                .contradictions(&result(vec![Verdict::Pass, fail()]))
                .is_empty()
        );
        assert_eq!(whole.contradictions(&result(vec![Verdict::Pass])).len(), 1);
    }
}
