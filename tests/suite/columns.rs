//! Dependencies, columns, lineage and fingerprints of the dialect projects equal the reference's.

use std::collections::BTreeSet;
use std::fs;

use planglass_tests::columns;

#[test]
fn every_model_of_the_dialect_projects_is_understood_as_the_reference_does() {
    let path = columns::folder().join("differences.txt");
    let known: BTreeSet<String> = fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim().to_string())
        .filter(|line| !line.is_empty())
        .collect();
    let projects = columns::projects().unwrap();
    assert!(projects.len() >= 11, "only {} projects", projects.len());
    let mut models = 0;
    let mut found = BTreeSet::new();
    let mut unexpected = Vec::new();
    for project in &projects {
        models += columns::expected(project).unwrap().len();
        for line in columns::differences(project).unwrap() {
            let field = line.split_once(": ").map_or(line.as_str(), |(field, _)| field);
            found.insert(field.to_string());
            if !known.contains(field) {
                unexpected.push(line);
            }
        }
    }
    assert!(models > 300, "only {models} models");
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    let gone: Vec<&String> = known.difference(&found).collect();
    assert!(
        gone.is_empty(),
        "no longer different, to be taken off the list: {gone:#?}"
    );
}
