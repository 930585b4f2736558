//! What real exports do that no documentation says, one small file for each: what is read of it, through the real binary.

use super::common::{fixture, scopecast};
use serde_json::Value;

/// Exit code, rows, what they are, and what was odd about them.
fn told(path: &std::path::Path) -> String {
    let ran = scopecast(["inspect", "--format", "json"]).arg(path).run();
    let Ok(i) = serde_json::from_str::<Value>(&ran.stdout) else {
        let line = ran.stderr.lines().find(|l| l.starts_with("  ")).unwrap_or(&ran.stderr);
        return format!(
            "exit {}: {}",
            ran.code,
            line.split_once(": ").unwrap().1.split_inclusive(". ").next().unwrap()
        );
    };
    let c = &i["coverage"];
    let mut text = format!(
        "exit {}, {}: {} rows",
        ran.code,
        i["inputs"][0]["taken_as"].as_str().unwrap(),
        c["rows_read"]
    );
    for key in ["bad_rows", "duplicates", "id_reused", "truncated_rows"] {
        if c[key] != 0 {
            text += &format!(", {key} {}", c[key]);
        }
    }
    let kinds: Vec<_> = c["kinds"].as_object().unwrap().iter().map(|(k, n)| format!("{k} {n}")).collect();
    let workspaces = c["workspaces"].as_array().unwrap().iter();
    let workspaces: Vec<_> = workspaces
        .map(|w| format!("{} with {} principals", w["workspace_id"].as_str().unwrap(), w["principals"]))
        .collect();
    text += &format!("; {}; in {}", kinds.join(", "), workspaces.join(", "));
    if let Some(first) = c["first_time"].as_str() {
        text += &format!("; from {first} to {}", c["last_time"].as_str().unwrap());
    }
    let samples = i["inputs"][0]["samples"].as_array().unwrap();
    let why = samples.first().map(|s| s["reason"].as_str().unwrap()).or(i["inputs"][0]["problem"].as_str());
    why.map_or(text.clone(), |why| format!("{text}; {}", why.split_inclusive(". ").next().unwrap().trim()))
}

#[test]
fn every_surprise_is_read_or_refused_for_what_it_is() {
    let mut paths: Vec<_> =
        std::fs::read_dir(fixture("surprises")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let lines = paths.iter().map(|p| format!("{}: {}\n", p.file_name().unwrap().to_str().unwrap(), told(p)));
    insta::assert_snapshot!(lines.collect::<String>(), @r#"
    another-schema.jsonl: exit 4: is in no known format. 
    azure-log-id-twice.json: exit 0, azure-json: 3 rows, duplicates 1, id_reused 1; api_call 2; in dbw-test with 1 principals; from 2026-07-01T09:11:56Z to 2026-07-01T09:12:56Z
    azure-owner-is-not-the-identity.json: exit 0, azure-json: 2 rows; api_call 1, token_login 1; in dbw-test with 1 principals; from 2026-07-01T09:11:56Z to 2026-07-01T09:11:57Z
    azure-sql-without-client.json: exit 0, azure-json: 1 rows; api_call 1; in dbw-test with 1 principals; from 2026-07-01T09:11:56Z to 2026-07-01T09:11:56Z
    azure-status-one.json: exit 0, azure-json: 1 rows; api_call 1; in dbw-test with 1 principals; from 2026-07-01T09:11:56Z to 2026-07-01T09:11:56Z
    ids-as-numbers.jsonl: exit 0, delivery-json: 4 rows; api_call 4; in 77 with 1 principals; from 2026-07-01T09:11:56.509Z to 2026-07-01T09:11:56.509Z
    login-that-is-no-token-login.jsonl: exit 0, delivery-json: 2 rows; internal_login 1, other_login 1; in 77 with 1 principals; from 2026-07-01T09:11:56.509Z to 2026-07-01T09:11:56.509Z
    no-identity.jsonl: exit 0, delivery-json: 3 rows; api_call 2, other_login 1; in 77 with 0 principals; from 2026-07-01T09:11:56.509Z to 2026-07-01T09:11:56.509Z
    partial-records.jsonl: exit 3, delivery-json: 1 rows, bad_rows 1; api_call 1; in 0 with 0 principals; from 2026-07-01T09:11:56.509Z to 2026-07-01T09:11:56.509Z; has no time
    pretty.json: exit 0, delivery-json: 2 rows; api_call 2; in 77 with 1 principals; from 2026-07-01T09:11:56.509Z to 2026-07-01T09:11:56.509Z
    rows-that-differ-in-one-field.jsonl: exit 0, delivery-json: 6 rows, duplicates 1; api_call 5; in 77 with 2 principals, 78 with 1 principals; from 2026-07-01T09:11:56.509Z to 2026-07-01T09:11:56.509Z
    short-token-hash.jsonl: exit 0, delivery-json: 1 rows; token_admin 1; in 77 with 1 principals; from 2026-07-01T09:11:56.509Z to 2026-07-01T09:11:56.509Z
    "#);
}
