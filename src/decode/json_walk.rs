//! A walk over JSON text that hands out the members of objects without building anything. Structure, literals and numbers are
//! checked as the standard says; the inside of strings that nobody asks for is not, but for newlines.

use super::json_index::{ESCAPES, Index, PLACE};
use std::borrow::Cow;

/// Objects and arrays inside each other; deeper ones are refused, whatever sent them.
const DEPTH: u32 = 128;

/// A value as it stands in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Value<'a> {
    /// `null`, or nothing there.
    #[default]
    Null,
    /// A text without escapes, or one that did not come from JSON.
    Text(&'a str),
    /// The inside of a JSON string with escapes in it.
    Escaped(&'a str),
    /// A number, `true` or `false`, as written.
    Bare(&'a str),
    /// A whole object.
    Object(&'a str),
    /// A whole array.
    Array(&'a str),
}

impl<'a> Value<'a> {
    /// The value as a text: strings without their escapes, all else as written, `null` empty.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Escaped(raw) => {
                let mut text = String::with_capacity(raw.len());
                unescape(raw, &mut text);
                Cow::Owned(text)
            }
            Self::Text(s) | Self::Bare(s) | Self::Object(s) | Self::Array(s) => Cow::Borrowed(s),
        }
    }

    /// Neither `null` nor an empty text.
    pub fn is_some(self) -> bool {
        !matches!(self, Self::Null | Self::Text(""))
    }
}

/// Why a text is no JSON record, as the end of a sentence.
pub(crate) type Reason = &'static str;

/// A place in an indexed text.
pub(crate) struct Cursor<'a, 'i> {
    text: &'a str,
    bytes: &'a [u8],
    index: &'i Index,
    at: usize,
    quote: usize,
    newline: usize,
}

impl<'a, 'i> Cursor<'a, 'i> {
    /// At the start of a text that `index` was built from.
    pub(crate) fn new(text: &'a str, index: &'i Index) -> Self {
        Self { text, bytes: text.as_bytes(), index, at: 0, quote: 0, newline: 0 }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What stands between an earlier place and the cursor.
    pub(crate) fn since(&self, from: usize) -> &'a str {
        self.slice(from, self.at)
    }

    /// Goes to any place outside a string.
    pub(crate) fn skip_to(&mut self, at: usize) {
        self.at = at;
        self.quote = self.index.quotes.partition_point(|&q| ((q & PLACE) as usize) < at);
        self.newline = self.index.newlines.partition_point(|&n| (n as usize) < at);
    }

    /// Passes one byte of structure.
    pub(crate) fn bump(&mut self) {
        self.at += 1;
    }

    /// The next byte that is not blank.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            let b = *self.bytes.get(self.at)?;
            if !matches!(b, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(b);
            }
            self.at += 1;
        }
    }

    /// Where the line that holds `from` ends: after its newline, or the end of the text.
    fn line_end(&mut self, from: usize) -> usize {
        let newlines = &self.index.newlines;
        while newlines.get(self.newline).is_some_and(|&n| (n as usize) < from) {
            self.newline += 1;
        }
        newlines.get(self.newline).map_or(self.bytes.len(), |&n| n as usize + 1)
    }

    /// The members of the object at the cursor, in order. The visitor is given each key with the cursor before its value; it
    /// must take the value.
    #[inline]
    pub(crate) fn object<V>(&mut self, depth: u32, mut visit: V) -> Result<(), Reason>
    where
        V: FnMut(&mut Self, &'a str, u32) -> Result<(), Reason>,
    {
        if depth >= DEPTH {
            return Err("is nested too deeply");
        }
        self.expect(b'{')?;
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.broken());
            }
            let key = self.string()?;
            self.peek();
            self.expect(b':')?;
            visit(self, key, depth + 1)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.broken()),
            }
        }
    }

    /// Takes the value at the cursor.
    pub(crate) fn value(&mut self, depth: u32) -> Result<Value<'a>, Reason> {
        let first = self.peek();
        let from = self.at;
        match first {
            Some(b'"') => {
                let (raw, escapes) = self.string_with_escapes()?;
                Ok(if escapes { Value::Escaped(raw) } else { Value::Text(raw) })
            }
            Some(b'{') => {
                self.skip(depth)?;
                Ok(Value::Object(self.slice(from, self.at)))
            }
            Some(b'[') => {
                self.skip(depth)?;
                Ok(Value::Array(self.slice(from, self.at)))
            }
            _ => match self.bare()? {
                "null" => Ok(Value::Null),
                bare => Ok(Value::Bare(bare)),
            },
        }
    }

    /// Passes over the value at the cursor.
    pub(crate) fn skip(&mut self, depth: u32) -> Result<(), Reason> {
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(b'{') => self.object(depth, |cursor, _, depth| cursor.skip(depth)),
            Some(b'[') => self.array(depth),
            _ => self.bare().map(drop),
        }
    }

    fn array(&mut self, depth: u32) -> Result<(), Reason> {
        if depth >= DEPTH {
            return Err("is nested too deeply");
        }
        self.at += 1;
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.skip(depth + 1)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.broken()),
            }
        }
    }

    /// The inside of the string at the cursor.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<&'a str, Reason> {
        self.string_with_escapes().map(|(raw, _)| raw)
    }

    /// The same, and whether there are escapes in it.
    #[inline]
    fn string_with_escapes(&mut self) -> Result<(&'a str, bool), Reason> {
        let quotes = &self.index.quotes;
        while quotes.get(self.quote).is_some_and(|&q| ((q & PLACE) as usize) < self.at) {
            self.quote += 1;
        }
        if quotes.get(self.quote).is_none_or(|&q| (q & PLACE) as usize != self.at) {
            return Err("is not valid JSON");
        }
        let Some(&entry) = quotes.get(self.quote + 1) else { return Err("ends inside a string") };
        let close = (entry & PLACE) as usize;
        if self.line_end(self.at) <= close {
            return Err("has a line break inside a string");
        }
        let inside = self.slice(self.at + 1, close);
        self.quote += 2;
        self.at = close + 1;
        Ok((inside, entry & ESCAPES != 0))
    }

    fn bare(&mut self) -> Result<&'a str, Reason> {
        let rest = &self.bytes[self.at..];
        let len = rest
            .iter()
            .position(|b| {
                matches!(b, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t' | b'"' | b':' | b'{' | b'[')
            })
            .unwrap_or(rest.len());
        let token = &rest[..len];
        if !(matches!(token, b"null" | b"true" | b"false") || is_number(token)) {
            return Err(self.broken());
        }
        let from = self.at;
        self.at += len;
        Ok(self.slice(from, self.at))
    }

    fn expect(&mut self, byte: u8) -> Result<(), Reason> {
        if self.bytes.get(self.at) != Some(&byte) {
            return Err(self.broken());
        }
        self.at += 1;
        Ok(())
    }

    fn broken(&self) -> Reason {
        if self.at >= self.bytes.len() { "ends too early" } else { "is not valid JSON" }
    }

    /// The ends are quotes or structure, so they never split a character.
    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }
}

fn is_number(token: &[u8]) -> bool {
    let digits = |b: &[u8]| b.iter().take_while(|c| c.is_ascii_digit()).count();
    let rest = token.strip_prefix(b"-").unwrap_or(token);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    let mut rest = &rest[whole..];
    if let [b'.', fraction @ ..] = rest {
        let n = digits(fraction);
        if n == 0 {
            return false;
        }
        rest = &fraction[n..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent =
            exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
        let n = digits(exponent);
        return n > 0 && n == exponent.len();
    }
    rest.is_empty()
}

/// Appends the inside of a JSON string without its escapes. Escapes that mean nothing become U+FFFD: the rest of a damaged text
/// is still worth reading.
pub(crate) fn unescape(raw: &str, out: &mut String) {
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
            Some('u') => unicode(&mut chars),
            _ => char::REPLACEMENT_CHARACTER,
        };
        out.push(plain);
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// The character after `\u`; two surrogates make one.
fn unicode(chars: &mut std::str::Chars<'_>) -> char {
    fn hex(text: &str) -> Option<u16> {
        let four = text.get(..4).filter(|t| t.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u16::from_str_radix(four, 16).ok()
    }
    let Some(first) = hex(chars.as_str()) else { return char::REPLACEMENT_CHARACTER };
    *chars = chars.as_str()[4..].chars();
    let second = chars.as_str().strip_prefix("\\u").and_then(hex);
    match (first, second) {
        (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
            *chars = chars.as_str()[6..].chars();
            char::decode_utf16([first, low])
                .next()
                .and_then(Result::ok)
                .unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        _ => char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}
