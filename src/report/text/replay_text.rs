//! The replay section in sentences, the same in every format.

use crate::analysis::replay::{ReplayReport, ReplayRow, Replayed};
use crate::report::escape::{clip, visible};
use crate::report::view::View;
use crate::support::format::{self, count, number};

/// The heading in every format.
pub(crate) const HEADING: &str = "What past calls would have met";

/// The section: its headlines, each with the tokens hit hardest, at most `most` of them.
pub(crate) fn lines(replay: &ReplayReport, view: &View<'_>, most: usize) -> Vec<String> {
    let parts = parts(replay, view, most).into_iter();
    parts.flat_map(|(line, below)| std::iter::once(line).chain(below)).collect()
}

/// The same, with the lines on tokens below the headline that they belong to.
pub(crate) fn parts(replay: &ReplayReport, view: &View<'_>, most: usize) -> Vec<(String, Vec<String>)> {
    let alone = |line: String| (line, Vec::new());
    let mut lines = Vec::new();
    if let Some(date) = &replay.date {
        lines.push((headline(date), tokens(date, view, most)));
        lines.extend(cannot_say(date).map(alone));
        lines.extend(left_out(date).map(alone));
    }
    if let Some(lists) = &replay.lists {
        lines.push((headline(lists), tokens(lists, view, most)));
    }
    if let Some(dates) = &replay.dates {
        let range = format::days(dates.from, dates.to);
        let all = count(dates.dates as u64, "possible enforcement date", "possible enforcement dates");
        match (&dates.worst, &dates.typical) {
            (Some(worst), Some(typical)) => {
                lines.push(alone(format!(
                    "Of {all} ({range}), {} would have broken something for sure.",
                    number(dates.refusing as u64)
                )));
                lines.push((format!("The worst: {}", lower(&headline(worst))), tokens(worst, view, most)));
                lines.push(alone(format!(
                    "A typical one, of the dates up to {}: {}",
                    dates.typical_to,
                    lower(&headline(typical))
                )));
                lines.extend(cannot_say(typical).map(alone));
            }
            (None, Some(typical)) => {
                lines.push(alone(format!("Of {all} ({range}), none would have broken anything for sure.")));
                lines.extend(cannot_say(typical).map(alone));
            }
            _ => {}
        }
    } else if replay.date.is_none() {
        lines.push(alone(TOO_SHORT.to_owned()));
    }
    lines
}

/// The section in one sentence, for a page that has no room for more.
pub(crate) fn short(replay: &ReplayReport) -> String {
    match &replay.dates {
        Some(dates) => {
            let all = count(dates.dates as u64, "possible enforcement date", "possible enforcement dates");
            let worst = dates.worst.as_ref().and_then(|w| Some((w, w.enforced?)));
            match worst {
                Some((worst, at)) => format!(
                    "Of {all}, {} would have broken something; the worst, {}, {} of {}. --all tells them.",
                    number(dates.refusing as u64),
                    format::moment(at),
                    count(worst.refused, "call", "calls"),
                    count(worst.tokens_refused as u64, "token", "tokens")
                ),
                None => format!("Of {all}, none would have broken anything for sure."),
            }
        }
        None => TOO_SHORT.to_owned(),
    }
}

const TOO_SHORT: &str = "The log is no longer than a window, so no past enforcement date can be replayed.";

/// `Had enforcement happened on 2026-07-02, 14 calls by 2 tokens would have failed, the first on 2026-10-01 02:10.`
pub(crate) fn headline(replay: &Replayed) -> String {
    let condition = match replay.enforced {
        Some(at) => format!("Had enforcement happened on {}", format::moment(at)),
        None => {
            let n = count(replay.tokens_replayed as u64, "token is", "tokens are");
            format!("Under the lists that {n} known to be left with")
        }
    };
    let span = match replay.enforced {
        Some(_) => format!(" until {}", format::moment(replay.until)),
        None => " of the whole log".to_owned(),
    };
    match replay.first_refusal {
        Some(first) => format!(
            "{condition}, {}{span} by {} would have failed, the first on {}.",
            count(replay.refused, "call", "calls"),
            count(replay.tokens_refused as u64, "token", "tokens"),
            format::moment(first)
        ),
        None => format!("{condition}, no call{span} would have failed for sure."),
    }
}

fn lower(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

/// One line for each token with refused calls.
fn tokens(replay: &Replayed, view: &View<'_>, most: usize) -> Vec<String> {
    let refused: Vec<_> = replay.tokens.iter().filter(|t| t.refused > 0).collect();
    let mut lines: Vec<String> =
        refused.iter().take(most).map(|t| format!("{}: {}", name(t, view), scopes(t))).collect();
    if refused.len() > most {
        lines.push(format!(
            "and {} more; the JSON report has all.",
            count((refused.len() - most) as u64, "token", "tokens")
        ));
    }
    lines
}

fn name(token: &ReplayRow, view: &View<'_>) -> String {
    let gone = if token.gone { ", gone since" } else { "" };
    let principal = if token.principal.is_empty() { "principal unknown" } else { &token.principal };
    let principal = clip(&visible(principal), 48).into_owned();
    format!("Token {} ({principal}{gone})", clip(&visible(view.short(&token.token_id)), 24))
}

fn scopes(token: &ReplayRow) -> String {
    let each = token.scopes.iter().map(|s| {
        let operations: Vec<_> = s
            .operations
            .iter()
            .take(2)
            .map(|o| match o.agents.first() {
                Some(agent) => format!("{} by {}", o.operation, clip(&visible(agent), 60)),
                None => o.operation.clone(),
            })
            .collect();
        let from = s.addresses.first().map_or_else(String::new, |a| format!(" from {a}"));
        format!(
            "{} of {}, {} ({}{from})",
            count(s.refused, "call", "calls"),
            s.scope,
            match s.first == s.last {
                true => format!("on {}", format::moment(s.first)),
                false => format!("{} to {}", format::moment(s.first), format::moment(s.last)),
            },
            operations.join(", ")
        )
    });
    each.collect::<Vec<_>>().join("; ") + "."
}

/// How many calls cannot be judged, and why.
pub(crate) fn cannot_say(replay: &Replayed) -> Option<String> {
    let because: Vec<_> = replay
        .cannot_say_because
        .iter()
        .map(|(why, n)| format!("{} because {}", number(*n), why.0.phrase()))
        .collect();
    (replay.cannot_say > 0).then(|| {
        let calls = count(replay.cannot_say, "more call", "more calls");
        format!("Of {calls} nobody can say: {}.", because.join("; "))
    })
}

fn left_out(replay: &Replayed) -> Option<String> {
    let mut parts = vec![format!("{} replayed", count(replay.tokens_replayed as u64, "token", "tokens"))];
    if replay.tokens_untouched > 0 {
        parts.push(format!("{} that auto-scoping does not touch", number(replay.tokens_untouched as u64)));
    }
    if replay.tokens_left_out > 0 {
        parts.push(format!("{} made too late for that window", number(replay.tokens_left_out as u64)));
    }
    (replay.tokens_replayed + replay.tokens_untouched + replay.tokens_left_out > 0).then(|| {
        format!("{}. {} would have gone through.", parts.join(", "), count(replay.allowed, "call", "calls"))
    })
}
