//! Exports of older SQLMesh releases: what is planned against them is what the current release plans once it has
//! migrated the same state. `exports/record.py` made them.

use std::path::{Path, PathBuf};

use planglass_tests::{case, compare, run};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("exports")
}

#[test]
fn plans_against_old_exports_are_those_after_a_migration() {
    let releases = case::names(&folder()).unwrap();
    assert!(releases.len() >= 5, "only {releases:?}");
    let mut wrong = Vec::new();
    for release in releases {
        let state = folder().join(format!("{release}.state-1.json"));
        for mut step in case::read(&folder(), &release).unwrap().steps {
            step.state = Some(state.clone());
            let outcome = run::ask(&step).unwrap();
            let got = outcome.json();
            for mismatch in compare::plan(&step.expected, &got) {
                wrong.push(format!("{release}/{}: {mismatch:?}", step.number));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} fields differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
