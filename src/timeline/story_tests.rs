//! The dates and odds that the README of the test story names follow from its calls.

use super::cadence::{Cadence, UseHistory, cadence};
use super::loss_odds::odds;
use super::occurrences::UseDay;
use crate::input::story::{as_of, story};
use crate::support::time::{Day, Span, Time};
use scopecast_story::{DAYS, Story};

/// When a token called a service, and the cadence of these calls.
fn habit(story: &Story, name: &str, service: &str) -> (Vec<Time>, Cadence) {
    let id = &story.token(name).unwrap().id;
    let made = story.rows().iter().filter(|r| r.call.as_ref().is_some_and(|c| c.token_id == *id));
    let mut times: Vec<_> = made.filter(|r| r.service == service).map(|r| Time(r.time.0)).collect();
    // A few rows are delivered twice.
    times.dedup();
    let day = |&t: &Time| UseDay { day: t.day(), first: t, last: t, count: 1 };
    let days: Vec<_> = times.iter().map(day).collect();
    let from = as_of().plus(-400).start();
    let cadence = cadence(&UseHistory { days: &days, from, as_of: as_of().start(), gaps: &[] });
    (times, cadence)
}

#[test]
fn next_calls_and_odds_are_those_the_story_tells() {
    let story = story(DAYS);
    let day = |text: &str| Day::parse(text).unwrap();
    let next = |name: &str, service: &str| {
        let next = habit(&story, name, service).1.next.unwrap();
        (next.earliest.day(), next.latest.day())
    };
    let (enforced, idle_until) = (day("2026-09-20"), day("2026-06-24").plus(90));
    assert!(enforced < next("quarter-close", "unityCatalog").0);
    assert_eq!(next("quarter-close", "unityCatalog"), (day("2026-10-01"), day("2026-10-01")));
    assert!(idle_until < next("regulatory-export", "databrickssql").0);
    assert_eq!(next("regulatory-export", "databrickssql"), (day("2026-09-24"), day("2026-09-24")));
    assert_eq!(next("terraform-ci", "secrets"), (day("2026-11-15"), day("2026-11-15")));
    let (times, yearly) = habit(&story, "fiscal-catalog", "unityCatalog");
    assert_eq!(yearly.next, None, "two calls a year apart are no cadence yet");
    let odds = odds(&times, times[0], as_of().start(), Span::days(30), &[]).unwrap();
    assert_eq!(format!("{:.3}", odds.share()), "0.918");
}
