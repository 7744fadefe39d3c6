//! Regular expressions as Python's `re` reads them.
//!
//! Patterns of schemas often look ahead (`^(?!prod).*`), which the small crates of regular expressions do not know, and
//! the large ones weigh more than all of the configuration. Texts are short names here, so this tries one way after the
//! other and counts its steps.

use std::ops::ControlFlow;

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
        let mut reader = Reader {
            pattern: pattern.chars().collect(),
            at: 0,
            depth: 0,
            names: Vec::new(),
            groups: 0,
            flags: Flags::default(),
        };
        let node = reader.either()?;
        (reader.at == reader.pattern.len()).then_some(Self {
            node,
            groups: reader.groups,
        })
    }

    /// Whether a text begins with what the pattern says, as `re.match` asks.
    pub fn matches_start(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let mut search = Search {
            text: &text,
            steps: STEPS,
            depth: 0,
            groups: vec![None; self.groups + 1],
        };
        search
            .run(&self.node, 0, &mut |_, _| ControlFlow::Break(true))
            .is_break()
            && search.steps > 0
    }
}

struct Reader {
    pattern: Vec<char>,
    at: usize,
    depth: usize,
    names: Vec<(String, usize)>,
    groups: usize,
    flags: Flags,
}

/// `(?ims)` and `(?x)`.
#[derive(Clone, Copy, Default)]
struct Flags {
    ignores_case: bool,
    lines: bool,
    dot_is_all: bool,
    verbose: bool,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.pattern.get(self.at).copied()
    }

    fn take(&mut self, text: &str) -> bool {
        let fits = text
            .chars()
            .enumerate()
            .all(|(offset, c)| self.pattern.get(self.at + offset) == Some(&c));
        if fits {
            self.at += text.chars().count();
        }
        fits
    }

    fn until(&mut self, close: char) -> Option<String> {
        let rest = self.pattern.get(self.at..)?;
        let length = rest.iter().position(|c| *c == close)?;
        let text = rest[..length].iter().collect();
        self.at += length + 1;
        Some(text)
    }

    fn either(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEEPEST / 5 {
            return None;
        }
        let mut branches = vec![self.sequence()?];
        while self.take("|") {
            branches.push(self.sequence()?);
        }
        self.depth -= 1;
        Some(match branches.len() {
            1 => branches.remove(0),
            _ => Node::Either(branches),
        })
    }

    fn sequence(&mut self) -> Option<Node> {
        let mut nodes = Vec::new();
        while let Some(c) = self.peek() {
            if matches!(c, '|' | ')') {
                break;
            }
            if self.flags.verbose && (c.is_whitespace() || c == '#') {
                self.at += 1;
                while c == '#' && self.peek().is_some_and(|c| c != '\n') {
                    self.at += 1;
                }
                continue;
            }
            let Some(node) = self.atom()? else { continue };
            nodes.push(self.repeated(node)?);
        }
        Some(Node::Sequence(nodes))
    }

    /// What can be repeated; the inner `None` for flags and comments, which match nothing.
    fn atom(&mut self) -> Option<Option<Node>> {
        let c = self.peek()?;
        self.at += 1;
        Some(Some(match c {
            '.' => {
                let newline = if self.flags.dot_is_all {
                    vec![]
                } else {
                    vec![('\n', '\n')]
                };
                Node::One(Class {
                    ranges: newline,
                    negated: true,
                    ..Class::default()
                })
            }
            '^' => Node::Start {
                lines: self.flags.lines,
            },
            '$' => Node::End {
                lines: self.flags.lines,
            },
            '[' => Node::One(self.class()?),
            '(' => return self.group(),
            '\\' => self.escape()?,
            '*' | '+' | '?' => return None,
            c => self.one(c),
        }))
    }

    fn one(&self, c: char) -> Node {
        Node::One(Class {
            ranges: vec![(c, c)],
            ignores_case: self.flags.ignores_case,
            ..Class::default()
        })
    }

    fn group(&mut self) -> Option<Option<Node>> {
        let mut look = None;
        let mut number = None;
        if self.take("?") {
            if self.take("#") {
                self.until(')')?;
                return Some(None);
            }
            if self.take("P=") {
                let name = self.until(')')?;
                let known = self.names.iter().find(|(known, _)| *known == name)?;
                return Some(Some(Node::Back(known.1)));
            }
            if self.take("P<") {
                let name = self.until('>')?;
                self.groups += 1;
                number = Some(self.groups);
                self.names.push((name, self.groups));
            } else if self.take("=") {
                look = Some((true, false));
            } else if self.take("!") {
                look = Some((true, true));
            } else if self.take("<=") {
                look = Some((false, false));
            } else if self.take("<!") {
                look = Some((false, true));
            } else if !self.take(":") {
                let before = self.flags;
                if !self.flags()? {
                    return Some(None);
                }
                let inner = self.either()?;
                self.flags = before;
                return self.take(")").then_some(Some(inner));
            }
        } else {
            self.groups += 1;
            number = Some(self.groups);
        }
        let inner = Box::new(self.either()?);
        if !self.take(")") {
            return None;
        }
        Some(Some(match (look, number) {
            (Some((ahead, negated)), _) => Node::Look {
                node: inner,
                ahead,
                negated,
            },
            (None, Some(number)) => Node::Group(number, inner),
            (None, None) => *inner,
        }))
    }

    /// `(?i)` and its kin, which stand at the beginning for all of the pattern, and `(?i-m:` for a part: whether it is
    /// one of a part.
    fn flags(&mut self) -> Option<bool> {
        let is_first = self.at == 2;
        let mut on = true;
        loop {
            let c = self.peek()?;
            self.at += 1;
            match c {
                'i' => self.flags.ignores_case = on,
                'm' => self.flags.lines = on,
                's' => self.flags.dot_is_all = on,
                'x' => self.flags.verbose = on,
                'a' | 'u' => {}
                '-' if on => on = false,
                ')' if on && is_first => return Some(false),
                ':' => return Some(true),
                _ => return None,
            }
        }
    }

    fn repeated(&mut self, node: Node) -> Option<Node> {
        let Some(c) = self.peek() else { return Some(node) };
        let (least, most) = match c {
            '*' => (0, usize::MAX),
            '+' => (1, usize::MAX),
            '?' => (0, 1),
            '{' => match self.bounds() {
                Some(bounds) => bounds,
                // Python takes it for a character.
                None => return Some(node),
            },
            _ => return Some(node),
        };
        if c != '{' {
            self.at += 1;
        }
        let greedy = !self.take("?");
        // `a**` is nothing that can be repeated.
        let again = match self.peek() {
            Some('*' | '+' | '?') => true,
            Some('{') => self.bounds().is_some(),
            _ => false,
        };
        if least > most || again {
            return None;
        }
        let count = Count { least, most, greedy };
        Some(Node::Repeat(Box::new(node), count))
    }

    fn bounds(&mut self) -> Option<(usize, usize)> {
        let before = self.at;
        self.at += 1;
        let bounds = self.until('}').and_then(|text| {
            let (least, most) = text.split_once(',').unwrap_or((&text, &text));
            let number = |text: &str, absent: usize| match text {
                "" => Some(absent),
                digits => digits.parse().ok(),
            };
            let bounds = (number(least, 0)?, number(most, usize::MAX)?);
            (!text.is_empty() && text != ",").then_some(bounds)
        });
        if bounds.is_none() {
            self.at = before;
        }
        bounds
    }

    fn escape(&mut self) -> Option<Node> {
        let c = self.peek()?;
        self.at += 1;
        Some(match c {
            'A' => Node::Start { lines: false },
            'Z' => Node::VeryEnd,
            'b' | 'B' => Node::Boundary { negated: c == 'B' },
            '1'..='9' => {
                let number = c.to_digit(10)? as usize;
                if number > self.groups {
                    return None;
                }
                Node::Back(number)
            }
            'd' | 'w' | 's' | 'D' | 'W' | 'S' => Node::One(Class {
                kinds: vec![c],
                ..Class::default()
            }),
            c => self.one(control(c)?),
        })
    }

    fn class(&mut self) -> Option<Class> {
        let mut class = Class {
            negated: self.take("^"),
            ignores_case: self.flags.ignores_case,
            ..Class::default()
        };
        let mut is_first = true;
        loop {
            let c = self.peek()?;
            self.at += 1;
            if c == ']' && !is_first {
                return Some(class);
            }
            is_first = false;
            let Some(from) = self.member(c, &mut class)? else {
                continue;
            };
            let ranges_on =
                self.peek() == Some('-') && self.pattern.get(self.at + 1).is_some_and(|c| *c != ']');
            if !ranges_on {
                class.ranges.push((from, from));
                continue;
            }
            self.at += 1;
            let c = self.peek()?;
            self.at += 1;
            let to = self.member(c, &mut class)??;
            if from > to {
                return None;
            }
            class.ranges.push((from, to));
        }
    }

    /// A character of a class; the inner `None` for a kind of characters.
    fn member(&mut self, c: char, class: &mut Class) -> Option<Option<char>> {
        if c != '\\' {
            return Some(Some(c));
        }
        let c = self.peek()?;
        self.at += 1;
        Some(match c {
            'd' | 'w' | 's' | 'D' | 'W' | 'S' => {
                class.kinds.push(c);
                None
            }
            'b' => Some('\u{8}'),
            c => Some(control(c)?),
        })
    }
}

/// What a letter behind a backslash stands for; unknown letters are errors, marks stand for themselves.
fn control(c: char) -> Option<char> {
    match c {
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        'f' => Some('\u{c}'),
        'v' => Some('\u{b}'),
        'a' => Some('\u{7}'),
        '0' => Some('\0'),
        c if c.is_ascii_alphanumeric() => None,
        c => Some(c),
    }
}

/// The places of groups that matched.
type Groups = Vec<Option<(usize, usize)>>;

/// What follows a match: it goes on, or everything has been found.
type Then<'t> = &'t mut dyn FnMut(&mut Search<'_>, usize) -> ControlFlow<bool>;

struct Search<'a> {
    text: &'a [char],
    steps: usize,
    depth: usize,
    groups: Groups,
}

impl Search<'_> {
    /// Matches a node from a place on, and whatever follows it.
    fn run(&mut self, node: &Node, at: usize, then: Then<'_>) -> ControlFlow<bool> {
        if self.steps == 0 || self.depth > DEEPEST {
            self.steps = 0;
            return ControlFlow::Continue(());
        }
        self.steps -= 1;
        self.depth += 1;
        let outcome = self.step(node, at, then);
        self.depth -= 1;
        outcome
    }

    fn step(&mut self, node: &Node, at: usize, then: Then<'_>) -> ControlFlow<bool> {
        let last = self.text.len();
        let holds = match node {
            Node::One(class) => {
                return match self.text.get(at) {
                    Some(c) if class.matches(*c) => then(self, at + 1),
                    _ => ControlFlow::Continue(()),
                };
            }
            Node::Start { lines } => at == 0 || (*lines && self.text[at - 1] == '\n'),
            Node::End { lines } => {
                let before_newline = self.text.get(at) == Some(&'\n');
                at == last || (before_newline && (*lines || at + 1 == last))
            }
            Node::VeryEnd => at == last,
            Node::Boundary { negated } => {
                let word =
                    |at: Option<usize>| at.and_then(|at| self.text.get(at)).is_some_and(|c| is_word(*c));
                (word(at.checked_sub(1)) != word(Some(at))) != *negated
            }
            Node::Look { node, ahead, negated } => {
                let starts = if *ahead { at..=at } else { 0..=at };
                let kept = self.groups.clone();
                let found = starts.rev().any(|start| {
                    self.run(node, start, &mut |_, end| {
                        if *ahead || end == at {
                            ControlFlow::Break(true)
                        } else {
                            ControlFlow::Continue(())
                        }
                    })
                    .is_break()
                });
                if *negated {
                    self.groups = kept;
                }
                found != *negated
            }
            Node::Group(number, inner) => {
                let before = self.groups.get(*number).copied().flatten();
                let outcome = self.run(inner, at, &mut |search, end| {
                    let inside = search.groups.get(*number).copied().flatten();
                    search.set(*number, Some((at, end)));
                    let outcome = then(search, end);
                    if outcome.is_continue() {
                        search.set(*number, inside);
                    }
                    outcome
                });
                if outcome.is_continue() {
                    self.set(*number, before);
                }
                return outcome;
            }
            Node::Back(number) => {
                let Some((start, end)) = self.groups.get(*number).copied().flatten() else {
                    return ControlFlow::Continue(());
                };
                let length = end - start;
                let same = self.text.get(at..at + length) == self.text.get(start..end);
                return if same {
                    then(self, at + length)
                } else {
                    ControlFlow::Continue(())
                };
            }
            Node::Sequence(nodes) => return self.sequence(nodes, at, then),
            Node::Either(branches) => {
                for branch in branches {
                    self.run(branch, at, then)?;
                }
                return ControlFlow::Continue(());
            }
            Node::Repeat(inner, count) => {
                return match inner.as_ref() {
                    Node::One(class) => self.run_of(class, *count, at, then),
                    inner => self.repeat(inner, *count, at, then),
                };
            }
        };
        if holds {
            then(self, at)
        } else {
            ControlFlow::Continue(())
        }
    }

    fn set(&mut self, number: usize, place: Option<(usize, usize)>) {
        if let Some(group) = self.groups.get_mut(number) {
            *group = place;
        }
    }

    fn sequence(&mut self, nodes: &[Node], at: usize, then: Then<'_>) -> ControlFlow<bool> {
        match nodes.split_first() {
            None => then(self, at),
            Some((first, rest)) => self.run(first, at, &mut |search, at| search.sequence(rest, at, then)),
        }
    }

    /// A run of single characters needs no recursion.
    fn run_of(&mut self, class: &Class, count: Count, at: usize, then: Then<'_>) -> ControlFlow<bool> {
        let rest = self.text.get(at..).unwrap_or_default();
        let fitting = rest.iter().take(count.most).take_while(|c| class.matches(**c));
        let longest = fitting.count();
        for step in count.least..=longest {
            self.steps = self.steps.saturating_sub(1);
            if self.steps == 0 {
                break;
            }
            let length = if count.greedy {
                longest + count.least - step
            } else {
                step
            };
            then(self, at + length)?;
        }
        ControlFlow::Continue(())
    }

    fn repeat(&mut self, node: &Node, count: Count, at: usize, then: Then<'_>) -> ControlFlow<bool> {
        let rest = Count {
            least: count.least.saturating_sub(1),
            most: count.most.saturating_sub(usize::from(count.most != usize::MAX)),
            ..count
        };
        if count.least == 0 && !count.greedy {
            then(self, at)?;
        }
        if count.most > 0 {
            self.run(node, at, &mut |search, end| {
                // Nothing, again and again, leads nowhere.
                if end == at && count.least == 0 {
                    return ControlFlow::Continue(());
                }
                search.steps = search.steps.saturating_sub(1);
                search.depth += 1;
                let outcome = if search.steps == 0 || search.depth > DEEPEST {
                    search.steps = 0;
                    ControlFlow::Continue(())
                } else {
                    search.repeat(node, rest, end, then)
                };
                search.depth -= 1;
                outcome
            })?;
        }
        if count.least == 0 && count.greedy {
            then(self, at)?;
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pattern, text, and what `re.match` says; asked of Python 3.11.
    const ANSWERS: &str = include_str!("../../testdata/patterns.txt");

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
