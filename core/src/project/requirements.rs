//! `sqlmesh-requirements.lock`: which Python packages a project names.

use super::Project;
use crate::diagnostic::Diagnostic;
use crate::source::{Location, SourceMap, Span};

/// Reads `sqlmesh-requirements.lock`.
pub(super) fn read(project: &mut Project, sources: &SourceMap, diagnostics: &mut Vec<Diagnostic>) {
    const FILE: &str = "sqlmesh-requirements.lock";
    let Some(text) = sources.get(FILE) else {
        return;
    };
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(offset, offset + line.trim_end().len());
        offset += line.len();
        let entry = line.trim();
        if entry.is_empty() {
            continue;
        }
        if let Some(excluded) = entry.strip_prefix('^') {
            project.excluded_requirements.insert(excluded.to_string());
            continue;
        }
        let parts: Vec<&str> = entry.split("==").collect();
        if let [name, version] = parts.as_slice() {
            project
                .requirements
                .insert((*name).to_string(), (*version).to_string());
        } else {
            diagnostics.push(
                Diagnostic::error(
                    "project/bad-requirement",
                    format!("`{entry}` is not `name==version`"),
                )
                .at(Location::in_text(FILE, text, span), "")
                .help("write one `name==version` per line, or `^name` to leave one out"),
            );
        }
    }
}
