//! What people wrote, held against the logs and the token list: each rule with a case that fires and one that nearly does.

use super::common::scopecast;
use super::log::{Log, client, findings, id, list, listed, report, scope, text};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A year of daily jobs by token a.
fn daily() -> Log {
    Log::default().daily("2025-09-01", "2026-09-11", &client('a'), "jobs", "runNow")
}

fn setup(log: Log, annotations: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    log.write(dir.path());
    fs::write(dir.path().join("annotations.toml"), annotations).unwrap();
    dir
}

/// Severity and title of each finding of a rule.
fn told(report: &Value, rule: &str) -> Vec<String> {
    let line = |f: &&Value| format!("{} {}", text(&f["severity"]), text(&f["title"]));
    findings(report, rule).iter().map(line).collect()
}

fn of(dir: &Path, rule: &str) -> Vec<String> {
    told(&report(dir, &[]), rule)
}

#[test]
fn a_declared_yearly_need_that_nothing_shows_is_lost_and_told_as_unseen() {
    let dir = setup(
        daily(),
        r#"
[[token]]
match = "aaaa"
enforced_on = 2026-09-20
[[token.need]]
scope = "unity-catalog"
schedule = "yearly on 1 Oct"
reason = "archive of the fiscal year"
ticket = "FIN-7"
"#,
    );
    let r = report(dir.path(), &[]);
    insta::assert_snapshot!(told(&r, "declared-need-unseen").join("\n"), @"low unity-catalog is declared as needed (yearly on 1 Oct); one run was due since 2025-09-01, and no row shows it");
    let lost = findings(&r, "scope-lost-at-enforcement");
    assert_eq!(
        (lost.len(), &lost[0]["severity"], &lost[0]["scope"]),
        (1, &json!("high"), &json!("unity-catalog"))
    );
    assert!(
        lost[0]["evidence"]["notes"]
            .to_string()
            .contains("declared in the annotations, yearly on 1 Oct (FIN-7): archive of the fiscal year")
    );
    let unseen = findings(&r, "declared-need-unseen");
    assert_eq!(unseen[0]["annotation"]["line"], 5);
    assert!(text(&unseen[0]["annotation"]["file"]).ends_with("annotations.toml"));

    let seen = daily().call("2025-10-01T05:00:00.000Z", &client('a'), "unityCatalog", "createCatalog");
    seen.write(dir.path());
    let r = report(dir.path(), &[]);
    assert_eq!(told(&r, "declared-need-unseen").len(), 0, "{}", scope(&r, 'a', "unity-catalog").unwrap());
}

#[test]
fn a_declared_schedule_that_the_history_contradicts_is_told() {
    let monthly = "[[token]]\nmatch = \"aaaa\"\n[[token.need]]\nscope = \"secrets\"\nschedule = \"monthly on the first day\"\n";
    let dir = setup(daily(), monthly);
    insta::assert_snapshot!(of(dir.path(), "declared-need-unseen").join("\n"), @"low secrets is declared as needed (monthly on the first day); 12 runs were due since 2025-09-01, and no row shows one");

    // Used, but never near the declared days.
    let mut elsewhere = daily();
    for month in ["2026-02", "2026-04", "2026-06"] {
        elsewhere =
            elsewhere.call(&format!("{month}-15T05:00:00.000Z"), &client('a'), "secrets", "putSecret");
    }
    elsewhere.write(dir.path());
    insta::assert_snapshot!(of(dir.path(), "annotation-contradicted").join("\n"), @"low secrets is declared for monthly on the first day; 12 runs were due and none of its calls lies near one");
    assert!(of(dir.path(), "declared-need-unseen").is_empty());

    // One run near a declared day is enough to believe the rest.
    daily().call("2026-04-02T05:00:00.000Z", &client('a'), "secrets", "putSecret").write(dir.path());
    assert!(of(dir.path(), "annotation-contradicted").is_empty());
}

#[test]
fn a_need_declared_as_reading_is_contradicted_by_a_write() {
    let entry = |access| {
        format!("[[token]]\nmatch = \"aaaa\"\n[[token.need]]\nscope = \"jobs\"\naccess = \"{access}\"\n")
    };
    let dir = setup(daily(), &entry("read"));
    insta::assert_snapshot!(of(dir.path(), "annotation-contradicted").join("\n"), @"low jobs is declared as read only, but it wrote on 2026-09-11: jobs/runNow");
    fs::write(dir.path().join("annotations.toml"), entry("write")).unwrap();
    assert!(of(dir.path(), "annotation-contradicted").is_empty());
}

#[test]
fn a_declared_window_that_the_token_list_contradicts_is_told() {
    let created = "2025-06-01T09:00:00Z";
    let state = |s: &str| json!({"autoscope_state": format!("AUTOSCOPE_STATE_{s}"), "scopes": ["jobs"]});
    let mut lines = Vec::new();
    for (entry, state, day) in [
        ("enforced_on = 2026-09-20", state("COMPLETED"), "2026-09-12"),
        ("enforced_on = 2026-09-20", state("USER_SELECTED"), "2026-09-12"),
        ("enforced_on = 2026-09-01", state("RUNNING"), "2026-09-12"),
        ("window_end = 2025-05-01", state("RUNNING"), "2026-09-12"),
        ("enforced_on = 2026-10-20", json!({"expiry_time": 1_790_000_000_000_i64}), "2026-09-12"),
        // Nearly: narrowed on the declared day, observed until the declared day, chosen by hand after it.
        ("enforced_on = 2026-09-01", state("COMPLETED"), "2026-09-12"),
        ("enforced_on = 2026-09-11", state("RUNNING"), "2026-09-12"),
        ("enforced_on = 2026-09-01", state("DISABLED"), "2026-09-12"),
        ("workload = \"x\"", state("COMPLETED"), "2026-09-12"),
    ] {
        let dir = setup(daily(), &format!("[[token]]\nmatch = \"aaaa\"\n{entry}\n"));
        list(dir.path(), day, &[listed('a', "etl", created, &state)]);
        let told = of(dir.path(), "annotation-contradicted");
        let told = if told.is_empty() { "nothing".to_owned() } else { told.join("; ") };
        lines.push(format!("{entry}: {told}"));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    enforced_on = 2026-09-20: low 2026-09-20 is declared as its enforcement, but the token list of 2026-09-12 has it narrowed already (COMPLETED)
    enforced_on = 2026-09-20: low 2026-09-20 is declared as its enforcement, but its state is USER_SELECTED: auto-scoping does not narrow it
    enforced_on = 2026-09-01: medium 2026-09-01 is declared as its enforcement, but the token list of 2026-09-12 has it still observed (RUNNING)
    window_end = 2025-05-01: medium its window is declared to end on 2025-05-01, before it was made on 2025-06-01
    enforced_on = 2026-10-20: info 2026-10-20 is declared as its enforcement, but it expires on 2026-09-21, before that
    enforced_on = 2026-09-01: nothing
    enforced_on = 2026-09-11: nothing
    enforced_on = 2026-09-01: nothing
    workload = "x": nothing
    "#);
}

#[test]
fn two_entries_with_different_windows_are_told_and_equal_ones_are_not() {
    let two = |day| {
        format!(
            "[[token]]\nmatch = \"aaaa\"\nenforced_on = 2026-09-20\n[[token]]\nmatch = {{ workspace = \"77\" }}\nenforced_on = {day}\n"
        )
    };
    let dir = setup(daily(), &two("2026-09-25"));
    insta::assert_snapshot!(of(dir.path(), "annotation-contradicted").join("\n"), @"low two entries date its window, and not alike: lines 1 and 4");
    fs::write(dir.path().join("annotations.toml"), two("2026-09-20")).unwrap();
    assert!(of(dir.path(), "annotation-contradicted").is_empty());
}

#[test]
fn what_expired_is_told_and_counts_no_longer() {
    let dir = setup(
        daily(),
        r#"
[[token]]
match = "aaaa"
workload_owner = "finance"
expires = 2026-09-12
[[token.need]]
scope = "sql"
[[token]]
match = "aaaa"
[[token.need]]
scope = "unity-catalog"
schedule = "yearly on 1 Oct"
reason = "archive"
expires = 2026-09-11
[[token.need]]
scope = "secrets"
expires = 2026-09-12T00:00:00.001Z
[[accept]]
rule = "short-history"
reason = "was new"
expires = 2026-09-01
"#,
    );
    let r = report(dir.path(), &[]);
    insta::assert_snapshot!(told(&r, "annotation-expired").join("\n"), @r"
    medium the declared need of unity-catalog expired on 2026-09-11: it counts no longer
    low the entry for id aaaa expired on 2026-09-12: nothing in it counts any more
    info the acceptance of short-history expired on 2026-09-01; there is no such finding now
    ");
    assert!(scope(&r, 'a', "sql").is_none() && scope(&r, 'a', "unity-catalog").is_none());
    assert!(scope(&r, 'a', "secrets").is_some(), "it expires a millisecond after as-of");
}

#[test]
fn what_matches_nothing_is_told() {
    let dir = setup(
        daily().daily("2026-09-01", "2026-09-11", &client('b'), "jobs", "runNow"),
        r#"
[[token]]
match = "cccc"
[[token.need]]
scope = "sql"
[[token]]
match = { owner = "nobody@example.com" }
[[token]]
match = { comment = "x*", workspace = "99" }
[[token]]
match = "aaaa"
[[token.need]]
scope = "unity-catalogue"
[[token.need]]
scope = "sql"
job = "close"
[[accept]]
rule = "unusd-scope"
reason = "spare"
expires = 2027-01-01
[[accept]]
rule = "log-gap"
reason = "known"
expires = 2027-01-01
[[accept]]
rule = "declared-need-unseen"
match = "aaaa"
scope = "sql"
reason = "runs in December"
expires = 2027-01-01
"#,
    );
    let r = report(dir.path(), &[]);
    insta::assert_snapshot!(told(&r, "annotation-unmatched").join("\n"), @r"
    medium a need of unity-catalogue is declared, and the catalog has no scope of that name: it is not judged
    medium the entry for id cccc matches no token
    low the need of sql names job close for its schedule, and no list of jobs was given
    low the entry for owner nobody@example.com matches no token
    low unusd-scope is accepted, and no rule has that name
    info log-gap is accepted, and there is no such finding
    info the entry for comment x*, workspace 99 matches no token
    ");
    let ids: BTreeSet<&str> =
        r["findings"].as_array().unwrap().iter().map(|f| text(&f["finding_id"])).collect();
    assert_eq!(ids.len(), r["findings"].as_array().unwrap().len(), "finding ids are unique");
    let accepted: Vec<_> =
        r["findings"].as_array().unwrap().iter().filter(|f| f["status"]["state"] == "accepted").collect();
    assert_eq!((accepted.len(), &accepted[0]["status"]["reason"]), (1, &json!("runs in December")));
}

#[test]
fn an_entry_for_a_rotated_token_names_the_successor_it_no_longer_protects() {
    let log = Log::default()
        .about("2025-06-01T09:00:00.000Z", 'a', "generateDbToken")
        .daily("2025-09-01", "2026-09-01", &client('a'), "jobs", "runNow")
        .about("2026-09-01T09:00:00.000Z", 'b', "generateDbToken")
        .about("2026-09-02T09:00:00.000Z", 'a', "revokeDbToken")
        .daily("2026-09-02", "2026-09-11", &client('b'), "jobs", "runNow");
    let dir = setup(log, "[[token]]\nmatch = \"aaaa\"\n[[token.need]]\nscope = \"sql\"\n");
    let r = report(dir.path(), &[]);
    insta::assert_snapshot!(told(&r, "annotation-unmatched").join("\n"), @"medium the entry for id aaaa matches only tokens that are gone: aaaaaaaaaaaa (revoked on 2026-09-02)");
    assert!(text(&findings(&r, "annotation-unmatched")[0]["advice"]).contains(&id('b')[..12]));
}

#[test]
fn an_id_that_two_tokens_share_is_told() {
    let dir = setup(daily(), "[[token]]\nmatch = \"a\"\nenforced_on = 2026-09-20\n");
    assert!(of(dir.path(), "annotation-unmatched").is_empty());
    let created = "2025-06-01T09:00:00Z";
    let mut twin = listed('a', "", created, &json!({}));
    twin["token_id"] = json!(format!("{}b", &id('a')[..63]));
    list(dir.path(), "2026-09-12", &[listed('a', "", created, &json!({})), twin]);
    let told = of(dir.path(), "annotation-unmatched");
    assert!(
        told.len() == 1 && told[0].starts_with("medium the entry for \"a\" could mean 2 tokens"),
        "{told:?}"
    );
}

#[test]
fn a_schedule_that_says_nothing_stops_the_run_with_its_line() {
    let dir = setup(
        daily(),
        "[[token]]\nmatch = \"aaaa\"\n[[token.need]]\nscope = \"sql\"\nschedule = \"when the moon is full\"\n",
    );
    let ran = scopecast(["scan", "--as-of", "2026-09-12"]).arg(dir.path()).run();
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("line 3") && ran.stderr.contains("Write for example"), "{}", ran.stderr);
}

const JOBS: &str = r#"{"jobs":[
  {"job_id":11,"creator_user_name":"etl@example.com","settings":{"name":"close","schedule":{"quartz_cron_expression":"0 30 2 1 1/3 ?","timezone_id":"UTC"}}},
  {"job_id":12,"settings":{"name":"idle","schedule":{"quartz_cron_expression":"0 30 2 1 1/3 ?","timezone_id":"UTC","pause_status":"PAUSED"}}}]}"#;

fn with_job(job: &str) -> String {
    format!(
        "[[token]]\nmatch = \"aaaa\"\nenforced_on = 2026-09-20\n[[token.need]]\nscope = \"secrets\"\njob = \"{job}\"\n"
    )
}

#[test]
fn a_named_job_gives_the_date_of_a_need_wherever_its_list_lies() {
    let dir = setup(daily(), &with_job("close"));
    let jobs = dir.path().join("jobs.json");
    fs::write(&jobs, JOBS).unwrap();
    let among = report(dir.path(), &[]);
    let input = among["inputs"].as_array().unwrap().iter().find(|i| i["taken_as"] == "jobs");
    assert!(input.is_some(), "{}", among["inputs"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let named = elsewhere.path().join("list.json");
    fs::rename(&jobs, &named).unwrap();
    let named = report(dir.path(), &["--jobs", named.to_str().unwrap()]);
    for r in [among, named] {
        let secrets = scope(&r, 'a', "secrets").unwrap();
        assert_eq!(
            (&secrets["verdict"], &secrets["reason"], &secrets["confidence"]),
            (&json!("lost"), &json!("next-call-after-window"), &json!("medium"))
        );
        assert_eq!(secrets["next_call"]["earliest"], "2026-10-01T02:30:00Z");
        let lost = findings(&r, "scope-lost-at-enforcement");
        assert!(
            lost[0]["evidence"]["notes"].to_string().contains("for job 11 (close), 0 30 2 1 1/3 ? UTC"),
            "{}",
            lost[0]
        );
        assert!(findings(&r, "annotation-unmatched").is_empty());
    }
}

#[test]
fn a_job_that_is_paused_unknown_or_not_listed_gives_no_date_and_is_told() {
    let mut lines = Vec::new();
    for (job, has_list) in [("idle", true), ("nightly", true), ("close", false)] {
        let dir = setup(daily(), &with_job(job));
        if has_list {
            fs::write(dir.path().join("jobs.json"), JOBS).unwrap();
        }
        let r = report(dir.path(), &[]);
        let secrets = scope(&r, 'a', "secrets").unwrap();
        assert_eq!((&secrets["verdict"], &secrets["next_call"]), (&json!("unknown"), &Value::Null), "{job}");
        lines.extend(told(&r, "annotation-unmatched"));
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    low the need of secrets names job idle for its schedule, and that job is paused: it gives no date
    low the need of secrets names job nightly for its schedule, and no job that starts by itself has that id or name
    low the need of secrets names job close for its schedule, and no list of jobs was given
    ");
}

#[test]
fn a_list_of_jobs_alone_says_nothing_about_any_token() {
    let dir = setup(daily(), "");
    let before = report(dir.path(), &[]);
    fs::write(dir.path().join("jobs.json"), JOBS).unwrap();
    let after = report(dir.path(), &[]);
    assert_eq!((&before["tokens"], &before["findings"]), (&after["tokens"], &after["findings"]));
}

#[test]
fn a_scope_that_a_hand_picked_list_lacks_is_lost_when_it_is_declared() {
    let dir = setup(
        daily(),
        "[[token]]\nmatch = \"aaaa\"\n[[token.need]]\nscope = \"sql\"\n[[token.need]]\nscope = \"jobs\"\n",
    );
    let picked = json!({"autoscope_state": "AUTOSCOPE_STATE_USER_SELECTED", "scopes": ["jobs"]});
    list(dir.path(), "2026-09-12", &[listed('a', "etl", "2025-06-01T09:00:00Z", &picked)]);
    let r = report(dir.path(), &[]);
    let missing: Vec<_> = findings(&r, "scope-missing-now").iter().map(|f| text(&f["scope"])).collect();
    assert_eq!(missing, ["sql"]);
}

#[test]
fn accepted_findings_stay_in_every_format_with_their_reason() {
    let dir = setup(daily(), "");
    let gap = "[[accept]]\nrule = \"scope-lost-at-enforcement\"\nreason = \"moves to OAuth in September\"\nexpires = 2027-01-01\n";
    let entry = "[[token]]\nmatch = \"aaaa\"\nenforced_on = 2026-09-20\n[[token.need]]\nscope = \"unity-catalog\"\nschedule = \"yearly on 1 Oct\"\n";
    fs::write(dir.path().join("annotations.toml"), format!("{entry}{gap}")).unwrap();
    for (format, words) in [
        ("terminal", "moves to OAuth in September"),
        ("json", "moves to OAuth in September"),
        ("html", "moves to OAuth in September"),
        ("junit", "moves to OAuth in September"),
        ("markdown", "moves to OAuth in September"),
        ("csv", "moves to OAuth in September"),
    ] {
        let out = scopecast(["scan", "--as-of", "2026-09-12", "--all", "--format", format])
            .arg(dir.path())
            .exits(0);
        assert!(out.contains(words), "{format}\n{out}");
    }
    scopecast(["scan", "--as-of", "2026-09-12", "--fail-on", "high"]).arg(dir.path()).exits(0);
}
