//! Damaged projects and states as questions for the wasm build.
//!
//! damaged FILE [COUNT]
//!
//! Writes COUNT projects (400) with a damaged file each and our own answer, and half as many damaged states, to which
//! any answer will do. `tests/wasm/compare.mjs` asks them.

use std::fs;
use std::process::ExitCode;

use planglass_core::request;
use planglass_core::source::SourceMap;
use planglass_tests::cases_folder;
use planglass_tests::damage::{Damaged, Dice, damaged};
use serde_json::json;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(target) = arguments.next() else {
        eprintln!("damaged FILE [COUNT]");
        return ExitCode::from(2);
    };
    let count = arguments
        .next()
        .and_then(|count| count.parse().ok())
        .unwrap_or(400);
    match write(&target, count) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write(target: &str, count: usize) -> Result<(), String> {
    let folder = cases_folder();
    let mut projects = Damaged::new(&folder, 0xbad_5eed)?;
    let mut questions = Vec::new();
    for number in 0..count {
        let project = projects.next_project();
        let step = &project.step;
        let sources: SourceMap = project.files.iter().collect();
        let outcome = request::plan(&sources, None, &step.load, &step.options);
        questions.push(json!({
            "name": format!("project {number}, {} damaged", project.victim),
            "request": {
                "files": project.files,
                "state": null,
                "gateway": step.load.gateway,
                "options": step.options,
            },
            "answer": serde_json::to_string(&outcome).map_err(|error| error.to_string())?,
        }));
    }
    let read = |name: &str| fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"));
    let states = [read("add-column.state-2.json")?, read("add-column.state-3.json")?];
    let mut dice = Dice::new(0xbad_face);
    for number in 0..count / 2 {
        let project = projects.next_project();
        let [first, second] = &states;
        questions.push(json!({
            "name": format!("state {number}"),
            "request": {
                "files": project.step.files,
                "state": damaged(first, second, &mut dice),
                "options": project.step.options,
            },
        }));
    }
    let text = serde_json::to_string(&questions).map_err(|error| error.to_string())?;
    fs::write(target, text).map_err(|error| format!("{target}: {error}"))?;
    println!("{} damaged inputs written to {target}", questions.len());
    Ok(())
}
