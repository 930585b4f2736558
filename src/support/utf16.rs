//! UTF-16, as spreadsheets and some shells write it, -> UTF-8: of a whole text, or while reading.

use std::io::{self, Read};

/// The text of UTF-16 without its byte order mark. What is no character becomes U+FFFD; half a unit at the end is ignored.
pub(crate) fn text(bytes: &[u8], big_endian: bool) -> String {
    let unit = if big_endian { u16::from_be_bytes } else { u16::from_le_bytes };
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// A reader of UTF-16 that yields UTF-8.
pub(crate) struct Utf16<R> {
    inner: R,
    big_endian: bool,
    /// Bytes read that are no character yet: a first surrogate, or half a unit.
    rest: Vec<u8>,
    out: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf16<R> {
    /// `inner` starts after the byte order mark.
    pub(crate) fn new(inner: R, big_endian: bool) -> Self {
        Self { inner, big_endian, rest: Vec::new(), out: Vec::new(), given: 0 }
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut raw = std::mem::take(&mut self.rest);
        let kept = raw.len();
        raw.resize(kept + (1 << 16), 0);
        let n = self.inner.read(&mut raw[kept..])?;
        raw.truncate(kept + n);
        let end = n == 0;
        let mut used = raw.len() / 2 * 2;
        let last_unit = raw[..used]
            .last_chunk()
            .map(|pair| if self.big_endian { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) });
        if !end && last_unit.is_some_and(|unit| (0xd800..0xdc00).contains(&unit)) {
            used -= 2;
        }
        self.out.clear();
        self.given = 0;
        let mut text = text(&raw[..used], self.big_endian);
        self.rest = if end { Vec::new() } else { raw[used..].to_vec() };
        if end && raw.len() % 2 == 1 {
            // Half a unit: the file was cut off, and that must be visible.
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
