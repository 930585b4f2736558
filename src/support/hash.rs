//! The hash tables and fingerprints of the whole program. No output may depend on their order of iteration.

use foldhash::fast::{FixedState, RandomState};
use std::hash::BuildHasher;

/// A hash map with a fast hasher whose seed differs from run to run, so that a log cannot be written to make it slow.
pub(crate) type Map<K, V> = hashbrown::HashMap<K, V, RandomState>;

/// A hash set, likewise.
pub(crate) type Set<K> = hashbrown::HashSet<K, RandomState>;

/// Bytes in lower-case hex, as `sha256sum` prints them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A 64-bit hash of a text: the same in every run and on every thread.
pub(crate) fn fingerprint(text: &[u8]) -> u64 {
    FixedState::with_seed(0x5c09_eca5).hash_one(text)
}
