//! Builds a batch of the flat table from the columns that one kind of row uses.

use super::{COLUMNS, FINGERPRINT, RowKind, SCHEMA_VERSION, schema};
use crate::ledger::counts::Count;
use crate::ledger::interner::{Id, Interner};
use crate::ledger::text_column::{texts, words};
use crate::support::time::{Day, Time};
use arrow::array::{ArrayRef, Date32Array, Int64Array, TimestampMicrosecondArray, new_null_array};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use std::sync::Arc;

/// A batch of rows of one kind that is being filled, column by column.
pub(super) struct KindBatch<'n> {
    names: &'n Interner,
    pub(super) len: usize,
    arrays: Vec<(&'static str, ArrayRef)>,
    error: Option<ArrowError>,
}

impl<'n> KindBatch<'n> {
    pub(super) fn new(kind: RowKind, names: &'n Interner, len: usize) -> Self {
        let mut batch = Self { names, len, arrays: Vec::new(), error: None };
        batch.own_text("kind", (0..len).map(|_| kind.name()));
        batch.int("schema_version", (0..len).map(|_| Some(SCHEMA_VERSION)));
        batch
    }

    fn push(&mut self, name: &'static str, array: Result<ArrayRef, ArrowError>) {
        match array {
            Ok(array) => self.arrays.push((name, array)),
            Err(e) => self.error = self.error.take().or(Some(e)),
        }
    }

    /// Adds a column of numbered texts; an empty text becomes null.
    pub(super) fn text(&mut self, name: &'static str, ids: impl Iterator<Item = Option<Id>>) {
        let names = self.names;
        self.given_text(name, ids.map(|id| id.filter(|id| !names.text(*id).is_empty())));
    }

    /// Adds a column of numbered texts; an empty text stays one.
    pub(super) fn given_text(&mut self, name: &'static str, ids: impl Iterator<Item = Option<Id>>) {
        self.push(name, texts(self.names, ids));
    }

    /// Adds a column of texts of this program, with few distinct ones.
    pub(super) fn own_text(&mut self, name: &'static str, of: impl Iterator<Item = &'static str>) {
        self.push(name, words(of));
    }

    pub(super) fn int(&mut self, name: &'static str, numbers: impl Iterator<Item = Option<i64>>) {
        self.arrays.push((name, Arc::new(numbers.collect::<Int64Array>())));
    }

    pub(super) fn time(&mut self, name: &'static str, times: impl Iterator<Item = Option<Time>>) {
        let array: TimestampMicrosecondArray = times.map(|t| t.map(|t| t.0)).collect();
        self.arrays.push((name, Arc::new(array.with_timezone("UTC"))));
    }

    pub(super) fn day(&mut self, name: &'static str, days: impl Iterator<Item = Day>) {
        self.arrays.push((name, Arc::new(days.map(|d| Some(d.0)).collect::<Date32Array>())));
    }

    /// Adds the columns of a count: events, first, last; all null if there are no events.
    pub(super) fn count(&mut self, names: [&'static str; 3], counts: impl Iterator<Item = Count> + Clone) {
        let some = |c: Count| Some(c).filter(|c| !c.is_none());
        self.int(names[0], counts.clone().map(|c| some(c).map(|c| c.events as i64)));
        self.time(names[1], counts.clone().map(|c| some(c).map(|c| c.first)));
        self.time(names[2], counts.map(|c| some(c).map(|c| c.last)));
    }

    /// The batch in the schema of the table; columns not added are null.
    pub(super) fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let schema = schema();
        let names = COLUMNS.iter().map(|c| c.name).chain([FINGERPRINT]);
        let arrays = names.zip(schema.fields()).map(|(name, field)| {
            match self.arrays.iter().position(|(n, _)| *n == name) {
                Some(at) => self.arrays.swap_remove(at).1,
                None => new_null_array(field.data_type(), self.len),
            }
        });
        let arrays = arrays.collect();
        RecordBatch::try_new(schema, arrays)
    }
}
