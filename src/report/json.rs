//! The report as JSON: the model as it is, with what looks like a token's secret value blanked.

use super::Writer;
use super::model::Report;
use crate::secret::blank_secrets;
use std::io::{self, Write};

/// Writes JSON.
pub(super) struct Json;

impl Writer for Json {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let text = serde_json::to_string_pretty(report)?;
        out.write_all(blank_secrets(&text).as_bytes())?;
        out.write_all(b"\n")
    }
}
