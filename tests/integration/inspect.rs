//! What files are and what can be said from them: the text a newcomer sees, the numbers behind it, and each thing that is missing
//! told with what to do about it.

use super::common::scopecast;
use scopecast_story::{Day, Format, Size, Story};
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
    insta::assert_snapshot!(out, @r#"
    scopecast 0.1.0 inspect · catalog 2026.11-f1f9f646 · rows before 2026-09-12 UTC

    Inputs
      fixtures/workspace/README.txt: nothing: not a log
      fixtures/workspace/annotations.toml: annotations
      fixtures/workspace/audit/2025-08.json.gz: system-table-json, gzip; 420 rows, 2025-08-08 01:05 to
      2025-08-31 02:10
      fixtures/workspace/audit/2025-09.json.gz: system-table-json, gzip; 570 rows, 2025-09-01 01:05 to
      2025-09-30 23:55
      fixtures/workspace/audit/2025-10.json.gz: system-table-json, gzip; 586 rows, 2025-10-01 00:01 to
      2025-10-31 13:27
      fixtures/workspace/audit/2025-11.json.gz: system-table-json, gzip; 531 rows, 2025-11-01 01:05 to
      2025-11-30 02:10
      fixtures/workspace/audit/2025-12.json.gz: system-table-json, gzip; 592 rows, 2025-12-01 01:05 to
      2025-12-31 23:55
      fixtures/workspace/audit/2026-01.json.gz: system-table-json, gzip; 569 rows, 2026-01-01 00:02 to
      2026-01-31 02:10
      fixtures/workspace/audit/2026-02.json.gz: system-table-json, gzip; 523 rows, 2026-02-01 01:05 to
      2026-02-28 02:10
      fixtures/workspace/audit/2026-03.json.gz: system-table-json, gzip; 577 rows, 2026-03-01 01:05 to
      2026-03-31 23:55
      fixtures/workspace/audit/2026-04.json.gz: system-table-json, gzip; 562 rows, 2026-04-01 00:01 to
      2026-04-30 23:55
      fixtures/workspace/audit/2026-05.json.gz: system-table-json, gzip; 555 rows, 2026-05-01 00:02 to
      2026-05-31 02:10
      fixtures/workspace/audit/2026-06.json.gz: system-table-json, gzip; 570 rows, 2026-06-01 01:05 to
      2026-06-30 23:55
      fixtures/workspace/audit/2026-07.json.gz: system-table-json, gzip; 689 rows, 2026-07-01 00:02 to
      2026-07-31 13:15
      fixtures/workspace/audit/2026-08.json.gz: system-table-json, gzip; 685 rows, 2026-08-01 01:05 to
      2026-08-31 23:55
      fixtures/workspace/audit/2026-09.json.gz: system-table-json, gzip; 284 rows, 2026-09-01 00:02 to
      2026-09-11 14:20
      fixtures/workspace/client-errors.log: denials
      fixtures/workspace/service-principals.json: names
      fixtures/workspace/tokens.json: inventory
      fixtures/workspace/users.json: names

    Rows
      7,713 read: 3,139 api call, 3,100 token login, 343 other login, 342 system user, 286 browser
      agent, 230 platform agent, 115 internal login, 57 other credential, 57 unmapped, 8 token admin.
      36 rows delivered again; each counts once.
      The last row is of 2026-09-11 14:20 UTC. Rows arrive up to a day late, so the day before it may
      not be whole yet.

    Workspaces
      3318470925560471: 1,661 rows on 286 days of 400, 2025-08-08 to 2026-09-11; 3 tokens, 3 principals.
      Of its linked calls, 36 in 100 have a login within 10 s. 228 logins with no call beside them:
      something was called that left no row.
      7405613289041122: 6,016 rows on 400 days of 400, 2025-08-08 to 2026-09-11; 13 tokens, 17
      principals. Of its linked calls, all have a login within 10 s. 308 logins with no call beside
      them: something was called that left no row.

    Tokens, and what ties calls to them
      16 tokens: 16 seen in the logs, 14 in token lists, 14 in both; 2 gone.
      token id in the row: 0 of 3,139 API calls (0.0 %)
      run id of a command line (cmd-exec-id): 9 of 9 calls with the run id of a command line (100.0 %)
      request id: 0 of 57 logins of a fixed sample of one in 64 (0.0 %)
      address and agent: 2,840 of 3,130 API calls not tied otherwise (90.7 %)

    What a scan will be able to say
      yes     All that was given was read. Every input was read to its end.
      yes     Every day is there. No workspace lacks a day on which rows were to be expected.
      yes     Calls made once a quarter. The log of workspace 3318470925560471 reaches back 400 days:
              calls made once a quarter are found. A yearly one is seen once at most and cannot be told
              from a single one: declare it in annotations.toml.
      partly  Which token made a call. In 1 of 2 workspaces logins are kept for a while (of the linked
              calls of 3318470925560471, 36 in 100 have one beside them): ties there are of medium
              confidence where several credentials share a client.
      partly  Which of a principal's tokens it was. 576 of 3,196 API calls may be any token's of their
              principal, most of them a3c1708e-d2b5-4f64-9c0f-7e596b84fa10's.
              → Give each workload a principal of its own; or give an HTTP access log with token ids,
                from an egress proxy.
      partly  Which scope a call needs. 57 rows are of an action the catalog does not know, most often
              ingestionGateway/startGateway. No scope is guessed for them.
              → Lay rows of your own over the catalog with --catalog FILE; `scopecast catalog explain
                ACTION` shows what is near.
      yes     Needs of unity-catalog. Rows of Unity Catalog, which are account-level, are there.
      yes     What Databricks has decided, and what expires. Every workspace with tokens is in a token
              list.
      partly  On which date a scope is lost. Of 7 of 14 tokens nobody says when scopes are enforced:
              there are odds instead of a date.
              → Databricks' reminder mail names the date: give it with --enforced-on DATE, or per token
                as enforced_on in annotations.toml.
    "#);
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
    insta::assert_snapshot!(told.join("\n"), @r#"
    yes: The log of workspace 3318470925560471 reaches back 400 days: calls made once a quarter are found. A yearly one is seen once at most and cannot be told from a single one: declare it in annotations.toml. → -
    partly: The log of workspace 3318470925560471 reaches back 194 days: monthly calls are found, while a quarterly one may lie before it. → Databricks keeps 365 days of system.access.audit: export all of them.
    partly: The log of workspace 3318470925560471 reaches back 54 days: weekly calls are found, while monthly and rarer ones may lie before it. → Databricks keeps 365 days of system.access.audit: export all of them.
    no: The log of workspace 7405613289041122 reaches back 23 days, no longer than one window: there are no odds (short-history). → Databricks keeps 365 days of system.access.audit: export all of them.
    "#);
    let (inventory, code) = inspect(&["fixtures/workspace/tokens.json"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(ability(&inventory, "rare_calls"), @r#"no: There is no log: every need is unknown (no-history), and only what the token list says can be told. → Export system.access.audit, as the README shows under "Your own workspace", and name it beside the token list."#);
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
    insta::assert_snapshot!(told.join("\n"), @r#"
    partly: In 1 of 2 workspaces logins are kept for a while (of the linked calls of 3318470925560471, 36 in 100 have one beside them): ties there are of medium confidence where several credentials share a client. → -
    no: No row says which token signed in (accounts/tokenLogin). Calls are tied to principals only: every use is possible, never sure (T5). → Export the rows of the service accounts with their request_params user, tokenId and authenticationMethod (Azure: the diagnostic category accounts).
    no: 3,215 tokenLogin rows do not say how the token came in, so none can be told from a token minted inside Databricks. Calls are tied to principals only: every use is possible, never sure (T5). → Export the rows of the service accounts with their request_params user, tokenId and authenticationMethod (Azure: the diagnostic category accounts).
    no: No row has a user agent: a call cannot be tied to the login of the same client, nor told from Databricks' own. → Export the column user_agent too.
    partly: No row has an address: calls are tied to logins by their user agent alone, and clients with the same agent cannot be told apart. → Export the column source_ip_address too.
    "#);
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
    insta::assert_snapshot!(told.join("\n"), @r#"
    yes: No workspace lacks a day on which rows were to be expected. → -
    partly: 2 workspaces lack days on which rows were to be expected, such as 2026-05-10 to 2026-05-19 in 3318470925560471. A loss whose 30 days hold such a day stays unknown (log-gap). → Export those days again, or all of the time at once.
    yes: Rows of Unity Catalog, which are account-level, are there. → -
    partly: There is no row of Unity Catalog. They are account-level, so an export of one workspace may leave them out, and then no need of unity-catalog is seen. → Export the rows with workspace_id 0 too (log delivery: the folder workspaceId=0; Azure: the category unityCatalog).
    "#);
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
    insta::assert_snapshot!(told.join("\n"), @r#"
    no: There is no token list: states of auto-scoping, granted and proposed scopes, expiry and which tokens are gone are not known. → As an admin of the workspace: databricks token-management list -o json > tokens-YYYY-MM-DD.json, then name it with --tokens.
    partly: The token list shows neither states nor scopes: the tool that wrote it is too old to know them. → With a current Databricks CLI: databricks token-management list -o json > tokens-YYYY-MM-DD.json
    partly: No token list has a token of workspace 3318470925560471. → In each of them: databricks token-management list -o json > tokens-YYYY-MM-DD.json
    yes: Every workspace with tokens is in a token list. → -
    "#);
    let (dated, _) = inspect(&["fixtures/workspace", "--enforced-on", "2026-09-20"]);
    let told = [&none, &all, &dated].map(|i| ability(i, "dates"));
    insta::assert_snapshot!(told.join("\n"), @r#"
    partly: Of 11 of 14 tokens nobody says when scopes are enforced: there are odds instead of a date. → Databricks' reminder mail names the date: give it with --enforced-on DATE, or per token as enforced_on in annotations.toml.
    partly: Of 7 of 14 tokens nobody says when scopes are enforced: there are odds instead of a date. → Databricks' reminder mail names the date: give it with --enforced-on DATE, or per token as enforced_on in annotations.toml.
    yes: Of every token it is known when it is narrowed, or that it is not. → -
    "#);
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
    insta::assert_snapshot!(told.join("\n"), @r#"
    partly: In 1 of 2 workspaces logins are kept for a while (of the linked calls of dbw-ingest, none have one beside them): ties there are of medium confidence where several credentials share a client. Azure writes whole seconds: a login up to 11 s away counts as near, instead of 10 s. → -
    partly: No token list has a token of workspace dbw-analytics, dbw-ingest. → Azure logs know workspaces by name: --workspace NAME=ID says which id that is. Or, there: databricks token-management list -o json > tokens-YYYY-MM-DD.json
    yes: Rows of Unity Catalog, which are account-level, are there. → -
    "#);
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
    insta::assert_snapshot!(run(Path::new("some")), @r#"
    exit 3
    scopecast 0.1.0 inspect · catalog 2026.11-f1f9f646 · rows before 2026-07-02 UTC

    Inputs
      some/three.json: delivery-json; 2 rows, 2026-07-01 09:11 to 2026-07-01 09:11
        ! 1 row could not be read; the first, at byte 120, ends too early: {"a":

    Rows
      2 read: 1 api call.
      1 row delivered again; each counts once.
      The last row is of 2026-07-01 09:11 UTC. Rows arrive up to a day late, so the day before it may
      not be whole yet.

    Workspaces
      1: 1 row on 1 day of 1, 2026-07-01; 0 tokens, 1 principal.

    Tokens, and what ties calls to them
      0 tokens: 0 seen in the logs, 0 in token lists, 0 in both; 0 gone.
      token id in the row: 0 of 1 API calls (0.0 %)
      run id of a command line (cmd-exec-id): nothing to try it on
      request id: nothing to try it on
      address and agent: 0 of 1 API calls not tied otherwise (0.0 %)

    What a scan will be able to say
      partly  All that was given was read. 1 input could not be read completely; 1 row was refused.
              → See why beside each input, and export or fetch it again.
      no      Calls made once a quarter. The log of workspace 1 reaches back 1 day, no longer than one
              window: there are no odds (short-history).
              → Databricks keeps 365 days of system.access.audit: export all of them.
      no      Which token made a call. No row says which token signed in (accounts/tokenLogin). Calls
              are tied to principals only: every use is possible, never sure (T5).
              → Export the rows of the service accounts with their request_params user, tokenId and
                authenticationMethod (Azure: the diagnostic category accounts).
      yes     Which scope a call needs. The catalog knows every action in the logs.
      partly  Needs of unity-catalog. There is no row of Unity Catalog. They are account-level, so an
              export of one workspace may leave them out, and then no need of unity-catalog is seen.
              → Export the rows with workspace_id 0 too (log delivery: the folder workspaceId=0; Azure:
                the category unityCatalog).
      no      What Databricks has decided, and what expires. There is no token list: states of
              auto-scoping, granted and proposed scopes, expiry and which tokens are gone are not known.
              → As an admin of the workspace: databricks token-management list -o json >
                tokens-YYYY-MM-DD.json, then name it with --tokens.
    "#);
    insta::assert_snapshot!(run(Path::new("notes.txt")), @r#"
    exit 4
    scopecast: nothing usable was read.
      notes.txt: is in no known format. Known are system.access.audit as JSON, CSV, Parquet or Delta, log delivery of AWS and GCP, Azure diagnostic settings and Log Analytics, HTTP access logs, system.query.history, token inventories, user and job lists, and client errors. Leave it out, or export it in one of these.
    Give exported audit logs: system.access.audit as JSON, CSV or Parquet, a log delivery folder, Azure diagnostic logs, or an HTTP access log. The README says how to get them.
    "#);
    let ran = scopecast(["inspect", "fixtures/workspace", "--fail-on", "high"]).run();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("Leave out --fail-on and --only"), "{}", ran.stderr);
    assert!(!scopecast(["inspect", "--help"]).exits(0).contains("--fail-on"));
}
