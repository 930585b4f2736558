//! Opens the cells of one row that hold a map or struct in a dialect other than JSON, and keeps the few values that are needed.

use super::value::CellValue;
use super::{is_nested, visit};
use crate::input::decode::field::EventField;
use crate::input::decode::json_record::CUT;
use crate::input::decode::json_value::FieldValue;
use crate::input::decode::keys::field_inside;
use crate::input::decode::raw_record::RawRecord;
use std::ops::Range;

/// The values found in the cells of one row; its buffers are reused for every row.
#[derive(Debug, Default)]
pub(in crate::input::decode) struct Opened {
    text: String,
    found: Vec<(EventField, Range<usize>)>,
}

impl Opened {
    /// Forgets the last row.
    pub(in crate::input::decode) fn clear(&mut self) {
        self.text.clear();
        self.found.clear();
    }

    /// Keeps a value under a field.
    pub(in crate::input::decode) fn keep(&mut self, field: EventField, value: &str) {
        let from = self.text.len();
        self.text.push_str(value);
        self.found.push((field, from..self.text.len()));
    }

    /// Takes the needed values from a cell. Gives `false` for JSON objects and plain text, which rows read themselves.
    pub(in crate::input::decode) fn open(&mut self, cell_field: EventField, cell: &str) -> bool {
        let names: &[&str] = match cell_field {
            EventField::Identity => &["email", "subject_name"],
            EventField::Response => &["status_code", "error_message", "result"],
            EventField::Params => &[],
            _ => return false,
        };
        if !is_nested(cell) || is_json_object(cell) {
            return false;
        }
        let mut cut = false;
        let whole = visit(cell, names, |key, value| {
            cut |= key == "TRUNCATED" || value.raw().ends_with(CUT);
            if let Some(field) = field_inside(cell_field, key)
                && value != CellValue::Null
            {
                self.keep(field, &value.text());
            }
        });
        if cell_field == EventField::Params && (cut || !whole) {
            self.keep(EventField::Truncated, "true");
        }
        true
    }

    /// Sets the values on the row.
    pub(in crate::input::decode) fn fill<'a>(&'a self, row: &mut RawRecord<'a>) {
        for (field, range) in &self.found {
            row.set(*field, FieldValue::Text(&self.text[range.clone()]));
        }
    }
}

fn is_json_object(cell: &str) -> bool {
    let inner = cell.trim_start().strip_prefix('{').map(str::trim_start);
    inner.is_some_and(|rest| rest.starts_with(['"', '}']))
}
