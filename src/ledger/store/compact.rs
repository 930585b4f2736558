//! Closes old days for good, and makes one file of many.

use super::files::NewFiles;
use super::ingest::{Ingest, commit, tidy};
use super::load::gather;
use super::manifest::{Entry, Manifest, Role};
use crate::error::Error;
use crate::ledger::gather::Gather;
use crate::support::time::Day;
use std::collections::BTreeMap;
use std::path::Path;

/// What compacting did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Files of the ledger before and after.
    pub files: (usize, usize),
    /// Workspace-days that stay open.
    pub open: usize,
}

/// Closes every open day but those of the newest edge, where the next export goes on, and joins the files of each month. The
/// ledger's rows stay what they are.
///
/// # Errors
/// There is no ledger, another run writes it, it is damaged, or the disk refuses; it is then what it was.
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
    // Open days of a build with other fingerprints cannot be continued, so none is left.
    let keeps_newest = ingest.manifest.knows_fingerprints();
    let is_forced = |day: Day| !keeps_newest || newest.is_some_and(|last| day < last.plus(-1));
    let (mut manifest, added, _lock) = ingest.close(is_forced)?;
    manifest.renew_fingerprints();

    let mut files = NewFiles::new(dir, manifest.generation + 1);
    let mut groups: BTreeMap<(Role, String), Vec<Entry>> = BTreeMap::new();
    for entry in manifest.files.iter().filter(|f| matches!(f.role, Role::Rows | Role::Days | Role::Facts)) {
        let folder = entry.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        groups.entry((entry.role, folder)).or_default().push(entry.clone());
    }
    let sources = manifest.of_role(Role::Sources).count();
    if sources > 1 {
        let list = manifest.sources(dir)?;
        let lines = list.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>();
        files.lines(
            Role::Sources,
            "sources",
            &lines.map_err(|e| Error::Write { path: dir.into(), source: e.into() })?,
        )?;
    }
    let mut gone: Vec<String> = Vec::new();
    if sources > 1 {
        gone.extend(manifest.of_role(Role::Sources).map(|f| f.path.clone()));
    }
    for ((role, folder), entries) in groups.into_iter().filter(|(_, entries)| entries.len() > 1) {
        let mut parts: Gather = gather(dir, &entries.iter().collect::<Vec<_>>())?;
        let names = parts.sort_names();
        tidy(&mut parts);
        files.parts(role, &folder, &names, &parts)?;
        gone.extend(entries.into_iter().map(|f| f.path));
    }
    let entries = files.finish()?;
    manifest.files.retain(|f| !gone.contains(&f.path));
    commit(dir, &mut manifest, entries)?;
    Ok(Compacted { files: (before, manifest.files.len()), open: added.open })
}
