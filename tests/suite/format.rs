//! Formatting whole projects: they load as before, and only Jinja is left alone.

use std::path::Path;

use planglass_core::model::format::format;
use planglass_core::project::{LoadOptions, load};
use planglass_core::source::SourceMap;
use planglass_core::sql::Dialect;

fn read(folder: &Path, prefix: &str, sources: &mut SourceMap) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            read(&path, &format!("{name}/"), sources);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            sources.insert(&name, text);
        }
    }
}

#[test]
fn formatted_projects_mean_the_same() {
    let projects = Path::new(env!("CARGO_MANIFEST_DIR")).join("projects/dialects");
    let mut formatted = 0;
    for entry in std::fs::read_dir(projects).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.join("config.yaml").exists() {
            continue;
        }
        let mut before = SourceMap::new();
        read(&folder, "", &mut before);
        let (project, _) = load(&before, &LoadOptions::default());
        let dialect = Dialect::parse(project.config.default_dialect()).unwrap_or_default();
        let mut after = before.clone();
        for (path, text) in before
            .iter()
            .filter(|(path, _)| path.starts_with("models/") && path.ends_with(".sql"))
        {
            match format(text, dialect) {
                Ok(text) => {
                    after.insert(path, text);
                    formatted += 1;
                }
                Err(why) => assert_eq!(why, "it holds Jinja", "{path}"),
            }
        }
        let (again, _) = load(&after, &LoadOptions::default());
        assert_eq!(project.nodes.len(), again.nodes.len());
        for (name, node) in &project.nodes {
            let other = &again.nodes[name];
            assert_eq!(node.depends_on, other.depends_on, "{name}");
            assert_eq!(node.columns, other.columns, "{name}");
            assert_eq!(node.tree, other.tree, "{name}");
        }
    }
    assert!(formatted > 250, "{formatted}");
}
