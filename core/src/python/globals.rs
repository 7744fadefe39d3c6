//! The names that a function takes from its module, as CPython's compiler decides it.
//!
//! In: a `def` or `lambda`. Out: names that its code, or code inside of it, loads as globals (SQLMesh stores what
//! stands behind them). Code that can never be reached is not compiled and loads nothing.

use crate::ordered::BTreeSet;

use super::node::{Kind, Node};

/// Names loaded as globals by the body of a function, with those in its defaults and decorators left out.
/// `lazy_annotations`: the file imports `annotations` from `__future__`.
pub fn loaded_globals(function: &Node, lazy_annotations: bool) -> BTreeSet<String> {
    let mut finder = Finder {
        scopes: Vec::new(),
        found: BTreeSet::new(),
        lazy_annotations,
    };
    finder.function_body(function);
    finder.found
}

#[derive(Default)]
struct Scope<'a> {
    is_class: bool,
    locals: BTreeSet<&'a str>,
    globals: BTreeSet<&'a str>,
    outer: BTreeSet<&'a str>,
}

struct Finder<'a> {
    scopes: Vec<Scope<'a>>,
    found: BTreeSet<String>,
    lazy_annotations: bool,
}

impl<'a> Scope<'a> {
    /// Collects what is bound here. Inside of a comprehension only `:=` binds.
    fn bind(&mut self, node: &'a Node, comprehension: bool) {
        let children = node.children.as_slice();
        match node.kind {
            Kind::NamedExpr => {
                self.target(children.first());
                children
                    .iter()
                    .skip(1)
                    .for_each(|child| self.bind(child, comprehension));
                return;
            }
            Kind::Lambda => return,
            _ if comprehension => {}
            Kind::Function | Kind::AsyncFunction | Kind::Class => {
                self.locals.insert(&node.text);
                return;
            }
            Kind::ListComp | Kind::SetComp | Kind::GeneratorExp | Kind::DictComp => {
                children.iter().for_each(|child| self.bind(child, true));
                return;
            }
            Kind::Assign => node.items(0).iter().for_each(|target| self.target(Some(target))),
            Kind::AugAssign | Kind::AnnAssign | Kind::For => self.target(children.first()),
            Kind::Delete => children.iter().for_each(|target| self.target(Some(target))),
            Kind::WithItem => self.target(children.get(1)),
            Kind::Handler | Kind::MatchAs | Kind::MatchStar | Kind::MatchMapping if !node.text.is_empty() => {
                self.locals.insert(&node.text);
            }
            Kind::Alias => {
                let name = children.first().map_or_else(
                    || node.text.split('.').next().unwrap_or_default(),
                    |name| name.text.as_str(),
                );
                self.locals.insert(name);
            }
            Kind::TypeAlias => {
                self.locals.insert(&node.text);
            }
            Kind::Global => self
                .globals
                .extend(children.iter().map(|name| name.text.as_str())),
            Kind::Nonlocal => self.outer.extend(children.iter().map(|name| name.text.as_str())),
            _ => {}
        }
        children.iter().for_each(|child| self.bind(child, comprehension));
    }

    fn target(&mut self, node: Option<&'a Node>) {
        match node {
            Some(node) if node.kind == Kind::Name => {
                self.locals.insert(&node.text);
            }
            Some(node) if matches!(node.kind, Kind::Tuple | Kind::ListDisplay | Kind::Starred) => {
                node.children.iter().for_each(|child| self.target(Some(child)));
            }
            _ => {}
        }
    }
}

impl<'a> Finder<'a> {
    fn function_body(&mut self, node: &'a Node) {
        let mut scope = Scope::default();
        let parameters = node.children.first().map_or(&[][..], |list| &list.children);
        scope
            .locals
            .extend(parameters.iter().map(|parameter| parameter.text.as_str()));
        if let Some(body) = node.children.get(1) {
            scope.bind(body, false);
            self.within(scope, |finder| finder.visit(body));
        }
    }

    fn within(&mut self, scope: Scope<'a>, visit: impl FnOnce(&mut Self)) {
        self.scopes.push(scope);
        visit(self);
        self.scopes.pop();
    }

    fn load(&mut self, name: &str) {
        for (depth, scope) in self.scopes.iter().rev().enumerate() {
            if scope.is_class && depth > 0 {
                continue;
            }
            if scope.globals.contains(name) {
                break;
            }
            let local = scope.locals.contains(name) && !scope.outer.contains(name);
            // The body of a class looks names up one by one, not as globals.
            if local || scope.is_class {
                return;
            }
        }
        self.found.insert(name.to_string());
    }

    fn all(&mut self, nodes: &'a [Node]) {
        nodes.iter().for_each(|node| self.visit(node));
    }

    /// Statements up to the first that never goes on.
    fn suite(&mut self, nodes: &'a [Node]) {
        for node in nodes {
            self.visit(node);
            if stops(node) {
                break;
            }
        }
    }

    /// Only what stands inside of a target is loaded.
    fn target(&mut self, node: &'a Node) {
        match node.kind {
            Kind::Name => {}
            Kind::Tuple | Kind::ListDisplay | Kind::Starred => {
                node.children.iter().for_each(|child| self.target(child));
            }
            _ => self.visit(node),
        }
    }

    fn visit(&mut self, node: &'a Node) {
        let children = node.children.as_slice();
        match node.kind {
            Kind::Name => self.load(&node.text),
            Kind::List => self.suite(children),
            Kind::Assign => {
                self.all(children.get(1..).unwrap_or_default());
                node.items(0).iter().for_each(|target| self.target(target));
            }
            Kind::AnnAssign => {
                if let Some(target) = children.first() {
                    self.target(target);
                }
                self.all(children.get(2..).unwrap_or_default());
            }
            Kind::NamedExpr => self.all(children.get(1..).unwrap_or_default()),
            Kind::For => {
                self.all(children.get(1..2).unwrap_or_default());
                if let Some(target) = children.first() {
                    self.target(target);
                }
                self.all(children.get(2..).unwrap_or_default());
            }
            Kind::Delete => children.iter().for_each(|target| self.target(target)),
            Kind::WithItem => {
                self.all(children.get(..1).unwrap_or_default());
                if let Some(target) = children.get(1) {
                    self.target(target);
                }
            }
            Kind::If => self.conditions(children),
            Kind::While => {
                if !children.first().is_some_and(is_false) {
                    self.all(children);
                }
            }
            Kind::Function | Kind::AsyncFunction => {
                self.all(node.items(2));
                self.parameters(children.first());
                if !self.lazy_annotations {
                    self.all(children.get(3..4).unwrap_or_default());
                }
                self.function_body(node);
            }
            Kind::Lambda => {
                self.parameters(children.first());
                self.function_body(node);
            }
            Kind::Class => {
                self.all(node.items(3));
                self.all(node.items(0));
                self.all(node.items(1));
                let mut scope = Scope {
                    is_class: true,
                    ..Scope::default()
                };
                if let Some(body) = children.get(2) {
                    scope.bind(body, false);
                    self.within(scope, |finder| finder.visit(body));
                }
            }
            Kind::ListComp | Kind::SetComp | Kind::GeneratorExp | Kind::DictComp => self.comprehension(node),
            _ => self.all(children),
        }
    }

    fn conditions(&mut self, children: &'a [Node]) {
        for pair in children.chunks(2) {
            match pair {
                [test, _] if is_false(test) => {}
                [test, body] => {
                    self.visit(test);
                    self.visit(body);
                    if is_true(test) {
                        return;
                    }
                }
                other => self.all(other),
            }
        }
    }

    fn parameters(&mut self, parameters: Option<&'a Node>) {
        for parameter in parameters.map_or(&[][..], |list| &list.children) {
            let from = usize::from(self.lazy_annotations);
            self.all(parameter.children.get(from..).unwrap_or_default());
        }
    }

    /// A scope of its own; only what the first `for` goes over belongs to the scope around.
    fn comprehension(&mut self, node: &'a Node) {
        let mut scope = Scope::default();
        let generators = || {
            node.children
                .iter()
                .filter(|child| child.kind == Kind::Comprehension)
        };
        for generator in generators() {
            scope.target(generator.children.first());
        }
        if let Some(first) = generators().next().and_then(|first| first.children.get(1)) {
            self.visit(first);
        }
        self.within(scope, |finder| {
            for child in &node.children {
                if child.kind != Kind::Comprehension {
                    finder.visit(child);
                }
            }
            for (index, generator) in generators().enumerate() {
                if let Some(target) = generator.children.first() {
                    finder.target(target);
                }
                let from = if index == 0 { 2 } else { 1 };
                finder.all(generator.children.get(from..).unwrap_or_default());
            }
        });
    }
}

fn is_false(node: &Node) -> bool {
    matches!(
        (node.kind, node.text.as_str()),
        (Kind::Constant, "False" | "None") | (Kind::Int, "0") | (Kind::Str, "")
    )
}

fn is_true(node: &Node) -> bool {
    match node.kind {
        Kind::Constant => node.text == "True",
        Kind::Int => node.text != "0",
        Kind::Str => !node.text.is_empty(),
        _ => false,
    }
}

/// Whether nothing after the statement is ever reached.
fn stops(node: &Node) -> bool {
    let suite = |node: Option<&Node>| node.is_some_and(|suite| suite.children.iter().any(stops));
    match node.kind {
        Kind::Return | Kind::Raise | Kind::Break | Kind::Continue => true,
        Kind::If => {
            node.children.chunks(2).all(|pair| match pair {
                [test, body] => is_false(test) || suite(Some(body)),
                [last] => suite(Some(last)),
                _ => false,
            }) && node.children.len() % 2 == 1
        }
        Kind::While => {
            node.children.first().is_some_and(is_true) && !node.children.get(1).is_some_and(breaks)
        }
        _ => false,
    }
}

fn breaks(node: &Node) -> bool {
    match node.kind {
        Kind::Break => true,
        Kind::For | Kind::While => node.children.last().is_some_and(breaks),
        Kind::Function | Kind::AsyncFunction | Kind::Class => false,
        _ => node.children.iter().any(breaks),
    }
}
