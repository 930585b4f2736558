//! The bytes of a small text file -> text: byte order marks, UTF-16 from Windows shells, and bytes that are no UTF-8.

use std::borrow::Cow;

/// Reads bytes as text. A byte order mark decides between UTF-8 and UTF-16 and is dropped; invalid sequences become U+FFFD.
pub fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest),
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)),
        _ => String::from_utf8_lossy(bytes),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
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
