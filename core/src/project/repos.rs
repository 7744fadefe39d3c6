//! From folders to a project: one, or several that are planned together (`-p A -p B`).
//!
//! Each folder's files are read under its own configuration; gateway, default catalogs and everything about plans
//! are those of the first. A model that two folders define is the later one's, as in SQLMesh.

use crate::ordered::BTreeMap;

use super::load::{Draft, Loaded, read};
use super::{LoadOptions, Project, link, requirements};
use crate::config::{self, Config};
use crate::diagnostic::Diagnostic;
use crate::source::SourceMap;

/// Loads a project: what could be read, and all problems.
pub fn load(sources: &SourceMap, options: &LoadOptions) -> (Project, Vec<Diagnostic>) {
    let mut project = Project::default();
    if options.projects.is_empty() {
        let (config, mut diagnostics) = config::load(sources, options);
        let loaded = read(sources, &config);
        diagnostics.extend(loaded.diagnostics);
        project.statements = loaded.statements;
        project.metrics = loaded.metrics;
        link::link(&mut project, loaded.drafts, sources, &mut diagnostics);
        requirements::read(&mut project, sources, &mut diagnostics);
        project.projects.push(config.project.clone());
        project.linters.push(config.linter.clone());
        project.config = config;
        return (project, diagnostics);
    }
    let mut diagnostics = Vec::new();
    let mut drafts: BTreeMap<String, Draft> = BTreeMap::new();
    for (at, folder) in options.projects.iter().enumerate() {
        let inside = sources.below(folder);
        let mut found = Vec::new();
        let config = if at == 0 {
            let (config, problems) = config::load(&inside, options);
            found = problems;
            project.config = config.clone();
            config
        } else {
            let own = LoadOptions {
                gateway: None,
                ..options.clone()
            };
            let (config, problems) = config::load(&inside, &own);
            // Only the first folder's gateway is used.
            found.extend(
                problems
                    .into_iter()
                    .filter(|problem| problem.code != "config/no-connection"),
            );
            config.under(&project.config)
        };
        let Loaded {
            drafts: own,
            statements,
            metrics,
            diagnostics: problems,
        } = read(&inside, &config);
        found.extend(problems);
        requirements::read(&mut project, &inside, &mut found);
        project.statements.extend(statements);
        project.metrics.extend(metrics);
        project.projects.push(config.project.clone());
        project.linters.push(config.linter.clone());
        diagnostics.extend(found.into_iter().map(|problem| moved(problem, folder)));
        let mut names: BTreeMap<String, Draft> = BTreeMap::new();
        for mut draft in own {
            draft.path = format!("{folder}/{}", draft.path);
            draft.seed_file = draft.seed_file.map(|file| format!("{folder}/{file}"));
            if let Some(other) = names.get(&draft.fqn) {
                // Within one folder this is a mistake, which linking reports for every folder alike.
                drafts.insert(format!("{} {}", other.fqn, other.path), other.clone());
            }
            names.insert(draft.fqn.clone(), draft);
        }
        drafts.extend(names);
    }
    let drafts = drafts.into_values().collect();
    link::link(&mut project, drafts, sources, &mut diagnostics);
    (project, diagnostics)
}

/// A problem's places as seen from above the folder.
fn moved(mut problem: Diagnostic, folder: &str) -> Diagnostic {
    for label in &mut problem.labels {
        let path = &mut label.location.path;
        if !path.is_empty() && !path.starts_with('~') && !path.contains(' ') {
            *path = format!("{folder}/{path}");
        }
    }
    problem
}

impl Config {
    /// The same settings for a folder that is not the first: gateway and catalogs come from that one.
    fn under(mut self, first: &Self) -> Self {
        self.gateway.clone_from(&first.gateway);
        self.variables = match self.gateway_variables.get(&first.gateway) {
            Some(variables) => variables.clone(),
            None => self.project_variables.clone(),
        };
        self.model_defaults.clone_from(&self.project_model_defaults);
        self.default_catalog.clone_from(&first.default_catalog);
        self.gateway_catalogs.clone_from(&first.gateway_catalogs);
        self.gateways.clone_from(&first.gateways);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "gateways: {main: {connection: {type: duckdb, database: db.duckdb}}}\n\
        model_defaults: {dialect: duckdb, start: '2024-01-01'}\n";

    fn two(second: &[(&str, &str)]) -> (Project, Vec<Diagnostic>) {
        let mut sources = SourceMap::new();
        sources.insert(
            "a/config.yaml",
            format!("{CONFIG}project: first\nvariables: {{x: 1}}\n"),
        );
        sources.insert("a/models/m.sql", "MODEL (name s.m, kind FULL);\nSELECT @x AS x");
        sources.insert("a/models/n.sql", "MODEL (name s.n, kind FULL);\nSELECT 1 AS n");
        sources.insert(
            "b/config.yaml",
            "project: second\nmodel_defaults: {dialect: postgres}\nvariables: {x: two}\n",
        );
        for (path, text) in second {
            sources.insert(path, *text);
        }
        let options = LoadOptions {
            projects: vec!["a".to_string(), "b".to_string()],
            ..LoadOptions::default()
        };
        load(&sources, &options)
    }

    #[test]
    fn each_folder_keeps_its_configuration() {
        let (project, diagnostics) = two(&[(
            "b/models/o.sql",
            "MODEL (name s.o, kind FULL);\nSELECT @x AS y, m.x FROM s.m",
        )]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let node = &project.nodes["\"db\".\"s\".\"o\""];
        assert_eq!(
            (node.path.as_str(), node.model.dialect.as_str()),
            ("b/models/o.sql", "postgres")
        );
        assert_eq!(node.model.project, "second");
        assert_eq!(node.rendered.as_deref(), Some("SELECT 'two' AS y, m.x FROM s.m"));
        assert!(node.depends_on.contains("\"db\".\"s\".\"m\""));
        assert_eq!(project.projects, ["first", "second"]);
    }

    #[test]
    fn the_later_folder_wins_and_problems_name_it() {
        let (project, diagnostics) = two(&[
            ("b/models/n.sql", "MODEL (name s.n, kind FULL);\nSELECT 2 AS n"),
            ("b/models/bad.sql", "MODEL (name s.bad, knd FULL);\nSELECT 2 AS n"),
        ]);
        assert_eq!(project.nodes["\"db\".\"s\".\"n\""].path, "b/models/n.sql");
        let places: Vec<String> = diagnostics
            .iter()
            .map(|problem| format!("{} {}", problem.labels[0].location.path, problem.code))
            .collect();
        assert_eq!(places, ["b/models/bad.sql model/unknown-property"]);
    }
}
