//! Which window explains the scopes that Databricks published for tokens: every start, length and lag is tried, with failed
//! calls counted and not. The result is the one with the fewest differences over all tokens, with the evidence behind it.
//!
//! Nothing here changes a verdict: the answer names an option that people may set.

mod candidate;
mod evidence;
mod search;

pub(crate) use candidate::{Anchor, WindowFit};
pub(crate) use evidence::Misfit;

use crate::analysis::cross_check::ListSource;
use crate::assess::Assessment;
use crate::error::Error;
use evidence::WindowEvidence;
use search::SearchResult;
use serde::Serialize;

/// With fewer tokens that tell windows apart, any answer would be chance.
pub(crate) const LEAST_TOKENS: usize = 3;
/// Equally good ends farther apart than this many days date nothing.
pub(crate) const WIDEST: i32 = 7;
const RUNNERS_UP: usize = 5;
const MISFITS: usize = 50;

/// What the published lists of one kind say about the window behind them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    pub list: ListSource,
    /// Whether the lists date the window.
    pub answer: CalibrationAnswer,
    /// Tokens with such a list and logged use.
    pub tokens: usize,
    /// Tokens on which windows differ; only they can tell one from another.
    pub deciding_tokens: usize,
    /// Published scopes that some logged call of their token explains.
    pub published: usize,
    /// Published scopes without a logged call: no window can explain them, so they are not scored.
    pub never_logged: usize,
    pub candidates: usize,
    /// The best one: of equals the simplest.
    pub best: Option<WindowFit>,
    /// The next best ones of another length, anchor or counting, best first.
    pub runners_up: Vec<WindowFit>,
    /// Tokens that the best one does not explain in full.
    pub misfits: Vec<Misfit>,
    /// Options that make judgement assume the best one; nothing sets them by itself.
    pub option: Option<String>,
}

/// Whether published lists date the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum CalibrationAnswer {
    /// Fewer tokens than [`LEAST_TOKENS`] tell windows apart.
    NotEnough,
    /// Windows more than [`WIDEST`] days apart, or of different anchors, explain the lists equally well.
    Ambiguous,
    /// One window, within a few days.
    Found,
}

impl CalibrationAnswer {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// One answer for each kind of list that any token shows.
///
/// # Errors
/// When rows cannot be joined, which is a defect here.
pub(crate) fn calibrate(assessment: &Assessment<'_>) -> Result<Vec<Calibration>, Error> {
    let mut all = Vec::new();
    for list in [ListSource::BackfillScopes, ListSource::InferredScopes] {
        let evidence = WindowEvidence::of(assessment, list)?;
        if !evidence.tokens.is_empty() {
            all.push(of(list, &evidence));
        }
    }
    Ok(all)
}

fn of(list: ListSource, evidence: &WindowEvidence) -> Calibration {
    let found = search::search(evidence);
    let answer = match &found {
        Some(f) if f.deciding_tokens >= LEAST_TOKENS => match f.best.spread_days() <= WIDEST && !f.rivals {
            true => CalibrationAnswer::Found,
            false => CalibrationAnswer::Ambiguous,
        },
        _ => CalibrationAnswer::NotEnough,
    };
    let SearchResult { best, runners_up, deciding_tokens, candidates, misfits, .. } =
        found.unwrap_or_default();
    let best = (candidates > 0).then_some(best);
    Calibration {
        list,
        answer,
        tokens: evidence.tokens.len(),
        deciding_tokens,
        published: evidence.published(),
        never_logged: evidence.never_logged,
        candidates,
        option: best.as_ref().filter(|_| answer == CalibrationAnswer::Found).and_then(WindowFit::option),
        best,
        runners_up: runners_up.into_iter().take(RUNNERS_UP).collect(),
        misfits: misfits.into_iter().take(MISFITS).collect(),
    }
}

#[cfg(test)]
mod tests;
