//! The set.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::BTreeMap;

/// A set whose members are in order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BTreeSet<K>(BTreeMap<K, ()>);

impl<K> BTreeSet<K> {
    /// An empty set.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The members in order.
    pub fn iter(&self) -> Iter<'_, K> {
        Iter(self.0.iter())
    }

    /// The smallest member.
    pub fn first(&self) -> Option<&K> {
        self.iter().next()
    }

    /// The largest member.
    pub fn last(&self) -> Option<&K> {
        self.iter().next_back()
    }

    /// Keeps the members for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&K) -> bool) {
        self.0.retain(|member, ()| keep(member));
    }
}

impl<K: Ord + Hash> BTreeSet<K> {
    /// Takes the smallest member.
    pub fn pop_first(&mut self) -> Option<K> {
        self.0.pop_first().map(|(member, ())| member)
    }

    /// Takes the largest member.
    pub fn pop_last(&mut self) -> Option<K> {
        self.0.pop_last().map(|(member, ())| member)
    }

    /// Adds a member; whether it was not there yet.
    pub fn insert(&mut self, member: K) -> bool {
        self.0.insert(member, ()).is_none()
    }

    /// Whether there is such a member.
    pub fn contains<Q: Ord + Hash + ?Sized>(&self, member: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(member)
    }

    /// The place of a member among all, provided that they came in order.
    pub fn number<Q: Ord + Hash + ?Sized>(&self, member: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.0.number(member)
    }

    /// The stored member that equals `member`.
    pub fn get<Q: Ord + Hash + ?Sized>(&self, member: &Q) -> Option<&K>
    where
        K: Borrow<Q>,
    {
        self.0.get_key_value(member).map(|(member, ())| member)
    }

    /// Takes a member out; whether it was there.
    pub fn remove<Q: Ord + Hash + ?Sized>(&mut self, member: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.take(member).is_some()
    }

    /// Takes a member.
    pub fn take<Q: Ord + Hash + ?Sized>(&mut self, member: &Q) -> Option<K>
    where
        K: Borrow<Q>,
    {
        self.0.remove_entry(member).map(|(member, ())| member)
    }

    /// Members that `other` does not have.
    pub fn difference<'a>(&'a self, other: &'a Self) -> impl DoubleEndedIterator<Item = &'a K> + Clone {
        self.iter().filter(|member| !other.contains(*member))
    }

    /// Members that `other` has as well.
    pub fn intersection<'a>(&'a self, other: &'a Self) -> impl DoubleEndedIterator<Item = &'a K> + Clone {
        self.iter().filter(|member| other.contains(*member))
    }

    /// Members of either, in order.
    pub fn union<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a K> + Clone {
        let (mut left, mut right) = (self.iter().peekable(), other.iter().peekable());
        std::iter::from_fn({
            move || match (left.peek(), right.peek()) {
                (Some(a), Some(b)) => {
                    let order = a.cmp(b);
                    if order.is_eq() {
                        right.next();
                    }
                    if order.is_gt() { right.next() } else { left.next() }
                }
                (Some(_), None) => left.next(),
                (None, _) => right.next(),
            }
        })
    }

    /// Whether no member of `other` is in here.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.iter().all(|member| !other.contains(member))
    }

    /// Whether `other` has all members.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|member| other.contains(member))
    }

    /// Whether all members of `other` are in here.
    pub fn is_superset(&self, other: &Self) -> bool {
        other.is_subset(self)
    }

    /// Moves all members of `other` in here.
    pub fn append(&mut self, other: &mut Self) {
        self.extend(std::mem::take(other));
    }
}

impl<K> Default for BTreeSet<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug> fmt::Debug for BTreeSet<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl<K: Ord + Hash> Extend<K> for BTreeSet<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, members: I) {
        for member in members {
            self.insert(member);
        }
    }
}

impl<'a, K: Ord + Hash + Copy> Extend<&'a K> for BTreeSet<K> {
    fn extend<I: IntoIterator<Item = &'a K>>(&mut self, members: I) {
        self.extend(members.into_iter().copied());
    }
}

impl<K: Ord + Hash> FromIterator<K> for BTreeSet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(members: I) -> Self {
        let mut set = Self::new();
        set.extend(members);
        set
    }
}

impl<K: Ord + Hash, const N: usize> From<[K; N]> for BTreeSet<K> {
    fn from(members: [K; N]) -> Self {
        members.into_iter().collect()
    }
}

/// The members of a set in order.
#[derive(Debug)]
pub struct Iter<'a, K>(super::map::Iter<'a, K, ()>);

impl<K> Clone for Iter<'_, K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, K> Iterator for Iter<'a, K> {
    type Item = &'a K;

    fn next(&mut self) -> Option<&'a K> {
        self.0.next().map(|(member, ())| member)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K> DoubleEndedIterator for Iter<'_, K> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(member, ())| member)
    }
}

impl<K> ExactSizeIterator for Iter<'_, K> {}

impl<'a, K> IntoIterator for &'a BTreeSet<K> {
    type Item = &'a K;
    type IntoIter = Iter<'a, K>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K> IntoIterator for BTreeSet<K> {
    type Item = K;
    type IntoIter = std::iter::Map<<BTreeMap<K, ()> as IntoIterator>::IntoIter, fn((K, ())) -> K>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().map(|(member, ())| member)
    }
}

impl<K: Serialize> Serialize for BTreeSet<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, K: Deserialize<'de> + Ord + Hash> Deserialize<'de> for BTreeSet<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<K>(PhantomData<K>);
        impl<'de, K: Deserialize<'de> + Ord + Hash> Visitor<'de> for Members<K> {
            type Value = BTreeSet<K>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
                let mut set = BTreeSet::new();
                while let Some(member) = access.next_element()? {
                    set.insert(member);
                }
                Ok(set)
            }
        }
        deserializer.deserialize_seq(Members(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_combined_in_order() {
        let a: BTreeSet<u32> = (0..400).step_by(2).collect();
        let b: BTreeSet<u32> = (0..400).step_by(3).collect();
        let by = |keep: fn(u32) -> bool| (0..400).filter(|number| keep(*number)).collect::<Vec<_>>();
        let found = |members: Vec<&u32>| members.into_iter().copied().collect::<Vec<_>>();
        assert_eq!(
            found(a.union(&b).collect()),
            by(|number| number % 2 == 0 || number % 3 == 0)
        );
        assert_eq!(found(a.intersection(&b).collect()), by(|number| number % 6 == 0));
        assert_eq!(
            found(a.difference(&b).collect()),
            by(|number| number % 2 == 0 && number % 3 != 0)
        );
        assert!(!a.is_disjoint(&b) && !a.is_subset(&b));
        assert_eq!(
            serde_json::from_str::<BTreeSet<u32>>("[3,1,2,1]").unwrap(),
            [1, 2, 3].into()
        );
    }
}
