//! A token list as JSON, in any of the shapes of the two token APIs -> its records.

use super::cell_value::is_absent;
use super::list_field::ListField;
use super::list_records::{Fields, ListRecords};
use crate::support::json_records::{PAGES_MISSING, json_records};
use crate::support::problem::Position;
use serde_json::Value;

/// The keys under which an answer of an API holds its list.
pub(super) const WRAPPERS: &[&str] = &["token_infos", "tokenInfos"];

/// Reads the records; keys that are no field of a token are left out.
pub(super) fn records(text: &str) -> ListRecords {
    let found = json_records(text, WRAPPERS);
    let lines = found.records.len() > 1;
    let more = found.more.then(|| (Position::Whole, PAGES_MISSING.to_owned()));
    let broken = found.broken.into_iter().chain(more).collect();
    let mut rows = ListRecords { broken, listed: found.listed || lines, ..ListRecords::default() };
    for (position, value) in found.records {
        let Value::Object(mut object) = value else { continue };
        // The answer to "get" or "create" wraps one token. The secret may be next to it and is never read.
        let inner = ["token_info", "tokenInfo"].iter().find_map(|key| object.remove(*key));
        if let Some(Value::Object(token)) = inner {
            object = token;
            rows.listed = false;
        }
        let mut fields = Fields::new();
        for (key, value) in object {
            // Both spellings of one field may stand side by side, one of them null.
            if let Some(field) = ListField::of_key(&key)
                && fields.get(&field).is_none_or(is_absent)
            {
                fields.insert(field, value);
            }
        }
        rows.records.push((position, fields));
    }
    rows
}
