//! Tells a row delivered twice from one that only shares its id, across all threads.

use super::prints::Print;
use hashbrown::HashTable;
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

/// Every id seen with a fingerprint of its row's content: 12 bytes an entry.
#[derive(Debug)]
pub struct Duplicates {
    shards: Vec<Mutex<HashTable<Entry>>>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    id: [u32; 2],
    content: u32,
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
        let mut by_shard = [const { Vec::new() }; SHARDS];
        for (i, print) in prints.iter().enumerate() {
            by_shard[shard(print.id)].push(i);
        }
        let mut seen = vec![Seen::New; prints.len()];
        for (shard, places) in self.shards.iter().zip(&by_shard).filter(|(_, places)| !places.is_empty()) {
            let mut table = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for &i in places {
                seen[i] = show(&mut table, prints[i]);
            }
        }
        seen
    }

    /// Forgets all rows.
    pub(super) fn clear(&self) {
        for shard in &self.shards {
            *shard.lock().unwrap_or_else(PoisonError::into_inner) = HashTable::new();
        }
    }
}

fn show(table: &mut HashTable<Entry>, Print { id, content }: Print) -> Seen {
    let entry = Entry { id: [(id >> 32) as u32, id as u32], content };
    let mut reused = false;
    for known in table.iter_hash(id) {
        if known.id == entry.id {
            if known.content == entry.content {
                return Seen::Duplicate;
            }
            reused = true;
        }
    }
    // The id is a hash already.
    table.insert_unique(id, entry, |e| u64::from(e.id[0]) << 32 | u64::from(e.id[1]));
    if reused { Seen::IdReused } else { Seen::New }
}

/// From bits that neither choose a place in a table nor tell its entries apart.
fn shard(id: u64) -> usize {
    (id >> 40) as usize % SHARDS
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
