//! The inside of a quoted text -> the text: escapes of JSON, and those of Python that JSON does not have.

use std::borrow::Cow;

/// Appends the inside of a JSON string without its escapes. Escapes that JSON does not have become U+FFFD, so that the rest of a
/// damaged text is still read.
pub(crate) fn unescape_json(raw: &str, out: &mut String) {
    unescape(raw, out, false);
}

/// The same with the escapes of Python (`\x41`, `\U0001f600`). Any other escape means the character after the backslash.
pub(crate) fn unescape_json_or_python(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    unescape(raw, &mut out, true);
    Cow::Owned(out)
}

#[inline(always)]
fn unescape(raw: &str, out: &mut String, python: bool) {
    let mut rest = raw;
    // Quotes of text in text stand a few bytes apart: looking at one byte at a time beats a call to memchr.
    while let Some(at) = rest.bytes().position(|b| b == b'\\') {
        out.push_str(&rest[..at]);
        let mut chars = rest[at + 1..].chars();
        let plain = match chars.next() {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('u') => code_point(&mut chars, 4),
            Some('x') if python => code_point(&mut chars, 2),
            Some('U') if python => code_point(&mut chars, 8),
            Some(other) if python => other,
            None if python => return,
            _ => char::REPLACEMENT_CHARACTER,
        };
        out.push(plain);
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// The character of so many hex digits; two surrogates make one.
fn code_point(chars: &mut std::str::Chars<'_>, digits: usize) -> char {
    fn hex(text: &str, digits: usize) -> Option<u32> {
        let text = text.get(..digits).filter(|t| t.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u32::from_str_radix(text, 16).ok()
    }
    let Some(first) = hex(chars.as_str(), digits) else { return char::REPLACEMENT_CHARACTER };
    *chars = chars.as_str()[digits..].chars();
    let second = chars.as_str().strip_prefix("\\u").and_then(|text| hex(text, 4));
    match (first, second) {
        (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
            *chars = chars.as_str()[6..].chars();
            let code = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        _ => char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_refuses_what_python_reads() {
        for (raw, json, python) in [
            ("a", "a", "a"),
            (r#"\"\\\/\n\u00e9\ud83d\ude00"#, "\"\\/\né😀", "\"\\/\né😀"),
            (r"\x41\U0001f600", "\u{fffd}41\u{fffd}0001f600", "A😀"),
            (r"\q\ud800!\u12", "\u{fffd}\u{fffd}!\u{fffd}12", "q\u{fffd}!\u{fffd}12"),
            ("end\\", "end\u{fffd}", "end"),
        ] {
            let mut out = String::new();
            unescape_json(raw, &mut out);
            assert_eq!((out.as_str(), &*unescape_json_or_python(raw)), (json, python), "{raw}");
        }
    }
}
