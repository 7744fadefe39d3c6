//! The graph as text that GitHub, GitLab and others draw.

use std::fmt::Write;

use super::Graph;
use crate::report::catalog::CatalogEntry;

/// A flowchart from left to right, in Mermaid's language.
pub fn mermaid(entries: &[CatalogEntry]) -> String {
    let graph = Graph::new(entries, true);
    let mut out = "flowchart LR\n".to_string();
    // Writing into a string cannot fail.
    for (number, shown) in graph.boxes.iter().enumerate() {
        let _ = match shown.entry {
            Some(_) => writeln!(out, "  n{number}[\"{}\"]", quoted(shown.name)),
            None => writeln!(out, "  n{number}([\"{}\"])", quoted(shown.name)),
        };
    }
    for (from, to) in &graph.edges {
        let _ = writeln!(out, "  n{from} --> n{to}");
    }
    out
}

/// Mermaid writes characters of its own language as entities.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' | '<' | '>' | '&' | '#' | '`' | '\\' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_and_tables_are_joined() {
        let entry = CatalogEntry {
            name: "s.\"a\"".to_string(),
            depends_on: vec!["raw.t".to_string()],
            ..CatalogEntry::default()
        };
        assert_eq!(
            mermaid(&[entry]),
            "flowchart LR\n  n0[\"s.#34;a#34;\"]\n  n1([\"raw.t\"])\n  n1 --> n0\n"
        );
    }
}
