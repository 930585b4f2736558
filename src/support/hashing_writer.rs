//! Bytes on their way to a file -> their number and SHA-256.

use super::hash::hex;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// Passes bytes on and hashes what was taken.
pub(crate) struct HashingWriter<W> {
    out: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> HashingWriter<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, hash: Sha256::new(), bytes: 0 }
    }

    /// The writer below, the number of bytes, and their SHA-256 in hex.
    pub(crate) fn finish(self) -> (W, u64, String) {
        (self.out, self.bytes, hex(&self.hash.finalize()))
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
