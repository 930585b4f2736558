//! Questions put to assessed tokens: what replays, comparisons, calibrations and inspections answer.

pub mod calibrate;
pub mod compare;
pub mod coverage;
pub mod cross_check;
pub mod inspect;
pub mod joins;
pub mod previous_report;
pub mod provenance;
pub mod replay;
pub mod scope_use;
pub mod selection;
pub mod verify;

use crate::assess::Assessment;
use crate::error::Error;
use calibrate::{Calibration, calibrate};
use cross_check::cross_check;
use replay::{ReplayReport, section};
use scope_use::{TokenAnalysis, scope_use};
use selection::Selection;

/// Everything that is worked out about judged tokens before a report is laid out.
pub struct Analyses {
    /// Covered living tokens, in order of the roster.
    pub tokens: Vec<TokenAnalysis>,
    /// The sums of the cross-checks of those tokens.
    pub cross_check: cross_check::Totals,
    pub replay: ReplayReport,
    pub calibrations: Vec<Calibration>,
}

impl Analyses {
    /// Analyses every token that the selection covers. Calibration takes all tokens: more lists date a window better.
    ///
    /// # Errors
    /// When rows cannot be related to each other, which is a defect.
    pub fn of(assessment: &Assessment<'_>, selection: &Selection) -> Result<Self, Error> {
        let checks = cross_check(assessment)?;
        let (tokens, replay) = rayon::join(
            || scope_use(assessment, checks, selection),
            || section::replay(assessment, None, selection),
        );
        Ok(Self {
            cross_check: cross_check::totals(tokens.iter().filter_map(|t| t.cross_check.as_ref()))?,
            tokens,
            replay,
            calibrations: calibrate(assessment)?,
        })
    }
}
