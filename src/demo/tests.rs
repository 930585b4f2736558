use super::*;
use crate::time::{Span, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const AS_OF: &str = "2026-09-12";

fn story() -> Story {
    Story::new(1, Day::parse(AS_OF).unwrap(), Size::Small)
}

fn calls<'a>(story: &'a Story, name: &str) -> Vec<(&'a Row, &'a HttpCall)> {
    let id = &story.token(name).unwrap().id;
    let call = |row: &'a Row| row.call.as_ref().filter(|c| c.token_id == *id).map(|c| (row, c));
    let mut calls: Vec<_> = story.rows().iter().filter_map(call).collect();
    calls.dedup();
    calls
}

fn days_of(story: &Story, name: &str, service: &str) -> Vec<String> {
    calls(story, name)
        .iter()
        .filter(|(r, _)| r.service == service)
        .map(|(r, _)| r.time.day().to_string())
        .collect()
}

fn login_of<'a>(row: &'a Row, method: &str) -> Option<&'a str> {
    let param = |key: &str| row.params.iter().find(|(k, _)| *k == key).map(|(_, v)| v.as_str());
    (row.action == "tokenLogin" && param("authenticationMethod") == Some(method))
        .then(|| param("tokenId"))
        .flatten()
}

#[test]
fn the_same_seed_tells_the_same_story_and_another_one_other_ids() {
    assert_eq!(story().rows(), story().rows());
    let other = Story::new(2, Day::parse(AS_OF).unwrap(), Size::Small);
    assert_eq!(other.rows().len(), story().rows().len());
    assert_ne!(other.tokens()[0].id, story().tokens()[0].id);
}

#[test]
fn the_story_ends_before_its_date_and_no_day_of_it_is_empty() {
    let story = story();
    let end = Day::parse(AS_OF).unwrap();
    let days: BTreeSet<Day> = story.rows().iter().map(|r| r.time.day()).collect();
    assert_eq!((days.len(), days.first(), days.last()), (400, Some(&end.plus(-400)), Some(&end.plus(-1))));
    assert!(story.rows().is_sorted_by_key(|r| r.time));
    let caching = story.rows().iter().filter(|r| r.workspace == CACHING_WORKSPACE);
    let weekend: Vec<_> = caching.filter(|r| r.time.day().weekday() > 4).collect();
    assert!(weekend.is_empty(), "{weekend:?}");
}

#[test]
fn the_rare_calls_stand_on_their_days() {
    let story = story();
    let quarters = ["2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01"];
    assert_eq!(days_of(&story, "quarter-close", "unityCatalog"), quarters);
    assert_eq!(days_of(&story, "reporting-2025", "secrets"), quarters[..2]);
    assert_eq!(days_of(&story, "reporting-spring", "secrets"), quarters[2..]);
    assert!(days_of(&story, "reporting-autumn", "secrets").is_empty());
    assert_eq!(days_of(&story, "fiscal-catalog", "unityCatalog"), ["2025-08-11", "2026-08-10"]);
    assert_eq!(
        days_of(&story, "regulatory-export", "databrickssql"),
        ["2025-09-24", "2025-12-24", "2026-03-24", "2026-06-24"]
    );
    assert_eq!(
        days_of(&story, "terraform-ci", "secrets"),
        ["2025-08-15", "2025-11-15", "2026-02-15", "2026-05-15", "2026-08-15"]
    );
}

#[test]
fn a_token_logs_in_within_ten_seconds_of_its_calls_but_for_the_caching_workspace() {
    let story = story();
    let mut last = BTreeMap::new();
    let mut late = BTreeSet::new();
    for row in story.rows() {
        let key = (row.identity, row.address, row.agent.clone());
        if let Some(token) = login_of(row, "API_EXT_PAT_TOKEN") {
            last.insert(key, (row.time, token.to_owned()));
        } else if let Some(call) = &row.call {
            let login = last.get(&key);
            let near = |(at, token): &&(Time, String)| {
                row.time.since(*at) <= Span::seconds(10) && *token == call.token_id
            };
            if login.filter(near).is_none() {
                late.insert(row.workspace);
            }
        }
    }
    assert_eq!(late, BTreeSet::from([CACHING_WORKSPACE]));
}

#[test]
fn internal_logins_never_name_a_token_of_the_inventory() {
    let story = story();
    let internal: Vec<_> = story.rows().iter().filter_map(|r| login_of(r, "API_INT_PAT_TOKEN")).collect();
    assert!(internal.len() > 50);
    assert!(internal.iter().all(|id| id.len() == 64 && story.tokens().iter().all(|t| t.id != *id)));
}

#[test]
fn expectations_name_tokens_of_the_story_and_every_token_has_one() {
    let story = story();
    let named: BTreeSet<_> = story.expectations().iter().map(|e| e.token).collect();
    let told: BTreeSet<_> = story.tokens().iter().map(|t| t.name).collect();
    assert_eq!(named, told);
    let prefixes: BTreeSet<_> = story.tokens().iter().map(|t| &t.id[..12]).collect();
    assert_eq!(prefixes.len(), story.tokens().len());
}

#[test]
fn every_format_writes_the_rows_it_carries() {
    let story = Story::of_days(1, Day::parse(AS_OF).unwrap(), Size::Small, 20);
    let lines = |format: Format| {
        let dir = tempfile::tempdir().unwrap();
        story.write(dir.path(), format, false).unwrap();
        let companions = [
            "tokens.json",
            "users.json",
            "service-principals.json",
            "annotations.toml",
            "client-errors.log",
            "README.txt",
        ];
        for name in companions {
            fs::remove_file(dir.path().join(name)).unwrap();
        }
        let files = walkdir::WalkDir::new(dir.path())
            .into_iter()
            .map(Result::unwrap)
            .filter(|f| f.file_type().is_file());
        files.map(|f| fs::read_to_string(f.path()).unwrap().lines().count()).sum::<usize>()
    };
    let all = story.rows().len();
    let calls = story.rows().iter().filter(|r| r.call.is_some()).count();
    for format in [Format::System, Format::Text, Format::Delivery] {
        assert_eq!(lines(format), all, "{format:?}");
    }
    for format in [Format::Csv, Format::CsvSpark, Format::CsvPython] {
        assert!(lines(format) > all, "{format:?} has header lines");
    }
    assert_eq!(lines(Format::AccessLog), calls);
    assert!((calls..all).contains(&lines(Format::Azure)));
    assert!((20..all).contains(&lines(Format::EventHub)));
}
