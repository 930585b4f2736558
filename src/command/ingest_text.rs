//! What became of the files given to `ingest` -> lines for people.

use crate::assess::readiness::InputReport;
use crate::ledger::store::Added;
use crate::support::format::count;
use std::io::Write;
use std::path::Path;

/// From this many files on, a report takes noticeably longer to read the ledger.
const MANY_FILES: usize = 500;

/// What an ingest added, passed over and left out.
pub(super) fn added(
    dir: &Path,
    reports: &[InputReport],
    outcome: &Added,
    (files, known): (usize, usize),
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let dir = dir.display();
    let files_of = |n: usize| count(n as u64, "file", "files");
    match files {
        0 => writeln!(
            out,
            "Nothing new for the ledger {dir}: {} already in it.",
            count(known as u64, "file is", "files are")
        )?,
        _ => writeln!(
            out,
            "Added {} of {} from {} to the ledger {dir}.",
            count(outcome.rows, "row", "rows"),
            count(outcome.days as u64, "new workspace-day", "new workspace-days"),
            files_of(files)
        )?,
    }
    if files > 0 && known > 0 {
        writeln!(out, "{} already in it.", count(known as u64, "file was", "files were"))?;
    }
    if outcome.duplicates > 0 {
        writeln!(
            out,
            "{} delivered again and count once.",
            count(outcome.duplicates, "row was", "rows were")
        )?;
    }
    if outcome.left_out > 0 {
        writeln!(
            out,
            "{} left out, for their days are closed; {} than the ledger. Ingest exports that overlap in one run.",
            count(outcome.left_out, "row was", "rows were"),
            count(outcome.mixed as u64, "day holds other rows", "days hold other rows"),
        )?;
    }
    if outcome.open > 0 {
        writeln!(
            out,
            "{} open until the days beside them arrive.",
            count(outcome.open as u64, "workspace-day stays", "workspace-days stay")
        )?;
    }
    if outcome.files > MANY_FILES {
        writeln!(
            out,
            "The ledger has {}; `scopecast compact --ledger {dir}` joins them.",
            files_of(outcome.files)
        )?;
    }
    incomplete(reports, out)?;
    let others = reports.iter().filter(|r| r.is_complete() && r.row.rows == 0).count();
    if others > 0 {
        writeln!(
            out,
            "{} left out. Token lists, annotations and client logs belong to `scopecast report`.",
            count(others as u64, "file is no log and was", "files are no log and were")
        )?;
    }
    Ok(())
}

/// Inputs that could not be read completely, each with the reason.
pub(super) fn incomplete(reports: &[InputReport], out: &mut dyn Write) -> std::io::Result<()> {
    for report in reports.iter().filter(|r| !r.is_complete()) {
        let row = &report.row;
        let why = row.problem.clone().unwrap_or_else(|| {
            let first =
                row.samples.first().map(|s| format!(", the first at byte {}: {}", s.offset, s.reason));
            format!("has {}{}", count(row.bad_rows, "bad record", "bad records"), first.unwrap_or_default())
        });
        writeln!(out, "{}: {why}", row.path)?;
    }
    Ok(())
}
