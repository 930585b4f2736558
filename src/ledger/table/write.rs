//! A ledger, or parts of one, as batches of the flat table: each batch holds one kind, the columns of others are null.

use super::{COLUMNS, FINGERPRINT, Kind, SCHEMA_VERSION, TALLIES, schema};
use crate::ledger::columns::{texts, words};
use crate::ledger::gather::Gather;
use crate::ledger::names::{Id, Names};
use crate::ledger::row::{Count, Ledger, Row};
use crate::ledger::{Meeting, Tally};
use crate::support::time::{Day, Time};
use arrow::array::{ArrayRef, Date32Array, Int64Array, TimestampMicrosecondArray, new_null_array};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows of a batch, and of a row group.
const BATCH: usize = 1 << 18;

/// The whole ledger, in one order.
///
/// # Errors
/// None in practice: a batch that Arrow refuses.
pub fn batches(ledger: Ledger) -> Result<Vec<RecordBatch>, ArrowError> {
    let parts_of = Gather::of(ledger);
    parts(&parts_of.names, &parts_of)
}

/// Writes the whole ledger as one Parquet file.
///
/// # Errors
/// Whatever `out` says.
pub fn write_parquet(ledger: Ledger, out: impl Write + Send) -> io::Result<()> {
    parquet(&batches(ledger).map_err(io::Error::other)?, out)
}

/// Batches of the table as a Parquet file.
pub(in crate::ledger) fn parquet(batches: &[RecordBatch], out: impl Write + Send) -> io::Result<()> {
    write(&schema(), batches, out)
}

/// A batch of another schema as a Parquet file.
pub(in crate::ledger) fn parquet_of(batch: &RecordBatch, out: impl Write + Send) -> io::Result<()> {
    write(&batch.schema(), std::slice::from_ref(batch), out)
}

fn write(schema: &SchemaRef, batches: &[RecordBatch], out: impl Write + Send) -> io::Result<()> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(BATCH))
        .set_created_by("scopecast".into())
        .build();
    let mut writer =
        ArrowWriter::try_new(out, Arc::clone(schema), Some(properties)).map_err(io::Error::other)?;
    for batch in batches {
        writer.write(batch).map_err(io::Error::other)?;
    }
    writer.close().map_err(io::Error::other)?;
    Ok(())
}

/// Every part, by kind, under the numbering of `names`.
pub(in crate::ledger) fn parts(names: &Names, of: &Gather) -> Result<Vec<RecordBatch>, ArrowError> {
    let mut batches = Vec::new();
    for rows in of.rows.chunks(BATCH) {
        batches.push(rows_batch(names, rows, |_| None)?);
    }
    for rows in of.unlinked.chunks(BATCH) {
        let plain: Vec<Row> = rows.iter().map(|(row, _)| row.clone()).collect();
        batches.push(rows_batch(names, &plain, |i| Some(rows[i].1))?);
    }
    let mut add = |batch: Batch<'_>| -> Result<(), ArrowError> {
        if batch.len > 0 {
            batches.push(batch.finish()?);
        }
        Ok(())
    };
    for days in of.days.chunks(BATCH) {
        let mut b = Batch::new(Kind::Day, names, days.len());
        b.text("workspace", days.iter().map(|((w, _), _)| Some(*w)));
        b.day("day", days.iter().map(|((_, d), _)| *d));
        b.int("events", days.iter().map(|(_, c)| Some(c.rows as i64)));
        b.int("logins", days.iter().map(|(_, c)| Some(c.logins as i64)));
        add(b)?;
    }
    for digests in of.digests.chunks(BATCH) {
        let mut b = Batch::new(Kind::Day, names, digests.len());
        b.text("workspace", digests.iter().map(|((w, _), _)| Some(*w)));
        b.day("day", digests.iter().map(|((_, d), _)| *d));
        b.int(FINGERPRINT, digests.iter().map(|(_, sum)| Some(sum.cast_signed())));
        add(b)?;
    }
    for tokens in of.tokens.chunks(BATCH) {
        let mut b = Batch::new(Kind::Token, names, tokens.len());
        b.text("workspace", tokens.iter().map(|(_, t)| Some(t.workspace)));
        b.text("principal", tokens.iter().map(|(_, t)| Some(t.principal)));
        b.text("token", tokens.iter().map(|(id, _)| Some(*id)));
        b.count(["logins", "first_time", "last_time"], tokens.iter().map(|(_, t)| t.logins));
        b.time("generated", tokens.iter().map(|(_, t)| t.generated));
        b.time("expires", tokens.iter().map(|(_, t)| t.expires));
        b.time("revoked", tokens.iter().map(|(_, t)| t.revoked));
        add(b)?;
    }
    for addresses in of.addresses.chunks(BATCH) {
        let mut b = Batch::new(Kind::Address, names, addresses.len());
        let keys = || addresses.iter().map(|(key, _)| key);
        b.text("workspace", keys().map(|k| Some(k.workspace)));
        b.text("principal", keys().map(|k| Some(k.principal)));
        b.text("agent", keys().map(|k| Some(k.agent)));
        b.text("token", keys().map(|k| Some(k.token)));
        b.text("address", keys().map(|k| Some(k.address)));
        b.count(["events", "first_time", "last_time"], addresses.iter().map(|(_, c)| *c));
        add(b)?;
    }
    let mut b = Batch::new(Kind::Alias, names, of.aliases.len());
    b.text("workspace", of.aliases.iter().map(|a| Some(a.0)));
    b.text("name", of.aliases.iter().map(|a| Some(a.1)));
    b.text("principal", of.aliases.iter().map(|a| Some(a.2)));
    add(b)?;
    for keys in of.login_keys.chunks(BATCH) {
        let mut b = Batch::new(Kind::LoginKey, names, keys.len());
        let of = |part: fn(&Meeting) -> Id| keys.iter().map(move |m| Some(part(m)));
        b.text("workspace", of(|m| m.workspace));
        b.text("principal", of(|m| m.principal));
        b.text("agent", of(|m| m.agent));
        // An empty address is one here, as in the rows it is compared with.
        b.given_text("address", of(|m| m.address));
        add(b)?;
    }
    add(wanted(names, of))?;
    if of.tally == Tally::default() {
        return Ok(batches);
    }
    let figures = figures(&of.tally);
    let mut b = Batch::new(Kind::Tally, names, figures.len());
    b.own_text("name", TALLIES.iter().copied());
    b.int("events", figures.iter().map(|n| Some(*n as i64)));
    let only_rows = |at: Option<Time>| (0..TALLIES.len()).map(move |i| at.filter(|_| i == 0));
    b.time("first_time", only_rows(of.tally.first));
    b.time("last_time", only_rows(of.tally.last));
    add(b)?;
    Ok(batches)
}

fn wanted<'n>(names: &'n Names, of: &Gather) -> Batch<'n> {
    let mut b = Batch::new(Kind::Wanted, names, of.wanted.len());
    let rows = || of.wanted.iter().map(|(w, _)| w);
    b.text("workspace", rows().map(|w| Some(w.workspace)));
    b.text("principal", rows().map(|w| Some(w.principal)));
    b.text("agent", rows().map(|w| Some(w.agent)));
    b.text("action", rows().map(|w| Some(w.action)));
    b.text("token", rows().map(|w| Some(w.token)));
    b.own_text("link", rows().map(|w| w.link.name()));
    b.given_text("address", of.wanted.iter().map(|(_, address)| *address));
    b.time("first_time", rows().map(|w| Some(w.time)));
    b.int(FINGERPRINT, rows().map(|w| Some(w.request.cast_signed())));
    b
}

/// In the order of [`TALLIES`].
fn figures(t: &Tally) -> [u64; TALLIES.len()] {
    [
        t.rows,
        t.duplicates,
        t.id_reused,
        t.truncated,
        t.internal_logins,
        t.logins_without_method,
        t.request_sample.0,
        t.request_sample.1,
        t.runs.0,
        t.runs.1,
    ]
}

fn rows_batch(
    names: &Names,
    rows: &[Row],
    address: impl Fn(usize) -> Option<Id>,
) -> Result<RecordBatch, ArrowError> {
    let mut b = Batch::new(Kind::Row, names, rows.len());
    let of = |part: fn(&Row) -> Id| rows.iter().map(move |r| Some(part(r)));
    b.text("workspace", of(|r| r.key.workspace));
    b.text("principal", of(|r| r.key.principal));
    b.text("agent", of(|r| r.key.agent));
    b.text("action", of(|r| r.key.action));
    b.text("named", of(|r| r.key.named));
    b.day("day", rows.iter().map(|r| r.key.day));
    b.text("token", of(|r| r.key.token));
    b.own_text("link", rows.iter().map(|r| r.key.link.name()));
    b.given_text("address", (0..rows.len()).map(address));
    let outcome = |part: fn(&Row) -> Count| rows.iter().map(part);
    b.count(["succeeded", "first_succeeded", "last_succeeded"], outcome(|r| r.outcomes.succeeded()));
    b.count(["denied", "first_denied", "last_denied"], outcome(|r| r.outcomes.denied()));
    b.count(["failed", "first_failed", "last_failed"], outcome(|r| r.outcomes.failed()));
    b.finish()
}

/// Columns of one kind's rows.
struct Batch<'n> {
    names: &'n Names,
    len: usize,
    arrays: Vec<(&'static str, ArrayRef)>,
    error: Option<ArrowError>,
}

impl<'n> Batch<'n> {
    fn new(kind: Kind, names: &'n Names, len: usize) -> Self {
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

    /// Texts by number; the empty one is null.
    fn text(&mut self, name: &'static str, ids: impl Iterator<Item = Option<Id>>) {
        let names = self.names;
        self.given_text(name, ids.map(|id| id.filter(|id| !names.text(*id).is_empty())));
    }

    /// Texts by number, the empty one among them.
    fn given_text(&mut self, name: &'static str, ids: impl Iterator<Item = Option<Id>>) {
        self.push(name, texts(self.names, ids));
    }

    /// Texts of this program, of which few are distinct.
    fn own_text(&mut self, name: &'static str, of: impl Iterator<Item = &'static str>) {
        self.push(name, words(of));
    }

    fn int(&mut self, name: &'static str, numbers: impl Iterator<Item = Option<i64>>) {
        self.arrays.push((name, Arc::new(numbers.collect::<Int64Array>())));
    }

    fn time(&mut self, name: &'static str, times: impl Iterator<Item = Option<Time>>) {
        let array: TimestampMicrosecondArray = times.map(|t| t.map(|t| t.0)).collect();
        self.arrays.push((name, Arc::new(array.with_timezone("UTC"))));
    }

    fn day(&mut self, name: &'static str, days: impl Iterator<Item = Day>) {
        self.arrays.push((name, Arc::new(days.map(|d| Some(d.0)).collect::<Date32Array>())));
    }

    /// Events, first, last; null where there is none.
    fn count(&mut self, names: [&'static str; 3], counts: impl Iterator<Item = Count> + Clone) {
        let some = |c: Count| Some(c).filter(|c| !c.is_none());
        self.int(names[0], counts.clone().map(|c| some(c).map(|c| c.events as i64)));
        self.time(names[1], counts.clone().map(|c| some(c).map(|c| c.first)));
        self.time(names[2], counts.map(|c| some(c).map(|c| c.last)));
    }

    fn finish(mut self) -> Result<RecordBatch, ArrowError> {
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
