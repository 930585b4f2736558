//! A finished folder takes the place of another in one step.
//!
//! A run that is killed leaves at most its unfinished folder behind, with a marker in it. Whoever writes holds a lock on that
//! folder, so the next run can tell an abandoned one and remove it. Nothing without the marker, or the manifest of a pack, is
//! touched, whatever its name.

use super::ours::{self, absent};
use crate::support::temp_path::TempPath;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The file that marks a folder as unfinished.
const MARKER: &str = ".scopecast-partial";

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
    if !dir.exists() && is_folder(&old) && ours::files(&old).is_some() {
        // A run was killed between the two steps that a file system without an exchange takes.
        fs::rename(&old, dir)?;
    }
    let path = parent.join(format!("{prefix}{}", std::process::id()));
    if fs::symlink_metadata(&path).is_ok() {
        return Err(occupied(&path));
    }
    let new = TempPath::new(path);
    fs::create_dir(new.path())?;
    fs::write(new.path().join(MARKER), "scopecast is writing a report here\n")?;
    let lock = File::open(new.path()).ok().filter(|folder| folder.try_lock().is_ok());
    Ok(Partial { new, _lock: lock })
}

/// Removes what killed runs left.
fn sweep(parent: &Path, prefix: &str) -> io::Result<()> {
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        let name = entry.file_name();
        let number = name.to_str().and_then(|n| n.strip_prefix(prefix)).unwrap_or_default();
        let is_partial = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        // A folder that cannot be locked may be in use: it stays.
        if is_partial
            && entry.file_type()?.is_dir()
            && File::open(entry.path()).is_ok_and(|folder| folder.try_lock().is_ok())
        {
            // What cannot be removed stays; its name says what it is.
            let _ = abandon(&entry.path());
        }
    }
    Ok(())
}

/// Whether a path is a folder, not a link to one.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// Removes an abandoned folder: an unfinished one whole, of a pack its own files.
fn abandon(path: &Path) -> io::Result<()> {
    if path.join(MARKER).is_file() {
        return absent(fs::remove_dir_all(path));
    }
    ours::remove(path)?;
    // Fails where it holds something of somebody else.
    let _ = fs::remove_dir(path);
    Ok(())
}

/// Puts `new` where `dir` is and removes the pack that was there.
pub(super) fn into_place(partial: Partial, dir: &Path) -> io::Result<()> {
    let Partial { new, _lock } = partial;
    let path = new.path().to_owned();
    fs::remove_file(path.join(MARKER))?;
    if !dir.exists() {
        fs::rename(&path, dir)?;
        new.finish();
        return Ok(());
    }
    // From here on the path may hold the earlier pack, so it must not be removed as a whole.
    new.finish();
    if exchange(&path, dir)? {
        // The new pack is in place. An earlier one that cannot be removed stays next to it.
        let _ = abandon(&path);
        return Ok(());
    }
    // Where the system cannot exchange two folders there is a moment with neither, but never a mix.
    let old = old(dir);
    if fs::symlink_metadata(&old).is_ok() {
        if is_folder(&old) {
            abandon(&old)?;
        }
        if fs::symlink_metadata(&old).is_ok() {
            return Err(occupied(&old));
        }
    }
    fs::rename(dir, &old)?;
    fs::rename(&path, dir)?;
    let _ = abandon(&old);
    Ok(())
}

fn occupied(path: &Path) -> io::Error {
    io::Error::other(format!("{} is in the way and scopecast did not write it: move it", path.display()))
}

/// Swaps two folders in one step; false where the file system cannot.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(a: &Path, b: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Where the earlier folder lies for a moment, on file systems that cannot exchange two.
fn old(dir: &Path) -> PathBuf {
    let name = dir.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    parent(dir).join(format!(".{name}.old"))
}

fn parent(dir: &Path) -> PathBuf {
    match dir.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
