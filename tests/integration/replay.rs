//! What past calls would have met: for one date, for every date, and under the lists that tokens are left with.

use super::common::scopecast;
use serde_json::Value;

const AS_OF: &str = "2026-09-12";

fn replay(args: &[&str]) -> String {
    let all = ["replay", "fixtures/workspace", "--as-of", AS_OF].into_iter().chain(args.iter().copied());
    scopecast(all).exits(0)
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&replay(&[args, &["--format", "json"]].concat())).unwrap()
}

#[test]
fn one_date_tells_the_first_refusal_whose_and_of_what() {
    insta::assert_snapshot!(replay(&["--enforce-on", "2026-02-20"]), @"");
}

#[test]
fn the_same_in_json_adds_up() {
    let r = json(&["--enforce-on", "2026-02-20"]);
    let date = &r["replay"]["date"];
    assert_eq!(r["schema_version"], 1);
    assert!(r["replay"]["dates"].is_null() && r["replay"]["lists"].is_null());
    let sum = |of: &Value, what: &str| {
        of.as_array().unwrap().iter().map(|t| t[what].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(sum(&date["tokens"], "refused"), date["refused"].as_u64().unwrap());
    let because: u64 =
        date["cannot_say_because"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(because, date["cannot_say"].as_u64().unwrap());
    for token in date["tokens"].as_array().unwrap() {
        assert_eq!(sum(&token["scopes"], "refused"), token["refused"].as_u64().unwrap());
        for scope in token["scopes"].as_array().unwrap() {
            assert_eq!(sum(&scope["operations"], "count"), scope["refused"].as_u64().unwrap());
            assert!(!scope["addresses"].as_array().unwrap().is_empty());
        }
    }
}

#[test]
fn every_report_has_the_section_and_it_agrees_with_the_date_on_its_own() {
    let out = scopecast(["scan", "fixtures/workspace", "--as-of", AS_OF, "--format", "json"]).exits(0);
    let report: Value = serde_json::from_str(&out).unwrap();
    let dates = &report["replay"]["dates"];
    for which in ["worst", "typical"] {
        let day = &dates[which]["enforced"].as_str().unwrap()[..10];
        assert_eq!(json(&["--enforce-on", day])["replay"]["date"], dates[which], "{which} {day}");
    }
    let changes = dates["changes"].as_array().unwrap();
    let most = changes.iter().map(|c| c["refused"].as_u64().unwrap()).max().unwrap();
    assert_eq!(dates["worst"]["refused"].as_u64().unwrap(), most);
    for format in ["terminal", "markdown", "html"] {
        let text = scopecast(["scan", "fixtures/workspace", "--as-of", AS_OF, "--format", format]).exits(0);
        assert!(text.contains("What past calls would have met"), "{format}");
        assert!(text.contains("possible enforcement dates"), "{format}");
    }
}

#[test]
fn without_a_date_every_date_is_replayed() {
    insta::assert_snapshot!(replay(&["--format", "markdown"]), @"");
}

#[test]
fn only_restricts_a_replay_to_the_tokens_that_were_asked_for() {
    let all = json(&["--enforce-on", "2026-02-20"]);
    let first = all["replay"]["date"]["tokens"][0].clone();
    let only = format!("token={}", first["token_id"].as_str().unwrap());
    let one = json(&["--enforce-on", "2026-02-20", "--only", &only]);
    let date = &one["replay"]["date"];
    assert_eq!(date["tokens"].as_array().unwrap().as_slice(), [first.clone()]);
    assert_eq!(date["refused"], first["refused"]);
}

#[test]
fn a_date_that_no_call_follows_is_refused_with_a_remedy() {
    for (on, words) in [("2026-09-12", "Name an earlier date"), ("soon", "write a UTC date such as")] {
        let ran = scopecast(["replay", "fixtures/workspace", "--as-of", AS_OF, "--enforce-on", on]).run();
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

#[test]
fn threads_change_nothing() {
    assert_eq!(
        replay(&["--threads", "1", "--format", "json"]),
        replay(&["--threads", "8", "--format", "json"])
    );
}
