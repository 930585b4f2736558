//! A walk over JSON text that hands out the members of objects without building anything. Structure, literals and numbers are
//! checked as the standard says. Strings that are not needed are only checked for newlines.

use super::json_index::{ESCAPES, Index, PLACE};
use super::json_value::FieldValue;

/// The deepest nesting of objects and arrays that is read.
const DEPTH: u32 = 128;

/// The name of a member, with its first bytes as a number: most names are compared by that number alone.
#[derive(Clone, Copy)]
pub(crate) struct JsonKey<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) start: u128,
}

impl<'a> JsonKey<'a> {
    /// Bytes in `start`.
    pub(crate) const START: usize = 16;
    const MASKS: [u128; 17] = {
        let mut masks = [u128::MAX; 17];
        let mut len = 0;
        while len < Self::START {
            masks[len] = (1 << (8 * len)) - 1;
            len += 1;
        }
        masks
    };

    pub(crate) fn of(name: &'a [u8]) -> Self {
        Self { name, start: Self::start(name) }
    }

    pub(crate) const fn start(name: &[u8]) -> u128 {
        let (mut start, mut at) = (0, 0);
        while at < name.len() && at < Self::START {
            start |= (name[at] as u128) << (8 * at);
            at += 1;
        }
        start
    }

    /// The key `from..to`. Bytes after it are read too and masked.
    #[inline(always)]
    fn between(bytes: &'a [u8], from: usize, to: usize) -> Self {
        let name = &bytes[from..to];
        let start = match bytes[from..].first_chunk() {
            Some(chunk) => u128::from_le_bytes(*chunk) & Self::MASKS[name.len().min(Self::START)],
            None => Self::start(name),
        };
        Self { name, start }
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
    /// The quotes at or after the cursor.
    quotes: &'i [u32],
    /// The newlines from the current line on, and where that line ends.
    newlines: &'i [u32],
    line_end: usize,
}

impl<'a, 'i> Cursor<'a, 'i> {
    /// `index` must have been built from `text`.
    pub(crate) fn new(text: &'a str, index: &'i Index) -> Self {
        let Index { quotes, newlines } = index;
        Self { text, bytes: text.as_bytes(), index, at: 0, quotes, newlines, line_end: 0 }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The text between `from` and the cursor.
    pub(crate) fn since(&self, from: usize) -> &'a str {
        self.slice(from, self.at)
    }

    /// Moves to any place outside a string.
    pub(crate) fn skip_to(&mut self, at: usize) {
        let Index { quotes, newlines } = self.index;
        self.at = at;
        self.quotes = &quotes[quotes.partition_point(|&q| ((q & PLACE) as usize) < at)..];
        self.newlines = &newlines[newlines.partition_point(|&n| (n as usize) < at)..];
        self.line_end = at;
    }

    /// Skips one byte outside strings.
    pub(crate) fn bump(&mut self) {
        self.at += 1;
    }

    /// The next byte that is not blank.
    #[inline(always)]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        match *self.bytes.get(self.at)? {
            b if b > b' ' => Some(b),
            _ => self.peek_behind_blanks(),
        }
    }

    #[cold]
    fn peek_behind_blanks(&mut self) -> Option<u8> {
        loop {
            let b = *self.bytes.get(self.at)?;
            if !matches!(b, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(b);
            }
            self.at += 1;
        }
    }

    /// Where the line that holds `from` ends: after its newline, or the end of the text.
    #[inline(never)]
    fn end_of_line(&mut self, from: usize) -> usize {
        while let [newline, rest @ ..] = self.newlines {
            if *newline as usize >= from {
                return *newline as usize + 1;
            }
            self.newlines = rest;
        }
        self.bytes.len()
    }

    /// Visits the members of the object at the cursor, in order. The visitor gets each key, with the cursor before its value,
    /// and must take or skip the value.
    #[inline]
    pub(crate) fn object<V>(&mut self, depth: u32, mut visit: V) -> Result<(), Reason>
    where
        V: FnMut(&mut Self, JsonKey<'a>, u32) -> Result<(), Reason>,
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
            let (open, close, _) = self.quoted()?;
            let key = JsonKey::between(self.bytes, open, close);
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
    #[inline]
    pub(crate) fn value(&mut self, depth: u32) -> Result<FieldValue<'a>, Reason> {
        let first = self.peek();
        let from = self.at;
        match first {
            Some(b'"') => {
                let (open, close, escapes) = self.quoted()?;
                let raw = self.slice(open, close);
                Ok(if escapes { FieldValue::Escaped(raw) } else { FieldValue::Text(raw) })
            }
            Some(b'{') => {
                self.skip(depth)?;
                Ok(FieldValue::Object(self.slice(from, self.at)))
            }
            Some(b'[') => {
                self.skip(depth)?;
                Ok(FieldValue::Array(self.slice(from, self.at)))
            }
            _ => match self.bare()? {
                "null" => Ok(FieldValue::Null),
                bare => Ok(FieldValue::Bare(bare)),
            },
        }
    }

    /// Skips the value at the cursor.
    pub(crate) fn skip(&mut self, depth: u32) -> Result<(), Reason> {
        match self.peek() {
            Some(b'"') => self.quoted().map(drop),
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

    /// Skips the string at the cursor and gives the bytes inside.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<&'a [u8], Reason> {
        let (open, close, _) = self.quoted()?;
        Ok(&self.bytes[open..close])
    }

    /// Where the inside of the string at the cursor starts and ends, and whether there are escapes in it.
    #[inline(always)]
    fn quoted(&mut self) -> Result<(usize, usize, bool), Reason> {
        let quotes = self.quotes;
        let [open, close, rest @ ..] = quotes else { return Err(self.unquoted()) };
        let close_at = (close & PLACE) as usize;
        if (open & PLACE) as usize != self.at {
            return Err(self.unquoted());
        }
        if close_at >= self.line_end {
            self.line_end = self.end_of_line(self.at);
            if close_at >= self.line_end {
                return Err("has a line break inside a string");
            }
        }
        let open_at = self.at + 1;
        self.quotes = rest;
        self.at = close_at + 1;
        Ok((open_at, close_at, close & ESCAPES != 0))
    }

    /// Why there is no string at the cursor.
    #[cold]
    fn unquoted(&self) -> Reason {
        let opens = self.quotes.first().is_some_and(|&q| (q & PLACE) as usize == self.at);
        if opens { "ends inside a string" } else { "is not valid JSON" }
    }

    #[inline]
    fn bare(&mut self) -> Result<&'a str, Reason> {
        let rest = &self.bytes[self.at..];
        let len = match rest {
            [b'n', b'u', b'l', b'l', ..] | [b't', b'r', b'u', b'e', ..] => 4,
            [b'f', b'a', b'l', b's', b'e', ..] => 5,
            _ => number(rest),
        };
        // The caller checks what follows: it must be structure or whitespace.
        if len == 0 {
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
    #[inline]
    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }
}

/// The length of the number at the start; 0 if there is none.
fn number(bytes: &[u8]) -> usize {
    let digits = |from: usize| bytes[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let start = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(start);
    if whole == 0 || (whole > 1 && bytes[start] == b'0') {
        return 0;
    }
    let mut at = start + whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return 0;
        }
        at += 1 + fraction;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = if at <= bytes.len() { digits(at) } else { 0 };
        if exponent == 0 {
            return 0;
        }
        at += exponent;
    }
    at
}
