//! The report as JSON: the model as it is, with what looks like a token's secret value blanked, and what would move or hide
//! text on a screen written by its number.

use super::{RenderOptions, Writer};
use crate::report::escape;
use crate::report::model::Report;
use crate::support::secret::blank_secrets;
use std::io::{self, Write};

/// Writes JSON.
pub(super) struct JsonWriter;

impl Writer for JsonWriter {
    fn name(&self) -> &'static str {
        "json"
    }

    fn help(&self) -> &'static str {
        "Everything, for programs; its shape is a contract with a version"
    }

    fn pack_file(&self) -> Option<&'static str> {
        Some("report.json")
    }

    fn write(&self, report: &Report, _: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let text = serde_json::to_string_pretty(report)?;
        out.write_all(escape::json(&blank_secrets(&text)).as_bytes())?;
        out.write_all(b"\n")
    }
}
