//! Folders and files that are not complete yet: they are removed if the run is interrupted.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

static PATHS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A path that is removed when this value is dropped, unless it was finished.
#[derive(Debug)]
pub struct TempPath {
    path: PathBuf,
    keep: bool,
}

impl TempPath {
    /// Registers a path at which something is about to be made.
    pub fn new(path: PathBuf) -> Self {
        paths().push(path.clone());
        Self { path, keep: false }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps it: it is complete, or was moved.
    pub fn finish(mut self) {
        self.keep = true;
    }
}

impl Drop for TempPath {
    fn drop(&mut self) {
        paths().retain(|p| *p != self.path);
        if !self.keep {
            remove(&self.path);
        }
    }
}

/// Removes all of them, as the last act of an interrupted process. Other threads may still be writing, so it tries repeatedly.
pub fn remove_all() {
    for path in paths().iter() {
        for _ in 0..20 {
            remove(path);
            if fs::symlink_metadata(path).is_err() {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Failure is ignored: the name of what remains says that it is partial.
fn remove(path: &Path) {
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}

fn paths() -> std::sync::MutexGuard<'static, Vec<PathBuf>> {
    PATHS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_finished_stays() {
        let root = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            let path = root.path().join(name);
            fs::create_dir(&path).unwrap();
            fs::write(path.join("half"), "x").unwrap();
            TempPath::new(path)
        };
        drop(make("dropped"));
        let kept = make("kept");
        kept.finish();
        assert!(!root.path().join("dropped").exists());
        assert!(root.path().join("kept/half").exists());
    }
}
