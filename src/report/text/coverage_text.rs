//! The coverage ledger in sentences: what was read, and what could not be seen. The same in every format.

use crate::ledger::link::Link;
use crate::report::model::{Coverage, Report};
use crate::report::view::View;
use crate::support::by_name::ByName;
use crate::support::format::{self, count, number};
use std::cmp::Reverse;
use std::collections::BTreeMap;

const CAVEAT: &str = "Many reads leave no audit row, so absence from the logs proves nothing; where nothing can be known, the \
    verdict is unknown.";

/// What was read.
pub(crate) fn read(report: &Report, view: &View<'_>) -> Vec<String> {
    let coverage = &report.coverage;
    let mut lines = Vec::new();
    let span = match (coverage.first_time, coverage.last_time) {
        (Some(first), Some(last)) => format!(", {}", format::days(first.day(), last.day())),
        _ => String::new(),
    };
    lines.push(format!("{} of audit log{span}.", count(coverage.rows_read, "row", "rows")));
    for kind in &view.inputs {
        let rows =
            if kind.rows > 0 { format!(", {}", count(kind.rows, "row", "rows")) } else { String::new() };
        lines.push(match kind.files {
            1 => format!("{} as {}{rows}.", kind.example, kind.taken_as),
            files => format!("{} files as {}{rows}, such as {}.", number(files), kind.taken_as, kind.example),
        });
    }
    for workspace in &coverage.workspaces {
        let density = match workspace.login_density {
            Some(share) if workspace.per_request_logins => {
                format!(
                    "; clients log in for each request ({} linked calls have a login beside them)",
                    format::odds(share)
                )
            }
            Some(share) => format!(
                "; logins are kept for a while ({} linked calls have one beside them), so ties to tokens are less sure",
                format::odds(share)
            ),
            None => String::new(),
        };
        lines.push(format!(
            "Workspace {}: {} on {}{density}.",
            workspace.workspace_id,
            count(workspace.rows, "row", "rows"),
            count(u64::from(workspace.days), "day", "days"),
        ));
    }
    if coverage.duplicates > 0 {
        lines.push(format!(
            "{} delivered twice; each counts once.",
            count(coverage.duplicates, "row was", "rows were")
        ));
    }
    kinds(coverage, &mut lines);
    let left_out: u64 = coverage.left_out.values().sum();
    if left_out > 0 {
        let reasons: Vec<_> =
            coverage.left_out.iter().map(|(why, n)| format!("{why} {}", number(*n))).collect();
        lines.push(format!(
            "{} left out as no token's use: {}.",
            count(left_out, "row", "rows"),
            reasons.join(", ")
        ));
    }
    lines.extend(coverage.calibrations.iter().map(super::calibration_text::line));
    if coverage.gone_tokens > 0 {
        let gone = count(coverage.gone_tokens as u64, "token is", "tokens are");
        lines.push(format!("{gone} gone (expired, revoked or no longer listed) and not judged."));
    }
    let followed = report.summary.tokens_with_predecessor as u64;
    if followed > 0 {
        let who = count(followed, "token", "tokens");
        lines.push(format!(
            "{who} took over from others, whose history counts as a need (--no-lineage says no)."
        ));
    }
    lines
}

/// What the rows are, and how calls are tied to logins.
fn kinds(coverage: &Coverage, lines: &mut Vec<String>) {
    let of = |name: &str| coverage.kinds.get(name).copied().unwrap_or(0);
    let (calls, logins, unmapped) = (of("api_call"), of("token_login"), of("unmapped"));
    if calls + logins + unmapped > 0 {
        lines.push(format!(
            "{}, {} of tokens, and {} of actions the catalog does not know.",
            count(calls, "API call", "API calls"),
            count(logins, "login", "logins"),
            count(unmapped, "row", "rows")
        ));
    }
    let mut links: BTreeMap<ByName<Link>, u64> = BTreeMap::new();
    for (link, events) in coverage.workspaces.iter().flat_map(|w| &w.links) {
        *links.entry(*link).or_default() += events;
    }
    if !links.is_empty() {
        let mut parts: Vec<_> = links.into_iter().collect();
        parts.sort_by_key(|(link, events)| (Reverse(*events), *link));
        let parts: Vec<_> =
            parts.iter().map(|(link, n)| format!("{} {}", number(*n), link.0.sentence())).collect();
        lines.push(format!("Of the API calls, {}.", parts.join("; ")));
    }
}

/// What could not be seen.
pub(crate) fn unseen(report: &Report) -> Vec<String> {
    let coverage = &report.coverage;
    let mut lines = vec![CAVEAT.to_owned()];
    lines.extend(report.run.notes.iter().cloned());
    lines.extend(
        report
            .inputs
            .iter()
            .filter_map(|i| Some(format!("{}: {}.", i.path, i.problem.as_ref()?.trim_end_matches('.')))),
    );
    if coverage.bad_rows > 0 {
        let sample = report.inputs.iter().find_map(|i| Some((i, i.samples.first()?)));
        let where_ = sample.map_or_else(String::new, |(i, s)| {
            format!(", such as {} at byte {}: {}", i.path, number(s.offset), s.reason.trim_end_matches('.'))
        });
        lines.push(format!("{} could not be read{where_}.", count(coverage.bad_rows, "row", "rows")));
    }
    let undecided = report.summary.tokens_with_undecided_predecessor as u64;
    if undecided > 0 {
        let who = count(undecided, "token", "tokens");
        lines.push(format!(
            "{who} may have taken over from another, but from which is not clear; nothing was carried over."
        ));
    }
    gaps(coverage, &mut lines);
    if let Some(edge) = coverage.late_edge {
        lines.push(format!(
            "Rows arrive up to a day late: those from {} UTC on may not all be there. A later export settles them.",
            format::moment(edge.from)
        ));
    }
    for (workspace, days) in &coverage.mixed_days {
        let first = days.first().map(|day| format::days(*day, *day)).unwrap_or_default();
        lines.push(format!(
            "Workspace {workspace}: a later export held other rows of {} already in the ledger, such as {first}; those first \
             read count.",
            count(days.len() as u64, "day", "days")
        ));
    }
    counted(coverage, &mut lines);
    lines.extend(coverage.problems.iter().cloned());
    lines
}

fn gaps(coverage: &Coverage, lines: &mut Vec<String>) {
    for workspace in coverage.workspaces.iter().filter(|w| !w.gaps.is_empty()) {
        let days: Vec<_> = workspace.gaps.iter().take(5).map(|(a, b)| format::days(*a, *b)).collect();
        let more = workspace.gaps.len().saturating_sub(days.len());
        let more = if more > 0 { format!(" and {} more", number(more as u64)) } else { String::new() };
        lines.push(format!("Workspace {}: the logs lack {}{more}.", workspace.workspace_id, days.join(", ")));
    }
}

fn counted(coverage: &Coverage, lines: &mut Vec<String>) {
    let mut told = |n: u64, one: &str, several: &str, what: &str| {
        if n > 0 {
            lines.push(format!("{} {what}", count(n, one, several)));
        }
    };
    told(
        coverage.truncated_rows,
        "row was",
        "rows were",
        "cut short by the platform; what they called is still counted.",
    );
    told(
        coverage.rows_after_as_of,
        "row lies",
        "rows lie",
        "after the as-of moment and were left out of judgement.",
    );
    told(
        coverage.lossy_rows,
        "row has",
        "rows have",
        "bytes that are no UTF-8; they are shown as U+FFFD, and all else in the row counts.",
    );
    told(coverage.id_reused, "row shares", "rows share", "an id with other content; all count.");
    told(coverage.skipped_files, "file was", "files were", "passed over: no log, token list or annotations.");
    told(
        coverage.workspaces.iter().map(|w| w.stray_rows).sum(),
        "row lies",
        "rows lie",
        "months or years from all others: a clock was wrong. Their uses count; they do not lengthen the history.",
    );
    let unanswered = coverage.workspaces.iter().map(|w| w.unanswered_logins).sum();
    told(unanswered, "login", "logins", "with no call beside them: something was called that left no row.");
    let unmapped: u64 = coverage.unmapped.iter().map(|u| u.events).sum();
    if let Some(first) = coverage.unmapped.first() {
        let nearest = first.nearest.as_ref().map_or_else(String::new, |n| format!(" (a spelling of {n}?)"));
        lines.push(format!(
            "{} in {} the catalog does not know; no scope was guessed. Most often {}{nearest}.",
            count(unmapped, "event", "events"),
            count(coverage.unmapped.len() as u64, "action", "actions"),
            first.action
        ));
    }
    let shared: u64 = coverage.unattributed.iter().map(|u| u.shared + u.without_token).sum();
    if let Some(first) = coverage.unattributed.first() {
        lines.push(format!(
            "{} of {} could not be tied to one token. Most of them by {}: {} of its calls.",
            count(shared, "call", "calls"),
            count(coverage.unattributed.len() as u64, "principal", "principals"),
            first.principal,
            format::odds(first.share)
        ));
    }
}
