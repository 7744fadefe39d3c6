//! What is open: a project and a state, from files as they were dropped, picked or unpacked.
//!
//! In: paths with bytes. Out: facts about each of them, and plans. Which file is what is decided here, by name
//! and content; nothing here touches a browser, so all of it is tested natively.

use std::rc::Rc;

use planglass_core::diagnostic::Diagnostic;
use planglass_core::hash;
use planglass_core::project::{LoadOptions, config};
use planglass_core::report::PlanOutcome;
use planglass_core::source::{Location, SourceMap, Span};
use planglass_core::state::StateFile;
use planglass_core::state::environment::PROD;
use planglass_core::state::lint::lint;
use planglass_core::time::{Timestamp, parse_date};

use super::archive;
use super::kinds::{looks_like_state, read_decisions, read_report};
use super::limits;
use crate::folder::{has_extension, root_of, wanted};
use crate::messages::decisions::FORMAT;
use crate::messages::{Decisions, InputFacts, Opened, What, counted};

/// A file as it came: its path (with folders, if it came with any) and its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    /// `bikes/models/a.sql`, `state.json`.
    pub path: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// The open files.
#[derive(Debug, Default)]
pub struct Session {
    project: Option<SourceMap>,
    states: Vec<OpenState>,
    report: Option<PlanOutcome>,
    decisions: Option<Decisions>,
    inputs: Vec<InputFacts>,
    last_id: u32,
}

/// A state that could be read.
#[derive(Debug)]
pub struct OpenState {
    /// Number of its input.
    pub id: u32,
    /// Name of its file.
    pub name: String,
    /// Content.
    pub state: Rc<StateFile>,
}

impl Session {
    /// Takes new files. A new project replaces the previous one, a state the one of the same name. The first state
    /// of these files that can be read is the one that plans are made with; when none can, there is no plan: one
    /// with another state would mislead.
    pub fn open(&mut self, inputs: Vec<Input>) {
        let mut folder = Vec::new();
        let mut states = Vec::new();
        for input in inputs {
            let loose = !input.path.contains('/');
            if loose && has_extension(&input.path, "zip") {
                self.open_archive(input);
            } else if loose && has_extension(&input.path, "json") {
                states.push(input);
            } else {
                folder.push(input);
            }
        }
        if !folder.is_empty() {
            self.open_project(None, folder);
        }
        let before = self.last_id;
        for input in states {
            self.open_json(input);
        }
        let new = |facts: &&InputFacts| facts.what == What::State && facts.id > before;
        let mut candidates = self.inputs.iter().filter(new);
        let first = candidates.clone().next();
        if let Some(chosen) = candidates
            .find(|facts| facts.usable())
            .or(first)
            .map(|facts| facts.id)
        {
            self.choose(chosen);
        }
    }

    /// Plans are made with this state from now on.
    pub fn choose(&mut self, id: u32) {
        for facts in &mut self.inputs {
            facts.used = match facts.what {
                What::State => facts.id == id,
                What::Project | What::Report | What::Decisions => true,
            };
        }
    }

    fn open_archive(&mut self, input: Input) {
        match archive::unzip(&input.bytes) {
            Ok(files) => self.open_project(Some(input), files),
            Err(message) => {
                let problem = Diagnostic::error("open/archive", message)
                    .at(Location::file(input.path.as_str()), "")
                    .help("a zip archive with stored or deflated entries can be read");
                let facts = InputFacts {
                    what: What::Project,
                    problems: vec![problem],
                    ..file_facts(&input.path, &input.bytes)
                };
                self.project = None;
                self.remember(facts);
            }
        }
    }

    /// Makes a project of files; `archive` is where they came from, if from one file.
    fn open_project(&mut self, archive: Option<Input>, files: Vec<Input>) {
        let root = root_of(files.iter().map(|input| input.path.as_str()));
        let mut sources = SourceMap::new();
        let mut problems = Vec::new();
        let mut size = 0;
        let mut nested_state = None;
        for input in files {
            let Some(path) = input.path.strip_prefix(&root) else {
                continue;
            };
            if !wanted(path) {
                continue;
            }
            if !path.contains('/') && has_extension(path, "json") && looks_like_state(&input.bytes) {
                nested_state = Some(Input {
                    path: path.to_string(),
                    bytes: input.bytes,
                });
                continue;
            }
            size += input.bytes.len() as u64;
            match String::from_utf8(input.bytes) {
                Ok(text) => sources.insert(path, text),
                Err(error) => {
                    let at = error.utf8_error().valid_up_to();
                    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                    problems.push(
                        Diagnostic::warning(
                            "open/not-utf-8",
                            format!("`{path}` is not UTF-8 text and was left out"),
                        )
                        .at(
                            Location::in_text(path, &text, Span::new(at, at + 1)),
                            "first such byte",
                        ),
                    );
                }
            }
        }
        let name = match (&archive, root.trim_end_matches('/').rsplit('/').next()) {
            (Some(archive), _) => archive.path.clone(),
            (None, Some(folder)) if !folder.is_empty() => format!("{folder}/"),
            _ => "loose files".to_string(),
        };
        let digest = hash::digest(sources.iter().flat_map(|(path, text)| [path, text]));
        self.remember(InputFacts {
            name,
            what: What::Project,
            size: archive.map_or(size, |archive| archive.bytes.len() as u64),
            digest,
            contains: contents_of(&sources),
            problems,
            ..InputFacts::default()
        });
        self.project = Some(sources);
        if let Some(input) = nested_state {
            self.open_state(input);
        }
    }

    fn open_json(&mut self, input: Input) {
        if let Some(decisions) = read_decisions(&input.bytes) {
            self.open_decisions(&input, decisions);
            return;
        }
        match read_report(&input.bytes) {
            Some(report) => {
                let facts = InputFacts {
                    what: What::Report,
                    contains: report.plan.as_ref().map_or_else(
                        || "no plan".to_string(),
                        |plan| {
                            format!(
                                "plan of {}, {}",
                                plan.environment,
                                counted(plan.snapshots.len(), "model")
                            )
                        },
                    ),
                    ..file_facts(&input.path, &input.bytes)
                };
                self.report = Some(report);
                self.remember(facts);
            }
            None => self.open_state(input),
        }
    }

    fn open_decisions(&mut self, input: &Input, decisions: Decisions) {
        let mut facts = InputFacts {
            what: What::Decisions,
            contains: format!(
                "decisions about {} of {}",
                counted(decisions.models.len(), "model"),
                decisions.environment
            ),
            ..file_facts(&input.path, &input.bytes)
        };
        self.decisions = None;
        if decisions.planglass_decisions > FORMAT {
            let message = "the decision file was written by a newer Planglass";
            facts.problems.push(
                Diagnostic::error("open/newer-decisions", message)
                    .at(Location::file(input.path.as_str()), "")
                    .help("open it with that release"),
            );
        } else {
            self.decisions = Some(decisions);
        }
        self.remember(facts);
    }

    /// Takes note of a state that is too large to be read.
    pub fn refuse(&mut self, path: &str, size: u64) {
        let id = self.remember(InputFacts {
            name: path.to_string(),
            what: What::State,
            size,
            problems: vec![limits::too_large(path, size)],
            ..InputFacts::default()
        });
        self.choose(id);
    }

    fn open_state(&mut self, input: Input) {
        let mut facts = file_facts(&input.path, &input.bytes);
        let state = match read_state(&input) {
            Ok(state) => {
                facts.exported = Some(state.metadata.timestamp.clone()).filter(|text| !text.is_empty());
                let mut names: Vec<&str> = state
                    .snapshots
                    .iter()
                    .map(|snapshot| snapshot.name.as_str())
                    .collect();
                names.sort_unstable();
                names.dedup();
                facts.contains = [
                    counted(names.len(), "model"),
                    counted(state.snapshots.len(), "version"),
                    counted(state.environments.len(), "environment"),
                ]
                .join(", ");
                facts.without_environments = state.environments.is_empty();
                facts.versions = Some(format!(
                    "SQLMesh {}, SQLGlot {}, schema {}",
                    state.versions.sqlmesh_version,
                    state.versions.sqlglot_version,
                    state.versions.schema_version
                ));
                let exported = parse_date(&state.metadata.timestamp, Timestamp(0));
                let at = exported.map_or(Timestamp(0), |date| date.at);
                facts.findings = lint(&input.path, &state, at);
                Some(Rc::new(state))
            }
            Err(problem) => {
                facts.problems.push(*problem);
                None
            }
        };
        let name = facts.name.clone();
        let id = self.remember(facts);
        if let Some(state) = state {
            self.states.push(OpenState { id, name, state });
        }
        self.choose(id);
    }

    /// Takes a new input in the place of what it replaces, and says its number.
    fn remember(&mut self, facts: InputFacts) -> u32 {
        let replaced = |known: &InputFacts| {
            known.what == facts.what && (known.what != What::State || known.name == facts.name)
        };
        self.inputs.retain(|known| !replaced(known));
        self.states
            .retain(|state| facts.what != What::State || state.name != facts.name);
        self.last_id += 1;
        self.inputs.push(InputFacts {
            id: self.last_id,
            used: true,
            ..facts
        });
        self.inputs.sort_by_key(|facts| (facts.what, facts.id));
        self.last_id
    }

    /// Forgets an input.
    pub fn close(&mut self, id: u32) {
        match self
            .inputs
            .iter()
            .find(|facts| facts.id == id)
            .map(|facts| facts.what)
        {
            Some(What::Project) => self.project = None,
            Some(What::Report) => self.report = None,
            Some(What::Decisions) => self.decisions = None,
            Some(What::State) | None => self.states.retain(|state| state.id != id),
        }
        self.inputs.retain(|facts| facts.id != id);
        let states = || self.inputs.iter().filter(|facts| facts.what == What::State);
        if !states().any(|facts| facts.used)
            && let Some(next) = states().next().map(|facts| facts.id)
        {
            self.choose(next);
        }
    }

    /// What cannot be read of the inputs that plans are made with.
    fn failed(&self) -> Vec<Diagnostic> {
        self.inputs
            .iter()
            .filter(|facts| matches!(facts.what, What::State | What::Project) && facts.used)
            .flat_map(|facts| facts.problems.iter().filter(|problem| problem.is_error()))
            .cloned()
            .collect()
    }

    /// The state that plans are made with.
    pub fn state(&self) -> Option<&Rc<StateFile>> {
        self.used().map(|open| &open.state)
    }

    /// The same with its number and name.
    pub fn used(&self) -> Option<&OpenState> {
        let used = self
            .inputs
            .iter()
            .find(|facts| facts.what == What::State && facts.used)?;
        self.state_of(used.id)
    }

    /// A state by the number of its input.
    pub fn state_of(&self, id: u32) -> Option<&OpenState> {
        self.states.iter().find(|state| state.id == id)
    }

    /// What is open.
    pub fn opened(&self) -> Opened {
        let environments = self
            .state()
            .into_iter()
            .flat_map(|state| state.environments.keys())
            .cloned();
        let exported_at = self
            .state()
            .and_then(|state| parse_date(&state.metadata.timestamp, Timestamp(0)))
            .map(|date| date.at);
        let config = self
            .project
            .as_ref()
            .map(|sources| config::load(sources, &LoadOptions::default()).0);
        let config = config.unwrap_or_default();
        Opened {
            inputs: self.inputs.clone(),
            environments: environments.collect(),
            gateways: config.gateways,
            default_gateway: config.gateway,
            default_environment: Some(config.default_target_environment)
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| PROD.to_string()),
            exported_at,
            can_plan: self.project.is_some() && self.failed().is_empty(),
            has_report: self.report.is_some(),
            has_decisions: self.decisions.is_some(),
        }
    }

    /// The files that plans are made of.
    ///
    /// # Errors
    /// Problems, when there is no project or something cannot be read.
    pub fn ready(&self) -> Result<&SourceMap, Vec<Diagnostic>> {
        let failed = self.failed();
        if !failed.is_empty() {
            return Err(failed);
        }
        let nothing = || vec![Diagnostic::error("open/no-project", "no project is open")];
        self.project.as_ref().ok_or_else(nothing)
    }

    /// The open decision file, and its name.
    pub fn decisions(&self) -> Option<(&str, &Decisions)> {
        let decisions = self.decisions.as_ref()?;
        Some((self.named(What::Decisions)?.name.as_str(), decisions))
    }

    /// Facts about what is in use of a kind.
    pub fn named(&self, what: What) -> Option<&InputFacts> {
        self.inputs.iter().find(|facts| facts.what == what && facts.used)
    }

    /// The saved plan that is open.
    pub fn report(&self) -> Option<&PlanOutcome> {
        self.report.as_ref()
    }

    /// The text of a file of the project.
    pub fn source(&self, path: &str) -> Option<&str> {
        self.project.as_ref().and_then(|sources| sources.get(path))
    }
}

fn read_state(input: &Input) -> Result<StateFile, Box<Diagnostic>> {
    match std::str::from_utf8(&input.bytes) {
        Ok(text) => StateFile::parse(&input.path, text.trim_start_matches('\u{feff}')),
        Err(error) => {
            let text = String::from_utf8_lossy(&input.bytes);
            let at = error.valid_up_to();
            let place = Location::in_text(&input.path, &text, Span::new(at, at + 1));
            Err(Box::new(
                Diagnostic::error(
                    "state/not-json",
                    "the state file is not UTF-8 text, so it is not JSON",
                )
                .at(place, "first such byte")
                .help("`sqlmesh state export -o state.json` writes a state file"),
            ))
        }
    }
}

fn file_facts(name: &str, bytes: &[u8]) -> InputFacts {
    InputFacts {
        name: name.to_string(),
        size: bytes.len() as u64,
        digest: hash::file_digest(bytes),
        ..InputFacts::default()
    }
}

fn contents_of(sources: &SourceMap) -> String {
    let in_folder = |folder: &str| {
        sources
            .iter()
            .filter(|(path, _)| path.starts_with(folder))
            .count()
    };
    let mut parts = vec![counted(sources.len(), "file")];
    for (folder, what) in [
        ("models/", "model file"),
        ("seeds/", "seed"),
        ("macros/", "macro file"),
    ] {
        match in_folder(folder) {
            0 => {}
            count => parts.push(counted(count, what)),
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use planglass_core::report::PlanReport;

    use super::*;

    fn input(path: &str, text: &str) -> Input {
        Input {
            path: path.to_string(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    fn paths(session: &Session) -> Vec<&str> {
        session
            .project
            .as_ref()
            .map(|sources| sources.iter().map(|(path, _)| path).collect())
            .unwrap_or_default()
    }

    const STATE: &str = r#"{"metadata": {"timestamp": "2024-09-27 00:00:00+00:00", "file_version": 1, "importable": true},
        "versions": {"schema_version": 102, "sqlglot_version": "30.8.0", "sqlmesh_version": "0.236.4"},
        "snapshots": [], "environments": {}}"#;

    #[test]
    fn a_folder_is_a_project_with_its_state_beside_it() {
        let mut session = Session::default();
        session.open(vec![
            input("repo/README.md", "text"),
            input("repo/bikes/config.yaml", "gateways: {}"),
            input("repo/bikes/models/a.sql", "SELECT 1"),
            input("repo/bikes/state.json", STATE),
        ]);
        assert_eq!(paths(&session), ["config.yaml", "models/a.sql"]);
        let opened = session.opened();
        assert!(opened.can_plan, "{opened:?}");
        let names: Vec<&str> = opened.inputs.iter().map(|facts| facts.name.as_str()).collect();
        assert_eq!(names, ["state.json", "bikes/"]);
        assert_eq!(opened.inputs[1].contains, "2 files, 1 model file");
    }

    #[test]
    fn a_folder_without_configuration_is_still_a_project() {
        let mut session = Session::default();
        session.open(vec![input("shop/models/a.sql", "SELECT 1")]);
        assert_eq!(paths(&session), ["models/a.sql"]);
    }

    #[test]
    fn a_broken_state_stops_the_plan_and_says_where() {
        let mut session = Session::default();
        session.open(vec![
            input("shop/config.yaml", "gateways: {}"),
            input("state.json", "{\n  \"metadata\": "),
        ]);
        let opened = session.opened();
        assert!(!opened.can_plan);
        assert_eq!(opened.inputs[0].problems[0].labels[0].location.line, 2);
        let problems = session.ready().expect_err("a problem");
        assert_eq!(problems[0].labels[0].location.path, "state.json");
        session.open(vec![input("state.json", STATE)]);
        assert!(session.opened().can_plan);
    }

    #[test]
    fn a_saved_plan_is_told_from_a_state() {
        let saved = serde_json::to_string(&PlanOutcome {
            plan: Some(PlanReport {
                environment: "dev".into(),
                ..PlanReport::default()
            }),
            ..PlanOutcome::default()
        });
        let mut session = Session::default();
        session.open(vec![input("plan.json", &saved.expect("text"))]);
        assert_eq!(session.opened().inputs[0].contains, "plan of dev, 0 models");
        assert!(session.report().is_some());
    }

    #[test]
    fn a_decision_file_is_told_from_a_state() {
        let mut session = Session::default();
        session.open(vec![input(
            "decisions.json",
            r#"{"planglass_decisions": 1, "environment": "dev", "models": {"a": {"category": "BREAKING"}}}"#,
        )]);
        assert_eq!(
            session.opened().inputs[0].contains,
            "decisions about 1 model of dev"
        );
        assert!(session.opened().has_decisions);
        session.open(vec![input("decisions.json", r#"{"planglass_decisions": 2}"#)]);
        assert!(!session.opened().has_decisions);
        assert!(!session.opened().inputs[0].usable());
    }

    #[test]
    fn text_in_another_encoding_is_left_out_with_a_warning() {
        let mut session = Session::default();
        let latin = Input {
            path: "p/models/a.sql".into(),
            bytes: b"SELECT '\xfc'".to_vec(),
        };
        session.open(vec![input("p/config.yaml", ""), latin]);
        let opened = session.opened();
        assert!(opened.can_plan);
        assert_eq!(opened.inputs[0].problems[0].labels[0].location.column, 9);
    }
}
