//! Names for people, and which group of the tree a node belongs to.

use crate::ordered::BTreeSet;

use crate::report::PlanReport;
use crate::snapshot::ChangeCategory;

/// The name of a node as it is shown: as in the environment, without the default catalog.
pub(super) fn display(report: &PlanReport, name: &str) -> String {
    if let Some(snapshot) = report.snapshots.get(name)
        && !snapshot.detail.display_name.is_empty()
    {
        return snapshot.detail.display_name.clone();
    }
    if let Some(shown) = report.removed_display_names.get(name) {
        return shown.clone();
    }
    undecorated(report, name)
}

/// The name as it is in every environment, without the default catalog.
pub(super) fn undecorated(report: &PlanReport, name: &str) -> String {
    let parts = unquoted(name);
    let hidden = usize::from(parts.len() > 2 && report.default_catalog.as_ref() == parts.first());
    parts[hidden..].join(".")
}

/// The fully qualified name of a node that a person names: quoted in full, as in the environment, or as written in
/// the project, with or without the default catalog.
pub(super) fn find<'r>(report: &'r PlanReport, name: &str) -> Option<&'r str> {
    if let Some((known, _)) = report.snapshots.get_key_value(name) {
        return Some(known);
    }
    let wanted = name.to_lowercase();
    let matches = |fqn: &&String| {
        let parts = unquoted(fqn);
        parts.join(".").to_lowercase() == wanted
            || undecorated(report, fqn).to_lowercase() == wanted
            || display(report, fqn) == name
    };
    report.snapshots.keys().find(matches).map(String::as_str)
}

/// The parts of a quoted name. Quotes inside of a part are doubled.
fn unquoted(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                if let Some(part) = parts.last_mut() {
                    part.push('"');
                }
            }
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            other => {
                if let Some(part) = parts.last_mut() {
                    part.push(other);
                }
            }
        }
    }
    parts
}

/// `Breaking`, `Indirect Non-breaking`, …; absent while uncategorised.
pub(super) fn category(report: &PlanReport, name: &str) -> Option<&'static str> {
    let category = report.snapshots.get(name)?.change_category.as_deref()?;
    ChangeCategory::parse(category).map(ChangeCategory::label)
}

/// The changed nodes, each in one group: added, else direct, else indirect, else metadata.
#[derive(Debug, Clone, Default)]
pub(super) struct Groups<'a> {
    pub added: Vec<&'a str>,
    pub removed: Vec<&'a str>,
    pub direct: Vec<&'a str>,
    pub indirect: Vec<&'a str>,
    pub metadata: Vec<&'a str>,
}

impl<'a> Groups<'a> {
    pub(super) fn of(report: &'a PlanReport) -> Self {
        let mut seen = BTreeSet::new();
        let mut take = |names: &mut dyn Iterator<Item = &'a String>| -> Vec<&'a str> {
            let names: BTreeSet<&str> = names.map(String::as_str).collect();
            names.into_iter().filter(|name| seen.insert(*name)).collect()
        };
        Self {
            added: take(&mut report.added.iter()),
            removed: take(&mut report.removed.iter()),
            direct: take(&mut report.directly_modified.iter()),
            indirect: take(&mut report.indirectly_modified.values().flatten()),
            metadata: take(&mut report.metadata_updated.iter()),
        }
    }

    /// Only models, or only standalone audits. What is removed is not in the plan any more; its name tells:
    /// that of a model is quoted.
    pub(super) fn of_audits(&self, report: &PlanReport, audits: bool) -> Self {
        let pick = |names: &[&'a str]| -> Vec<&'a str> {
            names
                .iter()
                .copied()
                .filter(|name| is_audit(report, name) == audits)
                .collect()
        };
        Self {
            added: pick(&self.added),
            removed: pick(&self.removed),
            direct: pick(&self.direct),
            indirect: pick(&self.indirect),
            metadata: pick(&self.metadata),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lists().iter().all(|(_, names)| names.is_empty())
    }

    /// Titles and names, in the order in which they are shown.
    pub(super) fn lists(&self) -> [(&'static str, &[&'a str]); 5] {
        [
            ("Added", &self.added),
            ("Removed", &self.removed),
            ("Directly Modified", &self.direct),
            ("Indirectly Modified", &self.indirect),
            ("Metadata Updated", &self.metadata),
        ]
    }
}

fn is_audit(report: &PlanReport, name: &str) -> bool {
    match report.snapshots.get(name) {
        Some(snapshot) => snapshot.kind.is_none(),
        None => !name.starts_with('"'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_quotes_and_the_default_catalog() {
        let report = PlanReport {
            default_catalog: Some("db".to_string()),
            ..PlanReport::default()
        };
        assert_eq!(display(&report, "\"db\".\"s\".\"a.b\""), "s.a.b");
        assert_eq!(display(&report, "\"other\".\"s\".\"a\""), "other.s.a");
        assert_eq!(display(&report, "some_audit"), "some_audit");
    }
}
