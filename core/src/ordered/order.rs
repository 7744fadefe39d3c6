//! The numbers of entries in the order of their keys. It knows no type of key, so that there is one for all maps.

use std::cmp::Ordering;

/// Most numbers of a leaf.
const LEAF: usize = 512;

/// Where a number is, or where it would be put: a leaf, and a slot in it.
pub(super) type Place = (usize, usize);

/// Numbers in order, in leaves that are never empty: to put one in moves those of one leaf.
#[derive(Clone, Default)]
pub(super) struct Order(Vec<Vec<u32>>);

impl Order {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// The order of entries that stand as they should.
    pub(super) fn identity(len: usize) -> Self {
        let numbers: Vec<u32> = (0_u32..).take(len).collect();
        Self(numbers.chunks(LEAF).map(<[u32]>::to_vec).collect())
    }

    /// Searches for a key, given how the key of a number compares to it.
    pub(super) fn find(&self, compare: &dyn Fn(usize) -> Ordering) -> Result<Place, Place> {
        // The last leaf that begins at or before the key.
        let begins_after = |leaf: &Vec<u32>| compare(leaf[0] as usize).is_gt();
        let after = self.0.partition_point(|leaf| !begins_after(leaf));
        let Some(leaf) = after.checked_sub(1) else {
            return Err((0, 0));
        };
        match self.0[leaf].binary_search_by(|number| compare(*number as usize)) {
            Ok(slot) => Ok((leaf, slot)),
            Err(slot) => Err((leaf, slot)),
        }
    }

    /// The number of a key, if it is there.
    pub(super) fn number(&self, compare: &dyn Fn(usize) -> Ordering) -> Option<usize> {
        self.find(compare).ok().map(|place| self.at(place))
    }

    pub(super) fn at(&self, (leaf, slot): Place) -> usize {
        self.0[leaf][slot] as usize
    }

    pub(super) fn set(&mut self, (leaf, slot): Place, number: usize) {
        self.0[leaf][slot] = short(number);
    }

    /// Puts a number where `find` said that its key is missing.
    pub(super) fn put(&mut self, (leaf, slot): Place, number: usize) {
        let Some(numbers) = self.0.get_mut(leaf) else {
            // Most maps have one leaf.
            self.0.reserve_exact(1);
            self.0.push(vec![short(number)]);
            return;
        };
        numbers.insert(slot, short(number));
        if numbers.len() > LEAF {
            // What comes in order fills leaves up; anything else leaves room on both sides.
            let middle = if slot == LEAF { LEAF } else { LEAF / 2 };
            let rest = numbers.split_off(middle);
            self.0.insert(leaf + 1, rest);
        }
    }

    pub(super) fn take(&mut self, (leaf, slot): Place) -> usize {
        let number = self.0[leaf].remove(slot);
        if self.0[leaf].is_empty() {
            self.0.remove(leaf);
        }
        number as usize
    }

    /// Those above a number move down by one: it is gone.
    pub(super) fn close_gap(&mut self, gone: usize) {
        for number in self.0.iter_mut().flatten() {
            *number -= u32::from(*number as usize > gone);
        }
    }

    /// Makes this the identity, and says which entries change places for it, one after the other.
    pub(super) fn arrange(&mut self, swap: &mut dyn FnMut(usize, usize)) {
        let mut wanted: Vec<u32> = self.iter().map(short).collect();
        if wanted.is_sorted() {
            return;
        }
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
        let mut leaves = self.0.get(leaf..).unwrap_or_default().iter();
        let front = leaves
            .next()
            .and_then(|leaf| leaf.get(slot..))
            .unwrap_or_default();
        Numbers {
            len: front.len() + leaves.clone().map(Vec::len).sum::<usize>(),
            front: front.iter(),
            leaves,
            back: [].iter(),
        }
    }
}

fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Numbers in order, from both ends.
#[derive(Debug, Clone)]
pub(super) struct Numbers<'a> {
    leaves: std::slice::Iter<'a, Vec<u32>>,
    front: std::slice::Iter<'a, u32>,
    back: std::slice::Iter<'a, u32>,
    len: usize,
}

impl Iterator for Numbers<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
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
        let number = self.back.next_back().or_else(|| {
            self.back = self.leaves.next_back().map_or([].iter(), |leaf| leaf.iter());
            self.back.next_back().or_else(|| self.front.next_back())
        })?;
        self.len -= 1;
        Some(*number as usize)
    }
}

impl ExactSizeIterator for Numbers<'_> {}
