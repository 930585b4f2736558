//! What the fuzzer checks, over the fixtures and over the inputs in `tests/fuzz/hard`: `.ci/fuzz` looks for more.

use super::common::fixture;
use std::fs;
use std::path::{Path, PathBuf};

#[allow(unreachable_pub, missing_docs, reason = "a library of its own, and a module here")]
#[path = "../fuzz/src/lib.rs"]
mod checks;

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    entries.filter(|e| e.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// Runs a target and names the file it broke on.
#[track_caller]
fn holds(target: &str, file: &Path) {
    let bytes = fs::read(file).unwrap();
    let outcome = std::panic::catch_unwind(|| checks::run(target, &bytes));
    assert!(outcome.is_ok(), "{target} breaks on {}", file.display());
}

#[test]
fn inputs_that_broke_something_or_well_might_break_nothing() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/hard");
    let mut count = 0;
    for folder in fs::read_dir(&found).unwrap().map(|e| e.unwrap().path()) {
        let target = folder.file_name().unwrap().to_str().unwrap().to_owned();
        for file in files(&folder) {
            holds(&target, &file);
            count += 1;
        }
    }
    assert!(count > 0);
}

#[test]
fn the_fixtures_break_no_target() {
    let small =
        |name: &str| files(&fixture(name)).into_iter().filter(|f| f.metadata().unwrap().len() < 20_000);
    for file in ["broken", "denials", "inventory", "catalog"].into_iter().flat_map(small) {
        // A whole report of each takes too long here.
        for (target, _) in checks::TARGETS.iter().filter(|(t, _)| !["report", "parquet"].contains(t)) {
            holds(target, &file);
        }
    }
}
