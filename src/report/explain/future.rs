//! The arithmetic behind a verdict: which uses lie in the window, what the cadence foretells, and how odds are counted.

use super::ExplainedScope;
use super::labelled_lines::ExplanationText;
use crate::support::format::{self, count};
use crate::support::time::{Span, Time};
use crate::timeline::enforcement::Enforcement;
use crate::timeline::loss_odds::{LossOdds, Odds, Starts, loss_odds};
use crate::timeline::occurrences::{UseDay, use_times};
use crate::timeline::outlook::{ROTATIONS, outlook};
use crate::timeline::window::{Inside, WINDOW};

/// The most stretches of starts that are listed; further ones are counted.
const STRETCHES: usize = 12;

/// Which uses lie in the dated window.
pub(super) fn window(page: &mut ExplanationText, scope: &ExplainedScope<'_, '_>) {
    let Some(w) = scope.assessed.enforcement.window() else { return };
    let days = &scope.history.days;
    let told = |inside: Inside| match inside {
        Inside::Yes => "yes",
        Inside::No => "no",
        Inside::BoundaryDay => "only on a day that is its boundary",
    };
    let last = |test: &dyn Fn(&&UseDay) -> bool| {
        days.iter().filter(test).map(|d| d.last).max().map_or("none".to_owned(), format::moment)
    };
    let within = |d: &&UseDay| d.last >= w.start.time && d.first < w.end.time;
    page.line(
        "window",
        &format!(
            "seen in it by firm uses: {}; with possible ones: {}",
            told(w.holds(days)),
            told(w.holds(&scope.history.possible_days))
        ),
    );
    page.line(
        "",
        &format!(
            "last firm use before its start {}, inside {}, from its end on {}",
            last(&|d| d.first < w.start.time),
            last(&within),
            last(&|d| d.last >= w.end.time)
        ),
    );
    if matches!(scope.assessed.enforcement, Enforcement::Dated { .. }) && w.is_sensitive(days) {
        page.line("", "an end up to 7 days earlier would change that");
    }
}

/// How regularly it is used, and when next.
pub(super) fn cadence(page: &mut ExplanationText, scope: &ExplainedScope<'_, '_>) {
    match &scope.judgement.cadence {
        None => page.line("cadence", "none can be told: no firm use, or no log"),
        Some(c) => {
            let seen = count(u64::from(c.occurrences), "occurrence", "occurrences");
            match c.rule {
                None => page.line("cadence", &format!("{}: {seen}", c.text())),
                Some(_) => page.line(
                    "cadence",
                    &format!(
                        "{}, {} ({}): {seen}; {} met, {} missed, {} off the rule; jitter {:.1} h; confidence {}",
                        c.text(),
                        c.claim.as_str(),
                        c.label.as_str(),
                        c.hits,
                        c.misses,
                        c.extras,
                        c.jitter.as_days() * 24.0,
                        c.confidence
                    ),
                ),
            }
            if let Some(change) = c.changed {
                page.line("", &format!("so since {}; before that {}", change.at, change.before.text()));
            }
            if c.lapsed {
                page.line("", "it held, then the calls stopped: none is expected");
            }
        }
    }
    let within = crate::assess::operation_cadences(
        scope.assessment,
        scope.assessed,
        scope.history,
        scope.judgement.cadence.as_ref(),
    );
    for (name, c) in within {
        let next =
            c.next.map_or("none expected".to_owned(), |n| crate::assess::NextCall::from(n).to_string());
        page.line("", &format!("within it {name}: {}, {}; next {next}", c.text(), c.claim.as_str()));
    }
    if let Some(next) = scope.judgement.next {
        let from = match &scope.judgement.cadence {
            Some(c) if c.next == Some(next) => "from the cadence",
            _ => "as declared",
        };
        page.line(
            "next call",
            &format!("{} to {}, {from}", format::moment(next.earliest), format::moment(next.latest)),
        );
    }
}

/// The share of windows that miss it, with every stretch of starts that counts.
pub(super) fn odds(page: &mut ExplanationText, scope: &ExplainedScope<'_, '_>) {
    let (Some(first), as_of) = (scope.history.days.first(), scope.assessment.given.as_of) else { return };
    page.line(
        "odds",
        match scope.assessed.enforcement.window() {
            Some(_) => {
                "for a window that nobody has dated, such as that of the next rotation; not for the one above"
            }
            None => "its own window is not known, so any start counts as likely as any other",
        },
    );
    let gaps = scope.assessed.log.map_or(&[][..], |l| &l.gaps);
    match loss_odds(&use_times(&scope.history.days), first.first, as_of, WINDOW, gaps) {
        None => page.line("", "the history is no longer than a window: none"),
        Some(found) => observed(page, &found, first.first, as_of),
    }
    if let Some(start) = scope.judgement.odds_since_start {
        page.line("", &format!("since the history began: {}", share(start)));
    }
    let Some(ahead) = scope.judgement.cadence.as_ref().and_then(|c| outlook(c, as_of)) else { return };
    let until =
        ahead.until.map_or("whatever the start".to_owned(), |t| format!("up to {}", format::moment(t)));
    page.line("ahead", &format!("over the calls the cadence foretells, {until}: {}", share(ahead.odds)));
    let rotations: Vec<_> =
        ROTATIONS.iter().map(|k| format!("{} in {k}", percent(ahead.odds.over_rotations(*k)))).collect();
    page.line(
        "",
        &format!("that at least one of several windows misses it, 1 - (1 - p)^k: {}", rotations.join(", ")),
    );
    page.line(
        "safe start",
        &ahead.safe.map_or("none: the next call may fall too far apart".to_owned(), |s| {
            format!("a window that begins {} sees the next call", stretch(s))
        }),
    );
    if let Some(worst) = ahead.worst {
        page.line("worst start", &format!("a window that begins {} sees none", stretch(worst)));
    }
}

fn observed(page: &mut ExplanationText, found: &LossOdds, first: Time, as_of: Time) {
    let missed: Vec<_> =
        found.missed.iter().take(STRETCHES).map(|m| format!("{} = {:.1} d", stretch(*m), days(*m))).collect();
    let more = found.missed.len().saturating_sub(STRETCHES);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let lost = Span(i64::try_from(found.odds.lost).unwrap_or(i64::MAX)).as_days();
    let total = Span(i64::try_from(found.odds.total).unwrap_or(i64::MAX)).as_days();
    page.line(
        "observed",
        &format!(
            "starts from the first use, {}, to {} days before as-of, {}: {total:.1} days of them can be judged",
            format::moment(first),
            (WINDOW.as_days()) as i64,
            format::moment(as_of.minus(WINDOW))
        ),
    );
    if missed.is_empty() {
        page.line("", "every window among them holds a use");
    } else {
        page.line("", &format!("windows that hold no use begin {}{more}", missed.join("; ")));
    }
    page.line("", &format!("{lost:.1} of {total:.1} days: {}", share(found.odds)));
    if let Some(best) = found.best {
        page.line("", &format!("longest stretch of starts that see a use: {}", stretch(best)));
    }
}

fn share(odds: Odds) -> String {
    format!("{} of all windows miss it", percent(odds.share()))
}

/// Never rounded to none or all.
fn percent(share: f64) -> String {
    match share {
        s if s > 0.0 && s < 0.0005 => "less than 0.1 %".to_owned(),
        s if (0.9995..1.0).contains(&s) => "more than 99.9 %".to_owned(),
        s => format!("{:.1} %", s * 100.0),
    }
}

fn stretch(s: Starts) -> String {
    format!("{} to {}", format::moment(s.from), format::moment(s.to))
}

fn days(s: Starts) -> f64 {
    s.to.since(s.from).as_days()
}
