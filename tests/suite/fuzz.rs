//! Damaged input: texts of the oracle cases, cut and spliced, go through every reader of foreign text. None may
//! panic, and none may run away. The seeds are fixed, so a failure comes again; it names the text that did it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use planglass_core::project::{self, LoadOptions};
use planglass_core::source::SourceMap;
use planglass_core::state::StateFile;
use planglass_tests::{case, cases_folder};

/// Damaged projects that are loaded.
const PROJECTS: u64 = 800;
/// Damaged states that are read.
const STATES: u64 = 300;
/// The longest damaged text, in bytes.
const LONGEST: usize = 6_000;

/// What readers trip over.
const BITS: [&str; 40] = [
    "@",
    "@{",
    "}",
    "@IF(",
    "@EACH([",
    "x -> ",
    "@DEF(",
    ")",
    "(",
    ",",
    ";",
    "'",
    "\"",
    "`",
    "$$",
    "--",
    "/*",
    "*/",
    "{{",
    "}}",
    "{%",
    "%}",
    "JINJA_QUERY_BEGIN;",
    "JINJA_END;",
    "MODEL (",
    "kind ",
    "\u{0}",
    "ü",
    "😀",
    "\n",
    "\r\n",
    ": ",
    "- ",
    "&a",
    "*a",
    "[",
    "]",
    "::",
    "9999999999999999999999",
    "NULL",
];

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % below.max(1)
    }

    /// A place in a text between two characters.
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.roll(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    fn piece<'t>(&mut self, text: &'t str) -> &'t str {
        let (a, b) = (self.place(text), self.place(text));
        &text[a.min(b)..a.max(b)]
    }
}

/// A text with some damage, spliced with another.
fn damaged(text: &str, other: &str, dice: &mut Dice) -> String {
    let mut text = text.to_string();
    for _ in 0..=dice.roll(4) {
        let at = dice.place(&text);
        match dice.roll(5) {
            0 => {
                let end = at + dice.piece(&text[at..]).len().min(40);
                let end = (end..=text.len())
                    .find(|end| text.is_char_boundary(*end))
                    .unwrap_or(at);
                text.replace_range(at..end, "");
            }
            1 => text.insert_str(at, &BITS[dice.roll(BITS.len())].repeat(1 + dice.roll(3))),
            2 => {
                let piece = dice.piece(&text).to_string();
                text.insert_str(at, &piece);
            }
            3 => text.insert_str(at, dice.piece(other)),
            _ => text.truncate(at),
        }
    }
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

/// Runs a reader; on a panic, says with what.
fn survives(what: &str, input: &str, read: impl FnOnce()) {
    let held = catch_unwind(AssertUnwindSafe(read));
    assert!(held.is_ok(), "{what} panics on:\n{input}");
}

#[test]
fn damaged_projects_do_not_break_the_loader() {
    let folder = cases_folder();
    let mut projects = Vec::new();
    for name in case::names(&folder).unwrap() {
        let case = case::read(&folder, &name).unwrap();
        projects.extend(case.steps.first().map(|step| step.files.clone()));
    }
    let mut dice = Dice(0x5eed);
    for _ in 0..PROJECTS {
        let files = &projects[dice.roll(projects.len())];
        let others = &projects[dice.roll(projects.len())];
        let victim = files.keys().nth(dice.roll(files.len())).unwrap();
        let other = others.values().nth(dice.roll(others.len())).unwrap();
        let text = damaged(&files[victim], other, &mut dice);
        let mut sources: SourceMap = files.iter().collect();
        sources.insert(victim, text.as_str());
        survives(victim, &text, || {
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
    let mut dice = Dice(0xface);
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
