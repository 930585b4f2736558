//! The ledger is the same however events are spread over threads, and in whatever order they come.

use super::*;
use crate::input::event::{Event, EventSink, Outcome, Request, RequestParams};
use crate::ledger::link::Link;
use crate::support::time::{Span, Time};
use proptest::prelude::*;

const PAT: &str = "python-requests/2.32";

fn start() -> Time {
    Time::parse("2026-07-01T00:00:00Z").unwrap()
}

fn audit(second: i64, service: &'static str, action: &'static str) -> Event<'static> {
    Event {
        time: start().plus(Span::seconds(second)),
        whole_seconds: false,
        workspace: "7".into(),
        account_level: false,
        identity: "ETL@example.com".into(),
        address: "203.0.113.7:0".into(),
        agent: PAT.into(),
        request: Request::Action { service: service.into(), action: action.into() },
        outcome: Outcome::Succeeded,
        error: "".into(),
        request_id: "".into(),
        event_id: "".into(),
        record_hash: second as u64 ^ crate::support::hash::fingerprint(action.as_bytes()),
        params: RequestParams::default(),
    }
}

fn login(second: i64, token: &'static str) -> Event<'static> {
    let params = RequestParams {
        user: "etl@example.com".into(),
        token_id: token.into(),
        authentication_method: EXTERNAL_TOKEN.into(),
        ..RequestParams::default()
    };
    let event = audit(second, "accounts", "tokenLogin");
    Event {
        record_hash: event.record_hash ^ crate::support::hash::fingerprint(token.as_bytes()),
        params,
        ..event
    }
}

fn ledger(threads: &[Vec<Event<'_>>]) -> Ledger {
    let templates =
        |_: &str, path: &str| path.starts_with("/api/2.1/jobs/get").then(|| "/api/2.1/jobs/get".to_owned());
    let context = FoldContext {
        duplicates: Duplicates::default(),
        wanted_requests: Default::default(),
        templates: &templates,
        closed: None,
    };
    let folds = threads.iter().map(|events| {
        let mut fold = Fold::new(&context);
        events.iter().for_each(|e| fold.event(e));
        fold
    });
    merge(folds.collect())
}

/// Action, token and link of each row, with its counts.
fn rows(ledger: &Ledger) -> Vec<(String, String, Link, u64)> {
    let row = |r: &LedgerRow| {
        (
            ledger.text(r.key.action).to_owned(),
            ledger.text(r.key.token).to_owned(),
            r.key.link,
            r.outcomes.all().events,
        )
    };
    ledger.rows.iter().map(row).collect()
}

#[test]
fn a_call_after_its_login_carries_the_token() {
    let l = ledger(&[vec![login(0, "t1"), audit(1, "jobs", "runNow")]]);
    assert_eq!(
        rows(&l),
        [
            ("accounts/tokenLogin".into(), "t1".into(), Link::Row, 1),
            ("jobs/runNow".into(), "t1".into(), Link::Sole, 1)
        ]
    );
    assert_eq!(l.text(l.rows[0].key.principal), "etl@example.com");
}

#[test]
fn a_login_without_a_call_is_unanswered() {
    let l = ledger(&[vec![login(0, "t1"), audit(60, "jobs", "runNow")]]);
    assert_eq!(rows(&l)[0].2, Link::Unanswered);
    assert_eq!(rows(&l)[1].2, Link::Recent);
}

#[test]
fn a_login_before_midnight_and_a_call_after_it_belong_together() {
    let five_to = 86_400 - 300;
    let l = ledger(&[vec![audit(86_400 + 120, "jobs", "runNow")], vec![login(five_to, "t1")]]);
    assert!(rows(&l).contains(&("jobs/runNow".into(), "t1".into(), Link::Recent, 1)));
}

#[test]
fn two_tokens_with_cached_logins_are_never_sole() {
    // Both log in every ten minutes and call each minute in between, from one address with one agent.
    let mut events = Vec::new();
    for minute in 0..60 {
        let second = minute * 60;
        if minute % 10 == 0 {
            events.extend([login(second, "t1"), login(second + 120, "t2")]);
        }
        events.extend([audit(second + 5, "jobs", "runNow"), audit(second + 35, "secrets", "getSecret")]);
    }
    let l = ledger(&[events]);
    let after_first = |r: &LedgerRow| r.outcomes.all().first >= start().plus(Span::seconds(130));
    let sole = l.rows.iter().filter(|r| matches!(r.key.link, Link::Sole | Link::Run) && after_first(r));
    assert_eq!(sole.count(), 0);
    assert!(l.rows.iter().any(|r| r.key.link == Link::Stale));
}

#[test]
fn internal_logins_make_no_token_and_cast_doubt() {
    let mut inside = login(0, "inner");
    inside.params.authentication_method = "API_INT_PAT_TOKEN".into();
    let l = ledger(&[vec![inside.clone(), audit(1, "jobs", "runNow")]]);
    assert!(l.tokens.is_empty());
    assert_eq!(l.tally.internal_logins, 1);
    assert!(rows(&l).iter().all(|r| r.2 == Link::None && r.1.is_empty()));
    let l = ledger(&[vec![inside, login(60, "t1"), audit(61, "jobs", "runNow")]]);
    assert!(rows(&l).contains(&("jobs/runNow".into(), "t1".into(), Link::Near, 1)));
}

#[test]
fn a_run_id_ties_a_call_to_the_login_of_its_run_even_among_many() {
    let run = |e: Event<'static>, id: &str| Event {
        agent: format!("cli/0.298.0 cmd/jobs_run-now cmd-exec-id/{id} auth/pat").into(),
        ..e
    };
    let l = ledger(&[vec![
        run(login(0, "t1"), "7d0c6b0e-0f5e-4b9e-9a53-2f1f0a1b2c3d"),
        run(login(2, "t2"), "8d0c6b0e-0f5e-4b9e-9a53-2f1f0a1b2c3d"),
        run(audit(3, "jobs", "runNow"), "7d0c6b0e-0f5e-4b9e-9a53-2f1f0a1b2c3d"),
    ]]);
    assert!(rows(&l).contains(&("jobs/runNow".into(), "t1".into(), Link::Run, 1)));
    assert_eq!(l.rows.iter().map(|r| r.key.agent).collect::<std::collections::BTreeSet<_>>().len(), 1);
}

#[test]
fn the_same_event_counts_once_and_the_same_id_with_other_content_twice() {
    let with_id = |e: Event<'static>| Event { event_id: "e-1".into(), ..e };
    let l = ledger(&[
        vec![with_id(audit(1, "jobs", "runNow"))],
        vec![with_id(audit(1, "jobs", "runNow")), with_id(audit(2, "jobs", "runNow"))],
    ]);
    assert_eq!((l.tally.rows, l.tally.duplicates, l.tally.id_reused), (2, 1, 1));
    let l =
        ledger(&[vec![audit(1, "jobs", "runNow"), audit(1, "jobs", "runNow"), audit(2, "jobs", "runNow")]]);
    assert_eq!((l.tally.rows, l.tally.duplicates), (2, 1));
}

#[test]
fn an_identity_and_the_user_of_its_logins_are_one_principal() {
    let other = Event { identity: "etl.old@example.com".into(), ..login(0, "t1") };
    let call = Event { identity: "etl.old@example.com".into(), ..audit(1, "jobs", "runNow") };
    let l = ledger(&[vec![call], vec![other]]);
    assert!(rows(&l).contains(&("jobs/runNow".into(), "t1".into(), Link::Sole, 1)));
    assert!(l.rows.iter().all(|r| l.text(r.key.principal) == "etl@example.com"));
}

#[test]
fn an_account_level_browser_login_casts_doubt_in_every_workspace() {
    let browser =
        Event { workspace: "0".into(), account_level: true, ..audit(0, "accounts", "oidcBrowserLogin") };
    let l = ledger(&[vec![browser, login(60, "t1"), audit(61, "jobs", "runNow")]]);
    assert!(rows(&l).contains(&("jobs/runNow".into(), "t1".into(), Link::Near, 1)));
}

#[test]
fn rows_without_address_and_agent_wait_for_nothing() {
    let bare = |e: Event<'static>| Event { agent: "".into(), address: "".into(), ..e };
    let l = ledger(&[vec![bare(login(0, "t1")), bare(audit(1, "databrickssql", "commandSubmit"))]]);
    assert!(rows(&l).contains(&("databrickssql/commandSubmit".into(), String::new(), Link::None, 1)));
}

#[test]
fn an_access_log_line_names_its_token_and_template() {
    let request = Request::Http {
        method: "get".into(),
        path: "/api/2.1/jobs/get?job_id=7".into(),
        token_id: "t1".into(),
    };
    let l = ledger(&[vec![Event { request, ..audit(1, "", "") }]]);
    assert_eq!(rows(&l), [("GET /api/2.1/jobs/get".into(), "t1".into(), Link::Row, 1)]);
}

fn any_event() -> impl Strategy<Value = Event<'static>> {
    let what = prop::sample::select(vec![
        ("jobs", "runNow"),
        ("secrets", "getSecret"),
        ("accounts", "oidcBrowserLogin"),
    ]);
    let outcome = prop::sample::select(vec![Outcome::Succeeded, Outcome::Denied, Outcome::Failed]);
    let agent = prop::sample::select(vec![PAT, "curl/8.1", "Mozilla/5.0 (X11)"]);
    let workspace = prop::sample::select(vec!["7", "8", "0"]);
    let token = prop::sample::select(vec!["", "t1", "t2"]);
    (0i64..200_000, what, outcome, agent, workspace, token, 0u8..40).prop_map(
        |(second, (service, action), outcome, agent, workspace, token, id)| {
            let event = if token.is_empty() { audit(second, service, action) } else { login(second, token) };
            let event_id = if id < 10 { format!("id-{id}") } else { String::new() };
            // Records that differ in anything have other hashes.
            let record = format!("{second} {service} {action} {outcome:?} {agent} {workspace} {token}");
            Event {
                record_hash: crate::support::hash::fingerprint(record.as_bytes()),
                outcome,
                agent: agent.into(),
                workspace: workspace.into(),
                event_id: event_id.into(),
                ..event
            }
        },
    )
}

proptest! {
    #[test]
    fn spread_and_order_change_nothing(
        events in prop::collection::vec((any_event(), 0usize..4), 0..60),
        seed in any::<u64>(),
    ) {
        let one = ledger(&[events.iter().map(|(e, _)| e.clone()).collect()]);
        let mut threads = vec![Vec::new(); 4];
        let mut shuffled = events.clone();
        shuffled.sort_by_key(|(e, n)| crate::support::hash::fingerprint(format!("{seed}{n}{}", e.time).as_bytes()));
        shuffled.into_iter().for_each(|(e, n)| threads[n].push(e));
        let many = ledger(&threads);
        let facts = |l: &Ledger| {
            let row = |r: &LedgerRow| format!("{:?} {:?} {}", r.key, r.outcomes, l.text(r.key.action));
            (
                l.rows.iter().map(row).collect::<Vec<_>>(),
                l.days.clone(),
                l.tokens.clone(),
                l.addresses.clone(),
                l.tally.clone(),
            )
        };
        prop_assert_eq!(facts(&one), facts(&many));
    }
}
