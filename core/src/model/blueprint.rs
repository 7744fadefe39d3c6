//! Blueprints: one file that defines several models.
//!
//! In: the `blueprints` property, a macro call in its place expanded. Out: the variables of each copy, as SQL text.

use crate::ordered::IndexMap;

use super::builder::Builder;
use super::header::{Header, Property};
use super::problem::Problem;
use super::value;

/// Variables of one copy: lower-case name → SQL text.
pub type Blueprint = IndexMap<String, String>;

/// The copies that a block asks for: one without variables when it has no blueprints.
pub fn blueprints(builder: &mut Builder<'_>, header: &Header) -> Vec<Blueprint> {
    let Some(property) = header.get("blueprints") else {
        return vec![Blueprint::new()];
    };
    let dialect = builder.dialect;
    let generated = property.value.starts_with('@');
    let text = if generated {
        match builder.expand(property) {
            Some(text) => text,
            None => return Vec::new(),
        }
    } else {
        property.value.clone()
    };
    let Ok(pieces) = value::pieces(&text, dialect) else {
        return Vec::new();
    };
    // A macro call yields entries with commas between them, without brackets around them.
    let is_list = value::inner(&pieces).is_some() || (generated && value::split_commas(&pieces).len() > 1);
    if !is_list {
        refuse(builder, property, &text);
        return Vec::new();
    }
    let entries: Vec<String> = if value::inner(&pieces).is_some() {
        // A lone `(k := v, …)` is one entry, not a list of them.
        let items = value::items(&text, dialect);
        if items.iter().all(|item| value::pair(item, dialect).is_some()) {
            vec![text.clone()]
        } else {
            items
        }
    } else {
        value::split_commas(&pieces)
            .into_iter()
            .filter_map(|part| {
                let span = value::span_of(part);
                text.get(span.start..span.end).map(str::to_string)
            })
            .collect()
    };
    let mut copies = Vec::new();
    for entry in entries {
        let mut variables = Blueprint::new();
        for item in value::items(&entry, dialect) {
            match value::pair(&item, dialect) {
                Some(pair) => {
                    let sql = builder.sql(&pair.value);
                    variables.insert(pair.key.to_lowercase(), sql);
                }
                None => {
                    refuse(builder, property, &item);
                    return copies;
                }
            }
        }
        copies.push(variables);
    }
    copies
}

fn refuse(builder: &mut Builder<'_>, property: &Property, found: &str) {
    builder.problems.push(
        Problem::error(
            "model/bad-blueprints",
            format!("expected a list of `(key := value, …)` in `blueprints`, found `{found}`"),
            property.span,
        )
        .help("write `blueprints ((key := value), (key := other))`"),
    );
}
