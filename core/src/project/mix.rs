//! A project in which some nodes are not the files' own but an environment's: for plans of selected models, and
//! for projects with files that cannot be read.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::model::Model;
use crate::source::SourceMap;

use super::link::link;
use super::load::Draft;
use super::{EnvironmentStatements, Project};

/// Where a node of a mixed project comes from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// The project's own.
    Local,
    /// The environment's.
    Stored(Box<Model>),
}

/// The project together with the production nodes of projects that are not loaded: what one folder of several
/// reads is known without the others' files. Only projects with a name have such company.
pub fn with_absent<'n>(
    project: Project,
    production: impl Iterator<Item = (&'n str, &'n Model)>,
    statements: &[EnvironmentStatements],
) -> Project {
    if project.projects.iter().all(String::is_empty) {
        return project;
    }
    let is_absent = |name: &String| !project.projects.contains(name);
    let mut origins: BTreeMap<String, Origin> = production
        .filter(|(name, model)| !project.nodes.contains_key(*name) && is_absent(&model.project))
        .map(|(name, model)| (name.to_string(), Origin::Stored(Box::new(model.clone()))))
        .collect();
    if origins.is_empty() {
        return project;
    }
    origins.extend(project.nodes.keys().map(|name| (name.clone(), Origin::Local)));
    let mut whole = mixed(&project, &origins);
    let foreign = |one: &&EnvironmentStatements| one.project.as_ref().is_some_and(is_absent);
    whole
        .statements
        .extend(statements.iter().filter(foreign).cloned());
    whole
}

/// The project with exactly these nodes. Dependencies and columns are found anew, so that every node is read
/// against the parents that it has here.
pub fn mixed(project: &Project, origins: &BTreeMap<String, Origin>) -> Project {
    let drafts = origins
        .iter()
        .filter_map(|(fqn, origin)| {
            let local = project.nodes.get(fqn);
            let (model, unsure) = match origin {
                Origin::Local => (local?.model.clone(), local?.unsure.clone()),
                Origin::Stored(model) => ((**model).clone(), BTreeSet::new()),
            };
            let path = local.map(|node| node.path.clone()).unwrap_or_default();
            // What a stored node needs is stored with it.
            let local = local.filter(|_| matches!(origin, Origin::Local));
            Some(Draft {
                fqn: fqn.clone(),
                path,
                model,
                unsure,
                ignored_rules: local.map(|node| node.ignored_rules.clone()).unwrap_or_default(),
                seed_file: local.and_then(|node| node.seed_file.clone()),
                ..Draft::default()
            })
        })
        .collect();
    let mut result = Project {
        nodes: BTreeMap::new(),
        ..project.clone()
    };
    // Problems of these nodes were told when the project was loaded; stored ones were accepted before.
    link(&mut result, drafts, &SourceMap::new(), &mut Vec::new());
    result
}
