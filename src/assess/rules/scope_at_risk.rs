//! A needed scope of a token whose window nobody knows: exact odds from the gaps between its calls.

use super::Rule;
use super::loss::each;
use crate::assess::assessment::Assessment;
use crate::assess::finding::{Finding, Severity};
use crate::timeline::verdict::{Reason, Verdict};

pub(crate) const ID: &str = "scope-at-risk";
/// Odds from which the severity is medium.
const EVEN: f64 = 0.5;

pub(super) struct ScopeAtRisk;

impl Rule for ScopeAtRisk {
    fn id(&self) -> &'static str {
        ID
    }

    fn summary(&self) -> &'static str {
        "A needed scope that some 30-day windows miss; which window it will be is not known"
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for loss in each(assessment, Verdict::Unknown, &[Reason::WindowUnknown]) {
            let Some(odds) = loss.judgement.odds.filter(|o| o.lost < o.total) else { continue };
            let share = odds.share();
            if share < assessment.given.risk_floor {
                continue;
            }
            let percent = share * 100.0;
            let name = loss.name();
            let title = format!(
                "{name} is missed by {percent:.1} % of all 30-day windows; its own window is not known"
            );
            let severity = if share >= EVEN { Severity::Medium } else { Severity::Low };
            let mut finding = loss.finding(ID, severity, None, title);
            finding.loss_odds = Some(share);
            if let Some(whole) = loss.judgement.odds_since_start {
                let whole = whole.share() * 100.0;
                finding.evidence.notes.push(format!("since the history began it is {whole:.1} %"));
            }
            let likeliest = match loss.judgement.likeliest_keeps {
                Some(true) => "the 30 days before as-of, the likeliest window, would keep it",
                _ => "the 30 days before as-of, the likeliest window, would lose it",
            };
            finding.evidence.notes.push(likeliest.to_owned());
            finding.advice = format!(
                "Find the enforcement date (Databricks' reminder mail, or the token's page) and give it with --enforced-on or in \
                 the annotations; or set the scopes by hand, {name} among them."
            );
            findings.push(finding);
        }
    }
}
