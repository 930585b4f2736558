//! The place of a refusal in a client's log -> the record around it, and the time, host, path and token id in that record.

use super::time_in_text::{epoch_time, first_time};
use crate::input::denial::LocatedDenial;
use crate::support::time::Time;

/// Bytes searched before and after a refusal for its record.
const BEFORE: usize = 8 << 10;
const AFTER: usize = 2 << 10;
/// Lines that a plain-text record may have before its refusal (a stack trace).
const LINES: usize = 80;

/// The text of one log record: a JSON object, or one or more lines.
pub(super) struct LoggedRecord<'a> {
    before: &'a str,
    after: &'a str,
    json: bool,
}

impl<'a> LoggedRecord<'a> {
    /// `earlier` is where the previous refusal ends: lines before it belong to that record.
    pub(super) fn around(text: &'a str, found: &LocatedDenial<'_>, earlier: usize) -> Self {
        let floor = text.ceil_char_boundary(found.start.saturating_sub(BEFORE));
        let ceiling = text.floor_char_boundary(found.end.saturating_add(AFTER).min(text.len()));
        let before = &text[floor..found.start];
        let after = &text[found.start..ceiling];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let line_end = after.find('\n').unwrap_or(after.len());
        let (line_before, line_after) = (&before[line_start..], &after[..line_end]);
        // One line that is an object, or several objects: the one around the denial.
        if line_before.trim_start().starts_with('{') {
            let (open, close) = object_around(line_before, line_after);
            if close.is_some() || open > 0 {
                return Self {
                    before: &line_before[open..],
                    after: &line_after[..close.unwrap_or(line_end)],
                    json: true,
                };
            }
        }
        let own_lines = earlier.saturating_sub(floor).min(line_start);
        let start = match stamp(line_before) {
            None => record_start(&before[own_lines..line_start]).map(|start| own_lines + start),
            Some(_) => None,
        };
        Self { before: &before[start.unwrap_or(line_start)..], after: line_after, json: false }
    }

    /// The time of a JSON record, at any key; of plain text, the time in its first line.
    pub(super) fn time(&self) -> Option<(Time, bool)> {
        if self.json {
            let whole = [self.before, self.after];
            let epoch = || whole.iter().find_map(|part| epoch_time(part)).map(|t| (t, true));
            return whole.iter().find_map(|part| first_time(part)).or_else(epoch);
        }
        let first_line = self.before.split('\n').next().unwrap_or_default();
        stamp(first_line).or_else(|| first_time(self.after))
    }

    /// Host and path: from the last URL before the refusal, else the first after it, else from the SDK's `host=`.
    pub(super) fn address(&self) -> (Option<&'a str>, Option<&'a str>) {
        let url = self
            .before
            .rfind("https://")
            .map(|i| &self.before[i..])
            .or_else(|| Some(&self.after[self.after.find("https://")?..]));
        let configured = || {
            let host = self.after.split_once("host=")?.1;
            Some(host[..host.find([',', ' ', '"', '\\']).unwrap_or(host.len())].trim_end_matches('.'))
        };
        let Some(url) = url.and_then(|u| u.strip_prefix("https://")) else { return (configured(), None) };
        let stop = |c: char| c.is_whitespace() || c.is_control() || "\"'<>\\,;)]}".contains(c);
        let url = &url[..url.find(stop).unwrap_or(url.len())];
        let (host, path) = url.split_at(url.find(['/', '?']).unwrap_or(url.len()));
        let path = path.split('?').next().filter(|p| p.len() > 1);
        let host = Some(host.trim_end_matches('.')).filter(|h| !h.is_empty() && !h.contains('@'));
        (host, path)
    }

    pub(super) fn token_id(&self) -> Option<&'a str> {
        if !self.json {
            return None;
        }
        [self.before, self.after].into_iter().find_map(|part| {
            let (_, value) = part.split_once("\"token_id\"").or_else(|| part.split_once("\"tokenId\""))?;
            let value = value.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
            value.split('"').next().filter(|id| (1..=128).contains(&id.len()))
        })
    }
}

/// The time at the start of a line.
fn stamp(line: &str) -> Option<(Time, bool)> {
    first_time(&line[..line.floor_char_boundary(200)]).or_else(|| epoch_time(line).map(|time| (time, true)))
}

/// Where the plain-text record starts that the line after `before` continues: at the last line with a time. `None` if a JSON
/// line comes in between.
fn record_start(before: &str) -> Option<usize> {
    let mut end = before.len();
    for line in before.rsplit_terminator('\n').take(LINES) {
        end -= line.len() + 1;
        if line.starts_with('{') && line.trim_end().ends_with('}') {
            return None;
        }
        if stamp(line).is_some() {
            return Some(end);
        }
    }
    None
}

/// Where the outermost object around the end of `before` opens, and where it closes in `after`.
fn object_around(before: &str, after: &str) -> (usize, Option<usize>) {
    let mut depth = 0u32;
    let mut in_string = false;
    let mut escaped = false;
    let mut open = 0;
    let mut step = |at: usize, b: u8| {
        if std::mem::take(&mut escaped) {
            return None;
        }
        match b {
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => {
                // One that opens behind the denial is not around it.
                if depth == 0 && at < before.len() {
                    open = at;
                }
                depth += 1;
            }
            b'}' if !in_string => {
                depth = depth.saturating_sub(1);
                return (depth == 0).then_some(at + 1);
            }
            _ => {}
        }
        None
    };
    for (at, b) in before.bytes().enumerate() {
        step(at, b);
    }
    let close = after.bytes().enumerate().find_map(|(at, b)| step(before.len() + at, b));
    (open, close.map(|at| at - before.len()))
}

#[cfg(test)]
mod tests {
    use super::object_around;

    #[test]
    fn an_object_that_opens_behind_the_denial_is_not_around_it() {
        assert_eq!(object_around("{a}x", "b{c}d"), (0, Some(4)));
        assert_eq!(object_around("{a", "b{c}}d"), (0, Some(5)));
    }
}
