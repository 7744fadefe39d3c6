//! Python files of a project: what they define, read without running them.
//!
//! In: the text of a file. Out: names of macros, signals and models with their files. The bodies are not looked
//! at; what needs them is refused by name.

use crate::ordered::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::source::{Location, SourceMap, Span};

/// What the Python files of a project define: name in lower case → file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Python {
    /// Functions with `@macro`.
    pub macros: BTreeMap<String, String>,
    /// Functions with `@signal`.
    pub signals: BTreeMap<String, String>,
    /// Functions with `@model`.
    pub models: BTreeMap<String, String>,
}

/// Reads the decorators of all files; says of each file that it is not run.
pub fn scan(sources: &SourceMap, paths: &[&str]) -> (Python, Vec<Diagnostic>) {
    let mut python = Python::default();
    let mut diagnostics = Vec::new();
    for path in paths {
        let text = sources.get(path).unwrap_or_default();
        let mut defined = Vec::new();
        for (decorator, name, span) in decorated(text) {
            let (what, names) = match decorator {
                "macro" => ("macro", &mut python.macros),
                "signal" => ("signal", &mut python.signals),
                _ => ("model", &mut python.models),
            };
            defined.push(format!("{what} `{name}`"));
            names.insert(name.to_lowercase(), (*path).to_string());
            if what == "model" {
                diagnostics.push(
                    Diagnostic::warning(
                        "python/not-run",
                        format!("Python model `{name}` is not part of the project: Python is not run"),
                    )
                    .at(Location::in_text(path, text, span), "")
                    .help("plan projects with Python models with SQLMesh, or write the model in SQL"),
                );
            }
        }
        if !path.starts_with("models/") && !defined.is_empty() {
            diagnostics.push(
                Diagnostic::warning(
                    "python/not-run",
                    format!("{} in `{path}` cannot be run", defined.join(", ")),
                )
                .at(Location::file(*path), "")
                .help("SQL macros can be defined with `@DEF` or Jinja instead"),
            );
        }
    }
    (python, diagnostics)
}

/// Functions and classes under a decorator that SQLMesh knows: decorator, name, place of the name.
fn decorated(text: &str) -> Vec<(&'static str, String, Span)> {
    let mut found = Vec::new();
    let mut pending: Option<(&'static str, Option<String>)> = None;
    let mut open = 0i64;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let code = line.trim_end();
        if open > 0 {
            open += depth(code);
            if let Some((_, alias @ None)) = &mut pending {
                *alias = first_text(code);
            }
            continue;
        }
        if let Some(rest) = code.strip_prefix('@') {
            let name: String = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
                .collect();
            let decorator = match name.rsplit('.').next() {
                Some("macro") => Some("macro"),
                Some("signal") => Some("signal"),
                Some("model") => Some("model"),
                _ => None,
            };
            open = depth(code);
            if let Some(decorator) = decorator {
                let arguments = rest.get(name.len()..).unwrap_or_default();
                pending = Some((decorator, first_text(arguments)));
            }
            continue;
        }
        let function = code
            .strip_prefix("async ")
            .unwrap_or(code)
            .strip_prefix("def ")
            .or_else(|| code.strip_prefix("class "));
        if let Some(function) = function
            && let Some((decorator, alias)) = pending.take()
        {
            let name: String = function
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let at = start + code.len() - function.len();
            let span = Span::new(at, at + name.len());
            found.push((decorator, alias.unwrap_or(name), span));
        }
    }
    found
}

fn depth(code: &str) -> i64 {
    code.chars()
        .map(|c| match c {
            '(' | '[' | '{' => 1,
            ')' | ']' | '}' => -1,
            _ => 0,
        })
        .sum()
}

/// The first argument when it is a string.
fn first_text(arguments: &str) -> Option<String> {
    let arguments = arguments.trim_start().trim_start_matches('(').trim_start();
    let quote = arguments.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    arguments
        .get(1..)?
        .split_once(quote)
        .map(|(text, _)| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decorators_and_names() {
        let text = "from sqlmesh import macro\n\n@macro()\ndef up(evaluator, x):\n    return x\n\n@macro(\"Low\", metadata_only=True)\n@other\ndef low_fn(e):\n    pass\n\n@model(\n    'a.b',\n    kind=dict(name='FULL'),\n)\ndef execute(context):\n    pass\n\ndef helper():\n    pass\n";
        let found: Vec<(&str, String)> = decorated(text)
            .into_iter()
            .map(|(decorator, name, _)| (decorator, name))
            .collect();
        assert_eq!(
            found,
            [
                ("macro", "up".to_string()),
                ("macro", "Low".to_string()),
                ("model", "a.b".to_string())
            ]
        );
    }
}
