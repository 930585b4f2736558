//! Tells a row delivered twice from one that only shares its id, across all threads.

use super::prints::Print;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};

const SHARDS: usize = 64;

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
    /// Shows a row.
    ///
    /// Of rows that share an id, every distinct content counts once, whatever the order they come in.
    pub(super) fn show(&self, Print { id, content }: Print) -> Seen {
        let entry = Entry { id: [(id >> 32) as u32, id as u32], content };
        let hash = rehash(entry.id);
        let mut shard =
            self.shards[(id >> 58) as usize % SHARDS].lock().unwrap_or_else(PoisonError::into_inner);
        let mut reused = false;
        for known in shard.iter_hash(hash) {
            if known.id == entry.id {
                if known.content == entry.content {
                    return Seen::Duplicate;
                }
                reused = true;
            }
        }
        shard.insert_unique(hash, entry, |e| rehash(e.id));
        if reused { Seen::IdReused } else { Seen::New }
    }
}

fn rehash(id: [u32; 2]) -> u64 {
    FixedState::with_seed(1).hash_one(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_id_with_other_content_is_kept_and_told() {
        let seen = Duplicates::default();
        let show = |id, content| seen.show(Print { id, content });
        assert_eq!(show(1, 10), Seen::New);
        assert_eq!(show(1, 10), Seen::Duplicate);
        assert_eq!(show(1, 11), Seen::IdReused);
        assert_eq!(show(1, 11), Seen::Duplicate);
        assert_eq!(show(1, 10), Seen::Duplicate);
        assert_eq!(show(2, 10), Seen::New);
    }
}
