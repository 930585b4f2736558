use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;

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

#[test]
fn packed_logs_unpack_to_the_plain_ones() {
    let story = Story::of_days(1, Day::parse(AS_OF).unwrap(), Size::Small, 3);
    let (plain, packed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    story.write(plain.path(), Format::System, false).unwrap();
    story.write(packed.path(), Format::System, true).unwrap();
    let bytes = fs::read(packed.path().join("audit/2026-09.json.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(text, fs::read_to_string(plain.path().join("audit/2026-09.json")).unwrap());
}

#[test]
fn the_inventory_lists_living_tokens_with_the_day_of_their_last_login() {
    let dir = tempfile::tempdir().unwrap();
    let story = story();
    story.write(dir.path(), Format::AccessLog, false).unwrap();
    let text = fs::read_to_string(dir.path().join("tokens.json")).unwrap();
    let listed: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let id = |name: &str| story.token(name).unwrap().id.clone();
    let entry = |name: &str| listed.iter().find(|t| t["token_id"] == id(name));
    assert_eq!(listed.len(), story.tokens().len() - 2);
    assert_eq!(entry("reporting-2025"), None);
    let idle = entry("regulatory-export").unwrap();
    assert_eq!(idle["last_used_day"], Day::parse("2026-06-24").unwrap().start().0 / 1000);
    assert_eq!(idle.get("autoscope_state"), None);
    assert_eq!(entry("terraform-ci").unwrap()["backfill_scopes"], serde_json::json!(["clusters", "jobs"]));
}

#[test]
fn each_csv_dialect_spells_nested_cells_its_own_way() {
    let story = Story::of_days(1, Day::parse(AS_OF).unwrap(), Size::Small, 12);
    let cells = |format: Format| {
        let dir = tempfile::tempdir().unwrap();
        story.write(dir.path(), format, false).unwrap();
        let mut table = csv::Reader::from_path(dir.path().join("audit/2026-09.csv")).unwrap();
        let records = table.records().map(Result::unwrap);
        records
            .map(|r| (r[12].to_owned(), r[13].to_owned()))
            .find(|(_, response)| response.contains("403"))
            .unwrap()
    };
    let error = "Provided access token does not have required scopes: sql";
    let id = "9f3ac17be2d04851";
    assert_eq!(
        cells(Format::Csv),
        (
            format!("{{\"id\":\"{id}\"}}"),
            format!("{{\"status_code\":\"403\",\"error_message\":\"{error}\",\"result\":null}}")
        )
    );
    assert_eq!(cells(Format::CsvSpark), (format!("{{id -> {id}}}"), format!("{{403, {error}, null}}")));
    assert_eq!(
        cells(Format::CsvPython),
        (format!("{{'id': '{id}'}}"), format!("Row(status_code=403, error_message='{error}', result=None)"))
    );
}
