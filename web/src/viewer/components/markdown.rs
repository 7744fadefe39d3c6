//! Markdown as a forge would show it: headings, lists, quotes, tables, fences, folds, bold and code.
//!
//! Text becomes text nodes only. Of HTML just `<details>` and `<summary>` mean something; all else is shown.

use yew::prelude::*;

use super::text_diff::TextDiff;

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Block {
    Heading(usize, String),
    Text(String),
    Quote(String),
    /// Items with their depth.
    List(Vec<(usize, String, Vec<Block>)>),
    /// Language and text.
    Fence(String, String),
    Table(Vec<Vec<String>>),
    Fold(String, Vec<Block>),
    Rule,
}

/// How deep folds may nest before they are plain text.
const DEEPEST: usize = 4;

/// Draws a document.
pub fn markdown(text: &str) -> Html {
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    html! { <>{ for blocks(&lines, &mut at, 0).iter().map(draw) }</> }
}

fn blocks(lines: &[&str], at: &mut usize, depth: usize) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    while let Some(line) = lines.get(*at) {
        let line = line.trim_end();
        *at += 1;
        let trimmed = line.trim_start();
        let indent = (line.len() - trimmed.len()) / 2;
        if trimmed.is_empty() {
        } else if trimmed.starts_with("```") {
            let fence = fence(lines, at, trimmed);
            match found.last_mut() {
                Some(Block::List(items)) if indent > 0 && !items.is_empty() => {
                    if let Some((_, _, inside)) = items.last_mut() {
                        inside.push(fence);
                    }
                }
                _ => found.push(fence),
            }
        } else if trimmed.starts_with("</details>") && depth > 0 {
            break;
        } else if trimmed.starts_with("<details") && depth < DEEPEST {
            found.push(fold(lines, at, trimmed, depth));
        } else if let Some(item) = trimmed.strip_prefix("- ").or(trimmed.strip_prefix("* ")) {
            let item = (indent, item.to_string(), Vec::new());
            match found.last_mut() {
                Some(Block::List(items)) => items.push(item),
                _ => found.push(Block::List(vec![item])),
            }
        } else if let Some(quote) = trimmed.strip_prefix("> ") {
            found.push(Block::Quote(quote.to_string()));
        } else if trimmed.starts_with('#') {
            let level = trimmed.chars().take_while(|char| *char == '#').count();
            found.push(Block::Heading(
                level,
                trimmed.trim_start_matches('#').trim().to_string(),
            ));
        } else if trimmed.starts_with('|') {
            let cells: Vec<String> = cells(trimmed);
            match found.last_mut() {
                _ if cells
                    .iter()
                    .all(|cell| cell.chars().all(|char| ":- ".contains(char))) => {}
                Some(Block::Table(rows)) => rows.push(cells),
                _ => found.push(Block::Table(vec![cells])),
            }
        } else if trimmed.len() >= 3 && trimmed.chars().all(|char| char == '-') {
            found.push(Block::Rule);
        } else {
            match found.last_mut() {
                // A line right below another one goes on with it.
                Some(Block::Text(text))
                    if lines
                        .get((*at).wrapping_sub(2))
                        .is_some_and(|before| !before.trim().is_empty()) =>
                {
                    text.push(' ');
                    text.push_str(trimmed);
                }
                _ => found.push(Block::Text(trimmed.to_string())),
            }
        }
    }
    found
}

fn fence(lines: &[&str], at: &mut usize, first: &str) -> Block {
    let ticks: String = first.chars().take_while(|char| *char == '`').collect();
    let language = first.trim_start_matches('`').trim().to_string();
    let mut text = String::new();
    while let Some(line) = lines.get(*at) {
        *at += 1;
        let inner = line.strip_prefix("  ").unwrap_or(line);
        if inner.trim() == ticks {
            break;
        }
        text.push_str(inner);
        text.push('\n');
    }
    Block::Fence(language, text)
}

fn fold(lines: &[&str], at: &mut usize, first: &str, depth: usize) -> Block {
    let mut head = first.to_string();
    while !head.contains("</summary>")
        && let Some(line) = lines.get(*at)
        && line.contains("summary>")
    {
        head.push_str(line);
        *at += 1;
    }
    let summary = head
        .split_once("<summary>")
        .and_then(|(_, rest)| rest.split_once("</summary>"))
        .map_or("Details", |(summary, _)| summary);
    let summary = summary.replace("<b>", "**").replace("</b>", "**");
    Block::Fold(summary, blocks(lines, at, depth + 1))
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for char in line.trim().trim_start_matches('|').chars() {
        match char {
            '|' if !escaped => cells.push(String::new()),
            other => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(other);
                }
            }
        }
        escaped = char == '\\' && !escaped;
    }
    if cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    cells.into_iter().map(|cell| cell.trim().to_string()).collect()
}

fn draw(block: &Block) -> Html {
    match block {
        Block::Heading(level, text) if *level <= 2 => html! { <h2>{ inline(text) }</h2> },
        Block::Heading(_, text) => html! { <h3 class="b">{ inline(text) }</h3> },
        Block::Text(text) => html! { <p>{ inline(text) }</p> },
        Block::Quote(text) => html! { <blockquote>{ inline(text) }</blockquote> },
        Block::List(items) => html! {
            <ul class="items">{ for items.iter().map(|(depth, text, inside)| html! {
                <li class={(*depth > 0).then_some("deep")}>{ inline(text) }{ for inside.iter().map(draw) }</li>
            }) }</ul>
        },
        Block::Fence(language, text) if language == "diff" => html! { <TextDiff text={text.clone()} /> },
        Block::Fence(_, text) => html! { <pre>{ text }</pre> },
        Block::Table(rows) => html! {
            <table>
                if let Some(head) = rows.first() { <thead><tr>{ for head.iter().map(|cell| html! { <th scope="col">{ inline(cell) }</th> }) }</tr></thead> }
                <tbody>{ for rows.iter().skip(1).map(|row| html! { <tr>{ for row.iter().map(|cell| html! { <td>{ inline(cell) }</td> }) }</tr> }) }</tbody>
            </table>
        },
        Block::Fold(summary, inside) => {
            html! { <details><summary>{ inline(summary) }</summary>{ for inside.iter().map(draw) }</details> }
        }
        Block::Rule => html! { <hr /> },
    }
}

/// What a run of text is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Span {
    Plain(String),
    Bold(String),
    Code(String),
}

/// Bold and code; `\*` and `&lt;` stand for themselves.
fn spans(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut bold = false;
    let mut chars = text.chars().peekable();
    let flush = |plain: &mut String, bold: bool, spans: &mut Vec<Span>| {
        if !plain.is_empty() {
            let text = std::mem::take(plain)
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
            spans.push(if bold { Span::Bold(text) } else { Span::Plain(text) });
        }
    };
    while let Some(char) = chars.next() {
        match char {
            '\\' => plain.extend(chars.next()),
            '*' if chars.peek() == Some(&'*') => {
                chars.next();
                flush(&mut plain, bold, &mut spans);
                bold = !bold;
            }
            '`' => {
                flush(&mut plain, bold, &mut spans);
                let code: String = chars.by_ref().take_while(|char| *char != '`').collect();
                spans.push(Span::Code(code));
            }
            other => plain.push(other),
        }
    }
    flush(&mut plain, bold, &mut spans);
    spans
}

fn inline(text: &str) -> Html {
    spans(text)
        .into_iter()
        .map(|span| match span {
            Span::Plain(text) => html! { { text } },
            Span::Bold(text) => html! { <b class="b">{ text }</b> },
            Span::Code(text) => html! { <code>{ text }</code> },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Block> {
        let lines: Vec<&str> = text.lines().collect();
        blocks(&lines, &mut 0, 0)
    }

    #[test]
    fn lists_hold_their_fences() {
        let found = read("**Directly Modified:**\n- `a`\n\n  ```diff\n  -x\n  +y\n  ```\n- `b`\n");
        assert_eq!(found.len(), 2);
        let Block::List(items) = &found[1] else {
            panic!("{found:?}");
        };
        assert_eq!(items[0].2, [Block::Fence("diff".into(), "-x\n+y\n".into())]);
        assert_eq!(items[1].1, "`b`");
    }

    #[test]
    fn tables_and_folds_are_read() {
        let found = read(
            "| a | b |\n| --- | ---: |\n| 1 \\| 2 | 3 |\n<details><summary>More</summary>\n\ntext\n</details>\nafter",
        );
        assert_eq!(
            found[0],
            Block::Table(vec![
                vec!["a".into(), "b".into()],
                vec!["1 \\| 2".into(), "3".into()]
            ])
        );
        assert_eq!(
            found[1],
            Block::Fold("More".into(), vec![Block::Text("text".into())])
        );
        assert_eq!(found[2], Block::Text("after".into()));
    }

    #[test]
    fn escapes_stand_for_themselves() {
        assert_eq!(
            spans("a &lt;b> \\*c\\* **d** `e*`"),
            [
                Span::Plain("a <b> *c* ".into()),
                Span::Bold("d".into()),
                Span::Plain(" ".into()),
                Span::Code("e*".into())
            ]
        );
    }
}
