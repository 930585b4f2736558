//! The report in every format, as one folder that is there whole or not at all.
//!
//! The files are written to a new folder next to the old one; then the two change places in one step.

mod ours;
mod parquet_table;
mod remedies;
mod swap;

use self::ours::MANIFEST;
use super::model::Report;
use super::tables;
use super::writers::{Format, RenderOptions, csv};
use crate::error::Error;
use crate::support::hashing_writer::HashingWriter;
use rayon::prelude::*;
use serde_json::json;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Tables that the pack also holds as CSV. Those that people open themselves are at the top level.
const SPREADSHEETS: [(&str, &tables::ReportTable); 4] = [
    ("findings.csv", &tables::FINDINGS),
    ("token_scopes.csv", &tables::TOKEN_SCOPES),
    ("tables/usage_daily.csv", &tables::USAGE_DAILY),
    ("tables/coverage_daily.csv", &tables::COVERAGE_DAILY),
];

/// Writes the pack to `dir`, which is new, empty, or an earlier pack; that one is replaced.
///
/// # Errors
/// When the folder holds anything else, or cannot be written.
pub fn write(report: &Report, dir: &Path) -> Result<(), Error> {
    PackFolder::reserve(dir)?.write(report)
}

/// A folder reserved for a pack before the long work starts.
#[derive(Debug)]
pub struct PackFolder {
    dir: PathBuf,
    /// The files are written here first. It is removed when the pack is not completed.
    new: swap::Partial,
}

impl PackFolder {
    /// Makes sure that `dir` may be replaced and that a folder can be made next to it.
    ///
    /// # Errors
    /// When the folder holds anything else than a pack, or cannot be written.
    pub fn reserve(dir: &Path) -> Result<Self, Error> {
        refuse_foreign(dir)?;
        let dir = &place(dir)?;
        let new = swap::beside(dir).map_err(|source| Error::Write { path: dir.to_owned(), source })?;
        Ok(Self { dir: dir.to_owned(), new })
    }

    /// Writes the pack and puts it into its place.
    ///
    /// # Errors
    /// When it cannot be written; the earlier pack is then unchanged.
    pub fn write(self, report: &Report) -> Result<(), Error> {
        let Self { dir, new } = self;
        Pack { root: new.path() }
            .write(report)
            .map_err(|source| Error::Write { path: dir.clone(), source })?;
        // Somebody may have put a file there meanwhile.
        refuse_foreign(&dir)?;
        swap::into_place(new, &dir).map_err(|source| Error::Write { path: dir, source })
    }
}

/// The folder itself: a link to a pack stays, and the pack behind it is replaced.
fn place(dir: &Path) -> Result<PathBuf, Error> {
    match dir.canonicalize() {
        Ok(real) => Ok(real),
        Err(_) if fs::symlink_metadata(dir).is_ok_and(|m| m.is_symlink()) => Err(Error::Usage(format!(
            "{} is a link to nothing. Remove the link, or name a new folder.",
            dir.display()
        ))),
        // Without `.` at its end.
        Err(_) => Ok(dir.components().collect()),
    }
}

/// Nothing that scopecast has not written is ever replaced: neither a folder that is no pack, nor files put into one.
fn refuse_foreign(dir: &Path) -> Result<(), Error> {
    if let Some(files) = ours::files(dir) {
        let read = |source| Error::Read { path: dir.to_owned(), source };
        return match ours::foreign(dir, &files).map_err(read)? {
            None => Ok(()),
            Some(path) => Err(Error::Usage(format!(
                "{} is not part of the report in {}, and a new report replaces the whole folder. Move it elsewhere, or name a new \
                 folder.",
                dir.join(path).display(),
                dir.display()
            ))),
        };
    }
    let is_free = match fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(e) => e.kind() == io::ErrorKind::NotFound || fs::symlink_metadata(dir).is_err(),
    };
    if is_free {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "{} holds something that is no report of scopecast, and a report replaces the whole folder. Name a new folder.",
        dir.display()
    )))
}

/// The content of one file.
enum PackFile {
    Report(Format),
    Parquet(&'static tables::ReportTable),
    Csv(&'static tables::ReportTable),
    Text(Cow<'static, str>),
}

impl PackFile {
    fn write(&self, report: &Report, out: &mut (dyn Write + Send)) -> io::Result<()> {
        match self {
            Self::Report(format) => super::writers::write(*format, report, &RenderOptions::default(), out),
            Self::Parquet(table) => parquet_table::write(table, report, out),
            Self::Csv(table) => csv::table(table, report, out),
            Self::Text(text) => out.write_all(text.as_bytes()),
        }
    }
}

/// Size and hash of each file.
type Files = BTreeMap<String, (u64, String)>;

struct Pack<'a> {
    root: &'a Path,
}

impl Pack<'_> {
    fn write(self, report: &Report) -> io::Result<()> {
        let reports = Format::ALL
            .iter()
            .filter_map(|f| Some((f.writer().pack_file()?.to_owned(), PackFile::Report(*f))));
        let tables = tables::ALL.iter().map(|t| (format!("tables/{}.parquet", t.name), PackFile::Parquet(t)));
        let spreadsheets = SPREADSHEETS.map(|(name, table)| (name.to_owned(), PackFile::Csv(table)));
        let schema = ("report.schema.json".to_owned(), PackFile::Text(super::SCHEMA.into()));
        let remedies =
            remedies::files(report).into_iter().map(|(name, text)| (name, PackFile::Text(text.into())));
        let parts = reports.into_iter().chain(tables).chain(spreadsheets).chain([schema]).chain(remedies);
        let parts: Vec<(String, PackFile)> = parts.collect();
        let write = |(name, part): &(String, PackFile)| {
            Ok((name.clone(), self.file(name, |out| part.write(report, out))?))
        };
        let files = parts.par_iter().with_max_len(1).map(write).collect::<io::Result<Files>>()?;
        remedies::make_executable(self.root)?;
        self.manifest(report, &files)
    }

    fn file(
        &self,
        name: &str,
        write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> io::Result<(u64, String)> {
        let path = self.root.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut out = HashingWriter::new(BufWriter::new(File::create(path)?));
        write(&mut out)?;
        out.flush()?;
        let (_, bytes, hash) = out.finish();
        Ok((bytes, hash))
    }

    fn manifest(&self, report: &Report, files: &Files) -> io::Result<()> {
        let inputs: Vec<_> = report
            .inputs
            .iter()
            .map(|i| json!({"path": i.path, "taken_as": i.taken_as, "bytes": i.bytes, "sha256": i.sha256, "rows": i.rows}))
            .collect();
        let files: Vec<_> = files
            .iter()
            .map(|(name, (bytes, sha256))| json!({"path": name, "bytes": bytes, "sha256": sha256}))
            .collect();
        let manifest = json!({
            "tool": "scopecast",
            "schema_version": report.schema_version,
            "run": report.run,
            "inputs": inputs,
            "files": files,
        });
        let text = serde_json::to_string_pretty(&manifest)?;
        fs::write(self.root.join(MANIFEST), crate::support::secret::blank_secrets(&text).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::support::hash::hex;
    use sha2::{Digest, Sha256};
    use std::path::PathBuf;

    fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let files =
            walkdir::WalkDir::new(dir).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file());
        files.map(|e| (e.path().strip_prefix(dir).unwrap().to_owned(), fs::read(e.path()).unwrap())).collect()
    }

    #[test]
    fn the_same_report_gives_the_same_bytes_and_nothing_is_left_beside_it() {
        let root = tempfile::tempdir().unwrap();
        let (a, b) = (root.path().join("a"), root.path().join("b"));
        write(&sample::report(), &a).unwrap();
        write(&sample::large(3, 40), &b).unwrap();
        assert_ne!(contents(&a), contents(&b));
        write(&sample::report(), &b).unwrap();
        assert_eq!(contents(&a), contents(&b));
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2);
    }

    #[test]
    fn the_manifest_names_every_file_with_its_hash() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("pack");
        write(&sample::report(), &dir).unwrap();
        let manifest: serde_json::Value =
            serde_json::from_slice(&fs::read(dir.join(MANIFEST)).unwrap()).unwrap();
        let files = manifest["files"].as_array().unwrap();
        assert_eq!(files.len() + 1, contents(&dir).len());
        for file in files {
            let bytes = fs::read(dir.join(file["path"].as_str().unwrap())).unwrap();
            let hash = hex(&Sha256::digest(&bytes));
            assert_eq!(file["sha256"], hash, "{file}");
        }
    }

    #[test]
    fn a_folder_that_is_no_pack_is_never_replaced() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("precious.txt"), "mine").unwrap();
        let error = write(&sample::report(), root.path()).unwrap_err();
        assert!(error.to_string().contains("Name a new folder"));
        assert_eq!(contents(root.path()).len(), 1);
    }

    #[test]
    fn a_file_that_somebody_put_into_a_pack_stops_the_next_one() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("pack");
        for foreign in ["notes.txt", "tables/mine.csv", ".git/HEAD"] {
            write(&sample::report(), &dir).unwrap();
            let path = dir.join(foreign);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "mine").unwrap();
            let error = write(&sample::report(), &dir).unwrap_err().to_string();
            assert!(error.contains("is not part of the report") && error.contains("Move it"), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
            fs::remove_file(&path).unwrap();
            if foreign == ".git/HEAD" {
                fs::remove_dir(path.parent().unwrap()).unwrap();
            }
        }
        write(&sample::report(), &dir).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_pack_stays_and_the_pack_behind_it_is_replaced() {
        let root = tempfile::tempdir().unwrap();
        let (dir, link) = (root.path().join("pack"), root.path().join("latest"));
        write(&sample::large(3, 40), &dir).unwrap();
        std::os::unix::fs::symlink("pack", &link).unwrap();
        let before = contents(&dir);
        write(&sample::report(), &link.join(".")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_ne!(contents(&dir), before);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2);
        std::os::unix::fs::symlink("nowhere", root.path().join("dangling")).unwrap();
        assert!(write(&sample::report(), &root.path().join("dangling")).is_err());
    }

    #[test]
    fn folders_with_names_like_ours_are_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let mine = [".pack.old/a", ".pack.partial-notes/b", ".pack.partial-1/c"].map(|p| root.path().join(p));
        for path in &mine {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "mine").unwrap();
        }
        let dir = root.path().join("pack");
        for _ in 0..2 {
            write(&sample::report(), &dir).unwrap();
        }
        assert!(mine.iter().all(|path| fs::read_to_string(path).unwrap() == "mine"));
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 4);
    }

    #[test]
    fn what_a_killed_run_left_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let partial = root.path().join(".pack.partial-1");
        fs::create_dir(&partial).unwrap();
        fs::write(partial.join(".scopecast-partial"), "").unwrap();
        fs::write(partial.join("report.html"), "half").unwrap();
        // Killed between the exchange and the removal of the earlier pack.
        let replaced = root.path().join(".pack.partial-2");
        write(&sample::report(), &replaced).unwrap();
        write(&sample::report(), &root.path().join("pack")).unwrap();
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }
}
