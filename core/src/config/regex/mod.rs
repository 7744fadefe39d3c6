//! Regular expressions as Python's `re` reads them.
//!
//! Patterns of schemas often look ahead (`^(?!prod).*`), which the small crates of regular expressions do not know, and
//! the large ones weigh more than all of the configuration. Texts are short names here, so this tries one way after the
//! other and counts its steps.

mod read;
mod search;

/// Most steps of one match: a pattern that needs more does not match.
const STEPS: usize = 100_000;

/// Deepest nesting of a pattern, and of what it repeats in a text.
const DEEPEST: usize = 500;

/// A pattern that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regex {
    node: Node,
    groups: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    One(Class),
    Start {
        lines: bool,
    },
    End {
        lines: bool,
    },
    VeryEnd,
    Boundary {
        negated: bool,
    },
    Group(usize, Box<Node>),
    Back(usize),
    Sequence(Vec<Node>),
    Either(Vec<Node>),
    Repeat(Box<Node>, Count),
    Look {
        node: Box<Node>,
        ahead: bool,
        negated: bool,
    },
}

/// How often something is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Count {
    least: usize,
    most: usize,
    /// As often as possible first.
    greedy: bool,
}

/// A set of characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Class {
    ranges: Vec<(char, char)>,
    /// `d`, `w`, `s`, or their capitals for the rest.
    kinds: Vec<char>,
    negated: bool,
    ignores_case: bool,
}

impl Class {
    fn matches(&self, c: char) -> bool {
        let within = |c: char| self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
        let of_kind = |kind: &char| {
            let is = match kind.to_ascii_lowercase() {
                'd' => c.is_numeric(),
                'w' => is_word(c),
                _ => c.is_whitespace(),
            };
            is != kind.is_ascii_uppercase()
        };
        let other_case =
            || self.ignores_case && (c.to_lowercase().any(within) || c.to_uppercase().any(within));
        (within(c) || self.kinds.iter().any(of_kind) || other_case()) != self.negated
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl Regex {
    /// Reads a pattern; `None` when it is none, or one of the rare forms that are not known here.
    pub fn new(pattern: &str) -> Option<Self> {
        let (node, groups) = read::read(pattern)?;
        Some(Self { node, groups })
    }

    /// Whether a text begins with what the pattern says, as `re.match` asks.
    pub fn matches_start(&self, text: &str) -> bool {
        search::matches_start(&self.node, self.groups, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pattern, text, and what `re.match` says; asked of Python 3.11.
    const ANSWERS: &str = include_str!("../../../testdata/patterns.txt");

    #[test]
    fn matches_as_python_does() {
        let mut count = 0;
        for line in ANSWERS.lines() {
            let mut parts = line.split('\t');
            let (Some(pattern), Some(text), Some(expected)) = (parts.next(), parts.next(), parts.next())
            else {
                panic!("{line}");
            };
            let found = match Regex::new(pattern) {
                None => "error",
                Some(regex) if regex.matches_start(text) => "yes",
                Some(_) => "no",
            };
            assert_eq!(found, expected, "{pattern} {text}");
            count += 1;
        }
        assert!(count > 200);
    }

    #[test]
    fn nothing_runs_away() {
        let long = "a".repeat(5_000);
        for pattern in [
            "(a*)*b",
            "(a|aa)+$b",
            "((a?){50}){50}b",
            "(?=(a+)+b)",
            "a*a*a*a*a*a*b",
        ] {
            let regex = Regex::new(pattern).expect(pattern);
            assert!(!regex.matches_start(&long), "{pattern}");
        }
        assert_eq!(Regex::new(&"(".repeat(10_000)), None);
    }
}
