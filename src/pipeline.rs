//! The whole way in one function: inputs -> ledger -> attribution -> timelines -> verdicts -> findings -> analyses -> report.

mod as_of;
mod gathered;
mod logs;
mod request;
mod side_inputs;

pub use gathered::Gathered;
pub use request::{InputOptions, JudgementOptions, Request};

use crate::analysis::Analyses;
use crate::analysis::compare::Comparison;
use crate::analysis::past::PastReport;
use crate::assess::assess;
use crate::assess::readiness::Readiness;
use crate::error::Error;
use crate::report::model::Report;
use crate::report::{build, mask};
use crate::support::progress::Progress;

/// Whether every input is hashed as it is stored, which is another pass over the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hashes {
    /// For a record of the bytes that a report rests on.
    Take,
    /// Where nothing records them.
    Leave,
}

/// Reads, judges and reports.
///
/// # Errors
/// A named file that cannot be read or used, or nothing usable at all.
pub fn run(request: &Request, hashes: Hashes, progress: &dyn Progress) -> Result<(Report, Readiness), Error> {
    // Inputs -> ledger, and what logs cannot know.
    let mut gathered = Gathered::read(&request.inputs, progress)?;
    if hashes == Hashes::Take {
        gathered.take_hashes();
    }
    let readiness = Readiness::of(&gathered.inputs);
    // Ledger -> attribution -> timelines -> verdicts.
    let mut report = gathered.judge(request, |assessment, provenance| {
        let findings = assess(assessment);
        let analyses = Analyses::of(assessment, provenance.selection)?;
        let mut report = build::report(assessment, findings, analyses, provenance);
        if let Some(key) = &request.mask_key {
            mask::mask(&mut report, key, mask::originals(key, assessment, provenance));
        }
        Ok::<_, Error>(report)
    })??;
    if let Some(baseline) = &request.baseline {
        report.comparison = Some(Comparison::of(baseline, &PastReport::from(&report))?);
    }
    Ok((report, readiness))
}
