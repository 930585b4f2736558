use super::*;
use crate::context::declared_schedule::ScheduleSpec;
use crate::context::jobs::{Jobs, Trigger, looks_like_jobs};
use proptest::prelude::*;

fn read(text: &str) -> Annotations {
    Annotations::parse("annotations.toml", text).unwrap()
}

fn wrong(text: &str) -> String {
    let problems = Annotations::parse("a.toml", text).unwrap_err();
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn token<'a>(token_id: &'a str, owner: &'a str, comment: &'a str, workspace: &'a str) -> TokenToMatch<'a> {
    TokenToMatch { token_id, owner, comment, workspace }
}

const FULL: &str = r#"
[workspace]
Prod-WS = 1234567890123456
dev = "42"

[[token]]
match = "5f1c0d"
enforced_on = 2026-10-01
workload = "quarter close"
workload_owner = "finance@example.com"
lifetime = "90 days"
migration = "OAuth by Q4"
succeeds = "77aa"

[[token.scope]]
scope = "SQL"
schedule = "yearly on 1 Oct"
access = "read"
reason = "year-end close"
ticket = "FIN-1"
expires = 2027-01-01

[[token.need]]
scope = "jobs"
schedule = { cron = "0 30 2 1 10 ?", tz = "Europe/Berlin" }

[[token]]
match = { owner = "Ada@Example.com", comment = "tableau*", workspace = "prod-ws" }
window_start = 2026-08-01T00:00:00Z
window_end = "2026-08-31"
lineage = false
[[token.scope]]
scope = "files"
schedule = [2026-12-01, "2026-10-01"]

[[accept]]
finding = "0123456789ABCDEF"
reason = "known"
expires = 2027-01-01

[[accept]]
rule = "unused-scope"
match = "5f1c"
scope = "sql"
reason = "spare"
expires = "2027-01-01T12:00:00Z"
owner = "ada"
"#;

#[test]
fn a_full_file_is_read() {
    let read = read(FULL);
    let [close, tableau] = &read.tokens[..] else { panic!() };
    assert_eq!(close.line, 6);
    assert_eq!(close.enforced_on, Bound::parse("2026-10-01"));
    assert_eq!(close.lineage, DeclaredLineage::Succeeds("77aa".into()));
    assert_eq!(
        (close.workload.as_deref(), close.lifetime.as_deref()),
        (Some("quarter close"), Some("90 days"))
    );
    let [sql, jobs] = &close.needs[..] else { panic!() };
    assert_eq!((sql.scope.as_str(), sql.access, sql.line), ("sql", Some(DeclaredAccess::Read), 15));
    assert_eq!(sql.schedule.as_ref().unwrap().spec, ScheduleSpec::Words("yearly on 1 Oct".into()));
    assert_eq!(jobs.schedule.as_ref().unwrap().text, "0 30 2 1 10 ? Europe/Berlin");
    assert_eq!(tableau.window_start, Some(Bound { whole_day: false, ..Bound::parse("2026-08-01").unwrap() }));
    assert_eq!((tableau.window_end, &tableau.lineage), (Bound::parse("2026-08-31"), &DeclaredLineage::None));
    assert_eq!(tableau.needs[0].schedule.as_ref().unwrap().text, "2026-10-01, 2026-12-01");
    assert_eq!((read.workspace_id("prod-WS"), read.workspace_id("other")), ("1234567890123456", "other"));
    assert_eq!(read.workspace_id("dev"), "42");
    assert!(matches!(&read.accepted[0].findings, Accepted::Finding(id) if id == "0123456789abcdef"));
    assert!(matches!(&read.accepted[1].findings, Accepted::Rule { scope: Some(s), .. } if s == "sql"));
}

#[test]
fn every_mistake_is_told_with_its_line() {
    let text = r#"
tokens = 1
[[token]]
match = "a"
windowstart = 2026-01-01
enforced_on = "soon"
workload = 7
[[token.scope]]
scop = "sql"
[[token]]
window_start = 2026-02-01
window_end = 2026-01-01
[[token]]
match = {}
lineage = false
succeeds = "b"
[[token]]
match = { token_id = "a", wrkspace = 1 }
[[token.need]]
scope = "sql"
access = "all"
schedule = { cron = "daily", tz = "UTC" }
[[token.need]]
scope = "sql"
schedule = { cron = "0 0 1 1 *", tz = "Mars" }
[[accept]]
rule = "x"
[[accept]]
finding = "12"
reason = ""
expires = 2026-01-01
"#;
    insta::assert_snapshot!(wrong(text), @r#"
    a.toml, line 2: the file has no key tokens; did you mean token?
    a.toml, line 5: [[token]] has no key windowstart; did you mean window_start?
    a.toml, line 6: enforced_on must be a date such as 2026-09-12, or a date with time and zone
    a.toml, line 7: workload must be a text in quotes
    a.toml, line 8: [[token.scope]] names no scope; add scope = "sql"
    a.toml, line 9: [[token.scope]] has no key scop; did you mean scope?
    a.toml, line 10: [[token]] does not say which token; add match = "<token id>" or match = { owner = .., comment = .. }
    a.toml, line 10: window_end must be later than window_start
    a.toml, line 13: succeeds and lineage = false contradict each other; take one out
    a.toml, line 14: match is empty; give at least one of token_id, owner, comment, workspace
    a.toml, line 18: match has no key wrkspace; did you mean workspace?
    a.toml, line 21: access must be "read" or "write"
    a.toml, line 22: schedule has "daily", which is no cron expression: it needs five fields (30 2 1 10 *), or six or seven with seconds first (0 30 2 1 10 ?)
    a.toml, line 25: schedule names the time zone "Mars", which is unknown; write one such as "Europe/Berlin" or "UTC"
    a.toml, line 26: [[accept]] has no expires; what is accepted needs a reason and a day to look again
    a.toml, line 26: [[accept]] has no reason; what is accepted needs a reason and a day to look again
    a.toml, line 29: finding must be a finding id of 16 hex digits, as the report prints it
    a.toml, line 30: reason is empty; fill it in or take it out
    "#);
}

#[test]
fn a_syntax_error_is_told_alone() {
    insta::assert_snapshot!(wrong("[[token]]\nmatch = \"a\nworkload = 1\n"), @r#"a.toml, line 2: this is no valid TOML: invalid basic string, expected `"`"#);
    insta::assert_snapshot!(wrong("[[token]]\nmatch = \"a\"\nmatch = \"b\"\n"), @r#"a.toml, line 3: this is no valid TOML: duplicate key"#);
}

#[test]
fn the_most_specific_entry_comes_first() {
    let found = read(
        r#"
[[token]]
match = { workspace = "prod" }
[[token]]
match = { owner = "ada", comment = "tableau *" }
[[token]]
match = "5f1c…"
[[token]]
match = "5f1c0d"
[[token]]
match = { comment = "" }
[workspace]
prod = 12
"#,
    );
    let lines = |t: TokenToMatch<'_>| found.for_token(&t).iter().map(|e| e.line).collect::<Vec<_>>();
    assert_eq!(lines(token("5f1c0d", "ADA", "Tableau east", "12")), [8, 6, 4, 2]);
    assert_eq!(lines(token("5f1cff", "bob", "Tableau east", "PROD")), [6, 2]);
    assert_eq!(lines(token("aaaa", "ada", "", "13")), [10]);
}

#[test]
fn only_star_and_question_mark_are_wildcards() {
    let met = |pattern: &str, comment: &str| {
        let found = read(&format!("[[token]]\nmatch = {{ comment = '{pattern}' }}\n"));
        !found.for_token(&token("a", "", comment, "")).is_empty()
    };
    assert!(met("[prod] etl*", "[Prod] ETL nightly/2"));
    assert!(met("{a,b}!?", "{a,b}!c") && met(r"DOM\ada", r"dom\ada"));
    assert!(!met("[prod]", "p") && !met("etl", "etl 2") && !met("{a,b}", "a"));
}

#[test]
fn a_start_that_several_tokens_share_is_applied_to_none() {
    let found = read(
        "[[token]]\nmatch = \"5f\"\n[[token]]\nmatch = \"zz\"\n[[token]]\nmatch = \"5f1\"\n[[token]]\nmatch = { owner = \"a\" }\n",
    );
    let tokens = [token("5f1", "a", "", ""), token("5f12", "a", "", ""), token("aa", "b", "", "")];
    let matches = found.matches(&tokens);
    let lines: Vec<Vec<u64>> = matches.per_token.iter().map(|e| e.iter().map(|e| e.line).collect()).collect();
    assert_eq!(lines, [vec![5, 7], vec![7], vec![]], "a whole id is never ambiguous");
    assert_eq!(matches.unmatched.iter().map(|e| e.line).collect::<Vec<_>>(), [3]);
    insta::assert_snapshot!(matches.problems[0], @r#"annotations.toml, line 1: the entry for "5f" could mean 2 tokens (5f1, 5f12) and was applied to none; write more of the id"#);
}

#[test]
fn schedules_of_jobs_are_read() {
    let text = r#"{"jobs":[
      {"job_id":11,"creator_user_name":"Ada@X","run_as_user_name":"old@x","settings":{"name":"close","run_as":{"service_principal_name":"0D1E"},
       "schedule":{"quartz_cron_expression":"0 30 2 1 1/3 ?","timezone_id":"Europe/Berlin","pause_status":"UNPAUSED"}}},
      {"job_id":"9","settings":{"trigger":{"pause_status":"PAUSED","periodic":{"interval":2,"unit":"DAYS"}}}},
      {"job_id":12,"settings":{"name":"by hand"}},
      {"job_id":13,"settings":{"schedule":{"quartz_cron_expression":"x","timezone_id":"UTC"}}},
      {"settings":{}}],"has_more":false}"#;
    assert!(looks_like_jobs(text.as_bytes()));
    let jobs = Jobs::parse("jobs.json", text.as_bytes());
    let [every, close] = &jobs.scheduled[..] else { panic!("{jobs:?}") };
    assert_eq!((every.job_id.as_str(), every.paused), ("9", true));
    assert_eq!(every.trigger, Trigger::Periodic { interval: 2, unit: "DAYS".into() });
    assert_eq!((close.run_as.as_deref(), close.creator.as_deref()), (Some("0d1e"), Some("ada@x")));
    assert!(matches!(&close.trigger, Trigger::Cron(s) if s.text == "0 30 2 1 1/3 ? Europe/Berlin"));
    assert_eq!((jobs.unscheduled, jobs.problems.len()), (1, 2));
    assert!(!looks_like_jobs(br#"{"service_name":"jobs","request_params":{"job_id":"1","settings":"{}"}}"#));
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC{0,60}") {
        let _ = Annotations::parse("x", &text);
        Jobs::parse("x", text.as_bytes());
    }

    #[test]
    fn a_damaged_file_is_survived(at in 0usize..1200, with in "\\PC{0,3}") {
        let mut text = FULL.to_owned();
        if at < text.len() {
            text.replace_range(at..at + 1, &with);
        }
        if let Err(problems) = Annotations::parse("x", &text) {
            prop_assert!(!problems.is_empty());
        }
    }
}
