//! `scopecast demo`, and the fixture that is its small form.

use assert_cmd::Command;
use flate2::read::MultiGzDecoder;
use scopecast::demo::{Format, Size, Story};
use scopecast::support::time::Day;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

fn scopecast(args: &[&str], dir: &Path) -> assert_cmd::assert::Assert {
    Command::cargo_bin("scopecast").unwrap().arg("demo").arg(dir).args(args).assert()
}

/// Every file below a folder by its path, unpacked: packed bytes may differ from one compressor to the next.
fn contents(dir: &Path) -> BTreeMap<String, String> {
    let files =
        walkdir::WalkDir::new(dir).into_iter().map(Result::unwrap).filter(|f| f.file_type().is_file());
    let content = |file: walkdir::DirEntry| {
        let name = file.path().strip_prefix(dir).unwrap().to_str().unwrap().replace('\\', "/");
        let bytes = fs::read(file.path()).unwrap();
        let mut text = String::new();
        if name.ends_with(".gz") {
            MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
        } else {
            text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
        }
        (name, text)
    };
    files.map(content).collect()
}

#[test]
fn the_fixture_is_the_small_form_of_the_demo() {
    let dir = tempfile::tempdir().unwrap();
    scopecast(&["--small", "--gzip"], dir.path()).success();
    let (made, kept) = (contents(dir.path()), contents(Path::new("fixtures/workspace")));
    let differ: Vec<_> =
        made.keys().chain(kept.keys()).filter(|name| made.get(*name) != kept.get(*name)).collect();
    assert!(
        differ.is_empty(),
        "{differ:?} differ. If the story was meant to change: rm -r fixtures/workspace && cargo run -- demo fixtures/workspace --small --gzip"
    );
    let size: u64 = walkdir::WalkDir::new("fixtures/workspace")
        .into_iter()
        .map(|f| f.unwrap().metadata().unwrap().len())
        .sum();
    assert!(size < 700_000, "{size} bytes");
}

#[test]
fn the_command_writes_what_the_library_writes() {
    let as_of = Day::parse("2026-09-12").unwrap();
    let story = Story::of_days(9, as_of, Size::Small, 12);
    for (format, name) in
        [(Format::Delivery, "delivery"), (Format::AccessLog, "access-log"), (Format::CsvSpark, "csv-spark")]
    {
        let (by_command, by_library) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        scopecast(&["--small", "--days", "12", "--seed", "9", "--format", name], by_command.path()).success();
        story.write(by_library.path(), format, false).unwrap();
        assert_eq!(contents(by_command.path()), contents(by_library.path()), "{name}");
    }
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("mine.txt"), "mine").unwrap();
    let run = scopecast(&[], dir.path()).code(2);
    let told = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(told.contains("is not empty. Name a new folder"), "{told}");
    assert_eq!(contents(dir.path()).len(), 1);
}

#[test]
fn a_date_that_is_none_is_refused_with_an_example() {
    let dir = tempfile::tempdir().unwrap();
    let run = scopecast(&["--as-of", "12.09.2026"], dir.path()).code(2);
    let told = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(told.contains("write it as 2026-09-12"), "{told}");
}
