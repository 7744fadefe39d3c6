//! SQL and other code, line by line: keywords, texts and comments stand out, marked words too.
//!
//! In: text. Whatever is in it only ever becomes text nodes. Lines are looked at one by one: a comment over several
//! lines is not followed.

use std::ops::Range;

use yew::prelude::*;

/// Lines that are drawn before the reader asks for the rest.
const FOLD: usize = 400;

/// Longest line whose words are told apart.
const LONGEST: usize = 2_000;

/// Words that stand out, sorted.
const KEYWORDS: [&str; 79] = [
    "ADD",
    "ALL",
    "ALTER",
    "AND",
    "ANTI",
    "ANY",
    "AS",
    "ASC",
    "AUDIT",
    "BEGIN",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COLUMN",
    "COMMENT",
    "CREATE",
    "CROSS",
    "DELETE",
    "DESC",
    "DISTINCT",
    "DROP",
    "ELSE",
    "END",
    "EXCEPT",
    "EXISTS",
    "FALSE",
    "FILTER",
    "FIRST",
    "FROM",
    "FULL",
    "GROUP",
    "HAVING",
    "IF",
    "IN",
    "INNER",
    "INSERT",
    "INTERSECT",
    "INTERVAL",
    "INTO",
    "IS",
    "JOIN",
    "LAST",
    "LATERAL",
    "LEFT",
    "LIKE",
    "LIMIT",
    "MERGE",
    "MODEL",
    "NOT",
    "NULL",
    "NULLS",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "OVERWRITE",
    "PARTITION",
    "QUALIFY",
    "REPLACE",
    "RIGHT",
    "ROWS",
    "SCHEMA",
    "SELECT",
    "SEMI",
    "SET",
    "TABLE",
    "THEN",
    "TRUE",
    "UNION",
    "UPDATE",
    "USING",
    "VALUES",
    "VIEW",
    "WHEN",
    "WHERE",
    "WITH",
];

/// What a stretch of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Keyword,
    Text,
    Comment,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Keyword => "k",
            Self::Text => "s",
            Self::Comment => "c",
        }
    }
}

/// The stretches of a line that stand out, in order.
fn stretches(line: &str) -> Vec<(Range<usize>, Kind)> {
    let mut found = Vec::new();
    if line.len() > LONGEST {
        return found;
    }
    let mut rest = line.char_indices().peekable();
    while let Some((at, char)) = rest.next() {
        if char == '-' && rest.peek().is_some_and(|(_, next)| *next == '-') {
            found.push((at..line.len(), Kind::Comment));
            break;
        }
        if char == '\'' {
            let end = rest.by_ref().find(|(_, char)| *char == '\'');
            found.push((at..end.map_or(line.len(), |(at, _)| at + 1), Kind::Text));
        } else if char.is_alphabetic() || char == '_' {
            let mut end = at + char.len_utf8();
            while let Some((at, char)) = rest.next_if(|(_, char)| char.is_alphanumeric() || *char == '_') {
                end = at + char.len_utf8();
            }
            let word = line[at..end].to_uppercase();
            // After a dot or an at sign it is a name.
            let name = line[..at].ends_with(['.', '@', '"', '`']);
            if !name && KEYWORDS.binary_search(&word.as_str()).is_ok() {
                found.push((at..end, Kind::Keyword));
            }
        }
    }
    found
}

/// One line with what stands out, and with marks over byte ranges.
pub fn line(text: &str, marks: &[Range<usize>]) -> Html {
    let kinds = stretches(text);
    if kinds.is_empty() && marks.is_empty() {
        return html! { <code>{ text }</code> };
    }
    let mut bounds: Vec<usize> = vec![0, text.len()];
    let ranges = kinds.iter().map(|(range, _)| range).chain(marks);
    bounds.extend(ranges.flat_map(|range| [range.start, range.end]));
    bounds.sort_unstable();
    bounds.dedup();
    let inside = |range: &Range<usize>, at: usize| range.start <= at && at < range.end;
    let parts = bounds.windows(2).filter_map(|pair| {
        let (from, to) = (*pair.first()?, *pair.get(1)?);
        let part = text.get(from..to)?;
        let kind = kinds.iter().find(|(range, _)| inside(range, from));
        let content = match kind {
            Some((_, kind)) => html! { <i class={kind.class()}>{ part }</i> },
            None => html! { { part } },
        };
        let marked = marks.iter().any(|range| inside(range, from));
        Some(if marked {
            html! { <mark>{ content }</mark> }
        } else {
            content
        })
    });
    html! { <code>{ for parts }</code> }
}

/// Properties of [`Code`].
#[derive(Properties, PartialEq)]
pub struct CodeProps {
    /// The text.
    pub text: AttrValue,
    /// Lines have numbers.
    #[prop_or_default]
    pub numbered: bool,
}

/// A text of several lines; the end of a long one only when the reader asks for it.
#[component]
pub fn Code(props: &CodeProps) -> Html {
    let whole = use_state_eq(|| false);
    let lines = props.text.lines().count();
    let shown = if *whole { lines } else { FOLD.min(lines) };
    let unfold = {
        let whole = whole.clone();
        Callback::from(move |_: MouseEvent| whole.set(true))
    };
    let class = if props.numbered { "raw" } else { "raw bare" };
    html! {
        <>
            <ol {class} tabindex="0">{ for props.text.lines().take(shown).map(|text| html! { <li>{ line(text, &[]) }</li> }) }</ol>
            if shown < lines {
                <p class="in"><button class="btn" onclick={unfold}>{ format!("Show {} more lines", lines - shown) }</button></p>
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<(&str, Kind)> {
        let stretches = stretches(line);
        stretches
            .into_iter()
            .map(|(range, kind)| (&line[range], kind))
            .collect()
    }

    #[test]
    fn keywords_texts_and_comments() {
        assert!(KEYWORDS.is_sorted());
        assert_eq!(
            found("SELECT a.from, 'it''s' AS x -- from here"),
            [
                ("SELECT", Kind::Keyword),
                ("'it'", Kind::Text),
                ("'s'", Kind::Text),
                ("AS", Kind::Keyword),
                ("-- from here", Kind::Comment),
            ]
        );
        assert_eq!(found("'open ä"), [("'open ä", Kind::Text)]);
        assert_eq!(found("selection \"select\" @if"), []);
    }
}
