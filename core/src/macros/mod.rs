//! Macros: what `@name`, `@{name}`, `@FUNCTION(…)` and Jinja blocks stand for.
//!
//! In: raw SQL text and a `MacroEnv` with the variables that it may see. Out: SQL text without macros, together
//! with a map back to the source, so that an error in the result points at what was written.
//!
//! SQLMesh expands a parsed tree and prints it; this works on tokens and leaves everything that is not a macro as
//! written. As there, children are expanded first, both branches of `@IF` included, and a result is put in place
//! without parentheses around it. User macros written in Python are not run: they are refused by name.

mod arguments;
mod builtins;
mod clause;
mod condition;
mod definition;
mod eval;
pub mod jinja;
mod list;
mod output;
pub mod python_literal;
mod references;
mod scan;
mod value;
pub mod variables;

use std::borrow::Cow;

use crate::ordered::BTreeMap;

use crate::source::Span;
use crate::sql::{Dialect, MappingSchema};

pub use arguments::split_statements;
pub use builtins::columns::UNAVAILABLE;
pub use definition::{MacroFunction, define};
pub use references::{References, references};
pub use value::{MacroValue, sql_literal};

/// What macros may see. Names of variables and macros are in lower case.
#[derive(Debug, Clone, Default)]
pub struct MacroEnv {
    /// Dialect of the text.
    pub dialect: Dialect,
    /// What the date variables say.
    pub dates: variables::Dates,
    /// Why `start_…` and `end_…` do not exist here, when they do not.
    pub without_interval: Option<String>,
    /// Runtime variables, and `@DEF` values.
    pub locals: BTreeMap<String, MacroValue>,
    /// Blueprint variables: SQL text.
    pub blueprint_variables: BTreeMap<String, MacroValue>,
    /// Project and gateway variables, already merged; `gateway` among them.
    pub variables: BTreeMap<String, MacroValue>,
    /// Macro functions that the model defines with `@DEF`.
    pub functions: BTreeMap<String, MacroFunction>,
    /// User macros written in Python: name → file. Known, never run.
    pub python_macros: BTreeMap<String, String>,
    /// Catalog of tables without one.
    pub default_catalog: Option<String>,
    /// Columns of tables, for `@STAR` and `@UNION`.
    pub schema: MappingSchema,
    /// What the text belongs to, for messages: "model `shop.items`".
    pub owner: String,
}

impl MacroEnv {
    /// An environment for loading: dates at the epoch, stage `loading`.
    pub fn for_loading(dialect: Dialect, variables: BTreeMap<String, MacroValue>) -> Self {
        let mut env = Self {
            dialect,
            variables,
            ..Self::default()
        };
        env.locals
            .insert("runtime_stage".to_string(), MacroValue::text("loading"));
        env.locals
            .insert("default_catalog".to_string(), MacroValue::null());
        env
    }

    /// A local variable or a date, by its lower-case name.
    fn local(&self, name: &str) -> Option<Cow<'_, MacroValue>> {
        if let Some(value) = self.locals.get(name) {
            return Some(Cow::Borrowed(value));
        }
        let date = variables::date_variable(name, &self.dates, self.dialect)?;
        self.is_hidden(name).is_none().then_some(Cow::Owned(date))
    }

    /// Why a date does not exist here: `start_ds` in a VIEW's query.
    fn is_hidden(&self, name: &str) -> Option<&str> {
        let reason = self.without_interval.as_deref()?;
        let of_interval = variables::PREFIXES
            .iter()
            .take(2)
            .any(|prefix| name.starts_with(prefix));
        (of_interval && variables::is_date_variable(name)).then_some(reason)
    }
}

/// Expanded text and where its parts come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expansion {
    /// SQL without macros; empty when a macro removed everything.
    pub text: String,
    /// Beginnings of the parts in `text`, ascending, with what they come from in the raw text.
    pub origins: Vec<(usize, Span)>,
    /// True when there was anything to expand.
    pub changed: bool,
}

impl Expansion {
    /// Where in the raw text the byte at `offset` of the expanded text comes from: the token, or the whole macro.
    pub fn source_span(&self, offset: usize) -> Span {
        if !self.changed {
            let rest = self.text.get(offset..).unwrap_or_default();
            let word = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            return Span::new(
                offset,
                offset + word.max(rest.chars().next().map_or(0, char::len_utf8)),
            );
        }
        let at = self.origins.partition_point(|(start, _)| *start <= offset);
        at.checked_sub(1)
            .and_then(|at| self.origins.get(at))
            .map_or_else(Span::default, |(_, span)| *span)
    }
}

/// Why a text could not be expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MacroError {
    /// `macro/undefined-variable`, `macro/undefined-macro`, `macro/python`, `macro/arguments`, `macro/condition`,
    /// `macro/result`, `macro/too-much`, `macro/jinja`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where in the raw text.
    pub span: Span,
    /// Ways out.
    pub help: Vec<String>,
}

impl MacroError {
    /// An error at a place of the raw text.
    pub fn new(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self {
            code,
            message: message.into(),
            span,
            help: Vec::new(),
        }
    }

    /// The same with one more way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// The error as shown: `path` and `text` are the file, `offset` is where the raw text begins in it.
    pub fn to_diagnostic(&self, path: &str, text: &str, offset: usize) -> crate::diagnostic::Diagnostic {
        let place = crate::source::Location::in_text(path, text, self.span.shifted(offset));
        let mut diagnostic =
            crate::diagnostic::Diagnostic::error(self.code, self.message.clone()).at(place, "");
        diagnostic.help.clone_from(&self.help);
        diagnostic
    }
}

/// Expands all `@` forms of one statement (a query, a statement, a header value, a model name). Jinja blocks are
/// not touched: `jinja::render` comes first.
pub fn expand(text: &str, env: &MacroEnv) -> Result<Expansion, MacroError> {
    if !text.contains('@') {
        return Ok(Expansion {
            text: text.to_string(),
            origins: vec![(0, Span::new(0, text.len()))],
            changed: false,
        });
    }
    let (tokens, tail) = scan::scan(text, env.dialect);
    let mut evaluator = eval::Evaluator::new(env);
    let expanded = evaluator.expand(&tokens)?;
    let mut expansion = Expansion {
        changed: expanded != tokens,
        ..Expansion::default()
    };
    for token in &expanded {
        let start = scan::push_joined(&mut expansion.text, token);
        expansion.origins.push((start, token.span));
    }
    if !expanded.is_empty() {
        expansion.text.push_str(&tail);
    }
    Ok(expansion)
}

#[cfg(test)]
mod tests;
