//! Rehearses every applied step of the oracle cases, for the round trip with SQLMesh.
//!
//!     cargo run -p planglass-tests --bin rehearse -- FOLDER [CASE ...]
//!
//! Writes FOLDER/CASE-STEP: the project's files as they were, `rehearsed.json` with the state that carrying the step
//! out would leave, `recorded.json` with the one that SQLMesh left, and `question.json`.

use std::error::Error;
use std::fs;
use std::path::Path;

use planglass_core::apply::Rehearsal;
use planglass_core::request;
use planglass_core::state::StateFile;
use planglass_tests::{case, cases_folder};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((folder, wanted)) = arguments.split_first() else {
        return Err("usage: rehearse FOLDER [CASE ...]".into());
    };
    for name in case::names(&cases_folder())? {
        if !wanted.is_empty() && !wanted.contains(&name) {
            continue;
        }
        let case = case::read(&cases_folder(), &name)?;
        for pair in case.steps.windows(2) {
            let [step, next] = pair else { continue };
            let applied = step.command == "plan" && step.expected["applied"] == true;
            let Some(recorded) = next.state.as_ref().filter(|_| applied) else {
                continue;
            };
            if step.load.gateway != next.load.gateway {
                continue;
            }
            let text = step.state_text()?;
            let before = text.map(|text| StateFile::parse("state.json", &text)).transpose();
            let before = before.map_err(|problem| problem.to_string())?;
            let (_, after) = request::rehearse(
                &step.sources(),
                before.as_ref(),
                &step.load,
                &step.options,
                Rehearsal::default(),
            );
            let Some(mut after) = after else { continue };
            after.retain_referenced();
            let folder = Path::new(folder).join(format!("{name}-{}", step.number));
            for (path, text) in &step.files {
                let path = folder.join("project").join(path);
                fs::create_dir_all(path.parent().ok_or("no folder")?)?;
                fs::write(path, text)?;
            }
            fs::write(folder.join("rehearsed.json"), after.to_json())?;
            fs::copy(recorded, folder.join("recorded.json"))?;
            let question = json!({
                "environment": step.options.environment,
                "now": step.options.now,
                "gateway": step.load.gateway,
            });
            fs::write(folder.join("question.json"), question.to_string())?;
        }
    }
    Ok(())
}
