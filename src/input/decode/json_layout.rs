//! How the records of a JSON log follow each other.

use super::head::Head;
use super::json_index::Index;
use super::json_walk::Cursor;

/// Lines looked at: a log may start with broken ones.
const LINES: usize = 64;

/// How the records of a JSON log follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonLayout {
    /// One or more to a line.
    Lines,
    /// In a list, in a wrapping object, over several lines, or one directly after the other.
    Values,
}

impl JsonLayout {
    /// By the head: lines, if any of the first is an object of its own.
    pub(super) fn of(head: &Head<'_>) -> Self {
        let bytes = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head.bytes).trim_ascii_start();
        if bytes.first() == Some(&b'[') {
            return Self::Values;
        }
        let whole = |line: &[u8]| {
            let line = String::from_utf8_lossy(line);
            let mut index = Index::default();
            index.build(line.as_bytes());
            line.starts_with('{') && Cursor::new(&line, &index).skip(0).is_ok()
        };
        if bytes.split(|b| *b == b'\n').take(LINES).any(whole) { Self::Lines } else { Self::Values }
    }
}
