//! `python_env`: the source of all that a function of the project needs.
//!
//! In: functions by the names under which a node uses them. Out: entries as SQLMesh stores them: definitions
//! printed anew without docstrings, return types and SQLMesh's decorators; values by their `repr`; imports. What
//! could not be told for certain is named, so that it is not taken for a change.

use crate::ordered::BTreeSet;

use crate::ordered::IndexMap;

use super::external::is_built_in;
use super::modules::{Module, Modules};
use super::object::Object;
use crate::model::Executable;
use crate::model::problem::Problem;
use crate::python::{Kind, Node, loaded_globals, unparse};

/// Functions that call each other; deeper ones are left out, and the node is marked.
const MAX_DEPTH: usize = 100;

/// Entries that a node's functions need.
#[derive(Default)]
pub(super) struct Environment<'a> {
    /// Objects by name, what they need before them; whether only metadata depends on them.
    objects: IndexMap<String, (Object<'a>, bool)>,
    /// Problems, each with the file it is in.
    pub(super) problems: Vec<(String, Problem)>,
    /// Not everything could be followed.
    is_open: bool,
}

/// A finished environment.
#[derive(Default)]
pub(super) struct Serialized {
    /// Entries of `python_env`.
    pub(super) entries: IndexMap<String, Executable>,
    /// Definitions as printed, for those that look for calls in them.
    pub(super) definitions: Vec<(String, Node)>,
    /// Values by name.
    pub(super) values: IndexMap<String, Node>,
    /// Names of entries whose text may differ from SQLMesh's; `*` when others may exist.
    pub(super) unsure: BTreeSet<String>,
}

struct Walk<'m, 'a> {
    modules: &'m Modules<'a>,
    visited: BTreeSet<String>,
}

impl<'a> Environment<'a> {
    /// Adds a function and all it needs.
    pub(super) fn add(
        &mut self,
        modules: &Modules<'a>,
        name: &str,
        function: &Object<'a>,
        is_metadata: bool,
    ) {
        let mut walk = Walk {
            modules,
            visited: BTreeSet::new(),
        };
        self.walk(&mut walk, function.clone(), name, is_metadata, 0);
    }

    fn walk(
        &mut self,
        walk: &mut Walk<'_, 'a>,
        object: Object<'a>,
        name: &str,
        is_metadata: bool,
        depth: usize,
    ) {
        let object = match object {
            Object::Nothing => return,
            // What an instance that can be called wraps is stored under its own name.
            other => other,
        };
        if walk.visited.contains(name) {
            match self.objects.get(name) {
                Some((have, _)) if !have.is_same(&object) => self.duplicate(&object, name),
                _ => {}
            }
            return;
        }
        walk.visited.insert(name.to_string());
        let mut is_metadata = is_metadata;
        match self.objects.get(name) {
            None => {}
            Some((have, true)) if !is_metadata && have.is_same(&object) => is_metadata = false,
            Some((have, _)) => {
                if !have.is_same(&object) {
                    self.duplicate(&object, name);
                }
                return;
            }
        }
        if depth > MAX_DEPTH {
            self.is_open = true;
            return;
        }
        match &object {
            Object::Function {
                module,
                node,
                statement,
                unsure,
            } => {
                self.is_open |= *unsure;
                for used in function_globals(module, node, statement) {
                    if let Some(found) = walk.modules.resolve(&module.path, &used) {
                        self.walk(walk, found, &used, is_metadata, depth + 1);
                    }
                }
            }
            Object::Class { module, node } => self.class(walk, module, node, is_metadata, depth),
            Object::Own(module) => {
                let problem = Problem::error(
                    "python/own-module",
                    format!("the module `{module}` of the project cannot be stored with a model"),
                    Default::default(),
                );
                let help = format!("import what is needed from it: `from {module} import …`");
                self.problems.push((String::new(), problem.help(help)));
                return;
            }
            _ => {}
        }
        // What is needed stands before what needs it.
        self.objects.shift_remove(name);
        self.objects.insert(name.to_string(), (object, is_metadata));
    }

    fn class(
        &mut self,
        walk: &mut Walk<'_, 'a>,
        module: &'a Module,
        class: &'a Node,
        is_metadata: bool,
        depth: usize,
    ) {
        let mut used: Vec<String> = class.items(3).iter().flat_map(decorator_names).collect();
        self.is_open |= !class.items(3).is_empty();
        for base in class.items(0) {
            match (base.kind, base.children.first().and_then(Node::as_name)) {
                (Kind::Name, _) => used.push(base.text.clone()),
                (Kind::Attribute, Some(of)) => {
                    if let Some(Object::Module(from)) = walk.modules.resolve(&module.path, of) {
                        let found = super::external::imported(&from, &base.text);
                        self.walk(walk, found, &base.text, is_metadata, depth + 1);
                    }
                }
                _ => self.is_open = true,
            }
        }
        for name in used {
            if let Some(found) = walk.modules.resolve(&module.path, &name) {
                self.walk(walk, found, &name, is_metadata, depth + 1);
            }
        }
        for member in class.items(2) {
            let name = member.text.as_str();
            match member.kind {
                Kind::Function | Kind::AsyncFunction if name == "__init__" || !name.starts_with("__") => {
                    // Properties are no functions, and not followed.
                    let is_property = member
                        .items(2)
                        .iter()
                        .any(|decorator| decorator.text == "property");
                    if is_property {
                        continue;
                    }
                    for used in function_globals(module, member, member) {
                        if let Some(found) = walk.modules.resolve(&module.path, &used) {
                            self.walk(walk, found, &used, is_metadata, depth + 1);
                        }
                    }
                }
                Kind::Assign | Kind::AnnAssign => {
                    let (targets, value) = if member.kind == Kind::Assign {
                        (member.items(0), member.child(1))
                    } else {
                        (member.children.get(..1).unwrap_or_default(), member.child(2))
                    };
                    let Some(value) = value else { continue };
                    for target in targets
                        .iter()
                        .filter_map(Node::as_name)
                        .filter(|name| !name.starts_with("__"))
                    {
                        let object = match super::values::fold(value, &|_| None) {
                            Some(value) => Object::Value(value),
                            None => Object::Unknown(value.clone()),
                        };
                        self.walk(walk, object, target, is_metadata, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }

    fn duplicate(&mut self, object: &Object<'a>, name: &str) {
        let (path, span) = match object {
            Object::Function { module, node, .. } | Object::Class { module, node } => {
                (module.path.clone(), node.span)
            }
            _ => (String::new(), Default::default()),
        };
        self.problems.push((
            path,
            Problem::error(
                "python/duplicate-definition",
                format!("two different things named `{name}` are needed by one model"),
                span,
            )
            .help("rename one of them, in the file that uses it as well"),
        ));
    }

    /// The entries as stored.
    pub(super) fn serialize(&self) -> Serialized {
        let mut done = Serialized::default();
        if self.is_open {
            done.unsure.insert("*".to_string());
        }
        for (name, (object, is_metadata)) in &self.objects {
            let mut entry = Executable {
                is_metadata: is_metadata.then_some(true),
                ..Executable::default()
            };
            match object {
                Object::Function {
                    module,
                    statement: node,
                    ..
                }
                | Object::Class { module, node } => {
                    let own = if matches!(node.kind, Kind::Assign | Kind::AnnAssign) {
                        name
                    } else {
                        &node.text
                    };
                    let mut printed = (*node).clone();
                    normalize(&mut printed);
                    entry.payload = unparse(&printed);
                    entry.kind = "definition".to_string();
                    entry.name = Some(own.clone());
                    entry.path = Some(module.path.clone());
                    entry.alias = (own != name).then(|| name.clone());
                    done.definitions.push((name.clone(), printed));
                }
                Object::Value(value) => {
                    entry.payload = unparse(value);
                    entry.kind = "value".to_string();
                    done.values.insert(name.clone(), value.clone());
                }
                Object::Unknown(node) => {
                    entry.payload = unparse(node);
                    entry.kind = "value".to_string();
                    done.unsure.insert(name.clone());
                }
                Object::Module(module) => {
                    entry.payload = if module == name {
                        format!("import {module}")
                    } else {
                        format!("import {module} as {name}")
                    };
                    entry.kind = "import".to_string();
                }
                Object::Import {
                    module,
                    name: own,
                    unsure,
                } => {
                    entry.payload = format!("from {module} import {own}");
                    entry.kind = "import".to_string();
                    if *unsure {
                        done.unsure.insert(name.clone());
                    }
                }
                Object::Own(_) | Object::Nothing => continue,
            }
            done.entries.insert(name.clone(), entry);
        }
        done
    }
}

/// Names of the module that a function needs: in its code, its defaults and its decorators.
fn function_globals(module: &Module, node: &Node, statement: &Node) -> BTreeSet<String> {
    let mut names = loaded_globals(node, module.has_lazy_annotations());
    for parameter in node.children.first().map_or(&[][..], |list| &list.children) {
        if let Some(default) = parameter.child(1) {
            default.walk(&mut |node| {
                names.extend(node.as_name().map(str::to_string));
                true
            });
        }
    }
    if statement.is_function() {
        names.extend(statement.items(2).iter().flat_map(decorator_names));
    }
    names.retain(|name| !is_built_in(name) || module_binds(module, name));
    names
}

fn module_binds(module: &Module, name: &str) -> bool {
    module.tree.children.iter().any(|node| node.text == name)
}

/// Names in a decorator, its arguments included; none when it is one of SQLMesh's.
fn decorator_names(decorator: &Node) -> Vec<String> {
    let mut names = Vec::new();
    decorator.walk(&mut |node| {
        if matches!(node.kind, Kind::Name | Kind::Attribute) {
            names.push(node.text.clone());
        }
        true
    });
    if names.iter().any(|name| is_sqlmesh(name)) {
        names.clear();
    }
    names
}

fn is_sqlmesh(decorator: &str) -> bool {
    matches!(decorator, "macro" | "model" | "signal")
}

/// Drops SQLMesh's decorators, docstrings and return types, in functions inside of functions as well. Functions
/// with `async` keep theirs.
fn normalize(node: &mut Node) {
    let is_class = node.kind == Kind::Class;
    if is_class || node.kind == Kind::Function {
        let (body, decorators) = if is_class { (2, 3) } else { (1, 2) };
        if let Some(decorators) = node.children.get_mut(decorators) {
            let mut at = 0;
            while let Some(decorator) = decorators.children.get(at) {
                let called = decorator.called();
                if called.kind == Kind::Name && is_sqlmesh(&called.text) {
                    // The one that moves up is passed over, as in SQLMesh.
                    decorators.children.remove(at);
                }
                at += 1;
            }
        }
        if let Some(body) = node.children.get_mut(body) {
            let is_docstring = body.children.first().is_some_and(|first| {
                first.kind == Kind::Expr
                    && first
                        .children
                        .first()
                        .is_some_and(|value| value.as_str().is_some())
            });
            if is_docstring {
                body.children.remove(0);
            }
        }
        if !is_class && let Some(returns) = node.children.get_mut(3) {
            *returns = Node::absent();
        }
    }
    node.children.iter_mut().for_each(normalize);
}
