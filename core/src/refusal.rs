//! Why what was asked is refused: SQLMesh's classes of errors, with a message and a way out.

use crate::diagnostic::Diagnostic;

/// A refusal.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// SQLMesh's class: `PlanError`, `NoChangesPlanError`, `ConfigError`, `SQLMeshError`, ….
    pub kind: &'static str,
    /// What is wrong and the way out. Boxed: refusals are rare, results are not.
    pub diagnostic: Box<Diagnostic>,
}

impl Refusal {
    /// A refusal of class `PlanError`.
    pub fn plan(code: &str, message: impl Into<String>) -> Self {
        Self::of("PlanError", code, message)
    }

    /// A refusal of a given class.
    pub fn of(kind: &'static str, code: &str, message: impl Into<String>) -> Self {
        Self {
            kind,
            diagnostic: Box::new(Diagnostic::error(code, message)),
        }
    }

    /// The same with a way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.diagnostic.help.push(text.into());
        self
    }
}
