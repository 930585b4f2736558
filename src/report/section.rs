//! A heading and its lines: prose that several writers and commands print alike.

use super::escape::{clip, markdown, visible};
use super::{RenderOptions, terminal};
use clap::ValueEnum;
use serde::Serialize;
use std::io::{self, Write};

/// Lines of a section that a terminal shows without `--all`.
const SHOWN: usize = 12;
/// Lines of a section that Markdown shows.
const MARKDOWN_LINES: usize = 200;
/// The longest line.
const LONGEST: usize = 400;

/// A heading and its lines; foreign text in them is not yet inert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// Each a sentence or two.
    pub lines: Vec<String>,
}

/// What prose may be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub enum ProseFormat {
    /// For a person at a terminal.
    Terminal,
    /// For a ticket or a CI job summary.
    Markdown,
    /// Everything, for programs.
    Json,
}

impl Section {
    /// A section.
    pub fn new(title: impl Into<String>, lines: Vec<String>) -> Self {
        Self { title: title.into(), lines }
    }

    /// Its lines, inert but for the marks of a format, at most `most` of them, the last saying how many are missing.
    pub(super) fn shown(&self, most: usize, hint: &str) -> Vec<String> {
        let mut lines: Vec<String> =
            self.lines.iter().take(most).map(|l| clip(&visible(l), LONGEST).into_owned()).collect();
        if self.lines.len() > most {
            let more = super::words::number((self.lines.len() - most) as u64);
            lines.push(format!("{more} more{hint}"));
        }
        lines
    }

    /// As Markdown.
    pub(super) fn markdown(&self) -> String {
        let mut text = format!("\n## {}\n\n", markdown(&visible(&self.title)));
        for line in self.shown(MARKDOWN_LINES, ".") {
            text.push_str(&format!("- {}\n", markdown(&line)));
        }
        text
    }
}

/// How many lines of a section a terminal shows.
pub(super) const fn most_shown(all: bool) -> usize {
    if all { usize::MAX } else { SHOWN }
}

/// Writes a result: as prose under a heading, or `json` as it is.
///
/// # Errors
/// Whatever `out` says.
pub fn write<T: Serialize>(
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
