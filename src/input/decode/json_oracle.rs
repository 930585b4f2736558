//! serde_json as the oracle of tests: the walk must find what it finds, and refuse what it refuses.

use super::field::{EventField, ObjectRole};
use super::json::JsonDecoder;
use super::json_layout::JsonLayout;
use super::json_record::Scratch;
use super::json_value::FieldValue;
use super::raw_record::RawRecord;
use super::{Chunk, DecodeOptions, Hints, Tally, TextDecoder};
use crate::input::event::{Event, EventSink};
use crate::input::file_kind::LogFormat;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

#[cfg(test)]
mod tests;

/// An object with its members in order, so that repeated keys are seen.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// A member as the library reads it: as written, as text if it is one, and its own members if they count.
struct Member {
    key: String,
    raw: Box<RawValue>,
    text: Option<String>,
    inside: Option<Vec<Self>>,
}

fn members(members: Members, place: ObjectRole) -> Vec<Member> {
    let member = |(key, raw): (String, Box<RawValue>)| {
        let text = serde_json::from_str::<String>(raw.get()).ok();
        let inner = place.field(&key).and_then(EventField::inside);
        let inside = inner.and_then(|inner| {
            let json = text.as_deref().unwrap_or(raw.get());
            serde_json::from_str::<Members>(json).ok().map(|m| self::members(m, inner))
        });
        Member { key, raw, text, inside }
    };
    members.0.into_iter().map(member).collect()
}

/// The row of a record, or of one of its cells.
fn fill<'m>(row: &mut RawRecord<'m>, members: &'m [Member], place: ObjectRole) {
    for Member { key, raw, text, inside } in members {
        if place == ObjectRole::Params && text.as_ref().is_some_and(|t| t.ends_with("... truncated")) {
            row.set(EventField::Truncated, FieldValue::Bare("true"));
        }
        let Some(field) = place.field(key) else { continue };
        match (field.inside(), inside, text) {
            _ if field == EventField::Truncated => row.set(field, FieldValue::Bare("true")),
            (_, _, None) if raw.get() == "null" => {}
            (Some(inner), Some(members), _) => {
                fill(row, members, inner);
                row.set(field, FieldValue::Object("{}"));
            }
            (_, _, Some(text)) => row.set(field, FieldValue::Text(text)),
            (_, _, None) => row.set(field, FieldValue::Bare(raw.get())),
        }
    }
}

/// The event of the first value of a text, by the library. The outer error means that the text is no JSON object.
pub(super) fn oracle(json: &str) -> Result<Option<Event<'static>>, ()> {
    let mut values = serde_json::Deserializer::from_str(json).into_iter::<Members>();
    let first = values.next().ok_or(())?.map_err(|_| ())?;
    let end = values.byte_offset();
    let members = members(first, ObjectRole::Record);
    let mut row = RawRecord::default();
    fill(&mut row, &members, ObjectRole::Record);
    let (mut scratch, hints) = (Scratch::default(), Hints::default());
    let event = row.event(&mut scratch, &hints, json[..end].trim().as_bytes());
    Ok(event.ok().map(|e| owned(&e)))
}

/// Compares both on the same bytes.
///
/// # Panics
/// When the walk and the library disagree about a record.
#[cfg(fuzzing)]
pub fn compare(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    // The library has no limit on what it passes over.
    if text.bytes().filter(|b| matches!(b, b'{' | b'[')).count() > 100 {
        return;
    }
    let found = decode(JsonLayout::Values, bytes).0;
    if let Ok(Some(expected)) = oracle(text) {
        assert_eq!(found.first(), Some(&expected));
    }
}

#[derive(Default)]
pub(super) struct Kept(pub(super) Vec<Event<'static>>);

impl EventSink for Kept {
    fn event(&mut self, event: &Event<'_>) {
        self.0.push(owned(event));
    }
}

fn owned(e: &Event<'_>) -> Event<'static> {
    use crate::input::event::{Request, RequestParams};
    let own = |text: &str| std::borrow::Cow::Owned::<'static, str>(text.to_owned());
    Event {
        time: e.time,
        whole_seconds: e.whole_seconds,
        workspace: own(&e.workspace),
        account_level: e.account_level,
        identity: own(&e.identity),
        address: own(&e.address),
        agent: own(&e.agent),
        request: match &e.request {
            Request::Action { service, action } => {
                Request::Action { service: own(service), action: own(action) }
            }
            Request::Http { method, path, token_id } => {
                Request::Http { method: own(method), path: own(path), token_id: own(token_id) }
            }
        },
        outcome: e.outcome,
        error: own(&e.error),
        request_id: own(&e.request_id),
        event_id: own(&e.event_id),
        record_hash: e.record_hash,
        params: RequestParams {
            user: own(&e.params.user),
            token_id: own(&e.params.token_id),
            authentication_method: own(&e.params.authentication_method),
            token_hash: own(&e.params.token_hash),
            token_expiration: e.params.token_expiration,
            path: own(&e.params.path),
            truncated: e.params.truncated,
        },
    }
}

pub(super) fn decode(layout: JsonLayout, bytes: &[u8]) -> (Vec<Event<'static>>, Tally) {
    let (mut kept, mut tally) = (Kept::default(), Tally::default());
    let hints = Hints::default();
    let decoder = JsonDecoder::new(LogFormat::SystemTableJson, layout, &DecodeOptions::default());
    decoder.decode(Chunk { bytes, offset: 0, hints: &hints }, &mut kept, &mut tally);
    (kept.0, tally)
}
