//! Lines with a label in front, wrapped, with all foreign text made inert.

use super::super::escape::visible;
use textwrap::{Options, WordSplitter};

const LABEL: usize = 12;
const WIDTH: usize = 110;

/// The explanation so far.
#[derive(Default)]
pub(super) struct ExplanationText {
    text: String,
}

impl ExplanationText {
    pub(super) fn heading(&mut self, text: &str) {
        self.text.push('\n');
        self.text.push_str(&visible(text));
        self.text.push('\n');
    }

    /// A paragraph behind a label; without one it continues what came before.
    pub(super) fn line(&mut self, label: &str, text: &str) {
        self.indented(label, 0, text);
    }

    /// The same, set back by so many columns.
    pub(super) fn indented(&mut self, label: &str, by: usize, text: &str) {
        let first = format!("  {label:LABEL$}{:by$}", "");
        let indent = " ".repeat(2 + LABEL + by + 2);
        let options = Options::new(WIDTH)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(false)
            .initial_indent(&first)
            .subsequent_indent(&indent);
        self.text.push_str(&textwrap::fill(&visible(text), options));
        self.text.push('\n');
    }

    /// A command, on one line whatever its length, so that it can be copied.
    pub(super) fn command(&mut self, label: &str, text: &str) {
        self.text.push_str(&format!("  {label:LABEL$}{}\n", visible(text)));
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}
