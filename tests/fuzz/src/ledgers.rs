//! Ledgers: tables that any engine may have written, and the files of a ledger on disk, which may have been damaged since.

use scopecast::internals::ledger::store::{Ingest, compact, load};
use scopecast::internals::ledger::{Ledger, table};
use scopecast::internals::source::SharedFile;
use std::fs::{self, File};
use std::path::Path;
use std::sync::LazyLock;

fn written(ledger: Ledger) -> Vec<u8> {
    let mut out = Vec::new();
    table::write_parquet(ledger, &mut out).expect("memory takes everything");
    out
}

/// What is read is written and read again as the same.
pub(super) fn table(bytes: &[u8]) {
    let read = |bytes: &[u8]| {
        let path = super::file("ledger.parquet", bytes);
        table::read_parquet(&File::open(path).and_then(SharedFile::new).expect("the file is there"))
    };
    let Ok(parts) = read(bytes) else { return };
    let once = written(parts.ledger());
    let again = read(&once).expect("what was written is read");
    assert!(once == written(again.ledger()), "a ledger is not what was written");
}

/// The manifest of an empty ledger, up to its list of files.
static MANIFEST: LazyLock<String> = LazyLock::new(|| {
    let dir = super::file("empty", b"").with_file_name("empty-ledger");
    Ingest::open(&dir).and_then(|ledger| ledger.add(Vec::new(), &[])).expect("an empty ledger");
    let text = fs::read_to_string(dir.join("manifest.json")).expect("a manifest");
    fs::remove_dir_all(dir).expect("memory gives back");
    let (before, _) = text.split_once("\"files\": []").expect("a list without files");
    format!("{before}\"files\": ")
});

const ROLES: [(&str, &str); 7] = [
    ("rows", "rows/workspace=1/month=2026-07/000001.parquet"),
    ("days", "days/000001.parquet"),
    ("facts", "facts/000001.parquet"),
    ("open", "open/000001.parquet"),
    ("pending", "pending/000001.parquet"),
    ("prints", "prints/000001.parquet"),
    ("sources", "sources/000001.jsonl"),
];

/// A manifest, or behind a first byte that says of what role, a file that a good manifest names. Whatever a ledger takes from
/// it, it writes so that it can be read again.
pub(super) fn store(bytes: &[u8]) {
    let dir = super::file("empty", b"").with_file_name("ledger");
    let _ = fs::remove_dir_all(&dir);
    let put = |path: &Path, bytes: &[u8]| {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder in memory");
        fs::write(path, bytes).expect("a file in memory");
    };
    let manifest = dir.join("manifest.json");
    match bytes.split_first() {
        Some((role, file)) if *role != b'{' => {
            let (role, path) = ROLES[usize::from(*role) % ROLES.len()];
            let files = format!(r#"[{{"role":"{role}","path":"{path}","rows":1,"bytes":{}}}]}}"#, file.len());
            put(&manifest, format!("{}{files}", *MANIFEST).as_bytes());
            put(&dir.join(path), file);
        }
        _ => put(&manifest, bytes),
    }
    let _ = load(&dir);
    let Ok(ledger) = Ingest::open(&dir) else { return };
    if ledger.add(Vec::new(), &[]).is_ok() && load(&dir).is_ok() {
        compact(&dir).expect("a ledger that is read is compacted");
        load(&dir).expect("a ledger that was compacted is read");
    }
}
