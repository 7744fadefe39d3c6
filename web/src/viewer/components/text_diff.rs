//! A unified diff, drawn line by line with the changed words marked.
//!
//! In: the text of a unified diff. Long ones start folded. Lines and words are text, whatever is in them.

use std::ops::Range;

use yew::prelude::*;

use super::code::line as code;

/// Lines that are drawn before the reader asks for the rest.
const FOLD: usize = 300;

/// Byte ranges of the words of a line that changed.
type Marks = Vec<Range<usize>>;

/// One line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    /// `@@ -1,4 +1,5 @@`
    Hunk(String),
    /// Number before, number now, text.
    Same(u64, u64, String),
    /// Number before, text, byte ranges of the changed words.
    Removed(u64, String, Marks),
    /// Number now, text, byte ranges of the changed words.
    Added(u64, String, Marks),
}

/// Reads a unified diff; file headers are left out.
fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut old, mut new) = (1, 1);
    let mut inside = false;
    for line in text.lines() {
        if let Some(header) = line.strip_prefix("@@") {
            (old, new) = hunk_starts(header).unwrap_or((old, new));
            inside = true;
            lines.push(Line::Hunk(format!("@@{header}")));
        } else if !inside && (line.starts_with("---") || line.starts_with("+++")) {
        } else if let Some(text) = line.strip_prefix('+') {
            lines.push(Line::Added(new, text.to_string(), Vec::new()));
            new += 1;
        } else if let Some(text) = line.strip_prefix('-') {
            lines.push(Line::Removed(old, text.to_string(), Vec::new()));
            old += 1;
        } else if !line.starts_with('\\') {
            let text = line.strip_prefix(' ').unwrap_or(line);
            lines.push(Line::Same(old, new, text.to_string()));
            old += 1;
            new += 1;
        }
    }
    mark_words(&mut lines);
    lines
}

/// ` -12,4 +12,5 @@` → (12, 12)
fn hunk_starts(header: &str) -> Option<(u64, u64)> {
    let mut parts = header.split_whitespace();
    let old = parts.next()?.strip_prefix('-')?;
    let new = parts.next()?.strip_prefix('+')?;
    let first = |range: &str| range.split(',').next().and_then(|number| number.parse().ok());
    Some((first(old)?, first(new)?))
}

/// Where a hunk is, in words: `@@ -24,7 +24,8 @@` is about the lines 24 to 31 of now.
fn hunk_words(header: &str) -> String {
    let range = header
        .split_whitespace()
        .find_map(|part| part.strip_prefix('+'))
        .unwrap_or_default();
    let (start, count) = range.split_once(',').unwrap_or((range, "1"));
    match (start.parse::<u64>(), count.parse::<u64>()) {
        (Ok(start), Ok(0 | 1)) => format!("Line {start}"),
        (Ok(start), Ok(count)) => format!("Lines {start}–{}", start + count - 1),
        _ => header.to_string(),
    }
}

/// Pairs runs of removed and added lines and marks what differs inside of them.
fn mark_words(lines: &mut [Line]) {
    let mut at = 0;
    while at < lines.len() {
        let removed = lines[at..]
            .iter()
            .take_while(|line| matches!(line, Line::Removed(..)))
            .count();
        let after = at + removed;
        let added = lines[after..]
            .iter()
            .take_while(|line| matches!(line, Line::Added(..)))
            .count();
        for pair in 0..removed.min(added) {
            let (head, tail) = lines.split_at_mut(after);
            if let (Line::Removed(_, old, old_marks), Line::Added(_, new, new_marks)) =
                (&mut head[at + pair], &mut tail[pair])
                && let Some((left, right)) = differing(old, new)
            {
                *old_marks = left;
                *new_marks = right;
            }
        }
        at = after + added.max(usize::from(removed == 0));
    }
}

/// Longest lines, in words, whose words are compared.
const MOST_WORDS: usize = 200;

/// What of each line is not in the other; `None` when they have so little in common that marks would only
/// distract.
fn differing(old: &str, new: &str) -> Option<(Marks, Marks)> {
    let (left, right) = (words(old), words(new));
    if left.len() > MOST_WORDS || right.len() > MOST_WORDS {
        return None;
    }
    // Length of the longest common subsequence of what is left of both lines.
    let mut table = vec![vec![0_u16; right.len() + 1]; left.len() + 1];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            table[i][j] = if left[i] == right[j] {
                table[i + 1][j + 1] + 1
            } else {
                table[i + 1][j].max(table[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let (mut in_left, mut in_right) = (vec![false; left.len()], vec![false; right.len()]);
    while i < left.len() && j < right.len() {
        if left[i] == right[j] {
            (in_left[i], in_right[j]) = (true, true);
            (i, j) = (i + 1, j + 1);
        } else if table[i + 1][j] >= table[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    let solid = |word: &str| !word.trim().is_empty();
    let count = |words: &[&str]| words.iter().filter(|word| solid(word)).count();
    let common = left
        .iter()
        .zip(&in_left)
        .filter(|(word, same)| **same && solid(word))
        .count();
    let all = count(&left).max(count(&right));
    (common * 3 >= all && common > 0).then(|| (marks(&left, &in_left), marks(&right, &in_right)))
}

/// Byte ranges of the words that are not common, neighbours joined.
fn marks(words: &[&str], common: &[bool]) -> Marks {
    let mut marks = Marks::new();
    let mut at = 0;
    for (word, common) in words.iter().zip(common) {
        let range = at..at + word.len();
        at = range.end;
        match marks.last_mut() {
            _ if *common => {}
            Some(last) if last.end == range.start => last.end = range.end,
            _ => marks.push(range),
        }
    }
    marks
}

/// Words, blanks and single other characters.
fn words(text: &str) -> Vec<&str> {
    let class = |char: char| {
        if char.is_alphanumeric() || char == '_' {
            0
        } else if char.is_whitespace() {
            1
        } else {
            2
        }
    };
    let mut words = Vec::new();
    let mut start = 0;
    let mut previous = None;
    for (at, char) in text.char_indices() {
        let this = class(char);
        if previous.is_some_and(|before| before != this || this == 2) {
            words.push(&text[start..at]);
            start = at;
        }
        previous = Some(this);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

/// Lines added and removed.
pub fn counts(text: &str) -> (usize, usize) {
    lines(text)
        .iter()
        .fold((0, 0), |(added, removed), line| match line {
            Line::Added(..) => (added + 1, removed),
            Line::Removed(..) => (added, removed + 1),
            _ => (added, removed),
        })
}

fn row(class: &'static str, old: Option<u64>, new: Option<u64>, sign: &'static str, content: Html) -> Html {
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    html! {
        <div class={classes!("l", class)}>
            <span aria-hidden="true">{ number(old) }</span>
            <span aria-hidden="true">{ number(new) }</span>
            <b>{ sign }</b>
            { content }
        </div>
    }
}

/// Properties of [`TextDiff`].
#[derive(Properties, PartialEq)]
pub struct TextDiffProps {
    /// A unified diff.
    pub text: AttrValue,
    /// What was on the left, what is on the right.
    #[prop_or_default]
    pub side_by_side: bool,
}

/// Draws a unified diff.
#[component]
pub fn TextDiff(props: &TextDiffProps) -> Html {
    let lines = use_memo(props.text.clone(), |text| lines(text));
    let whole = use_state_eq(|| false);
    let shown = if *whole { lines.len() } else { FOLD };
    let unfold = {
        let whole = whole.clone();
        Callback::from(move |_: MouseEvent| whole.set(true))
    };
    if props.side_by_side {
        return html! {
            <div class="diff two">
                { for pairs(lines.get(..shown.min(lines.len())).unwrap_or_default()).into_iter().map(pair) }
                { more(lines.len(), shown, unfold) }
            </div>
        };
    }
    html! {
        <div class="diff">
            { for lines.iter().take(shown).map(|line| match line {
                Line::Hunk(text) => html! { <div class="x">{ hunk_words(text) }</div> },
                Line::Same(old, new, text) => row("", Some(*old), Some(*new), "", code(text, &[])),
                Line::Removed(old, text, mark) => row("d", Some(*old), None, "−", code(text, mark)),
                Line::Added(new, text, mark) => row("p", None, Some(*new), "+", code(text, mark)),
            }) }
            { more(lines.len(), shown, unfold) }
        </div>
    }
}

fn more(lines: usize, shown: usize, unfold: Callback<MouseEvent>) -> Html {
    if lines <= shown {
        return Html::default();
    }
    html! {
        <p class="in"><button class="btn" onclick={unfold}>{ format!("Show {} more lines", lines - shown) }</button></p>
    }
}

/// What stands side by side; a headline stands alone.
#[derive(Debug, PartialEq)]
enum Pair<'l> {
    Hunk(&'l str),
    Lines(Option<&'l Line>, Option<&'l Line>),
}

/// Runs of removed lines beside the runs of added lines that follow them.
fn pairs(lines: &[Line]) -> Vec<Pair<'_>> {
    let mut pairs = Vec::new();
    let (mut left, mut right): (Vec<&Line>, Vec<&Line>) = (Vec::new(), Vec::new());
    for line in lines {
        if matches!(line, Line::Removed(..)) && !right.is_empty()
            || matches!(line, Line::Hunk(_) | Line::Same(..))
        {
            drain(&mut pairs, &mut left, &mut right);
        }
        match line {
            Line::Hunk(text) => pairs.push(Pair::Hunk(text)),
            Line::Same(..) => pairs.push(Pair::Lines(Some(line), Some(line))),
            Line::Removed(..) => left.push(line),
            Line::Added(..) => right.push(line),
        }
    }
    drain(&mut pairs, &mut left, &mut right);
    pairs
}

fn drain<'l>(pairs: &mut Vec<Pair<'l>>, left: &mut Vec<&'l Line>, right: &mut Vec<&'l Line>) {
    for index in 0..left.len().max(right.len()) {
        pairs.push(Pair::Lines(left.get(index).copied(), right.get(index).copied()));
    }
    left.clear();
    right.clear();
}

fn pair(pair: Pair<'_>) -> Html {
    let half = |line: Option<&Line>, left: bool| {
        let (class, number, sign, content) = match line {
            None => ("nil", None, "", Html::default()),
            Some(Line::Hunk(_)) => return Html::default(),
            Some(Line::Same(old, new, text)) => {
                ("", Some(if left { *old } else { *new }), "", code(text, &[]))
            }
            Some(Line::Removed(old, text, marks)) => ("d", Some(*old), "−", code(text, marks)),
            Some(Line::Added(new, text, marks)) => ("p", Some(*new), "+", code(text, marks)),
        };
        html! {
            <div class={classes!("h", class)}><span aria-hidden="true">{ number.map(|number| number.to_string()) }</span>
                <b>{ sign }</b>{ content }</div>
        }
    };
    match pair {
        Pair::Hunk(text) => html! { <div class="x">{ hunk_words(text) }</div> },
        Pair::Lines(old, new) => html! { <div class="l">{ half(old, true) }{ half(new, false) }</div> },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "--- before\n+++ now\n@@ -3,3 +3,4 @@\n SELECT\n-  MIN(x) AS y\n+  MAX(x) AS y,\n+  z\n FROM t\n";

    #[test]
    #[expect(clippy::single_range_in_vec_init, reason = "one mark")]
    fn numbers_lines_and_marks_words() {
        let lines = lines(TEXT);
        assert_eq!(lines[1], Line::Same(3, 3, "SELECT".into()));
        assert_eq!(lines[2], Line::Removed(4, "  MIN(x) AS y".into(), vec![2..5]));
        assert_eq!(
            lines[3],
            Line::Added(4, "  MAX(x) AS y,".into(), vec![2..5, 13..14])
        );
        assert_eq!(lines[4], Line::Added(5, "  z".into(), vec![]));
        assert_eq!(lines[5], Line::Same(5, 6, "FROM t".into()));
        assert_eq!(counts(TEXT), (2, 1));
    }

    #[test]
    #[expect(clippy::single_range_in_vec_init, reason = "one mark")]
    fn marks_only_where_something_is_common() {
        assert_eq!(differing("a = 1", "a = 2"), Some((vec![4..5], vec![4..5])));
        assert_eq!(differing("abc", "xyz"), None);
        assert_eq!(differing("ä b", "ä c"), Some((vec![3..4], vec![3..4])));
    }

    #[test]
    fn removed_lines_stand_beside_added_ones() {
        let lines = lines(TEXT);
        let pairs = pairs(&lines);
        assert_eq!(pairs[0], Pair::Hunk("@@ -3,3 +3,4 @@"));
        assert_eq!(pairs[2], Pair::Lines(lines.get(2), lines.get(3)));
        assert_eq!(pairs[3], Pair::Lines(None, lines.get(4)));
        assert_eq!(pairs.len(), 5);
    }

    #[test]
    fn hunks_in_words() {
        assert_eq!(hunk_words("@@ -24,7 +24,8 @@"), "Lines 24–31");
        assert_eq!(hunk_words("@@ -1 +0,0 @@"), "Line 0");
        assert_eq!(hunk_words("@@ strange @@"), "@@ strange @@");
    }

    #[test]
    fn a_removed_comment_is_no_header() {
        let lines = lines("@@ -1 +1 @@\n--- old\n+++ new\n");
        assert_eq!(lines.len(), 3);
    }
}
