//! Audits of a project: files under `audits/`, and blocks inside of model files.

use crate::ordered::BTreeMap;

use crate::ordered::IndexMap;

use super::load::{Draft, Loader};
use super::texts::data;
use crate::model::AuditDefinition;
use crate::model::audit::{self, Audit};
use crate::model::header;
use crate::model::parts::{self, AuditParts, Parts};
use crate::model::problem::Problem;
use crate::model::variables::Text;
use crate::sql::Dialect;

impl Loader<'_> {
    pub(super) fn audit_file(&mut self, path: &str) {
        let text = self.sources.get(path).unwrap_or_default();
        let Some((dialect, _)) = self.dialect_of(path, text) else {
            return;
        };
        let Some(chunks) = self.chunks(path, text, dialect) else {
            return;
        };
        let (audits, problems) = parts::audit_file(text, &chunks, dialect);
        self.report(path, problems);
        for parts in audits {
            self.audit(path, &parts, dialect);
        }
    }

    /// Reads one audit; a definition is returned and kept, a standalone audit becomes a draft.
    fn audit(&mut self, path: &str, parts: &AuditParts, dialect: Dialect) {
        let (header, problems) = header::parse(&parts.header.text, parts.header.span.start, dialect);
        let mut fatal = self.report(path, problems);
        let Some(header) = header else {
            return;
        };
        let variables = self.variables(None);
        let env = self.environment(dialect, &variables, &IndexMap::new(), "audit".to_string());
        // The first dialect that a file names reads all of it; an audit that names none keeps the project's.
        let default = self.config.default_dialect().to_lowercase();
        let mut builder = self.builder(dialect, &default, &env, None);
        let audit = audit::build(&mut builder, &header, parts);
        fatal |= self.report(path, std::mem::take(&mut builder.problems));
        match audit {
            Some(Audit::Definition(definition)) if !fatal => {
                if self.audits.contains_key(&definition.name) {
                    let problem = Problem::error(
                        "audit/duplicate-name",
                        format!("there is another audit named `{}`", definition.name),
                        header.span,
                    );
                    self.report(path, vec![problem.help("rename one of the two")]);
                    return;
                }
                self.audits.insert(definition.name.clone(), *definition);
            }
            Some(Audit::Standalone(mut model)) if !fatal => {
                if model.description.is_none() {
                    model.description.clone_from(&parts.description);
                }
                let mut texts: Vec<Text<'_>> = Vec::new();
                texts.extend(parts.statements.iter().map(|slice| data(&slice.text)));
                texts.push(data(&parts.query.text));
                let blueprint = IndexMap::new();
                let found = self.needed(&texts, dialect, &variables, &blueprint, None);
                model.python_env = found.python_env;
                model.jinja_macros = found.jinja_macros;
                self.drafts.push(Draft {
                    fqn: model.name.clone(),
                    path: path.to_string(),
                    model: *model,
                    header: parts.header.span,
                    query: parts.query.span,
                    unsure: found.unsure,
                    ..Draft::default()
                });
            }
            _ => {}
        }
    }

    pub(super) fn inline_audits(
        &mut self,
        path: &str,
        parts: &Parts,
        dialect: Dialect,
    ) -> BTreeMap<String, AuditDefinition> {
        let mut found = BTreeMap::new();
        for (header_slice, query) in &parts.audits {
            let (header, problems) = header::parse(&header_slice.text, header_slice.span.start, dialect);
            self.report(path, problems);
            let Some(header) = header else { continue };
            let audit_parts = AuditParts {
                header: header_slice.clone(),
                description: None,
                statements: Vec::new(),
                query: query.clone(),
            };
            let variables = self.variables(None);
            let env = self.environment(dialect, &variables, &IndexMap::new(), "audit".to_string());
            // SQLMesh reads inline audits with the project's dialect as their default.
            let default = self.config.default_dialect().to_lowercase();
            let mut builder = self.builder(dialect, &default, &env, None);
            let audit = audit::build(&mut builder, &header, &audit_parts);
            self.report(path, std::mem::take(&mut builder.problems));
            if let Some(Audit::Definition(definition)) = audit {
                found.insert(definition.name.clone(), *definition);
            }
        }
        found
    }
}
