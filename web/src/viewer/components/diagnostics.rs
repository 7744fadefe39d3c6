//! Problems, each where it happened: severity, file, line, column, the line itself, the way out.

use planglass_core::diagnostic::{Diagnostic, Label, Severity};
use yew::prelude::*;

use super::parts::sign;

/// Properties of [`Diagnostics`].
#[derive(Properties, PartialEq)]
pub struct DiagnosticsProps {
    /// What to show, in this order.
    pub problems: Vec<Diagnostic>,
}

/// How many are drawn at once.
const MOST: usize = 100;

/// A list of problems.
#[component]
pub fn Diagnostics(props: &DiagnosticsProps) -> Html {
    let left = props.problems.len().saturating_sub(MOST);
    html! {
        <ul class="problems">
            { for props.problems.iter().take(MOST).map(problem) }
            if left > 0 { <li class="i2">{ format!("and {left} more") }</li> }
        </ul>
    }
}

fn problem(problem: &Diagnostic) -> Html {
    let (id, word) = match problem.severity {
        Severity::Error => ("err", "Error"),
        Severity::Warning => ("warn", "Warning"),
        Severity::Note => ("ok", "Note"),
    };
    html! {
        <li class="problem" data-code={problem.code.clone()}>
            { sign(id) }
            <div>
                <p><span class="vh">{ word }{ ": " }</span><b class="b">{ prose(&problem.message) }</b>
                    { " " }<code class="i3">{ &problem.code }</code></p>
                { for problem.labels.iter().map(frame) }
                { for problem.help.iter().map(|help| html! { <p class="i2 help">{ prose(help) }</p> }) }
            </div>
        </li>
    }
}

/// Text with `identifiers` in backticks set as code.
pub fn prose(text: &str) -> Html {
    text.split('`')
        .enumerate()
        .map(|(index, part)| match index % 2 {
            1 => html! { <code>{ part }</code> },
            _ => html! { { part } },
        })
        .collect()
}

/// The place of a label with its line of text and a marker below.
fn frame(label: &Label) -> Html {
    let place = &label.location;
    if place.line == 0 {
        return html! {
            <p class="place"><code>{ &place.path }</code>{ " " }<span class="i2">{ prose(&label.text) }</span></p>
        };
    }
    // Tabs are as wide in the marker line as above it.
    let before: String = place
        .text
        .chars()
        .take(place.column.saturating_sub(1) as usize)
        .map(|char| if char == '\t' { '\t' } else { ' ' })
        .collect();
    let shown = before.chars().count() as u64 + 1 == place.column;
    let width = place.end_column.saturating_sub(place.column).clamp(1, 120) as usize;
    let marker = "^".repeat(width);
    html! {
        <div class="frame">
            <p class="place"><code>{ format!("{}:{}:{}", place.path, place.line, place.column) }</code></p>
            <pre><span class="no">{ place.line }</span><code>{ &place.text }</code>
                if shown {
                    { "\n" }<span class="no"></span><code class="mark">{ before }{ marker }
                    if !label.text.is_empty() { { " " }{ &label.text } }</code>
                }
            </pre>
        </div>
    }
}
