//! Outcomes -> precision and recall: over all, by scope, by tier.

use super::outcome::{Prediction, PredictionOutcome};
use super::refusals::Unforeseen;
use crate::analysis::joins::{self, Rows};
use crate::error::Error;
use crate::timeline::verdict::Verdict;
use serde::Serialize;
use std::collections::BTreeMap;
use strum::IntoEnumIterator;

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Score {
    pub predicted: u64,
    /// Of these: refused.
    pub denied: u64,
    /// Of these: narrowed without the scope, as a newer token list shows.
    pub narrowed: u64,
    /// Of these: the expected call did not come.
    pub absent: u64,
    /// Of these: called with success after enforcement.
    pub passed: u64,
    /// Of these: the scope was given in time.
    pub prevented: u64,
    /// Of these: still ahead.
    pub pending: u64,
    /// Of these: not decidable.
    pub cannot_say: u64,
    /// Scopes of tokens that were refused although no loss was predicted.
    pub unforeseen: u64,
    /// Of the decided predictions, the share that came true: (denied + narrowed + absent) / (these + passed).
    pub precision: Option<f64>,
    /// Of the refused scopes, the share that was predicted: denied / (denied + unforeseen).
    pub recall: Option<f64>,
}

const SUMS: [&str; 9] = [
    "predicted",
    "denied",
    "narrowed",
    "absent",
    "passed",
    "prevented",
    "pending",
    "cannot_say",
    "unforeseen",
];

impl Score {
    fn of(sums: &[u64]) -> Self {
        let n = |at: usize| sums.get(at).copied().unwrap_or(0);
        let mut score = Self {
            predicted: n(0),
            denied: n(1),
            narrowed: n(2),
            absent: n(3),
            passed: n(4),
            prevented: n(5),
            pending: n(6),
            cannot_say: n(7),
            unforeseen: n(8),
            precision: None,
            recall: None,
        };
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        score.precision = share(score.came_true(), score.came_true() + score.passed);
        score.recall = share(score.denied, score.denied + score.unforeseen);
        score
    }

    /// Predicted losses that came true.
    pub(crate) fn came_true(&self) -> u64 {
        self.denied + self.narrowed + self.absent
    }
}

pub(super) fn total(predictions: &[Prediction], unforeseen: &[Unforeseen]) -> Score {
    let mut sums = vec![0; SUMS.len()];
    for row in predictions.iter().filter(|p| p.verdict == Verdict::Lost).map(|p| measures(Some(p.outcome))) {
        sums.iter_mut().zip(row).for_each(|(sum, n)| *sum += n.unsigned_abs());
    }
    if let Some(last) = sums.last_mut() {
        *last = unforeseen.len() as u64;
    }
    Score::of(&sums)
}

/// By a text of each prediction and each unforeseen refusal.
pub(super) fn by(
    predictions: &[Prediction],
    unforeseen: &[Unforeseen],
    of_prediction: fn(&Prediction) -> &String,
    of_unforeseen: fn(&Unforeseen) -> &String,
) -> Result<BTreeMap<String, Score>, Error> {
    let losses = || predictions.iter().filter(|p| p.verdict == Verdict::Lost);
    let keys = losses().map(of_prediction).chain(unforeseen.iter().map(of_unforeseen));
    let rows: Vec<[i64; 9]> = losses()
        .map(|p| measures(Some(p.outcome)))
        .chain(unforeseen.iter().map(|_| measures(None)))
        .collect();
    let mut table = Rows::default().text("key", keys);
    for (at, name) in SUMS.iter().enumerate() {
        table = table.number(name, rows.iter().map(|r| r[at]));
    }
    let sums = joins::totals(table, &["key"], &SUMS)?;
    Ok(sums.into_iter().map(|(key, sums)| (key.concat(), Score::of(&sums))).collect())
}

/// Scopes by verdict and outcome.
pub(super) fn by_verdict(
    predictions: &[Prediction],
) -> Result<BTreeMap<String, BTreeMap<&'static str, u64>>, Error> {
    let table = Rows::default()
        .text("verdict", predictions.iter().map(|p| p.verdict.name()))
        .text("outcome", predictions.iter().map(|p| p.outcome.name()))
        .number("scopes", predictions.iter().map(|_| 1));
    let mut all: BTreeMap<String, BTreeMap<&'static str, u64>> = BTreeMap::new();
    for (keys, sums) in joins::totals(table, &["verdict", "outcome"], &["scopes"])? {
        let [verdict, outcome] = keys.as_slice() else { continue };
        if let Some(outcome) = PredictionOutcome::iter().find(|o| o.name() == outcome) {
            all.entry(verdict.clone())
                .or_default()
                .insert(outcome.name(), sums.first().copied().unwrap_or(0));
        }
    }
    Ok(all)
}

/// One row of numbers, in the order of [`SUMS`]; without an outcome it is an unforeseen refusal.
fn measures(outcome: Option<PredictionOutcome>) -> [i64; 9] {
    let mut row = [0; 9];
    match outcome {
        None => row[8] = 1,
        Some(outcome) => {
            row[0] = 1;
            if let Some(at) = PredictionOutcome::iter().position(|o| o == outcome) {
                row[at + 1] = 1;
            }
        }
    }
    row
}
