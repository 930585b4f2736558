//! Tables as text: `system.access.audit`, Log Analytics, access logs and query history as CSV or TSV, whatever the delimiter,
//! the quoting and the dialect of the cells.

pub mod ledger;
mod record;
mod time;

use super::cell::Opened;
use super::columns::{self, Columns, Table};
use super::fields::{EventField, RawRecord, Scratch};
use super::guess::{FileKind, Guess, Head};
use super::moment::parse_time;
use super::repaired::{Repaired, changed, original};
use super::{Chunk, Cut, Cutter, FieldValue, ReadProblem, Tally, TextDecoder, query_history};
use crate::input::event::EventSink;
use record::{CellSpan, CsvDialect, preamble};
use std::borrow::Cow;
use time::DateOrder;

/// A header longer than this is none.
const LONGEST_HEADER: usize = 1 << 16;

/// Says yes to a header that names columns of one of our tables.
pub(super) fn recognise(head: &Head<'_>) -> Guess {
    match CsvHeader::of(head) {
        _ if ledger::is_ledger(head) => Guess::Yes(FileKind::LedgerTable),
        Some(layout) => Guess::Yes(FileKind::Log(layout.columns.table.csv())),
        None if !head.end && head.bytes.len() < LONGEST_HEADER && !head.bytes.contains(&b'\n') => Guess::More,
        None => Guess::No,
    }
}

/// Prepares the decoder.
pub(super) fn open(head: &Head<'_>) -> Result<CsvDecoder, ReadProblem> {
    let Some(layout) = CsvHeader::of(head) else {
        return Err(ReadProblem::Unusable(
            "has no header line with the columns of an audit table. Export it again with its header."
                .to_owned(),
        ));
    };
    layout.columns.check(layout.names.iter().map(String::as_str))?;
    if let Some(name) =
        layout.names.iter().find(|n| n.split_once(" [").is_some_and(|(_, zone)| zone != "UTC]"))
    {
        return Err(ReadProblem::Unusable(format!(
            "has the column {}, whose times are not UTC. Set the portal's time zone to UTC and export again.",
            name.escape_debug()
        )));
    }
    Ok(CsvDecoder { order: layout.date_order(head), dialect: layout.dialect, columns: layout.columns })
}

/// What the header says.
struct CsvHeader {
    dialect: CsvDialect,
    columns: Columns,
    names: Vec<String>,
    /// Where the first record starts.
    start: usize,
}

impl CsvHeader {
    fn of(head: &Head<'_>) -> Option<Self> {
        let extra = columns::mapped(head.fields);
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
        let columns = |names: &[String]| Columns::of(names.iter().map(String::as_str), &extra);
        let dialect = CsvDialect::of(head.bytes, |dialect| {
            let found = names(dialect).and_then(|(_, names)| columns(&names));
            found.map_or(0, |c| c.fields.iter().flatten().count())
        });
        let (start, names) = names(dialect)?;
        Some(Self { columns: columns(&names)?, dialect, names, start })
    }

    fn date_order(&self, head: &Head<'_>) -> Option<DateOrder> {
        let (mut at, mut cells, mut times) = (self.start, Vec::new(), Vec::new());
        while let Some(length) = self.dialect.split(&head.bytes[at..], false, &mut cells) {
            let line = String::from_utf8_lossy(&head.bytes[at..at + length]);
            for (cell, field) in cells.iter().zip(&self.columns.fields) {
                if matches!(field, Some(EventField::Time | EventField::StoredTime)) {
                    times.push(cell.text(&line, self.dialect).trim().to_owned());
                }
            }
            at += length;
        }
        DateOrder::of(times.iter().map(String::as_str))
    }
}

/// The decoder of one file.
pub(super) struct CsvDecoder {
    dialect: CsvDialect,
    columns: Columns,
    order: Option<DateOrder>,
}

struct CsvCutter {
    dialect: CsvDialect,
    in_rows: bool,
}

impl Cutter for CsvCutter {
    fn cut(&mut self, bytes: &[u8], end: bool) -> Cut {
        let mut skip = 0;
        if !self.in_rows {
            skip = preamble(bytes);
            match self.dialect.split(&bytes[skip..], end, &mut Vec::new()) {
                Some(header) => skip += header,
                None => return Cut { skip: 0, take: 0 },
            }
            self.in_rows = true;
        }
        let rows = &bytes[skip..];
        Cut { skip, take: if end { rows.len() } else { self.dialect.complete(rows) } }
    }
}

impl TextDecoder for CsvDecoder {
    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(CsvCutter { dialect: self.dialect, in_rows: false })
    }

    fn decode(&self, chunk: Chunk<'_>, sink: &mut dyn EventSink, tally: &mut Tally) {
        let mut repaired = Repaired::default();
        let (text, shifts) = repaired.text_of(chunk.bytes);
        let (mut at, mut cells) = (0, Vec::with_capacity(self.columns.fields.len()));
        let mut buffers = CsvBuffers::default();
        while let Some(length) =
            self.dialect.split(&text.as_bytes()[at..], true, &mut cells).filter(|n| *n > 0)
        {
            let line = &text[at..at + length];
            let offset = chunk.offset + original(shifts, at);
            let lossy = changed(shifts, at, at + length);
            at += length;
            if line.trim_ascii().is_empty() {
                continue;
            }
            tally.lossy_utf8 += u64::from(lossy);
            if cells.len() != self.columns.fields.len() {
                tally.bad(offset, "has more or fewer cells than the header", line.as_bytes());
                continue;
            }
            self.row(line, &cells, &mut buffers, |row, scratch| {
                match row.and_then(|mut row| row.event(scratch, chunk.hints, line.as_bytes())) {
                    Ok(event) => {
                        tally.good(event.time);
                        tally.truncated_rows += u64::from(event.params.truncated);
                        sink.event(&event);
                    }
                    Err(reason) => tally.bad(offset, reason, line.as_bytes()),
                }
            });
        }
    }
}

/// Kept from row to row.
#[derive(Default)]
struct CsvBuffers {
    opened: Opened,
    scratch: Scratch,
}

impl CsvDecoder {
    fn row(
        &self,
        line: &str,
        cells: &[CellSpan],
        buffers: &mut CsvBuffers,
        done: impl FnOnce(Result<RawRecord<'_>, &'static str>, &mut Scratch),
    ) {
        let find = |wanted: EventField| {
            let at = self.columns.fields.iter().position(|f| *f == Some(wanted));
            at.map_or(Cow::Borrowed(""), |i| cells[i].text(line, self.dialect))
        };
        let params = self.columns.table == Table::AccessLog
            || columns::needs_params(&find(EventField::Service), &find(EventField::Workspace));
        let texts: Vec<(EventField, Cow<'_, str>)> = self
            .columns
            .fields
            .iter()
            .zip(cells)
            .filter_map(|(field, cell)| Some(((*field)?, cell)))
            .filter(|(field, _)| params || *field != EventField::Params)
            .map(|(field, cell)| (field, cell.text(line, self.dialect)))
            .filter(|(_, text)| !matches!(text.as_ref(), "" | "null" | "NULL" | "None" | "NaN" | "\\N"))
            .collect();
        let CsvBuffers { opened, scratch } = buffers;
        opened.clear();
        let mut row = RawRecord::default();
        for (field, text) in &texts {
            if !opened.open(*field, text) {
                row.set(*field, FieldValue::Text(text));
            }
        }
        opened.fill(&mut row);
        if self.columns.table == Table::QueryHistory {
            query_history::complete(&mut row);
        }
        let written = [EventField::Time, EventField::StoredTime]
            .map(|f| row.get(f).text())
            .into_iter()
            .find(|t| !t.is_empty());
        let time = written.map(|text| parse_time(&text).map_or_else(|| time::parse(&text, self.order), Ok));
        if let Some(Ok(time)) = time {
            row.set_time(time);
        }
        done(if let Some(Err(reason)) = time { Err(reason) } else { Ok(row) }, scratch);
    }
}
