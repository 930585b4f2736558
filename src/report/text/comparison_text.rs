//! What changed since an earlier report, in sentences; the same in every format.

use crate::analysis::compare::{Change, ChangeKind, Comparison, TokenChange};
use crate::report::text::section::Section;
use crate::support::format::{count, moment};

/// The overview, then one section for each kind of change that there is.
pub(crate) fn sections(c: &Comparison) -> Vec<Section> {
    let mut sections = vec![Section::new(title(c), overview(c))];
    for kind in ChangeKind::ALL {
        let lines: Vec<String> = c.of_kind(kind).map(change).collect();
        if !lines.is_empty() {
            sections.push(Section::new(heading(kind), lines));
        }
    }
    for (title, tokens) in
        [("New tokens", &c.new_tokens), ("Tokens that are no longer judged", &c.vanished_tokens)]
    {
        if !tokens.is_empty() {
            sections.push(Section::new(title, tokens.iter().map(token).collect()));
        }
    }
    sections
}

/// The heading over all sections.
pub(crate) fn title(c: &Comparison) -> String {
    format!("Since the report as of {}", moment(c.old.as_of))
}

fn overview(c: &Comparison) -> Vec<String> {
    let of = |kind: ChangeKind| c.counts.get(kind.name()).copied().unwrap_or(0) as u64;
    let counts: Vec<String> = ChangeKind::ALL
        .into_iter()
        .filter(|kind| of(*kind) > 0)
        .map(|kind| format!("{} {}", of(kind), word(kind)))
        .collect();
    let unchanged = count(c.unchanged as u64, "finding is as it was", "findings are as they were");
    let mut lines = vec![match counts.is_empty() {
        true => format!("No finding changed; {unchanged}."),
        false => format!("{}; {unchanged}.", counts.join(", ")),
    }];
    lines.push(format!(
        "{} then, {} now; {} then, {} now.",
        count(c.old.open_findings as u64, "open finding", "open findings"),
        c.new.open_findings,
        count(c.old.tokens as u64, "token", "tokens"),
        c.new.tokens,
    ));
    lines.extend(c.reservations.iter().map(|r| format!("Mind: {r}.")));
    lines
}

fn word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Unsure => "no longer certain",
        ChangeKind::Vanished => "gone with their token",
        kind => kind.name(),
    }
}

const fn heading(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::New => "New",
        ChangeKind::Reopened => "No longer accepted",
        ChangeKind::Worse => "Worse",
        ChangeKind::Better => "Better",
        ChangeKind::Accepted => "Accepted",
        ChangeKind::Unsure => "No longer found, but not shown to be resolved",
        ChangeKind::Resolved => "Resolved",
        ChangeKind::Vanished => "Gone with their token",
    }
}

fn change(c: &Change) -> String {
    let whose = match (&c.token_id, c.principal.as_str()) {
        (Some(token), "") => format!("token {}", short(token)),
        (Some(token), principal) => format!("token {} of {principal}", short(token)),
        (None, "") if c.workspace_id.is_empty() => "of no token that is known".to_owned(),
        (None, "") => format!("workspace {}", c.workspace_id),
        (None, principal) => format!("{principal} in workspace {}", c.workspace_id),
    };
    let title = c.title.trim_end_matches('.');
    format!("{}: {whose}: {title} [{}]. Why: {}.", c.severity, c.rule, c.why.trim_end_matches('.'))
}

fn token(t: &TokenChange) -> String {
    let comment = if t.comment.is_empty() { String::new() } else { format!(" ({})", t.comment) };
    format!("{} of {}{comment}, workspace {}: {}.", short(&t.token_id), t.principal, t.workspace_id, t.why)
}

fn short(token: &str) -> String {
    token.chars().take(12).collect()
}
