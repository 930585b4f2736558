//! Reads the flat table from CSV or JSON, as engines write it, into batches.

use super::{COLUMNS, ColumnType, FINGERPRINT, read_batch};
use crate::input::decode::csv::ledger_csv::records;
use crate::input::decode::moment::parse_time;
use crate::input::source::ReadProblem;
use crate::ledger::builder::LedgerBuilder;
use crate::support::text::text_of;
use crate::support::time::Day;
use arrow::array::{ArrayRef, Date32Array, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::record_batch::RecordBatch;
use serde_json::{Deserializer, Map, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// Number of rows of a batch.
const BATCH: usize = 1 << 16;
/// Number of columns: those of the schema, and the one that only this program writes.
const WIDTH: usize = COLUMNS.len() + 1;

/// Reads CSV with a header, JSON lines, or a list of JSON objects.
///
/// # Errors
/// The text is none of these, damaged, or of another version; the error names the row and column if there is one.
pub fn read_text(bytes: &[u8]) -> Result<LedgerBuilder, ReadProblem> {
    let mut rows = TextRows::default();
    let text = text_of(bytes);
    match text.trim_start().as_bytes().first() {
        Some(b'{') => {
            for object in Deserializer::from_str(&text).into_iter() {
                rows.object(&object.map_err(broken)?)?;
            }
        }
        Some(b'[') => {
            let list: Vec<Map<String, Value>> = serde_json::from_str(&text).map_err(broken)?;
            list.iter().try_for_each(|object| rows.object(object))?;
        }
        _ => {
            let mut places = None;
            records(text.as_bytes(), |cells| match &places {
                None => {
                    places = Some(cells.iter().map(|name| place(name.trim())).collect::<Vec<_>>());
                    Ok(())
                }
                Some(places) => rows.cells(places, cells),
            })?;
        }
    }
    rows.flush()?;
    Ok(rows.into)
}

fn broken(why: serde_json::Error) -> ReadProblem {
    ReadProblem::Unusable(format!(
        "is a ledger table that is cut off or damaged ({why}). Make or fetch it again."
    ))
}

fn place(name: &str) -> Option<usize> {
    let names = COLUMNS.iter().map(|c| c.name).chain([FINGERPRINT]);
    names.into_iter().position(|n| n.eq_ignore_ascii_case(name))
}

/// Rows not read yet, as one list of texts per column.
struct TextRows {
    columns: [Vec<Option<String>>; WIDTH],
    /// Number of rows read before these.
    before: usize,
    into: LedgerBuilder,
}

impl Default for TextRows {
    fn default() -> Self {
        Self { columns: std::array::from_fn(|_| Vec::new()), before: 0, into: LedgerBuilder::default() }
    }
}

impl TextRows {
    fn object(&mut self, object: &Map<String, Value>) -> Result<(), ReadProblem> {
        self.row(object.iter().filter_map(|(name, value)| {
            let text = match value {
                Value::Null => return None,
                Value::String(text) => Cow::Borrowed(text.as_str()),
                other => Cow::Owned(other.to_string()),
            };
            Some((place(name)?, text))
        }))
    }

    fn cells(&mut self, places: &[Option<usize>], cells: &[String]) -> Result<(), ReadProblem> {
        if cells.len() != places.len() {
            return Err(ReadProblem::Unusable(format!(
                "is a ledger table whose row {} has {} cells under {} names. Make or fetch it again.",
                self.before + self.columns[0].len() + 1,
                cells.len(),
                places.len()
            )));
        }
        let given = places.iter().zip(cells).filter(|(_, text)| !text.is_empty());
        self.row(given.filter_map(|(place, text)| Some(((*place)?, Cow::Borrowed(text.as_str())))))
    }

    fn row<'t>(&mut self, given: impl Iterator<Item = (usize, Cow<'t, str>)>) -> Result<(), ReadProblem> {
        let len = self.columns[0].len() + 1;
        for (place, text) in given {
            self.columns[place].resize(len, None);
            self.columns[place][len - 1] = Some(text.into_owned());
        }
        self.columns.iter_mut().for_each(|c| c.resize(len, None));
        if len == BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), ReadProblem> {
        let columns = std::mem::replace(&mut self.columns, std::array::from_fn(|_| Vec::new()));
        let len = columns[0].len();
        let types = COLUMNS.iter().map(|c| (c.name, c.of)).chain([(FINGERPRINT, ColumnType::Int)]);
        let arrays = types.zip(columns).map(|((name, of), texts)| {
            array(of, texts).map(|array| (name, array, true)).map_err(|row| {
                ReadProblem::Unusable(format!(
                    "is a ledger table whose column {name} cannot be read in row {}. Make it again; times are UTC, or written with \
                     their offset.",
                    self.before + row + 1
                ))
            })
        });
        let arrays = arrays.collect::<Result<Vec<(&str, ArrayRef, bool)>, _>>()?;
        let batch = RecordBatch::try_from_iter_with_nullable(arrays)
            .map_err(|e| ReadProblem::Damaged(e.to_string()))?;
        self.before += len;
        read_batch(&batch, &mut self.into)
    }
}

/// Converts the texts of a column to its type.
///
/// # Errors
/// The index of the row whose text is not of this type.
fn array(of: ColumnType, texts: Vec<Option<String>>) -> Result<ArrayRef, usize> {
    fn all<T>(texts: &[Option<String>], read: impl Fn(&str) -> Option<T>) -> Result<Vec<Option<T>>, usize> {
        let one = |(row, text): (usize, &Option<String>)| match text {
            None => Ok(None),
            Some(text) => read(text.trim()).map(Some).ok_or(row),
        };
        texts.iter().enumerate().map(one).collect()
    }
    Ok(match of {
        ColumnType::Text => Arc::new(StringArray::from(texts)),
        ColumnType::Int => Arc::new(Int64Array::from(all(&texts, int)?)),
        ColumnType::Time => {
            let times = all(&texts, |text| parse_time(text).map(|t| t.0))?;
            Arc::new(TimestampMicrosecondArray::from(times).with_timezone("+00:00"))
        }
        ColumnType::Day => Arc::new(Date32Array::from(all(&texts, day)?)),
    })
}

/// A whole number; some tools write every number with a decimal point.
fn int(text: &str) -> Option<i64> {
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}

/// A date, or the midnight at which the day starts.
fn day(text: &str) -> Option<i32> {
    let (day, rest) = text.split_at_checked(10)?;
    let midnight = rest.trim_start_matches(['T', ' ']).trim_end_matches('Z').split('+').next()?;
    let is_day = midnight.bytes().all(|b| b"0:.".contains(&b));
    Day::parse(day).filter(|_| is_day).map(|d| d.0)
}
