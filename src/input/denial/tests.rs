use super::*;
use proptest::prelude::*;

const ID: &str = "46e37143-0000-4000-8000-1eefe3d716bc";

fn named(message: &str) -> Option<(Vec<&str>, DeniedCredential, Option<&str>)> {
    scopes_named(message).map(|d| (d.scopes, d.credential, d.request_id))
}

#[test]
fn every_wording_and_tail_is_read() {
    use DeniedCredential::{OAuth, Pat, Unknown};
    let with_id = |text: &str| text.replace("ID]", &format!("{ID}]"));
    for (message, scopes, credential, request) in [
        (
            "Provided access token does not have required scopes: files [ReqId: ID]",
            &["files"][..],
            Unknown,
            true,
        ),
        ("Provided access token does not have required scopes: files", &["files"], Unknown, false),
        ("Provided PAT token does not have required scopes: sql [Reqid: ID]", &["sql"], Pat, true),
        ("provided pat token DOES NOT HAVE REQUIRED SCOPES: sql", &["sql"], Pat, false),
        ("Provided personal access token does not have required scopes: sql", &["sql"], Pat, false),
        (
            "Provided OAuth token does not have required scopes: dashboards.genie",
            &["dashboards.genie"],
            OAuth,
            false,
        ),
        ("Invalid scope, required scopes: clusters [ReqId: ID]", &["clusters"], Unknown, true),
        ("INVALID SCOPE, REQUIRED SCOPES: all-apis", &["all-apis"], Unknown, false),
        (
            "Provided access token does not have required scopes: model-serving, model-serving-inference [ReqId: ID]",
            &["model-serving", "model-serving-inference"],
            Unknown,
            true,
        ),
        (
            "Provided access token does not have required scopes: clusters. Config: host=https://x.example, token=***, auth_type=pat. Env: DATABRICKS_HOST",
            &["clusters"],
            Pat,
            false,
        ),
        (
            "Provided access token does not have required scopes: sql [ReqId: ID]. Config: host=x, auth_type=oauth-m2m",
            &["sql"],
            OAuth,
            true,
        ),
        (
            "Error: Provided access token does not have required scopes: sql:restricted-query, sql.",
            &["sql:restricted-query", "sql"],
            Unknown,
            false,
        ),
        (
            r#"{"error_code":403,"message":"Provided access token does not have required scopes: iam.current-user:read"}"#,
            &["iam.current-user:read"],
            Unknown,
            false,
        ),
        (
            r#"x \"Provided access token does not have required scopes: tiles.manage\" y"#,
            &["tiles.manage"],
            Unknown,
            false,
        ),
        (r"log\nProvided access token does not have required scopes: jobs\nnext", &["jobs"], Unknown, false),
        ("Provided access token does not have required scopes", &[], Unknown, false),
        ("Provided access token does not have required scopes:", &[], Unknown, false),
        ("Provided access token does not have required scopes: [ReqId: ID]", &[], Unknown, true),
        ("Your token is missing the required scopes for this endpoint", &[], Unknown, false),
    ] {
        let message = with_id(message);
        assert_eq!(named(&message), Some((scopes.to_vec(), credential, request.then_some(ID))), "{message}");
    }
}

#[test]
fn near_misses_are_silent() {
    for message in [
        "",
        "Scopes 'jobs' are not assigned to the client 0d1e",
        "Invalid scope: sql",
        "Required scopes: pipelines:execute",
        "required scopes: sql",
        "API key does not have required scopes: sql",
        "Provided API key does not have required scopes: sql",
        "The user does not have required scopes: sql",
        "User not authorized",
        "Invalid access token. [ReqId: 1]",
        "Provided access token does not have required permissions: sql",
        "Provided access token does have required scopes: sql",
        "quick queries require scope",
        "Unprovided access token does not have required scopes: sql",
        "Service token does not have required scopes: sql",
    ] {
        assert_eq!(named(message), None, "{message}");
        assert_eq!(read_log("x", message.as_bytes()), [], "{message}");
        assert!(!looks_like_denials(message.as_bytes()));
    }
}

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
    assert!(looks_like_denials(include_bytes!("../../../fixtures/denials/client.log")));
    assert!(looks_like_denials(include_bytes!("../../../fixtures/denials/client.jsonl")));
    assert_eq!(told(include_str!("../../../fixtures/denials/near-misses.log")), "");
    assert!(!looks_like_denials(b"You may see: Provided access token does not have required scopes: files"));
    let audit = r#"{"action_name":"x","response":{"error_message":"Provided access token does not have required scopes: sql"}}"#;
    assert!(!looks_like_denials(audit.as_bytes()));
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
        let _ = looks_like_denials(text.as_bytes());
        prop_assert_eq!(!whole.is_empty(), scopes_named(&text).is_some());
        for denial in whole {
            prop_assert!(denial.scopes.iter().all(|s| !s.is_empty() && !s.ends_with('.')));
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(read_log("x", &bytes), []);
    }

    #[test]
    fn a_scope_survives_its_sentence(scope in "[a-z][a-z-]{0,10}[a-z](\\.[a-z]{1,8})?(:[a-z]{1,5})?", before in "\\PC{0,20}",
        tail in prop_oneof![Just(""), Just("."), Just(" [ReqId: a-b]"), Just("\""), Just(". Config: host=x")]) {
        let message = format!("{before} Provided access token does not have required scopes: {scope}{tail}");
        prop_assert_eq!(scopes_named(&message).map(|d| d.scopes), Some(vec![scope.as_str()]));
    }
}
