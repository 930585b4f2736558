//! A heading and its lines: prose that several writers and commands print alike.

use crate::report::escape::{clip, markdown, visible};

/// Lines of a section that a terminal shows without `--all`.
const SHOWN: usize = 12;
/// Lines of a section that Markdown shows.
const MARKDOWN_LINES: usize = 200;
/// The longest line, in columns.
const LONGEST: usize = 400;

/// A heading and its lines; foreign text in them is not yet inert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// Text without markup; not yet inert.
    pub title: String,
    /// One or two sentences per line.
    pub lines: Vec<String>,
}

impl Section {
    /// A section.
    pub(crate) fn new(title: impl Into<String>, lines: Vec<String>) -> Self {
        Self { title: title.into(), lines }
    }

    /// Its lines, inert but for the marks of a format, at most `most` of them, the last saying how many are missing.
    pub(in crate::report) fn shown(&self, most: usize, hint: &str) -> Vec<String> {
        let mut lines: Vec<String> =
            self.lines.iter().take(most).map(|l| clip(&visible(l), LONGEST).into_owned()).collect();
        if self.lines.len() > most {
            let more = crate::support::format::number((self.lines.len() - most) as u64);
            lines.push(format!("{more} more{hint}"));
        }
        lines
    }

    /// As Markdown.
    pub(in crate::report) fn markdown(&self) -> String {
        let mut text = format!("\n## {}\n\n", markdown(&visible(&self.title)));
        for line in self.shown(MARKDOWN_LINES, ".") {
            text.push_str(&format!("- {}\n", markdown(&line)));
        }
        text
    }
}

/// How many lines of a section a terminal shows.
pub(in crate::report) const fn most_shown(all: bool) -> usize {
    if all { usize::MAX } else { SHOWN }
}
