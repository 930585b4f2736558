//! A token that can make tokens of any scope.

use super::Rule;
use crate::assess::assessment::Assessment;
use crate::assess::draft::{Words, of_token, operations};
use crate::assess::finding::{Finding, Severity};
use crate::catalog::confidence::Confidence;
use crate::catalog::{ScopeId, Sensitivity};
use crate::timeline::enforcement::Enforcement;

pub(super) struct AuthenticationScope;

impl Rule for AuthenticationScope {
    fn id(&self) -> &'static str {
        "authentication-scope"
    }

    fn summary(&self) -> &'static str {
        "The token can mint tokens of any scope, or calls what does"
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        let mints = |id: &ScopeId| {
            *id != ScopeId::ALL_APIS
                && assessment.catalog.scope(*id).is_some_and(|s| s.sensitivity == Sensitivity::MintsTokens)
        };
        for assessed in &assessment.tokens {
            let held: &[String] = match &assessed.enforcement {
                Enforcement::Granted(s) | Enforcement::Platform { scopes: s, .. } => s,
                Enforcement::Dated { so_far, .. } | Enforcement::Undated { so_far } => so_far,
                _ => &[],
            };
            let holds =
                held.iter().any(|name| assessment.catalog.scope_named(name).as_ref().is_some_and(mints));
            let used = assessed.scopes.iter().find(|(scope, (h, _))| mints(scope) && h.is_needed());
            if !holds && used.is_none() {
                continue;
            }
            let confidence = if holds {
                Confidence::Exact
            } else {
                used.map_or(Confidence::Low, |(_, (h, _))| h.confidence())
            };
            let title = match holds {
                true => "holds the scope authentication: it can mint tokens of any scope",
                false => {
                    "calls APIs that mint tokens; with the scope authentication it could mint tokens of any scope"
                }
            };
            let words = Words {
                title: title.to_owned(),
                advice: "Make it a break-glass path of its own: OAuth or a tightly held service principal, logged and rotated. Narrow \
                         every other token as if this one did not exist."
                    .to_owned(),
                notes: Vec::new(),
            };
            let mut finding =
                of_token(assessment, assessed, self.id(), (Severity::Medium, confidence), words);
            let uses = used.into_iter().flat_map(|(_, (h, _))| h.firm.iter().copied());
            (finding.evidence.operations, finding.evidence.more_operations) = operations(assessment, uses);
            findings.push(finding);
        }
    }
}
