//! How regularly a scope is used, and what windows would see of that: rows of the report, and how they are made.

use crate::assess::NextCall;
use crate::catalog::confidence::Confidence;
use crate::support::time::{Day, Span, Time};
use crate::timeline::cadence::{Cadence, CadenceLabel, Claim};
use crate::timeline::history::ScopeHistory;
use crate::timeline::log_view::LogView;
use crate::timeline::loss_odds::{Starts, loss_odds};
use crate::timeline::occurrences::use_times;
use crate::timeline::outlook::{ROTATIONS, outlook};
use crate::timeline::window::WINDOW;
use serde::Serialize;

/// A cadence in numbers.
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

/// What windows that nobody has dated would see of a scope: that of the next rotation, or of a token whose own is not known.
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

/// Several windows in a row.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RotationRow {
    /// How many.
    pub windows: u32,
    /// The odds that one of them at least misses the scope.
    pub odds: f64,
}

impl From<Starts> for StartsRow {
    fn from(s: Starts) -> Self {
        Self { from: s.from, to: s.to }
    }
}

impl CadenceRow {
    pub(super) fn of(c: &Cadence) -> Self {
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

impl SweepRow {
    /// `None` where the scope has no firm use, or neither past nor future says anything.
    pub(super) fn of(
        history: &ScopeHistory<'_>,
        cadence: Option<&Cadence>,
        log: Option<&LogView>,
        as_of: Time,
    ) -> Option<Self> {
        let first = history.days.first()?.first;
        let gaps = log.map_or(&[][..], |l| &l.gaps);
        let past = loss_odds(&use_times(&history.days), first, as_of, WINDOW, gaps);
        let ahead = cadence.and_then(|c| outlook(c, as_of));
        let odds = ahead.map(|o| o.odds).or(past.as_ref().map(|s| s.odds))?;
        Some(Self {
            observed_odds: past.as_ref().map(|s| s.odds.share()),
            best_start: past.as_ref().and_then(|s| s.best).map(Into::into),
            worst_start: past.as_ref().and_then(|s| s.worst).map(Into::into),
            expected_odds: ahead.map(|o| o.odds.share()),
            safe_start: ahead.and_then(|o| o.safe).map(Into::into),
            worst_start_ahead: ahead.and_then(|o| o.worst).map(Into::into),
            rotations: ROTATIONS
                .map(|windows| RotationRow { windows, odds: odds.over_rotations(windows) })
                .to_vec(),
        })
    }
}

/// What an operation's own cadence adds to its row.
#[derive(Clone, Debug, Serialize)]
pub struct OperationCadence {
    /// In words.
    pub text: String,
    /// In numbers.
    pub detail: CadenceRow,
    /// Occurrences.
    pub occurrences: u32,
    /// When it is expected next.
    pub next_call: Option<NextCall>,
}

impl OperationCadence {
    pub(super) fn of(c: &Cadence) -> Self {
        Self {
            text: c.text(),
            detail: CadenceRow::of(c),
            occurrences: c.occurrences,
            next_call: c.next.map(NextCall::from),
        }
    }
}
