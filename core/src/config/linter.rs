//! The `linter` section: which rules are errors, which are warnings.

use crate::config::yaml::{Data, Node};
use crate::diagnostic::{Diagnostic, nearest};
use crate::ordered::BTreeSet;
use crate::python;
use crate::python::Kind;
use crate::source::SourceMap;

use super::read::{Reader, at};

/// The rules that SQLMesh brings along. Projects may add some, written in Python.
pub const RULES: [&str; 7] = [
    "ambiguousorinvalidcolumn",
    "invalidselectstarexpansion",
    "noambiguousprojections",
    "nomissingaudits",
    "nomissingexternalmodels",
    "nomissingunittest",
    "noselectstar",
];

/// What the linter checks. Names are in lower case, `ALL` is resolved, ignored rules are gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinterConfig {
    /// Whether models are checked at all.
    pub enabled: bool,
    /// Rules whose violation is an error.
    pub rules: BTreeSet<String>,
    /// Rules whose violation is a warning.
    pub warn_rules: BTreeSet<String>,
}

/// Reads the section.
pub(super) fn read(reader: &mut Reader<'_>, root: &Node, sources: &SourceMap) -> LinterConfig {
    let known = [
        "enabled",
        "rules",
        "warn_rules",
        "ignored_rules",
        "use_project_index",
    ];
    if reader.section(root, "linter", &known).is_none() {
        return LinterConfig::default();
    }
    reader.switch(root, "linter.use_project_index");
    let mut all: BTreeSet<String> = RULES.iter().map(ToString::to_string).collect();
    all.extend(python_rules(sources));
    let ignored = names(reader, root, "linter.ignored_rules", &all);
    all.retain(|rule| !ignored.contains(rule));
    let config = LinterConfig {
        enabled: reader.switch(root, "linter.enabled").unwrap_or_default(),
        rules: names(reader, root, "linter.rules", &all),
        warn_rules: names(reader, root, "linter.warn_rules", &all),
    };
    let both: Vec<&str> = config
        .rules
        .iter()
        .filter(|rule| config.warn_rules.contains(*rule))
        .map(String::as_str)
        .collect();
    if !both.is_empty()
        && let Some(node) = at(root, "linter.warn_rules")
    {
        let message = format!(
            "these rules cannot be errors and warnings at once: {}",
            both.join(", ")
        );
        reader.push(
            Diagnostic::error("config/exclusive", message).help("Keep each in `rules` or in `warn_rules`."),
            node.place,
        );
    }
    config
}

/// A list of rules, or one: in lower case, each one of `all`.
fn names(reader: &mut Reader<'_>, root: &Node, path: &str, all: &BTreeSet<String>) -> BTreeSet<String> {
    let Some(node) = at(root, path).filter(|node| !node.is_null()) else {
        return BTreeSet::new();
    };
    let items = match &node.data {
        Data::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut found = BTreeSet::new();
    for item in items {
        let Some(name) = item.as_text().map(str::to_lowercase) else {
            reader.wrong(path, item, "the name of a rule");
            continue;
        };
        found.insert(name);
    }
    if found.contains("all") {
        return all.clone();
    }
    for item in items {
        let name = item.as_text().unwrap_or_default().to_lowercase();
        if name.is_empty() || all.contains(&name) {
            continue;
        }
        found.remove(&name);
        let problem = Diagnostic::error("config/unknown-rule", format!("there is no linter rule `{name}`"));
        let problem = match nearest(&name, all.iter().map(String::as_str)) {
            Some(near) => problem.help(format!("Is `{near}` meant?")),
            None => problem.help(format!("Known are {}.", RULES.join(", "))),
        };
        reader.push(problem, item.place);
    }
    found
}

/// Names of the rules that the project defines: classes below `linter/`, in lower case.
fn python_rules(sources: &SourceMap) -> BTreeSet<String> {
    let files = sources.iter().filter(|(path, _)| {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending);
        path.starts_with("linter/") && ending == Some("py")
    });
    let mut names = BTreeSet::new();
    for (_, text) in files {
        let Ok(module) = python::parse(text) else { continue };
        for statement in &module.children {
            if statement.kind == Kind::Class && !statement.items(0).is_empty() {
                names.insert(statement.text.to_lowercase());
            }
        }
    }
    names
}
