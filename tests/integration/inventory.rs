//! Token lists as admins have them: whichever tool wrote them, several workspaces and days at once, with secrets in them.

use super::common::{fixture, scopecast};
use scopecast::report::Format;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const AS_OF: &str = "2026-09-12";
const SECRET: &str = "dapi0123456789abcdef0123456789ABCDEF";

fn report(lists: &[String]) -> Value {
    let run = scopecast(["scan", "--format", "json", "--as-of", AS_OF]);
    let out = lists.iter().fold(run, |run, list| run.arg("--tokens").arg(list)).exits(0);
    serde_json::from_str(&out).unwrap()
}

fn write(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Id, workspace, principal, creation, expiry, last use, comment.
fn told(report: &Value) -> Vec<String> {
    let line = |t: &Value| {
        ["token_id", "workspace_id", "principal", "created", "expires", "last_used_day", "comment"]
            .map(|key| t[key].as_str().unwrap_or("-").to_owned())
            .join(" | ")
    };
    report["tokens"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn the_consoles_report_is_read_whatever_its_headers_are_called() {
    let dir = tempfile::tempdir().unwrap();
    let rows = [
        (
            "Token ID,Workspace,Owner,Created (UTC),Expiration,Last used,Comment",
            "5f1c,prod,Ada@Example.com,\"Jul 1, 2026\",Never,\"Aug 31, 2026, 09:30 PM\",airflow",
        ),
        (
            "PAT ID;workspace_id;Owner email;Creation date;Expiry date;Last Used (UTC);Description",
            "5f1c;7001;ada@example.com;2026-07-01;2027-06-30;2026-08-31;airflow",
        ),
        (
            "\u{feff}token_id\tWorkspace ID\tUser\tCreated At\tExpires On\tLast Accessed\tToken name",
            "5f1c\t7001\tada@example.com\t2026-07-01T00:00:00Z\t2027-06-30T12:00:00Z\t1788134400000\tairflow",
        ),
    ];
    let seen: Vec<String> = rows
        .iter()
        .flat_map(|(header, row)| {
            told(&report(&[write(dir.path(), "report.csv", &format!("{header}\n{row}\n"))]))
        })
        .collect();
    insta::assert_snapshot!(seen.join("\n"), @r#"
    5f1c | prod | ada@example.com | 2026-07-01T00:00:00Z | - | 2026-08-31 | airflow
    5f1c | 7001 | ada@example.com | 2026-07-01T00:00:00Z | 2027-06-30T00:00:00Z | 2026-08-31 | airflow
    5f1c | 7001 | ada@example.com | 2026-07-01T00:00:00Z | 2027-06-30T12:00:00Z | 2026-08-31 | airflow
    "#);
}

#[test]
fn a_data_frame_of_the_list_is_the_list() {
    let path = |name: &str| fixture("inventory").join(name).to_str().unwrap().to_owned();
    let list = report(&[path("token-management-2026-09-10.json")]);
    assert!(!told(&list).is_empty());
    assert_eq!(told(&list), told(&report(&[path("tokens-pandas.csv")])));
    assert_eq!(list["tokens"], report(&[path("tokens-pandas.csv")])["tokens"], "scopes and states too");
}

#[test]
fn one_list_may_hold_several_workspaces_and_several_lists_one() {
    let dir = tempfile::tempdir().unwrap();
    let token = |id: &str, workspace: u64, owner: u64| {
        json!({"token_id": id, "workspace_id": workspace, "owner_id": owner, "created_by_id": owner, "created_by_username": format!("u{owner}@example.com"),
            "creation_time": 1_782_864_000_000_u64, "autoscope_state": "AUTOSCOPE_STATE_RUNNING", "inferred_scopes": ["sql"]})
    };
    let all = json!([token("a1", 7001, 1), token("a2", 7001, 2), token("b1", 7002, 1)]);
    let both = write(dir.path(), "both.json", &all.to_string());
    let one = write(
        dir.path(),
        "one.json",
        &json!({"token_infos": [token("a1", 7001, 1), token("a2", 7001, 2)]}).to_string(),
    );
    let two = write(dir.path(), "two.jsonl", &token("b1", 7002, 1).to_string());
    let (together, apart) = (report(&[both]), report(&[one, two]));
    assert_eq!(together["tokens"], apart["tokens"]);
    insta::assert_snapshot!(told(&together).join("\n"), @r#"
    a1 | 7001 | u1@example.com | 2026-07-01T00:00:00Z | - | - | 
    a2 | 7001 | u2@example.com | 2026-07-01T00:00:00Z | - | - | 
    b1 | 7002 | u1@example.com | 2026-07-01T00:00:00Z | - | - |
    "#);
    assert_eq!(together["coverage"]["inventories"][0]["covers"], json!(["7001", "7002"]));
}

#[test]
fn a_token_that_vanished_from_a_later_list_is_gone_and_what_is_known_of_it_stays() {
    let dir = tempfile::tempdir().unwrap();
    let token = |id: &str, owner: u64| json!({"token_id": id, "workspace_id": 7001, "owner_id": owner, "created_by_id": owner, "creation_time": 1_770_000_000_000_u64, "comment": format!("key of {owner}")});
    let old = write(dir.path(), "old.json", &json!([token("a", 1), token("b", 2)]).to_string());
    let new = write(dir.path(), "tokens-2026-09-01.json", &json!([token("a", 1), token("c", 2)]).to_string());
    // The day stands in the option or in the name of the file; the order does not matter.
    let given = [format!("{old}@2026-03-01"), new];
    let report = report(&given);
    let gone: Vec<_> = report["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| format!("{}: {}", t["token_id"], t["gone"]))
        .collect();
    insta::assert_snapshot!(gone.join("\n"), @r#"
    "a": null
    "b": {"because":"not-listed","since":"2026-09-01"}
    "c": null
    "#);
    insta::assert_snapshot!(told(&report)[1], @"b | 7001 |  | 2026-02-02T02:40:00Z | - | - | key of 2");
    let dates: Vec<_> = report["coverage"]["inventories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| format!("{} by {}", i["date"], i["date_from"]))
        .collect();
    insta::assert_snapshot!(dates.join(", "), @r#""2026-03-01" by "option", "2026-09-01" by "name""#);
}

#[test]
fn what_looks_like_a_secret_reaches_no_output() {
    let dir = tempfile::tempdir().unwrap();
    let list = json!([
        {"token_id": "5f1c", "workspace_id": 7001, "comment": format!("old key {SECRET}-2"), "created_by_username": SECRET, "creation_time": 1_782_864_000_000_u64,
            "scopes": [SECRET], "autoscope_state": SECRET},
        {"token_id": SECRET, "workspace_id": 7001, "comment": "id is the secret"},
    ]);
    let tokens = write(dir.path(), "tokens.json", &list.to_string());
    let created = json!({"token_value": "the-secret-value", "token_info": {"token_id": "77aa", "comment": "new", "creation_time": 1_782_864_000_000_u64}});
    let created = write(dir.path(), "created.json", &created.to_string());
    // A log whose rows carry it wherever a row has text, one of them broken.
    let params = json!({"user": SECRET, "tokenId": SECRET, "authenticationMethod": "API_EXT_PAT_TOKEN"});
    let row = |service: &str, action: &str, params: &Value| {
        json!({"workspace_id": "7001", "event_time": "2026-09-01T06:00:00Z", "source_ip_address": SECRET, "user_agent": format!("curl/8 {SECRET}"),
            "user_identity": {"email": SECRET}, "service_name": service, "action_name": action, "request_params": params,
            "response": {"status_code": 403, "error_message": format!("{SECRET} does not have required scopes: sql")}})
        .to_string()
    };
    let rows = [
        row("accounts", "tokenLogin", &params),
        row("jobs", "runNow", &json!({})),
        row("new", SECRET, &json!({})),
        format!("{{\"token\":\"{SECRET}\"}}"),
    ];
    let log = write(dir.path(), "log.json", &rows.join("\n"));
    let errors = format!(
        "{SECRET} failed: Provided access token does not have required scopes: files [ReqId: {SECRET}]\n"
    );
    let errors = write(dir.path(), "client.log", &errors);
    let named = ["--tokens", &tokens, "--tokens", &created, &log, &errors, "--as-of", AS_OF];
    let mut seen = Vec::new();
    for format in Format::ALL.iter().map(|format| format.writer().name()) {
        let ran = named.iter().fold(scopecast(["scan", "--format", format]), |run, a| run.arg(a)).run();
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        seen.push((format.to_owned(), (ran.stdout + &ran.stderr).into_bytes()));
    }
    for format in ["text", "json"] {
        let ran = named.iter().fold(scopecast(["inspect", "--format", format]), |run, a| run.arg(a)).run();
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        seen.push((format!("inspect {format}"), (ran.stdout + &ran.stderr).into_bytes()));
    }
    let pack = dir.path().join("pack");
    named.iter().fold(scopecast(["scan", "--out"]).arg(&pack), |run, a| run.arg(a)).exits(3);
    for file in
        walkdir::WalkDir::new(&pack).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file())
    {
        seen.push((file.path().display().to_string(), fs::read(file.path()).unwrap()));
    }
    assert!(seen.len() > 20, "{}", seen.len());
    for (name, bytes) in seen {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!text.contains(&SECRET[4..].to_lowercase()), "{name}");
        assert!(!text.contains("the-secret-value"), "{name}");
    }
}

#[test]
fn a_file_that_is_no_token_list_is_refused_with_the_command_that_makes_one() {
    let dir = tempfile::tempdir().unwrap();
    for (text, words) in [
        ("", "the file is empty. Export it again: databricks token-management list -o json"),
        ("Owner,Comment\nada,x\n", "no column holds the token id; found: Owner, Comment."),
        ("[{\"comment\":\"x\"}]", "no record has a token id"),
    ] {
        let path = write(dir.path(), "list", text);
        let ran = scopecast(["scan", "--tokens", &path]).run();
        assert_eq!(ran.code, 2, "{text}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{text}: {}", ran.stderr);
    }
}
