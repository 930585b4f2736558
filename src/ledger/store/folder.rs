//! The folder of a ledger: which of its files are ours, and in which folder the rows of a workspace and month are.

use super::manifest::Manifest;
use crate::error::Error;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const FOLDERS: [&str; 7] = ["rows", "days", "facts", "open", "pending", "prints", "sources"];

/// Makes sure that a folder can hold a ledger, and creates it if it is missing.
///
/// # Errors
/// The folder holds other files and no ledger.
pub(super) fn prepare(dir: &Path) -> Result<(), Error> {
    fs::create_dir_all(dir).map_err(|source| Error::Write { path: dir.into(), source })?;
    if Manifest::read(dir)?.is_some() {
        return Ok(());
    }
    let entries = fs::read_dir(dir).map_err(|source| Error::Read { path: dir.into(), source })?;
    let is_ours = |name: &str| FOLDERS.contains(&name) || name == "lock" || name == "manifest.json.new";
    let stranger = entries.flatten().map(|e| e.file_name()).find(|n| !n.to_str().is_some_and(is_ours));
    if stranger.is_some() {
        return Err(Error::Usage(format!(
            "{} holds other files and no ledger. Name a new folder, so that nothing of yours is mixed in.",
            dir.display()
        )));
    }
    // A manifest is written before the first data file, so these files are from elsewhere, or their manifest was lost.
    match data_files(dir).next() {
        Some(path) => Err(Error::Usage(format!(
            "{} has no manifest.json, but holds data files such as {}. Nothing was changed. If it was a ledger, restore \
             manifest.json from a copy; otherwise name a new folder.",
            dir.display(),
            path.display()
        ))),
        None => Ok(()),
    }
}

/// Deletes files that an interrupted run left behind: those with names of ours that the manifest does not list.
pub(super) fn sweep(dir: &Path, manifest: &Manifest) -> Result<(), Error> {
    let named: BTreeSet<PathBuf> = manifest.files.iter().map(|f| dir.join(&f.path)).collect();
    for path in data_files(dir).filter(|path| !named.contains(path)) {
        fs::remove_file(&path).map_err(|source| Error::Write { path: path.clone(), source })?;
    }
    Ok(())
}

/// The files in the folders of a ledger that have names of ours.
fn data_files(dir: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let folders = FOLDERS.map(|folder| walkdir::WalkDir::new(dir.join(folder)).sort_by_file_name());
    let entries = folders.into_iter().flat_map(|folder| folder.into_iter().flatten());
    entries.filter(|e| e.file_type().is_file() && is_numbered(e.path())).map(walkdir::DirEntry::into_path)
}

/// Whether a file name has the form that we give to data files.
fn is_numbered(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
    let is_ours = path.extension().is_some_and(|e| e == "parquet" || e == "jsonl");
    is_ours && !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// Longer names of folders are cut, since file systems take at most 255 bytes.
const LONGEST: usize = 120;

/// The folder for the rows of one workspace and month. In the name of the workspace, every byte that is not a lower-case letter,
/// digit, dot, hyphen or underscore becomes `%` and its hex digits, so that two workspaces never share a folder, not even where
/// case makes no difference. What is too long ends in a hash of the whole name.
pub(super) fn partition(workspace: &str, month: &str) -> String {
    let mut name = String::new();
    for b in workspace.bytes() {
        match b {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(b)),
            b'.' if !name.is_empty() => name.push('.'),
            _ => name.push_str(&format!("%{b:02X}")),
        }
        if name.len() > LONGEST {
            name.truncate(LONGEST);
            name.push_str(&format!("%{:016x}", crate::support::hash::fingerprint(workspace.as_bytes())));
            break;
        }
    }
    format!("rows/workspace={name}/month={month}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_cannot_leave_its_folder() {
        assert_eq!(partition("1234", "2026-07"), "rows/workspace=1234/month=2026-07");
        assert_eq!(partition("../../etc", "m"), "rows/workspace=%2E.%2F..%2Fetc/month=m");
        assert_ne!(partition(&"x".repeat(90), "m"), partition(&"x".repeat(91), "m"));
        assert_ne!(partition("A", "m").to_lowercase(), partition("a", "m").to_lowercase());
    }

    #[test]
    fn any_workspace_has_a_folder_of_its_own() {
        let names = [
            "X".repeat(81),
            "x".repeat(200),
            "X".repeat(200),
            "é".repeat(100),
            format!("{}y", "X".repeat(200)),
        ];
        let folders: BTreeSet<String> =
            names.iter().map(|name| partition(name, "2026-07").to_lowercase()).collect();
        assert_eq!(folders.len(), names.len());
        assert!(folders.iter().all(|folder| folder.split('/').all(|part| part.len() < 200)), "{folders:?}");
    }

    #[test]
    fn data_files_without_a_manifest_are_somebody_elses() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("days")).unwrap();
        let file = dir.path().join("days/000001.parquet");
        fs::write(&file, "mine").unwrap();
        let why = prepare(dir.path()).unwrap_err().to_string();
        assert!(why.contains("no manifest.json") && why.contains("000001.parquet"), "{why}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    }
}
