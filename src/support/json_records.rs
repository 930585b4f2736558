//! A JSON file of any outer shape -> its records. It may be an array, an object that wraps an array, JSON lines, or values one
//! after another, and may be broken in places.

use crate::support::problem::Position;
use serde_json::Value;

/// Broken records in a file before the rest is given up: bounds the work on hostile input.
const MAX_BROKEN: usize = 1000;
/// The longest record in a broken file, in bytes.
const MAX_RECORD: usize = 1 << 20;

/// The records of a file, in order.
#[derive(Debug, Default)]
pub struct JsonRecords {
    /// The objects that could be read.
    pub records: Vec<(Position, Value)>,
    /// What could not be read.
    pub broken: Vec<(Position, String)>,
    /// Whether the file came as a list (an array or a wrapped one), not as single objects.
    pub listed: bool,
    /// Whether the last page says that more pages follow.
    pub more: bool,
}

/// The message about a file that ends before its last page.
pub(crate) const PAGES_MISSING: &str = "this is one page of several; export the list with all its pages";

/// Splits `text` into records. An object with an array under one of the `wrappers` is replaced by the elements of that array.
pub fn json_records(text: &str, wrappers: &[&str]) -> JsonRecords {
    let mut found = JsonRecords::default();
    let mut lines = LineCount { at: 0, line: 1 };
    let mut at = 0;
    // Values that follow each other: one array, one wrapper, or many objects.
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start().len();
        if at == text.len() {
            return found;
        }
        let mut stream = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value @ (Value::Object(_) | Value::Array(_)))) => {
                found.take(value, lines.count_to(text, at), wrappers);
                at += stream.byte_offset();
            }
            _ => {
                found.salvage(text, at, lines, wrappers);
                return found;
            }
        }
    }
}

impl JsonRecords {
    fn take(&mut self, value: Value, line: u64, wrappers: &[&str]) {
        match value {
            Value::Array(items) => {
                self.listed = true;
                self.take_list(items, line, wrappers);
            }
            Value::Object(mut fields) => {
                let wrapped = wrappers.iter().find_map(|w| match fields.get_mut(*w) {
                    Some(Value::Array(items)) => Some(std::mem::take(items)),
                    _ => None,
                });
                match wrapped {
                    Some(items) => {
                        self.listed = true;
                        let token = fields
                            .get("next_page_token")
                            .and_then(Value::as_str)
                            .is_some_and(|t| !t.is_empty());
                        self.more = token || fields.get("has_more") == Some(&Value::Bool(true));
                        self.take_list(items, line, &[]);
                    }
                    None => self.records.push((Position::Line(line), Value::Object(fields))),
                }
            }
            _ => self.broken.push((Position::Line(line), "this is no JSON object; it was left out".into())),
        }
    }

    fn take_list(&mut self, items: Vec<Value>, line: u64, wrappers: &[&str]) {
        for (n, item) in items.into_iter().enumerate() {
            let position = Position::Record { line, record: n as u64 + 1 };
            match item {
                // Pages of a paged list, collected into an array.
                Value::Object(ref fields)
                    if wrappers.iter().any(|w| fields.get(*w).is_some_and(Value::is_array)) =>
                {
                    self.take(item, line, wrappers);
                }
                Value::Object(_) => self.records.push((position, item)),
                _ => self.broken.push((position, "this is no JSON object; it was left out".into())),
            }
        }
    }

    /// The rest of a file that is no valid JSON: every object that can be cut out by its braces, one by one.
    fn salvage(&mut self, text: &str, from: usize, mut lines: LineCount, wrappers: &[&str]) {
        let first = lines.count_to(text, from);
        let mut at = from;
        let mut gave_up = 0;
        if !text[from..].starts_with(['{', '[']) {
            self.broken.push((Position::Line(first), "this is no JSON; it was left out".into()));
        }
        while let Some(open) = memchr::memchr(b'{', &text.as_bytes()[at..]).map(|i| at + i) {
            let line = lines.count_to(text, open);
            let end = object_end(text.as_bytes(), open);
            let parsed = end.map(|end| serde_json::from_str::<Value>(&text[open..end]).map(|v| (v, end)));
            match parsed {
                Some(Ok((value, end))) => {
                    self.take(value, line, wrappers);
                    at = end;
                    continue;
                }
                Some(Err(e)) => {
                    self.broken.push((Position::Line(line), format!("{}; it was left out", fault(&e, line))))
                }
                None => {
                    self.broken.push((Position::Line(line), "this object has no end; it was left out".into()))
                }
            }
            gave_up += 1;
            if gave_up > MAX_BROKEN {
                self.broken
                    .push((Position::Line(line), "too many broken records; the rest was not read".into()));
                return;
            }
            at = match wrapped_list(text, open, end, wrappers) {
                Some(inside) => {
                    self.broken.pop();
                    self.broken.push((
                        Position::Line(line),
                        "this list is broken; its records were read one by one".into(),
                    ));
                    self.listed = true;
                    inside
                }
                None => next_start(text, open, end),
            };
        }
        if self.broken.is_empty() {
            let line = lines.count_to(text, text.len());
            self.broken
                .push((Position::Line(line), "the list breaks off or is damaged between its records".into()));
        }
    }
}

/// Counts newlines once while a scan moves forward.
struct LineCount {
    at: usize,
    line: u64,
}

impl LineCount {
    fn count_to(&mut self, text: &str, offset: usize) -> u64 {
        if offset > self.at {
            self.line += memchr::memchr_iter(b'\n', &text.as_bytes()[self.at..offset]).count() as u64;
            self.at = offset;
        }
        self.line
    }
}

/// The end of the object that opens at `open`, by counting braces outside of strings.
fn object_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut in_string = false;
    let mut at = open;
    let stop = bytes.len().min(open.saturating_add(MAX_RECORD));
    while at < stop {
        match bytes[at] {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the elements of a broken wrapper's array start.
fn wrapped_list(text: &str, open: usize, end: Option<usize>, wrappers: &[&str]) -> Option<usize> {
    let body = &text[open..end.unwrap_or(text.len())];
    wrappers.iter().find_map(|wrapper| {
        let key = format!("\"{wrapper}\"");
        let after = memchr::memmem::find(body.as_bytes(), key.as_bytes())? + key.len();
        let value = body[after..].trim_start().strip_prefix(':')?.trim_start().strip_prefix('[')?;
        Some(open + body.len() - value.len())
    })
}

/// Where to continue after a broken object: after it if it ends on its own line, else at the next line that opens one.
fn next_start(text: &str, open: usize, end: Option<usize>) -> usize {
    let line_end = memchr::memchr(b'\n', &text.as_bytes()[open..]).map_or(text.len(), |i| open + i);
    match end {
        Some(end) if end <= line_end => end,
        _ => line_end,
    }
}

fn fault(error: &serde_json::Error, line: u64) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    let line = line + (error.line() as u64).saturating_sub(1);
    format!("invalid JSON ({what}, line {line}, column {})", error.column())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids(text: &str) -> (Vec<i64>, usize) {
        let found = json_records(text, &["items"]);
        (found.records.iter().filter_map(|(_, v)| v["a"].as_i64()).collect(), found.broken.len())
    }

    #[test]
    fn every_outer_shape_gives_its_records() {
        for text in [
            r#"[{"a":1},{"a":2}]"#,
            r#"{"items":[{"a":1},{"a":2}],"next":""}"#,
            "{\"a\":1}\n{\"a\":2}\n",
            "{\"a\":1}{\n \"a\":2\n}",
            "{\"items\":[{\"a\":1}]}\n{\"items\":[{\"a\":2}]}",
            r#"[{"items":[{"a":1}]},{"items":[{"a":2}]}]"#,
        ] {
            assert_eq!(ids(text), (vec![1, 2], 0), "{text}");
        }
        assert_eq!(ids(""), (vec![], 0));
        assert_eq!(ids("[]"), (vec![], 0));
    }

    #[test]
    fn one_bad_record_costs_only_itself() {
        for text in [
            "{\"a\":1}\n{\"a\":,}\n{\"a\":2}\n",
            "{\"a\":1}\n{\"a\"\n{\"a\":2}\n",
            "[{\"a\":1},\n{\"a\":x},\n{\"a\":2}]",
            "{\"items\":[{\"a\":1},{\"a\":2},{\"a\":",
            "[{\"a\":1},{\"a\":2}",
            "[{\"a\":1},3,{\"a\":2}]",
            "Warning: old CLI\n[{\"a\":1},{\"a\":2}]",
        ] {
            let (found, broken) = ids(text);
            assert_eq!(found, [1, 2], "{text}");
            assert!(broken > 0, "{text}");
        }
        let found = json_records("{\"a\":1}\n{\"a\":,}\n", &[]);
        assert_eq!(found.broken[0].0, Position::Line(2));
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "[\\[\\]{}\",:\\\\ a1\n]{0,60}") {
            json_records(&text, &["a"]);
        }
    }
}
