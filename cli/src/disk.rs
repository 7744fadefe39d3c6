//! The machine: a folder as a `SourceMap`, environment variables as values, the clock.
//!
//! Only texts are read. Hidden folders, caches, build output and files that are no texts are passed over;
//! what looks like a part of the project but cannot be read is a problem, named with its path.

use planglass_core::ordered::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use planglass_core::config::dotenv;
use planglass_core::diagnostic::Diagnostic;
use planglass_core::project::LoadOptions;
use planglass_core::source::{Location, SourceMap};
use planglass_core::time::Timestamp;

/// Folders that never hold a part of a project.
const SKIPPED: [&str; 4] = ["target", "node_modules", "__pycache__", "venv"];
/// Files that a project is made of; of others it does not matter whether they can be read.
const EXPECTED: [&str; 5] = ["sql", "yaml", "yml", "csv", "py"];
const MEGABYTE: u64 = 1 << 20;
const LARGEST_FILE: u64 = 64 * MEGABYTE;
const LARGEST_PROJECT: u64 = 1024 * MEGABYTE;
const LARGEST_STATE: u64 = 4096 * MEGABYTE;
const DEEPEST: usize = 40;

/// A project's files, and what could not be read.
#[derive(Debug, Default)]
pub struct Folder {
    /// The texts.
    pub sources: SourceMap,
    /// Files that were left out although they should not be.
    pub problems: Vec<Diagnostic>,
}

/// Reads a project's folder.
///
/// # Errors
/// When it is not a folder, or holds more than fits.
pub fn read_folder(root: &Path) -> Result<Folder, Diagnostic> {
    let shown = root.display();
    if !root.is_dir() {
        let what = if root.exists() {
            "is not a folder"
        } else {
            "does not exist"
        };
        return Err(
            Diagnostic::error("project/no-folder", format!("the project `{shown}` {what}"))
                .help("`-p FOLDER` names the folder that holds `config.yaml`"),
        );
    }
    let mut walk = Walk::default();
    walk.folder(root, "", 0);
    if walk.bytes > LARGEST_PROJECT {
        return Err(Diagnostic::error(
            "project/too-large",
            format!(
                "`{shown}` holds more than {} MB of text",
                LARGEST_PROJECT / MEGABYTE
            ),
        )
        .help("`-p FOLDER` names the folder of the project itself"));
    }
    Ok(walk.found)
}

/// Reads the folders of several projects into one map, each below its own name. With the names, in order; none for
/// a single folder, whose files stand at the top.
///
/// # Errors
/// As `read_folder`.
pub fn read_projects(roots: &[PathBuf]) -> Result<(Folder, Vec<String>), Diagnostic> {
    if let [root] = roots {
        return Ok((read_folder(root)?, Vec::new()));
    }
    let mut all = Folder::default();
    let mut names: Vec<String> = Vec::new();
    for root in roots {
        let folder = read_folder(root)?;
        let real = root.canonicalize().unwrap_or_else(|_| root.clone());
        let last = real
            .file_name()
            .map_or("project".into(), |name| name.to_string_lossy());
        let mut name = last.to_string();
        while names.contains(&name) {
            name.push('+');
        }
        for (path, text) in folder.sources.iter() {
            all.sources.insert(&format!("{name}/{path}"), text);
        }
        all.problems.extend(folder.problems);
        names.push(name);
    }
    Ok((all, names))
}

#[derive(Default)]
struct Walk {
    found: Folder,
    /// Folders entered, with links resolved: a link to one of them is not followed again.
    entered: BTreeSet<PathBuf>,
    bytes: u64,
}

impl Walk {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) {
        let Ok(real) = folder.canonicalize() else { return };
        if !self.entered.insert(real) || self.bytes > LARGEST_PROJECT {
            return;
        }
        if depth > DEEPEST {
            self.problem(prefix, format!("folders lie more than {DEEPEST} deep"));
            return;
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                self.problem(prefix, format!("the folder cannot be read: {error}"));
                return;
            }
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                self.problem(prefix, "a file's name is not UTF-8".to_string());
                continue;
            };
            let relative = if prefix.is_empty() {
                name.to_string()
            } else {
                format!("{prefix}/{name}")
            };
            if path.is_dir() {
                if !name.starts_with('.') && !SKIPPED.contains(&name) {
                    self.folder(&path, &relative, depth + 1);
                }
            } else if path.is_file() && !name.starts_with('.') {
                self.file(&path, &relative);
            }
        }
    }

    fn file(&mut self, path: &Path, relative: &str) {
        let expected = path
            .extension()
            .and_then(|ending| ending.to_str())
            .is_some_and(|ending| EXPECTED.contains(&ending.to_lowercase().as_str()));
        let size = path.metadata().map_or(0, |metadata| metadata.len());
        if size > LARGEST_FILE {
            if expected {
                let size = size / MEGABYTE;
                self.problem(
                    relative,
                    format!(
                        "the file of {size} MB is larger than {} MB",
                        LARGEST_FILE / MEGABYTE
                    ),
                );
            }
            return;
        }
        let text = match fs::read(path) {
            Ok(bytes) => String::from_utf8(bytes).map_err(|error| {
                let at = error.utf8_error().valid_up_to();
                format!("the file is not UTF-8: byte {at} is not part of a character")
            }),
            Err(error) => Err(format!("the file cannot be read: {error}")),
        };
        match text {
            Ok(text) if expected || !text.contains('\0') => {
                self.bytes += text.len() as u64;
                self.found.sources.insert(relative, text);
            }
            Err(why) if expected => self.problem(relative, why),
            _ => {}
        }
    }

    fn problem(&mut self, relative: &str, why: String) {
        let problem = Diagnostic::warning("project/unreadable", format!("`{relative}` was left out: {why}"))
            .at(Location::file(relative), "");
        self.found.problems.push(problem);
    }
}

/// Reads a state file's text.
///
/// # Errors
/// When it does not exist, is no file, is no text, or is too large.
pub fn read_state(path: &Path) -> Result<String, Diagnostic> {
    let shown = path.display();
    let problem = |code: &str, message: String| Diagnostic::error(code, message);
    let metadata = fs::metadata(path).map_err(|error| {
        problem(
            "state/unreadable",
            format!("the state file `{shown}` cannot be read: {error}"),
        )
        .help("`sqlmesh state export -o state.json` writes one; `--state empty` stands for nothing")
    })?;
    if metadata.is_dir() {
        return Err(problem(
            "state/unreadable",
            format!("the state file `{shown}` is a folder"),
        )
        .help("`--state FILE` names the exported file itself"));
    }
    if metadata.len() > LARGEST_STATE {
        let size = metadata.len() / MEGABYTE;
        return Err(problem(
            "state/too-large",
            format!(
                "the state file `{shown}` has {size} MB; at most {} are read",
                LARGEST_STATE / MEGABYTE
            ),
        )
        .help("`sqlmesh state export --environment NAME` exports less"));
    }
    let bytes = fs::read(path).map_err(|error| {
        problem(
            "state/unreadable",
            format!("the state file `{shown}` cannot be read: {error}"),
        )
    })?;
    let compressed = bytes.starts_with(&[0x1f, 0x8b]) || bytes.starts_with(b"PK");
    String::from_utf8(bytes).map_err(|_| {
        let help = if compressed {
            "unpack it first"
        } else {
            "exports are JSON, written as UTF-8"
        };
        problem(
            "state/not-text",
            format!("the state file `{shown}` is not a text"),
        )
        .help(help)
    })
}

/// The environment variables whose names and values are texts.
fn environment_variables() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// The same with `.env` files laid over them: the one that is named, else those of the projects.
///
/// # Errors
/// When the file that is named cannot be read.
fn variables(roots: &[PathBuf], named: Option<&Path>) -> Result<BTreeMap<String, String>, Diagnostic> {
    let mut variables = environment_variables();
    let named = match (named, variables.get("SQLMESH_DOTENV_PATH")) {
        (None, Some(path)) if !path.is_empty() => Some(PathBuf::from(path)),
        (named, _) => named.map(Path::to_path_buf),
    };
    if let Some(path) = named {
        let text = fs::read_to_string(&path).map_err(|error| {
            let shown = path.display();
            Diagnostic::error(
                "config/no-dotenv",
                format!("the environment file `{shown}` cannot be read: {error}"),
            )
            .help("`--dotenv FILE` names a file with lines such as `NAME=value`")
        })?;
        dotenv::overlay(&text, &mut variables);
        return Ok(variables);
    }
    for root in roots {
        if let Ok(text) = fs::read_to_string(root.join(".env")) {
            dotenv::overlay(&text, &mut variables);
        }
    }
    Ok(variables)
}

/// The name of the user, as the system's variables have it.
fn user() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|name| !name.is_empty())
}

/// The user's own configuration, with its path for messages: in `SQLMESH_HOME`, else in `.sqlmesh` at home.
fn personal_config(variables: &BTreeMap<String, String>) -> Option<(String, String)> {
    let set = |name: &str| variables.get(name).filter(|value| !value.is_empty());
    let folder = match set("SQLMESH_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(set("HOME").or_else(|| set("USERPROFILE"))?).join(".sqlmesh"),
    };
    let names = ["config.yml", "config.yaml", "sqlmesh.yml", "sqlmesh.yaml"];
    names.into_iter().find_map(|name| {
        let text = fs::read_to_string(folder.join(name)).ok()?;
        let shown = if set("SQLMESH_HOME").is_some() {
            "$SQLMESH_HOME"
        } else {
            "~/.sqlmesh"
        };
        Some((format!("{shown}/{name}"), text))
    })
}

/// What loading projects takes from the machine, for a gateway that is named or not.
///
/// # Errors
/// When the environment file that is named cannot be read.
pub fn load_options(
    roots: &[PathBuf],
    projects: Vec<String>,
    gateway: Option<String>,
    dotenv: Option<&Path>,
) -> Result<LoadOptions, Diagnostic> {
    let env = variables(roots, dotenv)?;
    Ok(LoadOptions {
        gateway: gateway.or_else(|| env.get("SQLMESH_GATEWAY").cloned()),
        personal_config: personal_config(&env),
        env,
        user: user(),
        projects,
        ..LoadOptions::default()
    })
}

/// The clock.
pub fn clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for each test, removed at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("planglass-disk-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn write(&self, path: &str, bytes: &[u8]) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn reads_texts_and_passes_over_the_rest() {
        let scratch = Scratch::new("texts");
        scratch.write("config.yaml", b"a: 1");
        scratch.write("models/a.sql", b"SELECT 1");
        scratch.write(".cache/b.sql", b"SELECT 1");
        scratch.write("node_modules/c.sql", b"SELECT 1");
        scratch.write("db.duckdb", &[0, 159, 146, 150]);
        let folder = read_folder(&scratch.0).unwrap();
        let paths: Vec<&str> = folder.sources.iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["config.yaml", "models/a.sql"]);
        assert!(folder.problems.is_empty());
    }

    #[test]
    fn a_model_that_is_no_text_is_a_problem() {
        let scratch = Scratch::new("bytes");
        scratch.write("models/a.sql", b"SELECT '\xff'");
        let folder = read_folder(&scratch.0).unwrap();
        assert_eq!(
            folder.problems[0].message,
            "`models/a.sql` was left out: the file is not UTF-8: byte 8 is not part of a character"
        );
    }

    #[test]
    fn several_projects_stand_below_their_names() {
        let scratch = Scratch::new("several");
        scratch.write("a/config.yaml", b"a: 1");
        scratch.write("b/config.yaml", b"b: 1");
        scratch.write("b/.env", b"PLANGLASS_TEST=from b");
        let roots = [scratch.0.join("a"), scratch.0.join("b")];
        let (folder, names) = read_projects(&roots).unwrap();
        let paths: Vec<&str> = folder.sources.iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["a/config.yaml", "b/config.yaml"]);
        assert_eq!(names, ["a", "b"]);
        assert_eq!(variables(&roots, None).unwrap()["PLANGLASS_TEST"], "from b");
        assert!(variables(&roots, Some(Path::new("/nowhere"))).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_end() {
        let scratch = Scratch::new("links");
        scratch.write("models/a.sql", b"SELECT 1");
        std::os::unix::fs::symlink(&scratch.0, scratch.0.join("models/again")).unwrap();
        assert_eq!(read_folder(&scratch.0).unwrap().sources.len(), 1);
    }

    #[test]
    fn what_is_no_folder_is_refused() {
        let problem = read_folder(Path::new("/nowhere/at/all")).unwrap_err();
        assert_eq!(problem.message, "the project `/nowhere/at/all` does not exist");
    }
}
