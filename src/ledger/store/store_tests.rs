//! A log that is ingested in pieces, in any order, gives the same ledger as one scan.

use super::*;
use crate::input::event::{Event, EventSink, Outcome, Request, RequestParams};
use crate::input::story;
use crate::ledger::{Duplicates, EXTERNAL_TOKEN, Fold, FoldContext, Ledger, merge};
use crate::support::time::{Span, Time};
use proptest::prelude::*;
use std::path::Path;

fn scan(events: &[Event<'_>]) -> Ledger {
    let context = FoldContext {
        duplicates: Duplicates::default(),
        wanted_requests: Default::default(),
        templates: &|_, _| None,
        closed: None,
    };
    let mut fold = Fold::new(&context);
    events.iter().for_each(|e| fold.event(e));
    merge(vec![fold])
}

fn ingest(dir: &Path, events: &[Event<'_>]) -> Added {
    let ingest = Ingest::open(dir).unwrap();
    let closed = |workspace: &str, day| ingest.is_closed(workspace, day);
    let context = FoldContext {
        duplicates: ingest.duplicates(),
        wanted_requests: Default::default(),
        templates: &|_, _| None,
        closed: Some(&closed),
    };
    // Two folds, as two threads would make them.
    let mut folds = [Fold::new(&context), Fold::new(&context)];
    events.iter().enumerate().for_each(|(i, e)| folds[i % 2].event(e));
    let locals = folds.into_iter().map(Fold::into_local).collect();
    ingest.add(locals, &[]).unwrap()
}

/// Everything the ledger says, in its order. Refused rows are kept only on disk.
fn facts(l: &Ledger) -> Vec<String> {
    let rows = l.rows.iter().map(|r| {
        let k = &r.key;
        let texts = [k.workspace, k.principal, k.agent, k.action, k.named, k.token].map(|id| l.text(id));
        format!("row {texts:?} {} {:?} {:?}", k.day, k.link, r.outcomes)
    });
    let days = l.days.iter().map(|((w, d), c)| format!("day {} {d} {c:?}", l.text(*w)));
    let tokens = l.tokens.iter().map(|(id, t)| {
        let texts = [*id, t.workspace, t.principal].map(|id| l.text(id));
        format!("token {texts:?} {:?} {:?} {:?} {:?}", t.logins, t.generated, t.expires, t.revoked)
    });
    let addresses = l.addresses.iter().map(|(k, c)| {
        let texts = [k.workspace, k.principal, k.token, k.agent, k.address].map(|id| l.text(id));
        format!("address {texts:?} {c:?}")
    });
    let aliases = l.aliases.iter().map(|(w, a, b)| format!("alias {:?}", [*w, *a, *b].map(|id| l.text(id))));
    let rest = [format!("{:?} {:?}", l.tally, l.mixed)];
    rows.chain(days).chain(tokens).chain(addresses).chain(aliases).chain(rest).collect()
}

#[track_caller]
fn assert_same(one: &Ledger, other: &Ledger) {
    let (one, other) = (facts(one), facts(other));
    if let Some((a, b)) = one.iter().zip(&other).find(|(a, b)| a != b) {
        panic!("{a}\nis not\n{b}");
    }
    assert_eq!(one.len(), other.len());
}

/// Cuts the events, which are in order of time, at these moments.
fn pieces<'e>(events: &[Event<'e>], cuts: &[Time]) -> Vec<Vec<Event<'e>>> {
    let mut pieces = vec![Vec::new(); cuts.len() + 1];
    for event in events {
        pieces[cuts.partition_point(|cut| *cut <= event.time)].push(event.clone());
    }
    pieces.retain(|s| !s.is_empty());
    pieces
}

/// Moments at least two minutes apart: a missing piece of less than a minute may go unnoticed.
fn cuts(from: Time, span: Span, shares: &[f64]) -> Vec<Time> {
    let mut cuts: Vec<Time> = shares.iter().map(|s| from.plus(Span((span.0 as f64 * s) as i64))).collect();
    cuts.sort_unstable();
    cuts.dedup_by(|next, kept| next.since(*kept).0 < Span::seconds(120).0);
    cuts
}

fn shuffle<T>(list: &mut [T], seed: u64) {
    for i in (1..list.len()).rev() {
        let random = crate::support::hash::fingerprint(format!("{seed} {i}").as_bytes());
        list.swap(i, (random % (i as u64 + 1)) as usize);
    }
}

fn start() -> Time {
    Time::parse("2026-07-01T00:00:00Z").unwrap()
}

fn call(second: i64, workspace: &'static str, service: &'static str, action: &'static str) -> Event<'static> {
    Event {
        time: start().plus(Span::seconds(second)),
        whole_seconds: false,
        workspace: workspace.into(),
        account_level: false,
        identity: "etl@example.com".into(),
        address: "203.0.113.7".into(),
        agent: "python-requests/2.32".into(),
        request: Request::Action { service: service.into(), action: action.into() },
        outcome: Outcome::Succeeded,
        error: "".into(),
        request_id: "".into(),
        event_id: format!("{second} {workspace} {action}").into(),
        record_hash: 0,
        params: RequestParams::default(),
    }
}

fn login(second: i64, workspace: &'static str, token: &'static str) -> Event<'static> {
    let params = RequestParams {
        user: "etl@example.com".into(),
        token_id: token.into(),
        authentication_method: EXTERNAL_TOKEN.into(),
        ..RequestParams::default()
    };
    let event = call(second, workspace, "accounts", "tokenLogin");
    Event { params, event_id: format!("{second} {workspace} {token}").into(), ..event }
}

const DAYS: i64 = 6;

/// A service that writes a row every 50 seconds, so that any gap in the ledger shows.
fn heartbeat(workspace: &'static str) -> Vec<Event<'static>> {
    let beat = |n| Event { agent: "".into(), address: "".into(), ..call(n * 50, workspace, "sys", "beat") };
    (0..DAYS * 86_400 / 50).map(beat).collect()
}

fn any_event() -> impl Strategy<Value = Event<'static>> {
    let what = prop::sample::select(vec![
        ("jobs", "runNow"),
        ("secrets", "getSecret"),
        ("accounts", "oidcBrowserLogin"),
        ("accounts", "generateDbToken"),
    ]);
    let outcome = prop::sample::select(vec![Outcome::Succeeded, Outcome::Succeeded, Outcome::Denied]);
    let run = prop::option::of(0u8..6);
    let who = prop::sample::select(vec!["etl@example.com", "etl@example.com", "ETL.old@example.com"]);
    let workspace = prop::sample::select(vec!["7", "7", "8", "0"]);
    let token = prop::sample::select(vec!["", "", "t1", "t2"]);
    let request = prop::option::of(0u8..20);
    // Bursts around midnights, where days meet.
    let second = (0..DAYS, prop_oneof![-30i64..30, 0i64..86_400], 0i64..15)
        .prop_map(|(day, second, more)| (day * 86_400 + second + more).max(0));
    (second, what, outcome, run, who, workspace, token, request).prop_map(
        |(second, (service, action), outcome, run, who, workspace, token, request)| {
            let event = if token.is_empty() {
                call(second, workspace, service, action)
            } else {
                login(second, workspace, token)
            };
            let agent = run.map_or("python-requests/2.32".to_owned(), |n| {
                format!(
                    "cli/0.298.0 cmd/jobs_run-now cmd-exec-id/7d0c6b0e-0f5e-4b9e-9a53-2f1f0a1b2c3{n} auth/pat"
                )
            });
            let request_id = request.map_or(String::new(), |n| format!("request {n}"));
            // An id never repeats with another run or request: of two such rows either may be taken for the duplicate.
            let event_id = format!("{} {run:?} {request:?}", event.event_id);
            Event {
                outcome,
                agent: agent.into(),
                identity: who.into(),
                request_id: request_id.into(),
                event_id: event_id.into(),
                ..event
            }
        },
    )
}

/// Logins that show both names of the principal in every workspace: closed days keep the links they had if only a later piece
/// shows them.
fn both_names(at: Time) -> impl Iterator<Item = Event<'static>> {
    ["7", "8", "0"].into_iter().map(move |workspace| {
        let second = at.since(start()).0 / 1_000_000 + 1;
        Event {
            identity: "ETL.old@example.com".into(),
            agent: "names".into(),
            ..login(second, workspace, "t0")
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn pieces_in_any_order_are_one_scan(
        mut events in prop::collection::vec(any_event(), 1..150),
        shares in prop::collection::vec(0.0f64..1.0, 0..6),
        seed in any::<u64>(),
        beats in prop::sample::select(vec![None, Some("7"), Some("0")]),
    ) {
        let cuts = cuts(start(), Span::days(DAYS), &shares);
        events.extend(beats.into_iter().flat_map(heartbeat));
        events.extend([start()].iter().chain(&cuts).copied().flat_map(both_names));
        events.sort_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id)));
        let one = scan(&events);
        let dir = tempfile::tempdir().unwrap();
        let mut parts = pieces(&events, &cuts);
        shuffle(&mut parts, seed);
        for part in &parts {
            ingest(dir.path(), part);
        }
        assert_same(&load(dir.path()).unwrap().ledger, &one);
        compact(dir.path()).unwrap();
        assert_same(&load(dir.path()).unwrap().ledger, &one);
    }

    #[test]
    fn the_story_cut_at_random_is_the_story_in_one(
        shares in prop::collection::vec(0.0f64..1.0, 1..5),
        seed in any::<u64>(),
    ) {
        let (as_of, story) = (story::as_of(), story::story(30));
        let mut events: Vec<Event<'_>> = story.rows().iter().map(story::event).collect();
        events.sort_by_key(|e| e.time);
        let one = scan(&events);
        let dir = tempfile::tempdir().unwrap();
        let mut parts = pieces(&events, &cuts(as_of.plus(-30).start(), Span::days(30), &shares));
        shuffle(&mut parts, seed);
        for part in &parts {
            ingest(dir.path(), part);
        }
        assert_same(&load(dir.path()).unwrap().ledger, &one);
    }
}

/// A year by the day, as a nightly job would add it.
#[test]
fn adding_a_day_keeps_few_days_open_and_rewrites_no_month() {
    let events = heartbeat("7");
    let dir = tempfile::tempdir().unwrap();
    for day in 0..DAYS {
        let from = start().plus(Span::days(day));
        let of_day: Vec<_> =
            events.iter().filter(|e| e.time >= from && e.time < from.plus(Span::days(1))).cloned().collect();
        let before = months(dir.path());
        let added = ingest(dir.path(), &of_day);
        // The first day has none before it, the last two have none or not a whole one after them.
        assert_eq!(added.open as i64, (day + 1).min(3), "{day}");
        for (path, modified) in before {
            assert_eq!(path.metadata().unwrap().modified().unwrap(), modified, "{}", path.display());
        }
    }
    assert_same(&load(dir.path()).unwrap().ledger, &scan(&events));
}

fn months(dir: &Path) -> Vec<(std::path::PathBuf, std::time::SystemTime)> {
    let files =
        walkdir::WalkDir::new(dir.join("rows")).into_iter().flatten().filter(|e| e.file_type().is_file());
    files.map(|e| (e.path().to_owned(), e.metadata().unwrap().modified().unwrap())).collect()
}

#[test]
fn the_same_rows_again_change_nothing_and_other_rows_of_a_closed_day_are_reported() {
    let events = heartbeat("7");
    let dir = tempfile::tempdir().unwrap();
    ingest(dir.path(), &events);
    let one = load(dir.path()).unwrap().ledger;
    let again = ingest(dir.path(), &events);
    assert_eq!((again.rows, again.mixed), (0, 0));
    assert!(again.left_out > 0 && again.duplicates > 0);
    let closed = start().plus(Span::days(3)).day();
    let late = Event { event_id: "late".into(), ..call(3 * 86_400 + 5, "7", "jobs", "runNow") };
    let of_day: Vec<_> = events.iter().filter(|e| e.time.day() == closed).cloned().chain([late]).collect();
    let added = ingest(dir.path(), &of_day);
    assert_eq!((added.rows, added.mixed), (0, 1));
    let mut told = load(dir.path()).unwrap().ledger;
    let mixed: Vec<_> = std::mem::take(&mut told.mixed).into_iter().map(|(_, day)| day).collect();
    assert_eq!(mixed, [closed]);
    told.tally.duplicates = one.tally.duplicates;
    assert_same(&told, &one);
}

#[test]
fn rows_that_arrive_late_at_an_open_edge_are_added_once() {
    let events = heartbeat("7");
    let dir = tempfile::tempdir().unwrap();
    ingest(dir.path(), &events);
    let late = Event { event_id: "late".into(), ..call((DAYS - 1) * 86_400 + 5, "7", "jobs", "runNow") };
    let last = late.time.day();
    let of_day: Vec<_> =
        events.iter().filter(|e| e.time.day() == last).cloned().chain([late.clone()]).collect();
    assert_eq!(ingest(dir.path(), &of_day).rows, 1);
    let all: Vec<_> = events.into_iter().chain([late]).collect();
    let mut ledger = load(dir.path()).unwrap().ledger;
    ledger.tally.duplicates = 0;
    assert_same(&ledger, &scan(&all));
}

#[test]
fn files_of_a_killed_run_are_deleted_and_a_second_writer_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    ingest(dir.path(), &heartbeat("7"));
    let stray = dir.path().join("rows/workspace=7/month=2026-07/000002.parquet");
    std::fs::write(&stray, "half a file").unwrap();
    std::fs::write(dir.path().join("manifest.json.new"), "{").unwrap();
    let first = Ingest::open(dir.path()).unwrap();
    assert!(!stray.exists());
    let why = Ingest::open(dir.path()).unwrap_err().to_string();
    assert!(why.contains("another run is writing the ledger"), "{why}");
    drop(first);
    assert!(Ingest::open(dir.path()).is_ok());
}

#[test]
fn a_folder_with_other_things_in_it_is_no_ledger() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("thesis.docx"), "mine").unwrap();
    let why = Ingest::open(dir.path()).unwrap_err().to_string();
    assert!(why.contains("holds other files and no ledger"), "{why}");
    assert!(!dir.path().join("lock").exists());
}

#[test]
fn a_damaged_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    ingest(dir.path(), &heartbeat("7"));
    let (path, _) = months(dir.path()).pop().unwrap();
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let why = load(dir.path()).unwrap_err().to_string();
    assert!(why.contains("is damaged: its file rows/workspace=7/month=2026-07/000001.parquet"), "{why}");
}

#[test]
fn names_that_a_later_export_joins_are_one_principal_in_all_of_it() {
    let old = Event { identity: "old@example.com".into(), ..call(10, "7", "jobs", "runNow") };
    let join = Event { identity: "old@example.com".into(), ..login(5 * 86_400, "7", "t1") };
    let dir = tempfile::tempdir().unwrap();
    ingest(dir.path(), &[old]);
    ingest(dir.path(), &[join]);
    let ledger = load(dir.path()).unwrap().ledger;
    assert!(ledger.rows.iter().all(|r| ledger.text(r.key.principal) == "etl@example.com"));
}
