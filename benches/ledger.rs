//! A ledger on disk with 400 days of 5,000 tokens that use 6 scopes each: adding the last day, reading it, reporting on it.
#![allow(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use clap::Parser;
use scopecast::cli::Cli;
use scopecast::internals::event::{Event, EventSink, Outcome, Request, RequestParams};
use scopecast::internals::ledger::store::{Ingest, compact, load};
use scopecast::internals::ledger::{EXTERNAL_TOKEN, Fold, FoldContext};
use scopecast::internals::time::{Day, Span, Time};
use std::path::Path;
use std::sync::OnceLock;

const TOKENS: usize = 5_000;
const DAYS: i32 = 400;
const FROM: Day = Day(20_000);
const WORKSPACES: [&str; 4] = ["1001", "1002", "1003", "1004"];
/// An action for each scope, and its interval in days.
const CALLS: [(&str, &str, i32); 6] = [
    ("jobs", "runNow", 1),
    ("clusters", "create", 2),
    ("secrets", "getSecret", 7),
    ("workspace", "import", 30),
    ("unityCatalog", "updatePermissions", 61),
    ("mlflowModelRegistry", "createRegisteredModel", 91),
];

fn main() {
    divan::main();
}

fn event<'a>(time: Time, token: &'a Token, service: &'a str, action: &'a str, id: u64) -> Event<'a> {
    Event {
        time,
        whole_seconds: false,
        workspace: token.workspace.into(),
        account_level: false,
        identity: token.principal.as_str().into(),
        address: token.address.as_str().into(),
        agent: "databricks-sdk-py/0.40.0 auth/pat".into(),
        request: Request::Action { service: service.into(), action: action.into() },
        outcome: Outcome::Succeeded,
        error: "".into(),
        request_id: "".into(),
        event_id: "".into(),
        record_hash: id.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        params: RequestParams::default(),
    }
}

struct Token {
    id: String,
    workspace: &'static str,
    principal: String,
    address: String,
}

fn tokens() -> Vec<Token> {
    let token = |n: usize| Token {
        id: format!("{n:016x}"),
        workspace: WORKSPACES[n % WORKSPACES.len()],
        principal: format!("person{}@example.com", n / 2),
        address: format!("203.0.{}.{}", n / 250 % 250, n % 250),
    };
    (0..TOKENS).map(token).collect()
}

/// Adds a login and its calls for each token on these days.
fn ingest(dir: &Path, tokens: &[Token], days: std::ops::Range<i32>) {
    let ledger = Ingest::open(dir).unwrap();
    let closed = |workspace: &str, day| ledger.is_closed(workspace, day);
    let context = FoldContext {
        duplicates: ledger.duplicates(),
        wanted_requests: Default::default(),
        templates: &|_, _| None,
        closed: Some(&closed),
    };
    let mut fold = Fold::new(&context);
    let mut id = days.start as u64 * 10_000_000;
    for day in days {
        for (n, token) in tokens.iter().enumerate() {
            let time = FROM.plus(day).start().plus(Span::seconds((n * 17 % 86_000) as i64));
            let calls = CALLS.iter().filter(|(.., every)| (day + n as i32) % every == 0);
            let params = RequestParams {
                user: token.principal.as_str().into(),
                token_id: token.id.as_str().into(),
                authentication_method: EXTERNAL_TOKEN.into(),
                ..RequestParams::default()
            };
            id += 1;
            fold.event(&Event { params, ..event(time, token, "accounts", "tokenLogin", id) });
            for (service, action, _) in calls {
                id += 1;
                fold.event(&event(time.plus(Span::seconds(2)), token, service, action, id));
            }
        }
    }
    let locals = vec![fold.into_local()];
    ledger.add(locals, &[]).unwrap();
}

fn ledger() -> &'static Path {
    static LEDGER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let dir = LEDGER.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let tokens = tokens();
        ingest(dir.path(), &tokens, 0..DAYS - 1);
        compact(dir.path()).unwrap();
        ingest(dir.path(), &tokens, DAYS - 1..DAYS);
        dir
    });
    dir.path()
}

#[divan::bench(sample_count = 5)]
fn read() -> usize {
    load(ledger()).unwrap().ledger.rows.len()
}

#[divan::bench(sample_count = 5)]
fn report() -> usize {
    let mut out = Vec::new();
    let dir = ledger().to_str().unwrap();
    let cli = Cli::parse_from(["scopecast", "report", "--ledger", dir, "--format", "json"]);
    cli.run(&mut out).unwrap();
    out.len()
}

#[divan::bench(sample_count = 3)]
fn report_on_a_screen() -> usize {
    let mut out = Vec::new();
    let dir = ledger().to_str().unwrap();
    Cli::parse_from(["scopecast", "report", "--ledger", dir]).run(&mut out).unwrap();
    out.len()
}

/// Adds one more day to a copy of the ledger, as a nightly job would.
#[divan::bench(sample_count = 3)]
fn add_a_day(bencher: divan::Bencher<'_, '_>) {
    let tokens = tokens();
    let copy = || {
        let dir = tempfile::tempdir().unwrap();
        for entry in walkdir::WalkDir::new(ledger()).into_iter().flatten() {
            let to = dir.path().join(entry.path().strip_prefix(ledger()).unwrap());
            if entry.file_type().is_dir() {
                std::fs::create_dir_all(to).unwrap();
            } else {
                std::fs::copy(entry.path(), to).unwrap();
            }
        }
        dir
    };
    bencher.with_inputs(copy).bench_local_values(|dir| {
        ingest(dir.path(), &tokens, DAYS..DAYS + 1);
        dir
    });
}
