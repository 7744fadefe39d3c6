//! The `MODEL (…)`, `AUDIT (…)` and `METRIC (…)` blocks: which properties, where, with which text.
//!
//! In: the text of one block. Out: properties in order, names in lower case, values as written, with their place
//! in the file. What a value means, and whether a property is known, is decided later; macros are not expanded.

use super::problem::Problem;
use super::value::{self, Piece};
use crate::source::Span;
use crate::sql::Dialect;

/// What a block defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// `MODEL (…)`.
    Model,
    /// `AUDIT (…)`.
    Audit,
    /// `METRIC (…)`.
    Metric,
}

impl BlockKind {
    /// The keyword.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Model => "MODEL",
            Self::Audit => "AUDIT",
            Self::Metric => "METRIC",
        }
    }

    /// The kind of block that a text begins with, if any.
    pub fn of(text: &str, dialect: Dialect) -> Option<Self> {
        let pieces = value::first_pieces(text, dialect, 2).ok()?;
        let [word, open] = pieces.as_slice() else {
            return None;
        };
        if !open.is("(") {
            return None;
        }
        [Self::Model, Self::Audit, Self::Metric]
            .into_iter()
            .find(|kind| word.is_word(kind.as_str()))
    }
}

/// One `name value` pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Name in lower case. Empty when the whole property is a macro call.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Text of the value as written, without the white space and comments around it.
    pub value: String,
    /// Where the value stands.
    pub span: Span,
}

/// A block with its properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// What it defines.
    pub kind: BlockKind,
    /// The whole block.
    pub span: Span,
    /// Properties in order.
    pub properties: Vec<Property>,
}

impl Header {
    /// A block without properties: for files whose model's name is inferred.
    pub fn empty(kind: BlockKind) -> Self {
        Self {
            kind,
            span: Span::default(),
            properties: Vec::new(),
        }
    }

    /// The property of this name that counts: the last one.
    pub fn get(&self, name: &str) -> Option<&Property> {
        self.properties.iter().rev().find(|p| p.name == name)
    }
}

/// Reads a block; `offset` is where its text begins in the file. Properties that cannot be read are left out.
pub fn parse(text: &str, offset: usize, dialect: Dialect) -> (Option<Header>, Vec<Problem>) {
    let span = Span::new(offset, offset + text.len());
    let pieces = match value::pieces(text, dialect) {
        Ok(pieces) => pieces,
        Err(error) => {
            let at = error.offset.unwrap_or(0) + offset;
            return (
                None,
                vec![Problem::error(
                    "model/syntax",
                    error.message,
                    Span::new(at, at + 1),
                )],
            );
        }
    };
    let Some(kind) = BlockKind::of(text, dialect) else {
        return (None, Vec::new());
    };
    let mut problems = Vec::new();
    let close = value::closing(&pieces, 1);
    let inner = match close {
        Some(close) => {
            if let Some(extra) = pieces.get(close + 1).filter(|extra| !extra.is(";")) {
                problems.push(
                    Problem::error(
                        "model/missing-semicolon",
                        format!("`;` is missing after the {} block", kind.as_str()),
                        extra.span.shifted(offset),
                    )
                    .help("put `;` after the closing parenthesis of the block"),
                );
            }
            &pieces[2..close]
        }
        None => {
            problems.push(
                Problem::error(
                    "model/syntax",
                    format!("the {} block is not closed", kind.as_str()),
                    pieces[1].span.shifted(offset),
                )
                .help("add the missing `)` before `;`"),
            );
            &pieces[2..]
        }
    };
    let properties = properties(text, inner, offset, &mut problems);
    (
        Some(Header {
            kind,
            span,
            properties,
        }),
        problems,
    )
}

/// Reads `name value, name value, …`; `offset` is where `text` begins in the file.
pub fn properties(
    text: &str,
    pieces: &[Piece<'_>],
    offset: usize,
    problems: &mut Vec<Problem>,
) -> Vec<Property> {
    let mut found = Vec::new();
    for part in value::split_commas(pieces) {
        let Some((name, rest)) = part.split_first() else {
            continue;
        };
        if name.text.starts_with('@') {
            let span = value::span_of(part);
            found.push(Property {
                name: String::new(),
                name_span: span.shifted(offset),
                value: text.get(span.start..span.end).unwrap_or("").to_string(),
                span: span.shifted(offset),
            });
            continue;
        }
        let key = name.content().to_lowercase();
        if rest.is_empty() || !name.is_name() {
            let what = if name.is_name() {
                format!("property `{}` has no value", name.text)
            } else {
                format!("expected a property's name, found `{}`", name.text)
            };
            problems.push(
                Problem::error("model/syntax", what, name.span.shifted(offset))
                    .help("write `name value` pairs with commas between them"),
            );
            continue;
        }
        // `enabled: true` is a name with a placeholder behind it, which stands for the word in it.
        let rest = match rest {
            [colon, word] if colon.is(":") && word.is_name() => &rest[1..],
            _ => rest,
        };
        if let Some(extra) = value::after_primary(rest).filter(|_| is_primary(&key)) {
            problems.push(
                Problem::error(
                    "model/syntax",
                    format!(
                        "expected `,` or `)` after the value of `{key}`, found `{}`",
                        extra.text
                    ),
                    extra.span.shifted(offset),
                )
                .help("put a comma between properties, and quote a value that is more than one word"),
            );
            continue;
        }
        let span = value::span_of(rest);
        found.push(Property {
            name: key,
            name_span: name.span.shifted(offset),
            value: text.get(span.start..span.end).unwrap_or("").to_string(),
            span: span.shifted(offset),
        });
    }
    found
}

/// Most values are one literal, name, call or list; these may be longer.
fn is_primary(property: &str) -> bool {
    !matches!(
        property,
        "kind"
            | "name"
            | "model"
            | "columns"
            | "partitioned_by"
            | "clustered_by"
            | "expression"
            | "time_data_type"
            | "when_matched"
            | "merge_filter"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)], codes: &[&str]) {
        let (header, problems) = parse(text, 0, Dialect::DuckDb);
        let header = header.unwrap_or_else(|| Header::empty(BlockKind::Model));
        let found: Vec<_> = header
            .properties
            .iter()
            .map(|p| (p.name.as_str(), p.value.as_str()))
            .collect();
        assert_eq!(found, expected);
        for property in &header.properties {
            assert_eq!(
                text.get(property.span.start..property.span.end),
                Some(property.value.as_str())
            );
        }
        assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), codes);
    }

    #[test]
    fn properties_and_their_places() {
        check(
            "MODEL (\n  name shop.items, -- the name\n  KIND INCREMENTAL_BY_TIME_RANGE (time_column (ds, '%Y')),\n  tags (a, 'b,c'),\n)",
            &[
                ("name", "shop.items"),
                ("kind", "INCREMENTAL_BY_TIME_RANGE (time_column (ds, '%Y'))"),
                ("tags", "(a, 'b,c')"),
            ],
            &[],
        );
    }

    #[test]
    fn the_last_semicolon_of_a_file_belongs_to_its_block() {
        check("MODEL (name a.b);", &[("name", "a.b")], &[]);
    }

    #[test]
    fn macros_stay() {
        check(
            "MODEL (name @IF(@gateway = 'x', a, b).c, cron @var, @mine(1))",
            &[
                ("name", "@IF(@gateway = 'x', a, b).c"),
                ("cron", "@var"),
                ("", "@mine(1)"),
            ],
            &[],
        );
    }

    #[test]
    fn every_mistake_is_told() {
        check(
            "MODEL (name a.b, start 2024-01-01, owner, kind FULL",
            &[("name", "a.b"), ("kind", "FULL")],
            &["model/syntax", "model/syntax", "model/syntax"],
        );
        check(
            "MODEL (name a.b) SELECT 1",
            &[("name", "a.b")],
            &["model/missing-semicolon"],
        );
    }
}
