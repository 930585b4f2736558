//! What goes wrong around a run: full disks, missing permissions, vanished files, closed pipes, Ctrl-C, clocks, locales.
//!
//! Where the system does not let a fault be made, a line on standard error says so, and `.ci/run` refuses to go on.

#![cfg(unix)]

use super::common::scopecast;
use scopecast::internals::progress::Silent;
use scopecast::internals::read::{ReadOptions, read_logs};
use scopecast::internals::source::expand;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_scopecast");
const STORY: [&str; 4] = ["scan", "fixtures/workspace", "--as-of", "2026-09-12"];

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// In the checks of this repository nothing may be left out.
#[expect(clippy::print_stderr, reason = "whoever runs the tests is told what was not")]
fn cannot(why: &str) {
    assert!(std::env::var_os("SCOPECAST_CHECKS").is_none(), "{why}");
    eprintln!("NOT CHECKED: {why}");
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0)
}

/// The binary where a user without rights can start it.
fn for_everybody(folder: &Path) -> PathBuf {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    let copy = folder.join("scopecast");
    fs::copy(BINARY, &copy).unwrap();
    copy
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn row(n: u32) -> String {
    format!(
        "{{\"workspace_id\":\"77\",\"event_time\":\"2024-02-0{n}T00:00:00.000Z\",\"service_name\":\"jobs\",\"action_name\":\"runNow\",\"event_id\":\"{n}\"}}\n"
    )
}

#[test]
fn a_full_disk_leaves_no_half_pack() {
    let dir = tempfile::tempdir().unwrap();
    // A file system of its own, seen by these processes only and gone with them.
    let script = "mount -t tmpfs -o size=200k tmpfs \"$1\" || exit 99; shift; \"$@\"; echo \"code $?\"; ls -A \"$DIR\"";
    let ran = Command::new("unshare")
        .args(["--mount", "--map-root-user", "sh", "-c", script, "sh", text(dir.path()), BINARY])
        .args(STORY)
        .args(["--out", text(&dir.path().join("pack"))])
        .env("DIR", dir.path())
        .output();
    let Some(ran) = ran.ok().filter(|ran| !ran.stdout.is_empty()) else {
        return cannot("a full disk: unshare and mount are not allowed here");
    };
    let (out, err) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap());
    assert_eq!(out, "code 2\n", "{err}");
    assert!(err.contains("cannot write") && err.contains("has room"), "{err}");
}

#[test]
fn a_full_standard_output_is_an_error_and_a_closed_one_is_none() {
    if !Path::new("/dev/full").exists() {
        return cannot("a full output: there is no /dev/full");
    }
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran = Command::new(BINARY).args(STORY).stdout(full).output().unwrap();
    let err = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(3), "{err}");
    assert!(err.contains("cannot write the report: No space left on device"), "{err}");

    for args in [&STORY[..], &["catalog", "list"], &["completions", "bash"], &["man"], &["--help"]] {
        let mut child =
            Command::new(BINARY).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn an_output_folder_that_cannot_be_is_told_before_anything_is_read() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "mine").unwrap();
    let foreign = dir.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("precious"), "mine").unwrap();
    for (out, words) in [
        (dir.path().join("file/pack"), "cannot write"),
        (PathBuf::from("/proc/pack"), "cannot write"),
        (foreign, "Name a new folder"),
    ] {
        // The logs come from a pipe nobody ever fills: whoever wants to read them first waits for ever.
        let mut child = Command::new(BINARY)
            .args(["scan", "-", "--out", text(&out)])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert!(err.contains(words), "{}: {err}", out.display());
        assert_eq!(child.wait().unwrap().code(), Some(2));
    }
    assert_eq!(names(dir.path()), ["file", "foreign"]);
}

#[test]
fn what_may_not_be_read_or_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let binary = for_everybody(dir.path());
    let logs = dir.path().join("logs");
    fs::create_dir(&logs).unwrap();
    for n in 1..=2 {
        fs::write(logs.join(format!("{n}.json")), row(n)).unwrap();
    }
    fs::set_permissions(logs.join("2.json"), fs::Permissions::from_mode(0o0)).unwrap();
    let mine = dir.path().join("mine");
    fs::create_dir(&mine).unwrap();
    let ran = |args: &[&str]| {
        let mut command = Command::new(&binary);
        command.args(args);
        if is_root() {
            // Nothing is forbidden to root.
            command.uid(65534).gid(65534);
        }
        let ran = command.output().unwrap();
        (ran.status.code(), String::from_utf8(ran.stdout).unwrap() + &String::from_utf8(ran.stderr).unwrap())
    };
    let (code, said) = ran(&["scan", text(&logs), "--as-of", "2024-02-09"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("2.json") && said.contains("Permission denied"), "{said}");

    fs::set_permissions(&logs, fs::Permissions::from_mode(0o0)).unwrap();
    let (code, said) = ran(&["scan", text(&logs)]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("Permission denied"), "{said}");
    fs::set_permissions(&logs, fs::Permissions::from_mode(0o755)).unwrap();

    fs::set_permissions(&mine, fs::Permissions::from_mode(0o555)).unwrap();
    let (code, said) = ran(&["scan", text(&logs), "--out", text(&mine.join("pack"))]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("Check that the folder exists, is writable"), "{said}");
    let (code, said) = ran(&["scan", text(&logs), "--tokens", text(&logs.join("2.json"))]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("Permission denied"), "{said}");
}

#[test]
fn a_file_that_vanishes_or_shrinks_after_it_was_listed_is_named() {
    let dir = tempfile::tempdir().unwrap();
    for n in 1..=3 {
        fs::write(dir.path().join(format!("{n}.json")), row(n)).unwrap();
    }
    let inputs = expand(&[dir.path().to_owned()]).inputs;
    fs::remove_file(dir.path().join("2.json")).unwrap();
    let (_, summaries) = read_logs(&inputs, &ReadOptions::default(), &Silent, Rows::default);
    let problems: Vec<_> = summaries.iter().map(|s| s.problem.as_ref().map(ToString::to_string)).collect();
    assert!(problems[1].as_ref().unwrap().contains("No such file"), "{problems:?}");
    assert_eq!((&problems[0], &problems[2]), (&None, &None));

    let scopecast::internals::source::Bytes::Plain(plain) =
        inputs[0].open(&ReadOptions::default().limits).unwrap()
    else {
        panic!("a plain file");
    };
    fs::write(dir.path().join("1.json"), "{}").unwrap();
    let told = plain.read_range(0, plain.size, &mut Vec::new()).unwrap_err().to_string();
    assert!(told.contains("became shorter while it was read"), "{told}");
    let mut stream = scopecast::internals::source::Bytes::Plain(plain).into_stream();
    let mut all = Vec::new();
    assert_eq!(stream.read_into(&mut all, 100), Ok(2));
    let told = stream.read_into(&mut all, 100).unwrap_err().to_string();
    assert!(told.contains("became shorter while it was read"), "{told}");
}

#[derive(Default)]
struct Rows(u64);

impl scopecast::internals::event::EventSink for Rows {
    fn event(&mut self, _: &scopecast::internals::event::Event<'_>) {
        self.0 += 1;
    }
}

#[test]
fn an_interrupted_or_terminated_run_says_so_and_leaves_nothing() {
    ["-INT", "-TERM"].iter().for_each(|signal| stopped_by(signal));
}

fn stopped_by(signal: &str) {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(BINARY)
        .args(["scan", "-", "--out", text(&dir.path().join("pack"))])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(row(1).as_bytes()).unwrap();
    // The place beside it is taken before anything is read.
    while names(dir.path()).is_empty() {
        std::thread::yield_now();
    }
    assert!(names(dir.path())[0].starts_with(".pack.partial-"));
    let killed = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let status = child.wait().unwrap();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(status.code(), Some(130), "{err}");
    assert_eq!(
        err,
        "\nscopecast: interrupted. Nothing half-written is left; start it again to get a report.\n"
    );
    assert_eq!(names(dir.path()), [""; 0]);
    drop(input);
}

#[test]
fn a_log_that_ends_long_before_today_is_told_unless_the_moment_was_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log.json");
    fs::write(&log, row(1)).unwrap();
    let ran = scopecast(["scan", text(&log)]).run();
    assert!(ran.stderr.contains("days before this machine's clock"), "{}", ran.stderr);
    assert!(!ran.stdout.contains("clock"));
    assert_eq!(scopecast(["scan", text(&log), "--as-of", "2024-02-02"]).run().stderr, "");
    // Years that are still to come.
    fs::write(&log, row(1).replace("2024", "2094")).unwrap();
    let ran = scopecast(["scan", text(&log)]).run();
    assert!(ran.stderr.contains("one of the two is wrong"), "{}", ran.stderr);
}

#[test]
fn neither_locale_nor_time_zone_changes_a_byte() {
    let report = |zone: &str, locale: &str| {
        let run = STORY.iter().fold(scopecast([""; 0]), |run, arg| run.arg(arg));
        let run = run.arg("--all").env("TZ", zone).env("LC_ALL", locale).env("LANG", locale);
        run.exits(0)
    };
    let here = report("UTC", "C");
    for (zone, locale) in
        [("Pacific/Kiritimati", "tr_TR.UTF-8"), ("America/St_Johns", "de_DE.UTF-8"), ("no/such/zone", "xx")]
    {
        assert!(report(zone, locale) == here, "{zone} {locale}");
    }
}

#[test]
fn more_than_the_memory_allows_is_refused_and_not_reported_in_part() {
    let ran = scopecast(STORY).arg("--memory").arg("300KiB").run();
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert_eq!(ran.stdout, "");
    assert!(
        ran.stderr.contains("need more memory than 300.0 KiB") && ran.stderr.contains("--memory"),
        "{}",
        ran.stderr
    );
    let usual = scopecast(STORY).exits(0);
    assert_eq!(scopecast(STORY).arg("--memory").arg("1GiB").exits(0), usual);
    assert_eq!(scopecast(STORY).arg("--memory").arg("lots").run().code, 2);
}

#[test]
fn progress_is_silent_where_there_is_no_terminal() {
    let mut child =
        Command::new(BINARY).args(STORY).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().count();
    assert_eq!((lines, child.wait().unwrap().code()), (0, Some(0)));
}
