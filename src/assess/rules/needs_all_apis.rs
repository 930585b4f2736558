//! A token that calls an API no narrower scope is known to open: it cannot be narrowed without breaking.

use super::Rule;
use crate::assess::assessment::Assessment;
use crate::assess::draft::{Words, of_token, operations};
use crate::assess::finding::{Finding, Severity};
use crate::catalog::ScopeId;
use crate::catalog::confidence::Confidence;
use crate::timeline::enforcement::Enforcement;

pub(super) struct NeedsAllApis;

impl Rule for NeedsAllApis {
    fn id(&self) -> &'static str {
        "needs-all-apis"
    }

    fn summary(&self) -> &'static str {
        "Uses an API that no scope but all-apis is known to open"
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for assessed in &assessment.tokens {
            let seen = assessed.scopes.get(&ScopeId::ALL_APIS).filter(|(h, _)| h.is_needed());
            let stated = assessed.enforcement == Enforcement::NotCovered;
            if !stated
                && (seen.is_none()
                    || matches!(assessed.enforcement, Enforcement::NotNarrowed | Enforcement::HoldsAll))
            {
                continue;
            }
            let confidence = if stated {
                Confidence::Exact
            } else {
                seen.map_or(Confidence::Low, |(h, _)| h.confidence())
            };
            let title = match stated {
                true => "uses an API that no scope covers, says its state, so it keeps all of them",
                false => "uses an API for which no scope but all-apis is known; narrowing may break it",
            };
            let words = Words {
                title: title.to_owned(),
                advice: "Keep this work apart from other work, and move it to OAuth: a token that must hold everything cannot be \
                         narrowed."
                    .to_owned(),
                notes: Vec::new(),
            };
            let severity = if stated { Severity::Low } else { Severity::Medium };
            let mut finding = of_token(assessment, assessed, self.id(), (severity, confidence), words);
            let uses = seen.into_iter().flat_map(|(h, _)| h.firm.iter().copied());
            (finding.evidence.operations, finding.evidence.more_operations) = operations(assessment, uses);
            findings.push(finding);
        }
    }
}
