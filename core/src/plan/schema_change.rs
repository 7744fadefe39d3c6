//! Destructive and additive changes of forward-only models: their table is kept, so its columns change in place.
//!
//! In: a diff before it is categorised. Out: warnings, or a refusal, according to each model's
//! `on_destructive_change` and `on_additive_change` and the selections that allow either.

use crate::ordered::BTreeSet;

use crate::ordered::IndexMap;

use crate::categorize::is_breaking_kind_change;
use crate::diff::ContextDiff;
use crate::model::{Columns, OnChange};
use crate::snapshot::PlanNode;
use crate::snapshot::select::Selectable;
use crate::sql::{Dialect, types};

use super::{PlanOptions, Refusal};

/// One change of a table's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnChange {
    /// A column vanishes.
    Drop(String),
    /// A column comes with a type.
    Add(String, String),
    /// A column gets a type that holds all that the old one did.
    Widen(String, String),
    /// A column gets another type: it is dropped and made anew.
    Replace(String, String),
}

impl ColumnChange {
    /// Whether data are lost.
    pub fn is_destructive(&self) -> bool {
        matches!(self, Self::Drop(_) | Self::Replace(..))
    }

    fn column(&self) -> &str {
        match self {
            Self::Drop(name) | Self::Add(name, _) | Self::Widen(name, _) | Self::Replace(name, _) => name,
        }
    }
}

/// The changes from one list of columns to another: drops, then additions, then types. Order does not count.
pub fn column_changes(old: &Columns, new: &Columns, dialect: Dialect) -> Vec<ColumnChange> {
    let drops = old
        .keys()
        .filter(|name| !new.contains_key(name))
        .map(|name| ColumnChange::Drop(name.clone()));
    let adds = new
        .iter()
        .filter(|(name, _)| !old.contains_key(name))
        .map(|(name, data_type)| ColumnChange::Add(name.clone(), data_type.clone()));
    let retyped = new.iter().filter_map(|(name, after)| {
        let before = old.get(name)?;
        if types::canonical(before, dialect) == types::canonical(after, dialect) {
            return None;
        }
        let (name, data_type) = (name.clone(), after.clone());
        let widened = is_wider(before, after) && dialect != Dialect::Redshift;
        Some(if widened {
            ColumnChange::Widen(name, data_type)
        } else {
            ColumnChange::Replace(name, data_type)
        })
    });
    drops.chain(adds).chain(retyped).collect()
}

/// Whether two types differ only in parameters, of which none shrinks: `DECIMAL(10, 2)` and `DECIMAL(12, 2)`.
fn is_wider(before: &str, after: &str) -> bool {
    let (Some(before), Some(after)) = (parameters(before), parameters(after)) else {
        return false;
    };
    before.0 == after.0
        && before.1.len() == after.1.len()
        && before.1.iter().zip(&after.1).all(|(small, large)| small <= large)
}

fn parameters(data_type: &str) -> Option<(String, Vec<u64>)> {
    let (name, rest) = data_type.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    let numbers: Result<Vec<u64>, _> = inner.split(',').map(|part| part.trim().parse()).collect();
    Some((name.trim().to_uppercase(), numbers.ok()?))
}

/// Checks all directly modified models whose change goes forward only.
///
/// # Errors
/// A change that a model's settings forbid.
pub fn check(
    diff: &ContextDiff<'_>,
    options: &PlanOptions,
    forward_only_plan: bool,
    selectable: &Selectable<'_>,
    warnings: &mut Vec<String>,
) -> Result<(), Refusal> {
    let allowed = |texts: &[String]| -> Result<BTreeSet<String>, Refusal> {
        if texts.is_empty() {
            Ok(BTreeSet::new())
        } else {
            selectable.select(texts)
        }
    };
    let allow_destructive = allowed(&options.allow_destructive_models)?;
    let allow_additive = allowed(&options.allow_additive_models)?;
    for (name, modified) in &diff.modified {
        let Some(node) = diff.nodes.get(name) else {
            continue;
        };
        let forward_only = forward_only_plan
            || (node.is_forward_only_model()
                && !node.snapshot.previous_versions.is_empty()
                && !is_breaking_kind_change(&modified.old, node));
        if !modified.directly || !node.is_model() || !forward_only {
            continue;
        }
        let on_destructive = setting(node, allow_destructive.contains(name), true);
        let on_additive = setting(node, allow_additive.contains(name), false);
        if on_destructive == OnChange::Allow && on_additive == OnChange::Allow {
            continue;
        }
        let (Some(old), Some(new)) = (modified.old_columns(), node.columns.as_ref()) else {
            continue;
        };
        if has_unknown(old) || has_unknown(new) {
            continue;
        }
        let dialect = Dialect::parse(&node.model().dialect).unwrap_or_default();
        let (destructive, additive): (Vec<ColumnChange>, Vec<ColumnChange>) =
            column_changes(old, new, dialect)
                .into_iter()
                .partition(ColumnChange::is_destructive);
        react(name, "destructive", on_destructive, &destructive, warnings)?;
        react(name, "additive", on_additive, &additive, warnings)?;
    }
    Ok(())
}

fn has_unknown(columns: &IndexMap<String, String>) -> bool {
    columns
        .values()
        .any(|data_type| data_type.eq_ignore_ascii_case("unknown"))
}

fn setting(node: &PlanNode, allowed: bool, destructive: bool) -> OnChange {
    let kind = &node.model().kind;
    if allowed || !kind.name.is_incremental() {
        return OnChange::Allow;
    }
    if destructive {
        kind.on_destructive_change.unwrap_or(OnChange::Error)
    } else {
        kind.on_additive_change.unwrap_or(OnChange::Allow)
    }
}

fn react(
    name: &str,
    word: &str,
    setting: OnChange,
    changes: &[ColumnChange],
    warnings: &mut Vec<String>,
) -> Result<(), Refusal> {
    if changes.is_empty() || matches!(setting, OnChange::Allow | OnChange::Ignore) {
        return Ok(());
    }
    let columns: Vec<String> = changes
        .iter()
        .map(|change| format!("'{}'", change.column()))
        .collect();
    let verb = if word == "destructive" { "drops" } else { "adds" };
    let noun = if columns.len() == 1 { "column" } else { "columns" };
    let what = format!(
        "Plan requires {word} change to forward-only model '{name}'s schema that {verb} {noun} {}.",
        columns.join(", ")
    );
    if setting == OnChange::Warn {
        warnings.push(what);
        return Ok(());
    }
    let article = if word == "additive" { "an" } else { "a" };
    let refusal = Refusal::plan(
        if word == "destructive" {
            "plan/destructive-change"
        } else {
            "plan/additive-change"
        },
        format!("Plan requires {article} {word} change to a forward-only model. {what}"),
    );
    Err(refusal
        .help(format!(
            "set `on_{word}_change` of the model to `warn`, `allow` or `ignore`"
        ))
        .help(format!("or pass `--allow-{word}-model {name}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(pairs: &[(&str, &str)]) -> Columns {
        pairs
            .iter()
            .map(|(name, data_type)| (name.to_string(), data_type.to_string()))
            .collect()
    }

    #[test]
    fn drops_come_first_and_order_does_not_count() {
        let old = columns(&[("a", "INT"), ("b", "TEXT"), ("c", "DECIMAL(10, 2)")]);
        let new = columns(&[("c", "DECIMAL(12, 2)"), ("b", "BIGINT"), ("d", "DATE")]);
        assert_eq!(
            column_changes(&old, &new, Dialect::DuckDb),
            [
                ColumnChange::Drop("a".into()),
                ColumnChange::Add("d".into(), "DATE".into()),
                ColumnChange::Widen("c".into(), "DECIMAL(12, 2)".into()),
                ColumnChange::Replace("b".into(), "BIGINT".into()),
            ]
        );
    }
}
