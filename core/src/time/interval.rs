//! Half-open intervals `[start, end)` and sets of them.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// `[start, end)` in epoch milliseconds; serialised as a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Interval(pub Timestamp, pub Timestamp);

impl Interval {
    /// `[start, end)`.
    pub fn new(start: Timestamp, end: Timestamp) -> Self {
        Self(start, end)
    }
    /// First instant inside.
    pub fn start(self) -> Timestamp {
        self.0
    }
    /// First instant after.
    pub fn end(self) -> Timestamp {
        self.1
    }
    /// True when nothing is inside.
    pub fn is_empty(self) -> bool {
        self.0 >= self.1
    }
}

/// Sorted intervals; those that touch or overlap are joined.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Intervals(Vec<Interval>);

impl Intervals {
    /// No interval.
    pub fn new() -> Self {
        Self::default()
    }

    /// An interval that ends before it begins, as a set of its own. Not empty, but in every other set it is as nothing.
    pub fn backward(interval: Interval) -> Self {
        Self(vec![interval])
    }

    /// The intervals in order.
    pub fn as_slice(&self) -> &[Interval] {
        &self.0
    }

    /// The intervals in order.
    pub fn iter(&self) -> impl Iterator<Item = Interval> + '_ {
        self.0.iter().copied()
    }

    /// True when no instant is inside.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// First instant inside.
    pub fn start(&self) -> Option<Timestamp> {
        self.0.first().map(|i| i.0)
    }

    /// First instant after the last interval.
    pub fn end(&self) -> Option<Timestamp> {
        self.0.last().map(|i| i.1)
    }

    /// The union with one interval; an empty one changes nothing.
    pub fn add(&mut self, interval: Interval) {
        if !interval.is_empty() {
            self.0.push(interval);
            self.normalize();
        }
    }

    /// The union.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// What is left after cutting one interval out.
    #[must_use]
    pub fn without(&self, cut: Interval) -> Self {
        let mut left = Vec::with_capacity(self.0.len() + 1);
        for Interval(start, end) in self.iter() {
            left.push(Interval(start, end.min(cut.0)));
            left.push(Interval(start.max(cut.1), end));
        }
        if cut.is_empty() {
            return self.clone();
        }
        left.into_iter().collect()
    }

    /// Only what lies before an instant.
    #[must_use]
    pub fn before(&self, at: Timestamp) -> Self {
        self.iter()
            .map(|Interval(start, end)| Interval(start, end.min(at)))
            .collect()
    }

    /// True when one interval covers all of `[start, end)`.
    pub fn covers(&self, interval: Interval) -> bool {
        self.iter()
            .any(|have| have.0 <= interval.0 && interval.1 <= have.1)
    }

    fn normalize(&mut self) {
        self.0.sort_unstable();
        let mut joined: Vec<Interval> = Vec::with_capacity(self.0.len());
        for interval in self.0.drain(..) {
            match joined.last_mut() {
                Some(last) if interval.0 <= last.1 => last.1 = last.1.max(interval.1),
                _ => joined.push(interval),
            }
        }
        self.0 = joined;
    }
}

impl FromIterator<Interval> for Intervals {
    fn from_iter<I: IntoIterator<Item = Interval>>(intervals: I) -> Self {
        let mut set = Self(intervals.into_iter().filter(|i| !i.is_empty()).collect());
        set.normalize();
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(pairs: &[(i64, i64)]) -> Intervals {
        pairs
            .iter()
            .map(|(a, b)| Interval(Timestamp(*a), Timestamp(*b)))
            .collect()
    }

    #[test]
    fn what_ends_before_it_begins_adds_nothing_to_others() {
        let backward = Intervals::backward(Interval(Timestamp(5), Timestamp(2)));
        assert!(!backward.is_empty());
        assert_eq!(set(&[(0, 3)]).union(&backward), set(&[(0, 3)]));
    }

    #[test]
    fn touching_intervals_join() {
        assert_eq!(set(&[(3, 5), (0, 3), (7, 7), (8, 9)]), set(&[(0, 5), (8, 9)]));
    }

    #[test]
    fn cutting_leaves_both_sides() {
        assert_eq!(
            set(&[(0, 10)]).without(Interval(Timestamp(3), Timestamp(5))),
            set(&[(0, 3), (5, 10)])
        );
        assert_eq!(
            set(&[(0, 10)]).without(Interval(Timestamp(5), Timestamp(5))),
            set(&[(0, 10)])
        );
    }
}
