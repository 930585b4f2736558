//! Closes old days for good, and joins the files of each month.

use super::ingest::{Ingest, commit};
use super::manifest::{FileRole, LedgerFile, Manifest};
use super::new_files::NewFiles;
use super::stored::read_parts;
use crate::error::Error;
use crate::ledger::builder::LedgerBuilder;
use crate::support::time::Day;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Number of files of the ledger before and after.
    pub files: (usize, usize),
    /// Number of workspace-days that stay open.
    pub open: usize,
}

/// Closes every open day except the newest ones, where the next export continues, and joins the files of each month. The rows of
/// the ledger stay the same.
///
/// # Errors
/// There is no ledger, another run is writing it, it is damaged, or the disk refuses a write. The ledger is then unchanged.
pub fn compact(dir: &Path) -> Result<Compacted, Error> {
    let Some(manifest) = Manifest::read(dir)? else {
        return Err(Error::Usage(format!(
            "there is no ledger in {}. Name the folder that `scopecast ingest --ledger` wrote.",
            dir.display()
        )));
    };
    let before = manifest.files.len();
    let ingest = Ingest::open_any(dir)?;
    let newest = ingest.manifest.last.map(|t| t.day());
    // Open days of a build with other fingerprints cannot be continued, so all of them close.
    let keeps_newest = ingest.manifest.knows_fingerprints();
    let is_forced = |day: Day| !keeps_newest || newest.is_some_and(|last| day < last.plus(-1));
    let (mut manifest, added, _lock) = ingest.close(is_forced)?;
    manifest.renew_fingerprints();

    let mut files = NewFiles::new(dir, manifest.generation + 1);
    let mut groups: BTreeMap<(FileRole, String), Vec<LedgerFile>> = BTreeMap::new();
    for entry in
        manifest.files.iter().filter(|f| matches!(f.role, FileRole::Rows | FileRole::Days | FileRole::Facts))
    {
        let folder = entry.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        groups.entry((entry.role, folder)).or_default().push(entry.clone());
    }
    let sources = manifest.of_role(FileRole::Sources).count();
    if sources > 1 {
        let list = manifest.sources(dir)?;
        let lines = list.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>();
        files.lines(
            FileRole::Sources,
            "sources",
            &lines.map_err(|e| Error::Write { path: dir.into(), source: e.into() })?,
        )?;
    }
    let mut gone: Vec<String> = Vec::new();
    if sources > 1 {
        gone.extend(manifest.of_role(FileRole::Sources).map(|f| f.path.clone()));
    }
    for ((role, folder), entries) in groups.into_iter().filter(|(_, entries)| entries.len() > 1) {
        let mut joined = read_parts(dir, &entries.iter().collect::<Vec<_>>())?;
        joined.sort_names();
        let LedgerBuilder { names, mut parts } = joined;
        parts.add_up();
        files.parts(role, &folder, &names, &parts)?;
        gone.extend(entries.into_iter().map(|f| f.path));
    }
    let entries = files.finish()?;
    manifest.files.retain(|f| !gone.contains(&f.path));
    commit(dir, &mut manifest, entries)?;
    Ok(Compacted { files: (before, manifest.files.len()), open: added.open })
}
