//! Reads the flat table, whatever engine wrote it, into parts of a ledger.

use super::batch_columns::{CountColumns, IntColumn, TimeColumn};
use super::{COLUMNS, ColumnType, FINGERPRINT, RowKind, SCHEMA_VERSION, TALLIES, data_type};
use crate::input::decode::is_ledger_table;
use crate::input::source::{Batches, ReadProblem, SharedFile, directory};
use crate::ledger::builder::LedgerBuilder;
use crate::ledger::counts::{DayCount, Outcomes, earlier};
use crate::ledger::facts::{LedgerRow, TokenLogins, WantedRow};
use crate::ledger::keys::{AddressKey, ClientKey, RowKey};
use crate::ledger::ledger_tally::LedgerTally;
use crate::ledger::link::Link;
use crate::ledger::parts::LedgerParts;
use crate::ledger::text_column::TextColumn;
use crate::support::time::Day;
use arrow::array::{Array, AsArray, Date32Array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::file::reader::ChunkReader;
use rayon::prelude::*;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Rows of a batch: few enough that its columns stay in the cache.
const BATCH: usize = 1 << 13;

/// At most this many rows are allocated because a file claims to have them.
const MOST_RESERVED: usize = 1 << 20;

/// Reads a Parquet file, its row groups in parallel. Clones of `file` must read independently of each other, as [`SharedFile`]s
/// and bytes in memory do.
///
/// [`SharedFile`]: crate::input::source::SharedFile
///
/// # Errors
/// The file is damaged, or not a ledger table, or of another version.
pub fn read_parquet<R: ChunkReader + Clone + Sync + 'static>(file: &R) -> Result<LedgerBuilder, ReadProblem> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata = directory(file, options.clone()).map_err(damaged)?;
    if !is_ledger_table(metadata.schema().fields().iter().map(|f| f.name().as_str())) {
        return Err(ReadProblem::UnknownFormat);
    }
    let schema = Arc::new(with_dictionaries(metadata.schema()));
    let options = options.with_schema(schema);
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options).map_err(damaged)?;
    let ours = |name: &str| name == FINGERPRINT || COLUMNS.iter().any(|c| c.name.eq_ignore_ascii_case(name));
    let groups = metadata.metadata().row_groups();
    let parts = groups.par_iter().enumerate().map(|(number, group)| {
        // Each kind of row leaves many columns empty, and an empty column costs as much to read as a full one.
        let is_empty = |i: usize| {
            let column = group.column(i);
            let nulls = column.statistics().and_then(|s| s.null_count_opt());
            nulls.is_some_and(|n| i64::try_from(n).is_ok_and(|n| n == column.num_values()))
        };
        let name = |i: usize| metadata.parquet_schema().column(i).path().parts()[0].clone();
        let wanted = (0..group.num_columns()).filter(|&i| ours(&name(i)) && !is_empty(i));
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file.clone(), metadata.clone())
            .with_projection(ProjectionMask::leaves(metadata.parquet_schema(), wanted))
            .with_row_groups(vec![number])
            .with_batch_size(BATCH);
        let mut part = LedgerBuilder::default();
        part.parts.rows.reserve_exact(usize::try_from(group.num_rows()).unwrap_or(0).min(MOST_RESERVED));
        for batch in Batches::of(builder).map_err(damaged)? {
            read_batch(&batch.map_err(damaged)?, &mut part)?;
        }
        Ok(part)
    });
    Ok(LedgerBuilder::all(parts.collect::<Result<_, ReadProblem>>()?))
}

/// Whether a file is a ledger table in Parquet.
pub fn is_table(path: &Path) -> bool {
    let file = File::open(path).and_then(SharedFile::new).map_err(Into::into);
    let metadata = file.and_then(|file| directory(&file, ArrowReaderOptions::default()));
    metadata.is_ok_and(|m| is_ledger_table(m.schema().fields().iter().map(|f| f.name().as_str())))
}

fn damaged(e: impl std::fmt::Display) -> ReadProblem {
    ReadProblem::Unusable(format!(
        "is a ledger table that is cut off or damaged ({e}). Make or fetch it again."
    ))
}

/// Text columns are read as dictionaries, so that each distinct text is interned once.
fn with_dictionaries(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|f| match f.data_type() {
        DataType::Utf8 => Arc::new(f.as_ref().clone().with_data_type(data_type(ColumnType::Text))),
        _ => Arc::clone(f),
    });
    Schema::new(fields.collect::<Vec<Arc<Field>>>())
}

/// Adds the rows of a batch. Columns may be in any order and of any type, texts included, that converts without loss. Their
/// names are compared without case, and unknown columns are ignored.
///
/// # Errors
/// A row cannot be part of a ledger, or is of another version of the schema.
pub fn read_batch(batch: &RecordBatch, into: &mut LedgerBuilder) -> Result<(), ReadProblem> {
    let table = TableColumns::of(batch, into)?;
    for i in 0..batch.num_rows() {
        if table.version.get(i) != Some(SCHEMA_VERSION) {
            let version = table.version.get(i).map_or("no version".to_owned(), |v| format!("version {v}"));
            return Err(ReadProblem::Unusable(format!(
                "is a ledger table of {version} of its schema; this build reads version {SCHEMA_VERSION}. Make it again, with the \
                 query that `scopecast sql` of this build prints."
            )));
        }
        table.add(i, &mut into.parts).map_err(|why| {
            ReadProblem::Unusable(format!("is a ledger table with a row that {why}. Make it again."))
        })?;
    }
    Ok(())
}

/// The columns of a batch.
struct TableColumns {
    kinds: Vec<Option<RowKind>>,
    kind: TextColumn,
    version: IntColumn,
    workspace: TextColumn,
    principal: TextColumn,
    agent: TextColumn,
    action: TextColumn,
    named: TextColumn,
    day: Option<Date32Array>,
    token: TextColumn,
    links: Vec<Option<Link>>,
    link: TextColumn,
    address: TextColumn,
    figures: Vec<Option<usize>>,
    name: TextColumn,
    outcomes: [CountColumns; 3],
    events: CountColumns,
    logins: IntColumn,
    generated: TimeColumn,
    expires: TimeColumn,
    revoked: TimeColumn,
    fingerprint: IntColumn,
}

impl TableColumns {
    fn of(batch: &RecordBatch, into: &mut LedgerBuilder) -> Result<Self, ReadProblem> {
        let column = |name: &str, of: &DataType| -> Result<Option<Arc<dyn Array>>, ReadProblem> {
            let schema = batch.schema_ref();
            let Some(at) = schema.fields().iter().position(|f| f.name().eq_ignore_ascii_case(name)) else {
                return Ok(None);
            };
            let exact = CastOptions { safe: false, ..CastOptions::default() };
            cast_with_options(batch.column(at), of, &exact).map(Some).map_err(|e| {
                ReadProblem::Unusable(format!(
                    "is a ledger table whose column {name} cannot be read ({e}). Make it again."
                ))
            })
        };
        let int = |name| -> Result<IntColumn, ReadProblem> {
            Ok(IntColumn(column(name, &DataType::Int64)?.map(|a| a.as_primitive().clone())))
        };
        let moments = |name| -> Result<TimeColumn, ReadProblem> {
            // Written as an offset: named zones would need a database of them to convert texts.
            let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into()));
            Ok(TimeColumn(column(name, &utc)?.map(|a| a.as_primitive().clone())))
        };
        let counts = |events, first, last| -> Result<CountColumns, ReadProblem> {
            Ok(CountColumns { events: int(events)?, first: moments(first)?, last: moments(last)? })
        };
        let mut text = |name| -> Result<TextColumn, ReadProblem> {
            Ok(TextColumn::of(column(name, &data_type(ColumnType::Text))?.as_deref(), &mut into.names))
        };
        let (kind, link, name) = (text("kind")?, text("link")?, text("name")?);
        let columns = [
            text("workspace")?,
            text("principal")?,
            text("agent")?,
            text("action")?,
            text("named")?,
            text("token")?,
            text("address")?,
        ];
        let [workspace, principal, agent, action, named, token, address] = columns;
        let names = &into.names;
        Ok(Self {
            kinds: kind.meaning(names, RowKind::of),
            kind,
            version: int("schema_version")?,
            workspace,
            principal,
            agent,
            action,
            named,
            day: column("day", &DataType::Date32)?.map(|a| a.as_primitive().clone()),
            token,
            links: link.meaning(names, |text| Link::ALL.into_iter().find(|k| k.name() == text)),
            link,
            address,
            figures: name.meaning(names, |text| TALLIES.iter().position(|t| *t == text)),
            name,
            outcomes: [
                counts("succeeded", "first_succeeded", "last_succeeded")?,
                counts("denied", "first_denied", "last_denied")?,
                counts("failed", "first_failed", "last_failed")?,
            ],
            events: counts("events", "first_time", "last_time")?,
            logins: int("logins")?,
            generated: moments("generated")?,
            expires: moments("expires")?,
            revoked: moments("revoked")?,
            fingerprint: int(FINGERPRINT)?,
        })
    }

    fn add(&self, i: usize, into: &mut LedgerParts) -> Result<(), &'static str> {
        let kind = self.kind.place(i).and_then(|place| self.kinds[place]).ok_or("is of an unknown kind")?;
        match kind {
            RowKind::Row => {
                let link = self.link(i)?;
                let key = RowKey {
                    workspace: self.workspace.id(i),
                    principal: self.principal.id(i),
                    agent: self.agent.id(i),
                    action: self.action.id(i),
                    named: self.named.id(i),
                    day: self.day(i)?,
                    token: self.token.id(i),
                    link,
                };
                let [succeeded, denied, failed] = &self.outcomes;
                let outcomes = Outcomes::new(succeeded.get(i)?, denied.get(i)?, failed.get(i)?);
                let row = LedgerRow { key, outcomes };
                match self.address.given(i).filter(|_| matches!(link, Link::None | Link::Stale)) {
                    Some(address) => into.unlinked.push((row, address)),
                    None => into.rows.push(row),
                }
            }
            RowKind::Day => {
                let day = (self.workspace.id(i), self.day(i)?);
                let rows = self.events.events.count(i)?;
                if rows > 0 {
                    into.days.push((day, DayCount { rows, logins: self.logins.count(i)? }));
                }
                into.digests.extend(self.fingerprint.get(i).map(|d| (day, d.cast_unsigned())));
            }
            RowKind::Token => {
                let logins = CountColumns::make(
                    self.logins.count(i)?,
                    self.events.first.get(i)?,
                    self.events.last.get(i)?,
                )?;
                into.tokens.push((
                    self.token.id(i),
                    TokenLogins {
                        workspace: self.workspace.id(i),
                        principal: self.principal.id(i),
                        logins,
                        generated: self.generated.get(i)?,
                        expires: self.expires.get(i)?,
                        revoked: self.revoked.get(i)?,
                    },
                ));
            }
            RowKind::Address => into.addresses.push((
                AddressKey {
                    workspace: self.workspace.id(i),
                    principal: self.principal.id(i),
                    token: self.token.id(i),
                    agent: self.agent.id(i),
                    address: self.address.id(i),
                },
                self.events.get(i)?,
            )),
            RowKind::Alias => {
                let (name, principal) = (self.name.id(i), self.principal.id(i));
                if name != principal {
                    into.aliases.push((self.workspace.id(i), name, principal));
                }
            }
            RowKind::LoginKey => into.login_keys.push(ClientKey {
                workspace: self.workspace.id(i),
                principal: self.principal.id(i),
                agent: self.agent.id(i),
                address: self.address.id(i),
            }),
            RowKind::Wanted => {
                let link = self.link(i)?;
                let row = WantedRow {
                    request: self.fingerprint.get(i).ok_or("has no request")?.cast_unsigned(),
                    workspace: self.workspace.id(i),
                    principal: self.principal.id(i),
                    agent: self.agent.id(i),
                    action: self.action.id(i),
                    token: self.token.id(i),
                    link,
                    time: self.events.first.get(i)?.ok_or("has no time")?,
                };
                let address = self.address.given(i).filter(|_| matches!(link, Link::None | Link::Stale));
                into.wanted.push((row, address));
            }
            RowKind::Tally => {
                let figure = self.name.place(i).and_then(|place| self.figures[place]);
                self.figure(figure.ok_or("is a tally of an unknown name")?, i, &mut into.tally)?;
            }
        }
        Ok(())
    }

    fn figure(&self, figure: usize, i: usize, tally: &mut LedgerTally) -> Result<(), &'static str> {
        let n = self.events.events.count(i)?;
        if let Some(sum) = tally.figures_mut().into_iter().nth(figure) {
            *sum += n;
        }
        tally.first = earlier(tally.first, self.events.first.get(i)?);
        tally.last = tally.last.max(self.events.last.get(i)?);
        Ok(())
    }

    fn link(&self, i: usize) -> Result<Link, &'static str> {
        self.link.place(i).and_then(|place| self.links[place]).ok_or("has an unknown link")
    }

    fn day(&self, i: usize) -> Result<Day, &'static str> {
        let day = self.day.as_ref().filter(|a| a.is_valid(i)).map(|a| Day(a.value(i)));
        day.filter(|d| d.start().is_plausible()).ok_or("has no day, or one that cannot be")
    }
}
