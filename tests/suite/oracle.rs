//! Every case against the reference's recorded answers.
//!
//! A listed case (`cases/known-failing.txt`) that passes fails this test, as does any other that does not. The
//! list is printed with its length on every run.

use std::collections::BTreeMap;
use std::fs;
use std::process::ExitCode;

use planglass_tests::{case, cases_folder, known, report, run};

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
    let known = known::parse(&text).map_err(|error| format!("known-failing.txt: {error}"))?;

    let results = run::all(&folder, &names);
    let mut wrong = Vec::new();
    for result in &results {
        match (result.passed(), known.get(&result.name)) {
            (true, Some(_)) => wrong.push(format!(
                "`{}` passes: remove it from known-failing.txt",
                result.name
            )),
            (false, None) => wrong.push(report::line(result)),
            _ => {}
        }
    }
    let listed: BTreeMap<_, _> = known.iter().collect();
    for name in listed.keys().filter(|name| !names.contains(name)) {
        wrong.push(format!("`{name}` in known-failing.txt is not a case"));
    }

    println!("known to fail: {} of {} cases", known.len(), names.len());
    for (name, reason) in &known {
        println!("  {name}: {reason}");
    }
    println!("oracle: {}", report::totals(&results));
    for line in &wrong {
        println!("{line}");
    }
    if !wrong.is_empty() {
        println!("fields that differ:\n{}", report::statistics(&results));
    }
    let passed = results.iter().filter(|result| result.passed()).count();
    println!(
        "test result: {}. {passed} passed; {} failed; {} known to fail",
        if wrong.is_empty() { "ok" } else { "FAILED" },
        wrong.len(),
        known.len()
    );
    Ok(wrong.len())
}
