//! Fields of the report -> table values without secrets.

use super::TableValue;
use crate::support::secret::blank_secrets;
use crate::support::time::Time;
use std::borrow::Cow;

pub(super) fn text(given: &str) -> TableValue<'_> {
    TableValue::Text(blank_secrets(given))
}

pub(super) fn owned<'a>(given: String) -> TableValue<'a> {
    TableValue::Text(Cow::Owned(blank_secrets(&given).into_owned()))
}

pub(super) fn optional(given: Option<&str>) -> TableValue<'_> {
    given.map_or(TableValue::Null, text)
}

pub(super) fn time<'a>(given: Option<Time>) -> TableValue<'a> {
    given.map_or(TableValue::Null, TableValue::Time)
}

pub(super) fn float<'a>(given: Option<f64>) -> TableValue<'a> {
    given.map_or(TableValue::Null, TableValue::Float)
}

pub(super) fn int<'a>(given: u64) -> TableValue<'a> {
    TableValue::Int(i64::try_from(given).unwrap_or(i64::MAX))
}
