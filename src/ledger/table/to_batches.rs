//! Writes a ledger, or parts of one, as batches of the flat table. Each batch holds one kind of row.

use super::kind_batch::KindBatch;
use super::{FINGERPRINT, RowKind, TALLIES, schema};
use crate::ledger::builder::LedgerBuilder;
use crate::ledger::counts::Count;
use crate::ledger::facts::LedgerRow;
use crate::ledger::finished::Ledger;
use crate::ledger::interner::{Id, Interner};
use crate::ledger::keys::ClientKey;
use crate::ledger::ledger_tally::LedgerTally;
use crate::ledger::parts::LedgerParts;
use crate::support::time::Time;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::io::{self, Write};
use std::sync::Arc;

/// Number of rows of a batch, and of a row group.
const BATCH: usize = 1 << 18;

/// The whole ledger as batches, always in the same order.
///
/// # Errors
/// Arrow refuses a batch, which should not happen.
pub fn batches(ledger: Ledger) -> Result<Vec<RecordBatch>, ArrowError> {
    let LedgerBuilder { names, parts } = LedgerBuilder::of(ledger);
    parts_batches(&names, &parts)
}

/// Writes the whole ledger as one Parquet file.
///
/// # Errors
/// `out` cannot be written.
pub fn write_parquet(ledger: Ledger, out: impl Write + Send) -> io::Result<()> {
    parquet(&batches(ledger).map_err(io::Error::other)?, out)
}

/// Writes batches of the table as a Parquet file.
pub(in crate::ledger) fn parquet(batches: &[RecordBatch], out: impl Write + Send) -> io::Result<()> {
    write(&schema(), batches, out)
}

/// Writes a batch of another schema as a Parquet file.
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

/// Parts of a ledger under the numbering of `names`; one or more batches for each kind.
pub(in crate::ledger) fn parts_batches(
    names: &Interner,
    of: &LedgerParts,
) -> Result<Vec<RecordBatch>, ArrowError> {
    let mut batches = Vec::new();
    for rows in of.rows.chunks(BATCH) {
        batches.push(rows_batch(names, rows, |_| None)?);
    }
    for rows in of.unlinked.chunks(BATCH) {
        let plain: Vec<LedgerRow> = rows.iter().map(|(row, _)| row.clone()).collect();
        batches.push(rows_batch(names, &plain, |i| Some(rows[i].1))?);
    }
    let mut add = |batch: KindBatch<'_>| -> Result<(), ArrowError> {
        if batch.len > 0 {
            batches.push(batch.finish()?);
        }
        Ok(())
    };
    for days in of.days.chunks(BATCH) {
        let mut b = KindBatch::new(RowKind::Day, names, days.len());
        b.text("workspace", days.iter().map(|((w, _), _)| Some(*w)));
        b.day("day", days.iter().map(|((_, d), _)| *d));
        b.int("events", days.iter().map(|(_, c)| Some(c.rows as i64)));
        b.int("logins", days.iter().map(|(_, c)| Some(c.logins as i64)));
        add(b)?;
    }
    for digests in of.digests.chunks(BATCH) {
        let mut b = KindBatch::new(RowKind::Day, names, digests.len());
        b.text("workspace", digests.iter().map(|((w, _), _)| Some(*w)));
        b.day("day", digests.iter().map(|((_, d), _)| *d));
        b.int(FINGERPRINT, digests.iter().map(|(_, sum)| Some(sum.cast_signed())));
        add(b)?;
    }
    for tokens in of.tokens.chunks(BATCH) {
        let mut b = KindBatch::new(RowKind::Token, names, tokens.len());
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
        let mut b = KindBatch::new(RowKind::Address, names, addresses.len());
        let keys = || addresses.iter().map(|(key, _)| key);
        b.text("workspace", keys().map(|k| Some(k.workspace)));
        b.text("principal", keys().map(|k| Some(k.principal)));
        b.text("agent", keys().map(|k| Some(k.agent)));
        b.text("token", keys().map(|k| Some(k.token)));
        b.text("address", keys().map(|k| Some(k.address)));
        b.count(["events", "first_time", "last_time"], addresses.iter().map(|(_, c)| *c));
        add(b)?;
    }
    let mut b = KindBatch::new(RowKind::Alias, names, of.aliases.len());
    b.text("workspace", of.aliases.iter().map(|a| Some(a.0)));
    b.text("name", of.aliases.iter().map(|a| Some(a.1)));
    b.text("principal", of.aliases.iter().map(|a| Some(a.2)));
    add(b)?;
    for keys in of.login_keys.chunks(BATCH) {
        let mut b = KindBatch::new(RowKind::LoginKey, names, keys.len());
        let of = |part: fn(&ClientKey) -> Id| keys.iter().map(move |m| Some(part(m)));
        b.text("workspace", of(|m| m.workspace));
        b.text("principal", of(|m| m.principal));
        b.text("agent", of(|m| m.agent));
        // An empty address must stay one, because it is compared with the addresses of rows.
        b.given_text("address", of(|m| m.address));
        add(b)?;
    }
    add(wanted(names, of))?;
    if of.tally == LedgerTally::default() {
        return Ok(batches);
    }
    let figures = of.tally.figures();
    let mut b = KindBatch::new(RowKind::Tally, names, figures.len());
    b.own_text("name", TALLIES.iter().copied());
    b.int("events", figures.iter().map(|n| Some(*n as i64)));
    let only_rows = |at: Option<Time>| (0..TALLIES.len()).map(move |i| at.filter(|_| i == 0));
    b.time("first_time", only_rows(of.tally.first));
    b.time("last_time", only_rows(of.tally.last));
    add(b)?;
    Ok(batches)
}

fn wanted<'n>(names: &'n Interner, of: &LedgerParts) -> KindBatch<'n> {
    let mut b = KindBatch::new(RowKind::Wanted, names, of.wanted.len());
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

fn rows_batch(
    names: &Interner,
    rows: &[LedgerRow],
    address: impl Fn(usize) -> Option<Id>,
) -> Result<RecordBatch, ArrowError> {
    let mut b = KindBatch::new(RowKind::Row, names, rows.len());
    let of = |part: fn(&LedgerRow) -> Id| rows.iter().map(move |r| Some(part(r)));
    b.text("workspace", of(|r| r.key.workspace));
    b.text("principal", of(|r| r.key.principal));
    b.text("agent", of(|r| r.key.agent));
    b.text("action", of(|r| r.key.action));
    b.text("named", of(|r| r.key.named));
    b.day("day", rows.iter().map(|r| r.key.day));
    b.text("token", of(|r| r.key.token));
    b.own_text("link", rows.iter().map(|r| r.key.link.name()));
    b.given_text("address", (0..rows.len()).map(address));
    let outcome = |part: fn(&LedgerRow) -> Count| rows.iter().map(part);
    b.count(["succeeded", "first_succeeded", "last_succeeded"], outcome(|r| r.outcomes.succeeded()));
    b.count(["denied", "first_denied", "last_denied"], outcome(|r| r.outcomes.denied()));
    b.count(["failed", "first_failed", "last_failed"], outcome(|r| r.outcomes.failed()));
    b.finish()
}
