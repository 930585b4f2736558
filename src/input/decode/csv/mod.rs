//! Tables as text: CSV or TSV, whatever the delimiter, the quoting and the dialect of the cells.

mod csv_dialect;
pub(super) mod csv_header;
pub mod ledger_csv;

use super::cell::Opened;
use super::field::EventField;
use super::head::Head;
use super::json_record::Scratch;
use super::json_value::FieldValue;
use super::moment::parse_time;
use super::raw_record::RawRecord;
use super::recognised::{Guess, Opening, Recognised};
use super::repaired_utf8::{Repaired, changed, original};
use super::table_columns::needs_params;
use super::{Chunk, Cut, Cutter, ReadProblem, Tally, TextDecoder};
use crate::input::event::EventSink;
use crate::input::file_kind::FileKind;
use crate::support::time::Time;
use crate::support::time::written::{self, DateOrder, Unreadable};
use csv_dialect::{CellSpan, CsvDialect, preamble};
use csv_header::CsvHeader;
use std::borrow::Cow;

/// The longest header line, in bytes.
const LONGEST_HEADER: usize = 1 << 16;

/// Says yes to a header that names the columns of a known table.
pub(super) fn recognise(head: &Head<'_>) -> Guess {
    if ledger_csv::is_ledger(head) {
        return Guess::Yes(Recognised::without_opening(FileKind::LedgerTable));
    }
    match CsvHeader::of(head) {
        Some(header) => Guess::Yes(Recognised {
            kind: FileKind::Log(header.columns.table.as_csv),
            opening: Opening::Csv(Box::new(header)),
        }),
        None if !head.end && head.bytes.len() < LONGEST_HEADER && !head.bytes.contains(&b'\n') => Guess::More,
        None => Guess::No,
    }
}

/// Prepares the decoder.
pub(super) fn open(header: CsvHeader) -> Result<CsvDecoder, ReadProblem> {
    header.check()?;
    Ok(CsvDecoder(header))
}

/// The decoder of one file.
pub(super) struct CsvDecoder(CsvHeader);

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
        Box::new(CsvCutter { dialect: self.0.dialect, in_rows: false })
    }

    fn decode(&self, chunk: Chunk<'_>, sink: &mut dyn EventSink, tally: &mut Tally) {
        let mut repaired = Repaired::default();
        let (text, shifts) = repaired.text_of(chunk.bytes);
        let (mut at, mut cells) = (0, Vec::with_capacity(self.0.columns.fields.len()));
        let mut buffers = CsvBuffers::default();
        while let Some(length) =
            self.0.dialect.split(&text.as_bytes()[at..], true, &mut cells).filter(|n| *n > 0)
        {
            let line = &text[at..at + length];
            let offset = chunk.offset + original(shifts, at);
            let lossy = changed(shifts, at, at + length);
            at += length;
            if line.trim_ascii().is_empty() {
                continue;
            }
            tally.lossy_utf8 += u64::from(lossy);
            if cells.len() != self.0.columns.fields.len() {
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

/// Buffers that are reused for every row.
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
            let at = self.0.columns.fields.iter().position(|f| *f == Some(wanted));
            at.map_or(Cow::Borrowed(""), |i| cells[i].text(line, self.0.dialect))
        };
        let params = needs_params(&find(EventField::Service), &find(EventField::Workspace));
        let texts: Vec<(EventField, Cow<'_, str>)> = self
            .0
            .columns
            .fields
            .iter()
            .zip(cells)
            .filter_map(|(field, cell)| Some(((*field)?, cell)))
            .filter(|(field, _)| params || *field != EventField::Params)
            .map(|(field, cell)| (field, cell.text(line, self.0.dialect)))
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
        if let Some(complete) = self.0.columns.table.complete {
            complete(&mut row);
        }
        let written = [EventField::Time, EventField::StoredTime]
            .map(|f| row.get(f).text())
            .into_iter()
            .find(|t| !t.is_empty());
        let time = written.map(|text| moment(&text, self.0.order));
        if let Some(Ok(time)) = time {
            row.set_time(time);
        }
        done(if let Some(Err(reason)) = time { Err(reason) } else { Ok(row) }, scratch);
    }
}

/// The time in a cell, or why there is none, as the end of a sentence.
fn moment(text: &str, order: Option<DateOrder>) -> Result<Time, &'static str> {
    parse_time(text).map_or_else(|| written::numeric(text, order), Ok).map_err(|e| match e {
        Unreadable::NoTime => "has a time that cannot be read",
        Unreadable::Ambiguous => {
            "has a date whose day and month cannot be told apart; export times as 2026-07-01T09:11:56Z"
        }
    })
}
