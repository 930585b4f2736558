//! Judged tokens and findings -> the totals of a report.

use super::model::{Summary, TokenRow};
use crate::assess::{Finding, Severity, Status};
use crate::timeline::verdict::Verdict;

impl Summary {
    /// Counts once what every writer prints.
    pub fn of(tokens: &[TokenRow], findings: &[Finding]) -> Self {
        let mut summary = Self::default();
        for severity in Severity::WORST_FIRST {
            summary.findings.insert(severity.name(), 0);
        }
        for verdict in [Verdict::Kept, Verdict::Lost, Verdict::Unknown] {
            summary.verdicts.insert(verdict.name(), 0);
        }
        for finding in findings.iter().filter(|f| f.status == Status::Open) {
            *summary.findings.entry(finding.severity.name()).or_default() += 1;
        }
        for token in tokens {
            if token.gone.is_some() {
                summary.gone_tokens += 1;
                continue;
            }
            summary.tokens += 1;
            summary.tokens_with_predecessor += usize::from(!token.lineage.predecessors.is_empty());
            summary.tokens_with_undecided_predecessor += usize::from(!token.lineage.undecided.is_empty());
            let has = |verdict| token.scopes.iter().any(|s| s.verdict == verdict);
            *if has(Verdict::Lost) {
                &mut summary.tokens_losing
            } else if has(Verdict::Unknown) {
                &mut summary.tokens_unknown
            } else if token.scopes.is_empty() {
                &mut summary.tokens_without_scopes
            } else {
                &mut summary.tokens_keeping
            } += 1;
            for scope in &token.scopes {
                *summary.verdicts.entry(scope.verdict.name()).or_default() += 1;
            }
        }
        summary
    }
}
