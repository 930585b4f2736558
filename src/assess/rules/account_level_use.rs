//! A refused call of the account API: no personal access token can make it.

use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::builder::{FindingBuilder, FindingText};
use crate::assess::finding::{Finding, OperationUse, Severity};
use crate::assess::rule_id::RuleId;
use crate::attribute::AccountUse;
use crate::catalog::confidence::Confidence;
use crate::ledger::Id;
use std::collections::BTreeMap;

pub(super) struct AccountLevelUse;

impl Rule for AccountLevelUse {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::AccountLevelUse,
            one: "use of the account API",
            several: "uses of the account API",
            summary: "Account-level calls were refused; a token of a workspace cannot make them",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        let mut by_owner: BTreeMap<(Option<usize>, Id, Id), Vec<&AccountUse>> = BTreeMap::new();
        for u in &assessment.attribution.account_uses {
            by_owner.entry((u.token, u.workspace, u.principal)).or_default().push(u);
        }
        for ((token, workspace, principal), uses) in by_owner {
            let events: u64 = uses.iter().map(|u| u.count.events).sum();
            let times = if events == 1 { "once".to_owned() } else { format!("{events} times") };
            let text = FindingText {
                title: format!("called account-level APIs and was refused ({times})"),
                advice:
                    "Use OAuth with an account-level service principal: no personal access token works there."
                        .to_owned(),
                notes: Vec::new(),
            };
            let confidence = uses.iter().map(|u| u.tier.confidence()).max().unwrap_or(Confidence::Low);
            let grade = (Severity::Low, confidence);
            let mut finding = match token.map(|t| assessment.tokens.iter().find(|c| c.index == t)) {
                Some(Some(assessed)) => {
                    FindingBuilder::new(RuleId::AccountLevelUse, grade, text).of_token(assessment, assessed)
                }
                Some(None) => continue,
                None => {
                    let (workspace, principal) =
                        (assessment.ledger.text(workspace), assessment.ledger.text(principal));
                    FindingBuilder::new(RuleId::AccountLevelUse, grade, text)
                        .of_workspace(workspace, principal)
                }
            };
            let mut operations: BTreeMap<Id, OperationUse> = BTreeMap::new();
            for u in &uses {
                let entry = operations.entry(u.action).or_insert_with(|| OperationUse {
                    operation: assessment.ledger.text(u.action).to_owned(),
                    count: 0,
                    first: u.count.first,
                    last: u.count.last,
                    tier: u.tier,
                    agents: Vec::new(),
                });
                entry.count += u.count.events;
                entry.first = entry.first.min(u.count.first);
                entry.last = entry.last.max(u.count.last);
            }
            finding.evidence.operations = operations.into_values().take(8).collect();
            findings.push(finding);
        }
    }
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};

    let call = "accountBillableUsage/getAggregatedUsage";
    Example {
        fires: story().refused("2026-09-08", 'a', call, "Not allowed"),
        says: "low: called account-level APIs and was refused (once)",
        near_miss: story().call("2026-09-08", 'a', call),
    }
}
