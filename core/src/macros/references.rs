//! Which variables and macros a text names, found without evaluating anything.
//!
//! In: raw SQL or a Jinja block. Out: lower-case names. Conditions are not looked at: both branches count, as
//! SQLMesh records them.

use crate::ordered::BTreeSet;

use super::scan::{Kind, begins_macro, braces, forms, text_of};
use crate::source::Span;
use crate::sql::Dialect;

/// Names that a text uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    /// Variables: `@x`, `@{x}`, `@VAR('x')`, `@BLUEPRINT_VAR('x')`, Jinja's `var('x')`. Date and runtime variables and
    /// names that are `@DEF`-ined elsewhere are among them. A node records the project variables *and* the
    /// blueprint variables that have one of these names, however it is named.
    pub variables: BTreeSet<String>,
    /// Those of `variables` that `@BLUEPRINT_VAR` or `blueprint_var()` names.
    pub blueprint_variables: BTreeSet<String>,
    /// Macro functions called, built-in ones included.
    pub macros: BTreeSet<String>,
    /// Names called or read in Jinja blocks: `f` of `{{ f(x) }}`, `p.f` of `{{ p.f(x) }}`. SQLMesh takes whatever stands
    /// before a dot for a package, a loop's variable as well.
    pub jinja: BTreeSet<String>,
}

impl References {
    /// What SQLMesh records as keys of `jinja_macros.packages`: names before a dot in Jinja blocks.
    pub fn jinja_packages(&self) -> BTreeSet<String> {
        self.jinja
            .iter()
            .filter_map(|name| name.split_once('.'))
            .map(|(package, _)| package.to_string())
            .collect()
    }

    /// Adds those of another text.
    pub fn extend(&mut self, other: Self) {
        self.variables.extend(other.variables);
        self.blueprint_variables.extend(other.blueprint_variables);
        self.macros.extend(other.macros);
        self.jinja.extend(other.jinja);
    }
}

/// The names that a text uses.
pub fn references(text: &str, dialect: Dialect) -> References {
    let mut found = References::default();
    if super::jinja::is_block(text) {
        // What Jinja prints may hold `@` forms, but SQLMesh records only what Jinja itself names.
        super::jinja::collect(super::jinja::body(text), &mut found);
    } else if text.contains('@') {
        collect(text, dialect, &mut found);
    }
    found
}

fn collect(text: &str, dialect: Dialect, found: &mut References) {
    let forms = forms(text, dialect);
    let written = |span: &Span| &text[span.start..span.end];
    for (at, (kind, span)) in forms.iter().enumerate() {
        match kind {
            Kind::Variable => {
                let name = written(span)[1..].to_lowercase();
                match forms.get(at + 1) {
                    Some((Kind::Symbol, next)) if written(next) == "(" => {
                        if let Some((Kind::Text, first)) = forms.get(at + 2) {
                            call(&name, &text_of(written(first), dialect), found);
                        }
                        found.macros.insert(name);
                    }
                    _ => {
                        found.variables.insert(name);
                    }
                }
            }
            Kind::Template | Kind::TextTemplate | Kind::Quoted => names_in(written(span), found),
            _ => {}
        }
    }
}

/// A macro that is called with a text.
fn call(name: &str, text: &str, found: &mut References) {
    match name {
        "var" => {
            found.variables.insert(text.to_lowercase());
        }
        "blueprint_var" => {
            found.blueprint_variables.insert(text.to_lowercase());
            found.variables.insert(text.to_lowercase());
        }
        "sql" => names_in(text, found),
        _ => {}
    }
}

/// Names of the `@` forms in the text of a name or template.
fn names_in(text: &str, found: &mut References) {
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        rest = &rest[at..];
        let length = if rest.starts_with("@@") {
            2
        } else if let Some(length) = braces(rest) {
            found.variables.insert(rest[2..length - 1].to_lowercase());
            length
        } else if rest[1..].starts_with(begins_macro) {
            let length = 1 + rest[1..]
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .unwrap_or(rest.len() - 1);
            found.variables.insert(rest[1..length].to_lowercase());
            length
        } else {
            1
        };
        rest = &rest[length..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_names_in_every_form() {
        let found = references(
            "SELECT @A, @{b}_x, y_@c, @VAR('D', 1), @BLUEPRINT_VAR('e'), @'t @f', \"@g\", '@no', @IF(@h, 1, @i)",
            Dialect::DuckDb,
        );
        let variables: Vec<&str> = found.variables.iter().map(String::as_str).collect();
        assert_eq!(variables, ["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
        let macros: Vec<&str> = found.macros.iter().map(String::as_str).collect();
        assert_eq!(macros, ["blueprint_var", "if", "var"]);
        assert!(found.blueprint_variables.contains("e"));
    }
}
