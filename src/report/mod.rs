//! Judged tokens and findings -> the report, and the report -> its bytes.
//!
//! [`model`] holds every number, [`view`] every grouping and order, [`text`] every sentence that more than one writer prints, and
//! [`escape`] makes hostile text inert. A writer only renders.

pub(crate) mod build;
pub(crate) mod dashboard;
pub(crate) mod escape;
pub(crate) mod explain;
pub(crate) mod mask;
pub mod model;
pub mod pack;
mod previous;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod sample_tests;
mod summary;
pub(crate) mod tables;
pub(crate) mod text;
pub(crate) mod view;
pub(crate) mod writers;

pub(crate) use writers::hyperlink;
pub use writers::{Format, RenderOptions, Writer, write};

/// The JSON Schema of the JSON report.
pub const SCHEMA: &str = include_str!("../../data/report.schema.json");
