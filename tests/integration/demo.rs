//! `scopecast demo`, and the fixture it writes: the small form of the test story.

use super::common::{Ran, fixture, scopecast};
use flate2::read::MultiGzDecoder;
use scopecast_story::{DAYS, Day, Format, Size, Story};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

fn demo(dir: &Path) -> Ran {
    scopecast(["demo"]).arg(dir).run()
}

/// Every file below a folder, by its path.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(dir).into_iter().map(Result::unwrap);
    let name = |path: &Path| path.strip_prefix(dir).unwrap().to_str().unwrap().replace('\\', "/");
    entries
        .filter(|e| e.file_type().is_file())
        .map(|e| (name(e.path()), fs::read(e.path()).unwrap()))
        .collect()
}

/// The text of a file, unpacked: packed bytes may differ from one compressor to the next.
fn text(name: &str, bytes: &[u8]) -> String {
    let mut text = String::new();
    if name.ends_with(".gz") {
        MultiGzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes.to_vec()).unwrap().replace("\r\n", "\n");
    }
    text
}

#[test]
fn the_fixture_is_the_small_form_of_the_story() {
    let dir = tempfile::tempdir().unwrap();
    let story = Story::new(1, Day::parse("2026-09-12").unwrap(), Size::Small);
    story.write(dir.path(), Format::System, true).unwrap();
    let texts = |dir: &Path| -> BTreeMap<String, String> {
        files(dir).into_iter().map(|(name, bytes)| (name.clone(), text(&name, &bytes))).collect()
    };
    let (made, kept) = (texts(dir.path()), texts(&fixture("workspace")));
    let differ: Vec<_> =
        made.keys().chain(kept.keys()).filter(|name| made.get(*name) != kept.get(*name)).collect();
    assert!(
        differ.is_empty(),
        "{differ:?} differ. If the story was meant to change: rm -r fixtures/workspace && cargo run -p scopecast-story -- fixtures/workspace --small --gzip"
    );
    let size: usize = files(&fixture("workspace")).values().map(Vec::len).sum();
    assert!(size < 700_000, "{size} bytes");
}

#[test]
fn the_command_writes_the_fixture_and_says_what_is_in_it() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("new");
    let ran = demo(&dir);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (made, kept) = (files(&dir), files(&fixture("workspace")));
    assert_eq!(made.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>());
    assert!(made == kept, "the bytes of a file differ");
    let story = Story::new(1, Day::parse("2026-09-12").unwrap(), Size::Small);
    let (rows, tokens, dir) = (story.rows().len(), story.tokens().len(), dir.display());
    let said = format!(
        "{rows} audit rows of {DAYS} days, {tokens} tokens. {dir}/README.txt says what each token shows.\nNext: scopecast scan {dir} --as-of 2026-09-12\n"
    );
    assert_eq!(ran.stdout, said);
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("mine.txt"), "mine").unwrap();
    let ran = demo(dir.path());
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("is not empty. Name a new folder"), "{}", ran.stderr);
    assert_eq!(files(dir.path()).len(), 1);
}
