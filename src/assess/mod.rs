//! Judged tokens become findings: one rule per file, one line per rule in the registry.

mod finding;

pub use finding::{Dates, Evidence, Finding, NextCall, OperationUse, Remedy, Severity, Status, finding_id};
