//! Lines of a terminal: wrapped to its width, coloured where that is wanted.

use crate::report::RenderOptions;
use anstyle::Style;
use textwrap::{Options, WordSplitter};

/// The narrowest page that can still be read.
const NARROWEST: usize = 60;
/// The widest: longer lines tire the eye.
const WIDEST: usize = 100;

/// Lines so far.
pub(super) struct TerminalText {
    pub(super) width: usize,
    colour: bool,
    lines: Vec<String>,
}

impl TerminalText {
    pub(super) fn new(options: &RenderOptions) -> Self {
        let width = options.width.clamp(NARROWEST, WIDEST);
        Self { width, colour: options.colour, lines: Vec::new() }
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn blank(&mut self) {
        self.lines.push(String::new());
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.blank();
        let line = self.paint(Style::new().bold(), text);
        self.lines.push(line);
    }

    /// A paragraph; `first` stands before its first line, blanks of the same width before the others.
    pub(super) fn paragraph(&mut self, first: &str, style: Style, text: &str) {
        let indent = " ".repeat(textwrap::core::display_width(first));
        let options = Options::new(self.width - indent.len()).word_splitter(WordSplitter::NoHyphenation);
        for (n, line) in textwrap::wrap(text, options).into_iter().enumerate() {
            let before = if n == 0 { first } else { &indent };
            let line = format!("{before}{}", self.paint(style, &line));
            self.lines.push(line.trim_end().to_owned());
        }
    }

    /// A line as it is.
    pub(super) fn line(&mut self, text: String) {
        self.lines.push(text);
    }

    /// A command over several lines that a shell reads as one.
    pub(super) fn command(&mut self, command: &str) {
        for line in super::shell_command::wrapped(command, self.width.saturating_sub(4)) {
            let line = format!(
                "    {}",
                self.paint(Style::new().fg_color(Some(anstyle::AnsiColor::Cyan.into())), &line)
            );
            self.lines.push(line);
        }
    }

    pub(super) fn paint(&self, style: Style, text: &str) -> String {
        if self.colour && style != Style::new() && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    pub(super) fn into_text(self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text
    }
}
