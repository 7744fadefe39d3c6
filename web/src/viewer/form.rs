//! The options form as typed, and the request that it stands for.

use planglass_core::ordered::{BTreeMap, BTreeSet};

use planglass_core::plan::PlanOptions;
use planglass_core::time::{Timestamp, parse_date};

use crate::messages::Asked;

/// A text of the options form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Gateway.
    Gateway,
    /// Target environment.
    Environment,
    /// Base of a new environment.
    CreateFrom,
    /// Moment of planning.
    Now,
    /// Start.
    Start,
    /// End.
    End,
    /// From when forward-only changes apply.
    EffectiveFrom,
    /// Models to restate.
    Restate,
    /// Models whose changes enter.
    Select,
    /// Models to backfill.
    Backfill,
    /// Forward-only models that may lose columns.
    AllowDestructive,
}

/// A switch of the options form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Switch {
    /// All direct changes go forward only.
    ForwardOnly,
    /// Promote unmodified models as well.
    IncludeUnmodified,
    /// Leave direct changes without a category.
    NoAutoCategorization,
    /// Fill nothing.
    SkipBackfill,
    /// Refuse to promote versions with gaps.
    NoGaps,
}

/// The options form, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Texts; absent means empty.
    pub texts: BTreeMap<Field, String>,
    /// Switches that are on.
    pub on: BTreeSet<Switch>,
}

impl Form {
    /// A text as typed.
    pub fn text(&self, field: Field) -> &str {
        self.texts.get(&field).map_or("", String::as_str)
    }

    /// The same, `None` when nothing was typed.
    pub fn given(&self, field: Field) -> Option<String> {
        Some(self.text(field).trim().to_string()).filter(|text| !text.is_empty())
    }

    /// Several selectors: commas and spaces part them, but for spaces around `&` and `|` and inside of parentheses.
    fn list(&self, field: Field) -> Vec<String> {
        let words: Vec<&str> = self.text(field).split_whitespace().collect();
        let mut text = words.join(" ");
        for sign in ["&", "|", "(", ")", "^"] {
            let (before, after) = (format!(" {sign}"), format!("{sign} "));
            if sign != "(" && sign != "^" {
                text = text.replace(&before, sign);
            }
            if sign != ")" {
                text = text.replace(&after, sign);
            }
        }
        text.split([',', ' '])
            .filter(|part| !part.is_empty())
            .map(str::to_string)
            .collect()
    }

    /// What the form asks for, when the clock says `clock`.
    ///
    /// # Errors
    /// A sentence when the moment of planning is no date.
    pub fn asked(&self, clock: Timestamp, choices: &BTreeMap<String, String>) -> Result<Asked, String> {
        let now = match self.given(Field::Now) {
            None => clock,
            Some(text) => match parse_date(&text, clock) {
                Some(date) => date.at,
                None => {
                    return Err(format!(
                        "`{text}` is not a moment, `2024-09-27` or `2024-09-27 06:00:00` are"
                    ));
                }
            },
        };
        let set = |switch| self.on.contains(&switch).then_some(true);
        Ok(Asked {
            gateway: self.given(Field::Gateway),
            options: PlanOptions {
                environment: self.given(Field::Environment),
                now,
                start: self.given(Field::Start),
                end: self.given(Field::End),
                create_from: self.given(Field::CreateFrom),
                effective_from: self.given(Field::EffectiveFrom),
                restate_models: self.list(Field::Restate),
                select_models: self.list(Field::Select),
                backfill_models: self.list(Field::Backfill),
                allow_destructive_models: self.list(Field::AllowDestructive),
                no_gaps: self.on.contains(&Switch::NoGaps),
                forward_only: set(Switch::ForwardOnly),
                include_unmodified: set(Switch::IncludeUnmodified),
                no_auto_categorization: self.on.contains(&Switch::NoAutoCategorization),
                skip_backfill: self.on.contains(&Switch::SkipBackfill),
                set_choices: choices.clone(),
                ..PlanOptions::default()
            },
        })
    }
}

/// A moment as it is typed: without seconds when there are none.
pub fn minute(at: Timestamp) -> String {
    let text = at.datetime_text();
    text.strip_suffix(":00").map_or(text.clone(), str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_parted_but_not_taken_apart() {
        let selectors = |text: &str| {
            let mut form = Form::default();
            form.texts.insert(Field::Select, text.to_string());
            let asked = form.asked(Timestamp(0), &BTreeMap::new()).expect("a request");
            asked.options.select_models.join(";")
        };
        assert_eq!(selectors("a, +b  tag:c"), "a;+b;tag:c");
        assert_eq!(selectors("tag:green | one.zzz"), "tag:green|one.zzz");
        assert_eq!(selectors("( a | b ) & ^ ( c|d ) e"), "(a|b)&^(c|d);e");
    }
}
