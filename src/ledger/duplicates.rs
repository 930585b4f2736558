//! Tells a row delivered twice from one that only shares its id, across all threads.

use super::print_table::PrintTable;
use super::prints::Print;
use std::sync::{Mutex, PoisonError};

const SHARDS: usize = 32;

/// What is known of a row that was just shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing like it before.
    New,
    /// The same id and the same content.
    Duplicate,
    /// The same id with other content: both are kept.
    IdReused,
}

/// Every id seen with a fingerprint of its row's content: at most 20 bytes a row.
#[derive(Debug)]
pub struct Duplicates {
    shards: Vec<Mutex<PrintTable>>,
}

impl Default for Duplicates {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Duplicates {
    /// Shows rows, and says what is known of each, in their order. Many at a time: each of them waits for memory, and those of
    /// one shard wait together.
    ///
    /// Of rows that share an id, every distinct content counts once, whatever the order they come in.
    pub(super) fn show_all(&self, prints: &[Print]) -> Vec<Seen> {
        let mut seen = vec![Seen::New; prints.len()];
        let (order, ends) = by_shard(prints);
        let mut begin = 0;
        for (shard, end) in self.shards.iter().zip(ends) {
            let own = &order[begin..end];
            begin = end;
            if own.is_empty() {
                continue;
            }
            let mut table = shard.lock().unwrap_or_else(PoisonError::into_inner);
            // Reads that wait for nothing but memory, before those that wait for each other.
            std::hint::black_box(own.iter().fold(0, |all, &i| all ^ table.touch(prints[i as usize])));
            for &i in own {
                seen[i as usize] = table.show(prints[i as usize]);
            }
        }
        seen
    }

    /// Forgets all rows.
    pub(super) fn clear(&self) {
        for shard in &self.shards {
            *shard.lock().unwrap_or_else(PoisonError::into_inner) = PrintTable::default();
        }
    }
}

/// The places of prints in the order of their shards, and where those of each shard end.
fn by_shard(prints: &[Print]) -> (Vec<u32>, [usize; SHARDS]) {
    let mut ends = [0; SHARDS];
    prints.iter().for_each(|print| ends[shard(print.id)] += 1);
    let mut begin = 0;
    for end in &mut ends {
        begin += std::mem::replace(end, begin);
    }
    let mut order = vec![0; prints.len()];
    for (i, print) in prints.iter().enumerate() {
        let end = &mut ends[shard(print.id)];
        order[*end] = i as u32;
        *end += 1;
    }
    (order, ends)
}

/// From bits by which a table orders its entries last.
fn shard(id: u64) -> usize {
    id as usize % SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_id_with_other_content_is_kept_and_told() {
        let seen = Duplicates::default();
        let show = |id, content| seen.show_all(&[Print { id, content }])[0];
        assert_eq!(show(1, 10), Seen::New);
        assert_eq!(show(1, 10), Seen::Duplicate);
        assert_eq!(show(1, 11), Seen::IdReused);
        assert_eq!(show(1, 11), Seen::Duplicate);
        assert_eq!(show(1, 10), Seen::Duplicate);
        assert_eq!(show(2, 10), Seen::New);
        let three = [(3, 1), (4, 1), (3, 1)].map(|(id, content)| Print { id, content });
        assert_eq!(seen.show_all(&three), [Seen::New, Seen::New, Seen::Duplicate]);
    }
}
