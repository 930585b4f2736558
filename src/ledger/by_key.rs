//! Sorts entries by the number of their key with a counting sort, which is cheaper than comparing all of them.

use rayon::prelude::*;
use std::ops::Range;

/// Number of entries of a chunk.
const CHUNK: usize = 8192;

/// A list that grows by chunks and never moves its entries, so that a year of calls is in memory only once.
#[derive(Debug)]
pub(super) struct ChunkedList<T>(Vec<Vec<T>>);

impl<T> Default for ChunkedList<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ChunkedList<T> {
    pub(super) fn push(&mut self, entry: T) {
        if self.0.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.0.push(Vec::with_capacity(CHUNK));
        }
        if let Some(chunk) = self.0.last_mut() {
            chunk.push(entry);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// Bytes taken.
    pub(super) fn memory(&self) -> usize {
        self.0.len() * CHUNK * size_of::<T>()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().flatten()
    }

    /// Adds the chunks of another list, with `change` applied to each entry.
    pub(super) fn absorb(&mut self, mut other: Self, change: impl Fn(&mut T) + Sync)
    where
        T: Send,
    {
        other.0.par_iter_mut().for_each(|chunk| chunk.iter_mut().for_each(&change));
        // In front, so that the last chunk is still the one to fill.
        self.0.splice(..0, other.0);
    }
}

/// The entries of a range of keys, sorted by key and then by their own order.
#[derive(Debug)]
pub(super) struct ByKey<T> {
    keys: Range<u32>,
    entries: Vec<T>,
    /// Where the entries of each key end.
    ends: Vec<usize>,
}

/// Splits the keys below `keys` into ranges with about as many entries each. A range has at most `most` entries or an eighth of
/// all, whichever is more, unless it is a single key. Each range costs a pass over all entries, so there are at most sixteen.
pub(super) fn ranges<T>(
    keys: u32,
    most: usize,
    chunks: &ChunkedList<T>,
    key: impl Fn(&T) -> u32,
) -> Vec<Range<u32>> {
    let mut counts = vec![0; keys as usize];
    chunks.iter().for_each(|entry| counts[key(entry) as usize] += 1_usize);
    let share = (chunks.len() / 8).max(most);
    let (mut ranges, mut begin, mut entries) = (Vec::new(), 0, 0);
    for (key, count) in (0..).zip(counts) {
        if entries > 0 && entries + count > share {
            ranges.push(begin..key);
            (begin, entries) = (key, 0);
        }
        entries += count;
    }
    ranges.push(begin..keys);
    ranges
}

impl<T: Copy + Ord + Send + Sync> ByKey<T> {
    /// The entries of some keys.
    pub(super) fn of(keys: Range<u32>, chunks: &ChunkedList<T>, key: impl Fn(&T) -> u32) -> Self {
        let own = || chunks.iter().map(|entry| (key(entry), entry)).filter(|(key, _)| keys.contains(key));
        let place = |key: u32| (key - keys.start) as usize;
        // Holds the number of entries of each key, then the place of its next entry.
        let mut ends = vec![0; keys.len()];
        own().for_each(|(key, _)| ends[place(key)] += 1);
        let mut begin = 0;
        for end in &mut ends {
            begin += std::mem::replace(end, begin);
        }
        let mut entries = match own().next() {
            Some((_, &any)) => vec![any; begin],
            None => Vec::new(),
        };
        for (key, entry) in own() {
            let end = &mut ends[place(key)];
            entries[*end] = *entry;
            *end += 1;
        }
        let mut by_key = Vec::with_capacity(keys.len());
        let (mut rest, mut begin) = (&mut entries[..], 0);
        for end in &ends {
            let (own, others) = rest.split_at_mut(end - begin);
            by_key.push(own);
            (rest, begin) = (others, *end);
        }
        by_key.into_par_iter().for_each(|own| own.par_sort_unstable());
        Self { keys, entries, ends }
    }

    /// The entries of a key of the range.
    pub(super) fn get(&self, key: u32) -> &[T] {
        let key = (key - self.keys.start) as usize;
        let begin = key.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.entries[begin..self.ends[key]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_key_has_its_entries_in_order(
            entries in prop::collection::vec((0_u32..9, 0_i32..5), 0..300),
            most in 1_usize..400,
        ) {
            let mut chunks = ChunkedList::default();
            entries.iter().for_each(|&(key, n)| chunks.push((key, n - 1)));
            let mut all = ChunkedList::default();
            all.push((9, 7));
            all.absorb(chunks, |(_, n)| *n += 1);
            all.push((9, 6));
            prop_assert_eq!(all.len(), entries.len() + 2);
            let ranges = ranges(11, most, &all, |e| e.0);
            prop_assert_eq!(ranges.iter().cloned().flatten().collect::<Vec<_>>(), (0..11).collect::<Vec<_>>());
            for range in ranges {
                let by_key = ByKey::of(range.clone(), &all, |e| e.0);
                prop_assert!(range.len() == 1 || by_key.entries.len() <= most.max(all.len() / 8));
                for key in range {
                    let mut want: Vec<_> = all.iter().copied().filter(|e| e.0 == key).collect();
                    want.sort_unstable();
                    prop_assert_eq!(by_key.get(key), &want[..]);
                }
            }
        }

        #[test]
        fn a_list_grows_beyond_a_chunk(len in CHUNK - 2..CHUNK + 3) {
            let mut chunks = ChunkedList::default();
            (0..len).for_each(|n| chunks.push(n));
            prop_assert!(chunks.iter().copied().eq(0..len));
            prop_assert_eq!(chunks.0.len(), len.div_ceil(CHUNK));
        }
    }
}
