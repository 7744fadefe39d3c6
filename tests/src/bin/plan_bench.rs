//! Measures planning a generated project, and planning it again after one changed choice.
//!
//! ```text
//! plan_bench [MODELS]
//! ```
//!
//! Build with `--release`. Prints milliseconds; the middle of several repetitions where there are several.

use std::process::ExitCode;
use std::rc::Rc;
use std::time::Instant;

use planglass_core::apply::Rehearsal;
use planglass_core::plan::PlanOptions;
use planglass_core::project::LoadOptions;
use planglass_core::request::{self, PlanUpdate, Session};
use planglass_core::time::Timestamp;
use planglass_tests::generated;

fn main() -> ExitCode {
    let count = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000);
    match measure(count) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn measure(count: usize) -> Result<(), String> {
    let load = LoadOptions::default();
    let now = Timestamp(1_727_395_200_000);
    let options = PlanOptions {
        now,
        ..PlanOptions::default()
    };
    println!("{count} models");
    let ((outcome, state), first) = timed(|| {
        request::rehearse(
            &generated::project(count, &[]),
            None,
            &load,
            &options,
            Rehearsal::default(),
        )
    });
    if let Some(error) = outcome.error {
        return Err(error.diagnostic.message);
    }
    println!("first plan with all of its loading, and its rehearsal: {first:.1} ms");
    let edited = [0, count / 2, count - 1];
    let sources = generated::project(count, &edited);
    let (mut session, loading) = timed(|| Session::prepare(&sources, state.map(Rc::new), &load));
    println!("loading: {loading:.1} ms");
    let dev = PlanOptions {
        environment: Some("dev".to_string()),
        ..options
    };
    let (outcome, planning) = timed(|| session.plan(&dev));
    let report = outcome.plan.ok_or("no plan")?;
    println!(
        "plan: {planning:.1} ms ({} direct, {} indirect)",
        report.summary.directly_modified, report.summary.indirectly_modified
    );
    let name = generated::name(0);
    let mut times = Vec::new();
    let mut sizes = (0, 0);
    for round in 0..21 {
        let mut chosen = dev.clone();
        let category = if round % 2 == 0 {
            "NON_BREAKING"
        } else {
            "BREAKING"
        };
        chosen.set_choices.insert(name.clone(), category.to_string());
        let (update, time) = timed(|| session.replan(&chosen));
        let PlanUpdate::Decisions { decisions, .. } = &update else {
            return Err("the update is not one of decisions only".to_string());
        };
        let text = serde_json::to_string(&update).map_err(|error| error.to_string())?;
        sizes = (decisions.snapshots.len(), text.len());
        times.push(time);
    }
    println!(
        "plan after another category: {:.2} ms ({} nodes decided otherwise, {} bytes of JSON)",
        middle(&mut times),
        sizes.0,
        sizes.1
    );
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let started = Instant::now();
    let result = work();
    (result, started.elapsed().as_secs_f64() * 1_000.0)
}

fn middle(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
