//! Opens the cells of one row that hold a map or struct in a dialect other than JSON, and keeps the few values asked for.

use super::{Value as Written, is_nested, visit};
use crate::input::decode::Value;
use crate::input::decode::columns::inside;
use crate::input::decode::fields::{CUT, Field, Row};
use std::ops::Range;

/// The values found in the cells of one row; its buffers are kept from row to row.
#[derive(Debug, Default)]
pub(in crate::input::decode) struct Opened {
    text: String,
    found: Vec<(Field, Range<usize>)>,
}

impl Opened {
    /// Forgets the last row.
    pub(in crate::input::decode) fn clear(&mut self) {
        self.text.clear();
        self.found.clear();
    }

    /// Keeps a value that stands nowhere else.
    pub(in crate::input::decode) fn keep(&mut self, field: Field, value: &str) {
        let from = self.text.len();
        self.text.push_str(value);
        self.found.push((field, from..self.text.len()));
    }

    /// Takes what is needed out of a cell. Says no to JSON objects and to plain text: rows read those themselves.
    pub(in crate::input::decode) fn open(&mut self, cell_field: Field, cell: &str) -> bool {
        let names: &[&str] = match cell_field {
            Field::Identity => &["email", "subject_name"],
            Field::Response => &["status_code", "error_message", "result"],
            Field::Params => &[],
            _ => return false,
        };
        if !is_nested(cell) || is_json_object(cell) {
            return false;
        }
        let mut cut = false;
        let whole = visit(cell, names, |key, value| {
            cut |= key == "TRUNCATED" || value.raw().ends_with(CUT);
            if let Some(field) = inside(cell_field, key)
                && value != Written::Null
            {
                self.keep(field, &value.text());
            }
        });
        if cell_field == Field::Params && (cut || !whole) {
            self.keep(Field::Truncated, "true");
        }
        true
    }

    /// Sets the values on the row.
    pub(in crate::input::decode) fn fill<'a>(&'a self, row: &mut Row<'a>) {
        for (field, range) in &self.found {
            row.set(*field, Value::Text(&self.text[range.clone()]));
        }
    }
}

fn is_json_object(cell: &str) -> bool {
    let inner = cell.trim_start().strip_prefix('{').map(str::trim_start);
    inner.is_some_and(|rest| rest.starts_with(['"', '}']))
}
