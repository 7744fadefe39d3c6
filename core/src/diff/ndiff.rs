//! Line differences with guide lines, as Python's `ndiff` prints them: that is how SQLMesh shows changed
//! `before_all` and `after_all` statements.
//!
//! Lines that resemble each other are paired, and a `?` line below marks the changed characters.

/// A pair of lines must be more alike than this to be shown with guides.
const ALIKE: f64 = 0.75;

/// Lists of more than this many items leave out what occurs too often when looking for matches.
const POPULAR_FROM: usize = 200;

/// A run of equal items: first index left, first index right, length.
type Block = (usize, usize, usize);

/// The lines of a difference: `  ` equal, `- ` left only, `+ ` right only, `? ` guides (these end in a newline).
pub fn ndiff(left: &[String], right: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    for (same, i, j) in runs(&matching_blocks(left, right, &|_| false), left.len(), right.len()) {
        if same {
            lines.extend(left[i.0..i.1].iter().map(|line| format!("  {line}")));
        } else {
            changed(left, i, right, j, &mut lines);
        }
    }
    lines
}

type Range = (usize, usize);

/// Equal and unequal stretches in order: whether equal, and both ranges.
fn runs(blocks: &[Block], left: usize, right: usize) -> Vec<(bool, Range, Range)> {
    let (mut i, mut j) = (0, 0);
    let mut found = Vec::new();
    for (a, b, length) in blocks.iter().copied().chain([(left, right, 0)]) {
        if i < a || j < b {
            found.push((false, (i, a), (j, b)));
        }
        if length > 0 {
            found.push((true, (a, a + length), (b, b + length)));
        }
        (i, j) = (a + length, b + length);
    }
    found
}

fn changed(left: &[String], i: Range, right: &[String], j: Range, lines: &mut Vec<String>) {
    if i.0 == i.1 || j.0 == j.1 {
        one_sided(left, i, right, j, lines);
        return;
    }
    let mut best: Option<(f64, usize, usize)> = None;
    let mut equal: Option<(usize, usize)> = None;
    for (b, new) in right.iter().enumerate().take(j.1).skip(j.0) {
        for (a, old) in left.iter().enumerate().take(i.1).skip(i.0) {
            if old == new {
                equal = equal.or(Some((a, b)));
                continue;
            }
            let alike = similarity(old, new);
            if best.is_none_or(|(most, _, _)| alike > most) {
                best = Some((alike, a, b));
            }
        }
    }
    let (a, b, is_equal) = match (best.filter(|(alike, _, _)| *alike >= ALIKE), equal) {
        (Some((_, a, b)), _) => (a, b, false),
        (None, Some((a, b))) => (a, b, true),
        (None, None) => {
            one_sided(left, i, right, j, lines);
            return;
        }
    };
    changed(left, (i.0, a), right, (j.0, b), lines);
    if is_equal {
        lines.push(format!("  {}", left[a]));
    } else {
        guided(&left[a], &right[b], lines);
    }
    changed(left, (a + 1, i.1), right, (b + 1, j.1), lines);
}

/// Lines with no counterpart; the shorter side first.
fn one_sided(left: &[String], i: Range, right: &[String], j: Range, lines: &mut Vec<String>) {
    let minus = left[i.0..i.1].iter().map(|line| format!("- {line}"));
    let plus = right[j.0..j.1].iter().map(|line| format!("+ {line}"));
    let both_sides = i.0 < i.1 && j.0 < j.1;
    if both_sides && j.1 - j.0 < i.1 - i.0 {
        lines.extend(plus.chain(minus));
    } else {
        lines.extend(minus.chain(plus));
    }
}

fn is_blank(c: &char) -> bool {
    *c == ' ' || *c == '\t'
}

fn similarity(left: &str, right: &str) -> f64 {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let equal: usize = matching_blocks(&left, &right, &is_blank)
        .iter()
        .map(|block| block.2)
        .sum();
    let all = left.len() + right.len();
    if all == 0 {
        1.0
    } else {
        2.0 * equal as f64 / all as f64
    }
}

/// A changed line on both sides with marks below the characters that differ.
fn guided(left: &str, right: &str, lines: &mut Vec<String>) {
    let (a, b): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let (mut below_left, mut below_right) = (String::new(), String::new());
    for (same, i, j) in runs(&matching_blocks(&a, &b, &is_blank), a.len(), b.len()) {
        let (wide_left, wide_right) = (i.1 - i.0, j.1 - j.0);
        let (mark_left, mark_right) = match (same, wide_left, wide_right) {
            (true, _, _) => (' ', ' '),
            (false, 0, _) => (' ', '+'),
            (false, _, 0) => ('-', ' '),
            (false, _, _) => ('^', '^'),
        };
        below_left.extend(std::iter::repeat_n(mark_left, wide_left));
        below_right.extend(std::iter::repeat_n(mark_right, wide_right));
    }
    for (sign, line, characters, marks) in [('-', left, &a, below_left), ('+', right, &b, below_right)] {
        lines.push(format!("{sign} {line}"));
        // White space of the line stays below it, so that tabs align.
        let marks: String = characters
            .iter()
            .zip(marks.chars())
            .map(|(c, mark)| {
                if mark == ' ' && c.is_whitespace() {
                    *c
                } else {
                    mark
                }
            })
            .collect();
        let marks = marks.trim_end();
        if !marks.is_empty() {
            lines.push(format!("? {marks}\n"));
        }
    }
}

/// Longest equal runs, found from the longest inwards; neighbours joined.
fn matching_blocks<T: Ord + std::hash::Hash>(
    left: &[T],
    right: &[T],
    is_junk: &dyn Fn(&T) -> bool,
) -> Vec<Block> {
    let mut places: crate::ordered::BTreeMap<&T, Vec<usize>> = crate::ordered::BTreeMap::new();
    for (index, item) in right.iter().enumerate() {
        places.entry(item).or_default().push(index);
    }
    places.retain(|item, _| !is_junk(item));
    if right.len() >= POPULAR_FROM {
        let often = right.len() / 100 + 1;
        places.retain(|_, found| found.len() <= often);
    }
    let mut waiting = vec![((0, left.len()), (0, right.len()))];
    let mut blocks: Vec<Block> = Vec::new();
    while let Some((i, j)) = waiting.pop() {
        let (a, b, length) = longest(left, i, right, j, &places, is_junk);
        if length > 0 {
            blocks.push((a, b, length));
            waiting.push(((i.0, a), (j.0, b)));
            waiting.push(((a + length, i.1), (b + length, j.1)));
        }
    }
    blocks.sort_unstable();
    let mut joined: Vec<Block> = Vec::new();
    for (a, b, length) in blocks {
        match joined.last_mut() {
            Some(last) if last.0 + last.2 == a && last.1 + last.2 == b => last.2 += length,
            _ => joined.push((a, b, length)),
        }
    }
    joined
}

/// The longest equal run within both ranges; of equally long ones the first.
fn longest<T: Ord + std::hash::Hash>(
    left: &[T],
    i: Range,
    right: &[T],
    j: Range,
    places: &crate::ordered::BTreeMap<&T, Vec<usize>>,
    is_junk: &dyn Fn(&T) -> bool,
) -> Block {
    let (mut a, mut b, mut length) = (i.0, j.0, 0);
    let mut ending: crate::ordered::BTreeMap<usize, usize> = crate::ordered::BTreeMap::new();
    for (index, item) in left.iter().enumerate().take(i.1).skip(i.0) {
        let mut next = crate::ordered::BTreeMap::new();
        for place in places.get(item).into_iter().flatten() {
            if *place < j.0 {
                continue;
            }
            if *place >= j.1 {
                break;
            }
            let run = place
                .checked_sub(1)
                .and_then(|before| ending.get(&before))
                .copied()
                .unwrap_or(0)
                + 1;
            next.insert(*place, run);
            if run > length {
                (a, b, length) = (index + 1 - run, place + 1 - run, run);
            }
        }
        ending = next;
    }
    // What is too common to begin a run may still belong to one: first what is no junk, then junk.
    for junk in [false, true] {
        while a > i.0 && b > j.0 && is_junk(&right[b - 1]) == junk && left[a - 1] == right[b - 1] {
            (a, b, length) = (a - 1, b - 1, length + 1);
        }
        while a + length < i.1
            && b + length < j.1
            && is_junk(&right[b + length]) == junk
            && left[a + length] == right[b + length]
        {
            length += 1;
        }
    }
    (a, b, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(left: &[&str], right: &[&str], expected: &[&str]) {
        let owned = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(ndiff(&owned(left), &owned(right)), expected);
    }

    #[test]
    fn alike_lines_get_guides() {
        check(
            &["create schema if not exists zz", "same"],
            &["create schema if not exists yy", "same", "more"],
            &[
                "- create schema if not exists zz",
                "?                             ^^\n",
                "+ create schema if not exists yy",
                "?                             ^^\n",
                "  same",
                "+ more",
            ],
        );
    }

    #[test]
    fn inserted_and_deleted_characters() {
        check(
            &["VALUES ('prod done')"],
            &["VALUES ('prod finished')"],
            &[
                "- VALUES ('prod done')",
                "?                ---\n",
                "+ VALUES ('prod finished')",
                "?               +++++++\n",
            ],
        );
    }

    #[test]
    fn unlike_lines_stand_alone() {
        check(&["abc"], &["xyz"], &["- abc", "+ xyz"]);
        check(&[], &["a"], &["+ a"]);
    }
}
