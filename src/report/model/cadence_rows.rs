//! How regularly a scope is used, and what windows would see of that: rows of the report.

use crate::analysis::scope_use::UndatedWindows;
use crate::assess::NextCall;
use crate::catalog::confidence::Confidence;
use crate::support::time::{Day, Span, Time};
use crate::timeline::cadence::{Cadence, CadenceLabel, Claim};
use crate::timeline::loss_odds::Starts;
use crate::timeline::outlook::ROTATIONS;
use serde::Serialize;

/// How regularly a scope or an operation is used.
#[derive(Clone, Debug, Serialize)]
pub struct CadenceRow {
    /// Its kind: `hourly`, `daily`, `weekdays`, `weekly`, `every-n-days`, `monthly-day`, ..., `quarterly`, `irregular`, `once`.
    pub label: CadenceLabel,
    /// How much the number of occurrences supports it: `claimed`, `possible`, `irregular`, `once`.
    pub claim: Claim,
    /// Mean time from one to the next, in days.
    pub period_days: Option<f64>,
    /// Days of the rule with an occurrence, since it holds.
    pub hits: u32,
    /// Days of the rule without one, log gaps apart.
    pub misses: u32,
    /// Occurrences off the rule.
    pub extras: u32,
    /// From the earliest to the latest, counted from the rule's day, in hours.
    pub jitter_hours: f64,
    /// How much to rely on it.
    pub confidence: Confidence,
    /// It held, then the calls stopped: none is expected.
    pub lapsed: bool,
    /// The schedule it replaced.
    pub changed: Option<ChangedRow>,
}

/// A schedule that was replaced.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ChangedRow {
    /// The first day of the current one.
    pub at: Day,
    /// What it was before.
    pub before: CadenceLabel,
}

/// What windows without a known date would see of a scope: the window of the next rotation, or that of a token whose own is unknown.
/// Never about a window with a date.
#[derive(Clone, Debug, Serialize)]
pub struct SweepRow {
    /// Windows begun since the first use of the scope that miss it: their share.
    pub observed_odds: Option<f64>,
    /// The longest stretch of past starts whose window saw a use.
    pub best_start: Option<StartsRow>,
    /// The longest stretch of past starts whose window saw none.
    pub worst_start: Option<StartsRow>,
    /// The share over the calls that the cadence foretells for two years.
    pub expected_odds: Option<f64>,
    /// A window that begins in here sees the next expected call.
    pub safe_start: Option<StartsRow>,
    /// The longest stretch of starts ahead whose window sees no expected call.
    pub worst_start_ahead: Option<StartsRow>,
    /// The odds that at least one of several windows, each begun at random, misses it: 1 - (1 - p)^k, with p the expected odds, or
    /// the observed ones where nothing is expected.
    pub rotations: Vec<RotationRow>,
}

/// A stretch of window starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StartsRow {
    /// First start.
    pub from: Time,
    /// Last start.
    pub to: Time,
}

/// The odds over several windows in a row, one after each rotation.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RotationRow {
    /// Number of windows.
    pub windows: u32,
    /// The odds that one of them at least misses the scope.
    pub odds: f64,
}

impl From<Starts> for StartsRow {
    fn from(s: Starts) -> Self {
        Self { from: s.from, to: s.to }
    }
}

impl From<&Cadence> for CadenceRow {
    fn from(c: &Cadence) -> Self {
        Self {
            label: c.label,
            claim: c.claim,
            period_days: c.period.map(Span::as_days),
            hits: c.hits,
            misses: c.misses,
            extras: c.extras,
            jitter_hours: (c.jitter.as_days() * 24.0 * 100.0).round() / 100.0,
            confidence: c.confidence,
            lapsed: c.lapsed,
            changed: c.changed.map(|change| ChangedRow { at: change.at, before: change.before }),
        }
    }
}

impl From<&UndatedWindows> for SweepRow {
    fn from(windows: &UndatedWindows) -> Self {
        let UndatedWindows { past, ahead, odds } = windows;
        Self {
            observed_odds: past.as_ref().map(|s| s.odds.share()),
            best_start: past.as_ref().and_then(|s| s.best).map(Into::into),
            worst_start: past.as_ref().and_then(|s| s.worst).map(Into::into),
            expected_odds: ahead.map(|o| o.odds.share()),
            safe_start: ahead.and_then(|o| o.safe).map(Into::into),
            worst_start_ahead: ahead.and_then(|o| o.worst).map(Into::into),
            rotations: ROTATIONS
                .map(|windows| RotationRow { windows, odds: odds.over_rotations(windows) })
                .to_vec(),
        }
    }
}

/// What an operation's own cadence adds to its row.
#[derive(Clone, Debug, Serialize)]
pub struct OperationCadence {
    /// The cadence in words.
    pub text: String,
    /// The cadence in numbers.
    pub detail: CadenceRow,
    /// Occurrences.
    pub occurrences: u32,
    /// When it is expected next.
    pub next_call: Option<NextCall>,
}

impl From<&Cadence> for OperationCadence {
    fn from(c: &Cadence) -> Self {
        Self {
            text: c.text(),
            detail: CadenceRow::from(c),
            occurrences: c.occurrences,
            next_call: c.next.map(NextCall::from),
        }
    }
}
