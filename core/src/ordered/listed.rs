//! The map that keeps the order in which its entries came.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::order::{Order, Place};

/// So many entries are looked at one by one.
const FEW: usize = 8;

/// A map by name whose entries are in the order in which they were put in.
///
/// As with the crate of the same name, two maps are equal when they hold the same entries, in whatever order.
#[derive(Clone)]
pub struct IndexMap<K, V> {
    entries: Vec<(K, V)>,
    /// Only when there were ever more than a few entries: nearly all maps of a state have none or one.
    order: Option<Box<Order>>,
}

/// The number of a key among the few that have no order, or its place in that.
fn find(
    order: Option<&Order>,
    count: usize,
    key: &str,
    compare: &dyn Fn(usize) -> Ordering,
) -> Result<usize, Option<Place>> {
    match order {
        Some(order) => order.seek(order.hash(key), compare).map_err(Some),
        None => (0..count).find(|number| compare(*number).is_eq()).ok_or(None),
    }
}

impl<K, V> IndexMap<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
            order: None,
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
        self.order = None;
    }

    /// The entries.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter(self.entries.iter())
    }

    /// The entries, values to be changed.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> + ExactSizeIterator {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// The keys.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(_, value)| value)
    }

    /// The values, to be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    /// The keys, taken out.
    pub fn into_keys(self) -> impl DoubleEndedIterator<Item = K> + ExactSizeIterator {
        self.entries.into_iter().map(|(key, _)| key)
    }

    /// The values, taken out.
    pub fn into_values(self) -> impl DoubleEndedIterator<Item = V> + ExactSizeIterator {
        self.entries.into_iter().map(|(_, value)| value)
    }

    /// The entry that came first.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    /// The entry that came last.
    pub fn last(&self) -> Option<(&K, &V)> {
        self.iter().next_back()
    }
}

impl<K: Borrow<str>, V> IndexMap<K, V> {
    fn place(&self, key: &str) -> Result<usize, Option<Place>> {
        find(self.order.as_deref(), self.entries.len(), key, &|number| {
            self.entries[number].0.borrow().cmp(key)
        })
    }

    fn number(&self, key: &str) -> Option<usize> {
        self.place(key).ok()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.number(key).map(|number| &self.entries[number].1)
    }

    /// The stored key that equals `key`, and its value.
    pub fn get_key_value(&self, key: &str) -> Option<(&K, &V)> {
        let (key, value) = &self.entries[self.number(key)?];
        Some((key, value))
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.number(key).map(|number| &mut self.entries[number].1)
    }

    /// Whether there is such a key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.number(key).is_some()
    }

    /// Sets the value of a key and returns the one it had. A key that was there stays where it was.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(key.borrow()) {
            Ok(number) => Some(std::mem::replace(&mut self.entries[number].1, value)),
            Err(place) => {
                let number = self.entries.len();
                self.entries.push((key, value));
                match (place, &mut self.order) {
                    (Some(place), Some(order)) => order.put(place, number),
                    _ => self.sort_order(),
                }
                None
            }
        }
    }

    /// The value of a key; when there is none, the one that `value` makes.
    pub fn get_or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        let number = self.number(key.borrow()).unwrap_or_else(|| {
            self.insert(key, value());
            self.entries.len() - 1
        });
        &mut self.entries[number].1
    }

    /// Takes the value of a key; what came after it moves up.
    pub fn shift_remove(&mut self, key: &str) -> Option<V> {
        let number = self.number(key)?;
        if let Some(order) = &mut self.order {
            order.remove(number);
        }
        Some(self.entries.remove(number).1)
    }

    /// Keeps the entries for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.entries.retain_mut(|(key, value)| keep(key, value));
        self.sort_order();
    }

    /// Brings the entries in the order of their keys.
    pub fn sort_keys(&mut self) {
        self.entries.sort_by(|(a, _), (b, _)| a.borrow().cmp(b.borrow()));
        self.sort_order();
    }

    /// Brings the entries in the order of what `by` makes of them; equal ones stay as they are.
    pub fn sort_by_key<T: Ord>(&mut self, mut by: impl FnMut(&K, &V) -> T) {
        self.entries.sort_by_key(|(key, value)| by(key, value));
        self.sort_order();
    }

    /// Finds the order of the keys anew, if that is worth it.
    fn sort_order(&mut self) {
        self.order = None;
        if self.entries.len() > FEW {
            let mut order = Order::new();
            for number in 0..self.entries.len() {
                let key = self.entries[number].0.borrow();
                let compare = |other: usize| self.entries[other].0.borrow().cmp(key);
                if let Err(place) = order.seek(order.hash(key), &compare) {
                    order.put(place, number);
                }
            }
            self.order = Some(Box::new(order));
        }
    }
}

impl<K, V> Default for IndexMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for IndexMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Borrow<str>, V> Index<&str> for IndexMap<K, V> {
    type Output = V;

    /// # Panics
    /// When there is no such key, as the standard map does. For keys that were just seen in the map.
    fn index(&self, key: &str) -> &V {
        self.get(key).expect("an index is a key of the map")
    }
}

impl<K: Borrow<str>, V: PartialEq> PartialEq for IndexMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        let same = |(key, value): (&K, &V)| other.get(key.borrow()) == Some(value);
        self.len() == other.len() && self.iter().all(same)
    }
}

impl<K: Borrow<str>, V: Eq> Eq for IndexMap<K, V> {}

impl<K: Borrow<str>, V> Extend<(K, V)> for IndexMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Borrow<str>, V> FromIterator<(K, V)> for IndexMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K: Borrow<str>, V, const N: usize> From<[(K, V); N]> for IndexMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

/// The entries of a map as they came.
#[derive(Debug)]
pub struct Iter<'a, K, V>(std::slice::Iter<'a, (K, V)>);

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(key, value)| (key, value))
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<'a, K, V> IntoIterator for &'a IndexMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, K, V> IntoIterator for &'a mut IndexMap<K, V> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = std::iter::Map<std::slice::IterMut<'a, (K, V)>, fn(&'a mut (K, V)) -> (&'a K, &'a mut V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }
}

impl<K, V> IntoIterator for IndexMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Serialize, V: Serialize> Serialize for IndexMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, K: Deserialize<'de> + Borrow<str>, V: Deserialize<'de>> Deserialize<'de> for IndexMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);
        impl<'de, K: Deserialize<'de> + Borrow<str>, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = IndexMap<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
                let mut map = IndexMap::new();
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

    #[test]
    fn entries_stay_as_they_came() {
        let mut map: IndexMap<String, usize> = IndexMap::new();
        let mut expected: Vec<(String, usize)> = Vec::new();
        let mut state = 12_345_u64;
        for step in 0..4_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let key = format!("k{}", (state >> 33) % 300);
            let at = expected.iter().position(|(other, _)| *other == key);
            if step % 5 == 4 {
                assert_eq!(map.shift_remove(&key), at.map(|at| expected.remove(at).1));
            } else {
                assert_eq!(map.insert(key.clone(), step), at.map(|at| expected[at].1));
                match at {
                    Some(at) => expected[at].1 = step,
                    None => expected.push((key.clone(), step)),
                }
            }
            assert_eq!(map.get(&key).is_some(), step % 5 != 4);
        }
        assert!(
            map.iter()
                .map(|(key, value)| (key.clone(), *value))
                .eq(expected.clone())
        );
        map.retain(|_, value| *value % 2 == 0);
        expected.retain(|(_, value)| value % 2 == 0);
        for (key, value) in &expected {
            assert_eq!(map[key], *value);
        }
        *map.get_or_insert_with("new".to_string(), || 1) += 1;
        assert_eq!(map.last(), Some((&"new".to_string(), &2)));
        let unsorted = map.clone();
        map.sort_keys();
        assert!(map.keys().is_sorted());
        assert_eq!(map, unsorted);
    }

    #[test]
    fn few_and_many_are_found_alike() {
        let mut map = IndexMap::new();
        for round in 0..3 {
            for number in 0..40 {
                assert_eq!(map.insert(format!("{}", 99 - number), number), None);
                assert_eq!(map.insert(format!("{}", 99 - number), number + 1), Some(number));
                assert_eq!(map.get("none"), None);
                assert_eq!(map["99"], 1);
            }
            for number in (0..40).rev() {
                let key = format!("{}", 99 - (number + round) % 40);
                assert!(map.contains_key(&key), "{round} {number}");
                assert!(map.shift_remove(&key).is_some() && map.shift_remove(&key).is_none());
            }
            assert!(map.is_empty());
        }
    }

    #[test]
    fn json_keeps_the_order() {
        let text = r#"{"b":1,"a":2}"#;
        let map: IndexMap<String, u8> = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&map).unwrap(), text);
        assert_ne!(map, IndexMap::from([("b".to_string(), 1)]));
    }
}
