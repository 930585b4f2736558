//! Finds rows that are delivered twice, across all threads, and distinguishes them from rows that only share an id.

use super::fingerprint_table::FingerprintTable;
use super::fingerprints::{Delivery, RowFingerprint};
use std::sync::{Mutex, PoisonError};

const SHARDS: usize = 32;

/// The fingerprints of all rows seen so far: at most 20 bytes a row.
#[derive(Debug)]
pub struct Duplicates {
    shards: Vec<Mutex<FingerprintTable>>,
}

impl Default for Duplicates {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Duplicates {
    /// Adds rows, and says of each, in their order, whether it came before. Callers pass many rows at a time: the reads of one
    /// shard then wait for memory together.
    ///
    /// Of rows that share an id, each distinct content counts once, in whatever order they come.
    pub(super) fn add_all(&self, fingerprints: &[RowFingerprint]) -> Vec<Delivery> {
        let mut deliveries = vec![Delivery::New; fingerprints.len()];
        let (order, ends) = by_shard(fingerprints);
        let mut begin = 0;
        for (shard, end) in self.shards.iter().zip(ends) {
            let own = &order[begin..end];
            begin = end;
            if own.is_empty() {
                continue;
            }
            let mut table = shard.lock().unwrap_or_else(PoisonError::into_inner);
            // These reads do not depend on each other, so the processor overlaps them; the inserts below then hit the cache.
            std::hint::black_box(
                own.iter().fold(0, |all, &i| all ^ table.prefetch(fingerprints[i as usize])),
            );
            for &i in own {
                deliveries[i as usize] = table.insert(fingerprints[i as usize]);
            }
        }
        deliveries
    }

    pub(super) fn clear(&self) {
        for shard in &self.shards {
            *shard.lock().unwrap_or_else(PoisonError::into_inner) = FingerprintTable::default();
        }
    }
}

/// The indexes of fingerprints in the order of their shards, and where each shard ends.
fn by_shard(fingerprints: &[RowFingerprint]) -> (Vec<u32>, [usize; SHARDS]) {
    let mut ends = [0; SHARDS];
    fingerprints.iter().for_each(|f| ends[shard(f.id)] += 1);
    let mut begin = 0;
    for end in &mut ends {
        begin += std::mem::replace(end, begin);
    }
    let mut order = vec![0; fingerprints.len()];
    for (i, fingerprint) in fingerprints.iter().enumerate() {
        let end = &mut ends[shard(fingerprint.id)];
        order[*end] = i as u32;
        *end += 1;
    }
    (order, ends)
}

/// Uses the lowest bits of the id: the table places entries by the highest.
fn shard(id: u64) -> usize {
    id as usize % SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_id_with_other_content_is_kept_and_reported() {
        let seen = Duplicates::default();
        let show = |id, content| seen.add_all(&[RowFingerprint { id, content }])[0];
        assert_eq!(show(1, 10), Delivery::New);
        assert_eq!(show(1, 10), Delivery::Duplicate);
        assert_eq!(show(1, 11), Delivery::IdReused);
        assert_eq!(show(1, 11), Delivery::Duplicate);
        assert_eq!(show(1, 10), Delivery::Duplicate);
        assert_eq!(show(2, 10), Delivery::New);
        let three = [(3, 1), (4, 1), (3, 1)].map(|(id, content)| RowFingerprint { id, content });
        assert_eq!(seen.add_all(&three), [Delivery::New, Delivery::New, Delivery::Duplicate]);
    }
}
