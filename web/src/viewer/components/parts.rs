//! The small parts: icons, badges, names, category chips, interval bars, numbers.

use yew::prelude::*;

pub use crate::messages::number;
use crate::messages::{Category, Fill, RowView, Status, Stretch};

/// An icon of the page's sprite.
pub fn icon(id: &'static str) -> Html {
    html! { <svg class="ic" aria-hidden="true"><@{"use"} href={format!("#i-{id}")} /></svg> }
}

/// A sign of severity: `ok`, `warn`, `err`, `todo`.
pub fn sign(id: &'static str) -> Html {
    html! { <svg class="sev" aria-hidden="true"><@{"use"} href={format!("#v-{id}")} /></svg> }
}

/// The badge of a status: letter, shape and colour.
pub fn badge(status: Status) -> Html {
    let class = if status == Status::Unchanged {
        "E"
    } else {
        status.letter()
    };
    html! { <b class={classes!("st", class)} role="img" aria-label={status.title()} title={status.title()}>{ status.letter() }</b> }
}

/// A model's name, its schema set back.
pub fn name(row: &RowView) -> Html {
    name_of(&row.schema, &row.title, row.status)
}

/// The same from its parts.
pub fn name_of(schema: &str, title: &str, status: Status) -> Html {
    let gone = (status == Status::Removed).then_some("gone");
    html! { <span class={classes!("nm", gone)} title={format!("{schema}{title}")}><i>{ schema }</i>{ title }</span> }
}

/// The chip of a category: glyph and words.
pub fn category(category: Option<Category>) -> Html {
    match category {
        None => html! { <span class="i3">{ "–" }</span> },
        Some(category) => html! {
            <span class="cat">
                <b class={classes!("gl", category.glyph.class(), category.inherited.then_some("ind"))} aria-hidden="true">
                    { category.glyph.text() }
                </b>
                <span class="el">{ category.title() }</span>
            </span>
        },
    }
}

/// A bar of intervals: time from left to right, the same scale in every row.
pub fn bar(stretches: &[Stretch]) -> Html {
    let words = match (
        stretches.iter().any(|stretch| stretch.fill == Fill::Loaded),
        stretches
            .iter()
            .find(|stretch| stretch.fill != Fill::Loaded)
            .map(|stretch| stretch.fill),
    ) {
        (false, None) => "nothing loaded, nothing to fill",
        (true, None) => "loaded, nothing to fill",
        (false, Some(Fill::Preview)) => "a preview to fill",
        (false, Some(_)) => "to fill",
        (true, Some(Fill::Preview)) => "partly loaded, a preview to fill",
        (true, Some(_)) => "partly loaded, the rest to fill",
    };
    html! {
        <svg class="bars" viewBox="0 0 1000 8" preserveAspectRatio="none" role="img" aria-label={words}>
            <rect class="none" x="0" y="3.5" width="1000" height="1" />
            { for stretches.iter().take(400).map(|stretch| {
                let class = match stretch.fill {
                    Fill::Loaded => "lod",
                    Fill::Requested => "req",
                    Fill::Preview => "pre",
                };
                // Never a hairline: what is there can be seen.
                let width = stretch.width.max(12.0);
                let from = stretch.from.min(1000.0 - width);
                html! { <rect {class} x={format!("{from:.2}")} y="0" width={format!("{width:.2}")} height="8" /> }
            }) }
        </svg>
    }
}

/// How many, beside a title.
pub fn count(value: usize) -> Html {
    html! { <span class="count">{ number(value as u64) }</span> }
}

/// Days from and to, with the sign that stands between dates everywhere on the page.
pub fn dates(range: &str) -> String {
    range.replace(" - ", " – ")
}

/// A size in bytes as people read it.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// The first digits of a digest, in groups of four.
pub fn short_digest(digest: &str) -> String {
    let start: Vec<char> = digest.chars().take(12).collect();
    start
        .chunks(4)
        .map(|chunk| chunk.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes() {
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(123), "123");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(18_400_000), "18.4 MB");
        assert_eq!(short_digest("7f3a91c2e04bffff"), "7f3a 91c2 e04b");
    }
}
