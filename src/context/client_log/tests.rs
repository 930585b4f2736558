use super::*;
use crate::input::denial::scopes_named;
use proptest::prelude::*;

fn told(text: &str) -> String {
    let show = |d: ClientDenial| {
        let time = d.time.map_or("-".into(), |t| format!("{t}{}", if d.zoned { "" } else { "?" }));
        let opt = |o: Option<String>| o.unwrap_or_else(|| "-".into());
        format!(
            "{} {time} [{}] {:?} {} {} {} {}",
            d.line,
            d.scopes.join("|"),
            d.credential,
            opt(d.request_id),
            opt(d.host),
            opt(d.path),
            opt(d.token_id)
        )
    };
    read_log("x", text.as_bytes()).into_iter().map(show).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_record_without_a_stamp_does_not_borrow_the_last_ones() {
    let message = "Provided access token does not have required scopes";
    let text = format!("2026-10-01 02:10:03 https://a.example/x\n{message}: sql\n\n{message}: jobs\n");
    assert_eq!(
        told(&text),
        "2 2026-10-01T02:10:03Z? [sql] Unknown - a.example /x -\n4 - [jobs] Unknown - - - -"
    );
    let text = format!("2026-10-01 02:10:03 {message}: sql; again: {message}: jobs\n");
    assert_eq!(told(&text).matches("2026-10-01T02:10:03Z?").count(), 2, "one line, two denials");
}

#[test]
fn a_client_log_is_read_record_by_record() {
    insta::assert_snapshot!(told(include_str!("../../../fixtures/denials/client.log")), @r#"
    2 2026-10-01T02:10:04.001Z? [unity-catalog] Unknown 46e37143-0000-4000-8000-000000000001 - - -
    6 2026-10-01T02:15:00Z [unity-catalog] Unknown 46e37143-0000-4000-8000-000000000002 adb-1.example.net /api/2.1/unity-catalog/tables -
    12 2026-10-01T02:20:00Z? [clusters] Pat - adb-1.example.net - -
    14 2026-10-01T02:30:00Z? [model-serving|model-serving-inference] Pat 46e37143-0000-4000-8000-000000000003 - - -
    15 2026-10-01T02:31:00Z? [] Unknown - - - -
    16 2026-10-01T02:32:00Z? [sql] OAuth - - - -
    "#);
    insta::assert_snapshot!(told(include_str!("../../../fixtures/denials/client.jsonl")), @r#"
    1 2026-10-01T02:10:03.500Z [jobs] Unknown 46e37143-0000-4000-8000-000000000004 adb-1.example.net /api/2.2/jobs/run-now 5f1c0d
    2 - [files] Unknown - - - -
    3 2026-10-01T00:11:00Z [sql] Unknown - - - -
    3 2026-10-01T02:12:00Z [secrets] Unknown - - - -
    4 2026-10-01T02:13:00Z [genie] Unknown 46e37143-0000-4000-8000-000000000005 - - -
    "#);
    assert_eq!(told(include_str!("../../../fixtures/denials/near-misses.log")), "");
}

proptest! {
    #[test]
    fn any_text_is_survived(words in prop::collection::vec(prop_oneof![
        Just("Provided "), Just("access "), Just("token "), Just("PAT "), Just("does not have "), Just("required scopes"), Just(": "),
        Just("sql"), Just(", "), Just("."), Just("[ReqId: "), Just("]"), Just("\n"), Just("{"), Just("}"), Just("\""), Just("\\"),
        Just("é"), Just("https://"), Just("/a"), Just("host="), Just("2026-10-01 "), Just("02:10:03"), Just("\"ts\":1765000000"),
        Just("\"token_id\":\""), Just("auth_type="), Just("invalid scope, "), Just("q"),
    ], 0..40)) {
        let text = words.concat();
        let whole = read_log("x", text.as_bytes());
        prop_assert_eq!(!whole.is_empty(), scopes_named(&text).is_some());
        for denial in whole {
            prop_assert!(denial.scopes.iter().all(|s| !s.is_empty() && !s.ends_with('.')));
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(read_log("x", &bytes), []);
    }
}
