//! What a name of a module stands for, as far as it can be told without running the module.

use super::modules::Module;
use crate::python::Node;

/// What a name stands for.
#[derive(Clone)]
pub(super) enum Object<'a> {
    /// A function of the project: `def`, or the statement that names a `lambda`.
    Function {
        /// The file.
        module: &'a Module,
        /// `def` or `lambda`.
        node: &'a Node,
        /// What is printed: the `def`, or the whole assignment.
        statement: &'a Node,
        /// A decorator may have replaced it.
        unsure: bool,
    },
    /// A class of the project.
    Class {
        /// The file.
        module: &'a Module,
        /// `class`.
        node: &'a Node,
    },
    /// A value, folded into literals.
    Value(Node),
    /// A value that only Python knows: what stands in the source instead.
    Unknown(Node),
    /// A module outside of the project.
    Module(String),
    /// A module of the project, which SQLMesh refuses to store.
    Own(String),
    /// Something of a module outside of the project.
    Import {
        /// Where SQLMesh imports it from.
        module: String,
        /// Its own name.
        name: String,
        /// The module may be another one.
        unsure: bool,
    },
    /// Something that SQLMesh passes over: built-in functions, instances that can be called.
    Nothing,
}

impl Object<'_> {
    pub(super) fn import(module: &str, name: &str, unsure: bool) -> Self {
        Self::Import {
            module: module.to_string(),
            name: name.to_string(),
            unsure,
        }
    }

    /// Whether two names stand for the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Function { node: a, .. }, Self::Function { node: b, .. })
            | (Self::Class { node: a, .. }, Self::Class { node: b, .. }) => std::ptr::eq(*a, *b),
            (Self::Value(a) | Self::Unknown(a), Self::Value(b) | Self::Unknown(b)) => a == b,
            (Self::Module(a), Self::Module(b)) => a == b,
            (
                Self::Import {
                    module: a, name: x, ..
                },
                Self::Import {
                    module: b, name: y, ..
                },
            ) => a == b && x == y,
            _ => false,
        }
    }
}
