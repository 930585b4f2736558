//! `scopecast ingest --table`: logs -> one ledger table, to compare with what the query of `scopecast sql` returns.

use super::ingest_text;
use crate::assess::readiness::{InputReport, Readiness, nothing_read};
use crate::catalog::Catalog;
use crate::error::{Error, Exit};
use crate::input::read::{ReadOptions, read_logs};
use crate::input::source::{Input, expand};
use crate::ledger::{self, Duplicates, Fold, FoldContext, Ledger, table};
use crate::support::format::count;
use crate::support::hash::Set;
use crate::support::progress::Silent;
use crate::support::temp_path::TempPath;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes the table of these logs to `path`. No other ledger can be joined with it later.
pub(super) fn write(
    path: &Path,
    logs: &[PathBuf],
    catalog: &Catalog,
    options: &ReadOptions,
    out: &mut Vec<u8>,
) -> Result<Exit, Error> {
    refuse_foreign(path)?;
    let expanded = expand(logs);
    let templates = |method: &str, path: &str| catalog.template(method, path).map(str::to_owned);
    let shared = FoldContext {
        duplicates: Duplicates::default(),
        wanted_requests: Set::default(),
        templates: &templates,
        closed: None,
    };
    let (folds, summaries) = read_logs(&expanded.inputs, options, &Silent, || Fold::new(&shared));
    let is_named = |input: &Input| input.file().is_none_or(|f| logs.iter().any(|l| l == f));
    let summaries = expanded.inputs.iter().zip(summaries);
    let reports: Vec<_> =
        summaries.map(|(input, summary)| InputReport::of(summary, is_named(input))).collect();
    let ledger = ledger::merge(folds);
    if ledger.tally.rows == 0 {
        return Err(nothing_read(&reports, expanded.skipped));
    }
    let (events, rows) = (ledger.tally.rows, ledger.rows.len() as u64);
    // Somebody may have put a file there meanwhile.
    refuse_foreign(path)?;
    replace(path, ledger).map_err(|source| Error::Write { path: path.to_owned(), source })?;
    let shown = path.display();
    writeln!(
        out,
        "{} became {} of the ledger table {shown}.",
        count(events, "event", "events"),
        count(rows, "row", "rows")
    )?;
    ingest_text::incomplete(&reports, out)?;
    Ok(Readiness::of(&reports).exit(false))
}

/// Nothing but an earlier table is replaced.
fn refuse_foreign(path: &Path) -> Result<(), Error> {
    if !path.exists() || table::is_table(path) {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "{} exists and is not a ledger table. Name a new file, so that nothing of yours is overwritten.",
        path.display()
    )))
}

/// Writes the table next to its place and moves it there once it is complete.
fn replace(path: &Path, ledger: Ledger) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".partial-{}", std::process::id()));
    let partial = path.with_file_name(name);
    let file = std::fs::File::create_new(&partial)?;
    let partial = TempPath::new(partial);
    table::write_parquet(ledger, &file)?;
    file.sync_all()?;
    std::fs::rename(partial.path(), path)?;
    partial.finish();
    Ok(())
}
