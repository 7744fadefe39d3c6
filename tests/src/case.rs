//! Cases as they lie on disk: `NAME.yaml` (the story), `NAME.expected.json` (the reference's answers) and
//! `NAME.state-N.json` (what the reference had in state before step N).
//!
//! In: a folder. Out: steps that stand alone, each with the project's files as they are at that moment.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use planglass_core::plan::{PlanOptions, RunOptions};
use planglass_core::project::LoadOptions;
use planglass_core::source::SourceMap;
use planglass_core::time::Timestamp;
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value};

/// A project with a story.
#[derive(Debug, Clone)]
pub struct Case {
    /// Name of its file, without the ending.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

/// One question with the reference's answer.
#[derive(Debug, Clone)]
pub struct Step {
    /// Position in the case, from 1.
    pub number: usize,
    /// `plan`, `run` or `diff`.
    pub command: String,
    /// The project's files, after this step's edits.
    pub files: BTreeMap<String, String>,
    /// What loading needs.
    pub load: LoadOptions,
    /// The command's arguments as options of a plan; the step's clock is in `now`.
    pub options: PlanOptions,
    /// The command's arguments as options of a run, if it is one.
    pub run: Option<RunOptions>,
    /// Path of the state file; absent where no environment existed yet.
    pub state: Option<PathBuf>,
    /// The reference's answer.
    pub expected: Value,
}

impl Step {
    /// The files as the core takes them.
    pub fn sources(&self) -> SourceMap {
        self.files.iter().collect()
    }

    /// The text of the state file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn state_text(&self) -> Result<Option<String>, String> {
        self.state
            .as_ref()
            .map(|path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display())))
            .transpose()
    }
}

/// The names of all cases in a folder, sorted.
///
/// # Errors
/// When the folder cannot be read.
pub fn names(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".yaml").map(str::to_string))
        .collect();
    names.sort();
    Ok(names)
}

/// Reads one case.
///
/// # Errors
/// One line that names the file and what is wrong with it.
pub fn read(folder: &Path, name: &str) -> Result<Case, String> {
    let text = |ending: &str| {
        let path = folder.join(format!("{name}.{ending}"));
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let story = yaml(&text("yaml")?).map_err(|error| format!("{name}.yaml: {error}"))?;
    let expected: Value = serde_json::from_str(&text("expected.json")?)
        .map_err(|error| format!("{name}.expected.json: {error}"))?;
    assemble(folder, name, &story, &expected).map_err(|error| format!("{name}: {error}"))
}

fn assemble(folder: &Path, name: &str, story: &Value, expected: &Value) -> Result<Case, String> {
    let answers = expected["steps"].as_array().ok_or("no answers")?;
    let told = story["steps"].as_array().ok_or("no steps")?;
    if answers.len() != told.len() {
        return Err(format!("{} steps, but {} answers", told.len(), answers.len()));
    }
    let mut files = BTreeMap::new();
    edit(&mut files, &story["project"])?;
    let mut now = story["now"].as_str().unwrap_or("2024-09-27T00:00:00Z");
    let mut steps = Vec::new();
    for (index, (step, answer)) in told.iter().zip(answers).enumerate() {
        let number = index + 1;
        now = step["now"].as_str().unwrap_or(now);
        edit(&mut files, &step["edit"])?;
        let command = ["plan", "run", "diff"]
            .into_iter()
            .find(|command| step.get(command).is_some())
            .ok_or_else(|| format!("step {number} does nothing"))?;
        let gateway = step["gateway"].as_str().or_else(|| story["gateway"].as_str());
        let state = folder.join(format!("{name}.state-{number}.json"));
        steps.push(Step {
            number,
            command: command.to_string(),
            files: files.clone(),
            load: LoadOptions {
                gateway: gateway.map(str::to_string),
                ..LoadOptions::default()
            },
            options: options(command, &step[command], now)
                .map_err(|error| format!("step {number}: {error}"))?,
            run: run_options(command, &step[command], now)
                .map_err(|error| format!("step {number}: {error}"))?,
            state: state.exists().then_some(state),
            expected: answer.clone(),
        });
    }
    Ok(Case {
        name: name.to_string(),
        title: story["title"].as_str().unwrap_or_default().to_string(),
        steps,
    })
}

fn edit(files: &mut BTreeMap<String, String>, edits: &Value) -> Result<(), String> {
    for (path, text) in edits.as_object().into_iter().flatten() {
        match text {
            Value::Null => {
                files.remove(path);
            }
            Value::String(text) => {
                files.insert(path.clone(), text.clone());
            }
            other => return Err(format!("`{path}` is neither a text nor null: {other}")),
        }
    }
    Ok(())
}

/// A plan's arguments carry the names of our own options. A diff is the difference that a plan of the same
/// environment would show, also where SQLMesh refuses a plan without changes.
fn options(command: &str, arguments: &Value, now: &str) -> Result<PlanOptions, String> {
    let mut options: PlanOptions = match (command, arguments) {
        (_, Value::Null) => PlanOptions::default(),
        ("plan", arguments) => {
            serde_json::from_value(arguments.clone()).map_err(|error| error.to_string())?
        }
        (_, arguments) => PlanOptions {
            environment: arguments["environment"].as_str().map(str::to_string),
            include_unmodified: Some(true),
            ..PlanOptions::default()
        },
    };
    options.now = instant(now)?;
    Ok(options)
}

fn run_options(command: &str, arguments: &Value, now: &str) -> Result<Option<RunOptions>, String> {
    let options: RunOptions = match (command, arguments) {
        ("run", Value::Null) => RunOptions::default(),
        ("run", arguments) => serde_json::from_value(arguments.clone()).map_err(|error| error.to_string())?,
        _ => return Ok(None),
    };
    let now = instant(now)?;
    Ok(Some(RunOptions { now, ..options }))
}

fn instant(text: &str) -> Result<Timestamp, String> {
    let at: jiff::Timestamp = text.parse().map_err(|error| format!("`{text}`: {error}"))?;
    Ok(Timestamp(at.as_millisecond()))
}

/// YAML as JSON values; keys become texts.
fn yaml(text: &str) -> Result<Value, String> {
    let documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
    documents
        .first()
        .map_or(Ok(Value::Null), |document| json(document))
}

fn json(node: &Yaml<'_>) -> Result<Value, String> {
    Ok(match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => Value::Bool(*value),
        Yaml::Value(Scalar::Integer(value)) => Value::from(*value),
        Yaml::Value(Scalar::FloatingPoint(value)) => Value::from(value.into_inner()),
        Yaml::Value(Scalar::String(value)) => Value::String(value.to_string()),
        Yaml::Sequence(items) => Value::Array(items.iter().map(json).collect::<Result<_, _>>()?),
        Yaml::Mapping(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                let key = match json(key)? {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                object.insert(key, json(value)?);
            }
            Value::Object(object)
        }
        other => return Err(format!("unsupported YAML: {other:?}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_add_change_and_delete() {
        let mut files = BTreeMap::new();
        edit(&mut files, &yaml("a: |\n  one\nb: two\n").unwrap()).unwrap();
        edit(&mut files, &yaml("a: null\nb: three\n").unwrap()).unwrap();
        assert_eq!(files, BTreeMap::from([("b".to_string(), "three".to_string())]));
        assert!(edit(&mut files, &yaml("c: [1]").unwrap()).is_err());
    }

    #[test]
    fn arguments_become_options() {
        let arguments = yaml("{environment: dev, restate_models: ['a.*'], min_intervals: 2}").unwrap();
        let options = options("plan", &arguments, "1970-01-01T00:00:01Z").unwrap();
        assert_eq!(options.environment.as_deref(), Some("dev"));
        assert_eq!(options.restate_models, ["a.*"]);
        assert_eq!(options.min_intervals, Some(2));
        assert_eq!(options.now, Timestamp(1000));
    }

    #[test]
    fn an_unknown_argument_is_an_error() {
        assert!(options("plan", &yaml("{colour: red}").unwrap(), "1970-01-01T00:00:01Z").is_err());
    }
}
