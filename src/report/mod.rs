//! Judged tokens and findings -> the report, and the report -> its bytes.
//!
//! [`model`] holds every number, [`view`] every grouping and order, [`words`] and [`text`] every sentence that more than one
//! writer prints, and [`escape`] what makes hostile text inert. A writer only renders.

pub mod build;
pub mod dashboard;
pub mod escape;
pub mod explain;
pub mod mask;
pub mod model;
pub mod pack;
mod previous;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod sample_tests;
pub mod summary;
pub mod tables;
pub mod text;
pub mod view;
pub mod words;
pub mod writers;

pub use writers::{Format, RenderOptions, Writer, hyperlink, write};

/// The JSON Schema of the JSON report.
pub const SCHEMA: &str = include_str!("../../data/report.schema.json");
