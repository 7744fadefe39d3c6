//! Two environments side by side, of one state or of two systems: which models hold the same version.
//!
//! In: what both environments hold. Out: one pair per model. Names are matched as they are; what then stands alone
//! is matched by schema and table, because systems often differ in the catalog only.

use crate::ordered::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::backfill::count_units;
use crate::name::TableName;
use crate::snapshot::{ChangeCategory, Snapshot};
use crate::state::TableInfo;
use crate::time::{Cron, IntervalUnit, Intervals};

/// How the versions of a model relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// Different data.
    Different,
    /// Only on the left.
    Left,
    /// Only on the right.
    Right,
    /// The same data, different metadata.
    Equivalent,
    /// The same fingerprint.
    Same,
}

impl Relation {
    /// All, the most telling first.
    pub const ALL: [Self; 5] = [
        Self::Different,
        Self::Left,
        Self::Right,
        Self::Equivalent,
        Self::Same,
    ];
}

/// One model in two environments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair<'a> {
    /// What the left one holds.
    pub left: Option<&'a TableInfo>,
    /// What the right one holds.
    pub right: Option<&'a TableInfo>,
    /// How they relate.
    pub relation: Relation,
}

impl Pair<'_> {
    /// Fully qualified name, the left one's if both have it.
    pub fn name(&self) -> &str {
        self.left.or(self.right).map_or("", |info| info.name.as_str())
    }

    /// Both have a category, and not the same one.
    pub fn categories_differ(&self) -> bool {
        match (self.left, self.right) {
            (Some(left), Some(right)) => {
                left.change_category != right.change_category || left.forward_only != right.forward_only
            }
            _ => false,
        }
    }

    /// The left category is a decision about the very step that the right side has before it: its current version is
    /// the one that the left version replaced. Other categories follow from those of other models, or from flags.
    pub fn can_carry(&self) -> bool {
        match (self.left, self.right) {
            (Some(left), Some(right)) if self.relation == Relation::Different => {
                let decided = matches!(
                    left.change_category,
                    Some(ChangeCategory::Breaking | ChangeCategory::NonBreaking)
                );
                let last = left.previous_versions.last();
                let same_step = last.is_some_and(|previous| previous.fingerprint == right.fingerprint);
                decided && !left.forward_only && same_step
            }
            _ => false,
        }
    }
}

/// Pairs what two environments hold, by name.
pub fn compare<'a>(left: &'a [TableInfo], right: &'a [TableInfo]) -> Vec<Pair<'a>> {
    let mut others: BTreeMap<&str, &TableInfo> =
        right.iter().map(|info| (info.name.as_str(), info)).collect();
    let mut alone = Vec::new();
    let mut pairs = Vec::new();
    for info in left {
        match others.remove(info.name.as_str()) {
            Some(other) => pairs.push(pair(info, other)),
            None => alone.push(info),
        }
    }
    let mut by_table: BTreeMap<String, Vec<&TableInfo>> = BTreeMap::new();
    for info in others.values() {
        by_table
            .entry(without_catalog(&info.name))
            .or_default()
            .push(info);
    }
    for info in alone {
        let found = by_table.get(&without_catalog(&info.name)).map(Vec::as_slice);
        if let Some([other]) = found
            && others.remove(other.name.as_str()).is_some()
        {
            pairs.push(pair(info, other));
        } else {
            pairs.push(Pair {
                left: Some(info),
                right: None,
                relation: Relation::Left,
            });
        }
    }
    pairs.extend(others.into_values().map(|info| Pair {
        left: None,
        right: Some(info),
        relation: Relation::Right,
    }));
    pairs.sort_by(|a, b| (a.relation, a.name()).cmp(&(b.relation, b.name())));
    pairs
}

fn pair<'a>(left: &'a TableInfo, right: &'a TableInfo) -> Pair<'a> {
    let (a, b) = (&left.fingerprint, &right.fingerprint);
    let relation = if a == b {
        Relation::Same
    } else if a.data_hash == b.data_hash && a.parent_data_hash == b.parent_data_hash {
        Relation::Equivalent
    } else {
        Relation::Different
    };
    Pair {
        left: Some(left),
        right: Some(right),
        relation,
    }
}

fn without_catalog(name: &str) -> String {
    match TableName::parse_quoted(name) {
        Some(table) => TableName {
            catalog: None,
            ..table
        }
        .to_string(),
        None => name.to_string(),
    }
}

/// The unit of a stored model's intervals.
pub fn unit_of(snapshot: &Snapshot) -> IntervalUnit {
    snapshot.node.interval_unit.unwrap_or_else(|| {
        Cron::parse(&snapshot.node.cron, snapshot.node.cron_tz.as_deref())
            .map_or(IntervalUnit::Day, |cron| cron.interval_unit())
    })
}

/// How many units of `wanted` are not in `have`.
pub fn gap(wanted: &Intervals, have: &Intervals, unit: IntervalUnit) -> u64 {
    let mut left = wanted.clone();
    for interval in have.iter() {
        left = left.without(interval);
    }
    left.iter().map(|interval| count_units(interval, unit)).sum()
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;
    use crate::snapshot::{DataVersion, Fingerprint};
    use crate::time::{DAY, Interval, Timestamp};

    fn info(name: &str, data: &str, metadata: &str) -> TableInfo {
        TableInfo {
            name: name.to_string(),
            fingerprint: Fingerprint {
                data_hash: data.to_string(),
                metadata_hash: metadata.to_string(),
                ..Fingerprint::default()
            },
            ..TableInfo::default()
        }
    }

    #[test]
    fn every_model_is_in_one_pair() {
        let left = [
            info("\"a\".\"s\".\"same\"", "1", "1"),
            info("\"a\".\"s\".\"meta\"", "1", "1"),
            info("\"a\".\"s\".\"data\"", "1", "1"),
            info("\"a\".\"s\".\"gone\"", "1", "1"),
        ];
        let right = [
            info("\"a\".\"s\".\"same\"", "1", "1"),
            info("\"b\".\"s\".\"meta\"", "1", "2"),
            info("\"a\".\"s\".\"data\"", "2", "1"),
            info("\"a\".\"s\".\"new\"", "1", "1"),
        ];
        let found: Vec<(String, Relation)> = compare(&left, &right)
            .iter()
            .map(|pair| (without_catalog(pair.name()), pair.relation))
            .collect();
        let expected = [
            ("\"s\".\"data\"", Relation::Different),
            ("\"s\".\"gone\"", Relation::Left),
            ("\"s\".\"new\"", Relation::Right),
            ("\"s\".\"meta\"", Relation::Equivalent),
            ("\"s\".\"same\"", Relation::Same),
        ];
        assert_eq!(
            found,
            expected.map(|(name, relation)| (name.to_string(), relation))
        );
    }

    #[test]
    fn a_category_is_carried_only_over_the_same_step() {
        let right = info("m", "1", "1");
        let mut left = info("m", "2", "1");
        left.previous_versions.push(DataVersion {
            fingerprint: right.fingerprint.clone(),
            ..DataVersion::default()
        });
        let carried = |left: &TableInfo| compare(from_ref(left), from_ref(&right))[0].can_carry();
        assert!(!carried(&left));
        left.change_category = Some(ChangeCategory::IndirectBreaking);
        assert!(!carried(&left));
        left.change_category = Some(ChangeCategory::Breaking);
        assert!(carried(&left));
        assert!(!compare(&[left], &[info("m", "0", "1")])[0].can_carry());
    }

    #[test]
    fn gaps_are_counted_in_units() {
        let mut wanted = Intervals::new();
        wanted.add(Interval::new(Timestamp(0), Timestamp(10 * DAY)));
        let mut have = Intervals::new();
        have.add(Interval::new(Timestamp(2 * DAY), Timestamp(5 * DAY)));
        assert_eq!(gap(&wanted, &have, IntervalUnit::Day), 7);
        assert_eq!(gap(&have, &wanted, IntervalUnit::Day), 0);
    }
}
