//! The report -> its bytes: one file per format. A new format is a file and a line in the registry.

pub(super) mod csv;
mod html;
mod ics;
mod json;
mod junit;
mod markdown;
mod openmetrics;
pub(crate) mod prose;
pub(crate) mod replay;
mod sarif;
mod terminal;

pub(crate) use terminal::hyperlink;

use super::model::Report;
use std::io::{self, Write};

/// Renders a report. Every number in it comes from the report.
pub trait Writer: Sync {
    /// The value of `--format`.
    fn name(&self) -> &'static str;

    /// What `--help` says about it.
    fn help(&self) -> &'static str;

    /// The file that holds it in a pack; `None` where a pack has no such file.
    fn pack_file(&self) -> Option<&'static str> {
        None
    }

    /// Writes the whole report. Only a terminal heeds the options.
    ///
    /// # Errors
    /// Whatever `out` says.
    fn write(&self, report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()>;
}

/// One line per format, in the order of `--help`.
macro_rules! registry {
    ($($format:ident => $writer:path,)+) => {
        /// What a report can be written as.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Format {
            $(#[doc = concat!("As `", stringify!($writer), "` writes it.")] $format,)+
        }

        impl Format {
            /// All formats, in the order of `--help`.
            pub const ALL: &'static [Self] = &[$(Self::$format,)+];

            /// Its writer.
            pub fn writer(self) -> &'static dyn Writer {
                match self {
                    $(Self::$format => &$writer,)+
                }
            }
        }
    };
}

registry! {
    Terminal => terminal::TerminalWriter,
    Json => json::JsonWriter,
    Markdown => markdown::MarkdownWriter,
    Html => html::HtmlWriter,
    Csv => csv::CsvWriter,
    Junit => junit::JunitWriter,
    Openmetrics => openmetrics::OpenMetricsWriter,
    Ics => ics::IcsWriter,
    Sarif => sarif::SarifWriter,
}

/// How a report looks on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether colours and bold type may be used.
    pub colour: bool,
    /// Width in columns.
    pub width: usize,
    /// Everything instead of about two screens.
    pub all: bool,
    /// Whether the terminal opens links.
    pub links: bool,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { colour: false, width: 100, all: false, links: false }
    }
}

/// Writes a report in a format.
///
/// # Errors
/// Whatever `out` says.
pub fn write(
    format: Format,
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    format.writer().write(report, options, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_formats_share_a_name_or_a_file() {
        let mut names: Vec<_> = Format::ALL.iter().map(|f| f.writer().name()).collect();
        let mut files: Vec<_> = Format::ALL.iter().filter_map(|f| f.writer().pack_file()).collect();
        let (formats, written) = (names.len(), files.len());
        names.sort_unstable();
        names.dedup();
        files.sort_unstable();
        files.dedup();
        assert_eq!((names.len(), files.len()), (formats, written));
    }
}
