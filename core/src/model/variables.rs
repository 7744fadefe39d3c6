//! Which variables and Jinja macros a node needs: they are stored with it, so that it can be rendered alone.
//!
//! In: the node's texts, each with whether only metadata depends on it, and all that the project defines. Out: the
//! `python_env` entries and the Jinja macros that the texts name. What Python code needs is asked of the project.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::ordered::IndexMap;
use serde_json::Value;

use super::problem::Problem;
use super::{
    BLUEPRINT_VARS, BLUEPRINT_VARS_METADATA, Executable, JinjaMacro, JinjaMacros, VARS, VARS_METADATA,
};
use crate::macros::{References, python_literal, references};
use crate::sql::Dialect;

/// What a node's calls of Python need.
#[derive(Debug, Clone, Default)]
pub struct PythonNeeds {
    /// Entries of `python_env`.
    pub entries: IndexMap<String, Executable>,
    /// Variables that the code names; whether only metadata depends on them.
    pub variables: BTreeMap<String, bool>,
    /// Entries whose text may differ from SQLMesh's; `*` when there may be others.
    pub unsure: BTreeSet<String>,
    /// Problems in Python files, each with its file.
    pub problems: Vec<(String, Problem)>,
}

/// Answers what calls of macros need: name → whether only metadata calls it. Unknown names need nothing.
pub type AskPython<'a> = &'a dyn Fn(&BTreeMap<String, bool>) -> PythonNeeds;

/// What a project or a blueprint gives to a node.
#[derive(Clone, Copy)]
pub struct Available<'a> {
    /// Project and gateway variables, `gateway` among them.
    pub variables: &'a IndexMap<String, Value>,
    /// Blueprint variables: SQL text.
    pub blueprint: &'a IndexMap<String, String>,
    /// Jinja macros of the project.
    pub jinja: &'a IndexMap<String, JinjaMacro>,
    /// Macros of the project that are written in Python.
    pub python: AskPython<'a>,
}

/// One text of a node.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// The text, macros not expanded.
    pub sql: &'a str,
    /// True for audits, signals and statements on virtual update.
    pub is_metadata: bool,
}

/// What a node's texts need.
#[derive(Debug, Clone, Default)]
pub struct Needed {
    /// Entries of `python_env`.
    pub python_env: IndexMap<String, Executable>,
    /// Jinja macros, those called by others included.
    pub jinja_macros: JinjaMacros,
    /// Entries of `python_env` that only Python knows for certain; `*` when there may be others.
    pub unsure: BTreeSet<String>,
    /// Problems in Python files, each with its file.
    pub problems: Vec<(String, Problem)>,
}

/// Finds what a node's texts need.
pub fn needed(texts: &[Text<'_>], dialect: Dialect, available: &Available<'_>) -> Needed {
    let mut data = BTreeSet::new();
    let mut metadata = BTreeSet::new();
    let mut jinja_names = BTreeSet::new();
    let mut called_by: BTreeMap<String, bool> = BTreeMap::new();
    for text in texts {
        let References {
            variables,
            blueprint_variables,
            macros: called,
            jinja,
        } = references(text.sql, dialect);
        // A macro may be called without parentheses, and from Jinja.
        let jinja_calls = jinja.iter().filter(|name| !name.contains('.'));
        for name in called.iter().chain(&variables).chain(jinja_calls) {
            let only_metadata = called_by.entry(name.clone()).or_insert(true);
            *only_metadata &= text.is_metadata;
        }
        let names = variables.into_iter().chain(blueprint_variables);
        if text.is_metadata {
            metadata.extend(names);
        } else {
            data.extend(names);
        }
        jinja_names.extend(jinja);
    }
    let mut jinja_macros = JinjaMacros::default();
    // A dotted name counts as a macro of a package, even `loop.index`.
    for (package, _) in jinja_names.iter().filter_map(|name| name.split_once('.')) {
        jinja_macros
            .packages
            .get_or_insert_with(package.to_string(), IndexMap::default);
    }
    let mut waiting: Vec<String> = jinja_names.into_iter().collect();
    let mut reached = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        let Some(found) = available.jinja.get(&name) else {
            continue;
        };
        if !reached.insert(name) {
            continue;
        }
        let block = format!("JINJA_STATEMENT_BEGIN;\n{}\nJINJA_END;", found.definition);
        let inside = references(&block, dialect);
        data.extend(inside.variables);
        data.extend(inside.blueprint_variables);
        waiting.extend(inside.jinja);
    }
    jinja_macros.root_macros = available
        .jinja
        .iter()
        .filter(|(name, _)| reached.contains(*name))
        .map(|(name, definition)| (name.clone(), definition.clone()))
        .collect();
    let PythonNeeds {
        entries: mut python_env,
        variables: in_python,
        unsure,
        problems,
    } = (available.python)(&called_by);
    for (name, is_metadata) in in_python {
        if is_metadata {
            metadata.insert(name);
        } else {
            data.insert(name);
        }
    }
    let metadata: BTreeSet<String> = metadata.difference(&data).cloned().collect();
    for (key, names, is_metadata) in [(VARS, &data, None), (VARS_METADATA, &metadata, Some(true))] {
        let mut values: IndexMap<String, Value> = available
            .variables
            .iter()
            .filter(|(name, _)| names.contains(*name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        values.sort_keys();
        if !values.is_empty() {
            python_env.insert(
                key.to_string(),
                variable(python_literal::to_repr(&values), is_metadata),
            );
        }
    }
    for (key, names, is_metadata) in [
        (BLUEPRINT_VARS, &data, None),
        (BLUEPRINT_VARS_METADATA, &metadata, Some(true)),
    ] {
        let mut values: IndexMap<String, String> = available
            .blueprint
            .iter()
            .filter(|(name, _)| names.contains(*name))
            .map(|(name, sql)| (name.clone(), sql.clone()))
            .collect();
        values.sort_keys();
        if !values.is_empty() {
            python_env.insert(
                key.to_string(),
                variable(python_literal::blueprints_to_repr(&values), is_metadata),
            );
        }
    }
    Needed {
        python_env,
        jinja_macros,
        unsure,
        problems,
    }
}

fn variable(payload: String, is_metadata: Option<bool>) -> Executable {
    Executable {
        payload,
        kind: "value".to_string(),
        is_metadata,
        ..Executable::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named() {
        let variables: IndexMap<String, Value> = [("cutoff", 3), ("lim", 4), ("other", 5)]
            .into_iter()
            .map(|(name, value)| (name.to_string(), Value::from(value)))
            .collect();
        let blueprint = [("bp".to_string(), "'x'".to_string())].into_iter().collect();
        let available = Available {
            variables: &variables,
            blueprint: &blueprint,
            jinja: &IndexMap::new(),
            python: &|_| PythonNeeds::default(),
        };
        let texts = [
            Text {
                sql: "SELECT @cutoff, @bp",
                is_metadata: false,
            },
            Text {
                sql: "id > @lim AND id < @cutoff",
                is_metadata: true,
            },
        ];
        let found = needed(&texts, Dialect::DuckDb, &available);
        let payload = |key: &str| found.python_env.get(key).map(|entry| entry.payload.clone());
        assert_eq!(payload(VARS).as_deref(), Some("{'cutoff': 3}"));
        assert_eq!(payload(VARS_METADATA).as_deref(), Some("{'lim': 4}"));
        assert_eq!(
            payload(BLUEPRINT_VARS).as_deref(),
            Some("{'bp': SqlValue(sql=\"'x'\")}")
        );
        assert_eq!(payload(BLUEPRINT_VARS_METADATA), None);
    }
}
