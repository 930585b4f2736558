//! What files are and what can be said from them: the text a newcomer sees, the numbers behind it, and each thing that is missing
//! told with what to do about it.

use super::common::scopecast;
use scopecast::demo::{Format, Size, Story};
use scopecast::time::Day;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const AS_OF: &str = "2026-09-12";

fn inspect(args: &[&str]) -> (Value, i32) {
    let ran = args.iter().fold(scopecast(["inspect", "--format", "json"]), |run, a| run.arg(a)).run();
    (serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr)), ran.code)
}

/// Answer, reason and remedy of one ability; empty where the question does not arise.
fn ability(inspection: &Value, name: &str) -> String {
    let all = inspection["abilities"].as_array().unwrap();
    all.iter().find(|a| a["name"] == name).map_or_else(String::new, |a| {
        let text = |key: &str| a[key].as_str().unwrap_or("-").to_owned();
        format!("{}: {} → {}", text("answer"), text("because"), text("remedy"))
    })
}

/// The rows of the story as JSON objects.
fn story() -> Vec<Value> {
    let dir = tempfile::tempdir().unwrap();
    Story::new(1, Day::parse(AS_OF).unwrap(), Size::Small).write(dir.path(), Format::System, false).unwrap();
    let mut paths: Vec<_> =
        fs::read_dir(dir.path().join("audit")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let rows = paths.iter().flat_map(|p| {
        let text = fs::read_to_string(p).unwrap();
        text.lines().map(|l| serde_json::from_str(l).unwrap()).collect::<Vec<Value>>()
    });
    rows.collect()
}

/// Inspects the rows alone.
fn of_rows(rows: impl IntoIterator<Item = Value>) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.json");
    fs::write(&path, rows.into_iter().map(|r| format!("{r}\n")).collect::<String>()).unwrap();
    let (inspection, code) = inspect(&[path.to_str().unwrap()]);
    assert_eq!(code, 0);
    inspection
}

#[test]
fn the_story_is_told_on_one_page() {
    let out = scopecast(["inspect", "fixtures/workspace"]).exits(0);
    assert!(out.lines().all(|l| l.chars().count() <= 100), "{out}");
    insta::assert_snapshot!(out, @"");
}

#[test]
fn every_row_that_was_read_is_one_of_a_kind() {
    let (whole, code) = inspect(&["fixtures/workspace"]);
    assert_eq!(code, 0);
    let sum = |v: &Value| v.as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>();
    for (inspection, as_of) in [
        (whole, None),
        (inspect(&["fixtures/workspace", "--as-of", "2026-03-01"]).0, Some("2026-03-01T00:00:00Z")),
    ] {
        let c = &inspection["coverage"];
        let number = |key: &str| c[key].as_u64().unwrap();
        assert_eq!(sum(&c["kinds"]) + number("duplicates") + number("rows_after_as_of"), number("rows_read"));
        let of_workspaces: u64 = c["workspaces"].as_array().unwrap().iter().map(|w| sum(&w["kinds"])).sum();
        assert_eq!(of_workspaces, sum(&c["kinds"]));
        let of_formats: u64 =
            c["formats"].as_object().unwrap().values().map(|f| f["rows"].as_u64().unwrap()).sum();
        assert_eq!(of_formats, number("rows_read"));
        if let Some(as_of) = as_of {
            assert!(number("rows_after_as_of") > 0);
            assert_eq!(inspection["as_of"], as_of);
        }
    }
}

#[test]
fn how_far_back_the_log_reaches_decides_which_habits_it_can_show() {
    let rows = story();
    let since = |day: &'static str| {
        of_rows(rows.iter().filter(|r| r["event_time"].as_str().unwrap() >= day).cloned())
    };
    let told: Vec<_> = ["2025-01-01", "2026-03-01", "2026-07-20", "2026-08-20"]
        .map(|day| ability(&since(day), "rare_calls"))
        .into();
    insta::assert_snapshot!(told.join("\n"), @"");
    let (inventory, code) = inspect(&["fixtures/workspace/tokens.json"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(ability(&inventory, "rare_calls"), @"");
}

#[test]
fn without_logins_agents_or_addresses_it_says_what_cannot_be_tied_and_what_to_export() {
    let rows = story();
    let without = |key: &str| {
        let mut rows = rows.clone();
        rows.iter_mut().for_each(|r| r[key] = Value::Null);
        ability(&of_rows(rows), "tie_calls_to_tokens")
    };
    let no_logins = of_rows(rows.iter().filter(|r| r["action_name"] != "tokenLogin").cloned());
    let mut no_method = rows.clone();
    for row in no_method.iter_mut().filter(|r| r["action_name"] == "tokenLogin") {
        row["request_params"].as_object_mut().unwrap().remove("authenticationMethod");
    }
    let told = [
        ability(&of_rows(rows.clone()), "tie_calls_to_tokens"),
        ability(&no_logins, "tie_calls_to_tokens"),
        ability(&of_rows(no_method), "tie_calls_to_tokens"),
        without("user_agent"),
        without("source_ip_address"),
    ];
    insta::assert_snapshot!(told.join("\n"), @"");
    assert_eq!(ability(&no_logins, "tell_tokens_apart"), "");
}

#[test]
fn gaps_and_missing_account_rows_are_told() {
    let rows = story();
    let gap =
        of_rows(rows.iter().filter(|r| !r["event_time"].as_str().unwrap().starts_with("2026-05-1")).cloned());
    let workspace_only = of_rows(rows.iter().filter(|r| r["service_name"] != "unityCatalog").cloned());
    let told = [
        ability(&of_rows(rows.clone()), "every_day"),
        ability(&gap, "every_day"),
        ability(&of_rows(rows.clone()), "account_level_rows"),
        ability(&workspace_only, "account_level_rows"),
    ];
    insta::assert_snapshot!(told.join("\n"), @"");
}

#[test]
fn what_a_token_list_must_bring_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (log, list) = (dir.path().join("log.json"), dir.path().join("tokens.json"));
    fs::write(&log, story().iter().map(|r| format!("{r}\n")).collect::<String>()).unwrap();
    let with = |tokens: Value, more: &[&str]| {
        fs::write(&list, tokens.to_string()).unwrap();
        let args = [&[log.to_str().unwrap(), "--tokens", list.to_str().unwrap()], more].concat();
        inspect(&args).0
    };
    let (none, _) = inspect(&[log.to_str().unwrap()]);
    let old_tool =
        with(json!([{"token_id": "a", "workspace_id": 7_405_613_289_041_122_u64, "owner_id": 1}]), &[]);
    let one_workspace = with(
        json!([{"token_id": "a", "workspace_id": 7_405_613_289_041_122_u64, "owner_id": 1, "scopes": ["all-apis"]}]),
        &[],
    );
    let (all, _) = inspect(&["fixtures/workspace"]);
    let told = [&none, &old_tool, &one_workspace, &all].map(|i| ability(i, "states_and_expiry"));
    insta::assert_snapshot!(told.join("\n"), @"");
    let (dated, _) = inspect(&["fixtures/workspace", "--enforced-on", "2026-09-20"]);
    let told = [&none, &all, &dated].map(|i| ability(i, "dates"));
    insta::assert_snapshot!(told.join("\n"), @"");
}

#[test]
fn azure_is_told_about_its_seconds_and_its_names() {
    let dir = tempfile::tempdir().unwrap();
    Story::new(1, Day::parse(AS_OF).unwrap(), Size::Small).write(dir.path(), Format::Azure, false).unwrap();
    fs::remove_file(dir.path().join("annotations.toml")).unwrap();
    let list = dir.path().join("tokens.json");
    fs::write(&list, json!([{"token_id": "a", "workspace_id": 7_405_613_289_041_122_u64, "owner_id": 1, "scopes": ["all-apis"]}]).to_string()).unwrap();
    let (inspection, code) = inspect(&[dir.path().to_str().unwrap()]);
    assert_eq!(code, 0);
    let told =
        ["tie_calls_to_tokens", "states_and_expiry", "account_level_rows"].map(|a| ability(&inspection, a));
    insta::assert_snapshot!(told.join("\n"), @"");
}

#[test]
fn what_is_broken_is_shown_with_its_place_and_the_exit_code_says_how_far_it_can_be_used() {
    let dir = tempfile::tempdir().unwrap();
    let run = |path: &Path| {
        let ran = scopecast(["inspect"]).arg(path).in_folder(dir.path()).run();
        format!("exit {}\n{}{}", ran.code, ran.stdout, ran.stderr)
    };
    fs::create_dir(dir.path().join("some")).unwrap();
    let good = r#"{"timestamp":1782897116509,"workspaceId":"1","serviceName":"jobs","actionName":"runNow","userIdentity":{"email":"a@b"}}"#;
    fs::write(dir.path().join("some/three.json"), format!("{good}\n{{\"a\":\n{good}\n")).unwrap();
    fs::write(dir.path().join("notes.txt"), "nothing to see\n").unwrap();
    insta::assert_snapshot!(run(Path::new("some")), @"");
    insta::assert_snapshot!(run(Path::new("notes.txt")), @"");
    let ran = scopecast(["inspect", "fixtures/workspace", "--fail-on", "high"]).run();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("Leave out --fail-on and --only"), "{}", ran.stderr);
    assert!(!scopecast(["inspect", "--help"]).exits(0).contains("--fail-on"));
}
