//! A finished folder takes the place of another in one step.

use crate::unfinished::Unfinished;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A new, empty folder on the same file system as `dir`.
pub(super) fn beside(dir: &Path) -> io::Result<Unfinished> {
    let name = dir.file_name().ok_or_else(|| io::Error::other("the path does not end in a name"))?;
    let parent = parent(dir);
    fs::create_dir_all(&parent)?;
    let new = parent.join(format!(".{}.partial-{}", name.to_string_lossy(), std::process::id()));
    match fs::remove_dir_all(&new) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let new = Unfinished::new(new);
    fs::create_dir(new.path())?;
    Ok(new)
}

/// Puts `new` where `dir` is and removes what was there.
pub(super) fn into_place(new: &Path, dir: &Path) -> io::Result<()> {
    if !dir.exists() {
        return fs::rename(new, dir);
    }
    if !exchange(new, dir) {
        // Where the system cannot exchange two folders there is a moment with neither, but never a mix.
        let old = new.with_extension("old");
        fs::rename(dir, &old)?;
        fs::rename(new, dir)?;
        return fs::remove_dir_all(old);
    }
    fs::remove_dir_all(new)
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

fn parent(dir: &Path) -> PathBuf {
    match dir.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
