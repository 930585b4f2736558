use super::dates::DateTally;
use super::*;
use crate::attribute::{Tier, Token, Unmapped, Use, UseKind};
use crate::catalog::confidence::Confidence;
use crate::catalog::{Access, Catalog, Mapping, MappingEvidence, Need};
use crate::ledger::Count;
use crate::support::time::{Day, Span, Time};
use crate::timeline::enforcement::Assumptions;
use crate::timeline::history::by_scope;
use crate::timeline::log_view::LogView;
use proptest::prelude::*;
use std::sync::Arc;

const BEGIN: Day = Day(20_000);
const DAYS: i32 = 160;
const SCOPES: [&str; 3] = ["jobs", "sql", "unity-catalog"];

/// A call: day, hour, how many that day, scope, how it is tied and what it is.
type Made = (i32, i64, u64, usize, u8);

fn scope(n: usize) -> ScopeId {
    Catalog::builtin().scope_named(SCOPES[n]).unwrap()
}

fn use_of(&(day, hour, events, n, how): &Made) -> Use {
    let first = BEGIN.plus(day).start().plus(Span::hours(hour));
    let last = if events == 1 { first } else { first.plus(Span::seconds(events as i64 * 60)) };
    let mut scopes = vec![scope(n)];
    if how == 4 {
        scopes.push(scope((n + 1) % 3));
    }
    let mapping = Mapping {
        need: Need { scopes, access: Access::Write, query: false },
        confidence: Confidence::High,
        evidence: MappingEvidence::OperationPage,
        conflict: None,
    };
    Use {
        mapping: Arc::new(mapping),
        tier: if how == 3 { Tier::T5 } else { Tier::T2 },
        only_possible: false,
        kind: match how {
            1 => UseKind::Login { answered: true },
            2 => UseKind::Login { answered: false },
            _ => UseKind::Call,
        },
        count: Count { events, first, last },
        action: 0,
        agent: 0,
        link: None,
    }
}

fn uses(made: &[Made]) -> Vec<Use> {
    made.iter().map(use_of).collect()
}

/// Everything a stage borrows from.
struct World {
    tokens: Vec<Token>,
    enforcement: Enforcement,
    uses: Vec<Vec<Use>>,
    shared: Vec<Use>,
    unmapped: Vec<Unmapped>,
    log: LogView,
    given: Assumptions,
}

impl World {
    fn new(made: &[Vec<Made>], lag: i64) -> Self {
        let token = |n: usize| Token {
            id: n.to_string(),
            // One has always been there; the others came while the log ran.
            created: Some(BEGIN.plus(n as i32 * 25 - 1).start().plus(Span::hours(n as i64))),
            ..Token::default()
        };
        let as_of = BEGIN.plus(DAYS).start();
        Self {
            tokens: (0..made.len()).map(token).collect(),
            enforcement: Enforcement::Undated { so_far: vec![] },
            uses: made.iter().map(|m| uses(m)).collect(),
            shared: vec![],
            unmapped: vec![],
            log: LogView { from: Some(BEGIN.start()), rows: 1, days: 1, ..LogView::default() },
            given: Assumptions {
                as_of,
                ga: Day(0),
                enforced_on: None,
                window_start: None,
                window_end: None,
                lag: Span::days(lag),
                count_failed: false,
                lineage: true,
                risk_floor: 0.0,
            },
        }
    }

    fn with<T>(&self, see: impl FnOnce(&ReplayPlan<'_>) -> T) -> T {
        let histories: Vec<_> = self
            .uses
            .iter()
            .map(|own| by_scope(own, self.shared.iter(), std::iter::empty(), std::iter::empty(), None, false))
            .collect();
        let actors = self.tokens.iter().enumerate().map(|(n, token)| ReplayedToken {
            index: n,
            token,
            enforcement: &self.enforcement,
            log: Some(&self.log),
            scopes: histories[n].iter().map(|(s, h)| (*s, h, None)).collect(),
            uses: &self.uses[n],
            unmapped: &self.unmapped,
            may_have_needed: self.unmapped.iter().map(|u| (vec![scope(0)], u.count)).collect(),
        });
        let stage = ReplayPlan {
            catalog: Catalog::builtin(),
            given: &self.given,
            actors: actors.collect(),
            shared: vec![SharedCalls {
                uses: &self.shared,
                unmapped: &[],
                actors: (0..self.tokens.len()).collect(),
            }],
        };
        see(&stage)
    }

    fn on(&self, enforced: &str) -> (u64, u64, u64, usize) {
        let bound = Bound::parse(enforced).unwrap();
        self.with(|stage| {
            let r = stage.on(bound);
            (r.allowed, r.refused, r.cannot_say(), r.tokens_refused())
        })
    }
}

fn date(day: i32) -> String {
    BEGIN.plus(day).to_string()
}

#[test]
fn a_call_outside_the_window_is_refused_and_one_inside_keeps_what_follows() {
    let world = World::new(&[vec![(10, 2, 1, 0, 0), (50, 2, 1, 0, 0), (100, 2, 3, 0, 0)]], 0);
    // The window of day 60 holds the call of day 50; that of day 90 holds none.
    assert_eq!(world.on(&date(60)), (3, 0, 0, 0));
    assert_eq!(world.on(&date(90)), (0, 3, 0, 1));
    // The call of day 50 lies on the day the window of day 80 starts on, whose hour is not known.
    assert_eq!(world.on(&date(80)), (0, 0, 3, 0));
    // Calls on the date itself may have come before it; an instant tells.
    assert_eq!(world.on(&date(100)), (0, 0, 3, 0));
    let at = |hour: &str| world.on(&format!("{}T{hour}Z", date(100)));
    assert_eq!(at("02:00:00"), (0, 3, 0, 1));
    assert_eq!(at("02:00:30"), (2, 0, 0, 0), "the first of them lies in the window");
    assert_eq!(at("02:04:00"), (0, 0, 0, 0));
}

#[test]
fn a_day_that_the_log_lacks_or_a_start_before_it_leaves_doubt() {
    let made = [vec![(5, 2, 1, 0, 0), (100, 2, 3, 0, 0)]];
    let mut world = World::new(&made, 0);
    assert_eq!(world.on(&date(90)), (0, 3, 0, 1));
    world.log.gaps = vec![(BEGIN.plus(70), BEGIN.plus(71))];
    assert_eq!(world.on(&date(90)), (0, 0, 3, 0));
    assert_eq!(world.on(&date(70)), (0, 3, 0, 1));
    world.log.gaps.clear();
    world.log.from = Some(BEGIN.plus(61).start());
    assert_eq!(world.on(&date(90)), (0, 0, 3, 0));
    world.log.from = Some(BEGIN.plus(60).start());
    assert_eq!(world.on(&date(90)), (0, 3, 0, 1));
}

#[test]
fn weak_ties_leave_doubt_and_never_refuse() {
    let world = World::new(&[vec![(5, 2, 1, 0, 0), (70, 2, 1, 0, 3), (100, 2, 3, 0, 0)]], 0);
    assert_eq!(world.on(&date(90)), (0, 0, 3, 0), "the window holds a use that may be another token's");
    assert_eq!(world.on(&date(65)), (0, 3, 1, 1), "a call that may be another's is never refused for sure");
}

#[test]
fn tokens_younger_than_the_window_and_those_out_of_reach_are_told_apart() {
    let calls = vec![(5, 2, 1, 0, 0), (100, 2, 3, 0, 0)];
    let mut world = World::new(&[calls.clone(), calls.clone(), calls], 0);
    // Made on days -1, 24 and 49: the window of day 60 starts on day 30.
    world.with(|stage| {
        let r = stage.on(Bound::of_day(BEGIN.plus(60)));
        assert_eq!((r.replayed, r.untouched, r.left_out, r.refused), (2, 0, 1, 6));
        assert_eq!(r.first_refusal(), Some(BEGIN.plus(100).start().plus(Span::hours(2))));
    });
    world.enforcement = Enforcement::HoldsAll;
    world.with(|stage| {
        let r = stage.on(Bound::of_day(BEGIN.plus(60)));
        assert_eq!((r.replayed, r.untouched, r.allowed, r.refused), (0, 3, 9, 0));
    });
}

#[test]
fn a_list_that_is_known_is_held_against_the_whole_log() {
    let mut world = World::new(&[vec![(5, 2, 1, 0, 0), (6, 2, 2, 1, 0), (100, 2, 3, 0, 0)]], 0);
    world.enforcement = Enforcement::Granted(vec!["sql".into()]);
    world.with(|stage| {
        let r = stage.by_lists();
        assert_eq!((r.allowed, r.refused, r.replayed), (2, 4, 1));
    });
    world.enforcement = Enforcement::Undated { so_far: vec![] };
    assert_eq!(world.with(|stage| stage.by_lists().left_out), 1);
}

#[test]
fn the_worst_date_is_the_first_of_the_worst_and_the_typical_one_the_middle() {
    let world = World::new(&[vec![(5, 2, 1, 0, 0), (100, 2, 3, 0, 0)]], 0);
    let dates = world.with(|stage| stage.by_date()).unwrap();
    assert_eq!((dates.from, dates.last()), (BEGIN.plus(30), BEGIN.plus(DAYS - 1)));
    // Until day 35 the call of day 5 lies in the window, or on its first day.
    assert_eq!(dates.worst(), Some(BEGIN.plus(36)));
    assert_eq!(dates.refusing(), 100 - 36);
    assert_eq!(dates.followed(), (BEGIN.plus(30), BEGIN.plus(DAYS - 92)));
    let typical = dates.typical().unwrap();
    assert_eq!(dates.iter().find(|(day, _)| *day == typical).unwrap().1.refused, 3);
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    prop::collection::vec((0..DAYS, 0i64..23, 1u64..4, 0usize..3, 0u8..6), 0..14)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]
    /// The sweep over all dates, from change points, and the replay of each date on its own say the same.
    #[test]
    fn every_date_at_once_agrees_with_each_date_alone(
        tokens in prop::collection::vec(made(), 1..4),
        shared in made(),
        unmapped in prop::option::of(made()),
        gaps in prop::collection::vec((0..DAYS, 0i32..4), 0..2),
        late in 0i32..40,
        lag in 0i64..9,
    ) {
        let mut world = World::new(&tokens, lag);
        world.shared = uses(&shared).into_iter().map(|u| Use { tier: Tier::T5, ..u }).collect();
        world.unmapped = uses(&unmapped.unwrap_or_default()[..]).into_iter().take(2).map(|u| Unmapped { action: 0, count: u.count }).collect();
        world.log.gaps = gaps.iter().map(|&(first, n)| (BEGIN.plus(first), BEGIN.plus(first + n))).collect();
        world.log.from = Some(BEGIN.plus(late).start().plus(Span::hours(1)));
        let (dates, alone) = world.with(|stage| {
            let dates = stage.by_date();
            let alone: Vec<_> = dates.iter().flat_map(ByDate::iter).map(|(day, _)| {
                let r = stage.on(Bound::of_day(day));
                DateTally { refused: r.refused, cannot_say: r.cannot_say(), tokens: r.tokens_refused() as u64 }
            }).collect();
            (dates, alone)
        });
        prop_assert_eq!(dates.map_or_else(Vec::new, |d| d.dates), alone);
    }

    /// Without anything that leaves doubt, each call is refused exactly when no call of its scope lies in the window.
    #[test]
    fn agrees_with_looking_at_every_call(calls in made(), enforced in 31..DAYS, hour in 0i64..24) {
        let calls: Vec<Made> = calls.into_iter().map(|(d, h, _, s, _)| (d, h, 1, s, 0)).collect();
        let world = World::new(std::slice::from_ref(&calls), 0);
        let at = BEGIN.plus(enforced).start().plus(Span::hours(hour)).plus(Span::seconds(1800));
        let times: Vec<(Time, usize)> =
            calls.iter().map(|&(d, h, _, s, _)| (BEGIN.plus(d).start().plus(Span::hours(h)), s)).collect();
        let held = |scope: usize| times.iter().any(|(t, s)| *s == scope && *t < at && *t >= at.minus(Span::days(30)));
        let later = || times.iter().filter(|(t, _)| *t >= at);
        let expected = (
            later().filter(|(_, s)| held(*s)).count() as u64,
            later().filter(|(_, s)| !held(*s)).count() as u64,
        );
        let found = world.with(|stage| {
            let r = stage.on(Bound { time: at, whole_day: false });
            (r.allowed, r.refused, r.cannot_say())
        });
        prop_assert_eq!(found, (expected.0, expected.1, 0));
    }
}
