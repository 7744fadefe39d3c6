//! Lists of numbers, one per number, in two flat arrays: who is next to whom.

/// `of(n)` is the list of number `n`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    start: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// Groups the second of each pair by the first, in the order in which they come. Pairs outside of `count` are
    /// left out.
    pub fn new(count: usize, pairs: &[(u32, u32)]) -> Self {
        let mut start = vec![0u32; count + 1];
        for (key, _) in pairs {
            if let Some(size) = start.get_mut(*key as usize + 1) {
                *size += 1;
            }
        }
        for index in 0..count {
            start[index + 1] += start[index];
        }
        let mut next = start.clone();
        let mut items = vec![0u32; start.last().copied().unwrap_or(0) as usize];
        for (key, value) in pairs {
            if (*key as usize) < count
                && let Some(at) = next.get_mut(*key as usize)
            {
                items[*at as usize] = *value;
                *at += 1;
            }
        }
        Self { start, items }
    }

    /// The list of a number; empty when there is none.
    pub fn of(&self, number: u32) -> &[u32] {
        let number = number as usize;
        match (self.start.get(number), self.start.get(number + 1)) {
            (Some(from), Some(to)) => &self.items[*from as usize..*to as usize],
            _ => &[],
        }
    }
}
