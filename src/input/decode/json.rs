//! JSON logs of every shape: walks the records of a chunk and turns each into an event. The shape is decided record by record.

use super::field::{EventField, ObjectRole};
use super::formats::{JSON_KINDS, access_log};
use super::json_cutters::{LineCutter, ValueCutter};
use super::json_index::Index;
use super::json_layout::JsonLayout;
use super::json_record::{Scratch, WRAPPED};
use super::json_value::FieldValue;
use super::json_walk::{Cursor, Reason};
use super::raw_record::RawRecord;
use super::repaired_utf8::{Repaired, Shift, changed, original};
use super::{Chunk, Cutter, DecodeOptions, Tally, TextDecoder};
use crate::input::event::EventSink;
use crate::input::file_kind::{FileKind, LogFormat};
use std::cell::RefCell;

/// Decodes JSON logs.
#[derive(Debug)]
pub(crate) struct JsonDecoder {
    layout: JsonLayout,
    /// Fields that `--field` maps, each with the path to its value.
    mapped: Vec<(EventField, Vec<String>)>,
    /// Fills in fields that follow from others.
    complete: Option<fn(&mut RawRecord<'_>)>,
}

impl JsonDecoder {
    pub(crate) fn new(format: LogFormat, layout: JsonLayout, options: &DecodeOptions) -> Self {
        let kind = JSON_KINDS.iter().find(|kind| kind.kind == FileKind::Log(format));
        Self {
            layout,
            mapped: access_log::mapped_keys(&options.fields),
            complete: kind.and_then(|kind| kind.complete),
        }
    }
}

/// Buffers that a thread reuses for every chunk.
#[derive(Default)]
struct JsonBuffers {
    index: Index,
    /// Of a single record, for mapped fields.
    again: Index,
    scratch: Scratch,
    repaired: Repaired,
}

thread_local! {
    static BUFFERS: RefCell<JsonBuffers> = RefCell::default();
}

impl TextDecoder for JsonDecoder {
    fn cutter(&self) -> Box<dyn Cutter> {
        match self.layout {
            JsonLayout::Lines => Box::new(LineCutter::default()),
            JsonLayout::Values => Box::new(ValueCutter::default()),
        }
    }

    fn splits_at_newlines(&self) -> bool {
        self.layout == JsonLayout::Lines
    }

    fn decode(&self, chunk: Chunk<'_>, sink: &mut dyn EventSink, tally: &mut Tally) {
        // Taken out, not borrowed: a sink may do anything.
        let mut buffers = BUFFERS.take();
        let JsonBuffers { index, again, scratch, repaired } = &mut buffers;
        let (text, shifts) = repaired.text_of(chunk.bytes);
        index.build(text.as_bytes());
        let start = if chunk.offset == 0 && text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut cursor = Cursor::new(text, index);
        cursor.skip_to(start);
        Records { json: self, text, cursor, again, scratch, shifts, chunk, sink, tally }.all();
        BUFFERS.set(buffers);
    }
}

/// What came before the next byte of structure, as far as it matters for what may follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Value,
    /// The end of a list, or members of a wrapping object after it.
    List,
    ListAndComma,
}

/// The records of one chunk.
struct Records<'c, 'b> {
    json: &'b JsonDecoder,
    text: &'c str,
    cursor: Cursor<'c, 'b>,
    again: &'b mut Index,
    scratch: &'b mut Scratch,
    shifts: &'b [Shift],
    chunk: Chunk<'b>,
    sink: &'b mut dyn EventSink,
    tally: &'b mut Tally,
}

impl Records<'_, '_> {
    /// Lists are transparent: their brackets and commas count as whitespace, and so does the end of an object around one.
    fn all(mut self) {
        let mut after = After::Value;
        while let Some(byte) = self.cursor.peek() {
            let from = self.cursor.at();
            after = match (byte, after) {
                (b'{', _) => {
                    self.record(from);
                    After::Value
                }
                (b'"', After::ListAndComma) if self.member().is_ok() => After::List,
                (b']', _) | (b'}', After::List) | (b',' | b'[', _) => {
                    self.cursor.bump();
                    match (byte, after) {
                        (b']', _) => After::List,
                        (b',', After::List) => After::ListAndComma,
                        _ => After::Value,
                    }
                }
                _ => {
                    self.bad(from, "is not valid JSON");
                    After::Value
                }
            };
        }
    }

    /// A member of a wrapping object, after its list.
    fn member(&mut self) -> Result<(), Reason> {
        self.cursor.string()?;
        if self.cursor.peek() != Some(b':') {
            return Err("is not valid JSON");
        }
        self.cursor.bump();
        self.cursor.skip(1)
    }

    fn record(&mut self, from: usize) {
        let mut row = RawRecord::default();
        if let Err(reason) = row.walk(&mut self.cursor, ObjectRole::Record, 0) {
            if row.get(EventField::Records) != WRAPPED {
                self.bad(from, reason);
            }
            return;
        }
        let record = self.cursor.since(from);
        let offset = self.chunk.offset + original(self.shifts, from);
        if !self.shifts.is_empty() && changed(self.shifts, from, self.cursor.at()) {
            self.tally.lossy_utf8 += 1;
        }
        if !self.json.mapped.is_empty() {
            self.again.build(record.as_bytes());
            for (field, way) in &self.json.mapped {
                if let Ok(Some(value)) = follow(&mut Cursor::new(record, self.again), way) {
                    row.set(*field, value);
                }
            }
        }
        if let Some(complete) = self.json.complete {
            complete(&mut row);
        }
        match row.event(self.scratch, self.chunk.hints, record.as_bytes()) {
            Ok(event) => {
                self.tally.good(event.time);
                self.tally.truncated_rows += u64::from(event.params.truncated);
                self.sink.event(&event);
            }
            Err(reason) => self.tally.bad(offset, reason, record.as_bytes()),
        }
    }

    /// Counts the record at `from` as bad and continues after it.
    fn bad(&mut self, from: usize, reason: Reason) {
        let bytes = self.text.as_bytes();
        let line_end = memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |n| from + n + 1);
        let lines = self.json.layout == JsonLayout::Lines;
        let row = &bytes[from..if lines { line_end } else { bytes.len() }];
        self.tally.bad(self.chunk.offset + original(self.shifts, from), reason, row);
        let end = if lines { line_end } else { bytes.len() };
        let next = self.next_record(from + 1, end);
        self.cursor.skip_to(next.unwrap_or(end));
    }

    /// The next log record that could be an element of a list or is at the start of a line.
    fn next_record(&mut self, from: usize, end: usize) -> Option<usize> {
        /// Objects tried: enough for any real damage, few enough for an attacker.
        const TRIES: usize = 64;
        let bytes = self.text.as_bytes();
        let may_start = |at: &usize| match bytes[..*at].trim_ascii_end() {
            [.., b'}' | b']', b','] | [.., b'['] => true,
            before => bytes[before.len()..*at].contains(&b'\n'),
        };
        let opens = memchr::memchr_iter(b'{', &bytes[from..end]).map(|n| from + n);
        opens.filter(may_start).take(TRIES).find(|&at| {
            self.cursor.skip_to(at);
            let mut row = RawRecord::default();
            let to_complete =
                |row: &RawRecord<'_>| self.json.complete.is_some() && row.get(EventField::EventId).is_some();
            row.walk(&mut self.cursor, ObjectRole::Record, 0).is_ok() && (row.is_log() || to_complete(&row))
        })
    }
}

/// The value at the end of a path through objects.
fn follow<'a>(cursor: &mut Cursor<'a, '_>, way: &[String]) -> Result<Option<FieldValue<'a>>, Reason> {
    let Some((first, rest)) = way.split_first() else { return cursor.value(0).map(Some) };
    if cursor.peek() != Some(b'{') {
        return Ok(None);
    }
    let mut found = None;
    cursor.object(0, |cursor, key, depth| {
        if key.name == first.as_bytes() {
            if cursor.peek() == Some(b'{') && !rest.is_empty() {
                found = follow(cursor, rest)?;
                return Ok(());
            }
            let value = cursor.value(depth)?;
            found = rest.is_empty().then_some(value);
            return Ok(());
        }
        cursor.skip(depth)
    })?;
    Ok(found)
}
