//! Any text that may be printed -> the same text without what looks like a token's secret value.

use std::borrow::Cow;

const HEX: usize = 32;

/// Replaces every `dapi` followed by 32 or more hex digits (and a `-2` after them) with `dapi[blanked]`. People paste
/// tokens into comments and names; no output may contain them.
pub fn blank_secrets(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut clean = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'd', b'D', &bytes[at..]) {
        let start = at + found;
        let Some(end) = secret_end(bytes, start) else {
            at = start + 1;
            continue;
        };
        clean.push_str(&text[copied..start]);
        clean.push_str("dapi[blanked]");
        (copied, at) = (end, end);
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(&text[copied..]);
    Cow::Owned(clean)
}

/// Where the secret at `start` ends, if there is one. It is ASCII, so the end is a character boundary.
fn secret_end(bytes: &[u8], start: usize) -> Option<usize> {
    let word = bytes.get(start..start + 4)?;
    if !word.eq_ignore_ascii_case(b"dapi") {
        return None;
    }
    let digits = |from: usize, is: fn(&u8) -> bool| bytes[from..].iter().take_while(|b| is(b)).count();
    let hex = digits(start + 4, u8::is_ascii_hexdigit);
    if hex < HEX {
        return None;
    }
    let end = start + 4 + hex;
    match bytes.get(end) {
        Some(b'-') => {
            let suffix = digits(end + 1, u8::is_ascii_digit);
            Some(if suffix > 0 { end + 1 + suffix } else { end })
        }
        _ => Some(end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_pasted_token_is_blanked_wherever_it_stands() {
        let key = format!("dapi{}", "0123456789abcdef".repeat(2));
        for (given, clean) in [
            (key.clone(), "dapi[blanked]"),
            (format!("{key}-2"), "dapi[blanked]"),
            (format!("x{key}-y"), "xdapi[blanked]-y"),
            (format!("é {} und {key}-12.", key.to_uppercase()), "é dapi[blanked] und dapi[blanked]."),
            (format!("{key}00"), "dapi[blanked]"),
        ] {
            assert_eq!(blank_secrets(&given), clean);
        }
    }

    #[test]
    fn what_only_resembles_a_token_stays() {
        for text in ["", "dapi", "ddapi", "dapi0123456789abcdef", "dapi0123456789abcdef0123456789abcde", "d"]
        {
            assert!(matches!(blank_secrets(text), Cow::Borrowed(same) if same == text));
        }
    }

    proptest! {
        #[test]
        fn no_secret_survives(before in ".{0,20}", hex in "[0-9a-fA-F]{32,40}", after in ".{0,20}") {
            let clean = blank_secrets(&format!("{before}dapi{hex}{after}")).into_owned();
            prop_assert!(!clean.contains(&hex));
            prop_assert_eq!(blank_secrets(&clean), clean.as_str());
        }
    }
}
