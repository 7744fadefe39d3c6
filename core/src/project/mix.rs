//! A project in which some nodes are not the files' own but an environment's: for plans of selected models, and
//! for projects with files that cannot be read.

use crate::ordered::BTreeMap;

use crate::model::Model;
use crate::source::SourceMap;

use super::Project;
use super::link::link;
use super::load::Draft;

/// Where a node of a mixed project comes from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// The project's own.
    Local,
    /// The environment's.
    Stored(Box<Model>),
}

/// The project with exactly these nodes. Dependencies and columns are found anew, so that every node is read
/// against the parents that it has here.
pub fn mixed(project: &Project, origins: &BTreeMap<String, Origin>) -> Project {
    let drafts = origins
        .iter()
        .filter_map(|(fqn, origin)| {
            let local = project.nodes.get(fqn);
            let model = match origin {
                Origin::Local => local?.model.clone(),
                Origin::Stored(model) => (**model).clone(),
            };
            Some(Draft {
                fqn: fqn.clone(),
                path: local.map(|node| node.path.clone()).unwrap_or_default(),
                model,
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
