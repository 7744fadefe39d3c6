//! The map.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::ops::Index;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::order::{Numbers, Order, Place};

/// A map whose entries are in the order of their keys.
#[derive(Clone)]
pub struct BTreeMap<K, V> {
    entries: Vec<(K, V)>,
    order: Order,
}

impl<K, V> BTreeMap<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
            order: Order::new(),
        }
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.order = Order::new();
    }

    /// Brings the entries in the order of their keys.
    fn arrange(&mut self) -> &mut Vec<(K, V)> {
        let entries = &mut self.entries;
        self.order.arrange(&mut |a, b| entries.swap(a, b));
        entries
    }

    /// The entries in order.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter {
            entries: &self.entries,
            numbers: self.order.iter(),
        }
    }

    /// The entries in order, values to be changed.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> {
        self.arrange().iter_mut().map(|(key, value)| (&*key, value))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
        self.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.iter().map(|(_, value)| value)
    }

    /// The values in the order of their keys, to be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> {
        self.arrange().iter_mut().map(|(_, value)| value)
    }

    /// The keys in order, taken out.
    pub fn into_keys(self) -> impl DoubleEndedIterator<Item = K> {
        self.into_iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys, taken out.
    pub fn into_values(self) -> impl DoubleEndedIterator<Item = V> {
        self.into_iter().map(|(_, value)| value)
    }

    /// The entry with the smallest key.
    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    /// The entry with the largest key.
    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next_back()
    }

    /// Keeps the entries for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.arrange().retain_mut(|(key, value)| keep(key, value));
        self.order = Order::identity(self.entries.len());
    }
}

impl<K: Ord + Hash, V> BTreeMap<K, V> {
    /// Where a key is, or where it belongs.
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Place, Place>
    where
        K: Borrow<Q>,
    {
        self.order
            .find(&|number| self.entries[number].0.borrow().cmp(key))
    }

    /// How many entries were put in before that of a key: its place among the keys, if they came in order.
    pub(super) fn number<Q: Ord + Hash + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.order.number(self.order.hash(key), &|number| {
            self.entries[number].0.borrow().cmp(key)
        })
    }

    /// The number of a key, or where it belongs.
    fn seek(&self, key: &K) -> Result<usize, Place> {
        self.order
            .seek(self.order.hash(key), &|number| self.entries[number].0.cmp(key))
    }

    /// Adds an entry whose key belongs to a place.
    fn put(&mut self, place: Place, key: K, value: V) -> usize {
        let number = self.entries.len();
        self.entries.push((key, value));
        self.order.put(place, number);
        number
    }

    /// The value of a key.
    pub fn get<Q: Ord + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.number(key).map(|number| &self.entries[number].1)
    }

    /// The stored key that equals `key`, and its value.
    pub fn get_key_value<Q: Ord + Hash + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let (key, value) = &self.entries[self.number(key)?];
        Some((key, value))
    }

    /// The entries from `key` on, in order.
    pub fn from_key<'a, Q: Ord + ?Sized>(&'a self, key: &Q) -> Iter<'a, K, V>
    where
        K: Borrow<Q>,
    {
        let (Ok(place) | Err(place)) = self.place(key);
        Iter {
            entries: &self.entries,
            numbers: self.order.from(place.leaf, place.slot),
        }
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Ord + Hash + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.number(key).map(|number| &mut self.entries[number].1)
    }

    /// Whether there is such a key.
    pub fn contains_key<Q: Ord + Hash + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.number(key).is_some()
    }

    /// Sets the value of a key and returns the one it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.seek(&key) {
            Ok(number) => Some(std::mem::replace(&mut self.entries[number].1, value)),
            Err(place) => {
                self.put(place, key, value);
                None
            }
        }
    }

    /// Takes the value of a key.
    pub fn remove<Q: Ord + Hash + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.remove_entry(key).map(|(_, value)| value)
    }

    /// Takes an entry.
    pub fn remove_entry<Q: Ord + Hash + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
    {
        let number = self.number(key)?;
        Some(self.take(number))
    }

    /// Takes an entry by its number; the last entry gets that number.
    fn take(&mut self, number: usize) -> (K, V) {
        let last = self.entries.len() - 1;
        let (taken, moved) = (
            self.place(&self.entries[number].0),
            self.place(&self.entries[last].0),
        );
        // Both keys are in the map.
        if let (Ok(taken), Ok(moved)) = (taken, moved) {
            self.order.take(taken, moved);
        }
        self.entries.swap_remove(number)
    }

    /// Takes the entry with the smallest key.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        let number = self.order.iter().next()?;
        Some(self.take(number))
    }

    /// Takes the entry with the largest key.
    pub fn pop_last(&mut self) -> Option<(K, V)> {
        let number = self.order.iter().next_back()?;
        Some(self.take(number))
    }

    /// The place of a key, to be looked at or filled.
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        Entry {
            place: self.seek(&key),
            key,
            map: self,
        }
    }
}

/// The place of one key.
pub struct Entry<'a, K, V> {
    map: &'a mut BTreeMap<K, V>,
    place: Result<usize, Place>,
    key: K,
}

impl<'a, K: Ord + Hash, V> Entry<'a, K, V> {
    /// The value; when there was none, the one that `value` makes.
    pub fn or_insert_with(self, value: impl FnOnce() -> V) -> &'a mut V {
        let map = self.map;
        let number = match self.place {
            Ok(number) => number,
            Err(place) => map.put(place, self.key, value()),
        };
        &mut map.entries[number].1
    }

    /// The value; when there was none, `value`.
    pub fn or_insert(self, value: V) -> &'a mut V {
        self.or_insert_with(|| value)
    }

    /// The value; when there was none, the default.
    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// Changes the value that is there.
    pub fn and_modify(self, change: impl FnOnce(&mut V)) -> Self {
        if let Ok(number) = self.place {
            change(&mut self.map.entries[number].1);
        }
        self
    }
}

impl<K, V> Default for BTreeMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for BTreeMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Ord + Hash + Borrow<Q>, V, Q: Ord + Hash + ?Sized> Index<&Q> for BTreeMap<K, V> {
    type Output = V;

    /// # Panics
    /// When there is no such key, as the standard map does. For keys that were just seen in the map.
    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("an index is a key of the map")
    }
}

// In what order the entries came does not count.
impl<K: PartialEq, V: PartialEq> PartialEq for BTreeMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<K: Eq, V: Eq> Eq for BTreeMap<K, V> {}

impl<K: PartialOrd, V: PartialOrd> PartialOrd for BTreeMap<K, V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other.iter())
    }
}

impl<K: Ord, V: Ord> Ord for BTreeMap<K, V> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl<K: Ord + Hash, V> Extend<(K, V)> for BTreeMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<'a, K: Ord + Hash + Copy, V: Copy> Extend<(&'a K, &'a V)> for BTreeMap<K, V> {
    fn extend<I: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, entries: I) {
        self.extend(entries.into_iter().map(|(key, value)| (*key, *value)));
    }
}

impl<K: Ord + Hash, V> FromIterator<(K, V)> for BTreeMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K: Ord + Hash, V, const N: usize> From<[(K, V); N]> for BTreeMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

/// The entries of a map in order.
#[derive(Debug)]
pub struct Iter<'a, K, V> {
    entries: &'a [(K, V)],
    numbers: Numbers<'a>,
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Self {
            entries: self.entries,
            numbers: self.numbers.clone(),
        }
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = &self.entries[self.numbers.next()?];
        Some((key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.numbers.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let (key, value) = &self.entries[self.numbers.next_back()?];
        Some((key, value))
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<'a, K, V> IntoIterator for &'a BTreeMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, K, V> IntoIterator for &'a mut BTreeMap<K, V> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = std::iter::Map<std::slice::IterMut<'a, (K, V)>, fn(&'a mut (K, V)) -> (&'a K, &'a mut V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.arrange().iter_mut().map(|(key, value)| (&*key, value))
    }
}

impl<K, V> IntoIterator for BTreeMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(mut self) -> Self::IntoIter {
        self.arrange();
        self.entries.into_iter()
    }
}

impl<K: Serialize, V: Serialize> Serialize for BTreeMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, K: Deserialize<'de> + Ord + Hash, V: Deserialize<'de>> Deserialize<'de> for BTreeMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);
        impl<'de, K: Deserialize<'de> + Ord + Hash, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = BTreeMap<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
                let mut map = BTreeMap::new();
                map.entries
                    .reserve_exact(access.size_hint().unwrap_or_default().min(1));
                while let Some((key, value)) = access.next_entry()? {
                    map.insert(key, value);
                }
                Ok(map)
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pseudo-random numbers, the same on every run.
    fn numbers(count: usize, below: u64) -> Vec<u64> {
        let mut state = 88_172_645_463_325_252_u64;
        (0..count)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state % below
            })
            .collect()
    }

    #[test]
    fn behaves_as_the_standard_one() {
        // Those that never become many, those that do now and then, and large ones.
        for below in [14, 17, 30, 3_000] {
            behaves(below);
        }
    }

    fn behaves(below: u64) {
        let mut ours = BTreeMap::new();
        #[expect(clippy::disallowed_types, reason = "the measure")]
        let mut theirs = std::collections::BTreeMap::new();
        for (step, number) in numbers(20_000, below).into_iter().enumerate() {
            // Now more come than go, now less.
            match (step % 5, step / 1_000 % 2) {
                (0..=2, 0) | (0, _) => assert_eq!(ours.insert(number, step), theirs.insert(number, step)),
                (3, 0) | (1..=3, _) => assert_eq!(ours.remove(&number), theirs.remove(&number)),
                _ => {
                    *ours.entry(number).or_default() += 1;
                    *theirs.entry(number).or_default() += 1;
                }
            }
            assert_eq!(ours.len(), theirs.len());
            assert_eq!(ours.get(&number), theirs.get(&number));
            let other = number * 7 % below;
            assert_eq!(ours.get(&other), theirs.get(&other));
        }
        assert!(ours.iter().eq(theirs.iter()));
        assert!(ours.iter().rev().eq(theirs.iter().rev()));
        assert_eq!(ours, theirs.iter().map(|(key, value)| (*key, *value)).collect());
        assert_eq!(ours.first_key_value(), theirs.first_key_value());
        assert_eq!(ours.last_key_value(), theirs.last_key_value());
        for number in (0..3_001).step_by(7) {
            assert!(ours.from_key(&number).eq(theirs.range(number..)));
        }
        ours.retain(|key, _| key % 3 == 0);
        theirs.retain(|key, _| key % 3 == 0);
        assert!(ours.iter().eq(theirs.iter()));
        while let Some(entry) = theirs.pop_first() {
            assert_eq!(ours.pop_first(), Some(entry));
            assert_eq!(ours.pop_last(), theirs.pop_last());
        }
        assert!(ours.is_empty() && ours.iter().next().is_none());
    }

    #[test]
    fn both_ends_meet() {
        let map: BTreeMap<usize, ()> = (0..500).map(|number| (number, ())).collect();
        let mut keys = map.keys();
        let (mut low, mut high) = (0, 500);
        while let Some(key) = if low % 3 == 0 {
            keys.next_back()
        } else {
            keys.next()
        } {
            if low % 3 == 0 {
                high -= 1;
                assert_eq!(*key, high);
                low += 1;
                if let Some(key) = keys.next() {
                    assert_eq!(*key, low - 1);
                }
            } else {
                assert_eq!(*key, low);
                low += 1;
            }
        }
        assert_eq!(low, high);
    }

    #[test]
    fn is_read_and_written_as_a_map() {
        let map: BTreeMap<String, u8> = [("b".to_string(), 2), ("a".to_string(), 1)].into();
        let text = serde_json::to_string(&map).unwrap();
        assert_eq!(text, r#"{"a":1,"b":2}"#);
        assert_eq!(serde_json::from_str::<BTreeMap<String, u8>>(&text).unwrap(), map);
    }
}
