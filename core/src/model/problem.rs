//! Problems found while a block is read: where in the file, what, and the way out.

use crate::diagnostic::{Diagnostic, Severity};
use crate::macros::MacroError;
use crate::source::{Location, Span};

/// A problem in one file; the file is known to the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Code of the diagnostic.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where in the file.
    pub span: Span,
    /// Ways out.
    pub help: Vec<String>,
}

impl Problem {
    /// An error at a place of the file.
    pub fn error(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            span,
            help: Vec::new(),
        }
    }

    /// A warning at a place of the file.
    pub fn warning(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message, span)
        }
    }

    /// An error of macro expansion; `offset` is where the expanded text begins in the file.
    pub fn from_macro(error: &MacroError, offset: usize) -> Self {
        Self {
            help: error.help.clone(),
            ..Self::error(error.code, error.message.clone(), error.span.shifted(offset))
        }
    }

    /// The same with one more way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// The problem as shown.
    pub fn to_diagnostic(&self, path: &str, text: &str) -> Diagnostic {
        let mut diagnostic = match self.severity {
            Severity::Error => Diagnostic::error(self.code, self.message.clone()),
            Severity::Warning => Diagnostic::warning(self.code, self.message.clone()),
            Severity::Note => Diagnostic::note(self.code, self.message.clone()),
        }
        .at(Location::in_text(path, text, self.span), "");
        diagnostic.help.clone_from(&self.help);
        diagnostic
    }
}
