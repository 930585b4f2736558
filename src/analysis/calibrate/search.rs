//! Tries every window and keeps the best: calendar ends by one sweep per length, the others token by token.

use super::candidate::{Anchor, LENGTHS, MOST_LAG, WindowFit};
use super::evidence::{Misfit, TokenEvidence, WindowEvidence};
use crate::support::time::Day;

#[derive(Clone, Debug, Default)]
pub(super) struct SearchResult {
    pub(super) best: WindowFit,
    pub(super) runners_up: Vec<WindowFit>,
    /// Whether a window of another anchor, or far away, does equally well.
    pub(super) rivals: bool,
    pub(super) deciding_tokens: usize,
    pub(super) candidates: usize,
    pub(super) misfits: Vec<Misfit>,
}

/// The best of all windows; `None` when there is no day to try.
pub(super) fn search(evidence: &WindowEvidence) -> Option<SearchResult> {
    let mut fits = Vec::new();
    let mut candidates = 0;
    for failed in [false, true] {
        for length in LENGTHS.0..=LENGTHS.1 {
            candidates += calendar(evidence, length, failed, &mut fits);
            for anchor in [Anchor::Enforcement, Anchor::Creation, Anchor::Listing] {
                candidates += anchored(evidence, anchor, length, failed, &mut fits);
            }
        }
    }
    fits.sort_by_cached_key(WindowFit::order);
    let best = *fits.first()?;
    let equals = || fits.iter().filter(|f| f.errors() == best.errors());
    let rivals = equals().any(|f| f.anchor != best.anchor || far(f, &best));
    // One line for each way of looking; stretches of the same anchor, length and counting only repeat it.
    let mut runners_up: Vec<WindowFit> = Vec::new();
    for fit in fits.iter().skip(1) {
        let same = |f: &WindowFit| {
            f.anchor == fit.anchor
                && f.counts_failed == fit.counts_failed
                && (f.end_range == fit.end_range || f.length_days == fit.length_days)
        };
        if runners_up.len() < 8 && !same(&best) && !runners_up.iter().any(same) {
            runners_up.push(*fit);
        }
    }
    let deciding = |t: &&TokenEvidence| is_deciding(t, evidence);
    Some(SearchResult {
        rivals,
        runners_up,
        deciding_tokens: evidence.tokens.iter().filter(deciding).count(),
        candidates,
        misfits: evidence
            .tokens
            .iter()
            .filter_map(|t| t.misfit(window_of(t, &best), best.counts_failed))
            .collect(),
        best,
    })
}

/// Whether two calendar windows lie far apart.
fn far(a: &WindowFit, b: &WindowFit) -> bool {
    a.end.zip(b.end).is_some_and(|(a, b)| (a.0 - b.0).abs() > super::WIDEST)
}

/// The window of one token.
fn window_of(token: &TokenEvidence, fit: &WindowFit) -> Option<(Day, Day)> {
    match fit.anchor {
        Anchor::Calendar => fit.end.map(|end| (end.plus(-fit.length_days), end)),
        anchor => place(token, anchor, fit.lag_range?.0, fit.length_days),
    }
}

fn place(token: &TokenEvidence, anchor: Anchor, lag: i32, length: i32) -> Option<(Day, Day)> {
    let ending = |end: Day| (end.plus(-length), end);
    let window = match anchor {
        Anchor::Enforcement => ending(token.enforced?.plus(-lag)),
        Anchor::Listing => ending(token.listed?.plus(1 - lag)),
        Anchor::Creation => (token.created?.plus(lag), token.created?.plus(lag + length)),
        Anchor::Calendar => return None,
    };
    // Before the log begins a missing call means nothing, and a list does not reflect later days.
    let window = (window.0, window.1.min(token.until));
    (window.0 >= token.log_from && window.1.0 - window.0.0 >= LENGTHS.0).then_some(window)
}

/// All ends of one length, by adding up where each run of use begins and ceases to be seen.
fn calendar(evidence: &WindowEvidence, length: i32, failed: bool, fits: &mut Vec<WindowFit>) -> usize {
    let (Some(first), Some(last)) = (evidence.first_day, evidence.last_end) else { return 0 };
    let first = first.plus(length);
    let Ok(ends) = usize::try_from(last.0 - first.0 + 1) else { return 0 };
    if ends == 0 {
        return 0;
    }
    let mut seen = [vec![0i64; ends + 1], vec![0i64; ends + 1]];
    for scope in evidence.scopes() {
        let steps = &mut seen[usize::from(scope.published)];
        let mut until = first.0;
        for (a, b) in scope.runs(failed) {
            // Seen by every end after its first day, up to a length after its last.
            let from = (a.0 + 1).max(until);
            let to = (b.0 + length + 1).min(last.0 + 1);
            if from < to {
                steps[(from - first.0) as usize] += 1;
                steps[(to - first.0) as usize] -= 1;
                until = to;
            }
        }
    }
    let published = evidence.published();
    let mut now = [0i64; 2];
    let mut open: Option<WindowFit> = None;
    for n in 0..ends {
        for (sum, steps) in now.iter_mut().zip(&seen) {
            *sum += steps[n];
        }
        let end = first.plus(n as i32);
        let explained = usize::try_from(now[1]).unwrap_or(0);
        let extra = usize::try_from(now[0]).unwrap_or(0);
        match &mut open {
            Some(fit) if fit.explained == explained && fit.extra == extra => {
                fit.end = Some(end);
                fit.end_range = fit.end_range.map(|(a, _)| (a, end));
            }
            _ => {
                fits.extend(open);
                open = Some(WindowFit {
                    anchor: Anchor::Calendar,
                    length_days: length,
                    end: Some(end),
                    end_range: Some((end, end)),
                    counts_failed: failed,
                    explained,
                    missed: published - explained.min(published),
                    extra,
                    ..WindowFit::default()
                });
            }
        }
    }
    fits.extend(open);
    ends
}

fn anchored(
    evidence: &WindowEvidence,
    anchor: Anchor,
    length: i32,
    failed: bool,
    fits: &mut Vec<WindowFit>,
) -> usize {
    let lags = || 0..=MOST_LAG;
    if !evidence.tokens.iter().any(|t| lags().any(|lag| place(t, anchor, lag, length).is_some())) {
        return 0;
    }
    let mut open: Option<WindowFit> = None;
    for lag in lags() {
        let mut fit = WindowFit {
            anchor,
            length_days: length,
            lag_range: Some((lag, lag)),
            counts_failed: failed,
            ..WindowFit::default()
        };
        for token in &evidence.tokens {
            token.score(place(token, anchor, lag, length), failed, &mut fit);
        }
        match &mut open {
            Some(f) if (f.explained, f.extra) == (fit.explained, fit.extra) => {
                f.lag_range = f.lag_range.map(|(a, _)| (a, lag));
            }
            _ => {
                fits.extend(open);
                open = Some(fit);
            }
        }
    }
    fits.extend(open);
    lags().count()
}

/// Whether some window of the documented length sees a scope of the token and another does not.
fn is_deciding(token: &TokenEvidence, evidence: &WindowEvidence) -> bool {
    const LENGTH: i32 = 30;
    let (Some(first), Some(last)) = (evidence.first_day, evidence.last_end) else { return false };
    token.scopes.iter().any(|scope| {
        let mut said =
            (first.0 + LENGTH..=last.0).map(|end| scope.is_seen(Day(end - LENGTH), Day(end), false));
        let one = said.next();
        said.any(|other| Some(other) != one)
    })
}
