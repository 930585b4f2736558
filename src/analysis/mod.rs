//! Questions put to assessed tokens: what replays, comparisons, calibrations and inspections answer.

pub(crate) mod calibrate;
pub(crate) mod compare;
pub(crate) mod coverage;
pub(crate) mod cross_check;
pub(crate) mod inspect;
pub(crate) mod joins;
pub(crate) mod previous_report;
pub(crate) mod provenance;
pub(crate) mod replay;
pub(crate) mod scope_use;
pub(crate) mod selection;
pub(crate) mod verify;

use crate::assess::Assessment;
use crate::error::Error;
use calibrate::{Calibration, calibrate};
use cross_check::cross_check;
use replay::{ReplayReport, section};
use scope_use::{TokenAnalysis, scope_use};
use selection::Selection;

/// Everything that is worked out about judged tokens before a report is laid out.
pub(crate) struct Analyses {
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
    pub(crate) fn of(assessment: &Assessment<'_>, selection: &Selection) -> Result<Self, Error> {
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
