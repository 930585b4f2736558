//! What is equal becomes one small number, so that what waits names it in four bytes.

use crate::support::hash::Map;
use std::hash::Hash;

/// Values in the order they were first met, and the number of each.
pub(super) struct Numbers<T> {
    ids: Map<T, u32>,
    pub(super) list: Vec<T>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { ids: Map::default(), list: Vec::new() }
    }
}

impl<T: Copy + Eq + Hash> Numbers<T> {
    /// The number of a value, new or known.
    pub(super) fn number(&mut self, of: T) -> u32 {
        *self.ids.entry(of).or_insert_with(|| {
            self.list.push(of);
            self.list.len() as u32 - 1
        })
    }

    /// Bytes taken.
    pub(super) fn memory(&self) -> usize {
        self.ids.capacity() * (size_of::<(T, u32)>() + 1) * 8 / 7 + self.list.capacity() * size_of::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_equal_has_one_number() {
        let mut numbers = Numbers::default();
        assert_eq!(["a", "b", "a"].map(|text| numbers.number(text)), [0, 1, 0]);
        assert_eq!(numbers.list, ["a", "b"]);
        assert!(numbers.memory() > 0);
    }
}
