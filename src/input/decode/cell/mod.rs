//! Turns a map or struct that was written as text into one table cell (JSON, Python, Spark, DuckDB, Trino ...) into its
//! keys and values. Nothing is unescaped before somebody asks for it: most values are SQL text that nobody reads.

mod open;

pub(super) use open::Opened;

use memchr::{memchr, memchr2};
use std::borrow::Cow;

/// One value of a cell, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellValue<'a> {
    /// `null`, `NULL` or `None`.
    Null,
    /// A number, a nested value or unquoted text.
    Bare(&'a str),
    /// What stood between quotes, with its escapes.
    Quoted(&'a str),
}

impl<'a> CellValue<'a> {
    /// The value as text, unescaped; empty for null.
    pub(super) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bare(text) => Cow::Borrowed(text),
            Self::Quoted(raw) => unescape(raw),
        }
    }

    /// As written, without quotes: enough to look at how a long value ends.
    pub(super) fn raw(self) -> &'a str {
        match self {
            Self::Null => "",
            Self::Bare(text) | Self::Quoted(text) => text,
        }
    }

    fn bare(text: &'a str) -> Self {
        match text {
            "null" | "NULL" | "None" => Self::Null,
            _ => Self::Bare(text),
        }
    }
}

/// Gives every key and value of `cell` to `found`, in order, and says whether the cell was complete. A cell without keys
/// (`{etl@example.com, null}`) is a struct: its values get the keys in `names`, by position.
///
/// Spark's casts quote nothing, so a value there ends where `, key -> ` begins: text that holds just that cannot be told
/// from a further key.
pub(super) fn visit<'a>(cell: &'a str, names: &[&str], mut found: impl FnMut(&str, CellValue<'a>)) -> bool {
    let cell = cell.trim();
    let mut scan = Scan { text: cell, at: 0 };
    match scan.peek() {
        None => true,
        Some(b'{') => {
            scan.at += 1;
            match scan.past_space() {
                Some(b'"' | b'\'') if scan.key_follows() => scan.entries(&mut found),
                _ => unquoted(cell, names, &mut found),
            }
        }
        Some(b'[') => {
            scan.at += 1;
            match scan.past_space() {
                Some(b'[' | b'(' | b'{') => scan.pairs(&mut found),
                Some(b'"' | b'\'') => scan.positions(names, &mut found),
                _ => unquoted(cell, names, &mut found),
            }
        }
        _ => {
            scan.word();
            scan.eat(b'(')
                && if scan.argument_follows() {
                    scan.arguments(&mut found)
                } else {
                    scan.positions(names, &mut found)
                }
        }
    }
}

/// Whether a cell is a map or struct as text, and no plain text (`etl@example.com`).
pub(super) fn is_nested(cell: &str) -> bool {
    let cell = cell.trim_start();
    cell.starts_with(['{', '[', '(']) || cell.starts_with("Row(")
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn past_space(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let here = self.past_space() == Some(byte);
        self.at += usize::from(here);
        here
    }

    fn word(&mut self) -> &'a str {
        let from = self.at;
        while self.peek().is_some_and(is_key_byte) {
            self.at += 1;
        }
        &self.text[from..self.at]
    }

    fn key_follows(&self) -> bool {
        let mut ahead = Scan { ..*self };
        ahead.quoted().is_none() || ahead.eat(b':')
    }

    fn argument_follows(&mut self) -> bool {
        self.past_space();
        let mut ahead = Scan { ..*self };
        self.peek() == Some(b')') || !ahead.word().is_empty() && ahead.eat(b'=')
    }

    /// `"k": v, ...}`, with the opening brace behind.
    fn entries(&mut self, found: &mut impl FnMut(&str, CellValue<'a>)) -> bool {
        loop {
            if self.eat(b'}') {
                return true;
            }
            let Some(key) = self.quoted() else { return false };
            if !self.eat(b':') {
                return false;
            }
            let Some(value) = self.value() else { return false };
            found(&unescape(key), value);
            if !self.eat(b',') && self.peek() != Some(b'}') {
                return false;
            }
        }
    }

    /// `name=value, ...)`, with the opening parenthesis behind.
    fn arguments(&mut self, found: &mut impl FnMut(&str, CellValue<'a>)) -> bool {
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

    /// `["k", "v"], ("k", "v"), {"key": "k", "value": "v"} ...]`, with the opening bracket behind.
    fn pairs(&mut self, found: &mut impl FnMut(&str, CellValue<'a>)) -> bool {
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
                    found(&unescape(key), value);
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
    fn positions(&mut self, names: &[&str], found: &mut impl FnMut(&str, CellValue<'a>)) -> bool {
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

    /// The text between the quotes that open here.
    fn quoted(&mut self) -> Option<&'a str> {
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

/// `{k -> v, k2 -> v2}`, `{k=v, k2=v2}` and, without keys, `{v, v2}`; older Spark writes square brackets.
fn unquoted<'a>(cell: &'a str, names: &[&str], found: &mut impl FnMut(&str, CellValue<'a>)) -> bool {
    let whole = cell.len() > 1 && cell.ends_with(['}', ']']);
    let body = cell[1..cell.len() - usize::from(whole)].trim_start();
    match key_at(body) {
        Some((key, arrow, rest)) => unquoted_pairs(key, arrow, rest, found),
        None if body.is_empty() => {}
        None => unquoted_positions(body, names, found),
    }
    whole
}

fn unquoted_pairs<'a>(
    mut key: &'a str,
    arrow: &str,
    mut rest: &'a str,
    found: &mut impl FnMut(&str, CellValue<'a>),
) {
    loop {
        let (value, next) = unquoted_value(rest, arrow);
        let bytes = value.as_bytes();
        let quoted = arrow == "=" && bytes.len() > 1 && bytes[0] == b'\'' && bytes[bytes.len() - 1] == b'\'';
        found(
            key,
            if quoted { CellValue::Quoted(&value[1..value.len() - 1]) } else { CellValue::bare(value) },
        );
        let Some((name, after)) = next else { return };
        (key, rest) = (name, after);
    }
}

/// The value that starts `rest`, and the key and text behind it.
fn unquoted_value<'a>(rest: &'a str, arrow: &str) -> (&'a str, Option<(&'a str, &'a str)>) {
    let mut from = 0;
    if arrow == "=" && rest.starts_with('\'') {
        let mut scan = Scan { text: rest, at: 0 };
        from = scan.quoted().map_or(0, |_| scan.at);
    }
    while let Some(comma) = memchr(b',', &rest.as_bytes()[from..]) {
        from += comma;
        match key_at(rest[from + 1..].trim_start_matches(' ')) {
            Some((key, found, after)) if found == arrow => return (&rest[..from], Some((key, after))),
            _ => from += 1,
        }
    }
    (rest, None)
}

/// `key -> rest` or `key=rest`.
fn key_at(text: &str) -> Option<(&str, &'static str, &str)> {
    let end = text.bytes().position(|b| !is_key_byte(b)).filter(|end| *end > 0)?;
    let (key, rest) = text.split_at(end);
    [" -> ", " ->", "="].iter().find_map(|arrow| {
        rest.strip_prefix(arrow).map(|rest| (key, if *arrow == "=" { "=" } else { "->" }, rest))
    })
}

fn is_key_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b':' | b'/')
}

/// Only the last two fields of the structs we read hold free text, and a call has either an error or a result: where the
/// last but one is null the rest belongs to the last, else the last comma parts them.
fn unquoted_positions<'a>(body: &'a str, names: &[&str], found: &mut impl FnMut(&str, CellValue<'a>)) {
    let mut rest = body;
    for (i, name) in names.iter().enumerate() {
        let comma = match names.len() - i {
            1 => None,
            2 if !rest.starts_with("null,") => rest.rfind(','),
            _ => rest.find(','),
        };
        let Some(comma) = comma else {
            return found(name, CellValue::bare(rest.trim()));
        };
        found(name, CellValue::bare(rest[..comma].trim()));
        rest = rest[comma + 1..].trim_start();
    }
}

/// Undoes the escapes of JSON and of Python; an unknown one stands for the character behind the backslash.
fn unescape(raw: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'\\', raw.as_bytes()) else {
        return Cow::Borrowed(raw);
    };
    let mut out = String::with_capacity(raw.len());
    out.push_str(&raw[..first]);
    let mut rest = &raw[first..];
    while let Some(escape) = rest.strip_prefix('\\') {
        let mut chars = escape.chars();
        let Some(letter) = chars.next() else { break };
        rest = chars.as_str();
        match letter {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'x' => rest = code_point(rest, 2, &mut out),
            'u' => rest = code_point(rest, 4, &mut out),
            'U' => rest = code_point(rest, 8, &mut out),
            other => out.push(other),
        }
        let next = memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(out)
}

fn code_point<'a>(rest: &'a str, digits: usize, out: &mut String) -> &'a str {
    let hex = |text: &str, n| {
        text.get(..n)
            .filter(|h: &&str| h.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|h| u32::from_str_radix(h, 16).ok())
    };
    let Some(high) = hex(rest, digits) else {
        out.push(char::REPLACEMENT_CHARACTER);
        return rest;
    };
    let rest = &rest[digits..];
    if let 0xD800..0xDC00 = high
        && let Some(tail) = rest.strip_prefix("\\u")
        && let Some(low @ 0xDC00..0xE000) = hex(tail, 4)
    {
        out.extend(char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)));
        return &tail[4..];
    }
    out.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const IDENTITY: &[&str] = &["email", "subject_name"];
    const RESPONSE: &[&str] = &["status_code", "error_message", "result"];

    fn read(cell: &str, names: &[&str]) -> Vec<(String, Option<String>)> {
        let mut all = Vec::new();
        assert!(
            visit(cell, names, |key, value| all
                .push((key.to_owned(), (value != CellValue::Null).then(|| value.text().into_owned())))),
            "{cell}"
        );
        all
    }

    fn is(cell: &str, names: &[&str], wanted: &[(&str, Option<&str>)]) {
        let wanted: Vec<_> = wanted.iter().map(|(k, v)| ((*k).to_owned(), v.map(str::to_owned))).collect();
        assert_eq!(read(cell, names), wanted, "{cell}");
    }

    #[test]
    fn a_map_reads_the_same_from_every_producer() {
        let wanted = [("user", Some("etl@example.com")), ("tokenId", Some("5f1c"))];
        for cell in [
            r#"{"user":"etl@example.com","tokenId":"5f1c"}"#,
            r#"{ "user" : "etl@example.com" , "tokenId" : "5f1c" }"#,
            r#"[["user","etl@example.com"],["tokenId","5f1c"]]"#,
            r#"[{"key":"user","value":"etl@example.com"},{"key":"tokenId","value":"5f1c"}]"#,
            "{user -> etl@example.com, tokenId -> 5f1c}",
            "[user -> etl@example.com, tokenId -> 5f1c]",
            "{user=etl@example.com, tokenId=5f1c}",
            "{'user': 'etl@example.com', 'tokenId': '5f1c'}",
            "[('user', 'etl@example.com'), ('tokenId', '5f1c')]",
            "Row(user='etl@example.com', tokenId='5f1c')",
        ] {
            is(cell, &[], &wanted);
        }
        for empty in ["", "{}", "[]", "{ }", "Row()"] {
            is(empty, IDENTITY, &[]);
        }
    }

    #[test]
    fn a_struct_reads_the_same_from_every_producer() {
        let wanted = [("email", Some("etl@example.com")), ("subject_name", None)];
        for cell in [
            r#"{"email":"etl@example.com","subject_name":null}"#,
            "{etl@example.com, null}",
            "[etl@example.com, null]",
            "Row(email='etl@example.com', subject_name=None)",
            "{'email': 'etl@example.com', 'subject_name': None}",
            "{'email': etl@example.com, 'subject_name': NULL}",
            "{email=etl@example.com, subject_name=null}",
            "('etl@example.com',NULL)",
            "Row('etl@example.com', None)",
            r#"["etl@example.com", null]"#,
        ] {
            is(cell, IDENTITY, &wanted);
        }
    }

    #[test]
    fn free_text_in_a_struct_cast_keeps_its_commas() {
        is(
            "{200, null, null}",
            RESPONSE,
            &[("status_code", Some("200")), ("error_message", None), ("result", None)],
        );
        is(
            r#"{200, null, {"a":1, "b":2}}"#,
            RESPONSE,
            &[("status_code", Some("200")), ("error_message", None), ("result", Some(r#"{"a":1, "b":2}"#))],
        );
        is(
            "{403, no access, sorry, null}",
            RESPONSE,
            &[("status_code", Some("403")), ("error_message", Some("no access, sorry")), ("result", None)],
        );
        is(
            "{200, null, 3 = 4, a -> b}",
            RESPONSE,
            &[("status_code", Some("200")), ("error_message", None), ("result", Some("3 = 4, a -> b"))],
        );
    }

    #[test]
    fn values_keep_what_only_looks_like_syntax() {
        is(
            r#"{sql -> select a, b from t, x -> y}"#,
            &[],
            &[("sql", Some("select a, b from t")), ("x", Some("y"))],
        );
        is(
            r#"{new_settings -> {"name":"a","tags":{"b":1}}, user -> u}"#,
            &[],
            &[("new_settings", Some(r#"{"name":"a","tags":{"b":1}}"#)), ("user", Some("u"))],
        );
        is(
            r#"{"n":5,"deep":{"a":["}",{"b":"]"}]},"yes":true}"#,
            &[],
            &[("n", Some("5")), ("deep", Some(r#"{"a":["}",{"b":"]"}]}"#)), ("yes", Some("true"))],
        );
        is(r#"{"it's": 'it\'s "x"'}"#, &[], &[("it's", Some("it's \"x\""))]);
        is(
            r#"{"a":"\u00e9\ud83d\ude00\n\ud800!","b":"\x41"}"#,
            &[],
            &[("a", Some("é😀\n\u{fffd}!")), ("b", Some("A"))],
        );
        is("{a='x, b=1', c=2}", &[], &[("a", Some("x, b=1")), ("c", Some("2"))]);
    }

    #[test]
    fn a_cut_cell_gives_what_it_still_holds_and_says_so() {
        for (cell, whole) in [
            (r#"{"user":"u","sql":"select"#, 1),
            (r#"[["user","u"],["sq"#, 1),
            ("{user -> u, sql -> sel", 2),
            ("Row(user='u', sql='s", 1),
        ] {
            let mut seen = Vec::new();
            assert!(
                !visit(cell, &[], |key, value| seen.push((key.to_owned(), value.text().into_owned()))),
                "{cell}"
            );
            assert_eq!(seen.len(), whole, "{cell}");
            assert_eq!(seen[0], ("user".to_owned(), "u".to_owned()));
        }
        assert!(!visit("plain text", IDENTITY, |_, _| unreachable!()));
    }

    fn python(text: &str) -> String {
        let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
        let mut out = String::from(quote);
        for c in text.chars() {
            match c {
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                c if c == quote => out.extend(['\\', c]),
                c if (c as u32) < 32 || c as u32 == 127 => out.push_str(&format!("\\x{:02x}", c as u32)),
                c => out.push(c),
            }
        }
        out.push(quote);
        out
    }

    type Map = Vec<(String, Option<String>)>;

    fn map(value: &'static str) -> impl Strategy<Value = Map> {
        prop::collection::vec(("[a-z][A-Za-z_.0-9]{0,8}", prop::option::weighted(0.8, value)), 1..6)
    }

    fn join(map: &Map, open: &str, each: impl Fn(&str, Option<&str>) -> String, close: &str) -> String {
        let items: Vec<_> = map.iter().map(|(k, v)| each(k, v.as_deref())).collect();
        format!("{open}{}{close}", items.join(", "))
    }

    proptest! {
        #[test]
        fn quoted_dialects_read_back(map in map("\\PC{0,12}|[\"'\\\\{}\\[\\](),:=\n\t]{0,8}")) {
            let json = |t: &str| serde_json::to_string(t).unwrap();
            let null = |v: Option<&str>, f: &dyn Fn(&str) -> String, null: &str| v.map_or(null.to_owned(), f);
            prop_assert_eq!(&read(&join(&map, "{", |k, v| format!("{}:{}", json(k), null(v, &json, "null")), "}"), &[]), &map);
            prop_assert_eq!(&read(&join(&map, "[", |k, v| format!("[{},{}]", json(k), null(v, &json, "null")), "]"), &[]), &map);
            prop_assert_eq!(&read(&join(&map, "{", |k, v| format!("{}: {}", python(k), null(v, &python, "None")), "}"), &[]), &map);
            prop_assert_eq!(&read(&join(&map, "[", |k, v| format!("({}, {})", python(k), null(v, &python, "None")), "]"), &[]), &map);
            prop_assert_eq!(&read(&join(&map, "Row(", |k, v| format!("{k}={}", null(v, &python, "None")), ")"), &[]), &map);
        }

        #[test]
        fn unquoted_dialects_read_back(map in map("[a-z@ {}\"';:,]{0,5}[A-Z]")) {
            prop_assert_eq!(&read(&join(&map, "{", |k, v| format!("{k} -> {}", v.unwrap_or("null")), "}"), &[]), &map);
            prop_assert_eq!(&read(&join(&map, "[", |k, v| format!("{k} -> {}", v.unwrap_or("null")), "]"), &[]), &map);
        }

        #[test]
        fn nothing_panics(start in "(\\{|\\[|\\(|RawRecord\\(|\\[\\[|\\{\"a\":|\\{a -> |\\{a=')?", rest in "(\\PC|[\"'\\\\{}\\[\\](),:=>\\- un]){0,40}") {
            let cell = start + &rest;
            visit(&cell, RESPONSE, |_, value| drop(value.text()));
            for (cut, _) in cell.char_indices() {
                visit(&cell[..cut], IDENTITY, |_, value| drop(value.text()));
            }
        }
    }
}
