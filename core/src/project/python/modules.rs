//! The project's Python files as modules: what each binds, and what a name in one of them stands for.
//!
//! In: the files' trees. Out: objects. Imports are followed inside of the project only. A module is read from top
//! to bottom as it would run; what only running could tell is [`Object::Unknown`].

use crate::ordered::{BTreeMap, BTreeSet};

use super::object::Object;
use super::{external, values};
use crate::python::{Kind, Node};

/// Imports of imports, and names for names.
const MAX_STEPS: usize = 32;

/// One Python file.
pub(super) struct Module {
    /// Path in the project.
    pub(super) path: String,
    /// The tree.
    pub(super) tree: Node,
}

/// What a module binds a name to.
#[derive(Clone, Copy)]
enum Binding<'a> {
    /// `import a.b` binds `a`, `import a.b as c` binds all of it.
    Import(&'a str),
    /// Module as written, and name.
    From(&'a str, &'a str),
    Definition(&'a Node),
    /// Value and statement.
    Assigned(&'a Node, &'a Node),
    Unknown(&'a Node),
}

/// All modules with their names.
pub(super) struct Modules<'a> {
    modules: &'a BTreeMap<String, Module>,
    bindings: BTreeMap<&'a str, BTreeMap<&'a str, Binding<'a>>>,
    stars: BTreeMap<&'a str, Vec<&'a str>>,
}

/// The path of a module of the project, from its dotted name.
pub(super) fn find(name: &str, has: &dyn Fn(&str) -> bool) -> Option<String> {
    let path = name.replace('.', "/");
    [format!("{path}.py"), format!("{path}/__init__.py")]
        .into_iter()
        .find(|path| has(path))
}

/// The dotted name of the module that `from … import` names in a file.
pub(super) fn absolute(path: &str, written: &str) -> String {
    let dots = written.len() - written.trim_start_matches('.').len();
    let rest = written.trim_start_matches('.');
    if dots == 0 {
        return rest.to_string();
    }
    let folders: Vec<&str> = path.split('/').collect();
    let keep = folders.len().saturating_sub(dots);
    let mut parts: Vec<&str> = folders.get(..keep).unwrap_or_default().to_vec();
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts.join(".")
}

/// Dotted names of the modules that a file may import.
pub(super) fn imports(module: &Module) -> Vec<String> {
    let mut found = Vec::new();
    module.tree.walk(&mut |node| {
        match node.kind {
            Kind::Import => found.extend(node.children.iter().map(|alias| alias.text.clone())),
            Kind::ImportFrom => {
                let from = absolute(&module.path, &node.text);
                found.extend(node.children.iter().map(|alias| format!("{from}.{}", alias.text)));
                found.push(from);
            }
            _ => {}
        }
        true
    });
    found
}

impl Module {
    /// Annotations are not evaluated.
    pub(super) fn has_lazy_annotations(&self) -> bool {
        self.tree.children.iter().any(|node| {
            node.kind == Kind::ImportFrom
                && node.text == "__future__"
                && node.children.iter().any(|alias| alias.text == "annotations")
        })
    }
}

impl<'a> Modules<'a> {
    pub(super) fn new(modules: &'a BTreeMap<String, Module>) -> Self {
        let mut all = Self {
            modules,
            bindings: BTreeMap::new(),
            stars: BTreeMap::new(),
        };
        for (path, module) in modules {
            let mut names = BTreeMap::new();
            let mut stars = Vec::new();
            let mut changed = BTreeSet::new();
            bind(&module.tree.children, &mut names, &mut stars, &mut changed);
            for name in changed {
                if let Some(Binding::Assigned(value, _)) = names.get(name).copied() {
                    names.insert(name, Binding::Unknown(value));
                }
            }
            all.bindings.insert(path, names);
            all.stars.insert(path, stars);
        }
        all
    }

    /// What a name of a file's module stands for; `None` when the module has no such name.
    pub(super) fn resolve(&self, path: &str, name: &str) -> Option<Object<'a>> {
        self.step(path, name, 0)
    }

    fn step(&self, path: &str, name: &str, steps: usize) -> Option<Object<'a>> {
        if steps > MAX_STEPS {
            return Some(Object::Nothing);
        }
        let module = self.modules.get(path)?;
        let Some(binding) = self.bindings.get(path).and_then(|names| names.get(name)) else {
            if name == "__name__" {
                let dotted = path.trim_end_matches(".py").replace('/', ".");
                return Some(Object::Value(Node::new(
                    Kind::Str,
                    &dotted,
                    Default::default(),
                    Vec::new(),
                )));
            }
            return self.stars.get(path)?.iter().find_map(|from| {
                let from = absolute(path, from);
                let target = self.path_of(&from)?;
                (!name.starts_with('_')).then(|| self.step(&target, name, steps + 1))?
            });
        };
        Some(match *binding {
            Binding::Import(dotted) => match self.path_of(dotted) {
                Some(_) => Object::Own(dotted.to_string()),
                None => Object::Module(external::module(dotted)),
            },
            Binding::From(from, name) => {
                let from = absolute(path, from);
                let inner = format!("{from}.{name}");
                match self.path_of(&from) {
                    Some(target) => match self.step(&target, name, steps + 1) {
                        Some(object) => object,
                        None if self.path_of(&inner).is_some() => Object::Own(inner),
                        None => Object::import(&from, name, true),
                    },
                    None if self.path_of(&inner).is_some() => Object::Own(inner),
                    None => external::imported(&from, name),
                }
            }
            Binding::Definition(node) if node.kind == Kind::Class => Object::Class { module, node },
            Binding::Definition(node) => Object::Function {
                module,
                node,
                statement: node,
                unsure: !node
                    .items(2)
                    .iter()
                    .all(|decorator| self.is_transparent(path, decorator, steps)),
            },
            Binding::Assigned(value, statement) => match value.kind {
                Kind::Lambda => Object::Function {
                    module,
                    node: value,
                    statement,
                    unsure: false,
                },
                Kind::Name => match self.step(path, &value.text, steps + 1) {
                    Some(object) => object,
                    None if external::is_built_in(&value.text) => Object::Nothing,
                    None => Object::Unknown(value.clone()),
                },
                Kind::Attribute => self.attribute(path, value, steps),
                _ => {
                    let lookup = |node: &Node| match self.step(path, node.as_name()?, steps + 1) {
                        Some(Object::Value(value)) => Some(value),
                        _ => None,
                    };
                    values::fold(value, &lookup).map_or_else(|| Object::Unknown(value.clone()), Object::Value)
                }
            },
            Binding::Unknown(value) => Object::Unknown(value.clone()),
        })
    }

    /// `module.name` as the value of a name.
    fn attribute(&self, path: &str, value: &'a Node, steps: usize) -> Object<'a> {
        let base = value.children.first().and_then(Node::as_name);
        match base.and_then(|base| self.step(path, base, steps + 1)) {
            Some(Object::Module(module)) => external::imported(&module, &value.text),
            _ => Object::Unknown(value.clone()),
        }
    }

    fn path_of(&self, dotted: &str) -> Option<String> {
        find(dotted, &|path| self.modules.contains_key(path))
    }

    /// Whether a decorator gives back what SQLMesh stores as if it were not there.
    fn is_transparent(&self, path: &str, decorator: &Node, steps: usize) -> bool {
        let called = decorator.called();
        let object = match called.kind {
            Kind::Name => self.step(path, &called.text, steps + 1),
            Kind::Attribute => {
                let base = called.children.first().and_then(Node::as_name);
                match base.and_then(|base| self.step(path, base, steps + 1)) {
                    Some(Object::Module(module)) => Some(Object::import(&module, &called.text, false)),
                    _ => None,
                }
            }
            _ => None,
        };
        match object {
            Some(Object::Import { module, name, .. }) => {
                module.split('.').next() == Some("sqlmesh")
                    || (module == "functools" && matches!(name.as_str(), "lru_cache" | "cache"))
            }
            Some(Object::Function { node, .. }) => gives_back(node, decorator.kind == Kind::Call),
            _ => false,
        }
    }
}

/// Whether a decorator returns the function that it is given.
fn gives_back(decorator: &Node, is_factory: bool) -> bool {
    let body = decorator.items(1);
    if is_factory {
        let inner = body.iter().find(|node| node.kind == Kind::Function);
        return inner.is_some_and(|inner| gives_back(inner, false));
    }
    let parameter = decorator.children.first().and_then(|list| list.children.first());
    let returned = body.last().filter(|last| last.kind == Kind::Return);
    let returned = returned
        .and_then(|last| last.children.first())
        .and_then(Node::as_name);
    parameter.is_some_and(|parameter| returned == Some(parameter.text.as_str()))
}

/// Binds what statements of a module bind, in order. `changed` are names whose value is changed in place.
fn bind<'a>(
    statements: &'a [Node],
    names: &mut BTreeMap<&'a str, Binding<'a>>,
    stars: &mut Vec<&'a str>,
    changed: &mut BTreeSet<&'a str>,
) {
    for node in statements {
        let children = node.children.as_slice();
        match node.kind {
            Kind::Function | Kind::AsyncFunction | Kind::Class => {
                names.insert(&node.text, Binding::Definition(node));
            }
            Kind::Import => {
                for alias in children {
                    let first = alias.text.split('.').next().unwrap_or_default();
                    match alias.children.first() {
                        Some(name) => names.insert(&name.text, Binding::Import(&alias.text)),
                        None => names.insert(first, Binding::Import(first)),
                    };
                }
            }
            Kind::ImportFrom => {
                for alias in children {
                    let name = alias.children.first().unwrap_or(alias);
                    if alias.text == "*" {
                        stars.push(&node.text);
                    } else {
                        names.insert(&name.text, Binding::From(&node.text, &alias.text));
                    }
                }
            }
            Kind::Assign => {
                for target in node.items(0) {
                    assign(target, children.get(1), node, names, changed);
                }
            }
            Kind::AnnAssign => {
                if let (Some(target), Some(value)) = (children.first(), node.child(2)) {
                    assign(target, Some(value), node, names, changed);
                }
            }
            Kind::AugAssign => {
                if let Some(target) = children.first() {
                    assign(target, None, node, names, changed);
                }
            }
            Kind::Expr => {
                // `NAMES.append(…)` changes what `NAMES` holds.
                let call = children.first().filter(|call| call.kind == Kind::Call);
                let function = call.and_then(|call| call.children.first());
                if let Some(function) = function.filter(|function| function.kind == Kind::Attribute)
                    && let Some(base) = function.children.first().and_then(Node::as_name)
                {
                    changed.insert(base);
                }
            }
            Kind::Delete => {
                for name in children.iter().filter_map(Node::as_name) {
                    names.remove(name);
                }
            }
            Kind::If => {
                for pair in children.chunks(2) {
                    match pair {
                        [test, _] if test.text == "TYPE_CHECKING" => {}
                        [_, body] => bind(&body.children, names, stars, changed),
                        [last] => bind(&last.children, names, stars, changed),
                        _ => {}
                    }
                }
            }
            Kind::Try => {
                for index in [0, 2, 3] {
                    bind(node.items(index), names, stars, changed);
                }
            }
            Kind::For | Kind::With | Kind::While => {
                let targets: Vec<&Node> = match node.kind {
                    Kind::For => children.first().into_iter().collect(),
                    _ => node.items(0).iter().filter_map(|item| item.child(1)).collect(),
                };
                for target in targets {
                    assign(target, None, node, names, changed);
                }
                for body in children.iter().skip(1).filter(|child| child.kind == Kind::List) {
                    bind(&body.children, names, stars, changed);
                }
            }
            _ => {}
        }
    }
}

fn assign<'a>(
    target: &'a Node,
    value: Option<&'a Node>,
    statement: &'a Node,
    names: &mut BTreeMap<&'a str, Binding<'a>>,
    changed: &mut BTreeSet<&'a str>,
) {
    match target.kind {
        Kind::Name => {
            changed.remove(target.text.as_str());
            names.insert(
                &target.text,
                value.map_or(Binding::Unknown(statement), |value| {
                    Binding::Assigned(value, statement)
                }),
            );
        }
        Kind::Tuple | Kind::ListDisplay => {
            let values = value.filter(|value| {
                matches!(value.kind, Kind::Tuple | Kind::ListDisplay)
                    && value.children.len() == target.children.len()
            });
            for (index, target) in target.children.iter().enumerate() {
                let value = values.and_then(|values| values.children.get(index));
                assign(target, value, statement, names, changed);
            }
        }
        Kind::Subscript | Kind::Attribute => {
            if let Some(base) = target.children.first().and_then(Node::as_name) {
                changed.insert(base);
            }
        }
        _ => {}
    }
}
