//! A finished folder takes the place of another in one step.
//!
//! A run that is killed leaves at most its unfinished folder behind. Whoever writes holds a lock on that folder, so that the
//! next run can tell what nobody is writing any more, and removes it.

use crate::support::temp_path::TempPath;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A folder being written; it goes away when nothing comes of it.
#[derive(Debug)]
pub(super) struct Partial {
    new: TempPath,
    /// Where folders can be locked; held as long as somebody writes.
    _lock: Option<File>,
}

impl Partial {
    pub(super) fn path(&self) -> &Path {
        self.new.path()
    }
}

/// A new, empty folder on the same file system as `dir`.
pub(super) fn beside(dir: &Path) -> io::Result<Partial> {
    let name = dir.file_name().ok_or_else(|| io::Error::other("the path does not end in a name"))?;
    let parent = parent(dir);
    fs::create_dir_all(&parent)?;
    let prefix = format!(".{}.partial-", name.to_string_lossy());
    sweep(&parent, &prefix)?;
    let old = old(dir);
    if !dir.exists() && old.exists() {
        // A run was killed between the two steps that a file system without an exchange takes.
        fs::rename(&old, dir)?;
    }
    let path = parent.join(format!("{prefix}{}", std::process::id()));
    gone(fs::remove_dir_all(&path))?;
    let new = TempPath::new(path);
    fs::create_dir(new.path())?;
    let lock = File::open(new.path()).ok().filter(|folder| folder.try_lock().is_ok());
    Ok(Partial { new, _lock: lock })
}

/// Removes what killed runs left.
fn sweep(parent: &Path, prefix: &str) -> io::Result<()> {
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        let is_partial = entry.file_name().to_string_lossy().starts_with(prefix);
        // A folder that cannot be opened and locked may be in use, so it stays.
        if is_partial && File::open(entry.path()).is_ok_and(|folder| folder.try_lock().is_ok()) {
            gone(fs::remove_dir_all(entry.path()))?;
        }
    }
    Ok(())
}

/// Puts `new` where `dir` is and removes what was there.
pub(super) fn into_place(new: &Path, dir: &Path) -> io::Result<()> {
    if !dir.exists() {
        return fs::rename(new, dir);
    }
    if !exchange(new, dir) {
        // Where the system cannot exchange two folders there is a moment with neither, but never a mix.
        let old = old(dir);
        gone(fs::remove_dir_all(&old))?;
        fs::rename(dir, &old)?;
        fs::rename(new, dir)?;
        return gone(fs::remove_dir_all(old));
    }
    gone(fs::remove_dir_all(new))
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(a: &Path, b: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}

/// Where the folder before lies for a moment, on file systems that cannot exchange two.
fn old(dir: &Path) -> PathBuf {
    let name = dir.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    parent(dir).join(format!(".{name}.old"))
}

/// What is not there need not be removed.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn parent(dir: &Path) -> PathBuf {
    match dir.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
