//! The header of a table as text -> how its cells are separated and quoted, what its columns mean, and the order of the numbers
//! in its dates.

use super::csv_dialect::{CsvDialect, preamble};
use crate::input::decode::field::EventField;
use crate::input::decode::formats::access_log;
use crate::input::decode::head::Head;
use crate::input::decode::table_columns::Columns;
use crate::input::source::ReadProblem;
use crate::support::time::written::DateOrder;

/// What the head of a table as text says.
#[derive(Debug)]
pub(in crate::input::decode) struct CsvHeader {
    pub(super) dialect: CsvDialect,
    pub(super) columns: Columns,
    names: Vec<String>,
    pub(super) order: Option<DateOrder>,
}

impl CsvHeader {
    /// `None` if the first record does not name the columns of a known table.
    pub(in crate::input::decode) fn of(head: &Head<'_>) -> Option<Self> {
        let mapped = access_log::mapped_columns(head.fields);
        let from = preamble(head.bytes);
        let names = |dialect: CsvDialect| {
            let mut cells = Vec::new();
            let rest = &head.bytes[from..];
            let length = dialect.split(rest, head.end, &mut cells)?;
            let line = String::from_utf8_lossy(rest.get(..length)?);
            Some((
                from + length,
                cells.iter().map(|c| c.text(&line, dialect).trim().to_owned()).collect::<Vec<_>>(),
            ))
        };
        let columns = |names: &[String]| Columns::of(names.iter().map(String::as_str), &mapped);
        let dialect = CsvDialect::of(head.bytes, |dialect| {
            let found = names(dialect).and_then(|(_, names)| columns(&names));
            found.map_or(0, |c| c.fields.iter().flatten().count())
        });
        let (start, names) = names(dialect)?;
        let columns = columns(&names)?;
        let order = date_order(dialect, &columns, &head.bytes[start..]);
        Some(Self { dialect, columns, names, order })
    }

    /// The problem of a file without such a header.
    pub(in crate::input::decode) fn missing() -> ReadProblem {
        ReadProblem::Unusable(
            "has no header line with the columns of an audit table. Export it again with its header."
                .to_owned(),
        )
    }

    /// Refuses a table that lacks a required column, or whose times are not UTC.
    pub(super) fn check(&self) -> Result<(), ReadProblem> {
        self.columns.check(self.names.iter().map(String::as_str))?;
        let not_utc = |name: &&String| name.split_once(" [").is_some_and(|(_, zone)| zone != "UTC]");
        match self.names.iter().find(not_utc) {
            None => Ok(()),
            Some(name) => Err(ReadProblem::Unusable(format!(
                "has the column {}, whose times are not UTC. Set the portal's time zone to UTC and export again.",
                name.escape_debug()
            ))),
        }
    }
}

/// The order of dates with slashes, by the times in the complete records of `rows`.
fn date_order(dialect: CsvDialect, columns: &Columns, rows: &[u8]) -> Option<DateOrder> {
    let (mut at, mut cells, mut times) = (0, Vec::new(), Vec::new());
    while let Some(length) = dialect.split(&rows[at..], false, &mut cells) {
        let line = String::from_utf8_lossy(&rows[at..at + length]);
        for (cell, field) in cells.iter().zip(&columns.fields) {
            if matches!(field, Some(EventField::Time | EventField::StoredTime)) {
                times.push(cell.text(&line, dialect).trim().to_owned());
            }
        }
        at += length;
    }
    DateOrder::of(times.iter().map(String::as_str))
}
