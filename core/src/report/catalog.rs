//! The models of a project, as a list and as a graph: plain data for terminal, JSON and drawings.

use crate::ordered::IndexMap;
use serde::Serialize;

use crate::model::Columns;
use crate::project::{Project, ProjectNode};

/// One model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CatalogEntry {
    /// Name as written.
    pub name: String,
    /// Fully qualified, quoted name.
    pub fqn: String,
    /// Kind, as in `INCREMENTAL_BY_TIME_RANGE`.
    pub kind: String,
    /// How often it is due.
    pub cron: String,
    /// Who owns it.
    pub owner: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Dialect of its text.
    pub dialect: String,
    /// What it is for.
    pub description: Option<String>,
    /// File, relative to the project.
    pub path: String,
    /// Models and tables it reads: names of models as written, other tables fully qualified without quotes.
    pub depends_on: Vec<String>,
    /// Output columns with types; `None` when unknown.
    pub columns: Option<IndexMap<String, String>>,
}

/// Says what there is to say about a model.
pub fn entry(project: &Project, node: &ProjectNode) -> CatalogEntry {
    let model = &node.model;
    let parents = node
        .depends_on
        .iter()
        .map(|parent| match project.nodes.get(parent) {
            Some(parent) => parent.model.name.clone(),
            None => parent.replace('"', ""),
        });
    let columns: Option<&Columns> = node.columns.as_ref();
    CatalogEntry {
        name: model.name.clone(),
        fqn: node.fqn.clone(),
        kind: model.kind.name.as_str().to_string(),
        cron: model.cron.clone(),
        owner: model.owner.clone(),
        tags: model.tags.clone(),
        dialect: model.dialect.clone(),
        description: model.description.clone(),
        path: node.path.clone(),
        depends_on: parents.collect(),
        columns: columns.map(|columns| {
            columns
                .iter()
                .map(|(name, kind)| (name.clone(), kind.clone()))
                .collect()
        }),
    }
}
