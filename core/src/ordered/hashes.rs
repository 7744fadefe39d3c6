//! A table that finds the number of a key by the key's hash.
//!
//! In: hashes of keys, with the numbers of their entries. Out: the number, without comparing more keys than those
//! with the same hash. The hash is the same on every target, stays inside, and decides no order.

use std::hash::{Hash, Hasher};

use super::order::Compare;

/// So many slots are looked at; what finds none free among them stays out, and is found by its order.
const REACH: usize = 64;

/// Number of a slot that was never used.
const FREE: u32 = u32::MAX;

/// Slots with a hash and a number; a power of two of them, at least half of them free.
#[derive(Clone, Default)]
pub(super) struct Hashes {
    slots: Vec<(u32, u32)>,
    /// Slots that are not free.
    used: usize,
}

impl Hashes {
    /// The slots in which an entry may stand.
    fn reach(&self, hash: u32) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len().wrapping_sub(1);
        (0..REACH.min(self.slots.len())).map(move |step| (hash as usize).wrapping_add(step) & mask)
    }

    /// The number of a key; an error when the table cannot tell.
    pub(super) fn find(&self, hash: u32, compare: Compare<'_>) -> Result<Option<usize>, ()> {
        for at in self.reach(hash) {
            let (other, number) = self.slots[at];
            if number == FREE {
                return Ok(None);
            }
            if other == hash && compare(number as usize).is_eq() {
                return Ok(Some(number as usize));
            }
        }
        Err(())
    }

    pub(super) fn put(&mut self, hash: u32, number: u32) {
        if self.used * 2 >= self.slots.len() {
            let live: Vec<(u32, u32)> = self
                .slots
                .iter()
                .copied()
                .filter(|(_, number)| *number != FREE)
                .collect();
            let room = (live.len() * 4).next_power_of_two().max(REACH);
            self.slots = vec![(0, FREE); room];
            self.used = 0;
            for (hash, number) in live {
                self.place(hash, number);
            }
        }
        self.place(hash, number);
    }

    fn place(&mut self, hash: u32, number: u32) {
        if let Some(at) = self.reach(hash).find(|at| self.slots[*at].1 == FREE) {
            self.used += 1;
            self.slots[at] = (hash, number);
        }
    }
}

/// An odd number without pattern: that of the golden ratio.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// The hash of a key.
pub(super) fn hash_of<K: Hash + ?Sized>(key: &K) -> u32 {
    let mut mixer = Mixer(0);
    key.hash(&mut mixer);
    mixer.finish() as u32
}

/// Mixes eight bytes at once: keys are short, and nothing depends on how well they spread.
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = chunk
                .iter()
                .rev()
                .fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(FACTOR);
        }
    }

    fn finish(&self) -> u64 {
        (self.0 ^ self.0 >> 32).wrapping_mul(FACTOR) >> 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finds_no_slot_stays_out_and_is_said_so() {
        let mut hashes = Hashes::default();
        for number in 0..200 {
            hashes.put(7, number);
        }
        let is = |wanted: usize| hashes.find(7, &move |number| number.cmp(&wanted));
        assert_eq!((is(0), is(63), is(64)), (Ok(Some(0)), Ok(Some(63)), Err(())));
        assert_eq!(hashes.find(100, &|number| number.cmp(&3)), Ok(None));
    }

    #[test]
    fn a_key_and_what_it_is_found_by_have_one_hash() {
        assert_eq!(hash_of("orders"), hash_of(&"orders".to_string()));
        let hashes: Vec<u32> = (0..10_000)
            .map(|number| hash_of(&format!("\"db\".\"shop\".\"m{number}\"")))
            .collect();
        let mut low: Vec<u32> = hashes.iter().map(|hash| hash % 32_768).collect();
        low.sort_unstable();
        low.dedup();
        assert!(low.len() > 8_000, "{} of 10,000 slots are different", low.len());
    }
}
