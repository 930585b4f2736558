//! A mistake in a catalog table: where it is and what to write instead.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Defect {
    pub file: String,
    /// The line of the row, from 1.
    pub line: u64,
    pub what: String,
    pub remedy: String,
}

impl Defect {
    pub(super) fn new(file: &str, line: u64, what: &str, remedy: &str) -> Self {
        Self { file: file.to_owned(), line, what: what.to_owned(), remedy: remedy.to_owned() }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}:{}: {}; {}.", self.file, self.line, self.what, self.remedy);
        // Cells come from files that others wrote.
        f.write_str(&text.replace(|c: char| c.is_control(), "\u{FFFD}"))
    }
}
