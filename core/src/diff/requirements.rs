//! Python requirements of an environment.
//!
//! SQLMesh writes down the installed version of each package that the Python of a project imports. What is installed
//! cannot be told from files: where the project still imports what it did, the versions that the environment has
//! written down stay.

use crate::ordered::{BTreeMap, BTreeSet};
use crate::snapshot::Nodes;

/// The requirements that the project names, and those of the environment that its imports account for.
pub(super) fn with_imported(
    named: BTreeMap<String, String>,
    excluded: &BTreeSet<String>,
    previous: &BTreeMap<String, String>,
    nodes: &Nodes,
) -> BTreeMap<String, String> {
    let mut requirements = named;
    if previous.keys().all(|package| requirements.contains_key(package)) {
        return requirements;
    }
    let imported = imported(nodes);
    // A package may have another name than what is imported from it; a project that names none got them all so.
    let all = requirements.is_empty() && !imported.is_empty();
    for (package, version) in previous {
        let accounted = all || imported.contains(&spelled(package));
        if accounted && !excluded.contains(package) && !requirements.contains_key(package) {
            requirements.insert(package.clone(), version.clone());
        }
    }
    requirements
}

/// What the Python of the nodes imports: the first part of each module's name.
fn imported(nodes: &Nodes) -> BTreeSet<String> {
    let executables = nodes
        .values()
        .filter(|node| node.is_model())
        .flat_map(|node| node.model().python_env.values());
    executables
        .filter(|executable| executable.kind == "import")
        .filter_map(|executable| {
            let mut words = executable.payload.split_whitespace();
            words.next();
            words.next()?.split('.').next().map(spelled)
        })
        .collect()
}

/// A name in the one spelling that packages are compared in.
fn spelled(name: &str) -> String {
    name.to_ascii_lowercase().replace(['-', '.'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Executable, Model};
    use crate::snapshot::PlanNode;
    use std::rc::Rc;

    fn check(imports: &[&str], named: &[(&str, &str)], previous: &[(&str, &str)], expected: &[&str]) {
        let map = |pairs: &[(&str, &str)]| {
            let pairs = pairs
                .iter()
                .map(|(name, version)| (name.to_string(), version.to_string()));
            pairs.collect::<BTreeMap<String, String>>()
        };
        let mut model = Model::default();
        for payload in imports {
            let executable = Executable {
                payload: (*payload).to_string(),
                kind: "import".to_string(),
                ..Executable::default()
            };
            model.python_env.insert((*payload).to_string(), executable);
        }
        let mut node = PlanNode::default();
        node.snapshot.node = model.into();
        let nodes = Nodes::from_iter([("m".to_string(), Rc::new(node))]);
        let excluded = BTreeSet::from_iter(["left-out".to_string()]);
        let found = with_imported(map(named), &excluded, &map(previous), &nodes);
        let found: Vec<String> = found
            .iter()
            .map(|(name, version)| format!("{name}=={version}"))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn versions_stay_while_something_is_imported() {
        let previous = [("PyYAML", "6.0"), ("left-out", "1"), ("numpy", "2.1")];
        check(
            &["import numpy as np"],
            &[],
            &previous,
            &["PyYAML==6.0", "numpy==2.1"],
        );
        check(&[], &[], &previous, &[]);
        check(
            &["from numpy.linalg import norm"],
            &[("pandas", "3")],
            &previous,
            &["numpy==2.1", "pandas==3"],
        );
    }
}
