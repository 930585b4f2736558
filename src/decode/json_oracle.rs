//! The library parser as oracle: what serde_json finds in a record, the walk must find, and refuse what it refuses.

use super::fields::{Field, Place, Row, Scratch};
use super::json::Json;
use super::json_walk::Value;
use super::records::Layout;
use super::{Chunk, DecodeOptions, Hints, Tally, TextDecoder};
use crate::event::{Event, EventSink};
use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// An object with its members in order, so that keys that come twice are seen twice.
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

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// The row of a record, or of one of its cells, by the library.
fn fill(row: &mut Row<'static>, members: Members, place: Place) -> bool {
    for (key, raw) in members.0 {
        let text = serde_json::from_str::<String>(raw.get()).ok();
        if place == Place::Params && text.as_ref().is_some_and(|t| t.ends_with("... truncated")) {
            row.set(Field::Truncated, Value::Bare("true"));
        }
        let Some(field) = place.field(&key) else { continue };
        let json = text.as_deref().unwrap_or(raw.get());
        let members = serde_json::from_str::<Members>(json);
        match (field.inside(), members, text) {
            _ if field == Field::Truncated => row.set(field, Value::Bare("true")),
            (_, _, None) if raw.get() == "null" => {}
            (Some(inner), Ok(members), _) => {
                if !fill(row, members, inner) {
                    return false;
                }
                row.set(field, Value::Object("{}"));
            }
            (_, _, Some(text)) => row.set(field, Value::Text(leak(&text))),
            (_, _, None) => row.set(field, Value::Bare(leak(raw.get()))),
        }
    }
    true
}

/// The event of the first value of a text, by the library; the outer error: the text is no JSON object.
fn oracle(json: &str) -> Result<Option<Event<'static>>, ()> {
    let mut values = serde_json::Deserializer::from_str(json).into_iter::<Members>();
    let members = values.next().ok_or(())?.map_err(|_| ())?;
    let end = values.byte_offset();
    let mut row = Row::default();
    if !fill(&mut row, members, Place::Record) {
        return Err(());
    }
    let scratch = Box::leak(Box::<Scratch>::default());
    let hints = Box::leak(Box::<Hints>::default());
    Ok(row.event(scratch, hints, json[..end].trim().as_bytes()).ok())
}

#[derive(Default)]
pub(super) struct Kept(pub(super) Vec<Event<'static>>);

impl EventSink for Kept {
    fn event(&mut self, event: &Event<'_>) {
        self.0.push(owned(event));
    }
}

fn owned(e: &Event<'_>) -> Event<'static> {
    use crate::event::{Params, Request};
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
        params: Params {
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

pub(super) fn decode(layout: Layout, bytes: &[u8]) -> (Vec<Event<'static>>, Tally) {
    let (mut kept, mut tally) = (Kept::default(), Tally::default());
    let hints = Hints::default();
    let decoder = Json::new(layout, &DecodeOptions::default());
    decoder.decode(Chunk { bytes, offset: 0, hints: &hints }, &mut kept, &mut tally);
    (kept.0, tally)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9@. /-]{0,20}",
        "\\PC{0,12}",
        Just("with \"quotes\", \\ and \n line".to_owned()),
        Just("x... truncated".to_owned()),
        Just("1782897116509".to_owned()),
    ]
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => text().prop_map(|t| quoted(&t)),
        1 => any::<i64>().prop_map(|n| n.to_string()),
        1 => prop::sample::select(vec!["null", "true", "-1.5e3", "{}", "[]", "[1,{\"a\":[null]}]", "{\"k\":{\"user\":1}}", "200", "403"])
            .prop_map(str::to_owned),
    ]
}

fn object(keys: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(
        (prop::sample::select(keys), scalar(), prop::sample::select(vec!["", " ", "\t"])),
        0..5,
    )
    .prop_map(|members| {
        let members: Vec<_> =
            members.into_iter().map(|(k, v, blank)| format!("{blank}{}{blank}:{v}", quoted(k))).collect();
        format!("{{{}}}", members.join(","))
    })
}

/// A cell as object or as text.
fn cell(keys: &'static [&'static str]) -> impl Strategy<Value = String> {
    (object(keys), any::<bool>()).prop_map(|(json, as_text)| if as_text { quoted(&json) } else { json })
}

const RECORD: &[&str] = &[
    "session_id",
    "workspace_id",
    "audit_level",
    "orgId",
    "request_id",
    "event_id",
    "user_agent",
    "Host",
    "event_id",
];
const PARAMS: &[&str] = &[
    "user",
    "tokenId",
    "workspace_id",
    "path",
    "TRUNCATED",
    "sql",
    "authenticationMethod",
    "tokenExpirationTime",
];

/// One row in one of the spellings, with whatever else.
fn record() -> impl Strategy<Value = String> {
    let spellings = prop::sample::select(vec![
        ["event_time", "service_name", "action_name", "user_identity", "request_params", "response"],
        ["timestamp", "serviceName", "actionName", "userIdentity", "requestParams", "response"],
        ["TimeGenerated", "ServiceName", "ActionName", "Identity", "RequestParams", "Response"],
    ]);
    let cells = (
        cell(&["email", "subject_name", "email"]),
        cell(PARAMS),
        cell(&["status_code", "statusCode", "error_message", "result", "errorMessage"]),
    );
    let time = prop::sample::select(vec![
        "1782897116509",
        "\"2026-07-01T09:11:56.509Z\"",
        "1782897116",
        "null",
        "\"soon\"",
    ]);
    (spellings, cells, time, prop::collection::vec((prop::sample::select(RECORD), scalar()), 0..4), any::<[bool; 2]>()).prop_map(
        |([t, s, a, i, p, r], (identity, params, response), time, more, [wrap, login])| {
            let more: String = more.iter().map(|(k, v)| format!(",\"{k}\":{v}")).collect();
            let service = if login { "accounts" } else { "jobs" };
            let row = format!(
                r#"{{"{t}":{time},"{s}":"{service}","{a}":"runNow","{i}":{identity} ,"{p}":{params},"{r}": {response}{more}}}"#
            );
            if wrap { format!(r#"{{"resourceId":"/x/workspaces/W","category":"jobs","properties":{row}}}"#) } else { row }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_walk_finds_what_the_library_finds(json in record()) {
        let (events, tally) = decode(Layout::Lines, json.as_bytes());
        let expected = oracle(&json).expect("generated records are JSON");
        prop_assert_eq!(tally.rows + tally.bad, 1, "{}", json);
        prop_assert_eq!(events.first(), expected.as_ref(), "{}", json);
    }

    #[test]
    fn damaged_records_are_refused_where_the_library_refuses(
        json in record(), at in any::<prop::sample::Index>(), with in prop::sample::select(vec!["", "\"", "{", "}", "[", "]", ",", ":", "0", "x", " ", "\n", "é"])
    ) {
        let mut damaged: Vec<char> = json.chars().collect();
        let at = at.index(damaged.len());
        // Escapes inside texts that nobody reads are not checked.
        prop_assume!(damaged[at] != '\\' && (at == 0 || damaged[at - 1] != '\\'));
        damaged.splice(at..=at, with.chars());
        let damaged: String = damaged.into_iter().collect();
        for layout in [Layout::Lines, Layout::Values] {
            let (events, tally) = decode(layout, damaged.as_bytes());
            match oracle(&damaged) {
                Ok(Some(expected)) => prop_assert_eq!(events.first(), Some(&expected), "{}", damaged),
                Ok(None) => {}
                Err(()) => prop_assert!(tally.bad > 0, "{}", damaged),
            }
        }
    }

    #[test]
    fn no_bytes_stop_a_chunk(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"{}[]\",:\\\n truefalsn0".to_vec())], 0..300)
    ) {
        let good = br#"{"timestamp":1782897116509,"serviceName":"jobs","actionName":"runNow"}"#;
        let mut all = bytes;
        all.push(b'\n');
        all.extend_from_slice(good);
        let (_, tally) = decode(Layout::Lines, &all);
        prop_assert_eq!(tally.rows, 1);
    }
}
