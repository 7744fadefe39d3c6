//! Which files of a project are read as what.
//!
//! In: all files in memory and the configuration's `ignore_patterns`. Out: paths by role, in path order. Files
//! without any text are skipped, as SQLMesh does.

use crate::source::SourceMap;

/// Paths by role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files<'a> {
    /// `models/**/*.sql`.
    pub models: Vec<&'a str>,
    /// `audits/**/*.sql`.
    pub audits: Vec<&'a str>,
    /// `macros/**/*.sql`: Jinja macros.
    pub jinja: Vec<&'a str>,
    /// `metrics/**/*.sql`.
    pub metrics: Vec<&'a str>,
    /// `models/**/*.py`, `macros/**/*.py`, `signals/**/*.py`, `materializations/**/*.py`.
    pub python: Vec<&'a str>,
}

/// Sorts the project's files by role.
pub fn find<'a>(sources: &'a SourceMap, ignore_patterns: &[String]) -> Files<'a> {
    let mut files = Files::default();
    for (path, text) in sources.iter() {
        let Some((folder, _)) = path.split_once('/') else {
            continue;
        };
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        if text.is_empty() || ignore_patterns.iter().any(|pattern| is_ignored(path, pattern)) {
            continue;
        }
        match (folder, extension) {
            ("models", "sql") => files.models.push(path),
            ("audits", "sql") => files.audits.push(path),
            ("macros", "sql") => files.jinja.push(path),
            ("metrics", "sql") => files.metrics.push(path),
            ("models" | "macros" | "signals" | "materializations", "py") => files.python.push(path),
            _ => {}
        }
    }
    files
}

/// Whether a pattern covers a path: part by part from the right, or from the left with `**`.
fn is_ignored(path: &str, pattern: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let pattern = pattern.trim_start_matches("./");
    let wanted: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    if wanted.is_empty() {
        return false;
    }
    let from_right = wanted.len() <= parts.len()
        && wanted
            .iter()
            .rev()
            .zip(parts.iter().rev())
            .all(|(pattern, part)| glob(pattern, part));
    from_right || from_left(&wanted, &parts)
}

fn from_left(pattern: &[&str], parts: &[&str]) -> bool {
    // `reach` holds which prefixes of the path the pattern so far covers.
    let mut reach = vec![false; parts.len() + 1];
    if let Some(first) = reach.first_mut() {
        *first = true;
    }
    for one in pattern {
        let mut next = vec![false; parts.len() + 1];
        for (at, _) in reach.iter().enumerate().filter(|(_, reached)| **reached) {
            if *one == "**" {
                next.iter_mut().skip(at).for_each(|reached| *reached = true);
            } else if parts.get(at).is_some_and(|part| glob(one, part))
                && let Some(reached) = next.get_mut(at + 1)
            {
                *reached = true;
            }
        }
        reach = next;
    }
    reach.last() == Some(&true)
}

/// `*` and `?` within one part of a path.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(c) if *c == '?' || Some(c) == text.get(read) => {
                at += 1;
                read += 1;
            }
            _ => match star {
                Some((back, from)) => {
                    star = Some((back, from + 1));
                    at = back + 1;
                    read = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|c| *c == '*')
}

/// The name of a model from its path: the last up to three parts below `models/`, without the extension.
pub fn inferred_name(path: &str) -> String {
    let below = path.strip_prefix("models/").unwrap_or(path);
    let below = below.rsplit_once('.').map_or(below, |(stem, _)| stem);
    let parts: Vec<&str> = below.split('/').collect();
    parts
        .get(parts.len().saturating_sub(3)..)
        .unwrap_or_default()
        .join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_patterns() {
        let sources: SourceMap = [
            ("models/a.sql", "x"),
            ("models/ig/b.sql", "x"),
            ("models/ig/deep/c.sql", "x"),
            ("models/empty.sql", ""),
            ("audits/d.sql", "x"),
            ("macros/e.py", "x"),
            ("config.yaml", "x"),
        ]
        .into_iter()
        .collect();
        let find = |patterns: &[&str]| {
            let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
            find(&sources, &patterns).models.join(" ")
        };
        assert_eq!(find(&[]), "models/a.sql models/ig/b.sql models/ig/deep/c.sql");
        assert_eq!(find(&["models/ig/*"]), "models/a.sql models/ig/deep/c.sql");
        assert_eq!(find(&["models/ig/**"]), "models/a.sql");
        assert_eq!(find(&["?.sql"]), "");
    }

    #[test]
    fn names_from_paths() {
        assert_eq!(inferred_name("models/a/b/c/d.sql"), "b.c.d");
        assert_eq!(inferred_name("models/x/y.sql"), "x.y");
    }
}
