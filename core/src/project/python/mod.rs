//! Python in a project: macros, signals and models, read without running them.
//!
//! In: the project's Python files. Out: what they register with SQLMesh's decorators, the source that a node using
//! it is stored with, and Python models as blocks. What only running could tell is named.

mod decorator;
mod environment;
mod external;
mod model;
mod modules;
mod object;
#[cfg(test)]
mod tests;
mod uses;
mod values;

use crate::ordered::{BTreeMap, BTreeSet};

use crate::ordered::IndexMap;
use serde_json::Value;

use self::environment::Environment;
pub(super) use self::model::Definition;
use self::modules::{Module, Modules};
use self::object::Object;
use crate::diagnostic::Diagnostic;
use crate::model::Executable;
use crate::model::variables::PythonNeeds;
use crate::python::{self, Kind, Node};
use crate::source::{Location, SourceMap, Span};

/// The trees of a project's Python files, by path.
#[derive(Default)]
pub(super) struct Trees(BTreeMap<String, Module>);

/// A function under one of SQLMesh's decorators.
struct Registered<'a> {
    module: &'a Module,
    function: &'a Node,
    decorator: &'a Node,
}

/// What a project's Python files define. Names are in lower case.
pub(super) struct Python<'a> {
    modules: Modules<'a>,
    macros: BTreeMap<String, Registered<'a>>,
    signals: BTreeMap<String, Registered<'a>>,
    models: Vec<Registered<'a>>,
}

impl Trees {
    /// Reads the files given and those of the project that they import. Files that cannot be read are told.
    pub(super) fn read(sources: &SourceMap, paths: &[&str]) -> (Self, Vec<Diagnostic>) {
        let mut trees = BTreeMap::new();
        let mut diagnostics = Vec::new();
        let mut waiting: Vec<String> = paths.iter().rev().map(ToString::to_string).collect();
        let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
        while let Some(path) = waiting.pop() {
            let text = sources.get(&path).unwrap_or_default();
            match python::parse(text) {
                Ok(tree) => {
                    let module = Module {
                        path: path.clone(),
                        tree,
                    };
                    for name in modules::imports(&module) {
                        let found = modules::find(&name, &|path| sources.get(path).is_some());
                        waiting.extend(found.filter(|found| seen.insert(found.clone())));
                    }
                    trees.insert(path, module);
                }
                Err(error) => {
                    let span = Span::new(error.offset, error.offset + 1);
                    diagnostics.push(
                        Diagnostic::error("python/syntax", error.message)
                            .at(Location::in_text(&path, text, span), "")
                            .help("correct the file; what it defines is set aside"),
                    );
                }
            }
        }
        (Self(trees), diagnostics)
    }
}

impl<'a> Python<'a> {
    /// Finds what the files register. `role` files count; those that they import only with macros and signals.
    pub(super) fn new(trees: &'a Trees, sources: &SourceMap) -> (Self, Vec<Diagnostic>) {
        let mut python = Self {
            modules: Modules::new(&trees.0),
            macros: BTreeMap::new(),
            signals: BTreeMap::new(),
            models: Vec::new(),
        };
        let mut diagnostics = Vec::new();
        for module in trees.0.values() {
            for function in module.tree.children.iter().filter(|node| node.is_function()) {
                for decorator in function.items(2) {
                    python.register(module, function, decorator, sources, &mut diagnostics);
                }
            }
        }
        (python, diagnostics)
    }

    fn register(
        &mut self,
        module: &'a Module,
        function: &'a Node,
        decorator: &'a Node,
        sources: &SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let called = decorator.called();
        let own = called.kind == Kind::Name
            && matches!(
                self.modules.resolve(&module.path, &called.text),
                Some(Object::Function { .. })
            );
        if own || decorator.kind != Kind::Call || !matches!(called.kind, Kind::Name | Kind::Attribute) {
            return;
        }
        let registered = Registered {
            module,
            function,
            decorator,
        };
        let (what, registry) = match called.text.as_str() {
            "macro" => ("macro", &mut self.macros),
            "signal" => ("signal", &mut self.signals),
            "model" => {
                if module.path.starts_with("models/") {
                    self.models.push(registered);
                }
                return;
            }
            _ => return,
        };
        let name = registered
            .given("name")
            .and_then(Node::as_str)
            .unwrap_or(&function.text)
            .to_lowercase();
        if let Some(first) = registry.get(&name) {
            if first.function.children.get(1) != function.children.get(1) {
                diagnostics.push(
                    Diagnostic::error(
                        "python/duplicate-name",
                        format!("there are two {what}s named `{name}`"),
                    )
                    .at(
                        sources.locate(&module.path, function.span),
                        "this one is set aside",
                    )
                    .at(
                        sources.locate(&first.module.path, first.function.span),
                        "the other one",
                    )
                    .help("rename one of the two"),
                );
            }
            return;
        }
        registry.insert(name, registered);
    }

    /// Macros with their files.
    pub(super) fn macro_files(&self) -> BTreeMap<String, String> {
        self.macros
            .iter()
            .map(|(name, found)| (name.clone(), found.module.path.clone()))
            .collect()
    }

    /// The file of a signal.
    pub(super) fn signal_file(&self, name: &str) -> Option<&str> {
        self.signals.get(name).map(|found| found.module.path.as_str())
    }

    /// The source that calls of these macros need, that of a Python model before it, and the variables named there.
    pub(super) fn needs(
        &self,
        called: &BTreeMap<String, bool>,
        definition: Option<&Definition<'_>>,
        variables: &IndexMap<String, Value>,
        copy: &IndexMap<String, String>,
    ) -> PythonNeeds {
        let mut environment = Environment::default();
        for (name, is_metadata) in called {
            if let Some(found) = self.macros.get(name) {
                let only_metadata = found
                    .decorator
                    .keyword("metadata_only")
                    .is_some_and(|value| value.text == "True");
                environment.add(
                    &self.modules,
                    name,
                    &found.object(),
                    *is_metadata || only_metadata,
                );
            }
        }
        let mut all = environment.serialize();
        let mut blueprint: IndexMap<String, Node> = copy
            .iter()
            .map(|(name, sql)| (name.clone(), values::literal(Kind::Str, sql, Vec::new())))
            .collect();
        if let Some(definition) = definition {
            let own = definition.source();
            all.entries.extend(own.entries.clone());
            all.definitions.extend(own.definitions.iter().cloned());
            all.values.extend(own.values.clone());
            all.unsure.extend(own.unsure.iter().cloned());
            blueprint.extend(definition.blueprint.clone());
        }
        let uses = uses::find(&all, None, variables, &blueprint);
        PythonNeeds {
            entries: all.entries,
            variables: uses.variables,
            unsure: all.unsure,
            problems: environment.problems,
        }
    }

    /// The source of signals.
    pub(super) fn signal_sources<'n>(&self, names: impl Iterator<Item = &'n String>) -> PythonNeeds {
        let mut environment = Environment::default();
        for name in names {
            if let Some(found) = self.signals.get(name) {
                environment.add(&self.modules, name, &found.object(), true);
            } else if name == "freshness" {
                // SQLMesh's own signal.
                let own = Object::import("sqlmesh.core.signal", name, false);
                environment.add(&self.modules, name, &own, true);
            }
        }
        let all = environment.serialize();
        PythonNeeds {
            entries: all.entries,
            variables: BTreeMap::new(),
            unsure: all.unsure,
            problems: environment.problems,
        }
    }
}

impl<'a> Registered<'a> {
    /// A decorator's argument: the first one, or by its keyword.
    fn given(&self, keyword: &str) -> Option<&'a Node> {
        self.decorator
            .arguments()
            .next()
            .or_else(|| self.decorator.keyword(keyword))
    }

    fn object(&self) -> Object<'a> {
        Object::Function {
            module: self.module,
            node: self.function,
            statement: self.function,
            unsure: false,
        }
    }
}

/// Text of an entry as SQLMesh prints a dict of raw values.
fn raw_values(values: &IndexMap<String, Node>, wanted: &Executable) -> String {
    let have = crate::macros::python_literal::parse(&wanted.payload);
    let keys: BTreeSet<&String> = match &have {
        Some(Value::Object(map)) => map.keys().collect(),
        _ => BTreeSet::new(),
    };
    let mut pairs = Vec::new();
    let mut names: Vec<&String> = values.keys().filter(|name| keys.contains(name)).collect();
    names.sort_unstable();
    for name in names {
        if let Some(value) = values.get(name) {
            pairs.push(values::literal(Kind::Str, name, Vec::new()));
            pairs.push(value.clone());
        }
    }
    python::unparse(&values::literal(Kind::Dict, "", pairs))
}
