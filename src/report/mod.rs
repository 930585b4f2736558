//! Findings become a report, and the report is written: one writer per file.

pub mod model;
