//! Percent-encoded text, as in URLs, the paths of a Delta log and the names of partition folders.

/// Undoes `%20` and the like. What is no escape stays as it is.
pub(crate) fn percent_decoded(text: &str) -> Vec<u8> {
    let digit = |b: u8| (b as char).to_digit(16);
    let mut rest = text.as_bytes();
    let mut out = Vec::with_capacity(rest.len());
    while let [first, behind @ ..] = rest {
        let escape = match behind {
            [high, low, ..] if *first == b'%' => digit(*high).zip(digit(*low)),
            _ => None,
        };
        match escape {
            Some((high, low)) => {
                out.push((high * 16 + low) as u8);
                rest = &behind[2..];
            }
            None => {
                out.push(*first);
                rest = behind;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_hex_digits_are_an_escape() {
        for (text, decoded) in
            [("a%20b%C3%a9", "a b\u{e9}"), ("%+f%4%zz%", "%+f%4%zz%"), ("%2541", "%41"), ("", "")]
        {
            assert_eq!(percent_decoded(text), decoded.as_bytes(), "{text}");
        }
    }
}
