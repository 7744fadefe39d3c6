//! Texts, held against a pattern.

use std::ops::ControlFlow;

use super::{Class, Count, DEEPEST, Node, STEPS, is_word};

/// The places of groups that matched.
type Groups = Vec<Option<(usize, usize)>>;

/// What follows a match: it goes on, or everything has been found.
type Then<'t> = &'t mut dyn FnMut(&mut Search<'_>, usize) -> ControlFlow<bool>;

/// Whether a text begins with what a node says.
pub(super) fn matches_start(node: &Node, groups: usize, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut search = Search {
        text: &text,
        steps: STEPS,
        depth: 0,
        groups: vec![None; groups + 1],
    };
    let found = search.run(node, 0, &mut |_, _| ControlFlow::Break(true));
    found.is_break() && search.steps > 0
}

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
