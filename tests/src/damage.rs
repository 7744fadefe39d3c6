//! Damaged input for robustness tests: texts of the oracle cases, cut and spliced. The seeds are fixed, so that a
//! failure comes again.

use std::collections::BTreeMap;
use std::path::Path;

use crate::case::{self, Step};

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
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// From a seed that is not zero.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below this one.
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % below.max(1)
    }

    /// A place in a text between two characters.
    pub fn place(&mut self, text: &str) -> usize {
        let mut at = self.roll(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// A part of a text.
    pub fn piece<'t>(&mut self, text: &'t str) -> &'t str {
        let (a, b) = (self.place(text), self.place(text));
        &text[a.min(b)..a.max(b)]
    }
}

/// A text with some damage, spliced with another.
pub fn damaged(text: &str, other: &str, dice: &mut Dice) -> String {
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

/// A project with one damaged file.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its files.
    pub files: BTreeMap<String, String>,
    /// The damaged one.
    pub victim: String,
    /// The step it was made from.
    pub step: Step,
}

/// Damaged projects, one after the other.
#[derive(Debug)]
pub struct Damaged {
    steps: Vec<Step>,
    dice: Dice,
}

impl Damaged {
    /// Made from the first step of every case in a folder.
    ///
    /// # Errors
    /// When a case cannot be read.
    pub fn new(folder: &Path, seed: u64) -> Result<Self, String> {
        let mut steps = Vec::new();
        for name in case::names(folder)? {
            steps.extend(case::read(folder, &name)?.steps.into_iter().next());
        }
        Ok(Self {
            steps,
            dice: Dice::new(seed),
        })
    }

    /// The next one.
    pub fn next_project(&mut self) -> Project {
        let dice = &mut self.dice;
        let step = self.steps[dice.roll(self.steps.len())].clone();
        let others = &self.steps[dice.roll(self.steps.len())].files;
        let mut files = step.files.clone();
        let victim = files
            .keys()
            .nth(dice.roll(files.len()))
            .cloned()
            .unwrap_or_default();
        let other = others
            .values()
            .nth(dice.roll(others.len()))
            .cloned()
            .unwrap_or_default();
        if let Some(text) = files.get_mut(&victim) {
            *text = damaged(text, &other, dice);
        }
        Project { files, victim, step }
    }
}
