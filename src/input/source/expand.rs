//! From arguments (files, folders, patterns, `-`) to inputs, in an order that does not depend on the file system.

use super::{Input, InputOrigin, ReadProblem};
use globset::GlobBuilder;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// The inputs that arguments name.
#[derive(Debug, Default)]
pub struct Expanded {
    /// Sorted by path, with those that cannot be read.
    pub inputs: Vec<Input>,
    /// Number of hidden files and of files that only record how an export went.
    pub skipped: u64,
}

/// Expands arguments. A problem with one of them does not stop the others.
pub fn expand(arguments: &[PathBuf]) -> Expanded {
    let mut found = FoundInputs::default();
    for argument in arguments {
        if argument.as_os_str() == "-" {
            found.stdin = true;
        } else if argument.is_dir() {
            found.folder(argument, None);
        } else if argument.exists() {
            found.add(InputOrigin::File(argument.clone()));
        } else {
            found.pattern(argument);
        }
    }
    let stdin = found.stdin.then(|| Input::at(InputOrigin::Stdin));
    Expanded { inputs: stdin.into_iter().chain(found.inputs.into_values()).collect(), skipped: found.skipped }
}

#[derive(Default)]
struct FoundInputs {
    /// By canonical path, so that a file that is named twice is read once.
    inputs: BTreeMap<PathBuf, Input>,
    skipped: u64,
    stdin: bool,
}

impl FoundInputs {
    fn add(&mut self, origin: InputOrigin) {
        let (InputOrigin::File(path) | InputOrigin::Delta(path)) = &origin else { return };
        let place = path.canonicalize().unwrap_or_else(|_| path.clone());
        self.inputs.entry(place).or_insert_with(|| Input::at(origin));
    }

    fn problem(&mut self, path: &Path, problem: ReadProblem) {
        self.inputs.entry(path.to_owned()).or_insert_with(|| Input::unreadable(path, problem));
    }

    fn folder(&mut self, root: &Path, only: Option<&globset::GlobMatcher>) {
        let mut walk = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = walk.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    let why = match e.loop_ancestor() {
                        Some(up) => format!("the link leads back to {}", up.display()),
                        None => e.io_error().map_or_else(|| e.to_string(), ToString::to_string),
                    };
                    let path = e.path().unwrap_or(root).to_owned();
                    self.problem(&path, ReadProblem::Io(why));
                    continue;
                }
            };
            if entry.depth() > 0 && is_noise(entry.file_name()) {
                self.skipped += 1;
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
            } else if entry.file_type().is_dir() {
                if entry.path().join("_delta_log").is_dir() {
                    self.add(InputOrigin::Delta(entry.path().to_owned()));
                    walk.skip_current_dir();
                }
            } else if only.is_none_or(|glob| glob.is_match(entry.path())) {
                self.file(&entry);
            }
        }
    }

    fn file(&mut self, entry: &DirEntry) {
        if entry.file_type().is_file() {
            self.add(InputOrigin::File(entry.path().to_owned()));
        } else {
            self.skipped += 1;
        }
    }

    /// A pattern such as `logs/**/*.json`, if the shell did not expand it; otherwise a name that does not exist.
    fn pattern(&mut self, argument: &Path) {
        let missing = |found: &mut Self, why: &str| found.problem(argument, ReadProblem::Io(why.to_owned()));
        let Some(text) = argument.to_str().filter(|t| t.contains(['*', '?', '[', '{'])) else {
            return missing(self, "there is no such file or folder");
        };
        let Ok(glob) = GlobBuilder::new(text).literal_separator(true).build() else {
            return missing(self, "there is no such file, and as a pattern it is not valid");
        };
        let base: PathBuf = argument
            .iter()
            .take_while(|part| part.to_str().is_none_or(|p| !p.contains(['*', '?', '[', '{'])))
            .collect();
        let before = (self.inputs.len(), self.skipped);
        let matcher = glob.compile_matcher();
        if base.as_os_str().is_empty() {
            // Without `./` in front, as the pattern has none.
            for entry in std::fs::read_dir(".").into_iter().flatten().flatten() {
                let path = PathBuf::from(entry.file_name());
                if path.is_dir() {
                    self.folder(&path, Some(&matcher));
                } else if matcher.is_match(&path) && !is_noise(path.as_os_str()) {
                    self.add(InputOrigin::File(path));
                }
            }
        } else if base.is_dir() {
            self.folder(&base, Some(&matcher));
        }
        if before.0 == self.inputs.len() {
            missing(self, "no file matches the pattern");
        }
    }
}

/// Hidden files, and files that writers add to an export.
fn is_noise(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.')
        || ["_SUCCESS", "Thumbs.db", "desktop.ini"].contains(&&*name)
        || ["_started", "_committed", "_temporary"].iter().any(|p| name.starts_with(p))
        || name.ends_with(".crc")
}
