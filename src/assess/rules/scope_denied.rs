//! A refusal that names the scope it wants: no inference at all.

use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::builder::{FindingBuilder, FindingText};
use crate::assess::finding::{Finding, OperationUse, Severity};
use crate::assess::operations::operations;
use crate::assess::remedy::remedy;
use crate::assess::rule_id::RuleId;
use crate::attribute::{AttributedDenial, Tier, UseKind};
use crate::catalog::confidence::Confidence;
use crate::ledger::Count;
use crate::support::time::{Span, Time};
use std::collections::{BTreeMap, BTreeSet};

const NOW: Span = Span::days(30);

pub(super) struct ScopeDenied;

impl Rule for ScopeDenied {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::ScopeDenied,
            one: "scope denied",
            several: "scopes denied",
            summary: "A call was refused because the token lacks a scope, and the refusal names it",
        }
    }

    fn is_refused_already(&self) -> bool {
        true
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        let mut by_owner: BTreeMap<(Option<usize>, String, String, String), Vec<&AttributedDenial>> =
            BTreeMap::new();
        for d in assessment.attribution.denials.iter().filter(|d| !d.scopes.is_empty()) {
            let token = d.token.filter(|_| d.tier <= Tier::T4);
            let text = |id| assessment.ledger.text(id).to_owned();
            let owner = match token {
                Some(_) => (String::new(), String::new()),
                None => {
                    (d.workspace.map(text).unwrap_or_default(), d.principal.map(text).unwrap_or_default())
                }
            };
            by_owner.entry((token, owner.0, owner.1, d.scopes.join("|"))).or_default().push(d);
        }
        for ((token, workspace, principal, scope), denials) in by_owner {
            findings.extend(finding(assessment, token, &workspace, &principal, &scope, &denials));
        }
    }
}

fn finding(
    assessment: &Assessment<'_>,
    token: Option<usize>,
    workspace: &str,
    principal: &str,
    scope: &str,
    denials: &[&AttributedDenial],
) -> Option<Finding> {
    // A client's log and an audit row that tell of the same refusal tell of one.
    let audited: BTreeSet<Time> =
        denials.iter().filter(|d| d.source.is_none()).map(|d| d.count.first).collect();
    let is_told = |d: &&&AttributedDenial| d.source.is_some() && audited.contains(&d.count.first);
    let distinct = || denials.iter().filter(|d| !is_told(d));
    let mut count = Count::NONE;
    distinct().for_each(|d| count.add(d.count));
    let is_now = !count.is_none() && count.last >= assessment.given.as_of.minus(NOW);
    let severity = if is_now { Severity::High } else { Severity::Medium };
    let when = match count.is_none() {
        true => "at a time the log does not tell".to_owned(),
        false => format!("last on {}", count.last.day()),
    };
    let events = count.events.max(distinct().count() as u64);
    let times = if events == 1 { "once".to_owned() } else { format!("{events} times") };
    let mut notes: Vec<String> =
        denials.iter().filter_map(|d| d.source.as_ref()).map(|s| format!("told by {s}")).collect();
    notes.truncate(5);
    let names: Vec<&str> = scope.split('|').collect();
    if names.iter().any(|s| assessment.catalog.scope_named(s).is_none()) {
        notes.push("the catalog does not know a scope of that name".to_owned());
    }
    notes.extend(contradictions(assessment, &names, denials));
    let title = format!("was refused for lack of {} ({times}, {when})", names.join(" or "));
    if let Some(index) = token {
        let assessed = assessment.tokens.iter().find(|c| c.index == index)?;
        let confidence = denials.iter().map(|d| d.tier.confidence()).max().unwrap_or(Confidence::Low);
        let advice = format!("Set the scopes by hand, {} among them.", names.first().unwrap_or(&scope));
        let text = FindingText { title, advice, notes };
        let builder = FindingBuilder::new(RuleId::ScopeDenied, (severity, confidence), text);
        let mut finding = builder.scope(scope).of_token(assessment, assessed);
        let refused = assessed.scopes.values().flat_map(|(h, _)| h.refused.iter().copied());
        let of_this = refused
            .filter(|u| u.kind == UseKind::Denied && assessment.catalog.names(u.mapping.scopes()) == scope);
        (finding.evidence.operations, finding.evidence.more_operations) = operations(assessment, of_this);
        finding.remedy = remedy(assessed, assessment.catalog, &[]);
        return Some(finding);
    }
    let advice =
        "Find the token behind these refusals (its owner sees the 403) and give it the scope.".to_owned();
    let text = FindingText { title, advice, notes };
    let builder = FindingBuilder::new(RuleId::ScopeDenied, (severity, Confidence::Low), text);
    let mut finding = builder.scope(scope).of_workspace(workspace, principal);
    for d in denials.iter().filter(|d| !d.count.is_none()).take(5) {
        finding.evidence.operations.push(OperationUse {
            operation: d
                .action
                .map(|a| assessment.ledger.text(a).to_owned())
                .unwrap_or_else(|| "client log".to_owned()),
            count: d.count.events,
            first: d.count.first,
            last: d.count.last,
            tier: d.tier,
            agents: Vec::new(),
        });
    }
    Some(finding)
}

/// A refusal is the truth; where the catalog says otherwise, the catalog is to be corrected.
fn contradictions(
    assessment: &Assessment<'_>,
    names: &[&str],
    denials: &[&AttributedDenial],
) -> BTreeSet<String> {
    let mapped = |d: &&AttributedDenial| {
        let operation = assessment.ledger.text(d.action?);
        let mapping = match operation.split_once(' ') {
            Some((method, path)) => assessment.catalog.operation(method, path)?.mapping,
            None => {
                let (service, action) = operation.split_once('/')?;
                assessment.catalog.action(service, action)?.need.as_ref()?
            }
        };
        let differs = !mapping.is_any()
            && !mapping.scopes().iter().any(|s| names.contains(&assessment.catalog.scope_name(*s)));
        differs.then(|| {
            let known = assessment.catalog.names(mapping.scopes());
            format!(
                "catalog: it maps {operation} to {known}, but the refusal asks for {}",
                names.join(" or ")
            )
        })
    };
    denials.iter().filter_map(mapped).collect()
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};

    let refused = |error| story().refused("2026-09-08", 'a', "databrickssql/startEndpoint", error);
    Example {
        fires: refused("Provided PAT token does not have required scopes: sql"),
        says: "high: was refused for lack of sql (once, last on 2026-09-08)",
        near_miss: refused("User does not have permission to start the warehouse"),
    }
}
