//! Runs oracle cases by name and shows what differs.
//!
//! ```text
//! oracle [CASE…] [--cases FOLDER] [-v] [--fields] [--outcome CASE/STEP] [--text CASE/STEP] [--questions FILE]
//! ```
//!
//! Without a name all cases run; `--cases` takes them from another folder. `-v` shows every difference in full, `--fields` the differing fields over all
//! cases; `--outcome` prints our answer to one step as JSON, `--text` as on a terminal; `--questions` writes all questions with our
//! answers to a file, for the same comparison in another build of the core.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use planglass_core::report::text::{self, TextOptions};
use planglass_tests::run::Answer;
use planglass_tests::{case, cases_folder, report, run};
use serde_json::json;

fn main() -> ExitCode {
    match start(env::args().skip(1).collect()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn start(arguments: Vec<String>) -> Result<bool, String> {
    let (folder, arguments) = folder(arguments)?;
    let all = case::names(&folder)?;
    let (mut wanted, mut verbose, mut fields) = (Vec::new(), false, false);
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "-v" => verbose = true,
            "--fields" => fields = true,
            "--outcome" | "--text" => {
                let place = arguments.next().ok_or("CASE/STEP is missing")?;
                return outcome(&folder, &place, argument == "--text");
            }
            "--questions" => {
                return questions(
                    &folder,
                    &all,
                    &arguments.next().ok_or("--questions needs a file")?,
                );
            }
            name => {
                let before = wanted.len();
                wanted.extend(all.iter().filter(|case| matches(case, name)).cloned());
                if wanted.len() == before {
                    return Err(format!("there is no case `{name}`"));
                }
            }
        }
    }
    if wanted.is_empty() {
        wanted = all;
    }
    let results = run::all(&folder, &wanted);
    for result in &results {
        println!("{}", report::line(result));
        if verbose || results.len() == 1 {
            print!("{}", report::details(result, if verbose { 100_000 } else { 300 }));
        }
    }
    if fields {
        println!("fields that differ:\n{}", report::statistics(&results));
    }
    println!("{}", report::totals(&results));
    Ok(results.iter().all(run::CaseResult::passed))
}

/// The folder of the cases, and the arguments without it.
fn folder(mut arguments: Vec<String>) -> Result<(PathBuf, Vec<String>), String> {
    let Some(at) = arguments.iter().position(|argument| argument == "--cases") else {
        return Ok((cases_folder(), arguments));
    };
    let folder = arguments.get(at + 1).ok_or("--cases needs a folder")?.into();
    arguments.drain(at..at + 2);
    Ok((folder, arguments))
}

/// A name, or the beginning of names with a `*` at its end.
fn matches(case: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => case.starts_with(beginning),
        None => case == pattern,
    }
}

fn outcome(folder: &Path, place: &str, as_text: bool) -> Result<bool, String> {
    let (name, number) = place.split_once('/').unwrap_or((place, "1"));
    let case = case::read(folder, name)?;
    let step = case
        .steps
        .iter()
        .find(|step| step.number.to_string() == number)
        .ok_or_else(|| format!("{name} has no step {number}"))?;
    let answer = run::ask(step)?;
    if as_text {
        let options = TextOptions::default();
        print!(
            "{}",
            match &answer {
                Answer::Plan(outcome) => text::outcome(outcome, &options),
                Answer::Run(outcome) => text::run(outcome, &options),
            }
        );
        return Ok(true);
    }
    println!(
        "{}",
        serde_json::to_string_pretty(&answer.json()).map_err(|error| error.to_string())?
    );
    Ok(true)
}

fn questions(folder: &Path, names: &[String], target: &str) -> Result<bool, String> {
    let mut questions = Vec::new();
    for name in names {
        let case = case::read(folder, name)?;
        for step in case.steps.iter() {
            let answer = run::ask(step).and_then(|answer| answer.text());
            questions.push(json!({
                "name": format!("{name}/{}", step.number),
                "request": {
                    "files": step.files,
                    "state": step.state_text()?,
                    "gateway": step.load.gateway,
                    "options": step.options,
                    "run": step.run,
                },
                "answer": answer.unwrap_or_else(|broken| broken),
            }));
        }
    }
    let text = serde_json::to_string(&questions).map_err(|error| error.to_string())?;
    fs::write(target, text).map_err(|error| format!("{target}: {error}"))?;
    println!("{} questions written to {target}", questions.len());
    Ok(true)
}
