//! The numbers of entries in the order of their keys. It knows no type of key, so that there is one for all maps.
//!
//! Most maps have few entries: their numbers stand in one word. Larger ones have leaves, and beside them a table of
//! hashes that finds a key without walking through the order. Nothing is ever listed in the order of hashes.

use std::cmp::Ordering;
use std::hash::Hash;

use super::hashes::{Hashes, hash_of};

/// Most numbers of a leaf.
const LEAF: usize = 512;

/// Most entries without a table; one more still finds room in a word.
const FEW: usize = 14;

/// Where a number is, or where it would be put.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) leaf: usize,
    pub(super) slot: usize,
    /// The hash of the key, if it was asked for.
    hash: u32,
}

/// Tells how the key of a number compares to the key that is searched.
pub(super) type Compare<'a> = &'a dyn Fn(usize) -> Ordering;

/// Numbers in order.
#[derive(Clone)]
pub(super) enum Order {
    Few(Few),
    Many(Box<Many>),
}

/// Up to fifteen numbers, four bits each, the first in the lowest ones; how many there are in the highest four.
#[derive(Clone, Copy)]
pub(super) struct Few(u64);

/// Leaves are never empty: to put a number in moves those of one leaf.
#[derive(Clone)]
pub(super) struct Many {
    leaves: Vec<Vec<u32>>,
    /// The numbers that came before there was a table, in order.
    first: Few,
    /// Those that came later; nothing once a number was taken or changed.
    hashes: Option<Hashes>,
}

impl Default for Order {
    fn default() -> Self {
        Self::new()
    }
}

impl Order {
    pub(super) const fn new() -> Self {
        Self::Few(Few(0))
    }

    /// The order of entries that stand as they should.
    pub(super) fn identity(len: usize) -> Self {
        let numbers: Vec<u32> = (0..short(len)).collect();
        Self::of(&numbers)
    }

    /// Numbers in order, without a table.
    fn of(numbers: &[u32]) -> Self {
        if numbers.len() <= FEW {
            return Self::Few(Few::new(numbers));
        }
        Self::Many(Box::new(Many {
            leaves: numbers.chunks(LEAF).map(<[u32]>::to_vec).collect(),
            first: Few::new(&[]),
            hashes: None,
        }))
    }

    /// The hash of a key, if searching for it asks for that.
    pub(super) fn hash<Q: Hash + ?Sized>(&self, key: &Q) -> u32 {
        match self {
            Self::Many(many) if many.hashes.is_some() => hash_of(key),
            _ => 0,
        }
    }

    /// Searches for a key in the order.
    pub(super) fn find(&self, compare: Compare<'_>) -> Result<Place, Place> {
        match self {
            Self::Few(few) => few.find(compare),
            Self::Many(many) => many.find(compare),
        }
    }

    /// The number of a key; where it belongs, if it is not there.
    pub(super) fn seek(&self, hash: u32, compare: Compare<'_>) -> Result<usize, Place> {
        match self.number(hash, compare) {
            Some(number) => Ok(number),
            None => match self.find(compare) {
                Ok(place) => Ok(self.at(place)),
                Err(place) => Err(Place { hash, ..place }),
            },
        }
    }

    /// The number of a key, if it is there.
    pub(super) fn number(&self, hash: u32, compare: Compare<'_>) -> Option<usize> {
        if let Self::Many(many) = self
            && let Some(hashes) = &many.hashes
            && let Ok(found) = hashes.find(hash, compare)
        {
            return found.or_else(|| Some(many.first.at(many.first.find(compare).ok()?.slot)));
        }
        self.find(compare).ok().map(|place| self.at(place))
    }

    pub(super) fn at(&self, place: Place) -> usize {
        match self {
            Self::Few(few) => few.at(place.slot),
            Self::Many(many) => many.leaves[place.leaf][place.slot] as usize,
        }
    }

    /// Puts a number where `seek` said that its key is missing.
    pub(super) fn put(&mut self, place: Place, number: usize) {
        match self {
            Self::Few(few) => {
                few.put(place.slot, number);
                if few.len() > FEW {
                    let numbers: Vec<u32> = (0..few.len()).map(|slot| short(few.at(slot))).collect();
                    *self = Self::Many(Box::new(Many {
                        leaves: vec![numbers],
                        first: *few,
                        hashes: Some(Hashes::default()),
                    }));
                }
            }
            Self::Many(many) => {
                many.put(place, number);
                if let Some(hashes) = &mut many.hashes {
                    hashes.put(place.hash, short(number));
                }
            }
        }
    }

    /// Takes the number at a place; the last entry, which stands at another place or at the same, gets that number.
    pub(super) fn take(&mut self, taken: Place, last: Place) {
        let number = self.at(taken);
        match self {
            Self::Few(few) => {
                few.set(last.slot, number);
                few.cut(taken.slot);
            }
            Self::Many(many) => {
                many.leaves[last.leaf][last.slot] = short(number);
                many.hashes = None;
                many.leaves[taken.leaf].remove(taken.slot);
                if many.leaves[taken.leaf].is_empty() {
                    many.leaves.remove(taken.leaf);
                }
            }
        }
    }

    /// Takes a number out; those above it move down by one.
    pub(super) fn remove(&mut self, gone: usize) {
        let left: Vec<u32> = self
            .iter()
            .filter(|number| *number != gone)
            .map(|number| short(number - usize::from(number > gone)))
            .collect();
        *self = Self::of(&left);
    }

    /// Makes this the identity, and says which entries change places for it, one after the other.
    pub(super) fn arrange(&mut self, swap: &mut dyn FnMut(usize, usize)) {
        if self.iter().is_sorted() {
            return;
        }
        let mut wanted: Vec<u32> = self.iter().map(short).collect();
        for start in 0..wanted.len() {
            // Follows the circle of entries that take each other's places.
            let mut at = start;
            loop {
                let from = wanted[at] as usize;
                wanted[at] = short(at);
                if from == start {
                    break;
                }
                swap(at, from);
                at = from;
            }
        }
        *self = Self::identity(wanted.len());
    }

    /// All numbers in order.
    pub(super) fn iter(&self) -> Numbers<'_> {
        self.from(0, 0)
    }

    /// The numbers from a place on.
    pub(super) fn from(&self, leaf: usize, slot: usize) -> Numbers<'_> {
        let many = match self {
            Self::Few(few) => {
                return Numbers {
                    word: few.0.checked_shr(short(4 * slot)).unwrap_or(0),
                    few: few.len() - slot,
                    len: few.len() - slot,
                    front: [].iter(),
                    leaves: [].iter(),
                    back: [].iter(),
                };
            }
            Self::Many(many) => many,
        };
        let mut leaves = many.leaves.get(leaf..).unwrap_or_default().iter();
        let front = leaves
            .next()
            .and_then(|leaf| leaf.get(slot..))
            .unwrap_or_default();
        Numbers {
            word: 0,
            few: 0,
            len: front.len() + leaves.clone().map(Vec::len).sum::<usize>(),
            front: front.iter(),
            leaves,
            back: [].iter(),
        }
    }
}

impl Few {
    fn new(numbers: &[u32]) -> Self {
        let word = numbers
            .iter()
            .rev()
            .fold(0, |word, number| word << 4 | u64::from(*number));
        Self(word | (numbers.len() as u64) << 60)
    }

    fn len(self) -> usize {
        (self.0 >> 60) as usize
    }

    fn at(self, slot: usize) -> usize {
        (self.0 >> (4 * slot) & 15) as usize
    }

    fn set(&mut self, slot: usize, number: usize) {
        self.0 = self.0 & !(15 << (4 * slot)) | (number as u64) << (4 * slot);
    }

    /// The numbers below a slot, and those from it on without how many they are.
    fn split(self, slot: usize) -> (u64, u64) {
        let below = (1 << (4 * slot)) - 1;
        let numbers = self.0 << 4 >> 4;
        (numbers & below, numbers & !below)
    }

    fn put(&mut self, slot: usize, number: usize) {
        let (below, above) = self.split(slot);
        self.0 = (self.len() as u64 + 1) << 60 | above << 4 | below;
        self.set(slot, number);
    }

    fn cut(&mut self, slot: usize) {
        let (below, above) = self.split(slot);
        let above = above >> 4 & !((1 << (4 * slot)) - 1);
        self.0 = (self.len() as u64 - 1) << 60 | above | below;
    }

    fn find(self, compare: Compare<'_>) -> Result<Place, Place> {
        let place = |slot| Place {
            leaf: 0,
            slot,
            hash: 0,
        };
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = (low + high) / 2;
            match compare(self.at(middle)) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Ok(place(middle)),
                Ordering::Greater => high = middle,
            }
        }
        Err(place(low))
    }
}

impl Many {
    fn find(&self, compare: Compare<'_>) -> Result<Place, Place> {
        let place = |leaf, slot| Place { leaf, slot, hash: 0 };
        // What comes in order belongs behind the last one.
        if let Some((leaf, numbers)) = self.leaves.len().checked_sub(1).zip(self.leaves.last())
            && numbers.last().is_some_and(|last| compare(*last as usize).is_lt())
        {
            return Err(place(leaf, numbers.len()));
        }
        // The last leaf that begins at or before the key.
        let begins_after = |leaf: &Vec<u32>| compare(leaf[0] as usize).is_gt();
        let after = self.leaves.partition_point(|leaf| !begins_after(leaf));
        let Some(leaf) = after.checked_sub(1) else {
            return Err(place(0, 0));
        };
        match self.leaves[leaf].binary_search_by(|number| compare(*number as usize)) {
            Ok(slot) => Ok(place(leaf, slot)),
            Err(slot) => Err(place(leaf, slot)),
        }
    }

    fn put(&mut self, place: Place, number: usize) {
        let Some(numbers) = self.leaves.get_mut(place.leaf) else {
            self.leaves.push(vec![short(number)]);
            return;
        };
        numbers.insert(place.slot, short(number));
        if numbers.len() > LEAF {
            // What comes in order fills leaves up; anything else leaves room on both sides.
            let middle = if place.slot == LEAF { LEAF } else { LEAF / 2 };
            let rest = numbers.split_off(middle);
            self.leaves.insert(place.leaf + 1, rest);
        }
    }
}

fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Numbers in order, from both ends.
#[derive(Debug, Clone)]
pub(super) struct Numbers<'a> {
    /// Numbers of one word, as many as `few` says.
    word: u64,
    few: usize,
    leaves: std::slice::Iter<'a, Vec<u32>>,
    front: std::slice::Iter<'a, u32>,
    back: std::slice::Iter<'a, u32>,
    len: usize,
}

impl Iterator for Numbers<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.few > 0 {
            let number = (self.word & 15) as usize;
            self.word >>= 4;
            self.few -= 1;
            self.len -= 1;
            return Some(number);
        }
        let number = self.front.next().or_else(|| {
            self.front = self.leaves.next().map_or([].iter(), |leaf| leaf.iter());
            self.front.next().or_else(|| self.back.next())
        })?;
        self.len -= 1;
        Some(*number as usize)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len, Some(self.len))
    }
}

impl DoubleEndedIterator for Numbers<'_> {
    fn next_back(&mut self) -> Option<usize> {
        if self.few > 0 {
            self.few -= 1;
            self.len -= 1;
            return Some((self.word >> (4 * self.few) & 15) as usize);
        }
        let number = self.back.next_back().or_else(|| {
            self.back = self.leaves.next_back().map_or([].iter(), |leaf| leaf.iter());
            self.back.next_back().or_else(|| self.front.next_back())
        })?;
        self.len -= 1;
        Some(*number as usize)
    }
}

impl ExactSizeIterator for Numbers<'_> {}
