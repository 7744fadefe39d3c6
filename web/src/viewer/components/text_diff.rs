//! A unified diff, drawn line by line with the changed words marked.
//!
//! In: the text of a unified diff. Long ones start folded. Lines and words are text, whatever is in them.

use yew::prelude::*;

/// Lines that are drawn before the reader asks for the rest.
const FOLD: usize = 300;

/// One line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    /// `@@ -1,4 +1,5 @@`
    Hunk(String),
    /// Number before, number now, text.
    Same(u64, u64, String),
    /// Number before, text, byte range of the changed words.
    Removed(u64, String, Option<(usize, usize)>),
    /// Number now, text, byte range of the changed words.
    Added(u64, String, Option<(usize, usize)>),
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
            lines.push(Line::Added(new, text.to_string(), None));
            new += 1;
        } else if let Some(text) = line.strip_prefix('-') {
            lines.push(Line::Removed(old, text.to_string(), None));
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
            if let (Line::Removed(_, old, old_mark), Line::Added(_, new, new_mark)) =
                (&mut head[at + pair], &mut tail[pair])
                && let Some((left, right)) = differing(old, new)
            {
                *old_mark = Some(left);
                *new_mark = Some(right);
            }
        }
        at = after + added.max(usize::from(removed == 0));
    }
}

/// The parts between the common beginning and the common end, on word boundaries; `None` when nothing is common.
fn differing(old: &str, new: &str) -> Option<((usize, usize), (usize, usize))> {
    let (left, right) = (words(old), words(new));
    let start = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let rest = (left.len() - start).min(right.len() - start);
    let end = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let common = |parts: &[&str]| parts.iter().any(|word| !word.trim().is_empty());
    if !common(&left[..start]) && !common(&left[left.len() - end..]) {
        return None;
    }
    let range = |words: &[&str]| {
        let length = |parts: &[&str]| parts.iter().map(|word| word.len()).sum::<usize>();
        let from = length(&words[..start]);
        (from, from + length(&words[start..words.len() - end]))
    };
    Some((range(&left), range(&right)))
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

fn code(text: &str, mark: Option<(usize, usize)>) -> Html {
    match mark {
        Some((from, to)) if from < to => html! {
            <code>{ &text[..from] }<mark>{ &text[from..to] }</mark>{ &text[to..] }</code>
        },
        _ => html! { <code>{ text }</code> },
    }
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
    html! {
        <div class="diff">
            { for lines.iter().take(shown).map(|line| match line {
                Line::Hunk(text) => html! { <div class="x">{ text }</div> },
                Line::Same(old, new, text) => row("", Some(*old), Some(*new), "", code(text, None)),
                Line::Removed(old, text, mark) => row("d", Some(*old), None, "−", code(text, *mark)),
                Line::Added(new, text, mark) => row("p", None, Some(*new), "+", code(text, *mark)),
            }) }
            if lines.len() > shown {
                <p class="in"><button class="btn" onclick={unfold}>
                    { format!("Show {} more lines", lines.len() - shown) }
                </button></p>
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "--- before\n+++ now\n@@ -3,3 +3,4 @@\n SELECT\n-  MIN(x) AS y\n+  MAX(x) AS y,\n+  z\n FROM t\n";

    #[test]
    fn numbers_lines_and_marks_words() {
        let lines = lines(TEXT);
        assert_eq!(lines[1], Line::Same(3, 3, "SELECT".into()));
        assert_eq!(lines[2], Line::Removed(4, "  MIN(x) AS y".into(), Some((2, 13))));
        assert_eq!(lines[3], Line::Added(4, "  MAX(x) AS y,".into(), Some((2, 14))));
        assert_eq!(lines[5], Line::Same(5, 6, "FROM t".into()));
        assert_eq!(counts(TEXT), (2, 1));
    }

    #[test]
    fn marks_only_where_something_is_common() {
        assert_eq!(differing("a = 1", "a = 2"), Some(((4, 5), (4, 5))));
        assert_eq!(differing("abc", "xyz"), None);
        assert_eq!(differing("ä b", "ä c"), Some(((3, 4), (3, 4))));
    }

    #[test]
    fn a_removed_comment_is_no_header() {
        let lines = lines("@@ -1 +1 @@\n--- old\n+++ new\n");
        assert_eq!(lines.len(), 3);
    }
}
