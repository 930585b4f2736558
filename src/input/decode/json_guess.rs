//! What a JSON file is, by the keys of its first objects, and how its records follow each other.

use super::fields::EventField;
use super::guess::{FileKind, Guess, Head, LogFormat};
use super::json::mapped;
use super::json_index::Index;
use super::json_walk::Cursor;
use super::keys;
use super::records::JsonLayout;

/// Objects looked at before a file is given up: a log may start with broken lines.
const OBJECTS: usize = 64;

/// Bytes that mostly are enough: of ten thousand files none should cost more than it must.
const FIRST: usize = 4 << 10;

/// Recognises JSON of every kind.
pub(super) fn json(head: &Head<'_>) -> Guess {
    let first = head.bytes.get(..FIRST).map(|bytes| Head { bytes, end: false, ..*head });
    match first.map(|first| look(&first, |seen| seen.whole)) {
        Some(Guess::Yes(kind)) => Guess::Yes(kind),
        _ => look(head, |_| true),
    }
}

/// The kind by the first object that tells, of those that may be asked.
fn look(head: &Head<'_>, may_tell: impl Fn(&ObjectKeys<'_>) -> bool) -> Guess {
    let bytes = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head.bytes);
    let text = String::from_utf8_lossy(bytes);
    let mut index = Index::default();
    index.build(text.as_bytes());
    let mut cursor = Cursor::new(&text, &index);
    let mut from = 0;
    for _ in 0..OBJECTS {
        let Some(start) = next_object(text.as_bytes(), from) else {
            return if head.end || from > 0 { more_or_no(head, from == 0) } else { Guess::More };
        };
        cursor.skip_to(start);
        let seen = ObjectKeys::of(&mut cursor);
        if may_tell(&seen)
            && let Some(kind) = seen.kind(head)
        {
            return Guess::Yes(kind);
        }
        if seen.cut_off && !head.end {
            return Guess::More;
        }
        from = start + 1;
    }
    Guess::No
}

fn more_or_no(head: &Head<'_>, nothing_seen: bool) -> Guess {
    if head.end || nothing_seen { Guess::No } else { Guess::More }
}

/// The next `{` that starts the text, a line, or a list.
fn next_object(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(b'{', &bytes[from..]).map(|n| from + n).find(|&at| {
        let before = bytes[..at].trim_ascii_end();
        before.is_empty() || before.ends_with(b"[") || bytes[before.len()..at].contains(&b'\n')
    })
}

/// How the records of a JSON log follow each other.
pub(super) fn layout(head: &Head<'_>) -> JsonLayout {
    let bytes = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head.bytes).trim_ascii_start();
    if bytes.first() == Some(&b'[') {
        return JsonLayout::Values;
    }
    let whole = |line: &[u8]| {
        let line = String::from_utf8_lossy(line);
        let mut index = Index::default();
        index.build(line.as_bytes());
        line.starts_with('{') && Cursor::new(&line, &index).skip(0).is_ok()
    };
    if bytes.split(|b| *b == b'\n').take(OBJECTS).any(whole) { JsonLayout::Lines } else { JsonLayout::Values }
}

/// The keys of one object, as far as the bytes go.
#[derive(Default)]
struct ObjectKeys<'a> {
    keys: Vec<&'a str>,
    /// The key of a list whose first object the keys are from.
    wrapper: Option<&'a str>,
    cut_off: bool,
    /// Its end was seen, or that of the first object of its list.
    whole: bool,
}

impl<'a> ObjectKeys<'a> {
    fn of(cursor: &mut Cursor<'a, '_>) -> Self {
        let mut seen = Self::default();
        let walked = cursor.object(0, |cursor, key, depth| {
            let key = std::str::from_utf8(key.name).unwrap_or_default();
            let wraps = ["records", "token_infos", "Resources", "jobs"].contains(&key);
            seen.keys.push(key);
            if wraps && cursor.peek() == Some(b'[') {
                seen.wrapper = Some(key);
                cursor.bump();
                if cursor.peek() == Some(b'{') {
                    let inner = Self::of(cursor);
                    seen.keys.extend(inner.keys);
                    (seen.cut_off, seen.whole) = (inner.cut_off, inner.whole);
                }
                return Err("is seen well enough");
            }
            cursor.skip(depth)
        });
        seen.whole |= walked.is_ok();
        seen.cut_off |= walked.is_err() && cursor.peek().is_none() || walked == Err("ends inside a string");
        seen
    }

    fn kind(&self, head: &Head<'_>) -> Option<FileKind> {
        let has = |key: &str| self.keys.contains(&key);
        let any = |keys: &[&str]| keys.iter().any(|k| has(k));
        let means = |field: EventField| self.keys.iter().any(|k| keys::field(k) == Some(field));
        if has("service_name") && has("action_name") {
            return Some(FileKind::Log(LogFormat::SystemTableJson));
        }
        let azure = any(&["properties", "TimeGenerated", "EventTime", "_ResourceId", "resourceId"]);
        if azure
            && any(&["operationName", "OperationName", "category", "ServiceName", "ActionName", "actionName"])
        {
            return Some(FileKind::Log(LogFormat::AzureJson));
        }
        if has("serviceName") && has("actionName") {
            return Some(FileKind::Log(LogFormat::DeliveryJson));
        }
        if self.wrapper == Some("token_infos") {
            return Some(FileKind::Inventory);
        }
        if has("schema_version") && any(&["run", "findings"]) {
            return Some(FileKind::Report);
        }
        if has("statement_id") && any(&["executed_as", "executed_by", "client_application", "statement_type"])
        {
            return Some(FileKind::Log(LogFormat::QueryHistoryJson));
        }
        // Engines leave out what is null, and each kind of row uses other columns.
        if has("kind") && has("schema_version") {
            return Some(FileKind::LedgerTable);
        }
        let custom = mapped(head.fields);
        let mapped = |field| custom.iter().any(|(f, way)| *f == field && way.first().is_some_and(|k| has(k)));
        if (means(EventField::Method) || mapped(EventField::Method))
            && (means(EventField::Path) || mapped(EventField::Path))
        {
            return Some(FileKind::Log(LogFormat::AccessLogJson));
        }
        const OF_A_TOKEN: [&str; 8] = [
            "creation_time",
            "expiry_time",
            "comment",
            "owner_id",
            "created_by_username",
            "scopes",
            "autoscope_state",
            "backfill_scopes",
        ];
        if has("token_id") && any(&OF_A_TOKEN) {
            return Some(FileKind::Inventory);
        }
        if self.wrapper == Some("jobs") || (has("job_id") && has("settings")) {
            return Some(FileKind::Jobs);
        }
        if any(&["userName", "applicationId", "application_id", "user_name"])
            && any(&["id", "displayName", "display_name"])
        {
            return Some(FileKind::Names);
        }
        has("records")
            .then_some(FileKind::Log(LogFormat::AzureJson))
            .filter(|_| !self.cut_off || self.wrapper.is_none())
    }
}
