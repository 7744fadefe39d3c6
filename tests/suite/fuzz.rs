//! Damaged input: texts of the oracle cases, cut and spliced, go through every reader of foreign text. None may
//! panic, and none may run away. The seeds are fixed, so a failure comes again; it names the text that did it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use planglass_core::project::{self, LoadOptions};
use planglass_core::source::SourceMap;
use planglass_core::state::StateFile;
use planglass_tests::cases_folder;
use planglass_tests::damage::{Damaged, Dice};

/// Damaged projects that are loaded.
const PROJECTS: u64 = 800;
/// Damaged states that are read.
const STATES: u64 = 300;
/// Runs a reader; on a panic, says with what.
fn survives(what: &str, input: &str, read: impl FnOnce()) {
    let held = catch_unwind(AssertUnwindSafe(read));
    assert!(held.is_ok(), "{what} panics on:\n{input}");
}

#[test]
fn damaged_projects_do_not_break_the_loader() {
    let mut damaged = Damaged::new(&cases_folder(), 0x5eed).unwrap();
    for _ in 0..PROJECTS {
        let project = damaged.next_project();
        let sources: SourceMap = project.files.iter().collect();
        survives(&project.victim, &project.files[&project.victim], || {
            let (_, diagnostics) = project::load(&sources, &LoadOptions::default());
            assert!(diagnostics.iter().all(|problem| !problem.code.is_empty()));
        });
    }
}

#[test]
fn damaged_states_do_not_break_the_reader() {
    let folder = cases_folder();
    let states: Vec<String> = ["add-column.state-2.json", "add-column.state-3.json"]
        .iter()
        .map(|name| std::fs::read_to_string(folder.join(name)).unwrap())
        .collect();
    let mut dice = Dice::new(0xface);
    for round in 0..STATES {
        let text = &states[usize::from(round % 2 == 0)];
        let at = dice.place(text);
        let end = at + dice.piece(&text[at..]).len().min(12);
        let end = (end..=text.len())
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or(at);
        let bit = ["", "{", "}", "[", "]", "\"", "null", "1e999", ",", "\\u12"][dice.roll(10)];
        let damaged = format!("{}{bit}{}", &text[..at], &text[end..]);
        survives("the state reader", &damaged, || {
            let _ = StateFile::parse("state.json", &damaged);
        });
    }
}
