//! Patterns, read.

use super::{Class, Count, DEEPEST, Node};

/// The pattern and the number of its groups.
pub(super) fn read(pattern: &str) -> Option<(Node, usize)> {
    let mut reader = Reader {
        pattern: pattern.chars().collect(),
        at: 0,
        depth: 0,
        names: Vec::new(),
        groups: 0,
        flags: Flags::default(),
    };
    let node = reader.either()?;
    (reader.at == reader.pattern.len()).then_some((node, reader.groups))
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
