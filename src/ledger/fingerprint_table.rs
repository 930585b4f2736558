//! A set of row fingerprints in a sorted array with free slots: ids are hashes, so an id stands at its proportional place in the
//! array or shortly behind it. A look-up reads one place in memory. The array grows by a quarter at a time, so that a row takes
//! at most 20 bytes.

use super::fingerprints::{Delivery, RowFingerprint};

/// At least one slot in this many is free.
const FREE: usize = 5;
/// Slots behind the last home slot, for entries that were pushed past it.
const SPARE: usize = 32;

/// 12 bytes; an id of zero marks a free slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Slot {
    id: [u32; 2],
    content: u32,
}

impl Slot {
    fn of(RowFingerprint { id, content }: RowFingerprint) -> Self {
        // Zero marks a free slot, so a row with id zero is stored under id one.
        let id = id.max(1);
        Self { id: [(id >> 32) as u32, id as u32], content }
    }

    fn is_free(self) -> bool {
        self.id == [0, 0]
    }
}

/// The fingerprints of one shard of the ids.
#[derive(Debug, Default)]
pub(super) struct FingerprintTable {
    slots: Vec<Slot>,
    /// Number of slots that ids are spread over.
    homes: usize,
    len: usize,
}

impl FingerprintTable {
    /// Adds a row unless it is there already, and says whether it was.
    pub(super) fn insert(&mut self, fingerprint: RowFingerprint) -> Delivery {
        if (self.len + 1) * FREE > self.homes * (FREE - 1) {
            self.grow();
        }
        let entry = Slot::of(fingerprint);
        let mut at = self.home(entry);
        let mut reused = false;
        while let Some(known) = self.slots.get(at).filter(|known| !known.is_free() && known.id <= entry.id) {
            if *known == entry {
                return Delivery::Duplicate;
            }
            reused |= known.id == entry.id;
            at += 1;
        }
        self.insert_at(at, entry);
        if reused { Delivery::IdReused } else { Delivery::New }
    }

    /// Reads the home slot of a fingerprint, so that it is in the cache when the row is inserted.
    pub(super) fn prefetch(&self, fingerprint: RowFingerprint) -> u32 {
        self.slots.get(self.home(Slot::of(fingerprint))).map_or(0, |entry| entry.content)
    }

    /// The slot at which the search for an id starts. Ids are hashes, so their upper halves are spread evenly.
    fn home(&self, entry: Slot) -> usize {
        ((u64::from(entry.id[0]) * self.homes as u64) >> 32) as usize
    }

    fn insert_at(&mut self, at: usize, entry: Slot) {
        let free = self.slots[at..].iter().position(|e| e.is_free());
        match free {
            Some(after) => self.slots.copy_within(at..at + after, at + 1),
            // All slots up to the end of the array are taken: add one.
            None => self.slots.insert(at, entry),
        }
        self.slots[at] = entry;
        self.len += 1;
    }

    /// Adds a quarter more slots. The order stays the same, so this is one pass.
    fn grow(&mut self) {
        let homes = (self.homes / 4 * 5).max(64);
        let mut grown = Self { slots: vec![Slot::default(); homes + SPARE], homes, len: self.len };
        let mut next = 0;
        for entry in self.slots.iter().filter(|e| !e.is_free()) {
            let at = grown.home(*entry).max(next);
            if at < grown.slots.len() {
                grown.slots[at] = *entry;
            } else {
                grown.slots.push(*entry);
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
        fn answers_as_a_map_does(rows in prop::collection::vec((id(), 0..2_u32), 0..600)) {
            let (mut table, mut map) = (FingerprintTable::default(), BTreeMap::<u64, Vec<u32>>::new());
            for (id, content) in rows {
                let known = map.entry(id.max(1)).or_default();
                let want = match &known[..] {
                    [] => Delivery::New,
                    some if some.contains(&content) => Delivery::Duplicate,
                    _ => Delivery::IdReused,
                };
                if want != Delivery::Duplicate {
                    known.push(content);
                }
                prop_assert_eq!(table.insert(RowFingerprint { id, content }), want);
            }
        }
    }

    #[test]
    fn a_row_takes_at_most_twenty_bytes() {
        let mut table = FingerprintTable::default();
        for n in 1..200_000_u64 {
            table.insert(RowFingerprint { id: n.wrapping_mul(0x9e37_79b9_7f4a_7c15), content: 0 });
            let bytes = table.slots.len() * size_of::<Slot>();
            assert!(n < 10_000 || bytes as u64 <= 20 * n, "{bytes} for {n}");
        }
    }
}
