//! Findings become a report, and the report is written: one writer per file.
//!
//! [`model`] holds every number, [`view`] every grouping and order, [`words`] every sentence that more than one writer
//! prints, and [`escape`] what makes hostile text inert. A writer only renders.

mod anchors;
pub mod build;
mod build_coverage;
pub mod calibration_text;
pub mod comparison_text;
pub mod coverage_text;
pub mod cross_check_text;
mod csv;
pub mod dashboard;
pub mod declarations;
pub mod escape;
pub mod explain;
mod html;
mod ics;
mod json;
mod junit;
mod lineage;
mod markdown;
pub mod mask;
pub mod model;
pub mod opening;
mod openmetrics;
pub mod pack;
mod parquet;
pub mod replay;
pub mod rhythm;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod sample_tests;
mod sarif;
pub mod section;
pub mod summary;
pub mod tables;
mod terminal;
pub mod view;
pub mod words;

pub use terminal::link;

use crate::analysis::past::PastReport;
use crate::error::Error;
use clap::ValueEnum;
use model::Report;
use std::io::{self, Write};

/// The JSON Schema of the JSON report.
pub const SCHEMA: &str = include_str!("../../data/report.schema.json");

/// What a report may be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub enum Format {
    /// For a person at a terminal.
    Terminal,
    /// Everything, for programs; its shape is a contract with a version.
    Json,
    /// For a ticket, a pull request comment or a CI job summary.
    Markdown,
    /// One page with pictures, which needs no network.
    Html,
    /// The findings, for spreadsheets.
    Csv,
    /// For CI systems: lost fails, unknown skips.
    Junit,
    /// Totals for a monitoring system.
    Openmetrics,
    /// Deadlines for a calendar.
    Ics,
    /// Findings beside the lines of the annotations file, for code review tools.
    Sarif,
}

impl Report {
    /// The report as it will be read back from its JSON: what comparisons see is what files hold.
    ///
    /// # Errors
    /// When that is not possible, which is a defect.
    pub fn as_past(&self) -> Result<PastReport, Error> {
        let mut json = Vec::new();
        write(Format::Json, self, &RenderOptions::default(), &mut json)?;
        PastReport::parse("this report", &json)
    }
}

/// How a terminal report looks; other formats ask nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether colours and bold type may be used.
    pub colour: bool,
    /// Columns.
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

/// Renders a report; every number in it comes from the report.
pub trait Writer {
    /// Writes the whole of it.
    ///
    /// # Errors
    /// Whatever `out` says.
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()>;
}

/// The writer of a format: one line per member of the family.
fn writer(format: Format, options: &RenderOptions) -> Box<dyn Writer> {
    match format {
        Format::Terminal => Box::new(terminal::Terminal(*options)),
        Format::Json => Box::new(json::Json),
        Format::Markdown => Box::new(markdown::Markdown),
        Format::Html => Box::new(html::Html),
        Format::Csv => Box::new(csv::Csv),
        Format::Junit => Box::new(junit::Junit),
        Format::Openmetrics => Box::new(openmetrics::OpenMetrics),
        Format::Ics => Box::new(ics::Ics),
        Format::Sarif => Box::new(sarif::Sarif),
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
    writer(format, options).write(report, out)
}
