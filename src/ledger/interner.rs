//! Stores every text of a ledger once and gives it a small number.

use crate::support::hash::{Map, fingerprint};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// The number of a text in an [`Interner`]; 0 is the empty text.
pub type Id = u32;

/// Texts by number and numbers by text.
#[derive(Debug)]
pub struct Interner {
    texts: Vec<Box<str>>,
    fingerprints: Vec<u64>,
    table: HashTable<Id>,
    hasher: RandomState,
    /// Bytes of all texts.
    bytes: usize,
}

impl Default for Interner {
    fn default() -> Self {
        let mut names = Self {
            texts: Vec::new(),
            fingerprints: Vec::new(),
            table: HashTable::new(),
            hasher: RandomState::default(),
            bytes: 0,
        };
        names.id("");
        names
    }
}

impl Interner {
    /// The number of a text, which is added if it is new.
    pub fn id(&mut self, text: &str) -> Id {
        let hash = self.hasher.hash_one(text.as_bytes());
        if let Some(&id) = self.table.find(hash, |&id| &*self.texts[id as usize] == text) {
            return id;
        }
        let id = self.texts.len() as Id;
        self.texts.push(text.into());
        self.bytes += text.len();
        self.fingerprints.push(fingerprint(text.as_bytes()));
        self.table.insert_unique(hash, id, |&id| self.hasher.hash_one(self.texts[id as usize].as_bytes()));
        id
    }

    /// Adds the texts of another interner, and returns the number that each of them has here.
    pub(super) fn add_all(&mut self, other: &Self) -> Vec<Id> {
        other.texts.iter().map(|text| self.id(text)).collect()
    }

    /// The number of a text that is already there.
    pub fn find(&self, text: &str) -> Option<Id> {
        let hash = self.hasher.hash_one(text.as_bytes());
        self.table.find(hash, |&id| &*self.texts[id as usize] == text).copied()
    }

    /// The text of a number.
    pub fn text(&self, id: Id) -> &str {
        &self.texts[id as usize]
    }

    /// A hash of the text that is the same on every thread.
    pub fn fingerprint(&self, id: Id) -> u64 {
        self.fingerprints[id as usize]
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Approximate memory in bytes: each text, its number, pointer, fingerprint and allocator overhead.
    pub(super) fn memory(&self) -> usize {
        self.bytes + self.texts.capacity() * 24 + self.table.capacity() * 5 + self.texts.len() * 16
    }

    /// Always false: the empty text is always there.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The same texts numbered in byte order, and the new number of each old one: comparing numbers then compares texts.
    pub fn sorted(self) -> (Self, Vec<Id>) {
        let mut order: Vec<Id> = (0..self.texts.len() as Id).collect();
        order.sort_unstable_by(|&a, &b| self.texts[a as usize].cmp(&self.texts[b as usize]));
        let mut new_of = vec![0; order.len()];
        let mut texts: Vec<Option<Box<str>>> = self.texts.into_iter().map(Some).collect();
        let mut sorted = Self {
            texts: Vec::new(),
            fingerprints: Vec::new(),
            table: HashTable::new(),
            hasher: RandomState::default(),
            bytes: 0,
        };
        for old in order {
            let text = texts[old as usize].take().unwrap_or_default();
            new_of[old as usize] = sorted.id(&text);
        }
        (sorted, new_of)
    }
}

/// Raw spellings and the canonical value of each, which is computed once per distinct spelling.
#[derive(Debug)]
pub(super) struct Spellings<T>(Map<Box<[u8]>, T>);

impl<T> Default for Spellings<T> {
    fn default() -> Self {
        Self(Map::default())
    }
}

impl<T: Copy> Spellings<T> {
    /// The value of a spelling; `canonical` computes it if the spelling is new.
    pub(super) fn get(&mut self, raw: &[u8], canonical: impl FnOnce() -> T) -> T {
        if let Some(&known) = self.0.get(raw) {
            return known;
        }
        let value = canonical();
        self.0.insert(raw.into(), value);
        value
    }

    /// The value of a spelling that was met before.
    pub(super) fn known(&self, raw: &[u8]) -> Option<T> {
        self.0.get(raw).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_sorted_names_compare_as_texts() {
        let mut names = Interner::default();
        let ids: Vec<_> = ["jobs", "alerts", "", "sql", "jobs"].iter().map(|t| names.id(t)).collect();
        assert_eq!((ids[0], ids[2]), (ids[4], 0));
        let (sorted, new_of) = names.sorted();
        assert_eq!(sorted.text(new_of[ids[1] as usize]), "alerts");
        assert!(new_of[ids[2] as usize] == 0 && new_of[ids[1] as usize] < new_of[ids[0] as usize]);
        assert_eq!(sorted.find("sql"), Some(new_of[ids[3] as usize]));
    }
}
