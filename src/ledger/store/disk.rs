//! Writes that survive a crash.

use crate::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Makes sure that the names in a folder are on the disk itself.
pub(super) fn sync(folder: &Path) -> Result<(), Error> {
    let done = File::open(folder).and_then(|f| f.sync_all());
    done.map_err(|source| Error::Write { path: folder.into(), source })
}

/// Replaces a file in one step: a reader sees either the old content or the new one.
pub(super) fn replace(dir: &Path, name: &str, text: &[u8]) -> Result<(), Error> {
    let (new, old) = (dir.join(format!("{name}.new")), dir.join(name));
    let failed = |source| Error::Write { path: new.clone(), source };
    // A link of that name would lead the write elsewhere.
    if fs::symlink_metadata(&new).is_ok() {
        fs::remove_file(&new).map_err(failed)?;
    }
    let mut file = File::create_new(&new).map_err(failed)?;
    file.write_all(text).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&new, &old).map_err(failed)?;
    sync(dir)
}
