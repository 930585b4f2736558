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
        Some((_, path)) => Err(Error::Usage(format!(
            "{} has no manifest.json, but holds data files such as {}. Nothing was changed. If it was a ledger, restore \
             manifest.json from a copy; otherwise name a new folder.",
            dir.display(),
            path.display()
        ))),
        None => Ok(()),
    }
}

/// Deletes files that earlier runs left behind: those with names of ours that the manifest does not list, up to the number that
/// the next run would give.
///
/// # Errors
/// A file that the manifest lists is missing: then the manifest may be an old copy, and the files it does not know are needed.
pub(super) fn sweep(dir: &Path, manifest: &Manifest) -> Result<(), Error> {
    let named: BTreeSet<PathBuf> = manifest.files.iter().map(|f| dir.join(&f.path)).collect();
    if let Some(missing) = named.iter().find(|path| !path.is_file()) {
        return Err(Error::Usage(format!(
            "the ledger {} is damaged: its file {} is missing. Restore a copy of the whole folder, manifest.json included, or ingest \
             the logs into a new one. Nothing was changed.",
            dir.display(),
            missing.display()
        )));
    }
    let is_old =
        |(number, path): &(u64, PathBuf)| *number <= manifest.generation + 1 && !named.contains(path);
    for (_, path) in data_files(dir).filter(is_old) {
        fs::remove_file(&path).map_err(|source| Error::Write { path: path.clone(), source })?;
    }
    Ok(())
}

/// Whether a folder holds the data files of a ledger, with or without a manifest.
pub(super) fn has_data_files(dir: &Path) -> bool {
    data_files(dir).next().is_some()
}

/// The files that have places and names of ours, with their numbers.
fn data_files(dir: &Path) -> impl Iterator<Item = (u64, PathBuf)> + use<> {
    FOLDERS.into_iter().flat_map({
        let dir = dir.to_owned();
        move |folder| {
            // rows/workspace=W/month=M/000001.parquet; elsewhere there are no folders inside.
            let depth = if folder == "rows" { 3 } else { 1 };
            let files =
                walkdir::WalkDir::new(dir.join(folder)).min_depth(depth).max_depth(depth).sort_by_file_name();
            let files = files.into_iter().flatten().filter(|e| e.file_type().is_file());
            files.filter_map(|e| Some((number(e.path())?, e.into_path())))
        }
    })
}

/// The number in a file name that we give to data files, such as `000012.parquet`.
fn number(path: &Path) -> Option<u64> {
    let stem = path.file_stem()?.to_str()?;
    let is_ours = path.extension().is_some_and(|e| e == "parquet" || e == "jsonl");
    let is_number = stem.len() >= 6 && stem.bytes().all(|b| b.is_ascii_digit());
    if is_ours && is_number { stem.parse().ok() } else { None }
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

    #[test]
    fn only_files_with_places_and_numbers_of_ours_are_swept() {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        };
        let mine =
            ["rows/2026-07.parquet", "rows/backup/000001.parquet", "days/20260912x.jsonl", "pending/1.jsonl"];
        let later = "rows/workspace=7/month=2026-07/000099.parquet";
        let left = ["days/000001.parquet", "rows/workspace=7/month=2026-07/000001.parquet"];
        mine.into_iter().chain([later]).chain(left).for_each(put);
        sweep(dir.path(), &Manifest::empty()).unwrap();
        assert!(mine.iter().chain([&later]).all(|name| dir.path().join(name).exists()));
        assert!(left.iter().all(|name| !dir.path().join(name).exists()));
    }
}
