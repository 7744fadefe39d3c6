//! Which files of a folder belong to a project, and which folder is the project.

/// Whether a project can use a file, judged by its path: what is not wanted is never read.
pub fn wanted(path: &str) -> bool {
    const EXTENSIONS: [&str; 10] = [
        "sql", "yaml", "yml", "csv", "tsv", "txt", "py", "json", "lock", "jinja",
    ];
    const FOLDERS: [&str; 5] = ["node_modules", "__pycache__", "venv", "site-packages", "__MACOSX"];
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    !parts
        .iter()
        .any(|part| FOLDERS.contains(part) || (part.starts_with('.') && *part != ".."))
        && !name.starts_with('.')
        && EXTENSIONS.iter().any(|extension| has_extension(name, extension))
}

/// The folder that is the project: that of the shallowest configuration, else what all files have in common.
/// Empty, or with `/` at the end.
pub fn root_of<'a>(paths: impl Iterator<Item = &'a str> + Clone) -> String {
    let folder = |path: &'a str| path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let configured = paths
        .clone()
        .filter(|path| {
            let name = path.rsplit('/').next().unwrap_or_default();
            ["config.yaml", "config.yml", "config.py"].contains(&name)
        })
        .map(folder)
        .min_by_key(|folder| (folder.split('/').filter(|part| !part.is_empty()).count(), *folder));
    let root = configured.map(str::to_string).unwrap_or_else(|| {
        let mut tops = paths.map(|path| path.split_once('/').map_or("", |(top, _)| top));
        let first = tops.next().unwrap_or_default();
        if tops.all(|top| top == first) {
            first.to_string()
        } else {
            String::new()
        }
    });
    if root.is_empty() { root } else { format!("{root}/") }
}

/// Whether a name ends in `.` and this extension, in any case.
pub fn has_extension(path: &str, extension: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_nothing_that_a_project_does_not_use() {
        for path in [
            "a/.git/x.sql",
            ".env",
            "a/db.duckdb",
            "node_modules/a.json",
            "a/__pycache__/m.py",
        ] {
            assert!(!wanted(path), "{path}");
        }
        for path in ["models/a.SQL", "config.yml", "seeds/a.csv", "macros/m.py"] {
            assert!(wanted(path), "{path}");
        }
    }
}
