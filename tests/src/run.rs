//! Asks the core what the cases ask, and judges the answers.
//!
//! A step passes when no field differs; a case passes when all of its steps do. A panic is caught and is a difference
//! like any other.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use planglass_core::report::{PlanOutcome, RunOutcome};
use planglass_core::request;
use planglass_core::state::StateFile;
use serde_json::Value;

use crate::case::{self, Case, Step};
use crate::compare::{self, Mismatch};

/// What came of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Every field is equal.
    Pass,
    /// These differ.
    Fail(Vec<Mismatch>),
}

/// What came of a case.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// The case's name.
    pub name: String,
    /// Why it could not even be read.
    pub broken: Option<String>,
    /// Verdicts of its steps with their numbers.
    pub steps: Vec<(usize, Verdict)>,
}

impl CaseResult {
    /// True when no step differs.
    pub fn passed(&self) -> bool {
        self.broken.is_none()
            && !self
                .steps
                .iter()
                .any(|(_, verdict)| matches!(verdict, Verdict::Fail(_)))
    }

    /// All differences with their steps' numbers.
    pub fn mismatches(&self) -> impl Iterator<Item = (usize, &Mismatch)> {
        self.steps.iter().flat_map(|(number, verdict)| {
            let found: &[Mismatch] = match verdict {
                Verdict::Fail(found) => found,
                Verdict::Pass => &[],
            };
            found.iter().map(|mismatch| (*number, mismatch))
        })
    }
}

/// Runs cases side by side; results come in the order of the names.
pub fn all(folder: &Path, names: &[String]) -> Vec<CaseResult> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    let workers = thread::available_parallelism().map_or(1, usize::from).min(8);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = one(folder, name);
                    if let Ok(mut results) = results.lock() {
                        results.insert(name.clone(), result);
                    }
                }
            });
        }
    });
    results
        .into_inner()
        .map_or_else(|_| Vec::new(), |results| results.into_values().collect())
}

/// Runs one case.
pub fn one(folder: &Path, name: &str) -> CaseResult {
    match case::read(folder, name) {
        Ok(case) => judge_case(&case),
        Err(broken) => CaseResult {
            name: name.to_string(),
            broken: Some(broken),
            steps: Vec::new(),
        },
    }
}

fn judge_case(case: &Case) -> CaseResult {
    CaseResult {
        name: case.name.clone(),
        broken: None,
        steps: case.steps.iter().map(|step| (step.number, judge(step))).collect(),
    }
}

fn judge(step: &Step) -> Verdict {
    let got = match ask(step) {
        Ok(answer) => answer.json(),
        Err(broken) => {
            return Verdict::Fail(vec![Mismatch {
                path: "outcome".to_string(),
                field: "outcome".to_string(),
                expected: None,
                got: Some(Value::from(broken)),
            }]);
        }
    };
    // Loading failed before the reference came to the command: its answer is the error alone.
    let found = match step.command.as_str() {
        "run" => compare::run(&step.expected, &got),
        "diff" if step.expected.get("error").is_none() => compare::diff(&step.expected, &got),
        _ => compare::plan(&step.expected, &got),
    };
    if found.is_empty() {
        Verdict::Pass
    } else {
        Verdict::Fail(found)
    }
}

/// Our answer to a step.
#[derive(Debug, Clone)]
pub enum Answer {
    /// To a plan or a comparison.
    Plan(Box<PlanOutcome>),
    /// To a run.
    Run(Box<RunOutcome>),
}

impl Answer {
    /// As JSON.
    pub fn json(&self) -> Value {
        match self {
            Self::Plan(outcome) => serde_json::to_value(outcome),
            Self::Run(outcome) => serde_json::to_value(outcome),
        }
        .unwrap_or_default()
    }

    /// As the text that the browser's build gives.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn text(&self) -> Result<String, String> {
        match self {
            Self::Plan(outcome) => serde_json::to_string(outcome),
            Self::Run(outcome) => serde_json::to_string(outcome),
        }
        .map_err(|error| error.to_string())
    }
}

/// Our answer to a step.
///
/// # Errors
/// A line that says why there is none: an unreadable state, or a panic.
pub fn ask(step: &Step) -> Result<Answer, String> {
    catch_unwind(AssertUnwindSafe(|| {
        let state = match step.state_text()? {
            Some(text) => Some(StateFile::parse("state.json", &text).map_err(|problem| problem.to_string())?),
            None => None,
        };
        let (sources, state) = (step.sources(), state.as_ref());
        Ok(match &step.run {
            Some(options) => Answer::Run(Box::new(request::run(&sources, state, &step.load, options))),
            None => {
                let outcome = request::plan(&sources, state, &step.load, &step.options);
                Answer::Plan(Box::new(outcome))
            }
        })
    }))
    .unwrap_or_else(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panicked: {}", message.unwrap_or("without a message")))
    })
}
