//! The verdict on one scope of one token: kept, lost or unknown, with the reason and how sure that is.

pub(crate) use super::reason::{Reason, Verdict};

use super::cadence::Cadence;
use super::calendar::Expected;
use super::loss_odds::Odds;
use crate::catalog::confidence::Confidence;

/// What was found about one scope of one token.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub verdict: Verdict,
    pub reason: Reason,
    /// How sure: the lowest of evidence, mapping and window source.
    pub confidence: Confidence,
    /// Whether the loss lies ahead and rests on an expected call.
    pub predicted: bool,
    /// Share of windows since its first use that miss it; only where the window is unknown.
    pub odds: Option<Odds>,
    /// The same since the history began.
    pub odds_since_start: Option<Odds>,
    /// Where the window is unknown: whether the 30 days before as-of would keep it.
    pub likeliest_keeps: Option<bool>,
    pub cadence: Option<Cadence>,
    /// The next expected or declared call.
    pub next: Option<Expected>,
    /// Whether the cadence, and a next call that follows from it, rests on the tokens that this one took over from.
    pub by_lineage: bool,
    /// Reservations, as sentences.
    pub notes: Vec<String>,
}

impl Judgement {
    /// How sure it is that the next call comes when it is expected.
    pub fn confidence_of_next(&self) -> Confidence {
        if self.by_lineage { self.confidence.min(Confidence::Medium) } else { self.confidence }
    }
}
