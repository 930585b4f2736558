//! The members of a JSON object -> the fields of a [`RawRecord`], with those of the cells in it, be they objects or JSON as text.

use super::field::{EventField, ObjectRole};
use super::json_index::Index;
use super::json_value::FieldValue;
use super::json_walk::{Cursor, Reason};
use super::raw_record::RawRecord;
use crate::support::unescape::unescape_json;

/// The value of [`EventField::Records`] after the walk stopped at a list of records.
pub(crate) const WRAPPED: FieldValue<'static> = FieldValue::Bare("[");

impl<'a> RawRecord<'a> {
    /// Takes the members of the object at the cursor, and those of the cells in it.
    pub(crate) fn walk<'t: 'a>(
        &mut self,
        cursor: &mut Cursor<'t, '_>,
        role: ObjectRole,
        depth: u32,
    ) -> Result<(), Reason> {
        let keys = role.keys();
        cursor.object(depth, |cursor, key, depth| {
            let Some(field) = keys.get(key) else {
                return self.unknown(cursor, role, depth);
            };
            match field.inside() {
                Some(inner) if cursor.peek() == Some(b'{') => {
                    let from = cursor.at();
                    self.walk(cursor, inner, depth)?;
                    self.set(field, FieldValue::Object(cursor.since(from)));
                }
                Some(_) => {
                    let value = cursor.value(depth)?;
                    self.set(field, value);
                }
                None if field == EventField::Records && depth == 1 && cursor.peek() == Some(b'[') => {
                    self.set(field, WRAPPED);
                    return Err("wraps records");
                }
                None if field == EventField::Truncated => {
                    cursor.skip(depth)?;
                    self.set(field, FieldValue::Bare("true"));
                }
                None => {
                    let value = cursor.value(depth)?;
                    if role == ObjectRole::Params && is_cut(value) {
                        self.set(EventField::Truncated, FieldValue::Bare("true"));
                    }
                    self.set(field, value);
                }
            }
            Ok(())
        })
    }

    fn unknown(&mut self, cursor: &mut Cursor<'_, '_>, role: ObjectRole, depth: u32) -> Result<(), Reason> {
        if role == ObjectRole::Params && cursor.peek() == Some(b'"') {
            if cursor.string()?.ends_with(CUT.as_bytes()) {
                self.set(EventField::Truncated, FieldValue::Bare("true"));
            }
            return Ok(());
        }
        cursor.skip(depth)
    }

    /// Takes the members of the cells that hold objects as text.
    pub(super) fn open_cells(&mut self, scratch: &'a mut Scratch) {
        let Scratch { outer, inner, index } = scratch;
        let properties = self.get(EventField::Properties);
        outer.clear();
        let properties = plain(properties, outer);
        let outer: &'a str = outer;
        if let Some(text) = properties {
            let text = text.unwrap_or(outer);
            index.build(text.as_bytes());
            let _ = self.walk(&mut Cursor::new(text, index), ObjectRole::Record, 0);
        }
        inner.clear();
        let mut opened = [None; 3];
        const CELLS: [(EventField, ObjectRole); 3] = [
            (EventField::Identity, ObjectRole::Identity),
            (EventField::Response, ObjectRole::Response),
            (EventField::Params, ObjectRole::Params),
        ];
        let needs_params = self.needs_params();
        for (cell, (field, _)) in opened.iter_mut().zip(CELLS) {
            if field == EventField::Params
                && !needs_params
                && let FieldValue::Text(raw) | FieldValue::Escaped(raw) = self.get(field)
            {
                if says_cut(raw) {
                    self.set(EventField::Truncated, FieldValue::Bare("true"));
                }
                continue;
            }
            let from = inner.len();
            *cell = plain(self.get(field), inner).map(|text| (text, from, inner.len()));
        }
        let inner: &'a str = inner;
        for (cell, (field, place)) in opened.into_iter().zip(CELLS) {
            let Some((direct, from, to)) = cell else { continue };
            let text = direct.unwrap_or(&inner[from..to]);
            index.build(text.as_bytes());
            let walked = if text.trim_start().starts_with('{') {
                self.walk(&mut Cursor::new(text, index), place, 0)
            } else {
                Err("is no object")
            };
            match (walked, field) {
                (Ok(()), _) => {}
                (Err(_), EventField::Identity) => self.set(EventField::Email, FieldValue::Text(text)),
                (Err(_), EventField::Params) if !matches!(text.trim(), "" | "null" | "{}") => {
                    self.set(EventField::Truncated, FieldValue::Bare("true"));
                }
                (Err(_), _) => {}
            }
        }
    }
}

/// Buffers for cells that hold JSON as text; reused for every record.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    outer: String,
    inner: String,
    index: Index,
}

/// The text of a cell: `Some(Some(text))` if it can be used as it is, `Some(None)` if it was unescaped into `out`.
fn plain<'a>(value: FieldValue<'a>, out: &mut String) -> Option<Option<&'a str>> {
    match value {
        FieldValue::Text(text) => Some(Some(text)),
        FieldValue::Escaped(raw) => {
            unescape_json(raw, out);
            Some(None)
        }
        _ => None,
    }
}

/// Whether a cell that is not parsed was cut by the log: a cut value, the key `TRUNCATED`, or no closing bracket.
fn says_cut(cell: &str) -> bool {
    let whole = matches!(cell.trim().as_bytes(), [] | [b'{', .., b'}'] | b"null");
    !whole || contains(cell, CUT) || contains(cell, "TRUNCATED")
}

fn contains(text: &str, part: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), part.as_bytes()).is_some()
}

/// How the log marks a value that it cut.
pub(super) const CUT: &str = "... truncated";

fn is_cut(value: FieldValue<'_>) -> bool {
    matches!(value, FieldValue::Text(s) | FieldValue::Escaped(s) if s.ends_with(CUT))
}
