//! Every reason of a verdict: a case that gives it, and a near miss that gives another one.

use super::enforcement::{Assumptions, Enforcement};
use super::history::by_scope;
use super::judge::VerdictInput;
use super::log_view::LogView;
use super::verdict::{Judgement, Reason};
use super::window::{Phase, Window, WindowSource};
use crate::attribute::{Tier, Token, Use, UseKind};
use crate::catalog::confidence::Confidence;
use crate::catalog::{Access, Catalog, Mapping, MappingEvidence, Need, ScopeId};
use crate::context::annotations::DeclaredNeed;
use crate::context::bound::Bound;
use crate::context::declared_schedule::DeclaredSchedule;
use crate::ledger::Count;
use crate::support::time::{Day, Span, Time};
use std::collections::BTreeSet;
use std::sync::Arc;
use strum::IntoEnumIterator;

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn scope(name: &str) -> ScopeId {
    Catalog::builtin().base_scope(name).unwrap()
}

/// A succeeded call that needs one of `scopes`.
fn call(at: &str, scopes: &[&str]) -> Use {
    let scopes = scopes.iter().map(|name| scope(name)).collect();
    Use {
        mapping: Arc::new(Mapping {
            need: Need { scopes, access: Access::Write, query: false },
            confidence: Confidence::High,
            evidence: MappingEvidence::OperationPage,
            conflict: None,
        }),
        tier: Tier::T2,
        only_possible: false,
        kind: UseKind::Call,
        count: Count::one(time(at)),
        action: 0,
        agent: 0,
        link: None,
    }
}

fn declared(schedule: Option<&str>) -> DeclaredNeed {
    DeclaredNeed {
        line: 1,
        scope: "jobs".to_owned(),
        schedule: schedule.map(|text| DeclaredSchedule::from_text(text).unwrap()),
        job: None,
        access: None,
        reason: None,
        ticket: None,
        expires: None,
    }
}

/// From 30 days before 2026-09-10 12:00 to that moment: it is over.
fn over(enforced: &str) -> Enforcement {
    let window = Window::enforced_on(Bound::parse(enforced).unwrap(), Span(0), WindowSource::Option);
    Enforcement::Dated { window, phase: window.phase(as_of()), so_far: Vec::new() }
}

/// The whole of September 2026.
fn open() -> Enforcement {
    let enforced = Bound::parse("2026-10-01T00:00:00Z").unwrap();
    let window = Window::enforced_on(enforced, Span(0), WindowSource::Option);
    Enforcement::Dated { window, phase: Phase::Open, so_far: Vec::new() }
}

fn undated() -> Enforcement {
    Enforcement::Undated { so_far: Vec::new() }
}

fn granted(scopes: &[&str]) -> Enforcement {
    Enforcement::Granted(scopes.iter().map(|s| (*s).to_owned()).collect())
}

fn platform(scopes: &[&str]) -> Enforcement {
    let scopes = scopes.iter().map(|s| (*s).to_owned()).collect();
    Enforcement::Platform { scopes, window: None }
}

fn as_of() -> Time {
    time("2026-09-12")
}

/// What judging one scope of one token looks at.
struct Case {
    scope: &'static str,
    enforcement: Enforcement,
    created: Option<Time>,
    log: Option<LogView>,
    own: Vec<Use>,
    shared: Vec<Use>,
    declared: Vec<DeclaredNeed>,
    seen: Vec<ScopeId>,
    unmapped: Vec<(Vec<ScopeId>, Count)>,
}

/// One call of `jobs` before a window that is over, in a log that misses nothing, with one change.
fn case(change: impl FnOnce(&mut Case)) -> Case {
    let log = LogView {
        from: Some(time("2026-01-01")),
        gaps: Vec::new(),
        rows: 1000,
        days: 250,
        last_day: Day::parse("2026-09-11"),
        stray: 0,
    };
    let mut case = Case {
        scope: "jobs",
        enforcement: over("2026-09-10T12:00:00Z"),
        created: None,
        log: Some(log),
        own: vec![call("2026-08-01T10:00:00Z", &["jobs"])],
        shared: Vec::new(),
        declared: Vec::new(),
        seen: Vec::new(),
        unmapped: Vec::new(),
    };
    change(&mut case);
    case
}

/// The case without a call of its own, needed because somebody says so.
fn only_declared(change: impl FnOnce(&mut Case)) -> Case {
    case(|c| {
        c.own.clear();
        c.declared.push(declared(None));
        change(c);
    })
}

impl Case {
    fn judge(&self) -> Judgement {
        let (catalog, id) = (Catalog::builtin(), scope(self.scope));
        let given = Assumptions {
            as_of: as_of(),
            ga: Day::parse("2026-06-18").unwrap(),
            enforced_on: None,
            window_start: None,
            window_end: None,
            lag: Span(0),
            count_failed: false,
            risk_floor: 0.01,
            lineage: true,
        };
        let token = Token { created: self.created, ..Token::default() };
        let declared = self.declared.iter().map(|need| (id, need));
        let histories = by_scope(
            &self.own,
            self.shared.iter(),
            declared,
            std::iter::empty(),
            self.enforcement.narrowed_from(given.as_of),
            given.count_failed,
        );
        let input = VerdictInput {
            token: &token,
            enforcement: &self.enforcement,
            log: self.log.as_ref(),
            given: &given,
            catalog,
            seen: &self.seen,
            unmapped: &self.unmapped,
            silent: &[],
        };
        input.judge(id, &histories[&id])
    }
}

/// Each reason, a case that gives it, the reason of the near miss, and the near miss.
fn table() -> Vec<(Reason, Case, Reason, Case)> {
    let with = |enforcement: Enforcement| case(|c| c.enforcement = enforcement);
    let weekly = |c: &mut Case| {
        c.enforcement = undated();
        let days = (0..36).map(|week| time("2026-01-05T10:00:00Z").plus(Span::days(7 * week)));
        c.own = days.map(|at| Use { count: Count::one(at), ..call("2026-01-05", &["jobs"]) }).collect();
    };
    let other_token = |at: &str| Use { tier: Tier::T5, ..call(at, &["jobs"]) };
    let log_from = |c: &mut Case, from: &str| {
        let log = c.log.take().map(|log| LogView { from: Some(time(from)), ..log });
        c.log = log;
    };
    let gap = |first: &str, last: &str| {
        let days = Day::parse(first).zip(Day::parse(last));
        case(|c| {
            let log = c.log.take().map(|log| LogView { gaps: days.into_iter().collect(), ..log });
            c.log = log;
        })
    };
    let unmapped = |at: &str| case(|c| c.unmapped = vec![(vec![scope("jobs")], Count::one(time(at)))]);
    let all_apis = |enforcement: Enforcement| {
        case(|c| {
            c.scope = "all-apis";
            c.own = vec![call("2026-08-01", &["all-apis"])];
            c.enforcement = enforcement;
        })
    };
    let next = |date: &str| {
        case(|c| {
            c.enforcement = open();
            c.declared.push(declared(Some(date)));
        })
    };
    let ambiguous = |seen: Vec<ScopeId>| {
        case(|c| {
            c.own = vec![call("2026-08-01", &["jobs", "sql"])];
            c.seen = seen;
        })
    };
    use Reason::*;
    vec![
        (NotNarrowed, with(Enforcement::NotNarrowed), NotSeenInWindow, case(|_| {})),
        (HoldsAll, with(Enforcement::HoldsAll), NotGranted, with(granted(&[]))),
        (ApiNotCovered, with(Enforcement::ApiNotCovered), NotSeenInWindow, case(|_| {})),
        (Granted, with(granted(&["jobs"])), NotGranted, with(granted(&["jobs:read"]))),
        (PlatformKeeps, with(platform(&["jobs"])), NotInPlatformSet, with(platform(&["sql"]))),
        (
            SeenInWindow,
            case(|c| c.own.push(call("2026-09-10T11:59:59.999Z", &["jobs"]))),
            NotSeenInWindow,
            case(|c| c.own.push(call("2026-09-10T12:00:00Z", &["jobs"]))),
        ),
        (AlternativeKept, ambiguous(vec![scope("sql")]), NotSeenInWindow, ambiguous(Vec::new())),
        (
            NoWindowMisses,
            case(weekly),
            WindowUnknown,
            case(|c| {
                weekly(c);
                c.own.drain(10..15);
            }),
        ),
        (NotGranted, with(granted(&["sql"])), Granted, with(granted(&["sql", "all-apis"]))),
        (NotInPlatformSet, with(platform(&[])), PlatformKeeps, with(platform(&["jobs"]))),
        (NotSeenInWindow, case(|_| {}), NextCallAfterWindow, next("2026-10-05")),
        (NextCallAfterWindow, next("2026-10-01"), WindowOpen, next("2026-09-30")),
        (
            WindowOpen,
            with(open()),
            SeenInWindow,
            case(|c| {
                c.enforcement = open();
                c.own.push(call("2026-09-05", &["jobs"]));
            }),
        ),
        (WindowUnknown, with(undated()), NotSeenInWindow, case(|_| {})),
        (
            BoundaryDay,
            case(|c| {
                c.enforcement = over("2026-09-10");
                c.own.push(call("2026-09-10T10:00:00Z", &["jobs"]));
            }),
            SeenInWindow,
            case(|c| {
                c.enforcement = over("2026-09-10");
                c.own.push(call("2026-09-09T10:00:00Z", &["jobs"]));
            }),
        ),
        (
            SharedPrincipal,
            case(|c| c.shared.push(other_token("2026-09-01"))),
            NotSeenInWindow,
            case(|c| c.shared.push(other_token("2026-08-02"))),
        ),
        (
            HistoryStartsLate,
            only_declared(|c| log_from(c, "2026-08-20")),
            NotSeenInWindow,
            only_declared(|c| {
                log_from(c, "2026-08-20");
                c.created = Some(time("2026-08-20"));
            }),
        ),
        (LogGap, gap("2026-08-20", "2026-08-21"), NotSeenInWindow, gap("2026-07-20", "2026-07-21")),
        (Unmapped, unmapped("2026-09-01"), NotSeenInWindow, unmapped("2026-08-01")),
        (
            NotObservable,
            case(|c| {
                c.scope = "agent-kit";
                c.own = vec![call("2026-08-01", &["agent-kit"])];
            }),
            NotSeenInWindow,
            case(|_| {}),
        ),
        (NoHistory, case(|c| c.log = None), NotSeenInWindow, case(|_| {})),
        (
            ShortHistory,
            case(|c| {
                c.enforcement = undated();
                log_from(c, "2026-08-20");
                c.own = vec![call("2026-09-01", &["jobs"])];
            }),
            WindowUnknown,
            case(|c| {
                c.enforcement = undated();
                log_from(c, "2026-08-01");
                c.own = vec![call("2026-09-10", &["jobs"])];
            }),
        ),
        (ScopesNotReported, with(Enforcement::NotReported), Granted, with(granted(&["jobs"]))),
        (ScopeNameUnknown, with(granted(&["brand-new"])), NotGranted, with(granted(&["clusters"]))),
        (NeedsAllApis, all_apis(undated()), HoldsAll, all_apis(Enforcement::HoldsAll)),
    ]
}

#[test]
fn every_reason_has_a_case_and_a_near_miss() {
    let mut given = BTreeSet::new();
    for (reason, case, other, near_miss) in table() {
        let (found, missed) = (case.judge(), near_miss.judge());
        assert_eq!(found.reason, reason);
        assert_eq!(missed.reason, other, "near miss of {}", <&str>::from(reason));
        given.insert(found.reason);
        assert_eq!(found.verdict, reason.verdict(), "{}", <&str>::from(reason));
    }
    let missing: Vec<Reason> = Reason::iter().filter(|r| !given.contains(r)).collect();
    assert_eq!(missing, []);
}

#[test]
fn an_end_that_was_assumed_lowers_the_confidence_of_a_call_near_it() {
    let late = case(|c| c.own.push(call("2026-09-08", &["jobs"]))).judge();
    assert_eq!((late.reason, late.notes.len()), (Reason::SeenInWindow, 1));
    let safe = case(|c| c.own.push(call("2026-08-20", &["jobs"]))).judge();
    assert_eq!((safe.reason, safe.notes.len()), (Reason::SeenInWindow, 0));
    assert!(late.confidence < safe.confidence);
}
