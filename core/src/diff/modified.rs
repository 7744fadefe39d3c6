//! How one version of a node differs from another.
//!
//! In: the old (stored) and the new snapshot of one node. Out: whether the data change, only metadata, or only
//! what comes from parents. Hashes alone do not tell: a comment changes the data hash, and so the rendered
//! queries decide.

use std::cell::OnceCell;

use crate::model::columns::output_columns;
use crate::model::render;
use crate::model::{Columns, Model, SourceType, Statement};
use crate::snapshot::{PlanNode, Snapshot, fingerprint};
use crate::sql::{self, Dialect, QueryAnalysis, QueryContext};

use super::text;

/// The difference between two versions of one node.
#[derive(Debug, Clone, PartialEq)]
pub struct Modified {
    /// The version in the environment compared with.
    pub old: Snapshot,
    /// The node itself changes data.
    pub directly: bool,
    /// A parent's data changed, and the node is not directly modified.
    pub indirectly: bool,
    /// The metadata hash differs; may hold together with one of the others.
    pub metadata: bool,
    /// What was found out about the two versions, kept for later plans.
    known: Known,
}

/// Facts about two versions that take time to find out and depend on nothing else.
#[derive(Debug, Clone, Default, PartialEq)]
struct Known {
    additive: OnceCell<Result<String, String>>,
    old_columns: OnceCell<Option<Columns>>,
    difference: OnceCell<String>,
}

impl Modified {
    /// Compares two versions.
    pub fn new(new: &PlanNode, old: &Snapshot) -> Self {
        let (now, before) = (&new.snapshot.fingerprint, &old.fingerprint);
        let known = restored(&old.node, new, now.data_hash == before.data_hash);
        let known = known.map(|node| Snapshot {
            node: node.into(),
            ..old.clone()
        });
        let old = known.as_ref().unwrap_or(old);
        let data_differs = now.data_hash != before.data_hash;
        let metadata = now.metadata_hash != before.metadata_hash;
        let directly = (data_differs || metadata) && !is_metadata_only(new, old);
        let indirectly = now.parent_data_hash != before.parent_data_hash && !directly;
        Self {
            old: old.clone(),
            directly,
            indirectly,
            metadata,
            known: Known::default(),
        }
    }

    /// Whether the new version only adds to the old one, with the reason either way; found out once.
    pub fn additive(
        &self,
        find: impl FnOnce(&Snapshot) -> Result<String, String>,
    ) -> &Result<String, String> {
        self.known.additive.get_or_init(|| find(&self.old))
    }

    /// Output columns of the old version; `None` when unknown.
    pub fn old_columns(&self) -> Option<&Columns> {
        let columns = self
            .known
            .old_columns
            .get_or_init(|| stored_columns(&self.old.node));
        columns.as_ref()
    }

    /// The difference of the sources as written; empty when it does not show there.
    pub fn text_difference(&self, new: &Model) -> &str {
        self.known
            .difference
            .get_or_init(|| text::unified(&self.old.node, new))
    }
}

/// A redacted node of which another version has the same data hash had that version's texts: data hashes cover
/// them. `None` when nothing is redacted or nothing can be said.
fn restored(old: &Model, new: &PlanNode, same_data: bool) -> Option<Model> {
    let new = new.model();
    if !same_data || !old.is_redacted() || new.is_redacted() {
        return None;
    }
    Some(Model {
        query: new.query.clone(),
        pre_statements: new.pre_statements.clone(),
        post_statements: new.post_statements.clone(),
        python_env: new.python_env.clone(),
        jinja_macros: new.jinja_macros.clone(),
        ..old.clone()
    })
}

/// Whether two versions differ in metadata only.
pub fn is_metadata_only(new: &PlanNode, old: &Snapshot) -> bool {
    let (now, before) = (&new.snapshot.fingerprint, &old.fingerprint);
    if now.metadata_hash == before.metadata_hash {
        return false;
    }
    let (new_model, old_model) = (new.model(), &old.node);
    if new_model.is_audit() || old_model.is_audit() {
        return now.data_hash == before.data_hash;
    }
    // Without its text nothing tells a new layout from a new query.
    if new_model.source_type != old_model.source_type || old_model.is_redacted() {
        return false;
    }
    if now.data_hash != before.data_hash {
        let same = same_data_fields(new, old)
            && same_statements(
                &new_model.pre_statements,
                &old_model.pre_statements,
                new_model,
                old_model,
            )
            && same_statements(
                &new_model.post_statements,
                &old_model.post_statements,
                new_model,
                old_model,
            );
        if !same {
            return false;
        }
    }
    if new_model.source_type != SourceType::Sql || same_query_inputs(new_model, old_model) {
        return true;
    }
    match (analyze(new_model), analyze(old_model)) {
        (Some(new), Some(old)) => new.tree == old.tree,
        // What cannot be rendered is compared as it was written.
        (None, None) => new_model.query == old_model.query,
        _ => false,
    }
}

/// True when both queries must render alike: the same text, with the same columns known of what they read. SQLMesh
/// keeps one rendered query for both then, even if only one of them is to be optimised.
pub fn same_query_inputs(new: &Model, old: &Model) -> bool {
    new.query == old.query
        && new.mapping_schema == old.mapping_schema
        && new.python_env == old.python_env
        && new.jinja_macros == old.jinja_macros
        && new.dialect == old.dialect
}

fn same_data_fields(new: &PlanNode, old: &Snapshot) -> bool {
    let name = &new.snapshot.name;
    let new_items = fingerprint::data_items_without_sql(&with_hashes(new.model()), name);
    let old_items = fingerprint::data_items_without_sql(&with_hashes(&old.node), name);
    new_items == old_items
}

/// A seed with its column hashes, computed from its content where state does not hold them.
pub fn with_hashes(model: &Model) -> Model {
    let mut model = model.clone();
    if model.source_type == SourceType::Seed
        && model.column_hashes.is_none()
        && let Some(seed) = &model.seed
    {
        let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
        let read = crate::model::seed::read(&seed.content, model.kind.csv_settings.as_ref(), dialect);
        model.column_hashes = read.ok().map(|data| data.column_hashes);
    }
    model
}

fn same_statements(
    new: &Option<Vec<Statement>>,
    old: &Option<Vec<Statement>>,
    new_model: &Model,
    old_model: &Model,
) -> bool {
    let new = data_statements(new, new_model);
    let old = data_statements(old, old_model);
    let dialect = Dialect::parse(&new_model.dialect).unwrap_or_default();
    new.len() == old.len()
        && new
            .iter()
            .zip(&old)
            .all(|(a, b)| sql::same_statement(a, b, dialect))
}

/// Rendered statements that count as data: macro definitions do not.
fn data_statements(statements: &Option<Vec<Statement>>, model: &Model) -> Vec<String> {
    let mut rendered = Vec::new();
    for statement in statements.iter().flatten() {
        if statement.sql.trim_start().to_uppercase().starts_with("@DEF") {
            continue;
        }
        match render::render_statement(&statement.sql, model, &render::RenderContext::default()) {
            Ok(texts) => rendered.extend(texts),
            Err(_) => rendered.push(statement.sql.clone()),
        }
    }
    rendered
}

/// The query of a SQL model with load-time values; `None` when it has none or cannot be rendered.
pub fn rendered(model: &Model) -> Option<String> {
    if model.source_type != SourceType::Sql {
        return None;
    }
    render::render_query(model, &render::RenderContext::default()).ok()
}

/// The rendered and optimised query of a node; `None` when it has none or cannot be rendered.
pub fn analyze(model: &Model) -> Option<QueryAnalysis> {
    let text = rendered(model)?;
    let context = QueryContext {
        dialect: Dialect::parse(&model.dialect).unwrap_or_default(),
        default_catalog: model.default_catalog.as_deref(),
        schema: &model.mapping_schema,
        optimize: model.optimize_query.unwrap_or(true),
    };
    let name = sql::names::table_name(&model.name, context.dialect, context.default_catalog).ok();
    sql::analyze_of(&text, &context, name.map(|name| name.to_string()).as_deref()).ok()
}

/// Output columns of a stored node: declared, from the seed, or from the query; `None` when unknown.
pub fn stored_columns(model: &Model) -> Option<Columns> {
    let found = match model.source_type {
        _ if model.columns.is_some() => None,
        SourceType::Sql => analyze(model).and_then(|analysis| analysis.columns),
        SourceType::Seed if model.derived_columns_to_types.is_none() => {
            model.seed.as_ref().and_then(|seed| {
                let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
                let data = crate::model::seed::read(&seed.content, model.kind.csv_settings.as_ref(), dialect)
                    .ok()?;
                Some(data.columns)
            })
        }
        SourceType::Seed | SourceType::External | SourceType::Python | SourceType::Audit => None,
    };
    output_columns(model, found)
}
