//! UTF-16 to UTF-8 while reading: what spreadsheets and some shells write. Told by its byte order mark.

use std::io::{self, Read};

/// A reader of UTF-16 that yields UTF-8.
pub(super) struct Utf16<R> {
    inner: R,
    big_endian: bool,
    /// Units read and not yet turned into characters: a first surrogate, or half a unit.
    rest: Vec<u8>,
    out: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf16<R> {
    /// Reads what follows the byte order mark.
    pub(super) fn new(inner: R, big_endian: bool) -> Self {
        Self { inner, big_endian, rest: Vec::new(), out: Vec::new(), given: 0 }
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut raw = std::mem::take(&mut self.rest);
        let kept = raw.len();
        raw.resize(kept + (1 << 16), 0);
        let n = self.inner.read(&mut raw[kept..])?;
        raw.truncate(kept + n);
        let end = n == 0;
        let mut units: Vec<u16> = raw
            .chunks_exact(2)
            .map(|b| {
                if self.big_endian {
                    u16::from_be_bytes([b[0], b[1]])
                } else {
                    u16::from_le_bytes([b[0], b[1]])
                }
            })
            .collect();
        let mut used = units.len() * 2;
        if !end && units.last().is_some_and(|u| (0xd800..0xdc00).contains(u)) {
            units.pop();
            used -= 2;
        }
        self.rest = if end { Vec::new() } else { raw[used..].to_vec() };
        self.out.clear();
        self.given = 0;
        let mut text: String =
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        if end && raw.len() % 2 == 1 {
            // Half a unit: the file was cut off, which must show.
            text.push(char::REPLACEMENT_CHARACTER);
        }
        self.out.extend_from_slice(text.as_bytes());
        if self.out.is_empty() && !end {
            return self.fill();
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.out.len() {
            self.fill()?;
        }
        let n = buffer.len().min(self.out.len() - self.given);
        buffer[..n].copy_from_slice(&self.out[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Hands out a few bytes at a time.
    struct Slowly<'a>(&'a [u8], usize);

    impl Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(buffer.len());
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    proptest! {
        #[test]
        fn gives_the_same_text(text in "\\PC{0,60}", step in 1usize..7, big in any::<bool>()) {
            let bytes: Vec<u8> =
                text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect();
            let mut read = String::new();
            Utf16::new(Slowly(&bytes, step), big).read_to_string(&mut read).unwrap();
            prop_assert_eq!(read, text);
        }
    }
}
