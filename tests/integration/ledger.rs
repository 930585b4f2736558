//! A ledger on disk gives the report of a scan, however it was filled, and whatever killed the run that filled it.

use super::common::scopecast;
use scopecast::internals::ledger::store;
use scopecast::internals::ledger::table::write_parquet;
use scopecast_story::{Day, Format, Size, Story};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const AS_OF: &str = "2026-09-12";

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What lies beside the logs of a story.
fn beside(story: &Path) -> Vec<String> {
    let at = |name: &str| text(&story.join(name)).to_owned();
    let options = [
        ("--tokens", "tokens.json"),
        ("--annotations", "annotations.toml"),
        ("--denials", "client-errors.log"),
    ];
    let options = options.into_iter().flat_map(|(option, name)| [option.to_owned(), at(name)]);
    options.chain([at("users.json"), at("service-principals.json")]).collect()
}

fn judged(args: &[&str], more: &[String]) -> (Value, Value) {
    let mut run = scopecast(args.iter().copied()).arg("--format").arg("json").arg("--as-of").arg(AS_OF);
    for arg in more {
        run = run.arg(arg);
    }
    let ran = run.run();
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr));
    (report["findings"].clone(), report["tokens"].clone())
}

fn ingest(ledger: &Path, logs: &[&Path]) -> String {
    let run = scopecast(["ingest", "--ledger", text(ledger)]);
    logs.iter().fold(run, |run, log| run.arg(log)).exits(0)
}

/// The name of the ledger's folder differs from run to run.
fn plain(said: &str, ledger: &Path) -> String {
    said.replace(text(ledger), "LEDGER")
}

#[test]
fn a_report_from_a_ledger_is_the_report_of_a_scan_in_every_format() {
    let dir = tempfile::tempdir().unwrap();
    let story = Story::of_days(1, Day::parse(AS_OF).unwrap(), Size::Small, 60);
    for format in Format::ALL {
        let logs = dir.path().join(format!("{format:?}"));
        let ledger = dir.path().join(format!("{format:?}.ledger"));
        story.write(&logs, format, false).unwrap();
        ingest(&ledger, &[&logs]);
        let scanned = judged(&["scan", text(&logs)], &[]);
        let reported = judged(&["report", "--ledger", text(&ledger)], &beside(&logs));
        assert!(scanned == reported, "{format:?}");
        assert!(scanned.1.as_array().is_some_and(|tokens| tokens.len() > 5));
    }
}

fn months() -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir("fixtures/workspace/audit").unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn months_added_one_by_one_in_any_order_are_one_scan_and_compacting_changes_no_verdict() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("ledger");
    let mut months = months();
    let fixtures = Path::new("fixtures/workspace");
    // From both ends inwards, so that most seams close late.
    let mut backwards = months.split_off(months.len() / 2);
    backwards.reverse();
    for pair in months.iter().zip(&backwards) {
        ingest(&ledger, &[pair.1]);
        ingest(&ledger, &[pair.0]);
    }
    let scanned = judged(&["scan", text(fixtures)], &[]);
    let report = || judged(&["report", "--ledger", text(&ledger)], &beside(fixtures));
    assert!(scanned == report());
    scopecast(["compact", "--ledger", text(&ledger)]).exits(0);
    assert!(scanned == report());
    // A file that is in the ledger changes nothing.
    let manifest = fs::read(ledger.join("manifest.json")).unwrap();
    let said = ingest(&ledger, &[&months[0], &backwards[0]]);
    assert_eq!(
        plain(&said, &ledger).lines().next(),
        Some("Nothing new for the ledger LEDGER: 2 files are already in it.")
    );
    assert_eq!(fs::read(ledger.join("manifest.json")).unwrap(), manifest);
}

#[test]
fn a_ledger_table_is_read_like_a_log() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("ledger");
    let fixtures = Path::new("fixtures/workspace");
    ingest(&ledger, &[fixtures]);
    let tables = dir.path().join("tables");
    fs::create_dir(&tables).unwrap();
    let table = tables.join("ledger.parquet");
    write_parquet(store::load(&ledger).unwrap().ledger, fs::File::create(&table).unwrap()).unwrap();
    let scanned = judged(&["scan", text(fixtures)], &[]);
    assert!(scanned == judged(&["scan", text(&table)], &beside(fixtures)));
    assert!(scanned == judged(&["report", "--ledger", text(&tables)], &beside(fixtures)));
    let ran = scopecast(["scan", text(&table), text(fixtures)]).run();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("in a log and in a ledger table; they would count twice"), "{}", ran.stderr);
}

#[test]
fn what_a_run_did_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("ledger");
    let months = months();
    let first: Vec<&Path> = months[..3].iter().map(PathBuf::as_path).collect();
    let said = plain(&ingest(&ledger, &first), &ledger);
    assert!(said.starts_with("Added ") && said.contains(" from 3 files to the ledger LEDGER.\n"), "{said}");
    assert!(said.contains("stay open until the days beside them arrive."), "{said}");
    let both = ingest(&ledger, &[&months[2], &months[3], Path::new("fixtures/workspace/tokens.json")]);
    let both = plain(&both, &ledger);
    for part in [
        " from 1 file to the ledger LEDGER.\n",
        "\n1 file was already in it.\n",
        "\n1 file is no log and was left out. Token lists, annotations and client logs belong to `scopecast report`.\n",
    ] {
        assert!(both.contains(part), "{both}");
    }
}

#[test]
fn wrong_folders_and_missing_logs_end_in_a_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("ledger");
    let said = |args: &[&str]| {
        let ran = scopecast(args.iter().copied()).run();
        (ran.code, plain(&ran.stderr, &ledger).trim_end().to_owned())
    };
    let (code, why) = said(&["report", "--ledger", text(&ledger)]);
    assert_eq!(
        format!("{code} {why}"),
        "2 scopecast: there is no ledger in LEDGER. Make one with `scopecast ingest LOGS --ledger LEDGER`."
    );
    let (code, why) = said(&["report", "fixtures/workspace"]);
    assert_eq!(
        format!("{code} {why}"),
        "2 scopecast: no ledger is named. Add --ledger DIR, the folder that `scopecast ingest` wrote; `scopecast scan` reports on logs."
    );
    let (code, why) = said(&["ingest", "nowhere.json", "--ledger", text(&ledger)]);
    assert_eq!(
        format!("{code} {why}"),
        "2 scopecast: nowhere.json cannot be read: there is no such file or folder. Check its permissions and that it is complete. Nothing was added to the ledger."
    );
    let (code, why) = said(&["compact", "--ledger", text(&dir.path().join("none"))]);
    assert!(code == 2 && why.contains("there is no ledger in"), "{why}");
    let logs = months();
    ingest(&ledger, &[&logs[0]]);
    let (code, why) = said(&["report", "--ledger", text(&ledger), text(&logs[1]), "--as-of", "2025-09-01"]);
    assert!(code == 3 && why.is_empty(), "{code} {why}");
    let held = fs::File::open(ledger.join("lock")).unwrap();
    held.lock().unwrap();
    let (code, why) = said(&["ingest", text(&logs[1]), "--ledger", text(&ledger)]);
    assert_eq!(
        format!("{code} {why}"),
        "2 scopecast: another run is writing the ledger LEDGER. Wait for it to end, then run this again; nothing was changed."
    );
}

/// A workspace in a thousand files, as log delivery leaves it.
fn small_files(dir: &Path) {
    let story = Story::of_days(1, Day::parse(AS_OF).unwrap(), Size::Small, 60);
    story.write(&dir.join("story"), Format::System, false).unwrap();
    let files = walkdir::WalkDir::new(dir.join("story")).sort_by_file_name().into_iter().flatten();
    let logs = files.filter(|e| e.path().extension().is_some_and(|x| x == "json") && e.depth() > 1);
    let lines: Vec<String> = logs
        .flat_map(|e| fs::read_to_string(e.path()).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    fs::create_dir(dir.join("logs")).unwrap();
    for (n, lines) in lines.chunks(lines.len().div_ceil(1000)).enumerate() {
        fs::write(dir.join(format!("logs/{n:04}.json")), lines.join("\n")).unwrap();
    }
}

/// Killed at random moments, as often as `SCOPECAST_KILLS` says.
#[test]
fn a_run_that_is_killed_neither_loses_nor_doubles_a_row() {
    let dir = tempfile::tempdir().unwrap();
    small_files(dir.path());
    let (ledger, whole) = (dir.path().join("ledger"), dir.path().join("whole"));
    let logs = dir.path().join("logs");
    let start = Instant::now();
    ingest(&whole, &[&logs]);
    let usual = start.elapsed();
    let kills = std::env::var("SCOPECAST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(20_u32);
    for n in 0..kills {
        let mut run = Command::new(assert_cmd::cargo::cargo_bin("scopecast"))
            .args(["ingest", "--ledger", text(&ledger), text(&logs)])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Spread over the run, and a little beyond its end, in a fixed but scattered order.
        let share = f64::from((n * 7 + 3) % kills) / f64::from(kills);
        std::thread::sleep(Duration::from_secs_f64(usual.as_secs_f64() * 1.1 * share));
        run.kill().unwrap();
        run.wait().unwrap();
        // Now and then all begins anew, so that the first commit is hit as well.
        if n % 3 == 0 && ledger.join("manifest.json").exists() {
            // Either all of it is there or nothing: the manifest comes before the first file.
            if !store::load(&ledger).unwrap().sources.is_empty() {
                assert_same(&ledger, &whole);
            }
            fs::remove_dir_all(&ledger).unwrap();
        }
    }
    ingest(&ledger, &[&logs]);
    assert_same(&ledger, &whole);
}

#[track_caller]
fn assert_same(one: &Path, other: &Path) {
    let table = |dir: &Path| {
        let mut bytes = Vec::new();
        write_parquet(store::load(dir).unwrap().ledger, &mut bytes).unwrap();
        bytes
    };
    assert!(table(one) == table(other), "{} and {} differ", one.display(), other.display());
}
