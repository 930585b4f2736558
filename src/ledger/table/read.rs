//! The flat table becomes parts of a ledger, whatever engine wrote it.

use super::{COLUMNS, FINGERPRINT, Kind, SCHEMA_VERSION, TALLIES, data_type};
use crate::input::decode::is_ledger_table;
use crate::input::source::{Batches, ReadProblem, directory};
use crate::ledger::Meeting;
use crate::ledger::Tally;
use crate::ledger::columns::Texts;
use crate::ledger::gather::Gather;
use crate::ledger::link::Link;
use crate::ledger::row::{AddressKey, Count, DayCount, Key, Outcomes, Row, TokenFacts, WantedRow};
use crate::support::time::{Day, Time};
use arrow::array::{Array, AsArray, Date32Array, Int64Array, TimestampMicrosecondArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use rayon::prelude::*;
use std::fs::File;
use std::sync::Arc;

/// Rows of a batch: few enough for its columns to stay in the cache.
const BATCH: usize = 1 << 13;

/// Rows that room is made for on the word of a file.
const MOST_RESERVED: usize = 1 << 20;

/// A row that counts more events than this is damaged; the sums of as many rows as fit a file stay countable.
const MOST_EVENTS: u64 = 1 << 40;

/// Reads a Parquet file, its row groups on all threads.
///
/// # Errors
/// That it is damaged, no ledger table, or one of another version.
pub fn read_parquet(file: &File) -> Result<Gather, ReadProblem> {
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
        // A column without a value costs as much as one of texts. Each kind of row leaves many empty.
        let is_empty = |i: usize| {
            let column = group.column(i);
            let nulls = column.statistics().and_then(|s| s.null_count_opt());
            nulls.is_some_and(|n| i64::try_from(n).is_ok_and(|n| n == column.num_values()))
        };
        let name = |i: usize| metadata.parquet_schema().column(i).path().parts()[0].clone();
        let wanted = (0..group.num_columns()).filter(|&i| ours(&name(i)) && !is_empty(i));
        let file = file.try_clone().map_err(|e| ReadProblem::Io(e.to_string()))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
            .with_projection(ProjectionMask::leaves(metadata.parquet_schema(), wanted))
            .with_row_groups(vec![number])
            .with_batch_size(BATCH);
        let mut part = Gather::default();
        part.rows.reserve_exact(usize::try_from(group.num_rows()).unwrap_or(0).min(MOST_RESERVED));
        for batch in Batches::of(builder).map_err(damaged)? {
            read_batch(&batch.map_err(damaged)?, &mut part)?;
        }
        Ok(part)
    });
    Ok(Gather::all(parts.collect::<Result<_, ReadProblem>>()?))
}

fn damaged(e: impl std::fmt::Display) -> ReadProblem {
    ReadProblem::Unusable(format!(
        "is a ledger table that is cut off or damaged ({e}). Make or fetch it again."
    ))
}

/// Texts are read as dictionaries, so that each distinct one is looked at once.
fn with_dictionaries(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|f| match f.data_type() {
        DataType::Utf8 => Arc::new(f.as_ref().clone().with_data_type(data_type(super::Type::Text))),
        _ => Arc::clone(f),
    });
    Schema::new(fields.collect::<Vec<Arc<Field>>>())
}

/// Adds the rows of a batch. Columns may be in any order and of any type that converts without loss, texts included; names
/// are compared without case; unknown columns are ignored.
///
/// # Errors
/// The first row that cannot be one of a ledger, or another version of the schema.
pub fn read_batch(batch: &RecordBatch, into: &mut Gather) -> Result<(), ReadProblem> {
    let table = Table::of(batch, into)?;
    for i in 0..batch.num_rows() {
        if table.version.get(i) != Some(SCHEMA_VERSION) {
            let version = table.version.get(i).map_or("no version".to_owned(), |v| format!("version {v}"));
            return Err(ReadProblem::Unusable(format!(
                "is a ledger table of {version} of its schema; this build reads version {SCHEMA_VERSION}. Make it again, with the \
                 query that `scopecast sql` of this build prints."
            )));
        }
        table.add(i, into).map_err(|why| {
            ReadProblem::Unusable(format!("is a ledger table with a row that {why}. Make it again."))
        })?;
    }
    Ok(())
}

/// The columns of a batch.
struct Table {
    kinds: Vec<Option<Kind>>,
    kind: Texts,
    version: Int,
    workspace: Texts,
    principal: Texts,
    agent: Texts,
    action: Texts,
    named: Texts,
    day: Option<Date32Array>,
    token: Texts,
    links: Vec<Option<Link>>,
    link: Texts,
    address: Texts,
    figures: Vec<Option<usize>>,
    name: Texts,
    outcomes: [Counts; 3],
    events: Counts,
    logins: Int,
    generated: Moments,
    expires: Moments,
    revoked: Moments,
    fingerprint: Int,
}

impl Table {
    fn of(batch: &RecordBatch, into: &mut Gather) -> Result<Self, ReadProblem> {
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
        let int = |name| -> Result<Int, ReadProblem> {
            Ok(Int(column(name, &DataType::Int64)?.map(|a| a.as_primitive().clone())))
        };
        let moments = |name| -> Result<Moments, ReadProblem> {
            // Written as an offset: named zones would need a database of them to convert texts.
            let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into()));
            Ok(Moments(column(name, &utc)?.map(|a| a.as_primitive().clone())))
        };
        let counts = |events, first, last| -> Result<Counts, ReadProblem> {
            Ok(Counts { events: int(events)?, first: moments(first)?, last: moments(last)? })
        };
        let mut text = |name| -> Result<Texts, ReadProblem> {
            Ok(Texts::of(column(name, &data_type(super::Type::Text))?.as_deref(), &mut into.names))
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
            kinds: kind.meaning(names, Kind::of),
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

    fn add(&self, i: usize, into: &mut Gather) -> Result<(), &'static str> {
        let kind = self.kind.place(i).and_then(|place| self.kinds[place]).ok_or("is of an unknown kind")?;
        match kind {
            Kind::Row => {
                let link = self.link(i)?;
                let key = Key {
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
                let row = Row { key, outcomes };
                match self.address.given(i).filter(|_| matches!(link, Link::None | Link::Stale)) {
                    Some(address) => into.unlinked.push((row, address)),
                    None => into.rows.push(row),
                }
            }
            Kind::Day => {
                let day = (self.workspace.id(i), self.day(i)?);
                let rows = self.events.events.count(i)?;
                if rows > 0 {
                    into.days.push((day, DayCount { rows, logins: self.logins.count(i)? }));
                }
                into.digests.extend(self.fingerprint.get(i).map(|d| (day, d.cast_unsigned())));
            }
            Kind::Token => {
                let logins =
                    Counts::make(self.logins.count(i)?, self.events.first.get(i)?, self.events.last.get(i)?)?;
                into.tokens.push((
                    self.token.id(i),
                    TokenFacts {
                        workspace: self.workspace.id(i),
                        principal: self.principal.id(i),
                        logins,
                        generated: self.generated.get(i)?,
                        expires: self.expires.get(i)?,
                        revoked: self.revoked.get(i)?,
                    },
                ));
            }
            Kind::Address => into.addresses.push((
                AddressKey {
                    workspace: self.workspace.id(i),
                    principal: self.principal.id(i),
                    token: self.token.id(i),
                    agent: self.agent.id(i),
                    address: self.address.id(i),
                },
                self.events.get(i)?,
            )),
            Kind::Alias => {
                let (name, principal) = (self.name.id(i), self.principal.id(i));
                if name != principal {
                    into.aliases.push((self.workspace.id(i), name, principal));
                }
            }
            Kind::LoginKey => into.login_keys.push(Meeting {
                workspace: self.workspace.id(i),
                principal: self.principal.id(i),
                agent: self.agent.id(i),
                address: self.address.id(i),
            }),
            Kind::Wanted => {
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
            Kind::Tally => {
                let figure = self.name.place(i).and_then(|place| self.figures[place]);
                self.figure(figure.ok_or("is a tally of an unknown name")?, i, &mut into.tally)?;
            }
        }
        Ok(())
    }

    fn figure(&self, figure: usize, i: usize, t: &mut Tally) -> Result<(), &'static str> {
        let n = self.events.events.count(i)?;
        let all = [
            &mut t.rows,
            &mut t.duplicates,
            &mut t.id_reused,
            &mut t.truncated,
            &mut t.internal_logins,
            &mut t.logins_without_method,
            &mut t.request_sample.0,
            &mut t.request_sample.1,
            &mut t.runs.0,
            &mut t.runs.1,
        ];
        if let Some(sum) = all.into_iter().nth(figure) {
            *sum += n;
        }
        t.first = [t.first, self.events.first.get(i)?].into_iter().flatten().min();
        t.last = t.last.max(self.events.last.get(i)?);
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

struct Int(Option<Int64Array>);

impl Int {
    fn get(&self, i: usize) -> Option<i64> {
        self.0.as_ref().filter(|a| a.is_valid(i)).map(|a| a.value(i))
    }

    /// A number of events.
    fn count(&self, i: usize) -> Result<u64, &'static str> {
        let count = u64::try_from(self.get(i).unwrap_or(0)).map_err(|_| "counts less than nothing")?;
        if count > MOST_EVENTS { Err("counts more than can be") } else { Ok(count) }
    }
}

struct Moments(Option<TimestampMicrosecondArray>);

impl Moments {
    fn get(&self, i: usize) -> Result<Option<Time>, &'static str> {
        let time = self.0.as_ref().filter(|a| a.is_valid(i)).map(|a| Time(a.value(i)));
        if time.is_none_or(Time::is_plausible) { Ok(time) } else { Err("has a time that cannot be") }
    }
}

struct Counts {
    events: Int,
    first: Moments,
    last: Moments,
}

impl Counts {
    fn get(&self, i: usize) -> Result<Count, &'static str> {
        Self::make(self.events.count(i)?, self.first.get(i)?, self.last.get(i)?)
    }

    fn make(events: u64, first: Option<Time>, last: Option<Time>) -> Result<Count, &'static str> {
        match (events, first, last) {
            (0, ..) => Ok(Count::NONE),
            (_, Some(first), Some(last)) if first <= last => Ok(Count { events, first, last }),
            _ => Err("counts events without saying when the first and the last were"),
        }
    }
}
