//! The numbers of entries in the order of their keys. It knows no type of key, so that there is one for all maps.
//!
//! Most maps have few entries: their numbers stand in one word. Larger ones have leaves, and beside them a table of
//! hashes that finds a key without walking through the order. Nothing is ever listed in the order of hashes.

use std::cmp::Ordering;

use super::hashes::Hashes;

/// Most numbers of a leaf.
const LEAF: usize = 512;

/// Most numbers of one word, four bits each.
const FEW: usize = 16;

/// Where a number is, or where it would be put: a leaf, and a slot in it.
pub(super) type Place = (usize, usize);

/// Tells how the key of a number compares to the key that is searched.
pub(super) type Compare<'a> = &'a dyn Fn(usize) -> Ordering;

/// Tells the hash of a number's key.
pub(super) type HashOf<'a> = &'a dyn Fn(usize) -> u32;

/// Numbers in order.
#[derive(Clone)]
pub(super) enum Order {
    /// The first number in the lowest bits.
    Few {
        word: u64,
        len: usize,
    },
    Many(Box<Many>),
}

/// Leaves are never empty: to put a number in moves those of one leaf.
#[derive(Clone)]
pub(super) struct Many {
    leaves: Vec<Vec<u32>>,
    hashes: Hashes,
}

impl Default for Order {
    fn default() -> Self {
        Self::new()
    }
}

impl Order {
    pub(super) const fn new() -> Self {
        Self::Few { word: 0, len: 0 }
    }

    /// The order of entries that stand as they should.
    pub(super) fn identity(len: usize, hash: HashOf<'_>) -> Self {
        let numbers = 0..short(len);
        if len <= FEW {
            return Self::few(numbers);
        }
        let numbers: Vec<u32> = numbers.collect();
        Self::many(numbers.chunks(LEAF).map(<[u32]>::to_vec).collect(), hash)
    }

    fn few(numbers: impl DoubleEndedIterator<Item = u32> + ExactSizeIterator) -> Self {
        Self::Few {
            len: numbers.len(),
            word: numbers
                .rev()
                .fold(0, |word, number| word << 4 | u64::from(number)),
        }
    }

    fn many(leaves: Vec<Vec<u32>>, hash: HashOf<'_>) -> Self {
        let mut hashes = Hashes::default();
        for number in leaves.iter().flatten() {
            hashes.put(hash(*number as usize), *number);
        }
        Self::Many(Box::new(Many { leaves, hashes }))
    }

    /// Whether searching for a key asks for its hash.
    pub(super) fn is_hashed(&self) -> bool {
        matches!(self, Self::Many(_))
    }

    /// Searches for a key in the order.
    pub(super) fn find(&self, compare: Compare<'_>) -> Result<Place, Place> {
        let (word, len) = match self {
            Self::Few { word, len } => (*word, *len),
            Self::Many(many) => return many.find(compare),
        };
        let (mut low, mut high) = (0, len);
        while low < high {
            let middle = (low + high) / 2;
            match compare(nibble(word, middle)) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Ok((0, middle)),
                Ordering::Greater => high = middle,
            }
        }
        Err((0, low))
    }

    /// The number of a key; where it belongs, if it is not there.
    pub(super) fn seek(&self, hash: u32, compare: Compare<'_>) -> Result<usize, Place> {
        if let Self::Many(many) = self
            && let Some(number) = many.hashes.find(hash, compare).ok().flatten()
        {
            return Ok(number);
        }
        self.find(compare).map(|place| self.at(place))
    }

    /// The number of a key, if it is there.
    pub(super) fn number(&self, hash: u32, compare: Compare<'_>) -> Option<usize> {
        if let Self::Many(many) = self
            && let Ok(found) = many.hashes.find(hash, compare)
        {
            return found;
        }
        self.find(compare).ok().map(|place| self.at(place))
    }

    pub(super) fn at(&self, (leaf, slot): Place) -> usize {
        match self {
            Self::Few { word, .. } => nibble(*word, slot),
            Self::Many(many) => many.leaves[leaf][slot] as usize,
        }
    }

    /// Puts a number where `find` said that its key is missing.
    pub(super) fn put(&mut self, place: Place, number: usize, hash: HashOf<'_>) {
        match self {
            Self::Few { word, len } => {
                let mut numbers: Vec<u32> = Vec::new();
                if *len < FEW {
                    let below = (1_u64 << (4 * place.1)) - 1;
                    *word = *word & below | (number as u64) << (4 * place.1) | (*word & !below) << 4;
                    *len += 1;
                    return;
                }
                numbers.extend(self.iter().map(short));
                numbers.insert(place.1, short(number));
                *self = Self::many(vec![numbers], hash);
            }
            Self::Many(many) => {
                many.put(place, number);
                many.hashes.put(hash(number), short(number));
            }
        }
    }

    /// Takes the number at a place; the last entry, which stands at another place or at the same, gets that number.
    pub(super) fn take(&mut self, taken: Place, last: Place, hash: HashOf<'_>) {
        let (number, moved) = (self.at(taken), self.at(last));
        match self {
            Self::Few { word, .. } => {
                *word = *word & !(15 << (4 * last.1)) | (number as u64) << (4 * last.1);
            }
            Self::Many(many) => {
                many.leaves[last.0][last.1] = short(number);
                many.hashes.take(hash(number), short(number));
                many.hashes.renumber(hash(moved), short(moved), short(number));
            }
        }
        self.cut(taken);
    }

    /// Takes the number at a place; those above it move down by one.
    pub(super) fn shift(&mut self, taken: Place, hash: HashOf<'_>) -> usize {
        let gone = self.at(taken);
        if let Self::Many(many) = self {
            many.hashes.take(hash(gone), short(gone));
            many.hashes.close_gap(short(gone));
        }
        self.cut(taken);
        match self {
            Self::Few { .. } => {
                let numbers: Vec<u32> = self.iter().map(short).collect();
                let moved = numbers
                    .iter()
                    .map(|number| number - u32::from(*number as usize > gone));
                *self = Self::few(moved);
            }
            Self::Many(many) => {
                for number in many.leaves.iter_mut().flatten() {
                    *number -= u32::from(*number as usize > gone);
                }
            }
        }
        gone
    }

    /// Takes a number out of the order only.
    fn cut(&mut self, (leaf, slot): Place) {
        match self {
            Self::Few { word, len } => {
                let below = (1_u64 << (4 * slot)) - 1;
                *word = *word & below | *word >> 4 & !below;
                *len -= 1;
            }
            Self::Many(many) => {
                many.leaves[leaf].remove(slot);
                if many.leaves[leaf].is_empty() {
                    many.leaves.remove(leaf);
                }
            }
        }
    }

    /// Makes this the identity, and says which entries change places for it, one after the other.
    pub(super) fn arrange(&mut self, swap: &mut dyn FnMut(usize, usize)) {
        if self.iter().zip(0..).all(|(number, place)| number == place) {
            return;
        }
        let mut wanted: Vec<u32> = self.iter().map(short).collect();
        let mut places = vec![0; wanted.len()];
        for (place, number) in (0..).zip(&wanted) {
            places[*number as usize] = place;
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
        match self {
            Self::Few { .. } => *self = Self::few(0..short(places.len())),
            Self::Many(many) => {
                many.leaves = wanted.chunks(LEAF).map(<[u32]>::to_vec).collect();
                many.hashes.rearrange(&places);
            }
        }
    }

    /// All numbers in order.
    pub(super) fn iter(&self) -> Numbers<'_> {
        self.from(0, 0)
    }

    /// The numbers from a place on.
    pub(super) fn from(&self, leaf: usize, slot: usize) -> Numbers<'_> {
        let many = match self {
            Self::Few { word, len } => {
                return Numbers {
                    word: word.checked_shr(short(4 * slot)).unwrap_or(0),
                    few: len - slot,
                    len: len - slot,
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

impl Many {
    fn find(&self, compare: Compare<'_>) -> Result<Place, Place> {
        // What comes in order belongs behind the last one.
        if let Some((leaf, numbers)) = self.leaves.len().checked_sub(1).zip(self.leaves.last())
            && numbers.last().is_some_and(|last| compare(*last as usize).is_lt())
        {
            return Err((leaf, numbers.len()));
        }
        // The last leaf that begins at or before the key.
        let begins_after = |leaf: &Vec<u32>| compare(leaf[0] as usize).is_gt();
        let after = self.leaves.partition_point(|leaf| !begins_after(leaf));
        let Some(leaf) = after.checked_sub(1) else {
            return Err((0, 0));
        };
        match self.leaves[leaf].binary_search_by(|number| compare(*number as usize)) {
            Ok(slot) => Ok((leaf, slot)),
            Err(slot) => Err((leaf, slot)),
        }
    }

    fn put(&mut self, (leaf, slot): Place, number: usize) {
        let Some(numbers) = self.leaves.get_mut(leaf) else {
            self.leaves.push(vec![short(number)]);
            return;
        };
        numbers.insert(slot, short(number));
        if numbers.len() > LEAF {
            // What comes in order fills leaves up; anything else leaves room on both sides.
            let middle = if slot == LEAF { LEAF } else { LEAF / 2 };
            let rest = numbers.split_off(middle);
            self.leaves.insert(leaf + 1, rest);
        }
    }
}

fn nibble(word: u64, slot: usize) -> usize {
    (word >> (4 * slot) & 15) as usize
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
            let number = nibble(self.word, 0);
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
            return Some(nibble(self.word, self.few));
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
