//! The bytes of a small text file -> text: byte order marks, UTF-16 from Windows shells, and bytes that are not UTF-8. Also what
//! a UUID is.

use crate::support::utf16;
use std::borrow::Cow;

/// Bytes of a UUID with hyphens.
pub const UUID: usize = 36;

/// Reads bytes as text. A byte order mark decides between UTF-8 and UTF-16 and is dropped; invalid sequences become U+FFFD.
pub fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest),
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16::text(rest, false)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16::text(rest, true)),
        _ => String::from_utf8_lossy(bytes),
    }
}

/// Whether the bytes are a UUID with hyphens, in any case.
pub fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == UUID
        && bytes.iter().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_decides() {
        assert_eq!(text_of(b"\xEF\xBB\xBFab"), "ab");
        assert_eq!(text_of(b"\xFF\xFEa\0\xE9\0"), "aé");
        assert_eq!(text_of(b"\xFE\xFF\0a\0b\0"), "ab");
        assert_eq!(text_of(b"a\xFFb"), "a\u{FFFD}b");
    }
}
