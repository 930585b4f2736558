//! Headings and lines -> a result of compare, calibrate or verify, as a terminal, Markdown or JSON shows it.

use super::RenderOptions;
use super::terminal;
use crate::report::escape::{markdown, visible};
use crate::report::text::section::Section;
use serde::Serialize;
use std::io::{self, Write};

/// What prose may be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProseFormat {
    /// For a person at a terminal.
    Terminal,
    /// For a ticket or a CI job summary.
    Markdown,
    /// Everything, for programs.
    Json,
}

/// Writes a result: as prose under a heading, or `json` as it is.
///
/// # Errors
/// Whatever `out` says.
pub(crate) fn write<T: Serialize>(
    format: ProseFormat,
    head: &str,
    sections: &[Section],
    json: &T,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        ProseFormat::Terminal => out.write_all(terminal::prose(head, sections, options).as_bytes()),
        ProseFormat::Markdown => {
            writeln!(out, "# {}", markdown(&visible(head)))?;
            sections.iter().try_for_each(|s| out.write_all(s.markdown().as_bytes()))
        }
        ProseFormat::Json => {
            let text = serde_json::to_string_pretty(json)?;
            writeln!(out, "{}", crate::support::secret::blank_secrets(&text))
        }
    }
}
