//! What a person decided about the plan, with the way back and forth.

use planglass_core::ordered::{BTreeMap, BTreeSet};

use crate::messages::Decisions;
use crate::messages::decisions::Decision;

/// All that is chosen at one time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Chosen categories by fully qualified name.
    pub categories: BTreeMap<String, String>,
    /// The plan-wide switch, once it was touched here; else the form's.
    pub forward_only: Option<bool>,
}

impl Choices {
    /// The same with a category for each of some models; `None` leaves them to the planner.
    #[must_use]
    pub fn with(&self, names: &[String], category: Option<&str>) -> Self {
        let mut choices = self.clone();
        for name in names {
            match category {
                Some(category) => choices.categories.insert(name.clone(), category.to_string()),
                None => choices.categories.remove(name),
            };
        }
        choices
    }
}

/// Choices before the last ones, and those that were taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    undo: Vec<Choices>,
    redo: Vec<Choices>,
}

impl History {
    /// Remembers what was before a new choice.
    pub fn push(&mut self, before: Choices) {
        self.undo.push(before);
        self.redo.clear();
    }

    /// The choices before; what is now can be taken again.
    pub fn back(&mut self, now: &Choices) -> Option<Choices> {
        let before = self.undo.pop()?;
        self.redo.push(now.clone());
        Some(before)
    }

    /// The choices that were taken back last.
    pub fn forth(&mut self, now: &Choices) -> Option<Choices> {
        let after = self.redo.pop()?;
        self.undo.push(now.clone());
        Some(after)
    }

    /// There is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// There is something to take again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }
}

/// Notes and ticks: they change no plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Models that were looked at and ticked.
    pub viewed: BTreeSet<String>,
    /// Notes by model.
    pub notes: BTreeMap<String, String>,
}

/// All of it as a file holds it; the planner adds which versions it is about.
pub fn to_file(choices: &Choices, marks: &Marks) -> Decisions {
    let mut file = Decisions {
        forward_only: choices.forward_only,
        ..Decisions::default()
    };
    for (name, category) in &choices.categories {
        let decision: &mut Decision = file.models.entry(name.clone()).or_default();
        decision.category = Some(category.clone());
    }
    for (name, note) in &marks.notes {
        file.models.entry(name.clone()).or_default().note.clone_from(note);
    }
    for name in &marks.viewed {
        file.models.entry(name.clone()).or_default().viewed = true;
    }
    file
}

/// Takes over the decisions of a file about some models.
pub fn take_over(file: &[(String, Decision)], choices: &Choices, marks: &Marks) -> (Choices, Marks) {
    let (mut choices, mut marks) = (choices.clone(), marks.clone());
    for (name, decision) in file {
        if let Some(category) = &decision.category {
            choices.categories.insert(name.clone(), category.clone());
        }
        if !decision.note.is_empty() {
            marks.notes.insert(name.clone(), decision.note.clone());
        }
        if decision.viewed {
            marks.viewed.insert(name.clone());
        }
    }
    (choices, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_and_forth() {
        let (none, mut history) = (Choices::default(), History::default());
        let one = none.with(&["a".into(), "b".into()], Some("BREAKING"));
        history.push(none.clone());
        let two = one.with(&["a".into()], None);
        history.push(one.clone());
        assert_eq!(history.back(&two), Some(one.clone()));
        assert_eq!(history.back(&one), Some(none.clone()));
        assert_eq!(history.back(&none), None);
        assert_eq!(history.forth(&none), Some(one));
    }

    #[test]
    fn a_file_holds_what_was_decided() {
        let choices = Choices {
            forward_only: Some(true),
            ..Choices::default().with(&["a".into()], Some("NON_BREAKING"))
        };
        let mut marks = Marks::default();
        marks.notes.insert("b".into(), "ask Ann".into());
        marks.viewed.insert("a".into());
        let file = to_file(&choices, &marks);
        let decided: Vec<(String, Decision)> = file.models.clone().into_iter().collect();
        let (again, marked) = take_over(&decided, &Choices::default(), &Marks::default());
        assert_eq!(again.categories, choices.categories);
        assert_eq!(marked, marks);
        assert_eq!(file.forward_only, Some(true));
    }
}
