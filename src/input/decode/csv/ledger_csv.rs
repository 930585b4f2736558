//! A ledger table as CSV: recognised by its header, and cut into records of texts, as any engine writes them.

use super::csv_dialect::{CsvDialect, preamble};
use crate::input::decode::formats::side_files::is_ledger_table;
use crate::input::decode::head::Head;
use memchr::memmem;

/// Whether the header is that of a ledger table.
pub(super) fn is_ledger(head: &Head<'_>) -> bool {
    header(dialect(head.bytes), head.bytes, head.end)
        .is_some_and(|names| is_ledger_table(names.iter().map(String::as_str)))
}

/// A quote inside quotes is written `\"` if one is found that cannot be the end of a cell.
fn dialect(bytes: &[u8]) -> CsvDialect {
    let inside = |at: usize| bytes.get(at + 2).is_some_and(|b| !b",;\t|\r\n\"".contains(b));
    let backslash = memmem::find_iter(bytes, b"\\\"").any(inside);
    let dialects = b",;\t|".map(|delimiter| CsvDialect { delimiter, backslash });
    let columns = |d: &CsvDialect| header(*d, bytes, true).map_or(0, |names| names.len());
    dialects.into_iter().rev().max_by_key(columns).unwrap_or(dialects[0])
}

fn header(dialect: CsvDialect, bytes: &[u8], end: bool) -> Option<Vec<String>> {
    let rest = &bytes[preamble(bytes)..];
    let mut cells = Vec::new();
    let length = dialect.split(rest, end, &mut cells)?;
    let line = String::from_utf8_lossy(rest.get(..length)?);
    Some(cells.iter().map(|c| c.text(&line, dialect).trim().to_owned()).collect())
}

/// Gives every record as texts, the header first; an empty text means null.
///
/// # Errors
/// The first error of `each`.
pub fn records<E>(bytes: &[u8], mut each: impl FnMut(&[String]) -> Result<(), E>) -> Result<(), E> {
    let dialect = dialect(bytes);
    let mut rest = &bytes[preamble(bytes)..];
    let (mut cells, mut texts) = (Vec::new(), Vec::new());
    while !rest.is_empty()
        && let Some(length) = dialect.split(rest, true, &mut cells)
    {
        let line = String::from_utf8_lossy(&rest[..length]);
        rest = &rest[length..];
        if line.trim_ascii().is_empty() {
            continue;
        }
        texts.clear();
        texts.extend(cells.iter().map(|c| c.text(&line, dialect).into_owned()));
        each(&texts)?;
    }
    Ok(())
}
