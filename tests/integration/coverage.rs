//! What a report says about what it could see: kinds of rows, formats, examples, shares, and the end of the export.

use super::common::scopecast;
use serde_json::{Value, json};
use std::fs;

fn report(path: &std::path::Path, as_of: &str) -> (Value, String) {
    let run =
        |format: &str| scopecast(["scan", "--as-of", as_of, "--all", "--format", format]).arg(path).exits(0);
    (
        serde_json::from_str(&run("json")).unwrap(),
        run("terminal").split_whitespace().collect::<Vec<_>>().join(" "),
    )
}

fn row(time: &str, principal: &str, service: &str, action: &str, params: &Value) -> String {
    json!({"workspace_id": "77", "event_time": time, "source_ip_address": "203.0.113.7", "user_agent": "python-requests/2.32",
        "user_identity": {"email": principal}, "service_name": service, "action_name": action, "request_params": params,
        "response": {"status_code": 200}, "audit_level": "WORKSPACE_LEVEL"})
    .to_string()
        + "\n"
}

fn login(time: &str, token: &str) -> String {
    row(
        time,
        "etl@example.com",
        "accounts",
        "tokenLogin",
        &json!({"user": "etl@example.com", "tokenId": token, "authenticationMethod": "API_EXT_PAT_TOKEN"}),
    )
}

/// Two tokens of one principal, an action nobody knows, a duplicate, a cut row, a row that is no UTF-8, a principal without a token.
fn log() -> Vec<u8> {
    let mut text = String::new();
    for day in 1..=9 {
        let at = |clock: &str| format!("2026-09-0{day}T{clock}Z");
        text += &login(&at("06:00:00.000"), "aa");
        text += &row(&at("06:00:00.100"), "etl@example.com", "jobs", "runNow", &json!({}));
        text += &login(&at("06:00:05.000"), "bb");
        text += &row(&at("06:00:06.000"), "etl@example.com", "jobs", "runNow", &json!({"n": 2}));
    }
    text += &row("2026-09-05T09:00:00.000Z", "etl@example.com", "rockets", "launch", &json!({}));
    text += &row("2026-09-04T09:00:00.000Z", "bob@example.com", "rockets", "launch", &json!({}));
    text += &row("2026-09-04T09:00:00.000Z", "bob@example.com", "rockets", "launch", &json!({}));
    text += &row(
        "2026-09-06T09:00:00.000Z",
        "bob@example.com",
        "secrets",
        "getSecret",
        &json!({"scope": "x... truncated"}),
    );
    text +=
        &row("2026-09-07T09:00:00.000Z", "bob@example.com", "secrets", "getSecret", &json!({"scope": "?"}));
    let mut bytes = text.into_bytes();
    let at = bytes.iter().rposition(|b| *b == b'?').unwrap();
    bytes[at] = 0xff;
    bytes
}

#[test]
fn nothing_that_was_read_is_lost_and_what_could_not_be_seen_is_counted_with_an_example() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.json");
    fs::write(&path, log()).unwrap();
    let (report, text) = report(&path, "2026-09-10");
    let c = &report["coverage"];
    insta::assert_json_snapshot!(json!({
        "rows": [&c["rows_read"], &c["duplicates"], &c["truncated_rows"], &c["lossy_rows"]],
        "kinds": &c["kinds"], "formats": &c["formats"], "late_edge": &c["late_edge"],
        "unmapped": &c["unmapped"], "unattributed": &c["unattributed"],
        "workspace": [&c["workspaces"][0]["tokens"], &c["workspaces"][0]["principals"], &c["workspaces"][0]["links"]],
    }), @r#"
    {
      "formats": {
        "system-table-json": {
          "bad_rows": 0,
          "inputs": 1,
          "rows": 41
        }
      },
      "kinds": {
        "api_call": 20,
        "token_login": 18,
        "unmapped": 2
      },
      "late_edge": {
        "from": "2026-09-08T06:00:06Z",
        "to": "2026-09-09T06:00:06Z"
      },
      "rows": [
        41,
        1,
        1,
        1
      ],
      "unattributed": [
        {
          "principal": "etl@example.com",
          "share": 1.0,
          "shared": 18,
          "tied": 0,
          "without_token": 0,
          "workspace_id": "77"
        },
        {
          "principal": "bob@example.com",
          "share": 1.0,
          "shared": 0,
          "tied": 0,
          "without_token": 3,
          "workspace_id": "77"
        }
      ],
      "unmapped": [
        {
          "action": "rockets/launch",
          "events": 2,
          "example": {
            "agent": "python-requests/2.32",
            "principal": "bob@example.com",
            "time": "2026-09-04T09:00:00Z",
            "workspace_id": "77"
          },
          "nearest": null
        }
      ],
      "workspace": [
        2,
        2,
        {
          "none": 2,
          "several": 18
        }
      ]
    }
    "#);
    for words in [
        "20 API calls, 18 logins of tokens, and 2 rows of actions the catalog does not know.",
        "1 row has bytes that are no UTF-8",
        "1 row was delivered twice",
        "1 row was cut short by the platform",
        "Rows arrive up to a day late: those from 2026-09-08 06:00 UTC on may not all be there.",
        "Most often rockets/launch",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn the_end_of_the_export_is_told_only_where_judgement_touches_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.json");
    fs::write(&path, log()).unwrap();
    // The last row is of 9 September, 06:00:06.
    for (as_of, told) in [("2026-09-08T06:00:06Z", false), ("2026-09-08T06:00:07Z", true)] {
        let (report, text) = report(&path, as_of);
        assert_eq!(report["coverage"]["late_edge"].is_null(), !told, "{as_of}");
        assert_eq!(text.contains("Rows arrive up to a day late"), told, "{as_of}");
    }
}

#[test]
fn query_history_is_possible_evidence_for_sql_and_never_more() {
    let dir = tempfile::tempdir().unwrap();
    let history = |principal: &str, n: u32| {
        json!({"statement_id": format!("s{n}"), "workspace_id": "77", "executed_by": principal, "executed_as": "x",
            "client_application": null, "start_time": "2026-09-05T08:00:00Z", "execution_status": "FINISHED", "statement_text": "select 1"})
        .to_string()
            + "\n"
    };
    fs::write(dir.path().join("audit.json"), login("2026-09-05T06:00:00.000Z", "aa")).unwrap();
    fs::write(
        dir.path().join("queries.json"),
        history("ETL@example.com", 1) + &history("other@example.com", 2),
    )
    .unwrap();
    let (report, _) = report(dir.path(), "2026-09-10");
    assert_eq!(
        report["coverage"]["formats"]["query-history-json"],
        json!({"inputs": 1, "rows": 2, "bad_rows": 0})
    );
    let scopes = report["tokens"][0]["scopes"].as_array().unwrap();
    let sql = scopes.iter().find(|s| s["scope"] == "sql").unwrap();
    // The principal's only token, by no agent: what would be T4 in the audit log stays possible here.
    assert_eq!((&sql["sure"], &sql["needed"], &sql["uses"]), (&json!(false), &json!(false), &json!(1)));
    assert!(report["findings"].as_array().unwrap().iter().all(|f| f["scope"] != "sql"));
}

#[test]
fn only_a_pack_says_which_bytes_it_rests_on() {
    let dir = tempfile::tempdir().unwrap();
    let (log, pack) = (dir.path().join("log.json"), dir.path().join("pack"));
    fs::write(&log, self::log()).unwrap();
    let list = dir.path().join("tokens.json");
    fs::write(&list, r#"[{"token_id":"aa","workspace_id":77}]"#).unwrap();
    let args =
        |more: &str| scopecast(["scan", "--as-of", "2026-09-10", "--tokens"]).arg(&list).arg(&log).arg(more);
    let report: Value = serde_json::from_str(&args("--format=json").exits(0)).unwrap();
    assert!(report["inputs"].as_array().unwrap().iter().all(|i| i["sha256"].is_null()));
    args("--out").arg(&pack).exits(0);
    let manifest: Value = serde_json::from_slice(&fs::read(pack.join("manifest.json")).unwrap()).unwrap();
    let hash = |path: &std::path::Path| {
        use sha2::{Digest, Sha256};
        Sha256::digest(fs::read(path).unwrap()).iter().map(|b| format!("{b:02x}")).collect::<String>()
    };
    let inputs = manifest["inputs"].as_array().unwrap();
    assert_eq!(inputs.len(), 2);
    for input in inputs {
        assert_eq!(input["sha256"], hash(std::path::Path::new(input["path"].as_str().unwrap())), "{input}");
    }
    // What can be read only once is not hashed.
    let ran = scopecast(["scan", "-", "--as-of", "2026-09-10", "--out"]).arg(&pack).stdin(self::log()).run();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let manifest: Value = serde_json::from_slice(&fs::read(pack.join("manifest.json")).unwrap()).unwrap();
    assert!(manifest["inputs"][0]["sha256"].is_null());
}
