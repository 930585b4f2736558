//! The formats a story is written in: one file per member, each turning rows into the files an export would leave.

mod access_log;
mod azure;
mod csv;
mod delivery;
mod system;

use super::{Row, Story};
use clap::ValueEnum;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// A format that scopecast reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// system.access.audit as JSON lines with nested objects.
    System,
    /// The same rows in one JSON array per file.
    Array,
    /// The same with every cell a string, nested ones as JSON text.
    Text,
    /// AWS and GCP log delivery: camelCase, epoch milliseconds, folders workspaceId=/date=.
    Delivery,
    /// HTTP access log of what the tokens called; nothing else.
    AccessLog,
    /// Azure diagnostic settings: JSON lines, whole seconds, no workspace id.
    Azure,
    /// Azure through an event hub: messages that hold many records.
    EventHub,
    /// system.access.audit as CSV, nested cells as JSON text.
    Csv,
    /// The same with nested cells as Spark casts them to strings.
    CsvSpark,
    /// The same with nested cells as Python prints them.
    CsvPython,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::System,
        Self::Array,
        Self::Text,
        Self::Delivery,
        Self::AccessLog,
        Self::Azure,
        Self::EventHub,
        Self::Csv,
        Self::CsvSpark,
        Self::CsvPython,
    ];

    /// The path of the file that holds this row, or `None` where the format does not carry it.
    fn file(self, row: &Row) -> Option<String> {
        let day = row.time.day().to_string();
        let month = &day[..7];
        match self {
            Self::System | Self::Array | Self::Text => Some(format!("audit/{month}.json")),
            Self::Csv | Self::CsvSpark | Self::CsvPython => Some(format!("audit/{month}.csv")),
            Self::Delivery => Some(delivery::file(row)),
            Self::AccessLog => row.call.as_ref().map(|_| format!("access/{month}.json")),
            Self::Azure => azure::carries(row).then(|| azure::file(row)),
            Self::EventHub => azure::carries(row).then(|| format!("event-hub/{day}.json")),
        }
    }

    fn records(self, rows: &[&Row], out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::System => lines(rows.iter().map(|r| system::nested(r)), out),
            Self::Array => {
                let rows: Vec<_> = rows.iter().map(|r| system::nested(r)).collect();
                Ok(serde_json::to_writer_pretty(out, &rows)?)
            }
            Self::Text => lines(rows.iter().map(|r| system::text(r)), out),
            Self::Delivery => lines(rows.iter().map(|r| delivery::record(r)), out),
            Self::AccessLog => lines(rows.iter().filter_map(|r| access_log::line(r)), out),
            Self::Azure => lines(rows.iter().map(|r| azure::record(r)), out),
            Self::EventHub => lines(rows.chunks(40).map(azure::message), out),
            Self::Csv => csv::table(rows, csv::Dialect::Json, out),
            Self::CsvSpark => csv::table(rows, csv::Dialect::Spark, out),
            Self::CsvPython => csv::table(rows, csv::Dialect::Python, out),
        }
    }
}

/// Writes the log files of a story.
pub(super) fn logs(story: &Story, dir: &Path, format: Format, gzip: bool) -> io::Result<()> {
    let mut files: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in story.rows() {
        if let Some(file) = format.file(row) {
            files.entry(file).or_default().push(row);
        }
    }
    for (file, rows) in files {
        let path = dir.join(if gzip { format!("{file}.gz") } else { file });
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut bytes = Vec::new();
        format.records(&rows, &mut bytes)?;
        if gzip {
            let mut packed = GzEncoder::new(Vec::new(), Compression::best());
            packed.write_all(&bytes)?;
            bytes = packed.finish()?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}

fn lines<T: Serialize>(records: impl Iterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    for record in records {
        serde_json::to_writer(&mut *out, &record)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Request parameters as a JSON object in the order of the row.
#[derive(Clone, Copy)]
struct Params<'a>(&'a [(&'static str, String)]);

impl Serialize for Params<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(self.0.iter().map(|(k, v)| (k, v)))
    }
}

/// JSON text for a cell; a story holds nothing that JSON cannot.
fn json_text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
