//! Numbers keys in the order they are first met, so that a waiting call refers to its keys in four bytes each.

use super::interner::Id;
use super::keys::Renumber;
use crate::support::hash::Map;
use std::hash::Hash;

/// Distinct keys in the order they were first met, and the number of each.
#[derive(Debug)]
pub(super) struct KeyNumbers<K> {
    numbers: Map<K, u32>,
    keys: Vec<K>,
}

impl<K> Default for KeyNumbers<K> {
    fn default() -> Self {
        Self { numbers: Map::default(), keys: Vec::new() }
    }
}

impl<K: Copy + Eq + Hash> KeyNumbers<K> {
    /// The number of a key, which is added if it is new. No key may be added after [`finish`](Self::finish).
    pub(super) fn number(&mut self, key: K) -> u32 {
        debug_assert_eq!(self.numbers.len(), self.keys.len());
        *self.numbers.entry(key).or_insert_with(|| {
            self.keys.push(key);
            self.keys.len() as u32 - 1
        })
    }

    /// The key of a number.
    pub(super) fn key(&self, number: u32) -> &K {
        &self.keys[number as usize]
    }

    /// All keys, in the order of their numbers.
    pub(super) fn keys(&self) -> &[K] {
        &self.keys
    }

    /// Frees the memory that is only needed to add keys.
    pub(super) fn finish(&mut self) {
        self.numbers = Map::default();
    }

    /// Bytes taken.
    pub(super) fn memory(&self) -> usize {
        self.numbers.capacity() * (size_of::<(K, u32)>() + 1) * 8 / 7 + self.keys.capacity() * size_of::<K>()
    }
}

impl<K: Copy + Eq + Hash + Renumber> KeyNumbers<K> {
    /// Moves the keys to another numbering of texts. No key may be added afterwards.
    pub(super) fn renumber(&mut self, new: impl Fn(Id) -> Id + Copy) {
        self.finish();
        self.keys.iter_mut().for_each(|key| key.renumber(new));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_have_one_number() {
        let mut numbers = KeyNumbers::default();
        assert_eq!(["a", "b", "a"].map(|text| numbers.number(text)), [0, 1, 0]);
        assert_eq!(numbers.keys(), ["a", "b"]);
        assert!(numbers.memory() > 0);
    }
}
