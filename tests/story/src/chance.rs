//! Numbers that look random and are the same on every machine: a seed and a name become a stream of them (SplitMix64).
//!
//! Each actor of the story draws from a stream of its own, so that a change to one leaves the rows of the others alone.

use sha2::{Digest, Sha256};

/// One stream.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64, name: &str) -> Self {
        let digest = Sha256::digest(format!("{seed}/{name}").as_bytes());
        Self(digest.iter().take(8).fold(0, |n, b| n << 8 | u64::from(*b)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` up to, not including, `high`.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low).max(1) as u64) as i64
    }

    /// One of `items`, which must not be empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[(self.next() % items.len() as u64) as usize]
    }

    /// A random UUID.
    pub(super) fn uuid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        let (d, e) = (0x8000 | (b >> 48 & 0x3fff), b & 0xffff_ffff_ffff);
        format!("{:08x}-{:04x}-4{:03x}-{d:04x}-{e:012x}", a >> 32, a >> 16 & 0xffff, a & 0xfff)
    }

    /// A request id, in the spelling without hyphens.
    pub(super) fn request_id(&mut self) -> String {
        format!("ServiceMain-{:016x}", self.next())
    }
}

/// 64 hex digits: the id of the token with that name.
pub(super) fn token_id(seed: u64, name: &str) -> String {
    let digest = Sha256::digest(format!("{seed}/token/{name}").as_bytes());
    digest.iter().map(|b| format!("{b:02x}")).collect()
}
