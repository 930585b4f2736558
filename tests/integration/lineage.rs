//! A rotated token has no history of its own: what its predecessor needed counts for it, and never as a use.

use super::common::scopecast;
use super::log::{Client, Log, client, findings, id, list, listed, report, scope, text, token};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Token a works until 1 September and puts a secret each quarter; b takes over.
fn rotated(a: &Client, b: &Client) -> Log {
    let mut log = Log::default()
        .about("2025-06-01T09:00:00.000Z", 'a', "generateDbToken")
        .daily("2025-08-01", "2026-09-01", a, "jobs", "runNow")
        .about("2026-09-01T09:00:00.000Z", 'b', "generateDbToken")
        .about("2026-09-02T09:00:00.000Z", 'a', "revokeDbToken")
        .daily("2026-09-02", "2026-09-11", b, "jobs", "runNow");
    for day in ["2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01"] {
        log = log.call(&format!("{day}T06:00:00.000Z"), a, "secrets", "putSecret");
    }
    log
}

fn running(dir: &Path) {
    let b = listed('b', "", "2026-09-01T09:00:00Z", &json!({"autoscope_state": "AUTOSCOPE_STATE_RUNNING"}));
    list(dir, "2026-09-12", &[b]);
}

fn predecessors(report: &Value, of: char) -> Vec<&str> {
    let all = token(report, of)["lineage"]["predecessors"].as_array().unwrap();
    all.iter().map(|p| text(&p["token_id"])).collect()
}

#[test]
fn a_new_token_loses_what_only_its_predecessor_used() {
    let dir = tempfile::tempdir().unwrap();
    rotated(&client('a'), &client('b')).write(dir.path());
    running(dir.path());
    let r = report(dir.path(), &[]);
    let a = id('a');
    assert_eq!(predecessors(&r, 'b'), [a.as_str()]);
    assert_eq!(token(&r, 'a')["lineage"]["successor"], id('b'));
    insta::assert_snapshot!(token(&r, 'b')["lineage"]["predecessors"][0]["evidence"].to_string(), @r#"["made on 2026-09-01, when the other was revoked (2026-09-02)","same agent","same address","same scopes called"]"#);
    let secrets = scope(&r, 'b', "secrets").unwrap();
    // The window ends on 1 October at 09:00, after the call at 06:00 that is expected on that day.
    assert_eq!(
        (&secrets["verdict"], &secrets["uses"], &secrets["sure"]),
        (&json!("unknown"), &json!(0), &json!(false))
    );
    assert_eq!(
        (&secrets["inherited"]["uses"], &secrets["inherited"]["confidence"]),
        (&json!(4), &json!("medium"))
    );
    assert_eq!(secrets["first_used"], Value::Null);
    assert_eq!(scope(&r, 'b', "jobs").unwrap()["verdict"], "kept");
}

#[test]
fn the_story_of_the_demo_names_the_predecessors_in_every_format() {
    let dir = tempfile::tempdir().unwrap();
    let scan = |more: &[&str]| {
        scopecast(["scan", "fixtures/workspace", "--as-of", "2026-09-12"].iter().chain(more)).exits(0)
    };
    let json: Value = serde_json::from_str(&scan(&["--format", "json"])).unwrap();
    let autumn = json["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["lineage"]["predecessors"].as_array().is_some_and(|p| !p.is_empty()))
        .unwrap();
    assert_eq!(autumn["comment"], "reporting, rotated twice a year");
    assert_eq!(autumn["lineage"]["predecessors"].as_array().unwrap().len(), 2);
    let lost = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["token_id"] == autumn["token_id"] && f["scope"] == "secrets")
        .unwrap();
    assert_eq!(
        (&lost["rule"], &lost["severity"], &lost["confidence"]),
        (&json!("scope-lost-at-enforcement"), &json!("high"), &json!("medium"))
    );
    let before = &text(&autumn["lineage"]["predecessors"][0]["token_id"])[..12];
    assert!(
        lost["evidence"]["notes"].to_string().contains(&format!("by lineage (medium): {before}")),
        "{lost}"
    );
    assert!(lost["remedy"]["scopes"].to_string().contains("secrets"));
    for format in ["terminal", "markdown", "html"] {
        let out = scan(&["--format", format]).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(out.contains(&format!("It took over from {before}")), "{format}");
    }
    let without: Value = serde_json::from_str(&scan(&["--format", "json", "--no-lineage"])).unwrap();
    assert_eq!(without["summary"]["tokens_with_predecessor"], 0);
    let silent = |f: &Value| f["token_id"] == autumn["token_id"] && f["scope"] == "secrets";
    assert!(!without["findings"].as_array().unwrap().iter().any(silent));
    drop(dir);
}

#[test]
fn a_use_by_the_predecessor_inside_the_window_keeps_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let a = client('a');
    rotated(&a, &client('b')).call("2026-09-01T20:00:00.000Z", &a, "secrets", "putSecret").write(dir.path());
    running(dir.path());
    let r = report(dir.path(), &[]);
    let secrets = scope(&r, 'b', "secrets").unwrap();
    assert_ne!(secrets["verdict"], "kept");
    assert_eq!((&secrets["uses"], &secrets["inherited"]["uses"]), (&json!(0), &json!(5)));
}

#[test]
fn work_that_did_not_come_along_is_no_need() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (client('a'), client('b'));
    Log::default()
        .about("2025-06-01T09:00:00.000Z", 'a', "generateDbToken")
        .daily("2025-08-01", "2026-08-01", &a, "jobs", "runNow")
        .daily("2025-08-01", "2026-08-01", &a, "clusters", "start")
        .about("2026-08-01T09:00:00.000Z", 'b', "generateDbToken")
        .about("2026-08-02T09:00:00.000Z", 'a', "revokeDbToken")
        .daily("2026-08-02", "2026-09-11", &b, "jobs", "runNow")
        .write(dir.path());
    let r = report(dir.path(), &[]);
    assert_eq!(predecessors(&r, 'b').len(), 1);
    assert!(scope(&r, 'b', "clusters").is_none());
}

#[test]
fn what_only_resembles_a_rotation_carries_nothing_over() {
    let b = client('b');
    let elsewhere = Client { agent: "tableau/9 jdbc", address: "198.51.100.1", ..b };
    let other = Client { principal: "bi@example.com", ..b };
    for (what, log) in [
        ("another client", rotated(&client('a'), &elsewhere)),
        ("another principal", rotated(&client('a'), &other)),
        (
            "the old one goes on",
            rotated(&client('a'), &b).daily("2026-09-02", "2026-09-11", &client('a'), "jobs", "runNow"),
        ),
        (
            "long apart",
            Log::default()
                .about("2025-06-01T09:00:00.000Z", 'a', "generateDbToken")
                .daily("2025-08-01", "2026-07-01", &client('a'), "jobs", "runNow")
                .about("2026-07-02T09:00:00.000Z", 'a', "revokeDbToken")
                .about("2026-08-20T09:00:00.000Z", 'b', "generateDbToken")
                .daily("2026-08-21", "2026-09-11", &b, "jobs", "runNow"),
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        log.write(dir.path());
        let r = report(dir.path(), &[]);
        assert_eq!(
            token(&r, 'b')["lineage"],
            json!({"predecessors": [], "undecided": [], "successor": null}),
            "{what}"
        );
        assert!(scope(&r, 'b', "secrets").is_none(), "{what}");
    }
}

#[test]
fn comments_of_older_lists_decide_between_two_that_ended_together() {
    let dir = tempfile::tempdir().unwrap();
    let c = Client { token: 'c', ..client('c') };
    let mut log = rotated(&client('a'), &client('b'))
        .about("2025-06-01T09:00:00.000Z", 'c', "generateDbToken")
        .about("2026-09-02T09:30:00.000Z", 'c', "revokeDbToken");
    for n in 1..=31 {
        log = log.call(&format!("2026-08-{n:02}T04:00:00.000Z"), &c, "jobs", "runNow");
    }
    log.write(dir.path());
    let r = report(dir.path(), &[]);
    let undecided = token(&r, 'b')["lineage"]["undecided"].to_string();
    assert!(undecided.contains(&id('a')) && undecided.contains(&id('c')), "{undecided}");
    assert!(scope(&r, 'b', "secrets").is_none(), "nothing is carried over from either");
    assert_eq!(r["summary"]["tokens_with_undecided_predecessor"], 1);

    list(
        dir.path(),
        "2026-08-01",
        &[
            listed('a', "etl prod 1", "2025-06-01T09:00:00Z", &json!({})),
            listed('c', "adhoc", "2025-06-01T09:00:00Z", &json!({})),
        ],
    );
    list(dir.path(), "2026-09-12", &[listed('b', "etl prod 2", "2026-09-01T09:00:00Z", &json!({}))]);
    let r = report(dir.path(), &[]);
    assert_eq!(predecessors(&r, 'b'), [id('a')]);
    assert!(scope(&r, 'b', "secrets").is_some());
}

#[test]
fn annotations_say_which_token_succeeds_which_or_that_none_does() {
    let dir = tempfile::tempdir().unwrap();
    let other =
        Client { principal: "new-sp@example.com", agent: "other/1", address: "198.51.100.9", ..client('b') };
    rotated(&client('a'), &other).write(dir.path());
    let annotations = dir.path().join("annotations.toml");
    fs::write(&annotations, "[[token]]\nmatch = \"bbbb\"\nsucceeds = \"aaaa\"\n").unwrap();
    for option in [&[][..], &["--no-lineage"]] {
        let r = report(dir.path(), option);
        assert_eq!(predecessors(&r, 'b'), [id('a')]);
        let told = &token(&r, 'b')["lineage"]["predecessors"][0];
        assert_eq!(
            (&told["declared"], &told["evidence"]),
            (&json!(true), &json!(["the annotations say so"]))
        );
        assert!(scope(&r, 'b', "secrets").is_some());
        assert!(findings(&r, "annotation-unmatched").is_empty());
    }
    fs::write(&annotations, "[[token]]\nmatch = \"bbbb\"\nsucceeds = \"ffff\"\n").unwrap();
    let r = report(dir.path(), &[]);
    let told: Vec<_> = findings(&r, "annotation-unmatched").iter().map(|f| text(&f["title"])).collect();
    assert_eq!(
        told,
        ["the entry for id bbbb says that it succeeds ffff, which no log and no token list shows"]
    );

    let dir = tempfile::tempdir().unwrap();
    rotated(&client('a'), &client('b')).write(dir.path());
    fs::write(dir.path().join("annotations.toml"), "[[token]]\nmatch = \"bbbb\"\nlineage = false\n").unwrap();
    let r = report(dir.path(), &[]);
    assert!(predecessors(&r, 'b').is_empty() && scope(&r, 'b', "secrets").is_none());
}
