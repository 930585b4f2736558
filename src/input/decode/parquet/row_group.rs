//! Decodes one row group. Most of its bytes are request parameters, which are read only for the rows that need them, by their
//! service and workspace.

use super::ParquetFile;
use super::leaves::{Cells, Leaf, cells};
use crate::input::decode::cell::Opened;
use crate::input::decode::field::EventField;
use crate::input::decode::json_record::{CUT, Scratch};
use crate::input::decode::json_value::FieldValue;
use crate::input::decode::keys::params_field;
use crate::input::decode::raw_record::RawRecord;
use crate::input::decode::table_columns::needs_params;
use crate::input::decode::{Hints, ReadProblem, Tally};
use crate::input::event::EventSink;
use crate::input::source::{Batches, SharedFile};
use crate::support::time::Time;
use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ParquetRecordBatchReaderBuilder, RowSelection};
use arrow::array::{BooleanArray, RecordBatch};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use std::fmt::{Display, Write};
use std::fs::File;

/// Rows decoded at once: enough to share the cost of a page, few enough to stay in the cache.
const BATCH: usize = 4096;

/// One row group of a file.
pub(super) struct RowGroup<'f> {
    file: &'f ParquetFile,
    group: usize,
    input: SharedFile,
    /// Some rows have no event id: only rows equal in all columns are duplicates, so all columns are read.
    hashed: bool,
}

impl<'f> RowGroup<'f> {
    pub(super) fn of(file: &'f ParquetFile, group: usize) -> Result<Self, ReadProblem> {
        let input =
            File::open(&file.path).and_then(SharedFile::new).map_err(|e| ReadProblem::Io(e.to_string()))?;
        let id = file.leaves.plain.iter().find(|l| l.field == EventField::EventId);
        let nulls = id.and_then(|l| {
            file.metadata.metadata().row_group(group).column(l.index).statistics()?.null_count_opt()
        });
        let hashed = id.is_none() || nulls.is_some_and(|n| n > 0);
        Ok(Self { file, group, input, hashed })
    }

    pub(super) fn decode(
        self,
        hints: &Hints,
        sink: &mut dyn EventSink,
        tally: &mut Tally,
    ) -> Result<(), ReadProblem> {
        let leaves = &self.file.leaves;
        let needed = self.needed()?;
        let mut params = self.params(&needed)?;
        let first = self.file.metadata.metadata().row_groups()[..self.group]
            .iter()
            .map(|g| g.num_rows().max(0).unsigned_abs());
        let mut number = self.file.first_row + first.sum::<u64>();
        let mut at = 0;
        let (mut opened, mut scratch, mut record) = (Opened::default(), Scratch::default(), String::new());
        for batch in self.reader(&leaves.plain, self.hashed, None)? {
            let batch = batch.map_err(damaged)?;
            let columns = cells(&batch, &leaves.plain).map_err(damaged)?;
            let whole = if self.hashed { formatters(&batch)? } else { Vec::new() };
            for i in 0..batch.num_rows() {
                let params = match params.as_mut().filter(|_| needed.get(at).copied().unwrap_or(false)) {
                    Some(params) => Some(params.next()?),
                    None => None,
                };
                opened.clear();
                let mut row = RawRecord::default();
                for (field, value) in &self.file.constants {
                    row.set(*field, FieldValue::Text(value));
                }
                take(&mut row, &columns, i, &mut opened);
                if let Some((columns, i)) = params {
                    take(&mut row, columns, i, &mut opened);
                }
                opened.fill(&mut row);
                if let Some(complete) = leaves.columns.table.complete {
                    complete(&mut row);
                }
                record.clear();
                whole.iter().for_each(|column| push(&mut record, &column.value(i)));
                match row.event(&mut scratch, hints, record.as_bytes()) {
                    Ok(event) => {
                        tally.good(event.time);
                        tally.truncated_rows += u64::from(event.params.truncated);
                        sink.event(&event);
                    }
                    Err(reason) => {
                        record.clear();
                        columns
                            .iter()
                            .filter_map(|(_, c)| c.text(i))
                            .for_each(|text| push(&mut record, &text));
                        tally.bad(number, reason, record.as_bytes());
                    }
                }
                at += 1;
                number += 1;
            }
        }
        Ok(())
    }

    /// Which rows need their request parameters.
    fn needed(&self) -> Result<Vec<bool>, ReadProblem> {
        let leaves = &self.file.leaves;
        let rows =
            usize::try_from(self.file.metadata.metadata().row_group(self.group).num_rows()).unwrap_or(0);
        if leaves.params.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<Leaf> = leaves
            .plain
            .iter()
            .filter(|l| matches!(l.field, EventField::Service | EventField::Workspace))
            .cloned()
            .collect();
        if !keys.iter().any(|l| l.field == EventField::Service) {
            return Ok(vec![true; rows]);
        }
        let constant = self
            .file
            .constants
            .iter()
            .find(|(f, _)| *f == EventField::Workspace)
            .map_or("", |(_, value)| value);
        let mut needed = Vec::with_capacity(rows);
        for batch in self.reader(&keys, false, None)? {
            let batch = batch.map_err(damaged)?;
            let columns = cells(&batch, &keys).map_err(damaged)?;
            let text =
                |field: EventField, i| columns.iter().find(|(f, _)| *f == field).and_then(|(_, c)| c.text(i));
            needed.extend((0..batch.num_rows()).map(|i| {
                needs_params(
                    text(EventField::Service, i).unwrap_or(""),
                    text(EventField::Workspace, i).unwrap_or(constant),
                )
            }));
        }
        Ok(needed)
    }

    fn params(&self, needed: &[bool]) -> Result<Option<ParamsReader>, ReadProblem> {
        if !needed.contains(&true) {
            return Ok(None);
        }
        let leaves = self.file.leaves.params.clone();
        let some = needed.contains(&false);
        let selection = some.then(|| RowSelection::from_filters(&[BooleanArray::from(needed.to_vec())]));
        Ok(Some(ParamsReader {
            reader: self.reader(&leaves, false, selection)?,
            leaves,
            columns: Vec::new(),
            rows: 0,
            at: 0,
        }))
    }

    fn reader(&self, leaves: &[Leaf], all: bool, rows: Option<RowSelection>) -> Result<Batches, ReadProblem> {
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(
            self.input.clone(),
            self.file.metadata.clone(),
        );
        let mask = if all {
            ProjectionMask::all()
        } else {
            ProjectionMask::leaves(self.file.metadata.parquet_schema(), leaves.iter().map(|l| l.index))
        };
        let builder = builder.with_projection(mask).with_row_groups(vec![self.group]).with_batch_size(BATCH);
        let builder = match rows {
            Some(rows) => builder.with_row_selection(rows),
            None => builder,
        };
        Batches::of(builder).map_err(damaged)
    }
}

/// The request parameters of the rows that need them, in step with the rows.
struct ParamsReader {
    reader: Batches,
    leaves: Vec<Leaf>,
    columns: Vec<(EventField, Cells)>,
    rows: usize,
    at: usize,
}

impl ParamsReader {
    #[expect(clippy::type_complexity, reason = "the columns of a batch and its rows")]
    fn next(&mut self) -> Result<(&[(EventField, Cells)], usize), ReadProblem> {
        while self.at == self.rows {
            let Some(batch) = self.reader.next() else {
                return Err(ReadProblem::Damaged("request parameters end before the rows do".to_owned()));
            };
            let batch = batch.map_err(damaged)?;
            self.columns = cells(&batch, &self.leaves).map_err(damaged)?;
            (self.rows, self.at) = (batch.num_rows(), 0);
        }
        self.at += 1;
        Ok((&self.columns, self.at - 1))
    }
}

fn take<'a>(row: &mut RawRecord<'a>, columns: &'a [(EventField, Cells)], i: usize, opened: &mut Opened) {
    for (field, column) in columns {
        match column {
            Cells::Text(_) => {
                let Some(text) = column.text(i) else { continue };
                if !opened.open(*field, text) {
                    row.set(*field, FieldValue::Text(text));
                }
            }
            Cells::Times(times) => {
                let Some(time) = times[i].map(Time).filter(|t| t.is_plausible()) else { continue };
                match field {
                    EventField::Time => row.set_time(time),
                    EventField::StoredTime => {
                        // Marks the row as Azure's. The time of the event takes precedence if there is one.
                        row.set(EventField::StoredTime, FieldValue::Bare("0"));
                        row.set_time_if_none(time);
                    }
                    EventField::TokenExpiration => opened.keep(*field, &time.to_string()),
                    _ => {}
                }
            }
            Cells::Map { offsets, keys, values } => {
                let entries = offsets[i].max(0) as usize..offsets[i + 1].max(0) as usize;
                for entry in entries {
                    let value = values.text(entry).unwrap_or("");
                    match keys.text(entry).and_then(params_field) {
                        Some(EventField::Truncated) => {
                            row.set(EventField::Truncated, FieldValue::Bare("true"))
                        }
                        Some(field) => row.set(field, FieldValue::Text(value)),
                        None => {}
                    }
                    if value.ends_with(CUT) {
                        row.set(EventField::Truncated, FieldValue::Bare("true"));
                    }
                }
            }
        }
    }
}

fn formatters(batch: &RecordBatch) -> Result<Vec<ArrayFormatter<'_>>, ReadProblem> {
    const OPTIONS: FormatOptions<'static> = FormatOptions::new().with_null("\u{0}");
    batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &OPTIONS))
        .collect::<Result<_, _>>()
        .map_err(damaged)
}

fn push(record: &mut String, value: &dyn Display) {
    // Writing to a string fails only if a value cannot be shown; it then counts as empty.
    let _ = write!(record, "{value} ");
}

fn damaged(why: impl Into<ArrowError>) -> ReadProblem {
    ReadProblem::Damaged(why.into().to_string())
}
