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
    match stranger {
        Some(_) => Err(Error::Usage(format!(
            "{} holds other files and no ledger. Name a new folder, so that nothing of yours is mixed in.",
            dir.display()
        ))),
        None => Ok(()),
    }
}

/// Deletes files that an interrupted run left behind: those with names of ours that the manifest does not list.
pub(super) fn sweep(dir: &Path, manifest: &Manifest) -> Result<(), Error> {
    let named: BTreeSet<PathBuf> = manifest.files.iter().map(|f| dir.join(&f.path)).collect();
    for folder in FOLDERS {
        for entry in walkdir::WalkDir::new(dir.join(folder)).into_iter().flatten() {
            let path = entry.path();
            if entry.file_type().is_file() && is_numbered(path) && !named.contains(path) {
                fs::remove_file(path).map_err(|source| Error::Write { path: path.into(), source })?;
            }
        }
    }
    Ok(())
}

/// Whether a file name has the form that we give to data files.
fn is_numbered(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
    let is_ours = path.extension().is_some_and(|e| e == "parquet" || e == "jsonl");
    is_ours && !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// The folder for the rows of one workspace and month. In the name of the workspace, every byte that is not a lower-case letter,
/// digit, dot, hyphen or underscore becomes `%` and its hex digits.
pub(super) fn partition(workspace: &str, month: &str) -> String {
    let mut name = String::new();
    for b in workspace.bytes().take(80) {
        match b {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(b)),
            b'.' if !name.is_empty() => name.push('.'),
            _ => name.push_str(&format!("%{b:02X}")),
        }
    }
    if workspace.len() > 80 {
        name.push_str(&format!("%{:016x}", crate::support::hash::fingerprint(workspace.as_bytes())));
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
        assert_ne!(partition("A", "m"), partition("a", "m"));
    }
}
