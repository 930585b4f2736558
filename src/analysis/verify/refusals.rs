//! What the newer logs show of each token: refusals that name scopes, refusals that name none, and calls that went through.

use crate::analysis::previous_report::PreviousReport;
use crate::assess::{Assessment, operation_name};
use crate::attribute::{Tier, Use, UseKind};
use crate::ledger::Count;
use crate::support::hash::Map;
use crate::support::time::Time;
use crate::timeline::verdict::Verdict;
use serde::Serialize;
use std::collections::BTreeMap;

/// A refusal that names a scope whose loss the report did not predict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Unforeseen {
    pub token_id: String,
    pub workspace_id: String,
    /// The scope as refused.
    pub scope: String,
    pub count: u64,
    pub first: Time,
    pub last: Time,
    /// The best tier that ties them to the token.
    pub tier: String,
    pub operations: Vec<String>,
    /// The report's verdict on the scope and its reason, or that it had neither.
    pub report_said: String,
}

/// Newer facts of one scope of one token.
#[derive(Clone, Debug, Default)]
pub(super) struct ScopeFacts {
    /// Refusals that name the scope.
    pub(super) refused: Option<Count>,
    /// Refusals in access logs of endpoints that need it.
    pub(super) unnamed: Option<Count>,
    /// Calls that went through and that no other scope allows, in order.
    pub(super) passed: Vec<Count>,
    /// Any sign of use, however weak.
    pub(super) any: Option<Count>,
    pub(super) tier: Option<Tier>,
    pub(super) operations: Vec<String>,
}

/// Newer facts of every token, by its place in the roster and scope name.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) by_scope: BTreeMap<(usize, String), ScopeFacts>,
    /// Places in the roster by token id.
    pub(super) places: Map<String, usize>,
    /// Refusals that name a scope and belong to no token for sure.
    pub(super) untied: u64,
}

impl Facts {
    pub(super) fn of(assessment: &Assessment<'_>, from: Time) -> Self {
        let mut facts = Self::default();
        for (place, token) in assessment.roster.tokens.iter().enumerate() {
            facts.places.insert(token.id.clone(), place);
            let newer = assessment.attribution.uses[place].iter().filter(|u| u.count.last >= from);
            for u in newer {
                for scope in u.mapping.scopes() {
                    let key = (place, assessment.catalog.scope_name(*scope).to_owned());
                    facts.by_scope.entry(key).or_default().add(assessment, u);
                }
            }
            let principal = assessment.principal(token);
            for u in principal.into_iter().flat_map(|p| &p.shared).filter(|u| u.count.last >= from) {
                for scope in u.mapping.scopes() {
                    let key = (place, assessment.catalog.scope_name(*scope).to_owned());
                    add(&mut facts.by_scope.entry(key).or_default().any, u.count);
                }
            }
        }
        for facts in facts.by_scope.values_mut() {
            facts.passed.sort_by_key(|c| (c.first, c.last));
            facts.operations.sort();
            facts.operations.dedup();
        }
        let is_untied = |d: &&crate::attribute::AttributedDenial| {
            (d.token.is_none() || d.tier > Tier::T4) && d.count.last >= from
        };
        facts.untied = assessment.attribution.denials.iter().filter(is_untied).map(|d| d.count.events).sum();
        facts
    }

    pub(super) fn scope(&self, token: usize, scope: &str) -> Option<&ScopeFacts> {
        self.by_scope.get(&(token, scope.to_owned()))
    }

    /// Refusals without a name, where no loss was predicted.
    pub(super) fn unnamed(&self, predictions: &[super::Prediction]) -> u64 {
        let predicted: crate::support::hash::Set<(usize, &str)> = predictions
            .iter()
            .filter(|p| p.verdict == Verdict::Lost)
            .filter_map(|p| Some((*self.places.get(&p.token_id)?, p.scope.as_str())))
            .collect();
        self.by_scope
            .iter()
            .filter(|((place, scope), _)| !predicted.contains(&(*place, scope.as_str())))
            .filter_map(|(_, f)| f.unnamed.map(|c| c.events))
            .sum()
    }
}

impl ScopeFacts {
    fn add(&mut self, assessment: &Assessment<'_>, u: &Use) {
        match u.kind {
            UseKind::Denied if u.is_firm() => {
                add(&mut self.refused, u.count);
                self.tier = Some(self.tier.map_or(u.tier, |t| t.min(u.tier)));
                if u.action != 0 {
                    self.operations.push(operation_name(assessment, u));
                }
            }
            UseKind::Refused if u.is_firm() => add(&mut self.unnamed, u.count),
            UseKind::Call => {
                add(&mut self.any, u.count);
                if u.is_firm() && !u.mapping.is_ambiguous() {
                    self.passed.push(u.count);
                }
            }
            _ => {}
        }
    }
}

fn add(to: &mut Option<Count>, count: Count) {
    to.get_or_insert(Count::NONE).add(count);
}

/// Refusals of scopes that the report did not call lost, most recent first.
pub(super) fn unforeseen(
    previous: &PreviousReport,
    assessment: &Assessment<'_>,
    facts: &Facts,
) -> Vec<Unforeseen> {
    let said: Map<(&str, &str), (Verdict, &str)> = previous
        .tokens
        .iter()
        .flat_map(|t| {
            t.scopes.iter().map(|s| ((t.token_id.as_str(), s.scope.as_str()), (s.verdict, s.reason.as_str())))
        })
        .collect();
    let known: crate::support::hash::Set<&str> =
        previous.tokens.iter().map(|t| t.token_id.as_str()).collect();
    let mut all: Vec<Unforeseen> = facts
        .by_scope
        .iter()
        .filter_map(|((place, scope), f)| {
            let refused = f.refused?;
            let token = &assessment.roster.tokens[*place];
            let report_said = match said.get(&(token.id.as_str(), scope.as_str())) {
                Some((Verdict::Lost, _)) => return None,
                Some((verdict, reason)) => format!("{} ({reason})", verdict.name()),
                None if known.contains(token.id.as_str()) => "nothing: it knew no need of it".into(),
                None => "nothing: it did not know the token".into(),
            };
            Some(Unforeseen {
                token_id: token.id.clone(),
                workspace_id: token.workspace.clone(),
                scope: scope.clone(),
                count: refused.events,
                first: refused.first,
                last: refused.last,
                tier: f.tier.map_or("none", Tier::name).to_owned(),
                operations: f.operations.clone(),
                report_said,
            })
        })
        .collect();
    all.sort_by(|a, b| {
        (b.last, &a.workspace_id, &a.token_id, &a.scope).cmp(&(
            a.last,
            &b.workspace_id,
            &b.token_id,
            &b.scope,
        ))
    });
    all
}
