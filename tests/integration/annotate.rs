//! `scopecast annotate`: a draft that reads back, stays the same, and never overwrites.

use super::common::scopecast;
use super::log::{Log, client, report};
use std::fs;

const AS_OF: &str = "2026-09-12";

#[test]
fn the_draft_of_the_story_reads_back_and_is_the_same_whatever_the_threads() {
    let draft = |threads: &str| {
        scopecast(["annotate", "fixtures/workspace", "--as-of", AS_OF, "--threads", threads]).exits(0)
    };
    let text = draft("1");
    assert_eq!(text, draft("8"));
    insta::assert_snapshot!(text, @r#"
    # A draft by scopecast 0.1.0, as of 2026-09-12: calls too rare for logs to say whether they come again.
    # Ask the owner of each. Keep a need and drop its `expires`, or set a later one; or take the need out.
    # What nobody confirms lapses on 2026-12-11 and is reported then.

    # lake maintenance
    # acts as sp-lake-admin, workspace 7405613289041122: 30 days of observation nobody has dated
    [[token]]
    match = "d32a50e995b380dbd9c69d585ac2a52eec9e0acf0efdb29fb590936c5f0a0901"
    # enforced_on =          # the date in Databricks' reminder mail: dates instead of odds
    # workload = ""          # what it is for
    # workload_owner = ""    # who answers for it

    # unity-catalog is unknown: Nobody has told which 30 days decide for this token: name its enforcement date to get an answer.
    # Called: login cmd/catalogs_create (2), unityCatalog/createCatalog (2).
    [[token.need]]
    scope = "unity-catalog"
    # schedule = "yearly on 10 Aug"        # if that is when; without one: at any time
    reason = "draft, not confirmed: 2 calls, last on 2026-08-10"
    expires = 2026-12-11
    "#);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("draft.toml");
    fs::write(&file, &text).unwrap();
    let scan = ["scan", "fixtures/workspace", "--as-of", AS_OF, "--format", "json", "--annotations"];
    let out = scopecast(scan).arg(&file).exits(0);
    let r: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(r["coverage"]["problems"].to_string(), "[]");
    let unmatched = r["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "annotation-unmatched");
    assert_eq!(unmatched.count(), 0);
}

#[test]
fn what_is_declared_already_or_recurs_by_itself_is_not_drafted() {
    let dir = tempfile::tempdir().unwrap();
    let a = client('a');
    let mut log = Log::default().daily("2025-09-01", "2026-09-11", &a, "jobs", "runNow");
    for month in ["2025-12", "2026-03", "2026-06", "2025-09"] {
        log = log.call(&format!("{month}-01T06:00:00.000Z"), &a, "secrets", "putSecret");
    }
    log.call("2026-03-03T06:00:00.000Z", &a, "pipelines", "x")
        .call("2026-03-03T06:00:00.000Z", &a, "clusters", "start")
        .write(dir.path());
    let scopes = |text: &str| {
        text.lines().filter(|l| l.starts_with("scope = ")).map(str::to_owned).collect::<Vec<_>>()
    };
    let draft = || scopecast(["annotate", "--as-of", AS_OF]).arg(dir.path()).exits(0);
    assert_eq!(scopes(&draft()), ["scope = \"clusters\""]);
    let entry = "[[token]]\nmatch = \"aaaa\"\n[[token.need]]\nscope = \"clusters\"\n";
    fs::write(dir.path().join("annotations.toml"), entry).unwrap();
    let text = draft();
    assert!(scopes(&text).is_empty() && text.contains("there is nothing to declare"), "{text}");
    assert!(report(dir.path(), &[])["tokens"][0]["scopes"].to_string().contains("\"declared\":true"));
}

#[test]
fn jobs_of_the_principal_are_named_as_comments_only() {
    let dir = tempfile::tempdir().unwrap();
    Log::default()
        .daily("2025-09-01", "2026-09-11", &client('a'), "jobs", "runNow")
        .call("2026-03-03T06:00:00.000Z", &client('a'), "clusters", "start")
        .write(dir.path());
    let jobs = r#"[{"job_id":11,"creator_user_name":"ETL@example.com","settings":{"name":"close\n[[token]]","schedule":{"quartz_cron_expression":"0 30 2 1 1/3 ?","timezone_id":"UTC"}}},
      {"job_id":12,"creator_user_name":"else@example.com","settings":{"name":"other","continuous":{}}}]"#;
    fs::write(dir.path().join("jobs.json"), jobs).unwrap();
    let text = scopecast(["annotate", "--as-of", AS_OF]).arg(dir.path()).exits(0);
    assert!(text.contains("#   job 11 close") && text.contains("0 30 2 1 1/3 ? UTC"), "{text}");
    assert!(!text.contains("other"));
    assert_eq!(text.matches("\n[[token]]\n").count(), 1, "{text}");
}

#[test]
fn an_existing_file_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("mine.toml");
    let run = || scopecast(["annotate", "fixtures/workspace", "--as-of", AS_OF, "--out"]).arg(&file).run();
    let first = run();
    assert_eq!((first.code, first.stdout.contains("confirm each entry")), (0, true));
    let written = fs::read_to_string(&file).unwrap();
    assert!(written.contains("[[token.need]]"));
    fs::write(&file, "mine").unwrap();
    let second = run();
    assert_eq!(second.code, 2);
    assert!(second.stderr.contains("Name another file"), "{}", second.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}
