//! Lists sorted by the number of a key: what waits is counted and put into its place, which costs less than comparing all of it.

use rayon::prelude::*;

/// Entries of a chunk: enough to share the cost of asking for memory, little enough to be filled soon.
const CHUNK: usize = 8192;

/// A list that grows without moving what it holds: a year of calls stands in memory once.
#[derive(Debug)]
pub(super) struct Chunks<T>(Vec<Vec<T>>);

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Chunks<T> {
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

    /// Adds the chunks of another list, each entry changed.
    pub(super) fn absorb(&mut self, mut other: Self, change: impl Fn(&mut T) + Sync)
    where
        T: Send,
    {
        other.0.par_iter_mut().for_each(|chunk| chunk.iter_mut().for_each(&change));
        // In front, so that the last chunk is still the one to fill.
        self.0.splice(..0, other.0);
    }
}

/// Entries in the order of their keys, those of a key in their own order.
#[derive(Debug)]
pub(super) struct ByKey<T> {
    entries: Vec<T>,
    /// Where the entries of each key end.
    ends: Vec<usize>,
}

impl<T: Copy + Ord + Send + Sync> ByKey<T> {
    /// The entries of keys below `keys`; the chunks are given back one by one.
    pub(super) fn of(keys: usize, chunks: Chunks<T>, key: impl Fn(&T) -> u32) -> Self {
        // Of each key first its count, then where its next entry goes.
        let mut ends = vec![0; keys];
        chunks.iter().for_each(|entry| ends[key(entry) as usize] += 1);
        let mut begin = 0;
        for end in &mut ends {
            begin += std::mem::replace(end, begin);
        }
        let mut entries = match chunks.iter().next() {
            Some(&first) => vec![first; begin],
            None => Vec::new(),
        };
        for entry in chunks.0.into_iter().flatten() {
            let place = &mut ends[key(&entry) as usize];
            entries[*place] = entry;
            *place += 1;
        }
        let mut by_key = Vec::with_capacity(keys);
        let (mut rest, mut begin) = (&mut entries[..], 0);
        for end in &ends {
            let (own, others) = rest.split_at_mut(end - begin);
            by_key.push(own);
            (rest, begin) = (others, *end);
        }
        by_key.into_par_iter().for_each(|own| own.par_sort_unstable());
        Self { entries, ends }
    }

    /// The entries of a key.
    pub(super) fn get(&self, key: u32) -> &[T] {
        let key = key as usize;
        let begin = key.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.entries[begin..self.ends[key]]
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.entries.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_key_has_its_entries_in_order(entries in prop::collection::vec((0_u32..9, 0_i32..5), 0..300)) {
            let mut chunks = Chunks::default();
            entries.iter().for_each(|&(key, n)| chunks.push((key, n - 1)));
            let mut all = Chunks::default();
            all.push((9, 7));
            all.absorb(chunks, |(_, n)| *n += 1);
            all.push((9, 6));
            prop_assert_eq!(all.len(), entries.len() + 2);
            let by_key = ByKey::of(11, all, |e| e.0);
            for key in 0..9 {
                let mut want: Vec<_> = entries.iter().copied().filter(|e| e.0 == key).collect();
                want.sort_unstable();
                prop_assert_eq!(by_key.get(key), &want[..]);
            }
            prop_assert_eq!(by_key.get(9), &[(9, 6), (9, 7)]);
            prop_assert_eq!(by_key.get(10), &[]);
            prop_assert_eq!(by_key.iter().count(), entries.len() + 2);
        }

        #[test]
        fn a_list_grows_beyond_a_chunk(len in CHUNK - 2..CHUNK + 3) {
            let mut chunks = Chunks::default();
            (0..len).for_each(|n| chunks.push(n));
            prop_assert!(chunks.iter().copied().eq(0..len));
            prop_assert_eq!(chunks.0.len(), len.div_ceil(CHUNK));
        }
    }
}
