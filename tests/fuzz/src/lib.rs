//! What must hold for any bytes: one function per parser, each panics when a promise is broken.
//!
//! libFuzzer calls them through `program/`; `tests/integration/fuzzed.rs` runs the same functions over the fixtures and over
//! the inputs in `hard/` that broke something once, or well might, so that a plain `cargo test` guards both.

mod ledgers;
mod logs;
mod side;
mod words;

/// A name, and what is done with the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, one to a line: `.ci/fuzz` reads their names here.
pub const TARGETS: &[Target] = &[
    ("access_log", logs::access_log),
    ("annotations", side::annotations),
    ("catalog_table", side::catalog_table),
    ("csv", logs::csv),
    ("denials", side::denials),
    ("escape", words::escape),
    ("guess", logs::guess),
    ("inventory", side::inventory),
    ("json", logs::json),
    ("ledger_store", ledgers::store),
    ("ledger_table", ledgers::table),
    ("names", side::names),
    ("packed", logs::packed),
    ("parquet", logs::parquet),
    ("path", words::path),
    ("report", logs::report),
    ("schedule", words::schedule),
    ("user_agent", words::user_agent),
];

/// Runs one target.
///
/// # Panics
/// When a promise is broken, or there is no such target.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|(n, _)| *n == name);
    target.expect("a target of that name").1(bytes);
}

/// A file of its own for what can only be read from a file, in memory where the system has such a place.
fn file(name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let root = if cfg!(target_os = "linux") { "/dev/shm".into() } else { std::env::temp_dir() };
    let thread = format!("{:?}", std::thread::current().id()).replace(|c: char| !c.is_ascii_digit(), "");
    let folder = root.join(format!("scopecast-fuzz-{}-{thread}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder in memory");
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a file in memory");
    path
}
