//! The whole way in one function: inputs -> ledger -> attribution -> timelines -> verdicts -> findings -> analyses -> report. A
//! comparison with an earlier report comes last, since names must be masked alike in both.

mod as_of;
mod gathered;
mod logs;
mod request;
mod side_inputs;

pub(crate) use gathered::Gathered;
pub use request::{InputOptions, JudgementOptions, RunRequest};

// What a request and its result are made of.
pub use crate::analysis::previous_report::PreviousReport;
pub use crate::analysis::selection::{Only, Selection};
pub use crate::assess::readiness::Readiness;
pub use crate::context::bound::Bound;
pub use crate::context::inventory::DatedFile;
pub use crate::input::source::Limits;
pub use crate::report::mask::MaskKey;
pub use crate::support::progress::{Progress, Silent};
pub use crate::support::time::{Day, Time};

use crate::analysis::Analyses;
use crate::analysis::compare::Comparison;
use crate::analysis::provenance::Provenance;
use crate::assess::{Assessment, assess};
use crate::error::Error;
use crate::report::model::Report;
use crate::report::{build, mask};

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
pub fn run(
    request: &RunRequest,
    hashes: Hashes,
    progress: &dyn Progress,
) -> Result<(Report, Readiness), Error> {
    // Inputs -> ledger, and what logs cannot know.
    let mut gathered = Gathered::read(&request.inputs, progress)?;
    if hashes == Hashes::Take {
        gathered.take_hashes();
    }
    let readiness = Readiness::of(&gathered.inputs);
    // Ledger -> attribution -> timelines -> verdicts.
    let mut report = gathered.judge(request, |assessment, provenance| {
        let mut report = report(assessment, provenance)?;
        if let Some(key) = &request.mask_key {
            mask::mask(&mut report, key, mask::originals(key, assessment, provenance));
        }
        Ok::<_, Error>(report)
    })??;
    if let Some(baseline) = &request.baseline {
        report.comparison = Some(Comparison::of(baseline, &PreviousReport::from(&report))?);
    }
    Ok((report, readiness))
}

/// Verdicts -> findings -> analyses -> report.
///
/// # Errors
/// When rows cannot be related to each other, which is a defect.
pub(crate) fn report(assessment: &Assessment<'_>, provenance: &Provenance<'_>) -> Result<Report, Error> {
    let findings = assess(assessment);
    let analyses = Analyses::of(assessment, provenance.selection)?;
    Ok(build::report(assessment, findings, analyses, provenance))
}
