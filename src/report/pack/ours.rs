//! What of a folder scopecast wrote: only that is ever replaced or removed.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The file by which a folder is known as a pack.
pub(super) const MANIFEST: &str = "manifest.json";

/// The files of the pack in `dir`, as its manifest names them, relative to `dir`; `None` when there is no manifest of ours.
pub(super) fn files(dir: &Path) -> Option<BTreeSet<PathBuf>> {
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(dir.join(MANIFEST)).ok()?).ok()?;
    if manifest["tool"] != "scopecast" {
        return None;
    }
    let named = manifest["files"].as_array().into_iter().flatten();
    let inside = |path: &&str| {
        !path.is_empty() && Path::new(path).components().all(|c| matches!(c, Component::Normal(_)))
    };
    let named = named.filter_map(|f| f["path"].as_str()).filter(inside).map(PathBuf::from);
    Some(named.chain([PathBuf::from(MANIFEST)]).collect())
}

/// The first entry of a pack that no manifest of ours names, relative to `dir`. An empty folder counts as well: somebody made it.
pub(super) fn foreign(dir: &Path, ours: &BTreeSet<PathBuf>) -> io::Result<Option<PathBuf>> {
    let folders: BTreeSet<&Path> = ours.iter().flat_map(|f| f.ancestors().skip(1)).collect();
    for entry in walkdir::WalkDir::new(dir).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(io::Error::from)?;
        let path = entry.path().strip_prefix(dir).unwrap_or(entry.path());
        let is_ours = if entry.file_type().is_dir() { folders.contains(path) } else { ours.contains(path) };
        if !is_ours {
            return Ok(Some(path.to_owned()));
        }
    }
    Ok(None)
}

/// Removes the files of a pack, and the folders that are empty then. What else lies there stays.
pub(super) fn remove(dir: &Path) -> io::Result<()> {
    let Some(files) = files(dir) else { return Ok(()) };
    // The manifest goes last: as long as it is there, a later run can go on.
    for file in files.iter().filter(|f| *f != Path::new(MANIFEST)) {
        absent(fs::remove_file(dir.join(file)))?;
    }
    absent(fs::remove_file(dir.join(MANIFEST)))?;
    let mut folders: Vec<&Path> = files.iter().flat_map(|f| f.ancestors().skip(1)).collect();
    folders.sort_unstable_by_key(|f| std::cmp::Reverse(f.components().count()));
    folders.dedup();
    for folder in folders {
        // Fails where something else is left in it.
        let _ = fs::remove_dir(dir.join(folder));
    }
    Ok(())
}

/// What is not there need not be removed.
pub(super) fn absent(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
