//! Projects for checks: the sample, written ones, big ones; and what a native build says about them.

use std::fs;
use std::path::{Path, PathBuf};

use planglass_core::plan::PlanOptions;
use planglass_core::project::LoadOptions;
use planglass_core::report::PlanOutcome;
use planglass_core::request;
use planglass_core::source::SourceMap;
use planglass_core::state::StateFile;
use planglass_core::time::{Timestamp, parse_date};

use crate::page::Checked;
use crate::root;

/// A project with its state, in memory.
#[derive(Default)]
pub struct Project {
    /// Path → text.
    pub files: Vec<(String, String)>,
    /// Text of the state export.
    pub state: Option<String>,
}

impl Project {
    /// The sample that the page offers.
    pub fn sample() -> Checked<Self> {
        let folder = root().join("tests/projects/bikes");
        let mut project = Self::default();
        project.read(&folder, "")?;
        let state = project.files.iter().position(|(path, _)| path == "state.json");
        let state = state.ok_or("the sample has no state.json")?;
        project.state = Some(project.files.remove(state).1);
        Ok(project)
    }

    fn read(&mut self, folder: &Path, inside: &str) -> Checked {
        let fail = |error| format!("{}: {error}", folder.display());
        for entry in fs::read_dir(folder).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            let name = format!(
                "{inside}{}",
                path.file_name().unwrap_or_default().to_string_lossy()
            );
            if path.is_dir() {
                self.read(&path, &format!("{name}/"))?;
            } else {
                self.files.push((name, fs::read_to_string(&path).map_err(fail)?));
            }
        }
        Ok(())
    }

    /// A project from pairs of path and text.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_string(), (*text).to_string()))
            .collect();
        Self { files, state: None }
    }

    /// Writes it below a folder and says where; the state lies beside the project.
    pub fn write(&self, folder: &Path, name: &str) -> Checked<(PathBuf, PathBuf)> {
        let top = folder.join(name);
        let fail = |error: std::io::Error| format!("{}: {error}", top.display());
        if top.exists() {
            fs::remove_dir_all(&top).map_err(fail)?;
        }
        for (path, text) in &self.files {
            let path = top.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&top)).map_err(fail)?;
            fs::write(&path, text).map_err(fail)?;
        }
        let state = folder.join(format!("{name}.json"));
        if let Some(text) = &self.state {
            fs::write(&state, text).map_err(fail)?;
        }
        Ok((top, state))
    }

    /// The moment at which the state was exported.
    pub fn exported(&self) -> Checked<Timestamp> {
        let state = self.parse_state()?.ok_or("there is no state")?;
        parse_date(&state.metadata.timestamp, Timestamp(0))
            .map(|date| date.at)
            .ok_or_else(|| format!("`{}` is no moment", state.metadata.timestamp))
    }

    /// The state, read.
    pub fn parse_state(&self) -> Checked<Option<StateFile>> {
        let state = self
            .state
            .as_deref()
            .map(|text| StateFile::parse("state.json", text));
        state.transpose().map_err(|problem| problem.to_string())
    }

    /// What a native build plans.
    pub fn plan(&self, options: &PlanOptions) -> Checked<PlanOutcome> {
        let sources: SourceMap = self
            .files
            .iter()
            .map(|(path, text)| (path, text.as_str()))
            .collect();
        Ok(request::plan(
            &sources,
            self.parse_state()?.as_ref(),
            &LoadOptions::default(),
            options,
        ))
    }
}

/// A project of many models in layers of ten, each reading two of the layer before.
pub fn big(models: usize) -> Project {
    let mut files = vec![(
        "config.yaml".to_string(),
        "gateways:\n  local:\n    connection: {type: duckdb, database: big.duckdb}\ndefault_gateway: local\n\
         model_defaults:\n  dialect: duckdb\n  start: 2026-01-01\n"
            .to_string(),
    )];
    for index in 0..models {
        let (layer, place) = (index / 10, index % 10);
        let from = match layer {
            0 => "SELECT 1 AS id, 'x' AS label".to_string(),
            _ => {
                let (left, right) = ((layer - 1) * 10 + place, (layer - 1) * 10 + (place + 3) % 10);
                format!(
                    "SELECT a.id, b.label, COUNT(*) AS entries\nFROM layer_{0}.model_{left} AS a\n\
                     JOIN layer_{0}.model_{right} AS b ON a.id = b.id\nGROUP BY a.id, b.label",
                    layer - 1
                )
            }
        };
        let text = format!("MODEL (name layer_{layer}.model_{index}, kind FULL, cron '@daily');\n\n{from}\n");
        files.push((format!("models/layer_{layer}/model_{index}.sql"), text));
    }
    Project { files, state: None }
}
