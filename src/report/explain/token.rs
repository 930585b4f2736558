//! The token: what it is, what decides for it, its dates; and how verdicts and findings read.

use super::ExplainedScope;
use super::labelled_lines::ExplanationText;
use crate::assess::{Assessment, Finding, HurtBy, Status, TokenAssessment, dates};
use crate::attribute::Token;
use crate::support::format::{self, count};
use crate::support::time::{Span, Time};
use crate::timeline::enforcement::Enforcement;
use crate::timeline::verdict::Judgement;
use crate::timeline::window::{Phase, WINDOW, Window, WindowSource};

/// Who and what it is, from all sources.
pub(super) fn about(page: &mut ExplanationText, assessment: &Assessment<'_>, token: &Token) {
    page.line("token", &token.id);
    let owner = if token.principal.is_empty() { "not known" } else { &token.principal };
    page.line("acts as", &format!("{owner}, in workspace {}", token.workspace));
    if !token.comment.is_empty() {
        page.line("comment", &token.comment);
    }
    let mut life = Vec::new();
    life.push(
        token.created.map_or("creation not known".to_owned(), |t| format!("created {}", format::moment(t))),
    );
    life.extend(token.logins.map(|l| {
        format!(
            "{} from {} to {}",
            count(l.events, "login", "logins"),
            format::moment(l.first),
            format::moment(l.last)
        )
    }));
    life.extend(token.last_used_day.map(|day| format!("last used on {day} as the token list says")));
    life.push(
        token.expires.map_or("no expiry known".to_owned(), |t| format!("expires {}", format::moment(t))),
    );
    page.line("life", &life.join(", "));
    let list = |list: &Option<Vec<String>>| list.as_ref().map(|l| l.join(" "));
    for (label, names) in [
        ("granted", list(&token.scopes)),
        ("inferred", list(&token.inferred)),
        ("backfilled", list(&token.backfill)),
    ] {
        if let Some(names) = names {
            page.line(label, if names.is_empty() { "none" } else { &names });
        }
    }
    if let Some(gone) = token.gone {
        page.line("gone", &format!("{}: it can lose nothing more, so it is not judged", gone.sentence()));
    }
    page.line(
        "as of",
        &format!("{}; what came later does not count", format::moment(assessment.given.as_of)),
    );
}

/// What decides for it, and when.
pub(super) fn enforcement(
    page: &mut ExplanationText,
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
) {
    let state = match &assessed.token.state {
        Some(state) => format!("reported {}", state.as_str()),
        None => "no state reported".to_owned(),
    };
    let decides = match &assessed.enforcement {
        Enforcement::NotNarrowed => format!("not narrowed: it lives shorter than {} days", days(WINDOW)),
        Enforcement::ApiNotCovered => "not narrowed: it uses an API no scope covers".to_owned(),
        Enforcement::HoldsAll => "not narrowed: it holds all APIs and auto-scoping is off".to_owned(),
        Enforcement::Granted(scopes) => format!("it holds exactly {}", scopes.join(" ")),
        Enforcement::Platform { scopes, .. } => format!("Databricks' own list: {}", scopes.join(" ")),
        Enforcement::Dated { phase: Phase::Open, .. } => "a window with dates, still open".to_owned(),
        Enforcement::Dated { phase: Phase::Over, .. } => "a window with dates, over".to_owned(),
        Enforcement::Undated { .. } => "a window nobody has dated: odds instead of a date".to_owned(),
        Enforcement::NotReported => "it is narrowed, but the token list does not show to what".to_owned(),
    };
    page.line("decides", &format!("{state}; {decides}"));
    if let Some(window) = assessed.enforcement.window() {
        window_dates(page, assessment, window);
    }
    if let Enforcement::Dated { so_far, .. } | Enforcement::Undated { so_far } = &assessed.enforcement
        && !so_far.is_empty()
    {
        page.line(
            "",
            &format!("kept whatever happens, since Databricks has inferred it: {}", so_far.join(" ")),
        );
    }
    log(page, assessed);
    let d = dates(assessment, assessed);
    for (name, when) in d.named() {
        page.line("date", &format!("{name} {when}"));
    }
    if let Some(by) = d.hurt_by {
        let why = match by {
            HurtBy::Enforcement => "enforcement: a needed scope is not sure to be kept",
            HurtBy::Revocation => "revocation after 90 days without use: no call is expected before",
            HurtBy::Expiry => "expiry: calls are expected after it",
        };
        page.line(
            "",
            &format!("the last safe day is the day before {why}; act before 23:50 UTC, for a change takes up to 10 minutes"),
        );
    }
}

fn window_dates(page: &mut ExplanationText, assessment: &Assessment<'_>, w: &Window) {
    let from = match w.source {
        WindowSource::Annotation => "the annotation of this token",
        WindowSource::Creation => "the creation of this token, which its state says is still being observed",
        WindowSource::CreationAssumed => "the creation of this token; no state confirms it",
        WindowSource::Option => "the command line",
    };
    let lag = assessment.given.lag;
    let text = match (w.end_assumed, w.source) {
        (true, WindowSource::Annotation | WindowSource::Option) => format!(
            "enforced {} (from {from}); less a lag of {} days (assumed) it ends {}; less {} days it starts {}",
            format::moment(w.enforced.time),
            days(lag),
            format::moment(w.end.time),
            days(WINDOW),
            format::moment(w.start.time)
        ),
        (true, _) => format!(
            "starts {} (from {from}); plus {} days it ends {}, when scopes are enforced (assumed)",
            format::moment(w.start.time),
            days(WINDOW),
            format::moment(w.end.time)
        ),
        (false, _) => format!(
            "from {} to {} (from {from}), enforced {}",
            format::moment(w.start.time),
            format::moment(w.end.time),
            format::moment(w.enforced.time)
        ),
    };
    page.line("window", &text);
    let as_of = assessment.given.as_of;
    let enforcement = if w.end.time <= as_of {
        format!("over for {} days", days(as_of.since(w.end.time)))
    } else if w.start.time > as_of {
        format!("begins in {} days", days_up(w.start.time, as_of))
    } else {
        format!("open, {} days to go", days_up(w.end.time, as_of))
    };
    let exact = if w.start.whole_day || w.end.whole_day {
        "; its start and end are known to the day only, so uses on those days decide nothing"
    } else {
        ""
    };
    page.line("", &format!("start included, end not; {enforcement}{exact}"));
}

fn log(page: &mut ExplanationText, assessed: &TokenAssessment<'_>) {
    let Some((log, from)) = assessed.log.and_then(|l| Some((l, l.from?))) else {
        page.line("log", "none of its workspace");
        return;
    };
    let gaps: Vec<_> = log.gaps.iter().map(|(a, b)| format::days(*a, *b)).collect();
    let gaps = if gaps.is_empty() { "no gaps".to_owned() } else { format!("gaps: {}", gaps.join(", ")) };
    page.line(
        "log",
        &format!(
            "{} of its workspace on {} from {}; {gaps}",
            count(log.rows, "row", "rows"),
            count(u64::from(log.days), "day", "days"),
            format::moment(from)
        ),
    );
}

/// `lost, not-seen-in-window, high`.
pub(super) fn verdict(j: &Judgement) -> String {
    format!("{} ({}), confidence {}", j.verdict.name(), j.reason.name(), j.confidence)
}

/// Why, in a sentence, with reservations.
pub(super) fn reason(page: &mut ExplanationText, scope: &ExplainedScope<'_, '_>) {
    let j = scope.judgement;
    page.line("verdict", &format!("{}. {}", verdict(j), j.reason.sentence()));
    for note in &j.notes {
        page.line("", note);
    }
    let source =
        scope.assessed.enforcement.window().map_or("none".to_owned(), |w| w.source.confidence().to_string());
    page.line(
        "",
        &format!(
            "confidence is the lowest of its best evidence ({}) and the window's source ({source})",
            scope.history.confidence()
        ),
    );
}

/// Findings of the token about one scope, or about none.
pub(super) fn findings(page: &mut ExplanationText, findings: &[Finding], token: &str, scope: Option<&str>) {
    let mine: Vec<_> = findings
        .iter()
        .filter(|f| f.token_id.as_deref() == Some(token) && f.scope.as_deref() == scope)
        .collect();
    if mine.is_empty() {
        page.line("finding", "none");
    }
    for f in mine {
        page.line("finding", &format!("{} {} {}: {}", f.finding_id, f.severity, f.rule, f.title));
        if let Status::Accepted { reason, expires } = &f.status {
            page.line("", &format!("accepted until {}: {reason}", format::moment(*expires)));
        }
        page.line("do", &f.advice);
        if let Some(read) = &f.keep_alive {
            page.line("or", &read.sentence());
        }
        if let Some(remedy) = &f.remedy {
            page.command("admin runs", &remedy.admin_command);
            page.command("owner runs", &remedy.owner_command);
            for note in &remedy.notes {
                page.line("", note);
            }
        }
    }
}

fn days(span: Span) -> i64 {
    span.0 / Span::days(1).0
}

/// Days from one moment to a later one, broken ones counted.
fn days_up(later: Time, earlier: Time) -> i64 {
    (later.since(earlier).0 + Span::days(1).0 - 1) / Span::days(1).0
}
