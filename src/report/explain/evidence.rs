//! What the log shows of a scope: rows per day, outcome and tie; and the catalog rows by which they need it.

use super::ExplainedScope;
use super::labelled_lines::ExplanationText;
use crate::assess::operation_name;
use crate::attribute::{Tier, Use, UseKind};
use crate::catalog::explain::explain;
use crate::support::format::{self, count};
use crate::support::time::Day;
use std::collections::{BTreeMap, BTreeSet};

/// Days shown at each end of a long list.
const EACH_END: usize = 4;

/// Rows that agree in all of this are shown as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    operation: String,
    kind: UseKind,
    tier: Tier,
    link: Option<&'static str>,
    agent: String,
}

/// Rows by operation, outcome and tie, with their days.
pub(super) fn rows(page: &mut ExplanationText, scope: &ExplainedScope<'_, '_>) {
    let h = scope.history;
    let events = |uses: &[&Use]| uses.iter().map(|u| u.count.events).sum::<u64>();
    page.line(
        "rows",
        &format!(
            "events: {} firm, {} refused for want of it, {} possible; {} declared needs",
            format::number(events(&h.firm)),
            format::number(events(&h.refused)),
            format::number(events(&h.possible)),
            h.declared.len()
        ),
    );
    for (name, uses) in [("firm", &h.firm), ("refused", &h.refused), ("possible", &h.possible)] {
        let mut groups: BTreeMap<Alike, BTreeMap<Day, u64>> = BTreeMap::new();
        for u in uses {
            let alike = Alike {
                operation: operation_name(scope.assessment, u),
                kind: u.kind,
                tier: u.tier,
                link: u.link.map(crate::ledger::link::Link::name),
                agent: scope.assessment.ledger.text(u.agent).to_owned(),
            };
            *groups.entry(alike).or_default().entry(u.count.first.day()).or_default() += u.count.events;
        }
        for (alike, days) in groups {
            let tie = match alike.link {
                Some(link) => {
                    format!("link {link}, {} ({})", alike.tier.name(), alike.tier.sentence())
                }
                None => format!("{}, told by a client's log", alike.tier.name()),
            };
            page.indented("", 0, &format!("{name}: {}, {}; {tie}", alike.operation, outcome(alike.kind)));
            page.indented("", 4, &listed(&days));
            if !alike.agent.is_empty() {
                page.indented("", 4, &format!("agent {}", alike.agent));
            }
        }
    }
    for need in &h.declared {
        let reason = need.reason.as_deref().map(|r| format!(": {r}")).unwrap_or_default();
        page.line("", &format!("declared in the annotations, line {}{reason}", need.line));
    }
    if !h.firm.is_empty() && !h.is_sure() {
        page.line("", "no use is this token's and no other's beyond doubt");
    }
}

fn outcome(kind: UseKind) -> &'static str {
    match kind {
        UseKind::Call => "succeeded",
        UseKind::Login { answered: true } => "a login whose agent names it, a call beside it",
        UseKind::Login { answered: false } => "a login whose agent names it, no call left a row",
        UseKind::Denied => "refused, naming the scope",
        UseKind::Refused => "refused in an access log",
        UseKind::Failed => "failed otherwise, counted as asked",
    }
}

/// `400 on 398 days: 2025-08-08 2, 2025-08-09 1, ..., 2026-09-11 1`.
fn listed(days: &BTreeMap<Day, u64>) -> String {
    let one = |(day, n): (&Day, &u64)| if *n == 1 { day.to_string() } else { format!("{day} ({n})") };
    let mut all: Vec<String> = days.iter().map(one).collect();
    if all.len() > 2 * EACH_END + 2 {
        let end = all.split_off(all.len() - EACH_END);
        all.truncate(EACH_END);
        all.push("...".to_owned());
        all.extend(end);
    }
    let events: u64 = days.values().sum();
    format!(
        "{} on {}: {}",
        count(events, "event", "events"),
        count(days.len() as u64, "day", "days"),
        all.join(", ")
    )
}

/// The catalog's word on each distinct action or agent.
pub(super) fn catalog(page: &mut ExplanationText, scope: &ExplainedScope<'_, '_>) {
    let h = scope.history;
    let text = |id| scope.assessment.ledger.text(id).to_owned();
    let of = |u: &&Use| match u.kind {
        UseKind::Login { .. } => Some(text(u.agent)),
        // What a refusal names needs no catalog.
        UseKind::Denied => None,
        _ => Some(text(u.action)),
    };
    let all: BTreeSet<String> = h.firm.iter().chain(&h.refused).chain(&h.possible).filter_map(of).collect();
    for what in all {
        let told = explain(scope.assessment.catalog, &what);
        page.line("catalog", &what);
        for line in told.text.lines().filter(|_| told.found) {
            page.indented("", 4, line);
        }
    }
}
