//! The main job on the shipped story: the same findings from every format, exact boundaries, clear words for bad input.

use super::common::scopecast;
use scopecast_story::{Day, Format, Size, Story};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const AS_OF: &str = "2026-09-12";

fn story() -> Story {
    Story::new(1, Day::parse(AS_OF).unwrap(), Size::Small)
}

fn report(args: &[&str]) -> Value {
    let ran = scopecast(["scan", "--format", "json", "--as-of", AS_OF]).args_and_run(args);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr))
}

trait ArgsAndRun {
    fn args_and_run(self, args: &[&str]) -> super::common::Ran;
}

impl ArgsAndRun for super::common::Scopecast {
    fn args_and_run(self, args: &[&str]) -> super::common::Ran {
        args.iter().fold(self, |run, arg| run.arg(arg)).run()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Token, scope, verdict and reason of everything judged.
fn verdicts(report: &Value) -> Vec<(String, String, String, String)> {
    let word = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let mut all = Vec::new();
    for token in report["tokens"].as_array().unwrap() {
        for scope in token["scopes"].as_array().unwrap() {
            all.push((
                word(&token["token_id"]),
                word(&scope["scope"]),
                word(&scope["verdict"]),
                word(&scope["reason"]),
            ));
        }
    }
    all
}

#[test]
fn every_token_of_the_story_gets_the_verdict_and_the_finding_it_was_made_for() {
    let report = report(&["fixtures/workspace"]);
    let (verdicts, findings) = (verdicts(&report), report["findings"].as_array().unwrap());
    let story = story();
    for e in story.expectations() {
        let id = &story.token(e.token).unwrap().id;
        if let (Some(scope), Some(verdict)) = (e.scope, e.verdict) {
            let found = verdicts.iter().find(|(t, s, ..)| t == id && s == scope);
            let said =
                found.map(|(.., v, reason)| if v == "unknown" { format!("{v} {reason}") } else { v.clone() });
            assert_eq!(said.as_deref(), Some(verdict), "{} {scope}: {}", e.token, e.why);
        }
        if let Some(rule) = e.finding {
            let principal = report["tokens"]
                .as_array()
                .unwrap()
                .iter()
                .find(|t| t["token_id"] == **id)
                .map(|t| t["principal"].clone());
            let is_it = |f: &&Value| {
                f["rule"] == rule
                    && (f["token_id"] == **id
                        || f["token_id"].is_null() && Some(&f["principal"]) == principal.as_ref())
            };
            let named = findings.iter().any(|f| is_it(&f));
            assert!(named, "{} has no {rule}: {}", e.token, e.why);
        } else if e.verdict.is_none() {
            let own: Vec<_> = findings.iter().filter(|f| f["token_id"] == **id).collect();
            assert!(own.is_empty(), "{} is silent: {}, but {own:?}", e.token, e.why);
        }
    }
}

#[test]
fn the_first_command_of_the_readme_tells_what_a_newcomer_must_see() {
    let out = scopecast(["scan", "fixtures/workspace", "--as-of", AS_OF]).exits(0);
    for words in [
        "loses unity-catalog on 2026-09-20",
        "its next call is expected on 2026-10-01",
        "scope-lost-at-enforcement",
        "91.8 %",
        "leaves out secrets",
        "It took over from",
        "What nobody can know",
    ] {
        let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "{words}\n{out}");
    }
    assert!(out.lines().all(|l| l.chars().count() <= 100 || l.contains("/api/2.0/token")), "{out}");
    assert!(!out.contains('\u{1b}'));
}

#[test]
fn access_logs_never_contradict_the_audit_table() {
    let dir = tempfile::tempdir().unwrap();
    let whole = verdicts(&report(&["fixtures/workspace"]));
    story().write(dir.path(), Format::AccessLog, false).unwrap();
    for (token, scope, verdict, reason) in verdicts(&report(&[text(dir.path())])) {
        let known = whole.iter().find(|(t, s, ..)| (t, s) == (&token, &scope));
        // An access log names the token where the audit log must leave a principal shared.
        if let Some((.., v, r)) = known.filter(|(.., r)| r != "shared-principal") {
            let opposite = [v.as_str(), verdict.as_str()] == ["kept", "lost"]
                || [v.as_str(), verdict.as_str()] == ["lost", "kept"];
            assert!(!opposite, "{token} {scope}: {verdict} {reason} against {v} {r}");
        }
    }
}

const TOKEN: &str = "5f1c000000000000000000000000000000000000000000000000000000000001";

fn row(time: &str, service: &str, action: &str, status: u16, params: &Value) -> String {
    json!({
        "workspace_id": "77", "event_time": time, "source_ip_address": "203.0.113.7", "user_agent": "python-requests/2.32",
        "user_identity": {"email": "etl@example.com"}, "service_name": service, "action_name": action,
        "request_params": params, "response": {"status_code": status}, "audit_level": "WORKSPACE_LEVEL",
    })
    .to_string()
}

/// A login and a call of jobs/runNow at the same moment.
fn call(time: &str, action: (&str, &str), status: u16) -> String {
    let login =
        json!({"user": "etl@example.com", "tokenId": TOKEN, "authenticationMethod": "API_EXT_PAT_TOKEN"});
    [row(time, "accounts", "tokenLogin", 200, &login), row(time, action.0, action.1, status, &json!({}))]
        .join("\n")
        + "\n"
}

/// A year of daily secrets calls, so that the log has no gaps.
fn daily(until: &str) -> String {
    let end = Day::parse(until).unwrap();
    (1..380)
        .map(|n| call(&format!("{}T05:00:00.000Z", end.plus(-n)), ("secrets", "getSecret"), 200))
        .collect()
}

fn scope<'r>(report: &'r Value, name: &str) -> &'r Value {
    let scopes = report["tokens"][0]["scopes"].as_array().unwrap();
    scopes.iter().find(|s| s["scope"] == name).unwrap_or_else(|| panic!("no {name} in {scopes:?}"))
}

#[test]
fn a_call_one_millisecond_before_the_window_ends_keeps_the_scope_and_one_at_its_end_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("log");
    for (time, status, verdict) in [
        ("2026-09-10T11:59:59.999Z", 200, "kept"),
        ("2026-09-10T12:00:00.000Z", 200, "lost"),
        ("2026-09-10T11:59:59.999Z", 403, "lost"),
    ] {
        // An earlier use makes it a need; the boundary decides.
        let early = call("2026-03-01T02:00:00.000Z", ("jobs", "runNow"), 200);
        fs::write(&file, daily(AS_OF) + &early + &call(time, ("jobs", "runNow"), status)).unwrap();
        let r = report(&[text(&file), "--enforced-on", "2026-09-10T12:00:00Z"]);
        assert_eq!(scope(&r, "jobs")["verdict"], verdict, "{time} {status}");
    }
}

#[test]
fn a_list_without_scopes_is_no_list_of_tokens_that_hold_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (log, list) = (dir.path().join("log"), dir.path().join("tokens.json"));
    fs::write(&log, daily(AS_OF)).unwrap();
    fs::write(&list, json!([{"token_id": TOKEN, "comment": "etl", "workspace_id": 77, "creation_time": 1_735_700_000_000_i64}]).to_string())
        .unwrap();
    let r = report(&[text(&log), "--tokens", text(&list)]);
    assert_eq!(scope(&r, "secrets")["verdict"], "kept");
    assert!(r["findings"].as_array().unwrap().iter().all(|f| f["rule"] != "scope-missing-now"));
}

#[test]
fn an_inventory_alone_gives_states_dates_and_the_reason_why_nothing_else() {
    let out = scopecast([
        "scan",
        "--tokens",
        "fixtures/workspace/tokens.json",
        "--as-of",
        AS_OF,
        "--format",
        "json",
    ])
    .exits(0);
    let r: Value = serde_json::from_str(&out).unwrap();
    let tokens = r["tokens"].as_array().unwrap();
    assert_eq!(tokens.len(), 14);
    assert_eq!(tokens.iter().filter(|t| t["state"].is_string()).count(), 6);
    assert!(tokens.iter().all(|t| t["created"].is_string() && t["expires"].is_string()));
    let mut scopes = tokens.iter().flat_map(|t| t["scopes"].as_array().unwrap());
    assert!(scopes.all(|s| s["uses"] == 0), "no log, no use");
    assert!(r["findings"].as_array().unwrap().iter().any(|f| f["rule"] == "authentication-scope"));
}

#[test]
fn what_cannot_be_read_is_named_and_changes_the_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    fs::create_dir(path("empty")).unwrap();
    fs::write(path("notes.txt"), "these are not the logs you are looking for\n").unwrap();
    let good = daily(AS_OF);
    fs::write(path("three-bad"), format!("{{\"a\":1}}\n{good}not json\n{{\"event_time\":\n")).unwrap();
    let packed = {
        use std::io::Write;
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gz.write_all(good.as_bytes()).unwrap();
        let mut bytes = gz.finish().unwrap();
        bytes.truncate(bytes.len() / 2);
        bytes
    };
    fs::write(path("cut.gz"), packed).unwrap();
    for (name, code, words) in [
        ("empty", 4, "There are no files there"),
        ("notes.txt", 4, "notes.txt"),
        ("cut.gz", 3, "cut.gz"),
        ("three-bad", 3, "3"),
    ] {
        let ran = scopecast(["scan", text(&path(name)), "--as-of", AS_OF]).run();
        assert_eq!(ran.code, code, "{name}: {}{}", ran.stdout, ran.stderr);
        assert!((ran.stdout + &ran.stderr).contains(words), "{name}");
    }
    let r = report(&[text(&path("three-bad"))]);
    assert_eq!((&r["coverage"]["bad_rows"], &r["coverage"]["rows_read"]), (&json!(3), &json!(379 * 2)));
    let r = report(&[text(&path("cut.gz"))]);
    assert!(r["coverage"]["rows_read"].as_u64().unwrap() > 100);
}

#[test]
fn wrong_usage_is_told_with_a_remedy() {
    for (args, words) in [
        (vec!["scan"], "nothing to read"),
        (vec!["scan", "x", "--as-of", "yesterday"], "2026-09-12"),
        (vec!["scan", "x", "--tokens", "no-such-file"], "Check the path"),
        (vec!["scan", "x", "--window-start", "2026-09-20", "--window-end", "2026-09-01"], "Swap them"),
    ] {
        let ran = scopecast(args.clone()).run();
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{args:?}: {}", ran.stderr);
    }
    assert_eq!(scopecast(["scan", "no-such-file"]).run().code, 4);
}

#[test]
fn fail_on_counts_open_findings_only() {
    scopecast(["scan", "fixtures/workspace", "--as-of", AS_OF, "--fail-on", "high"]).exits(1);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("log");
    fs::write(&file, daily(AS_OF)).unwrap();
    scopecast(["scan", text(&file), "--as-of", AS_OF, "--fail-on", "medium"]).exits(0);
}

#[test]
fn a_refusal_that_contradicts_the_catalog_is_told_and_one_that_agrees_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("log");
    for (named, warns) in [("sql", true), ("jobs", false)] {
        let error = format!("Provided access token does not have required scopes: {named} [ReqId: 1]");
        let refused = call("2026-09-10T11:00:00.000Z", ("jobs", "runNow"), 403)
            .replace("\"status_code\":403", &format!("\"status_code\":403,\"error_message\":\"{error}\""));
        fs::write(&file, daily(AS_OF) + &refused).unwrap();
        let r = report(&[text(&file)]);
        let findings = r["findings"].as_array().unwrap();
        let denied = findings.iter().find(|f| f["rule"] == "scope-denied").unwrap();
        assert_eq!((&denied["scope"], &denied["severity"]), (&json!(named), &json!("high")));
        assert_eq!(
            denied["evidence"]["notes"].to_string().contains("catalog: it maps jobs/runNow to jobs"),
            warns
        );
    }
}

#[test]
fn refusals_in_client_logs_at_or_after_as_of_are_left_out_like_any_row() {
    let denied = |as_of: &str| {
        let text =
            scopecast(["scan", "fixtures/workspace", "--format", "json", "--as-of", as_of]).run().stdout;
        let report: Value = serde_json::from_str(&text).unwrap();
        report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "scope-denied").count()
    };
    assert_eq!(denied("2026-09-01"), 0);
    assert!(denied(AS_OF) > 0);
}
