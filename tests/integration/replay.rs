//! What past calls would have met: for one date, for every date, and under the lists that tokens are left with.

use super::common::scopecast;
use serde_json::Value;

const AS_OF: &str = "2026-09-12";

fn replay(args: &[&str]) -> String {
    let all = ["replay", "fixtures/workspace", "--as-of", AS_OF].into_iter().chain(args.iter().copied());
    let text = scopecast(all).exits(0);
    // The catalog's version changes with its tables, and is no part of what is tested here.
    regex::Regex::new(r"catalog 20[0-9a-f.-]+[0-9a-f]")
        .unwrap()
        .replace_all(&text, "catalog CATALOG")
        .into_owned()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&replay(&[args, &["--format", "json"]].concat())).unwrap()
}

#[test]
fn one_date_tells_the_first_refusal_whose_and_of_what() {
    insta::assert_snapshot!(replay(&["--enforce-on", "2026-02-20"]), @r#"
    scopecast 0.1.0, as of 2026-09-12 UTC (as asked), catalog CATALOG.

    - Had enforcement happened on 2026-02-20, 7 calls until 2026-09-12 by 3 tokens would have failed,
      the first on 2026-03-24 08:30.
    - Token 915acf99c1c2 (jonas.berg@harbor.example): 2 calls of sql, 2026-03-24 08:30 to 2026-06-24
      08:30 (databrickssql/startWarehouse by regulatory-export/2.3.0 databricks-sdk-py/0.67.0
      python/3.1… from 198.51.100.40); 2 calls of workspace, 2026-03-24 08:30 to 2026-06-24 08:31
      (workspace/workspaceExport by regulatory-export/2.3.0 databricks-sdk-py/0.67.0 python/3.1… from
      198.51.100.40).
    - Token ea3febadfaea (b41d90a7-2c6e-4f18-8e53-07c9d1a4e622): 2 calls of unity-catalog, 2026-04-01
      02:14 to 2026-07-01 02:14 (unityCatalog/updatePermissions by close-runner/3.2.0
      databricks-sdk-py/0.67.0 python/3.11.9 o… from 203.0.113.34).
    - Token d32a50e995b3 (c8e25b13-71f4-4d0a-a9b6-3e84f05d7933): 1 call of unity-catalog, on 2026-08-10
      08:41 (unityCatalog/createCatalog by cli/0.265.0 databricks-sdk-go/0.80.0 go/1.24.2 os/linux cmd…
      from 198.51.100.77).
    - Of 323 more calls nobody can say: 294 because any of several tokens may have made them; 29 because
      the catalog does not know what they need.
    - 10 tokens replayed, 3 that auto-scoping does not touch, 3 made too late for that window. 1,236
      calls would have gone through.

    What could not be seen
    - Many reads leave no audit row, so absence from the logs proves nothing; where nothing can be
      known, the verdict is unknown.
    - Rows arrive up to a day late: those from 2026-09-10 14:20 UTC on may not all be there. A later
      export settles them.
    - 536 logins with no call beside them: something was called that left no row.
    - 57 events in 1 action the catalog does not know; no scope was guessed. Most often
      ingestionGateway/startGateway.
    - 576 calls of 1 principal could not be tied to one token. Most of them by
      a3c1708e-d2b5-4f64-9c0f-7e596b84fa10: all of its calls.
    "#);
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
    insta::assert_snapshot!(replay(&["--format", "markdown"]), @r#"
    ## What past calls would have met

    scopecast 0.1.0, as of 2026-09-12 UTC \(as asked\), catalog CATALOG.

    - Under the lists that 5 tokens are known to be left with, 9 calls of the whole log by 2 tokens would have failed, the first on 2025-08-15 13&#58;25.
    - Token 293fa3d235dd \(e02f84b6-3d59-4c7e-8a10-6bd7f3c92a55\)&#58; 5 calls of secrets, 2025-08-15 13&#58;25 to 2026-08-15 13&#58;25 \(secrets/putAcl by databricks-tf-provider/1.88.0 databricks-sdk-go/0.80.0 go/1… from 192.0.2.80\).
    - Token ea3febadfaea \(b41d90a7-2c6e-4f18-8e53-07c9d1a4e622\)&#58; 4 calls of unity-catalog, 2025-10-01 02&#58;14 to 2026-07-01 02&#58;14 \(unityCatalog/updatePermissions by close-runner/3.2.0 databricks-sdk-py/0.67.0 python/3.11.9 o… from 203.0.113.34\).
    - Of 370 possible enforcement dates \(2025-09-07 to 2026-09-11\), 342 would have broken something for sure.
    - The worst&#58; had enforcement happened on 2025-09-15, 19 calls until 2026-09-12 by 5 tokens would have failed, the first on 2025-09-24 08&#58;30.
    - Token 915acf99c1c2 \(jonas.berg&#64;harbor.example\)&#58; 4 calls of sql, 2025-09-24 08&#58;30 to 2026-06-24 08&#58;30 \(databrickssql/startWarehouse by regulatory-export/2.3.0 databricks-sdk-py/0.67.0 python/3.1… from 198.51.100.40\); 4 calls of workspace, 2025-09-24 08&#58;30 to 2026-06-24 08&#58;31 \(workspace/workspaceExport by regulatory-export/2.3.0 databricks-sdk-py/0.67.0 python/3.1… from 198.51.100.40\).
    - Token ea3febadfaea \(b41d90a7-2c6e-4f18-8e53-07c9d1a4e622\)&#58; 4 calls of unity-catalog, 2025-10-01 02&#58;14 to 2026-07-01 02&#58;14 \(unityCatalog/updatePermissions by close-runner/3.2.0 databricks-sdk-py/0.67.0 python/3.11.9 o… from 203.0.113.34\).
    - Token 293fa3d235dd \(e02f84b6-3d59-4c7e-8a10-6bd7f3c92a55\)&#58; 4 calls of secrets, 2025-11-15 13&#58;25 to 2026-08-15 13&#58;25 \(secrets/putAcl by databricks-tf-provider/1.88.0 databricks-sdk-go/0.80.0 go/1… from 192.0.2.80\).
    - Token ff46266e56df \(5a97d3c0-e6b2-4183-bf21-94d60c8e1b44, gone since\)&#58; 2 calls of secrets, 2025-10-01 04&#58;36 to 2026-01-01 04&#58;36 \(secrets/putSecret by reporting/4.0.2 databricks-sdk-py/0.67.0 python/3.11.9 os/l… from 203.0.113.66\).
    - Token d32a50e995b3 \(c8e25b13-71f4-4d0a-a9b6-3e84f05d7933\)&#58; 1 call of unity-catalog, on 2026-08-10 08&#58;41 \(unityCatalog/createCatalog by cli/0.265.0 databricks-sdk-go/0.80.0 go/1.24.2 os/linux cmd… from 198.51.100.77\).
    - A typical one, of the dates up to 2026-06-12&#58; had enforcement happened on 2026-03-25, 7 calls until 2026-09-12 by 4 tokens would have failed, the first on 2026-04-01 02&#58;14.
    - Of 273 more calls nobody can say&#58; 248 because any of several tokens may have made them; 25 because the catalog does not know what they need.
    "#);
}

#[test]
fn only_restricts_a_replay_to_the_tokens_that_were_asked_for() {
    let all = json(&["--enforce-on", "2026-02-20"]);
    let first = all["replay"]["date"]["tokens"][0].clone();
    let only = format!("token={}", first["token_id"].as_str().unwrap());
    let one = json(&["--enforce-on", "2026-02-20", "--only", &only]);
    let date = &one["replay"]["date"];
    assert_eq!(date["tokens"].as_array().unwrap().as_slice(), std::slice::from_ref(&first));
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
