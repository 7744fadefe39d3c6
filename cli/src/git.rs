//! What git says of the project's files, for selectors such as `git:main`. Git itself is asked; nothing is changed.

use std::path::{Path, PathBuf};
use std::process::Command;

use planglass_core::diagnostic::Diagnostic;
use planglass_core::ordered::{BTreeMap, BTreeSet};
use planglass_core::snapshot::select::branches;

/// By branch that the selectors name, the project's files that differ from it: changed in commits since the common
/// ancestor, changed without a commit, or not known to git yet. Deleted files are not among them. `names` are those
/// below which the projects stand in the sources; none for a single project.
///
/// # Errors
/// When git cannot be asked, or does not know a branch.
pub fn changes(
    roots: &[PathBuf],
    names: &[String],
    selectors: &[String],
) -> Result<BTreeMap<String, BTreeSet<String>>, Diagnostic> {
    let mut found = BTreeMap::new();
    let Some(first) = roots.first() else {
        return Ok(found);
    };
    for branch in branches(selectors) {
        if branch.starts_with('-') {
            let message = format!("`{branch}` in the selector `git:{branch}` is not the name of a branch");
            return Err(Diagnostic::error("select/git", message).help("write it as in `git:main`"));
        }
        let top = first
            .join(ask(first, &branch, &["rev-parse", "--show-toplevel"])?.trim_end_matches(['\n', '\r']));
        let since = format!("{branch}...");
        let untracked = ["ls-files", "-z", "--others", "--exclude-standard"];
        let changed = ["diff", "-z", "--name-only", "--diff-filter=d"];
        let mut files = BTreeSet::new();
        for (base, arguments) in [
            (first.as_path(), untracked.to_vec()),
            (&top, [changed.as_slice(), &["HEAD"]].concat()),
            (&top, [changed.as_slice(), &[&since]].concat()),
        ] {
            for file in ask(first, &branch, &arguments)?
                .split('\0')
                .filter(|file| !file.is_empty())
            {
                files.extend(in_sources(&base.join(file), roots, names));
            }
        }
        found.insert(branch, files);
    }
    Ok(found)
}

/// The name of a file in the sources; `None` for one outside of the projects.
fn in_sources(file: &Path, roots: &[PathBuf], names: &[String]) -> Option<String> {
    let file = file.canonicalize().ok()?;
    roots.iter().enumerate().find_map(|(at, root)| {
        let inside = file.strip_prefix(root.canonicalize().ok()?).ok()?;
        let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
        let inside = parts?.join("/");
        Some(match names.get(at) {
            Some(name) => format!("{name}/{inside}"),
            None => inside,
        })
    })
}

fn ask(folder: &Path, branch: &str, arguments: &[&str]) -> Result<String, Diagnostic> {
    let problem = |message: String, help: &str| Err(Diagnostic::error("select/git", message).help(help));
    let output = Command::new("git").current_dir(folder).args(arguments).output();
    let output = match output {
        Ok(output) => output,
        Err(error) => {
            let message = format!("git, which the selector `git:{branch}` needs, cannot be started: {error}");
            return problem(message, "install git, or select models by name");
        }
    };
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let why = said
        .lines()
        .find(|line| line.starts_with("fatal:"))
        .unwrap_or(said.trim());
    problem(
        format!("git cannot say what differs from `{branch}`: {why}"),
        "name a branch or commit that this checkout has, as in `git:main`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn git(folder: &Path, arguments: &[&str]) {
        let who = [
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b.c",
            "-c",
            "commit.gpgsign=false",
        ];
        let output = Command::new("git")
            .current_dir(folder)
            .args(who)
            .args(arguments)
            .output();
        let output = output.unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    #[test]
    fn changed_files_are_named_as_in_the_sources() {
        let top = std::env::temp_dir().join(format!("planglass-git-{}", std::process::id()));
        let _ = fs::remove_dir_all(&top);
        let project = top.join("project");
        fs::create_dir_all(project.join("models")).unwrap();
        for name in ["old", "committed", "deleted"] {
            fs::write(project.join(format!("models/{name}.sql")), "SELECT 1").unwrap();
        }
        fs::write(top.join("outside.sql"), "").unwrap();
        git(&top, &["init", "-q", "-b", "main"]);
        git(&top, &["add", "."]);
        git(&top, &["commit", "-q", "-m", "a"]);
        git(&top, &["switch", "-q", "-c", "work"]);
        fs::write(project.join("models/committed.sql"), "SELECT 2").unwrap();
        git(&top, &["commit", "-q", "-a", "-m", "b"]);
        fs::write(project.join("models/new ü.sql"), "SELECT 3").unwrap();
        fs::write(top.join("outside.sql"), "x").unwrap();
        fs::remove_file(project.join("models/deleted.sql")).unwrap();

        let select = |text: &str| changes(std::slice::from_ref(&project), &[], &[text.to_string()]);
        let found = select("+git:main").unwrap();
        let files: Vec<&str> = found["main"].iter().map(String::as_str).collect();
        assert_eq!(files, ["models/committed.sql", "models/new ü.sql"]);
        assert!(select("s.model").unwrap().is_empty());
        assert!(select("git:nowhere").unwrap_err().message.contains("nowhere"));
        let named = changes(
            std::slice::from_ref(&project),
            &["p".to_string()],
            &["git:work".to_string()],
        )
        .unwrap();
        assert_eq!(named["work"].iter().collect::<Vec<_>>(), ["p/models/new ü.sql"]);
        fs::remove_dir_all(&top).unwrap();
    }
}
