//! Cells that quote their texts: JSON, Python, DuckDB.

use super::value::CellValue;
use crate::support::unescape::unescape_json_or_python;
use memchr::memchr2;

/// A place in a cell.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn past_space(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let here = self.past_space() == Some(byte);
        self.at += usize::from(here);
        here
    }

    pub(super) fn word(&mut self) -> &'a str {
        let from = self.at;
        while self.peek().is_some_and(is_key_byte) {
            self.at += 1;
        }
        &self.text[from..self.at]
    }

    pub(super) fn key_follows(&self) -> bool {
        let mut ahead = Scan { ..*self };
        ahead.quoted().is_none() || ahead.eat(b':')
    }

    pub(super) fn argument_follows(&mut self) -> bool {
        self.past_space();
        let mut ahead = Scan { ..*self };
        self.peek() == Some(b')') || !ahead.word().is_empty() && ahead.eat(b'=')
    }

    /// `"k": v, ...}`, after the opening brace.
    pub(super) fn entries(&mut self, found: &mut impl FnMut(&str, CellValue<'a>)) -> bool {
        loop {
            if self.eat(b'}') {
                return true;
            }
            let Some(key) = self.quoted() else { return false };
            if !self.eat(b':') {
                return false;
            }
            let Some(value) = self.value() else { return false };
            found(&unescape_json_or_python(key), value);
            if !self.eat(b',') && self.peek() != Some(b'}') {
                return false;
            }
        }
    }

    /// `name=value, ...)`, after the opening parenthesis.
    pub(super) fn arguments(&mut self, found: &mut impl FnMut(&str, CellValue<'a>)) -> bool {
        loop {
            if self.eat(b')') {
                return true;
            }
            let key = self.word();
            if key.is_empty() || !self.eat(b'=') {
                return false;
            }
            let Some(value) = self.value() else { return false };
            found(key, value);
            if !self.eat(b',') && self.peek() != Some(b')') {
                return false;
            }
        }
    }

    /// `["k", "v"], ("k", "v"), {"key": "k", "value": "v"} ...]`, after the opening bracket.
    pub(super) fn pairs(&mut self, found: &mut impl FnMut(&str, CellValue<'a>)) -> bool {
        loop {
            match self.past_space() {
                Some(b']') => return true,
                Some(b'[' | b'(') => {
                    self.at += 1;
                    self.past_space();
                    let Some(key) = self.quoted() else { return false };
                    if !self.eat(b',') {
                        return false;
                    }
                    let Some(value) = self.value() else { return false };
                    found(&unescape_json_or_python(key), value);
                    if !self.eat(b']') && !self.eat(b')') {
                        return false;
                    }
                }
                Some(b'{') => {
                    self.at += 1;
                    let (mut key, mut value) = (None, CellValue::Null);
                    let whole = self.entries(&mut |name, item| match name {
                        "key" => key = Some(item),
                        "value" => value = item,
                        _ => {}
                    });
                    match key {
                        Some(key) if whole => found(&key.text(), value),
                        _ => return false,
                    }
                }
                _ => return false,
            }
            self.eat(b',');
        }
    }

    /// `v, v ...` up to a closing bracket, keyed by position.
    pub(super) fn positions(&mut self, names: &[&str], found: &mut impl FnMut(&str, CellValue<'a>)) -> bool {
        for name in names {
            if matches!(self.past_space(), Some(b')' | b']')) {
                break;
            }
            let Some(value) = self.value() else { return false };
            found(name, value);
            if !self.eat(b',') {
                break;
            }
        }
        matches!(self.past_space(), Some(b')' | b']'))
    }

    /// The text between the quotes that start here.
    pub(super) fn quoted(&mut self) -> Option<&'a str> {
        let quote = self.past_space().filter(|b| matches!(b, b'"' | b'\''))?;
        let bytes = self.text.as_bytes();
        let from = self.at + 1;
        let mut at = from;
        loop {
            at += memchr2(quote, b'\\', bytes.get(at..)?)?;
            if bytes[at] == quote {
                self.at = at + 1;
                return Some(&self.text[from..at]);
            }
            at += 2;
        }
    }

    fn value(&mut self) -> Option<CellValue<'a>> {
        match self.past_space()? {
            b'"' | b'\'' => self.quoted().map(CellValue::Quoted),
            _ => {
                let from = self.at;
                while !matches!(self.peek()?, b',' | b'}' | b']' | b')') {
                    match self.peek()? {
                        b'{' | b'[' | b'(' => self.skip_nested()?,
                        _ => self.at += 1,
                    }
                }
                Some(CellValue::bare(self.text[from..self.at].trim_end()))
            }
        }
    }

    fn skip_nested(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            match self.peek()? {
                b'"' | b'\'' => {
                    self.quoted()?;
                    continue;
                }
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}

/// Whether a byte may be part of a key without quotes.
pub(super) fn is_key_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b':' | b'/')
}
