//! A token list as a CSV table (the account console's report, or a data frame of API records) -> its records.

use super::cell_value;
use super::list_field::ListField;
use super::list_records::{Fields, ListRecords};
use crate::support::problem::Position;
use serde_json::Value;

/// Reads a table with a header. The delimiter is the one of `,` `;` and tab that the header has most of.
pub(super) fn records(text: &str) -> Result<ListRecords, String> {
    let mut reader = reader(text);
    let header = reader
        .headers()
        .map_err(|e| format!("the header cannot be read ({e}). Export the file again."))?
        .clone();
    let columns: Vec<Option<ListField>> = header.iter().map(ListField::of_header).collect();
    if !columns.contains(&Some(ListField::TokenId)) {
        let found: Vec<String> = header.iter().take(20).map(cell_value::short).collect();
        return Err(format!(
            "this is no token list: no column holds the token id; found: {}. Export one: databricks token-management list -o json",
            found.join(", ")
        ));
    }
    let by_api =
        header.iter().all(|name| ListField::of_key(name).is_some() == ListField::of_header(name).is_some());
    let mut rows = ListRecords { listed: true, report: !by_api, ..ListRecords::default() };
    for row in reader.into_records() {
        let row = match row {
            Ok(row) => row,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                rows.broken.push((Position::Line(line), "the row cannot be read; it was left out".into()));
                continue;
            }
        };
        let at = Position::Line(row.position().map_or(0, csv::Position::line));
        if row.len() != header.len() {
            let what =
                format!("the row has {} cells, the header {}; it was left out", row.len(), header.len());
            rows.broken.push((at, what));
            continue;
        }
        rows.records.push((at, fields(&columns, &row)));
    }
    Ok(rows)
}

fn fields(columns: &[Option<ListField>], row: &csv::StringRecord) -> Fields {
    let mut fields = Fields::new();
    for (field, cell) in columns.iter().zip(row) {
        let Some(field) = field else { continue };
        let cell = Value::String(cell.to_owned());
        // Two columns may stand for one field; the first that says something counts.
        let unset = fields.get(field).is_none_or(cell_value::is_absent);
        if unset && (*field == ListField::Comment || !cell_value::is_absent(&cell)) {
            fields.insert(*field, cell);
        }
    }
    fields
}

/// Whether the first line of a text names the columns of a token list and not those of a log.
pub(super) fn looks_like_tokens(text: &str) -> bool {
    let Ok(header) = reader(text.lines().next().unwrap_or_default()).headers().cloned() else { return false };
    let columns: Vec<ListField> = header.iter().filter_map(ListField::of_header).collect();
    let has = |fields: &[ListField]| fields.iter().any(|f| columns.contains(f));
    let of_log = [
        "path",
        "method",
        "status",
        "action_name",
        "service_name",
        "event_time",
        "ActionName",
        "ServiceName",
    ];
    has(&[ListField::TokenId])
        && has(&[
            ListField::Expires,
            ListField::Created,
            ListField::TokenState,
            ListField::Inferred,
            ListField::Backfill,
        ])
        && !header.iter().any(|name| of_log.contains(&name))
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    let header = text.lines().next().unwrap_or_default();
    let count = |delimiter: char| header.matches(delimiter).count();
    let delimiter = [',', ';', '\t'].into_iter().rev().max_by_key(|d| count(*d)).map_or(b',', |d| d as u8);
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::Headers)
        .from_reader(text.as_bytes())
}
