//! Random and damaged records, by the walk and by the library.

use super::super::json_layout::JsonLayout;
use super::{decode, oracle};
use proptest::prelude::*;

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
        let (events, tally) = decode(JsonLayout::Lines, json.as_bytes());
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
        // Escapes inside texts that are never read are not checked.
        prop_assume!(damaged[at] != '\\' && (at == 0 || damaged[at - 1] != '\\'));
        damaged.splice(at..=at, with.chars());
        let damaged: String = damaged.into_iter().collect();
        for layout in [JsonLayout::Lines, JsonLayout::Values] {
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
        let (_, tally) = decode(JsonLayout::Lines, &all);
        prop_assert_eq!(tally.rows, 1);
    }
}
