//! The texts of a model beside its query: statements around it, and all that may name variables and macros.
//!
//! In: a file's parts, a Python model's statements, the defaults of the configuration. Out: statements as stored.

use serde_json::Value;

use super::load::Loader;
use super::python::Definition;
use crate::macros::jinja;
use crate::model::parts::{Parts, Slice};
use crate::model::variables::Text;
use crate::model::{Model, Statement, sql_text};
use crate::sql::Dialect;

impl Loader<'_> {
    pub(super) fn statements(
        &self,
        model: &mut Model,
        parts: &Parts,
        dialect: Dialect,
        definition: Option<&Definition<'_>>,
    ) {
        let given = |slices: &[Slice]| -> Vec<Statement> {
            slices
                .iter()
                .map(|slice| Statement::new(slice.text.clone()))
                .collect()
        };
        let default = |key: &str| -> Vec<Statement> {
            match self.config.model_defaults.get(key) {
                Some(Value::Array(items)) => items
                    .iter()
                    .filter_map(Value::as_str)
                    .map(|text| printed(text, dialect))
                    .collect(),
                Some(Value::String(text)) => vec![printed(text, dialect)],
                _ => Vec::new(),
            }
        };
        for (field, key, slices) in [
            (&mut model.pre_statements, "pre_statements", &parts.pre_statements),
            (
                &mut model.post_statements,
                "post_statements",
                &parts.post_statements,
            ),
            (
                &mut model.on_virtual_update,
                "on_virtual_update",
                &parts.on_virtual_update,
            ),
        ] {
            let mut all = default(key);
            if let Some(definition) = definition {
                let given = definition.statements(key);
                all.extend(
                    given
                        .iter()
                        .flat_map(|texts| texts.iter())
                        .map(|text| printed(text, dialect)),
                );
                *field = (given.is_some() || !all.is_empty()).then_some(all);
                continue;
            }
            if key == "on_virtual_update" {
                all.extend(slices.iter().map(|slice| printed(&slice.text, dialect)));
            } else {
                all.extend(given(slices));
            }
            *field = Some(all);
        }
    }
}

/// A statement that SQLMesh does not store as written but as it prints it.
fn printed(text: &str, dialect: Dialect) -> Statement {
    let text = text.trim().trim_end_matches(';');
    if jinja::is_block(text) {
        return Statement::new(format!(
            "JINJA_STATEMENT_BEGIN;\n{}\nJINJA_END;",
            jinja::body(text).trim()
        ));
    }
    Statement::new(sql_text::statement(text, dialect))
}

pub(super) fn data(sql: &str) -> Text<'_> {
    Text {
        sql,
        is_metadata: false,
    }
}

/// All texts of a model that may name variables.
pub(super) fn texts(model: &Model) -> Vec<Text<'_>> {
    let mut texts: Vec<Text<'_>> = Vec::new();
    texts.extend(model.query.iter().map(|query| data(&query.sql)));
    for statement in [&model.pre_statements, &model.post_statements]
        .into_iter()
        .flatten()
        .flatten()
    {
        texts.push(data(&statement.sql));
    }
    for list in [
        &model.physical_properties,
        &model.virtual_properties,
        &model.session_properties,
        &model.kind.merge_filter,
    ] {
        texts.extend(list.iter().map(|text| data(text)));
    }
    let mut metadata = |sql| {
        texts.push(Text {
            sql,
            is_metadata: true,
        });
    };
    for statement in model.on_virtual_update.iter().flatten() {
        metadata(&statement.sql);
    }
    for definition in model.audit_definitions.values() {
        metadata(&definition.query.sql);
    }
    for (_, arguments) in model.audits.iter().chain(&model.signals) {
        arguments.values().for_each(|argument| metadata(argument));
    }
    // SQLMesh counts what Jinja text names as data, wherever the block stands.
    for text in &mut texts {
        text.is_metadata &= !jinja::is_block(text.sql);
    }
    texts
}
