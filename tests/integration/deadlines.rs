//! Dates of a token: revocation for lack of use told apart from scope loss, the last safe day, the read that may help.

use super::common::scopecast;
use serde_json::{Value, json};
use std::fs;

const TOKEN: &str = "5f1c000000000000000000000000000000000000000000000000000000000001";
const OTHER: &str = "7a2d000000000000000000000000000000000000000000000000000000000002";

fn row(time: &str, who: &str, service: &str, action: &str, params: &Value) -> String {
    json!({
        "workspace_id": "77", "event_time": time, "source_ip_address": "203.0.113.7", "user_agent": "python-requests/2.32",
        "user_identity": {"email": who}, "service_name": service, "action_name": action, "request_params": params,
        "response": {"status_code": 200}, "audit_level": "WORKSPACE_LEVEL",
    })
    .to_string()
        + "\n"
}

/// A login and a call of jobs/runNow beside it.
fn call(day: &str, token: &str, who: &str) -> String {
    let login = json!({"user": who, "tokenId": token, "authenticationMethod": "API_EXT_PAT_TOKEN"});
    let time = format!("{day}T02:00:00.000Z");
    row(&time, who, "accounts", "tokenLogin", &login) + &row(&time, who, "jobs", "runNow", &json!({}))
}

/// A token used on these days only, in a log that a second token keeps busy every day of the year before as-of.
fn report(used: &[&str], as_of: &str, listed: bool) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let end = scopecast_story::Day::parse(as_of).unwrap();
    let mut log: String =
        (1..400).map(|n| call(&end.plus(-n).to_string(), OTHER, "busy@example.com")).collect();
    used.iter().for_each(|day| log.push_str(&call(day, TOKEN, "quarter@example.com")));
    fs::write(dir.path().join("log.json"), log).unwrap();
    let mut args = vec!["scan".to_owned(), dir.path().join("log.json").to_str().unwrap().to_owned()];
    args.extend(["--as-of", as_of, "--format", "json"].map(str::to_owned));
    if listed {
        let info = |id: &str| {
            json!({
                "token_id": id, "comment": "x", "workspace_id": 77, "creation_time": 1_735_700_000_000_i64,
                "expiry_time": 1_796_180_000_000_i64,
            })
        };
        let list = json!({"token_infos": [info(TOKEN), info(OTHER)]});
        let path = dir.path().join("tokens.json");
        fs::write(&path, list.to_string()).unwrap();
        args.extend(["--tokens".to_owned(), format!("{}@{as_of}", path.to_str().unwrap())]);
    }
    serde_json::from_str(&scopecast(args).exits(0)).unwrap()
}

fn of<'r>(report: &'r Value, token: &str) -> Vec<&'r Value> {
    report["findings"].as_array().unwrap().iter().filter(|f| f["token_id"] == token).collect()
}

fn notes(finding: &Value) -> String {
    finding["evidence"]["notes"].to_string()
}

const QUARTERS: [&str; 4] = ["2025-12-24", "2026-03-24", "2026-06-24", "2026-09-24"];

#[test]
fn a_quarterly_token_on_its_first_long_gap_is_revoked_before_it_loses_a_scope() {
    // 90 days from December to March, then 92 to June: the first gap beyond 90.
    let r = report(&QUARTERS[..2], "2026-05-30", true);
    let found = of(&r, TOKEN);
    let rules: Vec<_> = found.iter().map(|f| f["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["inactivity-revocation"]);
    assert_eq!(found[0]["severity"], "high");
    assert_eq!(found[0]["dates"]["idle_revocation"], "2026-06-22T02:00:00Z");
    assert_eq!(found[0]["dates"]["last_safe_day"], "2026-06-21");
    assert_eq!(found[0]["dates"]["hurt_by"], "revocation");
    assert!(!notes(found[0]).contains("survived"));
    // The verdict on the scope stays.
    let token = r["tokens"].as_array().unwrap().iter().find(|t| t["token_id"] == TOKEN).unwrap();
    assert_eq!(token["scopes"][0]["verdict"], "unknown");
}

#[test]
fn one_that_survived_a_longer_gap_is_told_at_low_severity_with_the_gap() {
    let r = report(&["2025-09-24", "2025-12-24", "2026-03-24", "2026-06-24"], "2026-08-30", true);
    let found = of(&r, TOKEN);
    let idle: Vec<_> = found.iter().filter(|f| f["rule"] == "inactivity-revocation").collect();
    assert_eq!((found.len(), idle.len()), (1, 1));
    assert_eq!(idle[0]["severity"], "low");
    assert!(
        notes(idle[0]).contains("already survived 92 days without use, from 2026-03-24 to 2026-06-24"),
        "{}",
        notes(idle[0])
    );
}

#[test]
fn a_monthly_token_is_never_revoked_for_lack_of_use() {
    let months = ["2026-03-24", "2026-04-24", "2026-05-24", "2026-06-24", "2026-07-24", "2026-08-24"];
    let r = report(&months, "2026-08-30", true);
    assert!(of(&r, TOKEN).iter().all(|f| f["rule"] != "inactivity-revocation"));
}

#[test]
fn the_dates_of_a_token_that_loses_a_scope_and_the_read_that_may_keep_it() {
    let out = scopecast(["scan", "fixtures/workspace", "--as-of", "2026-09-12", "--format", "json"]).exits(0);
    let r: Value = serde_json::from_str(&out).unwrap();
    let lost = r["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["rule"] == "scope-lost-at-enforcement" && f["scope"] == "unity-catalog")
        .unwrap();
    assert_eq!(
        lost["dates"],
        json!({
            "window_start": "2026-08-21T00:00:00Z",
            "window_end": "2026-09-20T00:00:00Z",
            "reminder": "2026-09-13T00:00:00Z",
            "enforced": "2026-09-20T00:00:00Z",
            "next_call": {"earliest": "2026-10-01T00:58:37.890500Z", "latest": "2026-10-01T03:30:11.915500Z"},
            "idle_revocation": "2026-12-10T02:10:18.349Z",
            "expiry": "2027-04-30T09:12:00Z",
            "last_safe_day": "2026-09-19",
            "hurt_by": "enforcement",
        })
    );
    assert_eq!(
        lost["priming"],
        json!({
            "scope": "unity-catalog",
            "operation": "GET /api/2.1/unity-catalog/catalogs",
            "command": "databricks catalogs list",
            "not_before": null,
            "before": "2026-09-20T00:00:00Z",
            "every_days": null,
            "verified": false,
        })
    );
    let ics = scopecast(["scan", "fixtures/workspace", "--as-of", "2026-09-12", "--format", "ics"]).exits(0);
    assert!(ics.contains("-last-safe-day@scopecast"), "{ics}");
    for format in ["terminal", "markdown", "html"] {
        let text =
            scopecast(["scan", "fixtures/workspace", "--as-of", "2026-09-12", "--format", format]).exits(0);
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("last safe day to act 2026-09-19"), "{format}");
        assert!(
            flat.contains("databricks catalogs list") && flat.contains("Nobody has verified"),
            "{format}"
        );
    }
}

#[test]
fn a_rare_operation_inside_a_busy_scope_is_named_with_its_own_cadence() {
    let dir = tempfile::tempdir().unwrap();
    let end = scopecast_story::Day::parse("2026-09-12").unwrap();
    let mut log: String =
        (1..400).map(|n| call(&end.plus(-n).to_string(), TOKEN, "etl@example.com")).collect();
    for day in ["2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01"] {
        log.push_str(&row(&format!("{day}T02:00:03.000Z"), "etl@example.com", "jobs", "delete", &json!({})));
    }
    let file = dir.path().join("log");
    fs::write(&file, log).unwrap();
    let out =
        scopecast(["scan", file.to_str().unwrap(), "--as-of", "2026-09-12", "--format", "json"]).exits(0);
    let r: Value = serde_json::from_str(&out).unwrap();
    let jobs = &r["tokens"][0]["scopes"][0];
    assert_eq!((&jobs["scope"], &jobs["cadence"]), (&json!("jobs"), &json!("daily")));
    let operations = jobs["operations"].as_array().unwrap();
    let of = |name: &str| &operations.iter().find(|o| o["operation"] == name).unwrap()["cadence"];
    assert_eq!(of("jobs/delete")["detail"]["label"], "quarterly");
    assert_eq!(of("jobs/delete")["next_call"]["earliest"].as_str().unwrap()[..7], *"2026-10");
    assert!(of("jobs/runNow").is_null());
    assert_eq!(jobs["sweep"]["expected_odds"], 0.0);
}

#[test]
fn a_schedule_that_changed_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let end = scopecast_story::Day::parse("2026-09-12").unwrap();
    let mut log: String =
        (1..400).map(|n| call(&end.plus(-n).to_string(), OTHER, "busy@example.com")).collect();
    // Weekly on Mondays until spring, then monthly on the 1st.
    let mondays = (1..400)
        .map(|n| end.plus(-n))
        .filter(|d| d.weekday() == 0 && *d < scopecast_story::Day::parse("2026-03-01").unwrap());
    mondays.for_each(|d| log.push_str(&call(&d.to_string(), TOKEN, "etl@example.com")));
    for month in 3..10 {
        log.push_str(&call(&format!("2026-{month:02}-01"), TOKEN, "etl@example.com"));
    }
    let file = dir.path().join("log");
    fs::write(&file, log).unwrap();
    let out = scopecast([
        "scan",
        file.to_str().unwrap(),
        "--as-of",
        "2026-09-12",
        "--format",
        "json",
        "--enforced-on",
        "2026-08-20",
    ])
    .exits(0);
    let r: Value = serde_json::from_str(&out).unwrap();
    let token = r["tokens"].as_array().unwrap().iter().find(|t| t["token_id"] == TOKEN).unwrap();
    let detail = &token["scopes"][0]["cadence_detail"];
    assert_eq!((&detail["label"], &detail["changed"]["before"]), (&json!("monthly-day"), &json!("weekly")));
}
