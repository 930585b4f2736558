//! A needed scope of a token whose window is not known: exact odds from the gaps between its calls.

use super::loss::each;
use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::finding::{Finding, Severity};
use crate::assess::rule_id::RuleId;
use crate::timeline::verdict::{Reason, Verdict};

/// Odds from which the severity is medium.
const EVEN: f64 = 0.5;

pub(super) struct ScopeAtRisk;

impl Rule for ScopeAtRisk {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::ScopeAtRisk,
            one: "scope at risk",
            several: "scopes at risk",
            summary: "A needed scope that some 30-day windows miss; which window it will be is not known",
        }
    }

    fn is_loss(&self) -> bool {
        true
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
            let mut finding = loss.finding(RuleId::ScopeAtRisk, severity, None, title);
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

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};

    let quarterly = story().daily("2025-09-01", "2026-09-11", 'a', "jobs/runNow").calls(
        &["2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01"],
        'a',
        "unityCatalog/updatePermissions",
    );
    Example {
        fires: quarterly.clone(),
        says: "medium: unity-catalog is missed by 71.5 % of all 30-day windows; its own window is not known",
        near_miss: quarterly.enforced_on("2026-09-20"),
    }
}
