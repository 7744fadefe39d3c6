//! Every case against the reference's recorded answers.
//!
//! A listed step (`cases/known-failing.txt`) that passes fails this test, as does any other that does not. The
//! list is printed with its length on every run.

use std::fs;
use std::process::ExitCode;

use planglass_tests::known::Known;
use planglass_tests::{case, cases_folder, report, run};

fn main() -> ExitCode {
    // Test runners ask for a list of tests; this binary is one test.
    if std::env::args().any(|argument| argument == "--list") {
        println!("oracle: test");
        return ExitCode::SUCCESS;
    }
    match judge() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn judge() -> Result<usize, String> {
    let folder = cases_folder();
    let names = case::names(&folder)?;
    let list = folder.join("known-failing.txt");
    let text = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    let known = Known::parse(&text).map_err(|error| format!("known-failing.txt: {error}"))?;

    let results = run::all(&folder, &names);
    let mut wrong: Vec<String> = known
        .cases()
        .into_iter()
        .filter(|case| !names.iter().any(|name| name == case))
        .map(|case| format!("`{case}` in known-failing.txt is not a case"))
        .collect();
    let mut unexpected = Vec::new();
    for result in &results {
        let contradictions = known.contradictions(result);
        if !contradictions.is_empty() {
            wrong.extend(contradictions);
            unexpected.push(result.clone());
        }
    }

    println!(
        "known to fail: {} entries in {} of {} cases",
        known.len(),
        known.cases().len(),
        names.len()
    );
    for line in known.lines() {
        println!("  {line}");
    }
    println!("oracle: {}", report::totals(&results));
    for line in &wrong {
        println!("{line}");
    }
    for result in &unexpected {
        println!("{}", report::line(result));
    }
    if !unexpected.is_empty() {
        println!("fields that differ in them:\n{}", report::statistics(&unexpected));
    }
    println!(
        "test result: {}. {} passed; {} failed; {} cases known to fail",
        if wrong.is_empty() { "ok" } else { "FAILED" },
        results.iter().filter(|result| result.passed()).count(),
        wrong.len(),
        known.cases().len()
    );
    Ok(wrong.len())
}
