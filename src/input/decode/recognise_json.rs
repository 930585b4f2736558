//! What a JSON file is, by the keys of its first objects, and how its records follow each other.

use super::field::EventField;
use super::formats::{JSON_KINDS, ObjectKeys, access_log};
use super::head::Head;
use super::json_index::Index;
use super::json_layout::JsonLayout;
use super::json_walk::Cursor;
use super::keys;
use super::recognised::{Guess, Opening, Recognised};
use crate::input::file_kind::FileKind;

/// Objects looked at before a file is given up: a log may start with broken lines.
const OBJECTS: usize = 64;

/// Bytes that are mostly enough; looking at no more keeps folders of ten thousand files cheap.
const FIRST: usize = 4 << 10;

/// The answer of [`look`].
enum JsonAnswer {
    No,
    Yes(FileKind),
    More,
}

/// Recognises JSON of every kind.
pub(super) fn json(head: &Head<'_>) -> Guess {
    let mapped = access_log::mapped_keys(head.fields);
    let first = head.bytes.get(..FIRST).map(|bytes| Head { bytes, end: false, ..*head });
    let answer = match first.map(|first| look(&first, &mapped, |object| object.whole)) {
        Some(JsonAnswer::Yes(kind)) => JsonAnswer::Yes(kind),
        _ => look(head, &mapped, |_| true),
    };
    match answer {
        JsonAnswer::No => Guess::No,
        JsonAnswer::More => Guess::More,
        JsonAnswer::Yes(kind @ FileKind::Log(_)) => {
            Guess::Yes(Recognised { kind, opening: Opening::Json(JsonLayout::of(head)) })
        }
        JsonAnswer::Yes(kind) => Guess::Yes(Recognised::without_opening(kind)),
    }
}

/// The kind by the first object that tells, of those that `may_tell`.
fn look(
    head: &Head<'_>,
    mapped: &[(EventField, Vec<String>)],
    may_tell: impl Fn(&ObjectKeys<'_>) -> bool,
) -> JsonAnswer {
    let bytes = head.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head.bytes);
    let text = String::from_utf8_lossy(bytes);
    let mut index = Index::default();
    index.build(text.as_bytes());
    let mut cursor = Cursor::new(&text, &index);
    let mut from = 0;
    for _ in 0..OBJECTS {
        let Some(start) = next_object(text.as_bytes(), from) else {
            return if head.end { JsonAnswer::No } else { JsonAnswer::More };
        };
        cursor.skip_to(start);
        let mut object = keys_at(&mut cursor);
        object.fields = fields(&object.names, mapped);
        if may_tell(&object)
            && let Some(known) = JSON_KINDS.iter().find(|known| (known.is_it)(&object))
        {
            return JsonAnswer::Yes(known.kind);
        }
        if object.cut_off && !head.end {
            return JsonAnswer::More;
        }
        from = start + 1;
    }
    JsonAnswer::No
}

/// The next `{` that starts the text, a line, or a list.
fn next_object(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(b'{', &bytes[from..]).map(|n| from + n).find(|&at| {
        let before = bytes[..at].trim_ascii_end();
        before.is_empty() || before.ends_with(b"[") || bytes[before.len()..at].contains(&b'\n')
    })
}

/// The keys of the object at the cursor. A list of records stands for its first object.
fn keys_at<'a>(cursor: &mut Cursor<'a, '_>) -> ObjectKeys<'a> {
    let mut seen = ObjectKeys::default();
    let walked = cursor.object(0, |cursor, key, depth| {
        let key = std::str::from_utf8(key.name).unwrap_or_default();
        let wraps = ["records", "token_infos", "Resources", "jobs"].contains(&key);
        seen.names.push(key);
        if wraps && cursor.peek() == Some(b'[') {
            seen.wrapper = Some(key);
            cursor.bump();
            if cursor.peek() == Some(b'{') {
                let inner = keys_at(cursor);
                seen.names.extend(inner.names);
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

/// What keys mean, by their names and through `--field`.
fn fields(names: &[&str], mapped: &[(EventField, Vec<String>)]) -> Vec<EventField> {
    let by_name = names.iter().filter_map(|name| keys::field(name));
    let has = |path: &[String]| path.first().is_some_and(|key| names.contains(&key.as_str()));
    by_name.chain(mapped.iter().filter(|(_, path)| has(path)).map(|(field, _)| *field)).collect()
}
