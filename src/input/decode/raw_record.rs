//! The fields of one record as the log spells them: what every format fills, and what [`event_of`](super::event_of) reads. What
//! counts as workspace, principal or outcome is therefore decided in one place.

use super::field::EventField;
use super::json_value::FieldValue;
use crate::support::time::Time;
use std::borrow::Cow;

/// The fields of one record. If a key occurs twice, or under two spellings, the last value that is not `null` counts.
#[derive(Clone, Debug)]
pub(crate) struct RawRecord<'a> {
    values: [FieldValue<'a>; EventField::COUNT],
    /// The time, if the input has it as a number.
    pub(super) time: Option<Time>,
}

impl Default for RawRecord<'_> {
    fn default() -> Self {
        Self { values: [FieldValue::Null; EventField::COUNT], time: None }
    }
}

impl<'a> RawRecord<'a> {
    /// Sets a field; `null` changes nothing.
    #[inline]
    pub(crate) fn set(&mut self, field: EventField, value: FieldValue<'a>) {
        if value != FieldValue::Null {
            self.values[field as usize] = value;
        }
    }

    /// Sets the time as a number; it overrides the time fields.
    pub(crate) fn set_time(&mut self, time: Time) {
        self.time = Some(time);
    }

    /// Sets the time as a number unless one is set.
    pub(crate) fn set_time_if_none(&mut self, time: Time) {
        self.time.get_or_insert(time);
    }

    /// The value of a field; `null` if it was not set.
    #[inline]
    pub(crate) fn get(&self, field: EventField) -> FieldValue<'a> {
        self.values[field as usize]
    }

    /// The first of several fields that is set.
    pub(super) fn first(&self, fields: &[EventField]) -> FieldValue<'a> {
        fields.iter().map(|f| self.get(*f)).find(|v| v.is_some()).unwrap_or_default()
    }

    pub(super) fn text(&self, field: EventField) -> Cow<'a, str> {
        self.get(field).text()
    }

    /// Whether it has the fields that every row of an audit log or an access log has.
    pub(crate) fn is_log(&self) -> bool {
        let has = |f: EventField| self.get(f).is_some();
        (has(EventField::Action) && has(EventField::Service))
            || has(EventField::Operation)
            || (has(EventField::Method) && has(EventField::Path))
    }

    /// Whether the request parameters matter: `accounts` rows name the token in them, and rows without a workspace of their own
    /// may name it there. No format reads them for other rows, so that all formats agree and Parquet is fast.
    pub(crate) fn needs_params(&self) -> bool {
        let names_one = |f: EventField| {
            !matches!(self.get(f), FieldValue::Null | FieldValue::Text("" | "0") | FieldValue::Bare("0"))
        };
        self.is_accounts() || !(names_one(EventField::Workspace) || self.get(EventField::Resource).is_some())
    }

    pub(super) fn is_accounts(&self) -> bool {
        match self.get(EventField::Service) {
            FieldValue::Text(service) => service.eq_ignore_ascii_case("accounts"),
            FieldValue::Null => {
                matches!(self.get(EventField::Operation), FieldValue::Text(o) if o.to_ascii_lowercase().contains("/accounts/"))
            }
            other => other.text().eq_ignore_ascii_case("accounts"),
        }
    }
}
