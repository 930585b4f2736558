//! Prints in the order of their ids, with free places between them: an id stands at its share of the table or soon behind it.
//! A look-up reads one place of memory, and the table grows by little, so that a row never takes more than 20 bytes.

use super::duplicates::Seen;
use super::prints::Print;

/// Of so many places one at least is free.
const FREE: usize = 5;
/// Places beside those that ids are spread over, for what is pushed behind the last.
const SPARE: usize = 32;

/// 12 bytes; an id of zeros is a free place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Entry {
    id: [u32; 2],
    content: u32,
}

impl Entry {
    fn of(Print { id, content }: Print) -> Self {
        // Zeros are a free place, so the id of zeros is taken for the next.
        let id = id.max(1);
        Self { id: [(id >> 32) as u32, id as u32], content }
    }

    fn is_free(self) -> bool {
        self.id == [0, 0]
    }
}

/// Every print of a share of the ids.
#[derive(Debug, Default)]
pub(super) struct PrintTable {
    places: Vec<Entry>,
    /// Places that ids are spread over.
    homes: usize,
    len: usize,
}

impl PrintTable {
    /// Shows a row, and says what is known of it.
    pub(super) fn show(&mut self, print: Print) -> Seen {
        if (self.len + 1) * FREE > self.homes * (FREE - 1) {
            self.grow();
        }
        let entry = Entry::of(print);
        let mut at = self.home(entry);
        let mut reused = false;
        while let Some(known) = self.places.get(at).filter(|known| !known.is_free() && known.id <= entry.id) {
            if *known == entry {
                return Seen::Duplicate;
            }
            reused |= known.id == entry.id;
            at += 1;
        }
        self.insert(at, entry);
        if reused { Seen::IdReused } else { Seen::New }
    }

    /// Reads where a print would stand, so that the memory is at hand when it is shown.
    pub(super) fn touch(&self, print: Print) -> u32 {
        self.places.get(self.home(Entry::of(print))).map_or(0, |entry| entry.content)
    }

    /// Ids are hashes: their upper half is spread evenly.
    fn home(&self, entry: Entry) -> usize {
        ((u64::from(entry.id[0]) * self.homes as u64) >> 32) as usize
    }

    fn insert(&mut self, at: usize, entry: Entry) {
        let free = self.places[at..].iter().position(|e| e.is_free());
        match free {
            Some(after) => self.places.copy_within(at..at + after, at + 1),
            // Chance has filled the end of the table: a place more.
            None => self.places.insert(at, entry),
        }
        self.places[at] = entry;
        self.len += 1;
    }

    /// A quarter more places: everything keeps its order, so this is one pass.
    fn grow(&mut self) {
        let homes = (self.homes / 4 * 5).max(64);
        let mut grown = Self { places: vec![Entry::default(); homes + SPARE], homes, len: self.len };
        let mut next = 0;
        for entry in self.places.iter().filter(|e| !e.is_free()) {
            let at = grown.home(*entry).max(next);
            if at < grown.places.len() {
                grown.places[at] = *entry;
            } else {
                grown.places.push(*entry);
            }
            next = at + 1;
        }
        *self = grown;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Few ids, near each other, at both ends, and of the same upper half.
    fn id() -> impl Strategy<Value = u64> {
        prop_oneof![0..4_u64, u64::MAX - 3..=u64::MAX, any::<u64>(), (0..200_u64).prop_map(|n| n << 56)]
    }

    proptest! {
        #[test]
        fn says_what_a_map_says(shown in prop::collection::vec((id(), 0..2_u32), 0..600)) {
            let (mut table, mut map) = (PrintTable::default(), BTreeMap::<u64, Vec<u32>>::new());
            for (id, content) in shown {
                let known = map.entry(id.max(1)).or_default();
                let want = match &known[..] {
                    [] => Seen::New,
                    some if some.contains(&content) => Seen::Duplicate,
                    _ => Seen::IdReused,
                };
                if want != Seen::Duplicate {
                    known.push(content);
                }
                prop_assert_eq!(table.show(Print { id, content }), want);
            }
        }
    }

    #[test]
    fn a_row_takes_at_most_twenty_bytes() {
        let mut table = PrintTable::default();
        for n in 1..200_000_u64 {
            table.show(Print { id: n.wrapping_mul(0x9e37_79b9_7f4a_7c15), content: 0 });
            let bytes = table.places.len() * size_of::<Entry>();
            assert!(n < 10_000 || bytes as u64 <= 20 * n, "{bytes} for {n}");
        }
    }
}
