//! The rules of the source tree: one name for one type, short files, rooms that import backwards only.

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of `src` in the order in which data takes them. A room imports from itself and from rooms before it.
const ROOMS: [&str; 14] = [
    "error",
    "support",
    "input",
    "ledger",
    "context",
    "catalog",
    "attribute",
    "timeline",
    "assess",
    "analysis",
    "report",
    "pipeline",
    "command",
    "cli",
];
/// The most lines that a file may have without its tests.
const LINES: usize = 500;
/// The share of type definitions, in percent, whose name another definition has as well.
const SHARED_NAMES: usize = 8;

/// A file of `src` without comments and tests.
struct Source {
    path: PathBuf,
    /// Its module path: `src/a/b/mod.rs` and `src/a/b.rs` are `[a, b]`.
    module: Vec<String>,
    code: String,
}

/// Whether a file holds tests only: `tests.rs`, `story_tests.rs`, the sample report, the story as events.
fn is_test_material(path: &Path) -> bool {
    let stem = path.file_stem().unwrap().to_str().unwrap();
    stem.ends_with("tests")
        || path.starts_with("src/report/sample")
        || path == Path::new("src/input/story.rs")
}

fn sources() -> Vec<Source> {
    let entries = walkdir::WalkDir::new("src").sort_by_file_name().into_iter().map(Result::unwrap);
    let files = entries.map(walkdir::DirEntry::into_path);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
        let lines = text[..tests].lines().filter(|l| !l.trim_start().starts_with("//"));
        let code = lines.collect::<Vec<_>>().join("\n");
        let inside = path.strip_prefix("src").unwrap().with_extension("");
        let names = inside.iter().map(|n| n.to_str().unwrap().to_owned());
        Source { module: names.filter(|n| n != "mod").collect(), path, code }
    };
    let is_code = |p: &PathBuf| p.extension().is_some_and(|e| e == "rs") && !is_test_material(p);
    files.filter(is_code).map(read).collect()
}

/// The rooms that a file names, by `crate::room` or by enough `super::`.
fn named_rooms(source: &Source) -> BTreeSet<String> {
    let one = Regex::new(r"\bcrate::(\w+)").unwrap();
    let list = Regex::new(r"\bcrate::\{([^;]*)\};").unwrap();
    let relative = Regex::new(r"\b((?:super::)+)(\w+)").unwrap();
    let mut rooms: BTreeSet<String> = one.captures_iter(&source.code).map(|c| c[1].to_owned()).collect();
    for found in list.captures_iter(&source.code) {
        let mut depth = 0;
        let top = |c: char| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        };
        rooms.extend(found[1].split(top).map(|item| item.trim().split("::").next().unwrap().to_owned()));
    }
    for found in relative.captures_iter(&source.code) {
        if found[1].matches("super").count() == source.module.len() {
            rooms.insert(found[2].to_owned());
        }
    }
    rooms.retain(|room| ROOMS.contains(&room.as_str()));
    rooms
}

/// Of every room, the rooms its files name, each with one such file.
fn imports() -> BTreeMap<(String, String), PathBuf> {
    let mut imports = BTreeMap::new();
    for source in sources().into_iter().filter(|s| !["lib", "main"].contains(&s.module[0].as_str())) {
        let own = &source.module[0];
        for room in named_rooms(&source).into_iter().filter(|room| room != own) {
            imports.insert((own.clone(), room), source.path.clone());
        }
    }
    imports
}

fn place(room: &str) -> usize {
    ROOMS.iter().position(|r| *r == room).unwrap()
}

#[test]
fn every_room_is_in_the_list() {
    let found: BTreeSet<_> = sources().into_iter().map(|s| s.module[0].clone()).collect();
    let known = ROOMS.into_iter().chain(["lib", "main"]).map(str::to_owned).collect();
    assert_eq!(found, known);
}

#[test]
fn no_file_is_longer_than_its_reader_is_patient() {
    let lines = |s: &Source| {
        let text = fs::read_to_string(&s.path).unwrap();
        text[..text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len())].lines().count()
    };
    let long: Vec<_> =
        sources().into_iter().map(|s| (lines(&s), s.path)).filter(|(lines, _)| *lines > LINES).collect();
    assert!(long.is_empty(), "more than {LINES} lines without tests: {long:?}");
}

#[test]
fn a_type_name_stands_once() {
    let definition =
        Regex::new(r"(?m)^\s*(?:pub(?:\([a-z ]+\))? )?(?:struct|enum|trait|union) ([A-Z]\w*)").unwrap();
    let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for source in sources() {
        for found in definition.captures_iter(&source.code) {
            places.entry(found[1].to_owned()).or_default().push(source.path.clone());
        }
    }
    let all: usize = places.values().map(Vec::len).sum();
    let shared: Vec<_> = places.into_iter().filter(|(_, places)| places.len() > 1).collect();
    let definitions: usize = shared.iter().map(|(_, places)| places.len()).sum();
    assert!(
        definitions * 100 <= all * SHARED_NAMES,
        "{definitions} of {all} type definitions share their name, at most {SHARED_NAMES} % may: {shared:#?}"
    );
}

#[test]
fn rooms_import_from_rooms_before_them() {
    let forward: Vec<_> =
        imports().into_iter().filter(|((room, from), _)| place(from) > place(room)).collect();
    assert!(forward.is_empty(), "a room imports from a later one: {forward:#?}");
}
