//! A client's error log, in plain text or JSON -> the denials in it, each with when, where and which request.

use super::time_in_text::{epoch_time, first_time};
use super::{Denial, DeniedCredential, LocatedDenial, find};
use crate::support::secret::blank_secrets;
use crate::support::text::text_of;
use crate::support::time::Time;
use std::collections::BTreeSet;

/// How far around a denial its record is looked at.
const BEFORE: usize = 8 << 10;
const AFTER: usize = 2 << 10;
/// How many lines a record of plain text may be long before its denial (a stack trace).
const LINES: usize = 80;

/// A denial that a client wrote down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientDenial {
    /// The display name of the log.
    pub source: String,
    /// The line it stands on, counted from 1.
    pub line: u64,
    /// When it was written down; `None` when the record has no time with a date.
    pub time: Option<Time>,
    /// Whether that time names its zone; otherwise it was taken as UTC and may be off by hours.
    pub zoned: bool,
    /// The scopes, in lower case: any one of them would do. Empty when the message breaks off before it names one.
    pub scopes: Vec<String>,
    /// Whose credential was refused.
    pub credential: DeniedCredential,
    /// The id of the refused request, by which an audit row may be found.
    pub request_id: Option<String>,
    /// The workspace's host, in lower case, where the record names it.
    pub host: Option<String>,
    /// The path of the refused call, where the record has its URL.
    pub path: Option<String>,
    /// The token's id, where a JSON record has it.
    pub token_id: Option<String>,
}

/// All denials of a log, in its order. The same request id with the same scopes is one denial, however often it was logged.
pub fn read_log(source: &str, bytes: &[u8]) -> Vec<ClientDenial> {
    let text = text_of(bytes);
    let mut denials = Vec::new();
    let mut seen = BTreeSet::new();
    let (mut at, mut counted, mut line) = (0, 0, 1);
    while let Some(found) = find(&text, at) {
        line += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..found.start]).count() as u64;
        let earlier = at;
        (counted, at) = (found.start, found.end.max(found.start + 1));
        let again = found
            .denial
            .request_id
            .is_some_and(|id| !seen.insert((id.to_owned(), lower(&found.denial.scopes))));
        if !again {
            denials.push(client_denial(source, line, &text, &found, earlier));
        }
    }
    denials
}

/// Whether the start of a file looks like a client's log with denials: one with a time or a request id, which prose that
/// quotes the message lacks. Audit logs carry such messages too, and are none.
pub fn looks_like_denials(prefix: &[u8]) -> bool {
    let text = text_of(prefix);
    let audit = ["serviceName", "service_name", "actionName", "action_name"];
    read_log("", prefix).iter().any(|d| d.time.is_some() || d.request_id.is_some())
        && !audit.iter().any(|key| text.contains(key))
}

fn lower(scopes: &[&str]) -> Vec<String> {
    scopes.iter().map(|scope| blank_secrets(&scope.to_ascii_lowercase()).into_owned()).collect()
}

fn client_denial(
    source: &str,
    line: u64,
    text: &str,
    found: &LocatedDenial<'_>,
    earlier: usize,
) -> ClientDenial {
    let record = LoggedRecord::around(text, found, earlier);
    let Denial { scopes, credential, request_id } = &found.denial;
    let (time, zoned) = record.time().map_or((None, false), |(time, zoned)| (Some(time), zoned));
    let (host, path) = record.address();
    let clean = |text: &str| blank_secrets(text).into_owned();
    ClientDenial {
        source: source.to_owned(),
        line,
        time,
        zoned,
        scopes: lower(scopes),
        credential: *credential,
        request_id: request_id.map(clean),
        host: host.map(|h| clean(&h.to_ascii_lowercase())),
        path: path.map(clean),
        token_id: record.token_id().map(clean),
    }
}

/// The text that belongs to one denial: a JSON object, or lines.
struct LoggedRecord<'a> {
    before: &'a str,
    after: &'a str,
    json: bool,
}

impl<'a> LoggedRecord<'a> {
    /// `earlier` is where the denial before this one ends: lines up to there belong to that one's record.
    fn around(text: &'a str, found: &LocatedDenial<'_>, earlier: usize) -> Self {
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

    /// The stamp of a JSON record, wherever it stands in it; of plain text that of its first line.
    fn time(&self) -> Option<(Time, bool)> {
        if self.json {
            let whole = [self.before, self.after];
            let epoch = || whole.iter().find_map(|part| epoch_time(part)).map(|t| (t, true));
            return whole.iter().find_map(|part| first_time(part)).or_else(epoch);
        }
        let first_line = self.before.split('\n').next().unwrap_or_default();
        stamp(first_line).or_else(|| first_time(self.after))
    }

    /// Host and path, from the URL nearest before the denial, else after it, else from the SDK's `host=`.
    fn address(&self) -> (Option<&'a str>, Option<&'a str>) {
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

    fn token_id(&self) -> Option<&'a str> {
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

/// The time at the head of a line.
fn stamp(line: &str) -> Option<(Time, bool)> {
    first_time(&line[..line.floor_char_boundary(200)]).or_else(|| epoch_time(line).map(|time| (time, true)))
}

/// Where the record of plain text starts that the line behind `before` continues: at the last line with a stamp, unless a
/// record of JSON lines comes between.
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

/// Where the outermost object around the end of `before` opens, and where in `after` it closes.
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
